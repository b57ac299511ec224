import {
  GetCluster$, TagResource$, UntagResource$, UpdateCluster$, type TagResourceInput, type UntagResourceInput, type UpdateClusterInput,
} from '@aws-sdk/client-dsql';
import { GET_CLUSTER, TAG_RESOURCE, UNTAG_RESOURCE, UPDATE_CLUSTER } from './aurora-dsql-constraints';
import { RegionalRate } from './request-rate';
import { Call, InventoryItem, Operation, RequiredPermission, ServiceError, ServiceSimulator } from './service';
import type { RequestRate } from './token-bucket';

/** How long the changes of a cluster take. AWS documents none of these times. */
export interface AuroraDsqlSimulatorOptions {
  /** From the second side of a peering to ACTIVE, and from the creation of a cluster of one Region. @default 60 */
  readonly creationSeconds?: number;
  /** How long a cluster is UPDATING after it was told its peer, before the other side knows. @default 0 */
  readonly updateSeconds?: number;
  /** How long a Region does not show a new cluster. @default 0 */
  readonly invisibleSeconds?: number;
  /** How long a read does not show a change of peers. @default 0 */
  readonly peerLagSeconds?: number;
  /** How long a read does not show a change of tags. @default 0 */
  readonly tagLagSeconds?: number;
  /** @default 60 */
  readonly deletionSeconds?: number;
  /** Rate of all calls of an account and Region. @default unlimited */
  readonly requestRate?: RequestRate | 'unlimited';
}

/** A cluster that somebody creates: CloudFormation's native resource, or a person. */
export interface ClusterInput {
  readonly arn: string;
  /** @default - a cluster of one Region */
  readonly witnessRegion?: string;
  /** Milliseconds since the epoch. @default 0 */
  readonly at?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

interface Change<T> {
  readonly at: number;
  readonly value: T;
}

export interface StoredCluster {
  readonly arn: string;
  readonly witnessRegion?: string;
  readonly createdAt: number;
  /** The peer that it was told, the latest last. */
  readonly peers: Change<string | undefined>[];
  readonly tags: Change<Readonly<Record<string, string>>>[];
  /** It has been idle for so long that it is not ACTIVE. */
  resting?: 'IDLE' | 'INACTIVE';
  failed?: boolean;
  deletedAt?: number;
}

const NO_TAGS: Readonly<Record<string, string>> = {};
const ERRORS = ['ThrottlingException', 'ValidationException', 'AccessDeniedException', 'InternalServerException', 'ResourceNotFoundException'];

/** Clusters of Aurora DSQL, in all Regions of an account. */
export class AuroraDsqlSimulator implements ServiceSimulator {
  public readonly serviceId = 'DSQL';
  public readonly signingName = 'dsql';
  public readonly protocol = 'restJson1';
  public readonly validationError = 'ValidationException';
  public readonly operations: Record<string, Operation>;
  public readonly clusters = new Map<string, StoredCluster>();

  constructor(private readonly options: AuroraDsqlSimulatorOptions = {}) {
    const rate = new RegionalRate(options.requestRate ?? 'unlimited', () => new ServiceError('ThrottlingException', 'Rate exceeded.', 429));
    this.operations = rate.limit({
      GetCluster: {
        schema: GetCluster$,
        constraints: GET_CLUSTER,
        errors: ERRORS,
        permissions: ({ identifier }, call) => [this.permission('GetCluster', arnOf(identifier, call))],
        handle: ({ identifier }, call) => this.show(this.existing(arnOf(identifier, call), call), call.now),
      },
      UpdateCluster: {
        schema: UpdateCluster$,
        constraints: UPDATE_CLUSTER,
        errors: [...ERRORS, 'ConflictException'],
        permissions: (input: UpdateClusterInput, call) => this.permissionsToUpdate(input, call),
        handle: (input: UpdateClusterInput, call) => this.update(input, call),
      },
      TagResource: {
        schema: TagResource$,
        constraints: TAG_RESOURCE,
        errors: [...ERRORS, 'ServiceQuotaExceededException'],
        permissions: ({ resourceArn, tags = {} }: TagResourceInput) =>
          [this.permission('TagResource', resourceArn!, { 'aws:TagKeys': Object.keys(tags) })],
        handle: ({ resourceArn, tags }: TagResourceInput, call) =>
          this.setTags(resourceArn!, { ...this.tagsOf(resourceArn!), ...tags }, call.now, call),
      },
      UntagResource: {
        schema: UntagResource$,
        constraints: UNTAG_RESOURCE,
        errors: ERRORS,
        permissions: ({ resourceArn, tagKeys = [] }: UntagResourceInput) =>
          [this.permission('UntagResource', resourceArn!, { 'aws:TagKeys': tagKeys })],
        handle: ({ resourceArn, tagKeys = [] }: UntagResourceInput, call) => {
          const rest = Object.entries(this.tagsOf(resourceArn!)).filter(([key]) => !tagKeys.includes(key));
          this.setTags(resourceArn!, Object.fromEntries(rest), call.now, call);
        },
      },
    });
  }

