import { AWAITS_NEXT_PAGE, AWAITS_YOUNG, BUSY, create, DECLARED, FLEET_ID, primary, standby, standbyId, standbyIds, STRANGER, YOUNG } from './fleet';
import type { Memory } from '../../../../lambda/lifecycle/handler';
import type { ItemFailure, Workspace, WorkSpaces } from '../../../../lambda/workspaces/client';
import { StandbyWorkspaceFleetHandler, type FleetDeclaration } from '../../../../lambda/workspaces/standby-workspace-fleet';
import { DIRECTORY, error, NOW } from '../port';

const COUNTED = { counted: true };
const LIST = `describeDirectory ${DIRECTORY}`;

describe('the id of a fleet', () => {
  const handler = new StandbyWorkspaceFleetHandler({} as WorkSpaces);

  test('names the primary Region, the directory and the owner', () => {
    expect(handler.recognizes(FLEET_ID)).toBe(true);
  });

  test.each([`a${FLEET_ID}`, `${FLEET_ID}0`, `fleet:us-east-1:${DIRECTORY}`, standbyId(0)])('does not look like %s', id => {
    expect(handler.recognizes(id)).toBe(false);
  });
});

describe('a fleet whose members are counted', () => {
  test('writes down who is missing before it asks for anybody', async () => {
    const { outcome, calls } = await create({});
    expect(outcome).toEqual({
      status: 'waiting', until: 'requests for 2 standbys', seconds: 0, memory: { counted: true, missing: '0,1' },
    });
    expect(calls).toEqual(['claim', LIST]);
  });

  test('notes the standbys that are there, which of them are not ready, and the replication that they show', async () => {
    const { outcome } = await create({
      present: [standby(0, { replication: 'PRIMARY_AS_SOURCE' }), standby(1, { state: 'PENDING' }), STRANGER],
      declared: { primaryWorkspaceIds: [primary(2), primary(1), primary(0)] }, quietIn: 1000,
    });
    expect(outcome).toEqual({
      status: 'waiting', until: 'requests for 1 standbys', seconds: 0, memory: {
        counted: true, missing: '0', kept: '2:ws-standby00,1:ws-standby01', unready: '1:ws-standby01',
        shown: 'ws-standby00:PRIMARY_AS_SOURCE',
      },
    });
  });

  test.each(['TERMINATING', 'TERMINATED'])('waits until an earlier standby has gone that is %s, and counts anew', async state => {
    const { outcome, calls } = await create({
      present: [standby(0, { state: 'PENDING', replication: 'NO_REPLICATION' }), standby(1, { state })],
    });
    expect(outcome).toEqual({ status: 'waiting', until: 'earlier standbys of the members to go away', seconds: 60, memory: {} });
    expect(calls).toEqual(['claim', LIST]);
  });

  test('goes on with a large directory in the next step', async () => {
    const { outcome, calls } = await create({
      memory: BUSY, answers: { describeDirectory: async () => ({ workspaces: [standby(0)], nextToken: 'next' }) },
    });
    expect(outcome).toEqual({ ...AWAITS_NEXT_PAGE, memory: { 'count.token': 'next', 'kept': '0:ws-standby00' } });
    expect(calls).toEqual(['claim', LIST]);
  });

  test('counts anew when one of ours does not tell its primary yet', async () => {
    const { outcome } = await create({ present: [standby(0, { state: 'PENDING', replication: 'NO_REPLICATION' }), YOUNG] });
    expect(outcome).toEqual({ ...AWAITS_YOUNG, memory: {} });
  });
});

