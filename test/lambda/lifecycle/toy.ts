import { ResourceError } from '../../../lambda/lifecycle/errors';
import { waiting } from '../../../lambda/lifecycle/handler';
import { Lifecycle } from '../../../lambda/lifecycle/lifecycle';
import type { Change, ManagedResource, Observation, Phase, ResourceModel, Scope, Timing } from '../../../lambda/lifecycle/model';
import { ownerTagValue } from '../../../lambda/lifecycle/ownership';
import type { RawProperties } from '../../../lambda/lifecycle/request';
import { isOwnedBy, withOwner, type Tags } from '../../../lambda/lifecycle/tags';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { World, STACK_ID, type Answer, type RequestOptions, type WorldOptions } from '../world';

/*
 * A resource type and its service in memory, so that a test says of each look and each call what it gives. All that the
 * lifecycle decides shows here, without the rules of a real service.
 */
export const TOY_TYPE = 'Custom::Toy';
export const OWNER = ownerTagValue(STACK_ID, 'Thing');
/** As many tags as the service takes, that of the owner included. */
export const MOST_TAGS = 4;

/** A thing in the service. */
export interface Toy {
  readonly id: string;
  readonly createdAt: number;
  state: 'pending' | 'ready' | 'failed' | 'leaving';
  /** Can't be changed. */
  colour: string;
  /** Can be changed. */
  size: string;
  tags: Record<string, string>;
  /** When one that is leaving is gone. @default - never */
  goneAt?: number;
}

export interface ToyDeclaration {
  readonly place: string;
  readonly colour: string;
  readonly size: string;
  readonly tags: Tags;
}

/** What happens to a call: an error, or something that the test does. */
export type Trap = (call: string) => void;

/** The service. Times are in seconds. */
export class ToyService {
  public readonly toys = new Map<string, Toy>();
  /** All calls, such as `create desk`. Looks are in {@link looks}. */
  public readonly calls: string[] = [];
  public readonly looks: string[] = [];
  public clock = { now: () => 0 };
  public creationSeconds = 0;
  /** So long a new one does not show. */
  public unseenSeconds = 0;
  public deletionSeconds = 0;
  /** So many create calls say that nothing was created yet. */
  public createsAgain = 0;
  /** What the next looks at a place give, whatever there is: `look` is the truth. */
  public readonly nextLooks: (Observation<Toy> | 'look')[] = [];
  private count = 0;
  public trap: Trap = () => undefined;

  public now(): number {
    return this.clock.now() / 1000;
  }

  public add(place: string, changes: Partial<Toy> = {}): Toy {
    const toy: Toy = {
      id: `id${++this.count}`, createdAt: this.now(), state: 'ready', colour: 'red', size: '1', tags: { [OWNER_TAG_KEY]: OWNER }, ...changes,
    };
    this.toys.set(place, toy);
    return toy;
  }

  public call(name: string): void {
    this.calls.push(name);
    this.trap(name);
  }

  public at(place: string): Toy | undefined {
    const toy = this.toys.get(place);
    if (toy?.state === 'pending' && this.now() >= toy.createdAt + this.creationSeconds) {
      toy.state = 'ready';
    }
    if (toy?.state === 'leaving' && this.now() >= (toy.goneAt ?? Infinity)) {
      this.toys.delete(place);
    }
    return this.toys.get(place);
  }

  /** What exists, as `place state`. */
  public inventory(): string[] {
    return [...this.toys.keys()].filter(place => this.at(place)).map(place => `${place} ${this.at(place)!.state}`);
  }
}

export interface ToyOptions extends Partial<Pick<ResourceModel<any, any>, 'loss' | 'keepsHint' | 'isRetryable' | 'check'>> {
  readonly timing?: Partial<Timing>;
  /** Whether the look reads the tags. @default true */
  readonly readsTags?: boolean;
  /** @default - calls nothing */
  readonly forget?: ManagedResource<ToyDeclaration, Toy>['forget'];
  /** Whether the answer of a create call shows the thing. @default false */
  readonly createShows?: boolean;
  /** What a create call says of a place that is taken. @default - nothing */
  readonly takenRefusal?: string;
  /** Whether a change of the colour is documented to re-create. @default false */
  readonly recreationIsExpected?: boolean;
  /** Members that the resource does without. */
  readonly without?: readonly ('tags' | 'change' | 'hintOf' | 'adoption')[];
  /** Whether a broken toy counts as ready, if CloudFormation holds it. @default false */
  readonly holdsBroken?: boolean;
  /** Whether a look shows no toys of others. @default false */
  readonly hidesOthers?: boolean;
}

