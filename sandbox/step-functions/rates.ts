import { Call, Operation, ServiceError } from '../services/service';
import { RequestRate, TokenBucket } from '../services/token-bucket';

/** A rate in the three Regions with the largest quotas, and in all others. */
interface Quota {
  readonly large: RequestRate;
  readonly others: RequestRate;
}

const LARGE_REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];

/**
 * How many calls of each operation an account may make in one Region: bucket size and refill rate of Standard workflows.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const STEP_FUNCTIONS_RATES: Readonly<Record<string, Quota>> = {
  StartExecution: { large: { burst: 1300, perSecond: 300 }, others: { burst: 800, perSecond: 150 } },
  StopExecution: { large: { burst: 1000, perSecond: 200 }, others: { burst: 500, perSecond: 25 } },
  DescribeExecution: { large: { burst: 300, perSecond: 15 }, others: { burst: 250, perSecond: 10 } },
  ListExecutions: { large: { burst: 200, perSecond: 5 }, others: { burst: 100, perSecond: 2 } },
};

/** The documented rate of an operation in a Region; undefined where none is documented. */
export function stepFunctionsRate(operation: string, region: string): RequestRate | undefined {
  return STEP_FUNCTIONS_RATES[operation]?.[LARGE_REGIONS.includes(region) ? 'large' : 'others'];
}

/** The operations, each of which refuses calls above its own rate. */
export function withinRates(operations: Record<string, Operation>): Record<string, Operation> {
  return Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, limited(name, operation)]));
}

function limited(name: string, operation: Operation): Operation {
  const buckets = new Map<string, TokenBucket>();
  const bucketOf = (region: string): TokenBucket | undefined => {
    const rate = stepFunctionsRate(name, region);
    if (rate && !buckets.has(region)) {
      buckets.set(region, new TokenBucket(rate));
    }
    return buckets.get(region);
  };
  return {
    ...operation,
    handle: (input: any, call: Call) => {
      if (bucketOf(call.region)?.take(call.now) === false) {
        throw new ServiceError('ThrottlingException', 'Rate exceeded');
      }
      return operation.handle(input, call);
    },
  };
}
