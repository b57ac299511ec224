import type { Endpoint, Ses } from './client';
import { creationWait } from './creation-wait';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { ENDPOINT_NAME, SES_TAG_RULES, type MultiRegionEndpointAttributes } from '../../src/wire/ses';
import { classify, hasName, refusal, ResourceError } from '../lifecycle/errors';
import { waiting, type Outcome, type Ready, type ResourceHandler, type StepContext, type Waiting } from '../lifecycle/handler';
import { PropertyReader, REGION_RULE } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';
import { isOwnedBy, tagDifference, withOwner, type Tags } from '../lifecycle/tags';

export const NAME_RULE = {
  pattern: ENDPOINT_NAME,
  says: 'an endpoint name has 1 to 64 letters, digits, hyphens or underscores',
};

/** SES makes an endpoint in about a minute; its own ceiling is not documented. */
export const DEFAULT_TIMEOUT_SECONDS = 30 * 60;
export const POLL_SECONDS = 5;
/** An endpoint that exists already has nothing to be waited for. */
const LOOK_AGAIN_SECONDS = 2;
/** READY may flap just after it came up. */
const SECOND_LOOK_MILLISECONDS = 750;
/** So long a delete that is throttled is tried again within its step. */
const INSIST_SECONDS = 15;
const INSIST_PAUSE_MILLISECONDS = 1000;
/** SES may not find an endpoint that it has just made. */
const UNSEEN_SECONDS = 60;
/** A look may show what was before: an endpoint that is deleted moments after its creation seems to be gone. */
const ABSENT_SECONDS = 10;
/** An endpoint that has been seen is gone only when it stays away so many looks in a row. */
const MISSES = 4;
/** The tags of an endpoint that was made during this request may lag behind it. */
const TAG_LAG_SECONDS = 30;

export interface EndpointDeclaration {
  readonly name: string;
  readonly secondaryRegion: string;
  readonly tags: Tags;
}

type Context = StepContext<EndpointDeclaration>;

/** `Custom::MultiRegionEndpoint`: an endpoint that this resource creates and owns. Its physical id is its name. */
export class MultiRegionEndpointHandler implements ResourceHandler<EndpointDeclaration> {
  public readonly defaultTimeoutSeconds = DEFAULT_TIMEOUT_SECONDS;

  constructor(private readonly ses: Ses) {}

  public parse(raw: RawProperties): EndpointDeclaration {
    const reader = new PropertyReader(raw).schema();
    const declaration = {
      name: reader.string('EndpointName', NAME_RULE),
      secondaryRegion: reader.string('SecondaryRegion', REGION_RULE),
      tags: reader.tags('Tags', SES_TAG_RULES),
    };
    reader.end();
    return declaration;
  }

  public recognizes(physicalId: string, raw: RawProperties): boolean {
    return physicalId === raw.EndpointName;
  }

  public async create(context: Context): Promise<Outcome> {
    const { name } = context.properties;
    refuseOwnRegion(context);
    if (context.memory.looked && context.memory.createdId === undefined) {
      return this.createMissing(context);
    }
    // A look that is throttled is not worth a second one: the create tells as well that the name is taken.
    context.remember({ looked: true });
    const endpoint = await this.ses.getEndpoint(name);
    if (!endpoint) {
      return this.createMissing(context);
    }
    context.remember({ looked: false });
    if (endpoint.status === 'DELETING') {
      return waiting(`the earlier endpoint '${name}' to go away`, POLL_SECONDS);
    }
    if (endpoint.id !== context.memory.createdId) {
      const foreign = await this.refuseForeign(context, endpoint);
      if (foreign) {
        return foreign;
      }
      // What an earlier deployment has left, e.g. by RETAIN, has the tags that were declared then.
      await this.syncTags(context);
    }
    return this.awaitReady(context, endpoint);
  }

  public async update(context: Context): Promise<Outcome> {
    refuseOwnRegion(context);
    const leftover = await this.removeLeftover(context);
    if (leftover) {
      return leftover;
    }
    if (context.physicalId !== context.properties.name) {
      return this.replace(context);
    }
    return this.updateInPlace(context);
  }

  public async delete(context: Context): Promise<Outcome> {
    const held = await this.remove(context, context.physicalId!);
    if (held) {
      return held;
    }
    if (context.physicalId === context.properties.name) {
      return { status: 'gone' };
    }
    // CloudFormation invented the id of a create that it gave up: what that create made, or is about to make, has the name.
    const abandoned = await this.remove(context, context.properties.name);
    if (abandoned) {
      return abandoned;
    }
    return awaitQuiet(context) ?? { status: 'gone' };
  }

