import { BATCH_SIZE, type ItemFailure, type StandbyAnswer, type WorkSpaces } from './client';
import { census } from './fleet-census';
import { toPairs, type FleetMembers } from './fleet-members';
import type { FleetStep, MemberFailure } from './fleet-step';
import { requestFor, saysExists, SECOND_LOOK_SECONDS, VISIBLE_SECONDS } from './standby';
import { explained, EXPLAINED_ERRORS } from './standby-errors';
import { hasName } from '../lifecycle/errors';
import type { Waiting } from '../lifecycle/handler';
import { isOwnedBy } from '../lifecycle/tags';

/** Creates the standbys that members lack. */
export class FleetCreation {
  constructor(private readonly step: FleetStep, private readonly members: FleetMembers) {}

  /** One request a step: a step that is repeated after a crash knows exactly which request may have been made before. */
  public async request(): Promise<Waiting | undefined> {
    const { memory, clock, context } = this.step;
    const missing = memory.missing ?? [];
    const requested = memory.requested ?? 0;
    if (requested >= missing.length) {
      return undefined;
    }
    const until = `requests for ${missing.length} standbys`;
    if (memory.requested === undefined) {
      // Written down before the first call, in a step of its own: who finds nothing written knows that nothing was created.
      context.changing();
      memory.requested = 0;
      return this.step.next(until);
    }
    const batch = missing.slice(requested, requested + BATCH_SIZE);
    const answer = await this.call(batch);
    this.step.log.write('INFO', 'Requested standbys', { requested: batch.length, workspaceIds: answer.pending.map(item => item.workspaceId) });
    this.step.note('made', ...answer.pending.map(item => item.workspaceId));
    this.step.fail(answer.failed.filter(failure => !saysExists(failure.code)).map(toMemberFailure));
    this.noteUnclear(batch, answer);
    memory.requested = requested + batch.length;
    memory.requestedAt = clock.now();
    return this.step.next(until);
  }

  private async call(batch: readonly number[]): Promise<StandbyAnswer> {
    const { declaration } = this.members;
    const requests: Parameters<WorkSpaces['createStandbys']>[1] = batch.map(number =>
      requestFor(this.members.primary(number), declaration, this.step.owner));
    try {
      return await this.step.workspaces.createStandbys(declaration.primaryRegion, requests);
    } catch (error) {
      if (!hasName(error, ...EXPLAINED_ERRORS)) {
        throw error;
      }
      // Whether a request that is refused as a whole has made some of its items all the same is not published.
      this.step.memory.exists = [(error as Error).name, explained(error, 'the members').message];
      return { pending: [], failed: [] };
    }
  }

  /** What exists already, or was neither taken nor refused: perhaps made by the same request before a crash. */
  private noteUnclear(batch: readonly number[], { pending, failed }: StandbyAnswer): void {
    const { memory } = this.step;
    const exists = failed.filter(failure => saysExists(failure.code));
    const refused = new Set(failed.map(failure => failure.id));
    const isComplete = pending.length + failed.length === batch.length;
    const existing = new Set(exists.map(failure => failure.id));
    const isUnclear = (primary: string) => existing.has(primary) || (!isComplete && !refused.has(primary));
    memory.unclear = [...memory.unclear ?? [], ...batch.filter(number => isUnclear(this.members.primary(number)))];
    if (exists.length > 0) {
      memory.exists = [exists[0].code, exists[0].message];
    }
  }

  /** Finds what the unclear members were about. */
  public async explain(): Promise<Waiting | undefined> {
    const { memory } = this.step;
    if ((memory.unclear ?? []).length === 0) {
      return this.await();
    }
    if (!memory.explained) {
      const searching = await this.search();
      if (searching) {
        return searching;
      }
      memory.explained = true;
    }
    const proving = await this.prove();
    if (proving) {
      return proving;
    }
    this.step.forget('explained', 'candidates');
    return this.giveUpUnclear();
  }

  private search(): Promise<Waiting | undefined> {
    const { memory } = this.step;
    const unclear = new Set(memory.unclear);
    return census(this.step, this.members.declaration, (workspace, primary) => {
      const number = this.members.numberOf(primary);
      if (number !== undefined && unclear.has(number)) {
        this.step.note('candidates', `${number}:${workspace.id}`);
      }
    }, () => this.step.forget('candidates'));
  }

  private async prove(): Promise<Waiting | undefined> {
    const { memory, owner, workspaces } = this.step;
    for (let [candidate, ...rest] = memory.candidates ?? []; candidate !== undefined; [candidate, ...rest] = rest) {
      if (this.step.isOver) {
        return this.step.next('the owners of standbys that exist already');
      }
      const [[number, id]] = toPairs([candidate]);
      const isMade = memory.made?.includes(id);
      if (!isMade && isOwnedBy(owner, await workspaces.listTags(id))) {
        this.takeIn(number, id);
      } else if (!isMade) {
        this.step.fail([{
          member: this.members.primary(number), code: 'Foreign', message: `${id} is its standby already and is not of this stack and logical id`,
        }]);
      }
      memory.unclear = memory.unclear!.filter(other => other !== number);
      memory.candidates = rest;
    }
    return undefined;
  }

  /** What this request has made; or what a member had before, too young then to show. */
  private takeIn(number: number, id: string): void {
    if (!this.members.before.has(this.members.primary(number))) {
      this.step.note('made', id);
      return;
    }
    this.step.note('found', `${number}:${id}`);
    this.step.note('taken', id);
    this.step.note('awaited', id);
  }

  private giveUpUnclear(): Waiting {
    const { clock, memory } = this.step;
    const { unclear = [] } = memory;
    if (unclear.length > 0 && clock.now() < (memory.requestedAt ?? 0) + VISIBLE_SECONDS * 1000) {
      return this.step.wait(`${unclear.length} standbys to show up that exist already`, SECOND_LOOK_SECONDS);
    }
    const [code, message] = memory.exists ?? ['Unanswered', 'WorkSpaces neither took nor refused it'];
    this.step.fail(unclear.map(number => ({ member: this.members.primary(number), code, message })));
    this.step.forget('unclear');
    return this.step.next('standbys that exist already');
  }

  /** What was made has to become ready. */
  private await(): undefined {
    this.step.note('awaited', ...this.step.memory.made ?? []);
  }
}

function toMemberFailure({ id, code, message }: ItemFailure): MemberFailure {
  return { member: id, code, message };
}
