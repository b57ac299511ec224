import type { Ses } from './client';
import { MultiRegionEndpointModel } from './multi-region-endpoint';
import { MultiRegionEndpointLookup } from './multi-region-endpoint-lookup';
import { MULTI_REGION_ENDPOINT_LOOKUP_TYPE, MULTI_REGION_ENDPOINT_TYPE } from '../../src/wire/ses';
import type { ResourceHandler } from '../lifecycle/handler';
import { Lifecycle } from '../lifecycle/lifecycle';

/** The resource types of SES, over one port. */
export function sesHandlers(ses: Ses): Record<string, ResourceHandler<any>> {
  return {
    [MULTI_REGION_ENDPOINT_TYPE]: new Lifecycle(new MultiRegionEndpointModel(ses)),
    [MULTI_REGION_ENDPOINT_LOOKUP_TYPE]: new MultiRegionEndpointLookup(ses),
  };
}
