import { toyWorld, TIMING, type Toy, type ToyOptions } from './toy';
import { ResourceError } from '../../../lambda/lifecycle/errors';
import { waiting } from '../../../lambda/lifecycle/handler';
import type { Observation } from '../../../lambda/lifecycle/model';

/*
 * How the lifecycle creates, waits, changes and re-creates, on a toy of which the test says what each look shows.
 */
const ABSENT: Observation<Toy> = { is: 'absent' };
const BROKEN = { state: 'failed' as const };
const creations = (calls: readonly string[]) => calls.filter(call => call === 'create desk').length;

describe('a create', () => {
  test('looks, creates once, waits until it is ready, and answers its place', async () => {
    const { service, world } = toyWorld();
    service.creationSeconds = 20;

    const answer = await world.create({ Tags: { a: '1' } });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk', Data: { Id: 'id1' } });
    expect(answer.after).toBeGreaterThanOrEqual(20);
    expect(service.calls).toEqual(['create desk']);
  });

  test('has written down that it is going to create before it calls the service', async () => {
    const { service, world } = toyWorld();
    const written: unknown[] = [];
    service.trap = call => call === 'create desk' && written.push([...world.executions.values()][0].input?.progress);

    await world.create();

    expect(written).toMatchObject([{ changed: true, memory: { creating: true } }]);
  });

  test('needs no look where the answer of the call shows that it is ready', async () => {
    const { service, world } = toyWorld({ createShows: true });
    expect(await world.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk', Data: { Id: 'id1' } });
    expect(service.looks).toEqual(['desk']);
  });

  test('looks where the answer of the call shows that it is not ready', async () => {
    const { service, world } = toyWorld({ createShows: true });
    service.creationSeconds = 4;
    expect(await world.create()).toMatchObject({ Status: 'SUCCESS', after: 5 });
    expect(service.looks).toEqual(['desk', 'desk id1']);
  });

  test('looks for what it has created with what finds it quickly', async () => {
    const { service, world } = toyWorld();
    service.creationSeconds = 8;
    await world.create();
    expect(service.looks).toEqual(['desk', 'desk id1', 'desk id1']);
  });

  test('makes the call again if the model says that nothing was created yet', async () => {
    const { service, world } = toyWorld();
    service.createsAgain = 2;
    expect(await world.create()).toMatchObject({ Status: 'SUCCESS', Data: { Id: 'id1' } });
    expect(service.calls).toEqual(['create desk', 'create desk', 'create desk']);
    expect(service.looks).toEqual(['desk', 'desk id1']);
  });

  test('waits for an earlier one in its place to go away', async () => {
    const { service, world } = toyWorld();
    service.add('desk', { state: 'leaving', goneAt: world.clock.now() / 1000 + 40 });

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { Id: 'id2' } });
    expect(answer.after).toBeGreaterThanOrEqual(40);
  });

  test("refuses what is somebody else's, and its Delete does nothing", async () => {
    const { service, world } = toyWorld();
    service.add('desk', { tags: {} });

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/) });
    expect(answer.Reason).toBe('Thing (Custom::Toy): A toy at desk belongs to somebody else.');
    expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS', after: 0 });
    expect(service.calls).toEqual([]);
  });

  test('refuses what an earlier deployment has kept, and no Delete removes it', async () => {
    const { service, world } = toyWorld();
    service.add('desk');

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/) });
    expect(answer.Reason).toMatch(/toy desk was created by an earlier deployment.*has been kept.*deploy once with adopt: 'id1'/);
    await world.delete(answer.PhysicalResourceId);
    await world.delete('Game-Thing-1A2B3C');
    expect(service.calls).toEqual([]);
    expect(service.inventory()).toEqual(['desk ready']);
  });

  test('waits while it is unclear whose it is, and does what clears it up', async () => {
    const { service, world } = toyWorld();
    let resolved = 0;
    const unclear: Observation<Toy> = { is: 'unclear', waiting: waiting('its tags', 5), resolve: async () => { resolved++; } };
    service.nextLooks.push(unclear, { is: 'unclear', waiting: waiting('its tags', 5) });

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'SUCCESS', after: 15 });
    expect(resolved).toBe(1);
  });

  test('of what is broken fails with its id, so that the Delete removes it', async () => {
    const { service, world } = toyWorld();
    service.nextLooks.push(ABSENT, { is: 'ours', thing: service.add('desk', BROKEN) });
    service.toys.clear();

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'toy/desk', Reason: 'Thing (Custom::Toy): The toy at desk is broken.' });
    expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(service.inventory()).toEqual([]);
  });

  test('that the service refuses may have created something, so its Delete looks', async () => {
    const { service, world } = toyWorld();
    service.trap = call => {
      if (call === 'create desk') {
        service.add('desk');
        throw Object.assign(new Error('No more.'), { name: 'LimitExceededException' });
      }
    };

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^id-not-known:/) });
    expect(answer.Reason).toBe('Thing (Custom::Toy): LimitExceededException: No more..');
    expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(service.inventory()).toEqual([]);
  });

  test('sets no tags: the call that creates has done that', async () => {
    const { service, world } = toyWorld({ readsTags: false });
    await world.create({ Tags: { a: '1' } });
    expect(service.calls).toEqual(['create desk']);
    expect(service.at('desk')!.tags).toMatchObject({ a: '1' });
  });
});

