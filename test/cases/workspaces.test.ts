import { Account, failing, quiet, REGION } from './account';
import { ALIAS, association, fleet, OTHER_DIRECTORY, primary, PRIMARY_REGION, seedWorkSpaces, standby } from './resources';
import { ServiceError } from '../../sandbox/services/service';

function members(account: Account): string[] {
  return account.exists('StandbyWorkspace').map(id => account.workSpaces.primaryOf(REGION, id)).sort();
}

function seeded(options: ConstructorParameters<typeof Account>[0] = {}, primaries?: number): Account {
  const account = new Account(options);
  seedWorkSpaces(account, primaries);
  return account;
}

/** The standby of a primary. */
function standbyOf(account: Account, number: number): string {
  return account.exists('StandbyWorkspace').find(id => account.workSpaces.primaryOf(REGION, id) === primary(number))!;
}

describe('L14: a fleet with a member in ERROR', () => {
  test.each([1, 2])('whose exchange of %d members is refused is what it was', async exchanged => {
    const account = seeded();
    await account.deploy({ Fleet: fleet([1, 2, 3, 4, 5]), Other: quiet() });
    account.workSpaces.force(REGION, standbyOf(account, 5), 'ERROR');
    const before = account.exists('StandbyWorkspace');
    account.workSpaces.refuseNext(primary(7), 'ResourceLimitExceeded.Standby', 'The limit is reached.');
    const wanted = exchanged === 1 ? [1, 2, 3, 4, 7] : [1, 2, 3, 6, 7];
    expect(await account.deploy({ Fleet: fleet(wanted), Other: quiet() })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(account.exists('StandbyWorkspace').sort()).toEqual(before.sort());
  });

  test('is rolled back when a sibling fails', async () => {
    const account = seeded();
    await account.deploy({ Fleet: fleet([1, 2, 3, 4, 5]), Other: quiet() });
    account.workSpaces.force(REGION, standbyOf(account, 5), 'ERROR');
    const result = await account.deploy({ Fleet: fleet([1, 2, 3, 4, 7]), Other: quiet(), Sibling: failing(60) });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(members(account)).toEqual([1, 2, 3, 4, 5].map(primary));
  });
});

describe('L16: a standby terminated by hand', () => {
  const other = { Tags: { team: 'b' } };

  test.each([0, 5, 100])('a deployment whose sibling fails after %d s is rolled back', async seconds => {
    const account = seeded();
    await account.deploy({ Thing: standby({ Tags: { team: 'a' } }), Other: quiet() });
    account.workSpaces.removeWorkspace(REGION, account.exists('StandbyWorkspace')[0]);
    const result = await account.deploy({ Thing: standby(other), Other: quiet(), Sibling: failing(seconds) });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
  });

  test('a deployment in which only a sibling is new and fails is rolled back', async () => {
    const account = seeded();
    await account.deploy({ Thing: standby(), Other: quiet() });
    account.workSpaces.removeWorkspace(REGION, account.exists('StandbyWorkspace')[0]);
    expect(await account.deploy({ Thing: standby(), Other: quiet(), Sibling: failing(5) })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
  });

  test('an update that needs it and fails is rolled back', async () => {
    const account = seeded();
    await account.deploy({ Thing: standby({ Tags: { team: 'a' } }), Other: quiet() });
    account.workSpaces.removeWorkspace(REGION, account.exists('StandbyWorkspace')[0]);
    expect((await account.deploy({ Thing: standby(other), Other: quiet() })).status).toMatch(/^UPDATE_(ROLLBACK_)?COMPLETE$/);
  });

  test('the same with a member of a fleet', async () => {
    const account = seeded();
    await account.deploy({ Thing: fleet([1, 2]), Other: quiet() });
    account.workSpaces.removeWorkspace(REGION, standbyOf(account, 1));
    const result = await account.deploy({ Thing: fleet([1, 2], other), Other: quiet(), Sibling: failing(5) });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
  });

  test('the same with an association that somebody has taken away', async () => {
    const account = seeded();
    await account.deploy({ Thing: association(), Other: quiet() });
    account.api('WorkSpaces', 'DisassociateConnectionAlias', { AliasId: ALIAS });
    await account.pass(60);
    const result = await account.deploy({ Thing: association({ DirectoryId: OTHER_DIRECTORY }), Other: quiet(), Sibling: failing(5) });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
  });
});

describe('L17: a volume encryption key', () => {
  const key = { VolumeEncryptionKey: 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555' };

  test.each([
    ['added to a standby', standby(), standby(key)],
    ['taken from a standby', standby(key), standby()],
    ['added to a fleet', fleet([1, 2]), fleet([1, 2], key)],
  ])('%s is refused', async (_, before, after) => {
    const account = seeded();
    await account.deploy({ Thing: before });
    const made = account.exists('StandbyWorkspace');
    const result = await account.deploy({ Thing: after });
    expect([result.status, account.reasons('Thing')])
      .toEqual(['UPDATE_ROLLBACK_COMPLETE', expect.stringMatching(/UPDATE_FAILED: .*(volumeEncryptionKey|encrypt)/i)]);
    expect(account.exists('StandbyWorkspace')).toEqual(made);
  });
});

test.each([1, 6, 18, 36])('L18: a fleet of 150 whose answers to %d requests are lost is made all the same, in few calls', async lost => {
  let left = lost;
  const account = seeded({
    workSpaces: { requestRate: { perSecond: 2, burst: 5 } },
    interceptors: [({ operation }) => operation === 'CreateStandbyWorkspaces' && left-- > 0 ? { after: 'lost' } : undefined],
  }, 150);
  const numbers = Array.from({ length: 150 }, (_, index) => index + 1);
  const result = await account.deploy({ Fleet: fleet(numbers) });
  expect([result.status, account.reasons('Fleet')]).toEqual(['CREATE_COMPLETE', expect.not.stringContaining('FAILED')]);
  expect(members(account)).toEqual(numbers.map(primary));
  expect(account.calls().length).toBeLessThan(600);
});

test.each([5, 15])('L18: a fleet of 150 whose answers to requests are all lost for %d minutes is made all the same, in few calls', async minutes => {
  const account: Account = seeded({
    workSpaces: { requestRate: { perSecond: 2, burst: 5 } },
    interceptors: [({ operation, at }) => operation === 'CreateStandbyWorkspaces' && at < account.startedAt + minutes * 60_000
      ? { after: 'lost' } : undefined],
  }, 150);
  const result = await account.deploy({ Fleet: fleet(Array.from({ length: 150 }, (_, index) => index + 1)) });
  expect([result.status, account.reasons('Fleet')]).toEqual(['CREATE_COMPLETE', expect.not.stringContaining('FAILED')]);
  expect(account.exists('StandbyWorkspace')).toHaveLength(150);
  expect(account.calls().length).toBeLessThan(600);
});

test('L18: a fleet of 150 whose every tenth call is lost is made', async () => {
  let calls = 0;
  const account = seeded({
    interceptors: [({ service }) => service === 'WorkSpaces' && ++calls % 10 === 0 && calls < 300 ? { after: 'lost' } : undefined],
  }, 150);
  expect(await account.deploy({ Fleet: fleet(Array.from({ length: 150 }, (_, index) => index + 1)) })).toMatchObject({ status: 'CREATE_COMPLETE' });
});

test.each([116, 149])('L19: %d failed members are counted, and told by as many whole ids as fit', async failures => {
  const account = seeded();
  const ids150 = Array.from({ length: 150 }, (_, index) => `ws-p${String(index).padStart(8, '0')}`);
  ids150.forEach((workspaceId, index) => account.workSpaces.seedWorkspace({
    region: PRIMARY_REGION, workspaceId, directoryId: 'd-9067000001', userName: `member${index}`,
  }));
  ids150.slice(0, failures).forEach(id => account.workSpaces.failNext(id));
  const result = await account.deploy({ Fleet: fleet([], { PrimaryWorkspaceIds: ids150, KeepGoodMembers: true }) });
  expect(result).toMatchObject({ status: 'CREATE_COMPLETE' });
  const failed = account.attribute('Fleet', 'FailedMembers');
  expect(account.attribute('Fleet', 'FailedMemberCount')).toBe(String(failures));
  const told = failed.split(' ');
  expect(told.filter(id => !/^ws-p\d{8}$/.test(id))).toEqual([]);
  expect(told.length).toBeGreaterThanOrEqual(115);
});

test.each(['create', 'update'])('L20: the %s of an association of an alias that another account shares says whose it is and what to do', async operation => {
  const account = seeded({
    interceptors: [({ operation: called, input }) => /^(CreateTags|DeleteTags)$/.test(called) && input.ResourceId === 'wsca-shared001'
      ? { before: new ServiceError('AccessDeniedException', 'The resource is not yours.') } : undefined],
  });
  account.workSpaces.seedConnectionAlias({
    region: REGION, aliasId: 'wsca-shared001', connectionString: 'shared.example.com', ownerAccountId: '999988887777',
  });
  const shared = association({ AliasId: 'wsca-shared001' });
  await account.deploy(operation === 'create' ? { Thing: shared } : { Thing: association() });
  if (operation === 'update') {
    await account.deploy({ Thing: shared });
  }
  const reason = /(CREATE|UPDATE)_FAILED: .*/.exec(account.reasons('Thing'))?.[0] ?? '';
  expect(reason).toContain('999988887777');
  expect(reason).toContain('wsca-shared001');
  expect(account.status()).toMatch(/^(UPDATE_)?ROLLBACK_COMPLETE$/);
});
