import { NotRehearsed } from './report';
import { ProvisioningContext, ProvisioningError } from '../../sandbox/cloudformation/provisioner';
import { StackEvent } from '../../sandbox/cloudformation/stack';
import { InvocationFault, InvocationFaults } from '../../sandbox/lambda/invocation-faults';
import { Interceptor } from '../../sandbox/services/dispatch';
import { ServiceError } from '../../sandbox/services/service';

/** What can go wrong in a rehearsal, by the word of the command line. */
export const FAULTS = {
  'throttle': 'the services refuse two of five calls',
  'crash': 'our function dies right after a call of a service has taken effect',
  'service-fails': 'the services refuse everything that is to be created, until the stack is rolled back',
} as const;

export type FaultName = keyof typeof FAULTS;

const THROTTLED: Readonly<Record<string, ServiceError>> = {
  SESv2: new ServiceError('TooManyRequestsException', 'Too many requests have been made to the operation.', 429),
};
const RATE_EXCEEDED = new ServiceError('ThrottlingException', 'Rate exceeded');
const LIMITS: Readonly<Record<string, ServiceError>> = {
  'WorkSpaces': new ServiceError('ResourceLimitExceededException', 'The rehearsal was asked for a service that fails.'),
  'SESv2': new ServiceError('LimitExceededException', 'The rehearsal was asked for a service that fails.'),
  'Global Accelerator': new ServiceError('LimitExceededException', 'The rehearsal was asked for a service that fails.'),
};
/** After so many calls of one invocation. */
const CRASH_AFTER_CALLS = 2;

/** What goes wrong, once the new version is being deployed. */
export class Faults {
  private armed = false;
  private calls = 0;
  private done = false;
  private reached = false;
  private rollingBack = false;
  private isFailing: (context: ProvisioningContext) => boolean;

  constructor(private readonly name?: FaultName) {
    this.isFailing = () => false;
  }

  public get interceptor(): Interceptor {
    return ({ service, operation }) => {
      const error = this.armed ? this.errorFor(service, operation) : undefined;
      return error && { before: error };
    };
  }

  public get invocationFaults(): InvocationFaults {
    return { onInvoke: ({ payload }) => this.invocationFault(payload) };
  }

  /** @param isFailing whether a resource is the one that is to fail */
  public arm(isFailing: (context: ProvisioningContext) => boolean): void {
    this.armed = true;
    this.isFailing = isFailing;
  }

  /** The services recover when a stack is rolled back. */
  public note({ status }: StackEvent): void {
    this.rollingBack ||= this.armed && status.endsWith('ROLLBACK_IN_PROGRESS');
  }

  /** Fails a resource after all of its operation was done: the worst moment. */
  public failAfter(context: ProvisioningContext, _: string, physicalId: string): void {
    if (this.armed && !this.reached && this.isFailing(context)) {
      this.reached = true;
      throw new ProvisioningError('The rehearsal was asked to let this resource fail (--fail-at).', physicalId);
    }
  }

  /** @throws NotRehearsed if what was to fail was not touched */
  public requireReached(name: string | undefined): void {
    if (name !== undefined && !this.reached) {
      throw new NotRehearsed(`'${name}' can't fail: the new version neither creates nor changes it. `
        + 'Name a resource that it does, by its path, or a stack for a failure after everything else.');
    }
  }

  private errorFor(service: string, operation: string): ServiceError | undefined {
    if (!(service in LIMITS)) {
      return undefined;
    }
    if (this.name === 'throttle') {
      return ++this.calls % 5 < 2 ? THROTTLED[service] ?? RATE_EXCEEDED : undefined;
    }
    const creates = operation.startsWith('Create') && operation !== 'CreateTags';
    return this.name === 'service-fails' && creates && !this.rollingBack ? LIMITS[service] : undefined;
  }

  private invocationFault(payload: string): InvocationFault | undefined {
    if (this.name !== 'crash' || !this.armed || this.done || !payload.includes('"waitSeconds"')) {
      return undefined;
    }
    this.done = true;
    return { crash: { afterCalls: CRASH_AFTER_CALLS } };
  }
}
