import { DIRECTORY, error, NOW, OURS, PRIMARY, STANDBY, step, workspace } from './port';
import type { Memory, StepContext } from '../../../lambda/lifecycle/handler';
import { terminateAll } from '../../../lambda/workspaces/bulk-termination';
import { SdkWorkSpaces, type AliasAssociation, type Workspace, type WorkSpaces } from '../../../lambda/workspaces/client';
import { ConnectionAliasAssociationHandler, type AssociationDeclaration } from '../../../lambda/workspaces/connection-alias-association';
import { census } from '../../../lambda/workspaces/fleet-census';
import { fleetReport } from '../../../lambda/workspaces/fleet-report';
import { FleetSettings } from '../../../lambda/workspaces/fleet-settings';
import { FleetStep } from '../../../lambda/workspaces/fleet-step';
import { workspacesHandlers } from '../../../lambda/workspaces/index';
import { briefPace, Pace, paced } from '../../../lambda/workspaces/pace';
import { changesKey, conditionOf, explained, hintFor, type StandbySettings } from '../../../lambda/workspaces/standby';
import { findStandby } from '../../../lambda/workspaces/standby-search';
import { StandbyWorkspaceHandler, type StandbyDeclaration } from '../../../lambda/workspaces/standby-workspace';
import { StandbyWorkspaceLookupHandler } from '../../../lambda/workspaces/standby-workspace-lookup';
import { StandbyWorkspaceReadyHandler } from '../../../lambda/workspaces/standby-workspace-ready';
import { terminate } from '../../../lambda/workspaces/termination';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { clockAt, OWNER, REQUESTED_AT, stepContext } from '../step-context';

const UNUSED = {} as WorkSpaces;

