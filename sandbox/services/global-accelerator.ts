import { hash } from 'node:crypto';
import {
  AddCustomRoutingEndpoints$, AddCustomRoutingEndpointsRequest,
  AllowCustomRoutingTraffic$, AllowCustomRoutingTrafficRequest,
  CreateCustomRoutingAccelerator$, CreateCustomRoutingAcceleratorRequest,
  CreateCustomRoutingEndpointGroup$, CreateCustomRoutingEndpointGroupRequest,
  CreateCustomRoutingListener$, CreateCustomRoutingListenerRequest,
  DeleteCustomRoutingAccelerator$, DeleteCustomRoutingEndpointGroup$, DeleteCustomRoutingListener$,
  DenyCustomRoutingTraffic$, DenyCustomRoutingTrafficRequest,
  DescribeCustomRoutingAccelerator$, DescribeCustomRoutingAcceleratorAttributes$,
  DescribeCustomRoutingEndpointGroup$, DescribeCustomRoutingListener$,
  ListCustomRoutingAccelerators$, ListCustomRoutingEndpointGroups$, ListCustomRoutingListeners$,
  ListCustomRoutingPortMappings$, ListCustomRoutingPortMappingsRequest,
  ListCustomRoutingPortMappingsByDestination$, ListCustomRoutingPortMappingsByDestinationRequest,
  ListTagsForResource$, RemoveCustomRoutingEndpoints$, RemoveCustomRoutingEndpointsRequest,
  Tag, TagResource$, TagResourceRequest, UntagResource$, UntagResourceRequest,
  UpdateCustomRoutingAccelerator$, UpdateCustomRoutingAcceleratorRequest,
  UpdateCustomRoutingAcceleratorAttributes$, UpdateCustomRoutingAcceleratorAttributesRequest,
  UpdateCustomRoutingListener$, UpdateCustomRoutingListenerRequest,
} from '@aws-sdk/client-global-accelerator';
import {
  addressesOf, contains, Destination, destinationPorts, freePorts, Mapping, overlap, Ports, prefixOf,
} from './global-accelerator-ports';
import { withLateTags } from './late-tags';
import {
  Call, InventoryItem, MemberConstraint, Operation, RequiredPermission, ServiceError, ServiceSimulator,
} from './service';

/** A subnet as Global Accelerator sees it. */
export interface SimulatedSubnet {
  readonly cidr: string;
  /** @default - not checked against the endpoint group's Region */
  readonly region?: string;
  /** @default true */
  readonly internetGateway?: boolean;
  /** Owner of the subnet. @default - the account of the call */
  readonly accountId?: string;
}

/** Quotas of an account; requests for more go to AWS. */
export interface GlobalAcceleratorQuotas {
  /** @default 10 */
  readonly accelerators?: number;
  /** Per accelerator. @default 10 */
  readonly listeners?: number;
  /** Per accelerator, over all listeners. @default 42 */
  readonly endpointGroups?: number;
  /** Per endpoint group. @default 10 */
  readonly subnets?: number;
}

export interface GlobalAcceleratorSimulatorOptions {
  /** How long a change keeps the accelerator IN_PROGRESS. @default 20 */
  readonly deploymentSeconds?: number;
  /** How long after a change the accelerator still shows DEPLOYED. @default 0 */
  readonly statusLagSeconds?: number;
  /** How long a deleted accelerator can still be described. @default 5 */
  readonly deletionSeconds?: number;
  /** How long a new accelerator, listener or endpoint group is not found by Describe and List. @default 0 */
  readonly notFoundAfterCreateSeconds?: number;
  /** How long DeleteCustomRoutingListener still finds an endpoint group that has been deleted. @default 0 */
  readonly associatedEndpointGroupLagSeconds?: number;
  /** How long DeleteCustomRoutingAccelerator still finds a listener that has been deleted. @default 0 */
  readonly associatedListenerLagSeconds?: number;
  /** How long a disabled accelerator that is DEPLOYED counts as enabled when it is to be deleted. @default 0 */
  readonly disabledLagSeconds?: number;
  /** How long ListTagsForResource does not show a change of tags. @default 0 */
  readonly tagLagSeconds?: number;
  /** How long the mappings do not show a change of the traffic; 27 s were measured. @default 0 */
  readonly trafficLagSeconds?: number;
  /**
   * Raises TransactionInProgress and Conflict, where the API model has them, while the accelerator is IN_PROGRESS. When AWS
   * does is not documented. @default false
   */
  readonly strictTransactions?: boolean;
  /** How long an idempotency token counts, which is not documented. @default 86400 */
  readonly tokenRetentionSeconds?: number;
  readonly quotas?: GlobalAcceleratorQuotas;
  /** Whether the service-linked role exists. If not, the first create has to be allowed to create it. @default false */
  readonly serviceLinkedRole?: boolean;
  /** What is known of a subnet; undefined if there is no such subnet. @default - every subnet is 10.0.0.0/28 */
  readonly subnets?: (subnetId: string) => SimulatedSubnet | undefined;
  /** Different seeds give different ids. @default 0 */
  readonly seed?: number;
}

/** What exists before the test begins. */
export interface SeedAccelerator {
  /** ARN of an accelerator, a listener or an endpoint group. */
  readonly arn: string;
  /** Of the endpoint group. */
  readonly region?: string;
  /** Of the listener. @default - all ports */
  readonly portRanges?: readonly Ports[];
  /** Of the endpoint group. @default - none */
  readonly destinations?: readonly Destination[];
}

interface FlowLogs {
  FlowLogsEnabled: boolean;
  FlowLogsS3Bucket?: string;
  FlowLogsS3Prefix?: string;
}

interface Endpoint {
  readonly id: string;
  readonly mappings: Mapping[];
}

interface Group {
  readonly arn: string;
  readonly region: string;
  readonly destinations: readonly Destination[];
  readonly visibleAt: number;
  readonly endpoints: Map<string, Endpoint>;
}

interface Listener {
  readonly arn: string;
  portRanges: readonly Ports[];
  readonly visibleAt: number;
  readonly groups: Map<string, Group>;
  lastGroupDeletedAt: number;
}

interface Accelerator {
  readonly arn: string;
  name: string;
  enabled: boolean;
  disabledAt: number;
  addresses: string[];
  readonly dnsName: string;
  readonly createdAt: number;
  readonly visibleAt: number;
  changedAt: number;
  inProgressFrom: number;
  deployedAt: number;
  goneAt?: number;
  readonly flowLogs: FlowLogs;
  readonly tags: Map<string, string>;
  readonly listeners: Map<string, Listener>;
  lastListenerDeletedAt: number;
}

interface Replay {
  readonly at: number;
  readonly arn: string;
}

const CONTROL_REGION = 'us-west-2';
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const WIDEST_PREFIX = 17;
const NARROWEST_PREFIX = 28;
const MAX_TAGS = 50;
const DEFAULT_PAGE_SIZE = 10;
const NEVER = -Infinity;

