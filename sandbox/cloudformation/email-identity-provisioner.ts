import { pause, Provisioned, ProvisioningContext, ProvisioningError, ResourceProvisioner } from './provisioner';
import { callService } from './service-call';
import { JsonObject } from './template';
import { ServiceError } from '../services/service';
import { SesSimulator } from '../services/ses';

const IDENTITY_MILLISECONDS = 2000;

/** A domain or an address, verified as soon as its time has come: its DNS records are taken for published. Another name replaces it. */
export class EmailIdentityProvisioner implements ResourceProvisioner {
  constructor(private readonly simulator: SesSimulator) {}

  public async create(context: ProvisioningContext, properties: JsonObject): Promise<Provisioned> {
    const name = String(properties.EmailIdentity);
    const { DomainSigningPrivateKey, DomainSigningSelector } = (properties.DkimSigningAttributes ?? {}) as Record<string, string | undefined>;
    await this.call(context, 'CreateEmailIdentity', {
      EmailIdentity: name, DkimSigningAttributes: DomainSigningPrivateKey ? { DomainSigningPrivateKey, DomainSigningSelector } : undefined,
    });
    context.identify(name);
    await pause(context, IDENTITY_MILLISECONDS);
    return { physicalId: name, attributes: attributesOf(name) };
  }

  public async update(context: ProvisioningContext, physicalId: string, properties: JsonObject): Promise<Provisioned> {
    return properties.EmailIdentity === physicalId ? { physicalId, attributes: attributesOf(physicalId) } : this.create(context, properties);
  }

  public async delete(context: ProvisioningContext, physicalId: string): Promise<void> {
    await this.call(context, 'DeleteEmailIdentity', { EmailIdentity: physicalId });
    await pause(context, IDENTITY_MILLISECONDS);
  }

  private async call(context: ProvisioningContext, operation: string, input: object): Promise<void> {
    try {
      await callService(context, this.simulator, operation, input);
    } catch (error) {
      throw error instanceof ServiceError ? new ProvisioningError(`${error.name}: ${error.message}`) : error;
    }
  }
}

function attributesOf(name: string): JsonObject {
  const record = (n: number) => [
    [`DkimDNSTokenName${n}`, `token${n}._domainkey.${name}`], [`DkimDNSTokenValue${n}`, `token${n}.dkim.amazonses.com`],
  ] as const;
  return Object.fromEntries([1, 2, 3].flatMap(record));
}
