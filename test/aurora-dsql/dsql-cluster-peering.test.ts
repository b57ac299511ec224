import { App, Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as dsql from 'aws-cdk-lib/aws-dsql';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DsqlClusterPeering, MultiRegionParameter, type DsqlClusterPeeringProps } from '../../src';

const TYPE = 'Custom::DsqlClusterPeering';
const ACCOUNT = '111122223333';
const ONE = `arn:aws:dsql:us-east-1:${ACCOUNT}:cluster/${'a'.repeat(26)}`;
const TWO = `arn:aws:dsql:us-east-2:${ACCOUNT}:cluster/${'b'.repeat(26)}`;
const WITNESS = 'us-west-2';

function stackIn(region = 'us-east-1', app = new App()): Stack {
  return new Stack(app, `Data-${region}`, { env: { account: ACCOUNT, region }, crossRegionReferences: true });
}

function declare(props: Partial<DsqlClusterPeeringProps> = {}, stack = stackIn()): DsqlClusterPeering {
  return new DsqlClusterPeering(stack, 'Peering', { clusterArn: ONE, peerClusterArn: TWO, witnessRegion: WITNESS, ...props });
}

function propertiesOf(props: Partial<DsqlClusterPeeringProps>): Record<string, unknown> {
  const [resource] = Object.values(Template.fromStack(Stack.of(declare(props))).findResources(TYPE));
  return resource.Properties;
}

function statementsOf(stack: Stack): any[] {
  return Object.values<any>(Template.fromStack(stack).toJSON().Resources)
    .flatMap(({ Properties }) => [...Properties.Policies ?? [], Properties])
    .flatMap(({ PolicyDocument }: any) => PolicyDocument?.Statement ?? [])
    .filter(({ Action }: any) => JSON.stringify(Action).includes('dsql:'));
}

test('says what is declared, and nothing of what is not', () => {
  expect(propertiesOf({})).toEqual({ ServiceToken: expect.anything(), Schema: '1', ClusterArn: ONE, PeerClusterArn: TWO, WitnessRegion: WITNESS });
  expect(propertiesOf({ timeout: Duration.minutes(40) })).toMatchObject({ TimeoutSeconds: 2400 });
});

test('the template', () => {
  const template = Template.fromStack(Stack.of(declare())).toJSON();
  Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function').forEach(({ Properties }) => { Properties.Code = 'the bundle'; });
  expect(template).toMatchSnapshot();
});

test('the logical ids of the provider never change', () => {
  expect(Object.keys(Template.fromStack(Stack.of(declare())).toJSON().Resources).filter(id => !id.startsWith('Peering')).sort()).toEqual([
    'MultiRegionAuroraDsqlFunction', 'MultiRegionAuroraDsqlLogs', 'MultiRegionAuroraDsqlRole',
    'MultiRegionAuroraDsqlWaiter', 'MultiRegionAuroraDsqlWaiterPolicy', 'MultiRegionAuroraDsqlWaiterRole',
  ]);
});

