import type { Clock } from '../../lambda/lifecycle/ports';
import { VirtualClock } from '../../sandbox/kernel/virtual-clock';

export const REQUESTED_AT = Date.UTC(2026, 0, 15, 12);

/** A clock that shows so many seconds after the request, and passes over sleeps. */
export function clockAt(seconds: number): Clock {
  const clock = new VirtualClock(REQUESTED_AT + seconds * 1000);
  return { now: () => clock.now(), sleep: milliseconds => clock.run(clock.sleep(milliseconds)) };
}
