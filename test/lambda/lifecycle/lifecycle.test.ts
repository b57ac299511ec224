import { toyWorld, ToyModel, ToyService, type Toy } from './toy';
import { ResourceError } from '../../../lambda/lifecycle/errors';
import { Lifecycle } from '../../../lambda/lifecycle/lifecycle';
import type { Observation } from '../../../lambda/lifecycle/model';
import { formatId, parseId } from '../../../lambda/lifecycle/physical-id';

const ABSENT: Observation<Toy> = { is: 'absent' };
const failing = (name: string, message = 'No.') => Object.assign(new Error(message), { name });

describe('a physical id', () => {
  const model = new ToyModel(new ToyService());
  const keeping = new ToyModel(new ToyService(), { keepsHint: true });

  test.each([
    [model, { place: 'desk', hint: 'arn' }, 'toy/desk'], [keeping, { place: 'desk', hint: 'arn' }, 'toy/desk#arn'],
    [keeping, { place: 'desk' }, 'toy/desk'], [keeping, { place: 'desk', hint: '' }, 'toy/desk'],
  ])('names the place, and a hint only where that is kept', (of, id, text) => {
    expect(formatId(of, id)).toBe(text);
  });

  test.each([
    ['toy/desk', { place: 'desk', hint: undefined }], ['toy/a/b#c', { place: 'a/b', hint: 'c' }],
    ['Game-Thing-1A2B', undefined], ['nothing-created:r', undefined], ['id-not-known:r', undefined], ['toys/desk', undefined],
    ['mytoy/desk', undefined], [undefined, undefined],
  ])('%s is read as %j', (text, id) => {
    expect(parseId(model, text)).toEqual(id);
  });

  test('is recognized by its noun', () => {
    const lifecycle = new Lifecycle(model);
    expect(['toy/desk', 'Game-Thing-1A2B'].map(id => lifecycle.recognizes(id))).toEqual([true, false]);
    expect(lifecycle.defaultTimeoutSeconds).toBe(1800);
  });

  test('with a hint stays what CloudFormation holds when the thing is re-created', async () => {
    const { service, world } = toyWorld({ keepsHint: true });
    const { PhysicalResourceId: physicalId } = await world.create();
    expect(physicalId).toBe('toy/desk#id1');

    const answer = await world.update({ Colour: 'red' }, { Colour: 'blue' }, { physicalId });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId, Data: { Id: 'id2' } });
    expect(service.looks.slice(2, 3)).toEqual(['desk id1']);
  });
});

describe('what only shows where it is deployed', () => {
  const check = () => { throw new ResourceError('Not in this Region.'); };

  test('is refused on create before any look', async () => {
    const { service, world } = toyWorld({ check });
    expect(await world.create()).toMatchObject({
      Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/), Reason: 'Thing (Custom::Toy): Not in this Region.',
    });
    expect(service.looks).toEqual([]);
  });

  test('is refused on update before any look', async () => {
    const { service, world } = toyWorld({ check });
    expect(await world.update({}, {})).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'toy/desk' });
    expect(service.looks).toEqual([]);
  });
});

test('properties that do not say where are refused', async () => {
  const { service, world } = toyWorld();
  expect(await world.create({ Place: undefined })).toMatchObject({
    Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created:/),
    Reason: 'Thing (Custom::Toy): The properties do not say where the toy is to be.',
  });
  expect(service.looks).toEqual([]);
});

