import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { buildSync, type BuildOptions } from 'esbuild';
import { DIRECTORY, Outcome, SimulatedAccount, STANDBY_REGION, SUBNET } from './account';
import { DriftAccount } from './drift-account';
import { HttpFront } from '../../sandbox/http';
import { MultiRegionEndpoint } from '../../src';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { GENERATED_NAMES } from '../rehearsal/apps/mail';
import { removeAssemblies, synth } from '../rehearsal/synth';
import { ACCOUNT } from '../sandbox/services/fake-service';

const PROJECT = path.resolve(__dirname, '../..');
const KEY = 'AKIAEXAMPLE';
const MAX_BYTES = 1_000_000;

let directory: string;
let program: string;
let account: SimulatedAccount;
let front: HttpFront;
let url: string;

/** As .projenrc.ts does, but without the compression. @returns the file, which is where it is in the package */
function bundle(entryPoint: string, name: string, options: BuildOptions = {}): string {
  const outfile = path.join(directory, name, 'index.js');
  buildSync({
    entryPoints: [path.join(PROJECT, entryPoint)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    mainFields: ['module', 'main'],
    external: ['@smithy/core/event-streams'],
    logLevel: 'error',
    ...options,
  });
  return outfile;
}

beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-'));
  program = bundle('cli/index.ts', 'index', { banner: { js: '#!/usr/bin/env node' }, inject: [path.join(PROJECT, 'assets/resource-types.js')] });
  bundle('cli/drift-detection/index.ts', 'drift-detection/index');
  fs.chmodSync(program, 0o755);
});
afterAll(() => fs.rmSync(directory, { recursive: true }));

beforeEach(async () => {
  account = new SimulatedAccount();
  front = new HttpFront({ dispatcher: account.dispatcher });
  front.registerCredentials(KEY);
  ({ url } = await front.start());
});
afterEach(async () => {
  await front.stop();
  expect(account.dispatcher.defects).toEqual([]);
});

/** Runs the program as the operating system does, by its first line, with nothing of this machine's AWS set-up. */
function run(args: string[], variables: Record<string, string> = {}): Promise<Outcome> {
  const environment = {
    PATH: process.env.PATH,
    HOME: directory,
    AWS_CONFIG_FILE: path.join(directory, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(directory, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: url,
    ...variables,
  };
  return new Promise(resolve => {
    execFile(program, args, { cwd: directory, env: environment }, (error, stdout, stderr) =>
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }));
  });
}

const ADMINISTRATOR = { AWS_ACCESS_KEY_ID: 'AKIAADMINISTRATOR000' };
const CREDENTIALS = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: 'secret' };

test('is small, and what only drift detection needs is in a file of its own', () => {
  ['index', 'drift-detection/index'].forEach(name =>
    expect(fs.statSync(path.join(PROJECT, 'assets/cli', name, 'index.js')).size).toBeLessThan(MAX_BYTES));
});

test('the sandbox is in the program only: the package neither exports nor contains it', () => {
  expect(Object.keys(jest.requireActual<object>('../../src')).filter(name => /sandbox|rehears/i.test(name))).toEqual([]);
  expect(fs.readFileSync(path.join(PROJECT, '.npmignore'), 'utf8').split('\n')).toEqual(expect.arrayContaining(['/sandbox/', '/demo/', '/cli/']));
});

test('--help', async () => {
  expect(await run(['--help'])).toEqual({ ...await account.run('--help'), stderr: '' });
});

