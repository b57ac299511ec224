import { MULTI_REGION_ENDPOINT_LOOKUP_TYPE, MULTI_REGION_ENDPOINT_TYPE, REPLICA_EMAIL_IDENTITY_TYPE } from '../../src/wire/ses';
import { TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE } from '../../src/wire/transit-gateway';
import { AcceleratorWorld } from '../lambda/global-accelerator/accelerator-world';
import { SesWorld } from '../lambda/ses/ses-world';
import { AccepterWorld } from '../lambda/transit-gateway/accepter-world';
import { WorkSpacesWorld } from '../lambda/workspaces/workspaces-world';
import type { World } from '../lambda/world';

/** A world with the service of a resource type. */
export function worldFor(type: string): World {
  if ([MULTI_REGION_ENDPOINT_TYPE, MULTI_REGION_ENDPOINT_LOOKUP_TYPE, REPLICA_EMAIL_IDENTITY_TYPE].includes(type)) {
    return new SesWorld();
  }
  if (type === TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE) {
    return new AccepterWorld().world;
  }
  return type.startsWith('Custom::CustomRouting') ? new AcceleratorWorld() : new WorkSpacesWorld();
}
