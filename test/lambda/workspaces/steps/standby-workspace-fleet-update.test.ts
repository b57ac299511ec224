import {
  AWAITS_NEXT_PAGE, AWAITS_YOUNG, BUSY, FLEET_ID, OTHER_DIRECTORY, primary, standby, standbyId, standbyIds, STRANGER, update, YOUNG, type Situation,
} from './fleet';
import type { FleetDeclaration } from '../../../../lambda/workspaces/standby-workspace-fleet';
import { DIRECTORY, NOW } from '../port';

const COUNTED = { counted: true };
const LIST = `describeDirectory ${DIRECTORY}`;
const primaries = (...indices: number[]) => indices.map(primary);
const ready = (members: number) =>
  ({ status: 'ready', physicalId: FLEET_ID, attributes: { MemberCount: String(members), FailedMemberCount: '0', FailedMembers: '' } });

describe('a changed fleet whose members are counted', () => {
  const declared = { primaryWorkspaceIds: primaries(0, 1, 2) };

  test('notes who stays, who leaves and who is missing, and takes over what is not ready yet', async () => {
    const { outcome, calls } = await update({
      declared, before: { primaryWorkspaceIds: primaries(0, 1, 5, 6, 7) }, quietIn: 1000,
      present: [
        standby(0), standby(1, { state: 'PENDING' }), standby(5), standby(6, { state: 'TERMINATING' }), standby(7, { state: 'TERMINATED' }), STRANGER,
      ],
    });
    expect(outcome).toEqual({
      status: 'waiting', until: 'requests for 1 standbys', seconds: 0, memory: {
        counted: true, kept: '0:ws-standby00,1:ws-standby01', unready: '1:ws-standby01',
        leave: standbyId(5), missing: '2', made: standbyId(1), taken: standbyId(1), requestedAt: NOW,
      },
    });
    expect(calls).toEqual(['claim', LIST]);
  });

  test('waits for no abandoned update where it finds nothing', async () => {
    const { outcome } = await update({ declared, quietIn: 1000 });
    expect(outcome).toEqual({
      status: 'waiting', until: 'requests for 3 standbys', seconds: 0, memory: { counted: true, missing: '0,1,2' },
    });
  });

  test.each([
    [100, 60], [7, 7],
  ])('waits for an abandoned update that may terminate a standby of a new member within %d seconds', async (quietIn, seconds) => {
    const { outcome } = await update({ declared, quietIn, present: [standby(0), standby(2)] });
    expect(outcome).toEqual({ status: 'waiting', until: 'certainty that no abandoned update is still under way', seconds, memory: {} });
  });

  test('takes over no standby of a new member before it has looked at its owner', async () => {
    const { outcome } = await update({ declared, quietIn: 0, present: [standby(2, { state: 'PENDING' })] });
    expect(outcome).toEqual({
      status: 'waiting', until: 'requests for 2 standbys', seconds: 0,
      memory: { counted: true, kept: '2:ws-standby02', unready: '2:ws-standby02', missing: '0,1' },
    });
  });

  test('counts anew when one of ours does not tell its primary yet', async () => {
    const { outcome } = await update({
      before: { primaryWorkspaceIds: primaries(0, 1, 5) },
      present: [standby(0, { state: 'PENDING', replication: 'NO_REPLICATION' }), standby(1, { state: 'TERMINATING' }), standby(5), YOUNG],
    });
    expect(outcome).toEqual({ ...AWAITS_YOUNG, memory: {} });
  });

  test('refuses another key than a standby has', async () => {
    const { outcome } = await update({
      declared: { volumeEncryptionKey: 'b' }, before: { volumeEncryptionKey: 'a' }, present: [standby(0, { volumeEncryptionKey: 'a' })],
    });
    expect(outcome).toEqual({ status: 'failed', certainty: {}, message: 'Standby ws-standby00 of ws-primary00 is encrypted with a, '
      + "and WorkSpaces can't change that; a replacement can't stand beside it, since a user can have one WorkSpace in a directory. "
      + 'Remove the fleet from the stack, deploy, and add it again with the other key; its data are lost.' });
  });
});

