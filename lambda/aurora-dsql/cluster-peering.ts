import type { Cluster, Clusters } from './client';
import { arnsOf, attributesOf, SEPARATOR, type ClusterPair } from './cluster-pair';
import { elsewhere, failure, hasPeer, isGone, isServing, lost, notOwned, obstacleBetween, regionOf, regionProblem, witnessProblem } from './cluster-problems';
import { DSQL_CLUSTER_ARN, type DsqlClusterPeeringProperties } from '../../src/wire/aurora-dsql';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { hasName, ResourceError } from '../lifecycle/errors';
import { waiting, type Attributes, type Waiting } from '../lifecycle/handler';
import type { Adoption, Change, Created, Loss, ManagedResource, Observation, Phase, ResourceModel, Scope, Timing } from '../lifecycle/model';
import { sha256 } from '../lifecycle/ownership';
import { PropertyReader, REGION_RULE } from '../lifecycle/properties';
import { inRegion } from '../lifecycle/region-error';
import type { RawProperties } from '../lifecycle/request';

const POLL_SECONDS = 15;
const SOON_SECONDS = 5;
/** A cluster may be created by the same deployment, in another Region; one that is still missing after this is taken for misspelt. */
const MISSING_SECONDS = 90;
/** Between our tags on the clusters and the look that shows whether another resource has put its own on them. */
const CLAIM_SECONDS = 2;
/** So long the tags of a cluster may not show a change. */
const TAG_LAG_SECONDS = 30;
/** So long a cluster may not show the peer that it was told. */
const PEER_LAG_SECONDS = 60;
/** Terraform looks twice, too, before it believes ACTIVE. */
const CONFIRM = { milliseconds: 2000, untilAgeSeconds: 30 * 60 };

export interface PeeringDeclaration {
  readonly clusterArn: string;
  readonly peerClusterArn: string;
  readonly witnessRegion: string;
}

/**
 * `Custom::DsqlClusterPeering`. Its place is the two clusters, which are somebody else's. Ours is that they are peered: a tag on both says
 * whose the peering is. AWS documents no way back to two clusters that could be used, so that a Delete takes away the tags only.
 */
export class DsqlClusterPeeringModel implements ResourceModel<PeeringDeclaration, ClusterPair> {
  public readonly noun = 'peering';
  public readonly defaultTimeoutSeconds = 30 * 60;
  public readonly timing: Timing = { unseenSeconds: 60, missSeconds: SOON_SECONDS, misses: 4, absentSeconds: 10, confirm: CONFIRM };

  /** The clusters are somebody else's, so that there is nothing to create again. */
  public readonly loss: Loss<PeeringDeclaration> = {
    error: place => new ResourceError(lost(arnsOf(place))),
    attributes: (_place, _hint, { clusterArn, peerClusterArn }) => attributesOf([clusterArn, peerClusterArn], [undefined, undefined]),
  };

  constructor(private readonly clustersIn: (region: string) => Clusters) {}

  public parse(raw: RawProperties): PeeringDeclaration {
    const reader = new PropertyReader<DsqlClusterPeeringProperties>(raw).schema();
    const declaration = {
      clusterArn: reader.string('ClusterArn', DSQL_CLUSTER_ARN),
      peerClusterArn: reader.string('PeerClusterArn', DSQL_CLUSTER_ARN),
      witnessRegion: reader.string('WitnessRegion', REGION_RULE),
    };
    reader.optionalString('Adopt', DSQL_CLUSTER_ARN);
    reader.end();
    const message = regionProblem([declaration.clusterArn, declaration.peerClusterArn], declaration.witnessRegion);
    if (message) {
      throw new ResourceError(message);
    }
    return declaration;
  }

  /** The same whichever of the two is named first. */
  public placeOf({ ClusterArn, PeerClusterArn }: RawProperties): string | undefined {
    const arns = [ClusterArn, PeerClusterArn].filter((arn): arn is string => typeof arn === 'string' && DSQL_CLUSTER_ARN.pattern.test(arn));
    return arns.length === 2 ? arns.sort().join(SEPARATOR) : undefined;
  }

  public check({ clusterArn, peerClusterArn }: PeeringDeclaration, { location }: Scope): void {
    const message = elsewhere([clusterArn, peerClusterArn], location);
    if (message) {
      throw new ResourceError(message);
    }
  }

