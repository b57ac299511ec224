import { App, CfnParameter, Duration, PropertyInjectors, RemovalPolicy, Stack, Tags, type IPropertyInjector } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnMicrosoftAD } from 'aws-cdk-lib/aws-directoryservice';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CfnWorkspace } from 'aws-cdk-lib/aws-workspaces';
import { StandbyDataReplication, StandbyWorkspace, type StandbyWorkspaceProps } from '../../src';

const ACCOUNT = '111122223333';
const ENV = { account: ACCOUNT, region: 'eu-west-1' };
const TYPE = 'Custom::StandbyWorkspace';
const READY = 'Custom::StandbyWorkspaceReady';
const KEY_ARN = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;

function stackOf(region: string = ENV.region, app = new App()): Stack {
  return new Stack(app, 'Desk', { env: { ...ENV, region } });
}

function standbyIn(stack: Stack, props: Partial<StandbyWorkspaceProps> = {}): StandbyWorkspace {
  return new StandbyWorkspace(stack, 'Standby', {
    ...(props.primaryWorkspace ? {} : { primaryWorkspaceId: 'ws-0123abcde' }), primaryRegion: 'us-east-1', directoryId: 'd-9367000001', ...props,
  });
}

function propertiesOf(stack: Stack, type = TYPE): Record<string, any>[] {
  return Object.values(Template.fromStack(stack).findResources(type)).map(resource => resource.Properties);
}

test('renders one custom resource with what was declared, and nothing that is a default', () => {
  const stack = stackOf();
  standbyIn(stack, { dataReplication: StandbyDataReplication.NO_REPLICATION, waitUntilReady: true });

  expect(propertiesOf(stack)).toEqual([{
    ServiceToken: { 'Fn::GetAtt': ['MultiRegionWorkSpacesFunction', 'Arn'] },
    Schema: '1',
    PrimaryWorkspaceId: 'ws-0123abcde',
    PrimaryRegion: 'us-east-1',
    DirectoryId: 'd-9367000001',
  }]);
});

test('renders everything that can be declared', () => {
  const stack = stackOf();
  const volumeEncryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
  standbyIn(stack, {
    volumeEncryptionKey, dataReplication: StandbyDataReplication.PRIMARY_AS_SOURCE, waitUntilReady: false, timeout: Duration.minutes(10),
  });
  expect(propertiesOf(stack)[0]).toMatchObject({
    VolumeEncryptionKey: KEY_ARN, DataReplication: 'PRIMARY_AS_SOURCE', WaitUntilReady: false, TimeoutSeconds: 600, ServiceTimeout: 2040,
  });
});

test('the template is what it was', () => {
  const stack = new Stack(new App(), 'Desk');
  standbyIn(stack, { tags: { team: 'desk' } });
  const template = Template.fromStack(stack).toJSON();
  template.Resources.MultiRegionWorkSpacesFunction.Properties.Code.S3Key = '<asset>';

  expect(template).toMatchSnapshot();
});

describe('the primary', () => {
  test('may be a construct in another Region, whose Region is taken', () => {
    const app = new App();
    const there = new Stack(app, 'There', { env: { ...ENV, region: 'us-east-1' }, crossRegionReferences: true });
    const here = new Stack(app, 'Desk', { env: ENV, crossRegionReferences: true });
    const primaryWorkspace = new CfnWorkspace(there, 'Jane', { bundleId: 'wsb-0123abcde', directoryId: 'd-9067000001', userName: 'jane' });
    standbyIn(here, { primaryWorkspace, primaryRegion: undefined });

    expect(propertiesOf(here)[0]).toMatchObject({
      PrimaryRegion: 'us-east-1', PrimaryWorkspaceId: { 'Fn::GetAtt': [expect.stringContaining('ExportsReader'), expect.anything()] },
    });
  });

  test('is needed once, with its Region', () => {
    const primaryWorkspace = CfnWorkspace.fromWorkspaceId(stackOf(), 'Imported', 'ws-0123abcde');
    expect(() => standbyIn(stackOf(), { primaryWorkspaceId: undefined })).toThrow(/Desk\/Standby: a standby has one primary.*either/);
    expect(() => standbyIn(stackOf(), { primaryWorkspace, primaryWorkspaceId: 'ws-0123abcde' })).toThrow(/has one primary/);
    expect(() => standbyIn(stackOf(), { primaryRegion: undefined })).toThrow(/'primaryRegion' is missing/);
    expect(() => standbyIn(stackOf(), { primaryWorkspace, primaryRegion: undefined })).toThrow(/were imported into it.*Set 'primaryRegion'/);
    expect(() => standbyIn(stackOf(), { primaryWorkspace })).not.toThrow();
  });
});

