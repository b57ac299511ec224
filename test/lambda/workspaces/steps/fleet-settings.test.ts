import type { WorkSpaces } from '../../../../lambda/workspaces/client';
import { FleetSettings } from '../../../../lambda/workspaces/fleet-settings';
import { FleetStep } from '../../../../lambda/workspaces/fleet-step';
import type { StandbySettings } from '../../../../lambda/workspaces/standby';
import { OWNER_TAG_KEY } from '../../../../src/wire/lifecycle';
import { DIRECTORY, error, NOW, OURS, step, workspace } from '../port';

describe('settings of a fleet', () => {
  const SETTINGS: StandbySettings = {
    primaryRegion: 'us-east-1', directoryId: DIRECTORY, replication: 'PRIMARY_AS_SOURCE', tags: { new: '1' }, waitUntilReady: true,
  };
  const OLD: StandbySettings = { ...SETTINGS, replication: 'NO_REPLICATION', tags: { old: '1' } };
  const settle = (answers: Partial<WorkSpaces>, old: StandbySettings, memory: object = {}, members = ['a', 'b'], changes: object = {}) => {
    const world = step<unknown>({}, answers, { memory: { pace: NOW, ...memory } as any, ...changes });
    const fleet = new FleetStep(world.port, world.context);
    return { ...world, fleet, run: () => new FleetSettings(fleet, SETTINGS, old, members).run() };
  };
  const TAGS = { listTags: async () => ({ ...OURS, old: '1' }) };

  test('bring tags and replication to each member', async () => {
    const { run, changesOf } = settle({ ...TAGS, describe: async () => [workspace({ replication: 'NO_REPLICATION' })] }, OLD);
    expect(await run()).toMatchObject({
      until: 'the data replication of 2 standbys to become PRIMARY_AS_SOURCE', seconds: 60, memory: { tagged: 2, modified: 2, modifiedAt: NOW + 2500 },
    });
    expect(changesOf()).toEqual([
      'claimChange', 'tag a {"new":"1"}', 'untag a ["old"]', 'tag b {"new":"1"}', 'untag b ["old"]',
      'claim', 'setReplication a PRIMARY_AS_SOURCE', 'claim', 'setReplication b PRIMARY_AS_SOURCE',
    ]);
  });

  test('are over when all members show it', async () => {
    const { run, fleet } = settle({ describe: async () => [workspace({ replication: 'PRIMARY_AS_SOURCE' })] }, OLD, { tagged: 2, modified: 2 });
    expect(await run()).toBeUndefined();
    expect(fleet.number('shownCount')).toBe(25);
  });

  test('are not over while one member shows another one', async () => {
    const [set, other] = [workspace({ id: 'a', replication: 'PRIMARY_AS_SOURCE' }), workspace({ id: 'b', replication: 'NO_REPLICATION' })];
    const { run } = settle({ describe: async () => [set, other] }, OLD, { tagged: 2, modified: 2, modifiedAt: NOW - 600_000 });
    expect(await run()).toMatchObject({ until: 'the data replication of 2 standbys to become PRIMARY_AS_SOURCE' });
  });

  test('are looked at where the step before has stopped', async () => {
    const members = Array.from({ length: 26 }, (_, index) => `w${index}`);
    const { run, calls } = settle({}, OLD, { tagged: 26, modified: 26, shownCount: 25 }, members);
    expect(await run()).toBeUndefined();
    expect(calls).toEqual(['claimChange', 'describe ["w25"]']);
  });

  test.each([[NOW - 599_000, 'waiting'], [NOW - 600_000, undefined]])('are over when they do not show it for ten minutes (%d)', async (modifiedAt, status) => {
    const { run } = settle({ describe: async () => [workspace()] }, OLD, { tagged: 2, modified: 2, modifiedAt });
    expect((await run())?.status).toBe(status);
  });

  test('without a difference need no call', async () => {
    const { run, calls } = settle({}, { ...SETTINGS, waitUntilReady: false });
    expect(await run()).toBeUndefined();
    expect(calls).toEqual([]);
  });

  test('only remove a tag that is declared no more', async () => {
    const { run, changesOf } = settle({ listTags: async () => ({ ...OURS, new: '1', old: '1' }) }, { ...SETTINGS, tags: { new: '1', old: '1' } });
    expect(await run()).toBeUndefined();
    expect(changesOf()).toEqual(['claimChange', 'untag a ["old"]', 'untag b ["old"]']);
  });

  test('that are declared as before are looked at, since nobody knows the tags', async () => {
    const { run, changesOf } = settle(TAGS, SETTINGS);
    expect(await run()).toBeUndefined();
    expect(changesOf()).toEqual(['claimChange', 'tag a {"new":"1"}', 'tag b {"new":"1"}']);
  });

  test('are brought to a member that shows another one', async () => {
    const { run, changesOf } = settle({ describe: async () => [workspace({ id: 'b', replication: 'PRIMARY_AS_SOURCE' })] },
      { ...SETTINGS, waitUntilReady: false }, { shown: 'a:PRIMARY_AS_SOURCE,b:NO_REPLICATION' });
    expect(await run()).toBeUndefined();
    expect(changesOf()).toEqual(['claim', 'setReplication b PRIMARY_AS_SOURCE']);
  });

  test.each([[100_000, 60], [7000, 7]])('that are so already wait for who may still change them (%d)', async (left, seconds) => {
    const { run } = settle({}, OLD, { tagged: 2, shown: 'a:PRIMARY_AS_SOURCE' }, ['a'], { quietUntil: NOW + left });
    expect(await run()).toMatchObject({ until: 'certainty that no abandoned update is still under way', seconds });
  });

  test('that some members show already wait, too', async () => {
    const { run } = settle({}, OLD, { tagged: 2, shown: 'a:PRIMARY_AS_SOURCE,b:NO_REPLICATION' }, ['a', 'b'], { quietUntil: NOW + 7000 });
    expect(await run()).toMatchObject({ until: 'certainty that no abandoned update is still under way', seconds: 7 });
  });

  test.each<[string, StandbySettings, string, number]>([
    ['no member shows it', OLD, 'b:NO_REPLICATION', NOW + 7000], ['nobody may still change it', OLD, 'b:PRIMARY_AS_SOURCE', NOW],
    ['no other was declared before', { ...SETTINGS, tags: OLD.tags }, 'a:PRIMARY_AS_SOURCE,b:NO_REPLICATION', NOW + 7000],
  ])('ask for the replication at once when %s', async (_, old, shown, quietUntil) => {
    const { run, changesOf } = settle({}, old, { tagged: 2, shown }, ['a', 'b'], { quietUntil });
    await run();
    expect(changesOf()).toContain('setReplication b PRIMARY_AS_SOURCE');
  });

  test.each(['OperationInProgressException', 'InvalidResourceStateException', 'ResourceUnavailableException'])('wait after %s', async name => {
    const { run } = settle({ setReplication: async () => { throw error(name); } }, OLD, { tagged: 2 });
    expect(await run()).toMatchObject({ until: `standby a to take another data replication (${name}: text.)`, seconds: 60 });
  });

  test('pass on another error', async () => {
    await expect(settle({ setReplication: async () => { throw error('Odd'); } }, OLD, { tagged: 2 }).run()).rejects.toThrow('text.');
  });

  test.each([[{}], [undefined]])('leave alone a member without its tag (%j)', async tags => {
    await expect(settle({ listTags: async () => tags }, OLD).run()).rejects.toThrow(/WorkSpace a does not carry the tag .*neither were the members after it\. .*deploy again\.$/);
  });

  test("leave alone another resource's member", async () => {
    const { run, changesOf } = settle({ listTags: async () => ({ [OWNER_TAG_KEY]: 'other' }) }, OLD);
    await expect(run()).rejects.toThrow(`WorkSpace a belongs to another resource (its tag ${OWNER_TAG_KEY} is other), so it was not changed, and neither were `
      + 'the members after it. Let one resource alone make the standby of a primary in a directory, then deploy again.');
    expect(changesOf()).toEqual(['claimChange']);
  });

  test('of many members are left to the next step when this one has lasted long enough', async () => {
    const members = Array.from({ length: 2600 }, (_, index) => `w${index}`);
    expect(await settle(TAGS, OLD, {}, members).run()).toMatchObject({ until: 'the tags of 2600 standbys', seconds: 0 });
    expect(await settle({}, OLD, { tagged: 2600 }, members).run()).toMatchObject({
      until: 'the data replication of 2600 standbys', seconds: 0, memory: { modified: 43 },
    });
    expect(await settle({ describe: async () => [workspace({ replication: 'PRIMARY_AS_SOURCE' })] }, OLD, { tagged: 2600, modified: 2600 }, members).run())
      .toMatchObject({ until: 'the data replication of 2600 standbys', seconds: 0 });
  });
});
