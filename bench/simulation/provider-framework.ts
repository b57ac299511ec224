import { SECONDARY_REGION, type Told, type World } from './world';
import type { Operation } from '../../lambda/lifecycle/request';

/** The framework's functions have this by default, and so have those of its users. */
export const FUNCTION_MEGABYTES = 128;

const POLL_MILLISECONDS = 5_000;
const TIMEOUT_MILLISECONDS = 30 * 60_000;
/** The framework's function calls the user's one. */
const FUNCTIONS_PER_CALL = 2;

/** How careful the user's handlers are. */
export interface Care {
  /** Looks for the endpoint before the create, and believes READY only when it is seen twice in a row, as we do. */
  readonly careful: boolean;
}

/**
 * CDK's provider framework: `onEvent`, then `isComplete` at once and every five seconds. An error of a handler ends the
 * operation, apart from what the SDK retries.
 */
export class ProviderFramework {
  constructor(private readonly world: World, private readonly care: Care) {}

  public async operate(operation: Operation, name: string): Promise<Told> {
    try {
      await this.onEvent(operation, name);
      await this.poll(() => this.isComplete(operation, name));
      return { at: this.world.clock.now(), success: true };
    } catch (error) {
      return { at: this.world.clock.now(), success: false, reason: String(error) };
    }
  }

  private async onEvent(operation: Operation, name: string): Promise<void> {
    this.world.work.functionCalls += FUNCTIONS_PER_CALL;
    if (this.care.careful) {
      await this.world.ses.getEndpoint(name);
    }
    await (operation === 'Create'
      ? this.world.ses.createEndpoint(name, SECONDARY_REGION, {})
      : this.world.ses.deleteEndpoint(name));
  }

  private async isComplete(operation: Operation, name: string): Promise<boolean> {
    const endpoint = await this.world.ses.getEndpoint(name);
    return operation === 'Create' ? endpoint?.status === 'READY' : !endpoint;
  }

  private async poll(isComplete: () => Promise<boolean>): Promise<void> {
    const needed = this.care.careful ? 2 : 1;
    const giveUpAt = this.world.clock.now() + TIMEOUT_MILLISECONDS;
    for (let inARow = 0; ;) {
      this.world.work.functionCalls += FUNCTIONS_PER_CALL;
      this.world.work.transitions++;
      inARow = await isComplete() ? inARow + 1 : 0;
      if (inARow === needed) {
        return;
      }
      if (this.world.clock.now() >= giveUpAt) {
        throw new Error('The operation timed out.');
      }
      await this.world.clock.sleep(POLL_MILLISECONDS);
    }
  }
}
