import type { Workspace, WorkSpaces } from './client';
import { briefPace, paced, type Pace } from './pace';
import { attributesOf, certainAt, changesKey, conditionOf, DEFAULT_TIMEOUT_SECONDS, explained, EXPLAINED_ERRORS, hintFor, isLeaving, isStandbyOf, MISSES, notOwned, parseSettings, POLL_SECONDS, refuseOwnRegion, requestFor, saysExists, SECOND_LOOK_SECONDS, unseen, UNSEEN_SECONDS, UNWELL_SECONDS, VISIBLE_SECONDS, withoutStop, type StandbySettings } from './standby';
import { findStandby, SEARCH_OVER, type NaturalKey, type SearchResult } from './standby-search';
import { terminate } from './termination';
import { WORKSPACE_ID } from '../../src/wire/workspaces';
import { hasName, quote, ResourceError } from '../lifecycle/errors';
import { waiting, type Outcome, type Ready, type ResourceHandler, type StepContext, type Waiting } from '../lifecycle/handler';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';
import { isOwnedBy, tagDifference } from '../lifecycle/tags';

/** Errors of a change that end when another change of the WorkSpace has ended. */
const BUSY = ['OperationInProgressException', 'InvalidResourceStateException', 'ResourceUnavailableException'];

export interface StandbyDeclaration extends StandbySettings {
  readonly primaryWorkspaceId: string;
}

type Context = StepContext<StandbyDeclaration>;

/** `Custom::StandbyWorkspace`: a standby that this resource creates and owns. Its physical id is the WorkSpace's id. */
export class StandbyWorkspaceHandler implements ResourceHandler<StandbyDeclaration> {
  public readonly defaultTimeoutSeconds = DEFAULT_TIMEOUT_SECONDS;

  /**
   * @param workspaces in the standby Region, where the function runs
   * @param inRegion in the primary Region, which a create asks for the user's name and which may be down
   */
  constructor(
    private readonly workspaces: WorkSpaces,
    private readonly inRegion: (region: string) => Pick<WorkSpaces, 'describe'>,
  ) {}

  public parse(raw: RawProperties): StandbyDeclaration {
    const reader = new PropertyReader(raw).schema();
    const declaration = {
      primaryWorkspaceId: reader.string('PrimaryWorkspaceId', WORKSPACE_ID),
      ...parseSettings(reader),
    };
    reader.end();
    return declaration;
  }

  public recognizes(physicalId: string): boolean {
    return WORKSPACE_ID.pattern.test(physicalId);
  }

  public async create(context: Context): Promise<Outcome> {
    refuseOwnRegion(context);
    return this.step(context).create(context);
  }

  public async update(context: Context): Promise<Outcome> {
    refuseOwnRegion(context);
    return this.step(context).update(context);
  }

  public delete(context: Context): Promise<Outcome> {
    return this.step(context).delete(context);
  }

  private step({ clock }: Context): StandbyStep {
    const pace = briefPace(clock);
    return new StandbyStep(paced(this.workspaces, pace), pace, this.inRegion);
  }
}

/** One step, whose calls keep one pace. */
class StandbyStep {
  constructor(
    private readonly workspaces: WorkSpaces, private readonly pace: Pace,
    private readonly inRegion: (region: string) => Pick<WorkSpaces, 'describe'>,
  ) {}

  public async create(context: Context): Promise<Outcome> {
    const { memory, properties } = context;
    if (memory.workspaceId) {
      return this.awaitReady(context, String(memory.workspaceId));
    }
    const userName = memory.userName === undefined ? await this.userNameOf(properties, context) : String(memory.userName);
    const found = await findStandby(this.workspaces, this.pace, context, properties, userName || undefined);
    if ('status' in found) {
      return { ...found, memory: { ...found.memory, userName } };
    }
    const next = found.kind === 'none' ? await this.createMissing(context, found, userName) : await this.takeUp(context, found);
    return next.status === 'waiting' ? { ...next, memory: { ...SEARCH_OVER, userName, ...next.memory } } : next;
  }

