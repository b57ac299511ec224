import { isDeepStrictEqual } from 'util';
import { BATCH_SIZE } from './client';
import { STEP_SECONDS } from './directory-scan';
import type { FleetStep } from './fleet-step';
import { POLL_SECONDS, UNSEEN_SECONDS, type StandbySettings } from './standby';
import { notOwned } from './standby-errors';
import { hasName, quote, ResourceError } from '../lifecycle/errors';
import type { Waiting } from '../lifecycle/handler';
import { isOwnedBy, tagDifference } from '../lifecycle/tags';

/** Errors of a change that end when another change of the WorkSpace has ended. */
const BUSY = ['OperationInProgressException', 'InvalidResourceStateException', 'ResourceUnavailableException'];

/** Brings tags and data replication of the members of a fleet to what is declared. */
export class FleetSettings {
  private readonly declaresOtherReplication: boolean;
  /** The continued rollback of a failed one declares no change at all: then nobody knows which tags the members have. */
  private readonly knowsNothing: boolean;

  constructor(
    private readonly step: FleetStep, private readonly settings: StandbySettings, private readonly old: StandbySettings,
    private readonly members: readonly string[],
  ) {
    this.knowsNothing = isDeepStrictEqual(old, settings);
    this.declaresOtherReplication = old.replication !== settings.replication;
  }

  public async run(): Promise<Waiting | undefined> {
    return await this.syncTags() ?? await this.awaitQuiet() ?? await this.requestReplication() ?? await this.awaitReplication();
  }

  private async syncTags(): Promise<Waiting | undefined> {
    const { members, old, settings, step } = this;
    if (sameTags(old.tags, settings.tags) && !this.knowsNothing) {
      return undefined;
    }
    await step.context.claim();
    for (let at = step.number('tagged'); at < members.length; at++) {
      if (step.pace.isOver(STEP_SECONDS)) {
        return step.next(`the tags of ${members.length} standbys`);
      }
      const { set, remove } = tagDifference(await this.tagsOf(members[at]), settings.tags, old.tags);
      if (Object.keys(set).length > 0) {
        await step.workspaces.tag(members[at], set);
      }
      if (remove.length > 0) {
        await step.workspaces.untag(members[at], remove);
      }
      step.set('tagged', at + 1);
    }
    return undefined;
  }

  /** A member that shows another setting than is declared, and all of them if the declaration has changed. */
  private toModify(): string[] {
    const shown = new Map(this.step.list('shown').map(item => item.split(':') as [string, string]));
    return this.members.filter(id => this.declaresOtherReplication || (shown.has(id) && shown.get(id) !== this.settings.replication));
  }

  /** An update that finds its change done takes back a cancelled one, which may still be about to make its calls. */
  private async awaitQuiet(): Promise<Waiting | undefined> {
    const { context, clock } = this.step;
    const isDone = this.step.list('shown').some(item => item.endsWith(`:${this.settings.replication}`));
    const secondsLeft = (context.certainAt - clock.now()) / 1000;
    return this.declaresOtherReplication && isDone && secondsLeft > 0
      ? this.step.wait('certainty that no abandoned update is still under way', Math.min(POLL_SECONDS, secondsLeft)) : undefined;
  }

  private async requestReplication(): Promise<Waiting | undefined> {
    const { step } = this;
    const ids = this.toModify();
    for (let at = step.number('modified'); at < ids.length; at++) {
      if (step.pace.isOver(STEP_SECONDS)) {
        return step.next(`the data replication of ${ids.length} standbys`);
      }
      await this.tagsOf(ids[at]);
      await step.context.claim();
      try {
        await step.workspaces.setReplication(ids[at], this.settings.replication);
      } catch (error) {
        if (!hasName(error, ...BUSY)) {
          throw error;
        }
        return step.wait(`standby ${ids[at]} to take another data replication (${quote(error)})`, POLL_SECONDS);
      }
      step.set('modified', at + 1);
      step.set('modifiedAt', step.clock.now());
    }
    return undefined;
  }

  private async awaitReplication(): Promise<Waiting | undefined> {
    const { settings, step } = this;
    const ids = this.toModify();
    const isLate = step.clock.now() >= step.number('modifiedAt') + UNSEEN_SECONDS * 1000;
    for (let at = step.number('shownCount'); at < ids.length; at += BATCH_SIZE) {
      const present = await step.workspaces.describe(ids.slice(at, at + BATCH_SIZE));
      if (present.some(({ replication }) => replication !== settings.replication && !(replication === undefined && isLate))) {
        return step.wait(`the data replication of ${ids.length} standbys to become ${settings.replication}`, POLL_SECONDS);
      }
      step.set('shownCount', at + BATCH_SIZE);
      if (step.pace.isOver(STEP_SECONDS)) {
        return step.next(`the data replication of ${ids.length} standbys`);
      }
    }
    return undefined;
  }

  private async tagsOf(id: string): Promise<Record<string, string>> {
    const tags = await this.step.workspaces.listTags(id);
    if (!isOwnedBy(this.step.context.owner, tags)) {
      throw new ResourceError(notOwned(id, this.step.context.owner, tags, 'it was not changed, and neither were the members after it'));
    }
    return tags!;
  }
}

function sameTags(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every(key => a[key] === b[key]);
}