describe('one that was just created', () => {
  test.each([0, 30, 59])('may not show for %i s, and is not created a second time', async seconds => {
    const { service, world } = toyWorld();
    service.unseenSeconds = seconds;

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
    expect(creations(service.calls)).toBe(1);
  });

  test('and does not show for longer is missed some more looks before it is given up, and its Delete looks for it', async () => {
    const { service, world } = toyWorld();
    service.unseenSeconds = 90;

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^id-not-known:/) });
    expect(answer.Reason).toMatch(/toy desk was created and has vanished before it was ready.*CloudTrail, then deploy again/);
    expect(answer.after).toBeGreaterThanOrEqual(TIMING.unseenSeconds + (TIMING.misses - 1) * TIMING.missSeconds);
    expect(creations(service.calls)).toBe(1);
    expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(service.inventory()).toEqual([]);
  });

  test.each([[2, 'SUCCESS'], [3, 'FAILED']])('and is then missed %i times in a row ends in %s', async (misses, Status) => {
    const { service, world } = toyWorld();
    service.creationSeconds = 100;
    service.nextLooks.push('look', 'look', ...Array(misses).fill(ABSENT));

    const answer = await world.create();

    expect(answer).toMatchObject({ Status, PhysicalResourceId: 'toy/desk' });
    expect(creations(service.calls)).toBe(1);
  });

  test('is given up after misses in a row only: a look that shows it starts the count again', async () => {
    const { service, world } = toyWorld();
    service.creationSeconds = 100;
    service.nextLooks.push('look', 'look', ABSENT, ABSENT, 'look', ABSENT, ABSENT);

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
  });
});

describe('a place that a create call finds taken', () => {
  test('by an earlier call of the same request: goes on with it', async () => {
    const { service, world } = toyWorld();
    service.trap = call => {
      if (call === 'create desk' && service.calls.length === 1) {
        service.add('desk');
      }
    };
    expect(await world.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk', Data: { Id: 'id1' } });
    expect(creations(service.calls)).toBe(1);
  });

  test('by somebody else: refuses, and the Delete looks and leaves it alone', async () => {
    const { service, world } = toyWorld();
    service.trap = call => void (call === 'create desk' && service.add('desk', { tags: {} }));

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^id-not-known:/) });
    await world.delete(answer.PhysicalResourceId);
    expect(service.inventory()).toEqual(['desk ready']);
  });

  test('by what never shows: refuses in the words of the call, if it has any', async () => {
    const { service, world } = toyWorld({ takenRefusal: 'The name is taken elsewhere.' });
    service.add('desk');
    service.nextLooks.push(...Array<Observation<Toy>>(500).fill(ABSENT));
    expect(await world.create()).toMatchObject({
      Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^id-not-known:/), Reason: 'Thing (Custom::Toy): The name is taken elsewhere.',
    });
    expect(creations(service.calls)).toBe(1);
  });

  test('by what does not show yet: looks several times, then calls again', async () => {
    const { service, world } = toyWorld();
    service.trap = call => {
      if (call === 'create desk' && service.calls.length === 1) {
        service.add('desk', { state: 'leaving', goneAt: service.now() + 1 });
        service.nextLooks.push(ABSENT, ABSENT, ABSENT);
      }
    };

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS', Data: { Id: 'id2' } });
    expect(creations(service.calls)).toBe(2);
  });
});

describe('what is ready', () => {
  const flapping = { timing: { confirm: { milliseconds: 750, untilAgeSeconds: 300 } } };

  test('is looked at twice when it was just created and may flap', async () => {
    const { service, world } = toyWorld(flapping);
    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
    expect(service.looks).toHaveLength(3);
  });

  test.each<[string, (toy: Toy) => Observation<Toy>]>([
    ['is pending', toy => ({ is: 'ours', thing: { ...toy, state: 'pending' } })], ['does not show', () => ABSENT],
  ])('and %s at the second look is waited for', async (_, second) => {
    const { service, world } = toyWorld(flapping);
    service.trap = call => {
      if (call === 'look desk' && service.looks.length === 2) {
        service.nextLooks.push('look', second(service.at('desk')!));
      }
    };
    const answer = await world.create();
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk' });
    expect(answer.after).toBeGreaterThan(9);
    expect(service.looks).toHaveLength(5);
  });

  test('is looked at once at an update that creates nothing', async () => {
    const { service, world } = toyWorld(flapping);
    service.add('desk');
    expect(await world.update({}, {})).toMatchObject({ Status: 'SUCCESS' });
    expect(service.looks).toHaveLength(1);
  });
});

