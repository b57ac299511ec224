import { DSQLClient } from '@aws-sdk/client-dsql';
import { Cluster, SdkClusters } from '../../../lambda/aurora-dsql/client';
import type { PeeringDeclaration } from '../../../lambda/aurora-dsql/cluster-peering';
import { auroraDsqlHandlers } from '../../../lambda/aurora-dsql/handlers';
import { DSQL_CLUSTER_PEERING_TYPE } from '../../../src/wire/aurora-dsql';
import { ResourceTypes, resourceTypes, Show } from '../resource-type';

export const auroraDsqlTypes: ResourceTypes = clients =>
  resourceTypes(auroraDsqlHandlers(region => new SdkClusters(clients.client(DSQLClient, 'dsql', region))), {
    [DSQL_CLUSTER_PEERING_TYPE]: { show: showPeering },
  });

const showPeering: Show<PeeringDeclaration, readonly (Cluster | undefined)[]> = (clusters, { clusterArn, peerClusterArn, witnessRegion }) => {
  const cluster = clusters.find(each => each?.arn === clusterArn);
  return [
    { property: 'PeerClusterArn', declared: peerClusterArn, actual: cluster?.peers.join(', ') },
    { property: 'WitnessRegion', declared: witnessRegion, actual: cluster?.witnessRegion },
  ];
};
