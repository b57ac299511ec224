import type { AdoptingProperties, CommonProperties } from './lifecycle';
import type { TagRules } from './rules';

export const MULTI_REGION_ENDPOINT_TYPE = 'Custom::MultiRegionEndpoint';
export const MULTI_REGION_ENDPOINT_LOOKUP_TYPE = 'Custom::MultiRegionEndpointLookup';
export const REPLICA_EMAIL_IDENTITY_TYPE = 'Custom::ReplicaEmailIdentity';

export const SES_TAG_RULES: TagRules = {
  service: 'Amazon SES',
  maxCount: 50,
  maxKeyLength: 128,
  maxValueLength: 256,
  reservedInValues: true,
  reservedPrefixes: ['aws:'],
};

/** What SES takes as the name of an endpoint. */
export const ENDPOINT_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** A domain, in small letters as DNS compares names: only domains have DKIM keys that can be replicated. */
export const DOMAIN_NAME = {
  pattern: /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  says: "must be a domain in small letters such as 'example.com'; an international one is written in Punycode",
};

/** How SES calls the parent's Region where it says where a DKIM key comes from. */
export function signingOriginOf(parentRegion: string): string {
  return `AWS_SES_${parentRegion.toUpperCase().replace(/-/g, '_')}`;
}

/** Properties of `Custom::MultiRegionEndpoint`. */
export interface MultiRegionEndpointProperties extends AdoptingProperties {
  readonly EndpointName: string;
  readonly SecondaryRegion: string;
  readonly Tags?: Record<string, string>;
}

/** Properties of `Custom::MultiRegionEndpointLookup`. */
export interface MultiRegionEndpointLookupProperties extends CommonProperties {
  readonly EndpointName: string;
}

/** Attributes of both types. */
export interface MultiRegionEndpointAttributes {
  readonly EndpointName: string;
  readonly EndpointId: string;
  readonly SecondaryRegion: string;
}

/** Properties of `Custom::ReplicaEmailIdentity`. */
export interface ReplicaEmailIdentityProperties extends AdoptingProperties {
  /** The domain: that of the parent, too. */
  readonly EmailIdentity: string;
  /** Where the parent is. */
  readonly ParentRegion: string;
  /** Where the replica is. */
  readonly ReplicaRegion: string;
  /** Without it true. */
  readonly WaitForDkim?: boolean;
  readonly Tags?: Record<string, string>;
}

/** Attributes of `Custom::ReplicaEmailIdentity`. */
export interface ReplicaEmailIdentityAttributes {
  readonly EmailIdentity: string;
  readonly EmailIdentityArn: string;
  /** As of the last change: SUCCESS, PENDING, FAILED, TEMPORARY_FAILURE or NOT_STARTED. */
  readonly DkimStatus: string;
}
