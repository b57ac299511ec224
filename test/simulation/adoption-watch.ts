import type { Adoptable } from './adoptable';
import type { HistoryWorld } from './history';
import type { Step } from './plan';
import { ownerTagValue } from '../../lambda/lifecycle/ownership';
import { isObject, type JsonObject } from '../../sandbox/cloudformation/template';

/** In a template, in place of what a resource of the stack that is adopted from had: its logical id. */
export const NOTED = 'Test::Noted';

/** A thing that was there before it was adopted. */
interface Watched {
  /** The resource that has made it. */
  readonly logicalId: string;
  readonly noted: Adoptable;
  /** Nobody has to keep it any more: its new owner has dropped `adopt`, or the old one, who still had it, was told to remove or change it. */
  isReleased: boolean;
}

/** What has to be true of things that are adopted, on the course 'adopt'. */
export class AdoptionWatch {
  private readonly values = new Map<string, unknown>();
  private readonly watched = new Map<string, Watched>();
  private before = new Map<string, Adoptable>();
  private current?: Step;
  private oldStack = { id: '', name: '' };
  private wasChanged = false;
  private readonly oldOwners = new Set<string>();

  constructor(private readonly world: HistoryWorld) {}

  /** Remembers all that a stack has made. From now on it may be adopted. */
  public note(stackName: string): void {
    const stack = this.world.cloudFormation.stacks.find(({ name }) => name === stackName);
    const here = this.now();
    for (const resource of stack?.resources.values() ?? []) {
      const { attributes, logicalId, properties, status, type } = resource;
      const owner = ownerTagValue(stack!.id, logicalId);
      const value = status === 'CREATE_COMPLETE'
        ? this.world.service.adoptable.valueOf({ type, properties, attributes, owner }, this.world.clock.now()) : undefined;
      const ids = value === undefined ? [] : Object.values(typeof value === 'string' ? [value] : value).filter(id => here.has(id));
      if (ids.length > 0) {
        this.values.set(logicalId, value);
        ids.forEach(id => this.watched.set(id, { logicalId, noted: here.get(id)!, isReleased: false }));
      }
      // Whose it is changes from now on, so nothing is promised of it to its first owner.
      this.world.tampered.set(owner, this.world.clock.now());
      this.oldOwners.add(owner);
    }
    this.oldStack = { id: stack?.id ?? '', name: stackName };
    this.world.say(() => `Noted ${JSON.stringify(Object.fromEntries(this.values))}`);
  }

  public disown(): void {
    this.world.service.adoptable.disown(new Set(this.watched.keys()));
    this.watched.forEach((watched, id) => this.watched.set(id, { ...watched, noted: { ...watched.noted, proof: undefined } }));
  }

  /** @returns undefined if something that the template adopts is not there */
  public resolve(template: JsonObject): JsonObject | undefined {
    const names = [...JSON.stringify(template).matchAll(/"Test::Noted":"(\w+)"/g)].map(([, name]) => name);
    return names.every(name => this.values.has(name)) ? this.replaced(template) as JsonObject : undefined;
  }

  /** Whether a resource is one that this deployment can't adopt. */
  public isDiffering(logicalId: string): boolean {
    return this.current?.kind === 'deploy' && (this.current.differing?.includes(logicalId) ?? false);
  }

  /** Whether somebody may have adopted what a resource had. */
  public isOldOwner(owner: string): boolean {
    return this.oldOwners.has(owner);
  }

  /** Whether what an owner has is kept on purpose, though no stack has it. */
  public isKept(owner: string): boolean {
    const now = this.now();
    return [...this.watched.values()].some(({ isReleased, noted: { id } }) => !isReleased && now.get(id)?.proof === owner);
  }

  /** Looks at everything before and after a deployment, or the deletion of a stack. */
  public async during(step: Step, stackName: string, take: () => Promise<void>): Promise<void> {
    this.before = this.now();
    this.current = step;
    const isNewDeploy = step.kind === 'deploy' && step.stack === undefined;
    // What is changed in the deployment that drops 'adopt' may be replaced or re-created.
    if (isNewDeploy && !step.adoption) {
      this.release(this.before);
    }
    await take();
    this.wasChanged ||= step.kind === 'deploy' && step.adoption === 'changed';
    const after = this.now();
    this.watched.forEach(watched => watched.isReleased || this.check(watched, after.get(watched.noted.id), step, stackName));
    if (isNewDeploy && step.adoption === 'dropped' && this.isComplete(stackName)) {
      this.release(after);
    }
  }

  public beginTearDown(): void {
    this.before = this.now();
    this.watched.forEach(watched => {
      watched.isReleased ||= this.hasOldStack && this.isOldOwners(watched);
    });
  }

  /** What was adopted and is still to be kept is there to the end. */
  public atTheEnd(): void {
    const now = this.now();
    this.watched.forEach(({ noted: { id }, isReleased }) => isReleased || now.has(id)
      || this.world.broken('No loss', `${id} was there before it was adopted, and is gone`));
  }

  private check(watched: Watched, after: Adoptable | undefined, step: Step, stackName: string): void {
    const { logicalId, noted: { id } } = watched;
    const before = this.before.get(id)!;
    // Where logical ids are renamed it is the same stack: it may delete what it still has when the stack goes, and not before.
    const isOldStack = stackName === this.oldStack.name && (step.kind === 'delete' || stackName !== 'Game' || !this.hasOldStack);
    if (isOldStack && this.isOldOwners(watched)) {
      watched.isReleased = after?.state !== before.state;
      return;
    }
    if (!after) {
      this.world.broken('No loss', `${id} was there before it was adopted, and is gone after a step of ${stackName}`);
      watched.isReleased = true;
      return;
    }
    const isTouched = after.state !== before.state || after.proof !== before.proof;
    const change = `'${show(before)}' became '${show(after)}'`;
    if (isOldStack && isTouched) {
      this.world.broken('No theft', `${id} was adopted from ${stackName}, which has changed it: ${change}`);
    }
    if (step.kind === 'deploy' && step.differing?.includes(logicalId) && isTouched) {
      this.world.broken('No theft', `${id} can't be adopted so, but was touched: ${change}`);
    }
    if (step.kind === 'deploy' && step.adoption && !this.wasChanged && after.state !== before.state) {
      this.world.broken('No loss', `${id} was to be adopted as it is: ${change}`);
    }
  }

  /** What is adopted is its new owner's, who has said so without 'adopt'. */
  private release(now: ReadonlyMap<string, Adoptable>): void {
    this.watched.forEach(watched => {
      watched.isReleased ||= now.get(watched.noted.id)?.proof !== watched.noted.proof;
    });
  }

  private isOldOwners({ noted: { id, proof } }: Watched): boolean {
    return proof !== undefined && this.before.get(id)?.proof === proof;
  }

  private get hasOldStack(): boolean {
    return this.world.cloudFormation.stacks.some(({ id }) => id === this.oldStack.id);
  }

  private isComplete(stackName: string): boolean {
    return /^(CREATE|UPDATE)_COMPLETE$/.test(this.world.cloudFormation.stacks.find(({ name }) => name === stackName)?.status ?? '');
  }

  private now(): Map<string, Adoptable> {
    return new Map(this.world.service.adoptable.all(this.world.clock.now()).map(thing => [thing.id, thing]));
  }

  private replaced(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map(item => this.replaced(item));
    }
    if (!isObject(value)) {
      return value;
    }
    return NOTED in value ? this.values.get(String(value[NOTED]))
      : Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.replaced(member)]));
  }
}

function show({ proof, state }: Adoptable): string {
  return `${proof ?? 'nobody\'s'}: ${state}`;
}
