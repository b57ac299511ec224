import type { ServiceRate } from '../lifecycle/fair-share';

/**
 * Calls of Aurora DSQL in a Region that the peerings of a stack share. AWS documents no rate for its control plane, so this is a cautious guess: an account has
 * five multi-Region clusters unless it asks for more.
 *
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/CHAP_quotas.html
 */
export const AURORA_DSQL_RATE: ServiceRate = { perSecond: 5, burst: 10 };
