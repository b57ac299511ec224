import type { CommonProperties } from './lifecycle';

export const CUSTOM_ROUTING_ACCELERATOR_TYPE = 'Custom::CustomRoutingAccelerator';
export const CUSTOM_ROUTING_LISTENER_TYPE = 'Custom::CustomRoutingListener';
export const CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE = 'Custom::CustomRoutingEndpointGroup';
export const CUSTOM_ROUTING_PORT_LOOKUP_TYPE = 'Custom::CustomRoutingPortLookup';

/** The one Region in which Global Accelerator's API and metrics are. */
export const GLOBAL_ACCELERATOR_REGION = 'us-west-2';

/** Tags of an accelerator by which its listeners and endpoint groups are known; one for each. */
export const CHILD_TAG_PREFIX = 'cdk-multi-region:child:';

/** Tag that says which request made an accelerator. */
export const REQUEST_TAG_KEY = 'cdk-multi-region:request';

/** Properties of `Custom::CustomRoutingAccelerator`. */
export interface CustomRoutingAcceleratorProperties extends CommonProperties {
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

export interface PortRangeProperties {
  readonly FromPort: number;
  readonly ToPort: number;
}

/** Properties of `Custom::CustomRoutingListener`. */
export interface CustomRoutingListenerProperties extends CommonProperties {
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
export interface CustomRoutingEndpointGroupProperties extends CommonProperties {
  readonly ListenerArn: string;
  readonly Region: string;
  readonly Destinations: DestinationProperties[];
  readonly Subnets?: SubnetProperties[];
  /** Refuses a change of the destinations, which would make all port mappings anew. */
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