  public async update(context: Context): Promise<Outcome> {
    const { memory, physicalId } = context;
    if (memory.replacing) {
      return this.replace(context);
    }
    const [workspace] = await this.workspaces.describe([physicalId!]);
    if (this.isUnclear(context, workspace)) {
      return waiting(`standby ${physicalId} to show which primary it stands by for`, SECOND_LOOK_SECONDS);
    }
    if (this.isReplacement(context, workspace)) {
      // Of a standby that is gone, nothing tells whether the update takes a replacement back.
      const removing = workspace ? undefined : await this.removeLeftover(context);
      return removing ?? { ...waiting(`the standby that replaces ${physicalId}`, 0), memory: { replacing: true } };
    }
    if (!workspace || isLeaving(workspace)) {
      return this.refuseMissing(context, workspace);
    }
    return await this.removeLeftover(context) ?? this.updateInPlace(context, workspace);
  }

  public async delete(context: Context): Promise<Outcome> {
    if (WORKSPACE_ID.pattern.test(context.physicalId!)) {
      return await terminate(this.workspaces, context, context.physicalId!) ?? { status: 'gone' };
    }
    return await this.removeAbandoned(context, context.properties) ?? { status: 'gone' };
  }

  /** Spares a create the search of the whole directory. Empty if the primary Region does not tell. */
  private async userNameOf({ primaryRegion, primaryWorkspaceId }: StandbyDeclaration, context: Context): Promise<string> {
    try {
      const [primary] = await this.inRegion(primaryRegion).describe([primaryWorkspaceId]);
      return primary?.userName ?? '';
    } catch (error) {
      context.log.write('WARN', 'The primary Region did not tell the user of the primary', { primaryRegion, error: quote(error) });
      return '';
    }
  }

  /** Something exists already: made by an earlier attempt of this request, or by somebody else. */
  private async takeUp(context: Context, found: SearchResult & { workspace?: Workspace }): Promise<Outcome> {
    const workspace = found.workspace!;
    const { primaryWorkspaceId, directoryId } = context.properties;
    if (found.kind === 'unclear') {
      return waiting(`WorkSpace ${workspace.id} to show which primary it stands by for`, SECOND_LOOK_SECONDS);
    }
    if (isLeaving(workspace)) {
      return waiting(`the earlier standby ${workspace.id} to go away`, POLL_SECONDS);
    }
    if (found.kind === 'foreign') {
      throw new ResourceError(`WorkSpace ${workspace.id} in directory ${directoryId} is a standby of ${primaryWorkspaceId} already and does `
        + 'not belong to this stack and logical id, so it is left alone. Terminate it, or use '
        + 'StandbyWorkspace.fromStandbyWorkspaceId() for the existing one.', { nothingCreated: !context.memory.intended });
    }
    // Written down before the answer, so that a repetition of this step never makes it again.
    return {
      ...waiting(`a look at standby ${workspace.id}`, 0, { workspaceId: workspace.id, takenUp: true }), physicalId: workspace.id,
    };
  }

  private async createMissing(context: Context, found: SearchResult & { inTheWay?: Workspace }, userName: string): Promise<Outcome> {
    const { clock, memory, properties } = context;
    const { primaryWorkspaceId } = properties;
    if (memory.existsUntil) {
      return this.awaitSightOfExisting(context, found.inTheWay, userName);
    }
    if (!memory.intended) {
      // Written down before the call, so that whoever finds nothing written knows that there was none.
      return waiting(`the request for a standby of ${primaryWorkspaceId}`, 0, { intended: true });
    }
    await context.claim();
    const { pending, failed } = await this.request(context);
    const [failure] = failed;
    if (failure && !saysExists(failure.code)) {
      throw new ResourceError(`WorkSpaces refused to make a standby of ${primaryWorkspaceId}${userName && ` (user ${userName})`} in directory `
        + `${properties.directoryId}: ${failure.code}: ${withoutStop(failure.message)}.${hintFor(failure.code, failure.message)}`);
    }
    if (failure || pending.length === 0) {
      return waiting(`a look at what is there for ${primaryWorkspaceId}`, SECOND_LOOK_SECONDS, {
        existsUntil: clock.now() + VISIBLE_SECONDS * 1000,
        exists: failure ? `${failure.code}: ${failure.message}` : 'WorkSpaces took the request and told no id',
      });
    }
    const { workspaceId } = pending[0];
    context.log.write('INFO', 'Requested the standby', { workspaceId, primaryWorkspaceId });
    if (!properties.waitUntilReady) {
      return ready(unseen(workspaceId, { userName: pending[0].userName, directoryId: properties.directoryId }));
    }
    return { ...waiting(`standby ${workspaceId} to become AVAILABLE or STOPPED`, POLL_SECONDS), physicalId: workspaceId,
      memory: { workspaceId, createdAt: clock.now() } };
  }