describe('an error that passes by itself', () => {
  const isRetryable = (error: unknown) => (error as Error).name === 'NotNowException';

  test('is waited for, in a look and in a change', async () => {
    const { service, world } = toyWorld({ isRetryable });
    service.add('desk');
    let left = 3;
    service.trap = () => {
      if (left-- > 0) {
        throw failing('NotNowException');
      }
    };
    expect(await world.update({}, { Size: '2' })).toMatchObject({ Status: 'SUCCESS', after: 20 });
    expect(world.log()).toMatch(/Waiting for the service, which is not ready for the next change \(NotNowException: No\.\)/);
  });

  test('is no end of what an update creates elsewhere', async () => {
    const { service, world } = toyWorld({ isRetryable });
    service.add('desk');
    service.trap = call => {
      if (call === 'create shelf' && service.calls.length < 3) {
        throw failing('NotNowException');
      }
    };
    expect(await world.update({}, { Place: 'shelf' })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/shelf' });
    expect(service.calls).toEqual(['create shelf', 'create shelf', 'create shelf']);
  });
});

describe('an update to another place', () => {
  const moving = () => {
    const made = toyWorld();
    made.service.add('desk');
    return made;
  };

  test('creates there, answers the new id, and leaves the old one to the clean-up', async () => {
    const { service, world } = moving();
    expect(await world.update({}, { Place: 'shelf' })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/shelf' });
    expect(service.inventory()).toEqual(['desk ready', 'shelf ready']);
    await world.delete('toy/desk');
    expect(service.inventory()).toEqual(['shelf ready']);
  });

  test('goes back to what is still there', async () => {
    const { service, world } = moving();
    await world.update({}, { Place: 'shelf' });
    const back = await world.update({ Place: 'shelf' }, {}, { physicalId: 'toy/shelf' });
    expect(back).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk', Data: { Id: 'id1' } });
    expect(service.inventory()).toEqual(['desk ready', 'shelf ready']);
  });

  test.each<[string, (service: ToyService) => void, RegExp]>([
    ['is broken', service => { service.at('shelf')!.state = 'failed'; }, /The toy at shelf is broken\./],
    ['vanishes', service => { service.toys.delete('shelf'); }, /toy shelf was created and has vanished/],
    ['is refused by the service', () => { throw failing('ValidationException', 'Bad.'); }, /ValidationException: Bad\./],
  ])('that creates what then %s removes it, and fails with the reason', async (_, spoil, reason) => {
    const { service, world } = moving();
    service.deletionSeconds = 8;
    service.trap = call => {
      if (call === 'look shelf' && service.calls.includes('create shelf')) {
        service.trap = () => undefined;
        spoil(service);
      }
    };

    const answer = await world.update({}, { Place: 'shelf' });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'toy/desk', Reason: expect.stringMatching(reason) });
    expect(service.inventory()).toEqual(['desk ready']);
    expect(world.log()).toMatch(/"ERROR","message":"What was created is removed again"/);
  });

  test("that finds somebody else's there touches nothing", async () => {
    const { service, world } = moving();
    service.add('shelf', { tags: {} });
    expect(await world.update({}, { Place: 'shelf' })).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'toy/desk' });
    expect(service.calls).toEqual([]);
    expect(world.log()).not.toMatch(/removed again/);
  });

  test('that fails on what was there before leaves that alone', async () => {
    const { service, world } = moving();
    service.add('shelf', { state: 'failed' });
    expect(await world.update({}, { Place: 'shelf' })).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'toy/desk' });
    expect(service.inventory()).toEqual(['desk ready', 'shelf failed']);
  });

  test('that is throttled goes on', async () => {
    const { service, world } = moving();
    service.trap = call => {
      if (call === 'create shelf' && service.calls.length === 1) {
        throw failing('ThrottlingException');
      }
    };
    expect(await world.update({}, { Place: 'shelf' })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/shelf' });
    expect(service.calls).toEqual(['create shelf', 'create shelf']);
  });
});

describe('what a cancelled update has left', () => {
  test('is removed by the update that undoes it', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    service.creationSeconds = 500;
    void world.send(world.change({}, { Place: 'shelf' }));
    await world.pass(30);

    const answer = await world.update({ Place: 'shelf' }, {});

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk', Data: { Id: 'id1' } });
    expect(service.inventory()).toEqual(['desk ready']);
  });

  /** A replacement was cancelled, and the update that undoes it could not remove what was left. */
  async function failedTwice() {
    const { service, world } = toyWorld();
    service.add('desk');
    service.creationSeconds = 500;
    void world.send(world.change({}, { Place: 'shelf' }));
    await world.pass(30);
    service.trap = call => {
      if (call === 'remove shelf') {
        throw failing('ValidationException');
      }
    };
    expect(await world.update({ Place: 'shelf' }, {})).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'toy/desk' });
    service.trap = () => undefined;
    return { service, world };
  }

  test('and the update that undoes it, is removed by the next one, whose old properties do not name it', async () => {
    const { service, world } = await failedTwice();
    expect(await world.update({}, {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk' });
    expect(service.inventory()).toEqual(['desk ready']);
  });

  test('and the update that undoes it, is removed by the Delete of what was before', async () => {
    const { service, world } = await failedTwice();
    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk' });
    expect(service.inventory()).toEqual([]);
  });

  /** The update of a create that was refused and so created nothing. */
  async function leftByUpdateOfNothing() {
    const { service, world } = toyWorld();
    service.add('desk');
    const { PhysicalResourceId: physicalId } = await world.create();
    service.creationSeconds = 500;
    void world.send(world.change({}, { Place: 'shelf' }, { physicalId }));
    await world.pass(30);
    return { service, world, physicalId };
  }

  test('after a create that created nothing is removed by the Delete of that', async () => {
    const { service, world, physicalId } = await leftByUpdateOfNothing();
    expect(await world.delete(physicalId)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
    expect(service.inventory()).toEqual(['desk ready']);
  });

  test('after a create that created nothing fails the Delete of that if it cannot be removed', async () => {
    const { service, world, physicalId } = await leftByUpdateOfNothing();
    service.trap = call => {
      if (call === 'remove shelf') {
        throw failing('ValidationException');
      }
    };
    expect(await world.delete(physicalId)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: physicalId });
  });

  test('is not what an update was refused, though the list of executions does not show that update yet', async () => {
    const { service, world } = toyWorld({}, { listLagSeconds: 8 });
    await world.create();
    await world.create({ Place: 'shelf' });
    await world.pass(60);
    const elsewhere = { physicalId: 'toy/shelf' };
    const refused = world.change({ Place: 'shelf' }, {}, elsewhere);
    const takenBack = world.change({}, { Place: 'shelf' }, elsewhere);
    await world.clock.run(world.send(refused));
    expect(await world.request(takenBack)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/shelf' });
    expect(service.inventory()).toEqual(['desk ready', 'shelf ready']);
  });

  test('is not what an update was refused that is made again', async () => {
    const { service, world } = toyWorld();
    await world.create();
    await world.create({ Place: 'shelf' });
    const elsewhere = { physicalId: 'toy/shelf' };
    expect(await world.update({ Place: 'shelf' }, {}, elsewhere)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/has been kept/) });
    expect(await world.update({}, {}, elsewhere)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/has been kept/) });
    expect(service.inventory()).toEqual(['desk ready', 'shelf ready']);
  });

  test('is not what CloudFormation holds', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    await world.update({}, { Size: '2' });
    expect(service.calls).toEqual(['resize desk']);
  });

  test('is not what is wanted', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    service.add('shelf');
    const answer = await world.update({ Place: 'shelf' }, { Place: 'shelf', Size: '2' });
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/shelf' });
    expect(service.calls).toEqual(['resize shelf']);
  });

  test('is unknown where the old properties do not say', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    expect(await world.update({ Place: undefined }, {})).toMatchObject({ Status: 'SUCCESS' });
    expect(service.calls).toEqual([]);
  });
});

