import { createHash } from 'node:crypto';
import {
  AssociateConnectionAlias$, CreateConnectionAlias$, CreateConnectionAliasRequest, CreateStandbyWorkspaces$,
  CreateStandbyWorkspacesRequest, CreateTags$, CreateTagsRequest, DataReplication, DeleteConnectionAlias$, DeleteTags$,
  DeleteTagsRequest, DescribeConnectionAliases$, DescribeTags$, DescribeTagsRequest, DescribeWorkspaces$,
  DescribeWorkspacesRequest, DisassociateConnectionAlias$, ModifyWorkspaceProperties$, ModifyWorkspacePropertiesRequest,
  StandbyWorkspace, Tag, TerminateWorkspaces$, TerminateWorkspacesRequest, WorkspaceState,
} from '@aws-sdk/client-workspaces';
import { ConnectionAliases, ConnectionAliasTimes, SeedConnectionAlias } from './connection-aliases';
import { withLateTags } from './late-tags';
import { RegionalRate } from './request-rate';
import { Call, InventoryItem, Operation, RequiredPermission, ServiceError, ServiceSimulator } from './service';
import { RequestRate } from './token-bucket';
import * as constraints from './workspaces-constraints';

/** Codes of failed items. AWS publishes none of them for standbys: every one is a free choice. */
export interface WorkSpacesErrorCodes {
  /** @default ResourceLimitExceeded.StandbyWorkspaces */
  readonly quota?: string;
  /** The code that CreateWorkspaces answers for a user who has a WorkSpace. @default ResourceExists.WorkSpace */
  readonly exists?: string;
  /** @default ResourceNotFound.User */
  readonly userMissing?: string;
  /** @default ResourceNotFound.Directory */
  readonly directoryMissing?: string;
  /** @default ResourceNotFound.WorkSpace */
  readonly workspaceMissing?: string;
  /** @default UnsupportedOperation.Bundle */
  readonly unsupportedBundle?: string;
  /** @default InvalidResourceState.Suspended */
  readonly suspended?: string;
}

export interface WorkSpacesSimulatorOptions extends ConnectionAliasTimes {
  /** Ids differ from those of another seed. @default - the ids are those without one */
  readonly seed?: number;
  /** Time from PENDING to the state in which a new standby ends up; not published. @default 900 */
  readonly creationSeconds?: number;
  /** That state; not published. @default AVAILABLE */
  readonly finalState?: WorkspaceState;
  /** How long DescribeWorkspaces and DescribeTags do not find a new standby. @default 20 */
  readonly invisibleSeconds?: number;
  /** How long DescribeTags does not show a change of tags. @default 0 */
  readonly tagLagSeconds?: number;
  /** How long RelatedWorkspaces lacks a new standby, counted from the create. @default 0 */
  readonly relationLagSeconds?: number;
  /** Time from TERMINATING until the WorkSpace is gone. @default 300 */
  readonly terminationSeconds?: number;
  /** How much of that time it is TERMINATED. @default 0 */
  readonly terminatedSeconds?: number;
  /** How long a change of the data replication takes. @default 180 */
  readonly modificationSeconds?: number;
  /** Standby WorkSpaces for each Region. @default 0, as AWS has it */
  readonly standbyQuota?: number;
  /** How a create over the quota is answered. @default item */
  readonly quotaRefusal?: 'item' | 'exception';
  /** Most items of one create; not published. @default 25 */
  readonly createBatchLimit?: number;
  /** Whose id ModifyWorkspaceProperties takes for the data replication; not published. @default standby */
  readonly replicationTarget?: 'standby' | 'primary';
  /** Which side shows the data replication; not published. @default both */
  readonly replicationShownOn?: 'both' | 'standby' | 'primary';
  /** Regions that take standbys. @default - the four of the documentation */
  readonly supportedRegions?: readonly string[];
  readonly errorCodes?: WorkSpacesErrorCodes;
  /** Rate of all calls of an account and Region, or `unlimited`. @default 2 requests per second with a burst of 5 */
  readonly requestRate?: RequestRate | 'unlimited';
}

/** A directory that is registered for WorkSpaces. */
export interface SeedDirectory {
  readonly region: string;
  readonly directoryId: string;
  /** @default - every user */
  readonly users?: readonly string[];
}

/** A WorkSpace that nobody created through the API: a primary, or somebody else's desktop. */
export interface SeedWorkspace {
  readonly region: string;
  readonly workspaceId: string;
  readonly directoryId: string;
  readonly userName: string;
  /** @default wsb-0123456789 */
  readonly bundleId?: string;
  readonly volumeEncryptionKey?: string;
  /** @default AVAILABLE */
  readonly state?: WorkspaceState;
  readonly tags?: Record<string, string>;
  /** If it is somebody else's standby: its primary. */
  readonly primary?: { readonly region: string; readonly workspaceId: string };
}

