import { arnIn, KINDS, KindWorld, PORTS } from './accelerator-world';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { CHILD_TAG_PREFIX } from '../../../src/wire/global-accelerator';

/*
 * Adoption on the simulator: what somebody else, another logical id or an earlier deployment has made is taken over by its ARN, and its
 * old owner leaves it alone.
 */
const INVENTED = 'Game-Thing-1A2B3C4D5E6F';
const GROUP = KINDS[2][1];
const LISTENER = KINDS[1][1];

/** Keys of the tags that say whose a thing, or what is below it, is. */
function proofs(world: KindWorld, arn: string): string[] {
  return Object.keys(world.tagsOf(arn.split('/listener/')[0])).filter(key => key === OWNER_TAG_KEY || key.startsWith(CHILD_TAG_PREFIX));
}

describe.each(KINDS)('%s', (_, kind) => {
  async function foreign(): Promise<{ world: KindWorld; arn: string }> {
    const world = new KindWorld(kind);
    const arn = kind.foreign(world, world.properties);
    await world.pass(300);
    return { world, arn };
  }

  test('of somebody else is adopted, changed in place, released from adopt, and deleted', async () => {
    const { world, arn } = await foreign();

    const answer = await world.create({ ...kind.change, Adopt: arn });
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(arnIn(answer)).toBe(arn);
    expect(proofs(world, arn)).toHaveLength(1);
    const id = answer.PhysicalResourceId;
    expect(await world.update(id, { ...kind.change, Adopt: arn }, kind.change)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
    expect(world.all()).toEqual([arn]);

    expect(await world.delete(id, kind.change)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toEqual([]);
  });

  test('stays when the adopting deployment is rolled back', async () => {
    const { world, arn } = await foreign();
    const { PhysicalResourceId } = await world.create({ Adopt: arn });
    for (const id of [PhysicalResourceId, INVENTED]) {
      expect(await world.delete(id, { Adopt: arn })).toMatchObject({ Status: 'SUCCESS' });
    }
    expect(world.all()).toEqual([arn]);
    expect(await world.create({ Adopt: arn })).toMatchObject({ Status: 'SUCCESS' });
  });

  test('that does not exist is refused', async () => {
    const { world, arn } = await foreign();
    const other = arn.replace(/.$/, last => last === '0' ? '1' : '0');
    const answer = await world.create({ Adopt: other });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/) });
    expect(answer.Reason).toMatch(/There is no .* that could be adopted/);
    expect(proofs(world, arn)).toEqual([]);
  });

  test('of another logical id is left alone by it from then on', async () => {
    const world = new KindWorld(kind);
    const first = await world.create();
    const arn = arnIn(first);
    await world.pass(3600);

    const second = await world.create({ Adopt: arn }, { logicalId: 'Renamed' });
    expect(second).toMatchObject({ Status: 'SUCCESS' });
    expect(arnIn(second)).toBe(arn);
    expect(proofs(world, arn)).toHaveLength(1);

    const refused = await world.update(first.PhysicalResourceId, {}, kind.change);
    expect(refused).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/belongs to another stack or logical id now.*adopt: '/) });
    expect(await world.delete(first.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toEqual([arn]);
    expect(await world.delete(second.PhysicalResourceId, {}, { logicalId: 'Renamed' })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toEqual([]);
  });

  test('that was kept is adopted by its ARN only', async () => {
    const world = new KindWorld(kind);
    const arn = arnIn(await world.create());
    await world.pass(3600);
    expect((await world.create()).Reason).toMatch(`adopt: '${arn}'`);
    const answer = await world.create({ Adopt: arn });
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(arnIn(answer)).toBe(arn);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('is adopted in spite of a crash at call %i', async atCall => {
    for (const effect of [false, true]) {
      const { world, arn } = await foreign();
      world.crashAt({ atCall, effect });
      const answer = await world.create({ Adopt: arn });
      expect(answer).toMatchObject({ Status: 'SUCCESS' });
      expect(arnIn(answer)).toBe(arn);
      expect(proofs(world, arn)).toHaveLength(1);
    }
  });
});

test('a group with other destinations is refused with both, and stays', async () => {
  const world = new KindWorld(GROUP);
  const arn = GROUP.foreign(world, world.properties);
  await world.pass(300);
  const answer = await world.create({ Adopt: arn, Subnets: [], Destinations: [{ FromPort: 80, ToPort: 81, Protocols: ['TCP'] }] });
  expect(answer.Reason).toMatch(/can't be adopted.*its destinations are 7777-7778 UDP, not 80-81 TCP/);
  expect([world.all(), proofs(world, arn)]).toEqual([[arn], []]);
});

test('a group in another Region is refused', async () => {
  const world = new KindWorld(GROUP);
  const arn = world.foreignGroup(world.properties.ListenerArn as string, 'us-east-1');
  await world.pass(300);
  expect((await world.create({ Adopt: arn })).Reason).toMatch(/can't be adopted.*it is in us-east-1, not in eu-west-1/);
});

test('a listener of another accelerator is refused', async () => {
  const world = new KindWorld(LISTENER);
  const arn = world.foreignListener(world.foreignAccelerator(), PORTS);
  await world.pass(300);
  expect((await world.create({ Adopt: arn })).Reason).toMatch(/is not below .* where the listener is declared/);
  expect(proofs(world, arn)).toEqual([]);
});
