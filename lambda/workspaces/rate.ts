import type { ServiceRate } from '../lifecycle/fair-share';

/**
 * Calls that WorkSpaces grants an account in a Region, all operations together. A Delete needs three calls at once: the standby, its owner and the
 * termination.
 *
 * @see https://docs.aws.amazon.com/workspaces/latest/api/welcome.html
 */
export const WORKSPACES_RATE: ServiceRate = { perSecond: 2, burst: 5, firstCalls: 3 };
