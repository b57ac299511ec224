import { Catcher, DEFAULT_TASK_TIMEOUT_SECONDS, Definition, Json, requireRunnable, Retrier, State } from './definition';
import {
  HistoryEvent, Interpreter, Machine, MachineContext, MachineHost, MachineResult, RunningMachine, StateError,
} from './interpreter';
import { TimerHandle } from '../kernel/virtual-clock';
import { seededRandom } from '../lambda/determinism';
import { TimeSource } from '../lambda/virtual-globals';

type JsonObject = { [key: string]: Json };

/** Finds a value; throws `States.Runtime` if there is none. */
type Path = (input: Json) => Json;
type Template = (input: Json) => Json;

/** What a state made of its input. */
interface Step {
  readonly output: Json;
  /** Undefined at the end of the execution. */
  readonly next?: string;
}

const RETRY_DEFAULTS = { IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 3, MaxDelaySeconds: Infinity };

const FIELDS: Record<string, string[]> = {
  Wait: ['Seconds', 'SecondsPath', 'Next', 'End'],
  Task: [
    'Resource', 'Parameters', 'ResultPath', 'OutputPath', 'TimeoutSeconds', 'Retry', 'Catch', 'Next', 'End',
  ],
  Choice: ['Choices', 'Default'],
  Succeed: [],
  Fail: ['Error', 'Cause'],
};
const COMMON_FIELDS = ['Type', 'Comment', 'QueryLanguage'];
const MACHINE_FIELDS = ['Comment', 'StartAt', 'States', 'TimeoutSeconds', 'QueryLanguage', 'Version'];
const RETRIER_FIELDS = [...Object.keys(RETRY_DEFAULTS), 'ErrorEquals', 'JitterStrategy'];
const CATCHER_FIELDS = ['ErrorEquals', 'Next', 'ResultPath'];
const RULE_FIELDS = ['Variable', 'BooleanEquals', 'Next'];
const SIMPLE_PATH = /^\$(\.[A-Za-z_]\w*)*$/;

/**
 * Runs the part of the Amazon States Language that the engine's waiter uses, many times faster than the library does,
 * for simulations of many histories. It refuses everything else, and a test holds it to the library's results.
 */
export class LightInterpreter implements Interpreter {
  constructor(
    private readonly time: TimeSource,
    private readonly random: () => number = seededRandom('state machines'),
  ) {}

  public load(definition: string): Machine {
    const compiled = COMPILED.get(definition) ?? compileDefinition(definition);
    COMPILED.set(definition, compiled);
    return {
      start: (input: string, _context: MachineContext, host: MachineHost) =>
        new LightExecution(compiled, this.time, this.random, host).start(JSON.parse(input)),
    };
  }
}

interface CompiledDefinition {
  readonly startAt: string;
  readonly timeoutSeconds?: number;
  readonly states: ReadonlyMap<string, CompiledState>;
}

interface CompiledState {
  /** The states that may follow. */
  readonly targets: readonly string[];
  readonly retry: readonly Retrier[];
  readonly catchers: readonly CompiledCatcher[];
  /** Runs the state once. */
  attempt(input: Json, execution: LightExecution): Step | Promise<Step>;
}

interface CompiledCatcher extends Catcher {
  place(input: Json, fault: Json): Json;
}

class LightExecution implements RunningMachine {
  public readonly result: Promise<MachineResult>;
  private end!: (result: MachineResult) => void;
  private over = false;
  private readonly timers = new Set<TimerHandle>();

  constructor(
    private readonly compiled: CompiledDefinition,
    private readonly time: TimeSource,
    private readonly random: () => number,
    private readonly host: MachineHost,
  ) {
    this.result = new Promise(resolve => { this.end = resolve; });
  }

  public start(input: Json): this {
    const { timeoutSeconds } = this.compiled;
    if (timeoutSeconds !== undefined) {
      this.timer(() => this.finish({ status: 'TIMED_OUT' }, { type: 'ExecutionTimeout' }), timeoutSeconds);
    }
    void this.run(input);
    return this;
  }

