import type { GlobalAccelerator } from './port';
import { CustomRoutingAcceleratorModel } from './custom-routing-accelerator';
import { CustomRoutingAcceleratorLookup } from './custom-routing-accelerator-lookup';
import { CustomRoutingEndpointGroupModel } from './custom-routing-endpoint-group';
import { CustomRoutingListenerModel } from './custom-routing-listener';
import { CustomRoutingPortLookup } from './custom-routing-port-lookup';
import {
  CUSTOM_ROUTING_ACCELERATOR_LOOKUP_TYPE, CUSTOM_ROUTING_ACCELERATOR_TYPE, CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, CUSTOM_ROUTING_LISTENER_TYPE,
  CUSTOM_ROUTING_PORT_LOOKUP_TYPE,
} from '../../src/wire/global-accelerator';
import type { ResourceHandler } from '../lifecycle/handler';
import { Lifecycle } from '../lifecycle/lifecycle';

/** The resource types of Global Accelerator, over one port. */
export function globalAcceleratorHandlers(globalAccelerator: GlobalAccelerator): Record<string, ResourceHandler<any>> {
  return {
    [CUSTOM_ROUTING_ACCELERATOR_TYPE]: new Lifecycle(new CustomRoutingAcceleratorModel(globalAccelerator)),
    [CUSTOM_ROUTING_ACCELERATOR_LOOKUP_TYPE]: new CustomRoutingAcceleratorLookup(globalAccelerator),
    [CUSTOM_ROUTING_LISTENER_TYPE]: new Lifecycle(new CustomRoutingListenerModel(globalAccelerator)),
    [CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE]: new Lifecycle(new CustomRoutingEndpointGroupModel(globalAccelerator)),
    [CUSTOM_ROUTING_PORT_LOOKUP_TYPE]: new CustomRoutingPortLookup(globalAccelerator),
  };
}
