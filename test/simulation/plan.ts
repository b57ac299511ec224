import { Dice } from './dice';
import type { Declaration, ResourceKind, ServiceModel, Sibling, SimulatedService } from './resource-kind';
import { ACCOUNT, REGION } from './resource-kind';
import type { Novelty } from './versions';
import type { FailedCreates } from '../../sandbox/cloudformation/stack-operation';
import type { JsonObject } from '../../sandbox/cloudformation/template';

export const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:Game-Worker`;
/** A resource type that fails on demand, so that its siblings are cancelled and the stack rolls back. */
export const BREAKER_TYPE = 'Test::Simulation::Breaker';

/** One thing that people do to a stack. */
export type Step =
  | {
    readonly kind: 'deploy';
    readonly template: JsonObject;
    /** An update is cancelled, a create stopped by a delete, so many milliseconds after its begin. */
    readonly cancelAfter?: number;
    /** Leaves the stack as it is when something fails. @default false */
    readonly disableRollback?: boolean;
    /** @default - that of the chain */
    readonly stack?: string;
    /** How it adopts what exists, or that it ceases to. @default - it does neither */
    readonly adoption?: 'as it is' | 'changed' | 'dropped';
    /** Logical ids of what can't be adopted as it is declared. @default - none */
    readonly differing?: readonly string[];
    /** Of the library: 2 has what the function of 1 does not know. @default - there is only one */
    readonly version?: number;
  }
  | { readonly kind: 'roll back' }
  | { readonly kind: 'delete'; readonly retain: readonly string[]; readonly stack?: string }
  | { readonly kind: 'note'; readonly stack: string }
  | { readonly kind: 'disown' }
  | { readonly kind: 'continue rollback'; readonly skip: readonly string[] }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'tamper' }
  | { readonly kind: 'idle'; readonly milliseconds: number };

/** A step in its chain. Chains run side by side: one for each stack, one for what happens outside. */
export interface PlannedStep {
  /** Different for each step of a history, so that a shrunk history names the same steps. */
  readonly id: string;
  readonly chain: string;
  /** Before the step. */
  readonly pause: number;
  readonly step: Step;
}

/** What a seed means, before anything has happened. */
export interface Plan {
  readonly seed: number;
  readonly rollsReplacementBackByUpdate: boolean;
  readonly steps: readonly PlannedStep[];
  /** Milliseconds from the begin after which no fault happens any more. */
  readonly faultsUntil: number;
  /** @default update */
  readonly failedCreates?: FailedCreates;
  /** Whether, with rollback off, failed updates are left as they are. */
  readonly leavesFailedUpdates?: boolean;
  /** @default - there is only one version of the library */
  readonly novelty?: Novelty;
  /** Whether what RETAIN has kept has to stay, whatever is declared later. @default false */
  readonly keepsRetained?: boolean;
}

const LOGICAL_IDS = ['First', 'Second', 'Third', 'Fourth', 'Fifth'];

/** The plan of a seed. */
export function planOf(seed: number, service: SimulatedService): Plan {
  const dice = new Dice(seed, 'plan');
  const stacks = dice.chance(0.15) ? ['Game', 'Shop'] : ['Game'];
  const steps = stacks.flatMap(stack => stackSteps(dice, stack, service));
  return {
    seed,
    rollsReplacementBackByUpdate: dice.chance(0.5),
    steps: [...steps, ...outsideSteps(dice)],
    faultsUntil: dice.pick([5, 30, 120]) * 60_000,
  };
}

/** Every seed has one service: what two services share is the engine alone. */
export function serviceOf(seed: number, services: readonly ServiceModel[]): ServiceModel {
  return new Dice(seed, 'service').pick(services);
}

function stackSteps(dice: Dice, stack: string, service: SimulatedService): PlannedStep[] {
  let resources = declareAll(dice, service);
  const steps: PlannedStep[] = [];
  const add = (step: Step) => steps.push({ id: `${stack}${steps.length + 1}`, chain: stack, pause: pauseBefore(dice), step });
  add({ kind: 'deploy', template: templateOf(dice, resources), ...cancellation(dice) });
  for (let left = dice.pick([0, 1, 1, 2, 3]); left > 0; left--) {
    const turn = dice.next();
    if (turn < 0.75) {
      resources = changeAll(dice, resources, service);
      add({ kind: 'deploy', template: templateOf(dice, resources), ...cancellation(dice) });
    } else if (turn < 0.85) {
      add({ kind: 'continue rollback', skip: dice.chance(0.2) ? [LOGICAL_IDS[0]] : [] });
    } else if (turn < 0.9) {
      add({ kind: 'idle', milliseconds: dice.integer(1, 600) * 60_000 });
    } else {
      add({ kind: 'delete', retain: dice.chance(0.1) ? [LOGICAL_IDS[0]] : [] });
    }
  }
  return steps;
}

function outsideSteps(dice: Dice): PlannedStep[] {
  const steps: PlannedStep[] = [];
  const add = (kind: 'foreign' | 'tamper', pause: number) =>
    steps.push({ id: `Outside${steps.length + 1}`, chain: 'Outside', pause, step: { kind } });
  if (dice.chance(0.15)) {
    add('foreign', 0);
  }
  if (dice.chance(0.1)) {
    add('foreign', dice.integer(1, 300) * 1000);
  }
  if (dice.chance(0.12)) {
    add('tamper', dice.integer(1, 600) * 1000);
  }
  return steps;
}

function declareAll(dice: Dice, service: SimulatedService): Map<string, Declaration> {
  const declared = new Map<string, Declaration>();
  service.first?.forEach(kind => declareOne(dice, declared, [kind]));
  for (let left = dice.pick([1, 1, 1, 2, 2, 3]) - (service.first ? 1 : 0); left > 0; left--) {
    declareOne(dice, declared, candidatesFor(dice, service));
  }
  return declared;
}

function candidatesFor(dice: Dice, { kinds }: SimulatedService): ResourceKind[] {
  const drawn = kinds.filter(({ neverDrawn }) => !neverDrawn);
  return [dice.pick(drawn), ...drawn];
}

/** Declares the first of the candidates that can stand beside what is declared already. */
function declareOne(dice: Dice, declared: Map<string, Declaration>, candidates: readonly ResourceKind[]): void {
  const siblings: Sibling[] = [...declared].map(([logicalId, { type }]) => ({ logicalId, type }));
  for (const kind of candidates) {
    const properties = kind.declare(dice, siblings);
    if (properties) {
      declared.set(LOGICAL_IDS.find(id => !declared.has(id))!, { type: kind.type, properties });
      return;
    }
  }
}

function changeAll(dice: Dice, before: ReadonlyMap<string, Declaration>, service: SimulatedService): Map<string, Declaration> {
  const after = new Map(before);
  for (const [logicalId, { type, properties }] of before) {
    if (dice.chance(0.6)) {
      const kind = service.kinds.find(candidate => candidate.type === type)!;
      after.set(logicalId, { type, properties: kind.change(dice, properties) });
    }
  }
  if (dice.chance(0.15) && after.size < LOGICAL_IDS.length) {
    declareOne(dice, after, candidatesFor(dice, service));
  }
  const last = [...after.keys()].pop()!;
  if (dice.chance(0.1) && after.size > 1 && !isReferredTo(after, last)) {
    after.delete(last);
  }
  return after;
}

function isReferredTo(declared: ReadonlyMap<string, Declaration>, logicalId: string): boolean {
  return [...declared.values()].some(({ properties }) => JSON.stringify(properties).includes(`"${logicalId}"`));
}

function templateOf(dice: Dice, declared: ReadonlyMap<string, Declaration>): JsonObject {
  const resources: JsonObject = {};
  for (const [logicalId, { type, properties }] of declared) {
    resources[logicalId] = {
      Type: type,
      Properties: { ServiceToken: FUNCTION_ARN, ...properties },
      ...dice.chance(0.04) ? { DeletionPolicy: dice.pick(['Retain', 'RetainExceptOnCreate']) } : {},
      ...dice.chance(0.04) ? { UpdateReplacePolicy: 'Retain' } : {},
    };
  }
  if (dice.chance(0.35)) {
    resources.Breaker = {
      Type: BREAKER_TYPE,
      Properties: { Revision: String(dice.integer(1, 1_000_000)), ...dice.chance(0.7) ? { FailsAfter: dice.pick([0, 1, 10, 60, 200]) } : {} },
      ...dice.chance(0.25) ? { DependsOn: dice.pick([...declared.keys()]) } : {},
    };
  }
  return { Resources: resources };
}

function cancellation(dice: Dice): { cancelAfter?: number } {
  return dice.chance(0.12) ? { cancelAfter: dice.pick([0, 1, 5, 30, 90, 300]) * 1000 + dice.integer(0, 999) } : {};
}

function pauseBefore(dice: Dice): number {
  return dice.pick([0, 0, 1, 30, 400]) * 1000;
}