  private async createMissing(context: Context): Promise<Outcome> {
    const { name, secondaryRegion, tags } = context.properties;
    if (context.memory.createdId !== undefined) {
      return this.awaitSight(context);
    }
    await context.claim();
    try {
      const createdId = await this.ses.createEndpoint(name, secondaryRegion, withOwner(tags, context.owner));
      context.log.write('INFO', 'Created the endpoint', { endpoint: name, endpointId: createdId });
      return {
        ...waiting(`endpoint '${name}' to become READY`, creationWait(0)),
        memory: { createdId, createdAt: context.clock.now() },
      };
    } catch (error) {
      // Perhaps our own call, which the SDK or Lambda has repeated: the next step looks at the owner.
      if (hasName(error, 'AlreadyExistsException')) {
        return { ...waiting(`a look at endpoint '${name}', which exists already`, LOOK_AGAIN_SECONDS), memory: { looked: false } };
      }
      throw error;
    }
  }

  /** The endpoint was created by this request and is not there: not yet, or not any more. */
  private awaitSight(context: Context): Outcome {
    const { name } = context.properties;
    const age = (context.clock.now() - Number(context.memory.createdAt)) / 1000;
    if (!context.memory.seen && age < UNSEEN_SECONDS) {
      return waiting(`endpoint '${name}' to show up`, POLL_SECONDS);
    }
    const misses = Number(context.memory.misses ?? 0) + 1;
    if (misses < MISSES) {
      return { ...waiting(`endpoint '${name}' to show up again`, POLL_SECONDS), memory: { misses } };
    }
    throw new ResourceError(`Endpoint '${name}' was created and has vanished before it became READY: something else deleted it. `
      + 'Find out what in CloudTrail (DeleteMultiRegionEndpoint), then deploy again.');
  }

  /** @returns undefined if the endpoint is ours */
  private async refuseForeign(context: Context, endpoint: Endpoint): Promise<Outcome | undefined> {
    const { name, secondaryRegion } = context.properties;
    const tags = await this.ses.listTags(this.arnOf(context, name));
    if (isOwnedBy(context.owner, tags)) {
      if (otherRegion(endpoint, context) !== secondaryRegion) {
        throw sameNameOtherRegion(name, endpoint, context);
      }
      return undefined;
    }
    const mayBeOurs = (endpoint.createdAt ?? 0) >= context.requestedAt - 1000 && tags?.[OWNER_TAG_KEY] === undefined;
    if (mayBeOurs && context.clock.now() < endpoint.createdAt! + TAG_LAG_SECONDS * 1000) {
      return waiting(`the tags of endpoint '${name}'`, POLL_SECONDS);
    }
    throw refusal(`An SES multi-region endpoint '${name}' exists in ${context.place.region} and does not belong to this `
      + 'stack and logical id, so it is left alone. Choose another endpointName (or none, for a generated one), or use '
      + 'MultiRegionEndpoint.fromEndpointName() to send through the existing one.');
  }

  private async awaitReady(context: Context, endpoint: Endpoint): Promise<Outcome> {
    const { name, secondaryRegion } = context.properties;
    context.remember({ seen: true, misses: 0, createdId: endpoint.id, createdAt: endpoint.createdAt ?? 0 });
    if (endpoint.status === 'FAILED') {
      throw new FailedEndpointError(name, context.place.region, secondaryRegion);
    }
    if (endpoint.status !== 'READY') {
      return this.awaitStatus(context, endpoint);
    }
    if (!context.memory.ready) {
      context.remember({ ready: true });
      await context.clock.sleep(SECOND_LOOK_MILLISECONDS);
      const again = await this.ses.getEndpoint(name);
      if (again?.status !== 'READY') {
        return this.awaitStatus(context, { ...endpoint, status: again?.status ?? 'gone again' });
      }
    }
    return ready(name, endpoint, secondaryRegion);
  }

  private awaitStatus(context: Context, endpoint: Endpoint): Outcome {
    const { name } = context.properties;
    const seconds = creationWait(ageOf(endpoint, context));
    return {
      ...waiting(`endpoint '${name}' to become READY (it is ${endpoint.status})`, seconds), physicalId: name, memory: { ready: false },
    };
  }

