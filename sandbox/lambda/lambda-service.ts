import { hash } from 'node:crypto';
import { seededUuid } from './determinism';
import { InvocationFault, InvocationFaults, InvocationInfo } from './invocation-faults';
import { InvocationLog } from './invocation-log';
import { ExecutionEnvironment, FunctionError, LambdaRuntime, Outcome } from './runtime';
import { TimeSource } from './virtual-globals';
import { LambdaFunctionSettings, LambdaPort } from '../cloudformation/ports';
import { ServiceError } from '../services/service';

export interface LambdaServiceOptions {
  readonly clock: TimeSource;
  readonly partition: string;
  readonly accountId: string;
  /** Where the functions' SDK clients send their calls. Asked at each cold start. */
  readonly endpointUrl: () => string;
  /** Called for each function's credentials, so that its calls can be traced back to its role. */
  readonly registerCredentials: (accessKeyId: string, roleArn: string) => void;
  readonly faults?: InvocationFaults;
  /**
   * How many invocations an account may run in a Region at once. AWS grants 1,000, and new accounts fewer, as few as 10.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
   * @default 1000
   */
  readonly concurrency?: number;
}

/** An error of an invocation. `service`: Lambda refused it, as opposed to the function failing. */
export interface InvocationError extends FunctionError {
  readonly service?: boolean;
}

/** The answer to a synchronous invocation. */
export type InvocationResult = { readonly payload: unknown } | { readonly error: InvocationError };

export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly line: string;
}

type RunnableSettings = LambdaFunctionSettings & { readonly codeDirectory: string };

interface LambdaFunction {
  readonly arn: string;
  readonly region: string;
  settings: RunnableSettings;
  /** Warm environments that run nothing at the moment. */
  idle: ExecutionEnvironment[];
}

interface QueuedEvent {
  readonly functionArn: string;
  readonly requestId: string;
  readonly payload: string;
  readonly queuedAt: number;
  readonly duplicate: boolean;
  failures: number;
  throttles: number;
}

type AttemptResult = { readonly outcome: Outcome } | { readonly throttled: true };

// AWS Lambda developer guide: "Lambda quotas" and "How Lambda handles errors and retries with asynchronous invocation".
const MAX_ASYNC_PAYLOAD_BYTES = 256 * 1024;
const MAX_SYNC_PAYLOAD_BYTES = 6 * 1024 * 1024;
const RETRY_DELAYS_MS = [60_000, 120_000];
const MAX_EVENT_AGE_MS = 6 * 3600 * 1000;
const FIRST_THROTTLE_DELAY_MS = 1000;
const MAX_THROTTLE_DELAY_MS = 5 * 60 * 1000;
const DEFAULT_CONCURRENCY = 1000;
const EXECUTION_ENVIRONMENT = 'AWS_Lambda_nodejs24.x';

/** Lambda functions and the rules by which Lambda invokes them, on a virtual clock. */
export class LambdaService implements LambdaPort {
  /** Which custom resource each invocation was for, and what went wrong with it on demand. */
  public readonly invocations = new InvocationLog();
  private readonly runtime: LambdaRuntime;
  private readonly functions = new Map<string, LambdaFunction>();
  private readonly logLines = new Map<string, LogLine[]>();
  /** Invocations that run at the moment, by Region. */
  private readonly concurrent = new Map<string, number>();
  private sequence = 0;

  constructor(private readonly options: LambdaServiceOptions) {
    this.runtime = new LambdaRuntime(options.clock);
  }

  public createFunction(region: string, settings: LambdaFunctionSettings): { arn: string } {
    const arn = this.arnOf(region, settings.name);
    if (this.functions.has(arn)) {
      throw new ServiceError('ResourceConflictException', `Function already exist: ${settings.name}`, 409);
    }
    this.functions.set(arn, { arn, region, settings: this.accept(settings), idle: [] });
    return { arn };
  }

  public updateFunction(region: string, settings: LambdaFunctionSettings): { arn: string } {
    const target = this.find(this.arnOf(region, settings.name));
    target.settings = this.accept(settings);
    target.idle.forEach(environment => environment.discard());
    target.idle = [];
    return { arn: target.arn };
  }

  public deleteFunction(region: string, name: string): void {
    const target = this.find(this.arnOf(region, name));
    target.idle.forEach(environment => environment.discard());
    this.functions.delete(target.arn);
  }

  /** Puts an event into the function's queue: it is delivered at least once, and again after an error or a timeout. */
  public invokeAsync(functionArn: string, payload: unknown): void {
    const target = this.find(functionArn);
    const text = JSON.stringify(payload);
    const size = Buffer.byteLength(text);
    if (size > MAX_ASYNC_PAYLOAD_BYTES) {
      throw new ServiceError('RequestTooLargeException', tooLarge(size, MAX_ASYNC_PAYLOAD_BYTES), 413);
    }
    this.schedule({
      functionArn,
      requestId: this.nextRequestId(target),
      payload: text,
      queuedAt: this.options.clock.now(),
      duplicate: false,
      failures: 0,
      throttles: 0,
    }, 0);
  }

