import { Globals, realm } from './module-loader';
import { TimerHandle } from '../kernel/virtual-clock';

/** What loaded code needs of a clock; the virtual clock is one. */
export interface TimeSource {
  now(): number;
  setTimeout(callback: (...args: unknown[]) => void, milliseconds?: number, ...args: unknown[]): TimerHandle;
  clearTimeout(handle: TimerHandle | number | undefined): void;
}

/** The globals for time and chance, on a virtual clock and a seeded stream of numbers. */
export function virtualGlobals(time: TimeSource, random: () => number): Globals {
  const intervals = new Intervals(time);
  return {
    Date: virtualDate(time),
    Math: Object.assign(Object.create(Math), { random }),
    AbortSignal: virtualAbortSignal(time),
    performance: virtualPerformance(time),
    setTimeout: time.setTimeout.bind(time),
    setInterval: intervals.set.bind(intervals),
    clearTimeout: intervals.clear.bind(intervals),
    clearInterval: intervals.clear.bind(intervals),
  };
}

/** A proxy and not a subclass, so that `instanceof Date` holds for the dates of Node's own modules as well. */
function virtualDate(time: TimeSource): DateConstructor {
  return new Proxy(realm.Date, {
    apply: target => new target(time.now()).toString(),
    construct: (target, args: []) => args.length === 0 ? new target(time.now()) : new target(...args),
    get: (target, key, receiver) => key === 'now' ? () => time.now() : Reflect.get(target, key, receiver),
  });
}

function virtualAbortSignal(time: TimeSource): typeof AbortSignal {
  const timeout = (milliseconds: number) => {
    const controller = new AbortController();
    time.setTimeout(() => {
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    }, milliseconds);
    return controller.signal;
  };
  return new Proxy(AbortSignal, {
    get: (target, key) => key === 'timeout' ? timeout : Reflect.get(target, key),
  });
}

function virtualPerformance(time: TimeSource): { readonly timeOrigin: number; now(): number } {
  const timeOrigin = time.now();
  return { now: () => time.now() - timeOrigin, timeOrigin };
}

/** `setInterval` over a clock that knows only single timers. */
class Intervals {
  private readonly current = new Map<number, TimerHandle>();

  constructor(private readonly time: TimeSource) {}

  public set(callback: (...args: unknown[]) => void, milliseconds: number = 1, ...args: unknown[]): TimerHandle {
    const tick = () => {
      this.current.set(id, this.time.setTimeout(tick, milliseconds));
      callback(...args);
    };
    const handle = this.time.setTimeout(tick, milliseconds);
    const id = Number(handle);
    this.current.set(id, handle);
    return handle;
  }

  /** Node lets `clearTimeout` end an interval and `clearInterval` a timeout. */
  public clear(handle: TimerHandle | number | undefined): void {
    const id = Number(handle);
    this.time.clearTimeout(this.current.get(id) ?? handle);
    this.current.delete(id);
  }
}
