import { Json } from './definition';

/** The names of `aws-local-stepfunctions`, whose events are the model. */
export type HistoryEventType =
  | 'ExecutionStarted' | 'ExecutionSucceeded' | 'ExecutionFailed' | 'ExecutionAborted' | 'ExecutionTimeout'
  | 'StateEntered' | 'StateExited' | 'StateFailed' | 'StateRetried' | 'StateCaught';

export interface HistoryEvent {
  readonly type: HistoryEventType;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** Name of the state. */
  readonly state?: string;
  readonly input?: Json;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  /** Number of the retry that begins. */
  readonly attempt?: number;
}

/** How an execution ended. */
export type MachineResult =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause: string }
  | { readonly status: 'TIMED_OUT' }
  | { readonly status: 'ABORTED' };

export interface TaskCall {
  readonly state: string;
  /** What Parameters made of the state's input. */
  readonly input: Json;
}

/** What an interpreter needs from the world around the state machine. */
export interface MachineHost {
  /** Does the work of a Task state. Throws a `StateError`. */
  runTask(call: TaskCall): Promise<Json>;
  record(event: HistoryEvent): void;
}

export interface RunningMachine {
  readonly result: Promise<MachineResult>;
  abort(): void;
}

/** The context object of an execution (`$$`). */
export type MachineContext = Record<string, Record<string, string>>;

/** A definition that was accepted. */
export interface Machine {
  /** @param input JSON text */
  start(input: string, context: MachineContext, host: MachineHost): RunningMachine;
}

/** Runs state machines. */
export interface Interpreter {
  /**
   * @param definition JSON text in the Amazon States Language
   * @throws Error if the definition is not valid or cannot be run
   */
  load(definition: string): Machine;
}

/** An error that a state reports, under the name that Retry and Catch see. */
export class StateError extends Error {
  constructor(
    name: string,
    /** The `Cause`. */
    message: string,
    /** False for errors that neither Retry nor Catch sees. */
    public readonly isRetryable: boolean = true,
    public readonly isCatchable: boolean = isRetryable,
  ) {
    super(message);
    this.name = name;
  }
}
