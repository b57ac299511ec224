import type { Workspace, WorkSpaces } from './client';
import { scanDirectory } from './directory-scan';
import { Pace, paced } from './pace';
import { attributesOf, DEFAULT_TIMEOUT_SECONDS, isLeaving, isStandbyOf, SECOND_LOOK_SECONDS, VISIBLE_SECONDS } from './standby';
import { DIRECTORY_ID, WORKSPACE_ID, type StandbyWorkspaceLookupProperties } from '../../src/wire/workspaces';
import { quote, ResourceError } from '../lifecycle/errors';
import { waiting, type Outcome, type StepContext } from '../lifecycle/handler';
import { Lookup } from '../lifecycle/lookup';
import { PropertyReader, REGION_RULE } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

export interface LookupDeclaration {
  readonly primaryWorkspaceId: string;
  readonly primaryRegion: string;
  readonly directoryId: string;
}

type Context = StepContext<LookupDeclaration>;

/** `Custom::StandbyWorkspaceLookup`: finds the standby of a primary in a directory, and changes nothing. */
export class StandbyWorkspaceLookup extends Lookup<LookupDeclaration> {
  public readonly defaultTimeoutSeconds = DEFAULT_TIMEOUT_SECONDS;

  constructor(private readonly workspaces: WorkSpaces, private readonly inRegion: (region: string) => Pick<WorkSpaces, 'describe'>) {
    super();
  }

  public parse(raw: RawProperties): LookupDeclaration {
    const reader = new PropertyReader<StandbyWorkspaceLookupProperties>(raw).schema();
    const declaration = {
      primaryWorkspaceId: reader.string('PrimaryWorkspaceId', WORKSPACE_ID),
      primaryRegion: reader.string('PrimaryRegion', REGION_RULE),
      directoryId: reader.string('DirectoryId', DIRECTORY_ID),
    };
    reader.optionalString('Revision');
    reader.end();
    return declaration;
  }

  protected async find(context: Context): Promise<Outcome> {
    const { primaryWorkspaceId, directoryId } = context.properties;
    const found = await this.throughPrimary(context) ?? await this.throughDirectory(context);
    if ('status' in found) {
      return found;
    }
    if (found.workspace) {
      return { status: 'ready', physicalId: `${Lookup.ID_PREFIX}${directoryId}:${primaryWorkspaceId}`, attributes: attributesOf(found.workspace) };
    }
    if (context.clock.now() < context.requestedAt + VISIBLE_SECONDS * 1000) {
      return waiting(`the standby of ${primaryWorkspaceId} to show up`, SECOND_LOOK_SECONDS, { token: '' });
    }
    throw new ResourceError(`Directory ${directoryId} in ${context.location.region} has no standby of ${primaryWorkspaceId}. If it is a member of a fleet that keeps `
      + "its good members, it is among the fleet's 'failedMembers'.");
  }

  /** Two calls, if the primary Region is up; the way through the directory needs none of it. */
  private async throughPrimary(context: Context): Promise<{ workspace: Workspace } | undefined> {
    const { directoryId, primaryRegion, primaryWorkspaceId } = context.properties;
    try {
      const [primary] = await this.inRegion(primaryRegion).describe([primaryWorkspaceId]);
      const ids = (primary?.standbys ?? []).filter(({ region }) => region === context.location.region).map(({ workspaceId }) => workspaceId);
      const candidates = ids.length > 0 ? await this.workspaces.describe(ids) : [];
      const workspace = candidates.find(candidate => candidate.directoryId === directoryId && isMatch(candidate, context.properties));
      return workspace && { workspace };
    } catch (error) {
      context.log.write('WARN', 'The primary Region did not tell the standby', { primaryRegion, error: quote(error) });
      return undefined;
    }
  }

  private async throughDirectory(context: Context): Promise<{ workspace?: Workspace } | Outcome> {
    const pace = new Pace(context.clock, context.memory.pace);
    let workspace: Workspace | undefined;
    const token = await scanDirectory(
      paced(this.workspaces, pace), pace, context.properties.directoryId, { token: String(context.memory.token ?? '') || undefined },
      candidate => { workspace ??= isMatch(candidate, context.properties) ? candidate : undefined; });
    return token && !workspace
      ? waiting(`the end of the list of WorkSpaces in ${context.properties.directoryId}`, 0, { token, pace: pace.memory }) : { workspace };
  }
}

function isMatch(workspace: Workspace, { primaryRegion, primaryWorkspaceId }: LookupDeclaration): boolean {
  return isStandbyOf(workspace, primaryWorkspaceId, primaryRegion) && !isLeaving(workspace);
}
