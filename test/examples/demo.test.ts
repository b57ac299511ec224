import { Demo } from '../../demo/demo';
import { EXAMPLES } from '../../demo/examples';
import { FAULTS, type FaultName } from '../../demo/faults';
import { Terminal } from '../../demo/terminal';
import type { CallRecord } from '../../sandbox/services/dispatch';
import { grantsOf } from '../grants';

/** Granted actions that the runs of an example need not use, and who uses them. */
const USED_ELSEWHERE: Record<string, string> = {
  'logs:CreateLogStream': 'Lambda itself',
  'logs:PutLogEvents': 'Lambda itself',
  'lambda:InvokeFunction': 'the state machine',
  'ssm:RemoveTagsFromResource': 'an update of a parameter that has a tag less',
};

/** What the demo writes, as a pipe gets it. */
function pipe() {
  let text = '';
  return { write: (part: string) => { text += part; }, text: () => text };
}

describe.each(EXAMPLES.map(example => [example.name, example] as const))('%s', (_, example) => {
  /** Those of the library's functions, in all runs. */
  const calls: CallRecord[] = [];

  async function run(fault: FaultName | undefined, screen: ReturnType<typeof pipe>): Promise<boolean> {
    const demo = new Demo(example, { fault }, screen);
    const { checks, failures, left, section, operations } = await demo.run();
    const rows = section.charts.flatMap(({ groups }) => groups.flatMap(group => group.rows));
    expect(rows.flatMap(({ bars }) => bars)).toHaveLength(operations);
    const marks = rows.flatMap(row => row.marks);
    expect(new Set(marks.map(({ kind }) => kind))).toEqual(new Set(['call', 'look', 'answer', ...fault === 'crash' || fault === 'throttling' ? ['fault'] : []]));
    // Each answer that CloudFormation waited for is a mark of its own.
    expect(marks.filter(({ kind, result }) => kind === 'answer' && !/ignored/.test(result))).toHaveLength(
      demo.sandbox.customResourceRequests.flatMap(request => request.effectiveAnswers).length);
    calls.push(...demo.sandbox.calls.filter(call => /MultiRegion\w+Role/.test(call.principalArn ?? '')));
    expect(checks).toBeGreaterThan(2);
    expect(left).toBe(0);
    return failures === 0;
  }

  test('its story is true', async () => {
    const screen = pipe();
    const holds = await run(undefined, screen);
    expect(screen.text()).not.toMatch(/FALSE/);
    expect(holds).toBe(true);
    expect(screen.text()).not.toMatch(/Left in the account/);
    // A heading, the contents, and a line for each step.
    const lines = screen.text().split('\n');
    expect(lines[1]).toBe(`${example.name}  ${example.summary}`);
    example.steps.forEach((step, index) => {
      expect(lines).toContain(`  ${index + 1}. ${step}`);
      expect(lines.filter(line => line.startsWith(`  ${index + 1}. ${step}: `))).toEqual(
        [expect.stringMatching(/(_COMPLETE), \d+ resources?, \d+m\d\ds of simulated time$/)]);
    });
    expect(screen.text()).toMatch(/\n {2}Destroy everything: DELETE_COMPLETE, /);
    // Events only on demand.
    expect(screen.text()).not.toMatch(/IN_PROGRESS/);
    // A pipe gets plain lines.
    expect(screen.text()).not.toMatch(/[\u001b\r]/);
  });

  test.each(Object.keys(FAULTS) as FaultName[])('survives or is rolled back without a trace: %s', async fault => {
    const screen = pipe();
    const holds = await run(fault, screen);
    expect(screen.text()).not.toMatch(/FALSE/);
    expect(holds).toBe(true);
  });

  test('every call of these runs is granted, and every grant is used by some run', () => {
    const refused = calls.filter(call => call.permissions.some(permission => !permission.allowed));
    expect(refused.map(call => call.operation)).toEqual([]);

    const used = new Set(calls.flatMap(call => call.permissions.map(permission => permission.action)));
    const granted = [...new Set(grantsOf(app => example.app(app)).map(grant => grant.action))];
    expect(granted.filter(action => !used.has(action) && !USED_ELSEWHERE[action])).toEqual([]);
  });
});

