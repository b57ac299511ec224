import { pause, ProvisioningContext } from './provisioner';
import { ServiceError, ServiceSimulator } from '../services/service';

const RETRY_MILLISECONDS = 1000;
const THROTTLED = ['ThrottlingException', 'TooManyRequestsException'];

/** A call that CloudFormation makes itself. It shares the account's request rate, and repeats what is refused for that. */
export async function callService(context: ProvisioningContext, service: ServiceSimulator, operation: string, input: object): Promise<any> {
  const { accountId, clock, partition, region, stackId } = context;
  for (;;) {
    try {
      return service.operations[operation].handle(input, { accountId, partition, region, now: clock.now(), requestId: stackId });
    } catch (error) {
      if (!(error instanceof ServiceError) || !THROTTLED.includes(error.name)) {
        throw error;
      }
      await pause(context, RETRY_MILLISECONDS);
    }
  }
}
