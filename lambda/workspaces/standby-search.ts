import { BATCH_SIZE, type Workspace, type WorkSpaces } from './client';
import { scanDirectory } from './directory-scan';
import type { Pace } from './pace';
import { isStandbyOf, isUnrelatedYet, type StandbySettings } from './standby';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { waiting, type StepContext, type Waiting } from '../lifecycle/handler';
import { isOwnedBy } from '../lifecycle/tags';

/** By what a standby is found while its id is not known. */
export interface NaturalKey extends Pick<StandbySettings, 'primaryRegion' | 'directoryId'> {
  readonly primaryWorkspaceId: string;
}

export type SearchResult =
  | { readonly kind: 'own' | 'foreign'; readonly workspace: Workspace }
  /** Something of this stack and logical id is there that does not show its primary yet, or a foreign one that may be ours. */
  | { readonly kind: 'unclear'; readonly workspace: Workspace }
  | { readonly kind: 'none'; /** Another WorkSpace of the same user. */ readonly inTheWay?: Workspace };

/**
 * Finds the standby of a primary in the standby Region alone: by its relation to the primary and the owner tag.
 *
 * @param userName the primary's user, if known: one page instead of the whole directory
 * @returns Waiting if the directory is so large that the next step has to go on
 */
export async function findStandby(
  workspaces: WorkSpaces, pace: Pace, context: StepContext<unknown>, key: NaturalKey, userName?: string,
): Promise<SearchResult | Waiting> {
  const candidates: string[] = splitIds(context.memory.scanned);
  let inTheWay: Workspace | undefined;
  const token = await scanDirectory(workspaces, pace, key.directoryId, { userName, token: tokenOf(context) }, workspace => {
    if (isStandbyOf(workspace, key.primaryWorkspaceId, key.primaryRegion) || isUnrelatedYet(workspace)) {
      candidates.push(workspace.id);
    } else if (workspace.userName === userName) {
      inTheWay = workspace;
    }
  });
  if (token) {
    return waiting(`the end of the list of WorkSpaces in ${key.directoryId}`, 1, { scanToken: token, scanned: candidates.join() });
  }
  return await examine(workspaces, context, key, candidates) ?? { kind: 'none', inTheWay };
}

/** To be merged into the memory of a step that has finished a search, so that the next search begins at the beginning. */
export const SEARCH_OVER = { scanToken: '', scanned: '' };

async function examine(
  workspaces: WorkSpaces, context: StepContext<unknown>, key: NaturalKey, candidates: string[],
): Promise<SearchResult | undefined> {
  let unclear: SearchResult | undefined;
  let foreign: SearchResult | undefined;
  for (let start = 0; start < candidates.length; start += BATCH_SIZE) {
    for (const workspace of await workspaces.describe(candidates.slice(start, start + BATCH_SIZE))) {
      const tags = await workspaces.listTags(workspace.id);
      const related = isStandbyOf(workspace, key.primaryWorkspaceId, key.primaryRegion);
      if (isOwnedBy(context.owner, tags) && related) {
        return { kind: 'own', workspace };
      }
      if (isOwnedBy(context.owner, tags) && isUnrelatedYet(workspace)) {
        unclear = { kind: 'unclear', workspace };
      } else if (related) {
        // The tags of a standby that is just being made may lag behind it.
        const tagless = tags?.[OWNER_TAG_KEY] === undefined && workspace.state === 'PENDING';
        foreign = { kind: tagless ? 'unclear' : 'foreign', workspace };
      }
    }
  }
  return unclear ?? foreign;
}

function tokenOf({ memory }: StepContext<unknown>): string | undefined {
  return String(memory.scanToken ?? '') || undefined;
}

function splitIds(ids: unknown): string[] {
  return String(ids ?? '').split(',').filter(Boolean);
}
