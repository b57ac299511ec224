import { DECLARED, standbyStep } from './standby-step';
import type { Memory, StepContext } from '../../../../lambda/lifecycle/handler';
import type { Workspace, WorkSpaces } from '../../../../lambda/workspaces/client';
import type { StandbyDeclaration } from '../../../../lambda/workspaces/standby-workspace';
import { OWNER_TAG_KEY } from '../../../../src/wire/lifecycle';
import { clockAt, OWNER } from '../../step-context';
import { DIRECTORY, error, NOW, OURS, STANDBY, workspace } from '../port';

describe('a standby to be changed', () => {
  type Changes = Partial<StepContext<StandbyDeclaration>>;
  const updating = (found: Workspace | undefined, changes: Changes = {}, answers: Partial<WorkSpaces> = {}) => standbyStep(
    { describe: async () => found ? [found] : [], ...answers }, { operation: 'Update', physicalId: STANDBY, oldProperties: DECLARED, ...changes });
  const TAGGED = { listTags: async () => ({ ...OURS, old: '1' }) };
  const REPLICATED: StandbyDeclaration = { ...DECLARED, replication: 'PRIMARY_AS_SOURCE' };

  test('stays as it is where nothing differs', async () => {
    const { handler, context, changesOf } = updating(workspace());
    expect(await handler.update(context)).toMatchObject({ status: 'ready', physicalId: STANDBY });
    expect(changesOf()).toEqual([]);
  });

  test('only gets new tags', async () => {
    const { handler, context, changesOf } = updating(workspace(), { properties: { ...DECLARED, tags: { new: '1' } } }, TAGGED);
    await handler.update(context);
    expect(changesOf()).toEqual(['claimChange', `tag ${STANDBY} {"new":"1"}`]);
  });

  test('only loses old tags', async () => {
    const { handler, context, changesOf } = updating(workspace(), { oldProperties: { ...DECLARED, tags: { old: '1' } } }, TAGGED);
    await handler.update(context);
    expect(changesOf()).toEqual(['claimChange', `untag ${STANDBY} ["old"]`]);
  });

  test('is left alone without its tag', async () => {
    const { handler, context } = updating(workspace(), {}, { listTags: async () => ({}) });
    await expect(handler.update(context)).rejects.toThrow(`WorkSpace ${STANDBY} does not carry the tag ${OWNER_TAG_KEY}=${OWNER}, so nothing was `
      + "changed. If it is this stack's, put the tag back and deploy again.");
  });

  test("is left alone when it is another resource's", async () => {
    const { handler, context, changesOf } = updating(workspace(), {}, { listTags: async () => ({ [OWNER_TAG_KEY]: 'other' }) });
    await expect(handler.update(context)).rejects.toThrow(`WorkSpace ${STANDBY} belongs to another resource (its tag ${OWNER_TAG_KEY} is other), so nothing was changed.`);
    expect(changesOf()).toEqual([]);
  });

  test('gets another replication', async () => {
    const { handler, context, changesOf, log } = updating(workspace({ replication: 'NO_REPLICATION' }), { properties: REPLICATED });
    expect(await handler.update(context)).toEqual({
      status: 'waiting', until: `the data replication of standby ${STANDBY} to become PRIMARY_AS_SOURCE`, seconds: 60,
      memory: { modifiedAt: NOW, tagged: true },
    });
    expect(changesOf()).toEqual(['claim', `setReplication ${STANDBY} PRIMARY_AS_SOURCE`]);
    expect(log).toEqual([['INFO', 'Requested the data replication', { workspaceId: STANDBY, replication: 'PRIMARY_AS_SOURCE' }]]);
  });

  test('gets the declared replication back, also if the declaration is as before', async () => {
    const { handler, context, changesOf } = updating(workspace({ replication: 'NO_REPLICATION' }), { properties: REPLICATED, oldProperties: REPLICATED });
    expect(await handler.update(context)).toMatchObject({ until: `the data replication of standby ${STANDBY} to become PRIMARY_AS_SOURCE` });
    expect(changesOf()).toEqual(['claim', `setReplication ${STANDBY} PRIMARY_AS_SOURCE`]);
  });

  test('is looked at alone while its replication changes', async () => {
    const { handler, context, calls } = updating(
      workspace({ replication: 'NO_REPLICATION' }), { properties: REPLICATED, memory: { tagged: true, modifiedAt: NOW } });
    expect(await handler.update(context)).toMatchObject({ status: 'waiting', memory: { tagged: true } });
    expect(calls).toEqual([`describe ["${STANDBY}"]`]);
  });

  test('gets its tags once more when its replication has changed, since a cancelled update may have set others', async () => {
    const { handler, context, calls } = updating(workspace({ replication: 'PRIMARY_AS_SOURCE' }), {
      properties: { ...REPLICATED, tags: { new: '1' } }, memory: { tagged: true, modifiedAt: NOW },
    });
    expect(await handler.update(context)).toMatchObject({ status: 'ready' });
    expect(calls).toEqual([`describe ["${STANDBY}"]`, `listTags ${STANDBY}`, 'claimChange', `tag ${STANDBY} {"new":"1"}`]);
  });

  test('stays where it is not known how it was declared before and of which primary it is', async () => {
    const { handler, context, changesOf } = updating(workspace({ primary: undefined, replication: 'NO_REPLICATION' }), { oldProperties: undefined });
    expect(await handler.update(context)).toMatchObject({ status: 'ready', physicalId: STANDBY });
    expect(changesOf()).toEqual([]);
  });

  test('is asked for its replication where it is not known how it was declared before and does not show', async () => {
    const { handler, context, changesOf } = updating(workspace(), { oldProperties: undefined });
    expect(await handler.update(context)).toMatchObject({ until: `the data replication of standby ${STANDBY} to become NO_REPLICATION` });
    expect(changesOf()).toEqual(['claim', `setReplication ${STANDBY} NO_REPLICATION`]);
  });

  test.each(['OperationInProgressException', 'InvalidResourceStateException', 'ResourceUnavailableException'])('waits after %s', async name => {
    const { handler, context } = updating(workspace(), { properties: REPLICATED }, { setReplication: async () => { throw error(name); } });
    expect(await handler.update(context)).toMatchObject({
      until: `the data replication of standby ${STANDBY} to become PRIMARY_AS_SOURCE (${name}: text.)`, seconds: 60, memory: { tagged: true },
    });
  });

  test('passes on another error', async () => {
    const { handler, context } = updating(workspace(), { properties: REPLICATED }, { setReplication: async () => { throw error('ValidationException'); } });
    await expect(handler.update(context)).rejects.toThrow('text.');
  });

  test.each<[Partial<Workspace>, object, string, number]>([
    [{ replication: 'PRIMARY_AS_SOURCE' }, { modifiedAt: NOW }, 'ready', 0], [{ replication: 'NO_REPLICATION' }, { modifiedAt: NOW - 900_000 }, 'waiting', 0],
    [{}, { modifiedAt: NOW - 599_000 }, 'waiting', 0], [{}, { modifiedAt: NOW - 600_000 }, 'ready', 1],
  ])('that shows %j after %j is %s', async (found, memory, status, warnings) => {
    const { handler, context, log, changesOf } = updating(workspace(found), { properties: REPLICATED, memory: { tagged: true, ...memory } });
    expect(await handler.update(context)).toMatchObject({ status });
    expect(changesOf()).toEqual([]);
    expect(log).toEqual(Array(warnings).fill(
      ['WARN', 'WorkSpaces took the change of the data replication and does not show the setting', { workspaceId: STANDBY }]));
  });

  test.each([[NOW + 100_000, 60], [NOW + 7000, 7]])('and is so already waits for who may still change it', async (quietUntil, seconds) => {
    const { handler, context } = updating(workspace({ replication: 'PRIMARY_AS_SOURCE' }), { properties: REPLICATED, quietUntil });
    expect(await handler.update(context)).toMatchObject({ until: 'certainty that no abandoned update is still under way', seconds });
  });

  test('and is so already is asked for all the same afterwards', async () => {
    const { handler, context, changesOf } = updating(workspace({ replication: 'PRIMARY_AS_SOURCE' }), { properties: REPLICATED, quietUntil: NOW });
    await handler.update(context);
    expect(changesOf()).toEqual(['claim', `setReplication ${STANDBY} PRIMARY_AS_SOURCE`]);
  });

  test('can have no other key', async () => {
    const { handler, context } = updating(workspace({ volumeEncryptionKey: 'key/1' }), { properties: { ...DECLARED, volumeEncryptionKey: 'key/2' } });
    await expect(handler.update(context)).rejects.toThrow(/is encrypted with key\/1, .*add it again with the other key; its data are lost\.$/);
  });

  test('is waited for when it is on its way, unless nobody waits', async () => {
    const waits = updating(workspace({ state: 'PENDING' }));
    expect(await waits.handler.update(waits.context)).toMatchObject({ status: 'waiting', until: expect.stringMatching(/it is PENDING/) });
    const hurries = updating(workspace({ state: 'PENDING' }), { properties: { ...DECLARED, waitUntilReady: false } });
    expect(await hurries.handler.update(hurries.context)).toMatchObject({ status: 'ready' });
  });

  test.each([[{}, 1], [{ misses: 2 }, 3]])('and not seen is looked at again (%j)', async (memory, misses) => {
    const { handler, context } = updating(undefined, { memory });
    expect(await handler.update(context)).toMatchObject({ until: `standby ${STANDBY} to show up`, seconds: 15, memory: { misses } });
  });

  test.each<[Workspace | undefined, Memory, string]>([
    [undefined, { misses: 3 }, `Standby ${STANDBY} does not exist any more: it was terminated outside of the stack, and its data with it. Remove`],
    [workspace({ state: 'TERMINATED' }), {}, `Standby ${STANDBY} does not exist any more (it is TERMINATED): it was terminated`],
  ])('and gone is not made again (%#)', async (found, memory, message) => {
    const { handler, context } = updating(found, { memory });
    await expect(handler.update(context)).rejects.toThrow(message);
  });

  test.each<[Partial<StandbyDeclaration>]>([
    [{ primaryWorkspaceId: 'ws-primary02' }], [{ primaryRegion: 'us-west-2' }], [{ directoryId: 'd-9367000002' }],
  ])('is replaced for %j', async change => {
    const { handler, context } = updating(workspace(), { properties: { ...DECLARED, ...change } });
    expect(await handler.update(context)).toEqual({
      status: 'waiting', until: `the standby that replaces ${STANDBY}`, seconds: 0, memory: { replacing: true },
    });
  });

  test('is replaced only when it is clear what it stands by for', async () => {
    const oldProperties = { ...DECLARED, directoryId: 'd-9367000002' };
    const early = updating(workspace({ primary: undefined }), { oldProperties });
    expect(await early.handler.update(early.context)).toMatchObject({ until: `standby ${STANDBY} to show which primary it stands by for`, seconds: 15 });
    const late = updating(workspace({ primary: undefined }), { oldProperties, clock: clockAt(180) });
    expect(await late.handler.update(late.context)).toMatchObject({ memory: { replacing: true } });
  });

  test.each<[Partial<StandbyDeclaration>, string]>([
    [{ primaryWorkspaceId: 'ws-primary02' }, DIRECTORY], [{ primaryRegion: 'us-west-2' }, DIRECTORY], [{ directoryId: 'd-9367000002' }, 'd-9367000002'],
  ])('is taken back only when no replacement is left (%j before)', async (change, searched) => {
    const { handler, context, calls } = updating(workspace(), { oldProperties: { ...DECLARED, ...change }, quietUntil: NOW });
    expect(await handler.update(context)).toEqual({
      status: 'waiting', until: 'certainty that no abandoned create is still under way', seconds: 60, memory: { scanToken: '', scanned: '' },
    });
    expect(calls).toEqual([`describe ["${STANDBY}"]`, `describeDirectory ${searched}  `]);
  });

  describe('that is gone', () => {
    const oldProperties = { ...DECLARED, directoryId: 'd-9367000002' };
    const gone = (found: Workspace[], quietUntil = NOW - 200_000) => updating(undefined, { oldProperties, quietUntil, clock: clockAt(180) }, {
      describe: async ids => found.filter(({ id }) => ids.includes(id)), describeDirectory: async () => ({ workspaces: found }),
    });

    test('is replaced when nothing else of ours can be there or come', async () => {
      const { handler, context, calls } = gone([]);
      expect(await handler.update(context)).toMatchObject({ memory: { replacing: true } });
      expect(calls).toEqual([`describe ["${STANDBY}"]`, 'describeDirectory d-9367000002  ']);
    });

    test('may have been replaced by an update that is taken back', async () => {
      const { handler, context } = gone([workspace({ id: 'ws-standby02', directoryId: 'd-9367000002' })]);
      expect(await handler.update(context)).toMatchObject({ until: 'abandoned standby ws-standby02 to be terminated', memory: { abandonedId: 'ws-standby02' } });
    });

    test('and shows up meanwhile is no leftover', async () => {
      const { handler, context } = updating(undefined, { oldProperties, clock: clockAt(180) }, {
        describe: jest.fn().mockResolvedValueOnce([]).mockResolvedValue([workspace()]),
        describeDirectory: async () => ({ workspaces: [workspace()] }),
      });
      expect(await handler.update(context)).toMatchObject({ memory: { replacing: true } });
    });
  });

  test('and replaced by one that failed goes on with the old one', async () => {
    const failed = workspace({ id: 'ws-standby02', state: 'ERROR' });
    const fails = updating(failed, { memory: { replacing: true, workspaceId: failed.id } });
    expect(await fails.handler.update(fails.context)).toEqual({
      status: 'waiting', until: 'failed standby ws-standby02 to be terminated', seconds: 0,
      memory: { failedId: 'ws-standby02', failure: expect.stringMatching(/is ERROR/) },
    });
    const removes = updating(failed, { memory: { replacing: true, failedId: failed.id, failure: 'f' } });
    expect(await removes.handler.update(removes.context)).toMatchObject({ until: 'WorkSpace ws-standby02 to go away' });
    const ends = updating(undefined, { memory: { replacing: true, failedId: failed.id, failure: 'f', terminating: failed.id, absent: true } });
    await expect(ends.handler.update(ends.context)).rejects.toThrow(/^f$/);
  });

  test('and replaced passes on what is no failure of the new one', async () => {
    const { handler, context } = updating(undefined, { memory: { replacing: true, workspaceId: 'x' } }, { describe: async () => { throw error('ThrottlingException'); } });
    await expect(handler.update(context)).rejects.toThrow('text.');
  });
});
