import { jsonLogger } from '../../lambda/lifecycle/aws-runtime';
import { classify } from '../../lambda/lifecycle/errors';
import type { ServiceRate } from '../../lambda/lifecycle/fair-share';
import { lifecycleFunction, type LifecycleFunction, type WaiterInput } from '../../lambda/lifecycle/function';
import type { ResourceHandler } from '../../lambda/lifecycle/handler';
import type { Runtime, Waiter } from '../../lambda/lifecycle/ports';
import type { CloudFormationEvent, Operation, Request } from '../../lambda/lifecycle/request';
import { VirtualClock } from '../../sandbox/kernel/virtual-clock';
import { ServiceDispatcher, type Interceptor } from '../../sandbox/services/dispatch';
import { InProcessClient } from '../../sandbox/services/in-process-client';
import type { ServiceSimulator } from '../../sandbox/services/service';
import { SCHEMA_VERSION } from '../../src/wire/lifecycle';

export const ACCOUNT = '111122223333';
export const STACK_ID = `arn:aws:cloudformation:eu-west-1:${ACCOUNT}:stack/Game/0a1b2c3d-0000-1111-2222-333344445555`;
const START = Date.UTC(2026, 0, 15, 12, 0, 0);

/** What CloudFormation got for a request. */
export interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data: Record<string, string>;
  /** Seconds since the request. */
  readonly after: number;
  /** All bodies that were PUT for this request, in order. */
  readonly bodies: string[];
}

export interface RequestOptions {
  readonly operation: Operation;
  readonly type: string;
  readonly properties: Record<string, unknown>;
  readonly oldProperties?: Record<string, unknown>;
  readonly physicalId?: string;
  readonly logicalId?: string;
  readonly stackId?: string;
  /** Deliveries of the event in seconds after the request. @default [0] */
  readonly deliveries?: number[];
  readonly requestId?: string;
}

/** How an invocation dies. */
export interface Crash {
  /** The n-th service call of the whole world from now, counted from 1, and whether it still takes effect. */
  readonly atCall: number;
  readonly effect: boolean;
}

export interface WorldOptions {
  readonly simulators: ServiceSimulator[];
  readonly region?: string;
  readonly interceptors?: Interceptor[];
  /** Status of each PUT to the response URL, by attempt counted from 0. @default - 200 */
  readonly responseStatus?: (attempt: number) => number;
  /** How long the list of executions does not show a new one. @default 0 */
  readonly listLagSeconds?: number;
  /** By which the engine paces its calls. @default - it does not */
  readonly rate?: ServiceRate;
  /** How often the SDK tries a call that is throttled. @default 1 */
  readonly sdkAttempts?: number;
  /** What jitter is made of. @default - always the middle */
  readonly random?: () => number;
  /** Makes the handlers from a function that gives a client for a service id in a Region. */
  handlers(client: (serviceId: string, region: string) => any): Record<string, ResourceHandler<any>>;
}

/**
 * The real engine and the real handlers on a virtual clock, with a simulated service, a state machine and a
 * CloudFormation that only sends requests: for tests of one resource type.
 */
export class World {
  public readonly clock = new VirtualClock(START);
  public readonly dispatcher: ServiceDispatcher;
  public readonly logLines: string[] = [];
  public readonly executions = new Map<string, Execution>();
  private readonly worker: LifecycleFunction;
  private readonly responses = new Map<string, string[]>();
  private readonly waiting = new Map<string, (body: string) => void>();
  private readonly functionArn: string;
  private crash?: Crash;
  private kill?: () => void;
  private broken?: string;
  private requests = 0;
  private puts = 0;

  constructor(private readonly options: WorldOptions) {
    const region = options.region ?? 'eu-west-1';
    this.functionArn = `arn:aws:lambda:${region}:${ACCOUNT}:function:Game-Worker`;
    this.dispatcher = new ServiceDispatcher({
      clock: this.clock, partition: 'aws', accountId: ACCOUNT, interceptors: options.interceptors,
    });
    options.simulators.forEach(simulator => this.dispatcher.register(simulator));
    const client = (serviceId: string, callRegion: string) => this.crashable(
      new InProcessClient(this.dispatcher, serviceId, { region: callRegion }));
    this.worker = lifecycleFunction(options.handlers(client), request => this.runtime(request), options.rate);
  }

