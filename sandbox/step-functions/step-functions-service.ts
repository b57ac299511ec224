import { DescribeExecution$, GetExecutionHistory$, ListExecutions$, StartExecution$, StopExecution$ } from '@aws-sdk/client-sfn';
import { Json } from './definition';
import { HistoryEvent, Interpreter, Machine, MachineResult, RunningMachine, StateError, TaskCall } from './interpreter';
import { LightInterpreter } from './light-interpreter';
import { withinRates } from './rates';
import { StateMachineSettings, StepFunctionsPort } from '../cloudformation/ports';
import { seededUuid } from '../lambda/determinism';
import { InvocationError, InvocationResult } from '../lambda/lambda-service';
import { TimeSource } from '../lambda/virtual-globals';
import { Call, InventoryItem, Operation, ServiceError, ServiceSimulator } from '../services/service';

export interface StepFunctionsServiceOptions {
  readonly clock: TimeSource;
  readonly partition: string;
  readonly accountId: string;
  /** Runs a Lambda function for a task. */
  readonly invoke: (functionArn: string, payload: unknown) => Promise<InvocationResult>;
  /** Whether the policies of a state machine's role allow an action. */
  readonly authorize: (roleArn: string, action: string, resource: string) => boolean;
  /** @default - the light interpreter, which a test compares with a maintained library */
  readonly interpreter?: Interpreter;
  /** How long ListExecutions does not see a change: it is eventually consistent. @default 0 */
  readonly listingLagMs?: number;
  /** Whether calls above the documented rates are refused, for each operation and Region on its own. @default true */
  readonly throttles?: boolean;
  /** Called for each event of each execution, e.g. for a live view. */
  readonly onEvent?: (executionArn: string, event: HistoryEvent) => void;
}

export type ExecutionStatus = 'RUNNING' | MachineResult['status'];

/** An execution as tests and views see it. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  /** JSON text. */
  readonly input: string;
  /** Milliseconds since the epoch. */
  readonly startDate: number;
  readonly stopDate?: number;
  readonly status: ExecutionStatus;
  /** JSON text. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly history: readonly HistoryEvent[];
}

interface StateMachine {
  readonly arn: string;
  readonly region: string;
  readonly executions: Map<string, StoredExecution>;
  settings: StateMachineSettings;
  machine: Machine;
  deleted: boolean;
}

type StoredExecution = { -readonly [field in keyof Execution]: Execution[field] } & {
  readonly stateMachine: StateMachine;
  /** Position in the order of starts. */
  readonly sequence: number;
  readonly history: HistoryEvent[];
  running?: RunningMachine;
};

interface PageToken {
  readonly stateMachineArn: string;
  readonly statusFilter?: string;
  readonly before: number;
}

/** The names under which executions are closed are free again after this time (API reference, StartExecution). */
const RETENTION_MS = 90 * 24 * 3600 * 1000;
/** Step Functions developer guide, "Service quotas": input or result of a task, state or execution. */
const MAX_DATA_BYTES = 256 * 1024;
const MAX_CAUSE_LENGTH = 32768;
const DEFAULT_PAGE_SIZE = 100;
/** API reference, StartExecution: whitespace, brackets, wildcards, special and control characters. */
const INVALID_IN_NAME = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;

// Constraints and errors: the service model states/2016-11-23.
const ARN = { minLength: 1, maxLength: 256 };
const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];

/** AWS Step Functions: state machines of the Standard type and their executions. */
export class StepFunctionsService implements StepFunctionsPort, ServiceSimulator {
  public readonly serviceId = 'SFN';
  public readonly signingName = 'states';
  public readonly protocol = 'awsJson1_0';
  public readonly targetPrefix = 'AWSStepFunctions';
  public readonly validationError = 'ValidationException';

