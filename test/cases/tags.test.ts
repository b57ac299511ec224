import { Account, failing, quiet, REGION } from './account';
import {
  ALIAS, DIRECTORY, PRIMARY_REGION, SUBJECTS, accelerator, endpoint, fleet, group, primary, routing, seedWorkSpaces, standby,
} from './resources';
import type { JsonObject } from '../../sandbox/cloudformation/template';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';

const EACH_SUBJECT = SUBJECTS.map(subject => [subject.name, subject] as const);

function tags(count: number, prefix: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, prefix]));
}

/** Declared tags of the one thing that is there, or of each member. */
function tagsIn(account: Account): string[][] {
  const now = account.exists();
  return now.map(id => {
    const list = id.startsWith('arn:') ? account.api('Global Accelerator', 'ListTagsForResource', { ResourceArn: id }).Tags
      : id.startsWith('ws') ? account.api('WorkSpaces', 'DescribeTags', { ResourceId: id }).TagList
        : account.api('SESv2', 'ListTagsForResource', { ResourceArn: `arn:aws:ses:eu-west-1:111122223333:multi-region-endpoint/${id}` }).Tags;
    return list.map(({ Key }: { Key: string }) => Key).filter((key: string) => !key.startsWith('cdk-multi-region:')).sort();
  });
}

const TAGGED: readonly [string, (properties: JsonObject) => JsonObject][] = [
  ['an endpoint', endpoint], ['an accelerator', accelerator], ['a standby', standby], ['a fleet', properties => fleet([2, 3], properties)],
];

describe.each(TAGGED)('L5: all tags of %s are replaced by as many of other names', (_, thing) => {
  test.each([26, 45])('%d of them: done, and within the limit all the time', async count => {
    const account = new Account();
    seedWorkSpaces(account);
    await account.deploy({ Thing: thing({ Tags: tags(count, 'old') }) });
    const result = await account.deploy({ Thing: thing({ Tags: tags(count, 'new') }) });
    expect([result.status, account.reasons('Thing')]).toEqual(['UPDATE_COMPLETE', expect.not.stringContaining('FAILED')]);
    tagsIn(account).forEach(found => expect(found).toEqual(Object.keys(tags(count, 'new')).sort()));
  });

  test.each([5, 200])('and taken back, when a sibling fails after %d s', async seconds => {
    const account = new Account();
    seedWorkSpaces(account);
    await account.deploy({ Thing: thing({ Tags: tags(26, 'old') }), Other: quiet() });
    const result = await account.deploy({ Thing: thing({ Tags: tags(26, 'new') }), Other: quiet(), Sibling: failing(seconds) });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    tagsIn(account).forEach(found => expect(found).toEqual(Object.keys(tags(26, 'old')).sort()));
  });
});

function loseTags(account: Account): void {
  [account.ses, account.globalAccelerator, account.workSpaces].forEach(simulator => simulator.loseTags());
}

describe.each(EACH_SUBJECT)('L11: somebody removes all tags, then a stack with %s is deleted', (_, subject) => {
  test('nothing is left, or an error says what', async () => {
    const account = new Account();
    subject.prepare(account);
    await account.deploy({ ...subject.base, Thing: subject.thing() });
    const before = account.exists().length;
    loseTags(account);
    const { status } = await account.delete();
    expect({ status, left: account.exists() }).toEqual(status === 'DELETE_FAILED'
      ? { status, left: Array(before).fill(expect.anything()) } : { status: 'DELETE_COMPLETE', left: [] });
    if (status === 'DELETE_FAILED') {
      expect(account.reasons()).toMatch(/DELETE_FAILED: .*(tag|owner)/i);
    }
  });
});

/** What is proven by its tag alone, and what carries the tag. */
const TAGGED_ONLY: readonly [string, string, (account: Account) => readonly string[]][] = [
  ['endpoint', 'SESv2', account => account.exists('MultiRegionEndpoint').map(name => `arn:aws:ses:${REGION}:111122223333:multi-region-endpoint/${name}`)],
  ['standby', 'WorkSpaces', account => account.exists('StandbyWorkspace')],
  ['fleet', 'WorkSpaces', account => account.exists('StandbyWorkspace')],
  ['association', 'WorkSpaces', () => [ALIAS]],
];

describe.each(TAGGED_ONLY)('L11: somebody removes the owner tag of a stack\'s %s', (name, service, carriersOf) => {
  const subject = SUBJECTS.find(candidate => candidate.name === name)!;
  const tagAs = (account: Account, owner: string) => carriersOf(account).forEach(id => service === 'SESv2'
    ? account.api('SESv2', 'TagResource', { ResourceArn: id, Tags: [{ Key: OWNER_TAG_KEY, Value: owner }] })
    : account.api('WorkSpaces', 'CreateTags', { ResourceId: id, Tags: [{ Key: OWNER_TAG_KEY, Value: owner }] }));

  async function stripped(): Promise<Account> {
    const account = new Account();
    subject.prepare(account);
    await account.deploy({ Thing: subject.thing() });
    loseTags(account);
    return account;
  }

  test('the delete names it and the tag, and goes on when the tag is back', async () => {
    const account = await stripped();
    const count = subject.count(account);
    expect(await account.delete()).toMatchObject({ status: 'DELETE_FAILED' });
    expect(subject.count(account)).toBe(count);
    const [, owner] = /DELETE_FAILED: .* do(?:es)? not carry the tag cdk-multi-region:owner=([0-9a-f]{64})/.exec(account.reasons('Thing'))!;
    carriersOf(account).forEach(id => expect(account.reasons('Thing')).toContain(id));
    tagAs(account, owner);
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(subject.count(account)).toBe(0);
  });

  test('one that has got the tag of another resource is left alone, and nothing fails', async () => {
    const account = await stripped();
    const count = subject.count(account);
    tagAs(account, 'another');
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(subject.count(account)).toBe(count);
  });
});

