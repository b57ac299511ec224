import { runHistory, type Variant } from './history';
import { COURSES, type Course } from './courses';
import type { ServiceModel } from './resource-kind';
import type { Outcome, ResourceHandler, StepContext } from '../../lambda/lifecycle/handler';

/** Not more than many-seeds.test.ts runs. */
const SEEDS = 1500;

/** A product that is broken on purpose, the course that people take meanwhile, and how to break it. */
export type Mutation = readonly [name: string, mutate: () => Variant | void, course?: Course];

/** Each must be found by the laws. */
export function expectFound(service: ServiceModel, mutations: readonly Mutation[]): void {
  afterEach(() => jest.restoreAllMocks());

  test.each(mutations.map(([name, mutate, course = COURSES[0]]) => ({ name, mutate, course })))(
    'a product that $name is found', async ({ mutate, course }) => {
      const variant = mutate() ?? undefined;

      const found = await firstBroken(service, variant, course);

      expect(found).toBeDefined();
      process.stdout.write(`    seed ${found!.seed}: ${found!.law}\n`);
    });
}

async function firstBroken(
  service: ServiceModel, variant: Variant | undefined, course: Course,
): Promise<{ seed: number; law: string } | undefined> {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violations } = await runHistory(seed, { variant, course, services: [service] });
    if (violations.length > 0) {
      return { seed, law: violations[0].law };
    }
  }
  return undefined;
}

type Operation = (context: StepContext<any>) => Promise<Outcome>;

/** One step of a handler, changed. `original` is the step of the same operation. */
export type ChangedStep = (context: StepContext<any>, original: Operation, handler: ResourceHandler<any>, type: string) => Promise<Outcome>;

/** Changes each step of the handlers of some resource types. */
export function everyStep(types: string | readonly string[], step: ChangedStep): Variant {
  return {
    handlers: handlers => {
      const broken = [types].flat().map(type => [type, brokenHandler(type, handlers[type], step)]);
      return { ...handlers, ...Object.fromEntries(broken) };
    },
  };
}

function brokenHandler(type: string, handler: ResourceHandler<any>, step: ChangedStep): ResourceHandler<any> {
  const change = (operation: 'create' | 'update' | 'delete'): Operation =>
    context => step(context, original => handler[operation](original), handler, type);
  return Object.assign(Object.create(handler), { create: change('create'), update: change('update'), delete: change('delete') });
}

/** Its properties are still parsed only when they are read. */
export function changed(context: StepContext<any>, changes: Partial<StepContext<any>>): StepContext<any> {
  return Object.create(context, Object.getOwnPropertyDescriptors(changes));
}
