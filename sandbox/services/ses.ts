import { hash } from 'node:crypto';
import {
  CreateMultiRegionEndpoint$, CreateMultiRegionEndpointRequest,
  DeleteMultiRegionEndpoint$, DeleteMultiRegionEndpointRequest,
  GetMultiRegionEndpoint$, GetMultiRegionEndpointRequest,
  ListMultiRegionEndpoints$, ListMultiRegionEndpointsRequest,
  ListTagsForResource$, ListTagsForResourceRequest,
  Status, TagResource$, TagResourceRequest, UntagResource$, UntagResourceRequest,
} from '@aws-sdk/client-sesv2';
import { withLateTags } from './late-tags';
import { RegionalRate } from './request-rate';
import {
  Call, InventoryItem, MemberConstraint, Operation, RequiredPermission, ServiceError, ServiceSimulator,
} from './service';
import { resourceTags, SesIdentities, type SesIdentityOptions } from './ses-identities';
import { badRequest, checkedTags, requestTags, requireTagCount } from './ses-tags';
import { RequestRate } from './token-bucket';

export interface SesSimulatorOptions {
  /** Time from CREATING to READY; 69 and 77 s were measured for a whole life. @default 70 */
  readonly creationSeconds?: number;
  /** Time from DELETING until the endpoint is gone. @default 20 */
  readonly deletionSeconds?: number;
  /** How long a new endpoint is not yet seen by Get, List and ListTagsForResource. @default 0 */
  readonly notFoundAfterCreateSeconds?: number;
  /** How long ListTagsForResource does not show a change of tags. @default 0 */
  readonly tagLagSeconds?: number;
  /** How often an endpoint that Get has shown as READY is shown as CREATING once more. @default 0 */
  readonly readyFlaps?: number;
  /** How many Gets still show READY after the deletion has begun. @default 0 */
  readonly readyAfterDelete?: number;
  /**
   * Raises ConcurrentModificationException also where it is not documented when AWS does: a delete while DELETING, and
   * changes of tags while CREATING or DELETING. @default false
   */
  readonly strictTransitions?: boolean;
  /**
   * Rate of all calls of an account and Region, or `unlimited`. The rate is documented, the burst is not.
   * @default 1 request per second with a burst of 5
   */
  readonly requestRate?: RequestRate | 'unlimited';
  /** Endpoints for each Region. @default - unlimited, the quota is not documented */
  readonly endpointLimit?: number;
  /** Whether the service-linked role of SES exists. If not, the first create has to be allowed to create it. @default false */
  readonly serviceLinkedRole?: boolean;
  /** How identities behave. @default - as documented, verified after a minute */
  readonly identities?: SesIdentityOptions;
  /** Different seeds give different endpoint ids. @default 0 */
  readonly seed?: number;
}

/** An endpoint that exists before the test begins. */
export interface SeedEndpoint {
  readonly region: string;
  readonly name: string;
  readonly secondaryRegion: string;
  readonly tags?: Record<string, string>;
  /** @default READY */
  readonly state?: Status;
  /** When it came into its state, milliseconds since the epoch. @default - it has always been in it and stays in it */
  readonly at?: number;
}

/** Chooses a create, by the endpoint's name or by all of its input. */
export type CreateMatcher = string | ((input: CreateMultiRegionEndpointRequest, call: Call) => boolean);

interface Endpoint {
  readonly region: string;
  readonly name: string;
  readonly id: string;
  readonly secondaryRegion: string;
  readonly createdAt: number;
  readonly visibleAt: number;
  /** When it leaves CREATING. */
  readonly finalAt: number;
  readonly finalState: Status;
  readonly tags: Map<string, string>;
  deletedAt?: number;
  goneAt?: number;
  /** How many Gets have shown it since its state is final. */
  finalReads: number;
  readyReadsLeft: number;
}

const ENDPOINT_NAME: MemberConstraint = { minLength: 1, maxLength: 64, pattern: /^[\w\-_]+$/ };
const RESOURCE_ARN: MemberConstraint = { minLength: 1 };
const NEXT_TOKEN: MemberConstraint = {
  minLength: 1, maxLength: 5000, pattern: /^^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
};
const PAGE_SIZE: MemberConstraint = { min: 1, max: 1000 };

/** Where the documentation names no default. */
const DEFAULT_PAGE_SIZE = 100;
const DEFAULT_RATE: RequestRate = { perSecond: 1, burst: 5 };