describe('a fleet that finds standbys', () => {
  const kept = '0:ws-standby00,1:ws-standby01';
  const present = [standby(0, { state: 'PENDING' }), standby(1)];

  test.each<[Memory, number]>([
    [{}, NOW], [{ requestedAt: 5 }, 5],
  ])('takes over what is ours, and awaits it as if it had asked for it (%j)', async (memory, requestedAt) => {
    const { outcome, calls } = await create({ memory: { ...COUNTED, kept, ...memory }, present });
    expect(outcome).toEqual({
      status: 'waiting', until: '2 of 2 standbys to become AVAILABLE or STOPPED', seconds: 60, physicalId: FLEET_ID,
      memory: { counted: true, kept, adopted: 2, made: 'ws-standby00,ws-standby01', taken: 'ws-standby00,ws-standby01', requestedAt },
    });
    expect(calls).toEqual(['claim', 'listTags ws-standby00', 'listTags ws-standby01', 'describe ["ws-standby00","ws-standby01"]']);
  });

  test("fails for a member whose standby is somebody else's", async () => {
    const { outcome, calls, log } = await create({ memory: { ...COUNTED, kept }, present: [standby(0), standby(1)], foreign: [standbyId(1)] });
    const message = 'ws-standby01 is its standby already and is not of this stack and logical id';
    expect(outcome).toEqual({
      status: 'failed', certainty: { physicalId: FLEET_ID },
      message: `1 of 2 standbys could not be made. ws-primary01: Foreign: ${message}. The log of the function names each of them.`,
    });
    expect(calls).toEqual(['claim', 'listTags ws-standby00', 'listTags ws-standby01', 'describe ["ws-standby00"]']);
    expect(log).toEqual([['ERROR', 'Members of the fleet failed', { failures: [{ member: primary(1), code: 'Foreign', message }] }]]);
  });

  test('leaves the owners of the rest to the next step when this one has lasted long enough', async () => {
    const { outcome, calls } = await create({ memory: { ...COUNTED, ...BUSY, kept }, present });
    expect(outcome).toEqual({
      status: 'waiting', until: 'the owners of standbys that are there already', seconds: 0, physicalId: FLEET_ID,
      memory: { counted: true, kept, adopted: 1, made: 'ws-standby00', taken: 'ws-standby00', requestedAt: NOW + 40_000 },
    });
    expect(calls).toEqual(['claim', 'listTags ws-standby00']);
  });
});

