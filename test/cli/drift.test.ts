import * as fs from 'node:fs';
import * as path from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import * as ga from '@aws-sdk/client-global-accelerator';
import * as sesv2 from '@aws-sdk/client-sesv2';
import * as ssm from '@aws-sdk/client-ssm';
import * as workspaces from '@aws-sdk/client-workspaces';
import { ParameterTier } from 'aws-cdk-lib/aws-ssm';
import { isRead } from './account';
import { ALIAS, Declare, DIRECTORY, DriftAccount, REGION, Row, SUBNET, subnetOf } from './drift-account';
import { Clients } from '../../cli/drift-detection/clients';
import { readStack } from '../../cli/drift-detection/deployed-stack';
import { RESOURCE_TYPES } from '../../cli/drift-detection/services';
import { StackCheck } from '../../cli/drift-detection/stack-check';
import {
  ConnectionAliasAssociation, CustomRoutingAccelerator, CustomRoutingProtocol, MultiRegionEndpoint, MultiRegionParameter,
  StandbyWorkspace, StandbyWorkspaceFleet, TrafficPolicy,
} from '../../src';

/*
 * Over HTTP against the sandbox: what is deployed there is changed by hand, and the command finds it.
 */
const NAME = '/mail/endpoint-id';
const OWNER = 'cdk-multi-region:owner';
let account: DriftAccount;
beforeEach(async () => { account = await new DriftAccount().start(); });
afterEach(() => account.stop());

const STANDBY = { primaryRegion: 'us-east-1', directoryId: DIRECTORY };

const mail: Declare = stack => {
  const endpoint = new MultiRegionEndpoint(stack, 'Endpoint', { endpointName: 'mail', secondaryRegion: 'us-east-1', tags: { team: 'mail' } });
  new MultiRegionParameter(stack, 'Id', {
    parameterName: NAME, value: endpoint.endpointId, regions: ['us-east-1'], description: 'id', tags: { team: 'mail' },
  });
};
const lookup: Declare = stack => {
  const found = MultiRegionEndpoint.fromEndpointName(stack, 'Found', 'mail');
  new MultiRegionParameter(stack, 'FoundId', { parameterName: '/found', value: found.endpointId });
};
const game: Declare = stack => {
  const accelerator = new CustomRoutingAccelerator(stack, 'Accelerator', { acceleratorName: 'game', tags: { team: 'game' } });
  const listener = accelerator.addListener('Players', { portRanges: [{ fromPort: 10_001, toPort: 10_100 }] });
  const group = listener.addEndpointGroup('Servers', { destinations: [{ fromPort: 7777, toPort: 7778, protocols: [CustomRoutingProtocol.UDP] }] });
  const subnet = subnetOf(stack);
  group.addSubnet(subnet, { traffic: TrafficPolicy.allow({ addresses: ['10.0.0.4'] }) });
  new MultiRegionParameter(stack, 'Port', {
    parameterName: '/game/port', value: group.addAcceleratorPortLookup('First', { subnet, address: '10.0.0.4', port: 7777 }),
  });
};
const desktops: Declare = stack => {
  new StandbyWorkspace(stack, 'Standby', { ...STANDBY, primaryWorkspaceId: 'ws-primary01', tags: { team: 'it' } });
  new StandbyWorkspaceFleet(stack, 'Fleet', { ...STANDBY, primaryWorkspaceIds: ['ws-primary02', 'ws-primary03'], tags: { team: 'it' } });
  new ConnectionAliasAssociation(stack, 'Association', { aliasId: ALIAS, directoryId: DIRECTORY });
};

const clientFor = <C>(clientClass: new (config: any) => C, region: string = REGION): C => new clientClass(account.sandbox.clientConfig(region));

/** What differs, without what names the resource. */
function differences(rows: readonly Row[]): Partial<Row>[] {
  return rows.filter(({ status }) => status !== 'IN_SYNC').map(({ status, property, declared, actual }) => ({
    status, ...property && { property }, ...declared && { declared }, ...actual && { actual },
  }));
}

