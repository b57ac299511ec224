import { SdkGlobalAccelerator } from '../../../lambda/global-accelerator/client';
import { globalAcceleratorHandlers } from '../../../lambda/global-accelerator/handlers';
import { GlobalAcceleratorSimulator, type GlobalAcceleratorSimulatorOptions } from '../../../sandbox/services/global-accelerator';
import {
  CUSTOM_ROUTING_ACCELERATOR_TYPE, CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, CUSTOM_ROUTING_LISTENER_TYPE, GLOBAL_ACCELERATOR_REGION,
} from '../../../src/wire/global-accelerator';
import { World, type Answer, type Crash, type WorldOptions } from '../world';

export const SUBNETS: Record<string, { cidr: string; region: string }> = {
  'subnet-a': { cidr: '10.0.0.0/28', region: 'eu-west-1' },
  'subnet-b': { cidr: '10.0.0.16/28', region: 'eu-west-1' },
  'subnet-c': { cidr: '10.0.0.32/28', region: 'eu-west-1' },
  'subnet-wide': { cidr: '10.0.1.0/24', region: 'eu-west-1' },
  'subnet-far': { cidr: '10.1.0.0/28', region: 'us-east-1' },
};

export const PORTS = { PortRanges: [{ FromPort: 10_001, ToPort: 12_000 }] };
export const DESTINATIONS = { Region: 'eu-west-1', Destinations: [{ FromPort: 7777, ToPort: 7778, Protocols: ['UDP'] }] };

/** A world with Global Accelerator in it, and direct calls of its API as somebody else or to look. */
export class AcceleratorWorld extends World {
  public readonly simulator: GlobalAcceleratorSimulator;
  /** Can be changed at any time. */
  public readonly settings: { -readonly [K in keyof GlobalAcceleratorSimulatorOptions]: GlobalAcceleratorSimulatorOptions[K] };
  private tokens = 0;

  constructor(options: GlobalAcceleratorSimulatorOptions = {}, world: Partial<WorldOptions> = {}) {
    const settings = { subnets: (id: string) => SUBNETS[id], ...options };
    const simulator = new GlobalAcceleratorSimulator(settings);
    super({
      simulators: [simulator],
      handlers: client => globalAcceleratorHandlers(new SdkGlobalAccelerator(client('Global Accelerator', GLOBAL_ACCELERATOR_REGION))),
      ...world,
    });
    this.simulator = simulator;
    this.settings = settings;
  }

  public api(operation: string, input: object = {}): any {
    return this.dispatcher.dispatch('Global Accelerator', operation, input, { region: GLOBAL_ACCELERATOR_REGION });
  }

  /** As somebody else would. */
  public foreignAccelerator(tags: Record<string, string> = {}): string {
    return this.api('CreateCustomRoutingAccelerator', {
      Name: 'foreign', IdempotencyToken: this.token(), Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }).Accelerator.AcceleratorArn;
  }

  public foreignListener(acceleratorArn: string, ranges: object = PORTS): string {
    return this.api('CreateCustomRoutingListener', { AcceleratorArn: acceleratorArn, ...ranges, IdempotencyToken: this.token() })
      .Listener.ListenerArn;
  }

  public foreignGroup(listenerArn: string, region = 'eu-west-1'): string {
    return this.api('CreateCustomRoutingEndpointGroup', {
      ListenerArn: listenerArn,
      EndpointGroupRegion: region,
      DestinationConfigurations: DESTINATIONS.Destinations,
      IdempotencyToken: this.token(),
    }).EndpointGroup.EndpointGroupArn;
  }

  public tagsOf(acceleratorArn: string): Record<string, string> {
    const { Tags } = this.api('ListTagsForResource', { ResourceArn: acceleratorArn });
    return Object.fromEntries(Tags.map((tag: { Key: string; Value: string }) => [tag.Key, tag.Value]));
  }

  public accelerator(arn: string): any {
    return this.api('DescribeCustomRoutingAccelerator', { AcceleratorArn: arn }).Accelerator;
  }

  public listener(arn: string): any {
    return this.api('DescribeCustomRoutingListener', { ListenerArn: arn }).Listener;
  }

  public group(arn: string): any {
    return this.api('DescribeCustomRoutingEndpointGroup', { EndpointGroupArn: arn }).EndpointGroup;
  }

  /** `address:port -> acceleratorPort`, with `!` if it is allowed. */
  public mappings(groupArn: string): string[] {
    return this.api('ListCustomRoutingPortMappings', {
      AcceleratorArn: groupArn.split('/listener/')[0], EndpointGroupArn: groupArn, MaxResults: 20_000,
    }).PortMappings.map(({ DestinationSocketAddress, AcceleratorPort, DestinationTrafficState }: any) =>
      `${DestinationSocketAddress.IpAddress}:${DestinationSocketAddress.Port} -> ${AcceleratorPort}`
      + `${DestinationTrafficState === 'ALLOW' ? '!' : ''}`);
  }

  public allowed(groupArn: string): string[] {
    return this.mappings(groupArn).filter(mapping => mapping.endsWith('!')).map(mapping => mapping.split(' ')[0]);
  }

  /** ARNs of what exists of a type. */
  public existing(type: string): string[] {
    return this.simulator.inventory(this.clock.now()).filter(item => item.type === type).map(item => item.id);
  }

  public successful(operation: string): unknown[] {
    return this.dispatcher.calls.filter(call => call.operation === operation && call.outcome === 'success');
  }

  private token(): string {
    return `foreign-${++this.tokens}`;
  }
}