const GENERIC: MemberConstraint = { maxLength: 255 };
const PORT: MemberConstraint = { min: 1, max: 65535 };
const ADDRESS: MemberConstraint = { maxLength: 45 };
const RESOURCE_ARN: MemberConstraint = { minLength: 1, maxLength: 1011 };
const PAGE = { MaxResults: { min: 1, max: 100 }, NextToken: GENERIC };
const MAPPINGS_PAGE = { MaxResults: { min: 1, max: 20_000 }, NextToken: GENERIC };
const TAG_OPERATIONS = { read: 'ListTagsForResource', changes: ['TagResource', 'UntagResource'], resource: 'ResourceArn' };
const TAGS = { 'Tags[].Key': { minLength: 1, maxLength: 128 }, 'Tags[].Value': { minLength: 0, maxLength: 256 } };
const PORT_RANGES = {
  'PortRanges': { minItems: 1, maxItems: 10 }, 'PortRanges[].FromPort': PORT, 'PortRanges[].ToPort': PORT,
};
const IP_ADDRESSES = {
  'IpAddressType': { enum: ['IPV4', 'DUAL_STACK'] }, 'IpAddresses': { minItems: 0, maxItems: 2 }, 'IpAddresses[]': ADDRESS,
};
const TRAFFIC = {
  'EndpointGroupArn': GENERIC,
  'EndpointId': GENERIC,
  'DestinationAddresses': { maxItems: 100 },
  'DestinationAddresses[]': ADDRESS,
  'DestinationPorts': { maxItems: 100 },
  'DestinationPorts[]': PORT,
};

const INVALID = 'InvalidArgumentException';
const INTERNAL = 'InternalServiceErrorException';
const NO_ACCELERATOR = 'AcceleratorNotFoundException';
const NO_LISTENER = 'ListenerNotFoundException';
const NO_GROUP = 'EndpointGroupNotFoundException';
const LIMIT = 'LimitExceededException';
const DENIED = 'AccessDeniedException';
const PORT_RANGE = 'InvalidPortRangeException';
const BUSY = 'TransactionInProgressException';
const CONFLICT = 'ConflictException';
const NEXT_TOKEN = 'InvalidNextTokenException';
const NO_ENDPOINT = 'EndpointNotFoundException';

const HTTP_STATUS: Readonly<Record<string, number>> = {
  [NO_ACCELERATOR]: 404,
  [NO_LISTENER]: 404,
  [NO_GROUP]: 404,
  [NO_ENDPOINT]: 404,
  [DENIED]: 403,
  [LIMIT]: 403,
  [BUSY]: 409,
  [CONFLICT]: 409,
};

/** Custom routing of AWS Global Accelerator. The API answers in us-west-2 only; accelerators belong to no Region. */
export class GlobalAcceleratorSimulator implements ServiceSimulator {
  public readonly serviceId = 'Global Accelerator';
  public readonly signingName = 'globalaccelerator';
  public readonly protocol = 'awsJson1_1';
  public readonly targetPrefix = 'GlobalAccelerator_V20180706';
  public readonly validationError = INVALID;
  public readonly operations: Record<string, Operation>;

  private readonly accelerators = new Map<string, Accelerator>();
  private readonly tokens = new Map<string, Replay>();
  private readonly listenersEver = new Map<string, Listener>();
  private readonly groupsEver = new Map<string, Group>();
  private serviceLinkedRole: boolean;
  private created = 0;

  constructor(private readonly options: GlobalAcceleratorSimulatorOptions = {}) {
    this.serviceLinkedRole = options.serviceLinkedRole ?? false;
    this.operations = inControlRegion({
      ...this.acceleratorOperations(),
      ...this.listenerOperations(),
      ...this.endpointGroupOperations(),
      ...this.trafficOperations(),
      ...withLateTags(this.tagOperations(), TAG_OPERATIONS, options.tagLagSeconds ?? 0),
    });
  }

  /** Somebody's tool removes all tags of all accelerators: the only things here that can have tags. */
  public loseTags(): void {
    this.accelerators.forEach(({ tags }) => tags.clear());
  }

  /** Puts an accelerator that nobody created through the API, with the listener and endpoint group that an ARN names. */
  public seed({ arn, region, portRanges = [{ FromPort: 1, ToPort: 65_535 }], destinations = [] }: SeedAccelerator): void {
    const acceleratorArn = acceleratorArnOf(arn);
    const accelerator = this.accelerators.get(acceleratorArn) ?? this.seededAccelerator(acceleratorArn);
    if (arn === acceleratorArn) {
      return;
    }
    const listenerArn = listenerArnOf(arn);
    const listener = accelerator.listeners.get(listenerArn)
      ?? { arn: listenerArn, portRanges, visibleAt: 0, groups: new Map(), lastGroupDeletedAt: NEVER };
    accelerator.listeners.set(listenerArn, listener);
    if (arn !== listenerArn && !listener.groups.has(arn)) {
      listener.groups.set(arn, { arn, region: region!, destinations, visibleAt: 0, endpoints: new Map() });
    }
  }

  public inventory(now: number): InventoryItem[] {
    return [...this.accelerators.values()].filter(accelerator => !isGone(accelerator, now)).flatMap(accelerator => [
      { type: 'CustomRoutingAccelerator', region: CONTROL_REGION, id: accelerator.arn, state: statusOf(accelerator, now) },
      ...[...accelerator.listeners.values()].flatMap(listener => [
        { type: 'CustomRoutingListener', region: CONTROL_REGION, id: listener.arn, state: 'exists' },
        ...[...listener.groups.values()].map(group => ({
          type: 'CustomRoutingEndpointGroup', region: group.region, id: group.arn, state: `${group.endpoints.size} endpoints`,
        })),
      ]),
    ]);
  }

