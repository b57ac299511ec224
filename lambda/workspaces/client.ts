import {
  AssociateConnectionAliasCommand,
  CreateStandbyWorkspacesCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeConnectionAliasesCommand,
  DescribeTagsCommand,
  DescribeWorkspacesCommand,
  DisassociateConnectionAliasCommand,
  ModifyWorkspacePropertiesCommand,
  TerminateWorkspacesCommand,
  type DataReplication,
  type WorkSpacesClient,
} from '@aws-sdk/client-workspaces';
import { toConnectionAlias, toItemFailure, toWorkspace } from './shapes';
import { undefinedOn } from '../lifecycle/errors';
import { toTagList } from '../lifecycle/tags';

const unlessMissing = undefinedOn('ResourceNotFoundException');

/** The most items that a call takes. For CreateStandbyWorkspaces that is not published; its siblings take as many. */
export const BATCH_SIZE = 25;

export type Replication = DataReplication;

export interface RelatedWorkspace {
  readonly workspaceId: string;
  readonly region: string;
}

export interface Workspace {
  readonly id: string;
  readonly directoryId: string;
  readonly userName: string;
  readonly state: string;
  readonly bundleId: string;
  readonly subnetId: string;
  readonly ipAddress: string;
  readonly computerName: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly volumeEncryptionKey?: string;
  /** If it is a standby: its primary. WorkSpaces shows the relation some time after the create only. */
  readonly primary?: RelatedWorkspace;
  /** If it is a primary. */
  readonly standbys: readonly RelatedWorkspace[];
  /** If WorkSpaces shows it on this WorkSpace. */
  readonly replication?: Replication;
}

export interface Page {
  readonly workspaces: readonly Workspace[];
  readonly nextToken?: string;
}

export interface StandbyRequest {
  readonly primaryWorkspaceId: string;
  readonly directoryId: string;
  readonly volumeEncryptionKey?: string;
  readonly replication: Replication;
  readonly tags: Readonly<Record<string, string>>;
}

export interface PendingStandby {
  readonly workspaceId: string;
  readonly userName: string;
}

/** An item of a call that failed although the call did not. */
export interface ItemFailure {
  /** What the item was about: the primary of a create, the WorkSpace of a termination. */
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

export interface StandbyAnswer {
  /** WorkSpaces does not say which primary each of them belongs to. */
  readonly pending: readonly PendingStandby[];
  readonly failed: readonly ItemFailure[];
}

export interface ConnectionAlias {
  readonly id: string;
  /** CREATING, CREATED, DELETING */
  readonly state: string;
  /** Another account's if it is shared with this one. */
  readonly ownerAccountId: string;
  readonly association?: AliasAssociation;
}

export interface AliasAssociation {
  readonly directoryId: string;
  /** PENDING_ASSOCIATION, ASSOCIATED_WITH_..., PENDING_DISASSOCIATION */
  readonly status: string;
  readonly connectionIdentifier: string;
}

/** The calls that the handlers make, in one Region. */
export interface WorkSpaces {
  /** @returns those that are visible */
  describe(ids: readonly string[]): Promise<Workspace[]>;
  describeDirectory(directoryId: string, userName?: string, token?: string): Promise<Page>;
  createStandbys(primaryRegion: string, requests: readonly StandbyRequest[]): Promise<StandbyAnswer>;
  /** @returns what could not be terminated */
  terminate(ids: readonly string[]): Promise<ItemFailure[]>;
  setReplication(standbyId: string, replication: Replication): Promise<void>;
  /** @returns undefined if there is no such resource */
  listTags(id: string): Promise<Record<string, string> | undefined>;
  tag(id: string, tags: Readonly<Record<string, string>>): Promise<void>;
  untag(id: string, keys: readonly string[]): Promise<void>;
  getAlias(aliasId: string): Promise<ConnectionAlias | undefined>;
  /** @returns the connection identifier */
  associate(aliasId: string, directoryId: string): Promise<string>;
  /** A missing alias is no error. */
  disassociate(aliasId: string): Promise<void>;
}

/** The calls through the SDK. */
export class SdkWorkSpaces implements WorkSpaces {
  constructor(private readonly client: Pick<WorkSpacesClient, 'send'>) {}

