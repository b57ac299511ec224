import { MAX_PORT, readRanges, showRanges } from './checks';
import type { Destination, NewEndpoint } from './port';
import type { TrafficPolicy, TrafficRule } from './traffic';
import {
  ATTACHMENT_ARN, ENDPOINT_GROUP_ARN, IPV4_ADDRESS, LISTENER_ARN, SUBNET_ID, type CustomRoutingEndpointGroupProperties, type SubnetProperties,
  type TrafficProperties, type TrafficRuleProperties,
} from '../../src/wire/global-accelerator';
import { ResourceError } from '../lifecycle/errors';
import { PropertyReader, REGION_RULE } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

const MAX_DESTINATIONS = 100;
/** Far above the quota, which can be raised. */
const MAX_SUBNETS = 1000;
const MAX_RULES = 1000;
/** Twice what the widest subnet, /17, has. */
const MAX_ADDRESSES = 65_535;

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

export function readEndpointGroup(raw: RawProperties): EndpointGroupDeclaration {
  const reader = new PropertyReader<CustomRoutingEndpointGroupProperties>(raw).schema();
  const declaration = {
    listenerArn: reader.string('ListenerArn', LISTENER_ARN),
    region: reader.string('Region', REGION_RULE),
    destinations: readRanges(reader, 'Destinations', MAX_DESTINATIONS, item => ({ protocols: item.strings('Protocols', 1, 2) })),
    subnets: reader.has('Subnets') ? reader.objects('Subnets', 0, MAX_SUBNETS, readSubnet) : [],
    protectPortMappings: reader.has('ProtectPortMappings') && reader.boolean('ProtectPortMappings'),
  };
  reader.optionalString('Adopt', ENDPOINT_GROUP_ARN);
  reader.end();
  refuseOtherPorts(declaration);
  return declaration;
}

function readSubnet(reader: PropertyReader<SubnetProperties>): SubnetDeclaration {
  return {
    subnetId: reader.string('SubnetId', SUBNET_ID),
    attachmentArn: reader.optionalString('AttachmentArn', ATTACHMENT_ARN),
    traffic: reader.has('Traffic') ? reader.object('Traffic', readTraffic) : undefined,
  };
}

function readTraffic(reader: PropertyReader<TrafficProperties>): TrafficPolicy {
  const allow = reader.enumeration('Allow', ['ALL', 'NONE', 'LIST']);
  if (allow === 'LIST') {
    return reader.objects('Rules', 1, MAX_RULES, readRule);
  }
  return allow === 'ALL' ? 'all' : 'none';
}

function readRule(reader: PropertyReader<TrafficRuleProperties>): TrafficRule {
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
      throw new ResourceError(`Property 'Ports' of the traffic policy of ${subnetId} has ${wrong}, which is not among the destinations `
        + `${showRanges(destinations)}. Use one of those.`);
    }
  }
}