  public readonly operations: Record<string, Operation>;
  private readonly unlimited: Record<string, Operation> = {
    StartExecution: {
      schema: StartExecution$,
      constraints: {
        stateMachineArn: ARN,
        name: { minLength: 1, maxLength: 80 },
        input: { maxLength: MAX_DATA_BYTES },
        traceHeader: { maxLength: 256 },
      },
      errors: [
        'ExecutionAlreadyExists', 'InvalidArn', 'InvalidExecutionInput', 'InvalidName', 'StateMachineDoesNotExist',
      ],
      permissions: input => [{ action: 'states:StartExecution', resources: [input.stateMachineArn] }],
      handle: (input, call) => this.startExecution(input, call),
    },
    ListExecutions: {
      schema: ListExecutions$,
      constraints: {
        stateMachineArn: ARN,
        statusFilter: { enum: STATUSES },
        maxResults: { min: 0, max: 1000 },
        nextToken: { minLength: 1, maxLength: 3096 },
      },
      errors: ['InvalidArn', 'InvalidToken', 'StateMachineDoesNotExist', 'ValidationException'],
      permissions: input => [{ action: 'states:ListExecutions', resources: [input.stateMachineArn ?? '*'] }],
      handle: (input, call) => this.listExecutions(input, call),
    },
    DescribeExecution: {
      schema: DescribeExecution$,
      constraints: { executionArn: ARN, includedData: { enum: ['ALL_DATA', 'METADATA_ONLY'] } },
      errors: ['ExecutionDoesNotExist', 'InvalidArn'],
      permissions: input => [{ action: 'states:DescribeExecution', resources: [input.executionArn] }],
      handle: (input, call) => this.describeExecution(input, call),
    },
    GetExecutionHistory: {
      schema: GetExecutionHistory$,
      constraints: { executionArn: ARN, maxResults: { min: 0, max: 1000 }, nextToken: { minLength: 1, maxLength: 3096 } },
      errors: ['ExecutionDoesNotExist', 'InvalidArn', 'InvalidToken'],
      permissions: input => [{ action: 'states:GetExecutionHistory', resources: [input.executionArn] }],
      handle: (input, call) => this.getExecutionHistory(input, call),
    },
    StopExecution: {
      schema: StopExecution$,
      constraints: { executionArn: ARN, error: { maxLength: 256 }, cause: { maxLength: MAX_CAUSE_LENGTH } },
      errors: ['ExecutionDoesNotExist', 'InvalidArn', 'ValidationException'],
      permissions: input => [{ action: 'states:StopExecution', resources: [input.executionArn] }],
      handle: (input, call) => this.stopExecution(input, call),
    },
  };

  private readonly interpreter: Interpreter;
  private readonly stateMachines = new Map<string, StateMachine>();
  private readonly executions = new Map<string, StoredExecution>();
  private started = 0;

  constructor(private readonly options: StepFunctionsServiceOptions) {
    this.interpreter = options.interpreter ?? new LightInterpreter(options.clock);
    this.operations = options.throttles ?? true ? withinRates(this.unlimited) : this.unlimited;
  }

  public createStateMachine(region: string, settings: StateMachineSettings): { arn: string } {
    requireName(settings.name);
    const arn = this.arnOf(region, settings.name);
    if (this.stateMachines.has(arn)) {
      throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    }
    const machine = this.load(settings);
    this.stateMachines.set(arn, { arn, region, settings, machine, executions: new Map(), deleted: false });
    return { arn };
  }

  /** Executions that are running keep their definition and role. */
  public updateStateMachine(region: string, settings: StateMachineSettings): { arn: string } {
    const stateMachine = this.find(this.arnOf(region, settings.name), region);
    stateMachine.machine = this.load(settings);
    stateMachine.settings = settings;
    return { arn: stateMachine.arn };
  }

  /** Executions that are running end at their next task. */
  public deleteStateMachine(region: string, arn: string): void {
    const stateMachine = this.find(arn, region);
    stateMachine.deleted = true;
    this.stateMachines.delete(arn);
  }