  public abort(): void {
    this.finish({ status: 'ABORTED' }, { type: 'ExecutionAborted' });
  }

  public sleep(seconds: number): Promise<void> {
    if (this.over) {
      return never();
    }
    return seconds === 0 ? Promise.resolve() : new Promise(resolve => this.timer(resolve, seconds));
  }

  /** Fails with `States.Timeout` when the task takes longer. */
  public runTask(state: string, input: Json, timeoutSeconds: number): Promise<Json> {
    if (this.over) {
      return never();
    }
    return new Promise((resolve, reject) => {
      const task = this.host.runTask({ state, input });
      const timer = this.timer(() => reject(new StateError('States.Timeout', 'States.Timeout')), timeoutSeconds);
      task.then(resolve, reject).finally(() => this.clear(timer));
    });
  }

  private async run(input: Json): Promise<void> {
    this.record({ type: 'ExecutionStarted', input });
    let name: string | undefined = this.compiled.startAt;
    let data = input;
    try {
      while (name !== undefined) {
        this.record({ type: 'StateEntered', state: name, input: data });
        const step: Step = await this.execute(name, data);
        this.record({ type: 'StateExited', state: name, input: data, output: step.output });
        data = step.output;
        name = step.next;
      }
      this.finish({ status: 'SUCCEEDED', output: data }, { type: 'ExecutionSucceeded', output: data });
    } catch (thrown) {
      const { name: error, message: cause } = thrown as Error;
      this.finish({ status: 'FAILED', error, cause }, { type: 'ExecutionFailed', error, cause });
    }
  }

  private async execute(name: string, input: Json): Promise<Step> {
    const state = this.compiled.states.get(name)!;
    const retries = state.retry.map(() => 0);
    for (;;) {
      try {
        return await state.attempt(input, this);
      } catch (thrown) {
        const error = thrown as StateError;
        this.record({ type: 'StateFailed', state: name, input, error: error.name, cause: error.message });
        const retrier = state.retry.findIndex(({ ErrorEquals }) => error.isRetryable && matches(ErrorEquals, error));
        if (retrier < 0 || !await this.mayRetry(state.retry[retrier], retries[retrier]++)) {
          return this.caught(name, input, error);
        }
        this.record({ type: 'StateRetried', state: name, input, attempt: retries[retrier] });
      }
    }
  }

  private caught(name: string, input: Json, error: StateError): Step {
    const { catchers } = this.compiled.states.get(name)!;
    const catcher = catchers.find(({ ErrorEquals }) => error.isCatchable && matches(ErrorEquals, error));
    if (!catcher) {
      throw error;
    }
    this.record({ type: 'StateCaught', state: name, input });
    return { output: catcher.place(input, { Error: error.name, Cause: error.message }), next: catcher.Next };
  }

  /** Waits for the time of the next attempt, if there is one. */
  private async mayRetry(retrier: Retrier, retries: number): Promise<boolean> {
    const {
      IntervalSeconds = RETRY_DEFAULTS.IntervalSeconds,
      BackoffRate = RETRY_DEFAULTS.BackoffRate,
      MaxAttempts = RETRY_DEFAULTS.MaxAttempts,
      MaxDelaySeconds = RETRY_DEFAULTS.MaxDelaySeconds,
    } = retrier;
    if (retries >= MaxAttempts) {
      return false;
    }
    const delay = Math.min(IntervalSeconds * BackoffRate ** retries, MaxDelaySeconds) * 1000;
    await this.sleep((retrier.JitterStrategy === 'FULL' ? Math.floor(this.random() * (delay + 1)) : delay) / 1000);
    return true;
  }

