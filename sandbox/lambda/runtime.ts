import * as fs from 'node:fs';
import { ClientRequest, IncomingMessage } from 'node:http';
import * as path from 'node:path';
import { Writable } from 'node:stream';
import { format } from 'node:util';
import { builtinModules } from './builtin-modules';
import { seededRandom } from './determinism';
import { EnvironmentTimers } from './environment-timers';
import { HttpActivity } from './http-activity';
import { Globals, loadCommonJs, realm } from './module-loader';
import { TimeSource, virtualGlobals } from './virtual-globals';
import { virtualProcess } from './virtual-process';

/** The answer of Lambda for an invocation that failed. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: string[];
}

/** How an invocation ended; the payload is JSON text. */
export type Outcome = { readonly payload: string } | { readonly error: FunctionError };

export interface FunctionCode {
  /** The directory of the asset. */
  readonly directory: string;
  /** File and export, e.g. `index.handler`. */
  readonly handler: string;
  /** The whole environment of the process. */
  readonly environment: Record<string, string>;
}

/** Says, on every request of a function, in which invocation it was made; what AWS writes into its trace header. */
export const INVOCATION_HEADER = 'x-sandbox-invocation';

/** What one invocation gives the code. */
export interface InvocationInput {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  /** Lambda's context object, without what the runtime itself adds. */
  readonly context: Record<string, unknown>;
  /** Milliseconds since the epoch at which the invocation is cut off. */
  readonly deadline: number;
  /** The process dies when the outgoing HTTP call of this number has taken effect. */
  readonly crashAfterCalls?: number;
}

type Handler = (event: unknown, context: object) => unknown;

interface RunningInvocation {
  readonly input: InvocationInput;
  readonly end: (outcome: Outcome) => void;
  calls: number;
}

/** Runs the code of Lambda functions in this process, on a virtual clock, with no change to the code. */
export class LambdaRuntime {
  private readonly activity = new HttpActivity();
  private environments = 0;

  constructor(private readonly time: TimeSource) {}

  /** Resolves when no function can go on without the clock moving on. */
  public untilIdle(): Promise<void> {
    return this.activity.untilIdle();
  }

  /** @param log takes the lines that the code writes */
  public createEnvironment(code: FunctionCode, log: (line: string) => void): ExecutionEnvironment {
    const random = seededRandom(`${code.environment.AWS_LAMBDA_FUNCTION_NAME} ${++this.environments}`);
    return new ExecutionEnvironment(code, this.time, this.activity, log, random);
  }
}

/** One process of a Lambda function: its module, loaded at the first invocation and used again by later ones. */
export class ExecutionEnvironment {
  private readonly timers: EnvironmentTimers;
  private readonly globals: Globals;
  private handler?: Handler;
  private running?: RunningInvocation;
  private discarded = false;

  constructor(
    private readonly code: FunctionCode,
    time: TimeSource,
    private readonly activity: HttpActivity,
    private readonly log: (line: string) => void,
    random: () => number,
  ) {
    this.timers = new EnvironmentTimers(time, callback => this.guard(callback));
    this.globals = {
      ...virtualGlobals(this.timers, random),
      console: this.virtualConsole(),
      process: this.virtualProcess(),
      fetch: refusedFetch,
    };
  }

  /** Whether another invocation can use it. */
  public get usable(): boolean {
    return !this.discarded;
  }

  /** Runs one invocation. An environment runs one at a time. */
  public run(input: InvocationInput): Promise<Outcome> {
    return new Promise(resolve => {
      this.running = { input, calls: 0, end: resolve };
      this.timers.thaw();
      void this.execute(input).then(outcome => this.end(outcome));
    });
  }

  /** Ends the process: the running invocation fails with the error, and what the code still does has no effect. */
  public kill(error: FunctionError): void {
    this.discard();
    this.running?.end({ error });
    this.running = undefined;
  }

  /** Gives up the process between two invocations. */
  public discard(): void {
    this.discarded = true;
    this.timers.discard();
  }

  private async execute(input: InvocationInput): Promise<Outcome> {
    try {
      this.handler ??= this.load();
    } catch (error) {
      this.discard();
      return { error: describeError(error) };
    }
    try {
      const result = await this.handler(realm.JSON.parse(input.event), this.contextOf(input));
      return { payload: realm.JSON.stringify(result) ?? 'null' };
    } catch (error) {
      return { error: describeError(error) };
    }
  }

  private end(outcome: Outcome): void {
    this.timers.freeze();
    this.running?.end(outcome);
    this.running = undefined;
  }

