import type { PeeringAttachments } from './client';
import { TransitGatewayPeeringAccepterModel } from './peering-accepter';
import { TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE } from '../../src/wire/transit-gateway';
import type { ResourceHandler } from '../lifecycle/handler';
import { Lifecycle } from '../lifecycle/lifecycle';

/** The resource types of transit gateways. */
export function transitGatewayHandlers(attachments: PeeringAttachments): Record<string, ResourceHandler<any>> {
  return { [TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE]: new Lifecycle(new TransitGatewayPeeringAccepterModel(attachments)) };
}
