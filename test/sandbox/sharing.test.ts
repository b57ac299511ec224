import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { temporaryDirectory } from './answering-function';
import { DeploymentFailed, Sandbox } from '../../sandbox';
import { MultiRegionEndpoint, MultiRegionParameter } from '../../src';

/*
 * What senders in another stack have after the endpoint was replaced, for each way in which they may get its id (cases S12 and S13).
 * docs/sharing.md has the transcript.
 */
const FILE = join(__dirname, '..', '..', 'docs', 'sharing.md');
const BEGIN = '<!-- transcript: written by UPDATE_SHARING=1 npx jest test/sandbox/sharing -->';
const END = '<!-- end of the transcript -->';

const NAME = '/mail/endpoint-id';
const HOME = 'eu-west-1';
const ELSEWHERE = 'eu-central-1';
const FLAG = '@aws-cdk/core:defaultCrossStackReferences';

/** A way to get the id into the other stack. */
interface Way {
  readonly title: string;
  readonly region: string;
  readonly strength?: 'strong' | 'weak';
  readonly crossRegionReferences?: true;
  /** Without it the senders read the parameter at run time. */
  readonly value?: (endpoint: MultiRegionEndpoint, senders: Stack) => string;
  /** What the senders have when all stacks were deployed, and when only that of the endpoint was. */
  readonly expected: readonly [Outcome, Outcome];
}

type Outcome = 'refused' | 'dead' | 'current';

const reference = ({ endpointId }: MultiRegionEndpoint): string => endpointId;

const WAYS: readonly Way[] = [
  { title: 'strong reference', region: HOME, strength: 'strong', value: reference, expected: ['refused', 'refused'] },
  { title: 'weak reference', region: HOME, strength: 'weak', value: reference, expected: ['dead', 'dead'] },
  { title: 'weak reference from another Region', region: ELSEWHERE, strength: 'weak', value: reference, expected: ['dead', 'dead'] },
  { title: 'crossRegionReferences: true', region: ELSEWHERE, crossRegionReferences: true, value: reference, expected: ['dead', 'dead'] },
  { title: 'parameter, read with valueFor()', region: ELSEWHERE, value: (_, senders) => MultiRegionParameter.valueFor(senders, NAME), expected: ['current', 'dead'] },
  { title: 'parameter, read at run time', region: ELSEWHERE, expected: ['current', 'current'] },
];

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = new Sandbox();
  await sandbox.start();
});

afterEach(async () => {
  expect(sandbox.defects).toEqual([]);
  await sandbox.stop();
});

/** A stack with the endpoint, and one with its senders. */
function synth({ crossRegionReferences, region, strength = 'strong', value }: Way, secondaryRegion: string): string {
  const app = new App({ outdir: join(temporaryDirectory(), 'cdk.out'), context: { [FLAG]: strength } });
  const stack = (id: string, stackRegion: string) => new Stack(app, id, { env: { account: '111122223333', region: stackRegion }, crossRegionReferences });
  const [mail, senders] = [stack('Mail', HOME), stack('Senders', region)];
  const endpoint = new MultiRegionEndpoint(mail, 'Endpoint', { secondaryRegion });
  endpoint.publishId(NAME, { regions: [region] });
  new CfnOutput(mail, 'Id', { value: endpoint.endpointId });
  new CfnOutput(senders, 'Id', { value: value?.(endpoint, senders) ?? 'nothing' });
  senders.node.addDependency(mail);
  return app.synth().directory;
}

/** Deploys, and says in a line for each stack what became of it. */
async function deploy(directory: string, stacks?: string[]): Promise<string[]> {
  const events = sandbox.events.length;
  const refusal = await sandbox.deploy(directory, { stacks }).then(() => undefined, (error: unknown) => {
    if (error instanceof DeploymentFailed) {
      return error;
    }
    throw error;
  });
  return (stacks ?? ['Mail', 'Senders']).flatMap(name => {
    const last = sandbox.events.slice(events).filter(event => event.stackName === name && event.type === 'AWS::CloudFormation::Stack').pop();
    return last ? [`${name} ${last.status}`] : refusal ? [] : [`${name} no change`];
  });
}

