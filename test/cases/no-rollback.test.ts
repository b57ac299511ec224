import { Account, denying, failing, quiet } from './account';
import { endpoint, fleet, OTHER_DIRECTORY, seedWorkSpaces, SUBJECTS } from './resources';
import type { FailedCreates } from '../../sandbox/cloudformation/stack-operation';

const EACH_SUBJECT = SUBJECTS.map(subject => [subject.name, subject] as const);
/** What AWS asks of a custom resource whose create has failed is not known. */
const WAYS: readonly FailedCreates[] = ['update', 'create, delete', 'delete, create'];

const NO_ROLLBACK = { disableRollback: true };

/** Denies all calls of the services, so many seconds from now on: a create fails wherever it is then. */
function denyAfter(account: Account, seconds: number): void {
  const from = account.clock.now() + seconds * 1000;
  const denies = denying(/^(?!SFN)/);
  account.dispatcher.interceptors.push(call => account.clock.now() >= from ? denies(call) : undefined);
}

describe.each(EACH_SUBJECT)('L23: without rollback, %s', (_, subject) => {
  describe.each(WAYS)('where CloudFormation goes on from a create that failed half-way by: %s', failedCreates => {
    test.each([6, 20])('whose create was denied everything after %d s is there after the next deployment, and stays', async seconds => {
      const account = new Account({ failedCreates });
      subject.prepare(account);
      await account.deploy({ ...subject.base, Other: quiet() });
      denyAfter(account, seconds);
      await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing() }, NO_ROLLBACK);
      account.dispatcher.interceptors.pop();

      const result = await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing(), Next: quiet() }, NO_ROLLBACK);

      expect([result.status, subject.count(account) > 0]).toEqual(['UPDATE_COMPLETE', true]);
      const made = account.exists();
      expect(await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing(), Later: quiet() })).toMatchObject({ status: 'UPDATE_COMPLETE' });
      expect(account.exists()).toEqual(made);
      expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
      expect(account.exists()).toEqual([]);
    });
  });

  describe.each(WAYS)('where CloudFormation goes on from a failed create by: %s', failedCreates => {
    test('whose create was denied is there after the next deployment', async () => {
      const account = new Account({ failedCreates });
      subject.prepare(account);
      await account.deploy({ ...subject.base, Other: quiet() });
      account.dispatcher.interceptors.push(denying(/^(?!SFN)/, /^(?!Get|List|Describe)/));
      expect(await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing() }, NO_ROLLBACK)).toMatchObject({ status: 'UPDATE_FAILED' });
      account.dispatcher.interceptors.pop();

      const result = await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing() }, NO_ROLLBACK);

      expect([result.status, subject.count(account) > 0]).toEqual(['UPDATE_COMPLETE', true]);
      expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
      expect(account.exists()).toEqual([]);
    });
  });

  test.each([6, 20])('whose create was denied everything after %d s is deleted with the stack in CREATE_FAILED, and nothing is left', async seconds => {
    const account = new Account();
    subject.prepare(account);
    denyAfter(account, seconds);
    const failed = await account.deploy({ ...subject.base, Thing: subject.thing(), Sibling: failing(1) }, { mode: 'EXPRESS' });
    expect(failed).toMatchObject({ status: 'CREATE_FAILED' });
    account.dispatcher.interceptors.pop();
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect([account.exists(), subject.count(account)]).toEqual([[], 0]);
  });

  test('is removed by the next deployment, and nothing is left', async () => {
    const account = new Account();
    subject.prepare(account);
    await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing(), Sibling: failing(6) }, NO_ROLLBACK);
    expect(await account.deploy({ ...subject.base, Other: quiet() }, NO_ROLLBACK)).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(subject.count(account)).toBe(0);
  });

  test('is rolled back on demand, and nothing is left', async () => {
    const account = new Account();
    subject.prepare(account);
    await account.deploy({ ...subject.base, Thing: subject.thing(), Sibling: failing(6) }, NO_ROLLBACK);
    const result = await account.run(account.cloudFormation.rollbackStack({ stackName: 'Game', region: 'eu-west-1' }));
    expect(result).toMatchObject({ status: 'ROLLBACK_COMPLETE' });
    await account.rest();
    expect([account.exists(), subject.count(account)]).toEqual([[], 0]);
  });
});

describe.each([true, false])('a replacement in a stack that was never complete, where failed updates are left as they are: %s', leavesFailedUpdates => {
  const mail = (name: string) => endpoint({ EndpointName: name });

  async function failedTwice(): Promise<Account> {
    const account = new Account({ leavesFailedUpdates });
    await account.deploy({ Thing: mail('first'), Sibling: failing(1) }, NO_ROLLBACK);
    denyAfter(account, 6);
    await account.deploy({ Thing: mail('second'), Sibling: failing(1) }, NO_ROLLBACK);
    account.dispatcher.interceptors.pop();
    return account;
  }

  test('leaves nothing when it fails, and the stack is deleted', async () => {
    const account = await failedTwice();
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(account.exists()).toEqual([]);
  });

  test('leaves nothing but the third when it fails, and another one follows', async () => {
    const account = await failedTwice();
    expect(await account.deploy({ Thing: mail('third') }, NO_ROLLBACK)).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(account.exists()).toEqual(['third']);
  });
});

describe.each([true, false])('a fleet that moves in a stack that was never complete, where failed updates are left as they are: %s', leavesFailedUpdates => {
  test('leaves nothing when that fails, and the stack is deleted', async () => {
    const account = new Account({ leavesFailedUpdates });
    seedWorkSpaces(account);
    await account.deploy({ Thing: fleet([2, 3]), Sibling: failing(1) }, NO_ROLLBACK);
    denyAfter(account, 30);
    await account.deploy({ Thing: fleet([4, 5], { DirectoryId: OTHER_DIRECTORY }), Sibling: failing(1) }, NO_ROLLBACK);
    account.dispatcher.interceptors.pop();
    expect(account.exists('StandbyWorkspace')).toHaveLength(4);
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(account.exists('StandbyWorkspace')).toEqual([]);
  });
});
