import { forgetTermination, terminateAll } from './bulk-termination';
import { BATCH_SIZE, type ItemFailure, type StandbyAnswer, type Workspace, type WorkSpaces } from './client';
import { STEP_SECONDS } from './directory-scan';
import { census } from './fleet-census';
import { fleetReport } from './fleet-report';
import { FleetSettings } from './fleet-settings';
import { FleetStep, type MemberFailure } from './fleet-step';
import {
  changesKey, conditionOf, DEFAULT_TIMEOUT_SECONDS, isLeaving, parseSettings, POLL_SECONDS,
  refuseOwnRegion, requestFor, saysExists, SECOND_LOOK_SECONDS, UNSEEN_SECONDS, UNWELL_SECONDS, VISIBLE_SECONDS, type StandbySettings,
} from './standby';
import { explained, EXPLAINED_ERRORS } from './standby-errors';
const certainAt = (context: StepContext<unknown>) => context.certainAt + VISIBLE_SECONDS * 1000;
import { WORKSPACE_ID, MAX_FLEET_MEMBERS, type StandbyWorkspaceFleetAttributes } from '../../src/wire/workspaces';
import { hasName, refusal, ResourceError } from '../lifecycle/errors';
import type { Outcome, ResourceHandler, StepContext, Waiting } from '../lifecycle/handler';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';
import { isOwnedBy } from '../lifecycle/tags';

const ID_PREFIX = 'fleet:';
const FLEET_ID = /^fleet:([^:]+):([^:]+):[0-9a-f]{12}$/;
/** A list of failed members in an attribute is cut there. */
const MAX_ATTRIBUTE_LENGTH = 1500;

export interface FleetDeclaration extends StandbySettings {
  readonly primaryWorkspaceIds: readonly string[];
  /** Whether a failed member is reported only, instead of failing the change. */
  readonly keepGoodMembers: boolean;
}

type Context = StepContext<FleetDeclaration>;

/**
 * `Custom::StandbyWorkspaceFleet`: the standbys of many primaries in one directory. Who belongs to it, WorkSpaces tells: by the
 * relation to a primary and the owner tag. Its physical id names the two things that can't be changed.
 */
export class StandbyWorkspaceFleetHandler implements ResourceHandler<FleetDeclaration> {
  public readonly defaultTimeoutSeconds = DEFAULT_TIMEOUT_SECONDS;

  constructor(private readonly workspaces: WorkSpaces) {}

  public parse(raw: RawProperties): FleetDeclaration {
    const reader = new PropertyReader(raw).schema();
    const primaryWorkspaceIds = reader.strings('PrimaryWorkspaceIds', 1, MAX_FLEET_MEMBERS);
    const wrong = primaryWorkspaceIds.find((id, index) =>
      !WORKSPACE_ID.pattern.test(id) || primaryWorkspaceIds.indexOf(id) !== index);
    if (wrong !== undefined) {
      throw refusal(`Property 'PrimaryWorkspaceIds' has '${wrong}', but each item ${WORKSPACE_ID.says}, and none may occur twice.`);
    }
    const declaration = {
      primaryWorkspaceIds,
      keepGoodMembers: reader.has('KeepGoodMembers') && reader.boolean('KeepGoodMembers'),
      ...parseSettings(reader),
    };
    reader.end();
    return declaration;
  }

  public recognizes(physicalId: string): boolean {
    return FLEET_ID.test(physicalId);
  }

  public async create(context: Context): Promise<Outcome> {
    refuseOwnRegion(context.properties, context.place.region);
    await context.claim();
    return new Construction(this.workspaces, context, undefined).run();
  }

  public async update(context: Context): Promise<Outcome> {
    refuseOwnRegion(context.properties, context.place.region);
    await context.claim();
    const { oldProperties, owner, physicalId, properties } = context;
    if (physicalId !== idOf(properties, owner)) {
      return new Construction(this.workspaces, context, undefined).run();
    }
    // Taking back a replacement: what that has made belongs to nobody.
    const leftover = oldProperties && idOf(oldProperties, owner) !== physicalId && !context.memory.leftoverGone
      ? await new Removal(this.workspaces, context, oldProperties).run() : undefined;
    return leftover ?? new Construction(this.workspaces, context, oldProperties).run();
  }

