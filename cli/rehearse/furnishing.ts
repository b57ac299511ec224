import { adoptedBy } from './adopted';
import { ProvisioningContext } from '../../sandbox/cloudformation/provisioner';
import { JsonObject } from '../../sandbox/cloudformation/template';
import { Inventor } from '../../sandbox/inert/inventor';
import { AuroraDsqlSimulator } from '../../sandbox/services/aurora-dsql';
import { GlobalAcceleratorSimulator } from '../../sandbox/services/global-accelerator';
import { SesSimulator } from '../../sandbox/services/ses';
import { SystemsManagerSimulator } from '../../sandbox/services/systems-manager';
import { TransitGatewaySimulator } from '../../sandbox/services/transit-gateway';
import { WorkSpacesSimulator } from '../../sandbox/services/workspaces';
import { DSQL_CLUSTER_PEERING_TYPE } from '../../src/wire/aurora-dsql';
import { GLOBAL_ACCELERATOR_REGION, CUSTOM_ROUTING_PORT_LOOKUP_TYPE } from '../../src/wire/global-accelerator';
import { MULTI_REGION_ENDPOINT_LOOKUP_TYPE, REPLICA_EMAIL_IDENTITY_TYPE } from '../../src/wire/ses';
import { STANDBY_WORKSPACE_LOOKUP_TYPE } from '../../src/wire/workspaces';

export interface FurnishingOptions {
  readonly inventor: Inventor;
  readonly ses: SesSimulator;
  readonly systemsManager: SystemsManagerSimulator;
  readonly workspaces: WorkSpacesSimulator;
  readonly globalAccelerator: GlobalAcceleratorSimulator;
  readonly transitGateway: TransitGatewaySimulator;
  readonly auroraDsql: AuroraDsqlSimulator;
  /** Ids of the directories that exist. @default - each that the app names */
  readonly directories?: readonly string[];
  now(): number;
  identityArn(region: string, name: string): string;
  /** Whether a stack of the app has made what has this physical id. */
  isMade(physicalId: string): boolean;
}

const ACCELERATOR = /^arn:[^:]+:globalaccelerator::\d{12}:accelerator\/[^/]+/;
/** Of a listener that is not in the app: nobody knows them, and they must not be in the way of the app's own. */
const LISTENER_PORTS = { FromPort: 40_000, ToPort: 64_999 };
const READ_PORTS = { FromPort: 65_000, ToPort: 65_535 };
const SECONDARY_REGIONS = ['us-east-1', 'us-west-2'];

/** Puts into the account what a custom resource of ours takes for granted, and what the app does not make itself. */
export class Furnishing {
  /** Ids of what was put there. */
  public readonly ids = new Set<string>();
  /** Everything that ever was there: what the app has deleted must not come back. */
  private readonly ever = new Set<string>();

  constructor(private readonly options: FurnishingOptions) {}

  /** Takes note of what exists now. */
  public remember(ids: Iterable<string>): void {
    for (const id of ids) {
      this.ever.add(id);
    }
  }

  public furnish(context: ProvisioningContext, properties: JsonObject): void {
    const { type, region, partition, accountId } = context;
    // Before the alias, which is made up without an association otherwise; listeners and groups before the accelerator that they need.
    adoptedBy(context, properties, this.options).filter(({ kind, id, key }) => this.put(kind, id, region, key)).forEach(({ seed }) => seed());
    const { AcceleratorArn, ListenerArn, EndpointGroupArn, DirectoryId, AliasId, EndpointName } = properties;
    [AcceleratorArn, ListenerArn, EndpointGroupArn].filter(arn => typeof arn === 'string')
      .forEach(arn => this.accelerator(arn, type, properties, { partition, accountId }));
    if (typeof DirectoryId === 'string') {
      this.directory(region, DirectoryId);
    }
    [properties.PrimaryWorkspaceId, properties.PrimaryWorkspaceIds].flat().filter(id => typeof id === 'string')
      .forEach(id => this.primary(String(properties.PrimaryRegion), id));
    if (typeof AliasId === 'string') {
      this.alias(region, AliasId);
    }
    if (type === MULTI_REGION_ENDPOINT_LOOKUP_TYPE && typeof EndpointName === 'string') {
      this.endpoint(region, EndpointName);
    }
    if (type === REPLICA_EMAIL_IDENTITY_TYPE) {
      this.parentIdentity(String(properties.ParentRegion), String(properties.EmailIdentity));
    }
    if (type === STANDBY_WORKSPACE_LOOKUP_TYPE) {
      this.standby(region, properties);
    }
    if (typeof properties.TransitGatewayAttachmentId === 'string') {
      this.attachment(region, properties.TransitGatewayAttachmentId);
    }
    if (type === DSQL_CLUSTER_PEERING_TYPE) {
      [properties.ClusterArn, properties.PeerClusterArn].forEach(arn => this.cluster(String(arn), String(properties.WitnessRegion)));
    }
  }