describe('a changed fleet that finds standbys', () => {
  const keeping = { keepGoodMembers: true };
  const memory = { ...COUNTED, kept: '0:ws-standby00,1:ws-standby01', unready: '1:ws-standby01' };
  const present = [standby(0), standby(1, { state: 'PENDING' })];

  test('believes that those of its members are ours', async () => {
    const { outcome, calls } = await update({ memory: { ...memory, changed: true } });
    expect(outcome).toEqual(ready(2));
    expect(calls).toEqual(['claim']);
  });

  test.each<[string, Partial<FleetDeclaration>, Partial<FleetDeclaration>]>([
    ['may do', keeping, {}], ['could do', {}, keeping], ['may and could do', keeping, keeping],
  ])('looks at the owners of all if it %s without members, and awaits those that are not ready', async (_, declared, before) => {
    const { outcome, calls } = await update({ declared, before, memory, present });
    expect(outcome).toEqual({
      status: 'waiting', until: '1 of 1 standbys to become AVAILABLE or STOPPED', seconds: 60,
      memory: { ...memory, adopted: 2, made: standbyId(1), taken: standbyId(1), requestedAt: NOW },
    });
    expect(calls).toEqual(['claim', 'listTags ws-standby00', 'listTags ws-standby01', 'describe ["ws-standby01"]']);
  });

  test('takes over what is ours and belongs to a new member', async () => {
    const { outcome, calls } = await update({ before: { primaryWorkspaceIds: primaries(0) }, memory: { ...memory, unready: '' }, present });
    expect(outcome).toMatchObject({ memory: { adopted: 1, made: standbyId(1), taken: standbyId(1) } });
    expect(calls).toEqual(['claim', 'listTags ws-standby01', 'describe ["ws-standby01"]']);
  });
});

describe('a changed fleet with a failed member', () => {
  const memory = { ...COUNTED, made: standbyIds(0, 3), taken: standbyId(1), settled: 3, failures: JSON.stringify([[primary(0), 'Odd', 'text.']]) };

  test('terminates what the update has made, and not what it has taken over', async () => {
    const { outcome, calls } = await update({ memory, present: [standby(0, { state: 'TERMINATING' })] });
    expect(outcome).toEqual({
      status: 'waiting', until: '2 WorkSpaces to go away', seconds: 60, memory: { ...memory, doomed: 'ws-standby00,ws-standby02', sent: 2 },
    });
    expect(calls).toEqual(['claim', 'claim', 'terminate ["ws-standby00","ws-standby02"]', 'describe ["ws-standby00","ws-standby02"]']);
  });

  test('fails when that has gone', async () => {
    const { outcome } = await update({ memory: { ...memory, doomed: 'ws-standby00,ws-standby02', sent: 2 } });
    expect(outcome).toEqual({
      status: 'failed', message: '1 of 2 standbys could not be made. ws-primary00: Odd: text. The log of the function names each of them.',
      certainty: { physicalId: FLEET_ID },
    });
  });
});

describe('a fleet that keeps its good members and finds one in ERROR', () => {
  const declared = { keepGoodMembers: true };
  const present = [standby(0), standby(1, { state: 'ERROR', errorMessage: 'It is odd.' })];
  const failure = [primary(1), 'ERROR', 'standby ws-standby01 is ERROR: It is odd.'];
  const found = { counted: true, kept: '0:ws-standby00,1:ws-standby01', unready: '1:ws-standby01' };

  test('looks at it more closely', async () => {
    const { outcome } = await update({ declared, before: declared, present });
    expect(outcome).toMatchObject({ status: 'waiting', memory: found });
  });

  test('names it, and leaves it and its settings as they are', async () => {
    const { outcome, calls } = await update({ declared: { ...declared, tags: { new: '1' } }, before: declared, memory: found, present });
    expect(outcome).toEqual({
      status: 'ready', physicalId: FLEET_ID, attributes: { MemberCount: '1', FailedMemberCount: '1', FailedMembers: primary(1) },
    });
    expect(calls.filter(call => /^(tag|untag|terminate)/.test(call))).toEqual(['tag ws-standby00 {"new":"1"}']);
  });

  test('removes a wreck that it has made itself', async () => {
    const memory = { ...found, kept: '0:ws-standby00', unready: '', made: standbyId(1), wrecks: standbyId(1), settled: 1, failures: JSON.stringify([failure]) };
    const { outcome } = await update({ declared, before: declared, memory, present });
    expect(outcome).toMatchObject({ until: '1 WorkSpaces to go away', memory: { doomed: standbyId(1) } });
  });
});

test('a fleet that does not keep its good members alone believes that a member in ERROR was good', async () => {
  const { outcome } = await update({ present: [standby(0), standby(1, { state: 'ERROR' })] });
  expect(outcome).toMatchObject({ memory: { kept: '0:ws-standby00,1:ws-standby01' } });
  expect(outcome).not.toHaveProperty('memory.unready');
});

