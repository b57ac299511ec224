import { App, CfnOutput, Duration, Fn, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as workspaces from 'aws-cdk-lib/aws-workspaces';
import {
  ConnectionAliasAssociation, CustomRoutingAccelerator, CustomRoutingProtocol, DsqlClusterPeering, FailedMembersPolicy,
  MultiRegionEndpoint, MultiRegionParameter,
  ProviderService, ProviderSettings, ReplicaEmailIdentity, StandbyDataReplication, StandbyWorkspace, StandbyWorkspaceFleet, TrafficPolicy,
  TransitGatewayPeeringAccepter,
} from '../../../src';

const app = new App();
const env = { account: '111122223333', region: 'eu-west-1' };
declareMail(new Stack(app, 'Mail', { env }));
declareGame(new Stack(app, 'Game', { env }));
declareDesktops(new Stack(app, 'Desktops', { env }));
declareShared(new Stack(app, 'Shared', { env }));
app.synth();

function declareMail(stack: Stack): void {
  ProviderSettings.of(stack).set({ logRetention: logs.RetentionDays.ONE_WEEK });
  ProviderSettings.of(stack).setForService(ProviderService.SES, { memorySize: Size.mebibytes(512) });
  const sender = functionRole(stack, 'Sender');

  const endpoint = new MultiRegionEndpoint(stack, 'Endpoint', {
    secondaryRegion: 'eu-central-1',
    tags: { team: 'mail' },
    removalPolicy: RemovalPolicy.RETAIN,
    timeout: Duration.minutes(20),
  });
  endpoint.grants.sendEmail(sender, { identities: ['example.com'], configurationSets: ['news'] });
  endpoint.metricSendCount().createAlarm(stack, 'Silence', { threshold: 1, evaluationPeriods: 3 });
  new CfnOutput(stack, 'EndpointId', { value: endpoint.endpointId });
  new CfnOutput(stack, 'EndpointArn', { value: endpoint.endpointArn });

  const lookedUp = MultiRegionEndpoint.fromEndpointName(stack, 'LookedUp', 'legacy');
  new CfnOutput(stack, 'LookedUpRegion', { value: lookedUp.secondaryRegion });

  const described = MultiRegionEndpoint.fromMultiRegionEndpointAttributes(stack, 'Described', {
    endpointName: 'console',
    endpointId: 'abcdef12.g3h',
    secondaryRegion: 'us-east-1',
  });
  described.grants.sendEmail(sender, { identities: ['example.org'] });
}

function declareGame(stack: Stack): void {
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/16'),
    availabilityZones: ['eu-west-1a'],
    subnetConfiguration: [{ name: 'Servers', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 }],
  });
  const subnet = vpc.publicSubnets[0];
  const matchmaker = functionRole(stack, 'Matchmaker');

  const accelerator = new CustomRoutingAccelerator(stack, 'Accelerator', { acceleratorName: 'game', tags: { team: 'game' } });
  const listener = accelerator.addListener('Listener', { portRanges: [{ fromPort: 10000, toPort: 20000 }] });
  const servers = listener.addEndpointGroup('Servers', {
    destinations: [{ fromPort: 7777, toPort: 7778, protocols: [CustomRoutingProtocol.UDP] }],
  });
  servers.addSubnet(subnet, { traffic: TrafficPolicy.allow({ addresses: ['10.0.0.10'], ports: [7777] }) });
  servers.grants.readPortMappings(matchmaker);
  accelerator.grants.manageTraffic(matchmaker);
  const port = servers.addAcceleratorPortLookup('Lobby', { subnet, address: '10.0.0.10', port: 7777 });
  new CfnOutput(stack, 'LobbyPort', { value: port });
  new CfnOutput(stack, 'Addresses', { value: Fn.join(',', accelerator.ipv4Addresses) });

  const imported = CustomRoutingAccelerator.fromCustomRoutingAcceleratorArn(stack, 'Imported', 'arn:aws:globalaccelerator::111122223333:accelerator/0a1b2c3d-0000-1111-2222-333344445555');
  new CfnOutput(stack, 'ImportedName', { value: imported.dnsName });
  new CfnOutput(stack, 'ImportedAddresses', { value: Fn.join(',', imported.ipv4Addresses) });
}