  public inventory(): InventoryItem[] {
    const machines = [...this.stateMachines.values()].map(({ arn, region }) =>
      ({ type: 'AWS::StepFunctions::StateMachine', region, id: arn, state: 'ACTIVE' }));
    const executions = [...this.executions.values()]
      .filter(execution => execution.status === 'RUNNING')
      .map(({ arn, stateMachine, status }) =>
        ({ type: 'AWS::StepFunctions::Execution', region: stateMachine.region, id: arn, state: status }));
    return [...machines, ...executions];
  }

  /** Every execution in the order of the starts, with its history; those of deleted state machines as well. */
  public allExecutions(): Execution[] {
    return [...this.executions.values()];
  }

  private startExecution(input: { stateMachineArn: string; name?: string; input?: string }, call: Call): object {
    requireArn(input.stateMachineArn, 'stateMachine');
    const stateMachine = this.find(input.stateMachineArn, call.region);
    const name = input.name ?? seededUuid(`${stateMachine.arn} ${this.started}`);
    requireName(name);
    const text = input.input ?? '{}';
    requireJson(text);
    const existing = stateMachine.executions.get(name);
    if (existing && !isForgotten(existing, call.now)) {
      if (existing.status === 'RUNNING' && existing.input === text) {
        return { executionArn: existing.arn, startDate: new Date(existing.startDate) };
      }
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${existing.arn}'`);
    }
    const execution = this.start(stateMachine, name, text, call.now);
    return { executionArn: execution.arn, startDate: new Date(execution.startDate) };
  }

