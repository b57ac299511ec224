import { isDeepStrictEqual } from 'util';
import { adopt, keptError } from './adopt';
import { changeTags } from './change-tags';
import { STEP_IS_OVER_SECONDS } from './enter';
import { ResourceError } from './errors';
import { waiting, type Outcome, type Waiting } from './handler';
import type { LifecycleStep } from './lifecycle';
import type { Loss, ManagedResource, Observation, Phase } from './model';
import { formatId, parseId } from './physical-id';
import { removeForRecreation } from './remove';
import type { Tags } from './tags';

/** A re-creation interrupts what the resource serves, so CloudFormation gets this long to take the change back first. */
const RECREATE_AFTER_SECONDS = STEP_IS_OVER_SECONDS;

/** What CloudFormation holds of the resource: what is at the place, something elsewhere, or nothing, since nothing was created so far. */
export type Holds = 'this' | 'other' | 'nothing';

/** Brings one to its place, and to what is declared: creates it at most once, waits until it shows and is ready. */
export async function bring<D, O>(step: LifecycleStep<D, O>, place: string, holds: Holds): Promise<Outcome> {
  return new Bringing(step, place, holds).run();
}

class Bringing<D, O> {
  private readonly resource: ManagedResource<D, O>;

  constructor(private readonly step: LifecycleStep<D, O>, private readonly place: string, private readonly holds: Holds) {
    this.resource = step.at(place);
  }

  public async run(): Promise<Outcome> {
    const { memory } = this.step;
    if (memory.creating && !memory.createdAt && !memory.taken) {
      return this.create();
    }
    const seen = await this.resource.look(memory.hint || this.heldHint, Boolean(memory.hint));
    return await adopt(this.step, this.resource, seen, { holdsThis: this.isHeld, mayBeKept: this.holds === 'nothing' }) ?? this.goOn(seen);
  }

  private async goOn(seen: Observation<O>): Promise<Outcome> {
    switch (seen.is) {
      case 'absent': return this.absent();
      case 'leaving': return this.wait(waiting(`the ${this.noun} ${this.place}, which is being deleted, to go away`, this.timing.leavingSeconds ?? this.timing.missSeconds));
      case 'foreign': throw new ResourceError(seen.refusal);
      case 'unclear':
        await seen.resolve?.();
        return this.wait(seen.waiting);
      case 'ours': return this.found(seen);
    }
  }

  private async create(): Promise<Outcome> {
    const { context } = this.step;
    const created = await this.resource.create(context.properties);
    if (created !== 'taken' && 'again' in created) {
      return created.again;
    }
    if (created === 'taken' || 'taken' in created) {
      const refused = created === 'taken' ? '' : created.taken;
      return { ...waiting(`a look at what is at ${this.place}`, 2), memory: { taken: true, takenAt: context.clock.now(), refused, misses: 0 } };
    }
    context.log.write('INFO', `Created the ${this.noun}`, { place: this.place, hint: created.hint });
    const memory = { createdAt: context.clock.now(), hint: created.hint ?? '', recreating: false, misses: 0 };
    if (created.thing && this.resource.phase(created.thing, context.properties, false).is === 'ready') {
      this.step.remember(memory);
      return this.ready(created.thing);
    }
    return { ...created.waiting, memory: { ...created.waiting.memory, ...memory } };
  }

  /** Nothing is there: not yet, not any more, or never was. */
  private async absent(): Promise<Outcome> {
    const { context, memory, model } = this.step;
    const { missSeconds, misses, unseenSeconds } = this.timing;
    const age = (context.clock.now() - (memory.createdAt || memory.takenAt || -Infinity)) / 1000;
    if (!memory.seen && age < unseenSeconds) {
      return waiting(`the ${this.noun} ${this.place} to show up`, missSeconds);
    }
    const mayBeBehind = this.isHeld || memory.taken || memory.seen || memory.createdAt;
    const missed = (memory.misses ?? 0) + 1;
    if (mayBeBehind && !memory.recreating && missed < misses) {
      return { ...waiting(`the ${this.noun} ${this.place} to show up again`, missSeconds), memory: { misses: missed } };
    }
    if ((memory.createdAt || memory.adopted) && !memory.recreating) {
      throw new ResourceError(`The ${this.noun} ${this.place} was ${memory.adopted ? 'adopted' : 'created'} and has vanished before it was ready: something else deleted it. `
        + 'Find out what in CloudTrail, then deploy again.');
    }
    if (memory.taken && memory.refused) {
      throw new ResourceError(memory.refused);
    }
    const wasThere = this.isHeld && !memory.recreating && parseId(model, context.physicalId) !== undefined;
    return wasThere && model.loss ? this.lost(model.loss) : this.intend();
  }

  /** A rollback to what was there before does not fail because of what is gone: no rollback could bring it back. */
  private async lost(loss: Loss<D>): Promise<Outcome> {
    const { context } = this.step;
    const asksForNothing = isDeepStrictEqual(context.properties, context.oldProperties) || await context.takesBack();
    if (!asksForNothing) {
      throw loss.error(this.place, this.heldHint);
    }
    context.log.write('WARN', `The ${this.noun} is gone, and nothing is asked of it`, { place: this.place, hint: this.heldHint });
    return { status: 'ready', physicalId: this.id, attributes: loss.attributes(this.place, this.heldHint, context.properties) };
  }

  /** Written down before the call, in a step of its own: who finds nothing written knows that nothing was created. */
  private async intend(): Promise<Outcome> {
    const obstacle = await this.resource.obstacle?.(this.step.context.properties);
    if (obstacle) {
      throw new ResourceError(obstacle);
    }
    this.step.context.changing();
    return {
      ...waiting(`the creation of the ${this.noun}`, 0),
      memory: { creating: true, createdAt: 0, taken: false, takenAt: 0, misses: 0, hint: '', seen: false },
    };
  }

