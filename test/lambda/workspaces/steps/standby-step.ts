import type { StepContext } from '../../../../lambda/lifecycle/handler';
import type { Workspace, WorkSpaces } from '../../../../lambda/workspaces/client';
import { StandbyWorkspaceHandler, type StandbyDeclaration } from '../../../../lambda/workspaces/standby-workspace';
import { DIRECTORY, PRIMARY, step, workspace } from '../port';

/** What the tests of a standby declare. */
export const DECLARED: StandbyDeclaration = {
  primaryWorkspaceId: PRIMARY, primaryRegion: 'us-east-1', directoryId: DIRECTORY, replication: 'NO_REPLICATION', tags: {}, waitUntilReady: true,
};

/** One step of a standby, whose primary Region tells the primary unless it is told otherwise. */
export function standbyStep(
  answers: Partial<WorkSpaces>, changes: Partial<StepContext<StandbyDeclaration>> = {}, primary?: () => Promise<Workspace[]>,
) {
  const world = step(DECLARED, answers, changes);
  const handler = new StandbyWorkspaceHandler(world.port, () => ({ describe: primary ?? (async () => [workspace({ id: PRIMARY, userName: 'jane' })]) }));
  return { ...world, handler };
}
