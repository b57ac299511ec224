import { acceleratorArnOf } from './arns';
import { ChildRegister, keysOf, requestHash, type Entry } from './child-register';
import type { GlobalAccelerator } from './client';
import { passes, patiently, POLL_SECONDS, waiting } from './patience';
import { CHILD_TAG_PREFIX } from '../../src/wire/global-accelerator';
import { classify, hasName, quote, refusal, refusalForKept, ResourceError } from '../lifecycle/errors';
import type { Attributes, Outcome, ResourceHandler, StepContext, Waiting } from '../lifecycle/handler';
import type { RawProperties } from '../lifecycle/request';

/** What was created may not be found at once. */
const UNSEEN_SECONDS = 60;
/** From this age of a request on, `claim()` really asks whether there is a later one. */
const CHECKED_CLAIM_SECONDS = 65;
/** A look at once, e.g. after a tag was written. */
const AT_ONCE_SECONDS = 1;

/** What stands where the new one is to go, or ports that are not unique for the accelerator. */
const COLLISIONS = ['EndpointGroupAlreadyExistsException', 'InvalidPortRangeException'];

/** What listeners and endpoint groups have in common: they stand below an accelerator and take no tags. */
export abstract class ChildHandler<D, C extends { readonly arn: string }> implements ResourceHandler<D> {
  public abstract readonly defaultTimeoutSeconds: number;
  /** What people call it. */
  protected abstract readonly kind: string;
  protected abstract readonly arnPattern: RegExp;

  constructor(protected readonly globalAccelerator: GlobalAccelerator) {}

  public abstract parse(raw: RawProperties): D;

  public recognizes(physicalId: string): boolean {
    return this.arnPattern.test(physicalId);
  }

  public create(context: StepContext<D>): Promise<Outcome> {
    return patiently(() => this.bear(context, false));
  }

  public update(context: StepContext<D>): Promise<Outcome> {
    return patiently(() => this.updateStep(context));
  }

  public delete(context: StepContext<D>): Promise<Outcome> {
    return patiently(() => this.deleteStep(context));
  }

  /** Where it stands, in words. */
  protected abstract describePlace(declaration: D): string;
  protected abstract acceleratorArnIn(declaration: D): string;
  /** What there can be only one of below the accelerator for one stack and logical id. */
  protected abstract placeOf(declaration: D): string;
  protected abstract isPlaceOf(declaration: D, child: C): boolean;
  protected abstract read(arn: string): Promise<C | undefined>;
  /** What prevents one from being created as declared. */
  protected abstract occupant(declaration: D): Promise<C | undefined>;
  /** The declaration that would have created what stands there; undefined if none of this stack and logical id would. */
  protected abstract declarationOf(child: C, declaration: D): D | undefined;
  protected abstract createChild(declaration: D, token: string): Promise<string>;
  protected abstract deleteChild(arn: string): Promise<void>;
  /** Whether it can be brought to what is declared without being made anew. */
  protected abstract canBecome(child: C, declaration: D): boolean;
  /** Refuses to make it anew in its place, where that is not wanted. */
  protected abstract checkRemake(context: StepContext<D>): void;
  /** Makes the next single change. @returns undefined if it is as declared */
  protected abstract converge(context: StepContext<D>, child: C): Promise<Waiting | undefined>;
  protected abstract attributesOf(child: C): Attributes;

  private async updateStep(context: StepContext<D>): Promise<Outcome> {
    const leftover = await this.removeLeftover(context);
    if (leftover) {
      return leftover;
    }
    if (context.memory.failure !== undefined) {
      return this.undo(context, String(context.memory.failure));
    }
    const current = await this.current(context);
    if (!current) {
      return this.replace(context);
    }
    if (this.canBecome(current, context.properties)) {
      return this.settle(context, current);
    }
    this.checkRemake(context);
    return this.removeForRemake(context, current);
  }

  private async deleteStep(context: StepContext<D>): Promise<Outcome> {
    const { physicalId, properties } = context;
    if (!this.recognizes(physicalId!)) {
      return await this.removeAbandoned(context, properties) ?? { status: 'gone' };
    }
    const removing = await this.remove(context, physicalId!) ?? await this.removeRemade(context);
    return removing ?? { status: 'gone' };
  }