test('nothing has drifted right after a deployment, whatever the resource type, and nothing but reads is called', async () => {
  await account.deploy({ Mail: mail, Game: game, Desktops: desktops });
  await account.deploy({ Reader: lookup });
  const before = account.sandbox.calls.length;

  const { exitCode, rows } = await account.rows('--stack', 'Mail', '--stack', 'Game', '--stack', 'Desktops', '--stack', 'Reader');

  expect(differences(rows)).toEqual([]);
  expect(exitCode).toBe(0);
  expect(rows.map(({ type }) => type).sort()).toEqual([
    'Custom::ConnectionAliasAssociation', 'Custom::CustomRoutingAccelerator', 'Custom::CustomRoutingEndpointGroup', 'Custom::CustomRoutingListener',
    'Custom::CustomRoutingPortLookup', 'Custom::MultiRegionEndpoint', 'Custom::MultiRegionEndpointLookup', 'Custom::MultiRegionParameter',
    'Custom::MultiRegionParameter', 'Custom::MultiRegionParameter', 'Custom::StandbyWorkspace', 'Custom::StandbyWorkspaceFleet',
  ]);
  expect(account.sandbox.calls.slice(before).filter(({ operation }) => !isRead(operation))).toEqual([]);
});

test('every resource type of the library is known', () => {
  const wire = path.resolve(__dirname, '../../src/wire');
  const types = fs.readdirSync(wire).flatMap(file => [...fs.readFileSync(path.join(wire, file), 'utf8').matchAll(/'(Custom::\w+)'/g)].map(([, type]) => type));
  expect(Object.keys(RESOURCE_TYPES(new Clients(), REGION)).sort()).toEqual([...new Set(types)].sort());
});

test('the table, and what is on stderr', async () => {
  await account.deploy({ Mail: mail });
  await clientFor(ssm.SSMClient, 'us-east-1').send(new ssm.PutParameterCommand({ Name: NAME, Value: 'other', Overwrite: true }));

  const { exitCode, stdout, stderr } = await account.run('--stack', 'Mail');

  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/^STACK +RESOURCE +STATUS +PROPERTY +DECLARED +ACTUAL +REASON\n/);
  expect(stdout).toMatch(/\nMail +Id\w+ +MODIFIED +Value in us-east-1 +\S+ +other +-\n/);
  expect(stdout).toMatch(/\nMail +Endpoint\w+ +IN_SYNC +- /);
  expect(stderr).toBe('1 of 2 resources have drifted.\n');
});

test('every member of the JSON', async () => {
  await account.deploy({ Mail: mail });
  const { rows } = await account.rows('--stack', 'Mail');
  expect(rows[0]).toEqual({
    stack: 'Mail', region: REGION, resource: expect.stringMatching(/^Endpoint/), path: 'Mail/Endpoint', type: 'Custom::MultiRegionEndpoint',
    physicalId: 'endpoint/mail', status: 'IN_SYNC', property: null, declared: null, actual: null, reason: null,
  });
});

/** Of one resource. */
function of(logicalId: string, rows: readonly Row[]): Partial<Row>[] {
  return differences(rows.filter(({ resource }) => resource!.startsWith(logicalId)));
}

test('endpoints', async () => {
  const client = clientFor(sesv2.SESv2Client);
  const arnOf = (name: string) => `arn:aws:ses:${REGION}:111122223333:multi-region-endpoint/${name}`;
  const tag = (name: string, Key: string, Value: string) =>
    client.send(new sesv2.TagResourceCommand({ ResourceArn: arnOf(name), Tags: [{ Key, Value }] }));
  await account.deploy({
    Mail: stack => ['Tag', 'NoTag', 'Owner', 'Gone', 'Others', 'Foreign', 'Region'].forEach(id =>
      new MultiRegionEndpoint(stack, id, { endpointName: id, secondaryRegion: 'us-east-1', tags: { team: 'mail' } })),
  });
  await tag('Tag', 'team', 'x');
  await tag('Owner', OWNER, 'x');
  await tag('Others', 'cost', '1');
  await client.send(new sesv2.UntagResourceCommand({ ResourceArn: arnOf('NoTag'), TagKeys: ['team'] }));
  await client.send(new sesv2.DeleteMultiRegionEndpointCommand({ EndpointName: 'Gone' }));
  account.sandbox.ses.seed({ region: REGION, name: 'Foreign', secondaryRegion: 'us-west-2' });
  const { Tags = [] } = await client.send(new sesv2.ListTagsForResourceCommand({ ResourceArn: arnOf('Region') }));
  account.sandbox.ses.seed({
    region: REGION, name: 'Region', secondaryRegion: 'us-west-2', tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key!, Value!])),
  });
  await account.sandbox.elapse(600_000);

  const { exitCode, rows } = await account.rows('--stack', 'Mail');

  expect(exitCode).toBe(2);
  expect(of('Tag', rows)).toEqual([{ status: 'MODIFIED', property: 'Tags.team', declared: 'mail', actual: 'x' }]);
  expect(of('NoTag', rows)).toEqual([{ status: 'MODIFIED', property: 'Tags.team', declared: 'mail' }]);
  expect(of('Owner', rows)).toEqual([{ status: 'FOREIGN' }]);
  expect(of('Gone', rows)).toEqual([{ status: 'MISSING' }]);
  expect(of('Others', rows)).toEqual([]);
  expect(of('Foreign', rows)).toEqual([{ status: 'FOREIGN' }]);
  expect(of('Region', rows)).toEqual([{ status: 'MODIFIED', property: 'SecondaryRegion', declared: 'us-east-1', actual: 'us-west-2' }]);
  expect(rows.find(({ resource }) => resource!.startsWith('Foreign'))!.reason)
    .toBe('An SES multi-region endpoint \'Foreign\' exists in eu-west-1 and does not belong to this stack and logical id, so it is left alone.');
});

