import { App, CfnParameter, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CfnWorkspace } from 'aws-cdk-lib/aws-workspaces';
import { FailedMembersPolicy, StandbyDataReplication, StandbyWorkspace, StandbyWorkspaceFleet, type StandbyWorkspaceFleetProps } from '../../src';

const ENV = { account: '111122223333', region: 'eu-west-1' };
const TYPE = 'Custom::StandbyWorkspaceFleet';
const LOOKUP = 'Custom::StandbyWorkspaceLookup';
const IDS = ['ws-0123abcde', 'ws-0123abcdf'];

const stackOf = () => new Stack(new App(), 'Desk', { env: ENV });

function fleetIn(stack: Stack, props: Partial<StandbyWorkspaceFleetProps> = {}): StandbyWorkspaceFleet {
  return new StandbyWorkspaceFleet(stack, 'Fleet', { primaryWorkspaceIds: IDS, primaryRegion: 'us-east-1', directoryId: 'd-9367000001', ...props });
}

function propertiesOf(stack: Stack, type = TYPE): Record<string, any>[] {
  return Object.values(Template.fromStack(stack).findResources(type)).map(resource => resource.Properties);
}

test('renders one custom resource with what was declared, and nothing that is a default', () => {
  const stack = stackOf();
  fleetIn(stack, { failedMembersPolicy: FailedMembersPolicy.FAIL });
  expect(propertiesOf(stack)).toEqual([{
    ServiceToken: { 'Fn::GetAtt': ['MultiRegionWorkSpacesFunction', 'Arn'] },
    Schema: '1',
    PrimaryWorkspaceIds: IDS,
    PrimaryRegion: 'us-east-1',
    DirectoryId: 'd-9367000001',
  }]);
});

test('renders everything that can be declared', () => {
  const stack = stackOf();
  const fleet = fleetIn(stack, {
    failedMembersPolicy: FailedMembersPolicy.KEEP_OTHERS,
    dataReplication: StandbyDataReplication.PRIMARY_AS_SOURCE,
    volumeEncryptionKey: new kms.Key(stack, 'Key'),
    waitUntilReady: false,
    timeout: Duration.minutes(30),
    removalPolicy: RemovalPolicy.RETAIN,
    tags: { a: 'b' },
  });
  Tags.of(fleet).add('c', 'd');
  expect(propertiesOf(stack)[0]).toMatchObject({
    KeepGoodMembers: true, DataReplication: 'PRIMARY_AS_SOURCE', WaitUntilReady: false, TimeoutSeconds: 1800, Tags: { a: 'b', c: 'd' },
    VolumeEncryptionKey: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
  });
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'Retain' });
});

test('the template is what it was', () => {
  const stack = new Stack(new App(), 'Desk');
  fleetIn(stack).addStandbyWorkspaceIdLookup(IDS[1]);
  expect(Template.fromStack(stack).findResources(TYPE)).toMatchSnapshot();
  expect(Template.fromStack(stack).findResources(LOOKUP)).toMatchSnapshot();
});

test('a template with 1,000 members is small enough', () => {
  const stack = stackOf();
  fleetIn(stack, { primaryWorkspaceIds: Array.from({ length: 1000 }, (_, index) => `ws-${String(index).padStart(9, '0')}`) });
  expect(JSON.stringify(Template.fromStack(stack).toJSON(), undefined, 1).length).toBeLessThan(40_000);
});

test('primaries may be constructs in another Region', () => {
  const app = new App();
  const there = new Stack(app, 'There', { env: { ...ENV, region: 'us-east-1' }, crossRegionReferences: true });
  const here = new Stack(app, 'Desk', { env: ENV, crossRegionReferences: true });
  const primaryWorkspaces = ['jane', 'john'].map(userName =>
    new CfnWorkspace(there, userName, { bundleId: 'wsb-0123abcde', directoryId: 'd-9067000001', userName }));
  const fleet = fleetIn(here, { primaryWorkspaceIds: undefined, primaryWorkspaces, primaryRegion: undefined });
  fleet.addStandbyWorkspaceIdLookup(primaryWorkspaces[0].attrWorkspaceId);

  expect(propertiesOf(here)[0]).toMatchObject({ PrimaryRegion: 'us-east-1', PrimaryWorkspaceIds: [expect.anything(), expect.anything()] });
  expect(propertiesOf(here, LOOKUP)).toHaveLength(1);
});

test.each<[Partial<StandbyWorkspaceFleetProps>, RegExp]>([
  [{ primaryWorkspaceIds: [] }, /Desk\/Fleet: a fleet of 0 members, but a fleet has 1 to 1000/],
  [{ primaryWorkspaceIds: Array(1001).fill('ws-0123abcde') }, /a fleet of 1001 members/],
  [{ primaryWorkspaceIds: ['x'] }, /primaryWorkspaceIds is 'x'/],
  [{ primaryWorkspaceIds: [IDS[0], IDS[1], IDS[0]] }, /'ws-0123abcde' is twice among the primaries/],
  [{ directoryId: 'x' }, /directoryId is 'x'/],
  [{ primaryRegion: 'eu-west-1' }, /the Region of the stack/],
  [{ timeout: Duration.hours(1) }, /between 120 seconds and 59 minutes/],
])('%j is refused', (props, message) => {
  expect(() => fleetIn(stackOf(), props)).toThrow(message);
});

