/*
 * What a rehearsal finds: the members of `--format json`. docs/rehearsing.md describes them; a new member is a compatible
 * change, any other one raises `version`.
 */

/** What became of a resource of ours. */
export type Change =
  | 'as before' | 'changed in place' | 'created' | 'replaced' | 're-created in its place' | 'refused' | 'deleted' | 'not created'
  | 'not rehearsed';

/** What became of a stack. */
export type StackOutcome = 'succeeds' | 'unchanged' | 'fails' | 'not deployed' | 'not rehearsed';

/** A value before and after the deployment; null where there is none. */
export interface Values {
  readonly before: string | null;
  readonly after: string | null;
}

/** Seconds since the deployment of the stack began. */
export interface Interval {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** Destinations, address and port, and the accelerator ports that lead to them. */
export interface MappingsReport {
  readonly before: number;
  readonly after: number;
  /** Reached at the same accelerator port as before. */
  readonly asBefore: number;
  /** Reached at another accelerator port. */
  readonly onAnotherPort: number;
  readonly gone: number;
  readonly added: number;
  /** Reached at the same accelerator port, but traffic that was allowed is denied. */
  readonly denied: number;
}

/** Standby WorkSpaces of a fleet. */
export interface MembersReport {
  readonly before: number;
  readonly after: number;
  readonly added: number;
  /** Their data are gone. */
  readonly terminated: number;
  readonly untouched: number;
}

/** A resource of the app that has the value of an attribute in its properties. */
export interface Use {
  readonly stack: string;
  readonly path: string;
  readonly type: string;
}

/** A resource of the app that still has an old value. */
export interface StaleUse extends Use {
  /** Whether its stack was deployed, which did not change the value; else its next deployment will. */
  readonly deployed: boolean;
}

export interface ResourceReport {
  readonly stack: string;
  /** Path of the construct in the stack; the logical id where the assembly has no paths. */
  readonly path: string;
  readonly logicalId: string;
  readonly type: string;
  readonly change: Change;
  /** Whether somebody who uses the resource notices. */
  readonly disruptive: boolean;
  /** Whether what left the stack still exists, for the sake of `RETAIN`. */
  readonly kept: boolean;
  /** Regions in which there is no copy of it any more. */
  readonly lostRegions: readonly string[];
  /** What users notice, one sentence each; the first one is the headline. */
  readonly effects: readonly string[];
  /** How to refuse the change or to do it without a gap. */
  readonly advice: readonly string[];
  /** Attributes with other values than before, e.g. `EndpointId`. */
  readonly attributes: Readonly<Record<string, Values>>;
  readonly mappings?: MappingsReport;
  readonly members?: MembersReport;
  /** When nothing gets through; AWS's own lag comes on top. */
  readonly outages: readonly Interval[];
  /** Resources that have the new value, when the attributes changed. */
  readonly usedBy: readonly Use[];
  /** Resources that still have the old value when everything is deployed. */
  readonly staleIn: readonly StaleUse[];
  /** Why it was refused, failed or not rehearsed. */
  readonly reason?: string;
}

export interface FailureReport {
  readonly path: string;
  readonly logicalId: string;
  readonly type: string;
  readonly reason: string;
  readonly atSeconds: number;
  /** Status in which the stack ended, e.g. `UPDATE_ROLLBACK_COMPLETE`. */
  readonly status: string;
  /** How to do the change nevertheless. */
  readonly advice?: string;
}

export interface StackReport {
  /** Path of the stack in the app. */
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly outcome: StackOutcome;
  readonly seconds: number;
  readonly failure?: FailureReport;
  /** Why it was not deployed or not rehearsed. */
  readonly note?: string;
}

/** Something that exists and belongs to no stack any more. */
export interface Leftover {
  readonly type: string;
  readonly region: string;
  readonly id: string;
}

/** Something that the rehearsal itself failed at. */
export interface DefectReport {
  /** Of the resource that is inert because of it; without them, it was at none of its own. */
  readonly stack?: string;
  readonly path?: string;
  readonly type?: string;
  readonly message: string;
}

export interface InertReport {
  readonly stack: string;
  readonly path: string;
  readonly type: string;
}

export interface InventionReport {
  readonly kind: string;
  readonly name: string;
  readonly value: string;
}

export interface EventReport {
  /** Seconds since the deployment of the stack began. */
  readonly seconds: number;
  readonly stack: string;
  /** '' for the stack itself. */
  readonly path: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export interface Report {
  readonly version: 1;
  /** `fails` if a stack does; `disruptive` if a resource is replaced, re-created, deleted or loses something. */
  readonly outcome: 'harmless' | 'disruptive' | 'fails';
  readonly stacks: readonly StackReport[];
  readonly resources: readonly ResourceReport[];
  readonly leftovers: readonly Leftover[];
  readonly inert: readonly InertReport[];
  readonly invented: readonly InventionReport[];
  /** Errors of the rehearsal itself: what they touched is inert. */
  readonly defects: readonly DefectReport[];
  readonly assumptions: readonly string[];
  readonly events: readonly EventReport[];
}

/** Nothing can be said about the change. */
export class NotRehearsed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotRehearsed';
  }
}