test('parameters, in each Region', async () => {
  const home = clientFor(ssm.SSMClient);
  const abroad = clientFor(ssm.SSMClient, 'us-east-1');
  const put = (client: ssm.SSMClient, Name: string, change: object) => client.send(new ssm.PutParameterCommand({ Name, Value: 'id', Overwrite: true, ...change }));
  const untag = (client: ssm.SSMClient, ResourceId: string, key: string) =>
    client.send(new ssm.RemoveTagsFromResourceCommand({ ResourceType: 'Parameter', ResourceId, TagKeys: [key] }));
  await account.deploy({
    Mail: stack => ['Value', 'Description', 'Tier', 'GoneAbroad', 'ForeignAbroad', 'TagAbroad', 'Foreign', 'Gone', 'Surplus'].forEach(id =>
      new MultiRegionParameter(stack, id, {
        parameterName: id, value: 'id', regions: ['us-east-1'], description: 'old', tags: { team: 'mail' }, tier: ParameterTier.STANDARD,
      })),
  });
  await put(home, 'Value', { Value: 'x' });
  await put(abroad, 'Description', { Description: 'x' });
  await put(abroad, 'Tier', { Tier: 'Advanced' });
  await abroad.send(new ssm.DeleteParameterCommand({ Name: 'GoneAbroad' }));
  await untag(abroad, 'ForeignAbroad', OWNER);
  await untag(abroad, 'TagAbroad', 'team');
  await untag(home, 'Foreign', OWNER);
  await home.send(new ssm.DeleteParameterCommand({ Name: 'Gone' }));
  const tags = account.sandbox.systemsManager.tagsIn('us-east-1', 'Surplus');
  account.sandbox.systemsManager.seed({ region: 'us-west-2', name: 'Surplus', value: 'id', tags });
  const Tags = [{ Key: 'cdk-multi-region:regions', Value: 'us-east-1 us-west-2' }];
  await home.send(new ssm.AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: 'Surplus', Tags }));

  const { exitCode, rows } = await account.rows('--stack', 'Mail');

  expect(exitCode).toBe(2);
  expect(of('Value', rows)).toEqual([{ status: 'MODIFIED', property: 'Value in eu-west-1', declared: 'id', actual: 'x' }]);
  expect(of('Description', rows)).toEqual([{ status: 'MODIFIED', property: 'Description in us-east-1', declared: 'old', actual: 'x' }]);
  expect(of('Tier', rows)).toEqual([{ status: 'MODIFIED', property: 'Tier in us-east-1', declared: 'Standard', actual: 'Advanced' }]);
  expect(of('GoneAbroad', rows)).toEqual([{ status: 'MODIFIED', property: 'Regions', declared: 'us-east-1' }]);
  expect(of('ForeignAbroad', rows)).toEqual([{ status: 'MODIFIED', property: 'Regions', declared: 'us-east-1', actual: 'somebody else\'s in us-east-1' }]);
  expect(of('TagAbroad', rows)).toEqual([{ status: 'MODIFIED', property: 'Tags.team in us-east-1', declared: 'mail' }]);
  expect(of('Foreign', rows).slice(-1)).toEqual([{ status: 'FOREIGN' }]);
  expect(of('Gone', rows).slice(-1)).toEqual([{ status: 'MISSING' }]);
  expect(of('Surplus', rows)).toEqual([{ status: 'MODIFIED', property: 'Regions', actual: 'us-west-2' }]);
});

