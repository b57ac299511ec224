import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { SandboxAccount } from './sandbox-account';
import { AwsAccount, type Runner } from '../../integ/aws-account';
import { tablesOf } from '../../integ/plan';
import { main, PARTS } from '../../integ/verify';

const PLAN = readFileSync(resolve(__dirname, '../../docs/verify-on-aws.md'), 'utf8');
const ACCOUNT = '111122223333';

let directory: string;
let text: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'verify-'));
  text = '';
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (part: string) => { text += part; };
const refuse = () => Promise.reject(new Error('connected'));

describe('the plan', () => {
  test.each(PARTS.map(part => [part.name, part] as const))('docs/verify-on-aws.md has the tables of %s', (_, part) => {
    expect(PLAN).toContain(`## ${part.title}\n`);
    expect(PLAN).toContain(tablesOf(part));
  });

  test('every question has an id of its own', () => {
    const ids = PARTS.flatMap(part => [...part.scenarios.flatMap(({ questions }) => questions), ...part.byHand].map(({ id }) => `${part.name}/${id}`));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(60);
  });

  test('is listed without an account', async () => {
    expect(await main(['--list'], { write, connect: refuse })).toBe(0);
    expect(text).toContain(tablesOf(PARTS[0]));
  });
});

describe('without the account\'s number', () => {
  test('nothing is run', async () => {
    expect(await main(['--only', 'ses/life'], { write, connect: refuse })).toBe(2);
    expect(text).toMatch(/Without --account nothing was run\. It would be: ses\/life\n/);
  });

  test('of the credentials nothing is run', async () => {
    const run: Runner = async () => ({ status: 0, stdout: '444455556666\n' });
    await expect(AwsAccount.confirmed(ACCOUNT, 'eu-west-1', {}, run)).rejects
      .toThrow('--account is 111122223333, but the credentials of the environment belong to 444455556666. Nothing was run.');
    const signedOut: Runner = async () => ({ status: 255, stdout: '' });
    await expect(AwsAccount.confirmed(ACCOUNT, 'eu-west-1', {}, signedOut)).rejects.toThrow(/could not be checked/);
  });
});

test.each([
  [['--only', 'sns'], /There is no 'sns'\. Choose from cloudformation, cloudformation\/cancelled, /],
  [['--only', 'ses/nothing'], /There is no 'ses\/nothing'/],
  [['--account', ACCOUNT, '--input', 'identity'], /--input is 'identity', but takes a name and a value/],
])('%j is refused', async (args, message) => {
  await expect(main(args, { write, connect: refuse })).rejects.toThrow(message);
});

test('says what is answered, what a scenario lacks, and writes a report', async () => {
  const account = await new SandboxAccount().start();
  const report = join(directory, 'report.json');
  const code = await main(['--account', ACCOUNT, '--only', 'ses/refusals', '--only', 'ses/sending', '--report', report], { write, connect: async () => account });
  await account.stop();

  expect(code).toBe(0);
  expect(text).toMatch(/ses\/refusals, about 2 minutes, cost: none\n {4}same-region: answered: BadRequestException: .*\n {4}burst: answered: 5 of 10\n/);
  expect(text).toMatch(/ {2}! send-condition: could not tell: it needs --input identity=\.\.\.\n/);
  expect(text).toMatch(/Nothing is left in the account\.\n$/);
  expect(JSON.parse(readFileSync(report, 'utf8'))).toEqual({
    date: expect.stringMatching(/^2026-01-01T/),
    region: 'eu-west-1',
    findings: expect.arrayContaining([
      { part: 'ses', scenario: 'refusals', question: 'burst', result: 'measured', seen: '5 of 10' },
      { part: 'ses', scenario: 'sending', question: 'send-condition', result: 'could not tell', seen: 'it needs --input identity=...' },
    ]),
    leftovers: [],
  });
});