  private acceleratorOperations(): Record<string, Operation> {
    return {
      CreateCustomRoutingAccelerator: {
        schema: CreateCustomRoutingAccelerator$,
        constraints: { Name: GENERIC, ...IP_ADDRESSES, IdempotencyToken: GENERIC, ...TAGS },
        errors: [INTERNAL, INVALID, LIMIT, DENIED, BUSY],
        permissions: (input, call) => this.permissionsToCreate(input, call),
        handle: (input, call) => this.createAccelerator(input, call),
      },
      DescribeCustomRoutingAccelerator: {
        schema: DescribeCustomRoutingAccelerator$,
        constraints: { AcceleratorArn: GENERIC },
        errors: [NO_ACCELERATOR, INTERNAL, INVALID],
        permissions: input => [this.permission('DescribeCustomRoutingAccelerator', input.AcceleratorArn)],
        handle: (input, call) => ({ Accelerator: renderAccelerator(this.visibleAccelerator(input.AcceleratorArn, call), call.now) }),
      },
      ListCustomRoutingAccelerators: {
        schema: ListCustomRoutingAccelerators$,
        constraints: PAGE,
        errors: [INVALID, NEXT_TOKEN, INTERNAL],
        permissions: () => [{ action: 'globalaccelerator:ListCustomRoutingAccelerators', resources: ['*'] }],
        handle: (input, call) => {
          const all = [...this.accelerators.values()].filter(item => !isGone(item, call.now) && item.visibleAt <= call.now);
          const { page, NextToken } = paged(all, input);
          return { Accelerators: page.map(item => renderAccelerator(item, call.now)), NextToken };
        },
      },
      UpdateCustomRoutingAccelerator: {
        schema: UpdateCustomRoutingAccelerator$,
        constraints: { AcceleratorArn: GENERIC, Name: GENERIC, ...IP_ADDRESSES },
        errors: [NO_ACCELERATOR, INTERNAL, INVALID, BUSY, CONFLICT],
        permissions: input => [this.permission('UpdateCustomRoutingAccelerator', input.AcceleratorArn)],
        handle: (input, call) => this.updateAccelerator(input, call),
      },
      DescribeCustomRoutingAcceleratorAttributes: {
        schema: DescribeCustomRoutingAcceleratorAttributes$,
        constraints: { AcceleratorArn: GENERIC },
        errors: [NO_ACCELERATOR, INTERNAL, INVALID],
        permissions: input => [this.permission('DescribeCustomRoutingAcceleratorAttributes', input.AcceleratorArn)],
        handle: (input, call) => ({ AcceleratorAttributes: this.visibleAccelerator(input.AcceleratorArn, call).flowLogs }),
      },
      UpdateCustomRoutingAcceleratorAttributes: {
        schema: UpdateCustomRoutingAcceleratorAttributes$,
        constraints: { AcceleratorArn: GENERIC, FlowLogsS3Bucket: GENERIC, FlowLogsS3Prefix: GENERIC },
        errors: [NO_ACCELERATOR, INTERNAL, INVALID, DENIED, BUSY],
        permissions: (input, call) => this.permissionsForFlowLogs(input, call),
        handle: (input, call) => this.updateAttributes(input, call),
      },
      DeleteCustomRoutingAccelerator: {
        schema: DeleteCustomRoutingAccelerator$,
        constraints: { AcceleratorArn: GENERIC },
        errors: [NO_ACCELERATOR, 'AcceleratorNotDisabledException', 'AssociatedListenerFoundException', INTERNAL, INVALID, BUSY],
        permissions: input => [this.permission('DeleteCustomRoutingAccelerator', input.AcceleratorArn)],
        handle: (input, call) => this.deleteAccelerator(input.AcceleratorArn, call),
      },
    };
  }

  private listenerOperations(): Record<string, Operation> {
    return {
      CreateCustomRoutingListener: {
        schema: CreateCustomRoutingListener$,
        constraints: { AcceleratorArn: GENERIC, ...PORT_RANGES, IdempotencyToken: GENERIC },
        errors: [INVALID, NO_ACCELERATOR, PORT_RANGE, INTERNAL, LIMIT],
        permissions: input => [this.permission('CreateCustomRoutingListener', input.AcceleratorArn)],
        handle: (input, call) => this.createListener(input, call),
      },
      DescribeCustomRoutingListener: {
        schema: DescribeCustomRoutingListener$,
        constraints: { ListenerArn: GENERIC },
        errors: [INVALID, NO_LISTENER, INTERNAL],
        permissions: input => [this.permission('DescribeCustomRoutingListener', input.ListenerArn)],
        handle: (input, call) => ({ Listener: renderListener(visible(this.listener(input.ListenerArn, call), call, NO_LISTENER)) }),
      },
      ListCustomRoutingListeners: {
        schema: ListCustomRoutingListeners$,
        constraints: { AcceleratorArn: GENERIC, ...PAGE },
        errors: [INVALID, NO_ACCELERATOR, NEXT_TOKEN, INTERNAL],
        permissions: input => [this.permission('ListCustomRoutingListeners', input.AcceleratorArn)],
        handle: (input, call) => {
          const all = [...this.accelerator(input.AcceleratorArn, call).listeners.values()];
          const { page, NextToken } = paged(all.filter(listener => listener.visibleAt <= call.now), input);
          return { Listeners: page.map(renderListener), NextToken };
        },
      },
      UpdateCustomRoutingListener: {
        schema: UpdateCustomRoutingListener$,
        constraints: { ListenerArn: GENERIC, ...PORT_RANGES },
        errors: [INVALID, PORT_RANGE, NO_LISTENER, INTERNAL, LIMIT],
        permissions: input => [this.permission('UpdateCustomRoutingListener', input.ListenerArn)],
        handle: (input, call) => this.updateListener(input, call),
      },
      DeleteCustomRoutingListener: {
        schema: DeleteCustomRoutingListener$,
        constraints: { ListenerArn: GENERIC },
        errors: [INVALID, NO_LISTENER, 'AssociatedEndpointGroupFoundException', INTERNAL],
        permissions: input => [this.permission('DeleteCustomRoutingListener', input.ListenerArn)],
        handle: (input, call) => this.deleteListener(input.ListenerArn, call),
      },
    };
  }

  private endpointGroupOperations(): Record<string, Operation> {
    return {
      CreateCustomRoutingEndpointGroup: {
        schema: CreateCustomRoutingEndpointGroup$,
        constraints: {
          'ListenerArn': GENERIC,
          'EndpointGroupRegion': GENERIC,
          'DestinationConfigurations': { minItems: 1, maxItems: 100 },
          'DestinationConfigurations[].FromPort': PORT,
          'DestinationConfigurations[].ToPort': PORT,
          'DestinationConfigurations[].Protocols': { minItems: 1, maxItems: 2 },
          'DestinationConfigurations[].Protocols[]': { enum: ['TCP', 'UDP'] },
          'IdempotencyToken': GENERIC,
        },
        errors: [NO_ACCELERATOR, 'EndpointGroupAlreadyExistsException', NO_LISTENER, INTERNAL, INVALID, PORT_RANGE, LIMIT, DENIED],
        permissions: input => [this.permission('CreateCustomRoutingEndpointGroup', input.ListenerArn)],
        handle: (input, call) => this.createGroup(input, call),
      },
      DescribeCustomRoutingEndpointGroup: {
        schema: DescribeCustomRoutingEndpointGroup$,
        constraints: { EndpointGroupArn: GENERIC },
        errors: [INVALID, NO_GROUP, INTERNAL],
        permissions: input => [this.permission('DescribeCustomRoutingEndpointGroup', input.EndpointGroupArn)],
        handle: (input, call) => ({ EndpointGroup: renderGroup(visible(this.group(input.EndpointGroupArn, call), call, NO_GROUP)) }),
      },
      ListCustomRoutingEndpointGroups: {
        schema: ListCustomRoutingEndpointGroups$,
        constraints: { ListenerArn: GENERIC, ...PAGE },
        errors: [NO_LISTENER, NEXT_TOKEN, INVALID, INTERNAL],
        permissions: input => [this.permission('ListCustomRoutingEndpointGroups', input.ListenerArn)],
        handle: (input, call) => {
          const all = [...this.listener(input.ListenerArn, call).groups.values()];
          const { page, NextToken } = paged(all.filter(group => group.visibleAt <= call.now), input);
          return { EndpointGroups: page.map(renderGroup), NextToken };
        },
      },
      DeleteCustomRoutingEndpointGroup: {
        schema: DeleteCustomRoutingEndpointGroup$,
        constraints: { EndpointGroupArn: GENERIC },
        errors: [INVALID, NO_GROUP, INTERNAL],
        permissions: input => [this.permission('DeleteCustomRoutingEndpointGroup', input.EndpointGroupArn)],
        handle: (input, call) => this.deleteGroup(input.EndpointGroupArn, call),
      },
      AddCustomRoutingEndpoints: {
        schema: AddCustomRoutingEndpoints$,
        constraints: {
          'EndpointConfigurations': { minItems: 1, maxItems: 20 },
          'EndpointConfigurations[].EndpointId': GENERIC,
          'EndpointConfigurations[].AttachmentArn': GENERIC,
          'EndpointGroupArn': GENERIC,
        },
        errors: ['EndpointAlreadyExistsException', NO_GROUP, INTERNAL, INVALID, LIMIT, DENIED, CONFLICT],
        permissions: input => [this.permission('AddCustomRoutingEndpoints', input.EndpointGroupArn)],
        handle: (input, call) => this.addEndpoints(input, call),
      },
      RemoveCustomRoutingEndpoints: {
        schema: RemoveCustomRoutingEndpoints$,
        constraints: { 'EndpointIds[]': GENERIC, 'EndpointGroupArn': GENERIC },
        errors: [NO_GROUP, NO_ENDPOINT, INTERNAL, INVALID, DENIED, CONFLICT],
        permissions: input => [this.permission('RemoveCustomRoutingEndpoints', input.EndpointGroupArn)],
        handle: (input, call) => this.removeEndpoints(input, call),
      },
    };
  }