  private load(): Handler {
    const dot = this.code.handler.lastIndexOf('.');
    const module = this.code.handler.slice(0, dot);
    const name = this.code.handler.slice(dot + 1);
    const exports = loadCommonJs(
      this.fileOf(module), this.globals, builtinModules(this.globals, start => this.request(start)),
    ) as Record<string, unknown>;
    const handler = exports[name];
    if (typeof handler !== 'function') {
      throw runtimeError('Runtime.HandlerNotFound', `${this.code.handler} is undefined or not exported`);
    }
    return handler as Handler;
  }

  private fileOf(module: string): string {
    const candidates = ['.js', '.cjs'].map(extension => path.resolve(this.code.directory, module + extension));
    const file = candidates.find(candidate => fs.existsSync(candidate));
    if (!file) {
      throw runtimeError(
        'Runtime.ImportModuleError', `Error: Cannot find module '${module}' in ${this.code.directory}`);
    }
    return file;
  }

  private contextOf(input: InvocationInput): object {
    return {
      ...input.context,
      awsRequestId: input.requestId,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, input.deadline - this.timers.now()),
    };
  }

  private virtualProcess(): NodeJS.Process {
    return virtualProcess({
      environment: this.code.environment,
      time: this.timers,
      write: text => this.write(text.replace(/\n$/, '')),
      exit: code => this.crash('Runtime.ExitError', `Runtime exited with error: exit status ${code}`),
    });
  }

  private virtualConsole(): object {
    const printer = (level: string) => (...args: unknown[]) => this.print(level, format(...args));
    return {
      ...console,
      log: printer('INFO'),
      info: printer('INFO'),
      debug: printer('DEBUG'),
      warn: printer('WARN'),
      error: printer('ERROR'),
      trace: printer('TRACE'),
    };
  }

  private print(level: string, text: string): void {
    const time = new Date(this.timers.now()).toISOString();
    this.write(`${time}\t${this.running?.input.requestId ?? ''}\t${level}\t${text}`);
  }

  private write(line: string): void {
    if (!this.discarded) {
      this.log(line);
    }
  }

  private crash(errorType: string, message: string): void {
    this.kill({ errorType, errorMessage: `RequestId: ${this.running?.input.requestId ?? ''} Error: ${message}` });
  }

  /** Runs a callback of the code; what it throws would end the process. */
  private guard<T>(callback: () => T): T | undefined {
    try {
      return callback();
    } catch (error) {
      const { errorType, errorMessage, trace } = describeError(error);
      this.print('ERROR', `Uncaught Exception\t${trace?.join('\n') ?? errorMessage}`);
      this.kill({ errorType, errorMessage, trace });
      return undefined;
    }
  }

  private request(start: () => ClientRequest): ClientRequest {
    if (this.discarded) {
      return new InertRequest() as unknown as ClientRequest;
    }
    const fatal = this.running !== undefined && ++this.running.calls === this.running.input.crashAfterCalls;
    const request = start();
    if (this.running) {
      request.setHeader(INVOCATION_HEADER, this.running.input.requestId);
    }
    // Without the query: that of a ResponseURL is a secret.
    const [resource] = request.path.split('?');
    const end = this.activity.begin(`${request.method} ${request.protocol}//${request.host}${resource}`);
    const emit = request.emit.bind(request);
    request.emit = (event: string | symbol, ...args: unknown[]): boolean => {
      if (event === 'close') {
        end();
      }
      if (fatal && (event === 'response' || event === 'error')) {
        this.crash('Runtime.ExitError', 'Runtime exited with error: signal: killed');
      }
      if (this.discarded) {
        drain(event, args[0]);
        return true;
      }
      return this.guard(() => emit(event, ...args)) ?? true;
    };
    return request;
  }
}

/** Reads the response that nobody will read any more, so that its connection becomes free. */
function drain(event: string | symbol, response: unknown): void {
  if (event === 'response') {
    (response as IncomingMessage).resume();
  }
}

/** What a process that is gone gets for a request: nothing is ever sent, nothing ever comes back. */
class InertRequest extends Writable {
  public _write(): void { /* never calls back: the process is gone */ }

  public setHeader(): this { return this; }

  public setTimeout(): this { return this; }

  public setNoDelay(): void { /* there is no connection */ }

  public setSocketKeepAlive(): void { /* there is no connection */ }

  public flushHeaders(): void { /* there is no connection */ }

  public abort(): void { /* there is no connection */ }
}

async function refusedFetch(resource: unknown): Promise<never> {
  throw new Error(
    `A Lambda function in the sandbox cannot fetch ${String(resource)}: the sandbox sees only requests through `
    + 'node:http and node:https, and could not tell when this is over. Use those.',
  );
}

function runtimeError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** Not by `instanceof`: the code may live in another context than this file. */
function describeError(thrown: unknown): FunctionError {
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown)) {
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  }
  const { name, message, stack } = thrown as Error;
  return { errorType: name || 'Error', errorMessage: String(message), trace: String(stack ?? '').split('\n') };
}
