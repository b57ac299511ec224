import type { Entry } from './enter';
import type { Used } from './fair-share';
import type { Attributes, Memory } from './handler';
import { idNotKnown, isNothingCreatedId, nothingCreatedId } from './ownership';
import { describe, type Request } from './request';

/** What travels from step to step. */
export interface Progress {
  readonly steps: number;
  /** How often steps have lately ended in throttling or a passing error. */
  readonly recentFailures: number;
  readonly physicalId?: string;
  readonly until?: string;
  readonly lastError?: string;
  readonly memory: Memory;
  readonly entry?: Entry;
  readonly used?: Used;
  /** What was waited that does not count against the time-out. */
  readonly uncountedSeconds?: number;
  /** Whether this request was about to change something. */
  readonly changed?: boolean;
  /** Whether this request has been found to take back the one before. */
  readonly tookBack?: boolean;
  /** The answer that this request is going to get, whatever a later look may show. */
  readonly pendingAnswer?: Answer;
}

export const NO_PROGRESS: Progress = { steps: 0, recentFailures: 0, memory: {} };

export interface Answer {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly physicalId: string;
  readonly attributes: Attributes;
  readonly reason?: string;
}

export type StepResult =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'wait'; readonly seconds: number; readonly progress: Progress };

/**
 * The answer when the step could not be carried out at all, e.g. because the function kept failing. A Delete of what was never created
 * succeeds where it could not even begin: what denies it has most likely denied the create, too.
 */
export function abandon(request: Request, progress: Progress, reason: string): Answer {
  if (request.operation === 'Delete' && isNothingCreatedId(request.physicalResourceId) && progress.entry?.aloneSince === undefined) {
    return { status: 'SUCCESS', physicalId: request.physicalResourceId!, attributes: {} };
  }
  return { status: 'FAILED', physicalId: request.physicalResourceId ?? progress.physicalId ?? idNotKnown(request), attributes: {}, reason };
}

/** A failure. A create that has not come to the point of creating has certainly created nothing. */
export function failure(request: Request, progress: Progress, reason: string, physicalId = progress.physicalId): Answer {
  const hasNone = request.operation === 'Create' && !physicalId && !progress.changed;
  return abandon(request, { ...progress, physicalId: hasNone ? nothingCreatedId(request) : physicalId }, `${describe(request)}: ${reason}`);
}
