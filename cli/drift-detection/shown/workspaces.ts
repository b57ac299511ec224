import { WorkSpacesClient } from '@aws-sdk/client-workspaces';
import { settingsShown } from './standby-settings';
import { AliasAssociation, SdkWorkSpaces, Workspace, WorkSpaces } from '../../../lambda/workspaces/client';
import type { AssociationDeclaration } from '../../../lambda/workspaces/connection-alias-association';
import { workspacesHandlers } from '../../../lambda/workspaces/handlers';
import type { StandbySettings } from '../../../lambda/workspaces/standby';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { CONNECTION_ALIAS_ASSOCIATION_TYPE, STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_TYPE } from '../../../src/wire/workspaces';
import { compareFleet } from '../fleet';
import { ResourceTypes, resourceTypes, Show } from '../resource-type';

export const workspacesTypes: ResourceTypes = (clients, region) => {
  const inRegion = (other: string) => new SdkWorkSpaces(clients.client(WorkSpacesClient, 'workspaces', other));
  const port = inRegion(region);
  return resourceTypes(workspacesHandlers(port, inRegion), {
    [STANDBY_WORKSPACE_TYPE]: { show: showStandby },
    [STANDBY_WORKSPACE_FLEET_TYPE]: { compare: subject => compareFleet(port, subject) },
    [CONNECTION_ALIAS_ASSOCIATION_TYPE]: { show: showAssociation(port) },
  });
};

const showStandby: Show<StandbySettings, Workspace> = (workspace, declaration) => settingsShown(workspace, declaration);

/** An association takes no tags: that of its alias says whose it is. */
function showAssociation(port: WorkSpaces): Show<AssociationDeclaration, AliasAssociation> {
  return async ({ directoryId }, declaration, { owner }) => [
    { property: 'DirectoryId', declared: declaration.directoryId, actual: directoryId },
    { property: `tag ${OWNER_TAG_KEY} of the alias`, declared: owner, actual: (await port.listTags(declaration.aliasId))?.[OWNER_TAG_KEY] },
  ];
}
