import type { ServiceRate } from '../../../lambda/lifecycle/fair-share';
import { lifecycleFunction, type LifecycleFunction } from '../../../lambda/lifecycle/function';
import type { Outcome, ResourceHandler, StepContext } from '../../../lambda/lifecycle/handler';
import type { Runtime, Waiter } from '../../../lambda/lifecycle/ports';
import type { CloudFormationEvent } from '../../../lambda/lifecycle/request';
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock';

export const FUNCTION_ARN = 'arn:aws-cn:lambda:cn-north-1:111122223333:function:f';
/** When the URL of every request was signed. */
export const REQUESTED_AT = Date.UTC(2026, 0, 15, 12);
const URL = 'https://b.test/?X-Amz-Date=20260115T120000Z&X-Amz-Signature=5ec7e7';

export const READY: Outcome = { status: 'ready', physicalId: 'id', attributes: { A: '1' } };

export function event(changes: Partial<CloudFormationEvent> = {}): CloudFormationEvent {
  return {
    RequestType: 'Create', ResponseURL: URL, StackId: 's', RequestId: 'r', LogicalResourceId: 'Thing', ResourceType: 'Custom::Thing',
    ResourceProperties: { Schema: '1' }, ...changes,
  };
}

/** An Update by which something is declared again. */
export function update(changes: Partial<CloudFormationEvent> = {}): CloudFormationEvent {
  return event({ RequestType: 'Update', PhysicalResourceId: 'id', OldResourceProperties: { Schema: '1', Old: '1' }, ...changes });
}

export interface EngineOptions {
  readonly waiter?: Partial<Waiter>;
  readonly handler?: Partial<ResourceHandler<unknown>>;
  /** Of the service's calls. @default - not published */
  readonly rate?: ServiceRate;
  /** Status of each PUT to the response URL. @default - 200 */
  readonly responseStatus?: () => number;
}

/** An engine with one handler, of which a test says what each operation does. */
export class Engine {
  public readonly clock = new VirtualClock(REQUESTED_AT);
  public readonly answers: any[] = [];
  public readonly started: { name: string; input: any }[] = [];
  public readonly contexts: StepContext<unknown>[] = [];
  public readonly methods: string[] = [];
  public readonly log: unknown[][] = [];
  private readonly worker: LifecycleFunction;

  constructor(step: (context: StepContext<unknown>) => Promise<Outcome>, options: EngineOptions = {}) {
    const run = (method: string) => (context: StepContext<unknown>) => {
      this.methods.push(method);
      this.contexts.push(context);
      return step(context);
    };
    const handler: ResourceHandler<unknown> = {
      defaultTimeoutSeconds: 600, parse: raw => raw, recognizes: () => true,
      create: run('create'), update: run('update'), delete: run('delete'), ...options.handler,
    };
    const runtime: Runtime = {
      clock: this.clock, random: () => 0.5, log: { write: (...line) => { this.log.push(line); } },
      transport: {
        put: async (_, body) => {
          const status = options.responseStatus?.() ?? 200;
          this.answers.push(JSON.parse(body));
          return status;
        },
      },
      waiter: {
        start: async (name, input) => { this.started.push({ name, input }); return 'started'; },
        executions: async () => this.started.map(({ name }) => ({ name, startedAt: this.clock.now(), running: true })),
        stop: async () => undefined,
        stateOf: async () => 'stopped',
        lastInputOf: async () => ({}),
        ...options.waiter,
      },
    };
    this.worker = lifecycleFunction({ 'Custom::Thing': handler, 'Custom::Second': handler }, () => runtime, options.rate);
  }

  public invoke(input: unknown, invokedFunctionArn = FUNCTION_ARN) {
    return this.clock.run(this.worker(input, { invokedFunctionArn }));
  }

  /** Begins a request that goes on in the state machine, and gives the input of its first step there. */
  public async begin(request: CloudFormationEvent): Promise<any> {
    await this.invoke(request);
    return this.started[0].input;
  }

  /** The step that decides the answer, and the one that gives it. */
  public async conclude(input: unknown): Promise<any> {
    return this.invoke(await this.invoke(input));
  }

  public async pass(seconds: number): Promise<void> {
    await this.clock.run(this.clock.sleep(seconds * 1000));
  }
}