  /** Somebody creates a cluster. */
  public create({ arn, at = 0, tags = NO_TAGS, witnessRegion }: ClusterInput): void {
    this.clusters.set(arn, { arn, witnessRegion, createdAt: at, peers: [], tags: [{ at: -Infinity, value: tags }] });
  }

  /** Somebody tells two clusters each other, past the API. */
  public peer(one: string, other: string, at = 0): void {
    this.clusters.get(one)!.peers.push({ at, value: other });
    this.clusters.get(other)?.peers.push({ at, value: one });
  }

  /** Somebody deletes it: its stack, or a person. */
  public remove(arn: string, now: number): void {
    const cluster = this.clusters.get(arn);
    if (cluster) {
      cluster.deletedAt ??= now;
    }
  }

  public statusOf(arn: string, now: number): string | undefined {
    const cluster = this.clusters.get(arn);
    return cluster && this.isThere(cluster, now) ? this.status(cluster, now) : undefined;
  }

  /** Its peer, whatever reads show. */
  public peerOf(arn: string): string | undefined {
    return this.clusters.get(arn)?.peers.at(-1)?.value;
  }

  /** The tags that it has, whatever reads show. */
  public tagsOf(arn: string): Readonly<Record<string, string>> {
    return this.clusters.get(arn)?.tags.at(-1)?.value ?? NO_TAGS;
  }

  public setTags(arn: string, tags: Readonly<Record<string, string>>, now: number, call?: Call): void {
    const cluster = call ? this.existing(arn, call) : this.clusters.get(arn)!;
    cluster.tags.push({ at: now, value: tags });
  }

  public inventory(now: number): InventoryItem[] {
    return [...this.clusters.values()].filter(({ deletedAt }) => deletedAt === undefined)
      .map(cluster => ({ type: 'DsqlCluster', region: cluster.arn.split(':')[3], id: cluster.arn, state: this.status(cluster, now) }));
  }

  private permission(action: string, arn: string, context: Record<string, string | string[]> = {}): RequiredPermission {
    const tags = Object.entries(this.tagsOf(arn)).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
    return { action: `dsql:${action}`, resources: [arn], context: { ...context, ...Object.fromEntries(tags) } };
  }

  /** The witness is asked for in its own Region, too; under which ARN is not documented. */
  private permissionsToUpdate({ identifier, multiRegionProperties }: UpdateClusterInput, call: Call): RequiredPermission[] {
    const { clusters = [], witnessRegion } = multiRegionProperties ?? {};
    const arn = arnOf(identifier, call);
    const witness = witnessRegion === undefined ? [] : [arn, arnOf(identifier, { ...call, region: witnessRegion })];
    return [
      this.permission('UpdateCluster', arn),
      ...clusters.length > 0 || witnessRegion !== undefined ? [this.permission('PutMultiRegionProperties', arn), this.permission('GetCluster', arn)] : [],
      ...clusters.length > 0 ? [arn, ...clusters].map(each => this.permission('AddPeerCluster', each)) : [],
      ...witness.map(each => this.permission('PutWitnessRegion', each, { 'dsql:WitnessRegion': witnessRegion! })),
    ];
  }