  /** What an update has made anew in its place, or was about to, is held under the id of the first one. */
  private async removeRemade(context: StepContext<D>): Promise<Waiting | undefined> {
    const entry = await this.entryOf(context);
    return entry?.heldAs === context.physicalId && entry !== undefined ? this.removeAbandoned(context, context.properties) : undefined;
  }

  /** What CloudFormation holds, if it stands where it is declared to be. */
  private async current(context: StepContext<D>): Promise<C | undefined> {
    if (!this.recognizes(context.physicalId!)) {
      return undefined;
    }
    const child = await this.read(context.physicalId!) ?? await this.remade(context);
    return child && this.isPlaceOf(context.properties, child) ? child : undefined;
  }

  private async remade(context: StepContext<D>): Promise<C | undefined> {
    const entry = await this.entryOf(context);
    return entry?.arn !== undefined && entry.heldAs === context.physicalId ? this.read(entry.arn) : undefined;
  }

  private async entryOf(context: StepContext<D>): Promise<Entry | undefined> {
    const tags = await this.globalAccelerator.listTags(this.acceleratorArnIn(context.properties));
    return tags && this.registerOf(context, context.properties).entryIn(tags);
  }

  /**
   * The id under which CloudFormation holds what an Update makes anew in its place, by declaration or because it was gone. With
   * another id CloudFormation would delete "the old one" afterwards, or, in a rollback, take the new one for superfluous.
   */
  private heldAs({ oldProperties, operation, physicalId, properties }: StepContext<D>): string | undefined {
    const isRemade = operation === 'Update' && oldProperties && this.isSamePlace(oldProperties, properties);
    return isRemade && this.recognizes(physicalId!) ? physicalId : undefined;
  }

  private idOf(context: StepContext<D>, arn: string): string {
    return this.heldAs(context) ?? arn;
  }

  /** Another place, or it is gone: one more, beside what CloudFormation holds. */
  private async replace(context: StepContext<D>): Promise<Outcome> {
    try {
      return await this.bear(context, true);
    } catch (error) {
      const { createdArn } = context.memory;
      const isFinal = error instanceof ResourceError || classify(error) === 'permanent';
      const stillHasOld = context.oldProperties && !this.isSamePlace(context.oldProperties, context.properties);
      if (createdArn === undefined || !isFinal || !stillHasOld || passes(error)) {
        throw error;
      }
      // CloudFormation goes on with the old one when an update fails, so nobody else would remove the new one.
      const failure = error instanceof ResourceError ? error.message : quote(error);
      return { ...waiting(`the removal of ${createdArn}, which is no good: ${failure}`, AT_ONCE_SECONDS), memory: { failure } };
    }
  }

  private async undo(context: StepContext<D>, failure: string): Promise<Outcome> {
    const removing = await this.remove(context, String(context.memory.createdArn));
    if (removing) {
      return removing;
    }
    throw new ResourceError(failure);
  }

  /**
   * Brings one into the world, step by step, and then to what is declared.
   *
   * @param adopts whether one that an earlier request of this stack and logical id has made will do
   */
  private async bear(context: StepContext<D>, adopts: boolean): Promise<Outcome> {
    const { properties } = context;
    const acceleratorArn = this.acceleratorArnIn(properties);
    const register = this.registerOf(context, properties);
    const tags = await this.globalAccelerator.listTags(acceleratorArn);
    if (!tags) {
      throw refusal(`Accelerator ${acceleratorArn} does not exist, so it can't have this ${this.kind}. Check its ARN.`);
    }
    if (context.memory.collision !== undefined) {
      return this.concede(context, register);
    }
    const entry = register.entryIn(tags);
    const own = requestHash(context.requestId);
    const arn = context.memory.createdArn as string | undefined ?? entry?.arn;
    const child = arn === undefined ? undefined : await this.read(arn);
    if (child) {
      return this.takeOver(context, adopts, child, entry);
    }
    if (context.memory.createdArn !== undefined || (entry?.request === own && entry.arn)) {
      return this.awaitSight(context, arn!);
    }
    const unseen = entry?.arn === undefined ? undefined : awaitGivenBack(context, entry.arn);
    if (unseen) {
      return unseen;
    }
    if (entry?.request === own && !entry.hasCollided) {
      return this.createAnnounced(context, { request: own, heldAs: this.heldAs(context) }, register);
    }
    if (context.memory.announcedAt !== undefined) {
      return this.awaitEntry(context, register);
    }
    return this.announce(context, adopts, entry, register, tags);
  }

