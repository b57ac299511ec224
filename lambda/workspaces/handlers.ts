import type { WorkSpaces } from './client';
import { ConnectionAliasAssociationModel } from './connection-alias-association';
import { StandbyWorkspaceModel } from './standby-workspace';
import { StandbyWorkspaceFleetHandler } from './standby-workspace-fleet';
import { StandbyWorkspaceLookup } from './standby-workspace-lookup';
import { StandbyWorkspaceReady } from './standby-workspace-ready';
import {
  CONNECTION_ALIAS_ASSOCIATION_TYPE, STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_LOOKUP_TYPE, STANDBY_WORKSPACE_READY_TYPE,
  STANDBY_WORKSPACE_TYPE,
} from '../../src/wire/workspaces';
import type { ResourceHandler } from '../lifecycle/handler';
import { Lifecycle } from '../lifecycle/lifecycle';

/**
 * The resource types of WorkSpaces.
 *
 * @param workspaces in the Region of the function
 * @param inRegion in any other Region
 */
export function workspacesHandlers(workspaces: WorkSpaces, inRegion: (region: string) => WorkSpaces): Record<string, ResourceHandler<any>> {
  return {
    [STANDBY_WORKSPACE_TYPE]: new Lifecycle(new StandbyWorkspaceModel(workspaces, inRegion)),
    [STANDBY_WORKSPACE_READY_TYPE]: new StandbyWorkspaceReady(workspaces),
    [STANDBY_WORKSPACE_FLEET_TYPE]: new StandbyWorkspaceFleetHandler(workspaces),
    [STANDBY_WORKSPACE_LOOKUP_TYPE]: new StandbyWorkspaceLookup(workspaces, inRegion),
    [CONNECTION_ALIAS_ASSOCIATION_TYPE]: new Lifecycle(new ConnectionAliasAssociationModel(workspaces)),
  };
}