/** ARN of what an answer is about: its attributes have it, the physical id names the place. */
export function arnIn({ Data }: { readonly Data: Record<string, string> }): string {
  return Data.EndpointGroupArn ?? Data.ListenerArn ?? Data.AcceleratorArn;
}

/** One resource type and how the tests speak of it. */
export interface Kind {
  readonly type: string;
  readonly inventoryType: string;
  readonly createOperation: string;
  readonly deleteOperation: string;
  readonly attributes: string[];
  /** Another state that it can be brought to in place. */
  readonly change: Record<string, unknown>;
  /** What it stands on. */
  prepare(world: AcceleratorWorld): Record<string, unknown>;
  /** What somebody else has in its place. @returns its ARN */
  foreign(world: AcceleratorWorld, properties: Record<string, unknown>): string;
}

export const KINDS: [string, Kind][] = [
  ['CustomRoutingAccelerator', {
    type: CUSTOM_ROUTING_ACCELERATOR_TYPE,
    inventoryType: 'CustomRoutingAccelerator',
    createOperation: 'CreateCustomRoutingAccelerator',
    deleteOperation: 'DeleteCustomRoutingAccelerator',
    attributes: ['AcceleratorArn', 'DnsName', 'Ipv4Address1', 'Ipv4Address2', 'Name'],
    prepare: () => ({ Name: 'game' }),
    foreign: world => world.foreignAccelerator(),
    change: { Name: 'other' },
  }],
  ['CustomRoutingListener', {
    type: CUSTOM_ROUTING_LISTENER_TYPE,
    inventoryType: 'CustomRoutingListener',
    createOperation: 'CreateCustomRoutingListener',
    deleteOperation: 'DeleteCustomRoutingListener',
    attributes: ['ListenerArn'],
    prepare: world => ({ AcceleratorArn: world.foreignAccelerator(), ...PORTS }),
    foreign: (world, { AcceleratorArn }) => world.foreignListener(AcceleratorArn as string),
    change: { PortRanges: [{ FromPort: 10_001, ToPort: 13_000 }] },
  }],
  ['CustomRoutingEndpointGroup', {
    type: CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE,
    inventoryType: 'CustomRoutingEndpointGroup',
    createOperation: 'CreateCustomRoutingEndpointGroup',
    deleteOperation: 'DeleteCustomRoutingEndpointGroup',
    attributes: ['EndpointGroupArn'],
    prepare: world => ({
      ListenerArn: world.foreignListener(world.foreignAccelerator()),
      ...DESTINATIONS,
      Subnets: [{ SubnetId: 'subnet-a', Traffic: { Allow: 'LIST', Rules: [{ Addresses: ['10.0.0.5'], Ports: [7777] }] } }],
    }),
    foreign: (world, { ListenerArn }) => world.foreignGroup(ListenerArn as string),
    change: { Subnets: [{ SubnetId: 'subnet-a', Traffic: { Allow: 'ALL' } }, { SubnetId: 'subnet-b' }] },
  }],
];

/** A world and requests for one resource of a kind. */
export class KindWorld extends AcceleratorWorld {
  public readonly properties: Record<string, unknown>;

  constructor(public readonly kind: Kind, options: GlobalAcceleratorSimulatorOptions = {}, world: Partial<WorldOptions> = {}) {
    super(options, world);
    this.properties = kind.prepare(this);
  }

  public create(properties: object = {}, rest: object = {}): Promise<Answer> {
    return this.request(this.createOptions(properties, rest));
  }

  public createOptions(properties: object = {}, rest: object = {}) {
    return { operation: 'Create' as const, type: this.kind.type, properties: { ...this.properties, ...properties }, ...rest };
  }

  public update(physicalId: string, before: object, after: object, rest: object = {}): Promise<Answer> {
    return this.request(this.updateOptions(physicalId, before, after, rest));
  }

  public updateOptions(physicalId: string, before: object, after: object, rest: object = {}) {
    return {
      operation: 'Update' as const, type: this.kind.type, physicalId,
      oldProperties: { ...this.properties, ...before }, properties: { ...this.properties, ...after }, ...rest,
    };
  }

  public delete(physicalId: string, properties: object = {}, rest: object = {}): Promise<Answer> {
    return this.request({
      operation: 'Delete', type: this.kind.type, physicalId, properties: { ...this.properties, ...properties }, ...rest,
    });
  }

  /** A crash after which no invocation comes to anything, until it is taken back by the function that is returned. */
  public dieAt(crash: Crash): () => void {
    this.crashAt(crash);
    const world = this as unknown as { crash?: Crash; invoke(event: unknown): Promise<unknown> };
    const invoke = world.invoke.bind(this);
    const spy = jest.spyOn(world, 'invoke').mockImplementation(event => world.crash ? invoke(event) : new Promise(() => undefined));
    return () => spy.mockRestore();
  }

  /** Somebody deletes all of the kind by hand. */
  public async deleteOutside(): Promise<void> {
    for (const arn of this.all()) {
      if (this.kind.type === CUSTOM_ROUTING_ACCELERATOR_TYPE) {
        this.api('UpdateCustomRoutingAccelerator', { AcceleratorArn: arn, Enabled: false });
        await this.pass(60);
      }
      this.api(this.kind.deleteOperation, { [this.kind.attributes.find(name => name.endsWith('Arn'))!]: arn });
    }
    await this.pass(60);
  }

  /** ARNs of all of the kind. */
  public all(): string[] {
    return this.existing(this.kind.inventoryType);
  }
}