  /** Runs a function and waits for its answer. */
  public async invoke(functionArn: string, payload: unknown): Promise<InvocationResult> {
    const target = this.functions.get(functionArn);
    if (!target) {
      return refused('ResourceNotFoundException', `Function not found: ${functionArn}`);
    }
    const text = JSON.stringify(payload);
    if (Buffer.byteLength(text) > MAX_SYNC_PAYLOAD_BYTES) {
      return refused('RequestTooLargeException', tooLarge(Buffer.byteLength(text), MAX_SYNC_PAYLOAD_BYTES));
    }
    const requestId = this.nextRequestId(target);
    const fault = this.faultOf({
      functionName: target.settings.name,
      functionArn: target.arn,
      requestId,
      payload: text,
      invocationType: 'RequestResponse',
      attempt: 1,
      duplicate: false,
    });
    if (fault?.refusal) {
      return refused(fault.refusal, 'Lambda could not run the function.');
    }
    const attempt = await this.attempt(target, requestId, text, fault);
    if ('throttled' in attempt) {
      return refused('TooManyRequestsException', 'Rate Exceeded.');
    }
    return 'error' in attempt.outcome ? attempt.outcome : { payload: JSON.parse(attempt.outcome.payload) };
  }

  /** What the functions of this name have logged, also when they are deleted. */
  public logs(functionName: string): LogLine[] {
    return this.logLines.get(functionName) ?? [];
  }

  /** Resolves when no function can go on without the clock moving on. */
  public untilIdle(): Promise<void> {
    return this.runtime.untilIdle();
  }

  private accept(settings: LambdaFunctionSettings): RunnableSettings {
    const { codeDirectory } = settings;
    if (codeDirectory === undefined) {
      throw new Error(
        `Lambda function '${settings.name}': its code is in the template, and the sandbox runs only code from an `
        + 'asset. Use Code.fromAsset.',
      );
    }
    this.options.registerCredentials(credentialsOf(settings.roleArn).accessKeyId, settings.roleArn);
    return { ...settings, codeDirectory };
  }

  private schedule(event: QueuedEvent, delayMs: number): void {
    this.options.clock.setTimeout(() => void this.deliver(event), delayMs);
  }

  private async deliver(event: QueuedEvent): Promise<void> {
    const target = this.functions.get(event.functionArn);
    if (!target) {
      return;
    }
    if (this.options.clock.now() - event.queuedAt > MAX_EVENT_AGE_MS) {
      this.drop(target, event, 'it is older than six hours');
      return;
    }
    const fault = this.faultOf({
      functionName: target.settings.name,
      functionArn: target.arn,
      requestId: event.requestId,
      payload: event.payload,
      invocationType: 'Event',
      attempt: 1 + event.failures + event.throttles,
      duplicate: event.duplicate,
    });
    if (fault?.duplicateAfterMs !== undefined && !event.duplicate) {
      this.schedule({ ...event, duplicate: true }, fault.duplicateAfterMs);
    }
    const attempt = await this.attempt(target, event.requestId, event.payload, fault);
    if ('throttled' in attempt) {
      this.schedule(event, Math.min(FIRST_THROTTLE_DELAY_MS * 2 ** event.throttles++, MAX_THROTTLE_DELAY_MS));
    } else if ('error' in attempt.outcome) {
      this.retry(target, event);
    }
  }

  private faultOf(info: InvocationInfo): InvocationFault | undefined {
    const fault = this.options.faults?.onInvoke?.(info);
    this.invocations.add(this.options.clock.now(), info, fault);
    return fault;
  }

  private retry(target: LambdaFunction, event: QueuedEvent): void {
    const delay = RETRY_DELAYS_MS[event.failures++];
    if (delay === undefined) {
      this.drop(target, event, `it failed ${event.failures} times`);
      return;
    }
    this.schedule(event, delay);
  }

  private drop(target: LambdaFunction, event: QueuedEvent, reason: string): void {
    this.log(target.settings.name, `EVENT DROPPED RequestId: ${event.requestId}: ${reason}`);
  }

  private async attempt(
    target: LambdaFunction, requestId: string, payload: string, fault: InvocationFault = {},
  ): Promise<AttemptResult> {
    if (fault.delayMs) {
      await new Promise<void>(resolve => this.options.clock.setTimeout(() => resolve(), fault.delayMs));
    }
    const { region } = target;
    const running = this.concurrent.get(region) ?? 0;
    if (fault.throttle || running >= (this.options.concurrency ?? DEFAULT_CONCURRENCY)) {
      return { throttled: true };
    }
    this.concurrent.set(region, running + 1);
    try {
      return { outcome: await this.run(target, requestId, payload, fault) };
    } finally {
      this.concurrent.set(region, this.concurrent.get(region)! - 1);
    }
  }

