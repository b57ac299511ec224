import { ACCOUNT } from './world';
import type { Memory, StepContext } from '../../lambda/lifecycle/handler';
import { VirtualClock } from '../../sandbox/kernel/virtual-clock';

export const OWNER = 'owner';
export const REQUESTED_AT = Date.UTC(2026, 0, 15, 12);

/** What a step did to its context. */
export interface Observed {
  readonly remembered: Record<string, unknown>;
  /** Names of the claims, for a list that calls are added to as well. */
  readonly calls: string[];
  readonly log: unknown[][];
  readonly found: string[];
}

/** The circumstances of a single step, for tests that look at one decision of a handler. */
export function stepContext<P>(properties: P, changes: Partial<StepContext<P>> = {}): StepContext<P> & { observed: Observed } {
  const observed: Observed = { remembered: {}, calls: [], log: [], found: [] };
  return {
    operation: 'Create', properties, logicalId: 'Thing', owner: OWNER, requestId: 'r', requestedAt: REQUESTED_AT,
    deadline: REQUESTED_AT + 3_540_000, quietUntil: REQUESTED_AT, memory: {}, clock: clockAt(0),
    log: { write: (...line) => { observed.log.push(line); } },
    place: { partition: 'aws', accountId: ACCOUNT, region: 'eu-west-1' },
    remember: (memory: Memory) => { Object.assign(observed.remembered, memory); },
    found: (physicalId: string) => { observed.found.push(physicalId); },
    claim: async () => { observed.calls.push('claim'); },
    claimChange: async () => { observed.calls.push('claimChange'); },
    observed,
    ...changes,
  };
}

/** A clock that shows so many seconds after the request, and passes over sleeps. */
export function clockAt(seconds: number): StepContext<unknown>['clock'] {
  const clock = new VirtualClock(REQUESTED_AT + seconds * 1000);
  return { now: () => clock.now(), sleep: milliseconds => clock.run(clock.sleep(milliseconds)) };
}
