import type { ServiceRate } from '../lifecycle/fair-share';

/**
 * Calls that Parameter Store grants an account in a Region: three changes a second. Reads may be more frequent; the calls are not told apart.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/ssm.html
 */
export const SYSTEMS_MANAGER_RATE: ServiceRate = { perSecond: 3, burst: 10 };
