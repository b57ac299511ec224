import { DSQL_CLUSTER_PEERING_TYPE } from '../../src/wire/aurora-dsql';
import { MULTI_REGION_ENDPOINT_LOOKUP_TYPE, MULTI_REGION_ENDPOINT_TYPE, REPLICA_EMAIL_IDENTITY_TYPE } from '../../src/wire/ses';
import { MULTI_REGION_PARAMETER_TYPE } from '../../src/wire/systems-manager';
import { TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE } from '../../src/wire/transit-gateway';
import { SdkParameters } from '../../lambda/systems-manager/client';
import { systemsManagerHandlers } from '../../lambda/systems-manager/handlers';
import { SystemsManagerSimulator } from '../../sandbox/services/systems-manager';
import { PeeringWorld } from '../lambda/aurora-dsql/peering-world';
import { AcceleratorWorld } from '../lambda/global-accelerator/accelerator-world';
import { SesWorld } from '../lambda/ses/ses-world';
import { AccepterWorld } from '../lambda/transit-gateway/accepter-world';
import { WorkSpacesWorld } from '../lambda/workspaces/workspaces-world';
import { World } from '../lambda/world';

/** A world with the service of a resource type. */
export function worldFor(type: string): World {
  if ([MULTI_REGION_ENDPOINT_TYPE, MULTI_REGION_ENDPOINT_LOOKUP_TYPE, REPLICA_EMAIL_IDENTITY_TYPE].includes(type)) {
    return new SesWorld();
  }
  if (type === TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE) {
    return new AccepterWorld().world;
  }
  if (type === MULTI_REGION_PARAMETER_TYPE) {
    return new World({
      region: 'eu-west-1', simulators: [new SystemsManagerSimulator()],
      handlers: client => systemsManagerHandlers(region => new SdkParameters(client('SSM', region))),
    });
  }
  if (type === DSQL_CLUSTER_PEERING_TYPE) {
    return new PeeringWorld().clusters().world;
  }
  return type.startsWith('Custom::CustomRouting') ? new AcceleratorWorld() : new WorkSpacesWorld();
}