export const TIMING: Timing = { unseenSeconds: 60, missSeconds: 5, misses: 3, absentSeconds: 10 };

export class ToyModel implements ResourceModel<ToyDeclaration, Toy> {
  public readonly noun = 'toy';
  public readonly defaultTimeoutSeconds = 1800;
  public readonly timing: Timing;
  public readonly loss: ToyOptions['loss'];
  public readonly keepsHint?: boolean;
  public readonly isRetryable: ToyOptions['isRetryable'];
  public readonly check: ToyOptions['check'];

  constructor(private readonly service: ToyService, private readonly options: ToyOptions = {}) {
    this.timing = { ...TIMING, ...options.timing };
    this.loss = options.loss;
    this.keepsHint = options.keepsHint;
    this.isRetryable = options.isRetryable;
    this.check = options.check;
  }

  public parse({ Adopt: _, Place, Colour = 'red', Size = '1', Tags = {}, ...others }: RawProperties): ToyDeclaration {
    const unknown = Object.keys(others).filter(key => !['ServiceToken', 'Schema', 'TimeoutSeconds', 'ServiceTimeout'].includes(key));
    if (unknown.length > 0 || others.Schema !== '1') {
      throw new ResourceError(`This version does not know ${[...unknown, `schema ${String(others.Schema)}`].join()}.`);
    }
    return { place: String(Place), colour: String(Colour), size: String(Size), tags: Tags as Tags };
  }

  public placeOf({ Place }: RawProperties): string | undefined {
    return typeof Place === 'string' ? Place : undefined;
  }

  public at(place: string, scope: Scope): ManagedResource<ToyDeclaration, Toy> {
    const resource = new ToyAt(this.service, place, scope, this.options);
    for (const member of this.options.without ?? []) {
      Reflect.set(resource, member, undefined);
    }
    return resource;
  }
}

class ToyAt implements ManagedResource<ToyDeclaration, Toy> {
  public readonly forget: ToyOptions['forget'];
  public readonly tags = {
    of: ({ tags }: ToyDeclaration) => tags,
    read: async ({ tags }: Toy) => {
      this.service.call(`read tags ${this.place}`);
      return { ...tags };
    },
    set: async (toy: Toy, tags: Tags) => {
      this.service.call(`tag ${this.place} ${Object.keys(tags).join()}`);
      this.takeTags(toy, { ...toy.tags, ...tags });
    },
    remove: async (toy: Toy, keys: readonly string[]) => {
      this.service.call(`untag ${this.place} ${keys.join()}`);
      this.takeTags(toy, Object.fromEntries(Object.entries(toy.tags).filter(([key]) => !keys.includes(key))));
    },
  };

  public readonly adoption = {
    identityOf: ({ id }: Toy) => id,
    find: async (id: string) => {
      this.service.call(`find ${id}`);
      const toy = this.service.at(this.place);
      return toy?.id === id && toy.state !== 'leaving' ? toy : undefined;
    },
    differences: ({ colour }: Toy, declaration: ToyDeclaration) => colour === declaration.colour ? [] : [`its colour is ${colour}, not ${declaration.colour}`],
    take: async (toy: Toy) => {
      this.service.call(`take ${toy.id}`);
      toy.tags = { ...toy.tags, [OWNER_TAG_KEY]: this.scope.owner };
    },
  };

  constructor(
    private readonly service: ToyService, private readonly place: string, private readonly scope: Scope, private readonly options: ToyOptions,
  ) {
    this.forget = options.forget;
  }

  public async look(hint: string | undefined): Promise<Observation<Toy>> {
    this.service.looks.push(hint ? `${this.place} ${hint}` : this.place);
    this.service.trap(`look ${this.place}`);
    const next = this.service.nextLooks.shift() ?? 'look';
    return next === 'look' ? this.truth() : next;
  }

  private truth(): Observation<Toy> {
    const toy = this.service.at(this.place);
    if (!toy || (toy.createdAt > 0 && this.service.now() < toy.createdAt + this.service.unseenSeconds)) {
      return { is: 'absent' };
    }
    if (toy.state === 'leaving') {
      return { is: 'leaving' };
    }
    return isOwnedBy(this.scope.owner, toy.tags)
      ? { is: 'ours', thing: toy, tags: this.options.readsTags ?? true ? { ...toy.tags } : undefined }
      : this.options.hidesOthers ? { is: 'absent' } : { is: 'foreign', refusal: `A toy at ${this.place} belongs to somebody else.` };
  }