test('a list that is known only at deployment is taken as a whole, and with any member', () => {
  const stack = stackOf();
  const primaryWorkspaceIds = new CfnParameter(stack, 'Ids', { type: 'CommaDelimitedList' }).valueAsList;
  const fleet = fleetIn(stack, { primaryWorkspaceIds });

  expect(() => fleet.addStandbyWorkspaceIdLookup(IDS[0])).not.toThrow();
  expect(propertiesOf(stack)[0].PrimaryWorkspaceIds).toEqual({ Ref: 'Ids' });
});

test('a list that is known only at deployment has no place for further primaries', () => {
  const stack = stackOf();
  const primaryWorkspaceIds = new CfnParameter(stack, 'Ids', { type: 'CommaDelimitedList' }).valueAsList;
  const primaryWorkspaces = [StandbyWorkspace.fromStandbyWorkspaceId(stack, 'Primary', IDS[0])];

  expect(() => fleetIn(stack, { primaryWorkspaceIds, primaryWorkspaces })).toThrow(/so the 1 of 'primaryWorkspaces' can't be added.*another fleet/);
});

test('primaries of two Regions are refused', () => {
  const app = new App();
  const primaryWorkspaces = ['us-east-1', 'us-west-2'].map(region =>
    new CfnWorkspace(new Stack(app, region, { env: { ...ENV, region } }), 'W', { bundleId: 'wsb-0123abcde', directoryId: 'd-9067000001', userName: 'jane' }));
  expect(() => fleetIn(stackOf(), { primaryWorkspaceIds: [], primaryWorkspaces, primaryRegion: undefined })).toThrow(/us-east-1 and us-west-2.*Declare one for each/);
});

test('an imported fleet has metrics, and its directory is checked', () => {
  const stack = stackOf();
  const fleet = StandbyWorkspaceFleet.fromStandbyWorkspaceFleetAttributes(stack, 'Theirs', { fleetId: 'fleet-1', directoryId: 'd-9367000002' });
  expect(fleet.fleetId).toBe('fleet-1');
  expect(fleet.metricUnhealthy()).toMatchObject({ metricName: 'Unhealthy', statistic: 'Sum', dimensions: { DirectoryId: 'd-9367000002' } });
  expect(() => StandbyWorkspaceFleet.fromStandbyWorkspaceFleetAttributes(stack, 'Wrong', { fleetId: 'fleet-1', directoryId: 'x' })).toThrow(/directoryId is 'x'/);
});

describe('addStandbyWorkspaceIdLookup', () => {
  test('is a read-only custom resource that follows the fleet, one for each member that is asked for', () => {
    const stack = stackOf();
    const fleet = fleetIn(stack);
    const id = fleet.addStandbyWorkspaceIdLookup(IDS[0]);
    expect(fleet.addStandbyWorkspaceIdLookup(IDS[0])).toBe(id);

    const [[logicalId, lookup]] = Object.entries(Template.fromStack(stack).findResources(LOOKUP));
    expect(stack.resolve(id)).toEqual({ 'Fn::GetAtt': [logicalId, 'WorkspaceId'] });
    expect(lookup.Properties).toEqual({
      ServiceToken: expect.anything(), Schema: '1', PrimaryWorkspaceId: IDS[0], PrimaryRegion: 'us-east-1', DirectoryId: 'd-9367000001',
      Revision: { 'Fn::GetAtt': [stack.getLogicalId(fleet.node.defaultChild as any), 'Revision'] },
    });
    expect(lookup.DependsOn).toEqual(['MultiRegionWorkSpacesWaiterPolicy']);
  });

  test('takes members only', () => {
    const fleet = fleetIn(stackOf());
    expect(() => fleet.addStandbyWorkspaceIdLookup('ws-other0001')).toThrow(/'ws-other0001' is no member of this fleet/);
    expect(() => fleet.addStandbyWorkspaceIdLookup('x')).toThrow(/primaryWorkspaceId is 'x'/);
    const stack = stackOf();
    const token = new CfnParameter(stack, 'Id').valueAsString;
    expect(() => fleetIn(stack, { primaryWorkspaceIds: [token] }).addStandbyWorkspaceIdLookup(token)).not.toThrow();
  });
});

test('attributes and metrics', () => {
  const stack = stackOf();
  const fleet = fleetIn(stack);
  const logicalId = stack.getLogicalId(fleet.node.defaultChild as any);
  expect(stack.resolve([fleet.fleetId, fleet.memberCount, fleet.failedMemberCount, fleet.failedMembers])).toEqual([
    { Ref: logicalId },
    { 'Fn::GetAtt': [logicalId, 'MemberCount'] },
    { 'Fn::GetAtt': [logicalId, 'FailedMemberCount'] },
    { 'Fn::Split': [' ', { 'Fn::GetAtt': [logicalId, 'FailedMembers'] }] },
  ]);
  expect(fleet.metricUnhealthy()).toMatchObject({ namespace: 'AWS/WorkSpaces', metricName: 'Unhealthy', dimensions: { DirectoryId: 'd-9367000001' } });
  expect(fleet.metricConnectionFailure()).toMatchObject({ metricName: 'ConnectionFailure', statistic: 'Sum' });
});
