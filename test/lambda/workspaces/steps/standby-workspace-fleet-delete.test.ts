import { AWAITS_NEXT_PAGE, AWAITS_YOUNG, BUSY, OTHER_DIRECTORY, remove, standby, standbyId, standbyIds, STRANGER, YOUNG } from './fleet';
import type { Memory } from '../../../../lambda/lifecycle/handler';
import { DIRECTORY, NOW } from '../port';

const LIST = `describeDirectory ${DIRECTORY}`;

describe('a removed fleet whose standbys are counted', () => {
  test('suspects all of them in its directory', async () => {
    const { outcome, calls } = await remove({ present: [standby(0), STRANGER, standby(1, { primary: undefined })] });
    expect(outcome).toEqual({
      status: 'waiting', until: 'the owners of the standbys', seconds: 0,
      memory: { 'removal.counted': NOW, 'suspects': 'ws-standby00,ws-standby08' },
    });
    expect(calls).toEqual(['claim', LIST]);
  });

  test.each<[string, string | undefined, string]>([
    ['its id', undefined, DIRECTORY], ['the properties if CloudFormation has invented the id', 'stack-Fleet-1A2B', OTHER_DIRECTORY],
  ])('finds the directory by %s', async (_, physicalId, directory) => {
    const { calls } = await remove({ physicalId, declared: { directoryId: OTHER_DIRECTORY } });
    expect(calls).toEqual(['claim', `describeDirectory ${directory}`]);
  });

  test("does not suspect again what is somebody else's", async () => {
    const { outcome } = await remove({ memory: { foreign: standbyId(0) }, present: [standby(0), standby(1)] });
    expect(outcome).toMatchObject({ memory: { foreign: standbyId(0), suspects: standbyId(1) } });
  });

  test('goes on with a large directory in the next step', async () => {
    const { outcome } = await remove({
      memory: BUSY, answers: { describeDirectory: async () => ({ workspaces: [standby(0)], nextToken: 'next' }) },
    });
    expect(outcome).toEqual({ ...AWAITS_NEXT_PAGE, memory: { 'removal.token': 'next', 'suspects': standbyId(0) } });
  });

  test('counts anew when one of ours does not tell its primary yet', async () => {
    const { outcome } = await remove({ present: [standby(0), YOUNG] });
    expect(outcome).toEqual({ ...AWAITS_YOUNG, memory: {} });
  });
});

describe('a removed fleet', () => {
  const counted = { 'removal.counted': NOW };

  test('terminates what is ours', async () => {
    const memory = { ...counted, suspects: standbyIds(0, 2) };
    const { outcome, calls } = await remove({ memory, foreign: [standbyId(1)], present: [standby(0, { state: 'TERMINATING' }), standby(1)] });
    expect(outcome).toEqual({
      status: 'waiting', until: '1 WorkSpaces to go away', seconds: 60,
      memory: { ...memory, verified: 2, doomed: standbyId(0), foreign: standbyId(1), sent: 1 },
    });
    expect(calls).toEqual([
      'claim', 'listTags ws-standby00', 'listTags ws-standby01', 'claim', 'terminate ["ws-standby00"]', 'describe ["ws-standby00"]',
    ]);
  });

  test.each<[string, Memory, number, number]>([
    ['it has terminated some', { suspects: standbyId(0), verified: 1, doomed: standbyId(0), sent: 1 }, -180, 0],
    ['an abandoned create may have made some since', {}, -179, 1],
    ['an abandoned create may still make some', {}, -80, 60],
    ['it has counted before the last moment of an abandoned create', { 'removal.counted': NOW - 1 }, -180, 0],
  ])('counts anew when %s', async (_, memory, quietIn, seconds) => {
    const { outcome } = await remove({ memory: { ...counted, foreign: standbyId(1), ...memory }, quietIn });
    expect(outcome).toEqual({
      status: 'waiting', until: 'certainty that no abandoned create is still under way', seconds, memory: { foreign: standbyId(1) },
    });
  });

  test('is gone when nothing is left, and nothing more can come', async () => {
    const { outcome, calls } = await remove({ memory: counted, quietIn: -180 });
    expect(outcome).toEqual({ status: 'gone' });
    expect(calls).toEqual(['claim']);
  });
});