describe('a fleet whose settings are changed', () => {
  const memory = { ...COUNTED, kept: '0:ws-standby00,1:ws-standby01' };

  test('brings other tags to its members', async () => {
    const { outcome, calls } = await update({ memory, declared: { tags: { a: '2' } }, before: { tags: { a: '1' } } });
    expect(outcome).toEqual(ready(2));
    expect(calls).toEqual([
      'claim', 'claimChange', 'listTags ws-standby00', 'tag ws-standby00 {"a":"2"}', 'listTags ws-standby01', 'tag ws-standby01 {"a":"2"}',
    ]);
  });

  test('does so once', async () => {
    const { outcome, calls } = await update({ memory: { ...memory, changed: true }, declared: { tags: { a: '2' } }, before: { tags: { a: '1' } } });
    expect(outcome).toEqual(ready(2));
    expect(calls).toEqual(['claim']);
  });

  test("leaves alone a member whose standby is somebody else's", async () => {
    const { outcome, calls } = await update({
      memory: { ...memory, adopted: 2, judged: true, failures: JSON.stringify([[primary(1), 'Foreign', 'text']]) },
      declared: { keepGoodMembers: true, tags: { a: '1' } },
    });
    expect(outcome).toMatchObject({ status: 'ready', attributes: { MemberCount: '1', FailedMembers: primary(1) } });
    expect(calls).toEqual(['claim', 'claimChange', 'listTags ws-standby00', 'tag ws-standby00 {"a":"1"}']);
  });

  test('waits until its members show another replication', async () => {
    const { outcome } = await update({
      memory, declared: { replication: 'PRIMARY_AS_SOURCE' }, present: [standby(0, { replication: 'NO_REPLICATION' }), standby(1)],
    });
    expect(outcome).toEqual({
      status: 'waiting', until: 'the data replication of 2 standbys to become PRIMARY_AS_SOURCE', seconds: 60,
      memory: { ...memory, modified: 2, modifiedAt: expect.any(Number) },
    });
  });
});

describe('a fleet that loses members', () => {
  const base = { ...COUNTED, changed: true, kept: '0:ws-standby00' };
  const losing = ({ memory, ...rest }: Situation) =>
    update({ declared: { primaryWorkspaceIds: primaries(0) }, memory: { ...base, ...memory }, ...rest });
  const gone = { describe: async () => [] };

  test('terminates their standbys when everything else is done', async () => {
    const { outcome, calls } = await losing({
      memory: { changed: false, leave: standbyId(1) }, before: { tags: { a: '1' } }, present: [standby(1, { state: 'TERMINATING' })],
    });
    expect(outcome).toEqual({
      status: 'waiting', until: '1 WorkSpaces to go away', seconds: 60,
      memory: { ...base, tagged: 1, leave: standbyId(1), verified: 1, doomed: standbyId(1), sent: 1 },
    });
    expect(calls.slice(3)).toEqual(['listTags ws-standby01', 'claim', 'terminate ["ws-standby01"]', 'describe ["ws-standby01"]']);
  });

  test('is ready when as many have gone as it loses', async () => {
    const { outcome, calls } = await losing({ memory: { leave: standbyId(1) }, answers: gone, quietIn: 1000 });
    expect(outcome).toEqual(ready(1));
    expect(calls).toEqual(['claim', 'listTags ws-standby01', 'claim', 'terminate ["ws-standby01"]', 'describe ["ws-standby01"]']);
  });

  test('is ready without a look at the directory if it loses none', async () => {
    const { outcome, calls } = await losing({ before: { primaryWorkspaceIds: primaries(0) }, quietIn: 1000 });
    expect(outcome).toEqual(ready(1));
    expect(calls).toEqual(['claim']);
  });

  test.each([
    [100, 60], [7, 7],
  ])('waits for an abandoned update whose standby may show up within %d seconds', async (secondsLeft, seconds) => {
    const { outcome, calls } = await losing({ quietIn: secondsLeft - 180 });
    expect(outcome).toEqual({
      status: 'waiting', until: 'certainty that no abandoned update is still under way', seconds, memory: base,
    });
    expect(calls).toEqual(['claim']);
  });

  test('looks for those that have come late', async () => {
    const { outcome, calls } = await losing({ quietIn: -180, present: [standby(0), standby(1), STRANGER] });
    expect(outcome).toEqual({
      status: 'waiting', until: 'late standbys of removed members', seconds: 0,
      memory: { ...base, quiet: true, late: standbyId(1), leave: standbyId(1) },
    });
    expect(calls).toEqual(['claim', LIST]);
  });

  test('terminates those as well, and looks for no more', async () => {
    const { outcome, calls } = await losing({
      before: { primaryWorkspaceIds: primaries(0, 1, 2) }, memory: { quiet: true, leave: standbyId(1) }, answers: gone, present: [standby(2)],
    });
    expect(outcome).toEqual(ready(1));
    expect(calls).toEqual(['claim', 'listTags ws-standby01', 'claim', 'terminate ["ws-standby01"]', 'describe ["ws-standby01"]']);
  });

  test("takes none for late that it has terminated, that is leaving, or that is somebody else's", async () => {
    const { outcome } = await losing({
      before: { primaryWorkspaceIds: primaries(0, 1, 2, 3, 4) }, quietIn: -180, answers: gone,
      memory: { leave: standbyIds(1, 3), verified: 2, doomed: standbyId(1), foreign: standbyId(2), sent: 1 },
      present: [standby(0), standby(1), standby(2), standby(3, { state: 'TERMINATING' }), standby(4, { state: 'TERMINATED' }), STRANGER],
    });
    expect(outcome).toEqual(ready(1));
  });

  test('goes on with a large directory in the next step', async () => {
    const { outcome } = await losing({
      quietIn: -180, memory: BUSY, answers: { describeDirectory: async () => ({ workspaces: [standby(1)], nextToken: 'next' }) },
    });
    expect(outcome).toEqual({ ...AWAITS_NEXT_PAGE, memory: { ...base, 'recount.token': 'next', 'late': standbyId(1) } });
  });

  test('looks anew when one of ours does not tell its primary yet', async () => {
    const { outcome } = await losing({ quietIn: -180, present: [standby(1), YOUNG] });
    expect(outcome).toEqual({ ...AWAITS_YOUNG, memory: base });
  });
});

