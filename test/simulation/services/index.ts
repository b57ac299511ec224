import { auroraDsql } from './aurora-dsql';
import { customRouting, globalAccelerator } from './global-accelerator';
import { ses } from './ses';
import { sesIdentities } from './ses-identities';
import { systemsManager } from './systems-manager';
import { transitGateway } from './transit-gateway';
import { workSpaces } from './workspaces';
import type { ServiceModel } from '../resource-kind';

/** The services that histories are made of. */
export const SERVICES: readonly ServiceModel[] = [
  ses, globalAccelerator, customRouting, workSpaces, sesIdentities, transitGateway, systemsManager, auroraDsql,
];
