import { RetryingClient } from './retrying-client';
import { noWork, type Work } from './work';
import { SdkSes, type Ses } from '../../lambda/ses/client';
import { VirtualClock } from '../../sandbox/kernel/virtual-clock';
import { ServiceDispatcher } from '../../sandbox/services/dispatch';
import { InProcessClient } from '../../sandbox/services/in-process-client';
import { SesSimulator, type SesSimulatorOptions } from '../../sandbox/services/ses';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const SECONDARY_REGION = 'eu-central-1';
const START = Date.UTC(2026, 0, 15, 12, 0, 0);

/** A simulated SES on a virtual clock, and what is spent on it. */
export class World {
  public readonly clock = new VirtualClock(START);
  public readonly ses: Ses;
  public readonly work: Work;
  private readonly dispatcher: ServiceDispatcher;
  private readonly simulator: SesSimulator;

  constructor(options: SesSimulatorOptions, public readonly random: () => number, functionMegabytes: number) {
    this.work = noWork(functionMegabytes);
    this.simulator = new SesSimulator(options);
    this.dispatcher = new ServiceDispatcher({ clock: this.clock, partition: 'aws', accountId: ACCOUNT, keptCalls: 100_000 })
      .register(this.simulator);
    const client = new InProcessClient(this.dispatcher, 'SESv2', { region: REGION });
    this.ses = new SdkSes(new RetryingClient(client, this.clock, random, this.work) as any);
  }

  /** When SES accepted the (last) call of an operation for an endpoint. */
  public acceptedAt(operation: string, name: string): number {
    const call = this.dispatcher.calls.filter(({ operation: called, outcome, input }) =>
      called === operation && outcome === 'success' && input.EndpointName === name).at(-1);
    if (!call) {
      throw new Error(`SES accepted no ${operation} for '${name}'.`);
    }
    return call.at;
  }

  /** What comes from now on is measured; what was before was preparation. */
  public forgetWork(): void {
    Object.assign(this.work, { serviceCalls: 0, functionCalls: 0, transitions: 0 });
    this.dispatcher.calls.length = 0;
  }

  /** The most calls that arrived within one second, throttled ones included. */
  public highestRate(): number {
    const perSecond = new Map<number, number>();
    for (const { at } of this.dispatcher.calls) {
      const second = Math.floor(at / 1000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    return Math.max(...perSecond.values());
  }

  /** How many endpoints exist. */
  public endpoints(): number {
    return this.simulator.inventory(this.clock.now()).length;
  }
}

/** When CloudFormation was told, and what. */
export interface Told {
  readonly at: number;
  readonly success: boolean;
  readonly reason?: string;
}