  private finish(result: MachineResult, event: Omit<HistoryEvent, 'timestamp'>): void {
    if (this.over) {
      return;
    }
    this.record(event);
    this.over = true;
    this.timers.forEach(timer => this.clear(timer));
    this.end(result);
  }

  private record(event: Omit<HistoryEvent, 'timestamp'>): void {
    if (!this.over) {
      this.host.record(Object.assign(event, { timestamp: this.time.now() }));
    }
  }

  private timer(callback: () => void, seconds: number): TimerHandle {
    const timer = this.time.setTimeout(() => {
      this.timers.delete(timer);
      callback();
    }, seconds * 1000);
    this.timers.add(timer);
    return timer;
  }

  private clear(timer: TimerHandle): void {
    this.time.clearTimeout(timer);
    this.timers.delete(timer);
  }
}

/** By their text: a simulation loads the same definition for each of many histories. */
const COMPILED = new Map<string, CompiledDefinition>();

function compileDefinition(definition: string): CompiledDefinition {
  const parsed: Definition = JSON.parse(definition);
  requireRunnable(parsed);
  requireFields('The state machine', parsed, MACHINE_FIELDS);
  const states = new Map(Object.entries(parsed.States).map(([name, state]) => [name, compile(name, state)]));
  [parsed.StartAt, ...[...states.values()].flatMap(state => state.targets)].forEach(target => {
    if (!states.has(target)) {
      throw new Error(`The state machine has no state '${target}'.`);
    }
  });
  return { startAt: parsed.StartAt, timeoutSeconds: parsed.TimeoutSeconds, states };
}

