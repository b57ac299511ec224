import { SandboxAccount } from './sandbox-account';
import { PROBE_FUNCTION } from '../../integ/cloudformation/app';
import { CLOUDFORMATION } from '../../integ/cloudformation/scenarios';
import type { SandboxOptions } from '../../sandbox';

/*
 * The scenarios run against the sandbox, whose CloudFormation behaves as the code takes for granted: so each finding is "as
 * assumed", unless the sandbox is told to behave in the other way.
 */
let account: SandboxAccount;
afterEach(() => account.stop());

async function run(name: string, options: SandboxOptions = {}) {
  account = await new SandboxAccount(options).start();
  const findings = await CLOUDFORMATION.scenarios.find(scenario => scenario.name === name)!.run(account);
  expect(await CLOUDFORMATION.leftovers(account)).toEqual([]);
  expect(account.sandbox.leftovers().filter(({ type }) => type !== 'AWS::Logs::LogGroup')).toEqual([]);
  return findings;
}

test('a cancelled create', async () => {
  expect(await run('cancelled')).toEqual({
    'invented-id': { result: 'as assumed', seen: expect.stringMatching(/^CdkMultiRegionVerifyCancelled-Slow-\w+$/) },
    'delete-delay': { result: 'as assumed', seen: expect.stringMatching(/^[\d.]+ s$/) },
    'late-answer': { result: 'as assumed', seen: expect.stringMatching(/PUT got 200/) },
  });
});

test('the probe logs no response URL', async () => {
  await run('deadline');
  const lines = await account.logs(PROBE_FUNCTION);
  expect(lines.length).toBeGreaterThan(2);
  const secrets = account.sandbox.customResourceRequests.map(({ event }) => new URL(event.ResponseURL).searchParams.get('X-Amz-Signature')!);
  secrets.forEach(secret => expect(lines.join()).not.toContain(secret));
});

test('two answers', async () => {
  expect(await run('answers')).toMatchObject({
    'two-answers': { result: 'as assumed', seen: 'at once: first; after 20 s: first' },
    'used-url': { result: 'as assumed', seen: '200, 200' },
    'url-form': { result: 'as assumed' },
    'clocks': { result: 'as assumed' },
  });
});

test.each([[true, 'as assumed'], [false, 'not as assumed']])('replacements, rolled back by an Update: %s', async (rollsReplacementBackByUpdate, result) => {
  const findings = await run('replacement', { customResources: { rollsReplacementBackByUpdate } });
  expect(findings).toMatchObject({ 'cancelled-replacement': { result: 'as assumed' }, 'finished-replacement': { result } });
});

test.each([true, false])('a service timeout, in the event: %s', async serviceTimeoutInEvent => {
  expect(await run('deadline', { customResources: { serviceTimeoutInEvent } })).toMatchObject({
    'service-timeout-in-event': { result: 'measured', seen: serviceTimeoutInEvent ? 'yes' : 'no' },
    'after-service-timeout': { result: 'as assumed' },
  });
});

test('executions that are listed', async () => {
  expect(await run('executions')).toEqual({ 'list-executions': { result: 'as assumed', seen: '0 s at most' } });
});
