import { DIRECTORY, isRead, PRIMARY_REGION, primaryOf, SimulatedAccount, STANDBY_REGION } from './account';
import { ServiceError } from '../../sandbox/services/service';

const REPLICATED = { DataReplication: 'PRIMARY_AS_SOURCE' as const };
const OF_DIRECTORY = ['standby-status', '--region', STANDBY_REGION, '--directory', DIRECTORY];

let account: SimulatedAccount;

beforeEach(() => {
  account = new SimulatedAccount();
});
afterEach(() => {
  expect(account.dispatcher.defects).toEqual([]);
  expect(account.operations().filter(operation => !isRead(operation) && operation !== 'CreateStandbyWorkspaces')).toEqual([]);
});

test('the standbys of a directory with their primaries, replication and lag', async () => {
  const [jane, joe] = await account.addStandbys({ user: 'jane', ...REPLICATED }, { user: 'joe' });
  account.workspaces.seedWorkspace({
    region: STANDBY_REGION, workspaceId: 'ws-ordinary01', directoryId: DIRECTORY, userName: 'local',
  });
  const rows = await account.rows(...OF_DIRECTORY);
  expect(rows.map(row => row.workspaceId)).toEqual([jane, joe].sort());
  expect(rows.find(row => row.workspaceId === jane)).toEqual({
    workspaceId: jane,
    userName: 'jane',
    state: 'AVAILABLE',
    primaryWorkspaceId: primaryOf('jane'),
    primaryRegion: PRIMARY_REGION,
    dataReplication: 'PRIMARY_AS_SOURCE',
    recoverySnapshotTime: '2026-01-01T00:00:00Z',
    recoverySnapshotAgeSeconds: 1000,
    directoryId: DIRECTORY,
    error: null,
  });
  expect(rows.find(row => row.workspaceId === joe)).toMatchObject({
    dataReplication: 'NO_REPLICATION', recoverySnapshotTime: null, recoverySnapshotAgeSeconds: null,
  });
});

test('the lag grows until the next snapshot', async () => {
  await account.addStandbys({ user: 'jane', ...REPLICATED });
  const age = async () => (await account.rows(...OF_DIRECTORY))[0].recoverySnapshotAgeSeconds;
  account.clock.advance(12 * 3600 - 1001);
  expect(await age()).toBe(12 * 3600 - 1);
  account.clock.advance(1);
  expect(await age()).toBe(0);
});

test('the table, as it is', async () => {
  const [jane] = await account.addStandbys({ user: 'jane', ...REPLICATED });
  const { stdout } = await account.run(...OF_DIRECTORY);
  expect(stdout).toBe([
    'STANDBY       USER  STATE      PRIMARY         PRIMARY REGION  DATA REPLICATION   RECOVERY SNAPSHOT     AGE',
    `${jane}  jane  AVAILABLE  ws-primaryjane  us-east-1       PRIMARY_AS_SOURCE  2026-01-01T00:00:00Z  16m 40s`,
    '',
  ].join('\n'));
});

test('all pages of a directory, and ids in batches of 25', async () => {
  const users = Array.from({ length: 30 }, (_, index) => ({ user: `user${String(index).padStart(2, '0')}` }));
  const ids = await account.addStandbys(...users);
  account.dispatcher.calls.length = 0;
  expect((await account.rows(...OF_DIRECTORY)).map(row => row.workspaceId)).toEqual([...ids].sort());
  expect(await account.rows('standby-status', ...ids.flatMap(id => ['--workspace', id]))).toHaveLength(30);
  expect(account.dispatcher.calls.map(call => call.input.WorkspaceIds?.length)).toEqual([undefined, undefined, 25, 5]);
});

test('an id that is given twice is shown once', async () => {
  const [jane] = await account.addStandbys({ user: 'jane' });
  expect(await account.rows('standby-status', '--workspace', jane, '--workspace', jane)).toHaveLength(1);
});

