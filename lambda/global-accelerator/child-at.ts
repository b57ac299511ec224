import { idOf } from './arns';
import type { GlobalAccelerator } from './port';
import { createToken, Register, registerKey, requestHash, type Entry } from './register';
import { resolveEntry } from './unresolved-entry';
import { isCollision, isPassing, POLL_SECONDS } from './service-errors';
import { adoptionAdvice, adoptionFromOtherAdvice } from '../lifecycle/adopt';
import { classify, quote, ResourceError } from '../lifecycle/errors';
import { waiting, type Attributes, type Waiting } from '../lifecycle/handler';
import type { Adoption, Created, ManagedResource, Observation, Phase, Scope } from '../lifecycle/model';

/** What was created may not be found at once. */
export const UNSEEN_SECONDS = 60;
/** An entry is written in the step of the create call: after so long, what the call has made can be found. */
const CREATED_OR_NOT_SECONDS = 120;

/** A listener or an endpoint group. */
export type Child<C> = C & {
  /** Whether its accelerator has taken in the last change. */
  readonly deployed: boolean;
};

/** What listeners and endpoint groups have in common: they are below an accelerator, whose tags say whose they are. */
export abstract class ChildAt<D, C extends { readonly arn: string }> implements ManagedResource<D, Child<C>> {
  protected abstract readonly noun: string;
  /** Whether the last look found no entry, so that there is none to remove. */
  private hasNoEntry = false;

  public readonly adoption: Adoption<D, Child<C>> = {
    identityOf: ({ arn }) => arn,
    find: async arn => {
      if (arn !== this.arnOf(idOf(arn))) {
        throw new ResourceError(`'adopt' is ${arn}, which is not below ${this.arnOf('')}, where the ${this.noun} is declared. Declare it where it is.`);
      }
      return this.see(arn);
    },
    differences: (child, declaration) => this.differences(child, declaration),
    take: ({ arn }) => this.take(arn),
  };

  constructor(
    protected readonly globalAccelerator: GlobalAccelerator, protected readonly place: string,
    protected readonly acceleratorArn: string, protected readonly scope: Scope,
  ) {}

  protected abstract arnOf(id: string): string;
  protected abstract describe(arn: string): Promise<C | undefined>;
  /** All that could have been created in this place. */
  protected abstract list(): Promise<C[]>;
  protected abstract isInTheWay(child: C, declaration: D): boolean;
  protected abstract createChild(declaration: D, token: string): Promise<string>;
  /** The create call that would have made this one. */
  protected abstract createLike(child: C, token: string): Promise<string>;
  protected abstract deleteChild(arn: string): Promise<void>;
  protected abstract differences(child: C, declaration: D): string[];
  protected abstract describePlace(declaration: D): string;
  public abstract attributes(child: Child<C>, declaration: D): Attributes;

  /** @param id of the one that was seen before: it is known without its entry */
  public async look(id: string | undefined, isProven: boolean): Promise<Observation<Child<C>>> {
    const known = id && this.arnOf(id);
    const child = known ? await this.see(known) : undefined;
    if (child && isProven) {
      return { is: 'ours', thing: child };
    }
    const register = await Register.of(this.globalAccelerator, this.acceleratorArn);
    if (child) {
      return this.assess(child, register);
    }
    return this.lookByEntry(register, known || undefined);
  }

  private async lookByEntry(register: Register | undefined, known: string | undefined): Promise<Observation<Child<C>>> {
    const entry = register?.entry(this.key);
    if (!register || !entry) {
      this.hasNoEntry = true;
      await (register?.isEmpty && known && this.withoutEntry());
      return { is: 'absent' };
    }
    if (entry.arn === undefined) {
      return this.unresolved(register, entry);
    }
    return entry.arn === known ? { is: 'absent' } : this.entered(entry.arn, entry);
  }

  public hintOf({ arn }: Child<C>): string {
    return idOf(arn);
  }

  public idHint(): string | undefined {
    return this.scope.memory[this.firstKey] as string | undefined;
  }

  /** What is entered as ours is no obstacle: it is on its way out, or a look was behind. */
  public async obstacle(declaration: D): Promise<string | undefined> {
    const register = await this.openRegister();
    const occupant = await this.occupant(declaration);
    return occupant && occupant.arn !== register.entry(this.key)?.arn ? this.occupied(occupant, register, declaration) : undefined;
  }

  public async create(declaration: D): Promise<Created> {
    const register = await this.openRegister();
    const before = register.entry(this.key);
    const first = before?.first ?? (before?.arn && idOf(before.arn));
    const entry: Entry = { request: requestHash(this.scope.requestId), writtenAt: this.scope.clock.now(), first };
    this.rememberFirst(entry);
    await register.write(this.key, entry);
    try {
      const arn = await this.createChild(declaration, createToken(this.scope.owner, this.place, entry.request));
      await register.write(this.key, { ...entry, arn });
      return { hint: idOf(arn), waiting: waiting(`${arn} to show up`, 1) };
    } catch (error) {
      if (!isCollision(error)) {
        throw error;
      }
      return this.collided(register, declaration, before, error);
    }
  }

  public phase({ deployed }: Child<C>): Phase {
    return deployed ? { is: 'ready' } : { is: 'pending', waiting: this.untilDeployed };
  }