test('may change the two clusters only, and never part or delete a cluster', () => {
  const stack = stackIn();
  declare({}, stack);
  const inWitness = (letter: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:dsql:${WITNESS}:${ACCOUNT}:cluster/${letter.repeat(26)}`]] });
  expect(statementsOf(stack)).toEqual(expect.arrayContaining([
    { Effect: 'Allow', Action: ['dsql:GetCluster', 'dsql:UntagResource'], Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:dsql:*:${AWS::AccountId}:cluster/*' } },
    { Effect: 'Allow', Action: ['dsql:UpdateCluster', 'dsql:PutMultiRegionProperties', 'dsql:AddPeerCluster', 'dsql:TagResource'], Resource: [ONE, TWO] },
    {
      Effect: 'Allow', Action: 'dsql:PutWitnessRegion', Resource: [ONE, TWO, inWitness('a'), inWitness('b')],
      Condition: { StringEquals: { 'dsql:WitnessRegion': WITNESS } },
    },
  ]));
  expect(JSON.stringify(statementsOf(stack))).not.toMatch(/RemovePeerCluster|DeleteCluster/);
});

test('the ARNs and host names come from the peering, so that who uses them waits until both clusters are active', () => {
  const peering = declare();
  const { clusterArn, peerClusterArn, clusterEndpoint, peerClusterEndpoint } = peering;
  expect([clusterArn, peerClusterArn, clusterEndpoint, peerClusterEndpoint].map(value => Stack.of(peering).resolve(value)['Fn::GetAtt'][1]))
    .toEqual(['ClusterArn', 'PeerClusterArn', 'ClusterEndpoint', 'PeerClusterEndpoint']);
});

test('grants connections to both clusters, created or imported', () => {
  const stack = stackIn();
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  DsqlClusterPeering.fromDsqlClusterPeeringAttributes(stack, 'Imported', { clusterArn: ONE, peerClusterArn: TWO }).grants.connect(role);
  declare({}, stack).grants.connectAdmin(role);
  expect(statementsOf(stack)).toEqual(expect.arrayContaining([
    { Effect: 'Allow', Action: 'dsql:DbConnect', Resource: [ONE, TWO] },
    {
      Effect: 'Allow', Action: 'dsql:DbConnectAdmin',
      Resource: ['ClusterArn', 'PeerClusterArn'].map(name => ({ 'Fn::GetAtt': [expect.stringMatching(/^Peering/), name] })),
    },
  ]));
});

test('adopts only with RETAIN', () => {
  expect(propertiesOf({ adopt: ONE, removalPolicy: RemovalPolicy.RETAIN })).toMatchObject({ Adopt: ONE });
  expect(() => propertiesOf({ adopt: ONE })).toThrow(/a rollback would delete what was there before\. Set removalPolicy: RemovalPolicy\.RETAIN/);
});

test.each<[string, Partial<DsqlClusterPeeringProps>, RegExp]>([
  ['what is no cluster', { clusterArn: 'arn:aws:rds:us-east-1:111122223333:cluster:db' }, /Peering: clusterArn is 'arn:aws:rds.*must be the ARN of an Aurora DSQL cluster.*Use the attribute attrResourceArn/],
  ['the id of a cluster', { peerClusterArn: 'b'.repeat(26) }, /peerClusterArn is 'b+'/],
  ['a missing ARN', { peerClusterArn: undefined as any }, /peerClusterArn is missing.*must be text/],
  ['a construct', { clusterArn: new dsql.CfnCluster(stackIn(), 'Cluster') as any }, /clusterArn is the construct .*Use the attribute of the construct that has it/],
  ['two clusters of one Region', { peerClusterArn: ONE.replace('aaa', 'bbb') }, /clusterArn and peerClusterArn 'arn:.*' are both in us-east-1.*Use a cluster of another Region/],
  ['the same cluster twice', { peerClusterArn: ONE }, /are both in us-east-1/],
  ['a cluster of another account', { peerClusterArn: TWO.replace(ACCOUNT, '444455556666') }, /peerClusterArn is a cluster of account 444455556666, but this stack is in account 111122223333/],
  ['a witness in the Region of a cluster', { witnessRegion: 'us-east-2' }, /witnessRegion is 'us-east-2', the Region of peerClusterArn.*Use a third Region/],
  ['a witness of another partition', { witnessRegion: 'cn-north-1' }, /nothing reaches from one partition to another/],
  ['what is no Region', { witnessRegion: 'Oregon' }, /witnessRegion 'Oregon' is not the name of a Region/],
  ['another kind of adoption', { adopt: 'cluster', removalPolicy: RemovalPolicy.RETAIN }, /adopt is 'cluster'/],
  ['a time that is too long', { timeout: Duration.hours(1) }, /between 120 seconds and 59 minutes/],
])('%s is refused at synthesis', (_, props, message) => {
  expect(() => propertiesOf(props)).toThrow(message);
});

describe('clusters that the app declares', () => {
  const app = () => {
    const root = new App();
    return { here: stackIn('us-east-1', root), there: stackIn('us-east-2', root) };
  };
  const cluster = (stack: Stack, multiRegionProperties?: dsql.CfnCluster.MultiRegionPropertiesProperty) => new dsql.CfnCluster(stack, 'Cluster', { multiRegionProperties });

  test('are peered across stacks and Regions', () => {
    const { here, there } = app();
    const [one, two] = [here, there].map(stack => cluster(stack, { witnessRegion: WITNESS }));
    declare({ clusterArn: one.attrResourceArn, peerClusterArn: two.attrResourceArn }, here);
    Template.fromStack(here).hasResourceProperties(TYPE, { ClusterArn: { 'Fn::GetAtt': ['Cluster', 'ResourceArn'] } });
  });

  test.each<[string, dsql.CfnCluster.MultiRegionPropertiesProperty | undefined, RegExp]>([
    ['no witness', undefined, /clusterArn is that of 'Data-us-east-1\/Cluster', which has no witness Region.*Declare it with multiRegionProperties: { witnessRegion: 'us-west-2' }/],
    ['another witness', { witnessRegion: 'ca-central-1' }, /witnessRegion is 'us-west-2', but 'Data-us-east-1\/Cluster' declares the witness 'ca-central-1'.*Use one Region for all three/],
    ['peers of their own', { witnessRegion: WITNESS, clusters: [TWO] }, /declares 'clusters' itself, and an update of it would undo the peering\. Remove 'clusters'/],
  ])('and have %s are refused', (_, properties, message) => {
    const { here } = app();
    expect(() => declare({ clusterArn: cluster(here, properties).attrResourceArn }, here)).toThrow(message);
  });

  test('both in one Region are refused', () => {
    const { here } = app();
    expect(() => declare({ clusterArn: cluster(here, { witnessRegion: WITNESS }).attrResourceArn, peerClusterArn: ONE }, here)).toThrow(/are both in us-east-1/);
  });
});

test('a cluster is peered once in an app, in whichever stack', () => {
  const app = new App();
  declare({}, stackIn('us-east-1', app));
  declare({ clusterArn: TWO, peerClusterArn: ONE.replace('aaa', 'ccc') }, stackIn('us-east-2', app));
  expect(() => app.synth()).toThrow(/'Data-us-east-1\/Peering' peers the cluster 'arn:aws:dsql:us-east-2.*already, and a cluster has one peer\. Remove one of the two/);
});

test('values that are known at deployment only are not refused', () => {
  const stack = new Stack(new App(), 'Anywhere');
  declare({
    clusterArn: Aws.STACK_ID, peerClusterArn: MultiRegionParameter.valueFor(stack, '/database/ohio'), witnessRegion: Aws.REGION,
  }, stack);
  expect(Object.keys(Template.fromStack(stack).findResources(TYPE))).toHaveLength(1);
});

test('an import checks what it is given', () => {
  expect(() => DsqlClusterPeering.fromDsqlClusterPeeringAttributes(stackIn(), 'Imported', { clusterArn: ONE, peerClusterArn: 'cluster' }))
    .toThrow(/peerClusterArn is 'cluster'/);
});