  private async request(context: Context): ReturnType<WorkSpaces['createStandbys']> {
    const { primaryRegion, primaryWorkspaceId } = context.properties;
    try {
      return await this.workspaces.createStandbys(primaryRegion, [requestFor(primaryWorkspaceId, context.properties, context.owner)]);
    } catch (error) {
      throw hasName(error, ...EXPLAINED_ERRORS) ? explained(error, primaryWorkspaceId) : error;
    }
  }

  /** WorkSpaces says that there is one. Perhaps our own, of a call that was repeated, which does not show yet. */
  private awaitSightOfExisting({ clock, memory, properties }: Context, inTheWay: Workspace | undefined, userName: string): Outcome {
    const { primaryWorkspaceId, directoryId } = properties;
    if (clock.now() < Number(memory.existsUntil)) {
      return waiting(`what exists for ${primaryWorkspaceId} to show up`, SECOND_LOOK_SECONDS);
    }
    const which = inTheWay ? `WorkSpace ${inTheWay.id}` : 'a WorkSpace';
    throw new ResourceError(`WorkSpaces refused to make a standby of ${primaryWorkspaceId} (${memory.exists}): ${which} of user `
      + `${userName || 'the primary'} is in directory ${directoryId}, and a user can have one WorkSpace in a directory. If it is the standby of `
      + 'the primary that this one replaces, remove the standby from the stack, deploy, and add it again; if it is somebody '
      + "else's, terminate it or use another directory.");
  }

  private async awaitReady(context: Context, id: string): Promise<Outcome> {
    const [workspace] = await this.workspaces.describe([id]);
    if (!workspace) {
      return this.awaitSight(context, id);
    }
    if (!context.properties.waitUntilReady) {
      return this.finish(context, workspace);
    }
    const { state } = workspace;
    const condition = conditionOf(state);
    if (condition === 'failed') {
      throw new FailedStandbyError(workspace);
    }
    if (condition === 'ready') {
      return this.finish(context, workspace);
    }
    if (condition === undefined && context.memory.unknownState !== state) {
      context.log.write('WARN', 'The WorkSpace is in a state that this version does not know; waiting for another one', { workspaceId: id, state });
    }
    const unwellSince = condition === 'unwell' ? Number(context.memory.unwellSince || context.clock.now()) : 0;
    if (unwellSince > 0 && context.clock.now() >= unwellSince + UNWELL_SECONDS * 1000) {
      throw new FailedStandbyError(workspace);
    }
    return { ...waiting(`standby ${id} to become AVAILABLE or STOPPED (it is ${state})`, POLL_SECONDS), physicalId: id,
      memory: { workspaceId: id, seen: true, misses: 0, unwellSince, unknownState: condition === undefined ? state : '' } };
  }

  /** An empty answer is "not visible yet" before the standby was seen, and "gone" afterwards. */
  private awaitSight({ clock, memory, requestedAt }: Context, id: string): Outcome {
    const age = (clock.now() - Number(memory.createdAt || requestedAt)) / 1000;
    const known = { physicalId: id, memory: { workspaceId: id } };
    if (!memory.seen && age < UNSEEN_SECONDS) {
      return { ...waiting(`standby ${id} to show up`, POLL_SECONDS), ...known };
    }
    const misses = Number(memory.misses ?? 0) + 1;
    if (misses < MISSES) {
      return { ...waiting(`standby ${id} to show up again`, SECOND_LOOK_SECONDS), ...known, memory: { ...known.memory, misses } };
    }
    throw new ResourceError(`Standby ${id} was requested and has vanished before it became ready: something else terminated it. Find out `
      + 'what in CloudTrail (TerminateWorkspaces), then deploy again.', { physicalId: id });
  }

  /** What the WorkSpace shows decides, so that an update which takes a replacement back finds what CloudFormation holds. */
  private isReplacement({ properties, oldProperties }: Context, workspace: Workspace | undefined): boolean {
    if (workspace?.primary) {
      return !isStandbyOf(workspace, properties.primaryWorkspaceId, properties.primaryRegion) || workspace.directoryId !== properties.directoryId;
    }
    return oldProperties !== undefined && !sameNaturalKey(oldProperties, properties);
  }

