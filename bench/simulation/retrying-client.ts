import type { Work } from './work';
import { classify } from '../../lambda/lifecycle/errors';
import type { VirtualClock } from '../../sandbox/kernel/virtual-clock';
import type { InProcessClient, SdkCommand } from '../../sandbox/services/in-process-client';

const MAX_ATTEMPTS = 3;
/** The SDK's standard mode waits a random part of this after the first throttled attempt, and twice as long each time. */
const THROTTLED_MILLISECONDS = 500;

/** An SDK client in simulated time, with the SDK's retries. */
export class RetryingClient {
  constructor(
    private readonly client: InProcessClient,
    private readonly clock: VirtualClock,
    private readonly random: () => number,
    private readonly work: Work,
    private readonly maxAttempts = MAX_ATTEMPTS,
  ) {}

  public async send(command: any): Promise<any> {
    for (let attempt = 1; ; attempt++) {
      this.work.serviceCalls++;
      try {
        return await this.client.send(command as SdkCommand<unknown>);
      } catch (error) {
        if (attempt === this.maxAttempts || classify(error) !== 'throttled') {
          throw error;
        }
        await this.clock.sleep(this.random() * THROTTLED_MILLISECONDS * 2 ** (attempt - 1));
      }
    }
  }
}