  public async delete(context: Context): Promise<Outcome> {
    await context.claim();
    // An id of ours decides, not the properties: after a replacement these may be those of the fleet that stays.
    const scope = scopeOf(context.physicalId!) ?? context.properties;
    return await new Removal(this.workspaces, context, scope).run() ?? { status: 'gone' };
  }
}

/** Makes a fleet what is declared: adds, changes and removes members. */
class Construction {
  private readonly step: FleetStep;
  private readonly declaration: FleetDeclaration;
  private readonly wanted: ReadonlyMap<string, number>;
  /** Members of before, as far as they are members of the same fleet. */
  private readonly before: ReadonlySet<string>;
  private readonly id: string;

  constructor(workspaces: WorkSpaces, private readonly context: Context, private readonly old: FleetDeclaration | undefined) {
    this.declaration = context.properties;
    this.id = idOf(context.properties, context.owner);
    this.step = new FleetStep(workspaces, context, context.operation === 'Create' && context.memory.counted ? this.id : undefined);
    this.wanted = new Map(this.declaration.primaryWorkspaceIds.map((primary, index) => [primary, index]));
    const sameFleet = old !== undefined && idOf(old, context.owner) === this.id;
    this.before = new Set(sameFleet ? old.primaryWorkspaceIds : []);
  }

  public async run(): Promise<Outcome> {
    return await this.count()
      ?? await this.adopt()
      ?? await this.createNext()
      ?? await this.settle()
      ?? await this.explain()
      ?? await this.judge()
      ?? await this.change()
      ?? await this.remove()
      ?? this.ready();
  }

  /** Who is there already: `kept` as `index:id`, and `leave` of primaries that are not declared any more. */
  private async count(): Promise<Waiting | undefined> {
    const { step } = this;
    if (step.flag('counted')) {
      return undefined;
    }
    const reset = () => step.forget('kept', 'leave', 'going', 'shown', 'unready');
    const counting = await census(step, 'count', this.declaration, (workspace, primary) => this.visit(workspace, primary), reset);
    if (counting) {
      return counting;
    }
    const kept = new Set(this.kept().map(([index]) => index));
    const isGoing = step.flag('going');
    const quietSeconds = this.quietSeconds(kept);
    if (isGoing || quietSeconds > 0) {
      reset();
      return isGoing
        ? step.wait('earlier standbys of the members to go away', POLL_SECONDS)
        : step.wait('certainty that no abandoned update is still under way', Math.min(POLL_SECONDS, quietSeconds));
    }
    pairs(step.list('unready')).filter(([index]) => this.isProven(index)).forEach(([, id]) => this.takeOver(id));
    step.set('missing', this.declaration.primaryWorkspaceIds.flatMap((_, index) => kept.has(index) ? [] : [String(index)]));
    // Written down before the first call, so that whoever finds nothing written knows that there was none.
    step.set('counted', true);
    return step.next(`requests for ${step.list('missing').length} standbys`);
  }

  /**
   * An update that finds standbys of members which it is to add takes back one that was to remove them, and that one may still
   * be about to terminate them.
   */
  private quietSeconds(kept: ReadonlySet<number>): number {
    const takesBack = this.old !== undefined && [...kept].some(index => !this.before.has(this.primary(index)));
    return takesBack ? (this.context.certainAt - this.step.clock.now()) / 1000 : 0;
  }

