import { DESKTOP_FAILOVER } from './desktop-failover';
import { GLOBAL_MAIL } from './global-mail';
import type { Example } from '../demo';

/** The examples of the demo, in the order in which it tells them. */
export const EXAMPLES: readonly Example[] = [GLOBAL_MAIL, DESKTOP_FAILOVER];
