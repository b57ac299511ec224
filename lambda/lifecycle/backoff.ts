const JITTER = 0.25;
const GROWTH = 1.5;
const LONGEST_WAIT_SECONDS = 120;

/** A wait spread by a quarter either way, so that many waiters do not call at the same moment. */
export function jittered(seconds: number, random: () => number): number {
  return seconds * (1 - JITTER + 2 * JITTER * random());
}

/** How long to wait after the given number of troubled steps in a row. */
export function troubledWait(seconds: number, troubles: number): number {
  return Math.min(LONGEST_WAIT_SECONDS, Math.max(1, seconds) * GROWTH ** troubles);
}