  /** A cluster is at work on another change. */
  public isRetryable(error: unknown): boolean {
    return hasName(error, 'ConflictException');
  }

  public at(place: string, scope: Scope): ManagedResource<PeeringDeclaration, ClusterPair> {
    return new PeeringOf(arn => inRegion(regionOf(arn), scope.paced(this.clustersIn(regionOf(arn)))), arnsOf(place), scope);
  }
}

/** The peering of two clusters. */
class PeeringOf implements ManagedResource<PeeringDeclaration, ClusterPair> {
  public readonly adoption: Adoption<PeeringDeclaration, ClusterPair> = {
    identityOf: () => this.arns[0],
    find: async identifier => {
      if (!this.arns.includes(identifier)) {
        throw new ResourceError(`'adopt' is ${identifier}, but the peering is declared for ${this.words}. Let it be the ARN of one of the two.`);
      }
      const found = await this.getBoth();
      return found.some(isGone) ? undefined : found;
    },
    differences: (found, { witnessRegion }) => [obstacleBetween(found, { arns: this.arns, witnessRegion })?.replace(/\.$/, '') ?? ''].filter(Boolean),
    take: async () => {
      for (const arn of this.arns) {
        await this.tag(arn);
      }
    },
  };

  constructor(
    private readonly clustersOf: (arn: string) => Clusters, private readonly arns: readonly [string, string], private readonly scope: Scope,
  ) {}

  public async look(): Promise<Observation<ClusterPair>> {
    const { memory, operation, owner } = this.scope;
    const found = await this.getBoth();
    // What was released may show its tags a while longer, and be somebody else's by then.
    if (memory.released === this.arns.join(SEPARATOR)) {
      return { is: 'absent' };
    }
    const present = found.filter((cluster): cluster is Cluster => !isGone(cluster));
    if (operation !== 'Delete' && present.length < 2) {
      return this.notSeen();
    }
    const foreign = present.find(({ tags }) => tags[OWNER_TAG_KEY] !== undefined && tags[OWNER_TAG_KEY] !== owner);
    const isOurs = present.some(({ tags }) => tags[OWNER_TAG_KEY] === owner);
    if (foreign && !(isOurs && operation === 'Delete')) {
      return { is: 'foreign', refusal: notOwned(foreign) };
    }
    return isOurs ? { is: 'ours', thing: found } : this.unclaimed(present);
  }

  public async obstacle({ witnessRegion }: PeeringDeclaration): Promise<string | undefined> {
    return obstacleBetween(await this.getBoth(), { arns: this.arns, witnessRegion });
  }

  /**
   * Only the tags, so that a peering of ours can be told from everybody else's at any time: who sees his own peers. The first tag is enough for
   * that. Of two that tag at the same moment the later one does.
   */
  public async create(): Promise<Created<ClusterPair>> {
    for (const arn of this.arns) {
      const { [OWNER_TAG_KEY]: owner = this.scope.owner } = (await this.clustersOf(arn).get(arn))?.tags ?? {};
      if (owner !== this.scope.owner) {
        return 'taken';
      }
    }
    await this.tag(this.arns[0]);
    return { waiting: waiting(`the tag on cluster ${this.arns[0]}`, CLAIM_SECONDS) };
  }

  public phase(found: ClusterPair, _: PeeringDeclaration, isHeld: boolean): Phase {
    const clusters = found.map(cluster => cluster!);
    const message = clusters.map(failure).find(Boolean);
    if (message) {
      return { is: 'failed', message };
    }
    const isReady = clusters.every(cluster => isServing(cluster) || (isHeld && cluster.status === 'UPDATING'));
    return isReady && this.unpeered(clusters) === undefined ? { is: 'ready' } : { is: 'pending', waiting: this.untilActive(clusters) };
  }