describe('what only the primary shows', () => {
  beforeEach(() => {
    account = new SimulatedAccount({ workspaces: { replicationShownOn: 'primary' } });
  });

  test('is read in the primary Region', async () => {
    await account.addStandbys({ user: 'jane', ...REPLICATED }, { user: 'joe' });
    const rows = await account.rows(...OF_DIRECTORY);
    expect(rows.map(row => [row.userName, row.dataReplication, row.recoverySnapshotAgeSeconds]).sort()).toEqual([
      ['jane', 'PRIMARY_AS_SOURCE', 1000], ['joe', 'NO_REPLICATION', null],
    ]);
  });

  test('does not hide the standbys when the primary Region is down', async () => {
    const [jane] = await account.addStandbys({ user: 'jane', ...REPLICATED });
    account.dispatcher.interceptors.push(call => call.region === PRIMARY_REGION
      ? { before: new ServiceError('InternalServerError', 'It burns.', 500) } : undefined);
    const { exitCode, stdout, stderr } = await account.run(...OF_DIRECTORY, '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject([{ workspaceId: jane, state: 'AVAILABLE', dataReplication: null }]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`The data replication of the standbys with primaries in ${PRIMARY_REGION} is not known`);
    expect(stderr).toContain('InternalServerError: It burns.');
  });
});

test('the primary Region is not asked when the standbys show everything', async () => {
  await account.addStandbys({ user: 'jane', ...REPLICATED });
  account.dispatcher.calls.length = 0;
  await account.rows(...OF_DIRECTORY);
  expect(account.dispatcher.calls.map(call => call.region)).toEqual([STANDBY_REGION]);
});

test('what is missing or no standby is said, and the others are shown', async () => {
  const [jane] = await account.addStandbys({ user: 'jane' });
  account.workspaces.seedWorkspace({
    region: STANDBY_REGION, workspaceId: 'ws-ordinary01', directoryId: DIRECTORY, userName: 'local',
  });
  const ids = [jane, 'ws-ordinary01', 'ws-missing001'].flatMap(id => ['--workspace', id]);
  const { exitCode, stdout, stderr } = await account.run('standby-status', ...ids, '--format', 'csv');
  expect(exitCode).toBe(1);
  expect(stdout.split('\r\n').map(line => line.split(',')[0])).toEqual(['workspaceId', jane, '']);
  expect(stderr).toBe(`ws-ordinary01 in ${STANDBY_REGION} is no standby: it has no primary WorkSpace.\n`
    + `ws-missing001 was not found in ${STANDBY_REGION}: it was terminated, is too new to be shown, or is in another Region or account.\n`);
});

test('a failed standby comes with its error', async () => {
  account.workspaces.failNext(primaryOf('jane'), 'DomainJoin.Error', 'The directory, it seems, said "no".');
  const [jane] = await account.addStandbys({ user: 'jane' });
  const { exitCode, stdout, stderr } = await account.run(...OF_DIRECTORY, '--format', 'csv');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('"DomainJoin.Error: The directory, it seems, said ""no""."\r\n');
  expect(stderr).toBe(`${jane} is in state ERROR: DomainJoin.Error: The directory, it seems, said "no".\n`);
});

test('a snapshot older than AWS aims at is pointed out', async () => {
  await account.addStandbys({ user: 'jane', ...REPLICATED });
  const madeAt = account.clock.now();
  const { services, clock } = account;
  const atLeast = (seconds: number) => {
    const stale = { send: async (command: any) => {
      const now = clock.time;
      clock.time = madeAt;
      try {
        return await services.workSpaces(STANDBY_REGION).send(command);
      } finally {
        clock.time = now;
      }
    } };
    account.services = { ...services, workSpaces: () => stale as any };
    clock.time = madeAt - 1_000_000 + seconds * 1000;
  };
  atLeast(24 * 3600);
  expect((await account.run(...OF_DIRECTORY)).stderr).toBe('');
  atLeast(24 * 3600 + 1);
  const { exitCode, stderr } = await account.run(...OF_DIRECTORY);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('1 of 1 standbys have a recovery snapshot older than 24 hours');
});

test('a directory without standbys is no error', async () => {
  expect(await account.run(...OF_DIRECTORY)).toEqual({
    exitCode: 0, stdout: `There are no standby WorkSpaces in ${DIRECTORY} in ${STANDBY_REGION}.\n`, stderr: '',
  });
});

test('a missing permission is given as the statement that is enough', async () => {
  const refused = new SimulatedAccount({ statements: [] });
  const { exitCode, stderr } = await refused.run(...OF_DIRECTORY);
  expect(exitCode).toBe(1);
  const statement = JSON.parse(stderr.slice(stderr.indexOf('\n{'))) as object;
  expect(statement).toEqual({ Effect: 'Allow', Action: 'workspaces:DescribeWorkspaces', Resource: '*' });
  expect(await new SimulatedAccount({ statements: [statement] }).run(...OF_DIRECTORY)).toMatchObject({ exitCode: 0 });
});