describe('a standby', () => {
  const DECLARED: StandbyDeclaration = {
    primaryWorkspaceId: PRIMARY, primaryRegion: 'us-east-1', directoryId: DIRECTORY, replication: 'NO_REPLICATION', tags: {}, waitUntilReady: true,
  };
  const at = (answers: Partial<WorkSpaces>, changes: Partial<StepContext<StandbyDeclaration>> = {}, primary?: () => Promise<Workspace[]>) => {
    const world = step(DECLARED, answers, changes);
    const handler = new StandbyWorkspaceHandler(world.port, () => ({ describe: primary ?? (async () => [workspace({ id: PRIMARY, userName: 'jane' })]) }));
    return { ...world, handler };
  };

  describe('to be made', () => {
    test('is written down before it is asked for', async () => {
      const { handler, context, calls } = at({});
      expect(await handler.create(context)).toEqual({
        status: 'waiting', until: `the request for a standby of ${PRIMARY}`, seconds: 0,
        memory: { scanToken: '', scanned: '', userName: 'jane', intended: true },
      });
      expect(calls).toEqual([`describeDirectory ${DIRECTORY} jane `]);
    });

    test('is asked for, and waited for', async () => {
      const { handler, context, changesOf, log } = at({}, { memory: { intended: true, userName: 'jane' } });
      expect(await handler.create(context)).toEqual({
        status: 'waiting', until: `standby ${STANDBY} to become AVAILABLE or STOPPED`, seconds: 60, physicalId: STANDBY,
        memory: { scanToken: '', scanned: '', userName: 'jane', workspaceId: STANDBY, createdAt: NOW },
      });
      expect(changesOf()).toEqual(['claim', expect.stringMatching(/^createStandbys us-east-1 /)]);
      expect(log).toEqual([['INFO', 'Requested the standby', { workspaceId: STANDBY, primaryWorkspaceId: PRIMARY }]]);
    });

    test('is answered at once if nobody waits', async () => {
      const { handler, context } = at({}, { memory: { intended: true, userName: 'jane' }, properties: { ...DECLARED, waitUntilReady: false } });
      expect(await handler.create(context)).toEqual({ status: 'ready', physicalId: STANDBY, attributes: {
        WorkspaceId: STANDBY, UserName: 'jane', DirectoryId: DIRECTORY, State: 'PENDING', BundleId: '', SubnetId: '', IpAddress: '', ComputerName: '',
      } });
    });

    test.each<[string, () => Promise<Workspace[]>, number]>([
      ['is not there', async () => [], 0], ['is down', async () => { throw error('TimeoutError'); }, 1],
    ])('without its user, when the primary Region %s', async (_, primary, warnings) => {
      const { handler, context, calls, log } = at({}, {}, primary);
      expect(await handler.create(context)).toMatchObject({ memory: { userName: '', intended: true } });
      expect(calls).toEqual([`describeDirectory ${DIRECTORY}  `]);
      expect(log).toEqual(Array(warnings).fill(
        ['WARN', 'The primary Region did not tell the user of the primary', { primaryRegion: 'us-east-1', error: 'TimeoutError: text.' }]));
    });

    test.each([['jane', ' (user jane)'], ['', '']])('and refused says why (user %p)', async (userName, shown) => {
      const failed = [{ id: PRIMARY, code: 'Odd', message: 'The quota is used up.' }];
      const { handler, context } = at({ createStandbys: async () => ({ pending: [], failed }) }, { memory: { intended: true, userName } });
      await expect(handler.create(context)).rejects.toThrow(`WorkSpaces refused to make a standby of ${PRIMARY}${shown} in directory ${DIRECTORY}: Odd: `
        + 'The quota is used up. The quota of standby WorkSpaces is 0 until AWS raises it');
    });

    test.each<[string, object[], string]>([
      ['says that there is one', [{ id: PRIMARY, code: 'ResourceExists.X', message: 'It exists' }], 'ResourceExists.X: It exists'],
      ['tells no id', [], 'WorkSpaces took the request and told no id'],
    ])('is looked for when WorkSpaces %s', async (_, failed, exists) => {
      const { handler, context } = at({ createStandbys: async () => ({ pending: [], failed: failed as any }) }, { memory: { intended: true, userName: 'jane' } });
      expect(await handler.create(context)).toMatchObject({
        until: `a look at what is there for ${PRIMARY}`, seconds: 15, memory: { existsUntil: NOW + 180_000, exists },
      });
    });

    test.each([[NOW + 1, true], [NOW, false]])('that exists is waited for until it shows up (%d)', async (existsUntil, waits) => {
      const { handler, context } = at({}, { memory: { existsUntil, exists: 'E: m', intended: true, userName: '' } });
      const outcome = handler.create(context).catch((reason: Error) => reason.message);
      expect(await outcome).toEqual(waits
        ? expect.objectContaining({ until: `what exists for ${PRIMARY} to show up`, seconds: 15 })
        : expect.stringMatching(/\(E: m\): a WorkSpace of user the primary is in directory .*somebody else's, terminate it or use another directory\.$/));
    });

    test('and in whose way another desktop of the user is, says which', async () => {
      const other = workspace({ id: 'ws-other0001', primary: undefined });
      const { handler, context } = at(
        { describeDirectory: async () => ({ workspaces: [other] }) }, { memory: { existsUntil: NOW, exists: 'E: m', intended: true, userName: 'jane' } });
      await expect(handler.create(context)).rejects.toThrow(/WorkSpace ws-other0001 of user jane is in directory/);
    });

    test.each(['OperationNotSupportedException', 'ResourceNotFoundException', 'ResourceLimitExceededException'])('and %s is explained', async name => {
      const { handler, context } = at({ createStandbys: async () => { throw error(name); } }, { memory: { intended: true, userName: '' } });
      await expect(handler.create(context)).rejects.toThrow(new RegExp(`^WorkSpaces refused to make a standby of ${PRIMARY}: ${name}: text\\.`));
    });

    test('and another error is passed on', async () => {
      const { handler, context } = at({ createStandbys: async () => { throw error('ValidationException'); } }, { memory: { intended: true, userName: '' } });
      await expect(handler.create(context)).rejects.toThrow(/^text\.$/);
    });
  });

  describe('that is there already', () => {
    const there = (found: Partial<Workspace>, tags: Record<string, string> | undefined, memory: Memory = {}) => at({
      describeDirectory: async () => ({ workspaces: [workspace(found)] }), describe: async () => [workspace(found)], listTags: async () => tags,
    }, { memory: { userName: 'jane', ...memory } });

    test('and ours is written down before it is answered', async () => {
      const { handler, context } = there({}, OURS);
      expect(await handler.create(context)).toEqual({
        status: 'waiting', until: `a look at standby ${STANDBY}`, seconds: 0, physicalId: STANDBY,
        memory: { scanToken: '', scanned: '', userName: 'jane', workspaceId: STANDBY, takenUp: true },
      });
    });

    test('and leaving is waited for', async () => {
      const { handler, context } = there({ state: 'TERMINATING' }, OURS);
      expect(await handler.create(context)).toMatchObject({ until: `the earlier standby ${STANDBY} to go away`, seconds: 60 });
    });

    test.each<[Partial<Workspace>, Record<string, string> | undefined]>([
      [{ state: 'PENDING', primary: undefined }, OURS], [{ state: 'PENDING' }, {}], [{ state: 'PENDING' }, undefined],
    ])('and unclear is looked at again (%j, %j)', async (found, tags) => {
      const { handler, context } = there(found, tags);
      expect(await handler.create(context)).toMatchObject({ until: `WorkSpace ${STANDBY} to show which primary it stands by for`, seconds: 15 });
    });

    test.each<[Memory, boolean]>([[{}, true], [{ intended: true }, false]])("and somebody else's is left alone (%j)", async (memory, nothingCreated) => {
      const { handler, context } = there({}, { [OWNER_TAG_KEY]: 'you' }, memory);
      await expect(handler.create(context)).rejects.toMatchObject({
        message: expect.stringMatching(/is a standby of ws-primary01 already .*fromStandbyWorkspaceId\(\) for the existing one\.$/), certainty: { nothingCreated },
      });
    });
  });

  describe('that was asked for', () => {
    const made = (found: Workspace | undefined, memory: object = {}, changes: Partial<StepContext<StandbyDeclaration>> = {}) =>
      at({ describe: async () => found ? [found] : [] }, { memory: { workspaceId: STANDBY, ...memory }, ...changes });

    test.each(['AVAILABLE', 'STOPPED'])('is ready when it is %s', async state => {
      const { handler, context, calls } = made(workspace({ state }));
      expect(await handler.create(context)).toMatchObject({ status: 'ready', physicalId: STANDBY, attributes: { State: state } });
      expect(calls).toEqual([`describe ["${STANDBY}"]`]);
    });

    test.each<[string, object, number, string, number]>([
      ['PENDING', { unwellSince: 5 }, 0, '', 0], ['UNHEALTHY', {}, NOW, '', 0], ['IMPAIRED', { unwellSince: NOW - 899_000 }, NOW - 899_000, '', 0],
      ['ODD', {}, 0, 'ODD', 1], ['ODD', { unknownState: 'ODD' }, 0, 'ODD', 0],
    ])('is waited for when it is %s with %j', async (state, memory, unwellSince, unknownState, warnings) => {
      const { handler, context, log } = made(workspace({ state }), memory);
      expect(await handler.create(context)).toEqual({
        status: 'waiting', until: `standby ${STANDBY} to become AVAILABLE or STOPPED (it is ${state})`, seconds: 60, physicalId: STANDBY,
        memory: { workspaceId: STANDBY, seen: true, misses: 0, unwellSince, unknownState },
      });
      expect(log).toEqual(Array(warnings).fill(
        ['WARN', 'The WorkSpace is in a state that this version does not know; waiting for another one', { workspaceId: STANDBY, state }]));
    });

    test.each<[Partial<Workspace>, object, string]>([
      [{ state: 'UNHEALTHY' }, { unwellSince: NOW - 900_000 }, `Standby ${STANDBY} is UNHEALTHY and WorkSpaces gives no reason.`],
      [{ state: 'ERROR', errorCode: 'C', errorMessage: 'The key is odd.' }, {}, `Standby ${STANDBY} is ERROR: C: The key is odd. The key must be symmetric`],
      [{ state: 'ERROR', errorCode: 'C' }, {}, `Standby ${STANDBY} is ERROR: C: no message.`],
      [{ state: 'ERROR', errorMessage: 'm' }, {}, `Standby ${STANDBY} is ERROR: no code: m.`],
    ])('has failed with %j', async (found, memory, message) => {
      const { handler, context } = made(workspace(found), memory);
      await expect(handler.create(context)).rejects.toMatchObject({ message: expect.stringContaining(message), certainty: { physicalId: STANDBY } });
    });

    test.each<[object, string, number, object]>([
      [{ createdAt: NOW - 599_000 }, 'to show up', 60, {}], [{}, 'to show up', 60, {}],
      [{ createdAt: NOW - 600_000 }, 'to show up again', 15, { misses: 1 }], [{ seen: true, misses: 2 }, 'to show up again', 15, { misses: 3 }],
    ])('and is not seen is waited for (%j)', async (memory, until, seconds, expected) => {
      const { handler, context } = made(undefined, memory);
      expect(await handler.create(context)).toEqual({
        status: 'waiting', until: `standby ${STANDBY} ${until}`, seconds, physicalId: STANDBY, memory: { workspaceId: STANDBY, ...expected },
      });
    });

    test('is believed to be gone at the fourth miss', async () => {
      const { handler, context } = made(undefined, { seen: true, misses: 3 });
      await expect(handler.create(context)).rejects.toMatchObject({
        message: expect.stringMatching(/vanished before it became ready: .*\(TerminateWorkspaces\), then deploy again\.$/), certainty: { physicalId: STANDBY },
      });
    });

    test('and taken up gets its tags, and is not waited for if nobody does', async () => {
      const { handler, context, changesOf } = made(
        workspace({ state: 'PENDING', replication: 'NO_REPLICATION' }), { takenUp: true }, { properties: { ...DECLARED, tags: { a: '1' }, waitUntilReady: false } });
      expect(await handler.create(context)).toMatchObject({ status: 'ready' });
      expect(changesOf()).toEqual(['claimChange', `tag ${STANDBY} {"a":"1"}`]);
    });
  });

  describe('to be changed', () => {
    const updating = (found: Workspace | undefined, changes: Partial<StepContext<StandbyDeclaration>> = {}, answers: Partial<WorkSpaces> = {}) => at(
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

    test('gets another replication', async () => {
      const { handler, context, changesOf, log } = updating(workspace({ replication: 'NO_REPLICATION' }), { properties: REPLICATED });
      expect(await handler.update(context)).toEqual({
        status: 'waiting', until: `the data replication of standby ${STANDBY} to become PRIMARY_AS_SOURCE`, seconds: 60,
        memory: { modifiedAt: NOW, tagged: true },
      });
      expect(changesOf()).toEqual(['claim', `setReplication ${STANDBY} PRIMARY_AS_SOURCE`]);
      expect(log).toEqual([['INFO', 'Requested the data replication', { workspaceId: STANDBY, replication: 'PRIMARY_AS_SOURCE' }]]);
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

  describe('that was abandoned', () => {
    const deleting = (answers: Partial<WorkSpaces>, changes: Partial<StepContext<StandbyDeclaration>> = {}) =>
      at(answers, { operation: 'Delete', physicalId: 'invented', ...changes });

    test.each([[100_000, 60], [7000, 7]])('may still be made (%d)', async (left, seconds) => {
      const { handler, context } = deleting({}, { quietUntil: NOW + left - 180_000 });
      expect(await handler.delete(context)).toEqual({
        status: 'waiting', until: 'certainty that no abandoned create is still under way', seconds, memory: { scanToken: '', scanned: '' },
      });
    });

    test('is gone when it can not be made any more', async () => {
      const { handler, context } = deleting({}, { quietUntil: NOW - 180_000 });
      expect(await handler.delete(context)).toEqual({ status: 'gone' });
    });

    test('is found and terminated', async () => {
      const finds = deleting({ describeDirectory: async () => ({ workspaces: [workspace()] }), describe: async () => [workspace()] });
      expect(await finds.handler.delete(finds.context)).toEqual({
        status: 'waiting', until: `abandoned standby ${STANDBY} to be terminated`, seconds: 0, memory: { scanToken: '', scanned: '', abandonedId: STANDBY },
      });
      const terminates = deleting({ describe: async () => [workspace()] }, { memory: { abandonedId: STANDBY } });
      expect(await terminates.handler.delete(terminates.context)).toMatchObject({ until: `WorkSpace ${STANDBY} to go away` });
      const looks = deleting({}, { memory: { abandonedId: STANDBY, terminating: STANDBY, absent: true } });
      expect(await looks.handler.delete(looks.context)).toEqual({
        status: 'waiting', until: 'a last look for abandoned standbys', seconds: 0, memory: { abandonedId: '' },
      });
    });

    test('and unclear is looked at again soon', async () => {
      const young = workspace({ primary: undefined, state: 'PENDING' });
      const { handler, context } = deleting(
        { describeDirectory: async () => ({ workspaces: [young] }), describe: async () => [young] }, { quietUntil: NOW - 180_000 });
      expect(await handler.delete(context)).toMatchObject({ until: 'certainty that no abandoned create is still under way', seconds: 15 });
    });
  });

  test.each<[object, object]>([
    [{}, { replication: 'NO_REPLICATION', waitUntilReady: true, tags: {}, volumeEncryptionKey: undefined }],
    [{ DataReplication: 'PRIMARY_AS_SOURCE', WaitUntilReady: 'false', VolumeEncryptionKey: 'k', Tags: { a: '1' } },
      { replication: 'PRIMARY_AS_SOURCE', waitUntilReady: false, tags: { a: '1' }, volumeEncryptionKey: 'k' }],
    [{ DataReplication: 'NO_REPLICATION', WaitUntilReady: 'true' }, { replication: 'NO_REPLICATION', waitUntilReady: true }],
  ])('is declared as %j', (raw, expected) => {
    const handler = new StandbyWorkspaceHandler(UNUSED, () => UNUSED);
    expect(handler.parse({ Schema: '1', PrimaryWorkspaceId: PRIMARY, PrimaryRegion: 'us-east-1', DirectoryId: DIRECTORY, ...raw })).toMatchObject(expected);
  });
});

describe('the termination of a WorkSpace', () => {
  const run = (answers: Partial<WorkSpaces>, changes: Partial<StepContext<unknown>> = {}) => {
    const world = step<unknown>({}, answers, changes);
    return { ...world, result: () => terminate(world.port, world.context, STANDBY) };
  };

  test('is asked for, logged and waited for', async () => {
    const { result, changesOf, log } = run({ describe: async () => [workspace()] });
    expect(await result()).toEqual({
      status: 'waiting', until: `WorkSpace ${STANDBY} to go away`, seconds: 60, memory: { terminating: STANDBY, absent: false },
    });
    expect(changesOf()).toEqual(['claim', `terminate ["${STANDBY}"]`]);
    expect(log).toEqual([['INFO', 'Terminated the WorkSpace', { workspaceId: STANDBY, state: 'AVAILABLE' }]]);
  });

  test.each(['TERMINATING', 'TERMINATED'])('that is %s is waited for', async state => {
    const { result, calls } = run({ describe: async () => [workspace({ state })] });
    expect(await result()).toMatchObject({ until: `WorkSpace ${STANDBY} to go away`, seconds: 60, memory: { terminating: STANDBY, absent: false } });
    expect(calls).toHaveLength(1);
  });

  test("of somebody else's is not asked for", async () => {
    const { result, changesOf, log } = run({ describe: async () => [workspace()], listTags: async () => ({}) });
    expect(await result()).toBeUndefined();
    expect(changesOf()).toEqual([]);
    expect(log).toEqual([['WARN', 'Left a WorkSpace alone that does not belong to this stack and logical id', { workspaceId: STANDBY }]]);
  });

  test('of a suspended one is not possible', async () => {
    const { result } = run({ describe: async () => [workspace({ state: 'SUSPENDED' })] });
    await expect(result()).rejects.toMatchObject({
      message: expect.stringMatching(/SUSPENDED, and .*\(AWS support can\), then delete again\.$/), certainty: { physicalId: STANDBY },
    });
  });

  test.each([[{}, NOW], [{ terminationRefusedAt: NOW - 899_000 }, NOW - 899_000]])('that is refused is tried again (%j)', async (memory, since) => {
    const { result } = run({ describe: async () => [workspace()], terminate: async () => [{ id: STANDBY, code: 'C', message: 'm' }] }, { memory });
    expect(await result()).toEqual({
      status: 'waiting', until: `WorkSpace ${STANDBY} to let itself be terminated (C: m)`, seconds: 60, memory: { terminationRefusedAt: since },
    });
  });

  test('that is refused for a quarter of an hour is given up', async () => {
    const { result } = run(
      { describe: async () => [workspace()], terminate: async () => [{ id: STANDBY, code: 'C', message: 'm' }] }, { memory: { terminationRefusedAt: NOW - 900_000 } });
    await expect(result()).rejects.toThrow(`WorkSpace ${STANDBY} could not be terminated: C: m. Terminate it in the console, then delete again.`);
  });

  test('of what is gone already is waited for', async () => {
    const { result } = run({ describe: async () => [workspace()], terminate: async () => [{ id: STANDBY, code: 'ResourceNotFound.X', message: 'm' }] });
    expect(await result()).toMatchObject({ until: `WorkSpace ${STANDBY} to go away` });
  });

  test('is certain at the second look that finds nothing', async () => {
    expect(await run({}, { memory: { terminating: STANDBY } }).result()).toEqual({
      status: 'waiting', until: `certainty that WorkSpace ${STANDBY} is gone`, seconds: 15, memory: { absent: true },
    });
    expect(await run({}, { memory: { terminating: STANDBY, absent: true } }).result()).toBeUndefined();
  });

  test.each([[100, 60], [173, 7]])('of one that may be too young to show is waited for (%d s)', async (seconds, left) => {
    expect(await run({}, { clock: clockAt(seconds) }).result()).toMatchObject({
      until: `WorkSpace ${STANDBY} to show up, or certainty that it is gone`, seconds: left,
    });
    expect(await run({}, { clock: clockAt(180) }).result()).toBeUndefined();
  });
});

describe('an association', () => {
  const ALIAS = 'wsca-alias0001';
  const DECLARED: AssociationDeclaration = { aliasId: ALIAS, directoryId: DIRECTORY };
  const ASSOCIATED: AliasAssociation = { directoryId: DIRECTORY, status: 'ASSOCIATED_WITH_OWNER_ACCOUNT', connectionIdentifier: 'c' };
  type Changes = Partial<StepContext<AssociationDeclaration>>;
  const at = (association: AliasAssociation | undefined, answers: Partial<WorkSpaces> = {}, changes: Changes = {}) => {
    const world = step(DECLARED, { getAlias: async () => ({ id: ALIAS, state: 'CREATED', association }), ...answers }, changes);
    return { ...world, handler: new ConnectionAliasAssociationHandler(world.port) };
  };

  test('begins with the tag', async () => {
    const { handler, context, changesOf } = at(undefined, { listTags: async () => ({}) });
    expect(await handler.create(context)).toEqual({ status: 'waiting', until: `the tag of alias ${ALIAS}`, seconds: 2, physicalId: ALIAS });
    expect(changesOf()).toEqual(['claim', `tag ${ALIAS} ${JSON.stringify(OURS)}`]);
  });

  test('is made under the tag', async () => {
    const { handler, context, changesOf, log } = at(undefined);
    expect(await handler.create(context)).toEqual({
      status: 'waiting', until: `alias ${ALIAS} to be associated with ${DIRECTORY}`, seconds: 20, physicalId: ALIAS, memory: { changed: true },
    });
    expect(changesOf()).toEqual(['claim', `associate ${ALIAS} ${DIRECTORY}`]);
    expect(log).toEqual([['INFO', 'Associated the alias', { aliasId: ALIAS, directoryId: DIRECTORY }]]);
  });

  test.each(['ResourceAssociatedException', 'InvalidResourceStateException'])('is looked at after %s', async name => {
    const { handler, context } = at(undefined, { associate: async () => { throw error(name); } });
    expect(await handler.create(context)).toEqual({ status: 'waiting', until: `a look at alias ${ALIAS} (${name}: text.)`, seconds: 15, physicalId: ALIAS });
  });

  test('passes on another error', async () => {
    const { handler, context } = at(undefined, { associate: async () => { throw error('ValidationException'); } });
    await expect(handler.create(context)).rejects.toThrow('text.');
  });

  test('is ready when it says so and has an identifier', async () => {
    const ready = at(ASSOCIATED);
    expect(await ready.handler.create(ready.context)).toEqual({ status: 'ready', physicalId: ALIAS, attributes: { ConnectionIdentifier: 'c' } });
    for (const association of [{ ...ASSOCIATED, connectionIdentifier: '' }, { ...ASSOCIATED, status: 'PENDING_ASSOCIATION' }]) {
      const waits = at(association);
      expect(await waits.handler.create(waits.context)).toEqual({ status: 'waiting', until: `alias ${ALIAS} to be associated with ${DIRECTORY}`, seconds: 20 });
    }
  });

  test.each<[Partial<AliasAssociation>, string[]]>([
    [{ directoryId: 'd-9367000002' }, ['claim', `disassociate ${ALIAS}`]], [{ directoryId: 'd-9367000002', status: 'PENDING_ASSOCIATION' }, []],
    [{ status: 'PENDING_DISASSOCIATION' }, []],
  ])('of another form (%j) is ended first', async (change, changes) => {
    const { handler, context, changesOf } = at({ ...ASSOCIATED, ...change });
    expect(await handler.create(context)).toEqual({
      status: 'waiting', until: `alias ${ALIAS} to be disassociated from ${change.directoryId ?? DIRECTORY}`, seconds: 20,
    });
    expect(changesOf()).toEqual(changes);
  });

  test.each([['InvalidResourceStateException', /^alias .* \(InvalidResourceStateException: text\.\)$/], ['ValidationException', /^text\.$/]])(
    'that cannot be ended: %s', async (name, expected) => {
      const { handler, context } = at({ ...ASSOCIATED, directoryId: 'd-9367000002' }, { disassociate: async () => { throw error(name); } });
      const outcome: any = await handler.create(context).catch((reason: Error) => ({ until: reason.message }));
      expect(outcome.until).toMatch(expected);
    });

  test.each<[AliasAssociation | undefined, Record<string, string> | undefined, RegExp]>([
    [undefined, { [OWNER_TAG_KEY]: 'you' }, /has an association that another stack or logical id manages, so it is left alone\. Disassociate/],
    [ASSOCIATED, {}, /is associated with directory d-9367000001 already, not by this stack .*fromConnectionAliasAssociationAttributes\(\) for the existing one\.$/],
    [ASSOCIATED, undefined, /is associated with directory/],
  ])("of somebody else's is left alone (%#)", async (association, tags, message) => {
    const { handler, context } = at(association, { listTags: async () => tags });
    await expect(handler.create(context)).rejects.toThrow(message);
  });

  test.each<[string | undefined, number, RegExp]>([
    ['CREATING', 100, /^connection alias wsca-alias0001 to be CREATED$/], [undefined, 89, /^connection alias wsca-alias0001 to be CREATED$/],
    ['DELETING', 0, /in eu-west-1 any more: it is being deleted\. Check/], [undefined, 90, /There is no connection alias wsca-alias0001 in eu-west-1\. Check the id, .*each Region has its own\.$/],
  ])('needs an alias (%s after %d s)', async (state, seconds, expected) => {
    const getAlias = async () => state === undefined ? undefined : { id: ALIAS, state };
    const { handler, context } = at(undefined, { getAlias }, { clock: clockAt(seconds) });
    const outcome: any = await handler.create(context).catch((reason: Error) => ({ until: reason.message, seconds: 15 }));
    expect(outcome.until).toMatch(expected);
    expect(outcome.seconds).toBe(15);
  });

  describe('to be changed', () => {
    const updating = (changes: Partial<StepContext<AssociationDeclaration>>, answers: Partial<WorkSpaces> = {}) =>
      at(ASSOCIATED, answers, { operation: 'Update', physicalId: ALIAS, oldProperties: { ...DECLARED, directoryId: 'd-9367000002' }, ...changes });

    test.each([[100_000, 20], [7000, 7]])('that is so already waits for who may still change it (%d)', async (left, seconds) => {
      const { handler, context, calls } = updating({ quietUntil: NOW + left });
      expect(await handler.update(context)).toMatchObject({ until: 'certainty that no abandoned association is still under way', seconds });
      expect(calls[0]).toBe('claim');
    });

    test.each<[Partial<StepContext<AssociationDeclaration>>]>([
      [{ memory: { changed: true } }], [{ oldProperties: DECLARED }], [{ oldProperties: undefined }], [{ quietUntil: NOW }],
      [{ physicalId: 'wsca-alias0002', oldProperties: { aliasId: 'wsca-alias0002', directoryId: 'd-9367000002' } }],
    ])('is ready at once with %j', async changes => {
      const { handler, context } = updating({ quietUntil: NOW + 1000, ...changes });
      expect(await handler.update(context)).toMatchObject({ status: 'ready' });
    });

    test('takes back an association of the alias that was to take its place', async () => {
      const { handler, context, changesOf } = updating({ oldProperties: { aliasId: 'wsca-alias0002', directoryId: DIRECTORY } });
      expect(await handler.update(context)).toMatchObject({ until: `alias wsca-alias0002 to be disassociated from ${DIRECTORY}` });
      expect(changesOf()).toEqual(['claim', 'claim', 'disassociate wsca-alias0002']);
    });
  });

  describe('to be removed', () => {
    const deleting = (association: AliasAssociation | undefined, answers: Partial<WorkSpaces> = {}, changes: Changes = {}) =>
      at(association, answers, { operation: 'Delete', physicalId: ALIAS, quietUntil: NOW + 7000, ...changes });

    test('is ended', async () => {
      const { handler, context, changesOf, log } = deleting(ASSOCIATED);
      expect(await handler.delete(context)).toEqual({ status: 'waiting', until: `alias ${ALIAS} to be disassociated from ${DIRECTORY}`, seconds: 20 });
      expect(changesOf()).toEqual(['claim', `disassociate ${ALIAS}`]);
      expect(log).toEqual([['INFO', 'Disassociated the alias', { aliasId: ALIAS, directoryId: DIRECTORY }]]);
    });

    test('loses its tag last', async () => {
      const { handler, context, changesOf } = deleting(undefined);
      expect(await handler.delete(context)).toEqual({ status: 'gone' });
      expect(changesOf()).toEqual(['claim', `untag ${ALIAS} ["${OWNER_TAG_KEY}"]`]);
    });

    test.each<[AliasAssociation | undefined, Partial<WorkSpaces>]>([
      [ASSOCIATED, { listTags: async () => ({}) }], [undefined, { listTags: async () => undefined }],
      [undefined, { getAlias: async () => undefined }],
    ])("of somebody else's is left alone (%#)", async (association, answers) => {
      const { handler, context, changesOf } = deleting(association, answers);
      expect(await handler.delete(context)).toEqual({ status: 'gone' });
      expect(changesOf()).toEqual([]);
    });

    test.each([[NOW + 7000, 'waiting'], [NOW, 'gone']])('under an invented id waits through the quiet period (%d)', async (quietUntil, status) => {
      const { handler, context } = deleting(undefined, {}, { physicalId: 'invented', quietUntil });
      expect(await handler.delete(context)).toMatchObject({ status });
    });
  });

  test('is known by the id of its alias', () => {
    const handler = new ConnectionAliasAssociationHandler(UNUSED);
    expect([ALIAS, 'invented'].map(id => handler.recognizes(id))).toEqual([true, false]);
  });
});

describe('waiting for a standby that another resource has requested', () => {
  const look = (found: Workspace | undefined, seconds: number, intermediate = false) => {
    const handler = new StandbyWorkspaceReadyHandler({ describe: async () => found ? [found] : [] });
    return handler.update(stepContext({ workspaceId: STANDBY, intermediate }, { clock: clockAt(seconds), deadline: REQUESTED_AT + 1_000_000 }));
  };

  test('ends when it is ready', async () => {
    expect(await look(workspace(), 0)).toMatchObject({ status: 'ready', physicalId: `ready:${STANDBY}`, attributes: { State: 'AVAILABLE' } });
  });

  test.each(['PENDING', 'UNHEALTHY', 'ODD'])('goes on while it is %s', async state => {
    expect(await look(workspace({ state }), 0)).toEqual({
      status: 'waiting', until: `standby ${STANDBY} to become AVAILABLE or STOPPED (it is ${state})`, seconds: 60,
    });
  });

  test('is refused when it has failed', async () => {
    await expect(look(workspace({ state: 'ERROR' }), 0)).rejects.toMatchObject({ message: expect.stringMatching(/is ERROR/), certainty: { nothingCreated: true } });
  });

  test.each([[849, 'waiting'], [850, 'ready']])('that is intermediate hands over in time (%d s)', async (seconds, status) => {
    expect(await look(workspace({ state: 'PENDING' }), seconds, true)).toMatchObject({ status });
    expect(await look(workspace({ state: 'PENDING' }), seconds)).toMatchObject({ status: 'waiting' });
  });

  test('hands over what does not even show', async () => {
    expect(await look(undefined, 850, true)).toMatchObject({ status: 'ready', attributes: { WorkspaceId: STANDBY, State: 'PENDING', UserName: '', IpAddress: '' } });
  });

  test('is refused when nothing shows for ten minutes', async () => {
    expect(await look(undefined, 599)).toEqual({ status: 'waiting', until: `standby ${STANDBY} to show up`, seconds: 60 });
    await expect(look(undefined, 600)).rejects.toThrow(/There is no WorkSpace ws-standby01 in eu-west-1\. .*not in the standby's Region\.$/);
  });

  test('only reads, and knows its ids', () => {
    const handler = new StandbyWorkspaceReadyHandler(UNUSED);
    expect([handler.readsOnly, handler.recognizes(`ready:${STANDBY}`), handler.recognizes(STANDBY)]).toEqual([true, true, false]);
    expect(handler.parse({ Schema: '1', WorkspaceId: STANDBY })).toEqual({ workspaceId: STANDBY, intermediate: false });
    expect(handler.parse({ Schema: '1', WorkspaceId: STANDBY, Intermediate: 'true' })).toMatchObject({ intermediate: true });
  });
});

describe('the lookup of a standby', () => {
  const LOOKUP = { primaryWorkspaceId: PRIMARY, primaryRegion: 'us-east-1', directoryId: DIRECTORY };
  const at = (
    answers: Partial<WorkSpaces>, primary: () => Promise<Workspace[]> = async () => [], changes: Partial<StepContext<typeof LOOKUP>> = {},
  ) => {
    const world = step(LOOKUP, answers, changes);
    return { ...world, handler: new StandbyWorkspaceLookupHandler(world.port, () => ({ describe: primary })) };
  };
  const standbys = [{ workspaceId: 'ws-far00001', region: 'us-west-2' }, { workspaceId: STANDBY, region: 'eu-west-1' }];
  const primaryOf = async () => [workspace({ id: PRIMARY, primary: undefined, standbys })];

  test('goes through the primary', async () => {
    const { handler, context, calls } = at({ describe: async () => [workspace({ id: 'ws-x', directoryId: 'd-9367000002' }), workspace()] }, primaryOf);
    expect(await handler.create(context)).toMatchObject({
      status: 'ready', physicalId: `lookup:${DIRECTORY}:${PRIMARY}`, attributes: { WorkspaceId: STANDBY },
    });
    expect(calls).toEqual([`describe ["${STANDBY}"]`]);
  });

  test.each<[string, Partial<WorkSpaces>, (() => Promise<Workspace[]>) | undefined, number]>([
    ['the primary is not told', {}, undefined, 0], ['the Region is down', {}, async () => { throw error('TimeoutError'); }, 1],
    ['it is leaving', { describe: async () => [workspace({ state: 'TERMINATING' })] }, primaryOf, 0],
    ['it stands by for another', { describe: async () => [workspace({ primary: undefined })] }, primaryOf, 0],
  ])('goes through the directory when %s', async (_, answers, primary, warnings) => {
    const workspaces = [workspace({ primary: undefined }), workspace()];
    const { handler, context, log } = at({ describeDirectory: async () => ({ workspaces }), ...answers }, primary);
    expect(await handler.create(context)).toMatchObject({ status: 'ready', attributes: { WorkspaceId: STANDBY } });
    expect(log).toEqual(Array(warnings).fill(
      ['WARN', 'The primary Region did not tell the standby', { primaryRegion: 'us-east-1', error: 'TimeoutError: text.' }]));
  });

  test('goes on with a large directory in the next step', async () => {
    const { handler, context, calls } = at({ describeDirectory: async () => ({ workspaces: [], nextToken: 'n' }) }, undefined, { memory: { token: 'm' } });
    expect(await handler.create(context)).toMatchObject({ until: `the end of the list of WorkSpaces in ${DIRECTORY}`, seconds: 0, memory: { token: 'n' } });
    expect(calls[0]).toBe(`describeDirectory ${DIRECTORY}  m`);
  });

  test('waits three minutes for one that is missing, then says so', async () => {
    const early = at({}, undefined, { clock: clockAt(170) });
    expect(await early.handler.update(early.context)).toEqual({ status: 'waiting', until: `the standby of ${PRIMARY} to show up`, seconds: 15, memory: { token: '' } });
    const late = at({}, undefined, { clock: clockAt(180) });
    await expect(late.handler.create(late.context)).rejects.toThrow(/has no standby of ws-primary01\. If it is a member .*'failedMembers'\.$/);
  });

  test('only reads, and knows its ids', () => {
    const handler = new StandbyWorkspaceLookupHandler(UNUSED, () => UNUSED);
    expect([handler.readsOnly, handler.recognizes('lookup:x'), handler.recognizes('x')]).toEqual([true, true, false]);
  });
});

describe('the search for a standby', () => {
  const KEY = { primaryWorkspaceId: PRIMARY, primaryRegion: 'us-east-1', directoryId: DIRECTORY };
  const search = (answers: Partial<WorkSpaces>, memory = {}, userName?: string) => {
    const { port, context, calls } = step(KEY, answers, { memory });
    return findStandby(port, briefPace(context.clock), context, KEY, userName).then(found => ({ found, calls }));
  };

  test('goes on where the step before has stopped', async () => {
    const { found, calls } = await search({ describe: async () => [workspace()] }, { scanToken: 't', scanned: `${STANDBY},ws-other0001` });
    expect(found).toMatchObject({ kind: 'own' });
    expect(calls.slice(0, 2)).toEqual([`describeDirectory ${DIRECTORY}  t`, `describe ["${STANDBY}","ws-other0001"]`]);
  });

  test.each<[Partial<Workspace>, boolean]>([
    [{ primary: { workspaceId: 'ws-primary02', region: 'us-east-1' } }, true], [{ primary: { workspaceId: PRIMARY, region: 'us-west-2' } }, true],
    [{ primary: undefined, userName: 'john' }, false],
  ])('takes what stands by for another for none: %j', async (other, isInTheWay) => {
    const { found } = await search({ describeDirectory: async () => ({ workspaces: [workspace(other)] }) }, {}, 'jane');
    expect(found).toEqual({ kind: 'none', inTheWay: isInTheWay ? workspace(other) : undefined });
  });

  test('prefers its own, then what is unclear, then what is foreign', async () => {
    const foreign = workspace({ id: 'ws-foreign01' });
    const young = workspace({ id: 'ws-young0001', primary: undefined, state: 'PENDING' });
    const own = workspace();
    const tags = async (id: string) => id === foreign.id ? {} : OURS;
    const among = async (...workspaces: Workspace[]) =>
      (await search({ describeDirectory: async () => ({ workspaces }), describe: async () => workspaces, listTags: tags })).found;
    expect(await among(foreign, young, own)).toMatchObject({ kind: 'own', workspace: own });
    expect(await among(foreign, young)).toMatchObject({ kind: 'unclear', workspace: young });
    expect(await among(young, foreign)).toMatchObject({ kind: 'unclear', workspace: young });
    expect(await among(foreign)).toMatchObject({ kind: 'foreign', workspace: foreign });
    expect(await among({ ...young, id: foreign.id })).toEqual({ kind: 'none', inTheWay: undefined });
  });
});

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

  test.each<[string | undefined, string | undefined, string | undefined, boolean]>([
    ['k', 'k', 'k', false], ['arn/k', 'k', 'j', false], ['k', 'arn/k', 'j', false], ['j', 'k', 'j', true], [undefined, 'k', 'j', false],
    ['j', undefined, 'j', true], ['i', undefined, 'j', false], ['j', 'j', undefined, false],
  ])('with key %p, wanted %p and before %p changes it: %p', (shown, wanted, before, expected) => {
    expect(changesKey(shown, wanted, before)).toBe(expected);
  });
});

describe('the pace', () => {
  const throttled = error('ThrottlingException');

  test('lets five calls through at once and then two a second', async () => {
    const clock = clockAt(0);
    const pace = briefPace(clock);
    const times: number[] = [];
    for (let call = 0; call < 8; call++) {
      await pace.call(async () => { times.push(clock.now() - REQUESTED_AT); });
    }
    expect(times).toEqual([0, 0, 0, 0, 0, 500, 1000, 1500]);
    expect(pace.memory).toBe(REQUESTED_AT + 4000);
  });

  test('takes the burst for used up when it does not know', async () => {
    const clock = clockAt(0);
    const pace = new Pace(clock);
    const times: number[] = [];
    for (let call = 0; call < 3; call++) {
      await pace.call(async () => { times.push(clock.now() - REQUESTED_AT); });
    }
    expect(times).toEqual([0, 500, 1000]);
  });

  test('gives up at the fifth throttling, and at once after another error', async () => {
    const clock = clockAt(0);
    let calls = 0;
    await expect(briefPace(clock).call(async () => { calls++; throw throttled; })).rejects.toBe(throttled);
    expect(calls).toBe(5);
    expect(clock.now() - REQUESTED_AT).toBeGreaterThan(5000);
    await expect(briefPace(clock).call(async () => { calls++; throw error('Odd'); })).rejects.toThrow('text.');
    expect(calls).toBe(6);
  });

  test('knows when a step has lasted long enough', async () => {
    const clock = clockAt(0);
    const pace = new Pace(clock);
    await clock.sleep(999);
    expect(pace.isOver(1)).toBe(false);
    await clock.sleep(1);
    expect(pace.isOver(1)).toBe(true);
  });

  test('leaves what is no call as it is', () => {
    expect(paced({ name: 'x' }, briefPace(clockAt(0))).name).toBe('x');
  });
});

describe('notes of a fleet', () => {
  const stepOf = (answers: Partial<WorkSpaces> = {}, memory: object = {}, physicalId?: string) => {
    const world = step<unknown>({}, answers, { memory: { pace: NOW, ...memory } as any });
    return { ...world, fleet: new FleetStep(world.port, world.context, physicalId) };
  };

  test('travel in the memory', () => {
    const { fleet } = stepOf({}, { n: '5', l: 'a,b' }, 'id');
    fleet.add('l', 'c');
    fleet.set('x', ['1', '2']);
    fleet.forget('n');
    expect([fleet.list('l'), fleet.number('n'), fleet.number('none'), fleet.text('none'), fleet.flag('x'), fleet.flag('n'), fleet.list('none')])
      .toEqual([['a', 'b', 'c'], 0, 0, '', true, false, []]);
    expect(fleet.next('it')).toEqual({ status: 'waiting', until: 'it', seconds: 0, physicalId: 'id', memory: { n: '', l: 'a,b,c', x: '1,2', pace: NOW } });
  });

  test('of failures are cut, and logged whole', () => {
    const { fleet, log } = stepOf();
    fleet.fail([]);
    expect([fleet.failures, log]).toEqual([[], []]);
    const failure = { member: 'm', code: 'c'.repeat(81), message: 'x'.repeat(81) };
    fleet.fail([failure]);
    fleet.fail([{ member: 'n', code: 'c', message: 'x' }]);
    expect(fleet.failures).toEqual([{ member: 'm', code: 'c'.repeat(80), message: 'x'.repeat(80) }, { member: 'n', code: 'c', message: 'x' }]);
    expect(log[0]).toEqual(['ERROR', 'Members of the fleet failed', { failures: [failure] }]);
  });

  test('are a report in the end, the most frequent cause first', () => {
    const many = Array.from({ length: 11 }, (_, index) => ({ member: `m${index}`, code: 'C', message: 'odd.' }));
    expect(fleetReport([{ member: 'n', code: 'D', message: 'odd' }, ...many], 20)).toBe('12 of 20 standbys could not be made. '
      + `${many.slice(0, 10).map(({ member }) => member).join(', ')} and 1 more: C: odd. n: D: odd. The log of the function names each of them.`);
    expect(fleetReport(many.slice(0, 10), 20)).not.toContain('more:');
  });

  describe('of terminations', () => {
    test('end in termination of what is ours, and of nothing else', async () => {
      const { fleet, changesOf, log } = stepOf({
        listTags: async id => id === 'a' ? OURS : id === 'b' ? {} : undefined, describe: async () => [workspace({ state: 'TERMINATING' })],
      });
      expect(await terminateAll(fleet, ['a', 'b', 'c'], ['p'])).toMatchObject({
        until: '2 WorkSpaces to go away', seconds: 60, memory: { doomed: 'p,a', foreign: 'b', verified: 3, sent: 2 },
      });
      expect(changesOf()).toEqual(['claim', 'terminate ["p","a"]']);
      expect(log).toEqual([
        ['WARN', 'Left a WorkSpace alone that does not belong to this stack and logical id', { workspaceId: 'b' }],
        ['INFO', 'Terminated WorkSpaces', { workspaceIds: ['p', 'a'] }],
      ]);
    });

    test('are over when nothing is left', async () => {
      const { fleet } = stepOf();
      expect(await terminateAll(fleet, [], ['p'])).toBeUndefined();
      expect(fleet.number('gone')).toBe(1);
    });

    test('go on where the step before has stopped', async () => {
      const { fleet, changesOf } = stepOf({}, { verified: 1, doomed: 'a', sent: 1 });
      expect(await terminateAll(fleet, ['a'], ['p'])).toBeUndefined();
      expect(changesOf()).toEqual([]);
    });

    test('begin anew with what is there all the same', async () => {
      const { fleet, log } = stepOf({ describe: async () => [workspace({ id: 'a' })] }, { verified: 1, doomed: 'a', sent: 1 });
      expect(await terminateAll(fleet, ['a'])).toMatchObject({ until: '1 WorkSpaces to go away', memory: { sent: 0 } });
      expect(log).toEqual([['WARN', 'WorkSpaces are there although they were terminated; terminating them again', { workspaceIds: ['a'] }]]);
    });

    test.each([[{}, NOW], [{ refusedAt: NOW - 899_000 }, NOW - 899_000]])('that are refused are tried again (%j)', async (memory, refusedAt) => {
      const failures = Array.from({ length: 6 }, (_, index) => ({ id: `f${index}`, code: 'C', message: 'm' }));
      const { fleet } = stepOf({ terminate: async () => failures }, { verified: 1, doomed: 'a', ...memory });
      expect(await terminateAll(fleet, ['a'])).toMatchObject({
        until: `WorkSpaces to let themselves be terminated: ${failures.slice(0, 5).map(({ id }) => `${id} (C: m)`).join(', ')}`, seconds: 60, memory: { refusedAt },
      });
    });

    test('that are refused for a quarter of an hour are given up', async () => {
      const { fleet, log } = stepOf({ terminate: async () => [{ id: 'a', code: 'C', message: 'm' }] }, { verified: 1, doomed: 'a', refusedAt: NOW - 900_000 });
      await expect(terminateAll(fleet, ['a'])).rejects.toThrow(/could not be terminated: a \(C: m\)\. Suspended ones .*Terminate them in the console, then delete again\.$/);
      expect(log).toEqual([['ERROR', 'WorkSpaces could not be terminated', { failures: ['a (C: m)'] }]]);
    });

    test('of what is gone already are none', async () => {
      const { fleet } = stepOf({ terminate: async () => [{ id: 'a', code: 'ResourceNotFound', message: 'm' }] }, { verified: 1, doomed: 'a' });
      expect(await terminateAll(fleet, ['a'])).toBeUndefined();
    });

    test('of many are left to the next step when this one has lasted long enough', async () => {
      const ids = Array.from({ length: 200 }, (_, index) => `w${index}`);
      const verifies = stepOf();
      expect(await terminateAll(verifies.fleet, ids)).toMatchObject({ until: 'the owners of 200 WorkSpaces', seconds: 0 });
      expect(verifies.fleet.number('verified')).toBeLessThan(100);
      const many = Array.from({ length: 2600 }, (_, index) => `w${index}`).join();
      const sends = stepOf({}, { verified: 1, doomed: many });
      expect(await terminateAll(sends.fleet, ['x'])).toMatchObject({ until: 'the termination of 2600 WorkSpaces', seconds: 0 });
      const looks = stepOf({}, { verified: 1, doomed: many, sent: 2600 });
      expect(await terminateAll(looks.fleet, ['x'])).toMatchObject({ until: '2600 WorkSpaces to go away', seconds: 0 });
    });
  });

  describe('of settings', () => {
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

    test.each([[NOW - 599_000, 'waiting'], [NOW - 600_000, undefined]])('are over when they do not show it for ten minutes (%d)', async (modifiedAt, status) => {
      const { run } = settle({ describe: async () => [workspace()] }, OLD, { tagged: 2, modified: 2, modifiedAt });
      expect((await run())?.status).toBe(status);
    });

    test('without a difference need no call', async () => {
      const { run, calls } = settle({}, { ...SETTINGS, waitUntilReady: false });
      expect(await run()).toBeUndefined();
      expect(calls).toEqual([]);
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

    test.each(['OperationInProgressException', 'InvalidResourceStateException', 'ResourceUnavailableException'])('wait after %s', async name => {
      const { run } = settle({ setReplication: async () => { throw error(name); } }, OLD, { tagged: 2 });
      expect(await run()).toMatchObject({ until: `standby a to take another data replication (${name}: text.)`, seconds: 60 });
    });

    test('pass on another error', async () => {
      await expect(settle({ setReplication: async () => { throw error('Odd'); } }, OLD, { tagged: 2 }).run()).rejects.toThrow('text.');
    });

    test('leave alone a member without its tag', async () => {
      await expect(settle({ listTags: async () => ({}) }, OLD).run()).rejects.toThrow(/WorkSpace a does not carry the tag .*neither were the members after it\. .*deploy again\.$/);
    });

    test('of many members are left to the next step when this one has lasted long enough', async () => {
      const members = Array.from({ length: 2600 }, (_, index) => `w${index}`);
      expect(await settle(TAGS, OLD, {}, members).run()).toMatchObject({ until: 'the tags of 2600 standbys', seconds: 0 });
      expect(await settle({}, OLD, { tagged: 2600 }, members).run()).toMatchObject({ until: 'the data replication of 2600 standbys', seconds: 0 });
      expect(await settle({ describe: async () => [workspace({ replication: 'PRIMARY_AS_SOURCE' })] }, OLD, { tagged: 2600, modified: 2600 }, members).run())
        .toMatchObject({ until: 'the data replication of 2600 standbys', seconds: 0 });
    });
  });

  describe('of a census', () => {
    const SCOPE = { directoryId: DIRECTORY, primaryRegion: 'us-east-1' };
    const young = workspace({ id: 'ws-young0001', primary: undefined, state: 'PENDING' });
    const count = (answers: Partial<WorkSpaces>, memory: object = {}) => {
      const world = stepOf(answers, memory);
      const visited: string[] = [];
      let resets = 0;
      return { ...world, visited, resets: () => resets, run: () => census(world.fleet, 'c', SCOPE, ({ id }, primary) => visited.push(`${id} of ${primary}`), () => { resets++; }) };
    };

    test('visit the standbys of primaries in the Region', async () => {
      const { run, visited, resets } = count({ describeDirectory: async () => ({ workspaces: [
        workspace(), workspace({ id: 'x', primary: undefined }), workspace({ id: 'y', primary: { workspaceId: 'p', region: 'us-west-2' } }),
      ] }) });
      expect(await run()).toBeUndefined();
      expect(visited).toEqual([`${STANDBY} of ${PRIMARY}`]);
      expect(resets()).toBe(0);
    });

    test('go on with a large directory in the next step', async () => {
      const { run, calls } = count({ describeDirectory: async () => ({ workspaces: [], nextToken: 'n' }) }, { 'c.token': 'm' });
      expect(await run()).toMatchObject({ until: `the end of the list of WorkSpaces in ${DIRECTORY}`, seconds: 0, memory: { 'c.token': 'n' } });
      expect(calls[0]).toBe(`describeDirectory ${DIRECTORY}  m`);
    });

    test('begin anew when one of ours does not tell its primary yet', async () => {
      const { run, resets } = count({ describeDirectory: async () => ({ workspaces: [young] }) });
      expect(await run()).toMatchObject({
        until: 'WorkSpace ws-young0001 to show which primary it stands by for', seconds: 15, memory: { 'c.token': '', 'c.young': '', 'c.examined': '' },
      });
      expect(resets()).toBe(1);
    });

    test("do not wait for somebody else's, and do not look twice", async () => {
      const { run, calls } = count({ listTags: async () => ({}) }, { 'c.examined': true, 'c.young': 'a,b' });
      expect(await run()).toBeUndefined();
      expect(calls).toEqual(['listTags a', 'listTags b']);
    });

    test('of many young ones are left to the next step', async () => {
      const ids = Array.from({ length: 200 }, (_, index) => `w${index}`).join();
      const { run } = count({ listTags: async () => ({}) }, { 'c.examined': true, 'c.young': ids });
      expect(await run()).toMatchObject({ until: 'the owners of WorkSpaces that are just being made', seconds: 0 });
    });
  });
});

describe('answers of WorkSpaces that lack something', () => {
  const api = (answer: object) => new SdkWorkSpaces({ send: async () => answer } as any);
  const EMPTY = {
    id: '', directoryId: '', userName: '', state: '', bundleId: '', subnetId: '', ipAddress: '', computerName: '', errorCode: undefined,
    errorMessage: undefined, volumeEncryptionKey: undefined, primary: undefined, standbys: [], replication: undefined,
  };

  test.each<[string, (client: SdkWorkSpaces) => Promise<unknown>, object, unknown]>([
    ['WorkSpaces', client => client.describe(['a']), {}, []],
    ['details', client => client.describe(['a']), { Workspaces: [{}] }, [EMPTY]],
    ['relation', client => client.describe(['a']), { Workspaces: [{ RelatedWorkspaces: [{ Type: 'PRIMARY' }, { Type: 'STANDBY' }, { Type: 'STANDBY', WorkspaceId: 's', Region: 'r' }] }] },
      [{ ...EMPTY, primary: { workspaceId: '', region: '' }, standbys: [{ workspaceId: '', region: '' }, { workspaceId: 's', region: 'r' }] }]],
    ['replication of its own', client => client.describe(['a']),
      { Workspaces: [{ WorkspaceId: 'a', StandbyWorkspacesProperties: [{ StandbyWorkspaceId: 'b', DataReplication: 'x' }, { StandbyWorkspaceId: 'a', DataReplication: 'y' }] }] },
      [{ ...EMPTY, id: 'a', replication: 'y' }]],
    ['other replication', client => client.describe(['a']), { Workspaces: [{ DataReplicationSettings: { DataReplication: 'x' } }] }, [{ ...EMPTY, replication: 'x' }]],
    ['page', client => client.describeDirectory('d'), {}, { workspaces: [], nextToken: undefined }],
    ['items', client => client.createStandbys('r', []), {}, { pending: [], failed: [] }],
    ['ids', client => client.createStandbys('r', []), { PendingStandbyRequests: [{}, { WorkspaceId: 'a' }], FailedStandbyRequests: [{}] },
      { pending: [{ workspaceId: 'a', userName: '' }], failed: [{ id: '', code: 'unknown', message: '' }] }],
    ['failures', client => client.terminate(['a']), {}, []],
    ['codes', client => client.terminate(['a']), { FailedRequests: [{}] }, [{ id: '', code: 'unknown', message: '' }]],
    ['tags', client => client.listTags('a'), {}, {}],
    ['values', client => client.listTags('a'), { TagList: [{ Key: 'k' }] }, { k: '' }],
    ['alias', client => client.getAlias('a'), {}, undefined],
    ['alias of that id', client => client.getAlias('a'), { ConnectionAliases: [{ AliasId: 'b' }] }, undefined],
    ['association', client => client.getAlias('a'), { ConnectionAliases: [{ AliasId: 'a' }] }, { id: 'a', state: '', association: undefined }],
    ['live association', client => client.getAlias('a'), { ConnectionAliases: [{ AliasId: 'a', State: 'CREATED', Associations: [{ AssociationStatus: 'NOT_ASSOCIATED' }] }] },
      { id: 'a', state: 'CREATED', association: undefined }],
    ['details of it', client => client.getAlias('a'), { ConnectionAliases: [{ AliasId: 'a', Associations: [{}] }] },
      { id: 'a', state: '', association: { directoryId: '', status: '', connectionIdentifier: '' } }],
  ])('give no %s', async (_, call, answer, expected) => {
    expect(await call(api(answer))).toStrictEqual(expected);
  });
});

test('the function of WorkSpaces serves its five types', () => {
  expect(Object.keys(workspacesHandlers(UNUSED, () => UNUSED)).sort()).toEqual([
    'Custom::ConnectionAliasAssociation', 'Custom::StandbyWorkspace', 'Custom::StandbyWorkspaceFleet', 'Custom::StandbyWorkspaceLookup',
    'Custom::StandbyWorkspaceReady',
  ]);
});
