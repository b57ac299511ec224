import type { Operator, ResourceModel } from './resource-model';
import { ACCOUNT, REGION, type Told, type World } from './world';
import { lifecycleFunction, type LifecycleFunction, type WaiterInput } from '../../lambda/lifecycle/function';
import type { ResourceHandler } from '../../lambda/lifecycle/handler';
import type { ServiceRate } from '../../lambda/lifecycle/fair-share';
import type { Runtime, StartedExecution } from '../../lambda/lifecycle/ports';
import type { Operation } from '../../lambda/lifecycle/request';
import { SCHEMA_VERSION } from '../../src/wire/lifecycle';

export const FUNCTION_MEGABYTES = 256;

const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:Worker`;
const STACK_ID = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Bench/0a1b2c3d-0000-1111-2222-333344445555`;
/** Wait, Step and Done?. */
const STATES_PER_STEP = 3;
/** Done. */
const LAST_STATES = 1;

interface Response {
  readonly Status: string;
  readonly Reason?: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Record<string, string>;
}

/** Our engine and handlers: the code that is deployed, with the state machine played by the virtual clock. */
export class Engine {
  private readonly worker: LifecycleFunction;
  private readonly told = new Map<string, (told: Told) => void>();
  private readonly physicalIds = new Map<string, string>();
  private readonly executions: (StartedExecution & { running: boolean })[] = [];

  constructor(
    private readonly world: World, handlers: Readonly<Record<string, ResourceHandler<any>>>, rate?: ServiceRate,
    private readonly resourceCount = 1,
  ) {
    this.worker = lifecycleFunction(handlers, () => this.runtime(), rate);
  }

  /** A request of CloudFormation. @param name the logical id, the same for the Create and the Delete of a resource */
  public async request(operation: Operation, name: string, type: string, properties: object): Promise<Told> {
    const requestId = `${operation}-${name}`;
    const told = new Promise<Told>(resolve => this.told.set(requestId, resolve));
    await this.invoke({
      RequestType: operation,
      ResponseURL: `https://response.test/${requestId}?X-Amz-Date=${compactDate(this.world.clock.now())}`,
      StackId: STACK_ID,
      RequestId: requestId,
      LogicalResourceId: name,
      ResourceType: type,
      PhysicalResourceId: operation === 'Create' ? undefined : this.physicalIds.get(name),
      ResourceProperties: { Schema: SCHEMA_VERSION, ...properties },
    });
    return told;
  }

  private invoke(event: unknown): Promise<WaiterInput | undefined> {
    this.world.work.functionCalls++;
    return this.worker(event, { invokedFunctionArn: FUNCTION_ARN });
  }

  private async execute(start: WaiterInput): Promise<void> {
    let input = start;
    while (!input.done) {
      await this.world.clock.sleep(input.waitSeconds * 1000);
      this.world.work.transitions += STATES_PER_STEP;
      input = JSON.parse(JSON.stringify(await this.invoke(input))) as WaiterInput;
    }
    this.world.work.transitions += LAST_STATES;
  }

  private runtime(): Runtime {
    const { clock, random } = this.world;
    return {
      clock,
      random,
      log: { write: () => undefined },
      resourceCount: this.resourceCount,
      transport: { put: async (_url, body) => this.receive(body) },
      waiter: {
        start: async (name, input) => {
          const execution = { name, startedAt: clock.now(), running: true };
          this.executions.unshift(execution);
          void this.execute(JSON.parse(JSON.stringify(input)) as WaiterInput).finally(() => { execution.running = false; });
          return 'started';
        },
        executions: async () => this.executions,
        // Nothing is cancelled here.
        stop: async () => undefined,
        stateOf: async () => 'ended',
        lastInputOf: async () => ({}),
      },
    };
  }

  private receive(body: string): number {
    const response = JSON.parse(body) as Response;
    this.physicalIds.set(response.LogicalResourceId, response.PhysicalResourceId);
    this.told.get(response.RequestId)!({
      at: this.world.clock.now(), success: response.Status === 'SUCCESS', reason: response.Reason, attributes: response.Data,
    });
    return 200;
  }
}

/** Operates the resources of a model with our engine. */
export class Ours implements Operator {
  private readonly engine: Engine;

  /** @param resourceCount how many resources the stack has */
  constructor(private readonly model: ResourceModel, resourceCount = 1) {
    this.engine = new Engine(model.world, model.handlers, model.rate, resourceCount);
  }

  public operate(operation: Operation, name: string): Promise<Told> {
    return this.engine.request(operation, name, this.model.type, this.model.properties(name));
  }
}

/** As in the query of a presigned URL. */
function compactDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}
