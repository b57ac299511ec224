import type { Workspace, WorkSpaces } from '../../../../lambda/workspaces/client';
import { StandbyWorkspaceReadyHandler } from '../../../../lambda/workspaces/standby-workspace-ready';
import { clockAt, REQUESTED_AT, stepContext } from '../../step-context';
import { STANDBY, workspace } from '../port';

const UNUSED = {} as WorkSpaces;

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
    expect(await look(undefined, 850, true)).toEqual({ status: 'ready', physicalId: `ready:${STANDBY}`, attributes: {
      WorkspaceId: STANDBY, UserName: '', DirectoryId: '', State: 'PENDING', BundleId: '', SubnetId: '', IpAddress: '', ComputerName: '',
    } });
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
