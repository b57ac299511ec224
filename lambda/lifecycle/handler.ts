import type { Clock, Logger } from './ports';
import type { Operation, RawProperties } from './request';

/** Attributes of a resource, all of them in every answer: `Fn::GetAtt` fails on one that is missing. */
export type Attributes = Readonly<Record<string, string>>;

/** What a handler remembers from one step to the next: only what the world cannot tell. A step may be repeated with it. */
export type Memory = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What a step found out. */
export type Outcome = Ready | Gone | Waiting;

/** The resource is as it was asked for. */
export interface Ready {
  readonly status: 'ready';
  readonly physicalId: string;
  readonly attributes: Attributes;
}

/** The resource does not exist (any more). The end of a Delete. */
export interface Gone {
  readonly status: 'gone';
}

/** The resource is on its way. */
export interface Waiting {
  readonly status: 'waiting';
  /** What for, as the end of "Waiting for ...": in the log, and in the answer when the time is over. */
  readonly until: string;
  /** When to look again, before jitter. */
  readonly seconds: number;
  readonly memory?: Memory;
  /** Whether the step has only looked. The next look may then be made in the same step. */
  readonly isLook?: boolean;
  /** Whether the lifecycle waits for itself, which does not count against the time-out. */
  readonly isUncounted?: boolean;
  /** The resource's id as soon as the resource has been seen, so that an answer never lacks it. */
  readonly physicalId?: string;
}

/** A {@link Waiting} in words. */
export function waiting(until: string, seconds: number, memory?: Memory): Waiting {
  return { status: 'waiting', until, seconds, memory };
}

/** The circumstances of one step that a model may use, too. */
export interface Scope {
  readonly operation: Operation;
  /** Value of the owner tag. */
  readonly owner: string;
  /** Different for every request, the same for every repetition of one: base of idempotency tokens. */
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  readonly deadline: number;
  /** Whether requests for other resources of the same service and stack are at work. */
  readonly hasCompany: boolean;
  /** What earlier steps have remembered: only what the service does not show. */
  readonly memory: Memory;
  readonly clock: Clock;
  readonly log: Logger;
  /** Partition, account and Region that the function runs in. */
  readonly location: Location;
  /** As CloudFormation sent them, of any version. A model reads them where the service has lost what it needs. */
  readonly raw: RawProperties;
  readonly oldRaw?: RawProperties;
  /** A port whose calls keep within the share that this execution has in the rate of the service. */
  paced<T extends object>(port: T): T;
  /** Remembers something at once, even if the step then ends in throttling. `memory` shows it from the next step on. */
  remember(memory: Memory): void;
}

/** The circumstances of one step. */
export interface StepContext<P> extends Scope {
  /** Parsed when they are read: a Delete does not need them, and may come with those of another version. */
  readonly properties: P;
  /** On Update, if they can still be parsed. */
  readonly oldProperties?: P;
  /** As CloudFormation sent it; on Delete possibly invented. Absent on Create. */
  readonly physicalId?: string;
  readonly logicalId: string;
  /** Notes the id of the resource that has been seen, for the answer if the step then fails. */
  found(physicalId: string): void;
  /** Notes that a change is about to be made, so that no failure is answered as if nothing had happened. */
  changing(): void;
  /** Whether the create or update that CloudFormation has given up was about to create something. */
  predecessorWasChanging(): Promise<boolean>;
  /**
   * Whether a create that failed or was given up may have left something: one that was about to create, and after which no other create in the
   * same place has succeeded.
   *
   * @param isHere whether something that is created from such properties is in the place that is asked about
   */
  createWasAbandoned(isHere: (properties: RawProperties) => boolean): Promise<boolean>;
  /**
   * Whether what an update finds in another place than CloudFormation holds has been there since the last Create or Delete of the resource:
   * held before an update that is taken back, or left by one that failed or was given up. Anything else has been kept.
   *
   * @param isHere whether such properties mean the place that is asked about
   * @param names whether a physical id names it
   */
  wasHeldBefore(isHere: (properties: RawProperties) => boolean, names: (physicalId: string) => boolean): Promise<boolean>;
  /** Whether the create or update before this request is known not to have succeeded. */
  predecessorFailed(): Promise<boolean>;
  /** Whether what CloudFormation holds was left by a create that failed, and no update has succeeded since. */
  createFailed(): Promise<boolean>;
  /**
   * Properties of the updates since the last one that succeeded, or since the create, that may have created something in another place than
   * CloudFormation held then, and left it.
   *
   * @param isElsewhere whether such properties mean another place than an id names
   */
  leftByUpdates(isElsewhere: (properties: RawProperties, physicalId: string) => boolean): Promise<readonly RawProperties[]>;
  /**
   * Whether this update is the exact reverse of the last one, as a rollback is. A repetition of what a rollback has taken back is
   * none, though it is the reverse of that.
   */
  takesBack(): Promise<boolean>;
}

export interface Location {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
}

/**
 * One resource type. Each step is a reconcile: look at the world, compare it with what is wanted, issue at most one
 * change, say how long to wait. A handler knows its service and nothing of CloudFormation's protocol. The engine runs the
 * steps of one resource one after the other.
 */
export interface ResourceHandler<P> {
  /** How long an operation may take unless the properties say otherwise. */
  readonly defaultTimeoutSeconds: number;
  /** Whether it never changes anything. @default - it does */
  readonly readsOnly?: boolean;
  /** From CloudFormation's strings to types; throws a ResourceError for anything it does not know. */
  parse(raw: RawProperties): P;
  /** Whether the id is one that this handler answers, as far as its form says. */
  recognizes(physicalId: string): boolean;
  create(context: StepContext<P>): Promise<Outcome>;
  update(context: StepContext<P>): Promise<Outcome>;
  delete(context: StepContext<P>): Promise<Outcome>;
}
