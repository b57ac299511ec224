import type { BadInput } from './bad-input';
import { CONNECTION_ALIAS_ASSOCIATION, CONNECTION_ALIAS_ASSOCIATION_IMPORTS } from './connection-alias-association';
import { CUSTOM_ROUTING_ACCELERATOR, CUSTOM_ROUTING_ACCELERATOR_IMPORTS } from './custom-routing-accelerator';
import {
  CUSTOM_ROUTING_ENDPOINT_GROUP, CUSTOM_ROUTING_ENDPOINT_GROUP_IMPORTS, CUSTOM_ROUTING_PORT_LOOKUP,
} from './custom-routing-endpoint-group';
import { CUSTOM_ROUTING_LISTENER, CUSTOM_ROUTING_LISTENER_IMPORTS } from './custom-routing-listener';
import {
  MULTI_REGION_ENDPOINT, MULTI_REGION_ENDPOINT_GRANTS, MULTI_REGION_ENDPOINT_IMPORTS, MULTI_REGION_ENDPOINT_LOOKUP,
} from './multi-region-endpoint';
import { MULTI_REGION_PARAMETER } from './multi-region-parameter';
import { DSQL_CLUSTER_PEERING, DSQL_CLUSTER_PEERING_IMPORTS } from './dsql-cluster-peering';
import { PROVIDER_SETTINGS } from './provider-settings';
import { ADD_IDENTITY, REPLICA_EMAIL_IDENTITY, REPLICA_EMAIL_IDENTITY_IMPORTS } from './replica-email-identity';
import { STANDBY_WORKSPACE, STANDBY_WORKSPACE_IMPORTS } from './standby-workspace';
import { STANDBY_WORKSPACE_FLEET, STANDBY_WORKSPACE_FLEET_LOOKUP } from './standby-workspace-fleet';
import { TRANSIT_GATEWAY_PEERING_ACCEPTER, TRANSIT_GATEWAY_PEERING_ACCEPTER_IMPORTS } from './transit-gateway-peering-accepter';

/** Invalid inputs by construct. */
export const TABLES: Readonly<Record<string, readonly BadInput[]>> = {
  'ProviderSettings': PROVIDER_SETTINGS,
  'MultiRegionEndpoint': MULTI_REGION_ENDPOINT,
  'MultiRegionEndpoint.fromMultiRegionEndpointAttributes': MULTI_REGION_ENDPOINT_IMPORTS,
  'MultiRegionEndpoint.fromEndpointName': MULTI_REGION_ENDPOINT_LOOKUP,
  'MultiRegionEndpoint.grants': MULTI_REGION_ENDPOINT_GRANTS,
  'MultiRegionEndpoint.addIdentity': ADD_IDENTITY,
  'MultiRegionParameter': MULTI_REGION_PARAMETER,
  'ReplicaEmailIdentity': REPLICA_EMAIL_IDENTITY,
  'ReplicaEmailIdentity imports': REPLICA_EMAIL_IDENTITY_IMPORTS,
  'CustomRoutingAccelerator': CUSTOM_ROUTING_ACCELERATOR,
  'CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes': CUSTOM_ROUTING_ACCELERATOR_IMPORTS,
  'CustomRoutingListener': CUSTOM_ROUTING_LISTENER,
  'CustomRoutingListener.fromCustomRoutingListenerArn': CUSTOM_ROUTING_LISTENER_IMPORTS,
  'CustomRoutingEndpointGroup': CUSTOM_ROUTING_ENDPOINT_GROUP,
  'CustomRoutingEndpointGroup.addAcceleratorPortLookup': CUSTOM_ROUTING_PORT_LOOKUP,
  'CustomRoutingEndpointGroup imports': CUSTOM_ROUTING_ENDPOINT_GROUP_IMPORTS,
  'StandbyWorkspace': STANDBY_WORKSPACE,
  'StandbyWorkspace.fromStandbyWorkspaceId': STANDBY_WORKSPACE_IMPORTS,
  'StandbyWorkspaceFleet': STANDBY_WORKSPACE_FLEET,
  'StandbyWorkspaceFleet.addStandbyWorkspaceIdLookup': STANDBY_WORKSPACE_FLEET_LOOKUP,
  'ConnectionAliasAssociation': CONNECTION_ALIAS_ASSOCIATION,
  'ConnectionAliasAssociation.fromConnectionAliasAssociationAttributes': CONNECTION_ALIAS_ASSOCIATION_IMPORTS,
  'TransitGatewayPeeringAccepter': TRANSIT_GATEWAY_PEERING_ACCEPTER,
  'TransitGatewayPeeringAccepter.fromTransitGatewayPeeringAccepterAttributes': TRANSIT_GATEWAY_PEERING_ACCEPTER_IMPORTS,
  'DsqlClusterPeering': DSQL_CLUSTER_PEERING,
  'DsqlClusterPeering.fromDsqlClusterPeeringAttributes': DSQL_CLUSTER_PEERING_IMPORTS,
};
