import { OWNER, toyWorld, type Toy, type ToyOptions } from './toy';
import { waiting } from '../../../lambda/lifecycle/handler';
import { isOwnedBy } from '../../../lambda/lifecycle/tags';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';

/*
 * Adoption: what exists is taken over if and only if the declaration names it, and no rollback removes it.
 */
const FOREIGN: Partial<Toy> = { tags: { cost: '7' } };
const OF_ANOTHER_STACK: Partial<Toy> = { tags: { [OWNER_TAG_KEY]: 'another' } };

function withToy(toy: Partial<Toy>, options: ToyOptions = {}) {
  const made = toyWorld(options);
  return { ...made, toy: made.service.add('desk', toy) };
}

const isOurs = (toy: Toy) => isOwnedBy(OWNER, toy.tags);

describe.each<[string, Partial<Toy>, ToyOptions]>([
  ["that is somebody else's", FOREIGN, {}],
  ['of another stack', OF_ANOTHER_STACK, {}],
  ['that an earlier deployment has kept', {}, {}],
  ['that no look shows', FOREIGN, { hidesOthers: true }],
])('a create that adopts a thing %s', (_, existing, options) => {
  test('makes it ours, and changes what differs', async () => {
    const { service, toy, world } = withToy(existing, options);

    const answer = await world.create({ Adopt: 'id1', Size: '2', Tags: { team: 'a' } });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk', Data: { Id: 'id1' } });
    expect(isOurs(toy)).toBe(true);
    expect(toy).toMatchObject({ size: '2', tags: expect.objectContaining({ team: 'a' }) });
    expect(service.calls.filter(call => /create|remove/.test(call))).toEqual([]);
  });

  test('refuses without the name, or with another one, and changes nothing', async () => {
    const { service, toy, world } = withToy(existing, options);
    const before = structuredClone(toy);
    const refusals = [await world.create({ Adopt: 'id2' })];
    if (!options.hidesOthers) {
      refusals.push(await world.create());
    }
    for (const answer of refusals) {
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/) });
    }
    expect(service.toys.get('desk')).toEqual(before);
  });

  test('refuses what differs in what can not be changed, names the differences and changes nothing', async () => {
    const { toy, world } = withToy({ ...existing, colour: 'green' }, options);
    const before = structuredClone(toy);

    const answer = await world.create({ Adopt: 'id1' });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/) });
    expect(answer.Reason).toMatch(/toy 'id1' can't be adopted.*its colour is green, not red/);
    expect(toy).toEqual(before);
  });

  test('refuses what is broken', async () => {
    const { toy, world } = withToy({ ...existing, state: 'failed' }, options);
    const before = structuredClone(toy);
    expect((await world.create({ Adopt: 'id1' })).Reason).toMatch(/can't be adopted: The toy at desk is broken/);
    expect(toy).toEqual(before);
  });

  test.each(['find id1', 'take id1', 'tag desk team', 'resize desk'])('survives a crash at the call "%s"', async crashing => {
    const { service, toy, world } = withToy(existing, options);
    let crashes = 1;
    service.trap = call => {
      if (call === crashing && crashes-- > 0) {
        throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
      }
    };
    expect(await world.create({ Adopt: 'id1', Size: '2', Tags: { team: 'a' } })).toMatchObject({ Status: 'SUCCESS', Data: { Id: 'id1' } });
    expect(toy).toMatchObject({ size: '2' });
    expect(crashes).toBeLessThan(1);
  });

  test('is not removed by the Delete of its rollback', async () => {
    const { service, world } = withToy(existing, options);
    const adopting = { Adopt: 'id1', Size: '2' };
    service.trap = call => {
      if (call === 'resize desk') {
        throw Object.assign(new Error('No.'), { name: 'ValidationException' });
      }
    };
    const answer = await world.create(adopting);
    expect(answer).toMatchObject({ Status: 'FAILED' });

    for (const id of [answer.PhysicalResourceId, 'toy/desk', 'Game-Thing-1A2B3C']) {
      expect(await world.delete(id, adopting)).toMatchObject({ Status: 'SUCCESS' });
    }
    expect(service.inventory()).toEqual(['desk ready']);
  });
});