describe('a fleet that asks for standbys', () => {
  const asked = { ...COUNTED, missing: '0,1' };
  const answering = (pending: string[], failed: ItemFailure[] = []): Partial<WorkSpaces> => ({
    createStandbys: async () => ({ pending: pending.map(workspaceId => ({ workspaceId, userName: 'jane' })), failed }),
  });
  const failure = (index: number, code: string): ItemFailure => ({ id: primary(index), code, message: 'text' });

  test('asks for all that are missing, and waits', async () => {
    const { outcome, calls, log } = await create({ memory: { ...asked, made: 'ws-before001' }, answers: answering([standbyId(0), standbyId(1)]) });
    expect(outcome).toEqual({
      status: 'waiting', until: '3 standbys to become AVAILABLE or STOPPED', seconds: 60, physicalId: FLEET_ID,
      memory: { ...asked, made: 'ws-before001,ws-standby00,ws-standby01', next: 2, requestedAt: NOW },
    });
    expect(calls).toEqual(['claim', 'claim', expect.stringMatching(
      /^createStandbys us-east-1 \[{"primaryWorkspaceId":"ws-primary00",.*}},{"primaryWorkspaceId":"ws-primary01",.*}}\]$/)]);
    expect(log).toEqual([['INFO', 'Requested standbys', { requested: 2, workspaceIds: ['ws-standby00', 'ws-standby01'] }]]);
  });

  test('looks at once if nobody waits', async () => {
    const { outcome } = await create({ memory: asked, declared: { waitUntilReady: false }, answers: answering([standbyId(0), standbyId(1)]) });
    expect(outcome).toMatchObject({ until: 'requests for 2 standbys', seconds: 0 });
  });

  test('asks for 25 in a step', async () => {
    const primaryWorkspaceIds = Array.from({ length: 51 }, (_, index) => primary(index));
    const missing = primaryWorkspaceIds.map((_, index) => index).join();
    const { outcome, calls } = await create({
      memory: { ...COUNTED, missing, next: 25 }, declared: { primaryWorkspaceIds },
      answers: { createStandbys: async (_, requests) => ({ pending: requests.map(() => ({ workspaceId: 'w', userName: '' })), failed: [] }) },
    });
    expect(outcome).toMatchObject({ until: 'requests for 51 standbys', seconds: 0, memory: { next: 50 } });
    expect(JSON.parse(calls[2].slice('createStandbys us-east-1 '.length))
      .map(({ primaryWorkspaceId }: { primaryWorkspaceId: string }) => primaryWorkspaceId)).toEqual(primaryWorkspaceIds.slice(25, 50));
  });

  test.each<[string, string[], ItemFailure[], Memory]>([
    ['is refused', [standbyId(0)], [failure(1, 'Odd')], { made: 'ws-standby00', failures: '[["ws-primary01","Odd","text"]]' }],
    ['exists', [standbyId(0)], [failure(1, 'ResourceExists.X')], { made: 'ws-standby00', unclear: '1', exists: 'ResourceExists.X: text' }],
    ['was not answered beside one that is refused', [], [failure(0, 'Odd')], { failures: '[["ws-primary00","Odd","text"]]', unclear: '1' }],
    ['was not answered, nor which of them was', [standbyId(0)], [], { made: 'ws-standby00', unclear: '0,1' }],
  ])('notes a member that %s', async (_, pending, failed, notes) => {
    const { outcome } = await create({ memory: asked, answers: answering(pending, failed) });
    expect(outcome).toMatchObject({ status: 'waiting', memory: { ...asked, ...notes, next: 2, requestedAt: NOW } });
    expect(Object.keys((outcome as { memory: Memory }).memory).sort())
      .toEqual([...Object.keys(asked), ...Object.keys(notes), 'next', 'requestedAt'].sort());
  });

  test.each([
    'OperationNotSupportedException', 'ResourceNotFoundException', 'ResourceLimitExceededException',
  ])('takes no member for refused when all of them are, by %s', async name => {
    const answers: Partial<WorkSpaces> = { createStandbys: async () => { throw error(name); } };
    const { outcome, log } = await create({ memory: { ...COUNTED, missing: '1' }, answers });
    expect(outcome).toEqual({
      status: 'waiting', until: 'requests for 1 standbys', seconds: 0, physicalId: FLEET_ID,
      memory: {
        ...COUNTED, missing: '1', next: 1, requestedAt: NOW, unclear: '1',
        exists: expect.stringMatching(new RegExp(`^${name}: WorkSpaces refused to make a standby of the members: ${name}: text\\.`)),
      },
    });
    expect(log).toEqual([['INFO', 'Requested standbys', { requested: 1, workspaceIds: [] }]]);
  });

  test('passes on another error', async () => {
    const { outcome } = await create({ memory: asked, answers: { createStandbys: async () => { throw error('ValidationException'); } } });
    expect(outcome).toEqual({ status: 'failed', message: 'text.' });
  });
});

