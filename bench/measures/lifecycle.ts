import type { Operation } from '../../lambda/lifecycle/request';
import { STANDBY_WORKSPACE_TYPE } from '../../src/wire/workspaces';
import { goal, type Bench, type Measure, type Row } from '../measure';
import { Accelerators } from '../simulation/accelerators';
import { Clairvoyant } from '../simulation/clairvoyant';
import { Ours, FUNCTION_MEGABYTES as OUR_MEGABYTES } from '../simulation/ours';
import { costOf } from '../simulation/prices';
import { FUNCTION_MEGABYTES as FRAMEWORK_MEGABYTES, ProviderFramework } from '../simulation/provider-framework';
import type { Operator, ResourceModel } from '../simulation/resource-model';
import { SesEndpoints } from '../simulation/ses-endpoints';
import { Standbys } from '../simulation/standbys';
import type { Work } from '../simulation/work';
import { logNormal, mean, median, quantile, randomNumbers } from '../statistics';

type ModelMaker = (seconds: number, random: () => number, megabytes: number) => ResourceModel;

/** One operation of one kind of resource, and the random times that its service needs. */
interface Course {
  readonly name: string;
  readonly operation: Operation;
  readonly middle: number;
  readonly sigma: number;
  readonly withGoal?: boolean;
  model: ModelMaker;
}

const endpointIn: ModelMaker = (seconds, random, megabytes) =>
  new SesEndpoints({ creationSeconds: seconds, requestRate: 'unlimited' }, random, megabytes);
const endpointGoneIn: ModelMaker = (seconds, random, megabytes) =>
  new SesEndpoints({ creationSeconds: 0, deletionSeconds: seconds, requestRate: 'unlimited' }, random, megabytes);
const acceleratorIn: ModelMaker = (seconds, random, megabytes) => new Accelerators({ deploymentSeconds: seconds }, random, megabytes);
const standbyIn: ModelMaker = (seconds, random, megabytes) =>
  new Standbys(STANDBY_WORKSPACE_TYPE, 1, { creationSeconds: seconds }, random, megabytes);
const standbyGoneIn: ModelMaker = (seconds, random, megabytes) =>
  new Standbys(STANDBY_WORKSPACE_TYPE, 1, { creationSeconds: 0, terminationSeconds: seconds }, random, megabytes);

/** What is published about creations of endpoints lies between 69 and 113 seconds, ends of other things included. */
const COURSES: readonly Course[] = [
  { name: 'create, about 70 s', operation: 'Create', middle: 70, sigma: 0.25, model: endpointIn, withGoal: true },
  { name: 'create, 70 s, wide spread', operation: 'Create', middle: 70, sigma: 0.5, model: endpointIn },
  { name: 'create, about 8 s', operation: 'Create', middle: 8, sigma: 0.25, model: endpointIn },
  { name: 'delete, about 20 s', operation: 'Delete', middle: 20, sigma: 0.25, model: endpointGoneIn },
  { name: 'create an accelerator, about 40 s', operation: 'Create', middle: 40, sigma: 0.25, model: acceleratorIn, withGoal: true },
  { name: 'create a standby, about 900 s', operation: 'Create', middle: 900, sigma: 0.25, model: standbyIn, withGoal: true },
  { name: 'delete a standby, about 300 s', operation: 'Delete', middle: 300, sigma: 0.25, model: standbyGoneIn },
];

const OURS = 'ours';
const FRAMEWORK = 'provider framework, 5 s';
/** In seconds. */
const MAX_LATENCY = 2;
/** After which what a create has made is visible everywhere. */
const VISIBLE_MILLISECONDS = 60_000;

interface Peer {
  readonly megabytes: number;
  operator(model: ResourceModel, seconds: number): Operator;
}

const PEERS: Readonly<Record<string, Peer>> = {
  [OURS]: { megabytes: OUR_MEGABYTES, operator: model => new Ours(model) },
  [FRAMEWORK]: { megabytes: FRAMEWORK_MEGABYTES, operator: model => new ProviderFramework(model, { careful: false }) },
  'provider framework, 5 s, looks first, end seen twice': {
    megabytes: FRAMEWORK_MEGABYTES, operator: model => new ProviderFramework(model, { careful: true }),
  },
  'clairvoyant': { megabytes: OUR_MEGABYTES, operator: (model, seconds) => new Clairvoyant(model, seconds) },
};

interface Lived {
  /** From really ready (or gone) to CloudFormation told, in seconds. */
  readonly latency: number;
  readonly work: Work;
}

/** One create or one delete in simulated time. */
export const lifecycle: Measure = {
  name: 'lifecycle',
  run: async bench => {
    const rows: Row[] = [];
    for (const course of COURSES) {
      rows.push(...await rowsOf(bench, course));
    }
    return rows;
  },
};

async function rowsOf(bench: Bench, course: Course): Promise<Row[]> {
  const lives: Record<string, Lived[]> = {};
  for (const [name, peer] of Object.entries(PEERS)) {
    // The same durations for everybody.
    const random = randomNumbers(7);
    lives[name] = [];
    for (let life = 0; life < bench.effort.lifecycles; life++) {
      lives[name].push(await live(peer, course, logNormal(random, course.middle, course.sigma), life));
    }
  }
  return Object.keys(lives).flatMap(name => describe(name, lives, course));
}

async function live({ megabytes, operator }: Peer, { operation, model: make }: Course, seconds: number, seed: number): Promise<Lived> {
  const model = make(seconds, randomNumbers(seed), megabytes);
  const { clock } = model.world;
  const actor = operator(model, seconds);
  const name = model instanceof Standbys ? model.primaries[0] : 'mail';
  if (operation === 'Delete') {
    await clock.run(actor.operate('Create', name));
    await clock.run(clock.sleep(VISIBLE_MILLISECONDS));
    model.world.forgetWork();
  }
  const told = await clock.run(actor.operate(operation, name));
  if (!told.success) {
    throw new Error(`A simulated ${operation} failed: ${told.reason}`);
  }
  const readyAt = model.world.acceptedAt(model.decisiveCall(operation)) + seconds * 1000;
  return { latency: (told.at - readyAt) / 1000, work: model.world.work };
}

function describe(name: string, lives: Readonly<Record<string, Lived[]>>, course: Course): Row[] {
  const latencies = lives[name].map(({ latency }) => latency);
  const average = (of: (work: Work) => number, subject = name) => mean(lives[subject].map(({ work }) => of(work)));
  const calls = average(work => work.serviceCalls);
  const withGoal = name === OURS && course.withGoal;
  const measure = (what: string) => `${course.name}: ${what}`;
  return [
    {
      measure: measure('ready to told, median'), subject: name, unit: 's', value: median(latencies),
      spread: [quantile(latencies, 0.05), quantile(latencies, 0.95)],
      goal: withGoal ? goal(median(latencies), MAX_LATENCY) : undefined,
    },
    {
      measure: measure('service calls, mean'), subject: name, unit: '', value: calls,
      goal: withGoal ? goal(calls, average(work => work.serviceCalls, FRAMEWORK)) : undefined,
    },
    { measure: measure('function calls, mean'), subject: name, unit: '', value: average(work => work.functionCalls) },
    { measure: measure('state transitions, mean'), subject: name, unit: '', value: average(work => work.transitions) },
    { measure: measure('cost of 1,000 (prices documented, not measured)'), subject: name, unit: 'USD', value: 1000 * average(costOf) },
  ];
}
