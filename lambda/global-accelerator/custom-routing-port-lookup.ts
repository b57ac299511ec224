import { MAX_PORT } from './checks';
import type { GlobalAccelerator } from './port';
import { POLL_SECONDS } from './service-errors';
import {
  ENDPOINT_GROUP_ARN, IPV4_ADDRESS, SUBNET_ID, type CustomRoutingPortLookupAttributes, type CustomRoutingPortLookupProperties,
} from '../../src/wire/global-accelerator';
import { hasName, quote, ResourceError } from '../lifecycle/errors';
import { waiting, type Outcome, type StepContext } from '../lifecycle/handler';
import { Lookup } from '../lifecycle/lookup';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

/** The endpoint group is DEPLOYED before; what has no port after this has none. */
const MISSING_SECONDS = 120;

export interface PortLookupDeclaration {
  readonly groupArn: string;
  readonly subnetId: string;
  readonly address: string;
  readonly port: number;
}

/** `Custom::CustomRoutingPortLookup`: reads the accelerator port of one destination, and never changes anything. */
export class CustomRoutingPortLookup extends Lookup<PortLookupDeclaration> {
  public readonly defaultTimeoutSeconds = 10 * 60;

  constructor(private readonly globalAccelerator: Pick<GlobalAccelerator, 'acceleratorPort'>) {
    super();
  }

  public parse(raw: RawProperties): PortLookupDeclaration {
    const reader = new PropertyReader<CustomRoutingPortLookupProperties>(raw).schema();
    const declaration = {
      groupArn: reader.string('EndpointGroupArn', ENDPOINT_GROUP_ARN),
      subnetId: reader.string('SubnetId', SUBNET_ID),
      address: reader.string('Address', IPV4_ADDRESS),
      port: reader.integer('Port', 1, MAX_PORT),
    };
    reader.end();
    return declaration;
  }

  protected async find({ clock, properties, requestedAt }: StepContext<PortLookupDeclaration>): Promise<Outcome> {
    const { groupArn, subnetId, address, port } = properties;
    const acceleratorPort = await this.portOf(properties);
    if (typeof acceleratorPort === 'number') {
      const attributes: CustomRoutingPortLookupAttributes = { AcceleratorPort: String(acceleratorPort) };
      return { status: 'ready', physicalId: `${Lookup.ID_PREFIX}${subnetId}/${address}:${port}`, attributes: { ...attributes } };
    }
    if (acceleratorPort || clock.now() < requestedAt + MISSING_SECONDS * 1000) {
      return waiting(acceleratorPort ?? `the accelerator port of ${address}:${port} in ${subnetId}`, POLL_SECONDS);
    }
    throw new ResourceError(`${groupArn} has no accelerator port for ${address}:${port} in ${subnetId}. Check that the subnet is in the endpoint group, `
      + 'that the address is one of the subnet (not one of the four first or the last), and that the port is one of the destinations.');
  }

  /** @returns why the service gives no answer now, if it does not */
  private async portOf({ groupArn, subnetId, address, port }: PortLookupDeclaration): Promise<number | string | undefined> {
    try {
      return await this.globalAccelerator.acceleratorPort(groupArn, subnetId, address, port);
    } catch (error) {
      if (hasName(error, 'InternalServiceErrorException')) {
        return `Global Accelerator, which does not answer (${quote(error)})`;
      }
      throw error;
    }
  }
}