describe('a fleet that waits for its standbys', () => {
  const made = { ...COUNTED, made: standbyIds(0, 2), requestedAt: NOW - 1000 };
  const ready = (members: number, failures = 0) =>
    ({ status: 'ready', physicalId: FLEET_ID, attributes: { MemberCount: String(members), FailedMemberCount: String(failures), FailedMembers: '' } });

  test.each<[string, object]>([
    ['AVAILABLE', {}], ['STOPPED', {}], ['AVAILABLE', { unwellSince: 5 }],
  ])('is ready when they are %s (%j)', async (state, memory) => {
    const { outcome, calls } = await create({
      memory: { ...made, ...memory }, present: [standby(0, { state }), standby(1)], declared: { tags: { a: '1' } },
    });
    expect(outcome).toEqual(ready(2));
    expect(calls).toEqual(['claim', 'describe ["ws-standby00","ws-standby01"]']);
  });

  test('is ready without a look if nobody waits', async () => {
    const { outcome, calls } = await create({ memory: made, declared: { waitUntilReady: false } });
    expect(outcome).toEqual(ready(2));
    expect(calls).toEqual(['claim']);
  });

  test.each<[string, Workspace[], object, object]>([
    ['is on its way', [standby(0), standby(1, { state: 'PENDING' })], { unwellSince: 5 }, {}],
    ['is in a state that nobody knows', [standby(0), standby(1, { state: 'ODD' })], {}, {}],
    ['is on its way while another one has failed', [standby(0, { state: 'ERROR' }), standby(1, { state: 'PENDING' })], {}, {}],
    ['has become unhealthy', [standby(0), standby(1, { state: 'UNHEALTHY' })], {}, { unwellSince: NOW }],
    ['is impaired for less than a quarter of an hour', [standby(0), standby(1, { state: 'IMPAIRED' })],
      { unwellSince: NOW - 899_999 }, { unwellSince: NOW - 899_999 }],
    ['is not seen for less than ten minutes', [standby(0)], { requestedAt: NOW - 599_999 }, { requestedAt: NOW - 599_999 }],
  ])('waits for one that %s', async (_, present, memory, remembered) => {
    const { outcome, log } = await create({ memory: { ...made, ...memory }, present });
    expect(outcome).toEqual({
      status: 'waiting', until: '2 of 2 standbys to become AVAILABLE or STOPPED', seconds: 60, physicalId: FLEET_ID,
      memory: { ...made, ...remembered },
    });
    expect(log).toEqual([]);
  });

  test.each<[string, Workspace[], object, object]>([
    ['is unhealthy for a quarter of an hour', [standby(0), standby(1, { state: 'UNHEALTHY' })], { unwellSince: NOW - 900_000 },
      { member: primary(1), code: 'UNHEALTHY', message: 'standby ws-standby01 is UNHEALTHY' }],
    ['is not seen for ten minutes', [standby(0)], { requestedAt: NOW - 600_000 },
      { member: standbyId(1), code: 'Vanished', message: 'something else terminated it while it was made' }],
    ['has failed for a reason', [standby(0), standby(1, { state: 'ERROR', errorCode: 'DomainJoin', errorMessage: 'text' })], {},
      { member: primary(1), code: 'DomainJoin', message: 'standby ws-standby01 is ERROR: text' }],
    ['has failed and does not tell its primary', [standby(0), standby(1, { state: 'ERROR', primary: undefined })], {},
      { member: standbyId(1), code: 'ERROR', message: 'standby ws-standby01 is ERROR' }],
  ])('gives up one that %s', async (_, present, memory, failure) => {
    const { outcome, log } = await create({ memory: { ...made, ...memory }, present });
    expect(outcome).toMatchObject({ status: 'failed', certainty: { physicalId: FLEET_ID } });
    expect(log).toEqual([['ERROR', 'Members of the fleet failed', { failures: [failure] }]]);
  });

  describe('of which there are many', () => {
    const declared: Partial<FleetDeclaration> = { primaryWorkspaceIds: Array.from({ length: 30 }, (_, index) => primary(index)) };
    const memory = { ...made, made: standbyIds(0, 30) };
    const present = (odd: number, state: string) =>
      Array.from({ length: 30 }, (_, index) => standby(index, { state: index === odd ? state : 'AVAILABLE' }));

    test('looks at those that are not settled', async () => {
      const { outcome, calls } = await create({ memory: { ...memory, settled: 25 }, declared, present: present(29, 'PENDING') });
      expect(outcome).toMatchObject({ until: '5 of 30 standbys to become AVAILABLE or STOPPED', memory: { settled: 25 } });
      expect(calls).toEqual(['claim', `describe ${JSON.stringify(standbyIds(25, 30).split(','))}`]);
    });

    test('looks at all of them in one step while they are ready', async () => {
      const { outcome, calls } = await create({ memory, declared, present: present(0, 'STOPPED') });
      expect(outcome).toEqual(ready(30));
      expect(calls).toHaveLength(3);
    });

    test('leaves the rest to the next step when this one has lasted long enough', async () => {
      const notes = { ...memory, ...BUSY, unwellSince: NOW - 900_000 };
      const { outcome } = await create({ memory: notes, declared, present: present(3, 'UNHEALTHY') });
      expect(outcome).toEqual({
        status: 'waiting', until: '30 standbys to become AVAILABLE or STOPPED', seconds: 0, physicalId: FLEET_ID,
        memory: { ...memory, settled: 25, wrecks: standbyId(3), failures: '[["ws-primary03","UNHEALTHY","standby ws-standby03 is UNHEALTHY"]]' },
      });
    });
  });
});

