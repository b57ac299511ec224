import { custom, Handler, REGION, World } from './world';
import type { StackRequest } from '../../../sandbox/cloudformation/cloud-formation';
import type { FailedCreates } from '../../../sandbox/cloudformation/stack-operation';

const GAME = { stackName: 'Game', region: REGION };
const NO_ROLLBACK = { disableRollback: true };

/** Fails requests for `Bad` while its property says so; others succeed with an id that they keep. */
const failing: Handler = (event, world) => {
  const fails = event.LogicalResourceId === 'Bad' && event.ResourceProperties.fails === 'true' && event.RequestType !== 'Delete';
  world.answer(event, fails ? { Status: 'FAILED', Reason: 'no', PhysicalResourceId: event.PhysicalResourceId ?? 'failed-id' } : {});
};

function bad(fails: boolean, others: object = {}): object {
  return custom({ fails, ...others }, { DependsOn: 'Good' });
}

function statusOf(world: World, logicalId: string): string | undefined {
  return world.cloudFormation.findStack(GAME)?.resources.get(logicalId)?.status;
}

describe.each<[string, Pick<StackRequest, 'disableRollback' | 'mode'>]>([
  ['rollback switched off', NO_ROLLBACK],
  ['express mode', { mode: 'EXPRESS' }],
])('with %s', (_, options) => {
  test('a failed create leaves the stack in CREATE_FAILED, and nothing is deleted', async () => {
    const world = new World(failing);
    const result = await world.deploy({ Good: custom(), Bad: bad(true) }, options);
    expect(result).toMatchObject({ status: 'CREATE_FAILED', reason: 'The following resource(s) failed to create: [Bad].' });
    expect(world.requests()).toEqual(['Create Good -', 'Create Bad -']);
    expect(statusOf(world, 'Good')).toBe('CREATE_COMPLETE');
    expect(statusOf(world, 'Bad')).toBe('CREATE_FAILED');
  });

  test('a failed update leaves the stack in UPDATE_FAILED, and only that update is taken back', async () => {
    const world = new World(failing);
    await world.deploy({ Good: custom(), Bad: bad(false) }, options);
    const result = await world.deploy({ Good: custom({ new: 1 }), Bad: bad(true) }, options);
    expect(result).toMatchObject({ status: 'UPDATE_FAILED', reason: 'The following resource(s) failed to update: [Bad].' });
    expect(world.requests(2)).toEqual(['Update Good id-of-Good', 'Update Bad id-of-Bad', 'Update Bad id-of-Bad']);
    expect(world.buckets.requests.at(-1)!.event).toMatchObject({ OldResourceProperties: { fails: 'true' }, ResourceProperties: { fails: 'false' } });
    expect(statusOf(world, 'Bad')).toBe('UPDATE_COMPLETE');
  });

  test('a failed update may be left as it is', async () => {
    const world = new World(failing, { leavesFailedUpdates: true });
    await world.deploy({ Good: custom(), Bad: bad(false) }, options);
    await world.deploy({ Good: custom({ new: 1 }), Bad: bad(true) }, options);
    expect(world.requests(2)).toEqual(['Update Good id-of-Good', 'Update Bad id-of-Bad']);
    expect(statusOf(world, 'Bad')).toBe('UPDATE_FAILED');
  });

  test('a failed replacement is taken back to what was before, which no request is about', async () => {
    const world = new World(failing, { rollsReplacementBackByUpdate: false });
    await world.deploy({ Bad: custom({ fails: false }) }, options);
    world.handler = (event, { answer }) => {
      answer.call(world, event, event.RequestType === 'Update' ? { Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'another' } : {});
    };
    await world.deploy({ Bad: custom({ fails: true }) }, options);
    expect(world.requests(1)).toEqual(['Update Bad id-of-Bad']);
    await world.destroy();
    expect(world.requests(2).sort()).toEqual(['Delete Bad another', 'Delete Bad id-of-Bad']);
  });

  test('a failed update is taken back by an update, though the same id was replaced and came back before', async () => {
    const world = new World(failing, { rollsReplacementBackByUpdate: false });
    const naming: Handler = (event, { answer }) => {
      const { id, fails } = event.ResourceProperties;
      answer.call(world, event, fails === 'true' ? { Status: 'FAILED', Reason: 'no', PhysicalResourceId: String(id) } : { PhysicalResourceId: String(id) });
    };
    world.handler = naming;
    const broken = custom({ id: 'broken', fails: true });
    await world.deploy({ Named: custom({ id: 'one' }) }, options);
    await world.deploy({ Named: custom({ id: 'two' }), Broken: broken }, options);
    await world.deploy({ Named: custom({ id: 'one' }), Broken: broken }, options);
    await world.deploy({ Named: custom({ id: 'one', fails: true }), Broken: broken }, options);
    expect(world.requests().filter(request => / Named /.test(request)))
      .toEqual(['Create Named -', 'Update Named one', 'Update Named two', 'Update Named one', 'Update Named one']);
  });

  test('what does not depend on a failure goes on, and what depends on it does not begin', async () => {
    const world = new World(failing);
    await world.deploy({ Bad: custom({ fails: true }), Other: custom(), After: custom({}, { DependsOn: 'Bad' }) }, options);
    expect(['Bad', 'Other', 'After'].map(id => statusOf(world, id))).toEqual(['CREATE_FAILED', 'CREATE_COMPLETE', undefined]);
  });

  test('a delete removes what is there and what has failed', async () => {
    const world = new World(failing);
    await world.deploy({ Good: custom(), Bad: bad(true) }, options);
    expect(await world.destroy()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(world.requests(2)).toEqual(['Delete Bad failed-id', 'Delete Good id-of-Good']);
  });
});

test('express mode rolls back where rollback is switched on', async () => {
  const world = new World(failing);
  const result = await world.deploy({ Good: custom(), Bad: bad(true) }, { mode: 'EXPRESS', disableRollback: false });
  expect(result).toMatchObject({ status: 'ROLLBACK_COMPLETE' });
});

describe('the next deployment after CREATE_FAILED', () => {
  test.each<[FailedCreates, string[]]>([
    ['update', ['Update Bad failed-id']],
    ['create', ['Create Bad -']],
    ['create, delete', ['Create Bad -', 'Delete Bad failed-id']],
    ['delete, create', ['Delete Bad failed-id', 'Create Bad -']],
  ])('goes on with: %s', async (failedCreates, requests) => {
    const world = new World(failing, { failedCreates });
    await world.deploy({ Good: custom(), Bad: bad(true) }, NO_ROLLBACK);
    const result = await world.deploy({ Good: custom(), Bad: bad(false) }, NO_ROLLBACK);
    expect(result).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(world.requests(2)).toEqual(requests);
    expect(statusOf(world, 'Bad')).toMatch(/^(CREATE|UPDATE)_COMPLETE$/);
  });

  test('does not delete the id of a failed create that the new one answers as well', async () => {
    const world = new World(failing, { failedCreates: 'create, delete' });
    await world.deploy({ Good: custom(), Bad: bad(true) }, NO_ROLLBACK);
    world.handler = (event, { answer }) => { answer.call(world, event, { PhysicalResourceId: 'failed-id' }); };
    await world.deploy({ Good: custom(), Bad: bad(false) }, NO_ROLLBACK);
    expect(world.requests(2)).toEqual(['Create Bad -']);
  });

  test('invents an id for a create that never answered', async () => {
    const world = new World(() => undefined);
    await world.deploy({ Bad: custom() }, NO_ROLLBACK);
    expect(world.cloudFormation.findStack(GAME)!.status).toBe('CREATE_FAILED');
    world.handler = (event, { answer }) => { answer.call(world, event); };
    await world.deploy({ Bad: custom({ new: 1 }) }, NO_ROLLBACK);
    expect(world.requests(1)).toEqual([expect.stringMatching(/^Update Bad Game-Bad-[A-Z0-9]{12}$/)]);
  });

  test('deletes what it no longer declares', async () => {
    const world = new World(failing);
    await world.deploy({ Good: custom(), Bad: bad(true) }, NO_ROLLBACK);
    expect(await world.deploy({ Good: custom() }, NO_ROLLBACK)).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(world.requests(2)).toEqual(['Delete Bad failed-id']);
  });

  test('deletes everything if it fails with rollback: there is no state to go back to', async () => {
    const world = new World(failing);
    await world.deploy({ Good: custom(), Bad: bad(true) }, NO_ROLLBACK);
    expect(await world.deploy({ Good: custom(), Bad: bad(true, { again: 1 }) })).toMatchObject({ status: 'ROLLBACK_COMPLETE' });
    expect(world.requests(2)).toEqual(['Update Bad failed-id', 'Delete Bad failed-id', 'Delete Good id-of-Good']);
  });
});

describe('after UPDATE_FAILED', () => {
  async function failed(): Promise<World> {
    const world = new World(failing, { leavesFailedUpdates: true });
    await world.deploy({ Good: custom(), Bad: bad(false) });
    await world.deploy({ Good: custom({ new: 1 }), Bad: bad(true) }, NO_ROLLBACK);
    return world;
  }

  test('the next deployment updates what has failed, and only that', async () => {
    const world = await failed();
    expect(await world.deploy({ Good: custom({ new: 1 }), Bad: bad(false) }, NO_ROLLBACK)).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(world.requests(4)).toEqual(['Update Bad id-of-Bad']);
  });

  test('the last complete template is a change', async () => {
    const world = await failed();
    expect(await world.deploy({ Good: custom(), Bad: bad(false) }, NO_ROLLBACK)).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(world.requests(4)).toEqual(['Update Good id-of-Good', 'Update Bad id-of-Bad']);
  });

  test('a rollback goes back to the last complete state', async () => {
    const world = await failed();
    expect(await world.run(world.cloudFormation.rollbackStack(GAME))).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(world.requests(4)).toEqual(['Update Good id-of-Good', 'Update Bad id-of-Bad']);
    await expect(world.run(world.cloudFormation.rollbackStack(GAME))).rejects.toThrow(/can not be rolled back/);
  });
});

test('a stack in CREATE_FAILED can be rolled back: all is deleted', async () => {
  const world = new World(failing);
  await world.deploy({ Good: custom(), Bad: bad(true) }, NO_ROLLBACK);
  expect(await world.run(world.cloudFormation.rollbackStack(GAME))).toMatchObject({ status: 'ROLLBACK_COMPLETE' });
  expect(world.requests(2)).toEqual(['Delete Bad failed-id', 'Delete Good id-of-Good']);
});

test('a deployment without rollback that a person cancels is rolled back all the same', async () => {
  const world = new World(failing);
  await world.deploy({ Good: custom() });
  world.handler = () => undefined;
  const deployed = world.cloudFormation.deploy({ ...GAME, ...NO_ROLLBACK, template: { Resources: { Good: custom({ new: 1 }) } } });
  const result = world.run((async () => {
    await world.clock.sleep(1000);
    world.handler = failing;
    world.cloudFormation.cancelUpdateStack(GAME);
    return deployed;
  })());
  expect(await result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
});

test('outputs that another stack refuses leave the stack in UPDATE_FAILED', async () => {
  const world = new World(failing);
  const exporting = (name: string) => ({ Outputs: { Value: { Value: 'v', Export: { Name: name } } } });
  await world.deploy({ Good: custom() }, exporting('shared'));
  await world.deploy({ Good: custom({ v: { 'Fn::ImportValue': 'shared' } }) }, { stackName: 'Reader' });
  const result = await world.deploy({ Good: custom({ new: 1 }) }, { ...exporting('other'), ...NO_ROLLBACK });
  expect(result).toMatchObject({ status: 'UPDATE_FAILED', reason: 'Export shared cannot be deleted as it is in use by Reader' });
});