  private visit(workspace: Workspace, primary: string): void {
    const { declaration, old, step } = this;
    const index = this.wanted.get(primary);
    if (index === undefined) {
      if (this.before.has(primary) && !isLeaving(workspace)) {
        step.add('leave', workspace.id);
      }
      return;
    }
    if (isLeaving(workspace)) {
      step.set('going', true);
      return;
    }
    if (this.before.has(primary) && changesKey(workspace.volumeEncryptionKey, declaration.volumeEncryptionKey, old?.volumeEncryptionKey)) {
      throw new ResourceError(`Standby ${workspace.id} of ${primary} is encrypted with ${workspace.volumeEncryptionKey}, and WorkSpaces can't change `
        + "that; a replacement can't stand beside it, since a user can have one WorkSpace in a directory. Remove the fleet from the stack, "
        + 'deploy, and add it again with the other key; its data are lost.');
    }
    step.add('kept', `${index}:${workspace.id}`);
    // A fleet that is content without a member may hold one that never became ready.
    if (workspace.state === 'PENDING' || (workspace.state === 'ERROR' && this.isTolerant)) {
      step.add('unready', `${index}:${workspace.id}`);
    }
    this.noteReplication(workspace);
  }

  private noteReplication({ id, replication }: Workspace): void {
    if (replication !== undefined) {
      this.step.add('shown', `${id}:${replication}`);
    }
  }

  /** What was there and is no known member is taken over only if it is ours, e.g. made by an update that was cancelled. */
  private async adopt(): Promise<Waiting | undefined> {
    const { step } = this;
    const unproven = this.kept().filter(([index]) => !this.isProven(index));
    const unready = new Set(step.list('unready'));
    for (let at = step.number('adopted'); at < unproven.length; at++) {
      if (step.pace.isOver(STEP_SECONDS)) {
        return step.next('the owners of standbys that are there already');
      }
      const [index, id] = unproven[at];
      const primary = this.primary(index);
      const isKnown = this.before.has(primary) && !unready.has(`${index}:${id}`);
      if (await this.isOurs(primary, id) && !isKnown) {
        this.takeOver(id);
      }
      step.set('adopted', at + 1);
    }
    return undefined;
  }

  /** A member of before is ours, unless the fleet was content without it and the standby is somebody else's. */
  private isProven(index: number): boolean {
    return !this.isTolerant && this.before.has(this.primary(index));
  }

  private get isTolerant(): boolean {
    return this.declaration.keepGoodMembers || Boolean(this.old?.keepGoodMembers);
  }

  /** What is somebody else's is a failure of the member. */
  private async isOurs(primary: string, id: string): Promise<boolean> {
    if (isOwnedBy(this.context.owner, await this.step.workspaces.listTags(id))) {
      return true;
    }
    this.step.fail([{ member: primary, code: 'Foreign', message: `${id} is its standby already and is not of this stack and logical id` }]);
    return false;
  }

  /** It is awaited like what this request makes, and gets the settings that are declared. */
  private takeOver(id: string): void {
    this.step.add('made', id);
    this.step.add('taken', id);
    this.step.set('requestedAt', this.step.number('requestedAt') || this.step.clock.now());
  }

  /** One request a step: a step that is repeated after a crash knows exactly which request may have been made before. */
  private async createNext(): Promise<Waiting | undefined> {
    const { context, declaration, step } = this;
    const missing = step.list('missing').map(Number);
    const batch = missing.slice(step.number('next'), step.number('next') + BATCH_SIZE);
    if (batch.length === 0) {
      return undefined;
    }
    await context.claim();
    const answer = await this.request(batch.map(index => requestFor(this.primary(index), declaration, context.owner)));
    step.log.write('INFO', 'Requested standbys', { requested: batch.length, workspaceIds: answer.pending.map(item => item.workspaceId) });
    step.add('made', ...answer.pending.map(item => item.workspaceId));
    step.fail(answer.failed.filter(failure => !saysExists(failure.code)).map(toMemberFailure));
    this.noteUnclear(batch, answer);
    step.set('next', step.number('next') + batch.length);
    step.set('requestedAt', step.clock.now());
    const isLast = step.number('next') >= missing.length;
    const made = step.list('made').length;
    return isLast && made > 0 && declaration.waitUntilReady
      ? step.wait(`${made} standbys to become AVAILABLE or STOPPED`, POLL_SECONDS)
      : step.next(`requests for ${missing.length} standbys`);
  }

