import { NOTED } from './adoption-watch';
import type { Dice } from './dice';
import { BREAKER_TYPE, type Plan, type PlannedStep, type Step } from './plan';
import type { SimulatedService } from './resource-kind';
import type { JsonObject } from '../../sandbox/cloudformation/template';

type Resources = Record<string, JsonObject>;
type Deploy = Extract<Step, { kind: 'deploy' }>;

/** Where what is adopted comes from. */
const ORIGINS = ['by hand', 'kept', 'held', 'renamed'] as const;
const OLD = 'Before';
const NEW = 'Game';
/** So long an operation may take that nobody has cancelled. */
const LONGEST_OPERATION_MILLISECONDS = 4_000_000;

/**
 * Something exists: made by hand, kept by RETAIN, in another stack, or under other logical ids. A stack adopts it, with failures and
 * cancellations, drops `adopt`, changes it and deletes it; its first owner is changed and deleted meanwhile.
 */
export function withAdoption(dice: Dice, plan: Plan, service: SimulatedService): Plan {
  const first = plan.steps.find((planned): planned is PlannedStep & { step: Deploy } => planned.step.kind === 'deploy')!;
  const history = new AdoptionHistory(dice, service, ownResources(first.step, service));
  const steps = history.steps().map((step, index, all): PlannedStep =>
    ({ id: `${NEW}${index + 1}`, chain: NEW, pause: pauseAfter(dice, all[index - 1]), step }));
  const outside = plan.steps.filter(({ step }) => step.kind === 'foreign');
  return { ...plan, steps: [...steps, ...outside] };
}

/**
 * What was made a moment ago does not show yet. And an adoption that was cancelled goes on: RETAIN keeps CloudFormation from sending the Delete that
 * would stop it (docs/reliability.md, "What is known and excluded").
 */
function pauseAfter(dice: Dice, step: Step | undefined): number {
  const isToEnd = step?.kind === 'note' || (step?.kind === 'deploy' && step.adoption !== undefined);
  return isToEnd ? LONGEST_OPERATION_MILLISECONDS : dice.pick([0, 1, 30, 400]) * 1000;
}

/** What can be adopted of a template: not what only reads. */
function ownResources({ template }: Deploy, service: SimulatedService): Resources {
  const isOwn = ({ Type }: JsonObject) => service.kinds.some(({ type, readOnly }) => type === Type && !readOnly);
  const own = Object.entries(template.Resources as Resources).filter(([, resource]) => isOwn(resource));
  return Object.fromEntries(own.map(([logicalId, { Type, Properties }]) => [logicalId, { Type, Properties }]));
}

class AdoptionHistory {
  private readonly origin;
  private readonly old: string;
  /** As last declared with `adopt`. */
  private adopted: Resources;

  constructor(private readonly dice: Dice, private readonly service: SimulatedService, private readonly resources: Resources) {
    this.origin = dice.pick(ORIGINS);
    this.adopted = resources;
    this.old = this.origin === 'renamed' ? NEW : OLD;
  }

  public steps(): Step[] {
    const { dice, old, origin, resources } = this;
    const isGone = origin === 'by hand' || origin === 'kept';
    const policy = isGone ? { DeletionPolicy: 'Retain' } : {};
    return [
      { kind: 'deploy', stack: old, template: { Resources: mapped(resources, resource => ({ ...resource, ...policy })) } },
      { kind: 'note', stack: old },
      ...isGone ? [{ kind: 'delete', stack: old, retain: [] } as const] : [],
      ...origin === 'by hand' ? [{ kind: 'disown' } as const] : [],
      ...dice.chance(0.35) ? this.differing() : [],
      this.adopting(0.4),
      ...dice.chance(0.6) ? [this.adopting(0)] : [],
      ...this.oldOwner(),
      this.dropped(),
      ...this.oldOwner(),
      ...dice.chance(0.5) ? [this.changed()] : [],
      ...dice.chance(0.3) ? [{ kind: 'delete', retain: [] } as const] : [],
    ];
  }

