import { Furnishing } from './furnishing';
import { OUR_TYPES } from './resource-kinds';
import { subnetsOf } from './subnets';
import { MappingCount, Timeline } from './timeline';
import { auroraDsqlProvisioners } from '../../sandbox/cloudformation/aurora-dsql-provisioners';
import { StackEvent } from '../../sandbox/cloudformation/stack';
import { transitGatewayProvisioners } from '../../sandbox/cloudformation/transit-gateway-provisioners';
import { workspacesProvisioners } from '../../sandbox/cloudformation/workspaces-provisioners';
import { Inventor } from '../../sandbox/inert/inventor';
import { Watch } from '../../sandbox/inert/lenient-registry';
import { InvocationFaults } from '../../sandbox/lambda/invocation-faults';
import { Sandbox } from '../../sandbox/sandbox';
import { AuroraDsqlSimulator } from '../../sandbox/services/aurora-dsql';
import { Interceptor } from '../../sandbox/services/dispatch';
import { GlobalAcceleratorSimulator } from '../../sandbox/services/global-accelerator';
import { InventoryItem, ServiceSimulator } from '../../sandbox/services/service';
import { TransitGatewaySimulator } from '../../sandbox/services/transit-gateway';
import { WorkSpacesSimulator } from '../../sandbox/services/workspaces';
import { GLOBAL_ACCELERATOR_REGION } from '../../src/wire/global-accelerator';

/** A port of an accelerator and where it leads. */
export interface PortMapping {
  readonly acceleratorPort: number;
  /** Address and port. */
  readonly destination: string;
  readonly allowed: boolean;
}

/** Ports of a listener. */
export interface PortRange {
  readonly FromPort: number;
  readonly ToPort: number;
}

export interface AccountOptions {
  readonly accountId: string;
  /** Accounts differ in their ids: 0 is the first one. */
  readonly seed: number;
  readonly partition: string;
  readonly infrastructure: ReadonlySet<string>;
  readonly inventor: Inventor;
  readonly directories?: readonly string[];
  readonly interceptor: Interceptor;
  readonly invocationFaults: InvocationFaults;
  /** What a resource fails with after all of its operation was done. */
  readonly failure: NonNullable<Watch['after']>;
  readonly onEvent: (event: StackEvent) => void;
  assetPath(objectKey: string): string | undefined;
}

/** Standby WorkSpaces of a Region; the quota of a new account is none. */
export const STANDBY_QUOTA = 1000;
const MAX_MAPPINGS = 20_000;
const UNUSABLE = /^(CREATING|DELETING|FAILED|PENDING|TERMINATING|TERMINATED|ERROR)$/;
const ASSET_KEY = /[0-9a-f]{64}\.json$/;
const READS = /^(Describe|Get|List)/;

/** One AWS account of the rehearsal, and what has existed in it from moment to moment. */
export class Account {
  public readonly sandbox: Sandbox;
  public readonly timeline = new Timeline();
  public readonly furnishing: Furnishing;
  public readonly workspaces: WorkSpacesSimulator;
  private readonly globalAccelerator: GlobalAcceleratorSimulator;
  private readonly transitGateway = new TransitGatewaySimulator();
  private readonly auroraDsql = new AuroraDsqlSimulator();
  /** Errors of the rehearsal itself, besides those of the sandbox. */
  private readonly own: Error[] = [];
  /** Until a call changes something. */
  private groups?: ReadonlyMap<string, MappingCount>;

  constructor(private readonly options: AccountOptions) {
    const { accountId, seed, partition, inventor, interceptor, invocationFaults, onEvent } = options;
    this.workspaces = new WorkSpacesSimulator({ standbyQuota: STANDBY_QUOTA, seed: seed || undefined });
    this.globalAccelerator = new GlobalAcceleratorSimulator({ seed, subnets: subnetsOf(() => this.sandbox.cloudFormation, inventor) });
    this.sandbox = new Sandbox({
      accountId,
      seed: seed + 1,
      partition,
      services: [this.workspaces, this.globalAccelerator, this.transitGateway, this.auroraDsql],
      provisioners: {
        ...workspacesProvisioners(this.workspaces), ...transitGatewayProvisioners(this.transitGateway), ...auroraDsqlProvisioners(this.auroraDsql),
      },
      interceptors: [interceptor],
      invocationFaults,
      onEvent: event => {
        this.look();
        onEvent(event);
      },
      lenient: {
        customResources: OUR_TYPES,
        infrastructure: options.infrastructure,
        inventor,
        missingAsset: key => options.assetPath(key),
        // A template that is missing among the assets is an error: our resources may be in it.
        hasTemplate: url => ASSET_KEY.test(url),
        watch: {
          before: (context, properties) => OUR_TYPES.has(context.type) && this.furnishing.furnish(context, properties),
          after: options.failure,
        },
      },
    });
    this.furnishing = new Furnishing({
      inventor,
      ses: this.sandbox.ses,
      systemsManager: this.sandbox.systemsManager,
      workspaces: this.workspaces,
      globalAccelerator: this.globalAccelerator,
      transitGateway: this.transitGateway,
      auroraDsql: this.auroraDsql,
      directories: options.directories,
      now: () => this.sandbox.clock.now(),
      identityArn: (region, name) => this.identityArn(region, name),
      isMade: physicalId => this.sandbox.cloudFormation.stacks.some(({ resources }) =>
        [...resources.values()].some(resource => resource.physicalId === physicalId)),
    });
    this.sandbox.simulators.forEach(simulator => this.observe(simulator));
  }

