/** One attempt to run a function, before it starts. */
export interface InvocationInfo {
  readonly functionName: string;
  readonly functionArn: string;
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly invocationType: 'Event' | 'RequestResponse';
  /** 1 for the first delivery of an event; a throttled delivery counts as well. */
  readonly attempt: number;
  /** Whether this delivery is the second one of an event that was delivered already. */
  readonly duplicate: boolean;
}

/** What goes wrong with one attempt. */
export interface InvocationFault {
  /** The event is delivered once more, this much later. For asynchronous invocations, and never for a duplicate. */
  readonly duplicateAfterMs?: number;
  /** The attempt starts this much later. Lambda holds an event back for at most six hours. */
  readonly delayMs?: number;
  readonly throttle?: boolean;
  /** Name of the error with which Lambda itself refuses a synchronous invocation, e.g. `ENINotReadyException`. */
  readonly refusal?: string;
  /** The code hangs until the function's time-out, and does nothing. */
  readonly hang?: boolean;
  /** The process dies before the code runs, or when the outgoing HTTP call of this number has taken effect. */
  readonly crash?: 'before' | { readonly afterCalls: number };
  /** The code comes to its end, and yet the invocation fails. */
  readonly crashAfterReturn?: boolean;
}

/** A plan of what goes wrong. It is asked before every attempt. */
export interface InvocationFaults {
  onInvoke?(info: InvocationInfo): InvocationFault | undefined;
}
