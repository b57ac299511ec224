import { executionOf, Executions, NOON, requestAt } from './executions';
import { enter, type Certainty, type Entry, type EntryResult } from '../../../lambda/lifecycle/enter';
import type { Runtime } from '../../../lambda/lifecycle/ports';
import type { Request } from '../../../lambda/lifecycle/request';

const OWN = requestAt(100);
/** The first step begins two seconds after the request. */
const BEGAN: Entry = { startedAt: NOON + 102_000 };

interface Situation {
  readonly request?: Request;
  readonly entry?: Entry;
  readonly certainty?: Certainty;
  /** Seconds after noon. */
  readonly now?: number;
}

function entering(executions: Executions, { request = OWN, entry = BEGAN, certainty, now = 102 }: Situation = {}): Promise<EntryResult> {
  const runtime: Runtime = {
    clock: { now: () => NOON + now * 1000, sleep: async () => undefined }, log: { write: () => undefined }, waiter: executions.waiter,
    transport: { put: async () => 200 }, random: () => 0.5,
  };
  return enter(request, entry, certainty, runtime);
}

function shown(...requests: readonly Request[]): Executions {
  const executions = new Executions();
  executions.list = requests.map(request => executionOf(request));
  return executions;
}

test('who is alone works at once, and knows since when, who was before, and how many there are', async () => {
  const executions = shown(OWN);
  const create = executionOf(requestAt(10, 'Create'), false);
  executions.list.push(create);

  expect(await entering(executions)).toEqual({
    kind: 'entered',
    entry: {
      ...BEGAN, aloneSince: NOON + 102_000, seesItself: true, predecessors: [create.name],
      crowd: { running: 1, rank: 0, startedAt: expect.any(Number), asOf: NOON + 102_000, isFirst: true },
    },
  });
  expect(executions.stopped()).toEqual([]);
});

test('looks back over all executions that may still run', async () => {
  const executions = shown(OWN);
  await entering(executions);
  expect(executions.calls).toEqual([`list since ${OWN.requestedAt - 7_200_000}`]);
});

test('who has entered keeps the time of that', async () => {
  const crowd = { running: 1, rank: 0, startedAt: 0, asOf: 0, isFirst: true };
  const result = await entering(shown(OWN), { entry: { ...BEGAN, aloneSince: NOON + 102_000, crowd }, now: 130 });
  expect(result).toMatchObject({ kind: 'entered', entry: { aloneSince: NOON + 102_000, crowd: { isFirst: false, asOf: NOON + 130_000 } } });
});

describe('a later request', () => {
  test('makes this one give way, and stops nothing', async () => {
    const executions = shown(requestAt(110), OWN, requestAt(50));
    expect(await entering(executions)).toEqual({ kind: 'superseded' });
    expect(executions.stopped()).toEqual([]);
  });

  test('that deletes makes a create give way, but no other delete', async () => {
    const [create, removal] = [requestAt(100, 'Create'), requestAt(110, 'Delete')];
    expect(await entering(shown(removal, create), { request: create })).toEqual({ kind: 'superseded' });
    const first = requestAt(100, 'Delete');
    expect(await entering(shown(removal, first), { request: first })).toMatchObject({ kind: 'entered' });
  });
});

