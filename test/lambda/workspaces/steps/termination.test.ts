import type { StepContext } from '../../../../lambda/lifecycle/handler';
import type { WorkSpaces } from '../../../../lambda/workspaces/client';
import { terminate } from '../../../../lambda/workspaces/termination';
import { clockAt } from '../../step-context';
import { NOW, STANDBY, step, workspace } from '../port';

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
