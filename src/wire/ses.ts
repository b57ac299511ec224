import type { AdoptingProperties, CommonProperties } from './lifecycle';
import type { TagRules } from './rules';

export const MULTI_REGION_ENDPOINT_TYPE = 'Custom::MultiRegionEndpoint';
export const MULTI_REGION_ENDPOINT_LOOKUP_TYPE = 'Custom::MultiRegionEndpointLookup';

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
