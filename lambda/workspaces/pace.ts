import { classify } from '../lifecycle/errors';
import type { Clock } from '../lifecycle/ports';

/** The rate that WorkSpaces grants an account in a Region, all operations together: 2 calls a second, 5 at once. */
const INTERVAL_MILLISECONDS = 500;
const BURST = 5;
/** Others call, too: a call that was throttled all the same is repeated after so long. */
const PENALTY_MILLISECONDS = 2500;
const MAX_ATTEMPTS = 5;

/**
 * Spaces the calls of a step so that they keep within the rate of WorkSpaces. Its one number travels in the memory of a
 * request, so that the next step goes on where this one has stopped.
 */
export class Pace {
  private readonly startedAt: number;
  /** When calls at a steady rate would have used up all that was granted. */
  private usedUntil: number;

  /** @param usedUntil the number of the step before; without it, others are taken to have just used up the burst */
  constructor(private readonly clock: Clock, usedUntil?: unknown) {
    this.startedAt = clock.now();
    this.usedUntil = Number(usedUntil) || this.startedAt + (BURST - 1) * INTERVAL_MILLISECONDS;
  }

  public get memory(): number {
    return this.usedUntil;
  }

  /** Whether the step has lasted so long that it should leave the rest to the next one. */
  public isOver(seconds: number): boolean {
    return this.clock.now() - this.startedAt >= seconds * 1000;
  }

  public async call<T>(operation: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      await this.turn();
      try {
        return await operation();
      } catch (error) {
        if (classify(error) !== 'throttled' || attempt === MAX_ATTEMPTS) {
          throw error;
        }
        this.usedUntil += PENALTY_MILLISECONDS;
      }
    }
  }

  private async turn(): Promise<void> {
    const earliest = this.usedUntil - (BURST - 1) * INTERVAL_MILLISECONDS;
    const now = this.clock.now();
    this.usedUntil = Math.max(now, this.usedUntil) + INTERVAL_MILLISECONDS;
    if (earliest > now) {
      await this.clock.sleep(earliest - now);
    }
  }
}

/** The pace of a step that makes a few calls only, and may use the burst for them. */
export function briefPace(clock: Clock): Pace {
  return new Pace(clock, clock.now());
}

/** A port whose calls keep a pace. */
export function paced<T extends object>(port: T, pace: Pace): T {
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function'
        ? (...args: unknown[]) => pace.call(() => Reflect.apply(member, target, args) as Promise<unknown>)
        : member;
    },
  });
}