describe('custom routing', () => {
  const client = () => clientFor(ga.GlobalAcceleratorClient, 'us-west-2');
  const arns = async () => {
    const { Accelerators: [accelerator] = [] } = await client().send(new ga.ListCustomRoutingAcceleratorsCommand({}));
    const AcceleratorArn = accelerator.AcceleratorArn!;
    const { Listeners: [listener] = [] } = await client().send(new ga.ListCustomRoutingListenersCommand({ AcceleratorArn }));
    const ListenerArn = listener.ListenerArn!;
    const { EndpointGroups: [group] = [] } = await client().send(new ga.ListCustomRoutingEndpointGroupsCommand({ ListenerArn }));
    return { AcceleratorArn, ListenerArn, EndpointGroupArn: group.EndpointGroupArn! };
  };

  test('changed names, switches, ports and traffic, and an entry that is gone from the tags of the accelerator', async () => {
    await account.deploy({ Game: game });
    const { AcceleratorArn, EndpointGroupArn, ListenerArn } = await arns();
    const { Tags = [] } = await client().send(new ga.ListTagsForResourceCommand({ ResourceArn: AcceleratorArn }));
    const entry = Tags.find(({ Value }) => Value!.includes(` ${ListenerArn.slice(AcceleratorArn.length + 1)} `))!;
    await client().send(new ga.UntagResourceCommand({ ResourceArn: AcceleratorArn, TagKeys: [entry.Key!] }));
    await client().send(new ga.UpdateCustomRoutingListenerCommand({ ListenerArn, PortRanges: [{ FromPort: 10_001, ToPort: 10_200 }] }));
    await client().send(new ga.AllowCustomRoutingTrafficCommand({ EndpointGroupArn, EndpointId: SUBNET, AllowAllTrafficToEndpoint: true }));
    await client().send(new ga.UpdateCustomRoutingAcceleratorCommand({ AcceleratorArn, Name: 'x', Enabled: false }));
    await account.sandbox.elapse(600_000);

    const { exitCode, rows } = await account.rows('--stack', 'Game');

    expect(exitCode).toBe(2);
    expect(differences(rows)).toEqual([
      { status: 'MODIFIED', property: 'Name', declared: 'game', actual: 'x' },
      { status: 'MODIFIED', property: 'Enabled', declared: 'true', actual: 'false' },
      { status: 'MODIFIED', property: 'PortRanges', declared: '10001-10100', actual: '10001-10200' },
      { status: 'MODIFIED', property: `tag ${entry.Key} of the accelerator`, declared: ListenerArn },
      { status: 'MODIFIED', property: `Subnets.${SUBNET}.Traffic`, declared: 'the listed destinations', actual: 'more is allowed' },
    ]);
  });

  test('a subnet less, and a port that is looked up there', async () => {
    await account.deploy({ Game: game });
    await client().send(new ga.RemoveCustomRoutingEndpointsCommand({ EndpointGroupArn: (await arns()).EndpointGroupArn, EndpointIds: [SUBNET] }));
    await account.sandbox.elapse(600_000);
    const { rows } = await account.rows('--stack', 'Game');
    expect(differences(rows).slice(0, 2)).toEqual([{ status: 'MODIFIED', property: 'Subnets', declared: SUBNET }, { status: 'MISSING' }]);
  });

  test('another owner: what refers to the accelerator is not compared', async () => {
    await account.deploy({ Game: game });
    await client().send(new ga.TagResourceCommand({ ResourceArn: (await arns()).AcceleratorArn, Tags: [{ Key: OWNER, Value: 'x' }] }));
    const { exitCode, rows } = await account.rows('--stack', 'Game');
    expect(exitCode).toBe(2);
    expect(differences(rows).slice(0, 2)).toEqual([{ status: 'FOREIGN' }, { status: 'NOT_CHECKED', property: 'AcceleratorArn' }]);
  });

  test('a type without a description of its properties is compared by what its model would change', async () => {
    await account.deploy({ Game: game });
    await client().send(new ga.UpdateCustomRoutingAcceleratorCommand({ AcceleratorArn: (await arns()).AcceleratorArn, Name: 'x' }));
    await account.sandbox.elapse(600_000);
    const clients = new Clients();
    const stack = await readStack(clients.client(CloudFormationClient, 'cloudformation', REGION), REGION, 'Game');
    const types = Object.entries(RESOURCE_TYPES(clients, REGION)).map(([type, { handler }]) => [type, { handler }]);
    const [accelerator, listener] = await new StackCheck(stack, Object.fromEntries(types), clients).run();
    expect(accelerator).toMatchObject({ status: 'MODIFIED', differences: [{ reason: expect.stringMatching(/^The next update would change it/) }] });
    expect(listener).toMatchObject({ status: 'IN_SYNC', differences: [] });
  });
});

