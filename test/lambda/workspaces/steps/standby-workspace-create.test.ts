import { DECLARED, standbyStep } from './standby-step';
import type { Memory, StepContext } from '../../../../lambda/lifecycle/handler';
import type { Workspace, WorkSpaces } from '../../../../lambda/workspaces/client';
import { StandbyWorkspaceHandler, type StandbyDeclaration } from '../../../../lambda/workspaces/standby-workspace';
import { OWNER_TAG_KEY } from '../../../../src/wire/lifecycle';
import { DIRECTORY, error, NOW, OURS, PRIMARY, STANDBY, workspace } from '../port';

const UNUSED = {} as WorkSpaces;

describe('a standby', () => {
  describe('to be made', () => {
    test('is written down before it is asked for', async () => {
      const { handler, context, calls } = standbyStep({});
      expect(await handler.create(context)).toEqual({
        status: 'waiting', until: `the request for a standby of ${PRIMARY}`, seconds: 0,
        memory: { scanToken: '', scanned: '', userName: 'jane', intended: true },
      });
      expect(calls).toEqual([`describeDirectory ${DIRECTORY} jane `]);
    });

    test('is asked for, and waited for', async () => {
      const { handler, context, changesOf, log } = standbyStep({}, { memory: { intended: true, userName: 'jane' } });
      expect(await handler.create(context)).toEqual({
        status: 'waiting', until: `standby ${STANDBY} to become AVAILABLE or STOPPED`, seconds: 60, physicalId: STANDBY,
        memory: { scanToken: '', scanned: '', userName: 'jane', workspaceId: STANDBY, createdAt: NOW },
      });
      expect(changesOf()).toEqual(['claim', expect.stringMatching(/^createStandbys us-east-1 /)]);
      expect(log).toEqual([['INFO', 'Requested the standby', { workspaceId: STANDBY, primaryWorkspaceId: PRIMARY }]]);
    });

    test('is answered at once if nobody waits', async () => {
      const { handler, context } = standbyStep({}, { memory: { intended: true, userName: 'jane' }, properties: { ...DECLARED, waitUntilReady: false } });
      expect(await handler.create(context)).toEqual({ status: 'ready', physicalId: STANDBY, attributes: {
        WorkspaceId: STANDBY, UserName: 'jane', DirectoryId: DIRECTORY, State: 'PENDING', BundleId: '', SubnetId: '', IpAddress: '', ComputerName: '',
      } });
    });

    test.each<[string, () => Promise<Workspace[]>, number]>([
      ['is not there', async () => [], 0], ['is down', async () => { throw error('TimeoutError'); }, 1],
    ])('without its user, when the primary Region %s', async (_, primary, warnings) => {
      const { handler, context, calls, log } = standbyStep({}, {}, primary);
      expect(await handler.create(context)).toMatchObject({ memory: { userName: '', intended: true } });
      expect(calls).toEqual([`describeDirectory ${DIRECTORY}  `]);
      expect(log).toEqual(Array(warnings).fill(
        ['WARN', 'The primary Region did not tell the user of the primary', { primaryRegion: 'us-east-1', error: 'TimeoutError: text.' }]));
    });

    test('goes on with a large directory in the next step, and keeps the user in mind', async () => {
      const { handler, context } = standbyStep({ describeDirectory: async () => ({ workspaces: [], nextToken: 'n' }) });
      expect(await handler.create(context)).toEqual({
        status: 'waiting', until: `the end of the list of WorkSpaces in ${DIRECTORY}`, seconds: 1, memory: { scanToken: 'n', scanned: '', userName: 'jane' },
      });
    });

    test.each([['jane', ' (user jane)'], ['', '']])('and refused says why (user %p)', async (userName, shown) => {
      const failed = [{ id: PRIMARY, code: 'Odd', message: 'The quota is used up.' }];
      const { handler, context } = standbyStep({ createStandbys: async () => ({ pending: [], failed }) }, { memory: { intended: true, userName } });
      await expect(handler.create(context)).rejects.toThrow(`WorkSpaces refused to make a standby of ${PRIMARY}${shown} in directory ${DIRECTORY}: Odd: `
        + 'The quota is used up. The quota of standby WorkSpaces is 0 until AWS raises it');
    });

    test.each<[string, object[], string]>([
      ['says that there is one', [{ id: PRIMARY, code: 'ResourceExists.X', message: 'It exists' }], 'ResourceExists.X: It exists'],
      ['tells no id', [], 'WorkSpaces took the request and told no id'],
    ])('is looked for when WorkSpaces %s', async (_, failed, exists) => {
      const { handler, context } = standbyStep({ createStandbys: async () => ({ pending: [], failed: failed as any }) }, { memory: { intended: true, userName: 'jane' } });
      expect(await handler.create(context)).toMatchObject({
        until: `a look at what is there for ${PRIMARY}`, seconds: 15, memory: { existsUntil: NOW + 180_000, exists },
      });
    });

    test.each([[NOW + 1, true], [NOW, false]])('that exists is waited for until it shows up (%d)', async (existsUntil, waits) => {
      const { handler, context } = standbyStep({}, { memory: { existsUntil, exists: 'E: m', intended: true, userName: '' } });
      const outcome = handler.create(context).catch((reason: Error) => reason.message);
      expect(await outcome).toEqual(waits
        ? expect.objectContaining({ until: `what exists for ${PRIMARY} to show up`, seconds: 15 })
        : expect.stringMatching(/\(E: m\): a WorkSpace of user the primary is in directory .*somebody else's, terminate it or use another directory\.$/));
    });

    test('and in whose way another desktop of the user is, says which', async () => {
      const other = workspace({ id: 'ws-other0001', primary: undefined });
      const { handler, context } = standbyStep(
        { describeDirectory: async () => ({ workspaces: [other] }) }, { memory: { existsUntil: NOW, exists: 'E: m', intended: true, userName: 'jane' } });
      await expect(handler.create(context)).rejects.toThrow(/WorkSpace ws-other0001 of user jane is in directory/);
    });

    test.each(['OperationNotSupportedException', 'ResourceNotFoundException', 'ResourceLimitExceededException'])('and %s is explained', async name => {
      const { handler, context } = standbyStep({ createStandbys: async () => { throw error(name); } }, { memory: { intended: true, userName: '' } });
      await expect(handler.create(context)).rejects.toThrow(new RegExp(`^WorkSpaces refused to make a standby of ${PRIMARY}: ${name}: text\\.`));
    });

    test('and another error is passed on', async () => {
      const { handler, context } = standbyStep({ createStandbys: async () => { throw error('ValidationException'); } }, { memory: { intended: true, userName: '' } });
      await expect(handler.create(context)).rejects.toThrow(/^text\.$/);
    });
  });

  describe('that is there already', () => {
    const there = (found: Partial<Workspace>, tags: Record<string, string> | undefined, memory: Memory = {}) => standbyStep({
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
      standbyStep({ describe: async () => found ? [found] : [] }, { memory: { workspaceId: STANDBY, ...memory }, ...changes });

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
      [{ state: 'ERROR', errorCode: 'QuotaExceeded' }, {}, `Standby ${STANDBY} is ERROR: QuotaExceeded: no message. The quota of standby WorkSpaces`],
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

  test.each<[object, object]>([
    [{}, { replication: 'NO_REPLICATION', waitUntilReady: true, tags: {}, volumeEncryptionKey: undefined }],
    [{ DataReplication: 'PRIMARY_AS_SOURCE', WaitUntilReady: 'false', VolumeEncryptionKey: 'k', Tags: { a: '1' } },
      { replication: 'PRIMARY_AS_SOURCE', waitUntilReady: false, tags: { a: '1' }, volumeEncryptionKey: 'k' }],
    [{ DataReplication: 'NO_REPLICATION', WaitUntilReady: 'true' }, { replication: 'NO_REPLICATION', waitUntilReady: true }],
  ])('is declared as %j', (raw, expected) => {
    const handler = new StandbyWorkspaceHandler(UNUSED, () => UNUSED);
    expect(handler.parse({ Schema: '1', PrimaryWorkspaceId: PRIMARY, PrimaryRegion: 'us-east-1', DirectoryId: DIRECTORY, ...raw })).toMatchObject(expected);
  });

  test('is known by the id of its WorkSpace', () => {
    const handler = new StandbyWorkspaceHandler(UNUSED, () => UNUSED);
    expect([STANDBY, 'invented'].map(id => handler.recognizes(id))).toEqual([true, false]);
  });

  test.each(['create', 'update'] as const)('in the Region of its primary is refused (%s)', async operation => {
    const { handler, context, calls } = standbyStep({}, { properties: { ...DECLARED, primaryRegion: 'eu-west-1' } });
    await expect(handler[operation](context)).rejects.toMatchObject({
      message: 'The primary Region is eu-west-1, where the stack is deployed and the standby is made. Declare the standby in a stack in another '
        + 'Region than the primary.',
      certainty: { nothingCreated: true },
    });
    expect(calls).toEqual([]);
  });
});
