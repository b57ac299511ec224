/** A request rate as AWS limits it: a steady rate, and a number of requests that may come at once. */
export interface RequestRate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Counts requests against a rate. It reads the time that it is given and owns no timer. */
export class TokenBucket {
  private tokens: number;
  private filledAt?: number;

  constructor(private readonly rate: RequestRate) {
    this.tokens = rate.burst;
  }

  /**
   * Takes one token if there is one.
   *
   * @param now milliseconds since the epoch
   * @returns whether the request may pass
   */
  public take(now: number): boolean {
    const elapsed = Math.max(0, now - (this.filledAt ?? now));
    this.tokens = Math.min(this.rate.burst, this.tokens + elapsed / 1000 * this.rate.perSecond);
    this.filledAt = Math.max(now, this.filledAt ?? now);
    if (this.tokens < 1) {
      return false;
    }
    this.tokens -= 1;
    return true;
  }
}
