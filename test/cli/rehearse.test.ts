import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SimulatedAccount } from './account';
import { rehearseCommand } from '../../cli/commands/rehearse';
import { FLEET } from '../rehearsal/apps/desktops';
import { GAME, PROTECTED_GAME } from '../rehearsal/apps/game';
import { GENERATED_NAMES } from '../rehearsal/apps/mail';
import { CROSS_REGION, EXPORT } from '../rehearsal/apps/stacks';
import { CorpusApp } from '../rehearsal/corpus';
import { removeAssemblies, synth } from '../rehearsal/synth';

let directory: string;

beforeAll(() => { directory = mkdtempSync(join(tmpdir(), 'rehearse-')); });
afterAll(() => {
  rmSync(directory, { recursive: true });
  removeAssemblies();
});

const version = ({ build, from }: CorpusApp, props: object = from) => synth(app => build(app, props));
const run = (...args: string[]) => new SimulatedAccount().run('rehearse', ...args);

test('an endpoint group that is re-created: text, and a page', async () => {
  const page = join(directory, 'page.html');
  const { exitCode, stdout, stderr } = await run(version(GAME), version(GAME, { lastPort: 7779 }), '--html', page);
  expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: '' });
  expect(stdout).toMatch(/^Game \(eu-west-1\): succeeds, about \dm\d\ds \(assumed\)\n/);
  expect(stdout).toContain('  ! Acc/L/G  RE-CREATED IN ITS PLACE: every player loses the connection\n');
  expect(stdout).toMatch(/ {4}nothing gets through from \dm\d\ds to \dm\d\ds, plus AWS's own lag\n/);
  expect(stdout).toMatch(/ {4}mappings 472 -> 354: \d+ as before, \d+ on another port, 118 gone\n {4}new EndpointGroupArn\n/);
  expect(stdout).toMatch(/ {4}used by .*Game\/Matchmaker \(Lambda::Function\)/);
  expect(stdout).toContain('    Acc, Acc/L  as before\n');
  expect(stdout).toMatch(/Not rehearsed: \d functions?.*, \d custom resources.*of yours \(inert\)\nInvented: SSM parameter \/aws\/service\/ami/);
  expect(stdout).toContain('Times are assumptions');

  const html = readFileSync(page, 'utf8');
  expect(html).toContain('<h1>Rehearsal: disruptive</h1>');
  expect(html).toMatch(/<div class="row ours"><div class="label">Acc\/L\/G</);
  // In the chart and in the key.
  expect(html.match(/class="outage"/g)).toHaveLength(2);
  expect(html).toMatch(/class="mark call"[^>]*><title>\dm\d\ds Global Accelerator CreateCustomRoutingEndpointGroup in us-west-2: success</);
  expect(html).toMatch(/class="mark answer"[^>]*><title>\dm\d\ds answer to the Update: SUCCESS</);
  expect(html).not.toMatch(/src=|href="[^#]|url\(/);
});

/** Lines in which times, which depend on much else, and long lists of names stand for themselves. */
function linesOf(text: string): string[] {
  return text.replace(/\d+m\d\ds/g, 'TIME').replace(/(functions|custom resources) \([^)]*\)/g, '$1 (...)').split('\n').filter(Boolean);
}

