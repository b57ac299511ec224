import { TimerHandle, VirtualClock } from '../../sandbox/kernel/virtual-clock';

/** A class, because objects of one shape without closures are what V8 makes and reads quickest. */
class Timer implements TimerHandle {
  constructor(public readonly at: number, public readonly order: number, public fire: (() => void) | undefined) {}

  public ref(): this {
    return this;
  }

  public unref(): this {
    return this;
  }

  public [Symbol.toPrimitive](): number {
    return this.order;
  }
}

/** The virtual clock with a heap of timers, for histories by the million. */
export class FastClock extends VirtualClock {
  private readonly heap: Timer[] = [];
  private current: number;
  private count = 0;

  /** @param limit how many timers may fire before the history is taken for one that never ends */
  constructor(start: number, private readonly limit: number) {
    super(start);
    this.current = start;
  }

  /** How many timers were set. */
  public get timersSet(): number {
    return this.count;
  }

  public override now(): number {
    return this.current;
  }

  public override sleep(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.setTimeout(resolve, milliseconds));
  }

  public override setTimeout(callback: (...args: any[]) => void, milliseconds: number = 0, ...args: any[]): TimerHandle {
    const at = this.current + Math.max(0, Number(milliseconds) || 0);
    const timer = new Timer(at, ++this.count, args.length === 0 ? callback : () => callback(...args));
    this.push(timer);
    return timer;
  }

  public override clearTimeout(handle: TimerHandle | number | undefined): void {
    const timer = typeof handle === 'number' ? this.heap.find(({ order }) => order === handle) : handle;
    if (timer instanceof Timer) {
      timer.fire = undefined;
    }
  }

  /** Runs until `main` ends. Everything that can happen without the clock moving on happens before it moves on. */
  public override run<T>(main: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let done = false;
      let fired = 0;
      main.then(value => { done = true; resolve(value); }, error => { done = true; reject(error); });
      const advance = (): void => {
        if (done) {
          return;
        }
        const timer = this.pop();
        if (!timer || ++fired > this.limit) {
          reject(new Error(timer ? `The history does not end: ${this.limit} timers have fired.`
            : 'The simulated world stands still: something waits for an event that nothing will ever cause.'));
          return;
        }
        this.current = Math.max(this.current, timer.at);
        timer.fire!();
        whenIdle(advance);
      };
      whenIdle(advance);
    });
  }

  private push(timer: Timer): void {
    const { heap } = this;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(heap[parent], timer)) {
        break;
      }
      heap[index] = heap[parent];
      index = parent;
    }
    heap[index] = timer;
  }

  /** The next timer that was not cleared. */
  private pop(): Timer | undefined {
    for (;;) {
      const first = this.heap[0];
      const last = this.heap.pop();
      if (!first || !last) {
        return undefined;
      }
      if (last !== first) {
        this.sink(last);
      }
      if (first.fire) {
        return first;
      }
    }
  }

  private sink(timer: Timer): void {
    const { heap } = this;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) {
        break;
      }
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (isBefore(timer, heap[child])) {
        break;
      }
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = timer;
  }
}

/** Calls when all promise callbacks that can run have run: a tick that is asked for by one of them comes after all. */
function whenIdle(callback: () => void): void {
  queueMicrotask(() => process.nextTick(callback));
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