describe('a fleet with members that exist or were not answered', () => {
  const memory = { ...COUNTED, unclear: '0,1', requestedAt: NOW - 100_000 };
  const NEXT = { status: 'waiting', until: 'standbys that exist already', seconds: 0, physicalId: FLEET_ID };

  test('looks for them, and takes over those that are ours', async () => {
    const present = [STRANGER, standby(0, { replication: 'PRIMARY_AS_SOURCE' }), standby(1)];
    const { outcome, calls } = await create({ memory, present });
    expect(outcome).toEqual({
      ...NEXT, memory: {
        ...COUNTED, requestedAt: NOW - 100_000, made: standbyIds(0, 2), taken: standbyIds(0, 2), shown: 'ws-standby00:PRIMARY_AS_SOURCE',
      },
    });
    expect(calls).toEqual(['claim', LIST, 'listTags ws-standby00', 'listTags ws-standby01']);
  });

  test('leaves alone those that it has made, and members that are clear', async () => {
    const notes = { ...memory, unclear: '1', made: standbyId(1), settled: 1 };
    const { outcome, calls } = await create({ memory: notes, present: [standby(0), standby(1)] });
    expect(outcome).toEqual({ ...NEXT, memory: { ...COUNTED, requestedAt: NOW - 100_000, made: standbyId(1), settled: 1 } });
    expect(calls).toEqual(['claim', LIST]);
  });

  test("fails for a member whose standby is somebody else's", async () => {
    const { outcome } = await create({ memory, present: [standby(0), standby(1)], foreign: [standbyId(0)] });
    expect(outcome).toMatchObject({ ...NEXT, memory: {
      made: standbyId(1), failures: '[["ws-primary00","Foreign","ws-standby00 is its standby already and is not of this stack and logical id"]]',
    } });
  });

  test.each([100, 179.999])('waits three minutes for them to show up (%d seconds have passed)', async seconds => {
    const requestedAt = NOW - seconds * 1000;
    const { outcome } = await create({ memory: { ...memory, requestedAt }, present: [standby(0)] });
    expect(outcome).toEqual({
      status: 'waiting', until: '1 standbys to show up that exist already', seconds: 15, physicalId: FLEET_ID,
      memory: { ...memory, requestedAt, unclear: '1', made: standbyId(0), taken: standbyId(0) },
    });
  });

  test.each<[Memory, string]>([
    [{ exists: 'ResourceExists.X: It exists: really' }, '[["ws-primary01","ResourceExists.X","It exists: really"]]'],
    [{}, '[["ws-primary01","Unanswered","WorkSpaces neither took nor refused it"]]'],
  ])('gives up those that do not show up in three minutes (%j)', async (exists, failures) => {
    const notes = { ...COUNTED, requestedAt: NOW - 180_000, ...exists };
    const { outcome } = await create({ memory: { ...notes, unclear: '1' } });
    expect(outcome).toEqual({ ...NEXT, memory: { ...notes, failures } });
  });

  test('goes on with a large directory in the next step', async () => {
    const { outcome } = await create({
      memory: { ...memory, ...BUSY }, answers: { describeDirectory: async () => ({ workspaces: [standby(0)], nextToken: 'next' }) },
    });
    expect(outcome).toEqual({ ...AWAITS_NEXT_PAGE, physicalId: FLEET_ID, memory: { ...memory, 'explain.token': 'next', 'found': '0:ws-standby00' } });
  });

  test('looks for them anew when one of ours does not tell its primary yet', async () => {
    const { outcome } = await create({ memory, present: [standby(0), YOUNG] });
    expect(outcome).toEqual({ ...AWAITS_YOUNG, physicalId: FLEET_ID, memory });
  });
});