  private trafficOperations(): Record<string, Operation> {
    return {
      AllowCustomRoutingTraffic: {
        schema: AllowCustomRoutingTraffic$,
        constraints: TRAFFIC,
        errors: [NO_GROUP, INVALID, INTERNAL],
        permissions: input => [this.permission('AllowCustomRoutingTraffic', input.EndpointGroupArn)],
        handle: (input: AllowCustomRoutingTrafficRequest, call) =>
          this.setTraffic(true, input.AllowAllTrafficToEndpoint ?? false, input, call),
      },
      DenyCustomRoutingTraffic: {
        schema: DenyCustomRoutingTraffic$,
        constraints: TRAFFIC,
        errors: [NO_GROUP, INVALID, INTERNAL],
        permissions: input => [this.permission('DenyCustomRoutingTraffic', input.EndpointGroupArn)],
        handle: (input: DenyCustomRoutingTrafficRequest, call) =>
          this.setTraffic(false, input.DenyAllTrafficToEndpoint ?? false, input, call),
      },
      ListCustomRoutingPortMappings: {
        schema: ListCustomRoutingPortMappings$,
        constraints: { AcceleratorArn: GENERIC, EndpointGroupArn: GENERIC, ...MAPPINGS_PAGE },
        errors: [INVALID, NEXT_TOKEN, NO_GROUP, NO_ACCELERATOR, INTERNAL],
        permissions: input => [this.permission('ListCustomRoutingPortMappings', input.AcceleratorArn)],
        handle: (input, call) => this.listMappings(input, call),
      },
      ListCustomRoutingPortMappingsByDestination: {
        schema: ListCustomRoutingPortMappingsByDestination$,
        constraints: { EndpointId: GENERIC, DestinationAddress: GENERIC, ...MAPPINGS_PAGE },
        errors: [INVALID, NEXT_TOKEN, NO_ENDPOINT, INTERNAL],
        permissions: () => [{ action: 'globalaccelerator:ListCustomRoutingPortMappingsByDestination', resources: ['*'] }],
        handle: (input, call) => this.listMappingsByDestination(input, call),
      },
    };
  }

  private tagOperations(): Record<string, Operation> {
    return {
      TagResource: {
        schema: TagResource$,
        constraints: { ResourceArn: RESOURCE_ARN, ...TAGS },
        errors: [NO_ACCELERATOR, INTERNAL, INVALID],
        permissions: (input: TagResourceRequest) => [this.permission('TagResource', input.ResourceArn!, requestTags(input.Tags!))],
        handle: (input: TagResourceRequest, call) => {
          const { tags } = this.accelerator(input.ResourceArn!, call);
          requireTags(input.Tags!, tags);
          input.Tags!.forEach(tag => tags.set(tag.Key!, tag.Value!));
          return {};
        },
      },
      UntagResource: {
        schema: UntagResource$,
        constraints: { 'ResourceArn': RESOURCE_ARN, 'TagKeys': { minItems: 0, maxItems: 200 }, 'TagKeys[]': { minLength: 1, maxLength: 128 } },
        errors: [NO_ACCELERATOR, INTERNAL, INVALID],
        permissions: (input: UntagResourceRequest) =>
          [this.permission('UntagResource', input.ResourceArn!, { 'aws:TagKeys': input.TagKeys! })],
        handle: (input: UntagResourceRequest, call) => {
          const { tags } = this.accelerator(input.ResourceArn!, call);
          input.TagKeys!.forEach(key => tags.delete(key));
          return {};
        },
      },
      ListTagsForResource: {
        schema: ListTagsForResource$,
        constraints: { ResourceArn: RESOURCE_ARN },
        errors: [NO_ACCELERATOR, 'AttachmentNotFoundException', NO_GROUP, NO_LISTENER, INTERNAL, INVALID],
        permissions: input => [this.permission('ListTagsForResource', input.ResourceArn)],
        handle: (input, call) => {
          const { tags } = this.visibleAccelerator(input.ResourceArn, call);
          return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
        },
      },
    };
  }

  private createAccelerator(input: CreateCustomRoutingAcceleratorRequest, call: Call): unknown {
    return this.once(input.IdempotencyToken!, call, 'accelerator', arn => {
      const accelerator = this.accelerators.get(arn)!;
      return { Accelerator: renderAccelerator(accelerator, call.now) };
    }, () => {
      requireName(input.Name!);
      requireAddresses(input);
      requireTags(input.Tags ?? [], new Map());
      const existing = [...this.accelerators.values()].filter(accelerator => !isGone(accelerator, call.now));
      requireQuota(existing.length, this.options.quotas?.accelerators ?? 10, 'custom routing accelerators');
      this.serviceLinkedRole = true;
      return this.putAccelerator(input, call).arn;
    });
  }

  private seededAccelerator(arn: string): Accelerator {
    const [, partition, , , accountId] = arn.split(':');
    const call = { partition, accountId, region: CONTROL_REGION, now: 0, requestId: 'seed' };
    const made = this.putAccelerator({ Name: 'seeded', IdempotencyToken: arn }, call);
    const accelerator = { ...made, arn, deployedAt: 0 };
    this.accelerators.delete(made.arn);
    this.accelerators.set(arn, accelerator);
    return accelerator;
  }

  private putAccelerator(input: CreateCustomRoutingAcceleratorRequest, call: Call): Accelerator {
    const id = this.newId('accelerator');
    const accelerator: Accelerator = {
      arn: `arn:${call.partition}:globalaccelerator::${call.accountId}:accelerator/${uuidOf(id)}`,
      name: input.Name!,
      enabled: input.Enabled ?? true,
      disabledAt: NEVER,
      addresses: staticAddresses(input.IpAddresses ?? [], this.created),
      dnsName: `a${id.slice(0, 16)}.awsglobalaccelerator.com`,
      createdAt: call.now,
      visibleAt: this.visibleAt(call),
      changedAt: call.now,
      inProgressFrom: call.now,
      deployedAt: call.now + this.deploymentSeconds * 1000,
      flowLogs: { FlowLogsEnabled: false },
      tags: new Map((input.Tags ?? []).map(tag => [tag.Key!, tag.Value!])),
      listeners: new Map(),
      lastListenerDeletedAt: NEVER,
    };
    this.accelerators.set(accelerator.arn, accelerator);
    return accelerator;
  }

