import { CLIENT_SETTINGS, StepFunctionsWaiter, jsonLogger } from '../../lambda/lifecycle/aws-runtime';
import { lifecycleFunction, type LifecycleFunction } from '../../lambda/lifecycle/function';
import { CloudFormation, type StackRequest, type StackResult } from '../../sandbox/cloudformation/cloud-formation';
import { CustomResourceProvisioner, ResponseBuckets, type CustomResourceEvent } from '../../sandbox/cloudformation/custom-resource';
import { pause, ProvisionerRegistry, ProvisioningError, type ResourceProvisioner } from '../../sandbox/cloudformation/provisioner';
import { SeededRandom } from '../../sandbox/cloudformation/random';
import type { FailedCreates } from '../../sandbox/cloudformation/stack-operation';
import type { JsonObject } from '../../sandbox/cloudformation/template';
import { VirtualClock } from '../../sandbox/kernel/virtual-clock';
import type { InvocationFault, InvocationInfo } from '../../sandbox/lambda/invocation-faults';
import { ServiceDispatcher, type CallRecord, type Interceptor } from '../../sandbox/services/dispatch';
import { GlobalAcceleratorSimulator, type GlobalAcceleratorSimulatorOptions } from '../../sandbox/services/global-accelerator';
import { InProcessClient } from '../../sandbox/services/in-process-client';
import { ServiceError } from '../../sandbox/services/service';
import { SesSimulator, type SesSimulatorOptions } from '../../sandbox/services/ses';
import { WorkSpacesSimulator, type WorkSpacesSimulatorOptions } from '../../sandbox/services/workspaces';
import { LightInterpreter } from '../../sandbox/step-functions/light-interpreter';
import { StepFunctionsService } from '../../sandbox/step-functions/step-functions-service';
import { waiterDefinition } from '../../src/lifecycle/waiter-definition';
import { GLOBAL_ACCELERATOR_REGION } from '../../src/wire/global-accelerator';
import { Dice } from '../simulation/dice';
import { InProcessLambda, type Process } from '../simulation/in-process-lambda';
import { FUNCTION_ARN } from '../simulation/plan';
import { ACCOUNT, REGION, type Client } from '../simulation/resource-kind';
import { SERVICES } from '../simulation/services';
import { DeployedVersions, renewed, versioned, type Novelty } from '../simulation/versions';

