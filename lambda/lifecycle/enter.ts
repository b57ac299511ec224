import { rivalsAmong } from './execution';
import type { Runtime } from './ports';
import type { Request } from './request';
import { CLOUDFORMATION_LIMIT_SECONDS, FUNCTION_TIMEOUT_SECONDS } from '../../src/wire/lifecycle';

/** A step that was at work when its execution was stopped is over after this: the longest invocation, and a margin. */
export const STEP_IS_OVER_SECONDS = FUNCTION_TIMEOUT_SECONDS + 5;
/** A request that starts its execution later than this is late: a later request may have come in between. */
const LATE_SECONDS = 5;
/** The list of executions is seconds behind. An execution that does not show after this is not waited for. */
const LONGEST_LAG_SECONDS = 60;
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
  /** Executions of earlier requests that are over, though the list may still show them as running. */
  readonly over?: readonly string[];
}

export type EntryResult =
  | { readonly kind: 'entered'; readonly entry: Entry }
  | { readonly kind: 'wait'; readonly entry: Entry; readonly seconds: number; readonly until: string }
  | { readonly kind: 'superseded' };

/**
 * Makes this execution the only one that works on its resource: gives way to a later request, or stops the executions of
 * earlier ones and waits until none of their steps can be at work.
 */
export async function enter(request: Request, entry: Entry, runtime: Runtime): Promise<EntryResult> {
  const executions = await runtime.waiter.executions(request.requestedAt - LOOK_BACK_MILLISECONDS);
  const { later, earlierRunning, showsOwn } = rivalsAmong(executions, request);
  if (later.length > 0) {
    return { kind: 'superseded' };
  }
  const seesItself = entry.seesItself || showsOwn;
  const toStop = earlierRunning.filter(name => !entry.over?.includes(name));
  if (toStop.length > 0) {
    return stopAll(toStop, { ...entry, seesItself, aloneSince: undefined }, runtime);
  }
  const now = runtime.clock.now();
  if (mustSeeItself(request, entry) && !seesItself && now < entry.startedAt + LONGEST_LAG_SECONDS * 1000) {
    return { kind: 'wait', entry, seconds: LIST_AGAIN_SECONDS, until: 'the list of executions to show this one' };
  }
  return { kind: 'entered', entry: { ...entry, aloneSince: entry.aloneSince ?? now, seesItself: seesItself || undefined } };
}

/** A request that was late, and one that is about to answer. */
function mustSeeItself({ requestedAt }: Request, { aloneSince, startedAt }: Entry): boolean {
  return aloneSince !== undefined || startedAt > requestedAt + LATE_SECONDS * 1000;
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
