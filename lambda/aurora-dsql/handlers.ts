import type { Clusters } from './client';
import { DsqlClusterPeeringModel } from './cluster-peering';
import { DSQL_CLUSTER_PEERING_TYPE } from '../../src/wire/aurora-dsql';
import type { ResourceHandler } from '../lifecycle/handler';
import { Lifecycle } from '../lifecycle/lifecycle';

/** The resource types of Aurora DSQL, whose clusters are in any Region. */
export function auroraDsqlHandlers(clustersIn: (region: string) => Clusters): Record<string, ResourceHandler<any>> {
  return { [DSQL_CLUSTER_PEERING_TYPE]: new Lifecycle(new DsqlClusterPeeringModel(clustersIn)) };
}
