import { classify, quote, ResourceError } from './errors';
import type { ServiceRate } from './fair-share';
import type { Location, ResourceHandler } from './handler';
import { executionName } from './execution';
import { nothingCreatedId, sha256 } from './ownership';
import type { Runtime } from './ports';
import { fromWaiterInput, isCloudFormationEvent, toRequest, toWaiterInput, type Request } from './request';
import { send } from './response';
import { NO_PROGRESS, abandon, type Answer, type Progress, type StepResult } from './progress';
import { runStep } from './step';
import { FUNCTION_TIMEOUT_SECONDS } from '../../src/wire/lifecycle';

/** The last seconds of an invocation are for its orderly end. */
const RESERVE_SECONDS = 8;
/** So long the first invocation tries to start the execution itself before it leaves that to Lambda's repetition. */
const START_SECONDS = 35;
/** Lambda repeats a failed invocation twice, within about four minutes; what still fails then has to be answered. */
const LEAVE_TO_LAMBDA_SECONDS = 150;

/**
 * Step Functions grants ListExecutions so often at once, and then a second.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const LISTS = { burst: 100, perSecond: 2 };
const LISTS_IN_LARGE_REGIONS = { burst: 200, perSecond: 5 };
const LARGE_REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];

/** Input and output of the state machine's steps. */
export interface WaiterInput {
  readonly request: Record<string, unknown>;
  readonly progress: Progress;
  readonly waitSeconds: number;
  readonly functionArn: string;
  readonly done: boolean;
  /** Set by the state machine when its steps kept failing. */
  readonly fault?: Fault;
}

interface Fault {
  readonly Error?: string;
  readonly Cause?: string;
}

/** The part of Lambda's context that the engine uses. */
export interface InvocationContext {
  readonly invokedFunctionArn: string;
}

export type LifecycleFunction = (event: unknown, context: InvocationContext) => Promise<WaiterInput | undefined>;

/**
 * The function of one service: takes requests of CloudFormation and steps of the state machine.
 *
 * @param handlers by resource type
 * @param runtimeFor makes the ports for one request; called once per invocation
 * @param rate that AWS grants for the calls of the service. @default - not published
 */
export function lifecycleFunction(
  handlers: Readonly<Record<string, ResourceHandler<any>>>,
  runtimeFor: (request?: Request) => Runtime,
  rate?: ServiceRate,
): LifecycleFunction {
  return async (event, { invokedFunctionArn }) => {
    const startedAt = runtimeFor().clock.now();
    const giveUpAt = startedAt + (FUNCTION_TIMEOUT_SECONDS - RESERVE_SECONDS) * 1000;
    if (isCloudFormationEvent(event)) {
      const request = toRequest(event, startedAt);
      return new Invocation(handlers, request, runtimeFor(request), invokedFunctionArn, giveUpAt, rate).begin();
    }
    const input = event as WaiterInput;
    const request = fromWaiterInput(input.request);
    return new Invocation(handlers, request, runtimeFor(request), invokedFunctionArn, giveUpAt, rate).proceed(input);
  };
}

/** One invocation of the function. */
class Invocation {
  constructor(
    private readonly handlers: Readonly<Record<string, ResourceHandler<any>>>,
    private readonly request: Request,
    private readonly runtime: Runtime,
    private readonly functionArn: string,
    private readonly giveUpAt: number,
    private readonly rate: ServiceRate | undefined,
  ) {}

  /** CloudFormation's request starts its one execution. Who comes second finds it there and leaves it alone. */
  public async begin(): Promise<undefined> {
    const name = executionName(this.request);
    try {
      const found = await this.start(name, this.waiterInput(NO_PROGRESS, this.firstWaitSeconds(name), false));
      this.runtime.log.write('INFO', found === 'started' ? 'Started the execution' : 'The execution exists already', { execution: name });
    } catch (error) {
      await this.answerUnstarted(error);
    }
    return undefined;
  }

  /** A step in the state machine. */
  public async proceed(input: WaiterInput): Promise<WaiterInput> {
    const { fault } = input;
    if (fault && !mayPass(fault)) {
      await this.answer(abandon(this.request, input.progress, this.faultText(fault)));
      return this.waiterInput(input.progress, 0, true);
    }
    const progress = fault ? { ...input.progress, lastError: `the function failed with ${textOf(fault)}` } : input.progress;
    const result = await this.step(progress);
    if (result.kind === 'answer') {
      await this.answer(result.answer);
      return this.waiterInput(progress, 0, true);
    }
    return this.waiterInput(result.progress, result.seconds, false);
  }