function declareDesktops(stack: Stack): void {
  const directoryId = 'd-1234567890';
  const standby = new StandbyWorkspace(stack, 'Jane', {
    primaryWorkspaceId: 'ws-0123456789',
    primaryRegion: 'eu-central-1',
    directoryId,
    dataReplication: StandbyDataReplication.PRIMARY_AS_SOURCE,
    timeout: Duration.hours(2),
  });
  standby.grants.startAndStop(functionRole(stack, 'Operator'));
  new CfnOutput(stack, 'JanesAddress', { value: standby.ipAddress });

  const fleet = new StandbyWorkspaceFleet(stack, 'Fleet', {
    primaryWorkspaceIds: ['ws-1111111111', 'ws-2222222222'],
    primaryRegion: 'eu-central-1',
    directoryId,
    failedMembersPolicy: FailedMembersPolicy.KEEP_OTHERS,
  });
  new CfnOutput(stack, 'FirstStandby', { value: fleet.addStandbyWorkspaceIdLookup('ws-1111111111') });

  const alias = new workspaces.CfnConnectionAlias(stack, 'Alias', { connectionString: 'desktop.example.com' });
  const association = new ConnectionAliasAssociation(stack, 'Association', { alias, directoryId });
  association.addFailoverRecord('Record', {
    zone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789', zoneName: 'example.com' }),
    failover: route53.Failover.SECONDARY,
  });
}

/** Values that other stacks read, and what exists already. */
function declareShared(stack: Stack): void {
  const endpoint = new MultiRegionEndpoint(stack, 'Adopted', {
    endpointName: 'by-hand',
    secondaryRegion: 'eu-central-1',
    adopt: 'by-hand',
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const published = endpoint.publishId('/mail/endpoint-id', { regions: ['eu-central-1'] });
  published.grants.read(functionRole(stack, 'Reader'));
  new CfnOutput(stack, 'Version', { value: published.versionIn('eu-central-1') });

  const replica = endpoint.addIdentity('Replica', {
    parentIdentity: ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'example.com'),
    waitForDkim: false,
  });
  endpoint.grants.sendEmail(functionRole(stack, 'Newsletter'));
  new CfnOutput(stack, 'DkimStatus', { value: replica.dkimStatus });
  ReplicaEmailIdentity.fromReplicaEmailIdentityName(stack, 'OtherReplica', 'example.org', 'us-east-1').grants.sendEmail(functionRole(stack, 'OtherSender'));

  const servers = new MultiRegionParameter(stack, 'Servers', {
    parameterName: '/game/servers',
    values: ['10.0.0.10', '10.0.0.11'],
    tags: { team: 'game' },
  });
  servers.addRegion('us-east-1');
  new CfnOutput(stack, 'PublishedBefore', { value: MultiRegionParameter.valueFor(stack, '/mail/domain') });

  const accepter = new TransitGatewayPeeringAccepter(stack, 'Peering', {
    transitGatewayAttachmentId: 'tgw-attach-0123456789abcdef0',
    tags: { team: 'net' },
  });
  new CfnOutput(stack, 'PeerGateway', { value: accepter.peerTransitGatewayId });

  const database = new DsqlClusterPeering(stack, 'Database', {
    clusterArn: 'arn:aws:dsql:us-east-1:111122223333:cluster/aaaaaaaaaaaaaaaaaaaaaaaaaa',
    peerClusterArn: 'arn:aws:dsql:us-east-2:111122223333:cluster/bbbbbbbbbbbbbbbbbbbbbbbbbb',
    witnessRegion: 'us-west-2',
  });
  new CfnOutput(stack, 'DatabaseEndpoint', { value: database.clusterEndpoint });

  new StandbyWorkspaceFleet(stack, 'AdoptedFleet', {
    primaryWorkspaceIds: ['ws-4444444444', 'ws-5555555555'],
    primaryRegion: 'eu-central-1',
    directoryId: 'd-1234567890',
    adopt: { 'ws-4444444444': 'ws-6666666666' },
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

function functionRole(stack: Stack, id: string): iam.Role {
  return new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
}
