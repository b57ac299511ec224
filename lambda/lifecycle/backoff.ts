const JITTER = 0.25;
const GROWTH = 1.5;
const LONGEST_WAIT_SECONDS = 120;
/** So many failures make a wait of five seconds the longest one; more are not counted. */
const MOST_FAILURES = 8;

/** A wait spread by a quarter either way, so that many waiters do not call at the same moment. */
export function jittered(seconds: number, random: () => number): number {
  return seconds * (1 - JITTER + 2 * JITTER * random());
}

/** A wait that grows with the number of steps that failed. */
export function waitAfterFailures(seconds: number, failures: number): number {
  return failures === 0 ? seconds : Math.max(seconds, Math.min(LONGEST_WAIT_SECONDS, Math.max(1, seconds) * GROWTH ** failures));
}

/**
 * How many failures still count after a step without any: one less. One success does not undo all of them, since hundreds of
 * resources may share one call a second.
 */
export function easedFailures(failures: number): number {
  return Math.max(0, Math.min(MOST_FAILURES, failures) - 1);
}