  /** Sends a request and runs the world until CloudFormation has its answer, and all workers have come to rest. */
  public async request(options: RequestOptions): Promise<Answer> {
    const answer = this.send(options);
    const result = await this.clock.run(answer);
    await this.clock.run(this.rest());
    return result;
  }

  /** Sends a request without waiting; for what happens in the meantime. */
  public send(options: RequestOptions): Promise<Answer> {
    const requestId = options.requestId ?? `request-${++this.requests}`;
    const requestedAt = this.clock.now();
    const event = this.event(options, requestId);
    const bodies: string[] = this.responses.get(requestId) ?? [];
    this.responses.set(requestId, bodies);
    const answered = new Promise<string>(resolve => this.waiting.set(requestId, resolve));
    for (const delay of options.deliveries ?? [0]) {
      void this.deliver(event, delay * 1000);
    }
    return answered.then(body => ({ ...JSON.parse(body), after: (this.clock.now() - requestedAt) / 1000, bodies }));
  }

  /** Runs the world for some seconds, or until a promise ends. */
  public async pass(seconds: number): Promise<void> {
    await this.clock.run(this.clock.sleep(seconds * 1000));
  }

  /** From now on steps of the state machine fail, but not those that are told so. */
  public breakSteps(message: string): void {
    this.broken = message;
  }

  public crashAt(crash: Crash): void {
    this.crash = crash;
  }

  public calls(operation?: string): string[] {
    const names = this.dispatcher.calls.map(call => call.operation);
    return operation ? names.filter(name => name === operation) : names;
  }

  public log(): string {
    return this.logLines.join('\n');
  }