describe('checks', () => {
  test.each<[Partial<StandbyWorkspaceProps>, RegExp]>([
    [{ primaryWorkspaceId: 'ws-1' }, /Desk\/Standby: primaryWorkspaceId is 'ws-1', but must be 'ws-' and 8 to 63/],
    [{ primaryWorkspaceId: 'ws-0123ABCDE' }, /small letters/],
    [{ directoryId: 'x-9367000001' }, /directoryId is 'x-9367000001', but must be 'd-'/],
    [{ directoryId: `wsd-${'a'.repeat(62)}` }, /8 to 61/],
    [{ primaryRegion: 'eu-west-1' }, /primaryRegion is 'eu-west-1', the Region of the stack.*another Region/],
    [{ primaryRegion: 'Virginia' }, /'Virginia' is not the name of a Region/],
    [{ timeout: Duration.minutes(1) }, /timeout is 60 seconds.*between 120 seconds and 6 hours/],
    [{ timeout: Duration.hours(7) }, /6 hours/],
    [{ timeout: Duration.hours(2), waitUntilReady: false }, /'waitUntilReady' is false/],
  ])('%j is refused', (props, message) => {
    expect(() => standbyIn(stackOf(), props)).toThrow(message);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['too many', Object.fromEntries([...Array(50).keys()].map(n => [`k${n}`, 'v'])), /50 tags.*takes 50/],
    ['a long key', { ['k'.repeat(128)]: 'v' }, /1 to 127/],
    ['a long value', { k: 'v'.repeat(256) }, /at most 255/],
    ['a character', { k: 'a*b' }, /character/],
    ['a reserved key', { 'aws:workspaces:k': 'v' }, /begins with 'aws:'/],
  ])('%s in tags fails at synthesis', (_, tags, message) => {
    const stack = stackOf();
    standbyIn(stack, { tags });
    expect(() => Template.fromStack(stack)).toThrow(message);
  });

  test('a key or a directory that is known to be elsewhere is refused', () => {
    const app = new App();
    const there = new Stack(app, 'There', { env: { ...ENV, region: 'us-east-1' }, crossRegionReferences: true });
    const here = new Stack(app, 'Desk', { env: ENV, crossRegionReferences: true });
    const directory = new CfnMicrosoftAD(there, 'Directory', { name: 'corp.example.com', password: 'x', vpcSettings: { vpcId: 'vpc-1', subnetIds: [] } });
    expect(() => standbyIn(here, { directoryId: directory.ref })).toThrow(/directoryId comes from a stack in us-east-1/);
    const imported = kms.Key.fromKeyArn(here, 'Imported', KEY_ARN.replace('eu-west-1', 'us-east-1'));
    expect(() => standbyIn(stackOf(), { volumeEncryptionKey: imported })).toThrow(/volumeEncryptionKey is in us-east-1/);
    expect(() => standbyIn(stackOf(), { volumeEncryptionKey: new kms.Key(there, 'Key') })).toThrow(/volumeEncryptionKey is in us-east-1/);
  });

  test.each([['ap-south-1', 'us-east-1'], ['eu-west-1', 'ap-south-1']])('a Region without standbys is a warning (%s, %s)', (region, primaryRegion) => {
    const stack = stackOf(region);
    standbyIn(stack, { primaryRegion });
    Annotations.fromStack(stack).hasWarning('/Desk/Standby', Match.stringLikeRegexp('not in ap-south-1.*acknowledge.*cdk-multi-region:standbyWorkspaceRegion'));
  });

  test('the four Regions have no warning, tokens pass', () => {
    const stack = stackOf('us-west-2');
    standbyIn(stack, { primaryRegion: 'eu-central-1' });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());

    const agnostic = new Stack(new App(), 'Agnostic');
    const token = new CfnParameter(agnostic, 'Id').valueAsString;
    standbyIn(agnostic, { primaryWorkspaceId: token, primaryRegion: token, directoryId: token, tags: { k: token } });
    expect(() => Template.fromStack(agnostic)).not.toThrow();
  });
});

describe('attributes', () => {
  test('are those of the custom resource', () => {
    const stack = stackOf();
    const standby = standbyIn(stack);
    const logicalId = stack.getLogicalId(standby.node.defaultChild as any);

    expect(stack.resolve(standby.workspaceId)).toEqual({ 'Fn::GetAtt': [logicalId, 'WorkspaceId'] });
    expect(stack.resolve(standby.workspaceRef)).toEqual({ workspaceId: { 'Fn::GetAtt': [logicalId, 'WorkspaceId'] } });
    expect(JSON.stringify(stack.resolve(standby.workspaceArn))).toMatch(/:workspaces:eu-west-1:111122223333:workspace\/.*WorkspaceId/);
    const { userName, directoryId, state, bundleId, subnetId, ipAddress, computerName } = standby;
    expect(stack.resolve([userName, directoryId, state, bundleId, subnetId, ipAddress, computerName]).map((att: any) => att['Fn::GetAtt'])).toEqual(
      ['UserName', 'DirectoryId', 'State', 'BundleId', 'SubnetId', 'IpAddress', 'ComputerName'].map(name => [logicalId, name]));
  });

  test('of an import are passed through, without any resource', () => {
    const stack = stackOf();
    const standby = StandbyWorkspace.fromStandbyWorkspaceId(stack, 'Imported', 'ws-0123abcde');
    expect(standby.workspaceRef).toEqual({ workspaceId: 'ws-0123abcde' });
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
    expect(() => StandbyWorkspace.fromStandbyWorkspaceId(stack, 'Wrong', 'x')).toThrow(/Desk\/Wrong: workspaceId is 'x'/);
  });
});