const TAG_OPERATIONS = { read: 'ListTagsForResource', changes: ['TagResource', 'UntagResource'], resource: 'ResourceArn' };

const API_VERSION = { 'ses:ApiVersion': '2' };
const SERVICE_LINKED_ROLE = 'aws-service-role/ses.amazonaws.com/AWSServiceRoleForAmazonSES';

/** What carries tags. */
interface Tagged {
  readonly tags: Map<string, string>;
}

/** Global endpoints and identities of Amazon SES v2 in all Regions of an account. */
export class SesSimulator implements ServiceSimulator {
  public readonly serviceId = 'SESv2';
  public readonly signingName = 'ses';
  public readonly protocol = 'restJson1';
  public readonly validationError = 'BadRequestException';
  public readonly operations: Record<string, Operation>;

  /** Domains and addresses. */
  public readonly identities: SesIdentities;
  private readonly endpoints = new Map<string, Endpoint>();
  private readonly failures: CreateMatcher[] = [];
  private serviceLinkedRole: boolean;
  private created = 0;

  constructor(private readonly options: SesSimulatorOptions = {}) {
    this.serviceLinkedRole = options.serviceLinkedRole ?? false;
    this.identities = new SesIdentities(options.identities);
    const rate = new RegionalRate(options.requestRate ?? DEFAULT_RATE, () =>
      new ServiceError('TooManyRequestsException', 'Too many requests have been made to the operation.', 429));
    this.operations = rate.limit(withLateTags({
      ...this.identities.operations,
      CreateMultiRegionEndpoint: {
        schema: CreateMultiRegionEndpoint$,
        constraints: { EndpointName: ENDPOINT_NAME },
        errors: ['LimitExceededException', 'TooManyRequestsException', 'AlreadyExistsException', 'BadRequestException'],
        permissions: (input, call) => this.permissionsToCreate(input, call),
        handle: (input, call) => this.create(input, call),
      },
      GetMultiRegionEndpoint: {
        schema: GetMultiRegionEndpoint$,
        constraints: { EndpointName: ENDPOINT_NAME },
        errors: ['NotFoundException', 'TooManyRequestsException', 'BadRequestException'],
        permissions: (input, call) => [this.permission('GetMultiRegionEndpoint', arnOf(input.EndpointName, call), call)],
        handle: (input, call) => this.get(input, call),
      },
      ListMultiRegionEndpoints: {
        schema: ListMultiRegionEndpoints$,
        constraints: { NextToken: NEXT_TOKEN, PageSize: PAGE_SIZE },
        errors: ['TooManyRequestsException', 'BadRequestException'],
        permissions: () => [{ action: 'ses:ListMultiRegionEndpoints', resources: ['*'], context: API_VERSION }],
        handle: (input, call) => this.list(input, call),
      },
      DeleteMultiRegionEndpoint: {
        schema: DeleteMultiRegionEndpoint$,
        constraints: { EndpointName: ENDPOINT_NAME },
        errors: [
          'NotFoundException', 'TooManyRequestsException', 'BadRequestException', 'ConcurrentModificationException',
        ],
        permissions: (input, call) => [this.permission('DeleteMultiRegionEndpoint', arnOf(input.EndpointName, call), call)],
        handle: (input, call) => this.delete(input, call),
      },
      TagResource: {
        schema: TagResource$,
        constraints: { ResourceArn: RESOURCE_ARN },
        errors: [
          'BadRequestException', 'ConcurrentModificationException', 'NotFoundException', 'TooManyRequestsException',
        ],
        permissions: (input, call) => [this.permission('TagResource', input.ResourceArn, call, requestTags(input.Tags))],
        handle: (input, call) => this.tag(input, call),
      },
      UntagResource: {
        schema: UntagResource$,
        constraints: { ResourceArn: RESOURCE_ARN },
        errors: [
          'BadRequestException', 'ConcurrentModificationException', 'NotFoundException', 'TooManyRequestsException',
        ],
        permissions: (input, call) =>
          [this.permission('UntagResource', input.ResourceArn, call, { 'aws:TagKeys': input.TagKeys })],
        handle: (input, call) => this.untag(input, call),
      },
      ListTagsForResource: {
        schema: ListTagsForResource$,
        constraints: { ResourceArn: RESOURCE_ARN },
        errors: ['BadRequestException', 'NotFoundException', 'TooManyRequestsException'],
        permissions: (input, call) => [this.permission('ListTagsForResource', input.ResourceArn, call)],
        handle: (input, call) => this.listTags(input, call),
      },
    }, TAG_OPERATIONS, options.tagLagSeconds ?? 0));
  }