  private event(options: RequestOptions, requestId: string): CloudFormationEvent {
    const date = new Date(this.clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
    return {
      RequestType: options.operation,
      ResponseURL: `https://response.test/${requestId}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${date}`
        + '&X-Amz-Expires=7200&X-Amz-Signature=5ec7e7',
      StackId: options.stackId ?? STACK_ID,
      RequestId: requestId,
      LogicalResourceId: options.logicalId ?? 'Thing',
      ResourceType: options.type,
      PhysicalResourceId: options.physicalId,
      ResourceProperties: this.raw(options.properties),
      OldResourceProperties: options.oldProperties && this.raw(options.oldProperties),
    };
  }

  private raw(properties: Record<string, unknown>): Record<string, unknown> {
    return stringified({ ServiceToken: this.functionArn, Schema: SCHEMA_VERSION, ...properties }) as Record<string, unknown>;
  }

  /** Lambda's asynchronous invocation: two repetitions when the function fails. */
  private async deliver(event: CloudFormationEvent, delay: number): Promise<void> {
    await this.clock.sleep(delay);
    for (const pause of [60_000, 120_000, undefined]) {
      try {
        await this.invoke(event);
        return;
      } catch {
        if (pause === undefined) {
          return;
        }
        await this.clock.sleep(pause);
      }
    }
  }

  private invoke(event: unknown): Promise<WaiterInput | undefined> {
    const killed = new Promise<never>((_, reject) => {
      this.kill = () => reject(new Error('The invocation crashed.'));
    });
    const copy: unknown = JSON.parse(JSON.stringify(event));
    if (this.broken && !(copy as Partial<WaiterInput>).fault) {
      return Promise.reject(new Error(this.broken));
    }
    return Promise.race([this.worker(copy, { invokedFunctionArn: this.functionArn }), killed])
      .then(output => output && JSON.parse(JSON.stringify(output)) as WaiterInput);
  }

  private runtime(request?: Request): Runtime {
    const log = jsonLogger(request, line => { this.logLines.push(line); });
    return {
      clock: this.clock,
      log,
      waiter: this.waiter(),
      transport: { put: async (_url, body) => this.put(body) },
      random: this.options.random ?? (() => 0.5),
    };
  }

  private put(body: string): number {
    const status = this.options.responseStatus?.(this.puts++) ?? 200;
    if (status === 200) {
      const { RequestId } = JSON.parse(body) as { RequestId: string };
      this.responses.get(RequestId)!.push(body);
      this.waiting.get(RequestId)!(body);
    }
    return status;
  }

  /** The executions whose names start with the prefix, the latest first, as late as the list shows them. */
  public listedExecutions(prefix: string, since: number): Execution[] {
    const asOf = this.clock.now() - (this.options.listLagSeconds ?? 0) * 1000;
    return [...this.executions.values()].reverse()
      .filter(({ name, startedAt }) => name.startsWith(prefix) && startedAt >= since && startedAt <= asOf);
  }

  /** It takes no further step; the one that it is in goes on, and its answer counts for nothing. */
  public stopExecution(name: string): void {
    const execution = this.executions.get(name);
    if (execution?.running) {
      Object.assign(execution, { running: false, stopped: true });
    }
  }

  private waiter(): Waiter {
    return {
      start: async (name, input) => {
        if (this.executions.has(name)) {
          return 'exists';
        }
        const execution: Execution = { name, startedAt: this.clock.now(), running: true };
        this.executions.set(name, execution);
        void this.execute(execution, JSON.parse(JSON.stringify(input)) as WaiterInput).finally(() => { execution.running = false; });
        return 'started';
      },
      executions: async () => this.listedExecutions('', 0),
      stop: async name => this.stopExecution(name),
      stateOf: async name => {
        const { running, stopped } = this.executions.get(name)!;
        return running ? 'running' : stopped ? 'stopped' : 'ended';
      },
      lastInputOf: async name => this.executions.get(name)!.input ?? {},
    };
  }

  /** The state machine: wait, step, again; a step that keeps failing is called with the fault. */
  private async execute(execution: Execution, start: WaiterInput): Promise<void> {
    for (let input = start; !input.done;) {
      await this.clock.sleep(input.waitSeconds * 1000);
      if (execution.stopped) {
        return;
      }
      execution.input = input;
      input = await this.step(execution, input);
    }
  }

  private async step(execution: Execution, input: WaiterInput): Promise<WaiterInput> {
    let fault: WaiterInput['fault'];
    for (let attempt = 0; attempt < 25; attempt++) {
      if (execution.stopped) {
        return { ...input, done: true };
      }
      try {
        return (await this.invoke(input))!;
      } catch (error) {
        fault = { Error: 'Error', Cause: JSON.stringify({ errorMessage: (error as Error).message, trace: ['at secret'] }) };
        await this.clock.sleep(Math.min(30_000, 1000 * 2 ** attempt));
      }
    }
    return this.step(execution, { ...input, fault });
  }

  private async rest(): Promise<void> {
    while ([...this.executions.values()].some(execution => execution.running)) {
      await this.clock.sleep(1000);
    }
  }

  private async tried<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        if (attempt >= (this.options.sdkAttempts ?? 1) || classify(error) !== 'throttled') {
          throw error;
        }
        await this.clock.sleep(100 * attempt);
      }
    }
  }

  private crashable(client: InProcessClient): { send(command: any): Promise<unknown> } {
    return {
      send: async command => {
        if (!this.crash || this.crash.atCall > 1) {
          this.crash &&= { ...this.crash, atCall: this.crash.atCall - 1 };
          return this.tried(() => client.send(command));
        }
        const { effect } = this.crash;
        this.crash = undefined;
        if (effect) {
          await client.send(command).catch(() => undefined);
        }
        this.kill!();
        return new Promise(() => undefined);
      },
    };
  }
}

/** An execution of the state machine. */
export interface Execution {
  readonly name: string;
  readonly startedAt: number;
  running: boolean;
  /** Somebody has stopped it before its end. */
  stopped?: boolean;
  /** Of its last step. */
  input?: WaiterInput;
}

/** CloudFormation's way with scalars. */
function stringified(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(stringified);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, stringified(item)]));
  }
  return String(value);
}
