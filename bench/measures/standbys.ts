import { deploy, rowsOf, type Deployment, type Goals } from './deployment';
import type { Operation } from '../../lambda/lifecycle/request';
import { BATCH_SIZE } from '../../lambda/workspaces/client';
import { STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_TYPE } from '../../src/wire/workspaces';
import type { Measure, Row } from '../measure';
import { limitOf, type Necessary } from '../simulation/limit';
import { FUNCTION_MEGABYTES as OUR_MEGABYTES, Ours } from '../simulation/ours';
import { FUNCTION_MEGABYTES as FRAMEWORK_MEGABYTES, ProviderFramework } from '../simulation/provider-framework';
import type { Operator } from '../simulation/resource-model';
import { Standbys } from '../simulation/standbys';
import { randomNumbers } from '../statistics';

/** What WorkSpaces grants an account in a Region, all operations together. */
const RATE = { perSecond: 2, burst: 5 };
/** Not published; what the sandbox takes, too. */
const CREATION_SECONDS = 900;
const TERMINATION_SECONDS = 300;
const GOALS: Goals = { maxRatio: 1.2 };

/** A way to declare many standbys. */
interface Way {
  readonly subject: string;
  readonly type: Standbys['type'];
  readonly megabytes: number;
  readonly goals?: Goals;
  operator(standbys: Standbys): Operator;
  /** The names of the resources. */
  names(standbys: Standbys): readonly string[];
  necessary(operation: Operation, count: number): Omit<Necessary, 'serviceSeconds'>;
}

const FLEET: Way = {
  subject: 'ours, one fleet',
  type: STANDBY_WORKSPACE_FLEET_TYPE,
  megabytes: OUR_MEGABYTES,
  goals: GOALS,
  operator: standbys => new Ours(standbys),
  names: () => ['fleet'],
  necessary: (operation, count) => {
    const batches = Math.ceil(count / BATCH_SIZE);
    // A look at the directory and the requests; or its pages, the owner of each member, and the terminations. Then the results.
    const startingCalls = operation === 'Create' ? 1 + batches : batches + count + batches;
    return { startingCalls, calls: startingCalls + batches };
  },
};

/** A search and the request; or a look, the owner and the termination. Then the result. */
const necessaryForEach: Way['necessary'] = (operation, count) => {
  const startingCalls = (operation === 'Create' ? 2 : 3) * count;
  return { startingCalls, calls: startingCalls + count };
};

const SINGLES: Way = {
  subject: 'ours, single standbys',
  type: STANDBY_WORKSPACE_TYPE,
  megabytes: OUR_MEGABYTES,
  goals: GOALS,
  operator: standbys => new Ours(standbys),
  names: standbys => standbys.primaries,
  necessary: necessaryForEach,
};

const FRAMEWORK: Way = {
  ...SINGLES,
  subject: 'provider framework, 5 s',
  megabytes: FRAMEWORK_MEGABYTES,
  goals: undefined,
  operator: standbys => new ProviderFramework(standbys, { careful: false }),
};

/** Many standby WorkSpaces of one deployment under the rate of WorkSpaces. */
export const standbys: Measure = {
  name: 'standbys',
  run: async ({ effort }) => {
    const rows: Row[] = [];
    for (const count of effort.standbys) {
      for (const way of [FLEET, SINGLES]) {
        rows.push(...await creates(way, count), ...await deletes(way, count));
      }
      rows.push(...await creates(FRAMEWORK, count));
    }
    return rows;
  },
};

async function creates(way: Way, count: number): Promise<Row[]> {
  const model = modelOf(way, count, CREATION_SECONDS);
  return describe('Create', way, count, await operateAll('Create', way, model, way.operator(model)));
}

/** Deletes what was created without haste. */
async function deletes(way: Way, count: number): Promise<Row[]> {
  const model = modelOf(way, count, 0);
  const { clock } = model.world;
  const operator = way.operator(model);
  for (const name of way.names(model)) {
    const { success, reason } = await clock.run(operator.operate('Create', name));
    if (!success) {
      throw new Error(`A simulated standby that was to be deleted could not be made: ${reason}`);
    }
    await clock.run(clock.sleep(10_000));
  }
  model.world.forgetWork();
  return describe('Delete', way, count, await operateAll('Delete', way, model, operator));
}

function modelOf({ type, megabytes }: Way, count: number, creationSeconds: number): Standbys {
  const times = { creationSeconds, terminationSeconds: TERMINATION_SECONDS };
  return new Standbys(type, count, { ...times, requestRate: RATE }, randomNumbers(1), megabytes);
}

function operateAll(operation: Operation, way: Way, model: Standbys, operator: Operator): Promise<Deployment> {
  return deploy(model.world, () => Promise.all(way.names(model).map(name => operator.operate(operation, name))));
}

function describe(operation: Operation, { subject, goals, necessary }: Way, count: number, deployment: Deployment): Row[] {
  const serviceSeconds = operation === 'Create' ? CREATION_SECONDS : TERMINATION_SECONDS;
  const limit = limitOf(RATE, { ...necessary(operation, count), serviceSeconds });
  const name = `${count} standbys, ${operation.toLowerCase()}`;
  return rowsOf(deployment, { name, subject, limit, goals });
}