  private async request(requests: Parameters<WorkSpaces['createStandbys']>[1]): Promise<StandbyAnswer> {
    try {
      return await this.step.workspaces.createStandbys(this.declaration.primaryRegion, requests);
    } catch (error) {
      if (!hasName(error, ...EXPLAINED_ERRORS)) {
        throw error;
      }
      // Whether a request that is refused as a whole has made some of its items all the same is not published.
      this.step.set('exists', `${(error as Error).name}: ${explained(error, 'the members').message}`);
      return { pending: [], failed: [] };
    }
  }

  /** What exists already, or was neither taken nor refused: perhaps made by the same request before a crash. */
  private noteUnclear(batch: number[], { pending, failed }: StandbyAnswer): void {
    const { step } = this;
    const exists = failed.filter(failure => saysExists(failure.code));
    const refused = new Set(failed.map(failure => failure.id));
    const isComplete = pending.length + failed.length === batch.length;
    const unclear = new Set(exists.map(failure => failure.id));
    step.add('unclear', ...batch.filter(index =>
      unclear.has(this.primary(index)) || (!isComplete && !refused.has(this.primary(index)))).map(String));
    if (exists.length > 0) {
      step.set('exists', `${exists[0].code}: ${exists[0].message}`);
    }
  }

  /** Looks at the first batch that is not ready until it is, then at the next: few calls, and all of them are needed. */
  private async settle(): Promise<Waiting | undefined> {
    const { step } = this;
    const made = step.list('made');
    while (this.declaration.waitUntilReady && step.number('settled') < made.length) {
      const batch = made.slice(step.number('settled'), step.number('settled') + BATCH_SIZE);
      const failures = this.assess(batch, await step.workspaces.describe(batch));
      if (!failures) {
        return step.wait(`${made.length - step.number('settled')} of ${made.length} standbys to become AVAILABLE or STOPPED`, POLL_SECONDS);
      }
      step.fail(failures.map(([, failure]) => failure));
      step.add('wrecks', ...failures.map(([id]) => id));
      step.forget('unwellSince');
      step.set('settled', step.number('settled') + batch.length);
      if (step.pace.isOver(STEP_SECONDS)) {
        return step.next(`${made.length} standbys to become AVAILABLE or STOPPED`);
      }
    }
    return undefined;
  }

  /** @returns undefined if the batch is not settled yet */
  private assess(batch: readonly string[], present: readonly Workspace[]): [string, MemberFailure][] | undefined {
    const { step } = this;
    const now = step.clock.now();
    const conditions = present.map(({ state }) => conditionOf(state));
    const unwellSince = conditions.includes('unwell') ? step.number('unwellSince') || now : 0;
    step.set('unwellSince', unwellSince);
    const mayRecover = conditions.includes('unwell') && now < unwellSince + UNWELL_SECONDS * 1000;
    const mayShowUp = present.length < batch.length && now < step.number('requestedAt') + UNSEEN_SECONDS * 1000;
    if (mayRecover || mayShowUp || conditions.some(condition => condition === 'underway' || condition === undefined)) {
      return undefined;
    }
    const lost = batch.filter(id => !present.some(workspace => workspace.id === id)).map((id): [string, MemberFailure] =>
      [id, { member: id, code: 'Vanished', message: 'something else terminated it while it was made' }]);
    const failed = present.filter((_, at) => conditions[at] !== 'ready').map((workspace): [string, MemberFailure] => [workspace.id, {
      member: workspace.primary?.workspaceId ?? workspace.id,
      code: workspace.errorCode ?? workspace.state,
      message: `standby ${workspace.id} is ${workspace.state}${workspace.errorMessage ? `: ${workspace.errorMessage}` : ''}`,
    }]);
    return [...lost, ...failed];
  }

  /** Finds what the unclear members were about. */
  private async explain(): Promise<Waiting | undefined> {
    const { step } = this;
    const unclear = new Set(step.list('unclear').map(Number));
    if (unclear.size === 0) {
      return undefined;
    }
    const reset = () => step.forget('found');
    const searching = await census(step, 'explain', this.declaration, (workspace, primary) => {
      const index = this.wanted.get(primary);
      if (index !== undefined && unclear.has(index)) {
        step.add('found', `${index}:${workspace.id}`);
        this.noteReplication(workspace);
      }
    }, reset);
    if (searching) {
      return searching;
    }
    const made = new Set(step.list('made'));
    for (const [index, id] of pairs(step.list('found'))) {
      unclear.delete(index);
      if (!made.has(id) && await this.isOurs(this.primary(index), id)) {
        this.takeOver(id);
      }
    }
    step.set('unclear', [...unclear].map(String));
    reset();
    return this.giveUpUnclear([...unclear]);
  }

