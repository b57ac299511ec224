import type { StandbyRequest, Replication, Workspace } from './client';
import { DIRECTORY_ID, WORKSPACES_TAG_RULES, type StandbySettingsProperties, type StandbyWorkspaceAttributes } from '../../src/wire/workspaces';
import { ResourceError } from '../lifecycle/errors';
import type { Attributes } from '../lifecycle/handler';
import { REGION_RULE, type PropertyReader } from '../lifecycle/properties';
import { withOwner, type Tags } from '../lifecycle/tags';

/** Nothing published says how long a standby takes; CloudFormation's hour less a margin is what there is. */
export const DEFAULT_TIMEOUT_SECONDS = 59 * 60;
/** Two calls a second for the whole account: a hundred standbys that are looked at once a minute use most of them. */
export const POLL_SECONDS = 60;
export const SECOND_LOOK_SECONDS = 15;
/** How long WorkSpaces may not show what it has just made; not published. */
export const VISIBLE_SECONDS = 180;
/** After so long an unseen WorkSpace is taken for vanished. */
export const UNSEEN_SECONDS = 600;
/** UNHEALTHY and IMPAIRED mean that health checks are not answered, which may pass. */
export const UNWELL_SECONDS = 900;
/** A termination that is refused for a reason that may pass is tried again for so long. */
const TERMINATION_RETRY_SECONDS = 900;

/** What a standby is made of besides its primary. */
export interface StandbySettings {
  readonly primaryRegion: string;
  /** In the standby Region. */
  readonly directoryId: string;
  readonly volumeEncryptionKey?: string;
  readonly replication: Replication;
  readonly tags: Tags;
  readonly waitUntilReady: boolean;
}

export function parseSettings(reader: PropertyReader<StandbySettingsProperties>): StandbySettings {
  return {
    primaryRegion: reader.string('PrimaryRegion', REGION_RULE),
    directoryId: reader.string('DirectoryId', DIRECTORY_ID),
    volumeEncryptionKey: reader.optionalString('VolumeEncryptionKey'),
    replication: reader.has('DataReplication')
      ? reader.enumeration('DataReplication', ['NO_REPLICATION', 'PRIMARY_AS_SOURCE']) : 'NO_REPLICATION',
    tags: reader.tags('Tags', WORKSPACES_TAG_RULES),
    waitUntilReady: !reader.has('WaitUntilReady') || reader.boolean('WaitUntilReady'),
  };
}

/** Checked at synthesis where it can be; a token may turn out to be the stack's own Region. */
export function refuseOwnRegion({ primaryRegion }: StandbySettings, region: string): void {
  if (primaryRegion === region) {
    throw new ResourceError(`The primary Region is ${region}, where the stack is deployed and the standby is made. Declare the standby in a stack `
      + 'in another Region than the primary.');
  }
}

export function requestFor(primaryWorkspaceId: string, settings: StandbySettings, owner: string): StandbyRequest {
  const { directoryId, volumeEncryptionKey, replication, tags } = settings;
  return { primaryWorkspaceId, directoryId, volumeEncryptionKey, replication, tags: withOwner(tags, owner) };
}

/** What a state means for a standby that is being made. */
export type Condition = 'ready' | 'underway' | 'unwell' | 'failed';

/** STOPPED counts, since a standby costs least when it is stopped; which of the two a new one reaches is not published. */
const READY = new Set(['AVAILABLE', 'STOPPED']);
const UNDERWAY = new Set([
  'PENDING', 'STARTING', 'REBOOTING', 'UPDATING', 'STOPPING', 'RESTORING', 'REBUILDING', 'MAINTENANCE', 'ADMIN_MAINTENANCE',
]);
const UNWELL = new Set(['UNHEALTHY', 'IMPAIRED']);
const FAILED = new Set(['ERROR', 'TERMINATING', 'TERMINATED', 'SUSPENDED']);

/** @returns undefined for a state that was not known when this was written, which is waited for */
export function conditionOf(state: string): Condition | undefined {
  if (READY.has(state)) {
    return 'ready';
  }
  if (UNDERWAY.has(state)) {
    return 'underway';
  }
  if (UNWELL.has(state)) {
    return 'unwell';
  }
  return FAILED.has(state) ? 'failed' : undefined;
}

export function isLeaving({ state }: Workspace): boolean {
  return state === 'TERMINATING' || state === 'TERMINATED';
}

export function isStandbyOf(workspace: Workspace, primaryWorkspaceId: string, primaryRegion: string): boolean {
  return workspace.primary?.workspaceId === primaryWorkspaceId && workspace.primary.region === primaryRegion;
}

/** Too young for its relation to a primary to show. */
export function isUnrelatedYet({ primary, state }: Workspace): boolean {
  return !primary && state === 'PENDING';
}

/** What is known of a standby that WorkSpaces does not show yet, or not any more. */
export function unseen(id: string, known: Partial<Workspace> = {}): Workspace {
  return { directoryId: '', userName: '', state: 'PENDING', bundleId: '', subnetId: '', ipAddress: '', computerName: '', standbys: [], ...known, id };
}

export function attributesOf(workspace: Workspace): Attributes {
  const attributes: StandbyWorkspaceAttributes = {
    WorkspaceId: workspace.id,
    UserName: workspace.userName,
    DirectoryId: workspace.directoryId,
    State: workspace.state,
    BundleId: workspace.bundleId,
    SubnetId: workspace.subnetId,
    IpAddress: workspace.ipAddress,
    ComputerName: workspace.computerName,
  };
  return { ...attributes };
}

/** Whether WorkSpaces says that what was to be terminated is gone already. */
export function saysGone(code: string): boolean {
  return code.startsWith('ResourceNotFound');
}

export function saysExists(code: string): boolean {
  return code.startsWith('ResourceExists');
}

/** How long a refused termination is tried again. */
export function mayRetryTermination(since: number, now: number): boolean {
  return now < since + TERMINATION_RETRY_SECONDS * 1000;
}

/**
 * Whether an update asks for another key than a standby has. Decided by what WorkSpaces shows, so that taking such an update
 * back is no change of the key.
 */
export function changesKey(shown: string | undefined, wanted: string | undefined, before: string | undefined): boolean {
  if (wanted === before) {
    return false;
  }
  if (shown === undefined) {
    // What shows no key is taken to have the one that it was asked for.
    return before === undefined;
  }
  return wanted === undefined ? sameKey(shown, before!) : !sameKey(shown, wanted);
}

/** How a standby differs in its key. @returns undefined if it does not */
export function keyDifference(shown: string | undefined, wanted: string | undefined): string | undefined {
  if (shown === wanted || (shown !== undefined && wanted !== undefined && sameKey(shown, wanted))) {
    return undefined;
  }
  return `it is ${shown ? `encrypted with ${shown}` : 'not encrypted'}, not ${wanted ? `with ${wanted}` : 'unencrypted'}`;
}

/** A key may be shown as its ARN or as its id. */
function sameKey(a: string, b: string): boolean {
  const idOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);
  return idOf(a) === idOf(b);
}