  private update({ identifier, multiRegionProperties: { clusters = [], witnessRegion } = {} }: UpdateClusterInput, call: Call): unknown {
    const cluster = this.existing(arnOf(identifier, call), call);
    const [peer, ...others] = clusters.filter(arn => arn !== cluster.arn);
    const known = this.peerOf(cluster.arn);
    if (witnessRegion !== cluster.witnessRegion || others.length > 0 || peer === undefined) {
      throw invalid(`Cluster ${identifier} can't have the witness ${witnessRegion} and the peers ${clusters.join(', ')}.`);
    }
    if (known !== peer) {
      const status = this.status(cluster, call.now);
      if (known !== undefined) {
        throw invalid(`Cluster ${identifier} is peered with ${known}.`);
      }
      if (status !== 'PENDING_SETUP') {
        throw new ServiceError('ConflictException', `Cluster ${identifier} is ${status}.`, 409);
      }
      cluster.peers.push({ at: call.now, value: peer });
    }
    return { identifier, arn: cluster.arn, status: this.status(cluster, call.now), creationTime: new Date(cluster.createdAt) };
  }

  private existing(arn: string, { now }: Call): StoredCluster {
    const cluster = this.clusters.get(arn);
    if (!cluster || !this.isThere(cluster, now) || now < cluster.createdAt + this.milliseconds('invisibleSeconds', 0)) {
      throw new ServiceError('ResourceNotFoundException', 'Cluster not found.', 404, { resourceId: arn.split('/').pop(), resourceType: 'cluster' });
    }
    return cluster;
  }

  private show(cluster: StoredCluster, now: number): unknown {
    const { arn, createdAt, witnessRegion } = cluster;
    const identifier = arn.split('/')[1];
    const peer = shown(cluster.peers, now - this.milliseconds('peerLagSeconds', 0));
    return {
      identifier, arn, status: this.status(cluster, now), creationTime: new Date(createdAt), deletionProtectionEnabled: false,
      // Its own ARN is among them.
      ...witnessRegion && { multiRegionProperties: { witnessRegion, clusters: [arn, ...peer ? [peer] : []] } },
      tags: { ...shown(cluster.tags, now - this.milliseconds('tagLagSeconds', 0)) },
      endpoint: `${identifier}.dsql.${arn.split(':')[3]}.on.aws`,
    };
  }

  private isThere(cluster: StoredCluster, now: number): boolean {
    const end = this.deletionBegins(cluster);
    return end === undefined || now < end + this.milliseconds('deletionSeconds', 60);
  }

  /** Of two that are peered, the first one that is deleted waits for the other one. */
  private deletionBegins({ arn, deletedAt }: StoredCluster): number | undefined {
    const partner = this.partner(arn);
    if (deletedAt === undefined || !partner) {
      return deletedAt;
    }
    return partner.deletedAt === undefined ? Infinity : Math.max(deletedAt, partner.deletedAt);
  }

  private status(cluster: StoredCluster, now: number): string {
    const { createdAt, deletedAt, failed, resting, witnessRegion } = cluster;
    if (deletedAt !== undefined) {
      return now < this.deletionBegins(cluster)! ? 'PENDING_DELETE' : 'DELETING';
    }
    if (failed) {
      return 'FAILED';
    }
    const since = witnessRegion === undefined ? createdAt : this.peeredAt(cluster);
    if (since === undefined) {
      return now < (cluster.peers.at(-1)?.at ?? -Infinity) + this.milliseconds('updateSeconds', 0) ? 'UPDATING' : 'PENDING_SETUP';
    }
    return now < since + this.milliseconds('creationSeconds', 60) ? 'CREATING' : resting ?? 'ACTIVE';
  }

  /** When both knew each other. */
  private peeredAt({ arn, peers }: StoredCluster): number | undefined {
    const partner = this.partner(arn);
    return partner && Math.max(peers.at(-1)!.at, partner.peers.at(-1)!.at);
  }

  /** The cluster that it knows and that knows it. */
  private partner(arn: string): StoredCluster | undefined {
    const peer = this.clusters.get(this.peerOf(arn) ?? '');
    return peer && this.peerOf(peer.arn) === arn ? peer : undefined;
  }

  private milliseconds(option: Exclude<keyof AuroraDsqlSimulatorOptions, 'requestRate'>, otherwise: number): number {
    return (this.options[option] ?? otherwise) * 1000;
  }
}

function shown<T>(changes: readonly Change<T>[], asOf: number): T | undefined {
  return changes.filter(({ at }) => at <= asOf).at(-1)?.value;
}

function arnOf(identifier: string | undefined, { accountId, partition, region }: Call): string {
  return `arn:${partition}:dsql:${region}:${accountId}:cluster/${identifier}`;
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message, 400, { reason: 'other' });
}
