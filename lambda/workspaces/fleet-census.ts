import type { Workspace } from './client';
import { scanDirectory, STEP_SECONDS } from './directory-scan';
import type { FleetStep } from './fleet-step';
import { isUnrelatedYet, SECOND_LOOK_SECONDS } from './standby';
import type { Waiting } from '../lifecycle/handler';
import { isOwnedBy } from '../lifecycle/tags';

/**
 * Looks at all WorkSpaces of a directory, over several steps if it is large. Each standby of a primary in the primary Region
 * is visited; if one of ours does not tell its primary yet, the census begins anew a little later.
 *
 * @param notes prefix of the names of the notes
 * @param reset forgets what `visit` has noted
 * @returns undefined at the end, when its own notes are forgotten: who asks again gets another census
 */
export async function census(
  step: FleetStep, notes: string, scope: { readonly directoryId: string; readonly primaryRegion: string },
  visit: (workspace: Workspace, primaryId: string) => void, reset: () => void,
): Promise<Waiting | undefined> {
  const [token, young, examined] = ['token', 'young', 'examined'].map(name => `${notes}.${name}`);
  if (!step.flag(examined)) {
    const next = await scanDirectory(step.workspaces, step.pace, scope.directoryId, { token: step.text(token) || undefined }, workspace => {
      if (workspace.primary?.region === scope.primaryRegion) {
        visit(workspace, workspace.primary.workspaceId);
      } else if (isUnrelatedYet(workspace)) {
        step.add(young, workspace.id);
      }
    });
    step.set(token, next ?? '');
    if (next) {
      return step.next(`the end of the list of WorkSpaces in ${scope.directoryId}`);
    }
    step.set(examined, true);
  }
  const awaiting = await awaitRelations(step, young, () => {
    step.forget(token, young, examined);
    reset();
  });
  if (!awaiting) {
    step.forget(examined);
  }
  return awaiting;
}

async function awaitRelations(step: FleetStep, young: string, restart: () => void): Promise<Waiting | undefined> {
  for (let ids = step.list(young); ids.length > 0; ids = step.list(young)) {
    if (step.pace.isOver(STEP_SECONDS)) {
      return step.next('the owners of WorkSpaces that are just being made');
    }
    if (isOwnedBy(step.context.owner, await step.workspaces.listTags(ids[0]))) {
      restart();
      return step.wait(`WorkSpace ${ids[0]} to show which primary it stands by for`, SECOND_LOOK_SECONDS);
    }
    step.set(young, ids.slice(1));
  }
  return undefined;
}
