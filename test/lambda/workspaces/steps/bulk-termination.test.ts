import { fleetStepOf } from './fleet-step-of';
import { forgetTermination, terminateAll } from '../../../../lambda/workspaces/bulk-termination';
import { NOW, OURS, workspace } from '../port';

describe('terminations of many WorkSpaces', () => {
  test('end in termination of what is ours, and of nothing else', async () => {
    const { fleet, changesOf, log } = fleetStepOf({
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
    const { fleet } = fleetStepOf();
    expect(await terminateAll(fleet, [], ['p'])).toBeUndefined();
    expect(fleet.number('gone')).toBe(1);
  });

  test('go on where the step before has stopped', async () => {
    const { fleet, changesOf } = fleetStepOf({}, { verified: 1, doomed: 'a', sent: 1 });
    expect(await terminateAll(fleet, ['a'], ['p'])).toBeUndefined();
    expect(changesOf()).toEqual([]);
  });

  test('begin anew with what is there all the same', async () => {
    const { fleet, log } = fleetStepOf({ describe: async () => [workspace({ id: 'a' })] }, { verified: 1, doomed: 'a', sent: 1 });
    expect(await terminateAll(fleet, ['a'])).toMatchObject({ until: '1 WorkSpaces to go away', memory: { sent: 0 } });
    expect(log).toEqual([['WARN', 'WorkSpaces are there although they were terminated; terminating them again', { workspaceIds: ['a'] }]]);
  });

  test('count those that are gone', async () => {
    const ids = Array.from({ length: 27 }, (_, index) => `w${index}`);
    const { fleet, calls } = fleetStepOf({ describe: async () => [workspace({ id: 'w26' })] }, { verified: 1, doomed: ids.join(), sent: 27, gone: 25 });
    expect(await terminateAll(fleet, ['w0'])).toMatchObject({ until: '2 WorkSpaces to go away', memory: { sent: 25, gone: 25 } });
    expect(calls).toEqual(['describe ["w25","w26"]']);
  });

  test('can be forgotten', () => {
    const { fleet } = fleetStepOf({}, { verified: 1, doomed: 'a', sent: 1, gone: 1, refusedAt: NOW, foreign: 'b' });
    forgetTermination(fleet);
    expect(fleet.memory()).toEqual({ verified: '', doomed: '', sent: '', gone: '', refusedAt: '', foreign: 'b', pace: NOW });
  });

  test.each([[{}, NOW], [{ refusedAt: NOW - 899_000 }, NOW - 899_000]])('that are refused are tried again (%j)', async (memory, refusedAt) => {
    const failures = Array.from({ length: 6 }, (_, index) => ({ id: `f${index}`, code: 'C', message: 'm' }));
    const { fleet } = fleetStepOf({ terminate: async () => failures }, { verified: 1, doomed: 'a', ...memory });
    expect(await terminateAll(fleet, ['a'])).toMatchObject({
      until: `WorkSpaces to let themselves be terminated: ${failures.slice(0, 5).map(({ id }) => `${id} (C: m)`).join(', ')}`, seconds: 60, memory: { refusedAt },
    });
  });

  test('that are refused for a quarter of an hour are given up', async () => {
    const failures = ['a', 'b'].map(id => ({ id, code: 'C', message: 'm' }));
    const { fleet, log } = fleetStepOf({ terminate: async () => failures }, { verified: 2, doomed: 'a,b', refusedAt: NOW - 900_000 });
    await expect(terminateAll(fleet, ['a', 'b'])).rejects.toThrow(/could not be terminated: a \(C: m\), b \(C: m\)\. Suspended ones .*Terminate them in the console, then delete again\.$/);
    expect(log).toEqual([['ERROR', 'WorkSpaces could not be terminated', { failures: ['a (C: m)', 'b (C: m)'] }]]);
  });

  test('of what is gone already are none', async () => {
    const { fleet } = fleetStepOf({ terminate: async () => [{ id: 'a', code: 'ResourceNotFound', message: 'm' }] }, { verified: 1, doomed: 'a' });
    expect(await terminateAll(fleet, ['a'])).toBeUndefined();
  });

  test('of many are left to the next step when this one has lasted long enough', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `w${index}`);
    const verifies = fleetStepOf();
    expect(await terminateAll(verifies.fleet, ids)).toMatchObject({ until: 'the owners of 200 WorkSpaces', seconds: 0 });
    expect(verifies.fleet.number('verified')).toBeLessThan(100);
    const many = Array.from({ length: 2600 }, (_, index) => `w${index}`).join();
    const sends = fleetStepOf({}, { verified: 1, doomed: many });
    expect(await terminateAll(sends.fleet, ['x'])).toMatchObject({ until: 'the termination of 2600 WorkSpaces', seconds: 0 });
    const looks = fleetStepOf({}, { verified: 1, doomed: many, sent: 2600 });
    expect(await terminateAll(looks.fleet, ['x'])).toMatchObject({ until: '2600 WorkSpaces to go away', seconds: 0 });
  });
});
