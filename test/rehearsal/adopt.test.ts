import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ses from 'aws-cdk-lib/aws-ses';
import { changesIn, resource } from './corpus';
import { removeAssemblies, synth } from './synth';
import { rehearse } from '../../cli/rehearse';
import {
  ConnectionAliasAssociation, CustomRoutingAccelerator, CustomRoutingEndpointGroup, CustomRoutingListener, CustomRoutingProtocol, DsqlClusterPeering,
  MultiRegionEndpoint, MultiRegionParameter, ReplicaEmailIdentity, StandbyWorkspace, StandbyWorkspaceFleet, TransitGatewayPeeringAccepter,
} from '../../src';

/*
 * What an app adopts is in the account already, so that a rehearsal has to make it up.
 */
const removalPolicy = RemovalPolicy.RETAIN;
const ACCELERATOR = 'arn:aws:globalaccelerator::111122223333:accelerator/12345678-abcd-1234-abcd-123456789012';
const LISTENER = `${ACCELERATOR}/listener/0123abcd`;
const GROUP = `${LISTENER}/endpoint-group/0123456789ab`;
const VIRGINIA = `arn:aws:dsql:us-east-1:111122223333:cluster/${'a'.repeat(26)}`;
const OHIO = `arn:aws:dsql:us-east-2:111122223333:cluster/${'b'.repeat(26)}`;
const standby = { primaryRegion: 'us-east-1', directoryId: 'd-9367000001', removalPolicy };

const ADOPTING: readonly [string, string, (stack: Stack) => void][] = [
  ['MultiRegionEndpoint', 'multi-Region endpoint', stack =>
    new MultiRegionEndpoint(stack, 'It', { endpointName: 'mail', secondaryRegion: 'eu-central-1', adopt: 'mail', removalPolicy })],
  ['ReplicaEmailIdentity', 'replica', stack => new ReplicaEmailIdentity(stack, 'It', {
    parentIdentity: ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'example.com'), replicaRegion: 'eu-central-1', adopt: 'example.com', removalPolicy,
  })],
  ['MultiRegionParameter', 'SSM parameter', stack =>
    new MultiRegionParameter(stack, 'It', { parameterName: '/a', value: 'b', regions: ['eu-central-1'], adopt: '/a', removalPolicy })],
  ['CustomRoutingAccelerator', 'accelerator', stack => new CustomRoutingAccelerator(stack, 'It', { adopt: ACCELERATOR, removalPolicy })],
  ['CustomRoutingListener', 'listener', stack => new CustomRoutingListener(stack, 'It', {
    accelerator: CustomRoutingAccelerator.fromCustomRoutingAcceleratorArn(stack, 'Acc', ACCELERATOR),
    portRanges: [{ fromPort: 10_001, toPort: 20_000 }], adopt: LISTENER, removalPolicy,
  })],
  ['CustomRoutingEndpointGroup', 'endpoint group', stack => new CustomRoutingEndpointGroup(stack, 'It', {
    listener: CustomRoutingListener.fromCustomRoutingListenerArn(stack, 'L', LISTENER),
    destinations: [{ fromPort: 80, protocols: [CustomRoutingProtocol.TCP] }], adopt: GROUP, removalPolicy,
  })],
  ['StandbyWorkspace', 'standby WorkSpace', stack =>
    new StandbyWorkspace(stack, 'It', { ...standby, primaryWorkspaceId: 'ws-0primary01', adopt: 'ws-0standby01' })],
  ['StandbyWorkspaceFleet', 'standby WorkSpace', stack => new StandbyWorkspaceFleet(stack, 'It', {
    ...standby, primaryWorkspaceIds: ['ws-0primary01', 'ws-0primary02'], adopt: { 'ws-0primary01': 'ws-0standby01' },
  })],
  ['ConnectionAliasAssociation', 'connection alias', stack =>
    new ConnectionAliasAssociation(stack, 'It', { aliasId: 'wsca-12345678', directoryId: 'd-9367000001', adopt: 'wsca-12345678', removalPolicy })],
  ['TransitGatewayPeeringAccepter', 'peering attachment', stack => new TransitGatewayPeeringAccepter(stack, 'It', {
    transitGatewayAttachmentId: 'tgw-attach-0123456789abcdef0', adopt: 'tgw-attach-0123456789abcdef0', removalPolicy,
  })],
  ['DsqlClusterPeering', 'Aurora DSQL cluster', stack =>
    new DsqlClusterPeering(stack, 'It', { clusterArn: VIRGINIA, peerClusterArn: OHIO, witnessRegion: 'us-west-2', adopt: OHIO, removalPolicy })],
];

const version = (region: string, build: (stack: Stack) => void) =>
  synth(app => build(new Stack(app, 'Adopting', { env: { region, account: '111122223333' } })));

afterAll(removeAssemblies);

test.each(ADOPTING)('%s: a %s is made up', async (construct, kind, build) => {
  const report = await rehearse(undefined, version(construct === 'DsqlClusterPeering' ? 'us-east-1' : 'eu-west-1', build));
  expect(report.stacks).toMatchObject([{ outcome: 'succeeds' }]);
  expect(resource(report, 'Adopting/It').change).toBe('created');
  expect(report.invented.map(invention => invention.kind)).toContain(kind);
  expect(report).toMatchObject({ outcome: 'harmless', leftovers: [], defects: [] });
});

test('what the old version of the app has made is adopted itself', async () => {
  const endpoint = (id: string, adopt?: string) => version('eu-west-1', stack => {
    new MultiRegionEndpoint(stack, id, { endpointName: 'mail', secondaryRegion: 'eu-central-1', adopt, removalPolicy: adopt ? removalPolicy : undefined });
  });
  const report = await rehearse(endpoint('Old'), endpoint('New', 'mail'));
  expect(changesIn(report)).toEqual({ 'Adopting/Old': 'deleted', 'Adopting/New': 'created' });
  expect(report.outcome).toBe('harmless');
  expect(resource(report, 'Adopting/Old')).toMatchObject({ kept: true, disruptive: false, effects: ['it stays as it is: New has adopted it'] });
  expect(resource(report, 'Adopting/New').advice).toEqual([]);
  expect(report.stacks).toMatchObject([{ outcome: 'succeeds' }]);
  expect(report.invented).toEqual([]);
});

test('a fleet adopts a standby that was declared alone', async () => {
  const primaryWorkspaceId = 'ws-0primary01';
  const old = version('us-west-2', stack => { new StandbyWorkspace(stack, 'Old', { ...standby, primaryWorkspaceId, removalPolicy: undefined }); });
  const [{ attributes }] = (await rehearse(undefined, old)).resources;
  const report = await rehearse(old, version('us-west-2', stack => {
    new StandbyWorkspaceFleet(stack, 'New', { ...standby, primaryWorkspaceIds: [primaryWorkspaceId], adopt: { [primaryWorkspaceId]: attributes.WorkspaceId.after! } });
  }));
  expect(report.outcome).toBe('harmless');
  expect(resource(report, 'Adopting/Old').effects).toEqual(['it stays as it is: New has adopted it']);
});
