import type { Operation } from '../../lambda/lifecycle/request';
import { goal, type Bench, type Measure, type Row } from '../measure';
import { Ours, FUNCTION_MEGABYTES as OUR_MEGABYTES } from '../simulation/ours';
import { costOf } from '../simulation/prices';
import { FUNCTION_MEGABYTES as FRAMEWORK_MEGABYTES, ProviderFramework } from '../simulation/provider-framework';
import type { Work } from '../simulation/work';
import { SECONDARY_REGION, World, type Told } from '../simulation/world';
import { logNormal, mean, median, quantile, randomNumbers } from '../statistics';

/** Random times that SES needs. */
interface Durations {
  readonly name: string;
  readonly middle: number;
  readonly sigma: number;
}

/** What is published about creations lies between 69 and 113 seconds, ends of other things included. */
const PUBLISHED: Durations = { name: 'create, about 70 s', middle: 70, sigma: 0.25 };
const CREATIONS: readonly Durations[] = [
  PUBLISHED,
  { name: 'create, 70 s, wide spread', middle: 70, sigma: 0.5 },
  { name: 'create, about 8 s', middle: 8, sigma: 0.25 },
];
const DELETION: Durations = { name: 'delete, about 20 s', middle: 20, sigma: 0.25 };

const OURS = 'ours';
const FRAMEWORK = 'provider framework, 5 s';
/** In seconds. */
const MAX_LATENCY = 2;

interface Operator {
  operate(operation: Operation, name: string): Promise<Told>;
}

const OPERATORS: Readonly<Record<string, { readonly megabytes: number; make(world: World, seconds: number): Operator }>> = {
  [OURS]: { megabytes: OUR_MEGABYTES, make: world => new Ours(world) },
  [FRAMEWORK]: { megabytes: FRAMEWORK_MEGABYTES, make: world => new ProviderFramework(world, { careful: false }) },
  'provider framework, 5 s, looks first, READY twice': {
    megabytes: FRAMEWORK_MEGABYTES, make: world => new ProviderFramework(world, { careful: true }),
  },
  'clairvoyant': { megabytes: OUR_MEGABYTES, make: clairvoyant },
};

interface Lived {
  /** From really ready (or gone) to CloudFormation told, in seconds. */
  readonly latency: number;
  readonly work: Work;
}

/** One create and one delete in simulated time. */
export const lifecycle: Measure = {
  name: 'lifecycle',
  run: async bench => {
    const rows: Row[] = [];
    for (const durations of CREATIONS) {
      rows.push(...await rowsOf(bench, 'Create', durations));
    }
    return [...rows, ...await rowsOf(bench, 'Delete', DELETION)];
  },
};

async function rowsOf(bench: Bench, operation: Operation, durations: Durations): Promise<Row[]> {
  const lives: Record<string, Lived[]> = {};
  for (const [name, operator] of Object.entries(OPERATORS)) {
    // The same durations for everybody.
    const random = randomNumbers(7);
    lives[name] = [];
    for (let life = 0; life < bench.effort.lifecycles; life++) {
      lives[name].push(await live(operator, operation, logNormal(random, durations.middle, durations.sigma), life));
    }
  }
  return Object.keys(lives).flatMap(name => describe(name, lives, durations));
}

async function live(operator: typeof OPERATORS[string], operation: Operation, seconds: number, seed: number): Promise<Lived> {
  const times = operation === 'Create' ? { creationSeconds: seconds } : { creationSeconds: 0, deletionSeconds: seconds };
  const world = new World({ ...times, requestRate: 'unlimited' }, randomNumbers(seed), operator.megabytes);
  const actor = operator.make(world, seconds);
  if (operation === 'Delete') {
    await world.clock.run(actor.operate('Create', 'mail'));
    await world.clock.run(world.clock.sleep(60_000));
    world.forgetWork();
  }
  const told = await world.clock.run(actor.operate(operation, 'mail'));
  if (!told.success) {
    throw new Error(`A simulated ${operation} failed: ${told.reason}`);
  }
  const readyAt = world.acceptedAt(`${operation}MultiRegionEndpoint`, 'mail') + seconds * 1000;
  return { latency: (told.at - readyAt) / 1000, work: world.work };
}

function describe(name: string, lives: Readonly<Record<string, Lived[]>>, durations: Durations): Row[] {
  const latencies = lives[name].map(({ latency }) => latency);
  const average = (of: (work: Work) => number, subject = name) => mean(lives[subject].map(({ work }) => of(work)));
  const calls = average(work => work.serviceCalls);
  const judged = name === OURS && durations === PUBLISHED;
  const measure = (what: string) => `${durations.name}: ${what}`;
  return [
    {
      measure: measure('ready to told, median'), subject: name, unit: 's', value: median(latencies),
      spread: [quantile(latencies, 0.05), quantile(latencies, 0.95)],
      goal: judged ? goal(median(latencies), MAX_LATENCY) : undefined,
    },
    {
      measure: measure('service calls, mean'), subject: name, unit: '', value: calls,
      goal: judged ? goal(calls, average(work => work.serviceCalls, FRAMEWORK)) : undefined,
    },
    { measure: measure('function calls, mean'), subject: name, unit: '', value: average(work => work.functionCalls) },
    { measure: measure('state transitions, mean'), subject: name, unit: '', value: average(work => work.transitions) },
    { measure: measure('cost of 1,000 (prices documented, not measured)'), subject: name, unit: 'USD', value: 1000 * average(costOf) },
  ];
}

/** Knows when it is worth to look. */
function clairvoyant(world: World, seconds: number): Operator {
  return {
    operate: async (operation, name) => {
      world.work.functionCalls += 2;
      if (operation === 'Create') {
        await world.ses.createEndpoint(name, SECONDARY_REGION, {});
      } else {
        await world.ses.deleteEndpoint(name);
      }
      await world.clock.sleep(seconds * 1000);
      await world.ses.getEndpoint(name);
      world.work.transitions += 4;
      return { at: world.clock.now(), success: true };
    },
  };
}