  private giveUpUnclear(unclear: number[]): Waiting {
    const { step } = this;
    const isLate = step.clock.now() >= step.number('requestedAt') + VISIBLE_SECONDS * 1000;
    if (unclear.length > 0 && !isLate) {
      return step.wait(`${unclear.length} standbys to show up that exist already`, SECOND_LOOK_SECONDS);
    }
    const [code, ...words] = (step.text('exists') || 'Unanswered: WorkSpaces neither took nor refused it').split(': ');
    step.fail(unclear.map(index => ({ member: this.primary(index), code, message: words.join(': ') })));
    step.forget('unclear');
    return step.next('standbys that exist already');
  }

  /** A failed member fails the change, or is put aside. */
  private async judge(): Promise<Waiting | undefined> {
    const { declaration, step } = this;
    const { failures } = step;
    if (failures.length === 0 || step.flag('judged')) {
      return undefined;
    }
    const keeps = declaration.keepGoodMembers && failures.length < declaration.primaryWorkspaceIds.length;
    const removing = await terminateAll(step, [], keeps ? this.ownWrecks() : this.toTakeBack());
    if (removing) {
      return removing;
    }
    if (!keeps) {
      throw new ResourceError(fleetReport(failures, declaration.primaryWorkspaceIds.length), { physicalId: this.id });
    }
    forgetTermination(step);
    step.set('judged', true);
    return undefined;
  }

  /** Failed members, but not those that an update has found: they may have been good, and somebody may want to repair them. */
  private ownWrecks(): string[] {
    const found = new Set(this.context.operation === 'Update' ? this.kept().map(([, id]) => id) : []);
    return this.step.list('wrecks').filter(id => !found.has(id));
  }

  /**
   * CloudFormation deletes what a failed create has made; after a failed update it goes on with what was before. What was taken over
   * may be a part of that.
   */
  private toTakeBack(): string[] {
    const taken = new Set(this.step.list('taken'));
    return this.context.operation === 'Update' ? this.step.list('made').filter(id => !taken.has(id)) : [];
  }

  /** Tags and data replication of what this request has not made. */
  private async change(): Promise<Waiting | undefined> {
    const wrecks = new Set(this.step.list('wrecks'));
    const taken = this.step.list('taken').filter(id => !wrecks.has(id));
    if ((!this.old && taken.length === 0) || this.step.flag('changed')) {
      return undefined;
    }
    const old = this.old ?? { ...this.declaration, tags: {} };
    const failed = new Set(this.step.failures.map(({ member }) => member));
    const isMember = (primary: string) => this.before.has(primary) && !failed.has(primary);
    const members = new Set(this.kept().filter(([index]) => isMember(this.primary(index))).map(([, id]) => id).concat(taken));
    const changing = await new FleetSettings(this.step, this.declaration, old, [...members]).run();
    if (!changing) {
      this.step.set('changed', true);
    }
    return changing;
  }