  /** Puts an endpoint that nobody created through the API, e.g. somebody else's. */
  public seed(endpoint: SeedEndpoint): void {
    const state = endpoint.state ?? 'READY';
    const since = endpoint.at ?? 0;
    const until = (seconds: number): number => endpoint.at === undefined ? Infinity : endpoint.at + seconds * 1000;
    this.endpoints.set(keyOf(endpoint.region, endpoint.name), {
      region: endpoint.region,
      name: endpoint.name,
      id: this.newEndpointId(endpoint.region, endpoint.name),
      secondaryRegion: endpoint.secondaryRegion,
      createdAt: since,
      visibleAt: since,
      finalAt: state === 'CREATING' ? until(this.creationSeconds) : since,
      finalState: state === 'FAILED' ? 'FAILED' : 'READY',
      tags: new Map(Object.entries(endpoint.tags ?? {})),
      deletedAt: state === 'DELETING' ? since : undefined,
      goneAt: state === 'DELETING' ? until(this.deletionSeconds) : undefined,
      finalReads: 0,
      readyReadsLeft: 0,
    });
  }

  /** Somebody's tool removes all tags of everything. */
  public loseTags(): void {
    [...this.endpoints.values(), ...this.identities.all].forEach(({ tags }) => tags.clear());
  }

  /** Lets the next create that matches end in FAILED. */
  public failNext(matcher: CreateMatcher): void {
    this.failures.push(matcher);
  }

  public inventory(now: number): InventoryItem[] {
    return [...this.inventoryOfEndpoints(now), ...this.identities.inventory(now)];
  }

  private inventoryOfEndpoints(now: number): InventoryItem[] {
    return [...this.endpoints.values()]
      .filter(endpoint => !isGone(endpoint, now))
      .map(endpoint => ({
        type: 'MultiRegionEndpoint', region: endpoint.region, id: endpoint.name, state: stateOf(endpoint, now),
      }));
  }

  private create(input: CreateMultiRegionEndpointRequest, call: Call): unknown {
    const name = input.EndpointName!;
    const secondaryRegion = secondaryRegionOf(input, call);
    const tags = new Map(checkedTags(input.Tags ?? []));
    if (this.find(name, call)) {
      throw new ServiceError('AlreadyExistsException', `Multi-region endpoint ${name} already exists.`);
    }
    const inRegion = this.inventoryOfEndpoints(call.now).filter(item => item.region === call.region);
    if (inRegion.length >= (this.options.endpointLimit ?? Infinity)) {
      throw new ServiceError('LimitExceededException', 'The account has reached its limit of multi-region endpoints.');
    }
    this.serviceLinkedRole = true;
    const endpoint: Endpoint = {
      region: call.region,
      name,
      id: this.newEndpointId(call.region, name),
      secondaryRegion,
      createdAt: call.now,
      visibleAt: call.now + (this.options.notFoundAfterCreateSeconds ?? 0) * 1000,
      finalAt: call.now + this.creationSeconds * 1000,
      finalState: this.takeFailure(input, call) ? 'FAILED' : 'READY',
      tags,
      finalReads: 0,
      readyReadsLeft: 0,
    };
    this.endpoints.set(keyOf(call.region, name), endpoint);
    return { Status: stateOf(endpoint, call.now), EndpointId: endpoint.id };
  }

  private get(input: GetMultiRegionEndpointRequest, call: Call): unknown {
    const endpoint = this.visible(input.EndpointName!, call);
    return {
      EndpointName: endpoint.name,
      EndpointId: endpoint.id,
      Routes: [{ Region: endpoint.region }, { Region: endpoint.secondaryRegion }],
      Status: this.stateToShow(endpoint, call.now),
      CreatedTimestamp: new Date(endpoint.createdAt),
      LastUpdatedTimestamp: new Date(updatedAt(endpoint, call.now)),
    };
  }