/** Where an execution that is over comes to a halt. One promise for all would keep every execution that ever came to it. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

function compile(name: string, state: State): CompiledState {
  const fields = FIELDS[state.Type];
  if (!fields) {
    throw new Error(`State '${name}' is of type ${state.Type}, which the light interpreter does not know. `
      + `It knows ${Object.keys(FIELDS).join(', ')}; the library knows the others.`);
  }
  requireFields(`State '${name}'`, state, [...fields, ...COMMON_FIELDS]);
  switch (state.Type) {
    case 'Wait': return plain(state, compileWait(state));
    case 'Task': return compileTask(name, state);
    case 'Choice': return compileChoice(name, state);
    case 'Succeed': return plain(state, input => ({ output: input }));
    default: return plain(state, () => { throw new StateError(state.Error!, state.Cause!); });
  }
}

function plain(state: State, attempt: CompiledState['attempt']): CompiledState {
  return { attempt, targets: state.Next === undefined ? [] : [state.Next], retry: [], catchers: [] };
}

function compileWait(state: State): CompiledState['attempt'] {
  const path = state.SecondsPath === undefined ? () => state.Seconds! : compilePath(state.SecondsPath);
  return async (input, execution) => {
    const seconds = path(input);
    if (!Number.isInteger(seconds)) {
      throw runtimeError(`'${state.SecondsPath}' evaluated to ${JSON.stringify(seconds)}, but expected an integer`);
    }
    if (Number(seconds) < 0) {
      throw runtimeError(`'${state.SecondsPath}' evaluated to ${seconds}, but expected an integer >= 0`);
    }
    await execution.sleep(Number(seconds));
    return { output: input, next: state.Next };
  };
}

function compileTask(name: string, state: State): CompiledState {
  const { Retry: retry = [], Catch: catchers = [] } = state;
  retry.forEach(retrier => requireFields(`A retrier of state '${name}'`, retrier, RETRIER_FIELDS));
  catchers.forEach(catcher => requireFields(`A catcher of state '${name}'`, catcher, CATCHER_FIELDS));
  const parameters = state.Parameters === undefined ? (input: Json) => input : compileTemplate(state.Parameters);
  const place = compileResultPath(state.ResultPath);
  const output = compileOutputPath(state.OutputPath);
  const timeout = state.TimeoutSeconds ?? DEFAULT_TASK_TIMEOUT_SECONDS;
  return {
    attempt: async (input, execution) => {
      const result = await execution.runTask(name, parameters(input), timeout);
      return { output: output(place(input, result)), next: state.Next };
    },
    targets: [...state.Next === undefined ? [] : [state.Next], ...catchers.map(catcher => catcher.Next)],
    retry,
    catchers: catchers.map(catcher => ({ ...catcher, place: compileResultPath(catcher.ResultPath) })),
  };
}

function compileChoice(name: string, state: State): CompiledState {
  const rules = state.Choices!.map(rule => {
    requireFields(`A choice of state '${name}'`, rule, RULE_FIELDS);
    return { ...rule, path: compilePath(rule.Variable) };
  });
  const attempt = (input: Json): Step => {
    const next = rules.find(rule => rule.path(input) === rule.BooleanEquals)?.Next ?? state.Default;
    if (next === undefined) {
      throw new StateError('States.NoChoiceMatched', 'States.NoChoiceMatched');
    }
    return { output: input, next };
  };
  const targets = [...rules.map(rule => rule.Next), ...state.Default === undefined ? [] : [state.Default]];
  return { attempt, targets, retry: [], catchers: [] };
}

function matches(names: readonly string[], error: StateError): boolean {
  return names.some(name => name === error.name || name === 'States.ALL'
    || (name === 'States.TaskFailed' && error.name !== 'States.Timeout'));
}

function compileTemplate(template: Json): Template {
  if (Array.isArray(template)) {
    const items = template.map(compileTemplate);
    return input => items.map(item => item(input));
  }
  if (typeof template !== 'object' || template === null) {
    return () => template;
  }
  const members = Object.entries(template).map(([key, value]): [string, Template] =>
    key.endsWith('.$') ? [key.slice(0, -2), compilePath(value)] : [key, compileTemplate(value)]);
  return input => {
    const made: JsonObject = {};
    for (const [key, value] of members) {
      made[key] = value(input);
    }
    return made;
  };
}

function compilePath(path: Json): Path {
  const names = namesOf(path);
  return input => {
    let value: Json | undefined = input;
    for (const name of names) {
      value = isObject(value) ? value[name] : undefined;
    }
    if (value === undefined) {
      throw runtimeError(`'${path}' does not point to a value`);
    }
    return value;
  };
}

function compileOutputPath(path: string | null | undefined): Path {
  if (path === undefined) {
    return input => input;
  }
  return path === null ? () => ({}) : compilePath(path);
}

function compileResultPath(path: string | null | undefined): (input: Json, result: Json) => Json {
  if (path === null) {
    return input => input;
  }
  const names = namesOf(path ?? '$');
  if (names.length === 0) {
    return (_, result) => result;
  }
  return (input, result) => {
    if (!isObject(input)) {
      throw new StateError('States.ResultPathMatchFailure', 'States.ResultPathMatchFailure');
    }
    return withMember(input, names, result);
  };
}

function withMember(target: Json | undefined, [name, ...rest]: string[], value: Json): Json {
  const object = isObject(target) ? target : {};
  return { ...object, [name]: rest.length === 0 ? value : withMember(object[name], rest, value) };
}

function namesOf(path: Json): string[] {
  if (typeof path !== 'string' || !SIMPLE_PATH.test(path)) {
    throw new Error(`The path '${String(path)}' is more than names joined by dots, such as $.a.b, which is all that `
      + 'the light interpreter knows. The library knows the others.');
  }
  return path.split('.').slice(1);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function requireFields(owner: string, value: object, known: readonly string[]): void {
  const unknown = Object.keys(value).find(field => !known.includes(field));
  if (unknown !== undefined) {
    throw new Error(`${owner} has the field '${unknown}', which the light interpreter does not know. `
      + `It knows ${known.join(', ')} there.`);
  }
}

function runtimeError(problem: string): StateError {
  return new StateError('States.Runtime', `Path expression ${problem}`, false);
}
