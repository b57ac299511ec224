import { arnIn, KINDS, KindWorld, PORTS } from './accelerator-world';
import { CHILD_TAG_PREFIX } from '../../../src/wire/global-accelerator';

const [, [, KIND]] = KINDS;
const WIDER = { PortRanges: [{ FromPort: 10_001, ToPort: 12_000 }, { FromPort: 20_000, ToPort: 20_100 }] };
const INVENTED = 'Game-Thing-1A2B3C4D5E6F';

async function created(options = {}): Promise<{ world: KindWorld; arn: string; id: string }> {
  const world = new KindWorld(KIND, options);
  const answer = await world.create();
  expect(answer).toMatchObject({ Status: 'SUCCESS' });
  return { world, arn: arnIn(answer), id: answer.PhysicalResourceId };
}

function entries(world: KindWorld, acceleratorArn: string): string[] {
  return Object.entries(world.tagsOf(acceleratorArn)).filter(([key]) => key.startsWith(CHILD_TAG_PREFIX)).map(([, value]) => value);
}

test('a create answers when the accelerator is DEPLOYED again, and the accelerator says whose the listener is', async () => {
  const { world, arn, id } = await created();
  const accelerator = world.properties.AcceleratorArn as string;

  expect(world.accelerator(accelerator).Status).toBe('DEPLOYED');
  expect(entries(world, accelerator)).toEqual([expect.stringContaining(` ${arn.slice(accelerator.length + 1)} `)]);
  await world.delete(id);
  expect(entries(world, accelerator)).toEqual([]);
});

test('port ranges change in place, whatever their order', async () => {
  const { world, arn, id } = await created();

  expect(await world.update(id, {}, WIDER)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
  expect(world.listener(arn).PortRanges).toEqual(WIDER.PortRanges);
  await world.update(id, WIDER, { PortRanges: [...WIDER.PortRanges].reverse() });
  expect(world.calls('UpdateCustomRoutingListener')).toHaveLength(1);
});

test('port ranges that Global Accelerator refuses are an error in its words, and a rollback changes nothing', async () => {
  const { world, id } = await created();
  world.foreignListener(world.properties.AcceleratorArn as string, { PortRanges: [{ FromPort: 20_050, ToPort: 20_060 }] });
  await world.pass(60);

  expect(await world.update(id, {}, WIDER)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/is in the way/) });
  expect(await world.update(id, WIDER, {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
});

test('another accelerator replaces the listener', async () => {
  const { world, arn, id } = await created();
  const other = { AcceleratorArn: world.foreignAccelerator() };

  const answer = await world.update(id, {}, other);

  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: expect.not.stringContaining(id) });
  expect(arnIn(answer)).toMatch(`${other.AcceleratorArn}/listener/`);
  expect(world.all().sort()).toEqual([arn, arnIn(answer)].sort());
  await world.delete(id);
  expect(world.all()).toEqual([arnIn(answer)]);
});

test('a replacement that is rolled back after it was complete finds the old listener again', async () => {
  const { world, arn, id } = await created();
  const other = { AcceleratorArn: world.foreignAccelerator() };
  const { PhysicalResourceId } = await world.update(id, {}, other);

  const answer = await world.update(PhysicalResourceId, other, {});

  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
  await world.delete(PhysicalResourceId, other);
  expect(world.all()).toEqual([arn]);
});

test.each([0, 2, 5, 12, 40])('a replacement that is cancelled after %i s leaves only the old listener', async seconds => {
  const { world, arn, id } = await created();
  const other = { AcceleratorArn: world.foreignAccelerator() };
  await world.pass(60);
  const cancelled = world.send(world.updateOptions(id, {}, other));
  await world.pass(seconds);

  const answer = await world.update(id, other, {});

  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
  void cancelled;
  await world.pass(900);
  expect(world.all()).toEqual([arn]);
  expect(entries(world, other.AcceleratorArn)).toEqual([]);
});