  private async takeOver(context: StepContext<D>, adopts: boolean, child: C, entry: Entry | undefined): Promise<Outcome> {
    const own = requestHash(context.requestId);
    const isOwn = context.memory.createdArn === child.arn || entry?.request === own;
    if (!isOwn && !adopts) {
      throw refusalForKept(`${child.arn} was made by an earlier deployment of this stack and logical id and has been kept, so no second one can be `
        + `made (${this.describePlace(context.properties)}). Import it by its ARN, or delete it, then deploy again.`);
    }
    if (entry?.arn !== child.arn) {
      await this.registerOf(context, context.properties).complete({ request: own, heldAs: this.heldAs(context) }, child.arn);
      return this.born(context, child.arn, AT_ONCE_SECONDS);
    }
    if (!this.canBecome(child, context.properties)) {
      return this.removeForRemake(context, child);
    }
    return this.settle(context, child);
  }

  private born(context: StepContext<D>, arn: string, seconds: number): Waiting {
    return {
      ...waiting(`${arn} to show up`, seconds),
      memory: { createdArn: arn, createdAt: context.memory.createdAt ?? context.clock.now() },
    };
  }

  /** It was created by this request and is not found: not yet, or not any more. */
  private awaitSight(context: StepContext<D>, arn: string): Outcome {
    const since = Number(context.memory.createdAt ?? context.clock.now());
    if (!context.memory.seen && context.clock.now() < since + UNSEEN_SECONDS * 1000) {
      return { ...this.born(context, arn, POLL_SECONDS / 2), memory: { createdArn: arn, createdAt: since } };
    }
    const misses = Number(context.memory.misses ?? 0) + 1;
    if (misses < 4) {
      return { ...waiting(`${arn} to show up again`, POLL_SECONDS / 2), memory: { misses } };
    }
    throw new ResourceError(`${arn} was created and has vanished before it was ready: something else deleted it. Find out what in `
      + 'CloudTrail in us-west-2, then deploy again.');
  }

  private async announce(
    context: StepContext<D>, adopts: boolean, entry: Entry | undefined, register: ChildRegister, tags: Record<string, string>,
  ): Promise<Outcome> {
    const occupant = await this.occupant(context.properties);
    if (occupant && occupant.arn === context.physicalId) {
      return waiting(`${occupant.arn} to be found or to go away`);
    }
    const isUnresolved = entry !== undefined && !entry.arn;
    if (isUnresolved && adopts && occupant && this.declarationOf(occupant, context.properties)) {
      return this.resolve(context, context.properties, entry, occupant);
    }
    if (isUnresolved && context.clock.now() < context.certainAt) {
      return this.awaitQuiet(context);
    }
    if (occupant) {
      throw this.occupied(context.properties, occupant);
    }
    return this.enter(context, register, tags);
  }

  private async enter(context: StepContext<D>, register: ChildRegister, tags: Record<string, string>): Promise<Outcome> {
    await context.claim();
    await register.announce({ request: requestHash(context.requestId), heldAs: this.heldAs(context) }, tags);
    return { ...waiting(`the creation of the ${this.kind}`, AT_ONCE_SECONDS), memory: { announcedAt: context.clock.now() } };
  }

  /** Nothing is created without an entry: it may lag, or another worker of the same step has given up and removed it. */
  private awaitEntry(context: StepContext<D>, { key }: ChildRegister): Waiting {
    if (context.clock.now() < Number(context.memory.announcedAt) + UNSEEN_SECONDS * 1000) {
      return waiting(`the entry of this request, tag '${key}' of the accelerator, to show up`, POLL_SECONDS / 2);
    }
    throw new ResourceError(`Tag '${key}' of accelerator ${this.acceleratorArnIn(context.properties)}, by which the ${this.kind} would be `
      + 'found again, has vanished, so nothing was created: something else removed it. Deploy again.');
  }