  public hintOf({ id }: Toy): string {
    return id;
  }

  public async create({ colour, size, tags }: ToyDeclaration) {
    this.service.call(`create ${this.place}`);
    if (this.service.createsAgain-- > 0) {
      return { again: waiting('the toy to be free', 5) };
    }
    if (this.service.at(this.place)) {
      return this.options.takenRefusal ? { taken: this.options.takenRefusal } : 'taken' as const;
    }
    const toy = this.service.add(this.place, { colour, size, state: 'pending', tags: withOwner(tags, this.scope.owner) });
    this.service.at(this.place);
    return { hint: toy.id, waiting: waiting('the toy to be ready', 5), thing: this.options.createShows ? toy : undefined };
  }

  public phase({ state }: Toy, _: ToyDeclaration, isHeld: boolean): Phase {
    if (state === 'failed' && isHeld && this.options.holdsBroken) {
      return { is: 'ready' };
    }
    if (state === 'failed') {
      return { is: 'failed', message: `The toy at ${this.place} is broken.` };
    }
    return state === 'ready' ? { is: 'ready' } : { is: 'pending', waiting: waiting('the toy to be ready', 5) };
  }

  public async change(toy: Toy, { colour, size }: ToyDeclaration): Promise<Change | undefined> {
    if (toy.colour !== colour) {
      return { kind: 'recreate', isExpected: this.options.recreationIsExpected };
    }
    if (toy.state === 'pending') {
      return { kind: 'wait', waiting: waiting('the toy to take changes', 5) };
    }
    return toy.size === size ? undefined : {
      kind: 'apply',
      waiting: waiting('the toy to have its size', 5),
      apply: async () => {
        this.service.call(`resize ${this.place}`);
        toy.size = size;
      },
    };
  }

  public async remove(toy: Toy) {
    this.service.call(`remove ${this.place}`);
    toy.state = 'leaving';
    toy.goneAt = this.service.now() + this.service.deletionSeconds;
    return waiting('the toy to go away', 5);
  }

  public attributes({ id }: Toy) {
    return { Id: id };
  }

  private takeTags(toy: Toy, tags: Record<string, string>): void {
    if (Object.keys(tags).length > MOST_TAGS) {
      throw Object.assign(new Error('Too many tags.'), { name: 'LimitExceededException' });
    }
    toy.tags = tags;
  }
}

/** The toy service behind the whole engine: requests, state machine, answers. */
export class ToyWorld extends World {
  constructor(public readonly service: ToyService, options: ToyOptions = {}, world: Partial<WorldOptions> = {}) {
    super({ simulators: [], handlers: () => ({ [TOY_TYPE]: new Lifecycle(new ToyModel(service, options)) }), ...world });
    service.clock = this.clock;
  }

  public create(properties: Record<string, unknown> = {}, rest: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.request(this.creation(properties, rest));
  }

  public creation(properties: Record<string, unknown> = {}, rest: Partial<RequestOptions> = {}): RequestOptions {
    return { operation: 'Create', type: TOY_TYPE, properties: { Place: 'desk', ...properties }, ...rest };
  }

  public update(before: Record<string, unknown>, after: Record<string, unknown>, rest: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.request(this.change(before, after, rest));
  }

  public change(before: Record<string, unknown>, after: Record<string, unknown>, rest: Partial<RequestOptions> = {}): RequestOptions {
    return {
      operation: 'Update', type: TOY_TYPE, physicalId: 'toy/desk', oldProperties: { Place: 'desk', ...before },
      properties: { Place: 'desk', ...after }, ...rest,
    };
  }

  public delete(physicalId = 'toy/desk', properties: Record<string, unknown> = {}, rest: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.request({ operation: 'Delete', type: TOY_TYPE, physicalId, properties: { Place: 'desk', ...properties }, ...rest });
  }
}

/** A service and its world. */
export function toyWorld(options: ToyOptions = {}, world: Partial<WorldOptions> = {}): { service: ToyService; world: ToyWorld } {
  const service = new ToyService();
  return { service, world: new ToyWorld(service, options, world) };
}
