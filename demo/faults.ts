import { ResourceProvisioner, pause, ProvisioningError } from '../sandbox/cloudformation/provisioner';
import { InvocationFaults } from '../sandbox/lambda/invocation-faults';
import { SeededRandom } from '../sandbox/cloudformation/random';
import { Interceptor } from '../sandbox/services/dispatch';
import { ServiceError } from '../sandbox/services/service';

/** Faults that the demo can inject, by the word of the command line. */
export const FAULTS = {
  'failed-endpoint': 'the service gives up on the resource that is created first',
  'throttling': 'the service refuses two of five calls',
  'crash': 'the function dies right after its third call of a service has taken effect',
  'foreign': 'something of the same name exists already and belongs to somebody else',
  'failing-sibling': 'another resource of the stack fails while ours is being created',
} as const;

export type FaultName = keyof typeof FAULTS;

export function isFaultName(name: string): name is FaultName {
  return name in FAULTS;
}

const REFUSED_SHARE = 0.4;

/**
 * Refuses two of five calls of AWS services other than Step Functions. Which ones is random, and the same in each run: with a pattern, a
 * worker that repeats the same calls would be refused at the same place each time.
 */
export function throttling(errorName: string, httpStatus: number): Interceptor {
  const random = new SeededRandom(1);
  return ({ service }) => service !== 'SFN' && random.next() < REFUSED_SHARE
    ? { before: new ServiceError(errorName, 'Rate exceeded', httpStatus) }
    : undefined;
}

/** Kills the first worker that comes to its third call of a service. */
export function crashOnce(): InvocationFaults {
  let crashed = false;
  return {
    onInvoke: ({ payload }) => {
      const isStep = payload.includes('"waitSeconds"');
      if (crashed || !isStep) {
        return undefined;
      }
      crashed = true;
      return { crash: { afterCalls: 2 } };
    },
  };
}

/** Type of a resource whose creation fails while others are still being created. */
export const FAILING_TYPE = 'Sandbox::Demo::Failure';

export const failingResource: ResourceProvisioner = {
  create: async context => {
    await pause(context, 30_000);
    throw new ProvisioningError('This resource always fails: the demo was asked for a failing sibling.');
  },
  update: async () => { throw new ProvisioningError('This resource always fails.'); },
  delete: async () => undefined,
};
