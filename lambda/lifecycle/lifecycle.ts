import { adoptedBy } from './adopt';
import { bring, type Holds } from './bring';
import { ResourceError, classify, quote } from './errors';
import { waiting, type Memory, type Outcome, type ResourceHandler, type StepContext, type Waiting } from './handler';
import { leftoversOf } from './leftovers';
import type { ManagedResource, ResourceModel, Scope } from './model';
import { isNothingCreatedId } from './ownership';
import { parseId, type PhysicalId } from './physical-id';
import { remove } from './remove';
import type { RawProperties } from './request';

/** What the lifecycle remembers from one step to the next. */
export interface LifecycleMemory {
  /** Nothing was in the place, and this request is going to create: written down in a step of its own before the call. */
  readonly creating?: boolean;
  /** When the create call has succeeded, in milliseconds since the epoch; 0 before the call. */
  readonly createdAt?: number;
  /** A create call has found something in its place. */
  readonly taken?: boolean;
  readonly takenAt?: number;
  /** Why the create call was refused, if no look shows what is there. */
  readonly refused?: string;
  readonly hint?: string;
  readonly seen?: boolean;
  /** A create that failed or was given up has left it, and this one goes on with it. */
  readonly inherited?: boolean;
  /** CloudFormation held it before the update that this one takes back, or such an update has left it. */
  readonly heldBefore?: boolean;
  /** It was there before this request, which has taken it over. */
  readonly adopted?: boolean;
  /** Looks in a row that have found nothing. */
  readonly misses?: number;
  /** It has been removed from its place, to be created there again. */
  readonly recreating?: boolean;
  /** Places in which earlier updates have left something that is not removed yet. */
  readonly leftovers?: readonly string[];
  /** Why what an update has created elsewhere is removed again. */
  readonly failure?: string;
  /** The place that a removal has found something in. */
  readonly removing?: string;
  readonly removingHint?: string;
  /** The place in which a removal has found nothing once. */
  readonly missed?: string;
}

/** One step on one resource type. */
export interface LifecycleStep<D, O> {
  readonly model: ResourceModel<D, O>;
  readonly context: StepContext<D>;
  readonly memory: LifecycleMemory;
  /** Remembers at once. */
  remember(memory: LifecycleMemory): void;
  /** Whether a create that failed or was given up may have left something at a place. */
  createWasAbandoned(place: string): Promise<boolean>;
  /** Whether CloudFormation held what is at a place before an update that is taken back, or such an update has left it. */
  wasHeldBefore(place: string): Promise<boolean>;
  at(place: string): ManagedResource<D, O>;
  /** As a Delete sees it, whatever the request is. */
  leaving(place: string): ManagedResource<D, O>;
}

/** The lifecycle of all resource types that exist in a service: see docs/architecture.md. */
export class Lifecycle<D, O> implements ResourceHandler<D> {
  constructor(public readonly model: ResourceModel<D, O>) {}

  public get defaultTimeoutSeconds(): number {
    return this.model.defaultTimeoutSeconds;
  }

  public parse(raw: RawProperties): D {
    return this.model.parse(raw);
  }

  public recognizes(physicalId: string): boolean {
    return parseId(this.model, physicalId) !== undefined;
  }

  public create(context: StepContext<D>): Promise<Outcome> {
    return this.waitIfRetryable(async () => {
      const step = stepOf(this.model, context);
      const { properties } = context;
      this.model.check?.(properties, scopeOf(context));
      return bring(step, this.wantedPlace(context), 'nothing');
    });
  }

  public update(context: StepContext<D>): Promise<Outcome> {
    return this.waitIfRetryable(async () => {
      const step = stepOf(this.model, context);
      const { properties } = context;
      this.model.check?.(properties, scopeOf(context));
      const held = parseId(this.model, context.physicalId);
      const wanted = this.wantedPlace(context);
      const holds = held ? holdsOf(held, wanted) : await holdsUnder(context);
      return await this.removeLeftovers(step, wanted) ?? this.updateTo(step, wanted, holds);
    });
  }

  public delete(context: StepContext<D>): Promise<Outcome> {
    return this.waitIfRetryable(async () => {
      const step = stepOf(this.model, context);
      const held = parseId(this.model, context.physicalId);
      if (adoptedBy(context.raw) !== undefined) {
        return this.keepAdopted(context);
      }
      return await this.removeLeftovers(step) ?? await (held ? remove(step, held, true) : this.removeUnknown(step)) ?? { status: 'gone' };
    });
  }

  /** While 'adopt' is set, the resource is to be kept: a Delete comes from a rollback, and what it names was there before. */
  private keepAdopted({ log, raw }: StepContext<D>): Outcome {
    log.write('WARN', `Left the ${this.model.noun} alone: 'adopt' is set`, { adopt: adoptedBy(raw) });
    return { status: 'gone' };
  }

