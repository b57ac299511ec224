import type { Workspace, WorkSpaces } from './client';
import type { Pace } from './pace';

/** A step that has paged so long leaves the rest of a large directory to the next one. */
export const STEP_SECONDS = 40;

/**
 * Pages through the WorkSpaces of a directory.
 *
 * @returns where to go on in the next step; undefined at the end
 */
export async function scanDirectory(
  workspaces: WorkSpaces, pace: Pace, directoryId: string, from: { readonly userName?: string; readonly token?: string },
  visit: (workspace: Workspace) => void,
): Promise<string | undefined> {
  let token = from.token;
  do {
    const page = await workspaces.describeDirectory(directoryId, from.userName, token);
    page.workspaces.forEach(visit);
    token = page.nextToken;
  } while (token && !pace.isOver(STEP_SECONDS));
  return token;
}
