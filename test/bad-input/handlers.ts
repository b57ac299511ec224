import { auroraDsqlHandlers } from '../../lambda/aurora-dsql/handlers';
import { globalAcceleratorHandlers } from '../../lambda/global-accelerator/handlers';
import type { ResourceHandler } from '../../lambda/lifecycle/handler';
import { sesHandlers } from '../../lambda/ses/handlers';
import { systemsManagerHandlers } from '../../lambda/systems-manager/handlers';
import { transitGatewayHandlers } from '../../lambda/transit-gateway/handlers';
import { workspacesHandlers } from '../../lambda/workspaces/handlers';
import { DSQL_CLUSTER_PEERING_TYPE } from '../../src/wire/aurora-dsql';
import {
  CUSTOM_ROUTING_ACCELERATOR_LOOKUP_TYPE, CUSTOM_ROUTING_ACCELERATOR_TYPE, CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, CUSTOM_ROUTING_LISTENER_TYPE,
  CUSTOM_ROUTING_PORT_LOOKUP_TYPE,
} from '../../src/wire/global-accelerator';
import { MULTI_REGION_ENDPOINT_LOOKUP_TYPE, MULTI_REGION_ENDPOINT_TYPE, REPLICA_EMAIL_IDENTITY_TYPE } from '../../src/wire/ses';
import { MULTI_REGION_PARAMETER_TYPE } from '../../src/wire/systems-manager';
import { TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE } from '../../src/wire/transit-gateway';
import {
  CONNECTION_ALIAS_ASSOCIATION_TYPE, STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_LOOKUP_TYPE, STANDBY_WORKSPACE_READY_TYPE,
  STANDBY_WORKSPACE_TYPE,
} from '../../src/wire/workspaces';

const ACCELERATOR_ARN = 'arn:aws:globalaccelerator::111122223333:accelerator/0a1b2c3d-0000-1111-2222-333344445555';
const LISTENER_ARN = `${ACCELERATOR_ARN}/listener/0a1b2c3d`;
const STANDBY = { PrimaryRegion: 'us-east-1', DirectoryId: 'd-9367000001' };
const SETTINGS = { ...STANDBY, VolumeEncryptionKey: 'key', DataReplication: 'PRIMARY_AS_SOURCE', Tags: { team: 'desk' }, WaitUntilReady: 'false' };

/** Properties of every resource type, each with all that it can have, as CloudFormation sends them. */
const VALID: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  [MULTI_REGION_ENDPOINT_TYPE]: { EndpointName: 'mail', SecondaryRegion: 'eu-central-1', Tags: { team: 'mail' } },
  [MULTI_REGION_ENDPOINT_LOOKUP_TYPE]: { EndpointName: 'mail' },
  [REPLICA_EMAIL_IDENTITY_TYPE]: {
    EmailIdentity: 'example.com', ParentRegion: 'eu-west-1', ReplicaRegion: 'eu-central-1', WaitForDkim: 'false', Tags: { team: 'mail' },
  },
  [CUSTOM_ROUTING_ACCELERATOR_TYPE]: {
    Name: 'game', Enabled: 'false', IpAddresses: ['192.0.2.1'], FlowLogs: { Bucket: 'logs', Prefix: 'game' }, Tags: { team: 'game' },
  },
  [CUSTOM_ROUTING_ACCELERATOR_LOOKUP_TYPE]: { AcceleratorArn: ACCELERATOR_ARN },
  [CUSTOM_ROUTING_LISTENER_TYPE]: { AcceleratorArn: ACCELERATOR_ARN, PortRanges: [{ FromPort: '10001', ToPort: '20000' }] },
  [CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE]: {
    ListenerArn: LISTENER_ARN,
    Region: 'eu-west-1',
    Destinations: [{ FromPort: '7777', ToPort: '7780', Protocols: ['UDP'] }],
    Subnets: [{ SubnetId: 'subnet-0123abcd', Traffic: { Allow: 'LIST', Rules: [{ Addresses: ['10.0.0.5'], Ports: ['7777'] }] } }],
    ProtectPortMappings: 'true',
  },
  [CUSTOM_ROUTING_PORT_LOOKUP_TYPE]: {
    EndpointGroupArn: `${LISTENER_ARN}/endpoint-group/0a1b2c3d4e5f`, SubnetId: 'subnet-0123abcd', Address: '10.0.0.5', Port: '7777',
  },
  [STANDBY_WORKSPACE_TYPE]: { PrimaryWorkspaceId: 'ws-0123abcde', ...SETTINGS },
  [STANDBY_WORKSPACE_READY_TYPE]: { WorkspaceId: 'ws-0123abcde', Intermediate: 'true' },
  [STANDBY_WORKSPACE_FLEET_TYPE]: { PrimaryWorkspaceIds: ['ws-0123abcde'], KeepGoodMembers: 'true', ...SETTINGS },
  [STANDBY_WORKSPACE_LOOKUP_TYPE]: { PrimaryWorkspaceId: 'ws-0123abcde', ...STANDBY },
  [MULTI_REGION_PARAMETER_TYPE]: {
    ParameterName: '/mail/endpoint', Type: 'String', Value: 'e-1', Regions: ['eu-central-1'], Description: 'id', Tier: 'Standard', DataType: 'text', Tags: { team: 'mail' },
  },
  [TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE]: { TransitGatewayAttachmentId: 'tgw-attach-0123456789abcdef0', DeleteAttachment: 'true', Tags: { team: 'net' } },
  [DSQL_CLUSTER_PEERING_TYPE]: {
    ClusterArn: 'arn:aws:dsql:us-east-1:111122223333:cluster/aaaaaaaaaaaaaaaaaaaaaaaaaa', PeerClusterArn: 'arn:aws:dsql:us-east-2:111122223333:cluster/bbbbbbbbbbbbbbbbbbbbbbbbbb', WitnessRegion: 'us-west-2',
  },
  [CONNECTION_ALIAS_ASSOCIATION_TYPE]: { AliasId: 'wsca-0123abcde', DirectoryId: 'd-9367000001' },
};

/** Resource type, handler and valid properties, for every resource type of every service. */
export function handlersOfAllServices(): [string, ResourceHandler<unknown>, Readonly<Record<string, unknown>>][] {
  const noClient = {} as never;
  const handlers = {
    ...sesHandlers(noClient, () => noClient), ...globalAcceleratorHandlers(noClient),
    ...workspacesHandlers(noClient, () => noClient), ...transitGatewayHandlers(noClient), ...systemsManagerHandlers(() => noClient),
    ...auroraDsqlHandlers(() => noClient),
  };
  return Object.entries(handlers).map(([type, handler]) => [type, handler, VALID[type]]);
}