  /** Whether an accelerator that is IN_PROGRESS takes deletes is not documented, nor the error if it does not: so it is tried once. */
  public async remove({ arn, deployed }: Child<C>): Promise<Waiting> {
    if (!deployed && this.scope.memory.refusedInProgress) {
      return this.untilDeployed;
    }
    try {
      await this.deleteChild(arn);
    } catch (error) {
      if (deployed || (classify(error) !== 'permanent' && !isPassing(error))) {
        throw error;
      }
      this.scope.log.write('INFO', `The ${this.noun} can't be deleted while the accelerator is IN_PROGRESS`, { arn, error: quote(error) });
      return { ...this.untilDeployed, memory: { refusedInProgress: true } };
    }
    this.scope.log.write('INFO', `Deleted the ${this.noun}`, { arn });
    return waiting(`${arn} to go away`, POLL_SECONDS);
  }

  /** Only when the accelerator is DEPLOYED again, the network interfaces in the subnets are gone. */
  public async forget(): Promise<Waiting | undefined> {
    if (!await this.isDeployed()) {
      return this.untilDeployed;
    }
    // Who was denied the entry may not be allowed to remove one either.
    await (this.hasNoEntry || this.globalAccelerator.untag(this.acceleratorArn, [this.key]));
    return undefined;
  }

  /** All entries are gone, and so is what CloudFormation knew by its id. */
  protected async withoutEntry(): Promise<void> {}

  protected get untilDeployed(): Waiting {
    return waiting(`accelerator ${this.acceleratorArn} to be DEPLOYED (it is IN_PROGRESS)`, POLL_SECONDS);
  }

  protected async occupant(declaration: D): Promise<C | undefined> {
    return (await this.list()).find(child => this.isInTheWay(child, declaration));
  }

  protected occupied({ arn }: C, register: Register, declaration: D): string {
    const whose = register.keyOf(arn) === undefined
      ? `no tag of the accelerator says that cdk-multi-region has made it, so it is left alone. Choose another place, or import the ${this.noun} `
        + `by its ARN instead of declaring it. ${adoptionAdvice(arn)}`
      : `another logical id or stack has made it, so it is left alone. ${adoptionFromOtherAdvice(arn)} Otherwise choose another place`;
    return `${arn} is in the way (${this.describePlace(declaration)}): ${whose.replace(/\.$/, '')}.`;
  }

  /** CloudFormation holds it. Another stack or logical id may have adopted it meanwhile. */
  private assess(child: Child<C>, register: Register | undefined): Observation<Child<C>> {
    const isOthers = register !== undefined && register.entry(this.key)?.arn !== child.arn && register.keyOf(child.arn) !== undefined;
    return !isOthers ? { is: 'ours', thing: child } : {
      is: 'foreign',
      refusal: `${child.arn} belongs to another stack or logical id now, so it is left alone. ${adoptionFromOtherAdvice(child.arn)}`,
    };
  }

  private async take(arn: string): Promise<void> {
    await (await this.openRegister()).removeOthers(arn, this.key);
    const register = await this.openRegister();
    await register.write(this.key, { request: requestHash(this.scope.requestId), writtenAt: this.scope.clock.now(), arn });
  }

  private async entered(arn: string, entry: Entry): Promise<Observation<Child<C>>> {
    const { writtenAt } = entry;
    this.rememberFirst(entry);
    const child = await this.see(arn);
    if (child) {
      return { is: 'ours', thing: child };
    }
    return this.isYounger(writtenAt, UNSEEN_SECONDS) ? { is: 'unclear', waiting: waiting(`${arn} to show up`, POLL_SECONDS / 2) } : { is: 'absent' };
  }

  /** A create has died between its entry and the ARN: perhaps it has made one of those that nobody has entered. */
  private async unresolved(register: Register, entry: Entry): Promise<Observation<Child<C>>> {
    const unknown = (await this.list()).filter(({ arn }) => register.keyOf(arn) === undefined);
    const until = waiting(`certainty about what an earlier request has created (tag '${this.key}')`, POLL_SECONDS / 2);
    if (unknown.length > 0) {
      return { is: 'unclear', waiting: until, resolve: () => resolveEntry(register, this.key, entry, {
        unknown, now: this.scope.clock.now(), createLike: child => this.createLike(child, createToken(this.scope.owner, this.place, entry.request)),
      }) };
    }
    return this.isYounger(entry.writtenAt, CREATED_OR_NOT_SECONDS) ? { is: 'unclear', waiting: until } : { is: 'absent' };
  }

  /** The token would have given back what an earlier attempt of this request has made: it has made nothing. */
  private async collided(register: Register, declaration: D, before: Entry | undefined, error: unknown): Promise<Created> {
    const occupant = await this.occupant(declaration);
    if (before?.arn !== undefined && occupant?.arn === before.arn) {
      await register.write(this.key, before);
      return 'taken';
    }
    await this.globalAccelerator.untag(this.acceleratorArn, [this.key]);
    throw new ResourceError(occupant ? this.occupied(occupant, register, declaration)
      : `The ${this.noun} could not be created (${this.describePlace(declaration)}): ${quote(error)}.`);
  }

  private async see(arn: string): Promise<Child<C> | undefined> {
    const child = await this.describe(arn);
    return child && { ...child, deployed: await this.isDeployed() };
  }

  private async isDeployed(): Promise<boolean> {
    return (await this.globalAccelerator.describeAccelerator(this.acceleratorArn))?.deployed ?? true;
  }

  protected openRegister(): Promise<Register> {
    return Register.toWrite(this.globalAccelerator, this.acceleratorArn, this.noun);
  }

  private rememberFirst({ first }: Entry): void {
    if (first !== undefined) {
      this.scope.remember({ [this.firstKey]: first });
    }
  }

  private get firstKey(): string {
    return `first:${this.place}`;
  }

  private isYounger(writtenAt: number, seconds: number): boolean {
    return this.scope.clock.now() < writtenAt + seconds * 1000;
  }

  protected get key(): string {
    return registerKey(this.scope.owner, this.place);
  }
}
