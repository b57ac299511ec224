import type { StandbyAnswer, Workspace, WorkSpaces } from './client';
import { briefPace, type Pace } from './pace';
import { primaryUser } from './primary-user';
import {
  attributesOf, changesKey, conditionOf, DEFAULT_TIMEOUT_SECONDS, isLeaving, mayRetryTermination, parseSettings, POLL_SECONDS, refuseOwnRegion,
  requestFor, saysExists, saysGone, UNSEEN_SECONDS, unseen, UNWELL_SECONDS, VISIBLE_SECONDS, type StandbySettings,
} from './standby';
import { standbyAdoption } from './standby-adoption';
import { explained, EXPLAINED_ERRORS, failureOf, hintFor, notOwned, otherKey, withoutStop } from './standby-errors';
import { StandbySearch, type StandbyPlace } from './standby-search';
import { DIRECTORY_ID, WORKSPACE_ID, type StandbyWorkspaceProperties } from '../../src/wire/workspaces';
import { REGION_NAME } from '../../src/wire/rules';
import { hasName, ResourceError } from '../lifecycle/errors';
import { waiting, type Attributes, type Waiting } from '../lifecycle/handler';
import type { Adoption, Change, Created, Loss, ManagedResource, Observation, Phase, ResourceModel, Scope, Tagging, Timing } from '../lifecycle/model';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';
import { isOwnedBy, untagged } from '../lifecycle/tags';

export interface StandbyDeclaration extends StandbySettings {
  readonly primaryWorkspaceId: string;
}

/**
 * `Custom::StandbyWorkspace`. Its place is its primary and its directory; the id of the WorkSpace, which is dear to find, is kept in
 * the physical id.
 */
export class StandbyWorkspaceModel implements ResourceModel<StandbyDeclaration, Workspace> {
  public readonly noun = 'standby';
  public readonly keepsHint = true;
  public readonly defaultTimeoutSeconds = DEFAULT_TIMEOUT_SECONDS;
  public readonly timing: Timing = {
    unseenSeconds: UNSEEN_SECONDS, missSeconds: VISIBLE_SECONDS / 6, misses: 6, absentSeconds: VISIBLE_SECONDS, leavingSeconds: POLL_SECONDS,
  };
  /** Its data are gone with it, so a new one in silence would hide the loss. */
  public readonly loss: Loss = {
    error: (place, id) => new ResourceError(`Standby ${id ?? place} does not exist any more: it was terminated outside of the stack, and its data `
      + 'with it. Remove the standby from the stack, deploy, and add it again for a new one.'),
    attributes: (place, id) => attributesOf(unseen(id ?? '', { directoryId: placeOf(place).directoryId, state: 'TERMINATED' })),
  };

  /**
   * @param workspaces in the standby Region, where the function runs
   * @param inRegion in the primary Region, which a create asks for the user's name and which may be down
   */
  constructor(private readonly workspaces: WorkSpaces, private readonly inRegion: (region: string) => Pick<WorkSpaces, 'describe'>) {}

  public parse(raw: RawProperties): StandbyDeclaration {
    const reader = new PropertyReader<StandbyWorkspaceProperties>(raw).schema();
    const declaration = {
      primaryWorkspaceId: reader.string('PrimaryWorkspaceId', WORKSPACE_ID),
      ...parseSettings(reader),
    };
    reader.optionalString('Adopt', WORKSPACE_ID);
    reader.end();
    return declaration;
  }

  public placeOf({ PrimaryRegion, PrimaryWorkspaceId, DirectoryId }: RawProperties): string | undefined {
    const parts: [unknown, RegExp][] = [
      [PrimaryRegion, REGION_NAME], [PrimaryWorkspaceId, WORKSPACE_ID.pattern], [DirectoryId, DIRECTORY_ID.pattern],
    ];
    return parts.every(([part, pattern]) => typeof part === 'string' && pattern.test(part)) ? parts.map(([part]) => part).join('/') : undefined;
  }

  public check(declaration: StandbyDeclaration, { location }: Scope): void {
    refuseOwnRegion(declaration, location.region);
  }

