import type { StepContext } from '../../../../lambda/lifecycle/handler';
import type { WorkSpaces } from '../../../../lambda/workspaces/client';
import { StandbyWorkspaceLookupHandler } from '../../../../lambda/workspaces/standby-workspace-lookup';
import { clockAt } from '../../step-context';
import { DIRECTORY, error, PRIMARY, STANDBY, step, workspace } from '../port';

const UNUSED = {} as WorkSpaces;

describe('the lookup of a standby', () => {
  const LOOKUP = { primaryWorkspaceId: PRIMARY, primaryRegion: 'us-east-1', directoryId: DIRECTORY };
  type Describe = WorkSpaces['describe'];
  const at = (
    answers: Partial<WorkSpaces>, primary: Describe = async () => [], changes: Partial<StepContext<typeof LOOKUP>> = {},
  ) => {
    const world = step(LOOKUP, answers, changes);
    return { ...world, handler: new StandbyWorkspaceLookupHandler(world.port, () => ({ describe: primary })) };
  };
  const standbys = [{ workspaceId: 'ws-far00001', region: 'us-west-2' }, { workspaceId: STANDBY, region: 'eu-west-1' }];
  const primaryOf: Describe = async ids => ids.map(id => workspace({ id, primary: undefined, standbys: id === PRIMARY ? standbys : [] }));

  test('goes through the primary', async () => {
    const { handler, context, calls } = at({ describe: async () => [workspace({ id: 'ws-x', directoryId: 'd-9367000002' }), workspace()] }, primaryOf);
    expect(await handler.create(context)).toMatchObject({
      status: 'ready', physicalId: `lookup:${DIRECTORY}:${PRIMARY}`, attributes: { WorkspaceId: STANDBY },
    });
    expect(calls).toEqual([`describe ["${STANDBY}"]`]);
  });

  test.each<[string, Partial<WorkSpaces>, Describe | undefined, number]>([
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

  test('begins a directory at its first page', async () => {
    const { handler, context, calls } = at({});
    await handler.create(context);
    expect(calls).toEqual([`describeDirectory ${DIRECTORY}  `]);
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
