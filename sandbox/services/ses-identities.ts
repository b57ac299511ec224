import {
  CreateEmailIdentity$, CreateEmailIdentityRequest, DeleteEmailIdentity$, DeleteEmailIdentityRequest, DkimStatus, GetEmailIdentity$,
  GetEmailIdentityRequest, VerificationError,
} from '@aws-sdk/client-sesv2';
import { Call, InventoryItem, Operation, RequiredPermission, ServiceError } from './service';
import { CREATE_EMAIL_IDENTITY, ONE_EMAIL_IDENTITY } from './ses-identity-constraints';
import { badRequest, checkedTags, requestTags } from './ses-tags';

export interface SesIdentityOptions {
  /** From the creation of an identity until its DKIM key is verified: the time is not documented. @default 60 */
  readonly verificationSeconds?: number;
  /** How long a new identity is not yet seen. @default 0 */
  readonly notFoundAfterCreateSeconds?: number;
  /** How long a new identity shows none of its tags. @default 0 */
  readonly noTagsAfterCreateSeconds?: number;
  /** Replicas that are created before this end in FAILED, as if a permission were not in force yet; milliseconds since the epoch. @default 0 */
  readonly replicationDeniedUntil?: number;
  /** Whether a replica whose parent can't be one is refused at once. Otherwise its verification fails. @default false */
  readonly refusesWrongParents?: boolean;
}

/** An identity that exists before the test begins. */
export interface SeedIdentity {
  readonly region: string;
  readonly name: string;
  /** `AWS_SES_<REGION>` for a replica, `EXTERNAL` for a DKIM key of one's own. @default AWS_SES, Easy DKIM */
  readonly dkimOrigin?: string;
  readonly tags?: Record<string, string>;
  /** @default SUCCESS */
  readonly dkimStatus?: DkimStatus;
  /** Milliseconds since the epoch. @default 0 */
  readonly createdAt?: number;
}

export interface SimulatedIdentity {
  readonly region: string;
  readonly name: string;
  readonly dkimOrigin: string;
  readonly createdAt: number;
  readonly tags: Map<string, string>;
  /** What its DKIM key comes to. */
  dkimStatus: DkimStatus;
  error?: VerificationError;
  /** When SES has checked it. */
  checkedAt: number;
}

const API_VERSION = { 'ses:ApiVersion': '2' };
const REPLICATED = 'AWS_SES_';

/** Identities of Amazon SES v2 in all Regions of an account: their DKIM keys, of their own or replicated. */
export class SesIdentities {
  public readonly operations: Record<string, Operation> = {
    CreateEmailIdentity: {
      schema: CreateEmailIdentity$,
      constraints: CREATE_EMAIL_IDENTITY,
      errors: [
        'AlreadyExistsException', 'LimitExceededException', 'TooManyRequestsException', 'BadRequestException', 'ConcurrentModificationException',
        'NotFoundException',
      ],
      permissions: (input, call) => this.permissionsToCreate(input, call),
      handle: (input, call) => this.create(input, call),
    },
    GetEmailIdentity: {
      schema: GetEmailIdentity$,
      constraints: ONE_EMAIL_IDENTITY,
      errors: ['NotFoundException', 'TooManyRequestsException', 'BadRequestException'],
      permissions: (input, call) => [this.permission('GetEmailIdentity', input.EmailIdentity, call)],
      handle: (input, call) => this.get(input, call),
    },
    DeleteEmailIdentity: {
      schema: DeleteEmailIdentity$,
      constraints: ONE_EMAIL_IDENTITY,
      errors: ['NotFoundException', 'TooManyRequestsException', 'BadRequestException', 'ConcurrentModificationException'],
      permissions: (input, call) => [this.permission('DeleteEmailIdentity', input.EmailIdentity, call)],
      handle: (input, call) => this.delete(input, call),
    },
  };

  private readonly identities = new Map<string, SimulatedIdentity>();
  private readonly failures = new Map<string, VerificationError | undefined>();

  constructor(private readonly options: SesIdentityOptions = {}) {}