  /** The rollback of a replacement comes with other properties before, too, perhaps so early that the standby does not show yet. */
  private isUnclear({ clock, oldProperties, properties, requestedAt }: Context, workspace: Workspace | undefined): boolean {
    return !workspace?.primary && oldProperties !== undefined && !sameNaturalKey(oldProperties, properties)
      && clock.now() < requestedAt + VISIBLE_SECONDS * 1000;
  }

  private refuseMissing({ memory, physicalId }: Context, workspace: Workspace | undefined): Outcome {
    const misses = Number(memory.misses ?? 0) + 1;
    if (!workspace && misses < MISSES) {
      return waiting(`standby ${physicalId} to show up`, SECOND_LOOK_SECONDS, { misses });
    }
    throw new ResourceError(`Standby ${physicalId} does not exist any more${workspace ? ` (it is ${workspace.state})` : ''}: it was terminated `
      + 'outside of the stack, and its data with it. Remove the standby from the stack, deploy, and add it again for a new one.');
  }

  /** Another primary or directory: a new standby beside the old one, which CloudFormation deletes afterwards. */
  private async replace(context: Context): Promise<Outcome> {
    const { failedId, failure } = context.memory;
    if (failedId) {
      return await terminate(this.workspaces, context, String(failedId)) ?? fail(String(failure));
    }
    try {
      return await this.create(context);
    } catch (error) {
      if (!(error instanceof FailedStandbyError)) {
        throw error;
      }
      // CloudFormation goes on with the old standby, so nobody else would remove the failed new one.
      return waiting(`failed standby ${error.workspaceId} to be terminated`, 0, { failedId: error.workspaceId, failure: error.message });
    }
  }

  /** An update that CloudFormation gave up may have made the standby that it was to replace ours with. */
  private async removeLeftover(context: Context): Promise<Waiting | undefined> {
    const { oldProperties, properties } = context;
    return oldProperties && !sameNaturalKey(oldProperties, properties) ? this.removeAbandoned(context, oldProperties) : undefined;
  }

  /** Terminates what a create that CloudFormation gave up has made, or is about to make. */
  private async removeAbandoned(context: Context, key: NaturalKey): Promise<Waiting | undefined> {
    if (context.memory.abandonedId) {
      const removing = await terminate(this.workspaces, context, String(context.memory.abandonedId));
      return removing ?? waiting('a last look for abandoned standbys', 0, { abandonedId: '' });
    }
    const found = await findStandby(this.workspaces, this.pace, context, key);
    if ('status' in found) {
      return found;
    }
    if (found.kind === 'own' && found.workspace.id !== context.physicalId) {
      return waiting(`abandoned standby ${found.workspace.id} to be terminated`, 0, { ...SEARCH_OVER, abandonedId: found.workspace.id });
    }
    const secondsLeft = (certainAt(context) - context.clock.now()) / 1000;
    if (found.kind === 'unclear' || secondsLeft > 0) {
      const seconds = found.kind === 'unclear' ? SECOND_LOOK_SECONDS : Math.min(POLL_SECONDS, secondsLeft);
      return waiting('certainty that no abandoned create is still under way', seconds, SEARCH_OVER);
    }
    return undefined;
  }

  private async updateInPlace(context: Context, workspace: Workspace): Promise<Outcome> {
    const { oldProperties, properties } = context;
    if (changesKey(workspace.volumeEncryptionKey, properties.volumeEncryptionKey, oldProperties?.volumeEncryptionKey)) {
      throw new ResourceError(`Standby ${workspace.id} is encrypted with ${workspace.volumeEncryptionKey}, and WorkSpaces can't change that; a `
        + "replacement can't stand beside it, since a user can have one WorkSpace in a directory. Remove the standby from the stack, "
        + 'deploy, and add it again with the other key; its data are lost.');
    }
    const changing = await this.syncSettings(context, workspace);
    return changing
      ?? (workspace.state === 'PENDING' && properties.waitUntilReady ? this.awaitReady(context, workspace.id) : ready(workspace));
  }

  /** What an earlier request has made, e.g. one whose resource was retained, may have other tags than are declared now. */
  private async finish(context: Context, workspace: Workspace): Promise<Outcome> {
    const changing = context.memory.takenUp ? await this.syncSettings(context, workspace) : undefined;
    return changing ? { ...changing, physicalId: workspace.id } : ready(workspace);
  }

