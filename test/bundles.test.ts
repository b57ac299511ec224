import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** What one handler may weigh: its size is part of every cold start. */
const MAX_BYTES = 250_000;

const PROJECT = path.resolve(__dirname, '..');
const BUNDLES = 'assets/lambda';
const SERVICES = fs.readdirSync(path.join(PROJECT, BUNDLES)).filter(service => fs.existsSync(bundleOf(service)));

/** Strings of the SDK's own credential chain; each of them is in a bundle that is made without its stand-in. */
const CREDENTIAL_CHAIN = [
  'AssumeRole', 'web_identity_token_file', 'GetRoleCredentials', 'sso_account_id', 'portal.sso',
  'credential_process', 'AWS_CONTAINER_CREDENTIALS', 'security-credentials',
];

const directories: string[] = [];

afterAll(() => directories.splice(0).forEach(directory => fs.rmSync(directory, { recursive: true })));

test('there are bundles', () => {
  expect(SERVICES).not.toHaveLength(0);
});

describe.each(SERVICES)('the bundle of %s', service => {
  test(`has at most ${MAX_BYTES} bytes`, () => {
    expect(fs.statSync(bundleOf(service)).size).toBeLessThanOrEqual(MAX_BYTES);
  });

  test('exports a handler and needs no other file', () => {
    const directory = temporaryDirectory();
    fs.copyFileSync(bundleOf(service), path.join(directory, 'index.js'));
    expect(run(process.execPath, ['--print', 'typeof require("./index.js").handler'], directory)).toBe('function\n');
  });

  test('takes credentials from the environment only', () => {
    const code = fs.readFileSync(bundleOf(service), 'utf8');
    expect(CREDENTIAL_CHAIN.filter(text => code.includes(text))).toEqual([]);
  });
});

function bundleOf(service: string): string {
  return path.join(PROJECT, BUNDLES, service, 'index/index.js');
}

function run(command: string, args: readonly string[], directory: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: directory, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${path.basename(command)} failed with ${status ?? error}: ${stderr}`);
  }
  return stdout;
}

function temporaryDirectory(): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'bundle-'));
  directories.push(directory);
  return directory;
}
