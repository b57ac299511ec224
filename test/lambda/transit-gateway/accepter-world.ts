import { SdkPeeringAttachments } from '../../../lambda/transit-gateway/client';
import { transitGatewayHandlers } from '../../../lambda/transit-gateway/handlers';
import { TransitGatewaySimulator, type PeeringRequest, type TransitGatewaySimulatorOptions } from '../../../sandbox/services/transit-gateway';
import { TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE } from '../../../src/wire/transit-gateway';
import { World, type Answer, type RequestOptions, type WorldOptions } from '../world';

export const HERE = 'eu-central-1';
export const THERE = 'eu-west-1';
export const ID = 'tgw-attach-0123456789abcdef0';
export const OTHER_ID = 'tgw-attach-0fedcba9876543210';

/** An accepter's Region, with an attachment that was requested long ago. */
export class AccepterWorld {
  public readonly simulator: TransitGatewaySimulator;
  public readonly world: World;

  constructor(options: TransitGatewaySimulatorOptions = {}, more: Partial<WorldOptions> = {}) {
    this.simulator = new TransitGatewaySimulator(options);
    this.world = new World({
      simulators: [this.simulator], region: HERE, ...more,
      handlers: client => transitGatewayHandlers(new SdkPeeringAttachments(client('EC2', HERE))),
    });
  }

  public request(request: Partial<PeeringRequest> = {}): this {
    this.simulator.request({
      id: ID, requester: { region: THERE, transitGatewayId: 'tgw-there' }, accepter: { region: HERE, transitGatewayId: 'tgw-here' }, ...request,
    });
    return this;
  }

  public create(properties: object = {}, options: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.world.request({ operation: 'Create', type: TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE, properties: declared(properties), ...options });
  }

  public update(properties: object, before: object = {}, options: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.world.request({
      operation: 'Update', type: TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE, physicalId: `acceptance/${ID}`,
      properties: declared(properties), oldProperties: declared(before), ...options,
    });
  }

  public delete(properties: object = {}, options: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.world.request({
      operation: 'Delete', type: TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE, physicalId: `acceptance/${ID}`, properties: declared(properties), ...options,
    });
  }

  public state(id = ID): string | undefined {
    return this.simulator.stateOf(id, this.world.clock.now());
  }

  /** The tags in the accepter's Region. */
  public tags(id = ID): Record<string, string> {
    return this.simulator.tagsOf(id, HERE);
  }
}

export function declared(properties: object): Record<string, unknown> {
  return { TransitGatewayAttachmentId: ID, ...properties };
}