/** Chooses an item of a create, by the primary's id or by all of it. */
export type StandbyMatcher = string | ((item: StandbyWorkspace, call: Call) => boolean);

interface Refusal {
  readonly matcher: StandbyMatcher;
  readonly code: string;
  readonly message: string;
}

interface ReplicationChange {
  readonly to: DataReplication;
  readonly until: number;
}

interface Workspace {
  readonly region: string;
  readonly id: string;
  readonly directoryId: string;
  readonly userName: string;
  readonly bundleId: string;
  readonly volumeEncryptionKey?: string;
  readonly seeded: boolean;
  readonly createdAt: number;
  readonly visibleAt: number;
  readonly relatedAt: number;
  readonly finalAt: number;
  readonly tags: Map<string, string>;
  readonly primary?: { readonly region: string; readonly workspaceId: string };
  finalState: WorkspaceState;
  error?: { readonly code: string; readonly message: string };
  /** Set by a test. */
  forcedState?: WorkspaceState;
  replication: DataReplication;
  replicatingSince?: number;
  change?: ReplicationChange;
  terminatedAt?: number;
  goneAt?: number;
}

const REGIONS = ['us-east-1', 'us-west-2', 'eu-central-1', 'eu-west-1'];
const DEFAULT_RATE: RequestRate = { perSecond: 2, burst: 5 };
const DEFAULT_BUNDLE = 'wsb-0123456789';
const PAGE_SIZE = 25;
const MAX_TAGS = 50;
const SNAPSHOT_MILLISECONDS = 12 * 3600 * 1000;
const TAG_CHARACTERS = /^[\p{L}\p{N}\p{Z}+\-=._:/@]*$/u;

const TAG_OPERATIONS = { read: 'DescribeTags', changes: ['CreateTags', 'DeleteTags'], resource: 'ResourceId' };

/** WorkSpaces Personal in all Regions of an account: standbys, their primaries, tags and connection aliases. */
export class WorkSpacesSimulator implements ServiceSimulator {
  public readonly serviceId = 'WorkSpaces';
  public readonly signingName = 'workspaces';
  public readonly protocol = 'awsJson1_1';
  public readonly targetPrefix = 'WorkspacesService';
  public readonly validationError = 'InvalidParameterValuesException';
  public readonly operations: Record<string, Operation>;

  private readonly workspaces = new Map<string, Workspace>();
  private readonly directories = new Map<string, SeedDirectory>();
  private readonly aliases: ConnectionAliases;
  private readonly refusals: Refusal[] = [];
  private readonly failures: Refusal[] = [];
  private made = 0;

  constructor(private readonly options: WorkSpacesSimulatorOptions = {}) {
    this.aliases = new ConnectionAliases(options, (id, region) => this.directories.has(keyOf(region, id)));
    const rate = new RegionalRate(options.requestRate ?? DEFAULT_RATE, () => new ServiceError('ThrottlingException', 'Rate exceeded'));
    this.operations = rate.limit(withLateTags({
      CreateStandbyWorkspaces: {
        schema: CreateStandbyWorkspaces$,
        constraints: constraints.CREATE_STANDBY_WORKSPACES,
        errors: [
          'AccessDeniedException', 'InvalidParameterValuesException', 'OperationNotSupportedException',
          'ResourceNotFoundException', 'ResourceLimitExceededException',
        ],
        permissions: (input, call) => permissionsToCreate(input, call),
        handle: (input, call) => this.create(input, call),
      },
      DescribeWorkspaces: {
        schema: DescribeWorkspaces$,
        constraints: constraints.DESCRIBE_WORKSPACES,
        errors: ['InvalidParameterValuesException', 'ResourceUnavailableException'],
        permissions: () => [onAll('DescribeWorkspaces')],
        handle: (input, call) => this.describe(input, call),
      },
      TerminateWorkspaces: {
        schema: TerminateWorkspaces$,
        constraints: constraints.TERMINATE_WORKSPACES,
        errors: [],
        permissions: (input: TerminateWorkspacesRequest, call) => input.TerminateWorkspaceRequests!.map(item =>
          this.onWorkspace('TerminateWorkspaces', item.WorkspaceId!, call)),
        handle: (input, call) => this.terminate(input, call),
      },
      ModifyWorkspaceProperties: {
        schema: ModifyWorkspaceProperties$,
        constraints: constraints.MODIFY_WORKSPACE_PROPERTIES,
        errors: [
          'InvalidParameterValuesException', 'InvalidResourceStateException', 'OperationInProgressException',
          'UnsupportedWorkspaceConfigurationException', 'ResourceNotFoundException', 'AccessDeniedException',
          'ResourceUnavailableException',
        ],
        permissions: (input, call) => [this.onWorkspace('ModifyWorkspaceProperties', input.WorkspaceId, call)],
        handle: (input, call) => this.modify(input, call),
      },
      CreateTags: {
        schema: CreateTags$,
        constraints: constraints.CREATE_TAGS,
        errors: ['ResourceNotFoundException', 'InvalidParameterValuesException', 'ResourceLimitExceededException'],
        permissions: (input: CreateTagsRequest) => [onAll('CreateTags', requestTags(input.Tags!))],
        handle: (input, call) => this.createTags(input, call),
      },
      DeleteTags: {
        schema: DeleteTags$,
        constraints: constraints.DELETE_TAGS,
        errors: ['ResourceNotFoundException', 'InvalidParameterValuesException'],
        permissions: (input: DeleteTagsRequest) => [onAll('DeleteTags', { 'aws:TagKeys': input.TagKeys! })],
        handle: (input, call) => this.deleteTags(input, call),
      },
      DescribeTags: {
        schema: DescribeTags$,
        constraints: constraints.DESCRIBE_TAGS,
        errors: ['ResourceNotFoundException'],
        permissions: () => [onAll('DescribeTags')],
        handle: (input, call) => this.describeTags(input, call),
      },
      ...this.aliasOperations(),
    }, TAG_OPERATIONS, options.tagLagSeconds ?? 0));
  }

