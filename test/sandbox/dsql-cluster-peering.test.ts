import { CfnOutput, CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dsql from 'aws-cdk-lib/aws-dsql';
import { newApp } from './answering-function';
import { FAILING_TYPE, failingResource } from '../../demo/faults';
import { DeploymentFailed, Sandbox } from '../../sandbox';
import { auroraDsqlProvisioners } from '../../sandbox/cloudformation/aurora-dsql-provisioners';
import { AuroraDsqlSimulator } from '../../sandbox/services/aurora-dsql';
import { DsqlClusterPeering, MultiRegionParameter, type DsqlClusterPeeringProps } from '../../src';

/*
 * A database in two Regions: templates, bundle, state machine and IAM policies together.
 */
const ACCOUNT = '111122223333';
const WITNESS = 'us-west-2';
const NAME = '/database/ohio';
let sandbox: Sandbox;
let database: AuroraDsqlSimulator;

beforeEach(async () => {
  database = new AuroraDsqlSimulator();
  sandbox = new Sandbox({ services: [database], provisioners: { [FAILING_TYPE]: failingResource, ...auroraDsqlProvisioners(database) } });
  await sandbox.start();
});

afterEach(async () => {
  expect(sandbox.defects).toEqual([]);
  await sandbox.stop();
});

/** The stack of each cluster, and that which peers them. */
function synth(props: Partial<DsqlClusterPeeringProps> = {}, more: (peering: Stack) => void = () => undefined): string {
  const app = newApp();
  const stackIn = (id: string, region: string) => new Stack(app, id, { env: { account: ACCOUNT, region } });
  const cluster = (stack: Stack) => {
    const resource = new dsql.CfnCluster(stack, 'Cluster', { deletionProtectionEnabled: false, multiRegionProperties: { witnessRegion: WITNESS } });
    new CfnOutput(stack, 'Arn', { value: resource.attrResourceArn });
    return resource;
  };
  const [virginia, ohio, peering] = [stackIn('Virginia', 'us-east-1'), stackIn('Ohio', 'us-east-2'), stackIn('Peering', 'us-east-1')];
  const one = cluster(virginia);
  new MultiRegionParameter(ohio, 'Arn2', { parameterName: NAME, value: cluster(ohio).attrResourceArn, regions: ['us-east-1'] });
  const construct = new DsqlClusterPeering(peering, 'Peering', {
    clusterArn: one.attrResourceArn, peerClusterArn: MultiRegionParameter.valueFor(peering, NAME), witnessRegion: WITNESS, ...props,
  });
  new CfnOutput(peering, 'One', { value: construct.clusterEndpoint });
  new CfnOutput(peering, 'Two', { value: construct.peerClusterEndpoint });
  peering.node.addDependency(ohio);
  more(peering);
  return app.synth().directory;
}

const arns = () => [String(sandbox.outputs('Virginia').Arn), String(sandbox.outputs('Ohio').Arn)];
const states = (of = arns()) => of.map(arn => database.statusOf(arn, sandbox.clock.now()));
const owners = (of = arns()) => of.map(arn => database.tagsOf(arn)['cdk-multi-region:owner']);

test('is one database after one deployment', async () => {
  await sandbox.deploy(synth());

  const [one, two] = arns();
  expect(states()).toEqual(['ACTIVE', 'ACTIVE']);
  expect([database.peerOf(one), database.peerOf(two)]).toEqual([two, one]);
  expect(sandbox.outputs('Peering')).toMatchObject({
    One: `${one.split('/')[1]}.dsql.us-east-1.on.aws`, Two: `${two.split('/')[1]}.dsql.us-east-2.on.aws`,
  });
  expect(new Set(owners())).toEqual(new Set([expect.stringMatching(/^[0-9a-f]{64}$/)]));
});

test('uses each permission of its policies, and asks for no other', async () => {
  const directory = synth();
  await sandbox.deploy(directory);
  await sandbox.destroy(directory, { stacks: ['Peering'] });

  const uses = sandbox.calls.filter(({ principalArn, service }) => principalArn && service === 'DSQL').flatMap(({ permissions }) => permissions);
  expect(uses.filter(({ allowed }) => !allowed)).toEqual([]);
  expect([...new Set(uses.map(({ action }) => action))].sort()).toEqual([
    'dsql:AddPeerCluster', 'dsql:GetCluster', 'dsql:PutMultiRegionProperties', 'dsql:PutWitnessRegion', 'dsql:TagResource', 'dsql:UntagResource', 'dsql:UpdateCluster',
  ]);
});

test('when its stack is deleted, the clusters stay peered, and a new stack takes them as they are', async () => {
  const directory = synth();
  await sandbox.deploy(directory);

  await sandbox.destroy(directory, { stacks: ['Peering'] });
  expect(states()).toEqual(['ACTIVE', 'ACTIVE']);
  expect(owners()).toEqual([undefined, undefined]);

  await sandbox.deploy(directory, { stacks: ['Peering'] });
  expect(sandbox.outputs('Peering').One).toMatch(/us-east-1\.on\.aws$/);
});

test('a deployment that is rolled back leaves the clusters peered, and the next one goes through', async () => {
  const failing = synth({}, peering => {
    new CfnResource(peering, 'Breaker', { type: FAILING_TYPE }).node.addDependency(peering.node.findChild('Peering'));
  });

  await expect(sandbox.deploy(failing)).rejects.toThrow(DeploymentFailed);
  expect(states()).toEqual(['ACTIVE', 'ACTIVE']);
  expect(owners()).toEqual([undefined, undefined]);
  await sandbox.destroy(failing, { stacks: ['Peering'] });

  await sandbox.deploy(synth());
  expect(states()).toEqual(['ACTIVE', 'ACTIVE']);
});

test('an update of a cluster by its own stack keeps the tags that say whose the peering is', async () => {
  await sandbox.deploy(synth());
  const before = owners();

  await sandbox.deploy(synth());
  expect(owners()).toEqual(before);
});

test('what RETAIN has kept is refused, and adopted when it is asked for', async () => {
  await sandbox.deploy(synth({ removalPolicy: RemovalPolicy.RETAIN }));
  const [one] = arns();
  await sandbox.destroy(synth({ removalPolicy: RemovalPolicy.RETAIN }), { stacks: ['Peering'] });

  await expect(sandbox.deploy(synth())).rejects.toThrow(/belongs to another stack or logical id.*adopt: 'arn:aws:dsql/);
  await sandbox.destroy(synth(), { stacks: ['Peering'] });
  await sandbox.deploy(synth({ adopt: one, removalPolicy: RemovalPolicy.RETAIN }));

  expect(states()).toEqual(['ACTIVE', 'ACTIVE']);
});

test('nothing is left of the three stacks', async () => {
  const directory = synth();
  await sandbox.deploy(directory);

  await sandbox.destroy(directory);

  expect(sandbox.leftovers()).toEqual([]);
});
