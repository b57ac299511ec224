import { MULTI_REGION_ENDPOINT_LOOKUP_TYPE, MULTI_REGION_ENDPOINT_TYPE } from '../../src/wire/ses';
import { AcceleratorWorld } from '../lambda/global-accelerator/accelerator-world';
import { SesWorld } from '../lambda/ses/ses-world';
import { WorkSpacesWorld } from '../lambda/workspaces/workspaces-world';
import type { World } from '../lambda/world';

/** A world with the service of a resource type. */
export function worldFor(type: string): World {
  if (type === MULTI_REGION_ENDPOINT_TYPE || type === MULTI_REGION_ENDPOINT_LOOKUP_TYPE) {
    return new SesWorld();
  }
  return type.startsWith('Custom::CustomRouting') ? new AcceleratorWorld() : new WorkSpacesWorld();
}