  /** The WorkSpace is at work on another change. */
  public isRetryable(error: unknown): boolean {
    return hasName(error, 'OperationInProgressException', 'InvalidResourceStateException', 'ResourceUnavailableException');
  }

  public at(place: string, scope: Scope): ManagedResource<StandbyDeclaration, Workspace> {
    return new StandbyAt(this.workspaces, briefPace(scope.clock), this.inRegion, placeOf(place), scope);
  }
}

function placeOf(place: string): StandbyPlace {
  const [primaryRegion, primaryWorkspaceId, directoryId] = place.split('/');
  return { primaryRegion, primaryWorkspaceId, directoryId };
}

/** The standby of one primary in one directory. */
class StandbyAt implements ManagedResource<StandbyDeclaration, Workspace> {
  private readonly workspaces: WorkSpaces;

  public readonly tags: Tagging<StandbyDeclaration, Workspace> = {
    of: ({ tags }) => tags,
    read: async ({ id }) => await this.workspaces.listTags(id) ?? {},
    set: ({ id }, tags) => this.workspaces.tag(id, tags),
    remove: ({ id }, keys) => this.workspaces.untag(id, keys),
  };

  constructor(
    port: WorkSpaces, private readonly pace: Pace, private readonly inRegion: (region: string) => Pick<WorkSpaces, 'describe'>,
    private readonly place: StandbyPlace, private readonly scope: Scope,
  ) {
    this.workspaces = scope.paced(port);
  }

  public get adoption(): Adoption<StandbyDeclaration, Workspace> {
    return standbyAdoption(this.workspaces, this.place, this.scope.owner);
  }

  public async look(id: string | undefined, isProven: boolean): Promise<Observation<Workspace>> {
    if (!id) {
      return new StandbySearch(this.workspaces, this.pace, this.place, this.scope).run(await primaryUser(this.place, this.scope, this.inRegion));
    }
    const [workspace] = await this.workspaces.describe([id]);
    if (!workspace) {
      return { is: 'absent' };
    }
    if (isLeaving(workspace)) {
      return { is: 'leaving' };
    }
    const tags = isProven ? undefined : await this.workspaces.listTags(id);
    return isProven || isOwnedBy(this.scope.owner, tags) ? { is: 'ours', thing: workspace, tags }
      : { is: 'foreign', refusal: notOwned(id, this.scope.owner, tags, 'nothing was changed'), untagged: untagged(`WorkSpace ${id}`, tags) };
  }

  public hintOf({ id }: Workspace): string {
    return id;
  }

  public async create(declaration: StandbyDeclaration): Promise<Created<Workspace>> {
    const { primaryWorkspaceId, directoryId } = declaration;
    const { pending: [pending], failed: [failure] } = await this.request(declaration);
    const refusal = failure ? `${failure.code}: ${withoutStop(failure.message)}` : 'WorkSpaces took the request and told no id';
    if (!pending) {
      const message = `WorkSpaces refused to make a standby of ${primaryWorkspaceId} in directory ${directoryId}: ${refusal}.${hintFor(failure?.code, failure?.message)}`;
      if (failure && !saysExists(failure.code)) {
        throw new ResourceError(message);
      }
      return { taken: message };
    }
    return {
      hint: pending.workspaceId,
      thing: declaration.waitUntilReady ? undefined : unseen(pending.workspaceId, { userName: pending.userName, directoryId }),
      waiting: waiting(`standby ${pending.workspaceId} to become AVAILABLE or STOPPED`, POLL_SECONDS),
    };
  }

  /** What was good enough before is good enough for an update, but for one that has begun to wait. */
  public phase(workspace: Workspace, { waitUntilReady }: StandbyDeclaration, isHeld: boolean): Phase {
    const { memory, remember } = this.scope;
    const condition = conditionOf(workspace.state);
    if (!waitUntilReady || condition === 'ready' || (isHeld && workspace.state !== 'PENDING' && !memory.awaited)) {
      return { is: 'ready' };
    }
    remember({ awaited: true });
    return condition === 'failed' || this.isUnwellForLong(condition === 'unwell') ? { is: 'failed', message: failureOf(workspace) }
      : { is: 'pending', waiting: waiting(`standby ${workspace.id} to become AVAILABLE or STOPPED (it is ${workspace.state})`, POLL_SECONDS) };
  }

