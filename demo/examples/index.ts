import { DESKTOP_FAILOVER } from './desktop-failover';
import { GAME_SERVERS } from './game-servers';
import { GLOBAL_MAIL } from './global-mail';
import type { Example } from '../demo';

/** The examples of the demo, in the order in which it tells them. */
export const EXAMPLES: readonly Example[] = [GLOBAL_MAIL, GAME_SERVERS, DESKTOP_FAILOVER];
