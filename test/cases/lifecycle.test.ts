import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Account, denying, failing, quiet, type AccountOptions } from './account';
import { OTHER_DIRECTORY, SUBJECTS, association, endpoint, fleet, seedWorkSpaces, standby, accelerator } from './resources';
import type { JsonObject } from '../../sandbox/cloudformation/template';
import type { InvocationFault } from '../../sandbox/lambda/invocation-faults';
import { MultiRegionEndpoint } from '../../src';

const EACH_SUBJECT = SUBJECTS.map(subject => [subject.name, subject] as const);

/** What a construct writes into its resource for a time-out. */
function timeoutProperties(timeout: Duration): JsonObject {
  const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1' } });
  new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1', timeout });
  const [resource] = Object.values(Template.fromStack(stack).findResources('Custom::MultiRegionEndpoint'));
  const { TimeoutSeconds, ServiceTimeout } = resource.Properties;
  return { TimeoutSeconds, ...ServiceTimeout === undefined ? {} : { ServiceTimeout } };
}

describe.each(EACH_SUBJECT)('L3: a short time-out of %s', (_, subject) => {
  test.each([[2, 8], [2, 15], [5, 15]])('of %d minutes: a create that is cancelled after %d s is rolled back, nothing is left', async (minutes, seconds) => {
    const account = new Account();
    subject.prepare(account);
    const timeout = timeoutProperties(Duration.minutes(minutes));
    expect(await account.deploy({ ...subject.base, Other: quiet() })).toMatchObject({ status: 'CREATE_COMPLETE' });
    const result = await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing(timeout), Sibling: failing(seconds) });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(account.reasons('Thing')).not.toContain('DELETE_FAILED');
    expect(subject.count(account)).toBe(0);
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(account.exists()).toEqual([]);
  });
});

describe('L3: a short time-out of an update', () => {
  test('a replacement that is cancelled is rolled back', async () => {
    const account = new Account();
    const timeout = timeoutProperties(Duration.minutes(2));
    await account.deploy({ Thing: endpoint(timeout) });
    const result = await account.deploy({ Thing: endpoint({ ...timeout, EndpointName: 'post' }), Sibling: failing(15) });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(account.exists()).toEqual(['mail']);
  });
});

/** An update that takes a quarter of an hour. */
const SLOW_UPDATES: readonly [string, AccountOptions, JsonObject, JsonObject][] = [
  ['an endpoint', { ses: { creationSeconds: 900 } }, endpoint(), endpoint({ EndpointName: 'post' })],
  ['an accelerator', { globalAccelerator: { deploymentSeconds: 900 } }, accelerator(), accelerator({ Name: 'other' })],
  ['a standby', {}, standby(), standby({ DirectoryId: OTHER_DIRECTORY })],
  ['a fleet', {}, fleet([2, 3]), fleet([2, 3, 4])],
  ['an association', { workSpaces: { associationSeconds: 900 } }, association(), association({ DirectoryId: OTHER_DIRECTORY })],
];

describe.each(SLOW_UPDATES)('L4: an update of %s that is still at work', (_, options, before, after) => {
  test.each([310, 600])('is delivered again %d s later: nothing changes, and there is one answer', async seconds => {
    const account = new Account({
      ...options,
      onInvoke: (info, event) => info.invocationType === 'Event' && event.RequestType === 'Update' ? { duplicateAfterMs: seconds * 1000 } : undefined,
    });
    seedWorkSpaces(account);
    await account.deploy({ Thing: before });
    const result = await account.deploy({ Thing: after });
    expect([result.status, account.reasons('Thing')]).toEqual(['UPDATE_COMPLETE', expect.not.stringContaining('FAILED')]);
    const updates = account.buckets.requests.filter(({ event }) => event.RequestType === 'Update');
    expect(updates.map(({ answers }) => answers.length)).toEqual([1]);
  });
});

describe.each(EACH_SUBJECT)('L12: what is denied before anything of %s is made', (_, subject) => {
  test.each([
    ['every call of the service', denying(/^(?!SFN)/)],
    ['every call that changes something', denying(/^(?!SFN)/, /^(?!Get|List|Describe)/)],
    ['the start of executions', denying(/^SFN$/, /^StartExecution$/)],
    ['the list of executions', denying(/^SFN$/, /^ListExecutions$/)],
    ['everything of Step Functions', denying(/^SFN$/)],
  ])('%s: the create fails, and the rollback comes to its end', async (_what, interceptor) => {
    const account = new Account();
    subject.prepare(account);
    await account.deploy({ ...subject.base, Other: quiet() });
    account.dispatcher.interceptors.push(interceptor);
    const result = await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing() });
    account.dispatcher.interceptors.pop();
    const isMade = result.status === 'UPDATE_COMPLETE';
    expect({ status: result.status, left: subject.count(account) > 0, reasons: account.reasons('Thing') }).toEqual({
      status: expect.stringMatching(/^UPDATE_(ROLLBACK_)?COMPLETE$/), left: isMade, reasons: expect.not.stringContaining('DELETE_FAILED'),
    });
  });
});

test.each([26, 40])('L24: %d throttled invocations of a step in a row are waited for', async count => {
  let left = count;
  const account = new Account({
    onInvoke: info => info.invocationType === 'RequestResponse' && left-- > 0 ? { throttle: true } : undefined,
  });
  expect([(await account.deploy({ Thing: endpoint() })).status, account.reasons('Thing')])
    .toEqual(['CREATE_COMPLETE', expect.not.stringContaining('FAILED')]);
});

/** What may pass: the function does not run, or not to its end. */
const PASSING: Readonly<Record<string, InvocationFault>> = {
  'Lambda throttles': { throttle: true },
  'Lambda fails': { refusal: 'ServiceException' },
  'the network interface is not ready': { refusal: 'ENINotReadyException' },
  'the subnet has no address left': { refusal: 'SubnetIPAddressLimitReachedException' },
  'a file system does not answer': { refusal: 'EFSMountTimeoutException' },
  'the function has just been changed': { refusal: 'ResourceConflictException' },
  'the function runs into its time-out': { hang: true },
};

describe.each(Object.entries(PASSING))('L24: %s', (_, fault) => {
  test('26 times in the middle of a create, and of a delete: both come to their end', async () => {
    let steps = 0;
    const account = new Account({
      onInvoke: info => info.invocationType === 'RequestResponse' && ++steps >= 4 && steps < 30 ? fault : undefined,
    });
    expect([(await account.deploy({ Thing: endpoint({ TimeoutSeconds: '3540' }) })).status, account.reasons('Thing')])
      .toEqual(['CREATE_COMPLETE', expect.not.stringContaining('FAILED')]);
    steps = 3;
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(account.exists()).toEqual([]);
  });
});

test('L24: what never passes ends the create at its deadline with the reason, and the rollback leaves nothing', async () => {
  let hangs = 0;
  const isStepOfCreate = (event: any) => event.request?.operation === 'Create' && event.progress.steps > 0;
  const account = new Account({
    onInvoke: (info, event) => info.invocationType === 'RequestResponse' && isStepOfCreate(event) && ++hangs <= 28 ? { hang: true } : undefined,
  });
  const result = await account.deploy({ Thing: endpoint({ TimeoutSeconds: '600' }) });
  expect([result.status, account.reasons('Thing')]).toEqual([
    'ROLLBACK_COMPLETE', expect.stringMatching(/not finished within \d+ minutes.*The last error was: the function failed with Sandbox\.Timedout/),
  ]);
  expect(account.exists()).toEqual([]);
});