  /** Errors of the sandbox and of the rehearsal itself; there should be none. */
  public get defects(): Error[] {
    return [...this.sandbox.defects, ...this.own];
  }

  public get defectCount(): number {
    return this.defects.length + this.sandbox.lostResources.length;
  }

  /** Does what must not end the rehearsal: an error counts as a defect. */
  public attempt<T>(work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      this.own.push(error as Error);
      return otherwise;
    }
  }

  /** Ids of all that exists in the services that our resources are made in, with type and Region. */
  public inventory(): InventoryItem[] {
    const now = this.sandbox.clock.now();
    return this.sandbox.simulators.flatMap(simulator =>
      this.attempt(() => simulator.inventory(now), [])).map(item =>
      item.type === 'EmailIdentity' ? { ...item, id: this.identityArn(item.region, item.id) } : item);
  }

  /** SES knows an identity by its name, which is the same in each Region. */
  public identityArn(region: string, name: string): string {
    return `arn:${this.options.partition}:ses:${region}:${this.options.accountId}:identity/${name}`;
  }

  public mappings(endpointGroupArn: string): PortMapping[] {
    return this.attempt(() => this.listMappings(endpointGroupArn), []);
  }

  /** Undefined if there is no such listener. */
  public portRanges(listenerArn: string): readonly PortRange[] | undefined {
    const exists = this.inventory().some(({ id }) => id === listenerArn);
    return this.attempt(() => exists ? this.call('DescribeCustomRoutingListener', { ListenerArn: listenerArn }).Listener.PortRanges : undefined, undefined);
  }

  private listMappings(endpointGroupArn: string): PortMapping[] {
    const found: any[] = [];
    let NextToken: string | undefined;
    do {
      const page = this.call('ListCustomRoutingPortMappings', {
        AcceleratorArn: endpointGroupArn.split('/listener/')[0], EndpointGroupArn: endpointGroupArn, MaxResults: MAX_MAPPINGS, NextToken,
      });
      found.push(...page.PortMappings);
      NextToken = page.NextToken;
    } while (NextToken);
    return found.map(({ AcceleratorPort, DestinationSocketAddress, DestinationTrafficState }) => ({
      acceleratorPort: AcceleratorPort,
      destination: `${DestinationSocketAddress.IpAddress}:${DestinationSocketAddress.Port}`,
      allowed: DestinationTrafficState === 'ALLOW',
    }));
  }

  /** Takes note of what exists now. */
  public look(): void {
    const items = this.inventory();
    const ids = new Set(items.map(({ id }) => id));
    this.furnishing.remember(ids);
    this.groups ??= new Map(items.filter(({ type }) => type === 'CustomRoutingEndpointGroup').map(({ id, region }) =>
      [id, this.count(id, region)]));
    const usable = new Set(items.filter(({ state }) => !UNUSABLE.test(state)).map(({ id }) => id));
    this.timeline.add({ at: this.sandbox.clock.now(), ids, usable, groups: this.groups });
  }

  private count(endpointGroupArn: string, region: string): MappingCount {
    const mappings = this.mappings(endpointGroupArn);
    return { region, mappings: mappings.length, allowed: mappings.filter(({ allowed }) => allowed).length };
  }

  /** Looks after every call that may have changed something. */
  private observe({ operations }: ServiceSimulator): void {
    for (const [name, operation] of Object.entries(operations)) {
      const handle = operation.handle;
      operation.handle = (input, call) => {
        const output = handle(input, call);
        if (!READS.test(name)) {
          this.groups = undefined;
          this.look();
        }
        return output;
      };
    }
  }

  private call(operation: string, input: object): any {
    return this.globalAccelerator.operations[operation].handle(input, {
      partition: this.options.partition, accountId: this.options.accountId, region: GLOBAL_ACCELERATOR_REGION, now: this.sandbox.clock.now(), requestId: 'rehearsal',
    });
  }
}
