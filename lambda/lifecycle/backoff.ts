const JITTER = 0.25;
const GROWTH = 1.5;
const LONGEST_WAIT_SECONDS = 120;
/** So many troubles make a wait of five seconds the longest one; further ones need not be got over. */
const MOST_TROUBLES = 8;

/** A wait spread by a quarter either way, so that many waiters do not call at the same moment. */
export function jittered(seconds: number, random: () => number): number {
  return seconds * (1 - JITTER + 2 * JITTER * random());
}

/** A wait that grows with the number of troubled steps. */
export function troubledWait(seconds: number, troubles: number): number {
  return troubles === 0 ? seconds : Math.max(seconds, Math.min(LONGEST_WAIT_SECONDS, Math.max(1, seconds) * GROWTH ** troubles));
}

/**
 * What is left of the troubles after a step without any. Not nothing: where hundreds share one call a second, a step that
 * came through does not mean that the next looks may be as frequent as those of a single resource.
 */
export function easedTroubles(troubles: number): number {
  return Math.max(0, Math.min(MOST_TROUBLES, troubles) - 1);
}
