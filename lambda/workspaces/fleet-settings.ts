import { isDeepStrictEqual } from 'util';
import { BATCH_SIZE } from './client';
import type { FleetStep } from './fleet-step';
import { POLL_SECONDS, UNSEEN_SECONDS, type StandbySettings } from './standby';
import { notOwned } from './standby-errors';
import { hasName, quote, ResourceError } from '../lifecycle/errors';
import type { Waiting } from '../lifecycle/handler';
import { isOwnedBy, tagDifference, type Tags } from '../lifecycle/tags';

/** Errors of a change that end when another change of the WorkSpace has ended. */
const BUSY = ['OperationInProgressException', 'InvalidResourceStateException', 'ResourceUnavailableException'];

/** Brings tags and data replication of the members of a fleet to what is declared. */
export class FleetSettings {
  private readonly replicationChanges: boolean;

  /** @param members that were there before */
  constructor(
    private readonly step: FleetStep, private readonly settings: StandbySettings, private readonly old: StandbySettings,
    private readonly members: readonly string[],
  ) {
    this.replicationChanges = old.replication !== settings.replication;
  }

  public async run(): Promise<Waiting | undefined> {
    return await this.changeTags() ?? await this.requestReplication() ?? this.awaitReplication();
  }

  private async changeTags(): Promise<Waiting | undefined> {
    const { memory } = this.step;
    const members = this.toTag();
    for (let at = memory.tagged ?? 0; at < members.length; at++) {
      if (this.step.isOver) {
        return this.step.next(`the tags of ${members.length} standbys`);
      }
      await this.changeTagsOf(members[at]);
      memory.tagged = at + 1;
    }
    return undefined;
  }

  /** All if the declaration has changed. The continued rollback of a failed update declares no change: then nobody knows. */
  private toTag(): readonly string[] {
    const { members, old, settings, step } = this;
    return !isDeepStrictEqual(old.tags, settings.tags) || isDeepStrictEqual(old, settings) ? members : step.memory.taken ?? [];
  }

  /** First what goes, then what comes, so that no state in between has more tags than WorkSpaces takes. */
  private async changeTagsOf(id: string): Promise<void> {
    const { set, remove } = tagDifference(await this.tagsOf(id), this.settings.tags, this.old.tags);
    if (remove.length > 0) {
      await this.step.workspaces.untag(id, remove);
    }
    if (Object.keys(set).length > 0) {
      await this.step.workspaces.tag(id, set);
    }
  }

  /** Those that show another setting than is declared, and all if the declaration has changed: a change may be under way and not show. */
  private toModify(): string[] {
    const differing = new Set(this.step.memory.differing);
    const taken = new Set(this.step.memory.taken);
    return this.members.filter(id => this.replicationChanges || differing.has(id) || taken.has(id));
  }

  private async requestReplication(): Promise<Waiting | undefined> {
    const { memory, clock, workspaces } = this.step;
    const ids = this.toModify();
    for (let at = memory.modified ?? 0; at < ids.length; at++) {
      if (this.step.isOver) {
        return this.step.next(`the data replication of ${ids.length} standbys`);
      }
      await this.tagsOf(ids[at]);
      try {
        await workspaces.setReplication(ids[at], this.settings.replication);
      } catch (error) {
        if (!hasName(error, ...BUSY)) {
          throw error;
        }
        return this.step.wait(`standby ${ids[at]} to take another data replication (${quote(error)})`, POLL_SECONDS);
      }
      memory.modified = at + 1;
      memory.modifiedAt = clock.now();
    }
    return undefined;
  }

  private async awaitReplication(): Promise<Waiting | undefined> {
    const { memory, clock, workspaces } = this.step;
    const ids = this.toModify();
    const until = `the data replication of ${ids.length} standbys to become ${this.settings.replication}`;
    const isLate = clock.now() >= (memory.modifiedAt ?? 0) + UNSEEN_SECONDS * 1000;
    for (let at = memory.shown ?? 0; at < ids.length; at += BATCH_SIZE) {
      if (this.step.isOver) {
        return this.step.next(until);
      }
      const present = await workspaces.describe(ids.slice(at, at + BATCH_SIZE));
      if (present.some(({ replication }) => replication !== this.settings.replication && !(replication === undefined && isLate))) {
        return this.step.wait(until, POLL_SECONDS);
      }
      memory.shown = at + BATCH_SIZE;
    }
    return undefined;
  }

  private async tagsOf(id: string): Promise<Tags> {
    const { owner, workspaces } = this.step;
    const tags = await workspaces.listTags(id);
    if (!isOwnedBy(owner, tags)) {
      throw new ResourceError(notOwned(id, owner, tags, 'it was not changed, and neither were the members after it'));
    }
    return tags!;
  }
}