  /** An id that CloudFormation has invented, or of a create that could not tell one. */
  private async removeUnknown(step: LifecycleStep<D, O>): Promise<Waiting | undefined> {
    const { context } = step;
    const place = this.model.placeOf(context.raw, context.owner);
    if (isNothingCreatedId(context.physicalId) || place === undefined || !await step.createWasAbandoned(place)) {
      return undefined;
    }
    return remove(step, { place });
  }

  /** Removes what updates that failed or were given up have created in places that are neither held nor wanted. */
  private async removeLeftovers(step: LifecycleStep<D, O>, wanted?: string): Promise<Waiting | undefined> {
    const { owner } = step.context;
    const leftovers = step.memory.leftovers ?? await leftoversOf(step.context, {
      of: raw => adoptedBy(raw) === undefined ? this.model.placeOf(raw, owner) : undefined,
      named: physicalId => parseId(this.model, physicalId)?.place,
    }, wanted);
    step.remember({ leftovers });
    for (const [position, place] of leftovers.entries()) {
      const removing = await remove(step, { place });
      if (removing) {
        return removing;
      }
      step.remember({ leftovers: leftovers.slice(position + 1) });
    }
    return undefined;
  }

  private async updateTo(step: LifecycleStep<D, O>, wanted: string, holds: Holds): Promise<Outcome> {
    if (holds === 'this') {
      return bring(step, wanted, holds);
    }
    if (step.memory.failure !== undefined) {
      return this.removeFailed(step, wanted, step.memory.failure);
    }
    try {
      return await bring(step, wanted, holds);
    } catch (error) {
      if (!step.memory.creating || !this.isFinal(error)) {
        throw error;
      }
      // CloudFormation goes on with the old one when an update fails, so nobody else would remove the new one.
      const failure = error instanceof ResourceError ? error.message : quote(error);
      step.context.log.write('ERROR', 'What was created is removed again', { failure });
      return { ...waiting(`the removal of what was created: ${failure}`, 0), memory: { failure } };
    }
  }

  private async removeFailed(step: LifecycleStep<D, O>, place: string, failure: string): Promise<Outcome> {
    const removing = await remove(step, { place, hint: step.memory.hint });
    if (removing) {
      return removing;
    }
    throw new ResourceError(failure);
  }

  private wantedPlace(context: StepContext<D>): string {
    const place = this.model.placeOf(context.raw, context.owner);
    if (place === undefined) {
      throw new ResourceError(`The properties do not say where the ${this.model.noun} is to be.`);
    }
    return place;
  }

  private isFinal(error: unknown): boolean {
    return error instanceof ResourceError || (classify(error) === 'permanent' && !this.model.isRetryable?.(error));
  }

  /** What the service refuses for the moment is waited for, and the next step looks again. */
  private async waitIfRetryable(step: () => Promise<Outcome>): Promise<Outcome> {
    try {
      return await step();
    } catch (error) {
      if (this.model.isRetryable?.(error)) {
        return waiting(`the service, which is not ready for the next change (${quote(error)})`, this.model.timing.missSeconds);
      }
      throw error;
    }
  }
}

function holdsOf(held: PhysicalId, wanted: string): Holds {
  return held.place === wanted ? 'this' : 'other';
}

/** A create may have failed and stayed, when rollback is off. Only an id that says that nothing was created has no Delete that looks. */
async function holdsUnder({ physicalId, predecessorWasChanging }: StepContext<unknown>): Promise<Holds> {
  if (!isNothingCreatedId(physicalId)) {
    return 'this';
  }
  return await predecessorWasChanging() ? 'other' : 'nothing';
}

function stepOf<D, O>(model: ResourceModel<D, O>, context: StepContext<D>): LifecycleStep<D, O> {
  const memory = { ...context.memory } as LifecycleMemory & Memory;
  const remember = (change: Memory | LifecycleMemory) => {
    Object.assign(memory, change);
    context.remember(change as Memory);
  };
  const scope = { ...scopeOf(context), memory, remember };
  return {
    model, context, memory, remember, at: place => model.at(place, scope), leaving: place => model.at(place, { ...scope, operation: 'Delete' }),
    createWasAbandoned: place => context.createWasAbandoned(raw => model.placeOf(raw, context.owner) === place),
    wasHeldBefore: place => context.wasHeldBefore(raw => model.placeOf(raw, context.owner) === place, id => parseId(model, id)?.place === place),
  };
}

function scopeOf(context: StepContext<unknown>): Scope {
  const { operation, owner, requestId, requestedAt, deadline, hasCompany, memory, clock, log, paced, raw, oldRaw, remember, location } = context;
  return { operation, owner, requestId, requestedAt, deadline, hasCompany, memory, clock, log, paced, raw, oldRaw, remember, location };
}
