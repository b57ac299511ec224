import type { ServiceRate } from '../lifecycle/fair-share';

/**
 * Calls of EC2 in a Region that the accepters of a stack share. EC2 has a bucket for each operation: 5 a second and a burst of 50 for
 * changes that it does not list otherwise, 10 and 100 for CreateTags and DeleteTags, 20 and 100 for reads. The calls are not told apart, so the
 * smallest counts.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
export const TRANSIT_GATEWAY_RATE: ServiceRate = { perSecond: 5, burst: 50 };
