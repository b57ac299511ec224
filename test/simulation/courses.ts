import { withAdoption } from './adoption-course';
import { Dice } from './dice';
import { BREAKER_TYPE, type Plan, type PlannedStep, type Step } from './plan';
import type { SimulatedService } from './resource-kind';
import type { Novelty } from './versions';
import { renewed } from './versions';
import type { FailedCreates } from '../../sandbox/cloudformation/stack-operation';
import type { JsonObject } from '../../sandbox/cloudformation/template';

/**
 * What people do besides the ordinary: nothing; deploy with rollback switched off; bring a newer library and an older one;
 * retain a resource, remove it and declare it again; adopt what exists already.
 */
export const COURSES = ['standard', 'no rollback', 'upgrade', 'retain', 'adopt'] as const;
export type Course = typeof COURSES[number];

type Deploy = Extract<Step, { kind: 'deploy' }>;

/** Each of these leaves nothing behind that CloudFormation itself forgets. */
const FAILED_CREATES: readonly FailedCreates[] = ['update', 'create, delete', 'delete, create'];
const NOVELTIES: readonly Novelty[] = ['property', 'schema', 'type'];

/** The plan of the same seed on another course. The standard course has its own numbers, so its histories stay what they are. */
export function onCourse(plan: Plan, course: Course, service: SimulatedService): Plan {
  const dice = new Dice(plan.seed, course);
  switch (course) {
    case 'standard': return plan;
    case 'no rollback': return withoutRollback(dice, plan);
    case 'upgrade': return withUpgrades(dice, plan);
    case 'retain': return withRetained(dice, plan);
    case 'adopt': return withAdoption(dice, plan, service);
  }
}

function withoutRollback(dice: Dice, plan: Plan): Plan {
  const steps = plan.steps.flatMap(planned => {
    if (planned.step.kind !== 'deploy') {
      return [planned];
    }
    const deploy: PlannedStep = { ...planned, step: { ...planned.step, disableRollback: dice.chance(0.75) } };
    return dice.chance(0.15) ? [deploy, after(planned, 'r', { kind: 'roll back' })] : [deploy];
  });
  return { ...plan, steps, failedCreates: dice.pick(FAILED_CREATES), leavesFailedUpdates: dice.chance(0.3) };
}

/** A stack begins with either version. Once a resource has a type that only the newer one knows, there is no way back by deployment. */
function withUpgrades(dice: Dice, plan: Plan): Plan {
  const novelty = dice.pick(NOVELTIES);
  const versions = new Map<string, number>();
  const known = new Map<string, Set<string>>();
  const steps = plan.steps.map((planned): PlannedStep => {
    if (planned.step.kind !== 'deploy') {
      return planned;
    }
    const { chain, step } = planned;
    const before = versions.get(chain);
    const version = before === undefined ? dice.pick([1, 1, 2]) : nextVersion(dice, before, novelty);
    versions.set(chain, version);
    const old = known.get(chain) ?? new Set();
    known.set(chain, version === 1 ? new Set([...old, ...resourcesOf(step)]) : old);
    return { ...planned, step: { ...step, version, template: version === 2 ? renewed(step.template, novelty, old) : step.template } };
  });
  return { ...plan, steps, novelty };
}

function nextVersion(dice: Dice, before: number, novelty: Novelty): number {
  if (before === 2) {
    return novelty !== 'type' && dice.chance(0.3) ? 1 : 2;
  }
  return dice.chance(0.7) ? 2 : 1;
}

/** After its first deployment each stack keeps one resource with RETAIN, forgets it, and declares it again without. */
function withRetained(dice: Dice, plan: Plan): Plan {
  const begun = new Set<string>();
  const steps = plan.steps.flatMap(planned => {
    if (planned.step.kind !== 'deploy' || begun.has(planned.chain)) {
      return [planned];
    }
    begun.add(planned.chain);
    const { step } = planned;
    const [logicalId] = resourcesOf(step).filter(id => !isNeeded(step, id)).slice(-1);
    if (logicalId === undefined) {
      return [planned];
    }
    const { [logicalId]: kept, ...others } = step.template.Resources as Record<string, JsonObject>;
    const quiet = withoutBreaker(others);
    return [
      { ...planned, step: { kind: 'deploy', template: { Resources: { ...quiet, [logicalId]: { ...kept, DeletionPolicy: 'Retain' } } } } },
      after(planned, 'b', { kind: 'deploy', template: { Resources: { ...quiet, Other: breaker(undefined) } } }),
      after(planned, 'c', {
        kind: 'deploy',
        template: { Resources: { ...quiet, [logicalId]: { ...kept, DeletionPolicy: 'Delete' }, Other: breaker(dice.pick([undefined, 0, 60, 200])) } },
      }),
    ] as PlannedStep[];
  });
  return { ...plan, steps, keepsRetained: true };
}

function after(planned: PlannedStep, suffix: string, step: Step): PlannedStep {
  return { ...planned, id: `${planned.id}${suffix}`, pause: 60_000, step };
}

/** Logical ids of the resources of ours. */
function resourcesOf({ template }: Deploy): string[] {
  return Object.entries(template.Resources as Record<string, JsonObject>)
    .filter(([, { Type }]) => Type !== BREAKER_TYPE).map(([logicalId]) => logicalId);
}

function isNeeded({ template }: Deploy, logicalId: string): boolean {
  const { [logicalId]: _, ...others } = template.Resources as Record<string, JsonObject>;
  return JSON.stringify(others).includes(`"${logicalId}"`);
}

function withoutBreaker(resources: Record<string, JsonObject>): Record<string, JsonObject> {
  return Object.fromEntries(Object.entries(resources).filter(([, { Type }]) => Type !== BREAKER_TYPE));
}

function breaker(failsAfter: number | undefined): JsonObject {
  return { Type: BREAKER_TYPE, Properties: { Revision: String(failsAfter), ...failsAfter === undefined ? {} : { FailsAfter: failsAfter } } };
}