  private async found(seen: Observation<O> & { readonly is: 'ours' }): Promise<Outcome> {
    const { context, memory } = this.step;
    const { thing } = seen;
    if (this.holds === 'nothing' && !memory.creating && !memory.adopted && !memory.inherited) {
      return this.inherit(thing);
    }
    if (this.holds === 'other' && !memory.creating && !memory.adopted && !memory.heldBefore && !await this.step.wasHeldBefore(this.place)) {
      throw keptError(this.noun, this.place, this.resource, thing);
    }
    this.step.remember({ seen: true, heldBefore: this.holds === 'other' && !memory.creating, misses: 0, hint: this.resource.hintOf?.(thing) ?? '' });
    context.found(this.id);
    return this.converge(thing, seen.tags);
  }

  /** Without rollback the next deployment may create what a failed create has left. Anything else has been kept on purpose. */
  private async inherit(thing: O): Promise<Outcome> {
    const { context } = this.step;
    if (context.operation !== 'Create' || !await this.step.createWasAbandoned(this.place)) {
      throw keptError(this.noun, this.place, this.resource, thing);
    }
    context.log.write('INFO', `Goes on with the ${this.noun} that a create has left which failed or was given up`, { place: this.place });
    context.changing();
    return { ...waiting(`the ${this.noun} that an earlier create has left`, 0), memory: { inherited: true } };
  }

  private async converge(thing: O, tags: Tags | undefined): Promise<Outcome> {
    const { context, memory } = this.step;
    const declaration = context.properties;
    const phase = await this.phaseOf(thing);
    if (phase.is === 'failed') {
      return this.failed(thing, phase.message);
    }
    const change = await this.resource.change?.(thing, declaration, context.oldProperties, this.wasHeld);
    if (change?.kind === 'recreate') {
      return this.recreate(thing, change.isExpected);
    }
    if (!memory.creating) {
      await changeTags(this.resource.tags, thing, tags, context);
    }
    if (change) {
      await (change.kind === 'apply' && change.apply());
      return this.wait(change.waiting);
    }
    return phase.is === 'pending' ? this.wait({ ...phase.waiting, isLook: true }) : this.confirm(thing);
  }

  /** What a failed create has left is not ready because CloudFormation holds it. */
  private async phaseOf(thing: O): Promise<Phase> {
    const { context } = this.step;
    const phase = this.resource.phase(thing, context.properties, this.wasHeld);
    if (!this.wasHeld || phase.is !== 'ready') {
      return phase;
    }
    const asNew = this.resource.phase(thing, context.properties, false);
    return asNew.is !== 'ready' && await context.createFailed() ? asNew : phase;
  }

  /** A thing that can't be used is re-created if CloudFormation holds it, and it may be. */
  private failed(thing: O, message: string): Promise<Outcome> {
    const { memory, model } = this.step;
    if (this.wasHeld && !memory.adopted && !model.loss) {
      return this.recreate(thing);
    }
    throw new ResourceError(message, this.id);
  }

  private async recreate(thing: O, isExpected = false): Promise<Outcome> {
    const { clock, requestedAt } = this.step.context;
    if (this.step.memory.adopted) {
      throw new ResourceError(`The ${this.noun} ${this.place} has just been adopted and differs in what can't be changed, and what is adopted is not re-created `
        + 'in the same deployment. Declare what is there, and change that in a later deployment.', this.id);
    }
    const seconds = requestedAt / 1000 + RECREATE_AFTER_SECONDS - clock.now() / 1000;
    return seconds > 0 && !isExpected
      ? this.wait({ ...waiting('certainty that CloudFormation has not taken the change back', seconds), isUncounted: true })
      : removeForRecreation(this.step, this.resource, thing);
  }

  /** Ready may flap just after it came up. */
  private async confirm(thing: O): Promise<Outcome> {
    const { context, memory } = this.step;
    const { confirm } = this.timing;
    if (confirm && memory.createdAt && context.clock.now() < memory.createdAt + confirm.untilAgeSeconds * 1000) {
      await context.clock.sleep(confirm.milliseconds);
      const again = await this.resource.look(memory.hint, true);
      if (again.is !== 'ours') {
        return this.wait(waiting(`the ${this.noun} ${this.place} to show up again`, this.timing.missSeconds));
      }
      const phase = this.resource.phase(again.thing, context.properties, this.wasHeld);
      if (phase.is === 'pending') {
        return this.wait(phase.waiting);
      }
    }
    return this.ready(thing);
  }

  private ready(thing: O): Outcome {
    return { status: 'ready', physicalId: this.id, attributes: this.resource.attributes(thing, this.step.context.properties) };
  }

  private wait(outcome: Waiting): Waiting {
    return this.step.memory.seen ? { ...outcome, physicalId: this.id } : outcome;
  }

  /** What stays in its place keeps its id. */
  private get id(): string {
    const { context, memory, model } = this.step;
    return this.isHeld ? context.physicalId! : formatId(model, { place: this.place, hint: this.resource.idHint?.() ?? memory.hint });
  }

  private get heldHint(): string | undefined {
    return this.isHeld ? parseId(this.step.model, this.step.context.physicalId)?.hint : undefined;
  }

  private get wasHeld(): boolean {
    const { adopted, creating, inherited } = this.step.memory;
    return (this.isHeld || Boolean(adopted) || Boolean(inherited)) && !creating;
  }

  private get isHeld(): boolean {
    return this.holds === 'this';
  }

  private get noun(): string {
    return this.step.model.noun;
  }

  private get timing() {
    return this.step.model.timing;
  }
}