describe('a fleet with a failed member', () => {
  const memory = {
    ...COUNTED, made: standbyIds(0, 2), settled: 2, wrecks: standbyId(0), failures: JSON.stringify([[primary(0), 'Odd', 'text.']]),
  };
  const keeping = { keepGoodMembers: true };

  test('fails, and leaves what it has made to the delete', async () => {
    const { outcome, calls } = await create({ memory });
    expect(outcome).toEqual({
      status: 'failed', message: '1 of 2 standbys could not be made. ws-primary00: Odd: text. The log of the function names each of them.',
      certainty: { physicalId: FLEET_ID },
    });
    expect(calls).toEqual(['claim']);
  });

  test.each<[string, Memory]>([
    ['it has just made', {}], ['it had made before a crash', { kept: `0:${standbyId(0)}`, taken: standbyId(0), adopted: 1 }],
  ])('terminates the wreck that %s if it is to keep the others', async (_, notes) => {
    const { outcome, calls } = await create({ memory: { ...memory, ...notes }, declared: keeping, present: [standby(0, { state: 'ERROR' })] });
    expect(outcome).toMatchObject({ status: 'waiting', until: '1 WorkSpaces to go away', physicalId: FLEET_ID });
    expect(calls).toEqual(['claim', 'claim', 'terminate ["ws-standby00"]', 'describe ["ws-standby00"]']);
  });

  test('is ready without it when the wreck has gone', async () => {
    const { outcome } = await create({ memory, declared: keeping });
    expect(outcome).toEqual({
      status: 'ready', physicalId: FLEET_ID, attributes: { MemberCount: '1', FailedMemberCount: '1', FailedMembers: primary(0) },
    });
  });

  test('fails all the same if there is no other', async () => {
    const { outcome } = await create({ memory, declared: { ...keeping, primaryWorkspaceIds: [primary(0)] } });
    expect(outcome).toMatchObject({ status: 'failed', message: expect.stringMatching(/^1 of 1 standbys could not be made\./) });
  });

  test('remembers that it is put aside', async () => {
    const taken = { ...memory, taken: standbyId(1), shown: `${standbyId(1)}:PRIMARY_AS_SOURCE` };
    const { outcome } = await create({ memory: taken, declared: keeping, present: [standby(1, { replication: 'PRIMARY_AS_SOURCE' })] });
    expect(outcome).toEqual({
      status: 'waiting', until: 'the data replication of 1 standbys to become NO_REPLICATION', seconds: 60, physicalId: FLEET_ID,
      memory: { ...taken, judged: true, tagged: 1, modified: 1, modifiedAt: NOW },
    });
  });

  test('does not put it aside twice', async () => {
    const { outcome, calls } = await create({ memory: { ...memory, judged: true }, declared: keeping });
    expect(outcome).toMatchObject({ status: 'ready' });
    expect(calls).toEqual(['claim']);
  });

  test('names no more of them than an attribute holds', async () => {
    const primaryWorkspaceIds = Array.from({ length: 201 }, (_, index) => `ws-primary${String(index).padStart(3, '0')}`);
    const failures = JSON.stringify(primaryWorkspaceIds.slice(1).map(id => [id, 'Odd', 'text']));
    const { outcome } = await create({ memory: { ...COUNTED, judged: true, failures }, declared: { ...keeping, primaryWorkspaceIds } });
    expect(outcome).toEqual({ status: 'ready', physicalId: FLEET_ID, attributes: {
      MemberCount: '1', FailedMemberCount: '200', FailedMembers: primaryWorkspaceIds.slice(1).join(' ').slice(0, 1500),
    } });
  });
});

describe('a fleet that has taken over a standby', () => {
  const memory = { ...COUNTED, kept: '0:ws-standby00', adopted: 1, made: standbyIds(0, 2), taken: standbyId(0), settled: 2 };
  const declared = { tags: { a: '1' } };

  test('brings the declared tags to it, and not to what it has made', async () => {
    const { outcome, calls } = await create({ memory, declared });
    expect(outcome).toMatchObject({ status: 'ready', attributes: { MemberCount: String(DECLARED.primaryWorkspaceIds.length) } });
    expect(calls).toEqual(['claim', 'claimChange', 'listTags ws-standby00', 'tag ws-standby00 {"a":"1"}']);
  });

  test('does so once', async () => {
    const { outcome, calls } = await create({ memory: { ...memory, changed: true }, declared });
    expect(outcome).toMatchObject({ status: 'ready' });
    expect(calls).toEqual(['claim']);
  });
});
