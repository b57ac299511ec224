/** A timer of the virtual clock that has not fired yet. */
interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** What `setTimeout` returns; the SDK calls `ref` and `unref` on timers. */
export interface TimerHandle {
  ref(): TimerHandle;
  unref(): TimerHandle;
  [Symbol.toPrimitive](): number;
}

/**
 * Time for everything that is simulated. It stands still while anything runs and then jumps to the next timer, so that a
 * wait of forty minutes passes at once and the same inputs give the same history.
 */
export class VirtualClock {
  private readonly timers = new Map<number, Timer>();
  private order = 0;

  constructor(private time: number) {}

  /** Milliseconds since the epoch. */
  public now(): number {
    return this.time;
  }

  public sleep(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.setTimeout(resolve, milliseconds));
  }

  public setTimeout(callback: (...args: any[]) => void, milliseconds: number = 0, ...args: any[]): TimerHandle {
    const order = ++this.order;
    this.timers.set(order, {
      at: this.time + Math.max(0, Number(milliseconds) || 0),
      order,
      fire: () => callback(...args),
    });
    const handle: TimerHandle = { ref: () => handle, unref: () => handle, [Symbol.toPrimitive]: () => order };
    return handle;
  }

  public clearTimeout(handle: TimerHandle | number | undefined): void {
    if (handle !== undefined && handle !== null) {
      this.timers.delete(Number(handle));
    }
  }

  /**
   * Runs until `main` ends, and gives its result.
   *
   * @param main what has to come to an end
   * @param untilIdle resolves when nothing can happen any more without the clock moving on
   * @param beforeJump called with the milliseconds of the next jump, e.g. to show a demo at a speed that people can follow
   */
  public async run<T>(
    main: Promise<T>,
    untilIdle: () => Promise<void> = drainMicrotasks,
    beforeJump?: (milliseconds: number) => Promise<void>,
  ): Promise<T> {
    let done = false;
    const finished = main.finally(() => { done = true; });
    finished.catch(() => undefined);
    for (;;) {
      await untilIdle();
      if (done) {
        return finished;
      }
      const next = this.next();
      if (!next) {
        throw new Error('The simulated world stands still: something waits for an event that nothing will ever cause.');
      }
      if (beforeJump && next.at > this.time) {
        await beforeJump(next.at - this.time);
      }
      this.timers.delete(next.order);
      this.time = Math.max(this.time, next.at);
      next.fire();
    }
  }

  private next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers.values()) {
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) {
        first = timer;
      }
    }
    return first;
  }
}

/** Lets all promise callbacks that can run, run. Enough where nothing does real input or output. */
export function drainMicrotasks(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
