/*
 * What a page shows of deployments. All times are seconds since the deployment of its chart began; all texts are plain.
 */

/** What CloudFormation wants done with a resource. */
export type Verb = 'create' | 'update' | 'delete';

/** How it ended; `unfinished` if it did not. */
export type BarOutcome = 'complete' | 'failed' | 'cancelled' | 'skipped' | 'unfinished';

/** One operation on a resource. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly verb: Verb;
  readonly outcome: BarOutcome;
  readonly reason?: string;
}

/**
 * Something at a moment: a call that changes something, a call that only reads, something that goes wrong on demand, or an answer to
 * CloudFormation.
 */
export interface Mark {
  readonly at: number;
  readonly kind: 'call' | 'look' | 'fault' | 'answer';
  /** It was refused, or says that something failed. */
  readonly bad: boolean;
  /** E.g. the service and the operation. */
  readonly what: string;
  readonly region?: string;
  readonly result: string;
}

/** A time with a meaning of its own: a rollback, an outage. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly kind: 'rollback' | 'outage';
  readonly text: string;
}

/** A resource. */
export interface Row {
  readonly label: string;
  readonly type: string;
  /** Whether it is a resource of this library. */
  readonly ours: boolean;
  readonly bars: readonly Bar[];
  readonly marks: readonly Mark[];
  readonly bands: readonly Band[];
}

/** A stack in a chart. */
export interface RowGroup {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** A deployment over time. */
export interface Chart {
  readonly title: string;
  /** E.g. the status in which the stack ended. */
  readonly outcome: string;
  readonly isGood: boolean;
  readonly seconds: number;
  readonly groups: readonly RowGroup[];
}

export interface Section {
  readonly title: string;
  readonly text?: string;
  readonly charts: readonly Chart[];
}

export interface DeploymentPage {
  readonly title: string;
  /** Paragraphs. */
  readonly introduction: readonly string[];
  /** Lines that keep their line breaks, above the charts. */
  readonly report?: string;
  readonly sections: readonly Section[];
}