  /** Somebody's tool removes all tags of all WorkSpaces and connection aliases. */
  public loseTags(): void {
    this.workspaces.forEach(({ tags }) => tags.clear());
    this.aliases.loseTags();
  }

  public seedDirectory(directory: SeedDirectory): void {
    this.directories.set(keyOf(directory.region, directory.directoryId), directory);
  }

  public seedWorkspace(workspace: SeedWorkspace): void {
    this.workspaces.set(keyOf(workspace.region, workspace.workspaceId), {
      region: workspace.region,
      id: workspace.workspaceId,
      directoryId: workspace.directoryId,
      userName: workspace.userName,
      bundleId: workspace.bundleId ?? DEFAULT_BUNDLE,
      volumeEncryptionKey: workspace.volumeEncryptionKey,
      seeded: true,
      createdAt: 0,
      visibleAt: 0,
      relatedAt: 0,
      finalAt: 0,
      finalState: workspace.state ?? 'AVAILABLE',
      tags: new Map(Object.entries(workspace.tags ?? {})),
      primary: workspace.primary,
      replication: 'NO_REPLICATION',
    });
  }

  /** Whether there is such a WorkSpace, untouched by a termination. */
  public has(region: string, workspaceId: string): boolean {
    const workspace = this.workspaces.get(keyOf(region, workspaceId));
    return workspace !== undefined && workspace.terminatedAt === undefined;
  }

  /** The primary of a standby, also while WorkSpaces does not show it. */
  public primaryOf(region: string, workspaceId: string): string {
    return this.workspaces.get(keyOf(region, workspaceId))?.primary?.workspaceId ?? '';
  }

  /** Takes away what was seeded. */
  public removeWorkspace(region: string, workspaceId: string): void {
    this.workspaces.delete(keyOf(region, workspaceId));
  }

  public seedConnectionAlias(alias: SeedConnectionAlias): void {
    this.aliases.seed(alias);
  }

  /** Lets the next standby of a primary end in ERROR. */
  public failNext(matcher: StandbyMatcher, code: string = 'InternalFailure', message: string = 'The WorkSpace could not be created.'): void {
    this.failures.push({ matcher, code, message });
  }

  /** Lets the next item for a primary fail in the create call itself. */
  public refuseNext(matcher: StandbyMatcher, code: string, message: string = 'The request was refused.'): void {
    this.refusals.push({ matcher, code, message });
  }

  /** Puts a WorkSpace into a state, until it is put into another one; undefined lets it go on by itself. */
  public force(region: string, workspaceId: string, state: WorkspaceState | undefined): void {
    const workspace = this.workspaces.get(keyOf(region, workspaceId));
    if (!workspace) {
      throw new Error(`There is no WorkSpace ${workspaceId} in ${region} whose state could be set.`);
    }
    workspace.forcedState = state;
  }