  /** Another name: a new endpoint beside the old one, which CloudFormation deletes afterwards. */
  private async replace(context: Context): Promise<Outcome> {
    if (context.memory.wreck) {
      return this.removeWreck(context);
    }
    try {
      return await this.create(context);
    } catch (error) {
      if (error instanceof FailedEndpointError) {
        return this.removeWreck(context);
      }
      throw error;
    }
  }

  /** CloudFormation goes on with the old endpoint when an update fails, so nobody else would remove the failed new one. */
  private async removeWreck(context: Context): Promise<Outcome> {
    const { name, secondaryRegion } = context.properties;
    const removing = await this.remove(context, name);
    if (removing) {
      return { ...removing, memory: { wreck: true } };
    }
    throw new FailedEndpointError(name, context.place.region, secondaryRegion);
  }

  private async updateInPlace(context: Context): Promise<Outcome> {
    const { name, secondaryRegion } = context.properties;
    const endpoint = await this.ses.getEndpoint(name);
    if (!endpoint || endpoint.status === 'DELETING') {
      return this.create(context);
    }
    if (otherRegion(endpoint, context) !== secondaryRegion) {
      throw sameNameOtherRegion(name, endpoint, context);
    }
    await this.syncTags(context);
    if (endpoint.status === 'READY') {
      return ready(name, endpoint, secondaryRegion);
    }
    return this.awaitReady(context, endpoint);
  }

  private async syncTags(context: Context): Promise<void> {
    const { name, tags } = context.properties;
    const arn = this.arnOf(context, name);
    const present = await this.ses.listTags(arn);
    if (!isOwnedBy(context.owner, present)) {
      throw new ResourceError(`Endpoint '${name}' no longer carries the tag ${OWNER_TAG_KEY}=${context.owner}, so it may have been `
        + 'made anew by somebody else; nothing was changed. If it is this stack\'s, put the tag back and deploy again.');
    }
    const { set, remove } = tagDifference(present!, tags, context.oldProperties?.tags ?? {});
    if (Object.keys(set).length > 0 || remove.length > 0) {
      await context.claim();
    }
    if (Object.keys(set).length > 0) {
      await this.ses.tag(arn, set);
    }
    if (remove.length > 0) {
      await this.ses.untag(arn, remove);
    }
  }

  /**
   * An update that CloudFormation gave up may have created the endpoint that it was to replace ours with. The update that
   * takes it back brings its name in the old properties. It may also be about to create it only now.
   */
  private async removeLeftover(context: Context): Promise<Waiting | undefined> {
    const leftover = context.oldProperties?.name;
    if (!leftover || leftover === context.physicalId || leftover === context.properties.name) {
      return undefined;
    }
    return await this.remove(context, leftover) ?? awaitQuiet(context);
  }

  /**
   * Deletes the endpoint if it is ours. A look that is throttled is not worth a second one: the tags tell as well whether there is anything to
   * delete. After any other trouble a delete without a look might repeat one that has worked, when somebody else has taken the name.
   *
   * @returns undefined if it is gone, or is somebody else's
   */
  private async remove(context: Context, name: string): Promise<Waiting | undefined> {
    if (!NAME_RULE.pattern.test(name)) {
      return undefined;
    }
    try {
      return await this.removeOwned(context, name);
    } catch (error) {
      if (classify(error) !== 'throttled') {
        context.remember({ lookedFor: false });
      }
      throw error;
    }
  }

  private async removeOwned(context: Context, name: string): Promise<Waiting | undefined> {
    if (context.memory.lookedFor !== name || context.memory.deleted === name) {
      context.remember({ lookedFor: name });
      const endpoint = await this.ses.getEndpoint(name);
      context.remember({ lookedFor: endpoint ? name : false, deleted: false, ...(endpoint && { found: true }) });
      if (!endpoint) {
        return awaitAbsence(context, name);
      }
      if (endpoint.status === 'DELETING') {
        context.remember({ deleted: name });
        return waiting(`endpoint '${name}' to go away`, POLL_SECONDS);
      }
    }
    const tags = await this.ses.listTags(this.arnOf(context, name));
    if (!isOwnedBy(context.owner, tags)) {
      return this.leaveAlone(context, name);
    }
    await context.claim();
    return this.deleteOwned(context, name);
  }

