/** What one or more operations took. */
export interface Work {
  serviceCalls: number;
  functionCalls: number;
  /** Of Standard state machines, retries included. */
  transitions: number;
  readonly functionMegabytes: number;
}

export function noWork(functionMegabytes: number): Work {
  return { serviceCalls: 0, functionCalls: 0, transitions: 0, functionMegabytes };
}