  private list(input: ListMultiRegionEndpointsRequest, call: Call): unknown {
    const after = input.NextToken === undefined ? '' : Buffer.from(input.NextToken, 'base64').toString('utf8');
    const following = [...this.endpoints.values()]
      .filter(endpoint => endpoint.region === call.region && !isGone(endpoint, call.now) && endpoint.visibleAt <= call.now)
      .filter(endpoint => endpoint.name > after)
      .sort((a, b) => a.name < b.name ? -1 : 1);
    const page = following.slice(0, input.PageSize ?? DEFAULT_PAGE_SIZE);
    return {
      MultiRegionEndpoints: page.map(endpoint => ({
        EndpointName: endpoint.name,
        Status: stateOf(endpoint, call.now),
        EndpointId: endpoint.id,
        Regions: [endpoint.region, endpoint.secondaryRegion],
        CreatedTimestamp: new Date(endpoint.createdAt),
        LastUpdatedTimestamp: new Date(updatedAt(endpoint, call.now)),
      })),
      NextToken: following.length > page.length ? Buffer.from(page[page.length - 1].name).toString('base64') : undefined,
    };
  }

  private delete(input: DeleteMultiRegionEndpointRequest, call: Call): unknown {
    const endpoint = this.find(input.EndpointName!, call);
    if (!endpoint) {
      throw endpointNotFound(input.EndpointName!);
    }
    const state = stateOf(endpoint, call.now);
    if (state === 'CREATING') {
      throw conflict('Unable to delete resource in PROVISIONING status');
    }
    if (state === 'DELETING') {
      if (this.options.strictTransitions) {
        throw conflict('Unable to delete resource in DELETING status');
      }
      return { Status: state };
    }
    endpoint.readyReadsLeft = state === 'READY' ? this.options.readyAfterDelete ?? 0 : 0;
    endpoint.deletedAt = call.now;
    endpoint.goneAt = call.now + this.deletionSeconds * 1000;
    return { Status: 'DELETING' };
  }

  private tag(input: TagResourceRequest, call: Call): unknown {
    const tags = checkedTags(input.Tags!);
    const resource = this.resourceToChange(input.ResourceArn!, call);
    const merged = new Map([...resource.tags, ...tags]);
    requireTagCount(merged.size);
    tags.forEach(([key, value]) => resource.tags.set(key, value));
    return {};
  }

  private untag(input: UntagResourceRequest, call: Call): unknown {
    const { tags } = this.resourceToChange(input.ResourceArn!, call);
    input.TagKeys!.forEach(key => tags.delete(key));
    return {};
  }

  private listTags(input: ListTagsForResourceRequest, call: Call): unknown {
    const { tags, visibleAt = 0 } = this.resource(input.ResourceArn!, call);
    if (visibleAt > call.now) {
      throw resourceNotFound(input.ResourceArn!);
    }
    return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
  }

  private permissionsToCreate(input: CreateMultiRegionEndpointRequest, call: Call): RequiredPermission[] {
    const tags = input.Tags ?? [];
    const context = { ...API_VERSION, ...requestTags(tags) };
    const permissions = [{ action: 'ses:CreateMultiRegionEndpoint', resources: ['*'], context }];
    if (tags.length > 0) {
      permissions.push({ action: 'ses:TagResource', resources: [arnOf(input.EndpointName!, call)], context });
    }
    return this.serviceLinkedRole ? permissions : [...permissions, {
      action: 'iam:CreateServiceLinkedRole',
      resources: [`arn:${call.partition}:iam::${call.accountId}:role/${SERVICE_LINKED_ROLE}`],
      context: { 'iam:AWSServiceName': 'ses.amazonaws.com' },
    }];
  }

  private permission(
    operation: string, arn: string, call: Call, context: Record<string, string | string[]> = {},
  ): RequiredPermission {
    const resource = this.identities.withArn(arn, call) ?? this.find(nameOf(arn, call) ?? '', call);
    return { action: `ses:${operation}`, resources: [arn], context: { ...API_VERSION, ...resourceTags(resource), ...context } };
  }

  private takeFailure(input: CreateMultiRegionEndpointRequest, call: Call): boolean {
    const index = this.failures.findIndex(matcher =>
      typeof matcher === 'string' ? matcher === input.EndpointName : matcher(input, call));
    if (index < 0) {
      return false;
    }
    this.failures.splice(index, 1);
    return true;
  }

