import type { RequestRate } from '../../sandbox/services/token-bucket';

/** What somebody who knows everything still has to do. */
export interface Necessary {
  /** Calls up to and including the last one that starts something. */
  readonly startingCalls: number;
  /** All calls. */
  readonly calls: number;
  /** What the service itself takes, from that last start to the end. */
  readonly serviceSeconds: number;
}

/**
 * Seconds that no schedule beats: all calls have to get through the rate, and so have those up to the last start, after
 * which the service takes its own time.
 */
export function limitOf({ perSecond, burst }: RequestRate, { startingCalls, calls, serviceSeconds }: Necessary): number {
  const secondsFor = (count: number) => Math.max(0, count - burst) / perSecond;
  return Math.max(secondsFor(calls), secondsFor(startingCalls) + serviceSeconds);
}