describe('a create that adopts', () => {
  test('what does not exist is refused, and creates nothing', async () => {
    const { service, world } = toyWorld();
    const answer = await world.create({ Adopt: 'id1' });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/) });
    expect(answer.Reason).toMatch(/no toy 'id1' that could be adopted.*Correct 'adopt'/);
    expect(service.inventory()).toEqual([]);
  });

  test('what is going away is refused when it is gone', async () => {
    const { service, world } = toyWorld();
    service.add('desk', { state: 'leaving', goneAt: world.clock.now() / 1000 + 40 });
    expect((await world.create({ Adopt: 'id1' })).Reason).toMatch(/no toy 'id1'/);
    expect(service.inventory()).toEqual([]);
  });

  test('what is still being created waits for it', async () => {
    const { service, world } = withToy({ ...FOREIGN, state: 'pending', createdAt: 0 });
    service.creationSeconds = world.clock.now() / 1000 + 50;
    const answer = await world.create({ Adopt: 'id1' });
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { Id: 'id1' } });
    expect(answer.after).toBeGreaterThanOrEqual(50);
  });

  test('what something else deletes meanwhile fails, and creates nothing', async () => {
    const { service, world } = withToy({ ...FOREIGN, state: 'pending', createdAt: 0 });
    service.creationSeconds = Infinity;
    service.trap = call => {
      if (call === 'look desk' && service.calls.includes('take id1')) {
        service.toys.delete('desk');
      }
    };
    expect((await world.create({ Adopt: 'id1' })).Reason).toMatch(/was adopted and has vanished/);
    expect(service.inventory()).toEqual([]);
  });

  test('what something else changes meanwhile fails, and re-creates nothing', async () => {
    const { service, world } = withToy(FOREIGN);
    service.trap = call => {
      if (call === 'take id1') {
        service.toys.get('desk')!.colour = 'green';
      }
    };
    expect((await world.create({ Adopt: 'id1' })).Reason).toMatch(/has just been adopted and differs in what can't be changed/);
    expect(service.inventory()).toEqual(['desk ready']);
  });

  test('goes on while it is unclear what there is, and clears it up by taking what is named', async () => {
    const { service, toy, world } = withToy(FOREIGN);
    let resolved = 0;
    service.nextLooks.push(
      { is: 'unclear', waiting: waiting('its tags', 5) },
      { is: 'unclear', waiting: waiting('its tags', 5), resolve: async () => { resolved++; } });
    expect(await world.create({ Adopt: 'id1' })).toMatchObject({ Status: 'SUCCESS' });
    expect([resolved, isOurs(toy)]).toEqual([0, true]);
  });

  test('is told so when the resource type can not', async () => {
    const { toy, world } = withToy(FOREIGN, { without: ['adoption'] });
    expect((await world.create({ Adopt: 'id1' })).Reason).toMatch(/belongs to somebody else/);
    expect(isOurs(toy)).toBe(false);
  });
});

describe('an update', () => {
  test('that drops adopt changes nothing', async () => {
    const { service, world } = withToy(FOREIGN);
    await world.create({ Adopt: 'id1' });
    const before = service.calls.length;
    expect(await world.update({ Adopt: 'id1' }, {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk', Data: { Id: 'id1' } });
    expect(service.calls).toHaveLength(before);
  });

  test('takes back what CloudFormation holds and another stack has adopted meanwhile', async () => {
    const { toy, world } = withToy(OF_ANOTHER_STACK);
    expect(await world.update({}, { Adopt: 'id1' })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk' });
    expect(isOurs(toy)).toBe(true);
  });

  test('re-creates what it holds and is gone, though it still names it', async () => {
    const { service, world } = toyWorld();
    expect(await world.update({ Adopt: 'id9' }, { Adopt: 'id9', Size: '2' })).toMatchObject({ Status: 'SUCCESS' });
    expect(service.inventory()).toEqual(['desk ready']);
  });

  test('leaves what it holds in peace when it names another one', async () => {
    const { toy, world } = withToy({});
    expect(await world.update({}, { Adopt: 'id9' })).toMatchObject({ Status: 'SUCCESS', Data: { Id: 'id1' } });
    expect(toy.state).toBe('ready');
  });

  test('that moves to a place and adopts what is there, and is rolled back, leaves it there', async () => {
    const { service, world } = withToy({});
    const shelf = service.add('shelf', FOREIGN);
    const moved = { Place: 'shelf', Adopt: 'id2' };
    expect(await world.update({}, moved)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/shelf' });
    expect(isOurs(shelf)).toBe(true);

    expect(await world.update(moved, {}, { physicalId: 'toy/shelf' })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk' });
    await world.delete('toy/shelf', moved);
    expect(service.inventory()).toEqual(['desk ready', 'shelf ready']);
  });

  test('that CloudFormation has given up while it adopted elsewhere is taken back without a removal', async () => {
    const { service, world } = withToy({});
    service.add('shelf', { ...FOREIGN, state: 'pending' });
    service.creationSeconds = Infinity;
    const moved = { Place: 'shelf', Adopt: 'id2' };
    void world.send(world.change({}, moved));
    await world.pass(100);
    expect(await world.update(moved, {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk' });
    expect(service.inventory()).toEqual(['desk ready', 'shelf pending']);
  });
});

test('the old owner leaves alone what another stack has adopted', async () => {
  const { service, world } = withToy(OF_ANOTHER_STACK);
  expect(await world.delete('toy/desk')).toMatchObject({ Status: 'SUCCESS' });
  expect(service.inventory()).toEqual(['desk ready']);
});
