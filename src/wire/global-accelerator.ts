import type { AdoptingProperties, CommonProperties } from './lifecycle';
import type { TagRules } from './rules';

export const CUSTOM_ROUTING_ACCELERATOR_TYPE = 'Custom::CustomRoutingAccelerator';
export const CUSTOM_ROUTING_ACCELERATOR_LOOKUP_TYPE = 'Custom::CustomRoutingAcceleratorLookup';
export const CUSTOM_ROUTING_LISTENER_TYPE = 'Custom::CustomRoutingListener';
export const CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE = 'Custom::CustomRoutingEndpointGroup';
export const CUSTOM_ROUTING_PORT_LOOKUP_TYPE = 'Custom::CustomRoutingPortLookup';

/** The one Region in which Global Accelerator's API and metrics are. */
export const GLOBAL_ACCELERATOR_REGION = 'us-west-2';

export const GLOBAL_ACCELERATOR_TAG_RULES: TagRules = {
  service: 'Global Accelerator',
  maxCount: 50,
  maxKeyLength: 128,
  maxValueLength: 256,
  reservedInValues: false,
  reservedPrefixes: ['aws:'],
};

/** What an id, ARN or address looks like, and how to say it. */
export interface Form {
  readonly pattern: RegExp;
  readonly what: string;
  readonly says: string;
}

const ACCELERATOR = 'arn:[^:]+:globalaccelerator::\\d{12}:accelerator/[0-9a-f-]{36}';
const LISTENER = `${ACCELERATOR}/listener/[0-9a-z]+`;
const OCTET = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';

export const ACCELERATOR_ARN = formOf('the ARN of an accelerator', ACCELERATOR);
export const LISTENER_ARN = formOf('the ARN of a listener', LISTENER);
export const ENDPOINT_GROUP_ARN = formOf('the ARN of an endpoint group', `${LISTENER}/endpoint-group/[0-9a-z]+`);
export const ATTACHMENT_ARN = formOf(
  'the ARN of a cross-account attachment', 'arn:[^:]+:globalaccelerator::\\d{12}:attachment/[^/]+');
export const SUBNET_ID = formOf('the id of a subnet', 'subnet-[0-9a-z]+');
export const IPV4_ADDRESS = formOf('an IPv4 address', `${OCTET}(\\.${OCTET}){3}`);

function formOf(what: string, pattern: string): Form {
  return { what, pattern: new RegExp(`^${pattern}$`), says: `must be ${what}` };
}

/** Tags of an accelerator by which its listeners and endpoint groups are known; one for each. */
export const CHILD_TAG_PREFIX = 'cdk-multi-region:child:';

/** Properties of `Custom::CustomRoutingAccelerator`. */
export interface CustomRoutingAcceleratorProperties extends AdoptingProperties {
  readonly Name: string;
  /** Without it true. */
  readonly Enabled?: boolean;
  readonly IpAddresses?: string[];
  readonly FlowLogs?: FlowLogsProperties;
  readonly Tags?: Record<string, string>;
}

export interface FlowLogsProperties {
  readonly Bucket: string;
  readonly Prefix: string;
}

/** Attributes of `Custom::CustomRoutingAccelerator`. */
export interface CustomRoutingAcceleratorAttributes {
  readonly AcceleratorArn: string;
  readonly Name: string;
  readonly DnsName: string;
  readonly Ipv4Address1: string;
  readonly Ipv4Address2: string;
}

/** Properties of `Custom::CustomRoutingAcceleratorLookup`. */
export interface CustomRoutingAcceleratorLookupProperties extends CommonProperties {
  readonly AcceleratorArn: string;
}

/** Attributes of `Custom::CustomRoutingAcceleratorLookup`. */
export interface CustomRoutingAcceleratorLookupAttributes {
  readonly DnsName: string;
  readonly Ipv4Address1: string;
  readonly Ipv4Address2: string;
}

export interface PortRangeProperties {
  readonly FromPort: number;
  readonly ToPort: number;
}

/** Properties of `Custom::CustomRoutingListener`. */
export interface CustomRoutingListenerProperties extends AdoptingProperties {
  readonly AcceleratorArn: string;
  readonly PortRanges: PortRangeProperties[];
}

/** Attributes of `Custom::CustomRoutingListener`. */
export interface CustomRoutingListenerAttributes {
  readonly ListenerArn: string;
}

export interface DestinationProperties extends PortRangeProperties {
  readonly Protocols: string[];
}

/** What a subnet may receive; without any the application decides at run time. */
export interface TrafficProperties {
  /** `ALL`, `NONE`, or `LIST` for the rules. */
  readonly Allow: string;
  readonly Rules?: TrafficRuleProperties[];
}

export interface TrafficRuleProperties {
  readonly Addresses: string[];
  /** Without it all ports of the endpoint group. */
  readonly Ports?: number[];
}

export interface SubnetProperties {
  readonly SubnetId: string;
  /** Cross-account attachment, if the subnet belongs to another account. */
  readonly AttachmentArn?: string;
  readonly Traffic?: TrafficProperties;
}

/** Properties of `Custom::CustomRoutingEndpointGroup`. */
export interface CustomRoutingEndpointGroupProperties extends AdoptingProperties {
  readonly ListenerArn: string;
  readonly Region: string;
  readonly Destinations: DestinationProperties[];
  readonly Subnets?: SubnetProperties[];
  /** Refuses a change of the destinations, which would change all port mappings. */
  readonly ProtectPortMappings?: boolean;
}

/** Attributes of `Custom::CustomRoutingEndpointGroup`. */
export interface CustomRoutingEndpointGroupAttributes {
  readonly EndpointGroupArn: string;
}

/** Properties of `Custom::CustomRoutingPortLookup`. */
export interface CustomRoutingPortLookupProperties extends CommonProperties {
  readonly EndpointGroupArn: string;
  readonly SubnetId: string;
  readonly Address: string;
  readonly Port: number;
}

/** Attributes of `Custom::CustomRoutingPortLookup`. */
export interface CustomRoutingPortLookupAttributes {
  readonly AcceleratorPort: string;
}
