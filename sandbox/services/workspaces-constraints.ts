import type { MemberConstraint } from './service';

type Constraints = Record<string, MemberConstraint>;

const WORKSPACE_ID: MemberConstraint = { pattern: /^ws-[0-9a-z]{8,63}$/ };
const DIRECTORY_ID: MemberConstraint = {
  minLength: 10, maxLength: 65, pattern: /^(d-[0-9a-f]{8,63}$)|(wsd-[0-9a-z]{8,63}$)/,
};
const ALIAS_ID: MemberConstraint = { minLength: 13, maxLength: 68, pattern: /^wsca-[0-9a-z]{8,63}$/ };
const CONNECTION_STRING: MemberConstraint = { minLength: 1, maxLength: 255, pattern: /^[.0-9a-zA-Z\-]{1,255}$/ };
const LIMIT: MemberConstraint = { min: 1, max: 25 };
const NEXT_TOKEN: MemberConstraint = { minLength: 1, maxLength: 2048 };
const AT_LEAST_ONE: MemberConstraint = { minLength: 1 };
const UP_TO_25: MemberConstraint = { minItems: 1, maxItems: 25 };
const TAG_KEY: MemberConstraint = { minLength: 1, maxLength: 127 };
const TAG_VALUE: MemberConstraint = { maxLength: 255 };
const DATA_REPLICATION: MemberConstraint = { enum: ['NO_REPLICATION', 'PRIMARY_AS_SOURCE'] };

export const CREATE_STANDBY_WORKSPACES: Constraints = {
  'PrimaryRegion': { minLength: 1, maxLength: 31, pattern: /^[-0-9a-z]{1,31}$/ },
  'StandbyWorkspaces[].PrimaryWorkspaceId': WORKSPACE_ID,
  'StandbyWorkspaces[].DirectoryId': DIRECTORY_ID,
  'StandbyWorkspaces[].Tags[].Key': TAG_KEY,
  'StandbyWorkspaces[].Tags[].Value': TAG_VALUE,
  'StandbyWorkspaces[].DataReplication': DATA_REPLICATION,
};

export const DESCRIBE_WORKSPACES: Constraints = {
  'WorkspaceIds': UP_TO_25,
  'WorkspaceIds[]': WORKSPACE_ID,
  'DirectoryId': DIRECTORY_ID,
  'UserName': { minLength: 1, maxLength: 63 },
  'BundleId': { pattern: /^wsb-[0-9a-z]{8,63}$/ },
  'Limit': LIMIT,
  'NextToken': NEXT_TOKEN,
  'WorkspaceName': { pattern: /^[a-zA-Z0-9_()][a-zA-Z0-9_.()-]{1,63}$/ },
};

export const TERMINATE_WORKSPACES: Constraints = {
  'TerminateWorkspaceRequests': UP_TO_25,
  'TerminateWorkspaceRequests[].WorkspaceId': WORKSPACE_ID,
};

export const MODIFY_WORKSPACE_PROPERTIES: Constraints = {
  'WorkspaceId': WORKSPACE_ID,
  'WorkspaceProperties.RunningMode': { enum: ['AUTO_STOP', 'ALWAYS_ON', 'MANUAL'] },
  'WorkspaceProperties.ComputeTypeName': {
    enum: [
      'VALUE', 'STANDARD', 'PERFORMANCE', 'POWER', 'GRAPHICS', 'POWERPRO', 'GENERALPURPOSE_4XLARGE', 'GENERALPURPOSE_8XLARGE',
      'GRAPHICSPRO', 'GRAPHICS_G4DN', 'GRAPHICSPRO_G4DN', 'GRAPHICS_G6_XLARGE', 'GRAPHICS_G6_2XLARGE', 'GRAPHICS_G6_4XLARGE',
      'GRAPHICS_G6_8XLARGE', 'GRAPHICS_G6_16XLARGE', 'GRAPHICS_GR6_4XLARGE', 'GRAPHICS_GR6_8XLARGE', 'GRAPHICS_G6F_LARGE',
      'GRAPHICS_G6F_XLARGE', 'GRAPHICS_G6F_2XLARGE', 'GRAPHICS_G6F_4XLARGE', 'GRAPHICS_GR6F_4XLARGE',
      'GRAPHICS_G7_2XLARGE', 'GRAPHICS_G7_4XLARGE', 'GRAPHICS_G7_8XLARGE', 'GRAPHICS_G7_12XLARGE',
    ],
  },
  'WorkspaceProperties.Protocols[]': { enum: ['PCOIP', 'WSP'] },
  'WorkspaceProperties.OperatingSystemName': {
    enum: [
      'AMAZON_LINUX_2', 'UBUNTU_18_04', 'UBUNTU_20_04', 'UBUNTU_22_04', 'UNKNOWN', 'WINDOWS_10', 'WINDOWS_11', 'WINDOWS_7',
      'WINDOWS_SERVER_2016', 'WINDOWS_SERVER_2019', 'WINDOWS_SERVER_2022', 'WINDOWS_SERVER_2025', 'RHEL_8', 'ROCKY_8',
      'UBUNTU_24_04', 'RHEL_9', 'ROCKY_9', 'UBUNTU_26_04', 'RHEL_10', 'ROCKY_10',
    ],
  },
  'WorkspaceProperties.GlobalAccelerator.Mode': { enum: ['ENABLED_AUTO', 'DISABLED', 'INHERITED'] },
  'WorkspaceProperties.GlobalAccelerator.PreferredProtocol': { enum: ['TCP', 'NONE', 'INHERITED'] },
  'DataReplication': DATA_REPLICATION,
};

export const CREATE_TAGS: Constraints = { 'ResourceId': AT_LEAST_ONE, 'Tags[].Key': TAG_KEY, 'Tags[].Value': TAG_VALUE };
export const DELETE_TAGS: Constraints = { 'ResourceId': AT_LEAST_ONE, 'TagKeys[]': AT_LEAST_ONE };
export const DESCRIBE_TAGS: Constraints = { ResourceId: AT_LEAST_ONE };

export const CREATE_CONNECTION_ALIAS: Constraints = {
  'ConnectionString': CONNECTION_STRING, 'Tags[].Key': TAG_KEY, 'Tags[].Value': TAG_VALUE,
};
export const DELETE_CONNECTION_ALIAS: Constraints = { AliasId: ALIAS_ID };
export const ASSOCIATE_CONNECTION_ALIAS: Constraints = { AliasId: ALIAS_ID, ResourceId: AT_LEAST_ONE };
export const DISASSOCIATE_CONNECTION_ALIAS: Constraints = { AliasId: ALIAS_ID };
export const DESCRIBE_CONNECTION_ALIASES: Constraints = {
  'AliasIds': UP_TO_25, 'AliasIds[]': ALIAS_ID, 'ResourceId': AT_LEAST_ONE, 'Limit': LIMIT, 'NextToken': NEXT_TOKEN,
};
