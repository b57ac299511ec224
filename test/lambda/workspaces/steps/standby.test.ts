import { changesKey, conditionOf, explained, hintFor, withoutStop } from '../../../../lambda/workspaces/standby';

describe('what a standby is made of', () => {
  test.each([
    ['AVAILABLE', 'ready'], ['STOPPED', 'ready'], ['PENDING', 'underway'], ['STARTING', 'underway'], ['REBOOTING', 'underway'], ['UPDATING', 'underway'],
    ['STOPPING', 'underway'], ['RESTORING', 'underway'], ['REBUILDING', 'underway'], ['MAINTENANCE', 'underway'], ['ADMIN_MAINTENANCE', 'underway'],
    ['UNHEALTHY', 'unwell'], ['IMPAIRED', 'unwell'], ['ERROR', 'failed'], ['TERMINATING', 'failed'], ['TERMINATED', 'failed'], ['SUSPENDED', 'failed'],
    ['ODD', undefined],
  ])('in state %s is %s', (state, expected) => {
    expect(conditionOf(state)).toBe(expected);
  });

  test.each([
    ['Limit', 'The quota of standby WorkSpaces is 0 until AWS raises it: ask for an increase in the standby Region (Service Quotas, Amazon WorkSpaces), then deploy again.'],
    ['Exists', 'A user can have one WorkSpace in a directory: terminate the one that exists, or use another directory.'],
    ['User', "The directory in the standby Region must have the primary's user under the same name."],
    ['Directory', 'The directory must be registered for WorkSpaces in the standby Region.'],
    ['Bundle', 'Standbys take Windows and BYOL bundles without GPU, in us-east-1, us-west-2, eu-central-1 and eu-west-1.'],
    ['NotSupported', 'Standbys take Windows'], ['not supported', 'Standbys take Windows'], ['unsupported', 'Standbys take Windows'],
    ['kms', 'The key must be symmetric, enabled and in the standby Region, and its policy must let this function create grants.'],
    ['NotFound', 'The primary WorkSpace must exist in its Region before the standby is made.'],
  ])('has a hint for %s', (word, hint) => {
    expect(hintFor(word, '')).toContain(` ${hint}`);
    expect(hintFor('', word)).toContain(` ${hint}`);
  });

  test('has no hint for what nobody knows', () => {
    expect(hintFor('Odd', 'odd')).toBe('');
  });

  test.each<[object, string]>([
    [{ name: 'E', message: 'odd' }, 'WorkSpaces refused to make a standby of p: E: odd.'],
    [{ name: 'E', message: 'odd', reason: 'r' }, 'WorkSpaces refused to make a standby of p: E: odd (reason r).'],
    [{ name: 'E', message: 'odd', reason: 'r', ResourceId: 'i' }, 'WorkSpaces refused to make a standby of p: E: odd (reason r, resource i).'],
    [{ name: 'E', message: 'odd', reason: 'kms' }, 'WorkSpaces refused to make a standby of p: E: odd (reason kms). The key must be'],
    [{}, 'WorkSpaces refused to make a standby of p: Error: [object Object].'],
  ])('is refused in words (%j)', (reason, message) => {
    expect(explained(reason, 'p').message.startsWith(message)).toBe(true);
  });

  test.each([['The end.', 'The end'], ['See a.test.', 'See a.test'], ['See a.test now', 'See a.test now']])('ends %j before a full stop of ours', (message, expected) => {
    expect(withoutStop(message)).toBe(expected);
  });

  test.each<[string | undefined, string | undefined, string | undefined, boolean]>([
    ['k', 'k', 'k', false], ['arn/k', 'k', 'j', false], ['k', 'arn/k', 'j', false], ['j', 'k', 'j', true], [undefined, 'k', 'j', false],
    ['j', 'k', 'k', false], ['j', undefined, undefined, false], ['j', undefined, 'j', true], ['i', undefined, 'j', false], ['j', 'j', undefined, false],
  ])('with key %p, wanted %p and before %p changes it: %p', (shown, wanted, before, expected) => {
    expect(changesKey(shown, wanted, before)).toBe(expected);
  });
});
