import { Aws, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ses from 'aws-cdk-lib/aws-ses';
import type { Construct, IConstruct } from 'constructs';
import { PLAIN, type Values } from './values';
import {
  ConnectionAliasAssociation, CustomRoutingAccelerator, CustomRoutingEndpointGroup, CustomRoutingListener, CustomRoutingProtocol, DsqlClusterPeering,
  MultiRegionEndpoint,
  MultiRegionParameter,
  ReplicaEmailIdentity, StandbyWorkspace, StandbyWorkspaceFleet, TrafficPolicy, TransitGatewayPeeringAccepter,
} from '../../src';

/** What a construct of the library has made in a stack. */
export interface Made {
  readonly construct: IConstruct;
  /** An attribute that other stacks use. */
  readonly attribute: string;
}

/** A construct of the library, or a way to refer to what exists: a column of the table. A new construct is one more entry. */
export interface Entry {
  readonly name: string;
  /** Heading of its column in the documentation. */
  readonly column: string;
  /** Type of its custom resource. Imports make none. */
  readonly type?: string;
  /** The value that names it, among those that `declare` uses. */
  readonly nameSample?: string;
  /** A property that can't change in place, and its values before and after. */
  readonly replacing?: { readonly property: string; readonly before: string; readonly after: string; readonly all?: boolean };
  /** Whether it has a policy of its own, besides those of the provider. */
  readonly hasPolicy?: boolean;
  /** Whether another Region is among its properties. */
  readonly namesRegion?: boolean;
  declare(scope: Construct, id: string, values?: Values): Made;
}

const LOOKUPS = 'lookups';
const IMPORTS = 'imports';
const ACCELERATOR_ARN = 'arn:aws:globalaccelerator::111122223333:accelerator/0a1b2c3d-0000-1111-2222-333344445555';
const LISTENER_ARN = `${ACCELERATOR_ARN}/listener/0a1b2c3d`;
const GROUP_ARN = `${LISTENER_ARN}/endpoint-group/0a1b2c3d4e5f`;
const CLUSTER = `arn:${Aws.PARTITION}:dsql:us-east-1:${Aws.ACCOUNT_ID}:cluster/aaaaaaaaaaaaaaaaaaaaaaaaaa`;
const PEER_CLUSTER = `arn:${Aws.PARTITION}:dsql:us-east-2:${Aws.ACCOUNT_ID}:cluster/bbbbbbbbbbbbbbbbbbbbbbbbbb`;
const ATTACHMENT = 'tgw-attach-0123456789abcdef0';
const DIRECTORY = 'd-9367000001';
const PRIMARY = 'ws-0123abcde';

function acceleratorIn(scope: Construct, id: string, { all, text }: Values): CustomRoutingAccelerator {
  return new CustomRoutingAccelerator(scope, id, {
    ...(all && { acceleratorName: text('game'), ipAddresses: [text('192.0.2.10')] }), tags: { team: text('game-team') },
  });
}

function listenerIn(scope: Construct, id: string, values: Values): CustomRoutingListener {
  const portRanges = [{ fromPort: values.number(10_001), toPort: values.number(20_000) }];
  return acceleratorIn(scope, `${id}Accelerator`, values).addListener(id, { portRanges });
}

function groupIn(scope: Construct, id: string, values: Values): { group: CustomRoutingEndpointGroup; subnet: ec2.ISubnet } {
  const { all, number, text } = values;
  const group = listenerIn(scope, `${id}Listener`, values).addEndpointGroup(id, {
    destinations: [{ fromPort: number(7777), toPort: number(7780), protocols: [CustomRoutingProtocol.UDP] }],
    ...(all && { region: text('eu-central-1') }),
  });
  const subnet = ec2.Subnet.fromSubnetAttributes(scope, `${id}Subnet`, { subnetId: text('subnet-0a1b2c3d'), ipv4CidrBlock: text('10.0.0.0/24'), routeTableId: 'rtb-1' });
  group.addSubnet(subnet, { traffic: TrafficPolicy.allow({ addresses: [text('10.0.0.10')], ports: [number(7777)] }) });
  return { group, subnet };
}

function fleetIn(scope: Construct, id: string, { text }: Values): StandbyWorkspaceFleet {
  return new StandbyWorkspaceFleet(scope, id, {
    primaryWorkspaceIds: [text(PRIMARY), text('ws-0123abcdf')], primaryRegion: text('us-east-1'), directoryId: text(DIRECTORY), tags: { team: text('desk-team') },
  });
}

const MADE: readonly Entry[] = [
  {
    name: 'MultiRegionEndpoint', column: 'endpoint', type: 'Custom::MultiRegionEndpoint', nameSample: 'mail', namesRegion: true,
    replacing: { property: 'SecondaryRegion', before: 'eu-central-1', after: 'eu-north-1' },
    declare: (scope, id, { all, text } = PLAIN) => {
      const construct = new MultiRegionEndpoint(scope, id, {
        ...(all && { endpointName: text('mail') }), secondaryRegion: text('eu-central-1'), tags: { team: text('mail-team') },
      });
      return { construct, attribute: construct.endpointId };
    },
  },
  {
    name: 'CustomRoutingAccelerator', column: 'accelerator', type: 'Custom::CustomRoutingAccelerator', nameSample: 'game',
    declare: (scope, id, values = PLAIN) => {
      const construct = acceleratorIn(scope, id, values);
      return { construct, attribute: construct.acceleratorArn };
    },
  },
  {
    name: 'CustomRoutingListener', column: 'listener', type: 'Custom::CustomRoutingListener',
    declare: (scope, id, values = PLAIN) => {
      const construct = listenerIn(scope, id, values);
      return { construct, attribute: construct.listenerArn };
    },
  },
  {
    name: 'CustomRoutingEndpointGroup', column: 'group', type: 'Custom::CustomRoutingEndpointGroup',
    replacing: { property: 'Region', before: 'eu-central-1', after: 'eu-north-1', all: true },
    declare: (scope, id, values = PLAIN) => {
      const { group } = groupIn(scope, id, values);
      return { construct: group, attribute: group.endpointGroupArn };
    },
  },
  {
    name: 'StandbyWorkspace', column: 'standby', type: 'Custom::StandbyWorkspace', namesRegion: true,
    replacing: { property: 'PrimaryWorkspaceId', before: PRIMARY, after: 'ws-9876zyxwv' },
    declare: (scope, id, { text } = PLAIN) => {
      const construct = new StandbyWorkspace(scope, id, {
        primaryWorkspaceId: text(PRIMARY), primaryRegion: text('us-east-1'), directoryId: text(DIRECTORY), tags: { team: text('desk-team') },
      });
      return { construct, attribute: construct.workspaceId };
    },
  },
  {
    name: 'StandbyWorkspaceFleet', column: 'fleet', type: 'Custom::StandbyWorkspaceFleet', namesRegion: true,
    replacing: { property: 'DirectoryId', before: DIRECTORY, after: 'd-9367000002' },
    declare: (scope, id, values = PLAIN) => {
      const construct = fleetIn(scope, id, values);
      return { construct, attribute: Token.asString(construct.memberCount) };
    },
  },
  {
    name: 'ConnectionAliasAssociation', column: 'association', type: 'Custom::ConnectionAliasAssociation',
    replacing: { property: 'AliasId', before: 'wsca-0123abcde', after: 'wsca-0123abcdf' },
    declare: (scope, id, { text } = PLAIN) => {
      const construct = new ConnectionAliasAssociation(scope, id, { aliasId: text('wsca-0123abcde'), directoryId: text(DIRECTORY) });
      return { construct, attribute: construct.connectionIdentifier };
    },
  },
  {
    name: 'TransitGatewayPeeringAccepter', column: 'accepter', type: 'Custom::TransitGatewayPeeringAccepter',
    replacing: { property: 'TransitGatewayAttachmentId', before: ATTACHMENT, after: 'tgw-attach-0fedcba9876543210' },
    declare: (scope, id, { text } = PLAIN) => {
      const construct = new TransitGatewayPeeringAccepter(scope, id, { transitGatewayAttachmentId: text(ATTACHMENT), tags: { team: text('net-team') } });
      return { construct, attribute: construct.transitGatewayAttachmentId };
    },
  },
  {
    name: 'DsqlClusterPeering', column: 'database peering', type: 'Custom::DsqlClusterPeering', hasPolicy: true, namesRegion: true,
    replacing: { property: 'ClusterArn', before: CLUSTER, after: CLUSTER.replace('aaa', 'ccc') },
    declare: (scope, id, { text } = PLAIN) => {
      const construct = new DsqlClusterPeering(scope, id, { clusterArn: text(CLUSTER), peerClusterArn: text(PEER_CLUSTER), witnessRegion: text('us-east-1') });
      return { construct, attribute: construct.clusterEndpoint };
    },
  },
  {
    name: 'MultiRegionParameter', column: 'parameter', type: 'Custom::MultiRegionParameter', namesRegion: true,
    replacing: { property: 'ParameterName', before: '/mail/id', after: '/mail/other' },
    declare: (scope, id, { text } = PLAIN) => {
      const construct = new MultiRegionParameter(scope, id, {
        parameterName: text('/mail/id'), value: text('x'), regions: [text('us-east-1')], tags: { team: text('mail-team') },
      });
      return { construct, attribute: construct.versionIn('us-east-1') };
    },
  },
  {
    name: 'ReplicaEmailIdentity', column: 'replica', type: 'Custom::ReplicaEmailIdentity', hasPolicy: true, namesRegion: true,
    replacing: { property: 'ReplicaRegion', before: 'eu-central-1', after: 'eu-north-1' },
    declare: (scope, id, { text } = PLAIN) => {
      const parentIdentity = ses.EmailIdentity.fromEmailIdentityName(scope, `${id}Parent`, text('example.com'));
      const construct = new ReplicaEmailIdentity(scope, id, { parentIdentity, replicaRegion: text('eu-central-1'), tags: { team: text('mail-team') } });
      return { construct, attribute: construct.emailIdentityArn };
    },
  },
];

const LOOKED_UP: readonly Entry[] = [
  {
    name: 'MultiRegionEndpoint.fromEndpointName', column: LOOKUPS, type: 'Custom::MultiRegionEndpointLookup',
    declare: (scope, id, { text } = PLAIN) => {
      const construct = MultiRegionEndpoint.fromEndpointName(scope, id, text('mail'));
      return { construct, attribute: construct.endpointId };
    },
  },
  {
    name: 'CustomRoutingEndpointGroup.addAcceleratorPortLookup', column: LOOKUPS, type: 'Custom::CustomRoutingPortLookup',
    declare: (scope, id, values = PLAIN) => {
      const { group, subnet } = groupIn(scope, id, values);
      const attribute = group.addAcceleratorPortLookup('Port', { subnet, address: values.text('10.0.0.10'), port: values.number(7777) });
      return { construct: group, attribute };
    },
  },
  {
    name: 'CustomRoutingAccelerator.fromCustomRoutingAcceleratorArn', column: LOOKUPS, type: 'Custom::CustomRoutingAcceleratorLookup',
    declare: (scope, id, { text } = PLAIN) => {
      const construct = CustomRoutingAccelerator.fromCustomRoutingAcceleratorArn(scope, id, text(ACCELERATOR_ARN));
      return { construct, attribute: construct.dnsName };
    },
  },
  {
    name: 'StandbyWorkspaceFleet.addStandbyWorkspaceIdLookup', column: LOOKUPS, type: 'Custom::StandbyWorkspaceLookup', namesRegion: true,
    declare: (scope, id, values = PLAIN) => {
      const fleet = fleetIn(scope, id, values);
      return { construct: fleet, attribute: fleet.addStandbyWorkspaceIdLookup(values.text(PRIMARY)) };
    },
  },
];

const IMPORTED: readonly Entry[] = [
  {
    name: 'MultiRegionEndpoint.fromMultiRegionEndpointAttributes', column: IMPORTS, namesRegion: true,
    declare: (scope, id, { text } = PLAIN) => {
      const construct = MultiRegionEndpoint.fromMultiRegionEndpointAttributes(scope, id, {
        endpointName: text('mail'), endpointId: text('abcdef12.g3h'), secondaryRegion: text('eu-central-1'),
      });
      return { construct, attribute: construct.endpointId };
    },
  },
  {
    name: 'ReplicaEmailIdentity.fromReplicaEmailIdentityName', column: IMPORTS, namesRegion: true,
    declare: (scope, id, { text } = PLAIN) => {
      const construct = ReplicaEmailIdentity.fromReplicaEmailIdentityName(scope, id, text('example.com'), text('eu-central-1'));
      return { construct, attribute: construct.emailIdentityArn };
    },
  },
  {
    name: 'ReplicaEmailIdentity.fromReplicaEmailIdentityArn', column: IMPORTS,
    declare: (scope, id, { text } = PLAIN) => {
      const construct = ReplicaEmailIdentity.fromReplicaEmailIdentityArn(scope, id, text('arn:aws:ses:eu-central-1:111122223333:identity/example.com'));
      return { construct, attribute: construct.emailIdentityName };
    },
  },
  {
    name: 'CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes', column: IMPORTS,
    declare: (scope, id, { text } = PLAIN) => {
      const construct = CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(scope, id, { acceleratorArn: text(ACCELERATOR_ARN) });
      return { construct, attribute: construct.acceleratorArn };
    },
  },
  {
    name: 'CustomRoutingListener.fromCustomRoutingListenerArn', column: IMPORTS,
    declare: (scope, id, { text } = PLAIN) => {
      const construct = CustomRoutingListener.fromCustomRoutingListenerArn(scope, id, text(LISTENER_ARN));
      return { construct, attribute: construct.acceleratorArn };
    },
  },
  {
    name: 'CustomRoutingEndpointGroup.fromCustomRoutingEndpointGroupAttributes', column: IMPORTS,
    declare: (scope, id, { text } = PLAIN) => {
      const construct = CustomRoutingEndpointGroup.fromCustomRoutingEndpointGroupAttributes(scope, id, {
        endpointGroupArn: text(GROUP_ARN), region: text('eu-central-1'),
      });
      return { construct, attribute: construct.endpointGroupArn };
    },
  },
  {
    name: 'StandbyWorkspace.fromStandbyWorkspaceId', column: IMPORTS,
    declare: (scope, id, { text } = PLAIN) => {
      const construct = StandbyWorkspace.fromStandbyWorkspaceId(scope, id, text(PRIMARY));
      return { construct, attribute: construct.workspaceArn };
    },
  },
  {
    name: 'StandbyWorkspaceFleet.fromStandbyWorkspaceFleetAttributes', column: IMPORTS,
    declare: (scope, id, { text } = PLAIN) => {
      const construct = StandbyWorkspaceFleet.fromStandbyWorkspaceFleetAttributes(scope, id, { fleetId: text('fleet/1'), directoryId: text(DIRECTORY) });
      return { construct, attribute: construct.fleetId };
    },
  },
  {
    name: 'TransitGatewayPeeringAccepter.fromTransitGatewayPeeringAccepterAttributes', column: IMPORTS,
    declare: (scope, id, { text } = PLAIN) => {
      const construct = TransitGatewayPeeringAccepter.fromTransitGatewayPeeringAccepterAttributes(scope, id, {
        transitGatewayAttachmentId: text(ATTACHMENT), transitGatewayId: text('tgw-0123456789abcdef0'),
      });
      return { construct, attribute: construct.transitGatewayAttachmentId };
    },
  },
  {
    name: 'DsqlClusterPeering.fromDsqlClusterPeeringAttributes', column: IMPORTS,
    declare: (scope, id, { text } = PLAIN) => {
      const construct = DsqlClusterPeering.fromDsqlClusterPeeringAttributes(scope, id, {
        clusterArn: text(CLUSTER), peerClusterArn: text(PEER_CLUSTER),
      });
      return { construct, attribute: construct.clusterArn };
    },
  },
  {
    name: 'ConnectionAliasAssociation.fromConnectionAliasAssociationAttributes', column: IMPORTS,
    declare: (scope, id, { text } = PLAIN) => {
      const construct = ConnectionAliasAssociation.fromConnectionAliasAssociationAttributes(scope, id, {
        aliasId: text('wsca-0123abcde'), connectionIdentifier: text('wsc-1234'),
      });
      return { construct, attribute: construct.connectionIdentifier };
    },
  },
];

export const CONSTRUCTS: readonly Entry[] = [...MADE, ...LOOKED_UP, ...IMPORTED];
