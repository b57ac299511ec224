import { DescribeWorkspacesCommand, type DescribeWorkspacesRequest, type Workspace } from '@aws-sdk/client-workspaces';
import { TableCommand, Environment, OptionValues, Report, Row, Services, Value, WorkSpacesCalls } from './command';
import { Kind, REGION, valueOf, valuesOf } from './option-values';
import { duration, timestamp } from './time';
import { CallFailure, calling, UsageError } from '../failure';

const DIRECTORY: Kind = {
  pattern: /^(d-[0-9a-f]{8,63}|wsd-[0-9a-z]{8,63})$/, description: 'the id of a directory such as d-9367000001',
};
const WORKSPACE: Kind = { pattern: /^ws-[0-9a-z]{8,63}$/, description: 'the id of a WorkSpace such as ws-0123456789' };

const DESCRIBE = 'workspaces:DescribeWorkspaces';
/** The most ids that one call takes, and the most WorkSpaces that it answers. */
const BATCH_SIZE = 25;
/** A snapshot is taken every 12 hours; AWS states a recovery point objective of 12 to 24 hours. */
const OBJECTIVE_SECONDS = 24 * 3600;

export const standbyStatus: TableCommand = {
  name: 'standby-status',
  summary: 'standby WorkSpaces, their state and how far the data replication lags behind',
  synopsis: ['--directory ID [options]', '--workspace ID [--workspace ID ...] [options]'],
  description: 'Lists standby WorkSpaces with their primaries and the recovery snapshot of the data replication.',
  options: {
    region: { value: 'STANDBY_REGION', help: 'the Region of the standbys; without it that of the environment' },
    directory: { value: 'ID', help: 'all standbys of this directory' },
    workspace: { value: 'ID', multiple: true, help: 'this standby; may be given many times' },
  },
  permissions: [
    `${DESCRIBE} on *, in the standby Region and in the primary Region`,
    'The primary Region is asked only about standbys that do not show their data replication.',
  ],
  run,
};

/** A standby as it shows itself. */
interface Standby {
  readonly id: string;
  readonly directoryId?: string;
  readonly userName?: string;
  readonly state?: string;
  readonly primaryId: string;
  readonly primaryRegion: string;
  readonly error?: string;
  readonly replication?: Replication;
}

interface Replication {
  readonly kind?: string;
  readonly snapshotAt?: Date;
}

async function run(values: OptionValues, { services, now }: Pick<Environment, 'services' | 'now'>): Promise<Report> {
  const directory = valueOf(values, 'directory', DIRECTORY);
  const ids = valuesOf(values, 'workspace', WORKSPACE);
  if ((directory === undefined) === (ids.length === 0)) {
    throw new UsageError('Which standbys? Give either --directory ID or --workspace ID.');
  }
  const region = await services.region(valueOf(values, 'region', REGION));
  const client = services.workSpaces(region);
  const workspaces = directory === undefined
    ? await describeIds(client, region, ids) : await describe(client, region, { DirectoryId: directory }, `directory ${directory}`);
  const standbys = workspaces.flatMap(standbyOf).sort((one, other) => one.id < other.id ? -1 : 1);
  const { shown, failures } = await replicationShownByPrimaries(services, standbys.filter(standby => !standby.replication));
  const rows = standbys.map(standby => rowOf(standby, standby.replication ?? shown.get(standby.id), now()));
  return {
    columns: [
      { key: 'workspaceId', title: 'STANDBY' },
      { key: 'userName', title: 'USER' },
      { key: 'state', title: 'STATE' },
      { key: 'primaryWorkspaceId', title: 'PRIMARY' },
      { key: 'primaryRegion', title: 'PRIMARY REGION' },
      { key: 'dataReplication', title: 'DATA REPLICATION' },
      { key: 'recoverySnapshotTime', title: 'RECOVERY SNAPSHOT' },
      { key: 'recoverySnapshotAgeSeconds', title: 'AGE', show: ageOf },
      { key: 'directoryId', title: 'DIRECTORY', detail: true },
      { key: 'error', title: 'ERROR', detail: true },
    ],
    rows,
    nothing: `There are no standby WorkSpaces in ${directory ?? 'this selection'} in ${region}.`,
    notes: [
      ...standbys.flatMap(standby => standby.error ? [`${standby.id} is in state ${standby.state}: ${standby.error}`] : []),
      ...lateSnapshots(rows),
    ],
    failures: [...missing(ids, workspaces, region), ...failures],
  };
}

