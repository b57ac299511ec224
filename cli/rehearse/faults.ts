import { NotRehearsed } from './report';
import { ProvisioningContext, ProvisioningError } from '../../sandbox/cloudformation/provisioner';
import { SeededRandom } from '../../sandbox/cloudformation/random';
import { StackEvent } from '../../sandbox/cloudformation/stack';
import { InvocationFault, InvocationFaults } from '../../sandbox/lambda/invocation-faults';
import { Interceptor } from '../../sandbox/services/dispatch';
import { ServiceError } from '../../sandbox/services/service';

/** What can go wrong in a rehearsal, by the word of the command line. */
export const FAULTS = {
  'throttle': 'the services refuse two of five calls',
  'crash': 'our function dies right after a call of a service has taken effect, twice for each resource',
  'service-fails': 'the services refuse everything that is to be created, connected or accepted, until the stack is rolled back',
} as const;

export type FaultName = keyof typeof FAULTS;

const RATE_EXCEEDED = new ServiceError('ThrottlingException', 'Rate exceeded');
/** How a service says that there were too many calls. */
const THROTTLED: Readonly<Record<string, ServiceError>> = {
  'DSQL': new ServiceError('ThrottlingException', 'Rate exceeded.', 429),
  'EC2': new ServiceError('RequestLimitExceeded', 'Request limit exceeded.', 503),
  'Global Accelerator': RATE_EXCEEDED,
  'SESv2': new ServiceError('TooManyRequestsException', 'Too many requests have been made to the operation.', 429),
  'SSM': RATE_EXCEEDED,
  'WorkSpaces': RATE_EXCEEDED,
};

const FAILS = 'The rehearsal was asked for a service that fails.';
/** What creates, connects or accepts something, by the service, and how that refuses it for good. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, ServiceError>>>> = {
  'DSQL': { UpdateCluster: new ServiceError('AccessDeniedException', FAILS, 403) },
  'EC2': { AcceptTransitGatewayPeeringAttachment: new ServiceError('UnauthorizedOperation', FAILS, 403) },
  'Global Accelerator': {
    CreateCustomRoutingAccelerator: new ServiceError('LimitExceededException', FAILS),
    CreateCustomRoutingListener: new ServiceError('LimitExceededException', FAILS),
    CreateCustomRoutingEndpointGroup: new ServiceError('LimitExceededException', FAILS),
    AddCustomRoutingEndpoints: new ServiceError('LimitExceededException', FAILS),
  },
  'SESv2': {
    CreateMultiRegionEndpoint: new ServiceError('LimitExceededException', FAILS),
    CreateEmailIdentity: new ServiceError('LimitExceededException', FAILS),
  },
  'SSM': { PutParameter: new ServiceError('ParameterLimitExceeded', FAILS) },
  'WorkSpaces': {
    CreateStandbyWorkspaces: new ServiceError('ResourceLimitExceededException', FAILS),
    AssociateConnectionAlias: new ServiceError('OperationNotSupportedException', FAILS),
  },
};
const THROTTLED_SHARE = 0.4;
/** After so many calls of one invocation. */
const CRASH_AFTER_CALLS = 2;
const CRASHES_OF_A_REQUEST = 2;

/** What goes wrong, once the new version is being deployed. */
export class Faults {
  private armed = false;
  /** Not every second or third call: what makes as many calls again and again would never get through. */
  private readonly random = new SeededRandom(1);
  /** By the id of the request to the custom resource. */
  private readonly crashes = new Map<string, number>();
  private reached = false;
  private rollingBack = false;
  private isFailing?: (context: ProvisioningContext) => boolean;

  constructor(private readonly name?: FaultName) {}

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

  /** A stack is about to be deployed: what failed for another one has not recovered for this one. */
  public beginStack(): void {
    this.rollingBack = false;
  }

  /** The services recover when a stack is rolled back. */
  public note({ status }: StackEvent): void {
    this.rollingBack ||= this.armed && status.endsWith('ROLLBACK_IN_PROGRESS');
  }

  /** Fails a resource after all of its operation was done: the worst moment. */
  public failAfter(context: ProvisioningContext, _: string, physicalId: string): void {
    if (this.armed && !this.reached && !this.rollingBack && this.isFailing?.(context)) {
      this.reached = true;
      throw new ProvisioningError('The rehearsal was asked for this failure (--fail-at).', physicalId);
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
    if (this.name === 'throttle' && service in THROTTLED) {
      return this.random.next() < THROTTLED_SHARE ? THROTTLED[service] : undefined;
    }
    return this.name === 'service-fails' && !this.rollingBack ? REFUSED[service]?.[operation] : undefined;
  }

  private invocationFault(payload: string): InvocationFault | undefined {
    const [, request] = /"requestId":"([^"]+)"/.exec(payload) ?? [];
    if (this.name !== 'crash' || !this.armed || request === undefined) {
      return undefined;
    }
    const crashes = (this.crashes.get(request) ?? 0) + 1;
    this.crashes.set(request, crashes);
    return crashes > CRASHES_OF_A_REQUEST ? undefined : { crash: { afterCalls: CRASH_AFTER_CALLS } };
  }
}