  private async leaveAlone(context: Context, name: string): Promise<Waiting | undefined> {
    const endpoint = await this.ses.getEndpoint(name);
    context.remember({ lookedFor: false });
    if (endpoint?.status === 'DELETING') {
      return waiting(`endpoint '${name}' to go away`, POLL_SECONDS);
    }
    if (endpoint) {
      context.log.write('WARN', 'Left an endpoint alone that does not belong to this stack and logical id', { endpoint: name });
    }
    return undefined;
  }

  /** Deletes an endpoint whose tags were just read. Where calls are throttled it insists: later the proof would be stale. */
  private async deleteOwned(context: Context, name: string): Promise<Waiting> {
    const insistUntil = context.clock.now() + INSIST_SECONDS * 1000;
    for (;;) {
      try {
        await this.ses.deleteEndpoint(name);
        context.log.write('INFO', 'Deleted the endpoint', { endpoint: name });
        context.remember({ deleted: name });
        return waiting(`endpoint '${name}' to go away`, POLL_SECONDS);
      } catch (error) {
        if (hasName(error, 'ConcurrentModificationException')) {
          return waiting(`endpoint '${name}', which SES is still working on, so that it can't be deleted yet`, 2 * POLL_SECONDS);
        }
        if (classify(error) !== 'throttled' || context.clock.now() >= insistUntil) {
          throw error;
        }
        await context.clock.sleep(INSIST_PAUSE_MILLISECONDS);
      }
    }
  }

  private arnOf(context: Context, name: string): string {
    const { partition, region, accountId } = context.place;
    return `arn:${partition}:ses:${region}:${accountId}:multi-region-endpoint/${name}`;
  }
}

/** Of what a Delete has not seen itself, one look is not enough. */
function awaitAbsence({ memory, operation, physicalId, properties }: Context, name: string): Waiting | undefined {
  const isHeld = operation === 'Delete' && physicalId === name && properties.name === name;
  return isHeld && !memory.found && !memory.missed
    ? { ...waiting(`certainty that endpoint '${name}' is gone`, ABSENT_SECONDS), memory: { missed: true } } : undefined;
}

/** @returns undefined when no request before this one can create anything any more */
function awaitQuiet({ clock, certainAt }: Context): Waiting | undefined {
  const seconds = (certainAt - clock.now()) / 1000;
  return seconds > 0 ? waiting('certainty that no abandoned create is still under way', Math.min(seconds, 30)) : undefined;
}

export function ready(physicalId: string, endpoint: Endpoint, secondaryRegion: string): Ready {
  const attributes: MultiRegionEndpointAttributes = { EndpointId: endpoint.id, SecondaryRegion: secondaryRegion };
  return { status: 'ready', physicalId, attributes: { ...attributes } };
}

/** How long an endpoint has been in the making, in seconds. */
export function ageOf(endpoint: Endpoint, { clock, requestedAt }: StepContext<unknown>): number {
  return (clock.now() - (endpoint.createdAt ?? requestedAt)) / 1000;
}

/** SES has given up making the endpoint. Its name is free only when it has been deleted. */
export class FailedEndpointError extends ResourceError {
  constructor(name: string, primaryRegion: string, secondaryRegion: string) {
    super(`SES could not make the endpoint '${name}' (${primaryRegion} and ${secondaryRegion}) and left it in state FAILED without a `
      + 'reason. Check that SES offers global endpoints in both Regions and that the account may have the service-linked role '
      + 'AWSServiceRoleForAmazonSES, then deploy again.', { physicalId: name });
  }
}

/** The Region of the endpoint that is not the primary one. */
function otherRegion(endpoint: Endpoint, context: Context): string | undefined {
  return endpoint.regions.find(region => region !== context.place.region);
}

/** Checked at synthesis where it can be; a token may turn out to be the stack's own Region. */
function refuseOwnRegion({ place, properties }: Context): void {
  if (properties.secondaryRegion === place.region) {
    throw refusal(`The secondary Region of endpoint '${properties.name}' is ${place.region}, where the stack is deployed and which `
      + 'therefore is the primary Region. Choose another secondary Region.');
  }
}

function sameNameOtherRegion(name: string, endpoint: Endpoint, context: Context): ResourceError {
  return new ResourceError(`Endpoint '${name}' routes to ${endpoint.regions.join(' and ')}, and SES can't change that; a replacement `
    + `with secondary Region ${context.properties.secondaryRegion} can't have the same name while the old endpoint exists. `
    + 'Change endpointName together with secondaryRegion. (A generated name follows a secondaryRegion that is known at synthesis; one '
    + 'that comes from a parameter or another stack needs an endpointName that comes from there too.)');
}