describe('a create that died between the call and the knowledge of its id', () => {
  async function died(options = {}): Promise<KindWorld> {
    const world = new KindWorld(KIND, options);
    await world.pass(60);
    let revive = () => {};
    world.dispatcher.interceptors.push(({ operation }) => {
      if (operation === 'CreateCustomRoutingListener') {
        revive = world.dieAt({ atCall: 1, effect: false });
      }
      return undefined;
    });
    void world.send(world.createOptions());
    await world.pass(60);
    world.dispatcher.interceptors.pop();
    revive();
    expect(entries(world, world.properties.AcceleratorArn as string)).toEqual([expect.stringMatching(/^[0-9a-f]{32} \d+ - - -$/)]);
    expect(world.all()).toHaveLength(1);
    return world;
  }
  const remove = (world: KindWorld) => world.clock.run(world.send({
    operation: 'Delete', type: KIND.type, physicalId: INVENTED, properties: world.properties,
  }));

  test('is proven by its token, and deleted', async () => {
    const world = await died();

    expect(await remove(world)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toEqual([]);
  });

  test('is left alone when the token no longer counts, and the message says how to go on', async () => {
    const world = await died({ tokenRetentionSeconds: 10 });
    const [arn] = world.all();

    const answer = await remove(world);

    expect(answer).toMatchObject({ Status: 'FAILED' });
    expect(answer.Reason).toMatch(new RegExp(`can't be proven whether ${arn}.*CloudTrail.*adopt: '.*remove the tag 'cdk-multi-region:child:`));
    expect(world.all()).toEqual([arn]);
    const accelerator = world.properties.AcceleratorArn as string;
    const [key] = Object.keys(world.tagsOf(accelerator)).filter(name => name.startsWith(CHILD_TAG_PREFIX));
    world.api('UntagResource', { ResourceArn: accelerator, TagKeys: [key] });
    expect(await remove(world)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toEqual([arn]);
  });
});

test('a listener whose tag somebody has removed is still that of its ARN', async () => {
  const { world, id } = await created();
  const accelerator = world.properties.AcceleratorArn as string;
  world.api('UntagResource', { ResourceArn: accelerator, TagKeys: Object.keys(world.tagsOf(accelerator)) });

  expect(await world.update(id, {}, WIDER)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
  expect(await world.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(world.all()).toEqual([]);
});

test('what was kept of an earlier deployment is not taken over', async () => {
  const { world, arn } = await created();
  await world.pass(3600);

  expect(await world.create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/created by an earlier deployment.*adopt: '/) });
  expect(world.all()).toEqual([arn]);
});

test('an accelerator whose tags are used up is an error that says so', async () => {
  const world = new KindWorld(KIND);
  const tags = Array.from({ length: 50 }, (_, index) => ({ Key: `key${index}`, Value: '' }));
  world.api('TagResource', { ResourceArn: world.properties.AcceleratorArn, Tags: tags });

  expect(await world.create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/has 50 tags, the most/) });
  expect(world.all()).toEqual([]);
});

test('an accelerator that does not exist is an error; its listeners are gone', async () => {
  const world = new KindWorld(KIND);
  const AcceleratorArn = (world.properties.AcceleratorArn as string).replace(/.$/, '0').replace(/^(.*)..$/, '$1ff');

  expect(await world.create({ AcceleratorArn })).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/does not exist/) });
  expect(await world.delete(`${AcceleratorArn}/listener/0a1b2c3d`)).toMatchObject({ Status: 'SUCCESS' });
  expect(await world.delete(INVENTED, { AcceleratorArn })).toMatchObject({ Status: 'SUCCESS' });
});

test('a delete waits for the endpoint groups that Global Accelerator still remembers', async () => {
  const { world, arn, id } = await created({ associatedEndpointGroupLagSeconds: 120 });
  const group = world.foreignGroup(arn);
  world.api('DeleteCustomRoutingEndpointGroup', { EndpointGroupArn: group });

  const answer = await world.delete(id);

  expect(answer).toMatchObject({ Status: 'SUCCESS' });
  expect(answer.after).toBeGreaterThan(110);
});

test.each([
  [{ AcceleratorArn: 'arn' }, /ARN of an accelerator/],
  [{ PortRanges: [] }, /1 to 10/],
  [{ PortRanges: [{ FromPort: 0, ToPort: 1 }] }, /1 to 65535/],
  [{ PortRanges: [{ FromPort: 2, ToPort: 1 }] }, /2-1, which ends before it begins/],
])('refuses %j', async (properties, message) => {
  const world = new KindWorld(KIND);
  const calls = world.calls().length;

  expect(await world.create({ ...PORTS, ...properties })).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(message) });
  expect(world.calls()).toHaveLength(calls);
});