describe('an update in place', () => {
  const changing = (toy: Partial<Toy> = {}, options: ToyOptions = {}) => {
    const made = toyWorld(options);
    made.service.add('desk', toy);
    return made;
  };

  test('makes one change, waits, and answers the id that CloudFormation sent', async () => {
    const { service, world } = changing();
    expect(await world.update({ Size: '1' }, { Size: '2' })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk', after: 5 });
    expect(service.calls).toEqual(['resize desk']);
  });

  test('waits while it can not be changed', async () => {
    const { service, world } = changing({ state: 'pending' });
    service.creationSeconds = 12;
    service.at('desk');
    expect(await world.update({ Size: '1' }, { Size: '2' })).toMatchObject({ Status: 'SUCCESS', after: 20 });
    expect(service.at('desk')!.size).toBe('2');
  });

  test('does nothing where nothing differs', async () => {
    const { service, world } = changing({}, { without: ['tags', 'change', 'hintOf'] });
    expect(await world.update({ Tags: { a: '1' } }, { Tags: { b: '1' } })).toMatchObject({ Status: 'SUCCESS', after: 0 });
    expect(service.calls).toEqual([]);
  });

  test.each([['forward', ['a', 'b', 'c'], ['d', 'e', 'f']], ['back', ['d', 'e', 'f'], ['a', 'b', 'c']]])(
    'exchanges as many tags as the service takes, %s: what goes before what comes', async (_, before, after) => {
      const tagsOf = (keys: readonly string[]) => Object.fromEntries(keys.map(key => [key, '1']));
      const { service, world } = changing();
      Object.assign(service.at('desk')!.tags, tagsOf(before));

      expect(await world.update({ Tags: tagsOf(before) }, { Tags: tagsOf(after) })).toMatchObject({ Status: 'SUCCESS' });
      expect(service.calls).toEqual([`untag desk ${before.join()}`, `tag desk ${after.join()}`]);
      expect(Object.keys(service.at('desk')!.tags)).toEqual(expect.arrayContaining(after));
    });

  test("leaves other people's tags alone, also when what was declared before can not be read", async () => {
    const { service, world } = changing();
    Object.assign(service.at('desk')!.tags, { cost: '7' });
    expect(await world.update({ Tags: { cost: '7' }, Unknown: '1' }, { Tags: { a: '1' } })).toMatchObject({ Status: 'SUCCESS' });
    expect(service.at('desk')!.tags).toMatchObject({ cost: '7', a: '1' });
  });

  test('reads the tags itself where the look has not', async () => {
    const { service, world } = changing({}, { readsTags: false });
    await world.update({}, { Tags: { a: '1' } });
    expect(service.calls).toEqual(['read tags desk', 'tag desk a']);
  });

  test("leaves alone what is somebody else's now", async () => {
    const { service, world } = changing({ tags: {} });
    expect(await world.update({}, { Size: '2' })).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'toy/desk' });
    expect(service.calls).toEqual([]);
  });
});

