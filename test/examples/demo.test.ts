import { Demo } from '../../demo/demo';
import { EXAMPLES } from '../../demo/examples';
import { FAULTS, type FaultName } from '../../demo/faults';
import type { CallRecord } from '../../sandbox/services/dispatch';
import { grantsOf } from '../grants';

/** Granted actions that no simulated service sees, and who uses them. */
const USED_ELSEWHERE: Record<string, string> = {
  'logs:CreateLogStream': 'Lambda itself',
  'logs:PutLogEvents': 'Lambda itself',
  'lambda:InvokeFunction': 'the state machine',
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
    const isTrue = await demo.run();
    calls.push(...demo.sandbox.calls.filter(call => /MultiRegion\w+Role/.test(call.principalArn ?? '')));
    return isTrue;
  }

  test('its story is true', async () => {
    const screen = pipe();
    const holds = await run(undefined, screen);
    expect(screen.text()).not.toMatch(/FALSE/);
    expect(holds).toBe(true);
    expect(screen.text()).toMatch(/Left in the account\n\s+\(nothing\)/);
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

test('a terminal gets colours and a line of what is under way', async () => {
  const screen = { ...pipe(), isTTY: true, columns: 100 };
  await new Demo(EXAMPLES[0], { keep: true }, screen).run();
  expect(screen.text()).toMatch(/waiting for \d+: GlobalMail/);
  expect(screen.text()).toMatch(/In the account/);
});