  private updateAccelerator(input: UpdateCustomRoutingAcceleratorRequest, call: Call): unknown {
    const accelerator = this.accelerator(input.AcceleratorArn!, call);
    this.refuseWhileBusy(accelerator, call, BUSY);
    requireAddresses(input);
    if (input.Name !== undefined) {
      requireName(input.Name);
      accelerator.name = input.Name;
    }
    if (input.IpAddresses?.length) {
      accelerator.addresses = staticAddresses(input.IpAddresses, this.created);
    }
    const enabled = input.Enabled ?? accelerator.enabled;
    accelerator.disabledAt = accelerator.enabled && !enabled ? call.now : accelerator.disabledAt;
    accelerator.enabled = enabled;
    this.change(accelerator, call);
    return { Accelerator: renderAccelerator(accelerator, call.now) };
  }

  private updateAttributes(input: UpdateCustomRoutingAcceleratorAttributesRequest, call: Call): unknown {
    const accelerator = this.accelerator(input.AcceleratorArn!, call);
    this.refuseWhileBusy(accelerator, call, BUSY);
    const { flowLogs } = accelerator;
    if (input.FlowLogsEnabled && !(input.FlowLogsS3Bucket && input.FlowLogsS3Prefix)) {
      throw invalid('FlowLogsS3Bucket and FlowLogsS3Prefix are required if FlowLogsEnabled is true.');
    }
    flowLogs.FlowLogsEnabled = input.FlowLogsEnabled ?? flowLogs.FlowLogsEnabled;
    flowLogs.FlowLogsS3Bucket = input.FlowLogsS3Bucket ?? flowLogs.FlowLogsS3Bucket;
    flowLogs.FlowLogsS3Prefix = input.FlowLogsS3Prefix ?? flowLogs.FlowLogsS3Prefix;
    this.change(accelerator, call);
    return { AcceleratorAttributes: flowLogs };
  }

  private deleteAccelerator(arn: string, call: Call): unknown {
    const accelerator = this.accelerator(arn, call);
    this.refuseWhileBusy(accelerator, call, BUSY);
    const { associatedListenerLagSeconds = 0, disabledLagSeconds = 0 } = this.options;
    if (accelerator.listeners.size > 0 || call.now < accelerator.lastListenerDeletedAt + associatedListenerLagSeconds * 1000) {
      throw failure('AssociatedListenerFoundException', `Accelerator ${arn} has a listener associated with it.`);
    }
    const deletableAt = Math.max(accelerator.deployedAt, accelerator.disabledAt + disabledLagSeconds * 1000);
    if (accelerator.enabled || call.now < deletableAt) {
      throw failure('AcceleratorNotDisabledException', `Accelerator ${arn} is not disabled.`);
    }
    accelerator.goneAt ??= call.now + (this.options.deletionSeconds ?? 5) * 1000;
    return {};
  }

  private createListener(input: CreateCustomRoutingListenerRequest, call: Call): unknown {
    return this.once(input.IdempotencyToken!, call, 'listener', arn => ({ Listener: renderListener(this.listenerOf(arn)) }), () => {
      const accelerator = this.accelerator(input.AcceleratorArn!, call);
      const portRanges = input.PortRanges as Ports[];
      requireRanges(portRanges, [...accelerator.listeners.values()]);
      requireQuota(accelerator.listeners.size, this.options.quotas?.listeners ?? 10, 'listeners of the accelerator');
      const arn = `${accelerator.arn}/listener/${this.newId('listener', 36).slice(0, 8)}`;
      accelerator.listeners.set(arn, {
        arn, portRanges, visibleAt: this.visibleAt(call), groups: new Map(), lastGroupDeletedAt: NEVER,
      });
      this.change(accelerator, call);
      return arn;
    });
  }

  private updateListener(input: UpdateCustomRoutingListenerRequest, call: Call): unknown {
    const listener = this.listener(input.ListenerArn!, call);
    const accelerator = this.accelerator(acceleratorArnOf(listener.arn), call);
    const portRanges = input.PortRanges as Ports[];
    requireRanges(portRanges, [...accelerator.listeners.values()].filter(other => other !== listener));
    if ([...portsInUse(listener)].some(port => !contains(portRanges, port))) {
      throw portRange('The new port ranges leave out ports that are used by a subnet endpoint.');
    }
    listener.portRanges = portRanges;
    this.change(accelerator, call);
    return { Listener: renderListener(listener) };
  }

  private deleteListener(arn: string, call: Call): unknown {
    const listener = this.listener(arn, call);
    const accelerator = this.accelerator(acceleratorArnOf(arn), call);
    const lag = (this.options.associatedEndpointGroupLagSeconds ?? 0) * 1000;
    if (listener.groups.size > 0 || call.now < listener.lastGroupDeletedAt + lag) {
      throw failure('AssociatedEndpointGroupFoundException', `Listener ${arn} has an endpoint group associated with it.`);
    }
    accelerator.listeners.delete(arn);
    accelerator.lastListenerDeletedAt = call.now;
    this.change(accelerator, call);
    return {};
  }

  private createGroup(input: CreateCustomRoutingEndpointGroupRequest, call: Call): unknown {
    return this.once(input.IdempotencyToken!, call, 'group', arn => ({ EndpointGroup: renderGroup(this.groupOf(arn)) }), () => {
      const listener = this.listener(input.ListenerArn!, call);
      const accelerator = this.accelerator(acceleratorArnOf(listener.arn), call);
      const destinations = input.DestinationConfigurations as Destination[];
      requireRegion(input.EndpointGroupRegion!);
      requireDestinations(destinations);
      if ([...listener.groups.values()].some(group => group.region === input.EndpointGroupRegion)) {
        throw failure('EndpointGroupAlreadyExistsException',
          `Listener ${listener.arn} has an endpoint group in ${input.EndpointGroupRegion} already.`);
      }
      const groups = [...accelerator.listeners.values()].reduce((sum, other) => sum + other.groups.size, 0);
      requireQuota(groups, this.options.quotas?.endpointGroups ?? 42, 'endpoint groups of the accelerator');
      const arn = `${listener.arn}/endpoint-group/${this.newId('group', 36).slice(0, 12)}`;
      listener.groups.set(arn, {
        arn, region: input.EndpointGroupRegion!, destinations, visibleAt: this.visibleAt(call), endpoints: new Map(),
      });
      this.change(accelerator, call);
      return arn;
    });
  }

  private deleteGroup(arn: string, call: Call): unknown {
    this.group(arn, call);
    const listener = this.listener(listenerArnOf(arn), call);
    listener.groups.delete(arn);
    listener.lastGroupDeletedAt = call.now;
    this.change(this.accelerator(acceleratorArnOf(arn), call), call);
    return {};
  }

