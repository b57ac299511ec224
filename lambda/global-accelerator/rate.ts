import type { ServiceRate } from '../lifecycle/fair-share';

/** Global Accelerator publishes no rate. This is what we allow ourselves, so that the children of an accelerator do not all look at once. */
export const GLOBAL_ACCELERATOR_RATE: ServiceRate = { perSecond: 10, burst: 20 };