  /** Puts an identity that nobody created through the API: a parent, or somebody else's. */
  public seed({ region, name, dkimOrigin = 'AWS_SES', tags = {}, dkimStatus = 'SUCCESS', createdAt = 0 }: SeedIdentity): SimulatedIdentity {
    const identity = { region, name, dkimOrigin, dkimStatus, createdAt, checkedAt: createdAt, tags: new Map(Object.entries(tags)) };
    this.identities.set(`${region}/${name}`, identity);
    return identity;
  }

  /** Lets the verification of the next identity of this name fail. */
  public failNext(name: string, error?: VerificationError): void {
    this.failures.set(name, error);
  }

  /** What there is, past the API. */
  public find(region: string, name: string): SimulatedIdentity | undefined {
    return this.identities.get(`${region}/${name}`);
  }

  public get all(): SimulatedIdentity[] {
    return [...this.identities.values()];
  }

  /** Somebody deletes it. */
  public lose(region: string, name: string): void {
    this.identities.delete(`${region}/${name}`);
  }

  /** The identity that an ARN names, if it names one in the account and Region of the call. */
  public withArn(arn: string, call: Call): SimulatedIdentity | undefined {
    const prefix = arnOf('', call);
    return arn.startsWith(prefix) ? this.find(call.region, arn.slice(prefix.length)) : undefined;
  }

  public inventory(now: number): InventoryItem[] {
    return this.all.map(identity => ({ type: 'EmailIdentity', region: identity.region, id: identity.name, state: statusOf(identity, now) }));
  }

  private create(input: CreateEmailIdentityRequest, call: Call): unknown {
    const name = input.EmailIdentity!;
    const { DomainSigningAttributesOrigin: given, DomainSigningPrivateKey: key } = input.DkimSigningAttributes ?? {};
    const dkimOrigin = given ?? (key === undefined ? 'AWS_SES' : 'EXTERNAL');
    const tags = new Map(checkedTags(input.Tags ?? []));
    if (name.includes('@') && input.DkimSigningAttributes) {
      throw badRequest('DKIM signing attributes can be given for a domain only.');
    }
    if (this.find(call.region, name)) {
      throw new ServiceError('AlreadyExistsException', `Email identity ${name} already exists.`);
    }
    const error = this.errorOf(name, dkimOrigin, call);
    const isFailed = error !== undefined || this.failures.has(name);
    const identity: SimulatedIdentity = {
      region: call.region, name, dkimOrigin, tags, createdAt: call.now, checkedAt: call.now + (this.options.verificationSeconds ?? 60) * 1000,
      dkimStatus: isFailed ? 'FAILED' : 'SUCCESS', error: error ?? this.failures.get(name),
    };
    this.failures.delete(name);
    this.identities.set(`${call.region}/${name}`, identity);
    const { IdentityType, VerifiedForSendingStatus, DkimAttributes } = shown(identity, call.now);
    return { IdentityType, VerifiedForSendingStatus, DkimAttributes };
  }

  private get(input: GetEmailIdentityRequest, call: Call): unknown {
    const identity = this.visible(input.EmailIdentity!, call);
    const { noTagsAfterCreateSeconds = 0 } = this.options;
    const tags = call.now < identity.createdAt + noTagsAfterCreateSeconds * 1000 ? [] : [...identity.tags];
    return { ...shown(identity, call.now), Tags: tags.map(([Key, Value]) => ({ Key, Value })) };
  }

  /** The error for a parent that has replicas is not documented. */
  private delete(input: DeleteEmailIdentityRequest, call: Call): unknown {
    const identity = this.find(call.region, input.EmailIdentity!);
    if (!identity) {
      throw notFound(input.EmailIdentity!);
    }
    const replicas = this.all.filter(({ name, dkimOrigin }) => name === identity.name && dkimOrigin === originOf(call.region));
    if (replicas.length > 0) {
      throw badRequest(`Identity ${identity.name} can't be deleted, because it has replicas in ${replicas.map(({ region }) => region).join(', ')}.`);
    }
    this.lose(call.region, identity.name);
    return {};
  }