  /** Standbys that were made through the API, and aliases; what was seeded is not listed. */
  public inventory(now: number): InventoryItem[] {
    const workspaces = [...this.workspaces.values()].filter(workspace => !workspace.seeded && !isGone(workspace, now));
    return [
      ...workspaces.map(workspace => ({
        type: 'StandbyWorkspace', region: workspace.region, id: workspace.id, state: this.stateOf(workspace, now),
      })),
      ...this.aliases.inventory(now),
    ];
  }

  private aliasOperations(): Record<string, Operation> {
    const { aliases } = this;
    return {
      CreateConnectionAlias: {
        schema: CreateConnectionAlias$,
        constraints: constraints.CREATE_CONNECTION_ALIAS,
        errors: [
          'ResourceAlreadyExistsException', 'AccessDeniedException', 'InvalidParameterValuesException',
          'ResourceLimitExceededException', 'InvalidResourceStateException', 'OperationNotSupportedException',
        ],
        permissions: (input: CreateConnectionAliasRequest) => [
          onAll('CreateConnectionAlias', requestTags(input.Tags ?? [])),
          ...(input.Tags?.length ? [onAll('CreateTags', requestTags(input.Tags))] : []),
        ],
        handle: (input, call) => aliases.create(input, call, checkedTags(new Map(), input.Tags ?? [])),
      },
      DeleteConnectionAlias: {
        schema: DeleteConnectionAlias$,
        constraints: constraints.DELETE_CONNECTION_ALIAS,
        errors: [
          'ResourceNotFoundException', 'ResourceAssociatedException', 'AccessDeniedException',
          'InvalidParameterValuesException', 'InvalidResourceStateException', 'OperationNotSupportedException',
        ],
        permissions: (input, call) => [this.onAlias('DeleteConnectionAlias', input.AliasId, call)],
        handle: (input, call) => aliases.delete(input, call),
      },
      AssociateConnectionAlias: {
        schema: AssociateConnectionAlias$,
        constraints: constraints.ASSOCIATE_CONNECTION_ALIAS,
        errors: [
          'ResourceAssociatedException', 'AccessDeniedException', 'ResourceNotFoundException',
          'InvalidParameterValuesException', 'InvalidResourceStateException', 'OperationNotSupportedException',
        ],
        permissions: (input, call) => [
          this.onAlias('AssociateConnectionAlias', input.AliasId, call),
          { action: 'workspaces:AssociateConnectionAlias', resources: [arnOf('directory', input.ResourceId, call)] },
        ],
        handle: (input, call) => aliases.associate(input, call),
      },
      DisassociateConnectionAlias: {
        schema: DisassociateConnectionAlias$,
        constraints: constraints.DISASSOCIATE_CONNECTION_ALIAS,
        errors: [
          'AccessDeniedException', 'ResourceNotFoundException', 'InvalidParameterValuesException',
          'InvalidResourceStateException', 'OperationNotSupportedException',
        ],
        permissions: (input, call) => [this.onAlias('DisassociateConnectionAlias', input.AliasId, call)],
        handle: (input, call) => aliases.disassociate(input, call),
      },
      DescribeConnectionAliases: {
        schema: DescribeConnectionAliases$,
        constraints: constraints.DESCRIBE_CONNECTION_ALIASES,
        errors: ['AccessDeniedException', 'InvalidParameterValuesException', 'OperationNotSupportedException'],
        permissions: () => [onAll('DescribeConnectionAliases')],
        handle: (input, call) => aliases.describe(input, call),
      },
    };
  }

  private create(input: CreateStandbyWorkspacesRequest, call: Call): unknown {
    const items = input.StandbyWorkspaces!;
    const limit = this.options.createBatchLimit ?? 25;
    if (items.length < 1 || items.length > limit) {
      throw invalid(`StandbyWorkspaces must have 1 to ${limit} items, not ${items.length}.`);
    }
    this.requireRegions(input.PrimaryRegion!, call);
    items.forEach(item => checkedTags(new Map(), item.Tags ?? []));
    const failed: unknown[] = [];
    const pending: unknown[] = [];
    for (const item of items) {
      const refusal = this.refusalOf(item, input.PrimaryRegion!, call);
      if (refusal) {
        failed.push({ StandbyWorkspaceRequest: item, ErrorCode: refusal.code, ErrorMessage: refusal.message });
      } else {
        const workspace = this.make(item, input.PrimaryRegion!, call);
        pending.push({ UserName: workspace.userName, DirectoryId: workspace.directoryId, State: 'PENDING', WorkspaceId: workspace.id });
      }
    }
    return {
      FailedStandbyRequests: failed.length > 0 ? failed : undefined,
      PendingStandbyRequests: pending.length > 0 ? pending : undefined,
    };
  }

