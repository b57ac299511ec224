import type { Identities, Identity } from './identity-client';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import {
  DOMAIN_NAME, SES_TAG_RULES, signingOriginOf, type ReplicaEmailIdentityAttributes, type ReplicaEmailIdentityProperties,
} from '../../src/wire/ses';
import { adoptionAdvice, adoptionFromOtherAdvice } from '../lifecycle/adopt';
import { hasName, quote, ResourceError } from '../lifecycle/errors';
import { waiting, type Attributes, type Waiting } from '../lifecycle/handler';
import type { Adoption, Change, Created, ManagedResource, Observation, Phase, ResourceModel, Scope, Tagging, Timing } from '../lifecycle/model';
import { PropertyReader, REGION_RULE } from '../lifecycle/properties';
import { inRegion } from '../lifecycle/region-error';
import type { RawProperties } from '../lifecycle/request';
import { isOwnedBy, withOwner, type Tags } from '../lifecycle/tags';

const POLL_SECONDS = 5;
/** What another request has created a moment ago may not show yet: how long is not documented. */
const ABSENT_SECONDS = 25;
/** How long it takes to replicate a key is not documented; where the parent's records are missing it may take days. */
const OFTEN_SECONDS = 10;
const SELDOM_SECONDS = 30;
const SELDOM_AFTER_SECONDS = 120;
/** The tags of an identity may lag behind it, and SES shows no time of creation: so long after a request or a create call they may come. */
const TAG_LAG_SECONDS = 30;

/** States of DKIM that a verified identity may fall back to. */
const FAILURES = ['FAILED', 'TEMPORARY_FAILURE'];
/** Causes of FAILED that pass when a parent or a permission was created a moment ago. */
const PASSING_ERRORS = ['REPLICATION_ACCESS_DENIED', 'REPLICATION_PRIMARY_NOT_FOUND'];
const SPREAD_SECONDS = 60;
const GIVE_UP_SECONDS = 300;

/** What to do about other causes. */
const ADVICE: Readonly<Record<string, string>> = {
  REPLICATION_ACCESS_DENIED: 'Let the role of the function call ses:ReplicateEmailIdentityDKIMSigningKey on the parent; a service control policy or a '
    + 'permissions boundary may deny it.',
  REPLICATION_PRIMARY_NOT_FOUND: 'Create the parent first, and let parentIdentity be in the Region that it is in.',
  REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED: 'The parent has a DKIM key of its own; only keys of Easy DKIM are replicated.',
  REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED: 'The parent is a replica itself. Name the identity that it is a replica of.',
  REPLICATION_PRIMARY_INVALID_REGION: 'SES does not replicate from this Region.',
};
const DNS_ADVICE = 'Check that the three CNAME records of the parent are published, then deploy again; waitForDkim: false does not wait for them.';

export interface ReplicaDeclaration {
  readonly parentRegion: string;
  readonly waitForDkim: boolean;
  readonly tags: Tags;
}

/** `Custom::ReplicaEmailIdentity`. Its place is its Region and its domain, which an account has once there. */
export class ReplicaEmailIdentityModel implements ResourceModel<ReplicaDeclaration, Identity> {
  public readonly noun = 'identity';
  public readonly defaultTimeoutSeconds = 30 * 60;
  public readonly timing: Timing = { unseenSeconds: 60, missSeconds: POLL_SECONDS, misses: 4, absentSeconds: ABSENT_SECONDS };

  constructor(private readonly identitiesIn: (region: string) => Identities) {}

  public parse(raw: RawProperties): ReplicaDeclaration {
    const reader = new PropertyReader<ReplicaEmailIdentityProperties>(raw).schema();
    reader.string('EmailIdentity', DOMAIN_NAME);
    const declaration = {
      parentRegion: reader.string('ParentRegion', REGION_RULE),
      replicaRegion: reader.string('ReplicaRegion', REGION_RULE),
      waitForDkim: reader.has('WaitForDkim') ? reader.boolean('WaitForDkim') : true,
      tags: reader.tags('Tags', SES_TAG_RULES),
    };
    reader.optionalString('Adopt');
    reader.end();
    if (declaration.replicaRegion === declaration.parentRegion) {
      throw new ResourceError(`The parent and its replica are both in ${declaration.parentRegion}. Choose another Region for the replica.`);
    }
    return declaration;
  }

