import { MAX_PORT } from './checks';
import type { GlobalAccelerator } from './client';
import { patiently, POLL_SECONDS, waiting } from './patience';
import { ENDPOINT_GROUP_ARN, IPV4_ADDRESS, SUBNET_ID, type CustomRoutingPortLookupAttributes } from '../../src/wire/global-accelerator';
import { refusal } from '../lifecycle/errors';
import type { Outcome, ResourceHandler, StepContext } from '../lifecycle/handler';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

/** The endpoint group is DEPLOYED before; what has no port after this has none. */
const MISSING_SECONDS = 120;
const ID_PREFIX = 'lookup:';

export interface PortLookupDeclaration {
  readonly groupArn: string;
  readonly subnetId: string;
  readonly address: string;
  readonly port: number;
}

/** `Custom::CustomRoutingPortLookup`: reads the accelerator port of one destination, and never changes anything. */
export class CustomRoutingPortLookupHandler implements ResourceHandler<PortLookupDeclaration> {
  public readonly defaultTimeoutSeconds = 10 * 60;
  public readonly readsOnly = true;

  constructor(private readonly globalAccelerator: Pick<GlobalAccelerator, 'acceleratorPort'>) {}

  public parse(raw: RawProperties): PortLookupDeclaration {
    const reader = new PropertyReader(raw).schema();
    const declaration = {
      groupArn: reader.string('EndpointGroupArn', ENDPOINT_GROUP_ARN),
      subnetId: reader.string('SubnetId', SUBNET_ID),
      address: reader.string('Address', IPV4_ADDRESS),
      port: reader.integer('Port', 1, MAX_PORT),
    };
    reader.end();
    return declaration;
  }

  public recognizes(physicalId: string): boolean {
    return physicalId.startsWith(ID_PREFIX);
  }

  public create(context: StepContext<PortLookupDeclaration>): Promise<Outcome> {
    return patiently(() => this.look(context));
  }

  public update(context: StepContext<PortLookupDeclaration>): Promise<Outcome> {
    return this.create(context);
  }

  public async delete(): Promise<Outcome> {
    return { status: 'gone' };
  }

  private async look({ clock, properties, requestedAt }: StepContext<PortLookupDeclaration>): Promise<Outcome> {
    const { groupArn, subnetId, address, port } = properties;
    const acceleratorPort = await this.globalAccelerator.acceleratorPort(groupArn, subnetId, address, port);
    if (acceleratorPort !== undefined) {
      const attributes: CustomRoutingPortLookupAttributes = { AcceleratorPort: String(acceleratorPort) };
      return { status: 'ready', physicalId: `${ID_PREFIX}${subnetId}/${address}:${port}`, attributes: { ...attributes } };
    }
    if (clock.now() < requestedAt + MISSING_SECONDS * 1000) {
      return waiting(`the accelerator port of ${address}:${port} in ${subnetId}`, POLL_SECONDS);
    }
    throw refusal(`${groupArn} has no accelerator port for ${address}:${port} in ${subnetId}. Check that the subnet is in the endpoint group, `
      + 'that the address is one of the subnet (not one of the four first or the last), and that the port is one of the destinations.');
  }
}
