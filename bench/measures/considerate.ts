import { accelerator } from './accelerator';
import { BEFORE } from './considerate-before';
import { deploy, type Deployment } from './deployment';
import { createEndpoints, createLimit, deleteEndpoints, deleteLimit, RATE as SES_RATE } from './fleet';
import { BATCH_SIZE } from '../../lambda/workspaces/client';
import { STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_TYPE } from '../../src/wire/workspaces';
import { Account } from '../../test/cases/account';
import { endpoint } from '../../test/cases/resources';
import { goal, THOROUGH, type Bench, type Measure, type Row } from '../measure';
import { limitOf } from '../simulation/limit';
import { FUNCTION_MEGABYTES, Ours } from '../simulation/ours';
import { SesEndpoints } from '../simulation/ses-endpoints';
import { Standbys } from '../simulation/standbys';
import { TwoFleets } from '../simulation/two-fleets';
import { logNormal, mean, randomNumbers } from '../statistics';

const SUBJECT = 'ours';
/** What WorkSpaces grants an account in a Region, all operations together. */
const WORKSPACES_RATE = { perSecond: 2, burst: 5 };
const STANDBY_SECONDS = 900;
const TERMINATION_SECONDS = 300;
/** Of the calls that a service gets. */
const MAX_REFUSED_PERCENT = 5;
/** Against the limit: the time that no schedule beats. */
const MAX_RATIO = 1.2;
const MAX_RATIO_OF_TREE = 2;
const LIFECYCLES = 200;

/** How considerate a deployment is: the R rows, each with its limit and what it was before. */
export const considerate: Measure = {
  name: 'considerate',
  run: async ({ effort: { considerateShare: share } }) => {
    const of = (count: number): number => Math.ceil(count * share);
    return [
      ...await standbysOf(of(100)),
      ...shared(`R2: ${of(60)} endpoints, create`, await createEndpoints(of(60)), createLimit(of(60)), SES_RATE.perSecond),
      ...shared(`R2: ${of(60)} endpoints, delete`, await deleteEndpoints(of(60)), deleteLimit(of(60)), SES_RATE.perSecond),
      ...await twoFleets(of(100)),
      ...await cancelledCreate('R4: create cancelled after 15 s'),
      ...await tree(of(10)),
      ...await oneEndpoint('R6: one endpoint, create and delete', of(LIFECYCLES)),
      ...shared(`R7: ${of(400)} endpoints, delete`, await deleteEndpoints(of(400)), deleteLimit(of(400)), SES_RATE.perSecond),
    ];
  },
};

function row(name: string, what: string, unit: string, value: number, atMost?: number): Row {
  const measure = `${name}: ${what}`;
  return { measure, subject: SUBJECT, unit, value, goal: atMost === undefined ? undefined : goal(value, atMost), before: BEFORE[measure] };
}

/** What many resources of one service do to its rate. */
function shared(name: string, { told, seconds, world }: Deployment, limit: number, perSecond: number): Row[] {
  const calls = world.work.serviceCalls;
  const failed = told.filter(({ success }) => !success).length;
  return [
    row(name, 'failed', '', failed, 0),
    row(name, 'calls', '', calls),
    row(name, 'refused', '', world.throttled()),
    row(name, 'refused of all calls', '%', 100 * world.throttled() / calls, MAX_REFUSED_PERCENT),
    row(name, `highest in one second; the service takes ${perSecond}`, '', world.peak(1)),
    row(name, `highest in one minute; the service takes ${60 * perSecond}`, '', world.peak(60)),
    row(name, `all told after; the limit is ${Math.round(limit)} s`, 's', seconds, failed === 0 ? MAX_RATIO * limit : undefined),
  ];
}

async function standbysOf(count: number): Promise<Row[]> {
  const name = `R1: ${count} standbys`;
  const times = { creationSeconds: STANDBY_SECONDS, terminationSeconds: TERMINATION_SECONDS, requestRate: WORKSPACES_RATE };
  const model = new Standbys(STANDBY_WORKSPACE_TYPE, count, times, randomNumbers(1), FUNCTION_MEGABYTES);
  const ours = new Ours(model);
  const operate = (operation: 'Create' | 'Delete') =>
    deploy(model.world, () => Promise.all(model.primaries.map(primary => ours.operate(operation, primary))));
  // For each a search and the request; then the result.
  const shortestCreate = limitOf(WORKSPACES_RATE, { startingCalls: 2 * count, calls: 3 * count, serviceSeconds: STANDBY_SECONDS });
  const created = shared(`${name}, create`, await operate('Create'), shortestCreate, WORKSPACES_RATE.perSecond);
  await model.world.clock.run(model.world.clock.sleep(60_000));
  model.world.forgetWork();
  // For each a look, the owner and the termination; then absence.
  const shortestDelete = limitOf(WORKSPACES_RATE, { startingCalls: 3 * count, calls: 4 * count, serviceSeconds: TERMINATION_SECONDS });
  return [...created, ...shared(`${name}, delete`, await operate('Delete'), shortestDelete, WORKSPACES_RATE.perSecond)];
}

