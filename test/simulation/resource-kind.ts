import type { AdoptableThings } from './adoptable';
import type { Dice } from './dice';
import type { ServiceRate } from '../../lambda/lifecycle/fair-share';
import type { ResourceHandler } from '../../lambda/lifecycle/handler';
import type { JsonObject } from '../../sandbox/cloudformation/template';
import type { ServiceError, ServiceSimulator } from '../../sandbox/services/service';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** Stands in for an SDK client. */
export interface Client {
  send(command: any): Promise<any>;
}

export type ClientFactory = (serviceId: string, region: string) => Client;

/** One thing that exists in a simulated service, read past its API so that looking changes nothing. */
export interface Thing {
  readonly type: string;
  readonly id: string;
  /** Value of the owner tag, or whatever tells whose it is. */
  readonly owner?: string;
  /** Physical id under which CloudFormation holds it together with others. @default - it holds the thing by its own id */
  readonly heldAs?: string;
  /** Everything about it that somebody else's worker could have changed. */
  readonly fingerprint: string;
}

/** A resource of a template. */
export interface Declaration {
  readonly type: string;
  readonly properties: JsonObject;
}

/** A resource that the same template declares before, to refer to. */
export interface Sibling {
  readonly logicalId: string;
  readonly type: string;
}

/** What CloudFormation believes of a resource. */
export interface Belief {
  readonly physicalId: string;
  /** As CloudFormation sent them: every scalar is a text. */
  readonly properties: JsonObject;
  readonly attributes: JsonObject;
  readonly owner: string;
  /**
   * An update of the resource failed. docs/reliability.md, "What is known and excluded": when its rollback is continued, the
   * old properties are those of a request that failed, so that a tag that was declared before is taken for somebody else's.
   */
  readonly hasFailedUpdate: boolean;
  /** When CloudFormation made the last request for it. */
  readonly requestedAt: number;
}

/** One resource type: how to declare and change it, and what is true of it. */
export interface ResourceKind {
  readonly type: string;
  /** Names of the attributes, all of which every SUCCESS carries. */
  readonly attributes: readonly string[];
  /** It only looks at what others hold, so that nothing needs to be true of it later. */
  readonly readOnly?: boolean;
  /** Not drawn for random histories, where another kind shows the same, and one kind more would change what every pinned seed means. */
  readonly neverDrawn?: boolean;
  /** The properties of a new resource; undefined if it cannot be declared beside these siblings. */
  declare(dice: Dice, siblings: readonly Sibling[]): JsonObject | undefined;
  /** Other properties for the same resource: in place or so that it is replaced. */
  change(dice: Dice, properties: JsonObject): JsonObject;
  /** What is not as CloudFormation believes; undefined if all is. The truth, not what reads show. */
  problem(belief: Belief, now: number): string | undefined;
  /** Whether what was answered as deleted is still there. */
  remains(physicalId: string, owner: string, now: number): boolean;
}

/** A service with its handlers in one history. */
export interface SimulatedService {
  readonly simulators: readonly ServiceSimulator[];
  readonly kinds: readonly ResourceKind[];
  /** What exists and can be adopted. */
  readonly adoptable: AdoptableThings;
  /** What every stack declares first, in this order. @default - nothing: any of the kinds that can stand alone */
  readonly first?: readonly ResourceKind[];
  /** Calls of one account that the service takes, if it throttles in this history. */
  readonly rate?: { readonly perSecond: number; readonly burst: number };
  handlers(client: ClientFactory): Record<string, ResourceHandler<any>>;
  things(now: number): Thing[];
  /** Somebody else makes something that has a name of ours, or is where ours would. Undefined if there is no room. */
  foreign(dice: Dice, now: number): Thing | undefined;
  /** Somebody deletes or changes what is ours. Gives its owner, or undefined if there is nothing. */
  tamper(dice: Dice, now: number): { readonly owner: string; readonly what: string } | undefined;
  /** Puts back the owner tags that somebody has taken away, as the error of a Delete advises. @default - no error does */
  giveTagsBack?(): void;
}

/** A service that histories can be made of: a file in `services/` for each. */
export interface ServiceModel {
  readonly name: string;
  /** The error for too many requests. */
  readonly throttling: ServiceError;
  /** Reasons for FAILED that need no fault of this simulation's: the world was so. */
  readonly legitimateFailures: readonly RegExp[];
  /**
   * Reads that are never stale here: docs/reliability.md, "What is known and excluded". An update compares with what it
   * reads, so it would miss a change that another request made a second before and that a read does not show yet.
   */
  readonly consistentReads: RegExp;
  /** The rate by which the product paces its calls. @default - it does not */
  readonly pace?: ServiceRate;
  /** @param dice decides how fast, consistent and healthy the service is in this history */
  open(dice: Dice): SimulatedService;
}