/** What a terminal shows: its lines, with those replaced that were written over. */
function shown(text: string): string[] {
  const lines: string[] = [];
  for (const part of text.split(/(?<=\n)|(?=\u001b\[\d+A)/)) {
    const [, up] = /^\u001b\[(\d+)A\u001b\[J/.exec(part) ?? [];
    if (up) {
      lines.splice(lines.length - Number(up));
    }
    const line = part.replace(/\u001b\[\d*[A-Zm]/gi, '').replace(/\n$/, '');
    if (!up || line) {
      lines.push(line);
    }
  }
  return lines;
}

test('a terminal gets colours, a line for each resource that is under way, and nothing wider than it', async () => {
  const screen = { ...pipe(), isTTY: true, columns: 60, rows: 10 };
  await new Demo(EXAMPLES[0], { keep: true }, screen).run();
  const text = screen.text();
  expect(text).toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] \u001b\[2m +\d+m\d\ds/);
  expect(text).toMatch(/\u001b\[32mCREATE_COMPLETE/);
  expect(text.replace(/\u001b\[\d*[A-Zm]/gi, '').split('\n').filter(line => line.length >= screen.columns)).toEqual([]);
  const left = shown(text);
  expect(left.filter(line => /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(line))).toEqual([]);
  expect(left.filter(line => /✓ .* CREATE_COMPLETE .*GlobalMail\/Endpoint[0-9A-F]{8}$/.test(line))).toHaveLength(1);
  expect(left).toContain('  In the account');
});

test('a text goes on in the next line of a terminal, and nothing of it is missing; a pipe gets it in one', () => {
  const text = 'the endpoint is READY and its id 1jdkgdkv.w2i has arrived in the second stack';
  const write = (screen: ReturnType<typeof pipe> & { isTTY?: boolean; columns?: number }) => {
    new Terminal(screen, { NO_COLOR: '1' }).text(['  ', ['green', 'ok   '], ' '], text);
    return screen.text().trimEnd().split('\n');
  };
  const lines = write({ ...pipe(), isTTY: true, columns: 50 });
  expect(lines).toEqual(['  ok    the endpoint is READY and its id', '        1jdkgdkv.w2i has arrived in the second', '        stack']);
  expect(write(pipe())).toEqual([`  ok    ${text}`]);
});

test('a page shows each deployment with the calls of each resource, and what began when the one before it ended', async () => {
  const { section } = await new Demo(EXAMPLES[0], {}, pipe()).run();
  expect(section.charts.map(({ title }) => title)).toEqual([...EXAMPLES[0].steps.map((step, index) => `${index + 1}. ${step}`), 'Destroy everything']);
  expect(section.charts.map(({ isGood }) => isGood)).toEqual([true, true, true, false, true]);
  const endpointIn = (index: number) => section.charts[index].groups[0].rows.find(({ label }) => label === 'Endpoint')!;
  const changes = (index: number) => endpointIn(index).marks.filter(({ kind, bad }) => kind === 'call' && !bad).map(({ what }) => what);
  expect(changes(1)).toEqual(['Step Functions StartExecution', 'SES UntagResource', 'SES TagResource']);
  expect(changes(2)).toEqual([
    'Step Functions StartExecution', 'SES CreateMultiRegionEndpoint', 'Step Functions StartExecution', 'SES DeleteMultiRegionEndpoint',
  ]);
  expect(endpointIn(2).marks.filter(({ kind }) => kind === 'answer').map(({ what, result }) => `${what}: ${result}`)).toEqual(
    ['answer to the Update: SUCCESS', 'answer to the Delete: SUCCESS']);
  expect(endpointIn(3).bars.map(({ verb, outcome }) => `${verb} ${outcome}`)).toEqual(['update failed', 'update complete']);
  expect(endpointIn(3).bands.map(({ kind }) => kind)).toEqual(['rollback']);
});

test('--verbose prints the events in a pipe, too', async () => {
  const screen = pipe();
  await new Demo(EXAMPLES[0], { keep: true, verbose: true }, screen).run();
  expect(screen.text()).toMatch(/\n {4}\dm\d\ds {2}CREATE_IN_PROGRESS +GlobalMail\/Endpoint/);
});
