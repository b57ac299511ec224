import { SdkClusters } from '../../../lambda/aurora-dsql/client';
import { auroraDsqlHandlers } from '../../../lambda/aurora-dsql/handlers';
import { AURORA_DSQL_RATE } from '../../../lambda/aurora-dsql/rate';
import { AuroraDsqlSimulator, type StoredCluster } from '../../../sandbox/services/aurora-dsql';
import { ServiceError, type Call } from '../../../sandbox/services/service';
import { DSQL_CLUSTER_PEERING_TYPE } from '../../../src/wire/aurora-dsql';
import { OWNER_TAG_KEY, SCHEMA_VERSION } from '../../../src/wire/lifecycle';
import { pick, tagsWithout, type AdoptableThings } from '../adoptable';
import type { Dice } from '../dice';
import { ACCOUNT, REGION, type ClientFactory, type ResourceKind, type ServiceModel, type SimulatedService, type Thing } from '../resource-kind';

const WITNESS = 'eu-west-2';
const PEER_REGION = 'eu-central-1';
/** Somebody has created them, in pairs that know nothing of each other yet. */
const PAIRS = ['a', 'b', 'c', 'd', 'e', 'f'].map(letter => [clusterIn(REGION, letter), clusterIn(PEER_REGION, letter)] as const);
const THIRD = clusterIn('us-east-1', 'z');
const OURS = /^[0-9a-f]{64}$/;
const SOMEBODY = 'somebody-else';

