import { VirtualClock } from '../../../sandbox/kernel/virtual-clock';
import { InvocationResult } from '../../../sandbox/lambda/lambda-service';
import { Call } from '../../../sandbox/services/service';
import { Interpreter } from '../../../sandbox/step-functions/interpreter';
import { LightInterpreter } from '../../../sandbox/step-functions/light-interpreter';
import { Execution, StepFunctionsService } from '../../../sandbox/step-functions/step-functions-service';

export const START = Date.UTC(2030, 0, 1);
export const REGION = 'eu-west-1';
export const ACCOUNT = '111111111111';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/Waiter`;
export const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:worker`;

type Definition = Record<string, unknown>;

const TASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { 'FunctionName.$': '$.functionArn', 'Payload.$': '$' },
};

/** A state machine that waits, calls the function once and ends. */
export function oneCall(step: Definition = {}, machine: Definition = {}): Definition {
  return {
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Step' },
      Step: { ...TASK, End: true, ...step },
    },
    ...machine,
  };
}

/** The waiter of the engine. */
export function waiter(step: Definition = {}, abort: Definition = {}, machine: Definition = {}): Definition {
  return {
    StartAt: 'Wait',
    States: {
      'Wait': { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Step' },
      'Step': {
        ...TASK,
        OutputPath: '$.Payload',
        TimeoutSeconds: 150,
        Retry: [{
          ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 12, MaxDelaySeconds: 60,
          JitterStrategy: 'FULL',
        }],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.fault', Next: 'Abort' }],
        Next: 'Done?',
        ...step,
      },
      'Done?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.done', BooleanEquals: true, Next: 'Succeed' }],
        Default: 'Wait',
      },
      'Succeed': { Type: 'Succeed' },
      'Abort': {
        ...TASK,
        TimeoutSeconds: 150,
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 10, BackoffRate: 2, MaxAttempts: 8, MaxDelaySeconds: 120 }],
        End: true,
        ...abort,
      },
    },
    ...machine,
  };
}

export function waiterInput(overrides: Definition = {}): string {
  return JSON.stringify({ request: { id: 1 }, state: {}, waitSeconds: 30, functionArn: FUNCTION_ARN, done: false, ...overrides });
}

/** Step Functions with a scripted function. */
export class World {
  public readonly clock = new VirtualClock(START);
  public readonly calls: { at: number; functionArn: string; payload: any }[] = [];
  public readonly checked: string[] = [];
  public denied = false;
  public readonly service: StepFunctionsService;
  public respond: (call: number, payload: any) => InvocationResult | Promise<InvocationResult>;

  constructor(options: { interpreter?: (clock: VirtualClock) => Interpreter; listingLagMs?: number } = {}) {
    this.respond = (_, payload) => ({ payload: { ...payload, done: true } });
    this.service = new StepFunctionsService({
      clock: this.clock,
      partition: 'aws',
      accountId: ACCOUNT,
      invoke: async (functionArn, payload) => {
        this.calls.push({ at: this.seconds(), functionArn, payload });
        return this.respond(this.calls.length, payload);
      },
      authorize: (roleArn, action, resource) => {
        this.checked.push(`${roleArn} ${action} ${resource}`);
        return !this.denied;
      },
      // test/oracle compares it with a maintained library.
      interpreter: options.interpreter?.(this.clock) ?? new LightInterpreter(this.clock),
      listingLagMs: options.listingLagMs,
    });
  }

  public create(definition: Definition = waiter(), name = 'Waiter'): string {
    return this.service.createStateMachine(REGION, { name, definition: JSON.stringify(definition), roleArn: ROLE }).arn;
  }

  public api(operation: string, input: object, overrides: Partial<Call> = {}): any {
    return this.service.operations[operation].handle(input, {
      partition: 'aws', accountId: ACCOUNT, region: REGION, now: this.clock.now(), requestId: 'r', ...overrides,
    });
  }

  /** Starts an execution of the waiter and gives what became of it after a day. */
  public async runWaiter(definition: Definition = waiter(), input = waiterInput()): Promise<Execution> {
    this.api('StartExecution', { stateMachineArn: this.create(definition), name: 'execution', input });
    await this.wait(24 * 3600);
    return this.service.allExecutions()[0];
  }

  public wait(seconds: number): Promise<void> {
    return this.clock.run(this.clock.sleep(seconds * 1000));
  }

  public seconds(): number {
    return (this.clock.now() - START) / 1000;
  }
}
