import type { Cluster } from './client';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { adoptionAdvice, adoptionFromOtherAdvice } from '../lifecycle/adopt';
import type { Location } from '../lifecycle/handler';

/** States in which a cluster serves, or does as soon as somebody connects. */
const SERVING = ['ACTIVE', 'IDLE', 'INACTIVE'];
const GOING = ['DELETING', 'DELETED', 'PENDING_DELETE'];

/** Two clusters, and the Region that both have as their witness. */
export interface Pair {
  readonly arns: readonly [string, string];
  readonly witnessRegion: string;
}

export function isServing({ status }: Cluster): boolean {
  return SERVING.includes(status);
}

/** A cluster that is being deleted, and its tags with it, is as good as none. */
export function isGone(cluster: Cluster | undefined): boolean {
  return cluster === undefined || GOING.includes(cluster.status);
}

export function hasPeer({ peers }: Cluster, arn: string): boolean {
  return peers.length === 1 && peers[0] === arn;
}

/** Why two clusters can't be peered with each other, if they can't. */
export function obstacleBetween(found: readonly (Cluster | undefined)[], { arns, witnessRegion }: Pair): string | undefined {
  const problems = arns.map((arn, index) => goneProblem(found[index], arn));
  return problems.find(Boolean) ?? arns.map((arn, index) => clusterProblem(found[index]!, otherOf(arns, arn), witnessRegion)).find(Boolean);
}

function goneProblem(cluster: Cluster | undefined, arn: string): string | undefined {
  if (!cluster) {
    return `There is no Aurora DSQL cluster ${arn}. Check the ARN, its Region and account; a cluster has to be created before it is peered.`;
  }
  return isGone(cluster) ? `Aurora DSQL cluster ${arn} is being deleted (${cluster.status}), so it can't be peered. Declare the ARN of another one.` : undefined;
}

function clusterProblem(cluster: Cluster, peerArn: string, witnessRegion: string): string | undefined {
  return witnessProblem(cluster, witnessRegion) ?? failure(cluster) ?? thirdProblem(cluster, peerArn) ?? singleProblem(cluster, peerArn);
}

function singleProblem({ arn, peers, status }: Cluster, peerArn: string): string | undefined {
  return SERVING.includes(status) && peers.length === 0
    ? `Aurora DSQL cluster ${arn} is ${status} without a peer, and only a cluster that waits in PENDING_SETUP can be peered, here with ${peerArn}. Declare a new cluster `
      + "with 'multiRegionProperties: { witnessRegion }'."
    : undefined;
}

function thirdProblem({ arn, peers }: Cluster, peerArn: string): string | undefined {
  const others = peers.filter(peer => peer !== peerArn);
  return others.length === 0 ? undefined
    : `Aurora DSQL cluster ${arn} is peered with ${others.join(', ')}, not with ${peerArn}, and a cluster has one peer for as long as it exists. Declare that peer, or `
      + 'another cluster.';
}

/** What does not fit to the declared witness: AWS lets nobody change the witness of a cluster. */
export function witnessProblem({ arn, witnessRegion: actual }: Cluster, declared: string): string | undefined {
  if (actual === undefined) {
    return `Aurora DSQL cluster ${arn} has no witness Region, so it is a cluster of one Region and can't be peered. Declare a new cluster with `
      + `'multiRegionProperties: { witnessRegion: ${declared} }'.`;
  }
  return actual === declared ? undefined
    : `Aurora DSQL cluster ${arn} has the witness Region ${actual}, not ${declared}. Both clusters and 'witnessRegion' need the same one, and that of a cluster can't be `
      + 'changed: declare a cluster that has it, or correct witnessRegion.';
}

export function failure({ arn, status }: Cluster): string | undefined {
  return status === 'FAILED' ? `Aurora DSQL cluster ${arn} has failed (FAILED), and the API says no reason. Ask AWS Support, or declare another cluster.` : undefined;
}

export function regionOf(arn: string): string {
  return arn.split(':')[3];
}

/** Three Regions take part. */
export function regionProblem(arns: readonly [string, string], witnessRegion: string): string | undefined {
  const regions = arns.map(regionOf);
  if (regions[0] === regions[1]) {
    return `Property 'PeerClusterArn' is ${arns[1]}, a cluster in ${regions[1]} like ClusterArn, ${arns[0]}. Declare clusters of two Regions.`;
  }
  return regions.includes(witnessRegion)
    ? `Property 'WitnessRegion' is ${witnessRegion}, the Region of a cluster. Choose a third Region, which both clusters have as their witness.` : undefined;
}

/** Nothing is done in other accounts or partitions. */
export function elsewhere(arns: readonly string[], { accountId, partition }: Location): string | undefined {
  const foreign = arns.find(arn => !arn.startsWith(`arn:${partition}:`) || arn.split(':')[4] !== accountId);
  return foreign && `Aurora DSQL cluster ${foreign} is not in account ${accountId} of the partition ${partition}, and clusters of different accounts can't be peered here. `
    + 'Declare two clusters of the account of this stack.';
}

export function notOwned(cluster: Cluster): string {
  return `The peering of Aurora DSQL cluster ${cluster.arn} belongs to another stack or logical id (its tag ${OWNER_TAG_KEY} is ${cluster.tags[OWNER_TAG_KEY]}), so it is left `
    + `alone. ${adoptionFromOtherAdvice(cluster.arn)} To use it without managing it, import it with DsqlClusterPeering.fromDsqlClusterPeeringAttributes().`;
}

export function lost(arns: readonly string[]): string {
  return `Of the Aurora DSQL clusters ${arns.join(' and ')} one was deleted outside of the stack, or both have lost their tag ${OWNER_TAG_KEY}. If one is gone, declare two new `
    + `clusters. If both are there, and nobody else manages their peering: ${adoptionAdvice(arns[0])}`;
}

function otherOf(arns: readonly [string, string], arn: string): string {
  return arns[0] === arn ? arns[1] : arns[0];
}