  public async describe(ids: readonly string[]): Promise<Workspace[]> {
    const { Workspaces } = await this.client.send(new DescribeWorkspacesCommand({ WorkspaceIds: [...ids] }));
    return (Workspaces ?? []).map(toWorkspace);
  }

  public async describeDirectory(directoryId: string, userName?: string, token?: string): Promise<Page> {
    const { Workspaces, NextToken } = await this.client.send(new DescribeWorkspacesCommand({
      DirectoryId: directoryId, UserName: userName, NextToken: token, Limit: BATCH_SIZE,
    }));
    return { workspaces: (Workspaces ?? []).map(toWorkspace), nextToken: NextToken };
  }

  public async createStandbys(primaryRegion: string, requests: readonly StandbyRequest[]): Promise<StandbyAnswer> {
    const answer = await this.client.send(new CreateStandbyWorkspacesCommand({
      PrimaryRegion: primaryRegion,
      StandbyWorkspaces: requests.map(request => ({
        PrimaryWorkspaceId: request.primaryWorkspaceId,
        DirectoryId: request.directoryId,
        VolumeEncryptionKey: request.volumeEncryptionKey,
        DataReplication: request.replication,
        Tags: toTagList(request.tags),
      })),
    }));
    return {
      pending: (answer.PendingStandbyRequests ?? []).flatMap(({ WorkspaceId, UserName }) =>
        WorkspaceId ? [{ workspaceId: WorkspaceId, userName: UserName ?? '' }] : []),
      failed: (answer.FailedStandbyRequests ?? []).map(item => toItemFailure(item.StandbyWorkspaceRequest?.PrimaryWorkspaceId, item)),
    };
  }

  public async terminate(ids: readonly string[]): Promise<ItemFailure[]> {
    const { FailedRequests } = await this.client.send(new TerminateWorkspacesCommand({
      TerminateWorkspaceRequests: ids.map(WorkspaceId => ({ WorkspaceId })),
    }));
    return (FailedRequests ?? []).map(item => toItemFailure(item.WorkspaceId, item));
  }

  /**
   * Whether the API takes the id of the standby in the standby's Region, as here, or that of the primary is not published:
   * this is the only place that would have to change.
   */
  public async setReplication(standbyId: string, replication: Replication): Promise<void> {
    await this.client.send(new ModifyWorkspacePropertiesCommand({ WorkspaceId: standbyId, DataReplication: replication }));
  }

  public async listTags(id: string): Promise<Record<string, string> | undefined> {
    const answer = await unlessMissing(this.client.send(new DescribeTagsCommand({ ResourceId: id })));
    return answer && Object.fromEntries((answer.TagList ?? []).map(tag => [tag.Key!, tag.Value ?? '']));
  }

  public async tag(id: string, tags: Readonly<Record<string, string>>): Promise<void> {
    await this.client.send(new CreateTagsCommand({ ResourceId: id, Tags: toTagList(tags) }));
  }

  public async untag(id: string, keys: readonly string[]): Promise<void> {
    await this.client.send(new DeleteTagsCommand({ ResourceId: id, TagKeys: [...keys] }));
  }

  public async getAlias(aliasId: string): Promise<ConnectionAlias | undefined> {
    const answer = await unlessMissing(this.client.send(new DescribeConnectionAliasesCommand({ AliasIds: [aliasId] })));
    const alias = answer?.ConnectionAliases?.find(({ AliasId }) => AliasId === aliasId);
    return alias && toConnectionAlias(alias);
  }

  public async associate(aliasId: string, directoryId: string): Promise<string> {
    const { ConnectionIdentifier } = await this.client.send(new AssociateConnectionAliasCommand({ AliasId: aliasId, ResourceId: directoryId }));
    return ConnectionIdentifier ?? '';
  }

  public async disassociate(aliasId: string): Promise<void> {
    await unlessMissing(this.client.send(new DisassociateConnectionAliasCommand({ AliasId: aliasId })));
  }
}
