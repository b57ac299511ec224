import type { ResourceTypes } from './resource-type';
import { auroraDsqlTypes } from './shown/aurora-dsql';
import { globalAcceleratorTypes } from './shown/global-accelerator';
import { sesTypes } from './shown/ses';
import { systemsManagerTypes } from './shown/systems-manager';
import { transitGatewayTypes } from './shown/transit-gateway';
import { workspacesTypes } from './shown/workspaces';

/** One line for each service. */
const SERVICES: readonly ResourceTypes[] = [
  sesTypes, globalAcceleratorTypes, workspacesTypes, systemsManagerTypes, transitGatewayTypes, auroraDsqlTypes,
];

/** All resource types of this library. */
export const RESOURCE_TYPES: ResourceTypes = (clients, region) => Object.assign({}, ...SERVICES.map(types => types(clients, region)));
