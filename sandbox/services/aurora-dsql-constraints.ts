import type { MemberConstraint } from './service';

type Constraints = Record<string, MemberConstraint>;

const CLUSTER_ID: MemberConstraint = { pattern: /[a-z0-9]{26}/ };
const ARN: MemberConstraint = { minLength: 1, maxLength: 1011, pattern: /arn:.+/ };
const TAG_TEXT = /[a-zA-Z0-9_.:/=+\-@ ]*/;

export const GET_CLUSTER: Constraints = { identifier: CLUSTER_ID };

export const UPDATE_CLUSTER: Constraints = {
  'identifier': CLUSTER_ID,
  'kmsEncryptionKey': { minLength: 1, maxLength: 2048, pattern: /[a-zA-Z0-9:/_-]+/ },
  'clientToken': { minLength: 1, maxLength: 128, pattern: /[!-~]+/ },
  'multiRegionProperties.witnessRegion': { minLength: 0, maxLength: 50 },
  'multiRegionProperties.clusters[]': { pattern: /arn:aws(-[^:]+)?:dsql:[a-z0-9-]{1,20}:[0-9]{12}:cluster\/[a-z0-9]{26}/ },
};

export const TAG_RESOURCE: Constraints = {
  'resourceArn': ARN,
  'tags': { minItems: 0, maxItems: 200 },
  'tags{}': { minLength: 0, maxLength: 256, pattern: TAG_TEXT },
};

export const UNTAG_RESOURCE: Constraints = {
  'resourceArn': ARN,
  'tagKeys': { minItems: 0, maxItems: 200 },
  'tagKeys[]': { minLength: 1, maxLength: 128, pattern: TAG_TEXT },
};