test('the recordings in the chapter and in the README are what the program prints', async () => {
  const { stdout } = await run(version(GAME), version(GAME, { lastPort: 7779 }));
  const recordings = ['docs/rehearsing.md', 'README.md'].map(file => {
    const document = readFileSync(resolve(__dirname, '../..', file), 'utf8');
    return linesOf(/^\$ npx cdk-multi-region rehearse cdk\.out\.old cdk\.out\.new\n(.*?)^```/ms.exec(document)![1]);
  });
  expect(recordings[0]).toEqual(linesOf(stdout));
  expect(linesOf(stdout)).toEqual(expect.arrayContaining(recordings[1]));
});

test('a page in a directory that does not exist is refused before anything is rehearsed', async () => {
  const { exitCode, stderr } = await run('/nowhere', '--html', join(directory, 'missing', 'page.html'));
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`there is no directory ${join(directory, 'missing')}. Create it first.`);
});

test('of what is invented, some of each kind', async () => {
  const { stdout } = await run(version(FLEET, { members: 20 }));
  expect(stdout.match(/^Invented: .*$/gm)).toEqual([
    'Invented: directory d-9367000001: exists in us-west-2',
    ...[0, 1, 2, 3, 4].map(index => `Invented: WorkSpace ws-0primary${index}x: exists in us-east-1`),
    'Invented: 15 more of this kind (WorkSpace)',
  ]);
});

test('nothing changes', async () => {
  const assembly = version(GENERATED_NAMES);
  const { exitCode, stdout } = await run(assembly, assembly);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Mail \(eu-west-1\): no change\n {4}Endpoint {2}as before\n/);
});

test('without an old version all is created; --events prints how', async () => {
  const { exitCode, stdout } = await run(version(GENERATED_NAMES), '--events');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('    Endpoint  created  Custom::MultiRegionEndpoint\n');
  expect(stdout).toMatch(/\dm\d\ds {2}CREATE_COMPLETE {6}Mail\/Endpoint {2}Custom::MultiRegionEndpoint\n/);
});

test('a change that is refused fails the stack', async () => {
  const { exitCode, stdout } = await run(version(PROTECTED_GAME), version(PROTECTED_GAME, { protect: true, lastPort: 7779 }));
  expect(exitCode).toBe(4);
  expect(stdout).toMatch(/^Game \(eu-west-1\): WILL FAIL\n {2}! at Acc\/L\/G \(Custom::CustomRoutingEndpointGroup\) after \dm\d\ds: .*protectPortMappings/);
  expect(stdout).toContain('the stack ends in UPDATE_ROLLBACK_COMPLETE');
  expect(stdout).toMatch(/! Acc\/L\/G {2}REFUSED\n/);
});

test('an export in use fails the stack, and the text says what to do', async () => {
  const { exitCode, stdout } = await run(version(EXPORT), version(EXPORT, { secondaryRegion: 'us-east-1' }));
  expect(exitCode).toBe(4);
  expect(stdout).toMatch(/^Mail \(eu-west-1\): WILL FAIL\n {2}! at Mail \(AWS::CloudFormation::Stack\) after 1m\d\ds: Export .* as it is in use by Sender\n/);
  expect(stdout).toContain('    A value that other stacks import can\'t change. Share it in a MultiRegionParameter instead of a reference,');
  expect(stdout).toContain('Sender (eu-west-1): is not deployed: it depends on Mail, which fails\n');
  expect(stdout).toContain('Not rehearsed: 1 function (Sender/Consumer), ');
});

test('stacks that keep an old value are named, those that are not deployed and those that are', async () => {
  const [old, current] = [version(CROSS_REGION), version(CROSS_REGION, { secondaryRegion: 'us-east-1' })];
  expect((await run(old, current, '--stacks', 'Mail')).stdout)
    .toContain('    ! still the old value in Sender/Consumer (Lambda::Function), until that is deployed\n');
  expect((await run(old, current)).stdout).toContain('    ! still the old value in Sender/Consumer (Lambda::Function), although that is deployed, too: '
    + 'its template is the same.\n      Share it in a MultiRegionParameter, whose readers get the new value.\n');
});

test('JSON', async () => {
  const { exitCode, stdout } = await run(version(GENERATED_NAMES), version(GENERATED_NAMES, { secondaryRegion: 'us-east-1' }), '--format', 'json');
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, outcome: 'disruptive', stacks: [{ id: 'Mail', outcome: 'succeeds' }] });
});

test('every option is in the chapter', () => {
  const chapter = readFileSync(resolve(__dirname, '../../docs/rehearsing.md'), 'utf8').replaceAll('\\|', '|');
  Object.entries(rehearseCommand.options).forEach(([name, { value }]) =>
    expect(chapter).toContain(`| \`${[`--${name}`, value].filter(Boolean).join(' ')}\` |`));
});

test.each([
  ['no argument', [], 'It takes 1 to 2 arguments, [OLD] NEW, not 0.'],
  ['three', ['a', 'b', 'c'], 'not 3.'],
  ['a format of tables', ['a', '--format', 'csv'], "--format is 'csv', but it takes text, json."],
  ['a parameter without a value', ['a', '--parameter', 'Size'], "--parameter is 'Size', but it takes NAME=VALUE."],
  ['a fault instead of a resource', ['a', '--fail-at', 'crash'], "--fail-at is 'crash', but it takes a resource. Use --fault crash."],
  ['an unknown fault', ['a', '--fault', 'fire'], "--fault is 'fire', but it takes throttle, crash, service-fails."],
])('the command line is wrong: %s', async (_, args, message) => {
  const { exitCode, stdout, stderr } = await run(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('an assembly that is not there', async () => {
  expect(await run(join(directory, 'nowhere'))).toEqual({
    exitCode: 1, stdout: '', stderr: expect.stringMatching(/^cdk-multi-region: There is no .*nowhere\. Run `cdk synth/),
  });
});
