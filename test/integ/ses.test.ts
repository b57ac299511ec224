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
    'tag-permissions': { result: 'as assumed', seen: 'created and changed' },
    'creation-time': { result: 'measured', seen: expect.stringMatching(/^\d+ s$/) },
  });
});

test.each([
  ['AccessDeniedException', 'not as assumed'],
  ['BadRequestException', 'could not tell'],
])('an endpoint whose tags meet %s', async (code, result) => {
  const interceptors: SandboxOptions['interceptors'] = [({ operation }) => operation !== 'TagResource' ? undefined
    : { before: new ServiceError(code, 'no', 400) }];
  expect(await run('endpoint', {}, { interceptors })).toMatchObject({ 'tag-permissions': { result, seen: expect.stringContaining(code) } });
});

test('settings of the provider', async () => {
  expect(await run('settings')).toEqual({
    'boundary': { result: 'as assumed', seen: 'created' },
    'encryption-in-place': { result: 'as assumed', seen: 'both succeeded' },
  });
});

test('the life of an endpoint', async () => {
  expect(await run('life')).toMatchObject({
    'ready': { result: 'as assumed', seen: expect.stringMatching(/^CREATING × \d+, READY × 3; \d+ s$/) },
    'gone': { result: 'as assumed', seen: expect.stringMatching(/^DELETING × \d+, gone; \d+ s$/) },
    'delete-while-creating': { result: 'as assumed' },
    'tags-at-once': { result: 'as assumed' },
    'tag-in-transition': { result: 'measured', seen: 'CREATING: no error; DELETING: no error' },
    'delete-while-deleting': { result: 'measured' },
    'create-again': { result: 'as assumed', seen: 'AlreadyExistsException, AlreadyExistsException, AlreadyExistsException' },
  });
});

test('the life of an endpoint in another world', async () => {
  const findings = await run('life', { readyFlaps: 1, readyAfterDelete: 2, strictTransitions: true, notFoundAfterCreateSeconds: 40 });
  expect(findings).toMatchObject({
    'ready': { result: 'not as assumed' },
    'gone': { result: 'not as assumed' },
    'tags-at-once': { result: 'not as assumed' },
    'tag-in-transition': { seen: expect.stringMatching(/CREATING: ConcurrentModificationException/) },
  });
});

test('refusals and rates', async () => {
  expect(await run('refusals')).toMatchObject({
    'same-region': { result: 'measured', seen: expect.stringMatching(/^BadRequestException/) },
    'burst': { result: 'measured', seen: '5 of 10' },
  });
});