export { REGION };
export const STACK = { stackName: 'Game', region: REGION };
const START = Date.UTC(2026, 0, 15, 12, 0, 0);
const MACHINE = 'Waiter';
const MACHINE_ARN = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${MACHINE}`;
/** So long the function's client waits for an answer that is lost. */
const CALL_TIMEOUT_MILLISECONDS = 10_000;
/** A middle one of the pauses between the attempts of the SDK. */
const RETRY_MILLISECONDS = 250;
/** Longer than anything that CloudFormation has given up can still be at work. */
const REST_MILLISECONDS = 2.5 * 3600 * 1000;
const BREAKER_TYPE = 'Test::Cases::Breaker';

export interface AccountOptions {
  readonly ses?: SesSimulatorOptions;
  readonly globalAccelerator?: GlobalAcceleratorSimulatorOptions;
  readonly workSpaces?: WorkSpacesSimulatorOptions;
  readonly interceptors?: Interceptor[];
  /** How long the list of executions does not show a new one. @default 0 */
  readonly listLagSeconds?: number;
  readonly rollsReplacementBackByUpdate?: boolean;
  readonly failedCreates?: FailedCreates;
  readonly leavesFailedUpdates?: boolean;
  /** What the newer version of the library has and the older one does not know. @default - there is one version only */
  readonly novelty?: Novelty;
  readonly onInvoke?: (info: InvocationInfo, event: any) => InvocationFault | undefined;
}

export interface DeployOptions extends Pick<StackRequest, 'disableRollback' | 'mode'> {
  readonly stackName?: string;
  readonly outputs?: JsonObject;
  /** Version of the library: 1 or 2. @default 1 */
  readonly version?: number;
}

/**
 * An account with the real engine and handlers, in one process and on a virtual clock. What happens in it is told by the
 * state of its services, its stacks and the calls that were made, never by how the engine went about it.
 */
export class Account {
  public readonly startedAt = START;
  public readonly clock = new VirtualClock(START);
  public readonly ses: SesSimulator;
  public readonly globalAccelerator: GlobalAcceleratorSimulator;
  public readonly workSpaces: WorkSpacesSimulator;
  public readonly cloudFormation: CloudFormation;
  public readonly stepFunctions: StepFunctionsService;
  public readonly dispatcher: ServiceDispatcher;
  public readonly buckets: ResponseBuckets;
  /** How often the function was invoked: by CloudFormation's events and by the steps of executions. */
  public invocations = 0;
  private readonly versions = new DeployedVersions();

  constructor(private readonly options: AccountOptions = {}) {
    const { clock } = this;
    const account = { partition: 'aws', accountId: ACCOUNT };
    const random = new SeededRandom(1);
    const dice = new Dice(1, 'account');
    this.ses = new SesSimulator({ serviceLinkedRole: true, requestRate: 'unlimited', ...options.ses });
    this.globalAccelerator = new GlobalAcceleratorSimulator({ serviceLinkedRole: true, ...options.globalAccelerator });
    this.workSpaces = new WorkSpacesSimulator({ standbyQuota: 10_000, requestRate: 'unlimited', ...options.workSpaces });
    this.dispatcher = new ServiceDispatcher({ ...account, clock, interceptors: options.interceptors, keptCalls: 1_000_000 });
    const lambda = new InProcessLambda({
      ...account,
      clock,
      endpointUrl: () => '',
      registerCredentials: () => undefined,
      faults: { onInvoke: info => this.onInvoke(info) },
    }, process => this.code(process));
    lambda.createFunction(REGION, {
      name: FUNCTION_ARN.split(':').pop()!, handler: 'index.handler', codeDirectory: '', environment: {}, timeoutSeconds: 60,
      memorySize: 256, roleArn: `arn:aws:iam::${ACCOUNT}:role/Worker`,
    });
    this.stepFunctions = new StepFunctionsService({
      ...account,
      clock,
      invoke: (arn, payload) => lambda.invoke(arn, payload),
      authorize: () => true,
      interpreter: new LightInterpreter(clock, () => dice.next()),
      listingLagMs: (options.listLagSeconds ?? 0) * 1000,
    });
    this.stepFunctions.createStateMachine(REGION, {
      name: MACHINE, definition: waiterDefinition().replaceAll('${AWS::Partition}', 'aws'), roleArn: `arn:aws:iam::${ACCOUNT}:role/Waiter`,
    });
    [this.ses, this.globalAccelerator, this.workSpaces, this.stepFunctions].forEach(simulator => this.dispatcher.register(simulator));
    this.buckets = new ResponseBuckets({ clock, random });
    const custom = new CustomResourceProvisioner({
      buckets: this.buckets,
      rollsReplacementBackByUpdate: options.rollsReplacementBackByUpdate,
      functions: { invokeAsync: (arn, event) => lambda.invokeAsync(arn, event) },
    });
    const provisioners = new ProvisionerRegistry(custom, BREAKER).register(BREAKER_TYPE, BREAKER);
    this.cloudFormation = new CloudFormation({
      clock, random, provisioners, failedCreates: options.failedCreates, leavesFailedUpdates: options.leavesFailedUpdates,
      onEvent: event => this.versions.takeEvent(event),
    });
  }

  /** Deploys and lets everything come to rest, what CloudFormation has given up as well. */
  public async deploy(resources: JsonObject, options: DeployOptions = {}): Promise<StackResult> {
    const result = await this.run(this.begin(resources, options));
    await this.rest();
    return result;
  }

  /** Deploys, without letting time pass. */
  public begin(resources: JsonObject, options: DeployOptions = {}): Promise<StackResult> {
    const { stackName = STACK.stackName, outputs, version = 1, ...others } = options;
    const { novelty } = this.options;
    const template = { Resources: resources, ...outputs && { Outputs: outputs } };
    this.versions.ask(stackName, version);
    return this.cloudFormation.deploy({
      ...STACK, ...others, stackName, template: version === 2 && novelty ? renewed(template, novelty, this.known(stackName)) : template,
    });
  }

  /** Deletes the stack and lets everything come to rest. */
  public async delete(stackName: string = STACK.stackName): Promise<StackResult> {
    const result = await this.run(this.cloudFormation.deleteStack({ ...STACK, stackName }));
    await this.rest();
    return result;
  }

  public run<T>(main: Promise<T>): Promise<T> {
    return this.clock.run(main);
  }

  public pass(seconds: number): Promise<void> {
    return this.run(this.clock.sleep(seconds * 1000));
  }

  public rest(): Promise<void> {
    return this.pass(REST_MILLISECONDS / 1000);
  }

  /** A call of a service as somebody else, or to look. */
  public api(service: 'SESv2' | 'Global Accelerator' | 'WorkSpaces', operation: string, input: object, region: string = REGION): any {
    return this.dispatcher.dispatch(service, operation, input, { region: service === 'Global Accelerator' ? GLOBAL_ACCELERATOR_REGION : region });
  }

  /** What exists of ours, as `type id state`. */
  public exists(type?: string): string[] {
    const now = this.clock.now();
    return [this.ses, this.globalAccelerator, this.workSpaces].flatMap(simulator => simulator.inventory(now))
      .filter(item => type === undefined || item.type === type).map(item => item.id);
  }

  /** The calls of the services that the function made since a moment, those that were refused as well. */
  public calls(since: number = 0): CallRecord[] {
    return this.dispatcher.calls.filter(({ at, service }) => at >= since && service !== 'SFN');
  }

  public status(stackName: string = STACK.stackName): string | undefined {
    return this.cloudFormation.findStack({ ...STACK, stackName })?.status;
  }

  public physicalId(logicalId: string): string {
    return this.cloudFormation.findStack(STACK)!.resources.get(logicalId)!.physicalId!;
  }

  public attribute(logicalId: string, name: string): string {
    return this.cloudFormation.findStack(STACK)!.resources.get(logicalId)!.attributes[name] as string;
  }

  /** The reasons of the events of a resource, one below the other. */
  public reasons(logicalId?: string): string {
    return this.cloudFormation.events.filter(event => logicalId === undefined || event.logicalId === logicalId)
      .map(({ status, reason }) => reason && `${status}: ${reason}`).filter(Boolean).join('\n');
  }

  /** `LogicalId Request -> answer` of all requests, e.g. for a message of a test. */
  public requests(): string[] {
    return this.buckets.requests.map(({ event, effectiveAnswers: [answer], status }) =>
      `${event.LogicalResourceId} ${event.RequestType} -> ${answer ? JSON.parse(answer.body).Status : status}`);
  }

  private known(stackName: string): Set<string> {
    return new Set(this.cloudFormation.findStack({ ...STACK, stackName })?.resources.keys());
  }

  private onInvoke(info: InvocationInfo): InvocationFault | undefined {
    this.invocations++;
    return this.options.onInvoke?.(info, JSON.parse(info.payload));
  }

  private code(process: Process): LifecycleFunction {
    const client = (serviceId: string, region: string): Client => this.client(process, serviceId, region);
    const handlers = Object.assign({}, ...SERVICES.map(service => service.open(new Dice(1, 'handlers')).handlers(client)));
    const { clock } = this;
    const code = lifecycleFunction(handlers, request => ({
      clock: {
        now: () => clock.now(),
        sleep: async milliseconds => {
          await clock.sleep(milliseconds);
          await (process.alive || never());
        },
      },
      log: jsonLogger(request, () => undefined),
      waiter: new StepFunctionsWaiter(client('SFN', REGION) as any, MACHINE_ARN),
      transport: { put: async (url, body) => process.alive ? this.buckets.acceptResponse(url, body).status : never() },
      random: () => 0.5,
    }));
    return this.options.novelty
      ? versioned(code, event => this.requestOf(event), stackId => this.versions.of(stackId.split('/')[1]))
      : code;
  }

  private requestOf(event: unknown): CustomResourceEvent {
    const id = /"[Rr]equestId":"([^"]+)"/.exec(JSON.stringify(event))![1];
    return this.buckets.requests.find(request => request.event.RequestId === id)!.event;
  }

  /** A client with the SDK's retries, as the function sets them, whose lost answers take their time. */
  private client(process: Process, serviceId: string, region: string): Client {
    const client = new InProcessClient(this.dispatcher, serviceId, { region });
    return {
      send: async command => {
        const { invocation } = process;
        const isDead = (): boolean => !process.alive || process.invocation !== invocation;
        const outcome = isDead() ? never() : await this.attempt(client, command, isDead, CLIENT_SETTINGS.maxAttempts);
        return isDead() ? never() : outcome;
      },
    };
  }

  private async attempt(client: InProcessClient, command: any, isDead: () => boolean, left: number): Promise<unknown> {
    try {
      return await client.send(command);
    } catch (error) {
      const { name } = error as Error;
      if (name === 'TimeoutError') {
        await this.clock.sleep(CALL_TIMEOUT_MILLISECONDS);
      }
      if (isDead()) {
        return never();
      }
      if (left <= 1 || !/Timeout|Throttling|TooManyRequests/.test(name)) {
        throw error;
      }
      await this.clock.sleep(RETRY_MILLISECONDS);
      return this.attempt(client, command, isDead, left - 1);
    }
  }
}

/** A resource of ours. */
export function ours(type: string, properties: JsonObject, others: JsonObject = {}): JsonObject {
  return { Type: type, Properties: { ServiceToken: FUNCTION_ARN, Schema: '1', ...properties }, ...others };
}

let breakers = 0;

/** A resource that fails so many seconds after its begin, each time that it is declared. */
export function failing(afterSeconds: number, dependsOn?: string): JsonObject {
  return {
    Type: BREAKER_TYPE,
    Properties: { Revision: String(++breakers), FailsAfter: afterSeconds },
    ...dependsOn && { DependsOn: dependsOn },
  };
}

/** A resource that never fails and never changes. */
export function quiet(): JsonObject {
  return { Type: BREAKER_TYPE, Properties: { Revision: 'quiet' } };
}

/** Answers so many calls with an error. */
export function refusing(operation: string | RegExp, error: ServiceError, times: number = Infinity): Interceptor {
  let left = times;
  return call => (typeof operation === 'string' ? call.operation === operation : operation.test(call.operation)) && left-- > 0
    ? { before: error } : undefined;
}

export function denying(service: RegExp, operation: RegExp = /./): Interceptor {
  return call => service.test(call.service) && operation.test(call.operation)
    ? { before: new ServiceError('AccessDeniedException', `User is not authorized to perform: ${call.operation}`, 403) } : undefined;
}

const BREAKER: ResourceProvisioner = {
  create: async (context, properties) => {
    if (properties.FailsAfter !== undefined) {
      await pause(context, Number(properties.FailsAfter) * 1000);
      throw new ProvisioningError('The breaker fails, as it was told to.');
    }
    return { physicalId: `${context.stackName}-${context.logicalId}`, attributes: {} };
  },
  update: async (context, physicalId, properties) => {
    await BREAKER.create(context, properties);
    return { physicalId, attributes: {} };
  },
  delete: async () => undefined,
};

/** Each time another one, so that nothing keeps what waits. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