  private async createAnnounced(context: StepContext<D>, entry: Entry, register: ChildRegister): Promise<Outcome> {
    await context.claim();
    try {
      const arn = await this.createChild(context.properties, register.token(entry));
      context.log.write('INFO', `Created the ${this.kind}`, { arn });
      return this.born(context, arn, AT_ONCE_SECONDS);
    } catch (error) {
      if (!hasName(error, ...COLLISIONS)) {
        throw error;
      }
      return { ...waiting('the entry of this request to say that it has collided', 0), memory: { collision: quote(error) } };
    }
  }

  /**
   * The token would have given back what an earlier attempt of this request has made, so it has made nothing so far. The entry stays:
   * another worker of the same attempt may be slow, and come when there is nothing to collide with any more.
   */
  private async concede(context: StepContext<D>, register: ChildRegister): Promise<Outcome> {
    await register.concede({ request: requestHash(context.requestId), heldAs: this.heldAs(context) });
    const occupant = await this.occupant(context.properties);
    throw occupant ? this.occupied(context.properties, occupant) : refusal(`The ${this.kind} could not be created `
      + `(${this.describePlace(context.properties)}): ${String(context.memory.collision)}.`);
  }

  /**
   * Looks until it is as declared and the accelerator is DEPLOYED again. Changes do not wait for that: each makes the accelerator
   * IN_PROGRESS anew, so that many waiters would compete for short moments; one that comes too early is refused and repeated.
   */
  private async settle(context: StepContext<D>, child: C): Promise<Outcome> {
    const physicalId = this.idOf(context, child.arn);
    const seen = { physicalId, memory: { seen: true, misses: 0 } };
    context.found(physicalId);
    const change = await this.converge(context, child);
    if (change) {
      return { ...change, physicalId, memory: { ...seen.memory, ...change.memory } };
    }
    const busy = await this.awaitDeployed(acceleratorArnOf(child.arn));
    if (busy) {
      return { ...busy, ...seen };
    }
    return { status: 'ready', physicalId, attributes: this.attributesOf(child) };
  }

  /** The one case in which an update deletes before it creates: the new one can't exist beside the old one. */
  private async removeForRemake(context: StepContext<D>, child: C): Promise<Outcome> {
    const seconds = context.requestedAt / 1000 + CHECKED_CLAIM_SECONDS - context.clock.now() / 1000;
    if (seconds > 0) {
      return { ...waiting('certainty that CloudFormation has not taken the change back', seconds), physicalId: context.physicalId };
    }
    const removing = await this.remove(context, child.arn);
    return removing ?? waiting(`${child.arn} to go away`);
  }

  /**
   * An update that CloudFormation gave up may have created one elsewhere. The update that takes it back brings that
   * declaration in the old properties.
   */
  private async removeLeftover(context: StepContext<D>): Promise<Waiting | undefined> {
    const { oldProperties, properties } = context;
    if (!oldProperties || this.isSamePlace(oldProperties, properties)) {
      return undefined;
    }
    return this.removeAbandoned(context, oldProperties);
  }

  /**
   * Removes what a create or update that was given up has made, or is about to make.
   *
   * @returns undefined if it is certain that there is nothing (any more)
   */
  private async removeAbandoned(context: StepContext<D>, declaration: D): Promise<Waiting | undefined> {
    const acceleratorArn = this.acceleratorArnIn(declaration);
    const register = this.registerOf(context, declaration);
    const tags = await this.globalAccelerator.listTags(acceleratorArn);
    if (!tags) {
      return undefined;
    }
    const entry = register.entryIn(tags);
    if (entry?.arn) {
      const isHeld = context.operation === 'Update' && context.physicalId === (entry.heldAs ?? entry.arn);
      return isHeld ? undefined : this.remove(context, entry.arn);
    }
    const occupant = entry && await this.occupant(declaration);
    if (entry && occupant && this.declarationOf(occupant, declaration)) {
      return this.resolve(context, declaration, entry, occupant);
    }
    if (context.clock.now() < context.certainAt) {
      return this.awaitQuiet(context);
    }
    if (entry) {
      await register.remove();
    }
    return undefined;
  }

