import type { CommonProperties } from './lifecycle';

export const MULTI_REGION_ENDPOINT_TYPE = 'Custom::MultiRegionEndpoint';
export const MULTI_REGION_ENDPOINT_LOOKUP_TYPE = 'Custom::MultiRegionEndpointLookup';

/** Properties of `Custom::MultiRegionEndpoint`. */
export interface MultiRegionEndpointProperties extends CommonProperties {
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
  readonly EndpointId: string;
  readonly SecondaryRegion: string;
}