test('all commands, with keys in the environment', async () => {
  // The program tells the age of snapshots by the real clock.
  account.clock.time = Date.now();
  const { accelerator } = await account.addAccelerator();
  await account.addStandbys({ user: 'jane', DataReplication: 'PRIMARY_AS_SOURCE' });
  account.ses.seed({ region: STANDBY_REGION, name: 'mail', secondaryRegion: 'us-east-1', tags: { [OWNER_TAG_KEY]: 'x' } });
  account.dispatcher.calls.length = 0;

  const mappings = await run(['port-mappings', '--accelerator', accelerator, '--format', 'csv'], CREDENTIALS);
  expect(mappings).toMatchObject({ exitCode: 0, stderr: '' });
  expect(mappings.stdout.split('\r\n')[1]).toContain(`10001,ALLOW,10.0.0.4,7777,${SUBNET},TCP UDP,${accelerator}/listener/`);

  const inRegion = { ...CREDENTIALS, AWS_REGION: STANDBY_REGION, AWS_ACCOUNT_ID: ACCOUNT };
  const standbys = await run(['standby-status', '--directory', DIRECTORY, '--format', 'json'], inRegion);
  expect(standbys).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(standbys.stdout)).toMatchObject([{ userName: 'jane', dataReplication: 'PRIMARY_AS_SOURCE' }]);

  const endpoints = await run(['endpoint-status'], inRegion);
  expect(endpoints).toMatchObject({ exitCode: 0, stderr: '' });
  expect(endpoints.stdout).toMatch(/^NAME .*\nmail .* READY .* yes\n$/);

  expect(account.dispatcher.calls.map(call => [call.operation, call.region, call.outcome])).toEqual([
    ['ListCustomRoutingPortMappings', 'us-west-2', 'success'],
    ['DescribeWorkspaces', STANDBY_REGION, 'success'],
    ['ListMultiRegionEndpoints', STANDBY_REGION, 'success'],
    ['ListTagsForResource', STANDBY_REGION, 'success'],
  ]);
});

test('a rehearsal, which keeps no process alive', async () => {
  const assembly = synth(app => GENERATED_NAMES.build(app, GENERATED_NAMES.from));
  const { exitCode, stdout, stderr } = await run(['rehearse', assembly]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain('    Endpoint  created  Custom::MultiRegionEndpoint\n');
  removeAssemblies();
});

test('drift detection, in its own file', async () => {
  const drifting = await new DriftAccount().start();
  await drifting.deploy({ Mail: stack => new MultiRegionEndpoint(stack, 'Endpoint', { endpointName: 'mail', secondaryRegion: 'us-east-1' }) });
  const variables = { ...CREDENTIALS, ...ADMINISTRATOR, AWS_REGION: STANDBY_REGION, AWS_ENDPOINT_URL: drifting.sandbox.endpoint };
  const before = await run(['drift', '--stack', 'Mail'], variables);
  drifting.sandbox.ses.seed({ region: STANDBY_REGION, name: 'mail', secondaryRegion: 'us-east-1' });
  const after = await run(['drift', '--stack', 'Mail', '--format', 'csv'], variables);
  await drifting.stop();
  expect(before).toMatchObject({ exitCode: 0, stderr: '' });
  expect(after).toMatchObject({ exitCode: 2, stderr: '1 of 1 resources have drifted.\n' });
  expect(after.stdout).toMatch(/\r\nMail,Endpoint\w+,FOREIGN,/);
});

test('credentials, Region and account of a profile, as people have them', async () => {
  const answer = JSON.stringify({ Version: 1, AccessKeyId: KEY, SecretAccessKey: 'secret' });
  fs.writeFileSync(path.join(directory, 'answer.json'), answer);
  fs.writeFileSync(path.join(directory, 'config'), [
    '[profile operator]',
    `region = ${STANDBY_REGION}`,
    `credential_process = cat ${path.join(directory, 'answer.json')}`,
    `aws_account_id = ${ACCOUNT}`,
  ].join('\n'));
  account.ses.seed({ region: STANDBY_REGION, name: 'mail', secondaryRegion: 'us-east-1' });
  const { exitCode, stdout, stderr } = await run(['endpoint-status', '--format', 'json'], { AWS_PROFILE: 'operator' });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'mail', managed: false }]);
});

test.each([
  ['no Region', ['endpoint-status'], CREDENTIALS, 2, 'Which Region?'],
  ['no credentials', ['endpoint-status', '--region', STANDBY_REGION], {}, 1, 'Sign in, e.g. with `aws sso login`'],
  ['foreign credentials', ['endpoint-status', '--region', STANDBY_REGION], { ...CREDENTIALS, AWS_ACCESS_KEY_ID: 'AKIAOTHER' }, 1,
    'Sign in again'],
  ['nobody at the endpoint', ['endpoint-status', '--region', STANDBY_REGION],
    { ...CREDENTIALS, AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' }, 1, 'See that this machine reaches AWS'],
])('%s', async (_, args, variables, exitCode, advice) => {
  const outcome = await run(args, variables as Record<string, string>);
  expect(outcome).toMatchObject({ exitCode, stdout: '' });
  expect(outcome.stderr).toContain(advice);
});
