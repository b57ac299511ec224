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
  /** Whether there is an execution whose name starts with `prefix`, other than `name`, for a request made at `since` or later. */
  hasNewer(prefix: string, name: string, since: number): Promise<boolean>;
}
