import type { MemberConstraint } from './service';

type Constraints = Record<string, MemberConstraint>;

const NAME: MemberConstraint = { minLength: 1, maxLength: 2048 };
const TAG_TEXT = /^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$/u;
const TAG_KEY: MemberConstraint = { minLength: 1, maxLength: 128, pattern: TAG_TEXT };
const TAGS: Constraints = {
  'Tags': { maxItems: 1000 },
  'Tags[].Key': TAG_KEY,
  'Tags[].Value': { minLength: 0, maxLength: 256, pattern: TAG_TEXT },
};
const TAGGED_RESOURCE: Constraints = {
  ResourceType: {
    enum: [
      'Document', 'ManagedInstance', 'MaintenanceWindow', 'Parameter', 'PatchBaseline', 'OpsItem', 'OpsMetadata', 'Automation', 'Association',
      'CloudConnector',
    ],
  },
};

export const GET_PARAMETER: Constraints = { Name: NAME };

export const PUT_PARAMETER: Constraints = {
  Name: NAME,
  Description: { minLength: 0, maxLength: 1024 },
  Type: { enum: ['String', 'StringList', 'SecureString'] },
  KeyId: { minLength: 1, maxLength: 256, pattern: /^([a-zA-Z0-9:/_-]+)$/ },
  AllowedPattern: { minLength: 0, maxLength: 1024 },
  ...TAGS,
  Tier: { enum: ['Standard', 'Advanced', 'Intelligent-Tiering'] },
  Policies: { minLength: 1, maxLength: 4096 },
  DataType: { minLength: 0, maxLength: 128 },
};

export const DELETE_PARAMETER: Constraints = { Name: NAME };

export const LIST_TAGS_FOR_RESOURCE: Constraints = TAGGED_RESOURCE;

export const ADD_TAGS_TO_RESOURCE: Constraints = { ...TAGGED_RESOURCE, ...TAGS };

export const REMOVE_TAGS_FROM_RESOURCE: Constraints = { ...TAGGED_RESOURCE, 'TagKeys[]': TAG_KEY };

export const DESCRIBE_PARAMETERS: Constraints = {
  'Filters[].Key': { enum: ['Name', 'Type', 'KeyId'] },
  'Filters[].Values': { minItems: 1, maxItems: 50 },
  'Filters[].Values[]': { minLength: 1, maxLength: 1024 },
  'ParameterFilters[].Key': { minLength: 1, maxLength: 132, pattern: /^(tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType)$/ },
  'ParameterFilters[].Option': { minLength: 1, maxLength: 10 },
  'ParameterFilters[].Values': { minItems: 1, maxItems: 50 },
  'ParameterFilters[].Values[]': { minLength: 1, maxLength: 1024 },
  'MaxResults': { min: 1, max: 50 },
};

/** Errors that the API model lets an operation answer. */
export const ERRORS = {
  GetParameter: ['InternalServerError', 'InvalidKeyId', 'ParameterNotFound', 'ParameterVersionNotFound'],
  PutParameter: [
    'HierarchyLevelLimitExceededException', 'HierarchyTypeMismatchException', 'IncompatiblePolicyException', 'InternalServerError',
    'InvalidAllowedPatternException', 'InvalidKeyId', 'InvalidPolicyAttributeException', 'InvalidPolicyTypeException', 'ParameterAlreadyExists',
    'ParameterLimitExceeded', 'ParameterMaxVersionLimitExceeded', 'ParameterPatternMismatchException', 'PoliciesLimitExceededException',
    'TooManyUpdates', 'UnsupportedParameterType',
  ],
  DeleteParameter: ['InternalServerError', 'ParameterNotFound'],
  DescribeParameters: ['InternalServerError', 'InvalidFilterKey', 'InvalidFilterOption', 'InvalidFilterValue', 'InvalidNextToken'],
  ListTagsForResource: ['InternalServerError', 'InvalidResourceId', 'InvalidResourceType'],
  AddTagsToResource: ['InternalServerError', 'InvalidResourceId', 'InvalidResourceType', 'TooManyTagsError', 'TooManyUpdates'],
  RemoveTagsFromResource: ['InternalServerError', 'InvalidResourceId', 'InvalidResourceType', 'TooManyUpdates'],
} as const;
