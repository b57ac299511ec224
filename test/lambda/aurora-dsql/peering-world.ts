import { SdkClusters } from '../../../lambda/aurora-dsql/client';
import { auroraDsqlHandlers } from '../../../lambda/aurora-dsql/handlers';
import { AuroraDsqlSimulator, type AuroraDsqlSimulatorOptions, type ClusterInput } from '../../../sandbox/services/aurora-dsql';
import { DSQL_CLUSTER_PEERING_TYPE } from '../../../src/wire/aurora-dsql';
import { ACCOUNT, World, type Answer, type RequestOptions, type WorldOptions } from '../world';

export const WITNESS = 'us-west-2';
export const ONE = arnIn('us-east-1', 'a');
export const TWO = arnIn('us-east-2', 'b');
export const THREE = arnIn('us-east-2', 'c');
/** The physical id: the same whichever of the two is named first. */
export const PHYSICAL_ID = `peering/${ONE},${TWO}`;

/** ARN of a cluster with an id of one letter. */
export function arnIn(region: string, letter: string, account = ACCOUNT): string {
  return `arn:aws:dsql:${region}:${account}:cluster/${letter.repeat(26)}`;
}

/** An account with two clusters that wait for their peer since long ago. */
export class PeeringWorld {
  public readonly simulator: AuroraDsqlSimulator;
  public readonly world: World;

  constructor(options: AuroraDsqlSimulatorOptions = {}, more: Partial<WorldOptions> = {}) {
    this.simulator = new AuroraDsqlSimulator(options);
    this.world = new World({
      simulators: [this.simulator], region: 'us-east-1', ...more,
      handlers: client => auroraDsqlHandlers(region => new SdkClusters(client('DSQL', region))),
    });
  }

  public cluster(arn: string, more: Partial<ClusterInput> = {}): this {
    this.simulator.create({ arn, witnessRegion: WITNESS, ...more });
    return this;
  }

  public clusters(tags: Record<string, string> = {}): this {
    return this.cluster(ONE, { tags }).cluster(TWO, { tags });
  }

  public peered(tags: Record<string, string> = {}): this {
    this.clusters(tags).simulator.peer(ONE, TWO);
    return this;
  }

  public create(properties: object = {}, options: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.world.request({ operation: 'Create', type: DSQL_CLUSTER_PEERING_TYPE, properties: declared(properties), ...options });
  }

  public update(properties: object, before: object = {}, options: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.world.request({
      operation: 'Update', type: DSQL_CLUSTER_PEERING_TYPE, physicalId: PHYSICAL_ID, properties: declared(properties), oldProperties: declared(before), ...options,
    });
  }

  public delete(properties: object = {}, options: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.world.request({ operation: 'Delete', type: DSQL_CLUSTER_PEERING_TYPE, physicalId: PHYSICAL_ID, properties: declared(properties), ...options });
  }

  public status(...arns: string[]): (string | undefined)[] {
    return (arns.length > 0 ? arns : [ONE, TWO]).map(arn => this.simulator.statusOf(arn, this.world.clock.now()));
  }

  public tags(...arns: string[]): Readonly<Record<string, string>>[] {
    return (arns.length > 0 ? arns : [ONE, TWO]).map(arn => this.simulator.tagsOf(arn));
  }
}

export function declared(properties: object): Record<string, unknown> {
  return { ClusterArn: ONE, PeerClusterArn: TWO, WitnessRegion: WITNESS, ...properties };
}
