import type { Workspace } from './client';
import { census } from './fleet-census';
import { createWasAbandoned, wasHeldBefore, type FleetDeclaration } from './fleet-declaration';
import type { FleetStep, MemberFailure } from './fleet-step';
import { changesKey, isLeaving, keyDifference, POLL_SECONDS } from './standby';
import { otherKey } from './standby-errors';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { ResourceError } from '../lifecycle/errors';
import type { Waiting } from '../lifecycle/handler';
import { isOwnedBy, type Tags } from '../lifecycle/tags';

/** What is declared of a fleet, and what was. */
export class FleetMembers {
  /** Primaries by their numbers. */
  private readonly numbers: ReadonlyMap<string, number>;
  /** Members of before, as far as they are members of the same fleet. */
  public readonly before: ReadonlySet<string>;
  /** A fleet that is content without a member, or was never complete, may have none, or somebody else's standby in its place. */
  private readonly mayLack: boolean;

  /**
   * @param old the same fleet before; undefined if it is created, here or elsewhere
   * @param wasComplete whether CloudFormation holds a fleet, here or elsewhere
   */
  constructor(
    private readonly step: FleetStep, public readonly declaration: FleetDeclaration, public readonly old: FleetDeclaration | undefined,
    wasComplete: boolean,
  ) {
    this.numbers = new Map(declaration.primaryWorkspaceIds.map((primary, number) => [primary, number]));
    this.before = new Set(old?.primaryWorkspaceIds);
    this.mayLack = declaration.keepGoodMembers || Boolean(old?.keepGoodMembers) || !wasComplete;
  }

  /** Who is there already. */
  public async count(): Promise<Waiting | undefined> {
    const { memory } = this.step;
    const reset = () => this.step.forget('found', 'pending', 'broken', 'differing', 'leave', 'isGoing');
    const counting = await census(this.step, this.declaration, (workspace, primary) => this.visit(workspace, primary), reset);
    if (counting) {
      return counting;
    }
    if (memory.isGoing) {
      reset();
      return this.step.wait('earlier standbys of the members to go away', POLL_SECONDS);
    }
    memory.censusAt = this.step.clock.now();
    return undefined;
  }

  private visit(workspace: Workspace, primary: string): void {
    const { declaration, step: { memory } } = this;
    const number = this.numbers.get(primary);
    if (number === undefined) {
      if (this.before.has(primary) && !isLeaving(workspace)) {
        this.step.note('leave', workspace.id);
      }
      return;
    }
    if (isLeaving(workspace)) {
      memory.isGoing = true;
      return;
    }
    if (this.before.has(primary) && changesKey(workspace.volumeEncryptionKey, declaration.volumeEncryptionKey, this.old!.volumeEncryptionKey)) {
      throw otherKey(workspace);
    }
    this.compareAdopted(workspace, primary);
    this.step.note('found', `${number}:${workspace.id}`);
    this.noteState(workspace);
  }

  private compareAdopted({ id, volumeEncryptionKey }: Workspace, primary: string): void {
    const difference = this.adopts(primary, id) ? keyDifference(volumeEncryptionKey, this.declaration.volumeEncryptionKey) : undefined;
    if (difference) {
      throw new ResourceError(`Standby ${id} of ${primary} can't be adopted, because it differs in what can't be changed: ${difference}. Nothing was changed.`);
    }
  }

  private noteState({ id, replication, state }: Workspace): void {
    if (state === 'PENDING') {
      this.step.note('pending', id);
    }
    if (state === 'ERROR') {
      this.step.note('broken', id);
    }
    if (replication !== undefined && replication !== this.declaration.replication) {
      this.step.note('differing', id);
    }
  }

  /**
   * Whose they are. What CloudFormation holds is ours unless the fleet was content without it. What a cancelled update or a replacement
   * that is taken back has left is taken over. What an earlier deployment has kept is refused, and so is what is somebody else's.
   */
  public async prove(): Promise<Waiting | undefined> {
    const { memory } = this.step;
    const unproven = this.found().filter(([number, id]) => this.mayLack || !this.before.has(this.primary(number))
      || this.adopts(this.primary(number), id));
    for (let at = memory.proven ?? 0; at < unproven.length; at++) {
      if (this.step.isOver) {
        return this.step.next('the owners of standbys that are there already');
      }
      const [number, id] = unproven[at];
      await this.proveOne(this.primary(number), id);
      memory.proven = at + 1;
    }
    await this.refuseMissing();
    this.planWork();
    return undefined;
  }

  /** Only when nothing has been refused: makes ours what is adopted. */
  public async adopt(): Promise<Waiting | undefined> {
    const { memory, owner, workspaces } = this.step;
    for (let [id, ...rest] = memory.adopting ?? []; id !== undefined; [id, ...rest] = rest) {
      if (this.step.isOver) {
        return this.step.next('the adoption of standbys');
      }
      await workspaces.tag(id, { [OWNER_TAG_KEY]: owner });
      memory.adopting = rest;
    }
    return undefined;
  }