  private addEndpoints(input: AddCustomRoutingEndpointsRequest, call: Call): unknown {
    const group = this.group(input.EndpointGroupArn!, call);
    const listener = this.listener(listenerArnOf(group.arn), call);
    const accelerator = this.accelerator(acceleratorArnOf(group.arn), call);
    this.refuseWhileBusy(accelerator, call, CONFLICT);
    const used = portsInUse(listener);
    const endpoints = input.EndpointConfigurations!.map(({ EndpointId, AttachmentArn }) => {
      const subnet = this.subnetFor(group, EndpointId ?? '', AttachmentArn, call);
      const endpoint = { id: EndpointId!, mappings: mappingsFor(subnet.cidr, group.destinations, listener.portRanges, used, call.now) };
      endpoint.mappings.forEach(mapping => used.add(mapping.acceleratorPort));
      return endpoint;
    });
    if (new Set(endpoints.map(endpoint => endpoint.id)).size < endpoints.length) {
      throw invalid('EndpointConfigurations names an endpoint twice.');
    }
    requireQuota(group.endpoints.size + endpoints.length - 1, this.options.quotas?.subnets ?? 10, 'subnets of the endpoint group');
    endpoints.forEach(endpoint => group.endpoints.set(endpoint.id, endpoint));
    this.change(accelerator, call);
    return { EndpointGroupArn: group.arn, EndpointDescriptions: endpoints.map(({ id }) => ({ EndpointId: id })) };
  }

  private subnetFor(group: Group, subnetId: string, attachmentArn: string | undefined, call: Call): SimulatedSubnet {
    if (group.endpoints.has(subnetId)) {
      throw failure('EndpointAlreadyExistsException', `Endpoint ${subnetId} is in the endpoint group already.`);
    }
    const subnet = subnetId.startsWith('subnet-') ? this.subnet(subnetId) : undefined;
    if (!subnet || (subnet.region !== undefined && subnet.region !== group.region)) {
      throw invalid(`There is no subnet ${subnetId} in ${group.region}.`);
    }
    if (subnet.accountId !== undefined && subnet.accountId !== call.accountId && !attachmentArn) {
      throw failure(DENIED, `Subnet ${subnetId} belongs to another account, which needs a cross-account attachment.`);
    }
    if (prefixOf(subnet.cidr) < WIDEST_PREFIX || prefixOf(subnet.cidr) > NARROWEST_PREFIX) {
      throw invalid(`Subnet ${subnetId} is ${subnet.cidr}; subnets from /${NARROWEST_PREFIX} to /${WIDEST_PREFIX} are supported.`);
    }
    if (subnet.internetGateway === false) {
      throw invalid(`The VPC of subnet ${subnetId} has no internet gateway attached.`);
    }
    return subnet;
  }

  private removeEndpoints(input: RemoveCustomRoutingEndpointsRequest, call: Call): unknown {
    const group = this.group(input.EndpointGroupArn!, call);
    const accelerator = this.accelerator(acceleratorArnOf(group.arn), call);
    this.refuseWhileBusy(accelerator, call, CONFLICT);
    const missing = input.EndpointIds!.find(id => !group.endpoints.has(id));
    if (missing !== undefined) {
      throw failure(NO_ENDPOINT, `Endpoint ${missing} is not in the endpoint group.`);
    }
    input.EndpointIds!.forEach(id => group.endpoints.delete(id));
    this.change(accelerator, call);
    return {};
  }

  private setTraffic(
    allowed: boolean, all: boolean, input: AllowCustomRoutingTrafficRequest | DenyCustomRoutingTrafficRequest, call: Call,
  ): unknown {
    const group = this.group(input.EndpointGroupArn!, call);
    const endpoint = group.endpoints.get(input.EndpointId!);
    if (!endpoint) {
      throw invalid(`Endpoint ${input.EndpointId} is not in the endpoint group.`);
    }
    const chosen = chooseMappings(endpoint, all, input.DestinationAddresses ?? [], input.DestinationPorts ?? []);
    const showsAt = call.now + (this.options.trafficLagSeconds ?? 0) * 1000;
    for (const mapping of chosen) {
      mapping.showsAt = mapping.allowed === allowed ? mapping.showsAt : showsAt;
      mapping.allowed = allowed;
    }
    this.change(this.accelerator(acceleratorArnOf(group.arn), call), call);
    return {};
  }

  private listMappings(input: ListCustomRoutingPortMappingsRequest, call: Call): unknown {
    const accelerator = this.accelerator(input.AcceleratorArn!, call);
    const groups = input.EndpointGroupArn === undefined
      ? [...accelerator.listeners.values()].flatMap(listener => [...listener.groups.values()])
      : [this.group(input.EndpointGroupArn, call)];
    const all = groups.flatMap(group => [...group.endpoints.values()].flatMap(endpoint =>
      endpoint.mappings.map(mapping => ({ group, endpoint, mapping }))));
    const { page, NextToken } = paged(all, input);
    return {
      PortMappings: page.map(({ group, endpoint, mapping }) => ({
        AcceleratorPort: mapping.acceleratorPort,
        EndpointGroupArn: group.arn,
        EndpointId: endpoint.id,
        DestinationSocketAddress: { IpAddress: mapping.address, Port: mapping.port },
        Protocols: [...mapping.protocols],
        DestinationTrafficState: trafficState(mapping, call.now),
      })),
      NextToken,
    };
  }

  private listMappingsByDestination(input: ListCustomRoutingPortMappingsByDestinationRequest, call: Call): unknown {
    const groups = [...this.accelerators.values()].filter(accelerator => !isGone(accelerator, call.now))
      .flatMap(accelerator => [...accelerator.listeners.values()].flatMap(listener =>
        [...listener.groups.values()].map(group => ({ accelerator, group }))))
      .filter(({ group }) => group.endpoints.has(input.EndpointId!));
    if (groups.length === 0) {
      throw failure(NO_ENDPOINT, `Endpoint ${input.EndpointId} is in no endpoint group.`);
    }
    const all = groups.flatMap(({ accelerator, group }) => group.endpoints.get(input.EndpointId!)!.mappings
      .filter(mapping => mapping.address === input.DestinationAddress)
      .map(mapping => ({ accelerator, group, mapping })));
    const { page, NextToken } = paged(all, input);
    return {
      DestinationPortMappings: page.map(({ accelerator, group, mapping }) => ({
        AcceleratorArn: accelerator.arn,
        AcceleratorSocketAddresses: accelerator.addresses.map(IpAddress => ({ IpAddress, Port: mapping.acceleratorPort })),
        EndpointGroupArn: group.arn,
        EndpointId: input.EndpointId,
        EndpointGroupRegion: group.region,
        DestinationSocketAddress: { IpAddress: mapping.address, Port: mapping.port },
        IpAddressType: 'IPV4',
        DestinationTrafficState: trafficState(mapping, call.now),
      })),
      NextToken,
    };
  }

  private permissionsToCreate(input: CreateCustomRoutingAcceleratorRequest, call: Call): RequiredPermission[] {
    const context = requestTags(input.Tags ?? []);
    const permissions: RequiredPermission[] = [
      { action: 'globalaccelerator:CreateCustomRoutingAccelerator', resources: ['*'], context },
    ];
    if (input.Tags?.length) {
      const resources = [`arn:${call.partition}:globalaccelerator::${call.accountId}:accelerator/new`];
      permissions.push({ action: 'globalaccelerator:TagResource', resources, context });
    }
    return this.serviceLinkedRole ? permissions : [...permissions, {
      action: 'iam:CreateServiceLinkedRole',
      resources: [`arn:${call.partition}:iam::${call.accountId}:role/aws-service-role/globalaccelerator.amazonaws.com`
        + '/AWSServiceRoleForGlobalAccelerator'],
      context: { 'iam:AWSServiceName': 'globalaccelerator.amazonaws.com' },
    }];
  }

