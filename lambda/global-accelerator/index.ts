import { GlobalAcceleratorClient } from '@aws-sdk/client-global-accelerator';
import { SdkGlobalAccelerator, type GlobalAccelerator } from './client';
import { CustomRoutingAcceleratorHandler } from './custom-routing-accelerator';
import { CustomRoutingEndpointGroupHandler } from './custom-routing-endpoint-group';
import { CustomRoutingListenerHandler } from './custom-routing-listener';
import { CustomRoutingPortLookupHandler } from './custom-routing-port-lookup';
import {
  CUSTOM_ROUTING_ACCELERATOR_TYPE, CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, CUSTOM_ROUTING_LISTENER_TYPE, CUSTOM_ROUTING_PORT_LOOKUP_TYPE,
  GLOBAL_ACCELERATOR_REGION,
} from '../../src/wire/global-accelerator';
import { awsRuntime, CLIENT_SETTINGS } from '../lifecycle/aws-runtime';
import { lifecycleFunction } from '../lifecycle/function';
import type { ResourceHandler } from '../lifecycle/handler';

/** The resource types of Global Accelerator, over one port. */
export function globalAcceleratorHandlers(globalAccelerator: GlobalAccelerator): Record<string, ResourceHandler<any>> {
  return {
    [CUSTOM_ROUTING_ACCELERATOR_TYPE]: new CustomRoutingAcceleratorHandler(globalAccelerator),
    [CUSTOM_ROUTING_LISTENER_TYPE]: new CustomRoutingListenerHandler(globalAccelerator),
    [CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE]: new CustomRoutingEndpointGroupHandler(globalAccelerator),
    [CUSTOM_ROUTING_PORT_LOOKUP_TYPE]: new CustomRoutingPortLookupHandler(globalAccelerator),
  };
}

/** The function may run anywhere; the API may not, and the SDK does not redirect. */
const client = new GlobalAcceleratorClient({ ...CLIENT_SETTINGS, region: GLOBAL_ACCELERATOR_REGION });

export const handler = lifecycleFunction(globalAcceleratorHandlers(new SdkGlobalAccelerator(client)), awsRuntime());