describe('a create after one that was given up, where the stack stayed as it was', () => {
  const properties = { Tags: { a: '1' } };

  async function givenUp() {
    const { service, world } = toyWorld();
    service.creationSeconds = 300;
    void world.send(world.creation());
    await world.pass(30);
    return { service, world };
  }

  test('goes on with what that has left, changes it to what is declared, and its Delete removes it', async () => {
    const { service, world } = await givenUp();
    expect(await world.create({ ...properties, Size: '2' })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk', Data: { Id: 'id1' } });
    expect(service.toys.get('desk')).toMatchObject({ size: '2', tags: { a: '1' } });
    await world.delete('toy/desk');
    expect(service.inventory()).toEqual([]);
  });

  test('the Delete of the first one, which comes last, leaves it alone', async () => {
    const { service, world } = await givenUp();
    await world.create();
    expect(await world.delete('Game-Thing-1A2B3C4D5E6F')).toMatchObject({ Status: 'SUCCESS' });
    expect(service.inventory()).toEqual(['desk ready']);
  });

  test('that is given up as well leaves it to its Delete', async () => {
    const { service, world } = await givenUp();
    void world.send(world.creation());
    await world.pass(100);
    expect(await world.delete('Game-Thing-1A2B3C4D5E6F')).toMatchObject({ Status: 'SUCCESS' });
    expect(service.inventory()).toEqual([]);
  });

  test('re-creates a wreck', async () => {
    const { service, world } = await givenUp();
    service.toys.get('desk')!.state = 'failed';
    expect(await world.create()).toMatchObject({ Status: 'SUCCESS', Data: { Id: 'id2' } });
  });
});

describe('an update of what a create has failed to create', () => {
  test('creates it, when nothing had been created, under an id that its Delete finds', async () => {
    const { service, world } = toyWorld();
    service.add('desk', { tags: {} });
    const { PhysicalResourceId: physicalId } = await world.create();
    service.toys.clear();

    const answer = await world.update({}, {}, { physicalId });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/desk' });
    await world.delete(physicalId);
    expect(service.inventory()).toEqual(['desk ready']);
    await world.delete('toy/desk');
    expect(service.inventory()).toEqual([]);
  });

  test('refuses what was kept, as the create did', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    const { PhysicalResourceId: physicalId } = await world.create();

    const answer = await world.update({}, { Size: '2' }, { physicalId });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: physicalId, Reason: expect.stringMatching(/has been kept/) });
    expect(service.calls).toEqual([]);
  });

  test('that is to be elsewhere leaves alone what was kept', async () => {
    const { service, world } = toyWorld();
    service.add('desk');
    const { PhysicalResourceId: physicalId } = await world.create();

    expect(await world.update({}, { Place: 'shelf' }, { physicalId })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'toy/shelf' });
    expect(service.inventory()).toEqual(['desk ready', 'shelf ready']);
  });

  test.each([[true, 'id2'], [false, 'id1']])('re-creates a wreck that a create has left, if it was never ready: %s', async (isLeft, id) => {
    const { service, world } = toyWorld({ holdsBroken: true });
    service.creationSeconds = 100;
    const creating = world.send(world.creation());
    await world.pass(isLeft ? 30 : 200);
    service.toys.get('desk')!.state = 'failed';
    const { Status, PhysicalResourceId: physicalId } = await world.clock.run(creating);
    expect([Status, physicalId]).toEqual([isLeft ? 'FAILED' : 'SUCCESS', 'toy/desk']);
    expect(await world.update({}, {})).toMatchObject({ Status: 'SUCCESS', Data: { Id: id } });
  });

  test('keeps an id that says that none is known, since a Delete of it looks', async () => {
    const { service, world } = toyWorld();
    service.nextLooks.push(ABSENT, ABSENT, ABSENT);
    expect(await world.update({}, {}, { physicalId: 'id-not-known:r' })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'id-not-known:r' });
    expect(service.inventory()).toEqual(['desk ready']);
  });
});
