import { Command } from './command';
import { endpointStatus } from './endpoint-status';
import { portMappings } from './port-mappings';
import { standbyStatus } from './standby-status';

export const COMMANDS: readonly Command[] = [portMappings, standbyStatus, endpointStatus];