describe('earlier requests that run', () => {
  const [older, old] = [requestAt(50), requestAt(60)];

  test('are stopped, and their steps are waited for', async () => {
    const executions = shown(OWN, old, older);
    const result = await entering(executions, { entry: { ...BEGAN, aloneSince: NOON } });
    expect(executions.stopped()).toEqual([executionOf(old).name, executionOf(older).name]);
    expect(result).toMatchObject({ kind: 'wait', seconds: 65, until: 'the steps of earlier requests to end', entry: { over: executions.stopped() } });
    expect(result).toMatchObject({ entry: { aloneSince: undefined } });
  });

  test('cost no wait when they had come to their end by themselves', async () => {
    const executions = shown(OWN, old);
    executions.state = 'ended';
    expect(await entering(executions)).toMatchObject({ kind: 'wait', seconds: 0, entry: { over: [executionOf(old).name] } });
  });

  test('that can not be stopped yet are looked at again, and stopped again', async () => {
    const executions = shown(OWN, old);
    executions.state = 'running';
    const result = await entering(executions);
    expect(result).toMatchObject({ kind: 'wait', seconds: 2, entry: { over: [] } });
    executions.state = 'stopped';
    expect(await entering(executions, { entry: (result as { entry: Entry }).entry, now: 104 })).toMatchObject({ kind: 'wait', seconds: 65 });
  });

  test('are as long as the one that takes longest', async () => {
    const executions = shown(OWN, old, older);
    const states = ['stopped', 'ended'] as const;
    let index = 0;
    executions.waiter.stateOf = async () => states[index++];
    expect(await entering(executions)).toMatchObject({ seconds: 65 });
  });

  test('that are over are believed, though the list still shows them as running', async () => {
    const executions = shown(OWN, old);
    const result = await entering(executions);
    const { entry } = result as { entry: Entry };
    expect(await entering(executions, { entry, now: 167 })).toMatchObject({ kind: 'entered', entry: { aloneSince: NOON + 167_000 } });
  });

  test('that show later are stopped as well', async () => {
    const executions = shown(OWN, old);
    const { entry } = await entering(executions) as { entry: Entry };
    executions.list = [OWN, old, older].map(request => executionOf(request));
    expect(await entering(executions, { entry, now: 167 })).toMatchObject({
      kind: 'wait', seconds: 65, entry: { over: [executionOf(old).name, executionOf(older).name] },
    });
  });

  test('are left alone when they delete and this one does', async () => {
    const removal = requestAt(100, 'Delete');
    const executions = shown(removal, requestAt(60, 'Delete'));
    expect(await entering(executions, { request: removal })).toMatchObject({ kind: 'entered' });
    expect(executions.stopped()).toEqual([]);
  });
});

describe('a list that does not show this one yet', () => {
  test('is enough for a request that comes at once', async () => {
    expect(await entering(new Executions())).toMatchObject({ kind: 'entered', entry: { seesItself: false } });
  });

  test.each([[105, 'entered'], [105.001, 'wait']])('is not enough for one that begins late: %d s after noon it is %s', async (seconds, kind) => {
    const entry = { startedAt: NOON + seconds * 1000 };
    expect(await entering(new Executions(), { entry, now: seconds })).toMatchObject({ kind });
  });

  test.each<[Certainty | undefined, number]>([['sees itself', 102], [undefined, 200]])('is read again (%s)', async (certainty, began) => {
    const entry = { startedAt: NOON + began * 1000 };
    const result = await entering(new Executions(), { entry, certainty, now: began + 64 });
    expect(result).toMatchObject({ kind: 'wait', seconds: 2, until: 'the list of executions to show this one' });
  });

  test('is believed after a minute', async () => {
    expect(await entering(new Executions(), { certainty: 'sees itself', now: 167 })).toMatchObject({ kind: 'entered', entry: { seesItself: true } });
  });

  test('has shown it before, which is enough', async () => {
    const entry = { ...BEGAN, seesItself: true };
    expect(await entering(new Executions(), { entry, certainty: 'sees itself' })).toMatchObject({ kind: 'entered', entry: { seesItself: true } });
  });
});

describe('who must be certain that nothing comes', () => {
  test.each([[102, 65], [150, 17], [166.5, 0.5]])('waits, %d s after noon another %d s, though the list shows it', async (now, seconds) => {
    expect(await entering(shown(OWN), { certainty: 'nothing comes', now })).toMatchObject({
      kind: 'wait', seconds, until: 'certainty that no step of the create is still at work', entry: { seesItself: true },
    });
  });

  test('works after that', async () => {
    expect(await entering(shown(OWN), { certainty: 'nothing comes', now: 167 })).toMatchObject({ kind: 'entered' });
    expect(await entering(new Executions(), { certainty: 'nothing comes', now: 167 })).toMatchObject({ kind: 'entered' });
  });
});

test.each(['ThrottlingException', 'AccessDeniedException'])('a list that can not be read (%s) is no list: nothing is done', async name => {
  const executions = new Executions();
  executions.waiter.executions = async () => { throw Object.assign(new Error('no'), { name }); };
  await expect(entering(executions)).rejects.toThrow('no');
  expect(executions.stopped()).toEqual([]);
});