  private async step(progress: Progress): Promise<StepResult> {
    const handler = this.handlers[this.request.resourceType];
    if (!handler) {
      const known = Object.keys(this.handlers).join(', ');
      const reason = `Resource type '${this.request.resourceType}' is not known to this function, which serves ${known}. `
        + 'Deploy function and resource with the same version of cdk-multi-region.';
      return { kind: 'answer', answer: abandon(this.request, progress, reason) };
    }
    const result = await runStep(handler, this.request, progress, this.runtime, locationOf(this.functionArn), this.rate);
    if (result.kind === 'wait') {
      this.runtime.log.write('INFO', `Waiting for ${result.progress.until ?? 'the state machine'}`, {
        attempt: result.progress.steps, waitSeconds: result.seconds, physicalId: result.progress.physicalId,
      });
    }
    return result;
  }

  private async answer(answer: Answer): Promise<void> {
    const delivered = await send(this.request, answer, this.runtime, this.giveUpAt);
    this.runtime.log.write(answer.status === 'SUCCESS' ? 'INFO' : 'ERROR', delivered ? 'Answered' : 'Answer not taken', {
      status: answer.status, physicalId: answer.physicalId, reason: answer.reason,
    });
  }

  /** The first step lists the executions. Where hundreds of requests may come at once, those lists are spread by name. */
  private firstWaitSeconds(name: string): number {
    const { resourceCount = 0 } = this.runtime;
    const { burst, perSecond } = LARGE_REGIONS.includes(locationOf(this.functionArn).region) ? LISTS_IN_LARGE_REGIONS : LISTS;
    const position = parseInt(sha256(name).slice(0, 8), 16) / 2 ** 32;
    return Math.floor(position * Math.max(0, resourceCount - burst) / perSecond);
  }

  /** What may pass is left to Lambda, which invokes the function again, as long as it does. */
  private async answerUnstarted(error: unknown): Promise<void> {
    const kind = classify(error);
    const age = (this.runtime.clock.now() - this.request.requestedAt) / 1000;
    if (kind !== 'permanent' && age < LEAVE_TO_LAMBDA_SECONDS) {
      throw error;
    }
    const answer = abandon(this.request, NO_PROGRESS, `'${this.request.logicalResourceId}': the state machine that waits could not be started: `
      + `${quote(error)}. Nothing was created or deleted. Check the permissions of the function (boundary, service control policy) and deploy again.`);
    // After a denial there is no execution. After any other error one may have been started all the same.
    const isCertain = this.request.operation === 'Create' && kind === 'denied';
    await this.answer(isCertain ? { ...answer, physicalId: nothingCreatedId(this.request) } : answer);
  }

  /** Permissions of a new role and a busy Step Functions need a moment. */
  private async start(name: string, input: WaiterInput): Promise<'started' | 'exists'> {
    const lastTry = this.runtime.clock.now() + START_SECONDS * 1000;
    for (;;) {
      try {
        return await this.runtime.waiter.start(name, input);
      } catch (error) {
        if (classify(error) === 'permanent' || this.runtime.clock.now() >= lastTry) {
          throw error;
        }
        await this.runtime.clock.sleep(2000 + 3000 * this.runtime.random());
      }
    }
  }

  private waiterInput(progress: Progress, waitSeconds: number, done: boolean): WaiterInput {
    return { request: toWaiterInput(this.request), progress, waitSeconds, functionArn: this.functionArn, done };
  }

  private faultText(fault: Fault): string {
    return `'${this.request.logicalResourceId}': the function kept failing with ${textOf(fault)}. Its log group has the details; deploy again when the cause is mended.`;
  }
}

/**
 * Whether the function did not run, or not to its end, though nothing is wrong with it: Lambda was busy or had a failure, what the
 * function needs was not ready, or a call took too long. `Lambda.Unknown` is a crash.
 */
function mayPass({ Error: name = '' }: Fault): boolean {
  return ['Sandbox.Timedout', 'States.Timeout'].includes(name) || (name.startsWith('Lambda.') && name !== 'Lambda.Unknown');
}

function textOf({ Error: name = 'an unknown error', Cause: cause }: Fault): string {
  return `${name}${messageOf(cause)}`;
}

/** The message inside Lambda's report of an error, without the stack trace. */
function messageOf(cause: string | undefined): string {
  try {
    const { errorMessage } = JSON.parse(cause ?? '') as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? `: ${errorMessage.slice(0, 500)}` : '';
  } catch {
    return '';
  }
}

/** `arn:aws:lambda:eu-west-1:123456789012:function:name` */
function locationOf(functionArn: string): Location {
  const [, partition, , region, accountId] = functionArn.split(':');
  if (!partition || !region || !accountId) {
    throw new ResourceError(`'${functionArn}' is not the ARN of a function.`);
  }
  return { partition, region, accountId };
}