  private requireRegions(primaryRegion: string, call: Call): void {
    if (primaryRegion === call.region) {
      throw invalid(`The primary Region ${primaryRegion} is the Region of the request.`);
    }
    const unsupported = [primaryRegion, call.region].find(region => !(this.options.supportedRegions ?? REGIONS).includes(region));
    if (unsupported) {
      throw new ServiceError('OperationNotSupportedException', `Standby WorkSpaces are not supported in ${unsupported}.`, 400, {
        reason: 'UnsupportedRegion',
      });
    }
  }

  private refusalOf(item: StandbyWorkspace, primaryRegion: string, call: Call): { code: string; message: string } | undefined {
    const codes = this.options.errorCodes ?? {};
    const refused = take(this.refusals, item, call);
    if (refused) {
      return refused;
    }
    const primary = this.find(primaryRegion, item.PrimaryWorkspaceId!, call.now);
    if (!primary) {
      return { code: codes.workspaceMissing ?? 'ResourceNotFound.WorkSpace', message: `${item.PrimaryWorkspaceId} does not exist in ${primaryRegion}.` };
    }
    const directory = this.directories.get(keyOf(call.region, item.DirectoryId!));
    if (!directory) {
      return { code: codes.directoryMissing ?? 'ResourceNotFound.Directory', message: `The directory ${item.DirectoryId} does not exist.` };
    }
    if (directory.users && !directory.users.includes(primary.userName)) {
      return { code: codes.userMissing ?? 'ResourceNotFound.User', message: `The directory has no user ${primary.userName}.` };
    }
    if (this.inDirectory(call, item.DirectoryId!).some(workspace => workspace.userName === primary.userName)) {
      return { code: codes.exists ?? 'ResourceExists.WorkSpace', message: `A WorkSpace already exists for user ${primary.userName}.` };
    }
    return this.overQuota(call);
  }

  private overQuota(call: Call): { code: string; message: string } | undefined {
    const standbys = [...this.workspaces.values()]
      .filter(workspace => workspace.primary && workspace.region === call.region && !isGone(workspace, call.now));
    const quota = this.options.standbyQuota ?? 0;
    if (standbys.length < quota) {
      return undefined;
    }
    const message = `The account has reached its limit of ${quota} standby WorkSpaces.`;
    if (this.options.quotaRefusal === 'exception') {
      throw new ServiceError('ResourceLimitExceededException', message);
    }
    return { code: this.options.errorCodes?.quota ?? 'ResourceLimitExceeded.StandbyWorkspaces', message };
  }

  private make(item: StandbyWorkspace, primaryRegion: string, call: Call): Workspace {
    const primary = this.find(primaryRegion, item.PrimaryWorkspaceId!, call.now)!;
    const failure = take(this.failures, item, call);
    const replication = item.DataReplication ?? 'NO_REPLICATION';
    const workspace: Workspace = {
      region: call.region,
      id: this.newId(call.region),
      directoryId: item.DirectoryId!,
      userName: primary.userName,
      bundleId: primary.bundleId,
      volumeEncryptionKey: item.VolumeEncryptionKey,
      seeded: false,
      createdAt: call.now,
      visibleAt: call.now + (this.options.invisibleSeconds ?? 20) * 1000,
      relatedAt: call.now + (this.options.relationLagSeconds ?? 0) * 1000,
      finalAt: call.now + (this.options.creationSeconds ?? 900) * 1000,
      finalState: failure ? 'ERROR' : this.options.finalState ?? 'AVAILABLE',
      error: failure && { code: failure.code, message: failure.message },
      tags: checkedTags(new Map(), item.Tags ?? []),
      primary: { region: primaryRegion, workspaceId: primary.id },
      replication,
      replicatingSince: replication === 'PRIMARY_AS_SOURCE' ? call.now : undefined,
    };
    this.workspaces.set(keyOf(call.region, workspace.id), workspace);
    return workspace;
  }

  private describe(input: DescribeWorkspacesRequest, call: Call): unknown {
    const chosen = this.chosen(input, call).filter(workspace => workspace.visibleAt <= call.now);
    const start = input.NextToken === undefined ? 0 : Number(Buffer.from(input.NextToken, 'base64').toString());
    const end = start + (input.Limit ?? PAGE_SIZE);
    return {
      Workspaces: chosen.slice(start, end).map(workspace => this.show(workspace, call.now)),
      NextToken: end < chosen.length ? Buffer.from(String(end)).toString('base64') : undefined,
    };
  }