  public async change(
    workspace: Workspace, wanted: StandbyDeclaration, before: StandbyDeclaration | undefined, isHeld: boolean,
  ): Promise<Change | undefined> {
    if (!isHeld) {
      return undefined;
    }
    if (changesKey(workspace.volumeEncryptionKey, wanted.volumeEncryptionKey, before ? before.volumeEncryptionKey : wanted.volumeEncryptionKey)) {
      throw otherKey(workspace);
    }
    return this.replicationChange(workspace, wanted, before);
  }

  public async remove({ id, state }: Workspace): Promise<Waiting> {
    if (state === 'SUSPENDED') {
      throw new ResourceError(`WorkSpace ${id} is SUSPENDED, and WorkSpaces terminates no suspended WorkSpace. Resume it (AWS support can), `
        + 'then delete again.');
    }
    const [failure] = await this.workspaces.terminate([id]);
    if (failure && !saysGone(failure.code)) {
      return this.retryTermination(id, `${failure.code}: ${withoutStop(failure.message)}`);
    }
    this.scope.log.write('INFO', 'Terminated the WorkSpace', { workspaceId: id, state });
    return waiting(`WorkSpace ${id} to go away`, POLL_SECONDS);
  }

  public attributes(workspace: Workspace): Attributes {
    return attributesOf(workspace);
  }

  private async request(declaration: StandbyDeclaration): Promise<StandbyAnswer> {
    const { primaryRegion, primaryWorkspaceId } = declaration;
    try {
      return await this.workspaces.createStandbys(primaryRegion, [requestFor(primaryWorkspaceId, declaration, this.scope.owner)]);
    } catch (error) {
      throw hasName(error, ...EXPLAINED_ERRORS) ? explained(error, primaryWorkspaceId) : error;
    }
  }

  /** Looks at the setting itself: neither the state nor the modification states of a WorkSpace tell of this change. */
  private replicationChange({ id, replication: shown }: Workspace, wanted: StandbyDeclaration, before = wanted): Change | undefined {
    const { scope: { clock, memory } } = this;
    const { replication } = wanted;
    const until = `the data replication of standby ${id} to become ${replication}`;
    if (!memory.modifiedAt) {
      // Of two that differ the one before may still be under way, and not show. What an adopted one has is known from what shows alone.
      const isUnknown = shown === undefined && memory.adopted === true;
      return !isUnknown && before.replication === replication && (shown ?? replication) === replication ? undefined : {
        kind: 'apply', waiting: waiting(until, POLL_SECONDS, { modifiedAt: clock.now() }),
        apply: () => this.workspaces.setReplication(id, replication),
      };
    }
    const isDone = shown === undefined ? this.isOverdue(id, Number(memory.modifiedAt)) : shown === replication;
    return isDone ? undefined : { kind: 'wait', waiting: waiting(until, POLL_SECONDS) };
  }

  private isUnwellForLong(isUnwell: boolean): boolean {
    const { clock, memory, remember } = this.scope;
    const unwellSince = isUnwell ? Number(memory.unwellSince || clock.now()) : 0;
    remember({ unwellSince });
    return unwellSince > 0 && clock.now() >= unwellSince + UNWELL_SECONDS * 1000;
  }

  private isOverdue(id: string, modifiedAt: number): boolean {
    const isOverdue = this.scope.clock.now() >= modifiedAt + UNSEEN_SECONDS * 1000;
    if (isOverdue) {
      this.scope.log.write('WARN', 'WorkSpaces took the change of the data replication and does not show the setting', { workspaceId: id });
    }
    return isOverdue;
  }

  private retryTermination(id: string, failure: string): Waiting {
    const { clock, memory } = this.scope;
    const terminationRefusedAt = Number(memory.terminationRefusedAt || clock.now());
    if (!mayRetryTermination(terminationRefusedAt, clock.now())) {
      throw new ResourceError(`WorkSpace ${id} could not be terminated: ${failure}. Find out what keeps it in the WorkSpaces console, then delete again.`);
    }
    return waiting(`WorkSpace ${id} to let itself be terminated (${failure})`, POLL_SECONDS, { terminationRefusedAt });
  }
}
