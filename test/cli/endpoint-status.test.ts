import { isRead, SimulatedAccount } from './account';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { ACCOUNT } from '../sandbox/services/fake-service';

const REGION = 'eu-west-1';
const IN_REGION = ['endpoint-status', '--region', REGION];
const OWNER = 'a'.repeat(64);

let account: SimulatedAccount;

beforeEach(() => start());
afterEach(() => {
  expect(account.dispatcher.defects).toEqual([]);
  expect(account.operations().filter(operation => !isRead(operation))).toEqual([]);
});

function start(statements?: object[]): void {
  account = new SimulatedAccount({ statements });
  account.ses.seed({ region: REGION, name: 'ours', secondaryRegion: 'eu-central-1', at: account.clock.now(), tags: { [OWNER_TAG_KEY]: OWNER } });
  account.ses.seed({ region: REGION, name: 'foreign', secondaryRegion: 'us-east-1', at: account.clock.now(), state: 'CREATING' });
  account.ses.seed({ region: 'us-east-1', name: 'elsewhere', secondaryRegion: REGION });
}

test('the endpoints of a primary Region, and whose they are', async () => {
  expect(await account.rows(...IN_REGION)).toEqual([
    {
      name: 'foreign', id: expect.any(String), status: 'CREATING', routes: [REGION, 'us-east-1'], created: '2026-01-01T00:00:00Z',
      managed: false, owner: null,
    },
    {
      name: 'ours', id: expect.any(String), status: 'READY', routes: [REGION, 'eu-central-1'], created: '2026-01-01T00:00:00Z',
      managed: true, owner: OWNER,
    },
  ]);
});

test('the table, as it is', async () => {
  const { stdout } = await account.run(...IN_REGION);
  const [foreign, ours] = (await account.rows(...IN_REGION)).map(row => row.id);
  expect(stdout).toBe([
    'NAME     ID            STATUS    ROUTES                  CREATED               MANAGED',
    `foreign  ${foreign}  CREATING  eu-west-1 us-east-1     2026-01-01T00:00:00Z  no`,
    `ours     ${ours}  READY     eu-west-1 eu-central-1  2026-01-01T00:00:00Z  yes`,
    '',
  ].join('\n'));
});

test('one endpoint by its name, without the permission to list all', async () => {
  const arn = `arn:aws:ses:*:${ACCOUNT}:multi-region-endpoint/ours`;
  start([{ Effect: 'Allow', Action: ['ses:GetMultiRegionEndpoint', 'ses:ListTagsForResource'], Resource: arn }]);
  expect(await account.rows(...IN_REGION, '--name', 'ours')).toMatchObject([{ name: 'ours', status: 'READY', managed: true }]);
  expect(account.operations()).toEqual(['GetMultiRegionEndpoint', 'ListTagsForResource']);
});

test('all pages', async () => {
  const client = account.services.ses(REGION);
  const onePerPage = {
    send: (command: any) => client.send('PageSize' in command.input
      ? Object.assign(command, { input: { ...command.input, PageSize: 1 } }) : command),
  };
  account.services = { ...account.services, ses: () => onePerPage as any };
  expect((await account.rows(...IN_REGION)).map(row => row.name)).toEqual(['foreign', 'ours']);
});

test('an endpoint that is not there is a service error', async () => {
  const { exitCode, stdout, stderr } = await account.run(...IN_REGION, '--name', 'missing');
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('ses:GetMultiRegionEndpoint of endpoint missing in eu-west-1 failed: NotFoundException: ');
});

test('a Region without endpoints is no error, and nobody asks for the account', async () => {
  account.services = { ...account.services, accountId: () => Promise.reject(new Error('not needed')) };
  expect(await account.run('endpoint-status', '--region', 'ap-south-1')).toEqual({
    exitCode: 0, stdout: 'There are no multi-Region endpoints with the primary Region ap-south-1.\n', stderr: '',
  });
});

describe('without the account id', () => {
  beforeEach(() => {
    account.services = { ...account.services, accountId: async () => undefined };
  });

  test('the owner is unknown, and it is said how to know it', async () => {
    const { exitCode, stdout, stderr } = await account.run(...IN_REGION, '--format', 'json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'foreign', managed: null }, { name: 'ours', managed: null, owner: null }]);
    expect(stderr).toContain('give --account ID');
  });

  test('--account tells it', async () => {
    expect(await account.rows(...IN_REGION, '--account', ACCOUNT)).toMatchObject([{ managed: false }, { managed: true }]);
  });
});

test('tags that may not be read leave the rest to see, and the statement that is missing is given', async () => {
  const list = { Effect: 'Allow', Action: 'ses:ListMultiRegionEndpoints', Resource: '*' };
  start([list]);
  const { exitCode, stdout, stderr } = await account.run(...IN_REGION, '--format', 'json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'foreign', managed: null }, { name: 'ours', managed: null }]);
  expect(stderr.match(/MANAGED is not known/g)).toHaveLength(1);
  const statement = JSON.parse(stderr.slice(stderr.indexOf('\n{'))) as { Resource: string };
  expect(statement).toMatchObject({ Action: 'ses:ListTagsForResource' });

  start([list, { ...statement, Resource: statement.Resource.replace(/[^/]+$/, '*') }]);
  expect(await account.rows(...IN_REGION)).toMatchObject([{ managed: false }, { managed: true }]);
});
