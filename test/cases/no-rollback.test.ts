import { Account, denying, failing, quiet } from './account';
import { SUBJECTS } from './resources';
import type { FailedCreates } from '../../sandbox/cloudformation/stack-operation';

const EACH_SUBJECT = SUBJECTS.map(subject => [subject.name, subject] as const);
/** What AWS asks of a custom resource whose create has failed is not known. */
const WAYS: readonly FailedCreates[] = ['update', 'create, delete', 'delete, create'];

/** A cancelled create goes on to its end. Where another Create comes after that, what it has made looks like what RETAIN has kept. */
const WAYS_AFTER_A_FINISHED_CREATE = WAYS.filter(way => way !== 'create, delete');
const NO_ROLLBACK = { disableRollback: true };

describe.each(EACH_SUBJECT)('L23: without rollback, %s', (_, subject) => {
  describe.each(WAYS_AFTER_A_FINISHED_CREATE)('where CloudFormation goes on from a cancelled create by: %s', failedCreates => {
    test.each([0, 6, 30])('whose create was cancelled after %d s is there after the next deployment, and stays', async seconds => {
      const account = new Account({ failedCreates });
      subject.prepare(account);
      await account.deploy({ ...subject.base, Other: quiet() });
      const failed = await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing(), Sibling: failing(seconds) }, NO_ROLLBACK);
      expect(failed).toMatchObject({ status: 'UPDATE_FAILED' });

      const result = await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing() }, NO_ROLLBACK);

      expect([result.status, subject.count(account) > 0]).toEqual(['UPDATE_COMPLETE', true]);
      const made = account.exists();
      expect(await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing(), Later: quiet() })).toMatchObject({ status: 'UPDATE_COMPLETE' });
      expect(account.exists()).toEqual(made);
      expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
      expect(account.exists()).toEqual([]);
    });

  });

  describe.each(WAYS)('where CloudFormation goes on from a cancelled create that is still at work by: %s', failedCreates => {
    test.each([0, 6])('whose create was cancelled after %d s is there after the next deployment, and stays', async seconds => {
      const account = new Account({ failedCreates });
      subject.prepare(account);
      await account.deploy({ ...subject.base, Other: quiet() });
      const failed = await account.run(account.begin(
        { ...subject.base, Other: quiet(), Thing: subject.thing(), Sibling: failing(seconds) }, NO_ROLLBACK));
      expect(failed).toMatchObject({ status: 'UPDATE_FAILED' });

      const result = await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing() }, NO_ROLLBACK);

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

  test.each([0, 6, 30])('whose create was cancelled after %d s is deleted with the stack in CREATE_FAILED, and nothing is left', async seconds => {
    const account = new Account();
    subject.prepare(account);
    const failed = await account.deploy({ ...subject.base, Thing: subject.thing(), Sibling: failing(seconds) }, { mode: 'EXPRESS' });
    expect(failed).toMatchObject({ status: 'CREATE_FAILED' });
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