test('tells where to change what if the answer is another one', async () => {
  const account = await new SandboxAccount({ ses: { readyFlaps: 1 } }).start();
  await main(['--account', ACCOUNT, '--only', 'ses/life'], { write, connect: async () => account });
  await account.stop();
  expect(text).toMatch(/ {2}! ready: not as assumed: CREATING.*\n {6}change: `creation-wait\.ts`/);
});

test('a scenario that breaks leaves the others alone, and what is left is told', async () => {
  const account = await new SandboxAccount().start();
  account.sandbox.ses.seed({ region: 'eu-west-1', name: 'CdkMultiRegionVerifyOld', secondaryRegion: 'eu-central-1' });
  const broken = Object.assign(Object.create(account) as SandboxAccount, { deploy: () => Promise.reject(new Error('no way')) });
  const code = await main(['--account', ACCOUNT, '--only', 'ses/endpoint', '--only', 'ses/refusals'], { write, connect: async () => broken });
  await account.stop();

  expect(code).toBe(1);
  expect(text).toMatch(/tag-permissions: could not tell: Error: no way/);
  expect(text).toMatch(/burst: answered/);
  expect(text).toMatch(/Left in the account, to be deleted by hand:\n {2}endpoint CdkMultiRegionVerifyOld\n$/);
});

describe('AWS', () => {
  const calls: string[][] = [];
  const answers: Record<string, object> = {
    'describe-stack-events': {
      StackEvents: [
        { Timestamp: '2999-01-01T00:00:01Z', LogicalResourceId: 'S', ResourceStatus: 'CREATE_FAILED', ResourceStatusReason: 'why' },
        { Timestamp: '2999-01-01T00:00:00Z', LogicalResourceId: 'S', PhysicalResourceId: 'p', ResourceStatus: 'CREATE_IN_PROGRESS' },
        { Timestamp: '2020-01-01T00:00:00Z', LogicalResourceId: 'Old', ResourceStatus: 'CREATE_COMPLETE' },
      ],
    },
    'describe-stacks': { Stacks: [{ StackName: 'CdkMultiRegionVerifyA', Outputs: [{ OutputKey: 'K', OutputValue: 'v' }] }, { StackName: 'Other' }] },
    'filter-log-events': { events: [{ message: 'line' }] },
  };
  const run: Runner = async (command, args) => {
    calls.push([command, ...args]);
    const stdout = args[0] === 'sts' ? ACCOUNT : JSON.stringify(answers[args[1]] ?? {});
    return { status: command === 'npx' && args.includes('deploy') ? 1 : 0, stdout };
  };
  const declare = (app: App) => { new Stack(app, 'A'); };

  test('is asked through the command lines of CDK and AWS', async () => {
    const account = await AwsAccount.confirmed(ACCOUNT, 'eu-west-1', {}, run);
    expect(await account.deploy(declare, 'A')).toEqual({
      succeeded: false,
      outputs: { K: 'v' },
      events: [
        { timestamp: expect.any(Number), logicalId: 'S', physicalId: 'p', status: 'CREATE_IN_PROGRESS', reason: undefined },
        { timestamp: expect.any(Number), logicalId: 'S', physicalId: undefined, status: 'CREATE_FAILED', reason: 'why' },
      ],
    });
    await account.destroy(declare, 'A');
    expect(await account.stacks('CdkMultiRegionVerify')).toEqual(['CdkMultiRegionVerifyA']);
    expect(await account.logs('F')).toEqual(['line']);
    expect(account.clientConfig()).toEqual({ region: 'eu-west-1' });

    const cdk = calls.filter(([command]) => command === 'npx').map(args => args.filter(arg => !arg.includes(tmpdir())).join(' '));
    expect(cdk).toEqual([
      'npx --yes aws-cdk@2 deploy A --require-approval never --app --progress events',
      'npx --yes aws-cdk@2 destroy A --force --exclusively --app --progress events',
    ]);
    expect(calls.filter(([command]) => command === 'aws').slice(1).every(args => args.join(' ').endsWith('--region eu-west-1 --output json'))).toBe(true);
  });
});