  private differing(): Step[] {
    const candidates = Object.entries(this.resources)
      .map(([logicalId, { Type, Properties }]) => [logicalId, this.service.adoptable.differing(String(Type), Properties as JsonObject)] as const)
      .filter(([, properties]) => properties);
    if (candidates.length === 0) {
      return [];
    }
    const [logicalId, properties] = this.dice.pick(candidates);
    const resources = { ...this.resources, [logicalId]: { ...this.resources[logicalId], Properties: properties! } };
    return [{ kind: 'deploy', template: this.template(resources, true), adoption: 'as it is', differing: [this.newId(logicalId), logicalId] }];
  }

  private adopting(failure: number): Step {
    const { dice } = this;
    const isChanged = dice.chance(0.4);
    const resources = isChanged ? mapped(this.adopted, resource => this.changedResource(resource)) : this.adopted;
    this.adopted = resources;
    return {
      kind: 'deploy', template: this.template(resources, true, failure), adoption: isChanged ? 'changed' : 'as it is',
      ...failure > 0 && dice.chance(0.2) ? { cancelAfter: dice.pick([0, 1, 5, 30, 90]) * 1000 + dice.integer(0, 999) } : {},
    };
  }

  /** Nothing else changes in that deployment, as the documentation advises. */
  private dropped(): Step {
    return { kind: 'deploy', template: this.template(this.adopted, false, 0.3), adoption: 'dropped' };
  }

  private changed(): Step {
    return { kind: 'deploy', template: this.template(mapped(this.adopted, resource => this.changedResource(resource, true)), false, 0.2) };
  }

  /** The stack that had it is changed, or deleted. */
  private oldOwner(): Step[] {
    if (this.origin !== 'held') {
      return [];
    }
    const turn = this.dice.next();
    const changed = { Resources: mapped(this.resources, resource => this.changedResource(resource, true)) };
    return turn < 0.3 ? [{ kind: 'deploy', stack: OLD, template: changed }] : turn < 0.6 ? [{ kind: 'delete', stack: OLD, retain: [] }] : [];
  }

  /** Tags that the new declaration lacks would stay as somebody else's. */
  private changedResource(resource: JsonObject, withTags = false): JsonObject {
    const properties = resource.Properties as JsonObject;
    const changed = this.service.kinds.find(({ type }) => type === resource.Type)!.change(this.dice, properties);
    const identity = withTags ? {} : this.service.adoptable.identity(String(resource.Type), properties);
    const tags = withTags || properties.Tags === undefined ? {} : { Tags: properties.Tags };
    return { ...resource, Properties: { ...changed, ...tags, ...identity } };
  }

  private template(resources: Resources, adopts: boolean, failure = 0): JsonObject {
    const policy = adopts && !this.dice.chance(0.25) ? { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' } : {};
    const declared = Object.entries(resources).map(([logicalId, { Type, Properties }]) => [this.newId(logicalId), {
      Type, ...policy, Properties: { ...Properties as JsonObject, ...adopts ? { Adopt: { [NOTED]: logicalId } } : {} },
    }] as const);
    const template = this.renamed(Object.fromEntries(declared));
    return { Resources: { ...template, ...this.dice.chance(failure) ? { Breaker: this.breaker() } : {} } };
  }

  private breaker(): JsonObject {
    return { Type: BREAKER_TYPE, Properties: { Revision: String(this.dice.integer(1, 1_000_000)), FailsAfter: this.dice.pick([0, 1, 10, 60, 200]) } };
  }

  private newId(logicalId: string): string {
    return this.origin === 'renamed' ? `New${logicalId}` : logicalId;
  }

  private renamed(resources: Resources): Resources {
    const refer = (text: string) => text.replace(/"Fn::GetAtt":\["(\w+)"/g, (_, logicalId: string) => `"Fn::GetAtt":["${this.newId(logicalId)}"`);
    return JSON.parse(refer(JSON.stringify(resources))) as Resources;
  }
}

function mapped(resources: Resources, change: (resource: JsonObject) => JsonObject): Resources {
  return Object.fromEntries(Object.entries(resources).map(([logicalId, resource]) => [logicalId, change(resource)]));
}