  /** Why the verification of an identity is going to fail. */
  private errorOf(name: string, dkimOrigin: string, call: Call): VerificationError | undefined {
    if (!dkimOrigin.startsWith(REPLICATED)) {
      return undefined;
    }
    const parent = this.all.find(identity => identity.name === name && originOf(identity.region) === dkimOrigin);
    const error = dkimOrigin === originOf(call.region) ? 'REPLICATION_PRIMARY_INVALID_REGION' : errorOfParent(parent?.dkimOrigin);
    if (error && this.options.refusesWrongParents) {
      throw parent ? badRequest(`Identity ${name} can't be replicated: ${error}.`) : notFound(name);
    }
    return error ?? (call.now < (this.options.replicationDeniedUntil ?? 0) ? 'REPLICATION_ACCESS_DENIED' : undefined);
  }

  private visible(name: string, call: Call): SimulatedIdentity {
    const identity = this.find(call.region, name);
    if (!identity || call.now < identity.createdAt + (this.options.notFoundAfterCreateSeconds ?? 0) * 1000) {
      throw notFound(name);
    }
    return identity;
  }

  private permissionsToCreate(input: CreateEmailIdentityRequest, call: Call): RequiredPermission[] {
    const tags = input.Tags ?? [];
    const resources = [arnOf(input.EmailIdentity!, call)];
    const context = { ...API_VERSION, ...requestTags(tags) };
    const origin = input.DkimSigningAttributes?.DomainSigningAttributesOrigin ?? '';
    return [
      { action: 'ses:CreateEmailIdentity', resources, context },
      ...tags.length > 0 ? [{ action: 'ses:TagResource', resources, context }] : [],
      ...origin.startsWith(REPLICATED) ? [{
        action: 'ses:ReplicateEmailIdentityDKIMSigningKey',
        resources: [arnOf(input.EmailIdentity!, { ...call, region: regionOf(origin) })],
        context: { 'ses:ReplicaRegion': [call.region] },
      }] : [],
    ];
  }

  private permission(operation: string, name: string, call: Call): RequiredPermission {
    return { action: `ses:${operation}`, resources: [arnOf(name, call)], context: { ...API_VERSION, ...resourceTags(this.find(call.region, name)) } };
  }
}

/** The condition keys of a resource with tags. */
export function resourceTags(resource: { readonly tags: ReadonlyMap<string, string> } | undefined): Record<string, string> {
  return Object.fromEntries([...resource?.tags ?? []].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}

function errorOfParent(dkimOrigin: string | undefined): VerificationError | undefined {
  switch (dkimOrigin) {
    case 'AWS_SES': return undefined;
    case undefined: return 'REPLICATION_PRIMARY_NOT_FOUND';
    case 'EXTERNAL': return 'REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED';
    default: return 'REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED';
  }
}

function shown(identity: SimulatedIdentity, now: number) {
  const status = statusOf(identity, now);
  return {
    IdentityType: identity.name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
    VerifiedForSendingStatus: status === 'SUCCESS',
    VerificationStatus: status,
    DkimAttributes: { SigningEnabled: true, Status: status, SigningAttributesOrigin: identity.dkimOrigin },
    ...now >= identity.checkedAt && identity.error ? { VerificationInfo: { ErrorType: identity.error } } : {},
  };
}

function statusOf({ dkimStatus, checkedAt }: SimulatedIdentity, now: number): DkimStatus {
  return now < checkedAt ? 'PENDING' : dkimStatus;
}

function originOf(region: string): string {
  return `${REPLICATED}${region.toUpperCase().replaceAll('-', '_')}`;
}

function regionOf(origin: string): string {
  return origin.slice(REPLICATED.length).toLowerCase().replaceAll('_', '-');
}

function arnOf(name: string, { accountId, partition, region }: Call): string {
  return `arn:${partition}:ses:${region}:${accountId}:identity/${name}`;
}

function notFound(name: string): ServiceError {
  return new ServiceError('NotFoundException', `Email identity ${name} does not exist.`, 404);
}
