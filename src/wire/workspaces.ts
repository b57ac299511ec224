import type { AdoptingProperties, CommonProperties } from './lifecycle';
import type { TagRules } from './rules';

export const STANDBY_WORKSPACE_TYPE = 'Custom::StandbyWorkspace';
export const STANDBY_WORKSPACE_READY_TYPE = 'Custom::StandbyWorkspaceReady';
export const STANDBY_WORKSPACE_FLEET_TYPE = 'Custom::StandbyWorkspaceFleet';
export const STANDBY_WORKSPACE_LOOKUP_TYPE = 'Custom::StandbyWorkspaceLookup';
export const CONNECTION_ALIAS_ASSOCIATION_TYPE = 'Custom::ConnectionAliasAssociation';

export const WORKSPACES_TAG_RULES: TagRules = {
  service: 'Amazon WorkSpaces',
  maxCount: 50,
  maxKeyLength: 127,
  maxValueLength: 255,
  reservedInValues: false,
  reservedPrefixes: ['aws:'],
};

/** What ids look like, and how to say it. */
export const WORKSPACE_ID = { pattern: /^ws-[0-9a-z]{8,63}$/, says: "must be 'ws-' and 8 to 63 small letters and digits" };
export const DIRECTORY_ID = {
  pattern: /^(d-[0-9a-f]{8,63}|wsd-[0-9a-z]{8,61})$/,
  says: "must be 'd-' and 8 to 63 hexadecimal digits, or 'wsd-' and 8 to 61 small letters and digits",
};
export const CONNECTION_ALIAS_ID = { pattern: /^wsca-[0-9a-z]{8,63}$/, says: "must be 'wsca-' and 8 to 63 small letters and digits" };

/**
 * Members of a fleet: their ids have to fit into the state of an execution, 256 KB, several times over, and a change of all
 * of them into CloudFormation's hour.
 */
export const MAX_FLEET_MEMBERS = 1000;

/** What a standby WorkSpace is made of besides its primary. */
export interface StandbySettingsProperties extends CommonProperties {
  readonly PrimaryRegion: string;
  readonly DirectoryId: string;
  readonly VolumeEncryptionKey?: string;
  /** Without it NO_REPLICATION. */
  readonly DataReplication?: 'PRIMARY_AS_SOURCE';
  readonly Tags?: Record<string, string>;
  /** Without it true. */
  readonly WaitUntilReady?: false;
}

/** Properties of `Custom::StandbyWorkspace`. */
export interface StandbyWorkspaceProperties extends StandbySettingsProperties, AdoptingProperties {
  readonly PrimaryWorkspaceId: string;
}

/** Properties of `Custom::StandbyWorkspaceReady`. */
export interface StandbyWorkspaceReadyProperties extends CommonProperties {
  readonly WorkspaceId: string;
  /** Answers at the end of its time also when the WorkSpace is not ready yet, because another resource waits on. */
  readonly Intermediate?: true;
}

/** Attributes of the types for one standby; what WorkSpaces does not tell (yet) is empty. */
export interface StandbyWorkspaceAttributes {
  readonly WorkspaceId: string;
  readonly UserName: string;
  readonly DirectoryId: string;
  readonly State: string;
  readonly BundleId: string;
  readonly SubnetId: string;
  readonly IpAddress: string;
  readonly ComputerName: string;
}

/** Properties of `Custom::StandbyWorkspaceFleet`. */
export interface StandbyWorkspaceFleetProperties extends StandbySettingsProperties {
  readonly PrimaryWorkspaceIds: string[];
  /** Standbys that exist and are taken over, by their primaries. */
  readonly Adopt?: Record<string, string>;
  /** Without it a failed member fails the change. */
  readonly KeepGoodMembers?: true;
}

/** Attributes of `Custom::StandbyWorkspaceFleet`. */
export interface StandbyWorkspaceFleetAttributes {
  readonly MemberCount: string;
  readonly FailedMemberCount: string;
  /** Primaries whose standbys failed, with spaces in between, as many as fit. */
  readonly FailedMembers: string;
  /** Another one after each change, so that what looks up a member is asked again. */
  readonly Revision: string;
}

/** Properties of `Custom::StandbyWorkspaceLookup`. */
export interface StandbyWorkspaceLookupProperties extends CommonProperties {
  readonly PrimaryWorkspaceId: string;
  readonly PrimaryRegion: string;
  readonly DirectoryId: string;
  /** Of the fleet that the primary is a member of. */
  readonly Revision?: string;
}

/** Properties of `Custom::ConnectionAliasAssociation`. */
export interface ConnectionAliasAssociationProperties extends AdoptingProperties {
  readonly AliasId: string;
  readonly DirectoryId: string;
}

/** Attributes of `Custom::ConnectionAliasAssociation`. */
export interface ConnectionAliasAssociationAttributes {
  readonly AliasId: string;
  readonly ConnectionIdentifier: string;
}
