import type { Tags } from '../lifecycle/tags';

export interface Accelerator {
  readonly arn: string;
  readonly name: string;
  readonly enabled: boolean;
  /** IN_PROGRESS while anything on or below the accelerator changes. */
  readonly deployed: boolean;
  readonly dnsName: string;
  readonly addresses: readonly string[];
}

/** What an update of an accelerator changes; what is left out stays. */
export interface AcceleratorChange {
  readonly name?: string;
  readonly enabled?: boolean;
  readonly addresses?: readonly string[];
}

export interface FlowLogs {
  readonly enabled: boolean;
  readonly bucket?: string;
  readonly prefix?: string;
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export interface Listener {
  readonly arn: string;
  readonly portRanges: readonly PortRange[];
}

export interface Destination extends PortRange {
  readonly protocols: readonly string[];
}

export interface Group {
  readonly arn: string;
  readonly region: string;
  readonly destinations: readonly Destination[];
  readonly subnetIds: readonly string[];
}

export interface NewEndpoint {
  readonly subnetId: string;
  readonly attachmentArn?: string;
}

export interface PortMapping {
  readonly subnetId: string;
  readonly address: string;
  readonly port: number;
  readonly acceleratorPort: number;
  readonly allowed: boolean;
}

/** Destinations in one subnet: these ports of these addresses, or everything. */
export type Traffic = 'all' | { readonly addresses: readonly string[]; readonly ports?: readonly number[] };

/** The calls that the handlers make, in us-west-2. */
export interface GlobalAccelerator {
  describeAccelerator(arn: string): Promise<Accelerator | undefined>;
  listAccelerators(): Promise<string[]>;
  createAccelerator(
    name: string, enabled: boolean, addresses: readonly string[], tags: Tags, token: string): Promise<string>;
  updateAccelerator(arn: string, change: AcceleratorChange): Promise<void>;
  /** A missing accelerator is no error. */
  deleteAccelerator(arn: string): Promise<void>;
  flowLogs(arn: string): Promise<FlowLogs>;
  setFlowLogs(arn: string, flowLogs: FlowLogs): Promise<void>;
  /** @returns undefined if there is no such accelerator */
  listTags(acceleratorArn: string): Promise<Record<string, string> | undefined>;
  tag(acceleratorArn: string, tags: Tags): Promise<void>;
  /** A missing accelerator is no error. */
  untag(acceleratorArn: string, keys: readonly string[]): Promise<void>;

  describeListener(arn: string): Promise<Listener | undefined>;
  /** @returns undefined if there is no such accelerator */
  listListeners(acceleratorArn: string): Promise<Listener[] | undefined>;
  createListener(acceleratorArn: string, portRanges: readonly PortRange[], token: string): Promise<string>;
  updateListener(arn: string, portRanges: readonly PortRange[]): Promise<void>;
  /** A missing listener is no error. */
  deleteListener(arn: string): Promise<void>;

  describeGroup(arn: string): Promise<Group | undefined>;
  /** @returns undefined if there is no such listener */
  listGroups(listenerArn: string): Promise<Group[] | undefined>;
  createGroup(listenerArn: string, region: string, destinations: readonly Destination[], token: string): Promise<string>;
  /** A missing endpoint group is no error. */
  deleteGroup(arn: string): Promise<void>;
  addEndpoints(groupArn: string, endpoints: readonly NewEndpoint[]): Promise<void>;
  removeEndpoints(groupArn: string, subnetIds: readonly string[]): Promise<void>;
  allow(groupArn: string, subnetId: string, traffic: Traffic): Promise<void>;
  deny(groupArn: string, subnetId: string, traffic: Traffic): Promise<void>;
  portMappings(acceleratorArn: string, groupArn: string): Promise<PortMapping[]>;
  /** @returns undefined if the subnet is in no endpoint group */
  acceleratorPort(groupArn: string, subnetId: string, address: string, port: number): Promise<number | undefined>;
}
