/** Turns of the event loop without a new request after which nothing can happen without the clock moving on. */
const QUIET_TURNS = 5;
/** Real time, because a request that hangs here stops the virtual clock as well. So long that a slow machine never reaches it. */
const HANGING_AFTER_MS = 600_000;

/** Knows which HTTP requests are under way, and so when the simulated world has come to rest. */
export class HttpActivity {
  private readonly open = new Map<symbol, string>();
  private waiting: (() => void)[] = [];
  private started = 0;

  /** Notes the start of a request; the returned function notes its end and may be called more than once. */
  public begin(description: string): () => void {
    const id = Symbol(description);
    this.open.set(id, description);
    this.started++;
    return () => {
      this.open.delete(id);
      if (this.open.size === 0) {
        this.waiting.forEach(resolve => resolve());
        this.waiting = [];
      }
    };
  }

  /** Resolves when no request is under way and none follows within a few turns of the event loop. */
  public async untilIdle(): Promise<void> {
    let seen = this.started;
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      await new Promise(resolve => setImmediate(resolve));
      if (this.open.size > 0 || this.started !== seen) {
        await this.allClosed();
        seen = this.started;
        quiet = -1;
      }
    }
  }

  private allClosed(): Promise<void> {
    if (this.open.size === 0) {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const guard = setTimeout(() => reject(new Error(
        `HTTP requests of Lambda functions are open for ${HANGING_AFTER_MS / 1000} seconds of real time: `
        + `${[...this.open.values()].join(', ')}. Answer or close them, and read every response to its end.`,
      )), HANGING_AFTER_MS);
      this.waiting.push(() => {
        clearTimeout(guard);
        resolve();
      });
    });
  }
}
