import { acceleratorArnOf, listenerArnOf } from './arns';
import { MAX_PORT, readRanges, showRanges } from './checks';
import { ChildHandler } from './child';
import type { Destination, Group, NewEndpoint } from './client';
import { waiting } from './patience';
import { apply, trafficChanges, unknownAddresses, type TrafficPolicy, type TrafficRule } from './traffic';
import {
  ATTACHMENT_ARN, ENDPOINT_GROUP_ARN, IPV4_ADDRESS, LISTENER_ARN, SUBNET_ID, type CustomRoutingEndpointGroupAttributes,
} from '../../src/wire/global-accelerator';
import { hasName, quote, refusal, ResourceError } from '../lifecycle/errors';
import type { Attributes, StepContext, Waiting } from '../lifecycle/handler';
import { PropertyReader, REGION_RULE } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

const MAX_DESTINATIONS = 100;
/** Far above the quota, which can be raised. */
const MAX_SUBNETS = 1000;
const MAX_RULES = 1000;
/** Twice what the widest subnet, /17, has. */
const MAX_ADDRESSES = 65_535;
const SUBNETS_PER_CALL = 20;
const CHANGES_PER_STEP = 20;
/** Mappings may show a change of the traffic late; 45 s were measured. */
const TRAFFIC_LAG_SECONDS = 60;

export interface SubnetDeclaration extends NewEndpoint {
  /** Without it the application decides at run time. */
  readonly traffic?: TrafficPolicy;
}

export interface EndpointGroupDeclaration {
  readonly listenerArn: string;
  readonly region: string;
  readonly destinations: readonly Destination[];
  readonly subnets: readonly SubnetDeclaration[];
  readonly protectPortMappings: boolean;
}

type Context = StepContext<EndpointGroupDeclaration>;

/** `Custom::CustomRoutingEndpointGroup`. Its physical id is its ARN. */
export class CustomRoutingEndpointGroupHandler extends ChildHandler<EndpointGroupDeclaration, Group> {
  public readonly defaultTimeoutSeconds = 59 * 60;
  protected readonly kind = 'endpoint group';
  protected readonly arnPattern = ENDPOINT_GROUP_ARN.pattern;

  public parse(raw: RawProperties): EndpointGroupDeclaration {
    const reader = new PropertyReader(raw).schema();
    const declaration = {
      listenerArn: reader.string('ListenerArn', LISTENER_ARN),
      region: reader.string('Region', REGION_RULE),
      destinations: readRanges(reader, 'Destinations', MAX_DESTINATIONS, item => ({ protocols: item.strings('Protocols', 1, 2) })),
      subnets: reader.has('Subnets') ? reader.objects('Subnets', 0, MAX_SUBNETS, readSubnet) : [],
      protectPortMappings: reader.has('ProtectPortMappings') && reader.boolean('ProtectPortMappings'),
    };
    reader.end();
    refuseOtherPorts(declaration);
    return declaration;
  }

  protected describePlace({ listenerArn, region }: EndpointGroupDeclaration): string {
    return `the one endpoint group in ${region} of listener ${listenerArn}`;
  }

  protected acceleratorArnIn({ listenerArn }: EndpointGroupDeclaration): string {
    return acceleratorArnOf(listenerArn);
  }

  protected placeOf({ listenerArn, region }: EndpointGroupDeclaration): string {
    return `${listenerArn.slice(acceleratorArnOf(listenerArn).length + 1)}/${region}`;
  }

  protected isPlaceOf({ listenerArn, region }: EndpointGroupDeclaration, group: Group): boolean {
    return listenerArnOf(group.arn) === listenerArn && group.region === region;
  }

  protected read(arn: string): Promise<Group | undefined> {
    return this.globalAccelerator.describeGroup(arn);
  }

  protected async occupant({ listenerArn, region }: EndpointGroupDeclaration): Promise<Group | undefined> {
    const groups = await this.globalAccelerator.listGroups(listenerArn) ?? [];
    return groups.find(group => group.region === region);
  }

  protected declarationOf(group: Group, declaration: EndpointGroupDeclaration): EndpointGroupDeclaration {
    return { ...declaration, destinations: group.destinations };
  }

  protected createChild({ listenerArn, region, destinations }: EndpointGroupDeclaration, token: string): Promise<string> {
    return this.globalAccelerator.createGroup(listenerArn, region, destinations, token);
  }

  protected deleteChild(arn: string): Promise<void> {
    return this.globalAccelerator.deleteGroup(arn);
  }

  protected canBecome(group: Group, { destinations }: EndpointGroupDeclaration): boolean {
    return show(group.destinations) === show(destinations);
  }

  /** Protection that the same update has just taken away, or brought, does not count, so that a rollback gets through. */
  protected checkRemake({ oldProperties, physicalId, properties }: Context): void {
    if (properties.protectPortMappings && (oldProperties?.protectPortMappings ?? true)) {
      throw new ResourceError(`The destinations of ${physicalId} can't be changed in place, and 'protectPortMappings' forbids to make the `
        + 'endpoint group anew, which would give all its destinations other accelerator ports and deny all traffic until it is allowed again. '
        + "Take the change back, or set 'protectPortMappings' to false in the same deployment.");
    }
  }

  protected async converge(context: Context, group: Group): Promise<Waiting | undefined> {
    return await this.removeSubnets(context, group)
      ?? await this.addSubnets(context, group)
      ?? this.convergeTraffic(context, group);
  }

  protected attributesOf({ arn }: Group): Attributes {
    const attributes: CustomRoutingEndpointGroupAttributes = { EndpointGroupArn: arn };
    return { ...attributes };
  }

