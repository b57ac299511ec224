import { CfnOutput, CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { newApp } from './answering-function';
import { FAILING_TYPE, failingResource } from '../../demo/faults';
import { DeploymentFailed, Sandbox } from '../../sandbox';
import { transitGatewayProvisioners } from '../../sandbox/cloudformation/transit-gateway-provisioners';
import { TransitGatewaySimulator } from '../../sandbox/services/transit-gateway';
import { MultiRegionParameter, TransitGatewayPeeringAccepter, type TransitGatewayPeeringAccepterProps } from '../../src';

/*
 * A peering of two Regions: template, bundle, state machine, IAM policies and the query protocol of EC2 together.
 */
const NAME = '/network/peering';
const REQUESTER = 'eu-west-1';
const ACCEPTER = 'eu-central-1';
const ACCOUNT = '111122223333';
let sandbox: Sandbox;
let gateways: TransitGatewaySimulator;

beforeEach(async () => {
  gateways = new TransitGatewaySimulator();
  sandbox = new Sandbox({ services: [gateways], provisioners: { [FAILING_TYPE]: failingResource, ...transitGatewayProvisioners(gateways) } });
  await sandbox.start();
});

afterEach(async () => {
  expect(sandbox.defects).toEqual([]);
  await sandbox.stop();
});

/** The stack that requests, that which accepts, and that which needs the peering in the Region of the request. */
function synth(props: Partial<TransitGatewayPeeringAccepterProps> = {}, more: (accepting: Stack) => void = () => undefined): string {
  const app = newApp();
  const requesting = new Stack(app, 'Requesting', { env: { account: ACCOUNT, region: REQUESTER } });
  const gateway = new ec2.CfnTransitGateway(requesting, 'Gateway');
  const attachment = new ec2.CfnTransitGatewayPeeringAttachment(requesting, 'Peering', {
    transitGatewayId: gateway.ref, peerTransitGatewayId: 'tgw-0123456789abcdef0', peerAccountId: ACCOUNT, peerRegion: ACCEPTER,
  });
  new MultiRegionParameter(requesting, 'PeeringId', { parameterName: NAME, value: attachment.attrTransitGatewayAttachmentId, regions: [ACCEPTER] });
  new CfnOutput(requesting, 'Id', { value: attachment.attrTransitGatewayAttachmentId });

  const accepting = new Stack(app, 'Accepting', { env: { account: ACCOUNT, region: ACCEPTER } });
  const accepter = new TransitGatewayPeeringAccepter(accepting, 'Accepter', {
    transitGatewayAttachmentId: MultiRegionParameter.valueFor(accepting, NAME), tags: { Name: 'to-ireland' }, ...props,
  });
  new ec2.CfnTransitGatewayRoute(accepting, 'Route', {
    transitGatewayRouteTableId: 'tgw-rtb-1', destinationCidrBlock: '10.1.0.0/16', transitGatewayAttachmentId: accepter.transitGatewayAttachmentId,
  });
  Object.entries({
    Id: accepter.transitGatewayAttachmentId, Peer: accepter.peerTransitGatewayId, PeerRegion: accepter.peerRegion, Own: accepter.transitGatewayId,
  }).forEach(([id, value]) => new CfnOutput(accepting, id, { value }));
  accepting.node.addDependency(requesting);
  more(accepting);
  return app.synth().directory;
}

function attachmentId(): string {
  return String(sandbox.outputs('Requesting').Id);
}

function state(id: string): string | undefined {
  return gateways.stateOf(id, sandbox.clock.now());
}

test('is accepted in the other Region, and routes there wait for it', async () => {
  await sandbox.deploy(synth());

  const id = attachmentId();
  expect(state(id)).toBe('available');
  expect(sandbox.outputs('Accepting')).toEqual({ Id: id, Peer: expect.stringMatching(/^tgw-/), PeerRegion: REQUESTER, Own: 'tgw-0123456789abcdef0' });
  expect(gateways.tagsOf(id, ACCEPTER)).toEqual({ 'Name': 'to-ireland', 'cdk-multi-region:owner': expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(gateways.tagsOf(id, REQUESTER)).toEqual({});
});

test('uses each permission of its policy, and asks for no other', async () => {
  await sandbox.deploy(synth({ deleteAttachment: true }));
  await sandbox.deploy(synth());
  await sandbox.deploy(synth({ deleteAttachment: true }));
  await sandbox.destroy(synth(), { stacks: ['Accepting'] });

  const uses = sandbox.calls.filter(({ principalArn, service }) => principalArn && service === 'EC2').flatMap(({ permissions }) => permissions);
  expect(uses.filter(({ allowed }) => !allowed)).toEqual([]);
  expect([...new Set(uses.map(({ action }) => action))].sort()).toEqual([
    'ec2:AcceptTransitGatewayPeeringAttachment', 'ec2:CreateTags', 'ec2:DeleteTags', 'ec2:DeleteTransitGatewayPeeringAttachment',
    'ec2:DescribeTransitGatewayPeeringAttachments',
  ]);
});

test('when its stack is deleted, the attachment stays accepted, and a new stack takes it as it is', async () => {
  const directory = synth();
  await sandbox.deploy(directory);
  const id = attachmentId();

  await sandbox.destroy(directory, { stacks: ['Accepting'] });
  expect(state(id)).toBe('available');
  expect(gateways.tagsOf(id, ACCEPTER)).toEqual({ Name: 'to-ireland' });

  await sandbox.deploy(directory, { stacks: ['Accepting'] });
  expect(sandbox.outputs('Accepting').Id).toBe(id);
});

test('with deleteAttachment the attachment goes away with it, and its requester does not mind', async () => {
  const directory = synth({ deleteAttachment: true });
  await sandbox.deploy(directory);
  const id = attachmentId();

  await sandbox.destroy(directory, { stacks: ['Accepting'] });
  expect(state(id)).toBe('deleted');

  await sandbox.destroy(directory);
  expect(sandbox.leftovers()).toEqual([]);
});

test('a deployment that is rolled back leaves the attachment accepted, and the next one goes through', async () => {
  const failing = synth({}, accepting => {
    const breaker = new CfnResource(accepting, 'Breaker', { type: FAILING_TYPE });
    breaker.node.addDependency(accepting.node.findChild('Accepter'));
  });

  await expect(sandbox.deploy(failing)).rejects.toThrow(DeploymentFailed);
  const id = attachmentId();
  expect(state(id)).toBe('available');
  expect(gateways.tagsOf(id, ACCEPTER)).toEqual({ Name: 'to-ireland' });
  await sandbox.destroy(failing, { stacks: ['Accepting'] });

  await sandbox.deploy(synth());
  expect(state(id)).toBe('available');
});

test('what RETAIN has kept is refused, and adopted when it is asked for', async () => {
  await sandbox.deploy(synth({ removalPolicy: RemovalPolicy.RETAIN }));
  const id = attachmentId();
  await sandbox.destroy(synth({ removalPolicy: RemovalPolicy.RETAIN }), { stacks: ['Accepting'] });

  await expect(sandbox.deploy(synth())).rejects.toThrow(/belongs to another stack or logical id.*adopt: 'tgw-attach-/);
  await sandbox.destroy(synth(), { stacks: ['Accepting'] });
  await sandbox.deploy(synth({ adopt: id, removalPolicy: RemovalPolicy.RETAIN }));

  expect(sandbox.outputs('Accepting').Id).toBe(id);
});

test('nothing is left of both stacks', async () => {
  const directory = synth();
  await sandbox.deploy(directory);

  await sandbox.destroy(directory);

  expect(sandbox.leftovers()).toEqual([]);
});