  private chosen(input: DescribeWorkspacesRequest, call: Call): Workspace[] {
    const filters = [input.WorkspaceIds, input.DirectoryId, input.BundleId, input.WorkspaceName].filter(Boolean);
    if (filters.length > 1 || (input.UserName && !input.DirectoryId)) {
      throw invalid('Use one filter at a time; UserName needs DirectoryId.');
    }
    if (input.WorkspaceIds) {
      return input.WorkspaceIds.map(id => this.find(call.region, id, call.now)).filter(workspace => workspace !== undefined);
    }
    const all = input.DirectoryId ? this.inDirectory(call, input.DirectoryId) : this.inRegion(call);
    return all.filter(workspace => (!input.UserName || workspace.userName === input.UserName)
      && (!input.BundleId || workspace.bundleId === input.BundleId) && !input.WorkspaceName);
  }

  private show(workspace: Workspace, now: number): unknown {
    const isFinal = now >= workspace.finalAt && workspace.finalState !== 'ERROR';
    const number = parseInt(createHash('sha256').update(workspace.id).digest('hex').slice(0, 6), 16);
    return {
      WorkspaceId: workspace.id,
      DirectoryId: workspace.directoryId,
      UserName: workspace.userName,
      State: this.stateOf(workspace, now),
      BundleId: workspace.bundleId,
      ...(now >= workspace.finalAt && workspace.error
        && { ErrorCode: workspace.error.code, ErrorMessage: workspace.error.message }),
      ...(isFinal && {
        IpAddress: `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`,
        SubnetId: 'subnet-0123456789abcdef0',
        ComputerName: `WSAMZN-${workspace.id.slice(-8).toUpperCase()}`,
      }),
      VolumeEncryptionKey: workspace.volumeEncryptionKey,
      UserVolumeEncryptionEnabled: workspace.volumeEncryptionKey !== undefined,
      RootVolumeEncryptionEnabled: workspace.volumeEncryptionKey !== undefined,
      WorkspaceProperties: { RunningMode: 'AUTO_STOP', ComputeTypeName: 'STANDARD', Protocols: ['WSP'] },
      ModificationStates: [],
      RelatedWorkspaces: this.related(workspace, now),
      ...this.shownReplication(workspace, now),
    };
  }

  /** The type is that of the related WorkSpace. */
  private related(workspace: Workspace, now: number): unknown {
    if (workspace.primary) {
      const { workspaceId, region } = workspace.primary;
      const primary = this.find(region, workspaceId, now);
      return now < workspace.relatedAt ? undefined : [{
        WorkspaceId: workspaceId, Region: region, State: primary && this.stateOf(primary, now), Type: 'PRIMARY',
      }];
    }
    const standbys = this.standbysOf(workspace, now).filter(standby => now >= standby.relatedAt && now >= standby.visibleAt);
    return standbys.length === 0 ? undefined : standbys.map(standby => ({
      WorkspaceId: standby.id, Region: standby.region, State: this.stateOf(standby, now), Type: 'STANDBY',
    }));
  }

  private shownReplication(workspace: Workspace, now: number): object {
    const side = this.options.replicationShownOn ?? 'both';
    if (workspace.primary) {
      return side === 'primary' ? {} : { DataReplicationSettings: replicationOf(workspace, now) };
    }
    const standbys = this.standbysOf(workspace, now);
    return side === 'standby' || standbys.length === 0 ? {} : {
      StandbyWorkspacesProperties: standbys.map(standby => ({ StandbyWorkspaceId: standby.id, ...replicationOf(standby, now) })),
    };
  }

  private terminate(input: TerminateWorkspacesRequest, call: Call): unknown {
    const failed = input.TerminateWorkspaceRequests!.flatMap(({ WorkspaceId }) => {
      const failure = this.terminateOne(WorkspaceId!, call);
      return failure ? [{ WorkspaceId, ErrorCode: failure.code, ErrorMessage: failure.message }] : [];
    });
    return { FailedRequests: failed };
  }

  private terminateOne(id: string, call: Call): { code: string; message: string } | undefined {
    const workspace = this.find(call.region, id, call.now);
    if (!workspace) {
      return { code: this.options.errorCodes?.workspaceMissing ?? 'ResourceNotFound.WorkSpace', message: `${id} does not exist.` };
    }
    if (this.stateOf(workspace, call.now) === 'SUSPENDED') {
      return {
        code: this.options.errorCodes?.suspended ?? 'InvalidResourceState.Suspended',
        message: `${id} is suspended and can't be terminated.`,
      };
    }
    workspace.terminatedAt ??= call.now;
    workspace.goneAt ??= call.now + this.terminationMilliseconds;
    return undefined;
  }

