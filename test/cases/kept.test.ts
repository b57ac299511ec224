import { Account, failing, quiet, REGION } from './account';
import { OTHER_DIRECTORY, SUBJECTS, accelerator, fleet, primary, seedWorkSpaces, standby } from './resources';
import type { JsonObject } from '../../sandbox/cloudformation/template';

const EACH_SUBJECT = SUBJECTS.map(subject => [subject.name, subject] as const);

describe.each(EACH_SUBJECT)('L6: what RETAIN has kept of %s, declared again under the same id', (_, subject) => {
  async function kept(): Promise<Account> {
    const account = new Account();
    subject.prepare(account);
    await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing({}, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }) });
    await account.deploy({ ...subject.base, Other: quiet() });
    return account;
  }

  test.each([['before', 1], ['after', 3000]])('stays when a sibling fails %s it is there', async (_moment, seconds) => {
    const account = await kept();
    const before = [account.exists(), subject.count(account)];
    const result = await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing(), Sibling: failing(seconds) });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect([account.exists(), subject.count(account)]).toEqual(before);
  });

  test('is refused, with the way out', async () => {
    const account = await kept();
    const before = [account.exists(), subject.count(account)];
    const result = await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing() });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(account.reasons('Thing')).toMatch(/CREATE_FAILED: .*\badopt/i);
    expect([account.exists(), subject.count(account)]).toEqual(before);
  });
});

const OTHER_ALIAS = 'wsca-alias0002';
/** Properties of another place. An accelerator has one place only. */
const ELSEWHERE: readonly [string, JsonObject][] = [
  ['endpoint', { EndpointName: 'post' }],
  ['listener', { AcceleratorArn: { 'Fn::GetAtt': ['Second', 'AcceleratorArn'] } }],
  ['standby', { PrimaryWorkspaceId: primary(5) }],
  ['fleet', { DirectoryId: OTHER_DIRECTORY }],
  ['association', { AliasId: OTHER_ALIAS }],
];

describe.each(ELSEWHERE)('an update of %s towards another place', (name, elsewhere) => {
  const subject = SUBJECTS.find(candidate => candidate.name === name)!;
  const base = { ...subject.base, Other: quiet(), ...name === 'listener' ? { Second: accelerator({ Name: 'second' }) } : {} };

  function open(options: ConstructorParameters<typeof Account>[0] = {}): Account {
    const account = new Account(options);
    subject.prepare(account);
    account.workSpaces.seedConnectionAlias({ region: REGION, aliasId: OTHER_ALIAS, connectionString: 'other.example.com' });
    return account;
  }

  test('where RETAIN has kept one is refused, with the way out, and nothing is changed', async () => {
    const account = open();
    await account.deploy({ ...base, Thing: subject.thing({}, { DeletionPolicy: 'Retain' }) });
    await account.deploy(base);
    expect(await account.deploy({ ...base, Thing: subject.thing(elsewhere) })).toMatchObject({ status: 'UPDATE_COMPLETE' });
    const before = account.exists();

    const result = await account.deploy({ ...base, Thing: subject.thing() });

    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(account.reasons('Thing')).toMatch(/UPDATE_FAILED: .*has been kept.*\badopt/i);
    expect(account.exists()).toEqual(before);
  });

  test.each([true, false])('that is rolled back by an update, %s, ends with the one of before', async rollsReplacementBackByUpdate => {
    const account = open({ rollsReplacementBackByUpdate });
    await account.deploy({ ...base, Thing: subject.thing() });
    const before = account.exists();
    const result = await account.deploy({ ...base, Thing: subject.thing(elsewhere), Sibling: failing(0, 'Thing') });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(account.exists()).toEqual(before);
  });

  test('that failed later without rollback goes back to the one of before', async () => {
    const account = open();
    await account.deploy({ ...base, Thing: subject.thing() });
    const before = account.exists();
    await account.deploy({ ...base, Thing: subject.thing(elsewhere), Sibling: failing(0, 'Thing') }, { disableRollback: true });
    expect(await account.deploy({ ...base, Thing: subject.thing() })).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(account.exists()).toEqual(before);
  });
});

describe.each(EACH_SUBJECT.filter(([name]) => name !== 'accelerator'))('L21: the construct id of %s is changed, nothing else', (_, subject) => {
  test('what is there stays, and the message says that the logical id has changed and how to go on', async () => {
    const account = new Account();
    subject.prepare(account);
    await account.deploy({ ...subject.base, Thing: subject.thing() });
    const before = [account.exists(), subject.count(account)];
    const result = await account.deploy({ ...subject.base, Renamed: subject.thing() });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect([account.exists(), subject.count(account)]).toEqual(before);
    const reason = /CREATE_FAILED: .*/.exec(account.reasons('Renamed'))?.[0];
    expect(reason).toMatch(/(logical|construct) id\b.*\bchanged/i);
    expect(reason).toMatch(/\badopt/i);
    expect(reason).not.toMatch(/\b(terminate|disassociate|delete) it\b/i);
  });
});

describe('L22: a standby moved into a fleet in one deployment', () => {
  test.each([[[1, 2, 3]], [[4, 1, 5]], [[1]]])('of the members %j is done, or refused at the first look', async numbers => {
    const account = new Account();
    seedWorkSpaces(account);
    await account.deploy({ Thing: standby() });
    const before = account.exists('StandbyWorkspace');
    const begunAt = account.clock.now();
    const result = await account.deploy({ Fleet: fleet(numbers) });
    const failedAt = account.cloudFormation.events.find(({ logicalId, status }) => logicalId === 'Fleet' && status === 'CREATE_FAILED')?.timestamp;
    if (result.status === 'UPDATE_COMPLETE') {
      expect(account.exists('StandbyWorkspace')).toHaveLength(numbers.length);
      return;
    }
    expect((failedAt! - begunAt) / 1000).toBeLessThan(120);
    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(account.exists('StandbyWorkspace')).toEqual(before);
  });
});
