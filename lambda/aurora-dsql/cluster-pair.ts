import type { Cluster } from './client';
import type { DsqlClusterPeeringAttributes } from '../../src/wire/aurora-dsql';
import type { Attributes } from '../lifecycle/handler';

/** Between the ARNs of the two, in a place. */
export const SEPARATOR = ',';

/** Both clusters of a place. One may be gone when the peering is deleted. */
export type ClusterPair = readonly [Cluster | undefined, Cluster | undefined];

export function arnsOf(place: string): [string, string] {
  const [first, second] = place.split(SEPARATOR);
  return [first, second];
}

/** What is not known any more must not make the answer fail. */
export function attributesOf([arn, peerArn]: readonly [string, string], [cluster, peer]: ClusterPair): Attributes {
  const attributes: DsqlClusterPeeringAttributes = {
    ClusterArn: arn, PeerClusterArn: peerArn, ClusterEndpoint: cluster?.endpoint ?? 'unknown', PeerClusterEndpoint: peer?.endpoint ?? 'unknown',
  };
  return { ...attributes };
}