  /**
   * An entry without an ARN, and something stands in the place: the token of the entry gives it back if that request has
   * made it, and collides with it if not, or if the token no longer counts. If the request itself has collided, that is no surprise.
   */
  private async resolve(context: StepContext<D>, declaration: D, entry: Entry, occupant: C): Promise<Waiting> {
    if (entry.hasCollided && context.clock.now() < context.certainAt) {
      return this.awaitQuiet(context);
    }
    const register = this.registerOf(context, declaration);
    await context.claim();
    try {
      const arn = await this.createChild(this.declarationOf(occupant, declaration) ?? declaration, register.token(entry));
      await register.complete(entry, arn);
      // If the occupant has gone since it was looked at, this very call has made another one, which may not show yet.
      const unseenUntil = context.clock.now() + UNSEEN_SECONDS * 1000;
      return { ...waiting(`a look at ${arn}, which an abandoned request has made`, AT_ONCE_SECONDS), memory: { unseenUntil } };
    } catch (error) {
      if (!hasName(error, ...COLLISIONS)) {
        throw error;
      }
      if (entry.hasCollided) {
        await register.remove();
        return waiting('the entry of a request that has collided to go away', AT_ONCE_SECONDS);
      }
      throw new ResourceError(`It can't be proven whether ${occupant.arn} was made by this stack and logical id, so it is left alone. If it `
        + `was, delete it; if not, remove the tag '${register.key}' from accelerator ${this.acceleratorArnIn(declaration)}. Then try again.`);
    }
  }

  /** Deletes one, and answers only after the accelerator is DEPLOYED again. @returns undefined if it is gone */
  private async remove(context: StepContext<D>, arn: string): Promise<Waiting | undefined> {
    const acceleratorArn = acceleratorArnOf(arn);
    const busy = await this.awaitDeployed(acceleratorArn);
    if (busy) {
      return busy;
    }
    if (await this.read(arn)) {
      await context.claim();
      await this.deleteChild(arn);
      context.log.write('INFO', `Deleted the ${this.kind}`, { arn });
      return { ...waiting(`${arn} to go away`), memory: { unseenUntil: 0 } };
    }
    const unseen = awaitGivenBack(context, arn);
    if (unseen) {
      return unseen;
    }
    const tags = await this.globalAccelerator.listTags(acceleratorArn) ?? {};
    const keys = keysOf(arn, acceleratorArn, tags);
    if (keys.length > 0) {
      await this.globalAccelerator.untag(acceleratorArn, keys);
    }
    return undefined;
  }

  /** @returns undefined if the accelerator is DEPLOYED, or gone with all that it had */
  private async awaitDeployed(acceleratorArn: string): Promise<Waiting | undefined> {
    const accelerator = await this.globalAccelerator.describeAccelerator(acceleratorArn);
    return accelerator && !accelerator.deployed
      ? waiting(`accelerator ${acceleratorArn} to be DEPLOYED (it is IN_PROGRESS)`)
      : undefined;
  }

  private awaitQuiet(context: StepContext<D>): Waiting {
    const seconds = (context.certainAt - context.clock.now()) / 1000;
    return waiting('certainty that no abandoned create is still under way', Math.min(Math.max(seconds, 1), 30));
  }

  protected isSamePlace(a: D, b: D): boolean {
    return this.acceleratorArnIn(a) === this.acceleratorArnIn(b) && this.placeOf(a) === this.placeOf(b);
  }

  private registerOf(context: StepContext<D>, declaration: D): ChildRegister {
    return new ChildRegister(
      this.globalAccelerator, this.acceleratorArnIn(declaration), context.owner, this.placeOf(declaration));
  }

  private occupied(declaration: D, occupant: C): ResourceError {
    return refusal(`${occupant.arn} is in the way (${this.describePlace(declaration)}), and no tag '${CHILD_TAG_PREFIX}...' of the `
      + 'accelerator says that this stack and logical id have made it, so it is left alone. Choose another place, or delete it; one that '
      + 'the same stack has under another logical id has to be removed by a deployment of its own first.');
  }
}

/** What a token has given back may be so new that it is not found yet. */
function awaitGivenBack({ clock, memory }: StepContext<unknown>, arn: string): Waiting | undefined {
  return clock.now() < Number(memory.unseenUntil ?? 0) ? waiting(`${arn} to show up`, POLL_SECONDS / 2) : undefined;
}