  private adopts(primary: string, id: string): boolean {
    return this.declaration.adopt[primary] === id;
  }

  /** A rollback may find that the update which it takes back has terminated what was adopted. That must not make it fail. */
  private async refuseMissing(): Promise<void> {
    const { adopt, directoryId } = this.declaration;
    const found = new Map(this.found());
    const missing = Object.entries(adopt).filter(([primary, id]) => !this.before.has(primary) && found.get(this.numberOf(primary)!) !== id);
    if (missing.length > 0 && !await this.step.context.takesBack()) {
      throw new ResourceError(`There is nothing to adopt: ${missing.map(([primary, id]) => `${id} is no standby of ${primary} in directory ${directoryId}`).join('; ')}. `
        + "Correct 'adopt', or leave these members out of it to create new standbys.");
    }
  }

  private async proveOne(primary: string, id: string): Promise<void> {
    const { owner, workspaces } = this.step;
    const tags = await workspaces.listTags(id);
    const isOurs = isOwnedBy(owner, tags);
    if (this.adopts(primary, id) && !(isOurs && this.old)) {
      this.step.note('adopting', id);
      this.step.note('taken', id);
      return;
    }
    if (!isOurs) {
      return this.foreign(primary, id, tags);
    }
    if (!this.old && !await this.isLeft()) {
      throw new ResourceError(`Standby ${id} of ${primary} was created by an earlier deployment of this stack and logical id and has been kept, so it is `
        + `neither taken over silently nor made a second time. ${memberAdoptionAdvice(primary, id)}`);
    }
    if (!this.before.has(primary)) {
      this.step.note('taken', id);
    }
  }

  /**
   * Whether it was left by a request before, and not kept: without rollback the next deployment may create what a failed create has left, and
   * a replacement that is taken back comes as an update from the new fleet, while what is here is the old one.
   */
  private async isLeft(): Promise<boolean> {
    const { declaration, step: { context, memory } } = this;
    memory.isLeft ??= await (context.operation === 'Create' ? createWasAbandoned : wasHeldBefore)(context, declaration);
    if (memory.isLeft && context.operation === 'Create') {
      context.changing();
    }
    return memory.isLeft;
  }

  private foreign(primary: string, id: string, tags: Tags | undefined): void {
    const failure: MemberFailure = { member: primary, code: 'Foreign', message: `${id} is its standby already and is not of this stack and logical id` };
    if (!this.declaration.keepGoodMembers) {
      throw new ResourceError(`WorkSpace ${id} in directory ${this.declaration.directoryId} is the standby of ${primary} already and does not belong to this stack `
        + `and logical id, so it is left alone, and nothing was changed. ${otherOwnerAdvice(tags)}${memberAdoptionAdvice(primary, id)}`);
    }
    this.step.fail([failure]);
  }

  /** Members that lack a standby, and standbys that have to become ready: of what was there before only what is still being made. */
  private planWork(): void {
    const { memory } = this.step;
    const found = new Map(this.found());
    const foreign = new Set(this.step.failures.map(({ member }) => member));
    memory.missing = this.declaration.primaryWorkspaceIds.flatMap((_, number) => found.has(number) ? [] : [number]);
    const mine = [...found].filter(([number]) => !foreign.has(this.primary(number))).map(([, id]) => id);
    // A fleet that is content without a member names one in ERROR; for others it is what it was.
    const unready = new Set([...memory.pending ?? [], ...this.mayLack ? memory.broken ?? [] : []]);
    memory.awaited = mine.filter(id => unready.has(id));
  }

  /** Standbys that were there before and are ours: of members of before, and taken over. */
  public kept(): string[] {
    const failed = new Set(this.step.failures.map(({ member }) => member));
    return this.found().filter(([number]) => !failed.has(this.primary(number))).map(([, id]) => id);
  }

  public numberOf(primary: string): number | undefined {
    return this.numbers.get(primary);
  }

  public primary(number: number): string {
    return this.declaration.primaryWorkspaceIds[number];
  }

  private found(): [number, string][] {
    return toPairs(this.step.memory.found);
  }
}

function memberAdoptionAdvice(primary: string, id: string): string {
  return `To take it over, deploy the fleet once with adopt: { '${primary}': '${id}' } and removalPolicy: RemovalPolicy.RETAIN. Whoever managed it before then `
    + 'leaves it alone. Or leave its primary out of the fleet.';
}

function otherOwnerAdvice(tags: Tags | undefined): string {
  return tags?.[OWNER_TAG_KEY] === undefined ? '' : 'If it is this stack\'s and the id of its construct has changed, so that its logical id has changed, too: take '
    + 'that change back, or keep the old logical id with overrideLogicalId(). ';
}

/** From `number:id`. */
export function toPairs(list: readonly string[] = []): [number, string][] {
  return list.map(item => {
    const [number, id] = item.split(':');
    return [Number(number), id];
  });
}
