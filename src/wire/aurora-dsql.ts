import type { AdoptingProperties } from './lifecycle';

export const DSQL_CLUSTER_PEERING_TYPE = 'Custom::DsqlClusterPeering';

/** ARN of a cluster: its partition, Region, account and id. */
export const DSQL_CLUSTER_ARN = {
  pattern: /^arn:(aws(?:-[a-z]+)*):dsql:([a-z0-9-]{1,20}):(\d{12}):cluster\/([a-z0-9]{26})$/,
  says: "must be the ARN of an Aurora DSQL cluster such as 'arn:aws:dsql:us-east-1:111122223333:cluster/abcdefghijklmnopqrstuvwxyz'",
};

/** Properties of `Custom::DsqlClusterPeering`. */
export interface DsqlClusterPeeringProperties extends AdoptingProperties {
  readonly ClusterArn: string;
  readonly PeerClusterArn: string;
  readonly WitnessRegion: string;
}

/** Attributes of `Custom::DsqlClusterPeering`. */
export interface DsqlClusterPeeringAttributes {
  readonly ClusterArn: string;
  readonly PeerClusterArn: string;
  /** Host names to connect to. */
  readonly ClusterEndpoint: string;
  readonly PeerClusterEndpoint: string;
}
