import type { ServiceRate } from '../lifecycle/fair-share';

/**
 * Calls to the operations of global endpoints and of tags that SES grants an account in a Region. The burst is not documented.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/quotas.html
 */
export const SES_RATE: ServiceRate = { perSecond: 1, burst: 5 };
