import { RetryingClient } from './retrying-client';
import { noWork, type Work } from './work';
import { VirtualClock } from '../../sandbox/kernel/virtual-clock';
import { ServiceDispatcher, type CallRecord, type Interceptor } from '../../sandbox/services/dispatch';
import { InProcessClient } from '../../sandbox/services/in-process-client';
import type { ServiceSimulator } from '../../sandbox/services/service';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
const START = Date.UTC(2026, 0, 15, 12, 0, 0);
const KEPT_CALLS = 1_000_000;

/** A simulated service on a virtual clock, and what is spent on it. */
export class World {
  public readonly clock = new VirtualClock(START);
  public readonly work: Work;
  private readonly dispatcher: ServiceDispatcher;

  /** @param interceptors refuse calls that the simulator takes */
  constructor(
    private readonly simulator: ServiceSimulator, public readonly random: () => number, functionMegabytes: number,
    interceptors: readonly Interceptor[] = [],
  ) {
    this.work = noWork(functionMegabytes);
    this.dispatcher = new ServiceDispatcher({
      clock: this.clock, partition: 'aws', accountId: ACCOUNT, keptCalls: KEPT_CALLS, interceptors,
    }).register(simulator);
  }

  /** An SDK client of the service, with the SDK's retries. */
  public client(region: string, maxAttempts?: number): RetryingClient {
    return new RetryingClient(this.inProcess(region), this.clock, this.random, this.work, maxAttempts);
  }

  /** A call that is not part of what is measured. */
  public call(operation: string, input: object, region: string): any {
    return this.dispatcher.dispatch(this.simulator.serviceId, operation, input, { region });
  }

  /** When the service accepted the last call of an operation. */
  public acceptedAt(operation: string): number {
    const call = this.dispatcher.calls.filter(({ operation: called, outcome }) => called === operation && outcome === 'success').at(-1);
    if (!call) {
      throw new Error(`The simulated ${this.simulator.serviceId} accepted no ${operation}.`);
    }
    return call.at;
  }

  /** What comes from now on is measured; what was before was preparation. */
  public forgetWork(): void {
    Object.assign(this.work, { serviceCalls: 0, functionCalls: 0, transitions: 0 });
    this.dispatcher.calls.length = 0;
  }

  /** The most calls that arrived in one Region within one second, throttled ones included. */
  public highestRate(): number {
    return this.peak(1);
  }

  /** The most calls that arrived in one Region within so many seconds of the clock, throttled ones included. */
  public peak(seconds: number): number {
    const counts = new Map<string, number>();
    for (const { at, region } of this.dispatcher.calls) {
      const window = `${region} ${Math.floor(at / 1000 / seconds)}`;
      counts.set(window, (counts.get(window) ?? 0) + 1);
    }
    return Math.max(0, ...counts.values());
  }

  public throttled(): number {
    return this.dispatcher.calls.filter(isThrottled).length;
  }

  /** How many things exist. */
  public existing(): number {
    return this.simulator.inventory(this.clock.now()).length;
  }

  private inProcess(region: string): InProcessClient {
    return new InProcessClient(this.dispatcher, this.simulator.serviceId, { region });
  }
}

function isThrottled({ outcome }: CallRecord): boolean {
  return outcome === 'ThrottlingException' || outcome === 'TooManyRequestsException';
}

/** When CloudFormation was told, and what. */
export interface Told {
  readonly at: number;
  readonly success: boolean;
  readonly reason?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}