  private modify(input: ModifyWorkspacePropertiesRequest, call: Call): unknown {
    const named = this.find(call.region, input.WorkspaceId!, call.now);
    if (!named || named.visibleAt > call.now) {
      throw notFound(input.WorkspaceId!);
    }
    if (!input.DataReplication && !input.WorkspaceProperties) {
      throw invalid('WorkspaceProperties or DataReplication is required.');
    }
    if (input.WorkspaceProperties) {
      throw new ServiceError('UnsupportedWorkspaceConfigurationException', 'Properties of primaries and standbys are not simulated.');
    }
    const standby = this.replicationTarget(named, call);
    if (this.stateOf(standby, call.now) === 'PENDING' || this.stateOf(standby, call.now) === 'TERMINATING') {
      throw new ServiceError('InvalidResourceStateException', `${standby.id} is ${this.stateOf(standby, call.now)}.`);
    }
    endReplicationChange(standby, call.now);
    if (standby.change) {
      throw new ServiceError('OperationInProgressException', `${standby.id} is being modified.`);
    }
    standby.change = { to: input.DataReplication!, until: call.now + (this.options.modificationSeconds ?? 180) * 1000 };
    return {};
  }

  private replicationTarget(named: Workspace, call: Call): Workspace {
    if ((this.options.replicationTarget ?? 'standby') === 'standby') {
      if (!named.primary) {
        throw invalid(`${named.id} is not a standby WorkSpace.`);
      }
      return named;
    }
    const standby = this.standbysOf(named, call.now)[0];
    if (!standby) {
      throw invalid(`${named.id} is not a primary WorkSpace.`);
    }
    return standby;
  }

  private createTags(input: CreateTagsRequest, call: Call): unknown {
    const tags = this.tagsOf(input.ResourceId!, call);
    checkedTags(tags, input.Tags!).forEach((value, key) => tags.set(key, value));
    return {};
  }

  private deleteTags(input: DeleteTagsRequest, call: Call): unknown {
    const tags = this.tagsOf(input.ResourceId!, call);
    input.TagKeys!.forEach(key => tags.delete(key));
    return {};
  }

  private describeTags(input: DescribeTagsRequest, call: Call): unknown {
    return { TagList: [...this.tagsOf(input.ResourceId!, call)].map(([Key, Value]) => ({ Key, Value })) };
  }

  private tagsOf(id: string, call: Call): Map<string, string> {
    const workspace = this.find(call.region, id, call.now);
    const tags = workspace && workspace.visibleAt <= call.now ? workspace.tags : this.aliases.tagsOf(id, call);
    if (!tags) {
      throw notFound(id);
    }
    return tags;
  }

  private onWorkspace(operation: string, id: string, call: Call): RequiredPermission {
    const tags = this.find(call.region, id, call.now)?.tags ?? new Map<string, string>();
    return { action: `workspaces:${operation}`, resources: [arnOf('workspace', id, call)], context: resourceTags(tags) };
  }

  private onAlias(operation: string, id: string, call: Call): RequiredPermission {
    const tags = this.aliases.tagsOf(id, call) ?? new Map<string, string>();
    return { action: `workspaces:${operation}`, resources: [arnOf('connectionalias', id, call)], context: resourceTags(tags) };
  }

  private stateOf(workspace: Workspace, now: number): WorkspaceState {
    if (workspace.terminatedAt !== undefined) {
      const terminatedMilliseconds = (this.options.terminatedSeconds ?? 0) * 1000;
      return now < workspace.goneAt! - terminatedMilliseconds ? 'TERMINATING' : 'TERMINATED';
    }
    return workspace.forcedState ?? (now < workspace.finalAt ? 'PENDING' : workspace.finalState);
  }

  private find(region: string, id: string, now: number): Workspace | undefined {
    const workspace = this.workspaces.get(keyOf(region, id));
    return workspace && !isGone(workspace, now) ? workspace : undefined;
  }

  private inRegion(call: Call): Workspace[] {
    return [...this.workspaces.values()].filter(workspace => workspace.region === call.region && !isGone(workspace, call.now));
  }

  private inDirectory(call: Call, directoryId: string): Workspace[] {
    return this.inRegion(call).filter(workspace => workspace.directoryId === directoryId);
  }

  private standbysOf(primary: Workspace, now: number): Workspace[] {
    return [...this.workspaces.values()].filter(workspace => workspace.primary?.workspaceId === primary.id
      && workspace.primary.region === primary.region && !isGone(workspace, now));
  }

  private get terminationMilliseconds(): number {
    return (this.options.terminationSeconds ?? 300) * 1000;
  }