  public placeOf({ EmailIdentity, ReplicaRegion }: RawProperties): string | undefined {
    return typeof EmailIdentity === 'string' && DOMAIN_NAME.pattern.test(EmailIdentity)
      && typeof ReplicaRegion === 'string' && REGION_RULE.pattern.test(ReplicaRegion) ? `${ReplicaRegion}/${EmailIdentity}` : undefined;
  }

  public at(place: string, scope: Scope): ManagedResource<ReplicaDeclaration, Identity> {
    const [region, name] = place.split('/');
    return new ReplicaAt(inRegion(region, scope.paced(this.identitiesIn(region))), name, region, scope);
  }
}

/** The identity of one domain in one Region. */
class ReplicaAt implements ManagedResource<ReplicaDeclaration, Identity> {
  public readonly tags: Tagging<ReplicaDeclaration, Identity> = {
    of: ({ tags }) => tags,
    read: async ({ tags }) => tags,
    set: (_, tags) => this.identities.tag(this.arn, tags),
    remove: (_, keys) => this.identities.untag(this.arn, keys),
  };

  public readonly adoption: Adoption<ReplicaDeclaration, Identity> = {
    identityOf: () => this.name,
    find: async identifier => {
      if (identifier !== this.name && identifier !== this.arn) {
        throw new ResourceError(`'adopt' is ${identifier}, but the replica is declared as '${this.name}' in ${this.region}. Correct 'adopt'.`);
      }
      return this.identities.get(this.name);
    },
    differences: ({ dkimOrigin }, { parentRegion }) => dkimOrigin === signingOriginOf(parentRegion) ? []
      : [`its DKIM key is not replicated from ${parentRegion}: SES says ${dkimOrigin || 'nothing'}, not ${signingOriginOf(parentRegion)}`],
    take: () => this.identities.tag(this.arn, { [OWNER_TAG_KEY]: this.scope.owner }),
  };

  constructor(
    private readonly identities: Identities, private readonly name: string, private readonly region: string, private readonly scope: Scope,
  ) {}

  public async look(): Promise<Observation<Identity>> {
    const identity = await this.identities.get(this.name);
    if (!identity) {
      return { is: 'absent' };
    }
    if (isOwnedBy(this.scope.owner, identity.tags)) {
      return { is: 'ours', thing: identity, tags: identity.tags };
    }
    const isTagged = identity.tags[OWNER_TAG_KEY] !== undefined;
    return !isTagged && this.scope.clock.now() < Number(this.scope.memory.createdAfter ?? this.scope.requestedAt) + TAG_LAG_SECONDS * 1000
      ? { is: 'unclear', waiting: waiting(`the tags of ${this.words}`, POLL_SECONDS) }
      : { is: 'foreign', refusal: this.refusal(isTagged) };
  }

  public async create({ parentRegion, tags }: ReplicaDeclaration): Promise<Created> {
    this.scope.remember({ createdAfter: this.scope.clock.now() });
    try {
      await this.identities.createReplica(this.name, signingOriginOf(parentRegion), withOwner(tags, this.scope.owner));
      return { waiting: waiting(`${this.words} to show up`, POLL_SECONDS) };
    } catch (error) {
      if (hasName(error, 'AlreadyExistsException')) {
        return 'taken';
      }
      throw hasName(error, 'NotFoundException', 'BadRequestException') ? this.refusedCreate(error, parentRegion) : error;
    }
  }

