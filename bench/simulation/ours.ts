import { ACCOUNT, REGION, SECONDARY_REGION, type Told, type World } from './world';
import { lifecycleFunction, type LifecycleFunction, type WaiterInput } from '../../lambda/lifecycle/function';
import type { Runtime } from '../../lambda/lifecycle/ports';
import type { Operation } from '../../lambda/lifecycle/request';
import { MultiRegionEndpointHandler } from '../../lambda/ses/multi-region-endpoint';
import { SCHEMA_VERSION } from '../../src/wire/lifecycle';
import { MULTI_REGION_ENDPOINT_TYPE } from '../../src/wire/ses';

export const FUNCTION_MEGABYTES = 256;

const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:Worker`;
const STACK_ID = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Bench/0a1b2c3d-0000-1111-2222-333344445555`;
/** Wait, Step and Done?. */
const STATES_PER_STEP = 3;
/** Done. */
const LAST_STATES = 1;

/** Our engine and handler: the code that is deployed, with the state machine played by the virtual clock. */
export class Ours {
  private readonly worker: LifecycleFunction;
  private readonly told = new Map<string, (told: Told) => void>();
  private readonly executions = new Map<string, number>();

  constructor(private readonly world: World) {
    const handlers = { [MULTI_REGION_ENDPOINT_TYPE]: new MultiRegionEndpointHandler(world.ses) };
    this.worker = lifecycleFunction(handlers, () => this.runtime());
  }

  public async operate(operation: Operation, name: string): Promise<Told> {
    const requestId = `${operation}-${name}`;
    const told = new Promise<Told>(resolve => this.told.set(requestId, resolve));
    await this.invoke({
      RequestType: operation,
      ResponseURL: `https://response.test/${requestId}`,
      StackId: STACK_ID,
      RequestId: requestId,
      LogicalResourceId: `Resource-${name}`,
      ResourceType: MULTI_REGION_ENDPOINT_TYPE,
      PhysicalResourceId: operation === 'Create' ? undefined : name,
      ResourceProperties: { Schema: SCHEMA_VERSION, EndpointName: name, SecondaryRegion: SECONDARY_REGION },
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
      transport: { put: async (_url, body) => this.receive(body) },
      waiter: {
        start: async (name, input) => {
          this.executions.set(name, clock.now());
          void this.execute(JSON.parse(JSON.stringify(input)) as WaiterInput);
          return 'started';
        },
        hasNewer: async (prefix, name, since) => [...this.executions].some(([other, startedAt]) =>
          other.startsWith(prefix) && other !== name && startedAt >= since),
      },
    };
  }

  private receive(body: string): number {
    const { Status, Reason, RequestId } = JSON.parse(body) as { Status: string; Reason?: string; RequestId: string };
    this.told.get(RequestId)!({ at: this.world.clock.now(), success: Status === 'SUCCESS', reason: Reason });
    return 200;
  }
}