  private permissionsForFlowLogs(input: UpdateCustomRoutingAcceleratorAttributesRequest, call: Call): RequiredPermission[] {
    const own = this.permission('UpdateCustomRoutingAcceleratorAttributes', input.AcceleratorArn!);
    if (!input.FlowLogsEnabled) {
      return [own, { action: 'logs:DeleteLogDelivery', resources: ['*'] }];
    }
    const bucket = [`arn:${call.partition}:s3:::${input.FlowLogsS3Bucket}`];
    return [
      own,
      { action: 'logs:CreateLogDelivery', resources: ['*'] },
      { action: 's3:GetBucketPolicy', resources: bucket },
      { action: 's3:PutBucketPolicy', resources: bucket },
    ];
  }

  private permission(operation: string, arn: string, context: Record<string, string | string[]> = {}): RequiredPermission {
    const tags = this.accelerators.get(arn)?.tags ?? new Map<string, string>();
    const resourceTags = Object.fromEntries([...tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
    return { action: `globalaccelerator:${operation}`, resources: [arn], context: { ...resourceTags, ...context } };
  }

  /** The first result again for a token that counts, even if what it made is gone: nothing else is documented. */
  private once(token: string, call: Call, kind: string, show: (arn: string) => unknown, create: () => string): unknown {
    const key = `${kind}/${token}`;
    const replay = this.tokens.get(key);
    const retention = (this.options.tokenRetentionSeconds ?? 86_400) * 1000;
    if (replay && call.now < replay.at + retention) {
      return show(replay.arn);
    }
    const arn = create();
    this.tokens.set(key, { at: call.now, arn });
    this.remember(arn, call);
    return show(arn);
  }

  /** What a token made is shown again after it is gone. */
  private remember(arn: string, call: Call): void {
    if (arn.includes('/endpoint-group/')) {
      this.groupsEver.set(arn, this.group(arn, call));
    } else if (arn.includes('/listener/')) {
      this.listenersEver.set(arn, this.listener(arn, call));
    }
  }

  private listenerOf(arn: string): Listener {
    return this.listenersEver.get(arn) ?? this.accelerators.get(acceleratorArnOf(arn))!.listeners.get(arn)!;
  }

  private groupOf(arn: string): Group {
    return this.groupsEver.get(arn) ?? this.listenerOf(listenerArnOf(arn)).groups.get(arn)!;
  }

  private accelerator(arn: string, call: Call): Accelerator {
    const accelerator = this.accelerators.get(arn);
    if (!accelerator || isGone(accelerator, call.now)) {
      throw failure(NO_ACCELERATOR, `Accelerator ${arn} does not exist.`);
    }
    return accelerator;
  }

  private visibleAccelerator(arn: string, call: Call): Accelerator {
    return visible(this.accelerator(arn, call), call, NO_ACCELERATOR);
  }

  private listener(arn: string, call: Call): Listener {
    const accelerator = this.accelerators.get(acceleratorArnOf(arn));
    const listener = accelerator && !isGone(accelerator, call.now) ? accelerator.listeners.get(arn) : undefined;
    if (!listener) {
      throw failure(NO_LISTENER, `Listener ${arn} does not exist.`);
    }
    return listener;
  }

  private group(arn: string, call: Call): Group {
    const accelerator = this.accelerators.get(acceleratorArnOf(arn));
    const group = accelerator && !isGone(accelerator, call.now)
      ? accelerator.listeners.get(listenerArnOf(arn))?.groups.get(arn) : undefined;
    if (!group) {
      throw failure(NO_GROUP, `Endpoint group ${arn} does not exist.`);
    }
    return group;
  }

  private subnet(subnetId: string): SimulatedSubnet | undefined {
    return this.options.subnets ? this.options.subnets(subnetId) : { cidr: '10.0.0.0/28' };
  }

  /** Whatever changes below an accelerator shows in its status. */
  private change(accelerator: Accelerator, call: Call): void {
    const from = call.now + (this.options.statusLagSeconds ?? 0) * 1000;
    accelerator.changedAt = call.now;
    accelerator.inProgressFrom = call.now < accelerator.deployedAt ? Math.min(accelerator.inProgressFrom, from) : from;
    accelerator.deployedAt = from + this.deploymentSeconds * 1000;
  }

  private refuseWhileBusy(accelerator: Accelerator, call: Call, error: string): void {
    if (this.options.strictTransactions && statusOf(accelerator, call.now) === 'IN_PROGRESS') {
      throw failure(error, error === BUSY
        ? "There's already a transaction in progress. Another transaction can't be processed."
        : "You can't use both of those options.");
    }
  }

  private visibleAt(call: Call): number {
    return call.now + (this.options.notFoundAfterCreateSeconds ?? 0) * 1000;
  }

  private get deploymentSeconds(): number {
    return this.options.deploymentSeconds ?? 20;
  }

  private newId(kind: string, radix = 16): string {
    const source = [this.options.seed ?? 0, ++this.created, kind].join('/');
    return BigInt(`0x${hash('sha256', source, 'hex')}`).toString(radix).padStart(40, '0');
  }
}

/** In another Region there is no such host; a sandbox with one address for all Regions has to say so itself. */
function inControlRegion(operations: Record<string, Operation>): Record<string, Operation> {
  return Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, {
    ...operation,
    handle: (input: any, call: Call) => {
      if (call.region !== CONTROL_REGION) {
        throw new ServiceError('UnknownOperationException', `Global Accelerator answers in ${CONTROL_REGION} only, but ${name} was called `
          + `in ${call.region}. Make the client with region '${CONTROL_REGION}'.`);
      }
      return operation.handle(input, call);
    },
  }]));
}

function statusOf(accelerator: Accelerator, now: number): 'DEPLOYED' | 'IN_PROGRESS' {
  return now >= accelerator.inProgressFrom && now < accelerator.deployedAt ? 'IN_PROGRESS' : 'DEPLOYED';
}

function isGone(accelerator: Accelerator, now: number): boolean {
  return accelerator.goneAt !== undefined && accelerator.goneAt <= now;
}

function visible<T extends { readonly arn: string; readonly visibleAt: number }>(item: T, call: Call, error: string): T {
  if (item.visibleAt > call.now) {
    throw failure(error, `${item.arn} does not exist.`);
  }
  return item;
}

function acceleratorArnOf(arn: string): string {
  return arn.split('/listener/')[0];
}

function listenerArnOf(arn: string): string {
  return arn.split('/endpoint-group/')[0];
}

function renderAccelerator(accelerator: Accelerator, now: number): unknown {
  return {
    AcceleratorArn: accelerator.arn,
    Name: accelerator.name,
    IpAddressType: 'IPV4',
    Enabled: accelerator.enabled,
    IpSets: [{ IpFamily: 'IPv4', IpAddresses: [...accelerator.addresses], IpAddressFamily: 'IPv4' }],
    DnsName: accelerator.dnsName,
    Status: statusOf(accelerator, now),
    CreatedTime: new Date(accelerator.createdAt),
    LastModifiedTime: new Date(accelerator.changedAt),
  };
}