describe('a fleet that goes to another directory', () => {
  const declared = { directoryId: OTHER_DIRECTORY };

  test('is made there like a new one', async () => {
    const { outcome, calls } = await update({ declared, quietIn: 1000, present: [standby(0)] });
    expect(outcome).toEqual({
      status: 'waiting', until: 'requests for 1 standbys', seconds: 0,
      memory: { counted: true, kept: '0:ws-standby00', missing: '1' },
    });
    expect(calls).toEqual(['claim', `describeDirectory ${OTHER_DIRECTORY}`]);
  });

  test('has another id', async () => {
    const { outcome } = await update({ declared, memory: COUNTED });
    expect(outcome).toEqual({ ...ready(2), physicalId: FLEET_ID.replace(DIRECTORY, OTHER_DIRECTORY) });
  });
});

describe('a fleet that comes back from another directory', () => {
  const coming = (situation: Situation) => update({ ...situation, before: { directoryId: OTHER_DIRECTORY, ...situation.before } });
  const LEFTOVER = { 'suspects': standbyId(5), 'removal.counted': NOW };

  test('first looks for what has been made there', async () => {
    const { outcome, calls } = await coming({ present: [standby(5)] });
    expect(outcome).toEqual({
      status: 'waiting', until: 'the owners of the standbys', seconds: 0, memory: { ...LEFTOVER },
    });
    expect(calls).toEqual(['claim', `describeDirectory ${OTHER_DIRECTORY}`]);
  });

  test('terminates it', async () => {
    const { outcome, calls } = await coming({ memory: LEFTOVER, present: [standby(5, { state: 'TERMINATING' })] });
    expect(outcome).toMatchObject({ status: 'waiting', until: '1 WorkSpaces to go away' });
    expect(calls).toEqual(['claim', 'listTags ws-standby05', 'claim', 'terminate ["ws-standby05"]', 'describe ["ws-standby05"]']);
  });

  test('then sees to its members', async () => {
    const { outcome } = await coming({ memory: { 'removal.counted': NOW, 'foreign': standbyId(5) }, quietIn: -180 });
    expect(outcome).toEqual({ status: 'waiting', until: 'the members of the fleet', seconds: 0, memory: { leftoverGone: true } });
  });

  test('takes none of them for known', async () => {
    const { outcome, calls } = await coming({ memory: { leftoverGone: true }, quietIn: 7, present: [standby(0), standby(1)] });
    expect(outcome).toEqual({
      status: 'waiting', until: 'certainty that no abandoned update is still under way', seconds: 7, memory: { leftoverGone: true },
    });
    expect(calls).toEqual(['claim', LIST]);
  });
});