  /** Only those that were declared before: what an application has added at run time is its own. */
  private async removeSubnets({ claim, oldProperties, properties }: Context, group: Group): Promise<Waiting | undefined> {
    const declared = new Set(properties.subnets.map(subnet => subnet.subnetId));
    const surplus = (oldProperties?.subnets ?? []).map(subnet => subnet.subnetId)
      .filter(subnetId => !declared.has(subnetId) && group.subnetIds.includes(subnetId));
    if (surplus.length === 0) {
      return undefined;
    }
    await claim();
    const subnetIds = surplus.slice(0, SUBNETS_PER_CALL);
    await this.globalAccelerator.removeEndpoints(group.arn, subnetIds);
    return waiting(`${group.arn} to let go of ${subnetIds.join(', ')}`);
  }

  private async addSubnets({ claim, properties }: Context, group: Group): Promise<Waiting | undefined> {
    const missing = properties.subnets.filter(({ subnetId }) => !group.subnetIds.includes(subnetId)).slice(0, SUBNETS_PER_CALL);
    if (missing.length === 0) {
      return undefined;
    }
    await claim();
    const subnetIds = missing.map(subnet => subnet.subnetId).join(', ');
    try {
      await this.globalAccelerator.addEndpoints(group.arn, missing);
    } catch (error) {
      throw hasName(error, 'LimitExceededException') ? tooMuch(group, subnetIds, error) : error;
    }
    return waiting(`${group.arn} to take ${subnetIds}`);
  }

  private async convergeTraffic(context: Context, group: Group): Promise<Waiting | undefined> {
    const declared = context.properties.subnets.filter(subnet => subnet.traffic !== undefined);
    if (declared.length === 0) {
      return undefined;
    }
    const mappings = await this.globalAccelerator.portMappings(acceleratorArnOf(group.arn), group.arn);
    const bySubnet = new Map(declared.map(({ subnetId }) => [subnetId, mappings.filter(mapping => mapping.subnetId === subnetId)]));
    const unmapped = declared.find(({ subnetId }) => bySubnet.get(subnetId)!.length === 0);
    if (unmapped) {
      return waiting(`the port mappings of ${unmapped.subnetId} in ${group.arn}`);
    }
    declared.forEach(({ subnetId, traffic }) => refuseUnknown(group, subnetId, unknownAddresses(traffic!, bySubnet.get(subnetId)!)));
    const changes = declared.flatMap(({ subnetId, traffic }) => trafficChanges(subnetId, traffic!, bySubnet.get(subnetId)!));
    if (changes.length === 0) {
      return undefined;
    }
    const until = `the port mappings of ${group.arn} to show the declared traffic`;
    if (context.clock.now() < Number(context.memory.trafficAt ?? -Infinity) + TRAFFIC_LAG_SECONDS * 1000) {
      return waiting(until);
    }
    await context.claim();
    for (const change of changes.slice(0, CHANGES_PER_STEP)) {
      await apply(this.globalAccelerator, group.arn, change);
    }
    const isLast = changes.length <= CHANGES_PER_STEP;
    return isLast ? { ...waiting(until), memory: { trafficAt: context.clock.now() } } : waiting(until);
  }
}

function readSubnet(reader: PropertyReader): SubnetDeclaration {
  return {
    subnetId: reader.string('SubnetId', SUBNET_ID),
    attachmentArn: reader.optionalString('AttachmentArn', ATTACHMENT_ARN),
    traffic: reader.has('Traffic') ? reader.object('Traffic', readTraffic) : undefined,
  };
}

function readTraffic(reader: PropertyReader): TrafficPolicy {
  const allow = reader.enumeration('Allow', ['ALL', 'NONE', 'LIST']);
  if (allow === 'LIST') {
    return reader.objects('Rules', 1, MAX_RULES, readRule);
  }
  return allow === 'ALL' ? 'all' : 'none';
}

function readRule(reader: PropertyReader): TrafficRule {
  return {
    addresses: reader.strings('Addresses', 1, MAX_ADDRESSES, IPV4_ADDRESS),
    ports: reader.has('Ports') ? reader.integers('Ports', 1, MAX_PORT, 1, MAX_PORT) : undefined,
  };
}

function refuseOtherPorts({ destinations, subnets }: EndpointGroupDeclaration): void {
  for (const { subnetId, traffic } of subnets) {
    const ports = typeof traffic === 'object' ? traffic.flatMap(rule => rule.ports ?? []) : [];
    const wrong = ports.find(port => !destinations.some(({ from, to }) => from <= port && port <= to));
    if (wrong !== undefined) {
      throw refusal(`Property 'Ports' of the traffic policy of ${subnetId} has ${wrong}, which is not among the destinations `
        + `${showRanges(destinations)}. Use one of those.`);
    }
  }
}

function refuseUnknown(group: Group, subnetId: string, unknown: readonly string[]): void {
  if (unknown.length > 0) {
    throw new ResourceError(`The traffic policy of ${subnetId} in ${group.arn} allows ${unknown.slice(0, 10).join(', ')}, which `
      + 'the subnet does not have. Allow addresses of the subnet, except the four first and the last one.');
  }
}

function tooMuch(group: Group, subnetIds: string, error: unknown): ResourceError {
  return new ResourceError(`${group.arn} can't take ${subnetIds}: ${quote(error)}. Either the listener has too few ports left (a subnet needs `
    + 'a port for each of its addresses and destination ports; widen the listener\'s port ranges), or the quota "VPC subnets per endpoint '
    + 'group" is used up.');
}

function show(destinations: readonly Destination[]): string {
  return destinations.map(({ from, to, protocols }) => `${from}-${to} ${[...protocols].sort().join('+')}`).sort().join(', ');
}