  public async change(found: ClusterPair, { witnessRegion }: PeeringDeclaration): Promise<Change | undefined> {
    const clusters = found.map(cluster => cluster!);
    const untagged = clusters.find(({ tags }) => tags[OWNER_TAG_KEY] === undefined);
    if (untagged) {
      return { kind: 'apply', waiting: waiting(`the tag on cluster ${untagged.arn}`, CLAIM_SECONDS), apply: () => this.tag(untagged.arn) };
    }
    const cluster = this.unpeered(clusters);
    if (cluster && isServing(cluster) && this.mayShowPeer(cluster)) {
      return { kind: 'wait', waiting: { ...this.untilActive(clusters), seconds: SOON_SECONDS } };
    }
    const problem = cluster ? obstacleBetween(found, { arns: this.arns, witnessRegion })
      : clusters.map(each => witnessProblem(each, witnessRegion)).find(Boolean);
    if (problem) {
      throw new ResourceError(problem);
    }
    return cluster?.status === 'PENDING_SETUP'
      ? { kind: 'apply', waiting: { ...this.untilActive(clusters), seconds: SOON_SECONDS }, apply: () => this.peer(cluster, witnessRegion) } : undefined;
  }

  /** Takes the tags away that say whose it is. The clusters stay peered: that ends when they are deleted, by whoever declares them. */
  public async remove(found: ClusterPair): Promise<Waiting> {
    const { log, owner, remember } = this.scope;
    for (const cluster of found) {
      if (cluster && !isGone(cluster) && cluster.tags[OWNER_TAG_KEY] === owner) {
        await this.clustersOf(cluster.arn).untag(cluster.arn, [OWNER_TAG_KEY]);
      }
    }
    remember({ released: this.arns.join(SEPARATOR) });
    log.write('INFO', 'Left the clusters peered as they are: AWS knows no way to part them but to delete them', { clusters: this.arns });
    return waiting(`the tags of ${this.words} to go away`, 1);
  }

  public attributes(found: ClusterPair, { clusterArn, peerClusterArn }: PeeringDeclaration): Attributes {
    return attributesOf([clusterArn, peerClusterArn], clusterArn === this.arns[0] ? found : [found[1], found[0]]);
  }

  private async getBoth(): Promise<ClusterPair> {
    return Promise.all([this.clustersOf(this.arns[0]).get(this.arns[0]), this.clustersOf(this.arns[1]).get(this.arns[1])]);
  }

  private tag(arn: string): Promise<void> {
    return this.clustersOf(arn).tag(arn, { [OWNER_TAG_KEY]: this.scope.owner });
  }

  private async peer({ arn }: Cluster, witnessRegion: string): Promise<void> {
    await this.clustersOf(arn).peer(arn, this.peerOf(arn), witnessRegion, sha256(`${this.scope.requestId}/${arn}`));
    this.scope.log.write('INFO', 'Peered the cluster', { cluster: arn, peer: this.peerOf(arn), witnessRegion });
  }

  /** The first of the two that does not know the other one yet. */
  private unpeered(clusters: readonly Cluster[]): Cluster | undefined {
    return clusters.find(cluster => !hasPeer(cluster, this.peerOf(cluster.arn)));
  }

  /** A cluster that serves has had a peer: a read may be behind. */
  private mayShowPeer({ peers }: Cluster): boolean {
    const { clock, memory, remember } = this.scope;
    const missedAt = Number(memory.peerMissedAt || clock.now());
    remember({ peerMissedAt: missedAt });
    return peers.length === 0 && clock.now() < missedAt + PEER_LAG_SECONDS * 1000;
  }

  private notSeen(): Observation<ClusterPair> {
    const { clock, requestedAt } = this.scope;
    return clock.now() >= requestedAt + MISSING_SECONDS * 1000 ? { is: 'absent' }
      : { is: 'unclear', waiting: waiting(`${this.words} to show up`, SOON_SECONDS) };
  }

  /** Nobody's. A Delete may follow the create so soon that our tags do not show yet. */
  private unclaimed(present: readonly Cluster[]): Observation<ClusterPair> {
    const { clock, operation, requestedAt } = this.scope;
    return operation === 'Delete' && present.length > 0 && clock.now() < requestedAt + TAG_LAG_SECONDS * 1000
      ? { is: 'unclear', waiting: waiting(`the tags of ${this.words}`, SOON_SECONDS) } : { is: 'absent' };
  }

  private untilActive(clusters: readonly Cluster[]): Waiting {
    return waiting(`${this.words} to become ACTIVE (they are ${clusters.map(({ status }) => status).join(' and ')})`, POLL_SECONDS);
  }

  private peerOf(arn: string): string {
    return arn === this.arns[0] ? this.arns[1] : this.arns[0];
  }

  private get words(): string {
    return `clusters ${this.arns.join(' and ')}`;
  }
}
