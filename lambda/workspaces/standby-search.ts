import { BATCH_SIZE, type Workspace, type WorkSpaces } from './client';
import { scanDirectory } from './directory-scan';
import type { Pace } from './pace';
import { isLeaving, isStandbyOf, isUnrelatedYet, SECOND_LOOK_SECONDS } from './standby';
import { waysOut } from './standby-errors';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { waiting } from '../lifecycle/handler';
import type { Observation, Scope } from '../lifecycle/model';
import { isOwnedBy, type Tags } from '../lifecycle/tags';

/** Where a standby is: by this it is found while its id is not known. */
export interface StandbyPlace {
  readonly primaryRegion: string;
  readonly primaryWorkspaceId: string;
  /** In the standby Region. */
  readonly directoryId: string;
}

/** So many owners are asked for in one step. */
const MAX_OWNERS = 20;

/**
 * Finds the standby of a primary in the standby Region alone: by its relation to the primary and the owner tag. A directory may be
 * so large that the next step has to go on.
 */
export class StandbySearch {
  constructor(
    private readonly workspaces: WorkSpaces, private readonly pace: Pace, private readonly place: StandbyPlace, private readonly scope: Scope,
  ) {}

  /** @param userName the primary's user, if known: one page instead of the whole directory */
  public async run(userName: string): Promise<Observation<Workspace>> {
    const { memory } = this.scope;
    const candidates = splitIds(memory.scanned);
    const token = memory.scanOver ? undefined : await this.scan(userName, candidates);
    if (token) {
      return this.goOn({ scanToken: token, scanned: candidates.join() });
    }
    const batch = candidates.splice(0, Math.min(BATCH_SIZE, MAX_OWNERS));
    const found = await this.examine(batch, userName);
    if (found.is === 'absent' && candidates.length > 0) {
      return this.goOn({ scanOver: true, scanned: candidates.join() });
    }
    this.scope.remember({ scanToken: '', scanned: '', scanOver: false });
    return found;
  }

  private async scan(userName: string, candidates: string[]): Promise<string | undefined> {
    const from = { userName: userName || undefined, token: String(this.scope.memory.scanToken ?? '') || undefined };
    return scanDirectory(this.workspaces, this.pace, this.place.directoryId, from, workspace => {
      if (this.isAtPlace(workspace) || isUnrelatedYet(workspace) || workspace.userName === userName) {
        candidates.push(workspace.id);
      }
    });
  }

  private goOn(memory: Record<string, string | boolean>): Observation<Workspace> {
    return { is: 'unclear', waiting: waiting(`the end of the list of WorkSpaces in ${this.place.directoryId}`, 1, memory) };
  }

  /** Ours comes first, then what may become ours, then what is in the way. */
  private async examine(ids: readonly string[], userName: string): Promise<Observation<Workspace>> {
    const found: Observation<Workspace>[] = [];
    for (const workspace of ids.length > 0 ? await this.workspaces.describe(ids) : []) {
      found.push(this.assess(workspace, await this.workspaces.listTags(workspace.id), userName));
    }
    const order = ['ours', 'unclear', 'leaving', 'foreign'];
    return found.filter(({ is }) => is !== 'absent').sort((a, b) => order.indexOf(a.is) - order.indexOf(b.is))[0] ?? { is: 'absent' };
  }

  private assess(workspace: Workspace, tags: Tags | undefined, userName: string): Observation<Workspace> {
    const isOurs = isOwnedBy(this.scope.owner, tags);
    const isAtPlace = this.isAtPlace(workspace);
    if (!isAtPlace && workspace.userName !== userName && !isOurs) {
      return { is: 'absent' };
    }
    if (isLeaving(workspace)) {
      return { is: 'leaving' };
    }
    if (isAtPlace && isOurs) {
      return { is: 'ours', thing: workspace, tags };
    }
    return this.isYoung(workspace, isOurs, tags)
      ? { is: 'unclear', waiting: waiting(`WorkSpace ${workspace.id} to show which primary it stands by for`, SECOND_LOOK_SECONDS) }
      : this.inTheWay(workspace, userName, tags);
  }

  /** It may not show its primary yet, or its tags: those of a standby that is just being made may lag behind it. */
  private isYoung(workspace: Workspace, isOurs: boolean, tags: Tags | undefined): boolean {
    return isOurs ? !workspace.primary : workspace.state === 'PENDING' && tags?.[OWNER_TAG_KEY] === undefined && Boolean(workspace.primary);
  }

  private inTheWay(workspace: Workspace, userName: string, tags: Tags | undefined): Observation<Workspace> {
    const { directoryId, primaryWorkspaceId } = this.place;
    if (this.isAtPlace(workspace)) {
      return { is: 'foreign', refusal: `WorkSpace ${workspace.id} in directory ${directoryId} is a standby of ${primaryWorkspaceId} already and does not `
        + `belong to this stack and logical id, so it is left alone. ${waysOut(workspace.id, tags, 'StandbyWorkspace.fromStandbyWorkspaceId()')}` };
    }
    return workspace.userName !== userName ? { is: 'absent' } : { is: 'foreign', refusal: `WorkSpace ${workspace.id} of user ${userName} is in directory `
      + `${directoryId}, and a user can have one WorkSpace in a directory, so a standby of ${primaryWorkspaceId} can't be created there. Use another `
      + `directory. If ${workspace.id} is the standby of a primary that ${primaryWorkspaceId} has replaced, it holds that user's data: save them first.` };
  }

  private isAtPlace(workspace: Workspace): boolean {
    const { directoryId, primaryRegion, primaryWorkspaceId } = this.place;
    return workspace.directoryId === directoryId && isStandbyOf(workspace, primaryWorkspaceId, primaryRegion);
  }
}

function splitIds(ids: unknown): string[] {
  return String(ids ?? '').split(',').filter(Boolean);
}
