import { PRIMARY_REGION, WorkSpacesWorld } from './workspaces-world';

/*
 * A fleet of as many members as a fleet may have, at the documented rate of two calls a second with a burst of five.
 * `npx jest --coverage=false test/lambda/workspaces/thousand-members` prints the figures.
 */
const MEMBERS = 1000;
const BATCH = 25;
const CREATION_SECONDS = 900;
const CALLS_PER_SECOND = 2;
const BURST = 5;
/** What the state of an execution holds. */
const MAX_STATE_BYTES = 262_144;

interface Figures {
  readonly what: string;
  readonly calls: number;
  readonly fewestCalls: number;
  readonly seconds: number;
  readonly fewestSeconds: number;
  readonly mostCallsInASecond: number;
  readonly throttled: number;
  readonly stateBytes: number;
}

let world: WorkSpacesWorld;
let ids: string[];
let physicalId: string;
let stateBytes: number;
const figures: Figures[] = [];

beforeAll(() => {
  world = new WorkSpacesWorld({ creationSeconds: CREATION_SECONDS });
  ids = Array.from({ length: MEMBERS }, (_, index) => {
    const workspaceId = `ws-m${String(index).padStart(8, '0')}`;
    world.simulator.seedWorkspace({ region: PRIMARY_REGION, workspaceId, directoryId: 'd-9067000001', userName: `user${index}` });
    return workspaceId;
  });
  const engine = world as unknown as { invoke(event: unknown): Promise<unknown> };
  const invoke = engine.invoke.bind(world);
  engine.invoke = async event => {
    const output = await invoke(event);
    stateBytes = Math.max(stateBytes, Buffer.byteLength(JSON.stringify(output ?? '')));
    return output;
  };
});

beforeEach(() => { stateBytes = 0; });

afterAll(() => {
  const lines = figures.map(figure => `  ${figure.what.padEnd(22)} ${String(figure.calls).padStart(5)} calls (${figure.fewestCalls} needed)  `
    + `${(figure.seconds / 60).toFixed(1).padStart(5)} min (${(figure.fewestSeconds / 60).toFixed(1)} needed)  `
    + `at most ${figure.mostCallsInASecond} calls in a second  ${figure.throttled} throttled  state ${Math.round(figure.stateBytes / 1024)} KB`);
  process.stdout.write(`\n${MEMBERS} members, simulated:\n${lines.join('\n')}\n\n`);
});

function measure(what: string, since: number, seconds: number, fewestCalls: number, fewestSeconds: number): Figures {
  const calls = world.dispatcher.calls.slice(since);
  const times = calls.map(call => call.at);
  const figure: Figures = {
    what,
    calls: calls.length,
    fewestCalls,
    seconds,
    fewestSeconds,
    mostCallsInASecond: Math.max(...times.map((time, at) => times.slice(at).filter(other => other < time + 1000).length)),
    throttled: calls.filter(call => call.outcome === 'ThrottlingException').length,
    stateBytes,
  };
  figures.push(figure);
  return figure;
}

function expectWithinTheRate(figure: Figures): void {
  expect(figure.throttled).toBe(0);
  expect(figure.calls).toBeLessThanOrEqual(1.2 * figure.fewestCalls);
  expect(figure.seconds).toBeLessThanOrEqual(1.2 * figure.fewestSeconds);
  expect(figure.mostCallsInASecond).toBeLessThanOrEqual(BURST + CALLS_PER_SECOND);
  expect(figure.stateBytes).toBeLessThan(MAX_STATE_BYTES);
}

test('a create gets all of them ready', async () => {
  const answer = await world.request(world.fleet('Create', { PrimaryWorkspaceIds: ids }));

  expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { MemberCount: String(MEMBERS) } });
  expect(world.standbys()).toHaveLength(MEMBERS);
  expect(Buffer.byteLength(answer.bodies[0])).toBeLessThanOrEqual(4096);
  physicalId = answer.PhysicalResourceId;
  // One look at the directory, then a request and a look at the result for each batch; looks in between are not needed.
  const batches = MEMBERS / BATCH;
  const fewestCalls = 1 + 2 * batches;
  const fewestSeconds = CREATION_SECONDS + 2 * batches / CALLS_PER_SECOND;
  expectWithinTheRate(measure('create', 0, answer.after, fewestCalls, fewestSeconds));
});

test('an update adds one member and removes another one', async () => {
  await world.pass(60);
  const since = world.dispatcher.calls.length;
  world.simulator.seedWorkspace({ region: PRIMARY_REGION, workspaceId: 'ws-added0001', directoryId: 'd-9067000001', userName: 'added' });

  const answer = await world.request({
    ...world.fleet('Update', { PrimaryWorkspaceIds: [...ids.slice(1), 'ws-added0001'] }, { physicalId }),
    oldProperties: world.fleet('Create', { PrimaryWorkspaceIds: ids }).properties,
  });

  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
  expect(world.standbys()).toHaveLength(MEMBERS);
  // The directory page by page, the request, the owner, the termination, and one look a minute while it waits.
  const fewestCalls = MEMBERS / BATCH + 3 + CREATION_SECONDS / 60 + 300 / 60 + 1;
  expectWithinTheRate(measure('add one, remove one', since, answer.after, fewestCalls, CREATION_SECONDS + 300 + MEMBERS / BATCH / CALLS_PER_SECOND));
});

test('a delete terminates all of them, each only after a look at its owner', async () => {
  await world.pass(60);
  const since = world.dispatcher.calls.length;

  const answer = await world.request(world.fleet('Delete', { PrimaryWorkspaceIds: [...ids.slice(1), 'ws-added0001'] }, { physicalId }));

  expect(answer.Status).toBe('SUCCESS');
  expect(world.standbys()).toEqual([]);
  const batches = MEMBERS / BATCH;
  const fewestCalls = MEMBERS + 3 * batches + 300 / 60;
  expectWithinTheRate(measure('delete', since, answer.after, fewestCalls, fewestCalls / CALLS_PER_SECOND + 300));
});