  private async run(
    target: LambdaFunction, requestId: string, payload: string, fault: InvocationFault,
  ): Promise<Outcome> {
    const { settings } = target;
    this.log(settings.name, `START RequestId: ${requestId} Version: $LATEST`);
    const environment = target.idle.pop() ?? this.coldStart(target);
    const outcome = fault.crash === 'before'
      ? crash(environment, requestId)
      : await this.runIn(environment, target, requestId, payload, fault);
    if (environment.usable && target.settings === settings) {
      target.idle.push(environment);
    }
    if ('error' in outcome) {
      this.log(settings.name, `${requestId}\tERROR\t${outcome.error.errorType}: ${outcome.error.errorMessage}`);
    }
    this.log(settings.name, `END RequestId: ${requestId}`);
    return outcome;
  }

  private async runIn(
    environment: ExecutionEnvironment,
    target: LambdaFunction,
    requestId: string,
    payload: string,
    fault: InvocationFault,
  ): Promise<Outcome> {
    const { clock } = this.options;
    const { timeoutSeconds } = target.settings;
    const timedOut: FunctionError = {
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
    };
    if (fault.hang) {
      await new Promise<void>(resolve => clock.setTimeout(() => resolve(), timeoutSeconds * 1000));
      environment.discard();
      return { error: timedOut };
    }
    const cutOff = clock.setTimeout(() => environment.kill(timedOut), timeoutSeconds * 1000);
    const outcome = await environment.run({
      requestId,
      event: payload,
      context: contextOf(target),
      deadline: clock.now() + timeoutSeconds * 1000,
      crashAfterCalls: typeof fault.crash === 'object' ? fault.crash.afterCalls : undefined,
    });
    clock.clearTimeout(cutOff);
    return fault.crashAfterReturn ? crash(environment, requestId) : limited(outcome);
  }

  private coldStart(target: LambdaFunction): ExecutionEnvironment {
    const { settings } = target;
    const code = {
      directory: settings.codeDirectory,
      handler: settings.handler,
      environment: this.environmentOf(target),
    };
    return this.runtime.createEnvironment(code, line => this.log(settings.name, line));
  }

  private environmentOf(target: LambdaFunction): Record<string, string> {
    const { settings, region } = target;
    const credentials = credentialsOf(settings.roleArn);
    return {
      AWS_ENDPOINT_URL: this.options.endpointUrl(),
      // The host may run an older Node than Lambda; the SDK's advice about that is no concern of the function.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...settings.environment,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: settings.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memorySize),
      AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(settings),
      AWS_EXECUTION_ENV: EXECUTION_ENVIRONMENT,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      _HANDLER: settings.handler,
      TZ: ':UTC',
    };
  }

  private find(arn: string): LambdaFunction {
    const found = this.functions.get(arn);
    if (!found) {
      throw new ServiceError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
    }
    return found;
  }

  private arnOf(region: string, name: string): string {
    return `arn:${this.options.partition}:lambda:${region}:${this.options.accountId}:function:${name}`;
  }

  private nextRequestId(target: LambdaFunction): string {
    return seededUuid(`${target.arn} ${++this.sequence}`);
  }

  private log(functionName: string, line: string): void {
    const lines = this.logLines.get(functionName) ?? [];
    lines.push({ timestamp: this.options.clock.now(), line });
    this.logLines.set(functionName, lines);
  }
}

/** Credentials that are always the same for a role, and say which one it is to nobody but the sandbox. */
function credentialsOf(roleArn: string): { accessKeyId: string; secretAccessKey: string; sessionToken: string } {
  const digest = hash('sha256', roleArn, 'hex').toUpperCase();
  return {
    accessKeyId: `ASIA${digest.slice(0, 16)}`,
    secretAccessKey: `secret-${digest.slice(16, 48)}`,
    sessionToken: `session-${digest.slice(48)}`,
  };
}

function logGroupOf(settings: LambdaFunctionSettings): string {
  return `/aws/lambda/${settings.name}`;
}

function contextOf(target: LambdaFunction): Record<string, unknown> {
  return {
    functionName: target.settings.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: target.arn,
    memoryLimitInMB: String(target.settings.memorySize),
    logGroupName: logGroupOf(target.settings),
    logStreamName: '[$LATEST]sandbox',
  };
}

function crash(environment: ExecutionEnvironment, requestId: string): Outcome {
  environment.discard();
  const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`;
  return { error: { errorType: 'Runtime.ExitError', errorMessage } };
}

function limited(outcome: Outcome): Outcome {
  if ('error' in outcome || Buffer.byteLength(outcome.payload) <= MAX_SYNC_PAYLOAD_BYTES) {
    return outcome;
  }
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_SYNC_PAYLOAD_BYTES} bytes).`;
  return { error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
}

function refused(errorType: string, errorMessage: string): InvocationResult {
  return { error: { errorType, errorMessage, service: true } };
}

function tooLarge(size: number, limit: number): string {
  return `${size} byte payload is too large for the invocation (limit ${limit} bytes)`;
}
