import { Demo } from '../../demo/demo';
import { EXAMPLES } from '../../demo/examples';
import { FAULTS, type FaultName } from '../../demo/faults';

/** What the demo writes, as a pipe gets it. */
function pipe() {
  let text = '';
  return { write: (part: string) => { text += part; }, text: () => text };
}

describe.each(EXAMPLES.map(example => [example.name, example] as const))('%s', (_, example) => {
  test('its story is true', async () => {
    const screen = pipe();
    const holds = await new Demo(example, {}, screen).run();
    expect(screen.text()).not.toMatch(/FALSE/);
    expect(holds).toBe(true);
    expect(screen.text()).toMatch(/Left in the account\n\s+\(nothing\)/);
    // A pipe gets plain lines.
    // eslint-disable-next-line no-control-regex
    expect(screen.text()).not.toMatch(/[\u001b\r]/);
  }, 120_000);

  test.each(Object.keys(FAULTS) as FaultName[])('survives or is rolled back without a trace: %s', async fault => {
    const screen = pipe();
    const holds = await new Demo(example, { fault }, screen).run();
    expect(screen.text()).not.toMatch(/FALSE/);
    expect(holds).toBe(true);
  }, 120_000);
});

test('a terminal gets colours and a line of what is under way', async () => {
  const screen = { ...pipe(), isTTY: true, columns: 100 };
  await new Demo(EXAMPLES[0], { keep: true }, screen).run();
  expect(screen.text()).toMatch(/waiting for \d+: GlobalMail/);
  expect(screen.text()).toMatch(/In the account/);
}, 60_000);