async function twoFleets(members: number): Promise<Row[]> {
  const name = `R3: two fleets of ${members}`;
  const batches = 2 * Math.ceil(members / BATCH_SIZE);
  const times = { creationSeconds: STANDBY_SECONDS, terminationSeconds: TERMINATION_SECONDS, requestRate: WORKSPACES_RATE };
  const model = new TwoFleets(STANDBY_WORKSPACE_FLEET_TYPE, 2 * members, times, randomNumbers(1), FUNCTION_MEGABYTES);
  const ours = new Ours(model);
  const operate = (operation: 'Create' | 'Delete') =>
    deploy(model.world, () => Promise.all(TwoFleets.NAMES.map(fleet => ours.operate(operation, fleet))));
  // For each a look at the directory and the requests; then the results.
  const shortestCreate = limitOf(WORKSPACES_RATE, { startingCalls: 2 + batches, calls: 2 + 2 * batches, serviceSeconds: STANDBY_SECONDS });
  const created = shared(`${name}, create`, await operate('Create'), shortestCreate, WORKSPACES_RATE.perSecond);
  await model.world.clock.run(model.world.clock.sleep(60_000));
  model.world.forgetWork();
  // The pages of the directory, the owner of each member, and the terminations. Then absence.
  const startingCalls = 2 * batches + 2 * members;
  const shortestDelete = limitOf(WORKSPACES_RATE, { startingCalls, calls: startingCalls + batches, serviceSeconds: TERMINATION_SECONDS });
  return [...created, ...shared(`${name}, delete`, await operate('Delete'), shortestDelete, WORKSPACES_RATE.perSecond)];
}

/** From the begin of the create until all workers have come to rest. */
async function cancelledCreate(name: string): Promise<Row[]> {
  const account = new Account({ ses: { creationSeconds: 70, deletionSeconds: 20, requestRate: 'unlimited' } });
  const creating = account.begin({ Thing: endpoint() });
  await account.pass(15);
  const deleted = await account.delete();
  await account.run(creating);
  const calls = account.calls();
  const perMinute = new Map<number, number>();
  calls.forEach(({ at }) => perMinute.set(Math.floor(at / 60_000), (perMinute.get(Math.floor(at / 60_000)) ?? 0) + 1));
  return [
    row(name, 'failed', '', deleted.status === 'DELETE_COMPLETE' && account.exists().length === 0 ? 0 : 1, 0),
    row(name, 'calls', '', calls.length, 40),
    row(name, 'highest in one minute', '', Math.max(...perMinute.values())),
  ];
}

async function tree(listeners: number): Promise<Row[]> {
  const name = `R5: ${listeners} listeners with ${4 * listeners} endpoint groups, delete`;
  const rows = await accelerator.run({ effort: { ...THOROUGH, listeners } } as Bench);
  const figure = (what: RegExp): number => {
    const found = rows.find(({ measure }) => measure.includes('changes at any time, delete: ') && what.test(measure));
    // Where resources failed there is no ratio.
    return found?.value ?? Infinity;
  };
  return [
    row(name, 'failed', '', figure(/: failed/), 0),
    row(name, 'all told after', 's', figure(/: all told after/)),
    row(name, 'against the limit', 'times', figure(/: against the limit/), MAX_RATIO_OF_TREE),
    row(name, 'calls', '', figure(/: service calls/)),
    row(name, 'function calls', '', figure(/: function calls/)),
  ];
}

/** The mean over random times of the service, those of the measure `lifecycle`. */
async function oneEndpoint(name: string, lifecycles: number): Promise<Row[]> {
  const random = randomNumbers(7);
  const lives = [];
  for (let life = 0; life < lifecycles; life++) {
    const times = { creationSeconds: logNormal(random, 70, 0.25), deletionSeconds: logNormal(random, 20, 0.25) };
    const model = new SesEndpoints({ ...times, requestRate: 'unlimited' }, randomNumbers(life), FUNCTION_MEGABYTES);
    const { clock, work } = model.world;
    const ours = new Ours(model);
    await clock.run(ours.operate('Create', 'mail'));
    await clock.run(clock.sleep(60_000));
    await clock.run(ours.operate('Delete', 'mail'));
    lives.push(work);
  }
  return [
    row(name, 'function calls, mean', '', mean(lives.map(({ functionCalls }) => functionCalls)), 16),
    row(name, 'state transitions, mean', '', mean(lives.map(({ transitions }) => transitions)), 45),
    row(name, 'calls, mean', '', mean(lives.map(({ serviceCalls }) => serviceCalls)), 20),
  ];
}