  private async syncSettings(context: Context, workspace: Workspace): Promise<Waiting | undefined> {
    if (!context.memory.tagged) {
      await this.syncTags(context, workspace.id);
    }
    const modifying = await this.syncReplication(context, workspace);
    if (modifying) {
      return { ...modifying, memory: { ...modifying.memory, tagged: true } };
    }
    if (context.memory.tagged) {
      // An update that was cancelled may have set its tags meanwhile.
      await this.syncTags(context, workspace.id);
    }
    return undefined;
  }

  private async syncTags(context: Context, id: string): Promise<void> {
    const { oldProperties, owner, properties } = context;
    const present = await this.workspaces.listTags(id);
    if (!isOwnedBy(owner, present)) {
      throw notOwned(id, owner, present, 'nothing was changed');
    }
    const { set, remove } = tagDifference(present!, properties.tags, oldProperties?.tags ?? {});
    if (Object.keys(set).length > 0 || remove.length > 0) {
      await context.claim();
    }
    if (Object.keys(set).length > 0) {
      await this.workspaces.tag(id, set);
    }
    if (remove.length > 0) {
      await this.workspaces.untag(id, remove);
    }
  }

  /** Looks at the setting itself: neither the state nor the modification states of a WorkSpace tell of this change. */
  private async syncReplication(context: Context, workspace: Workspace): Promise<Waiting | undefined> {
    const { clock, memory, oldProperties, properties: { replication } } = context;
    const shown = workspace.replication ?? (memory.modifiedAt ? undefined : oldProperties?.replication);
    const until = `the data replication of standby ${workspace.id} to become ${replication}`;
    if (!memory.modifiedAt) {
      return shown === replication ? this.takeReplicationBack(context, workspace.id, until) : this.requestReplication(context, workspace.id, until);
    }
    if (shown === replication) {
      return undefined;
    }
    if (shown === undefined && clock.now() >= Number(memory.modifiedAt) + UNSEEN_SECONDS * 1000) {
      context.log.write('WARN', 'WorkSpaces took the change of the data replication and does not show the setting', { workspaceId: workspace.id });
      return undefined;
    }
    return waiting(until, POLL_SECONDS);
  }

  /**
   * An update that finds its change done takes back one that was cancelled. That one may still be about to make its call, or
   * its change may be under way and not show yet, so the change is asked for all the same.
   */
  private async takeReplicationBack(context: Context, id: string, until: string): Promise<Waiting | undefined> {
    const { clock, oldProperties, properties, certainAt } = context;
    if ((oldProperties?.replication ?? properties.replication) === properties.replication) {
      return undefined;
    }
    const secondsLeft = (certainAt - clock.now()) / 1000;
    return secondsLeft > 0
      ? waiting('certainty that no abandoned update is still under way', Math.min(POLL_SECONDS, secondsLeft))
      : this.requestReplication(context, id, until);
  }

  private async requestReplication(context: Context, id: string, until: string): Promise<Waiting> {
    await context.claim();
    try {
      await this.workspaces.setReplication(id, context.properties.replication);
    } catch (error) {
      if (!hasName(error, ...BUSY)) {
        throw error;
      }
      return waiting(`${until} (${quote(error)})`, POLL_SECONDS);
    }
    context.log.write('INFO', 'Requested the data replication', { workspaceId: id, replication: context.properties.replication });
    return waiting(until, POLL_SECONDS, { modifiedAt: context.clock.now() });
  }
}

/** A standby that WorkSpaces could not make, or that something else took away. */
export class FailedStandbyError extends ResourceError {
  public readonly workspaceId: string;

  constructor({ id, state, errorCode, errorMessage }: Workspace) {
    const why = errorCode || errorMessage ? `: ${errorCode ?? 'no code'}: ${withoutStop(errorMessage ?? 'no message')}.` : ' and WorkSpaces gives no reason.';
    super(`Standby ${id} is ${state}${why}${hintFor(errorCode, errorMessage)}`, { physicalId: id });
    this.workspaceId = id;
  }
}

export function ready(workspace: Workspace): Ready {
  return { status: 'ready', physicalId: workspace.id, attributes: attributesOf(workspace) };
}

function sameNaturalKey(a: NaturalKey, b: NaturalKey): boolean {
  return a.primaryWorkspaceId === b.primaryWorkspaceId && a.primaryRegion === b.primaryRegion && a.directoryId === b.directoryId;
}

function fail(message: string): never {
  throw new ResourceError(message);
}
