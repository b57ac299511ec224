import { pause, Provisioned, ProvisioningContext, ProvisioningError, ResourceProvisioner } from './provisioner';
import { JsonObject } from './template';
import type { AuroraDsqlSimulator } from '../services/aurora-dsql';

const POLL_MILLISECONDS = 5000;
const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** Whether a deletion waits for that of the peer is not documented, and makes the difference between one stack after the other and both at once. */
export interface AuroraDsqlProvisionerOptions {
  /** @default false - it is complete as soon as the cluster is PENDING_DELETE */
  readonly waitsForPeer?: boolean;
}

/** The resource type of clusters, with effect on the simulator. */
export function auroraDsqlProvisioners(
  simulator: AuroraDsqlSimulator, options: AuroraDsqlProvisionerOptions = {},
): Record<string, ResourceProvisioner> {
  return { 'AWS::DSQL::Cluster': new ClusterProvisioner(simulator, options) };
}

/** Complete when the cluster is ACTIVE, or waits for its peer. */
class ClusterProvisioner implements ResourceProvisioner {
  constructor(private readonly simulator: AuroraDsqlSimulator, private readonly options: AuroraDsqlProvisionerOptions) {}

  public async create(context: ProvisioningContext, properties: JsonObject): Promise<Provisioned> {
    const { accountId, clock, partition, random, region } = context;
    const id = random.text(26, ID_CHARACTERS);
    const arn = `arn:${partition}:dsql:${region}:${accountId}:cluster/${id}`;
    const { WitnessRegion } = multiRegionProperties(properties);
    this.simulator.create({ arn, at: clock.now(), witnessRegion: WitnessRegion as string | undefined, tags: tagsOf(properties) });
    context.identify(id);
    this.tellPeer(context, arn, properties);
    while (!['ACTIVE', 'PENDING_SETUP'].includes(this.simulator.statusOf(arn, clock.now())!)) {
      await pause(context, POLL_MILLISECONDS);
    }
    return this.provisioned(context, arn);
  }

  /** Others' tags stay. */
  public async update(context: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject): Promise<Provisioned> {
    const arn = this.arnOf(context, physicalId);
    const declaredBefore = Object.keys(tagsOf(oldProperties));
    const others = Object.entries(this.simulator.tagsOf(arn)).filter(([key]) => !declaredBefore.includes(key));
    this.simulator.setTags(arn, { ...Object.fromEntries(others), ...tagsOf(properties) }, context.clock.now());
    this.tellPeer(context, arn, properties);
    return this.provisioned(context, arn);
  }

  public async delete(context: ProvisioningContext, physicalId: string, properties: JsonObject): Promise<void> {
    const { clock } = context;
    const arn = this.arnOf(context, physicalId);
    if (![false, 'false'].includes(properties.DeletionProtectionEnabled as boolean | string)) {
      throw new ProvisioningError(`Cluster ${physicalId} has deletion protection enabled.`);
    }
    this.simulator.remove(arn, clock.now());
    const waitsIn = this.options.waitsForPeer ? ['DELETING', 'PENDING_DELETE'] : ['DELETING'];
    while (waitsIn.includes(this.simulator.statusOf(arn, clock.now()) ?? '')) {
      await pause(context, POLL_MILLISECONDS);
    }
  }

  private tellPeer({ clock }: ProvisioningContext, arn: string, properties: JsonObject): void {
    const [peer] = [multiRegionProperties(properties).Clusters ?? []].flat().filter(cluster => cluster !== arn);
    if (peer !== undefined && this.simulator.peerOf(arn) !== peer) {
      this.simulator.clusters.get(arn)!.peers.push({ at: clock.now(), value: String(peer) });
    }
  }

  private arnOf({ accountId, partition, region }: ProvisioningContext, id: string): string {
    return `arn:${partition}:dsql:${region}:${accountId}:cluster/${id}`;
  }

  private provisioned({ clock, region }: ProvisioningContext, arn: string): Provisioned {
    const id = arn.split('/')[1];
    return {
      physicalId: id,
      attributes: {
        Identifier: id,
        ResourceArn: arn,
        Endpoint: `${id}.dsql.${region}.on.aws`,
        Status: this.simulator.statusOf(arn, clock.now()) ?? 'DELETED',
        CreationTime: new Date(this.simulator.clusters.get(arn)?.createdAt ?? 0).toISOString(),
        VpcEndpointServiceName: `com.amazonaws.${region}.dsql-sandbox`,
      },
    };
  }
}

function multiRegionProperties({ MultiRegionProperties }: JsonObject): JsonObject {
  return (MultiRegionProperties ?? {}) as JsonObject;
}

function tagsOf({ Tags }: JsonObject): Record<string, string> {
  return Object.fromEntries(((Tags ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
}
