import { compared, result } from './compare';
import type { Difference } from './report';
import { Compared, differencesOf, isUnknown, Subject, tagsShown } from './resource-type';
import { settingsShown } from './shown/standby-settings';
import type { Workspace, WorkSpaces } from '../../lambda/workspaces/client';
import { FleetDeclaration, parseFleet } from '../../lambda/workspaces/fleet-declaration';
import { briefPace, paced } from '../../lambda/workspaces/pace';
import { isLeaving } from '../../lambda/workspaces/standby';
import { isOwnedBy } from '../../lambda/lifecycle/tags';

const CLOCK = { now: () => Date.now(), sleep: (milliseconds: number) => new Promise<void>(resolve => setTimeout(resolve, milliseconds)) };

/** Compares a fleet member by member: one page after the other of its directory, then the tags of each standby. */
export async function compareFleet(port: WorkSpaces, subject: Subject): Promise<Compared> {
  const declaration = declarationOf(subject);
  if (!declaration) {
    return compared([], subject);
  }
  const workspaces = paced(port, briefPace(CLOCK));
  const standbys = await standbysIn(workspaces, declaration);
  const differences: Difference[] = [];
  for (const primary of declaration.primaryWorkspaceIds) {
    differences.push(...await compareMember(workspaces, primary, standbys.get(primary), declaration, subject.owner));
  }
  const known = differences.filter(difference => !isUnknown(difference, subject));
  const isGone = declaration.primaryWorkspaceIds.every(primary => !standbys.has(primary));
  return isGone ? result('MISSING', known) : compared(known, subject);
}

function declarationOf({ raw, unknown }: Subject): FleetDeclaration | undefined {
  try {
    return parseFleet(raw);
  } catch (error) {
    if (unknown.size > 0) {
      return undefined;
    }
    throw error;
  }
}

/** By their primaries. */
async function standbysIn(workspaces: WorkSpaces, { directoryId, primaryRegion }: FleetDeclaration): Promise<Map<string, Workspace>> {
  const standbys = new Map<string, Workspace>();
  let token: string | undefined;
  do {
    const page = await workspaces.describeDirectory(directoryId, undefined, token);
    for (const workspace of page.workspaces.filter(one => one.primary?.region === primaryRegion && !isLeaving(one))) {
      standbys.set(workspace.primary!.workspaceId, workspace);
    }
    token = page.nextToken;
  } while (token);
  return standbys;
}

async function compareMember(
  workspaces: WorkSpaces, primary: string, standby: Workspace | undefined, declaration: FleetDeclaration, owner: string,
): Promise<Difference[]> {
  if (!standby) {
    return [{ property: 'PrimaryWorkspaceIds', declared: primary, reason: `There is no standby of ${primary} in directory ${declaration.directoryId}.` }];
  }
  const tags = await workspaces.listTags(standby.id);
  if (!isOwnedBy(owner, tags)) {
    return [{
      property: 'PrimaryWorkspaceIds', declared: primary, actual: standby.id,
      reason: `${standby.id} is a standby of ${primary} and does not belong to this stack and logical id.`,
    }];
  }
  const suffix = ` of ${standby.id}`;
  return differencesOf([...settingsShown(standby, declaration, suffix), ...tagsShown(declaration.tags, tags!, suffix)]);
}