  /** What Get shows, which may lag behind what is. */
  private stateToShow(endpoint: Endpoint, now: number): Status {
    const state = stateOf(endpoint, now);
    if (state === 'DELETING' && endpoint.readyReadsLeft > 0) {
      endpoint.readyReadsLeft -= 1;
      return 'READY';
    }
    if (state !== 'READY') {
      return state;
    }
    const read = endpoint.finalReads++;
    return read % 2 === 1 && read < 2 * (this.options.readyFlaps ?? 0) ? 'CREATING' : 'READY';
  }

  private find(name: string, call: Call): Endpoint | undefined {
    const endpoint = this.endpoints.get(keyOf(call.region, name));
    return endpoint && !isGone(endpoint, call.now) ? endpoint : undefined;
  }

  private visible(name: string, call: Call): Endpoint {
    const endpoint = this.find(name, call);
    if (!endpoint || endpoint.visibleAt > call.now) {
      throw endpointNotFound(name);
    }
    return endpoint;
  }

  private resource(arn: string, call: Call): Tagged & Partial<Endpoint> {
    if (!/^arn:[^:]+:ses:[^:]+:\d{12}:[^/]+\/.+$/.test(arn)) {
      throw badRequest(`Invalid resource ARN: ${arn}.`);
    }
    const resource = this.identities.withArn(arn, call) ?? this.find(nameOf(arn, call) ?? '', call);
    if (!resource) {
      throw resourceNotFound(arn);
    }
    return resource;
  }

  private resourceToChange(arn: string, call: Call): Tagged {
    const endpoint = this.find(nameOf(arn, call) ?? '', call);
    const state = endpoint && stateOf(endpoint, call.now);
    if (this.options.strictTransitions && (state === 'CREATING' || state === 'DELETING')) {
      throw conflict(`Unable to change the tags of a resource in ${state} status`);
    }
    return this.resource(arn, call);
  }

  /** Like the example in the documentation, `abcdef12.g3h`: with a dot. */
  private newEndpointId(region: string, name: string): string {
    const source = [this.options.seed ?? 0, ++this.created, region, name].join('/');
    const characters = BigInt(`0x${hash('sha256', source, 'hex')}`).toString(36).padStart(12, '0');
    return `${characters.slice(-8)}.${characters.slice(-11, -8)}`;
  }

  private get creationSeconds(): number {
    return this.options.creationSeconds ?? 70;
  }

  private get deletionSeconds(): number {
    return this.options.deletionSeconds ?? 20;
  }
}


function stateOf(endpoint: Endpoint, now: number): Status {
  if (endpoint.deletedAt !== undefined) {
    return 'DELETING';
  }
  return now < endpoint.finalAt ? 'CREATING' : endpoint.finalState;
}

function isGone(endpoint: Endpoint, now: number): boolean {
  return endpoint.goneAt !== undefined && endpoint.goneAt <= now;
}

function updatedAt(endpoint: Endpoint, now: number): number {
  return endpoint.deletedAt ?? (now < endpoint.finalAt ? endpoint.createdAt : endpoint.finalAt);
}

function keyOf(region: string, name: string): string {
  return `${region}/${name}`;
}

function arnOf(name: string, call: Call): string {
  return `arn:${call.partition}:ses:${call.region}:${call.accountId}:multi-region-endpoint/${name}`;
}

/** The endpoint's name, if the ARN is that of an endpoint in the account and Region of the call. */
function nameOf(arn: string, call: Call): string | undefined {
  const prefix = arnOf('', call);
  return arn.startsWith(prefix) ? arn.slice(prefix.length) : undefined;
}

function secondaryRegionOf(input: CreateMultiRegionEndpointRequest, call: Call): string {
  const routes = input.Details!.RoutesDetails!;
  if (routes.length !== 1) {
    throw badRequest(`Exactly one route is required, the secondary Region; ${routes.length} were given.`);
  }
  const region = routes[0].Region!;
  if (region === call.region) {
    throw badRequest(`The secondary Region ${region} is the primary Region.`);
  }
  return region;
}

function endpointNotFound(name: string): ServiceError {
  return new ServiceError('NotFoundException', `Multi-region endpoint ${name} does not exist.`, 404);
}

function resourceNotFound(arn: string): ServiceError {
  return new ServiceError('NotFoundException', `Resource ${arn} does not exist.`, 404);
}

function conflict(message: string): ServiceError {
  return new ServiceError('ConcurrentModificationException', message, 500);
}
