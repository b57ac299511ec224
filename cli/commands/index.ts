import { Command, TableCommand } from './command';
import { drift } from './drift';
import { endpointStatus } from './endpoint-status';
import { portMappings } from './port-mappings';
import { rehearseCommand } from './rehearse';
import { standbyStatus } from './standby-status';

/** They read an account. */
export const READING_COMMANDS: readonly TableCommand[] = [portMappings, standbyStatus, endpointStatus, drift];

export const COMMANDS: readonly Command[] = [...READING_COMMANDS, rehearseCommand];