async function describeIds(client: WorkSpacesCalls, region: string, ids: readonly string[]): Promise<Workspace[]> {
  const found: Workspace[] = [];
  for (let start = 0; start < ids.length; start += BATCH_SIZE) {
    const WorkspaceIds = ids.slice(start, start + BATCH_SIZE);
    found.push(...await describe(client, region, { WorkspaceIds }, WorkspaceIds.join(', ')));
  }
  return found;
}

async function describe(
  client: WorkSpacesCalls, region: string, selection: DescribeWorkspacesRequest, subject: string,
): Promise<Workspace[]> {
  const found: Workspace[] = [];
  let NextToken: string | undefined;
  do {
    const page = await calling({ action: DESCRIBE, resource: '*', region, subject }, () =>
      client.send(new DescribeWorkspacesCommand({ ...selection, NextToken })));
    found.push(...page.Workspaces ?? []);
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

/** A WorkSpace is a standby if it is related to a primary. */
function standbyOf(workspace: Workspace): Standby[] {
  const primary = workspace.RelatedWorkspaces?.find(related => related.Type === 'PRIMARY');
  const { DataReplication, RecoverySnapshotTime } = workspace.DataReplicationSettings ?? {};
  return primary === undefined ? [] : [{
    id: workspace.WorkspaceId ?? '',
    directoryId: workspace.DirectoryId,
    userName: workspace.UserName,
    state: workspace.State,
    primaryId: primary.WorkspaceId ?? '',
    primaryRegion: primary.Region ?? '',
    error: [workspace.ErrorCode, workspace.ErrorMessage].filter(Boolean).join(': ') || undefined,
    replication: DataReplication && { kind: DataReplication, snapshotAt: RecoverySnapshotTime },
  }];
}

/**
 * WorkSpaces has the replication on standbys and on primaries and does not say which of them is filled. A primary Region
 * that does not answer is no reason to show nothing: that is when standbys are needed.
 */
async function replicationShownByPrimaries(
  services: Services, standbys: readonly Standby[],
): Promise<{ readonly shown: ReadonlyMap<string, Replication>; readonly failures: readonly string[] }> {
  const shown = new Map<string, Replication>();
  const failures: string[] = [];
  for (const region of new Set(standbys.map(standby => standby.primaryRegion))) {
    const ids = standbys.filter(standby => standby.primaryRegion === region).map(standby => standby.primaryId);
    try {
      const primaries = await describeIds(services.workSpaces(region), region, [...new Set(ids)]);
      for (const standby of primaries.flatMap(primary => primary.StandbyWorkspacesProperties ?? [])) {
        shown.set(standby.StandbyWorkspaceId ?? '', { kind: standby.DataReplication, snapshotAt: standby.RecoverySnapshotTime });
      }
    } catch (error) {
      if (!(error instanceof CallFailure)) {
        throw error;
      }
      failures.push(`The data replication of the standbys with primaries in ${region} is not known: ${error.message}`);
    }
  }
  return { shown, failures };
}

function rowOf(standby: Standby, replication: Replication | undefined, now: number): Row {
  const snapshotAt = replication?.snapshotAt;
  return {
    workspaceId: standby.id,
    userName: standby.userName,
    state: standby.state,
    primaryWorkspaceId: standby.primaryId,
    primaryRegion: standby.primaryRegion,
    dataReplication: replication?.kind,
    recoverySnapshotTime: timestamp(snapshotAt),
    recoverySnapshotAgeSeconds: snapshotAt && Math.max(0, Math.floor((now - snapshotAt.getTime()) / 1000)),
    directoryId: standby.directoryId,
    error: standby.error,
  };
}

function lateSnapshots(rows: readonly Row[]): string[] {
  const late = rows.filter(row => Number(row.recoverySnapshotAgeSeconds ?? 0) > OBJECTIVE_SECONDS);
  return late.length === 0 ? [] : [`${late.length} of ${rows.length} standbys have a recovery snapshot older than 24 hours, the longest `
    + 'that AWS aims at: see in the primary Region whether their primaries are healthy.'];
}

function missing(ids: readonly string[], workspaces: readonly Workspace[], region: string): string[] {
  return ids.flatMap(id => {
    const workspace = workspaces.find(one => one.WorkspaceId === id);
    if (!workspace) {
      return [`${id} was not found in ${region}: it was terminated, is too new to be shown, or is in another Region or account.`];
    }
    return standbyOf(workspace).length > 0 ? [] : [`${id} in ${region} is no standby: it has no primary WorkSpace.`];
  });
}

function ageOf(seconds: Value): string {
  return seconds === undefined ? '' : duration(Number(seconds));
}