  /** What CloudFormation holds stays, whatever has become of its DKIM records: no update would bring them back. */
  public phase(identity: Identity, { waitForDkim }: ReplicaDeclaration, isHeld: boolean): Phase {
    const { dkimStatus } = identity;
    if (!waitForDkim || dkimStatus === 'SUCCESS' || (isHeld && FAILURES.includes(dkimStatus))) {
      return { is: 'ready' };
    }
    const shown = inWords(identity);
    if (dkimStatus === 'FAILED' && !this.mayPass(identity)) {
      return { is: 'failed', message: `SES could not verify the DKIM key of ${this.words} (it is ${shown}). ${ADVICE[identity.error ?? ''] ?? DNS_ADVICE}` };
    }
    const seconds = this.age < SELDOM_AFTER_SECONDS ? OFTEN_SECONDS : SELDOM_SECONDS;
    return { is: 'pending', waiting: waiting(`the DKIM key of ${this.words} to be verified (it is ${shown})`, seconds) };
  }

  /** SES documents no call that begins again, so what has failed for a reason that passes is created again. */
  public async change(
    identity: Identity, { parentRegion, waitForDkim }: ReplicaDeclaration, before: ReplicaDeclaration | undefined, isHeld: boolean,
  ): Promise<Change | undefined> {
    if (isHeld && before && before.parentRegion !== parentRegion && identity.dkimOrigin !== signingOriginOf(parentRegion)) {
      throw new ResourceError(`The DKIM key of ${this.words} is replicated from ${before.parentRegion}, and SES documents no change of that. Remove the replica in `
        + `one deployment, and declare it with the parent in ${parentRegion} in the next.`);
    }
    if (isHeld || !waitForDkim || !this.mayPass(identity)) {
      return undefined;
    }
    return this.age < SPREAD_SECONDS
      ? { kind: 'wait', waiting: waiting(`parent and permissions of ${this.words} to be known in ${this.region} (${identity.error})`, POLL_SECONDS * 2) }
      : { kind: 'recreate', isExpected: true };
  }

  public async remove(): Promise<Waiting> {
    await this.identities.remove(this.name);
    this.scope.log.write('INFO', 'Deleted the identity', { identity: this.name, region: this.region });
    return waiting(`${this.words} to go away`, POLL_SECONDS);
  }

  public attributes({ dkimStatus }: Identity): Attributes {
    const attributes: ReplicaEmailIdentityAttributes = { EmailIdentity: this.name, EmailIdentityArn: this.arn, DkimStatus: dkimStatus };
    return { ...attributes };
  }

  private mayPass({ dkimStatus, error }: Identity): boolean {
    return dkimStatus === 'FAILED' && PASSING_ERRORS.includes(error ?? '') && this.age < GIVE_UP_SECONDS;
  }

  private refusedCreate(error: unknown, parentRegion: string): ResourceError {
    return new ResourceError(`SES refused to create ${this.words} as a replica: ${quote(error)}. Check that the parent '${this.name}' exists in ${parentRegion}, has `
      + `Easy DKIM and is no replica itself, and that SES replicates from ${parentRegion} to ${this.region}.`);
  }

  private refusal(isTagged: boolean): string {
    return `An SES identity '${this.name}' exists in ${this.region} and does not belong to this stack and logical id, so it is left alone. If it has a DKIM key of `
      + "its own, keep it, leave this replica out, and name the domain in the 'identities' of grants.sendEmail(). If it is a replica of the same parent: "
      + (isTagged ? adoptionFromOtherAdvice(this.name) : adoptionAdvice(this.name));
  }

  private get age(): number {
    return (this.scope.clock.now() - this.scope.requestedAt) / 1000;
  }

  private get words(): string {
    return `identity '${this.name}' in ${this.region}`;
  }

  private get arn(): string {
    const { partition, accountId } = this.scope.location;
    return `arn:${partition}:ses:${this.region}:${accountId}:identity/${this.name}`;
  }
}

function inWords({ dkimStatus, error }: Identity): string {
  return error ? `${dkimStatus}, ${error}` : dkimStatus;
}