  private newId(region: string): string {
    const hash = createHash('sha256').update([this.options.seed, region, ++this.made].filter(part => part !== undefined).join('/')).digest('hex');
    return `ws-${BigInt(`0x${hash}`).toString(36).padStart(12, '0').slice(-9)}`;
  }
}

function isGone(workspace: Workspace, now: number): boolean {
  return workspace.goneAt !== undefined && workspace.goneAt <= now;
}

function endReplicationChange(workspace: Workspace, now: number): void {
  const { change } = workspace;
  if (change && change.until <= now) {
    workspace.replication = change.to;
    workspace.replicatingSince = change.to === 'PRIMARY_AS_SOURCE' ? change.until : undefined;
    workspace.change = undefined;
  }
}

/** A snapshot is taken every twelve hours, the first one when the replication begins. */
function replicationOf(workspace: Workspace, now: number): object {
  endReplicationChange(workspace, now);
  const since = workspace.replicatingSince;
  return {
    DataReplication: workspace.replication,
    RecoverySnapshotTime: since === undefined ? undefined
      : new Date(since + Math.floor((now - since) / SNAPSHOT_MILLISECONDS) * SNAPSHOT_MILLISECONDS),
  };
}

/**
 * The operation is authorized by three actions. Whether the primary's ARN is checked as well is not published; here it is,
 * so that a policy which passes has it.
 */
function permissionsToCreate(input: CreateStandbyWorkspacesRequest, call: Call): RequiredPermission[] {
  return input.StandbyWorkspaces!.flatMap(item => {
    const tags = item.Tags ?? [];
    return [
      { action: 'workspaces:CreateStandbyWorkspaces', resources: [arnOf('directory', item.DirectoryId!, call)] },
      {
        action: 'workspaces:CreateStandbyWorkspaces',
        resources: [arnOf('workspace', '*', call), arnOf('workspace', item.PrimaryWorkspaceId!, { ...call, region: input.PrimaryRegion! })],
        context: requestTags(tags),
      },
      ...(tags.length > 0 ? [onAll('CreateTags', requestTags(tags))] : []),
      onAll('DescribeWorkspaces'),
      ...keyPermissions(item.VolumeEncryptionKey),
    ];
  });
}

function keyPermissions(key: string | undefined): RequiredPermission[] {
  return key?.startsWith('arn:') ? [
    { action: 'kms:DescribeKey', resources: [key] },
    { action: 'kms:CreateGrant', resources: [key], context: { 'kms:GrantIsForAWSResource': 'true' } },
  ] : [];
}

function onAll(operation: string, context: Record<string, string | string[]> = {}): RequiredPermission {
  return { action: `workspaces:${operation}`, resources: ['*'], context };
}

function arnOf(resource: string, id: string, call: Call): string {
  return `arn:${call.partition}:workspaces:${call.region}:${call.accountId}:${resource}/${id}`;
}

function resourceTags(tags: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}

function requestTags(tags: readonly Tag[]): Record<string, string | string[]> {
  const values = Object.fromEntries(tags.map(tag => [`aws:RequestTag/${tag.Key}`, tag.Value ?? '']));
  return tags.length === 0 ? {} : { ...values, 'aws:TagKeys': tags.map(tag => tag.Key!) };
}

/** The tags that a resource has after some were added. */
function checkedTags(present: ReadonlyMap<string, string>, added: readonly Tag[]): Map<string, string> {
  const tags = new Map(present);
  for (const { Key, Value = '' } of added) {
    if (!TAG_CHARACTERS.test(Key!) || !TAG_CHARACTERS.test(Value)) {
      throw invalid(`Tag '${Key}' has a character that is not allowed.`);
    }
    if (Key!.toLowerCase().startsWith('aws:')) {
      throw invalid(`Tag '${Key}' uses the reserved prefix 'aws:'.`);
    }
    tags.set(Key!, Value);
  }
  if (tags.size > MAX_TAGS) {
    throw invalid(`A resource can have at most ${MAX_TAGS} tags, these are ${tags.size}.`);
  }
  return tags;
}

function take(list: Refusal[], item: StandbyWorkspace, call: Call): Refusal | undefined {
  const index = list.findIndex(({ matcher }) =>
    typeof matcher === 'string' ? matcher === item.PrimaryWorkspaceId : matcher(item, call));
  return index < 0 ? undefined : list.splice(index, 1)[0];
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValuesException', message);
}

function notFound(id: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Resource ${id} does not exist.`, 400, { ResourceId: id });
}

function keyOf(region: string, id: string): string {
  return `${region}/${id}`;
}