  /** Comes last: when something fails, nothing has been destroyed yet. */
  private async remove(): Promise<Waiting | undefined> {
    const { context, declaration, step } = this;
    const removed = [...this.before].filter(primary => !this.wanted.has(primary));
    if (removed.length === 0) {
      return undefined;
    }
    const removing = await terminateAll(step, step.list('leave'));
    if (removing) {
      return removing;
    }
    if (step.list('leave').length >= removed.length || step.flag('quiet')) {
      return undefined;
    }
    // Some of the removed members have no standby: an update that is taken back here may still be about to make it.
    const secondsLeft = (certainAt(context) - step.clock.now()) / 1000;
    if (secondsLeft > 0) {
      return step.wait('certainty that no abandoned update is still under way', Math.min(POLL_SECONDS, secondsLeft));
    }
    const gone = new Set([...step.list('doomed'), ...step.list('foreign')]);
    const recount = await census(step, 'recount', declaration, (workspace, primary) => {
      if (this.before.has(primary) && !this.wanted.has(primary) && !gone.has(workspace.id) && !isLeaving(workspace)) {
        step.add('late', workspace.id);
      }
    }, () => step.forget('late'));
    if (recount) {
      return recount;
    }
    step.set('quiet', true);
    if (step.list('late').length === 0) {
      return undefined;
    }
    step.set('leave', step.list('late'));
    forgetTermination(step);
    return step.next('late standbys of removed members');
  }

  private ready(): Outcome {
    const { failures } = this.step;
    const { primaryWorkspaceIds } = this.declaration;
    const attributes: StandbyWorkspaceFleetAttributes = {
      MemberCount: String(primaryWorkspaceIds.length - failures.length),
      FailedMemberCount: String(failures.length),
      FailedMembers: failures.map(failure => failure.member).join(' ').slice(0, MAX_ATTRIBUTE_LENGTH),
    };
    return { status: 'ready', physicalId: this.id, attributes: { ...attributes } };
  }

  private kept(): [number, string][] {
    return pairs(this.step.list('kept'));
  }

  private primary(index: number): string {
    return this.declaration.primaryWorkspaceIds[index];
  }
}

/** Terminates all members of a fleet, whichever they are. */
class Removal {
  private readonly step: FleetStep;

  constructor(workspaces: WorkSpaces, private readonly context: Context, private readonly scope: FleetScope) {
    this.step = new FleetStep(workspaces, context);
  }

  /** @returns undefined when nothing is left and nothing more can come */
  public async run(): Promise<Waiting | undefined> {
    const { context, scope, step } = this;
    if (!step.flag('removal.counted')) {
      const foreign = new Set(step.list('foreign'));
      const counting = await census(step, 'removal', scope, workspace => {
        if (!foreign.has(workspace.id)) {
          step.add('suspects', workspace.id);
        }
      }, () => step.forget('suspects'));
      if (counting) {
        return counting;
      }
      step.set('removal.counted', step.clock.now());
      return step.next('the owners of the standbys');
    }
    const removing = await terminateAll(step, step.list('suspects'));
    if (removing) {
      return removing;
    }
    const isComplete = step.list('doomed').length === 0 && step.number('removal.counted') >= certainAt(context);
    forgetTermination(step);
    step.forget('suspects', 'removal.counted');
    if (isComplete) {
      return this.complete();
    }
    const secondsLeft = (certainAt(context) - step.clock.now()) / 1000;
    return step.wait('certainty that no abandoned create is still under way', Math.min(POLL_SECONDS, Math.max(0, secondsLeft)));
  }

  private complete(): Waiting | undefined {
    if (this.context.operation === 'Delete') {
      return undefined;
    }
    this.step.set('leftoverGone', true);
    this.step.forget('foreign');
    return this.step.next('the members of the fleet');
  }
}

/** Where the members of a fleet are, and where their primaries. */
type FleetScope = Pick<FleetDeclaration, 'primaryRegion' | 'directoryId'>;

function idOf({ primaryRegion, directoryId }: FleetScope, owner: string): string {
  return `${ID_PREFIX}${primaryRegion}:${directoryId}:${owner.slice(0, 12)}`;
}

/** What {@link idOf} was made of; undefined for an id that CloudFormation invented. */
function scopeOf(physicalId: string): FleetScope | undefined {
  const [, primaryRegion, directoryId] = FLEET_ID.exec(physicalId) ?? [];
  return primaryRegion && directoryId ? { primaryRegion, directoryId } : undefined;
}

function pairs(list: readonly string[]): [number, string][] {
  return list.map(item => {
    const [index, id] = item.split(':');
    return [Number(index), id];
  });
}

function toMemberFailure({ id, code, message }: ItemFailure): MemberFailure {
  return { member: id, code, message };
}