function renderListener(listener: Listener): unknown {
  return { ListenerArn: listener.arn, PortRanges: listener.portRanges };
}

function renderGroup(group: Group): unknown {
  return {
    EndpointGroupArn: group.arn,
    EndpointGroupRegion: group.region,
    DestinationDescriptions: group.destinations,
    EndpointDescriptions: [...group.endpoints.keys()].map(EndpointId => ({ EndpointId })),
  };
}

function trafficState(mapping: Mapping, now: number): 'ALLOW' | 'DENY' {
  return (now >= mapping.showsAt) === mapping.allowed ? 'ALLOW' : 'DENY';
}

function portsInUse(listener: Listener): Set<number> {
  return new Set([...listener.groups.values()].flatMap(group => [...group.endpoints.values()].flatMap(endpoint =>
    endpoint.mappings.map(mapping => mapping.acceleratorPort))));
}

/** The mappings of a subnet are made when it is added and stay as they are. */
function mappingsFor(
  cidr: string, destinations: readonly Destination[], ranges: readonly Ports[], used: ReadonlySet<number>, now: number,
): Mapping[] {
  const sockets = addressesOf(cidr).flatMap(address =>
    [...destinationPorts(destinations)].map(([port, protocols]) => ({ address, port, protocols })));
  const free = freePorts(ranges, used, sockets.length);
  if (!free) {
    throw failure(LIMIT, `The subnet ${cidr} needs ${sockets.length} listener ports, more than the listener has left.`);
  }
  return sockets.map((socket, index) => ({ ...socket, acceleratorPort: free[index], allowed: false, showsAt: now }));
}

function chooseMappings(endpoint: Endpoint, all: boolean, addresses: readonly string[], ports: readonly number[]): Mapping[] {
  if (all) {
    if (addresses.length + ports.length > 0) {
      throw invalid('Destination addresses and ports cannot be given together with all traffic.');
    }
    return endpoint.mappings;
  }
  if (addresses.length === 0) {
    throw invalid('DestinationAddresses is required unless all traffic is meant.');
  }
  for (const [known, given, what] of [
    [new Set<unknown>(endpoint.mappings.map(mapping => mapping.address)), addresses, 'address'],
    [new Set<unknown>(endpoint.mappings.map(mapping => mapping.port)), ports, 'port'],
  ] as const) {
    const unknown = given.find(value => !known.has(value));
    if (unknown !== undefined) {
      throw invalid(`Destination ${what} ${unknown} is not one of endpoint ${endpoint.id}.`);
    }
  }
  const [chosenAddresses, chosenPorts] = [new Set(addresses), new Set(ports)];
  return endpoint.mappings.filter(mapping =>
    chosenAddresses.has(mapping.address) && (chosenPorts.size === 0 || chosenPorts.has(mapping.port)));
}

function paged<T>(all: readonly T[], input: { MaxResults?: number; NextToken?: string }): { page: T[]; NextToken?: string } {
  const token = input.NextToken && Buffer.from(input.NextToken, 'base64').toString();
  const start = Number(token ?? 0);
  if (token !== undefined && !(/^\d+$/.test(token) && start < all.length)) {
    throw failure(NEXT_TOKEN, "There isn't another item to return.");
  }
  const end = start + (input.MaxResults ?? DEFAULT_PAGE_SIZE);
  return { page: all.slice(start, end), NextToken: end < all.length ? Buffer.from(String(end)).toString('base64') : undefined };
}

function requireName(name: string): void {
  if (!NAME.test(name)) {
    throw invalid(`The name '${name}' must have 1 to 64 letters, digits or hyphens and must not begin or end with a hyphen.`);
  }
}

function requireAddresses({ IpAddressType, IpAddresses }: { IpAddressType?: string; IpAddresses?: string[] }): void {
  if (IpAddressType === 'DUAL_STACK') {
    throw invalid('A custom routing accelerator supports the address type IPV4 only.');
  }
  const wrong = IpAddresses?.find(address => !IPV4.test(address));
  if (wrong !== undefined) {
    throw invalid(`'${wrong}' is not an IPv4 address.`);
  }
}

/** Up to two own addresses; AWS adds what is missing. */
function staticAddresses(own: readonly string[], salt: number): string[] {
  return [...own, `75.2.${salt % 256}.1`, `99.83.${salt % 256}.1`].slice(0, 2);
}

function requireRanges(ranges: readonly Ports[], others: readonly Listener[]): void {
  const wrong = ranges.find(range => range.FromPort === undefined || range.ToPort === undefined || range.FromPort > range.ToPort);
  if (wrong) {
    throw portRange(`The port range ${wrong.FromPort}-${wrong.ToPort} ends before it begins.`);
  }
  const taken = [...others.flatMap(other => other.portRanges)];
  for (const range of ranges) {
    if (taken.some(other => overlap(range, other))) {
      throw portRange(`The ports ${range.FromPort}-${range.ToPort} are not unique for this accelerator.`);
    }
    taken.push(range);
  }
}

function requireDestinations(destinations: readonly Destination[]): void {
  destinations.forEach((destination, index) => {
    if (destination.FromPort > destination.ToPort) {
      throw portRange(`The destination ports ${destination.FromPort}-${destination.ToPort} end before they begin.`);
    }
    const twice = destinations.slice(0, index).some(other =>
      overlap(other, destination) && other.Protocols.some(protocol => destination.Protocols.includes(protocol)));
    if (twice) {
      throw portRange(`The destination ports ${destination.FromPort}-${destination.ToPort} are given twice.`);
    }
  });
}

function requireRegion(region: string): void {
  if (!/^[a-z]{2,3}(-[a-z]+)+-\d+$/.test(region)) {
    throw invalid(`'${region}' is not the name of a Region.`);
  }
}

function requireQuota(existing: number, quota: number, what: string): void {
  if (existing >= quota) {
    throw failure(LIMIT, `The quota of ${quota} ${what} is used up.`);
  }
}

function requireTags(tags: readonly Tag[], present: ReadonlyMap<string, string>): void {
  const keys = new Set([...present.keys(), ...tags.map(tag => tag.Key)]);
  if (keys.size > MAX_TAGS) {
    throw invalid(`A resource can have at most ${MAX_TAGS} tags, these are ${keys.size}.`);
  }
  const reserved = tags.find(tag => tag.Key!.startsWith('aws:'));
  if (reserved) {
    throw invalid(`Tag '${reserved.Key}' uses the reserved prefix 'aws:'.`);
  }
}

function requestTags(tags: readonly Tag[]): Record<string, string | string[]> {
  const values = Object.fromEntries(tags.map(tag => [`aws:RequestTag/${tag.Key}`, tag.Value!]));
  return tags.length === 0 ? {} : { ...values, 'aws:TagKeys': tags.map(tag => tag.Key!) };
}

function uuidOf(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** With the HTTP status of the API model. */
function failure(name: string, message: string): ServiceError {
  return new ServiceError(name, message, HTTP_STATUS[name] ?? 400);
}

function invalid(message: string): ServiceError {
  return failure(INVALID, message);
}

function portRange(message: string): ServiceError {
  return failure(PORT_RANGE, message);
}
