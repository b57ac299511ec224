import type { Attributes, Scope, Waiting } from './handler';
import type { RawProperties } from './request';
import type { Tags } from './tags';

export type { Scope } from './handler';

/**
 * One resource type, seen by the lifecycle: what its service calls things. When they happen is the lifecycle's affair
 * (lifecycle.ts), and written once.
 *
 * @typeParam D what is declared
 * @typeParam O one thing as the service shows it
 */
export interface ResourceModel<D, O> {
  /** What people call it, e.g. `endpoint`. Physical ids begin with it. */
  readonly noun: string;
  /** How long an operation may take unless the properties say otherwise. */
  readonly defaultTimeoutSeconds: number;
  readonly timing: Timing;
  /** What CloudFormation holds must not be re-created when it is gone. @default - it is re-created */
  readonly loss?: Loss<D>;
  /** Whether the hint is part of the physical id, because finding the thing without it is dear. @default false */
  readonly keepsHint?: boolean;
  /** From CloudFormation's strings to types; throws a ResourceError for anything it does not know. Never used for a Delete. */
  parse(raw: RawProperties): D;
  /**
   * Names what the declaration and the owner determine: of all that could be made from such properties there is one at a place.
   * Reads the properties of any version, so it looks at nothing but what identifies.
   *
   * @returns undefined if the properties do not say
   */
  placeOf(raw: RawProperties, owner: string): string | undefined;
  /** Refuses what only shows where it is deployed. @default - nothing is refused */
  check?(declaration: D, scope: Scope): void;
  /** Whether an error passes by itself, besides throttling and failures of the network. @default - none */
  isRetryable?(error: unknown): boolean;
  /** What is at a place, in one step. */
  at(place: string, scope: Scope): ManagedResource<D, O>;
}

/** What to do about a thing that is gone and must not be re-created. */
export interface Loss<D = any> {
  error(place: string, hint: string | undefined): Error;
  /** For the answer to an update that asks for nothing, so that a rollback does not fail because of the loss. */
  attributes(place: string, hint: string | undefined, declaration: D): Attributes;
}

/** How a service behaves in time. */
export interface Timing {
  /** How long a new one may not show. */
  readonly unseenSeconds: number;
  /** Between two looks that miss. */
  readonly missSeconds: number;
  /** Between two looks at what is going away. @default - missSeconds */
  readonly leavingSeconds?: number;
  /** So many looks in a row have to miss before something that was there is believed gone. */
  readonly misses: number;
  /** A Delete that finds nothing looks a second time after this. */
  readonly absentSeconds: number;
  /** A second look at what has just become ready, if that may flap. @default - one look is enough */
  readonly confirm?: { readonly milliseconds: number; readonly untilAgeSeconds: number };
}

/** What is at one place: a narrow view of the service. */
export interface ManagedResource<D, O> {
  /** @default - it takes no tags */
  readonly tags?: Tagging<D, O>;
  /** How what exists is taken over. @default - it can't be */
  readonly adoption?: Adoption<D, O>;
  /**
   * @param hint what {@link hintOf} or {@link create} gave when the thing was last seen
   * @param isProven whether this request has seen or created that thing as its own; else the hint comes from the physical id
   */
  look(hint: string | undefined, isProven: boolean): Promise<Observation<O>>;
  /** Finds it quickly the next time, or proves that it is the same. @default - none */
  hintOf?(thing: O): string;
  /** The hint under which an earlier one was held that was re-created in this place: its id stays. @default - that of the thing */
  idHint?(): string | undefined;
  /** What a create would collide with. @returns why it is refused before anything is created @default - only the create call tells */
  obstacle?(declaration: D): Promise<string | undefined>;
  /** May be repeated: what an earlier attempt has made is given back or is `taken`. */
  create(declaration: D): Promise<Created<O>>;
  /** @param isHeld whether CloudFormation held it before this request */
  phase(thing: O, declaration: D, isHeld: boolean): Phase;
  /** The next single change towards what is declared. @default - none */
  change?(thing: O, declaration: D, before: D | undefined, isHeld: boolean): Promise<Change | undefined>;
  /** The next call towards its end. @returns what to wait for */
  remove(thing: O): Promise<Waiting>;
  /** When it is gone: removes the proof of ownership that is elsewhere. @returns what to wait for, undefined when done */
  forget?(): Promise<Waiting | undefined>;
  attributes(thing: O, declaration: D): Attributes;
}

/** What a look shows. */
export type Observation<O> =
  | { readonly is: 'absent' }
  /** It is being deleted, whoever owned it. */
  | { readonly is: 'leaving' }
  /** Made or adopted by this stack and logical id. Tags only if the look read them. */
  | { readonly is: 'ours'; readonly thing: O; readonly tags?: Tags }
  /** Somebody else's. `untagged` names it if no tag says whose it is: it may be ours, and have lost its tag. */
  | { readonly is: 'foreign'; readonly refusal: string; readonly untagged?: string }
  /** Not known yet whose it is, or where. `resolve` makes a call that clears it up. */
  | { readonly is: 'unclear'; readonly waiting: Waiting; readonly resolve?: () => Promise<void> };

/** The answer of a create call. */
export type Created<O = never> =
  /** With the thing itself if the answer shows all of it: if that is ready, it needs no look. */
  | { readonly hint?: string; readonly waiting: Waiting; readonly thing?: O }
  /** Nothing was created yet: the same call is made again. */
  | { readonly again: Waiting }
  /** Something is there: perhaps made by an earlier attempt of this request. The next look tells. */
  | 'taken'
  /** As before; the refusal if no look shows it. */
  | { readonly taken: string };

export type Phase =
  | { readonly is: 'ready' }
  | { readonly is: 'pending'; readonly waiting: Waiting }
  | { readonly is: 'failed'; readonly message: string };

export type Change =
  | { readonly kind: 'apply'; readonly waiting: Waiting; apply(): Promise<void> }
  | { readonly kind: 'wait'; readonly waiting: Waiting }
  /** It can't be changed: it is removed, and created in the same place. `isExpected`: that is what such a change is documented to do. */
  | { readonly kind: 'recreate'; readonly isExpected?: boolean };

/** How a resource type is tagged. */
export interface Tagging<D, O> {
  of(declaration: D): Tags;
  read(thing: O): Promise<Tags>;
  set(thing: O, tags: Tags): Promise<void>;
  remove(thing: O, keys: readonly string[]): Promise<void>;
}

/** How what exists already is taken over: made by hand, by another tool, by another stack or logical id, or kept by `RETAIN`. */
export interface Adoption<D, O> {
  /** The name, id or ARN that `adopt` has to give. */
  identityOf(thing: O): string;
  /**
   * What an identity names, whoever owns it.
   *
   * @returns undefined if there is no such thing
   * @throws ResourceError if it can't be at the declared place
   */
  find(identifier: string, declaration: D): Promise<O | undefined>;
  /** In what it differs from the declaration that can't be changed, e.g. `its secondary Region is eu-west-1, not eu-west-2`. */
  differences(thing: O, declaration: D): readonly string[];
  /** Makes it ours: replaces the proof that it is somebody else's. May be repeated. */
  take(thing: O): Promise<void>;
}