export const auroraDsql: ServiceModel = {
  name: 'Aurora DSQL',
  pace: AURORA_DSQL_RATE,
  throttling: new ServiceError('ThrottlingException', 'Rate exceeded.', 429),
  consistentReads: /^GetCluster$/,
  legitimateFailures: [
    /belongs to another stack or logical id/, /has been kept/, /has vanished before it was ready/, /one was deleted outside of the stack, or both have lost/,
    /There is no Aurora DSQL cluster/, /is being deleted \(/, /has failed \(FAILED\)/, /and a cluster has one peer for as long as it exists/,
  ],
  open: dice => new AuroraDsqlService(dice),
};

class AuroraDsqlService implements SimulatedService {
  public readonly simulators: readonly [AuroraDsqlSimulator];
  public readonly kinds: readonly ResourceKind[];
  public readonly rate?: typeof AURORA_DSQL_RATE;
  /** Physical ids of peerings of which somebody has deleted a cluster or taken an owner tag. An update that asks nothing of them succeeds. */
  public readonly lost = new Set<string>();
  /**
   * Physical ids of peerings that two claimed at the same moment: docs/reliability.md, "What is known and excluded". A tag is set without a condition,
   * so of two resources the later one wins.
   */
  public readonly contested = new Set<string>();

  /** A peering is named by its first cluster. */
  public readonly adoptable: AdoptableThings = {
    all: now => PAIRS.filter(pair => this.existing(now).filter(({ arn }) => pair.includes(arn)).length === pair.length).map(([one, other]) => ({
      id: one, proof: this.ownerOf(one),
      state: [one, other].map(arn => [this.peerOf(arn), tagsWithout(Object.entries(this.simulators[0].tagsOf(arn)), key => key === OWNER_TAG_KEY)].join(' ')).join(' '),
    })),
    valueOf: ({ properties }) => PAIRS.find(pair => pair.includes(String(properties.ClusterArn)))![0],
    disown: ids => PAIRS.filter(([one]) => ids.has(one)).flat().forEach(arn => this.setOwner(arn, undefined, 0)),
    identity: (_, properties) => pick(properties, 'ClusterArn', 'PeerClusterArn', 'WitnessRegion'),
    differing: (_, properties) => ({ ...properties, WitnessRegion: 'us-west-2' }),
  };

  constructor(dice: Dice) {
    const requestRate = dice.chance(0.5) ? AURORA_DSQL_RATE : 'unlimited';
    const simulator = new AuroraDsqlSimulator({
      creationSeconds: dice.chance(0.02) ? 4000 : dice.pick([0, 60, 300]),
      updateSeconds: dice.pick([0, 0, 30]),
      invisibleSeconds: dice.pick([0, 0, 40]),
      peerLagSeconds: dice.pick([0, 0, 15]),
      deletionSeconds: dice.pick([10, 120]),
      requestRate,
    });
    this.rate = requestRate === 'unlimited' ? undefined : requestRate;
    for (const [one, other] of PAIRS) {
      [one, other].forEach(arn => simulator.create({ arn, witnessRegion: WITNESS }));
      if (dice.chance(0.2)) {
        simulator.peer(one, other);
      }
    }
    simulator.create({ arn: THIRD, witnessRegion: WITNESS });
    this.simulators = [simulator];
    this.watch(simulator);
    this.kinds = [peeringKind(this)];
  }

  public handlers(client: ClientFactory) {
    return auroraDsqlHandlers(region => new SdkClusters(client('DSQL', region)));
  }

  /** A peering is there as long as a tag says whose it is. What has a peer outside of its pair is somebody else's, whose pairs are one thing each. */
  public things(now: number): Thing[] {
    return this.existing(now).filter(({ arn }) => this.isThing(arn)).map(cluster => this.thingOf(cluster));
  }

  public foreign(dice: Dice, now: number): Thing | undefined {
    const isFree = (arn: string) => this.stateOf(arn, now) === 'PENDING_SETUP' && this.ownerOf(arn) === undefined && this.peerOf(arn) === undefined;
    const free = PAIRS.filter(pair => pair.every(isFree));
    if (free.length === 0) {
      return undefined;
    }
    const [one, other] = dice.pick(free);
    if (dice.chance(0.5)) {
      this.simulators[0].clusters.get(one)!.peers.push({ at: now, value: THIRD });
    } else {
      this.simulators[0].peer(one, other, now);
      [one, other].forEach(arn => this.setOwner(arn, SOMEBODY, now));
    }
    return this.thingOf(this.simulators[0].clusters.get(one)!);
  }

  public tamper(dice: Dice, now: number): { owner: string; what: string } | undefined {
    const ours = this.existing(now).filter(({ arn }) => OURS.test(this.ownerOf(arn) ?? ''));
    if (ours.length === 0) {
      return undefined;
    }
    const { arn } = dice.pick(ours);
    const owner = this.ownerOf(arn)!;
    const manner = dice.next();
    if (manner < 0.4) {
      this.lost.add(idOf(arn));
      this.simulators[0].remove(arn, now);
      return { owner, what: `deletes cluster ${arn}` };
    }
    if (manner < 0.7) {
      this.lost.add(idOf(arn));
      this.setOwner(arn, undefined, now);
      return { owner, what: `removes the owner tag of cluster ${arn}` };
    }
    this.simulators[0].setTags(arn, { ...this.simulators[0].tagsOf(arn), cost: 'centre' }, now);
    return { owner, what: `tags cluster ${arn}` };
  }

  public stateOf(arn: string, now: number): string | undefined {
    return this.simulators[0].statusOf(arn, now);
  }

  public ownerOf(arn: string): string | undefined {
    return this.simulators[0].tagsOf(arn)[OWNER_TAG_KEY];
  }

  public peerOf(arn: string): string | undefined {
    return this.simulators[0].peerOf(arn);
  }

  private setOwner(arn: string, owner: string | undefined, now: number): void {
    const { [OWNER_TAG_KEY]: _, ...others } = this.simulators[0].tagsOf(arn);
    this.simulators[0].setTags(arn, { ...others, ...owner !== undefined && { [OWNER_TAG_KEY]: owner } }, now);
  }

  private isThing(arn: string): boolean {
    const owner = this.ownerOf(arn);
    return owner === SOMEBODY ? PAIRS.some(([one]) => one === arn) : owner !== undefined || this.isElsewhere(arn);
  }

  private thingOf(cluster: StoredCluster): Thing {
    const owner = this.ownerOf(cluster.arn);
    const twin = this.simulators[0].clusters.get(PAIRS.find(pair => pair.includes(cluster.arn))![1])!;
    const fingerprint = owner === SOMEBODY ? `${fingerprintOf(cluster)} ${fingerprintOf(twin)}` : fingerprintOf(cluster);
    return { type: DSQL_CLUSTER_PEERING_TYPE, id: cluster.arn, owner, heldAs: idOf(cluster.arn), fingerprint };
  }

  private isElsewhere(arn: string): boolean {
    return this.peerOf(arn) === THIRD;
  }

  private existing(now: number): StoredCluster[] {
    return PAIRS.flat().filter(arn => !['DELETING', 'PENDING_DELETE', undefined].includes(this.stateOf(arn, now))).map(arn => this.simulators[0].clusters.get(arn)!);
  }

  /** Nothing is peered that somebody else has claimed, and who takes a tag from another one has raced with it. */
  private watch({ operations }: AuroraDsqlSimulator): void {
    const { TagResource, UpdateCluster } = operations;
    const note = (input: any, call: Call) => {
      const [before, owner] = [this.ownerOf(input.resourceArn), input.tags[OWNER_TAG_KEY]];
      if (owner !== undefined && before !== undefined && before !== owner) {
        this.contested.add(idOf(input.resourceArn));
      }
      return TagResource.handle(input, call);
    };
    const check = (input: any, call: Call) => {
      const arn = PAIRS.flat().find(each => each.endsWith(input.identifier) && each.includes(`:${call.region}:`))!;
      if (this.ownerOf(arn) === SOMEBODY || this.isElsewhere(arn)) {
        throw new Error(`Cluster ${arn} is peered, and belongs to somebody else.`);
      }
      return UpdateCluster.handle(input, call);
    };
    Object.assign(operations, { TagResource: { ...TagResource, handle: note }, UpdateCluster: { ...UpdateCluster, handle: check } });
  }
}

function clusterIn(region: string, letter: string): string {
  return `arn:aws:dsql:${region}:${ACCOUNT}:cluster/${letter.repeat(26)}`;
}

/** The physical id of the peering of a cluster with that of its pair. */
function idOf(arn: string): string {
  return `peering/${[...PAIRS.find(pair => pair.includes(arn))!].sort().join(',')}`;
}

function fingerprintOf({ deletedAt, peers, tags }: StoredCluster): string {
  return [peers.at(-1)?.value, deletedAt, ...Object.entries(tags.at(-1)!.value).map(tag => tag.join('=')).sort()].join(' ');
}

function declarationOf(dice: Dice): object {
  const pair = dice.pick(PAIRS);
  const [ClusterArn, PeerClusterArn] = dice.chance(0.5) ? pair : [...pair].reverse();
  return { ClusterArn, PeerClusterArn };
}

function peeringKind(service: AuroraDsqlService): ResourceKind {
  return {
    type: DSQL_CLUSTER_PEERING_TYPE,
    attributes: ['ClusterArn', 'PeerClusterArn', 'ClusterEndpoint', 'PeerClusterEndpoint'],
    declare: dice => ({
      Schema: SCHEMA_VERSION,
      WitnessRegion: WITNESS,
      ...declarationOf(dice),
      ...dice.chance(0.2) ? { TimeoutSeconds: 900, ServiceTimeout: 2040 } : {},
    }),
    change: (dice, { ClusterArn, PeerClusterArn, ...properties }) =>
      ({ ...properties, ...dice.chance(0.3) ? { ClusterArn: PeerClusterArn, PeerClusterArn: ClusterArn } : declarationOf(dice) }),
    problem: ({ physicalId, properties, attributes, owner }, now) => {
      const [one, other] = [String(properties.ClusterArn), String(properties.PeerClusterArn)];
      const id = idOf(one);
      if (service.contested.has(id) || service.lost.has(id)) {
        return undefined;
      }
      const arns = [one, other];
      return first(
        [attributes.ClusterArn !== one || attributes.PeerClusterArn !== other, `the attributes of ${physicalId} are exchanged`],
        [attributes.ClusterEndpoint === 'unknown', `the attributes of ${physicalId} are not known`],
        [arns.some(arn => service.ownerOf(arn) !== owner), `${physicalId} does not belong to the resource`],
        [arns.some(arn => service.stateOf(arn, now) !== 'ACTIVE'), `the clusters of ${physicalId} are ${arns.map(arn => service.stateOf(arn, now)).join(' and ')}`],
        [service.peerOf(one) !== other || service.peerOf(other) !== one, `the clusters of ${physicalId} are not peered`],
        [physicalId.startsWith('peering/') && physicalId !== id, `the physical id is ${physicalId}, the clusters ${arns.join(' and ')}`],
      );
    },
    remains: (physicalId, owner, now) => physicalId.replace('peering/', '').split(',')
      .some(arn => !['DELETING', 'PENDING_DELETE', undefined].includes(service.stateOf(arn, now)) && service.ownerOf(arn) === owner),
  };
}

function first(...problems: [boolean, string][]): string | undefined {
  return problems.find(([holds]) => holds)?.[1];
}