describe('a time-out of more than an hour', () => {
  test('adds a waiting resource for each further hour, and the attributes are those of the last', () => {
    const stack = stackOf();
    const standby = standbyIn(stack, { timeout: Duration.minutes(150) });

    expect(propertiesOf(stack)[0]).toMatchObject({ WaitUntilReady: false });
    expect(propertiesOf(stack)[0]).not.toHaveProperty('TimeoutSeconds');
    const waits = propertiesOf(stack, READY);
    expect(waits.map(wait => [wait.Intermediate, wait.TimeoutSeconds])).toEqual([[true, undefined], [true, undefined], [undefined, 2400]]);
    const [first, second, third] = Object.keys(Template.fromStack(stack).findResources(READY));
    expect(waits.map(wait => wait.WorkspaceId)).toEqual([
      { 'Fn::GetAtt': [expect.stringMatching(/^Standby/), 'WorkspaceId'] }, { 'Fn::GetAtt': [first, 'WorkspaceId'] }, { 'Fn::GetAtt': [second, 'WorkspaceId'] },
    ]);
    expect(stack.resolve(standby.workspaceId)).toEqual({ 'Fn::GetAtt': [third, 'WorkspaceId'] });
  });

  test('gives the last resource at least two minutes, however little is left for it', () => {
    const stack = stackOf();
    standbyIn(stack, { timeout: Duration.minutes(111) });
    expect(propertiesOf(stack, READY).map(({ TimeoutSeconds }) => TimeoutSeconds)).toEqual([undefined, undefined, 120]);
  });

  test('can be any whole number of minutes up to 6 hours', () => {
    for (let minutes = 60; minutes <= 360; minutes++) {
      expect(() => standbyIn(stackOf(), { timeout: Duration.minutes(minutes) })).not.toThrow();
    }
  });

  test('59 minutes add none', () => {
    const stack = stackOf();
    standbyIn(stack, { timeout: Duration.minutes(59) });
    expect(propertiesOf(stack, READY)).toEqual([]);
  });
});

test('tags of the props and of Tags.of() travel as a map', () => {
  const stack = stackOf();
  const standby = standbyIn(stack, { tags: { team: 'desk', stage: 'test' } });
  Tags.of(stack).add('cost', '7');
  Tags.of(standby).add('stage', 'live');
  expect(propertiesOf(stack)[0].Tags).toEqual({ team: 'desk', stage: 'live', cost: '7' });
});

test.each([
  [RemovalPolicy.RETAIN, 'Retain'], [RemovalPolicy.DESTROY, 'Delete'],
])('removal policy %s becomes %s', (removalPolicy, expected) => {
  const stack = stackOf();
  standbyIn(stack, { removalPolicy });
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: expected, UpdateReplacePolicy: expected });
});

test('the function may use the key, before the standby is made', () => {
  const stack = stackOf();
  standbyIn(stack, { volumeEncryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) });
  const template = Template.fromStack(stack);

  template.hasResourceProperties('AWS::IAM::Policy', {
    Roles: [{ Ref: 'MultiRegionWorkSpacesRole' }],
    PolicyDocument: {
      Statement: [
        { Action: 'kms:DescribeKey', Effect: 'Allow', Resource: KEY_ARN },
        { Action: 'kms:CreateGrant', Effect: 'Allow', Resource: KEY_ARN, Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } },
      ],
    },
  });
  expect(Object.values(template.findResources(TYPE))[0].DependsOn).toContainEqual(expect.stringContaining('DefaultPolicy'));
});

test('grants.startAndStop is for this WorkSpace', () => {
  const stack = stackOf();
  const standby = standbyIn(stack);
  standby.grants.startAndStop(new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() }));
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [{
        Action: ['workspaces:StartWorkspaces', 'workspaces:StopWorkspaces', 'workspaces:RebootWorkspaces'],
        Effect: 'Allow',
        Resource: stack.resolve(standby.workspaceArn),
      }],
    },
  });
});

test('metrics carry the WorkSpace as dimension', () => {
  const standby = standbyIn(stackOf());
  const common = { namespace: 'AWS/WorkSpaces', dimensions: { WorkspaceId: standby.workspaceId } };
  expect(standby.metricAvailable()).toMatchObject({ ...common, metricName: 'Available', statistic: 'Maximum' });
  expect(standby.metricUnhealthy()).toMatchObject({ ...common, metricName: 'Unhealthy' });
  expect(standby.metricConnectionFailure({ period: Duration.hours(1) })).toMatchObject(
    { ...common, metricName: 'ConnectionFailure', statistic: 'Sum', period: Duration.hours(1) });
});

test('property injection sets defaults', () => {
  const injector: IPropertyInjector = {
    constructUniqueId: StandbyWorkspace.PROPERTY_INJECTION_ID, inject: (props: any) => ({ removalPolicy: RemovalPolicy.RETAIN, ...props }),
  };
  const app = new App();
  PropertyInjectors.of(app).add(injector);
  const stack = stackOf(undefined, app);
  standbyIn(stack);
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'Retain' });
});
