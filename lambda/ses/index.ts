import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SdkSes, type Ses } from './client';
import { MultiRegionEndpointHandler } from './multi-region-endpoint';
import { MultiRegionEndpointLookupHandler } from './multi-region-endpoint-lookup';
import { MULTI_REGION_ENDPOINT_LOOKUP_TYPE, MULTI_REGION_ENDPOINT_TYPE } from '../../src/wire/ses';
import { awsRuntime, CLIENT_SETTINGS } from '../lifecycle/aws-runtime';
import { lifecycleFunction } from '../lifecycle/function';
import type { ResourceHandler } from '../lifecycle/handler';

/** The resource types of SES, over one port. */
export function sesHandlers(ses: Ses): Record<string, ResourceHandler<any>> {
  return {
    [MULTI_REGION_ENDPOINT_TYPE]: new MultiRegionEndpointHandler(ses),
    [MULTI_REGION_ENDPOINT_LOOKUP_TYPE]: new MultiRegionEndpointLookupHandler(ses),
  };
}

export const handler = lifecycleFunction(sesHandlers(new SdkSes(new SESv2Client(CLIENT_SETTINGS))), awsRuntime());
