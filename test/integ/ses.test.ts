import { SandboxAccount } from './sandbox-account';
import { SES } from '../../integ/ses/scenarios';
import type { SandboxOptions } from '../../sandbox';
import { ServiceError } from '../../sandbox/services/service';
import type { SesSimulatorOptions } from '../../sandbox/services/ses';

/** The scenarios against the simulator; sending is not simulated. */
let account: SandboxAccount;
afterEach(() => account.stop());

async function run(name: string, ses: SesSimulatorOptions = {}, options: SandboxOptions = {}) {
  account = await new SandboxAccount({ ses, ...options }).start();
  const findings = await SES.scenarios.find(scenario => scenario.name === name)!.run(account);
  expect(await SES.leftovers(account)).toEqual([]);
  return findings;
}

test('an endpoint of the construct', async () => {
  expect(await run('endpoint')).toEqual({
    'tag-permissions': { verdict: 'as assumed', seen: 'created and changed' },
    'creation-time': { verdict: 'measured', seen: expect.stringMatching(/^\d+ s$/) },
  });
});

test.each([
  ['AccessDeniedException', 'not as assumed'],
  ['BadRequestException', 'could not tell'],
])('an endpoint whose tags meet %s', async (code, verdict) => {
  const interceptors: SandboxOptions['interceptors'] = [({ operation }) => operation !== 'TagResource' ? undefined
    : { before: new ServiceError(code, 'no', 400) }];
  expect(await run('endpoint', {}, { interceptors })).toMatchObject({ 'tag-permissions': { verdict, seen: expect.stringContaining(code) } });
});

test('settings of the provider', async () => {
  expect(await run('settings')).toEqual({
    'boundary': { verdict: 'as assumed', seen: 'created' },
    'encryption-in-place': { verdict: 'as assumed', seen: 'both succeeded' },
  });
});

test('the life of an endpoint', async () => {
  expect(await run('life')).toMatchObject({
    'ready': { verdict: 'as assumed', seen: expect.stringMatching(/^CREATING × \d+, READY × 3; \d+ s$/) },
    'gone': { verdict: 'as assumed', seen: expect.stringMatching(/^DELETING × \d+, gone; \d+ s$/) },
    'delete-while-creating': { verdict: 'as assumed' },
    'tags-at-once': { verdict: 'as assumed' },
    'tag-in-transition': { verdict: 'measured', seen: 'CREATING: no error; DELETING: no error' },
    'delete-while-deleting': { verdict: 'measured' },
    'create-again': { verdict: 'as assumed', seen: 'AlreadyExistsException, AlreadyExistsException, AlreadyExistsException' },
  });
});

test('the life of an endpoint in another world', async () => {
  const findings = await run('life', { readyFlaps: 1, readyAfterDelete: 2, strictTransitions: true, notFoundAfterCreateSeconds: 40 });
  expect(findings).toMatchObject({
    'ready': { verdict: 'not as assumed' },
    'gone': { verdict: 'not as assumed' },
    'tags-at-once': { verdict: 'not as assumed' },
    'tag-in-transition': { seen: expect.stringMatching(/CREATING: ConcurrentModificationException/) },
  });
});

test('refusals and rates', async () => {
  expect(await run('refusals')).toMatchObject({
    'same-region': { verdict: 'measured', seen: expect.stringMatching(/^BadRequestException/) },
    'burst': { verdict: 'measured', seen: '5 of 10' },
  });
});
