import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import {
  ConnectionAliasAssociation, CustomRoutingAccelerator, CustomRoutingEndpointGroup, CustomRoutingListener, CustomRoutingProtocol, MultiRegionEndpoint,
  StandbyWorkspace, StandbyWorkspaceFleet, TrafficPolicy,
} from '../../src';

/*
 * What the compiler refuses, but plain JavaScript, `any` and `process.env.NAME!` let pass.
 */

const ENV = { account: '111122223333', region: 'eu-west-1' };
const SECONDARY = 'eu-central-1';
const STANDBY = { primaryWorkspaceId: 'ws-0123abcde', primaryRegion: 'us-east-1', directoryId: 'd-9367000001' };
const ATTACHMENT = 'arn:aws:globalaccelerator::111122223333:attachment/0a1b2c3d-0000-1111-2222-333344445555';

const endpointIn = (stack: Stack) => new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: SECONDARY });
const listenerIn = (stack: Stack) => new CustomRoutingAccelerator(stack, 'Accelerator').addListener('L', { portRanges: [{ fromPort: 1, toPort: 9000 }] });
const groupIn = (stack: Stack, region?: string) =>
  listenerIn(stack).addEndpointGroup('G', { region, destinations: [{ fromPort: 80, protocols: [CustomRoutingProtocol.TCP] }] });
const associationIn = (stack: Stack) => new ConnectionAliasAssociation(stack, 'Association', { aliasId: 'wsca-0123abcde', directoryId: STANDBY.directoryId });
const userIn = (stack: Stack) => new iam.User(stack, 'User');

/** Everything that is text, by what the message calls it. */
const TEXTS: readonly [string, (stack: Stack, value: any) => void][] = [
  ['endpointName', (stack, endpointName) => new MultiRegionEndpoint(stack, 'X', { endpointName, secondaryRegion: SECONDARY })],
  ['secondaryRegion', (stack, secondaryRegion) => new MultiRegionEndpoint(stack, 'X', { secondaryRegion })],
  ["the value of tag 'team'", (stack, team) => new MultiRegionEndpoint(stack, 'X', { secondaryRegion: SECONDARY, tags: { team } })],
  ['endpointName', (stack, endpointName) => MultiRegionEndpoint.fromEndpointName(stack, 'X', endpointName)],
  ['endpointId', (stack, endpointId) =>
    MultiRegionEndpoint.fromMultiRegionEndpointAttributes(stack, 'X', { endpointName: 'mail', endpointId, secondaryRegion: SECONDARY })],
  ['the identity of grants.sendEmail()', (stack, identity) => endpointIn(stack).grants.sendEmail(userIn(stack), { identities: [identity] })],
  ['acceleratorName', (stack, acceleratorName) => new CustomRoutingAccelerator(stack, 'X', { acceleratorName })],
  ['an address in ipAddresses', (stack, address) => new CustomRoutingAccelerator(stack, 'X', { ipAddresses: [address] })],
  ['acceleratorArn', (stack, acceleratorArn) => CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(stack, 'X', { acceleratorArn })],
  ['listenerArn', (stack, listenerArn) => CustomRoutingListener.fromCustomRoutingListenerArn(stack, 'X', listenerArn)],
  ['endpointGroupArn', (stack, arn) => CustomRoutingEndpointGroup.fromCustomRoutingEndpointGroupAttributes(stack, 'X', { endpointGroupArn: arn, region: 'eu-west-1' })],
  ['region', groupIn],
  ['subnetId', (stack, subnetId) => groupIn(stack).addCrossAccountSubnet(subnetId, { attachmentArn: ATTACHMENT })],
  ['attachmentArn', (stack, attachmentArn) => groupIn(stack).addCrossAccountSubnet('subnet-1', { attachmentArn })],
  ['an address of TrafficPolicy.allow()', (stack, address) => groupIn(stack).addCrossAccountSubnet('subnet-1', {
    attachmentArn: ATTACHMENT, traffic: TrafficPolicy.allow({ addresses: [address] }),
  })],
  ['primaryWorkspaceId', (stack, primaryWorkspaceId) => new StandbyWorkspace(stack, 'X', { ...STANDBY, primaryWorkspaceId })],
  ['directoryId', (stack, directoryId) => new StandbyWorkspace(stack, 'X', { ...STANDBY, directoryId })],
  ['primaryRegion', (stack, primaryRegion) => new StandbyWorkspace(stack, 'X', { ...STANDBY, primaryRegion })],
  ['primaryWorkspaceIds', (stack, id) =>
    new StandbyWorkspaceFleet(stack, 'X', { primaryRegion: 'us-east-1', directoryId: STANDBY.directoryId, primaryWorkspaceIds: [id] })],
  ['workspaceId', (stack, workspaceId) => StandbyWorkspace.fromStandbyWorkspaceId(stack, 'X', workspaceId)],
  ['aliasId', (stack, aliasId) => new ConnectionAliasAssociation(stack, 'X', { aliasId, directoryId: STANDBY.directoryId })],
  ['domainName', (stack, domainName) => associationIn(stack).addFailoverRecord('X', {
    domainName, failover: route53.Failover.SECONDARY, zone: route53.HostedZone.fromHostedZoneId(stack, 'Zone', 'Z1'),
  })],
];

const stackOf = () => new Stack(new App(), 'Mail', { env: ENV });

test.each(TEXTS)('a construct as %s is refused with its path and the way out', (property, build) => {
  const stack = stackOf();
  expect(() => build(stack, new Construct(stack, 'Directory')))
    .toThrow(`${property} is the construct 'Mail/Directory', but must be text. Use the attribute of the construct that has it.`);
});

test.each(TEXTS)('a number as %s is refused', (property, build) => {
  expect(() => build(stackOf(), 5)).toThrow(`${property} is of the type number (5), but must be text. Set it to a text.`);
});

test.each([
  ['secondaryRegion', (stack: Stack, value: any) => new MultiRegionEndpoint(stack, 'X', { secondaryRegion: value })],
  ['directoryId', (stack: Stack, value: any) => new StandbyWorkspace(stack, 'X', { ...STANDBY, directoryId: value })],
])('%s from a variable that is not set is missing', (property, build) => {
  expect(() => build(stackOf(), process.env.NO_SUCH_VARIABLE)).toThrow(`Mail/X: ${property} is missing, but must be text. Set it to a text.`);
});