const mailId = () => String(sandbox.outputs('Mail').Id);
const sendersId = ({ region, value }: Way) => value ? String(sandbox.outputs('Senders').Id) : String(sandbox.systemsManager.valueIn(region, NAME));

/** Replaces the endpoint, and tells what senders have then. */
async function replace(way: Way, stacks?: string[]): Promise<{ lines: string[]; outcome: Outcome }> {
  await sandbox.deploy(synth(way, 'us-east-1'));
  const before = mailId();
  expect(sendersId(way)).toBe(before);

  const statuses = await deploy(synth(way, 'us-west-2'), stacks);
  expect(sandbox.ses.inventory(sandbox.clock.now()).map(({ state }) => state)).toEqual(['READY']);
  const [endpoint, senders] = [mailId(), sendersId(way)];
  const outcome = endpoint === before ? 'refused' : senders === endpoint ? 'current' : 'dead';
  const remark = { refused: 'the endpoint is not replaced', dead: 'no endpoint has this id any more', current: 'the same' }[outcome];
  return {
    lines: [`  ${statuses.join(', ')}`, `  endpoint ${before} -> ${endpoint}`, `  senders  ${before} -> ${senders}   ${remark}`],
    outcome,
  };
}

const transcript: string[] = [];

describe.each(WAYS)('$title', way => {
  test.each([['all stacks are deployed', undefined, 0], ['only the stack of the endpoint is deployed', ['Mail'], 1]] as const)('%s', async (name, stacks, index) => {
    const { lines, outcome } = await replace(way, stacks && [...stacks]);
    transcript.push(`${way.title}, ${name}`, ...lines, '');
    expect(outcome).toBe(way.expected[index]);
  });
});

test('senders that read at deployment have the new id after their next deployment, though their template is the same', async () => {
  const way = WAYS.find(({ title }) => title.includes('valueFor'))!;
  await replace(way, ['Mail']);
  await sandbox.deploy(synth(way, 'us-west-2'));
  expect(sendersId(way)).toBe(mailId());
});

test('a replacement in steps has no gap: whoever reads the parameter gets the id of an endpoint that exists', async () => {
  const step = (endpoints: Record<string, string>, current: string): string => {
    const app = new App({ outdir: join(temporaryDirectory(), 'cdk.out') });
    const mail = new Stack(app, 'Mail', { env: { account: '111122223333', region: HOME } });
    const ids = Object.fromEntries(Object.entries(endpoints).map(([id, secondaryRegion]) =>
      [id, new MultiRegionEndpoint(mail, id, { secondaryRegion }).endpointId]));
    new MultiRegionParameter(mail, 'Published', { parameterName: NAME, value: ids[current], regions: [ELSEWHERE] });
    Object.entries(ids).forEach(([id, value]) => new CfnOutput(mail, `${id}Id`, { value }));
    return app.synth().directory;
  };
  const both = { First: 'us-east-1', Second: 'us-west-2' };
  const published: string[] = [];
  for (const directory of [step({ First: 'us-east-1' }, 'First'), step(both, 'First'), step(both, 'Second'), step({ Second: 'us-west-2' }, 'Second')]) {
    await sandbox.deploy(directory);
    const [name] = Object.entries(sandbox.outputs('Mail')).find(([, id]) => id === sandbox.systemsManager.valueIn(ELSEWHERE, NAME))!;
    published.push(name);
  }
  expect(published).toEqual(['FirstId', 'FirstId', 'SecondId', 'SecondId']);
});

test('docs/sharing.md has the transcript', () => {
  const text = readFileSync(FILE, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  const expected = `\n\n\`\`\`text\n${transcript.join('\n').trimEnd()}\n\`\`\`\n\n`;
  if (process.env.UPDATE_SHARING) {
    writeFileSync(FILE, text.slice(0, begin) + expected + text.slice(end));
    return;
  }
  expect(text.slice(begin, end)).toBe(expected);
});
