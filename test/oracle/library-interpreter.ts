import { createRequire } from 'node:module';
import { seededRandom } from '../../sandbox/lambda/determinism';
import { loadCommonJs, realm } from '../../sandbox/lambda/module-loader';
import { TimeSource, virtualGlobals } from '../../sandbox/lambda/virtual-globals';
import { DEFAULT_TASK_TIMEOUT_SECONDS, Definition, Json, requireRunnable, State, statesOf } from '../../sandbox/step-functions/definition';
import {
  HistoryEvent, Interpreter, Machine, MachineContext, MachineHost, MachineResult, RunningMachine, StateError,
} from '../../sandbox/step-functions/interpreter';

const hostRequire = createRequire(__filename);
const LIBRARY = 'aws-local-stepfunctions';
/** The library could call Lambda on AWS; here every task has a local handler, and an SDK would only cost time. */
const UNUSED = /^@aws-sdk\//;

type Mutable<T> = { -readonly [member in keyof T]: T[member] };

/** What we use of the library. It needs Node.js 22 and is installed by the task `test:oracle`, hence no types of its own. */
interface Library {
  readonly StateMachine: new (definition: unknown, options?: object) => LibraryMachineDefinition;
}

interface LibraryMachineDefinition {
  run(input: unknown, options: object): {
    readonly result: Promise<Json>;
    readonly eventLogs: AsyncGenerator<LibraryEvent>;
    abort(): void;
  };
}

/** The library's events have their details at different depths. */
interface LibraryEvent {
  readonly type: HistoryEvent['type'];
  readonly timestamp: number;
  readonly state?: { readonly name: string; readonly input: never; readonly output?: never };
  readonly input?: never;
  readonly output?: never;
  readonly retry?: { readonly attempt: number };
  readonly Error?: string;
  readonly Cause?: string;
}

/** Runs state machines with the library `aws-local-stepfunctions`, on a virtual clock. */
export class LibraryInterpreter implements Interpreter {
  private library?: Library;

  constructor(
    private readonly time: TimeSource,
    private readonly random: () => number = seededRandom('state machines'),
  ) {}

  public load(definition: string): Machine {
    this.library ??= loadLibrary(this.time, this.random);
    validate(definition, this.library);
    const parsed: Definition = realm.JSON.parse(definition);
    requireRunnable(parsed);
    statesOf(parsed).forEach(state => adapt(state));
    const machine = new this.library.StateMachine(parsed, {
      validationOptions: { noValidate: true },
    });
    return new LibraryMachine(machine, taskNames(parsed), this.time, parsed.TimeoutSeconds);
  }
}

class LibraryMachine implements Machine {
  constructor(
    private readonly machine: LibraryMachineDefinition,
    private readonly tasks: string[],
    private readonly time: TimeSource,
    private readonly timeoutSeconds: number = Infinity,
  ) {}

  public start(input: string, context: MachineContext, host: MachineHost): RunningMachine {
    const deadline = this.time.now() + this.timeoutSeconds * 1000;
    let aborted = false;
    const runTask = (state: string) => async (taskInput: Json) => {
      if (aborted || this.time.now() >= deadline) {
        // After its end the library makes one more attempt of a state that was waiting for its retry.
        throw new StateError('States.Runtime', 'The execution is over.', false);
      }
      return host.runTask({ state, input: taskInput });
    };
    const execution = this.machine.run(realm.JSON.parse(input), {
      context,
      overrides: { taskResourceLocalHandlers: Object.fromEntries(this.tasks.map(state => [state, runTask(state)])) },
    });
    const result = execution.result
      .then((output): MachineResult => ({ status: 'SUCCEEDED', output }), (error): MachineResult => resultOf(error));
    const recorded = record(execution.eventLogs, host);
    return {
      result: Promise.all([result, recorded]).then(([output]) => output),
      abort: () => {
        aborted = true;
        execution.abort();
      },
    };
  }
}

function loadLibrary(time: TimeSource, random: () => number): Library {
  const globals = { ...virtualGlobals(time, random), Promise: promiseWithResolvers() };
  const require = (id: string) => UNUSED.test(id) ? {} : hostRequire(id);
  return loadCommonJs(hostRequire.resolve(LIBRARY), globals, require) as Library;
}

const valid = new Set<string>();

/** The library validates with asl-validator, which takes its time and adds fields to what it is given. */
function validate(definition: string, library: Library): void {
  if (!valid.has(definition)) {
    new library.StateMachine(realm.JSON.parse(definition));
    valid.add(definition);
  }
}

/** The library needs a function of Node 22. */
function promiseWithResolvers(): PromiseConstructor {
  if ('withResolvers' in realm.Promise) {
    return realm.Promise;
  }
  const withResolvers = () => {
    const resolvers: Record<string, unknown> = {};
    const promise = new realm.Promise((resolve, reject) => Object.assign(resolvers, { resolve, reject }));
    return { promise, ...resolvers };
  };
  return new Proxy(realm.Promise, {
    get: (target, key) => key === 'withResolvers' ? withResolvers : Reflect.get(target, key),
  });
}

/** Where the library differs from AWS. */
function adapt(state: Mutable<State>): void {
  if (state.Type === 'Task' && state.TimeoutSecondsPath === undefined) {
    state.TimeoutSeconds ??= DEFAULT_TASK_TIMEOUT_SECONDS;
  }
  // The library would put the result under the key `$`.
  const owners: Mutable<Pick<State, 'ResultPath'>>[] = [state, ...state.Catch ?? []];
  owners.filter(owner => owner.ResultPath === '$').forEach(owner => delete owner.ResultPath);
}

function taskNames(definition: Definition): string[] {
  return [...statesOf(definition)].filter(([, state]) => state.Type === 'Task').map(([name]) => name);
}

async function record(events: AsyncGenerator<LibraryEvent>, host: MachineHost): Promise<void> {
  for await (const { type, timestamp, state, input, output, retry, Error: error, Cause: cause } of events) {
    host.record({
      type,
      timestamp,
      ...state && { state: state.name, input: state.input },
      ...state?.output !== undefined && { output: state.output },
      ...input !== undefined && { input },
      ...output !== undefined && { output },
      ...error !== undefined && { error, cause },
      ...retry && { attempt: retry.attempt },
    });
  }
}

/** By name, because the library's classes are loaded again for each clock. */
function resultOf(error: Error): MachineResult {
  if (error.name === 'ExecutionTimeoutError') {
    return { status: 'TIMED_OUT' };
  }
  if (error.name === 'ExecutionAbortedError') {
    return { status: 'ABORTED' };
  }
  const { name, message } = error.cause as Error;
  return { status: 'FAILED', error: name, cause: message };
}