describe("L11: somebody else's, which carries no owner tag and is in the place of ours, is left alone, and nothing fails", () => {
  const standbyOf = (account: Account, number: number) => account.api('WorkSpaces', 'CreateStandbyWorkspaces', {
    PrimaryRegion: PRIMARY_REGION, StandbyWorkspaces: [{ PrimaryWorkspaceId: primary(number), DirectoryId: DIRECTORY }],
  });

  test('a standby, which its id tells from ours', async () => {
    const account = new Account();
    seedWorkSpaces(account);
    await account.deploy({ Thing: standby() });
    account.workSpaces.removeWorkspace(REGION, account.exists('StandbyWorkspace')[0]);
    standbyOf(account, 1);
    const others = account.exists('StandbyWorkspace');
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(account.exists()).toEqual(others);
  });

  test('a standby of a member that a fleet does without', async () => {
    const account = new Account();
    seedWorkSpaces(account);
    standbyOf(account, 2);
    const others = account.exists('StandbyWorkspace');
    await account.rest();
    expect(await account.deploy({ Thing: fleet([2, 3], { KeepGoodMembers: true }) })).toMatchObject({ status: 'CREATE_COMPLETE' });
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(account.exists()).toEqual(others);
  });

  test('a standby that another made while the fleet was created, which fails for it', async () => {
    const account = new Account();
    seedWorkSpaces(account);
    account.dispatcher.interceptors.push(({ operation, input }) => {
      if (operation === 'CreateStandbyWorkspaces' && JSON.stringify(input).includes('cdk-multi-region') && account.exists('StandbyWorkspace').length === 0) {
        standbyOf(account, 2);
      }
      return undefined;
    });
    expect(await account.deploy({ Thing: fleet([2, 3]) })).toMatchObject({ status: 'ROLLBACK_COMPLETE' });
    expect(account.exists('StandbyWorkspace')).toHaveLength(1);
  });

  test('a standby of somebody else\'s primary in the directory of a fleet', async () => {
    const account = new Account();
    seedWorkSpaces(account);
    standbyOf(account, 5);
    await account.deploy({ Thing: fleet([2, 3]) });
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(account.exists('StandbyWorkspace')).toHaveLength(1);
  });
});

describe('L11: with a group that was made once more', () => {
  async function remade(): Promise<Account> {
    const account = new Account();
    await account.deploy(routing());
    await account.deploy(routing({ Destinations: [{ FromPort: 8888, ToPort: 8889, Protocols: ['UDP'] }] }));
    return account;
  }

  test('a stack without tags is deleted: nothing is left, or an error says what', async () => {
    const account = await remade();
    loseTags(account);
    const { status } = await account.delete();
    expect({ status, left: account.exists('CustomRoutingEndpointGroup').length }).toEqual(status === 'DELETE_FAILED'
      ? { status, left: expect.any(Number) } : { status: 'DELETE_COMPLETE', left: 0 });
  });

  test('a stack without tags is updated: what CloudFormation holds goes on working, or an error says what is wrong', async () => {
    const account = await remade();
    loseTags(account);
    const { Accelerator, Listener } = routing();
    const result = await account.deploy({
      Accelerator, Listener, Group: group({
        Destinations: [{ FromPort: 8888, ToPort: 8889, Protocols: ['UDP'] }], Subnets: [{ SubnetId: 'subnet-a' }, { SubnetId: 'subnet-b' }],
      }),
    });
    expect(account.exists('CustomRoutingEndpointGroup')).toHaveLength(1);
    expect(result.status).toMatch(/^UPDATE_(ROLLBACK_)?COMPLETE$|^UPDATE_ROLLBACK_FAILED$/);
  });
});

describe.each(EACH_SUBJECT)('where tags are read late, %s', (_, subject) => {
  const LATE = { tagLagSeconds: 8 };

  test('is made and deleted, and nothing is left', async () => {
    const account = new Account({ ses: LATE, globalAccelerator: LATE, workSpaces: LATE });
    subject.prepare(account);
    expect(await account.deploy({ ...subject.base, Thing: subject.thing() })).toMatchObject({ status: 'CREATE_COMPLETE' });
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(account.exists()).toEqual([]);
  });

  test('that is cancelled leaves nothing', async () => {
    const account = new Account({ ses: LATE, globalAccelerator: LATE, workSpaces: LATE });
    subject.prepare(account);
    await account.deploy({ ...subject.base, Other: quiet() });
    const result = await account.deploy({ ...subject.base, Other: quiet(), Thing: subject.thing(), Sibling: failing(6) });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(subject.count(account)).toBe(0);
  });
});
