import type { Call, Operation, ServiceError } from './service';
import { TokenBucket, type RequestRate } from './token-bucket';

/** The rate of all calls of an account, which each Region counts on its own. */
export class RegionalRate {
  private readonly buckets = new Map<string, TokenBucket>();

  /**
   * @param rate what is allowed
   * @param refusal makes the service's error for a call above it
   */
  constructor(private readonly rate: RequestRate | 'unlimited', private readonly refusal: () => ServiceError) {}

  /** The operations, each refusing what is above the rate. */
  public limit(operations: Record<string, Operation>): Record<string, Operation> {
    return Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, {
      ...operation,
      handle: (input: any, call: Call) => {
        this.take(call);
        return operation.handle(input, call);
      },
    }]));
  }

  private take({ region, now }: Call): void {
    if (this.rate === 'unlimited') {
      return;
    }
    const bucket = this.buckets.get(region) ?? new TokenBucket(this.rate);
    this.buckets.set(region, bucket);
    if (!bucket.take(now)) {
      throw this.refusal();
    }
  }
}
