import type { Workspace } from './client';
import { scanDirectory } from './directory-scan';
import type { FleetPlace } from './fleet-declaration';
import type { FleetStep } from './fleet-step';
import { isUnrelatedYet, SECOND_LOOK_SECONDS } from './standby';
import type { Waiting } from '../lifecycle/handler';
import { isOwnedBy } from '../lifecycle/tags';

/**
 * Looks at all WorkSpaces of a directory, over several steps if it is large. Each standby of a primary in the primary Region
 * is visited; if one of ours does not tell its primary yet, the census begins again a little later.
 *
 * @param reset forgets what `visit` has noted
 * @returns undefined at the end, when its own notes are forgotten: who asks again gets another census
 */
export async function census(
  step: FleetStep, { directoryId, primaryRegion }: FleetPlace, visit: (workspace: Workspace, primaryId: string) => void, reset: () => void,
): Promise<Waiting | undefined> {
  const { memory } = step;
  if (!memory.isScanned) {
    memory.token = await scanDirectory(step.workspaces, step.pace, directoryId, { token: memory.token }, workspace => {
      if (workspace.primary?.region === primaryRegion) {
        visit(workspace, workspace.primary.workspaceId);
      } else if (isUnrelatedYet(workspace)) {
        step.note('young', workspace.id);
      }
    });
    if (memory.token) {
      return step.next(`the end of the list of WorkSpaces in ${directoryId}`);
    }
    memory.isScanned = true;
  }
  const awaiting = await awaitRelations(step, () => {
    step.forget('token', 'young', 'isScanned');
    reset();
  });
  if (!awaiting) {
    step.forget('isScanned');
  }
  return awaiting;
}

async function awaitRelations(step: FleetStep, restart: () => void): Promise<Waiting | undefined> {
  const { memory } = step;
  for (let [id, ...rest] = memory.young ?? []; id !== undefined; [id, ...rest] = rest) {
    if (step.isOver) {
      return step.next('the owners of WorkSpaces that are just being made');
    }
    if (isOwnedBy(step.owner, await step.workspaces.listTags(id))) {
      restart();
      return step.wait(`WorkSpace ${id} to show which primary it stands by for`, SECOND_LOOK_SECONDS);
    }
    memory.young = rest;
  }
  return undefined;
}
