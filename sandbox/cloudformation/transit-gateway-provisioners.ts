import { pause, Provisioned, ProvisioningContext, ProvisioningError, ResourceProvisioner } from './provisioner';
import { JsonObject } from './template';
import type { TransitGatewaySimulator } from '../services/transit-gateway';

const GATEWAY_MILLISECONDS = 90_000;
const POLL_MILLISECONDS = 5000;
const HEXADECIMAL = '0123456789abcdef';

/** The resource types of transit gateways that a peering needs, with effect on the simulator. */
export function transitGatewayProvisioners(simulator: TransitGatewaySimulator): Record<string, ResourceProvisioner> {
  return {
    'AWS::EC2::TransitGateway': new GatewayProvisioner(),
    'AWS::EC2::TransitGatewayPeeringAttachment': new PeeringAttachmentProvisioner(simulator),
    'AWS::EC2::TransitGatewayRoute': new RouteProvisioner(simulator),
  };
}

/** Every change is made in place. */
class GatewayProvisioner implements ResourceProvisioner {
  public async create(context: ProvisioningContext): Promise<Provisioned> {
    const physicalId = `tgw-${context.random.text(17, HEXADECIMAL)}`;
    context.identify(physicalId);
    await pause(context, GATEWAY_MILLISECONDS);
    return gateway(physicalId);
  }

  public async update(_: ProvisioningContext, physicalId: string): Promise<Provisioned> {
    return gateway(physicalId);
  }

  public async delete(context: ProvisioningContext): Promise<void> {
    await pause(context, POLL_MILLISECONDS);
  }
}

function gateway(physicalId: string): Provisioned {
  return { physicalId, attributes: { Id: physicalId } };
}

/** Requests a peering, and is complete when that waits for its acceptance. Every change but that of tags replaces it. */
class PeeringAttachmentProvisioner implements ResourceProvisioner {
  constructor(private readonly simulator: TransitGatewaySimulator) {}

  public async create(context: ProvisioningContext, properties: JsonObject): Promise<Provisioned> {
    const { clock, random, region } = context;
    const id = `tgw-attach-${random.text(17, HEXADECIMAL)}`;
    this.simulator.request({
      id,
      at: clock.now(),
      requester: { region, transitGatewayId: String(properties.TransitGatewayId) },
      accepter: {
        region: String(properties.PeerRegion), transitGatewayId: String(properties.PeerTransitGatewayId), accountId: String(properties.PeerAccountId),
      },
    });
    context.identify(id);
    while (this.simulator.stateOf(id, clock.now()) === 'initiatingRequest') {
      await pause(context, POLL_MILLISECONDS);
    }
    return this.provisioned(context, id);
  }

  public async update(
    context: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject,
  ): Promise<Provisioned> {
    const identity = ({ Tags: _, ...others }: JsonObject) => JSON.stringify(others);
    return identity(properties) === identity(oldProperties) ? this.provisioned(context, physicalId) : this.create(context, properties);
  }

  public async delete(context: ProvisioningContext, physicalId: string): Promise<void> {
    this.simulator.remove(physicalId, context.clock.now());
    while (this.simulator.stateOf(physicalId, context.clock.now()) === 'deleting') {
      await pause(context, POLL_MILLISECONDS);
    }
  }

  private provisioned({ clock }: ProvisioningContext, id: string): Provisioned {
    return { physicalId: id, attributes: { TransitGatewayAttachmentId: id, State: this.simulator.stateOf(id, clock.now()) ?? 'deleted' } };
  }
}

/** A route over an attachment, which has to be available. */
class RouteProvisioner implements ResourceProvisioner {
  constructor(private readonly simulator: TransitGatewaySimulator) {}

  public async create({ clock }: ProvisioningContext, properties: JsonObject): Promise<Provisioned> {
    const id = String(properties.TransitGatewayAttachmentId);
    const state = this.simulator.stateOf(id, clock.now());
    if (properties.TransitGatewayAttachmentId !== undefined && state !== undefined && state !== 'available') {
      throw new ProvisioningError(`Transit Gateway Attachment ${id} is in invalid state ${state}.`);
    }
    return { physicalId: `${String(properties.TransitGatewayRouteTableId)}|${String(properties.DestinationCidrBlock)}`, attributes: {} };
  }

  public async update(context: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject): Promise<Provisioned> {
    return JSON.stringify(properties) === JSON.stringify(oldProperties) ? { physicalId, attributes: {} } : this.create(context, properties);
  }

  public async delete(): Promise<void> {}
}
