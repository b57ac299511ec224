import { pause, Provisioned, ProvisioningContext, ProvisioningError, ResourceProvisioner } from './provisioner';
import { generateName } from './native-provisioner';
import { callService } from './service-call';
import { JsonObject } from './template';
import { ServiceError } from '../services/service';
import { SesSimulator } from '../services/ses';

const LOOK_MILLISECONDS = 10_000;
const MAX_NAME_LENGTH = 64;

/** The native type of a global endpoint. All but its tags is create-only, and it has no attribute: the id is not among what it gives. */
export class NativeEndpointProvisioner implements ResourceProvisioner {
  constructor(private readonly simulator: SesSimulator) {}

  public async create(context: ProvisioningContext, properties: JsonObject): Promise<Provisioned> {
    const physicalId = String(properties.EndpointName ?? generateName(context, MAX_NAME_LENGTH));
    try {
      await this.call(context, 'CreateMultiRegionEndpoint', { EndpointName: physicalId, Details: detailsOf(properties), Tags: properties.Tags });
    } catch (error) {
      throw error instanceof ServiceError ? new ProvisioningError(error.message) : error;
    }
    context.identify(physicalId);
    while (await this.status(context, physicalId) === 'CREATING') {
      await pause(context, LOOK_MILLISECONDS);
    }
    return { physicalId, attributes: {} };
  }

  public async update(context: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject): Promise<Provisioned> {
    const identity = ({ EndpointName, Details }: JsonObject) => JSON.stringify([EndpointName, Details]);
    return identity(properties) === identity(oldProperties) ? { physicalId, attributes: {} } : this.create(context, properties);
  }

  public async delete(context: ProvisioningContext, physicalId: string): Promise<void> {
    if (await this.status(context, physicalId) === undefined) {
      return;
    }
    await this.call(context, 'DeleteMultiRegionEndpoint', { EndpointName: physicalId });
    while (await this.status(context, physicalId) !== undefined) {
      await pause(context, LOOK_MILLISECONDS);
    }
  }

  /** Undefined if there is no endpoint of this name. */
  private async status(context: ProvisioningContext, name: string): Promise<string | undefined> {
    try {
      return (await this.call(context, 'GetMultiRegionEndpoint', { EndpointName: name })).Status;
    } catch (error) {
      if (error instanceof ServiceError && error.name === 'NotFoundException') {
        return undefined;
      }
      throw error;
    }
  }

  private call(context: ProvisioningContext, operation: string, input: object): Promise<any> {
    return callService(context, this.simulator, operation, input);
  }
}

/** CloudFormation spells the other Region as the API does. */
function detailsOf({ Details }: JsonObject): JsonObject {
  const { RouteDetails } = Details as { RouteDetails: { Region: string }[] };
  return { RoutesDetails: RouteDetails };
}
