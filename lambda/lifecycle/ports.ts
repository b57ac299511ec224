/** What the engine needs from outside, so that a test or a simulation can take the outside's place. */
export interface Runtime {
  readonly clock: Clock;
  readonly log: Logger;
  readonly waiter: Waiter;
  readonly transport: Transport;
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
  /** The executions whose names start with `prefix`, other than `name`, seen from the latter, whose request was made at `since`. */
  rivals(prefix: string, name: string, since: number): Promise<Rivals>;
}

/** What other requests for the same resource there are. */
export interface Rivals {
  /** CloudFormation has sent a later request. */
  readonly successor: boolean;
  /** The execution of an earlier request still runs: CloudFormation has given that request up. */
  readonly predecessor: boolean;
}
