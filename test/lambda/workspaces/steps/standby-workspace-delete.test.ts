import { standbyStep } from './standby-step';
import type { StepContext } from '../../../../lambda/lifecycle/handler';
import type { WorkSpaces } from '../../../../lambda/workspaces/client';
import type { StandbyDeclaration } from '../../../../lambda/workspaces/standby-workspace';
import { DIRECTORY, NOW, STANDBY, workspace } from '../port';

describe('a standby to be removed', () => {
  const deleting = (answers: Partial<WorkSpaces>) => standbyStep(answers, { operation: 'Delete', physicalId: STANDBY });

  test('is terminated by its id', async () => {
    const { handler, context, calls } = deleting({ describe: async () => [workspace()] });
    expect(await handler.delete(context)).toMatchObject({ until: `WorkSpace ${STANDBY} to go away`, seconds: 60 });
    expect(calls).toEqual([`describe ["${STANDBY}"]`, `listTags ${STANDBY}`, 'claim', `terminate ["${STANDBY}"]`]);
  });

  test("of somebody else's is left alone", async () => {
    const { handler, context, calls } = deleting({ describe: async () => [workspace()], listTags: async () => ({}) });
    expect(await handler.delete(context)).toEqual({ status: 'gone' });
    expect(calls).toEqual([`describe ["${STANDBY}"]`, `listTags ${STANDBY}`]);
  });
});

describe('a standby that was abandoned', () => {
  const deleting = (answers: Partial<WorkSpaces>, changes: Partial<StepContext<StandbyDeclaration>> = {}) =>
    standbyStep(answers, { operation: 'Delete', physicalId: 'invented', ...changes });

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

  test('is looked for in the next step where a large directory ends', async () => {
    const { handler, context } = deleting({ describeDirectory: async () => ({ workspaces: [], nextToken: 'n' }) });
    expect(await handler.delete(context)).toEqual({
      status: 'waiting', until: `the end of the list of WorkSpaces in ${DIRECTORY}`, seconds: 1, memory: { scanToken: 'n', scanned: '' },
    });
  });
});
