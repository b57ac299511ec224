import type { Workspace, WorkSpaces } from './client';
import { isLeaving, isStandbyOf, keyDifference, type StandbySettings } from './standby';
import type { StandbyPlace } from './standby-search';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import type { Adoption } from '../lifecycle/model';

/** How a WorkSpace that is a standby already is taken over. */
export function standbyAdoption(workspaces: WorkSpaces, place: StandbyPlace, owner: string): Adoption<StandbySettings, Workspace> {
  return {
    identityOf: ({ id }) => id,
    find: async id => {
      const [workspace] = await workspaces.describe([id]);
      return workspace && !isLeaving(workspace) ? workspace : undefined;
    },
    differences: (workspace, declaration) => standbyDifferences(workspace, place, declaration),
    take: ({ id }) => workspaces.tag(id, { [OWNER_TAG_KEY]: owner }),
  };
}

/** In what a WorkSpace differs from a declared standby that can't be changed. */
export function standbyDifferences(
  workspace: Workspace, { directoryId, primaryRegion, primaryWorkspaceId }: StandbyPlace, { volumeEncryptionKey }: StandbySettings,
): string[] {
  const primary = workspace.primary ? `of ${workspace.primary.workspaceId} in ${workspace.primary.region}` : 'of no WorkSpace';
  return [
    workspace.directoryId === directoryId ? undefined : `it is in directory ${workspace.directoryId}, not in ${directoryId}`,
    isStandbyOf(workspace, primaryWorkspaceId, primaryRegion) ? undefined : `it is a standby ${primary}, not of ${primaryWorkspaceId} in ${primaryRegion}`,
    keyDifference(workspace.volumeEncryptionKey, volumeEncryptionKey),
  ].filter(difference => difference !== undefined);
}