  private start(stateMachine: StateMachine, name: string, input: string, now: number): StoredExecution {
    const arn = `${stateMachine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const execution: StoredExecution = {
      arn,
      name,
      stateMachine,
      stateMachineArn: stateMachine.arn,
      input,
      startDate: now,
      status: 'RUNNING',
      history: [],
      sequence: ++this.started,
    };
    this.executions.set(arn, execution);
    stateMachine.executions.set(name, execution);
    const { roleArn } = stateMachine.settings;
    execution.running = stateMachine.machine.start(input, contextOf(execution, roleArn), {
      runTask: task => this.runTask(execution, roleArn, task),
      record: event => this.record(execution, event),
    });
    void execution.running.result.then(result => this.close(execution, result));
    return execution;
  }

  private record(execution: StoredExecution, event: HistoryEvent): void {
    execution.history.push(event);
    this.options.onEvent?.(execution.arn, event);
  }

  private close(execution: StoredExecution, result: MachineResult): void {
    if (execution.status !== 'RUNNING') {
      return;
    }
    execution.status = result.status;
    execution.stopDate = this.options.clock.now();
    if (result.status === 'SUCCEEDED') {
      execution.output = JSON.stringify(result.output);
    } else if (result.status === 'FAILED') {
      execution.error = result.error;
      execution.cause = result.cause;
    } else if (result.status === 'TIMED_OUT') {
      execution.error = 'States.Timeout';
    }
  }

  /** The optimized integration with Lambda: waits for the function's answer and gives it parsed. */
  private async runTask(execution: StoredExecution, roleArn: string, task: TaskCall): Promise<Json> {
    if (execution.stateMachine.deleted) {
      execution.running?.abort();
      throw new StateError('States.Runtime', 'The state machine was deleted.', false);
    }
    const { FunctionName: functionName, Payload: payload = {} } = task.input as Record<string, Json>;
    if (typeof functionName !== 'string') {
      throw new StateError(
        'States.Runtime', `The parameter FunctionName of state '${task.state}' is not a string.`, false);
    }
    const functionArn = this.functionArn(functionName, execution.stateMachine.region);
    if (!this.options.authorize(roleArn, 'lambda:InvokeFunction', functionArn)) {
      throw new StateError('Lambda.AWSLambdaException', denial(roleArn, execution.name, functionArn));
    }
    const result = await this.options.invoke(functionArn, payload);
    if ('error' in result) {
      throw taskError(result.error);
    }
    if (Buffer.byteLength(JSON.stringify(result.payload)) > MAX_DATA_BYTES) {
      throw new StateError('States.DataLimitExceeded', `The state/task '${task.state}' returned a result with a size `
        + 'exceeding the maximum number of bytes service limit.', false);
    }
    return {
      ExecutedVersion: '$LATEST',
      Payload: result.payload as Json,
      SdkHttpMetadata: { HttpStatusCode: 200 },
      StatusCode: 200,
    };
  }

  private listExecutions(
    input: { stateMachineArn?: string; statusFilter?: string; maxResults?: number; nextToken?: string },
    call: Call,
  ): object {
    const { stateMachineArn, statusFilter, nextToken } = input;
    if (stateMachineArn === undefined) {
      throw new ServiceError(
        'ValidationException', 'ListExecutions needs a stateMachineArn: the sandbox has no map runs.');
    }
    requireArn(stateMachineArn, 'stateMachine');
    const stateMachine = this.find(stateMachineArn, call.region);
    const before = nextToken === undefined ? Infinity : parseToken(nextToken, stateMachineArn, statusFilter).before;
    const asOf = call.now - (this.options.listingLagMs ?? 0);
    const matching = [...this.executions.values()]
      .filter(execution => execution.stateMachine === stateMachine && execution.sequence < before)
      .filter(execution => execution.startDate <= asOf && !isForgotten(execution, call.now))
      .filter(execution => statusFilter === undefined || statusAsOf(execution, asOf) === statusFilter)
      .sort((a, b) => b.sequence - a.sequence);
    const page = matching.slice(0, input.maxResults || DEFAULT_PAGE_SIZE);
    return {
      executions: page.map(execution => summaryOf(execution, asOf)),
      ...page.length < matching.length && {
        nextToken: formatToken({ stateMachineArn, statusFilter, before: page[page.length - 1].sequence }),
      },
    };
  }

  private describeExecution(input: { executionArn: string; includedData?: string }, call: Call): object {
    const execution = this.findExecution(input.executionArn, call);
    const data = input.includedData === 'METADATA_ONLY' ? {} : {
      input: execution.input,
      inputDetails: { included: true },
      ...execution.output !== undefined && { output: execution.output, outputDetails: { included: true } },
      error: execution.error,
      cause: execution.cause,
    };
    return { ...summaryOf(execution, call.now), ...data };
  }

  /** Of the events only the begin and the states entered, in one page. */
  private getExecutionHistory(input: { executionArn: string; maxResults?: number; reverseOrder?: boolean }, call: Call): object {
    const { history } = this.findExecution(input.executionArn, call);
    const events = history.map((event, index) => historyEventOf(event, index + 1)).filter(event => event !== undefined);
    const ordered = input.reverseOrder ? events.reverse() : events;
    return { events: ordered.slice(0, input.maxResults || DEFAULT_PAGE_SIZE) };
  }

  /**
   * No further state is entered. What a task has started goes on, and nobody gets its answer. Stopping an execution that has
   * ended changes nothing and is no error: the API reference lists none, and others see its status stay (awslabs/visual-asset-management-system#344).
   */
  private stopExecution(input: { executionArn: string; error?: string; cause?: string }, call: Call): object {
    const execution = this.findExecution(input.executionArn, call);
    if (execution.status === 'RUNNING') {
      execution.status = 'ABORTED';
      execution.stopDate = call.now;
      execution.error = input.error;
      execution.cause = input.cause;
      execution.running?.abort();
    }
    return { stopDate: new Date(execution.stopDate!) };
  }

  private load(settings: StateMachineSettings): Machine {
    try {
      return this.interpreter.load(settings.definition);
    } catch (error) {
      throw new ServiceError('InvalidDefinition', `Invalid State Machine Definition: '${(error as Error).message}'`);
    }
  }

  private find(arn: string, region: string): StateMachine {
    const found = this.stateMachines.get(arn);
    if (!found || found.region !== region) {
      throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    }
    return found;
  }

  private findExecution(arn: string, call: Call): StoredExecution {
    requireArn(arn, 'execution');
    const found = this.executions.get(arn);
    if (!found || found.stateMachine.region !== call.region || isForgotten(found, call.now)) {
      throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    }
    return found;
  }

  private arnOf(region: string, name: string): string {
    return `arn:${this.options.partition}:states:${region}:${this.options.accountId}:stateMachine:${name}`;
  }

  private functionArn(nameOrArn: string, region: string): string {
    return nameOrArn.startsWith('arn:') ? nameOrArn
      : `arn:${this.options.partition}:lambda:${region}:${this.options.accountId}:function:${nameOrArn}`;
  }
}

const ARNS = {
  stateMachine: /^arn:[^:]+:states:[^:]+:\d{12}:stateMachine:./,
  execution: /^arn:[^:]+:states:[^:]+:\d{12}:execution:./,
};

function requireArn(arn: string, type: keyof typeof ARNS): void {
  if (!ARNS[type].test(arn)) {
    throw new ServiceError('InvalidArn', `Invalid Arn: '${arn}' is not the ARN of a ${type}`);
  }
}

function requireName(name: string): void {
  if (name.length > 80 || INVALID_IN_NAME.test(name)) {
    throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
  }
}

function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const reason = (error as Error).message;
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  }
}

function isForgotten(execution: StoredExecution, now: number): boolean {
  return execution.stopDate !== undefined && now - execution.stopDate > RETENTION_MS;
}

function statusAsOf(execution: StoredExecution, time: number): ExecutionStatus {
  return execution.stopDate !== undefined && execution.stopDate <= time ? execution.status : 'RUNNING';
}

function summaryOf(execution: StoredExecution, asOf: number): object {
  const status = statusAsOf(execution, asOf);
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.name,
    status,
    startDate: new Date(execution.startDate),
    ...status !== 'RUNNING' && { stopDate: new Date(execution.stopDate!) },
    redriveCount: 0,
  };
}

function formatToken(token: PageToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function parseToken(text: string, stateMachineArn: string, statusFilter: string | undefined): PageToken {
  try {
    const token: PageToken = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (token.stateMachineArn === stateMachineArn && token.statusFilter === statusFilter) {
      return token;
    }
  } catch {
    // Not a token of ours; the same answer as for a token of another request.
  }
  throw new ServiceError('InvalidToken', `Invalid Token: '${text}'`);
}

function contextOf(execution: StoredExecution, roleArn: string): Record<string, Record<string, string>> {
  const { stateMachine } = execution;
  return {
    Execution: { Id: execution.arn, Name: execution.name, RoleArn: roleArn },
    StateMachine: { Id: stateMachine.arn, Name: stateMachine.settings.name },
  };
}

/** A function's error has the name that the function gave it; Lambda's own errors are prefixed. */
function taskError({ service, errorType, errorMessage, trace }: InvocationError): StateError {
  const name = service ? `Lambda.${errorType}` : errorType || 'Lambda.Unknown';
  const cause = service ? errorMessage : JSON.stringify({ errorType, errorMessage, trace });
  return new StateError(name, cause.slice(0, MAX_CAUSE_LENGTH));
}

function denial(roleArn: string, executionName: string, functionArn: string): string {
  const [, partition, , , account] = roleArn.split(':');
  const session = `arn:${partition}:sts::${account}:assumed-role/${roleArn.split('/').pop()}/${executionName}`;
  return `User: ${session} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} `
    + 'because no identity-based policy allows the lambda:InvokeFunction action';
}

function historyEventOf({ type, timestamp, state, input }: HistoryEvent, id: number): object | undefined {
  const event = { id, previousEventId: id - 1, timestamp: new Date(timestamp) };
  const text = JSON.stringify(input);
  switch (type) {
    case 'ExecutionStarted': return { ...event, type, executionStartedEventDetails: { input: text, inputDetails: { truncated: false } } };
    case 'StateEntered': return {
      ...event, type: 'TaskStateEntered', stateEnteredEventDetails: { name: state!, input: text, inputDetails: { truncated: false } },
    };
    default: return undefined;
  }
}