describe('desktops', () => {
  const client = () => clientFor(workspaces.WorkSpacesClient);
  const modify = (WorkspaceId: string) =>
    client().send(new workspaces.ModifyWorkspacePropertiesCommand({ WorkspaceId, DataReplication: 'PRIMARY_AS_SOURCE' }));
  let ids: ReadonlyMap<string, string>;
  const id = (number: number) => ids.get(`ws-primary0${number}`)!;
  beforeEach(async () => {
    await account.deploy({ Desktops: desktops });
    const { Workspaces = [] } = await client().send(new workspaces.DescribeWorkspacesCommand({ DirectoryId: DIRECTORY }));
    ids = new Map(Workspaces.map(({ WorkspaceId, RelatedWorkspaces = [] }) => [RelatedWorkspaces[0].WorkspaceId!, WorkspaceId!]));
  });

  async function found(): Promise<Partial<Row>[]> {
    await account.sandbox.elapse(600_000);
    const { exitCode, rows } = await account.rows('--stack', 'Desktops');
    expect(exitCode).toBe(2);
    return differences(rows);
  }

  test('other settings, a member that is gone, an alias with another directory', async () => {
    await modify(id(1));
    account.workspaces.removeWorkspace(REGION, id(2));
    await modify(id(3));
    await client().send(new workspaces.DeleteTagsCommand({ ResourceId: id(3), TagKeys: ['team'] }));
    await client().send(new workspaces.DisassociateConnectionAliasCommand({ AliasId: ALIAS }));
    await account.sandbox.elapse(600_000);
    await client().send(new workspaces.AssociateConnectionAliasCommand({ AliasId: ALIAS, ResourceId: 'd-9367000002' }));

    expect(await found()).toEqual([
      { status: 'MODIFIED', property: 'DataReplication', declared: 'NO_REPLICATION', actual: 'PRIMARY_AS_SOURCE' },
      { status: 'MODIFIED', property: 'PrimaryWorkspaceIds', declared: 'ws-primary02' },
      { status: 'MODIFIED', property: `DataReplication of ${id(3)}`, declared: 'NO_REPLICATION', actual: 'PRIMARY_AS_SOURCE' },
      { status: 'MODIFIED', property: `Tags.team of ${id(3)}`, declared: 'it' },
      { status: 'MODIFIED', property: 'DirectoryId', declared: DIRECTORY, actual: 'd-9367000002' },
    ]);
  });

  test('all that is gone', async () => {
    [1, 2, 3].forEach(number => account.workspaces.removeWorkspace(REGION, id(number)));
    await client().send(new workspaces.DisassociateConnectionAliasCommand({ AliasId: ALIAS }));
    expect(await found()).toEqual([
      { status: 'MISSING' },
      { status: 'MISSING', property: 'PrimaryWorkspaceIds', declared: 'ws-primary02' },
      { status: 'MISSING', property: 'PrimaryWorkspaceIds', declared: 'ws-primary03' },
      { status: 'MISSING' },
    ]);
  });

  test('other owners, and none', async () => {
    await client().send(new workspaces.CreateTagsCommand({ ResourceId: id(1), Tags: [{ Key: OWNER, Value: 'x' }] }));
    await client().send(new workspaces.DeleteTagsCommand({ ResourceId: id(3), TagKeys: [OWNER] }));
    await client().send(new workspaces.CreateTagsCommand({ ResourceId: ALIAS, Tags: [{ Key: OWNER, Value: 'x' }] }));
    expect(await found()).toEqual([
      { status: 'FOREIGN' }, { status: 'MODIFIED', property: 'PrimaryWorkspaceIds', declared: 'ws-primary03', actual: id(3) }, { status: 'FOREIGN' },
    ]);
  });
});

test('what is read elsewhere and is gone there', async () => {
  account.sandbox.ses.seed({ region: REGION, name: 'mail', secondaryRegion: 'us-west-2' });
  await account.deploy({ Reader: lookup });
  await clientFor(sesv2.SESv2Client).send(new sesv2.DeleteMultiRegionEndpointCommand({ EndpointName: 'mail' }));
  await account.sandbox.elapse(600_000);
  const { exitCode, rows } = await account.rows('--stack', 'Reader');
  expect(exitCode).toBe(2);
  expect(rows[0]).toMatchObject({ status: 'MISSING', reason: expect.stringMatching(/^There is no SES multi-region endpoint 'mail' in eu-west-1/) });
  expect(rows[1]).toMatchObject({ status: 'NOT_CHECKED', property: 'Value' });
});
