import type { RawProperties } from './request';

/** What the engine needs from outside, so that a test or a simulation can take the outside's place. */
export interface Runtime {
  readonly clock: Clock;
  readonly log: Logger;
  readonly waiter: Waiter;
  readonly transport: Transport;
  /** How many custom resources the stack has for this function, if they are many. */
  readonly resourceCount?: number;
  /** A number from 0 (included) to 1 (excluded), for jitter. */
  random(): number;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export interface Logger {
  write(level: 'INFO' | 'WARN' | 'ERROR', message: string, details?: Record<string, unknown>): void;
}

/** Sends an answer to CloudFormation. Gives the HTTP status; rejects when there was none. */
export interface Transport {
  put(url: string, body: string): Promise<number>;
}

/** The state machine that waits, seen from the function. */
export interface Waiter {
  /** Starts an execution; `exists` if there has been one of that name, running or ended. */
  start(name: string, input: unknown): Promise<'started' | 'exists'>;
  /** The executions that started at `since` or later, latest first. The list may be seconds behind. */
  executions(since: number): Promise<StartedExecution[]>;
  /** Ends an execution: it starts no further step. A step that is at work goes on. */
  stop(name: string): Promise<void>;
  /** Whether an execution still runs, was stopped, or has come to its own end. */
  stateOf(name: string): Promise<ExecutionState>;
  /** What an execution has written down last. */
  lastInputOf(name: string): Promise<WrittenState>;
}

/** State that an execution has written down. */
export interface WrittenState {
  readonly progress?: { readonly changed?: boolean; readonly tookBack?: boolean; readonly pendingAnswer?: { readonly status: string } };
  readonly request?: {
    readonly requestId?: string; readonly physicalResourceId?: string; readonly properties?: RawProperties; readonly oldProperties?: RawProperties;
  };
}

export type ExecutionState = 'running' | 'stopped' | 'ended';

/** An execution as the list shows it. */
export interface StartedExecution {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly running: boolean;
}