  /** It waits for its peer. */
  private cluster(arn: string, witnessRegion: string): void {
    const { auroraDsql } = this.options;
    if (!auroraDsql.clusters.has(arn) && this.put('Aurora DSQL cluster', arn)) {
      auroraDsql.create({ arn, witnessRegion });
    }
  }

  /** Requested by somebody else in another Region. */
  private attachment(region: string, id: string): void {
    const { transitGateway } = this.options;
    if (transitGateway.stateOf(id, this.options.now()) === undefined && this.put('peering attachment', id, region)) {
      transitGateway.request({
        id, requester: { region: SECONDARY_REGIONS.find(other => other !== region)!, transitGatewayId: 'tgw-peer' },
        accepter: { region, transitGatewayId: 'tgw-here' },
      });
    }
  }

  private accelerator(arn: string, type: string, properties: JsonObject, account: { partition: string; accountId: string }): void {
    const { globalAccelerator } = this.options;
    const [root] = ACCELERATOR.exec(arn) ?? [];
    if (root === undefined || (this.ever.has(root) && !this.ids.has(root)) || !this.put('accelerator', arn)) {
      return;
    }
    this.ids.add(root);
    const lookup = type === CUSTOM_ROUTING_PORT_LOOKUP_TYPE;
    const port = Number(properties.Port);
    const region = lookup ? SECONDARY_REGIONS[0] : undefined;
    const portRanges = [lookup ? READ_PORTS : LISTENER_PORTS];
    globalAccelerator.seed({ arn, region, portRanges, destinations: lookup ? [{ FromPort: port, ToPort: port, Protocols: ['TCP', 'UDP'] }] : [] });
    if (lookup) {
      globalAccelerator.operations.AddCustomRoutingEndpoints.handle(
        { EndpointGroupArn: arn, EndpointConfigurations: [{ EndpointId: properties.SubnetId }] },
        { ...account, region: GLOBAL_ACCELERATOR_REGION, now: this.options.now(), requestId: 'furnishing' });
    }
  }

  private directory(region: string, directoryId: string): void {
    const { directories, workspaces } = this.options;
    const isKnown = directories ? directories.includes(directoryId) && this.put(undefined, directoryId) : this.put('directory', directoryId, region);
    if (isKnown) {
      workspaces.seedDirectory({ region, directoryId });
    }
  }

  private primary(region: string, workspaceId: string): void {
    if (!this.options.workspaces.has(region, workspaceId) && this.put('WorkSpace', workspaceId, region)) {
      this.options.workspaces.seedWorkspace({
        region, workspaceId, directoryId: `d-of-${region}`, userName: `user-of-${workspaceId}`,
      });
    }
  }

  private alias(region: string, aliasId: string): void {
    if (this.put('connection alias', aliasId, region)) {
      this.options.workspaces.seedConnectionAlias({ region, aliasId, connectionString: `${aliasId}.example.com` });
    }
  }

  private endpoint(region: string, name: string): void {
    if (this.put('multi-Region endpoint', name, region)) {
      this.options.ses.seed({ region, name, secondaryRegion: SECONDARY_REGIONS.find(other => other !== region)! });
    }
  }

  private parentIdentity(region: string, name: string): void {
    const { identities } = this.options.ses;
    if (!identities.find(region, name) && this.put('identity', name, region, this.options.identityArn(region, name))) {
      identities.seed({ region, name });
    }
  }

  private standby(region: string, { PrimaryRegion, PrimaryWorkspaceId, DirectoryId }: JsonObject): void {
    const primary = { region: String(PrimaryRegion), workspaceId: String(PrimaryWorkspaceId) };
    const workspaceId = `ws-standby${primary.workspaceId.slice(3)}`;
    if (!this.hasStandby(region, primary.workspaceId) && this.put('standby WorkSpace', workspaceId, region)) {
      this.options.workspaces.seedWorkspace({
        region, workspaceId, directoryId: String(DirectoryId), userName: `user-of-${primary.workspaceId}`, primary,
      });
    }
  }

  /** Whether the app has made a standby of this primary. */
  private hasStandby(region: string, primaryId: string): boolean {
    const { workspaces, now } = this.options;
    return workspaces.inventory(now()).some(item =>
      item.type === 'StandbyWorkspace' && item.region === region && workspaces.primaryOf(region, item.id) === primaryId);
  }

  /**
   * @param kind undefined for what was given, and is not made up
   * @param key the id by which the inventory has it
   * @returns whether it was not there, and never has been
   */
  private put(kind: string | undefined, id: string, region?: string, key: string = id): boolean {
    if (this.ever.has(key) || this.ids.has(key)) {
      return false;
    }
    this.ids.add(key);
    if (kind !== undefined && !this.options.isMade(id)) {
      this.options.inventor.note(kind, id, region === undefined ? 'exists' : `exists in ${region}`);
    }
    return true;
  }
}
