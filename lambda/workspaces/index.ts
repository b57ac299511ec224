import { WorkSpacesClient } from '@aws-sdk/client-workspaces';
import { SdkWorkSpaces, type WorkSpaces } from './client';
import { ConnectionAliasAssociationHandler } from './connection-alias-association';
import { StandbyWorkspaceHandler } from './standby-workspace';
import { StandbyWorkspaceFleetHandler } from './standby-workspace-fleet';
import { StandbyWorkspaceLookupHandler } from './standby-workspace-lookup';
import { StandbyWorkspaceReadyHandler } from './standby-workspace-ready';
import {
  CONNECTION_ALIAS_ASSOCIATION_TYPE, STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_LOOKUP_TYPE, STANDBY_WORKSPACE_READY_TYPE,
  STANDBY_WORKSPACE_TYPE,
} from '../../src/wire/workspaces';
import { awsRuntime, CLIENT_SETTINGS } from '../lifecycle/aws-runtime';
import { lifecycleFunction } from '../lifecycle/function';
import type { ResourceHandler } from '../lifecycle/handler';

/**
 * The resource types of WorkSpaces.
 *
 * @param workspaces in the Region of the function
 * @param inRegion in any other Region
 */
export function workspacesHandlers(workspaces: WorkSpaces, inRegion: (region: string) => WorkSpaces): Record<string, ResourceHandler<any>> {
  return {
    [STANDBY_WORKSPACE_TYPE]: new StandbyWorkspaceHandler(workspaces, inRegion),
    [STANDBY_WORKSPACE_READY_TYPE]: new StandbyWorkspaceReadyHandler(workspaces),
    [STANDBY_WORKSPACE_FLEET_TYPE]: new StandbyWorkspaceFleetHandler(workspaces),
    [STANDBY_WORKSPACE_LOOKUP_TYPE]: new StandbyWorkspaceLookupHandler(workspaces, inRegion),
    [CONNECTION_ALIAS_ASSOCIATION_TYPE]: new ConnectionAliasAssociationHandler(workspaces),
  };
}

const inRegion = (region: string) => new SdkWorkSpaces(new WorkSpacesClient({ ...CLIENT_SETTINGS, region }));

export const handler = lifecycleFunction(
  workspacesHandlers(new SdkWorkSpaces(new WorkSpacesClient(CLIENT_SETTINGS)), inRegion), awsRuntime());
