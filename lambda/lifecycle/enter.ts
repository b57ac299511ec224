import { otherExecutions } from './execution';
import type { Crowd } from './fair-share';
import type { Runtime } from './ports';
import type { Request } from './request';
import { CLOUDFORMATION_LIMIT_SECONDS, FUNCTION_TIMEOUT_SECONDS } from '../../src/wire/lifecycle';

/** A step that was at work when its execution was stopped is over after this: the longest invocation, and a margin. */
export const STEP_IS_OVER_SECONDS = FUNCTION_TIMEOUT_SECONDS + 5;
/** A request that starts its execution later than this is late: a later request may have come in between. */
const LATE_SECONDS = 5;
const LIST_AGAIN_SECONDS = 2;
/** An execution that started earlier than this can't run any more. */
const LOOK_BACK_MILLISECONDS = 2 * CLOUDFORMATION_LIMIT_SECONDS * 1000;

/** How far an execution has come in being the only one for its resource. It travels from step to step. */
export interface Entry {
  /** When the first step began, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Since when this execution is the only one that works on the resource. */
  readonly aloneSince?: number;
  /** Whether the list has shown this execution, and so all that started before it. */
  readonly seesItself?: boolean;
  /** The executions of the last requests before this one, the latest first. */
  readonly predecessors?: readonly string[];
  readonly crowd?: Crowd;
  /** Executions of earlier requests that are over, though the list may still show them as running. */
  readonly over?: readonly string[];
}

/**
 * `sees itself`: the list shows this execution, and so all that started before. It is seconds behind; after a minute it is believed.
 * `nothing comes`: neither a step of an earlier request nor one that was delivered late can still be at work.
 */
export type Certainty = 'sees itself' | 'nothing comes';

export type EntryResult =
  | { readonly kind: 'entered'; readonly entry: Entry }
  | { readonly kind: 'wait'; readonly entry: Entry; readonly seconds: number; readonly until: string }
  | { readonly kind: 'superseded' };

/**
 * Makes this execution the only one that works on its resource: gives way to a later request, or stops the executions of
 * earlier ones and waits until none of their steps can be at work.
 *
 * @param certainty what has to be certain before it works. @default - a late request has to see itself
 */
export async function enter(request: Request, entry: Entry, certainty: Certainty | undefined, runtime: Runtime): Promise<EntryResult> {
  // The create that an unknown id belongs to may be long over: its stack was left as it was.
  const since = certainty === 'nothing comes' ? 0 : request.requestedAt - LOOK_BACK_MILLISECONDS;
  const executions = await runtime.waiter.executions(since);
  const { later, earlierRunning, ownStart, predecessors, rank, running, showsOwn } = otherExecutions(executions, request);
  if (later.length > 0) {
    return { kind: 'superseded' };
  }
  const seesItself = entry.seesItself || showsOwn;
  const toStop = earlierRunning.filter(name => !entry.over?.includes(name));
  if (toStop.length > 0) {
    return stopAll(toStop, { ...entry, seesItself, aloneSince: undefined }, runtime);
  }
  const now = runtime.clock.now();
  const crowd = { rank, running, startedAt: ownStart ?? entry.startedAt, asOf: now, isFirst: entry.crowd === undefined };
  return awaitCertainty(request, { ...entry, seesItself }, certainty, now)
    ?? { kind: 'entered', entry: { ...entry, predecessors, crowd, aloneSince: entry.aloneSince ?? now, seesItself: seesItself || certainty === 'sees itself' } };
}

/** After a minute nothing can be at work that the list does not show. */
function awaitCertainty(request: Request, entry: Entry, certainty: Certainty | undefined, now: number): EntryResult | undefined {
  const secondsLeft = (entry.startedAt - now) / 1000 + STEP_IS_OVER_SECONDS;
  if (secondsLeft <= 0) {
    return undefined;
  }
  if (certainty === 'nothing comes') {
    return { kind: 'wait', entry, seconds: secondsLeft, until: 'certainty that no step of the create is still at work' };
  }
  const mustSeeItself = certainty !== undefined || isLate(request, entry);
  return mustSeeItself && !entry.seesItself
    ? { kind: 'wait', entry, seconds: LIST_AGAIN_SECONDS, until: 'the list of executions to show this one' } : undefined;
}

function isLate({ requestedAt }: Request, { startedAt }: Entry): boolean {
  return startedAt > requestedAt + LATE_SECONDS * 1000;
}

/** One that had come to its end by itself has given its answer, so nothing of it is still at work. */
async function stopAll(names: readonly string[], entry: Entry, runtime: Runtime): Promise<EntryResult> {
  const over: string[] = [...entry.over ?? []];
  let seconds = 0;
  for (const name of names) {
    await runtime.waiter.stop(name);
    const state = await runtime.waiter.stateOf(name);
    if (state !== 'running') {
      over.push(name);
    }
    seconds = Math.max(seconds, state === 'ended' ? 0 : state === 'running' ? LIST_AGAIN_SECONDS : STEP_IS_OVER_SECONDS);
  }
  runtime.log.write('INFO', 'Stopped what worked on earlier requests', { executions: names, waitSeconds: seconds });
  return { kind: 'wait', entry: { ...entry, over }, seconds, until: 'the steps of earlier requests to end' };
}
