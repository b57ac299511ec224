import { classify, quote, ResourceError } from './errors';
import type { Place, ResourceHandler } from './handler';
import { executionName } from './ownership';
import type { Runtime } from './ports';
import { fromWaiterInput, isCloudFormationEvent, toRequest, toWaiterInput, type Request } from './request';
import { send } from './response';
import { NO_PROGRESS, abandon, runStep, type Answer, type Progress, type StepResult } from './step';
import { FUNCTION_TIMEOUT_SECONDS } from '../../src/wire/lifecycle';

/** The last seconds of an invocation are for its orderly end. */
const RESERVE_SECONDS = 8;
/** So long the first invocation tries to start the execution itself before it leaves that to Lambda's repetition. */
const START_SECONDS = 35;
/** Lambda repeats a failed invocation twice, within about four minutes; what still fails then has to be answered. */
const LEAVE_TO_LAMBDA_SECONDS = 150;

/** Input and output of the state machine's steps. */
export interface WaiterInput {
  readonly request: Record<string, unknown>;
  readonly progress: Progress;
  readonly waitSeconds: number;
  readonly functionArn: string;
  readonly done: boolean;
  /** Set by the state machine when its steps kept failing. */
  readonly fault?: { readonly Error?: string; readonly Cause?: string };
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
 */
export function lifecycleFunction(
  handlers: Readonly<Record<string, ResourceHandler<any>>>,
  runtimeFor: (request?: Request) => Runtime,
): LifecycleFunction {
  return async (event, { invokedFunctionArn }) => {
    const startedAt = runtimeFor().clock.now();
    const giveUpAt = startedAt + (FUNCTION_TIMEOUT_SECONDS - RESERVE_SECONDS) * 1000;
    if (isCloudFormationEvent(event)) {
      const request = toRequest(event, startedAt);
      return new Invocation(handlers, request, runtimeFor(request), invokedFunctionArn, giveUpAt).begin();
    }
    const input = event as WaiterInput;
    const request = fromWaiterInput(input.request);
    return new Invocation(handlers, request, runtimeFor(request), invokedFunctionArn, giveUpAt).proceed(input);
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
  ) {}

  /** CloudFormation's request: one step at once, the rest in the state machine. */
  public async begin(): Promise<undefined> {
    const result = await this.step(NO_PROGRESS, 'invocation');
    if (result.kind === 'answer') {
      await this.answer(result.answer);
      return undefined;
    }
    await this.hand(result);
    return undefined;
  }

  /** A step in the state machine. */
  public async proceed(input: WaiterInput): Promise<WaiterInput> {
    if (input.fault) {
      await this.answer(abandon(this.request, input.progress, this.faultText(input.fault)));
      return this.waiterInput(input.progress, 0, true);
    }
    const result = await this.step(input.progress, 'execution');
    if (result.kind === 'answer') {
      await this.answer(result.answer);
      return this.waiterInput(input.progress, 0, true);
    }
    return this.waiterInput(result.progress, result.seconds, false);
  }

  private async step(progress: Progress, worker: 'invocation' | 'execution'): Promise<StepResult> {
    const handler = this.handlers[this.request.resourceType];
    if (!handler) {
      const known = Object.keys(this.handlers).join(', ');
      const reason = `Resource type '${this.request.resourceType}' is not known to this function, which serves ${known}. `
        + 'Deploy function and resource with the same version of cdk-multi-region.';
      return { kind: 'answer', answer: abandon(this.request, progress, reason) };
    }
    const result = await runStep(handler, this.request, progress, worker, this.runtime, placeOf(this.functionArn));
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

  /** Hands the request over to its execution. Whoever comes second finds it there and leaves it alone. */
  private async hand(result: StepResult & { kind: 'wait' }): Promise<void> {
    const name = executionName(this.request);
    const progress = { ...result.progress, handedAt: this.runtime.clock.now() };
    try {
      if (await this.start(name, this.waiterInput(progress, result.seconds, false)) === 'started') {
        return;
      }
    } catch (error) {
      const age = (this.runtime.clock.now() - this.request.requestedAt) / 1000;
      if (classify(error) !== 'permanent' && age < LEAVE_TO_LAMBDA_SECONDS) {
        throw error;
      }
      await this.answer(abandon(this.request, result.progress,
        `'${this.request.logicalResourceId}': the state machine that waits could not be started: ${quote(error)}. Nothing was created `
        + 'or deleted. Check the permissions of the function (boundary, service control policy) and deploy again.'));
      return;
    }
    this.runtime.log.write('INFO', 'Another worker has this request already; leaving it alone', { execution: name });
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

  private faultText(fault: { readonly Error?: string; readonly Cause?: string }): string {
    return `'${this.request.logicalResourceId}': the function kept failing with ${fault.Error ?? 'an unknown error'}`
      + `${messageOf(fault.Cause)}. Its log group has the details; deploy again when the cause is mended.`;
  }
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
function placeOf(functionArn: string): Place {
  const [, partition, , region, accountId] = functionArn.split(':');
  if (!partition || !region || !accountId) {
    throw new ResourceError(`'${functionArn}' is not the ARN of a function.`);
  }
  return { partition, region, accountId };
}
