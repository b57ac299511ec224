import type { Operation } from '../../lambda/lifecycle/request';
import { goal, type Measure, type Row } from '../measure';
import { FUNCTION_MEGABYTES as OUR_MEGABYTES, Ours } from '../simulation/ours';
import { FUNCTION_MEGABYTES as FRAMEWORK_MEGABYTES, ProviderFramework } from '../simulation/provider-framework';
import { World, type Told } from '../simulation/world';
import { randomNumbers } from '../statistics';

const OURS = 'ours';
/** All that SES grants an account in a Region; the burst is not documented. */
const RATE = { perSecond: 1, burst: 5 };
const CREATION_SECONDS = 70;
/** Nobody needs fewer: create and READY seen twice; tags, delete and a look. */
const FEWEST_CALLS = 3;
/** The handlers' default time-out. */
const MAX_SECONDS = 30 * 60;

interface Fleet {
  readonly told: readonly Told[];
  readonly seconds: number;
  readonly world: World;
}

/** Many endpoints of one deployment, all requested at once, under the rate of SES. */
export const fleet: Measure = {
  name: 'fleet',
  run: async ({ effort }) => {
    const rows: Row[] = [];
    for (const count of effort.fleets) {
      rows.push(...await creates(count), ...await deletes(count), ...await frameworkCreates(count));
    }
    return rows;
  },
};

async function creates(count: number): Promise<Row[]> {
  const world = new World({ creationSeconds: CREATION_SECONDS, requestRate: RATE }, randomNumbers(1), OUR_MEGABYTES);
  const operator = new Ours(world);
  return rowsOf('Create', OURS, count, await operateAll(world, count, name => operator.operate('Create', name)));
}

/** Deletes what was created without haste. */
async function deletes(count: number): Promise<Row[]> {
  const world = new World({ creationSeconds: 0, requestRate: RATE }, randomNumbers(1), OUR_MEGABYTES);
  const operator = new Ours(world);
  for (let index = 0; index < count; index++) {
    await world.clock.run(operator.operate('Create', nameOf(index)));
    await world.clock.run(world.clock.sleep(10_000));
  }
  world.forgetWork();
  return rowsOf('Delete', OURS, count, await operateAll(world, count, name => operator.operate('Delete', name)));
}

async function frameworkCreates(count: number): Promise<Row[]> {
  const world = new World({ creationSeconds: CREATION_SECONDS, requestRate: RATE }, randomNumbers(1), FRAMEWORK_MEGABYTES);
  const operator = new ProviderFramework(world, { careful: false });
  const created = await operateAll(world, count, name => operator.operate('Create', name));
  return rowsOf('Create', 'provider framework, 5 s', count, created);
}

async function operateAll(world: World, count: number, operate: (name: string) => Promise<Told>): Promise<Fleet> {
  const startedAt = world.clock.now();
  const all = Array.from({ length: count }, (_, index) => operate(nameOf(index)));
  const told = await world.clock.run(Promise.all(all));
  return { told, seconds: (Math.max(...told.map(({ at }) => at)) - startedAt) / 1000, world };
}

function nameOf(index: number): string {
  return `endpoint-${index}`;
}

function rowsOf(operation: Operation, subject: string, count: number, { told, seconds, world }: Fleet): Row[] {
  const limit = (FEWEST_CALLS * count - RATE.burst) / RATE.perSecond;
  const failed = told.filter(({ success }) => !success).length;
  const judged = subject === OURS;
  const row = (what: string, unit: string, value: number, atMost?: number): Row => ({
    measure: `${count} endpoints at once, ${operation.toLowerCase()}: ${what}`, subject, unit, value,
    goal: judged && atMost !== undefined ? goal(value, atMost) : undefined,
  });
  return [
    row('failed', '', failed, 0),
    row('all told after', 's', seconds, MAX_SECONDS),
    row(`against the ${limit} s that the rate allows`, 'times', seconds / limit),
    row('service calls', '', world.work.serviceCalls),
    row('highest rate, throttled calls included', '/s', world.highestRate()),
    row('function calls', '', world.work.functionCalls),
    row('state transitions', '', world.work.transitions),
  ];
}
