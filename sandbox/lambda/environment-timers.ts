import { TimeSource } from './virtual-globals';
import { TimerHandle } from '../kernel/virtual-clock';

interface Timer {
  readonly handle: TimerHandle;
  readonly run: () => void;
  /** The time came while the environment was frozen. */
  overdue: boolean;
}

/**
 * The timers of one execution environment. Lambda freezes it between invocations, so what falls due then runs at the
 * next one; and when it is discarded, nothing of it may run any more.
 */
export class EnvironmentTimers implements TimeSource {
  private readonly timers = new Map<number, Timer>();
  private frozen = true;

  /** @param guard runs a callback and deals with what it throws */
  constructor(private readonly time: TimeSource, private readonly guard: (callback: () => void) => void) {}

  public now(): number {
    return this.time.now();
  }

  public setTimeout(callback: (...args: unknown[]) => void, milliseconds?: number, ...args: unknown[]): TimerHandle {
    const handle = this.time.setTimeout(() => this.fire(Number(handle)), milliseconds);
    this.timers.set(Number(handle), { handle, run: () => callback(...args), overdue: false });
    return handle;
  }

  public clearTimeout(handle: TimerHandle | number | undefined): void {
    this.time.clearTimeout(handle);
    this.timers.delete(Number(handle));
  }

  public freeze(): void {
    this.frozen = true;
  }

  public thaw(): void {
    this.frozen = false;
    [...this.timers].filter(([, timer]) => timer.overdue).forEach(([id]) => this.fire(id));
  }

  public discard(): void {
    this.timers.forEach(timer => this.time.clearTimeout(timer.handle));
    this.timers.clear();
    this.frozen = true;
  }

  private fire(id: number): void {
    const timer = this.timers.get(id);
    if (!timer) {
      return;
    }
    if (this.frozen) {
      timer.overdue = true;
      return;
    }
    this.timers.delete(id);
    this.guard(timer.run);
  }
}