describe('what CloudFormation holds and is gone', () => {
  test('is re-created under its id, when it was missed several times', async () => {
    const { service, world } = toyWorld();
    expect(await world.update({}, { Size: '2' })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk', after: 15 });
    expect(service.looks.slice(0, 3)).toEqual(['desk', 'desk', 'desk']);
    expect(creations(service.calls)).toBe(1);
  });

  test('is not re-created when a look was only behind', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    service.nextLooks.push(ABSENT, ABSENT);
    expect(await world.update({}, {})).toMatchObject({ Status: 'SUCCESS' });
    expect(creations(service.calls)).toBe(0);
  });

  describe('and can not be re-created', () => {
    const loss = {
      error: (place: string, hint?: string) => new ResourceError(`The toy ${place} (${hint}) is lost.`), attributes: (place: string) => ({ Id: `lost ${place}` }),
    };
    const losing = () => toyWorld({ loss, keepsHint: true });
    const HELD = { physicalId: 'toy/desk#id7' };

    test('is an error where something is asked of it', async () => {
      const { service, world } = losing();
      expect(await world.update({}, { Size: '2' }, HELD)).toMatchObject({
        Status: 'FAILED', PhysicalResourceId: 'toy/desk#id7', Reason: 'Thing (Custom::Toy): The toy desk (id7) is lost.',
      });
      expect(service.calls).toEqual([]);
    });

    test('is none where nothing is asked', async () => {
      const { service, world } = losing();
      expect(await world.update({}, {}, HELD)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk#id7', Data: { Id: 'lost desk' } });
      expect(service.calls).toEqual([]);
      expect(world.log()).toMatch(/"WARN","message":"The toy is gone, and nothing is asked of it"/);
    });

    test('is none for the rollback of an update that has failed because of it', async () => {
      const { world } = losing();
      await world.update({}, { Size: '2' }, HELD);
      await world.pass(10);
      expect(await world.update({ Size: '2' }, {}, HELD)).toMatchObject({ Status: 'SUCCESS', Data: { Id: 'lost desk' } });
    });

    test('is an error again for the same update after its rollback', async () => {
      const { world } = losing();
      await world.update({}, { Size: '2' }, HELD);
      await world.pass(10);
      await world.update({ Size: '2' }, {}, HELD);
      await world.pass(10);
      expect(await world.update({}, { Size: '2' }, HELD)).toMatchObject({ Status: 'FAILED' });
    });
  });
});

describe('a re-creation', () => {
  test('may take as long as the time-out says, not counted what it waits before it begins', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    service.creationSeconds = 30;
    expect(await world.update({ TimeoutSeconds: '60' }, { Colour: 'blue', TimeoutSeconds: '60' })).toMatchObject({ Status: 'SUCCESS', Data: { Id: 'id2' } });
  });

  test('that takes longer fails', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    service.creationSeconds = 300;
    const answer = await world.update({ TimeoutSeconds: '60' }, { Colour: 'blue', TimeoutSeconds: '60' });
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/was not finished within/) });
    expect(answer.after).toBeLessThanOrEqual(135);
  });

  test('removes and creates in the same place, keeps the id and what proves whose it is', async () => {
    const forget = jest.fn(async () => undefined);
    const { service, world } = toyWorld({ forget });
    service.deletionSeconds = 30;
    service.creationSeconds = 10;
    service.add('desk');

    const answer = await world.update({ Colour: 'red' }, { Colour: 'blue' });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk', Data: { Id: 'id2' } });
    expect(service.calls).toEqual(['remove desk', 'create desk']);
    expect(forget).not.toHaveBeenCalled();
  });

  test('leaves CloudFormation a minute to take the change back', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    void world.send(world.change({ Colour: 'red' }, { Colour: 'blue' }));
    await world.pass(60);

    expect(await world.update({ Colour: 'blue' }, { Colour: 'red' })).toMatchObject({ Status: 'SUCCESS', Data: { Id: 'id1' } });
    await world.pass(300);
    expect(service.calls).toEqual([]);
  });

  test('that is documented comes at once', async () => {
    const { service, world } = toyWorld({ recreationIsExpected: true });
    service.add('desk');
    const answer = await world.update({ Colour: 'red' }, { Colour: 'blue' });
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { Id: 'id2' } });
    expect(answer.after).toBeLessThan(60);
  });

  test('comes to a thing that is broken, where it may be re-created', async () => {
    const { service, world } = toyWorld();
    service.add('desk', BROKEN);
    expect(await world.update({}, {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk', Data: { Id: 'id2' } });
  });

  test('does not come to a thing that is broken and must not be lost', async () => {
    const { service, world } = toyWorld({ loss: { error: place => new ResourceError(place), attributes: () => ({}) } });
    service.add('desk', BROKEN);
    expect(await world.update({}, {})).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'toy/desk', Reason: expect.stringMatching(/is broken/) });
    expect(service.calls).toEqual([]);
  });

  test('that gives a broken thing is not repeated', async () => {
    const { service, world } = toyWorld();
    service.add('desk', BROKEN);
    service.trap = call => {
      if (call === 'look desk' && creations(service.calls) === 1) {
        service.at('desk')!.state = 'failed';
      }
    };
    expect(await world.update({}, {})).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'toy/desk', Reason: expect.stringMatching(/is broken/) });
    expect(creations(service.calls)).toBe(1);
  });

  test('whose thing was changed by hand meanwhile is done once more', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    service.trap = call => {
      if (call === 'look desk' && creations(service.calls) === 1) {
        service.toys.get('desk')!.colour = 'green';
        service.trap = () => undefined;
      }
    };
    expect(await world.update({ Colour: 'red' }, { Colour: 'blue' })).toMatchObject({ Status: 'SUCCESS', Data: { Id: 'id3' } });
  });
});
