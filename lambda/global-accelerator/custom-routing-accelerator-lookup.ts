import type { GlobalAccelerator } from './port';
import { POLL_SECONDS } from './service-errors';
import {
  ACCELERATOR_ARN, type CustomRoutingAcceleratorLookupAttributes, type CustomRoutingAcceleratorLookupProperties,
} from '../../src/wire/global-accelerator';
import { hasName, quote, ResourceError } from '../lifecycle/errors';
import { waiting, type Outcome, type StepContext } from '../lifecycle/handler';
import { Lookup } from '../lifecycle/lookup';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

/** An accelerator that another stack has just created may not show yet. */
const MISSING_SECONDS = 60;

/** `Custom::CustomRoutingAcceleratorLookup`: reads the DNS name and the addresses of an accelerator, and never changes anything. */
export class CustomRoutingAcceleratorLookup extends Lookup<{ readonly arn: string }> {
  public readonly defaultTimeoutSeconds = 10 * 60;

  constructor(private readonly globalAccelerator: Pick<GlobalAccelerator, 'describeAccelerator'>) {
    super();
  }

  public parse(raw: RawProperties): { readonly arn: string } {
    const reader = new PropertyReader<CustomRoutingAcceleratorLookupProperties>(raw).schema();
    const declaration = { arn: reader.string('AcceleratorArn', ACCELERATOR_ARN) };
    reader.end();
    return declaration;
  }

  protected async find({ clock, properties: { arn }, requestedAt }: StepContext<{ readonly arn: string }>): Promise<Outcome> {
    try {
      const accelerator = await this.globalAccelerator.describeAccelerator(arn);
      if (accelerator) {
        const [Ipv4Address1 = '', Ipv4Address2 = ''] = accelerator.addresses;
        const attributes: CustomRoutingAcceleratorLookupAttributes = { DnsName: accelerator.dnsName, Ipv4Address1, Ipv4Address2 };
        return { status: 'ready', physicalId: `${Lookup.ID_PREFIX}${arn}`, attributes: { ...attributes } };
      }
    } catch (error) {
      if (!hasName(error, 'InternalServiceErrorException')) {
        throw error;
      }
      return waiting(`Global Accelerator, which does not answer (${quote(error)})`, POLL_SECONDS);
    }
    if (clock.now() < requestedAt + MISSING_SECONDS * 1000) {
      return waiting(`the accelerator ${arn}`, POLL_SECONDS);
    }
    throw new ResourceError(`there is no custom routing accelerator ${arn} in this account. Check the ARN: 'aws globalaccelerator `
      + "list-custom-routing-accelerators --region us-west-2' lists those that exist.");
  }
}
