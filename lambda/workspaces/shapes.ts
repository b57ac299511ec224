import type {
  ConnectionAlias as SdkAlias, ConnectionAliasAssociation, FailedWorkspaceChangeRequest, Workspace as SdkWorkspace,
} from '@aws-sdk/client-workspaces';
import type { AliasAssociation, ConnectionAlias, ItemFailure, Replication, Workspace } from './client';

export function toWorkspace(workspace: SdkWorkspace): Workspace {
  const related = workspace.RelatedWorkspaces ?? [];
  const ofType = (type: string) => related.filter(({ Type }) => Type === type)
    .map(({ WorkspaceId, Region }) => ({ workspaceId: WorkspaceId ?? '', region: Region ?? '' }));
  return {
    id: workspace.WorkspaceId ?? '',
    directoryId: workspace.DirectoryId ?? '',
    userName: workspace.UserName ?? '',
    state: workspace.State ?? '',
    bundleId: workspace.BundleId ?? '',
    subnetId: workspace.SubnetId ?? '',
    ipAddress: workspace.IpAddress ?? '',
    computerName: workspace.ComputerName ?? '',
    errorCode: workspace.ErrorCode,
    errorMessage: workspace.ErrorMessage,
    volumeEncryptionKey: workspace.VolumeEncryptionKey,
    primary: ofType('PRIMARY')[0],
    standbys: ofType('STANDBY'),
    replication: shownReplication(workspace),
  };
}

/** Whether the standby shows its replication like this, or among the properties that a primary shows, is not published. */
function shownReplication(workspace: SdkWorkspace): Replication | undefined {
  return workspace.DataReplicationSettings?.DataReplication
    ?? workspace.StandbyWorkspacesProperties?.find(({ StandbyWorkspaceId }) => StandbyWorkspaceId === workspace.WorkspaceId)?.DataReplication;
}

export function toConnectionAlias({ AliasId, State, OwnerAccountId, Associations }: SdkAlias): ConnectionAlias {
  const association = Associations?.find(({ AssociationStatus }) => AssociationStatus !== 'NOT_ASSOCIATED');
  return { id: AliasId ?? '', state: State ?? '', ownerAccountId: OwnerAccountId ?? '', association: association && toAssociation(association) };
}

function toAssociation({ ResourceId, AssociationStatus, ConnectionIdentifier }: ConnectionAliasAssociation): AliasAssociation {
  return { directoryId: ResourceId ?? '', status: AssociationStatus ?? '', connectionIdentifier: ConnectionIdentifier ?? '' };
}

/** @param id of what the item was about */
export function toItemFailure(
  id: string | undefined, { ErrorCode, ErrorMessage }: Pick<FailedWorkspaceChangeRequest, 'ErrorCode' | 'ErrorMessage'>,
): ItemFailure {
  return { id: id ?? '', code: ErrorCode ?? 'unknown', message: ErrorMessage ?? '' };
}
