import type { Operator, ResourceModel } from './resource-model';
import type { Told } from './world';
import type { Operation } from '../../lambda/lifecycle/request';

/** The framework's functions have this by default, and so have those of its users. */
export const FUNCTION_MEGABYTES = 128;

const POLL_MILLISECONDS = 5_000;
/** As long as CloudFormation waits. */
const TIMEOUT_MILLISECONDS = 60 * 60_000;
/** The framework's function calls the user's one. */
const FUNCTIONS_PER_CALL = 2;

/** How careful the user's handlers are. */
export interface Care {
  /** Looks for the resource before the create, and believes the end only when it is seen twice in a row. */
  readonly careful: boolean;
}

/**
 * CDK's provider framework: `onEvent`, then `isComplete` at once and every five seconds. An error of a handler ends the
 * operation, apart from what the SDK retries.
 */
export class ProviderFramework implements Operator {
  constructor(private readonly model: ResourceModel, private readonly care: Care) {}

  public async operate(operation: Operation, name: string): Promise<Told> {
    const { clock } = this.model.world;
    try {
      await this.onEvent(operation, name);
      await this.poll(operation, name);
      return { at: clock.now(), success: true };
    } catch (error) {
      return { at: clock.now(), success: false, reason: String(error) };
    }
  }

  private async onEvent(operation: Operation, name: string): Promise<void> {
    this.model.world.work.functionCalls += FUNCTIONS_PER_CALL;
    if (this.care.careful) {
      await this.model.look(name);
    }
    await this.model.start(operation, name);
  }

  private async poll(operation: Operation, name: string): Promise<void> {
    const { clock, work } = this.model.world;
    const needed = this.care.careful ? 2 : 1;
    const giveUpAt = clock.now() + TIMEOUT_MILLISECONDS;
    for (let inARow = 0; ;) {
      work.functionCalls += FUNCTIONS_PER_CALL;
      work.transitions++;
      inARow = await this.model.isOver(operation, name) ? inARow + 1 : 0;
      if (inARow === needed) {
        return;
      }
      if (clock.now() >= giveUpAt) {
        throw new Error('The operation timed out.');
      }
      await clock.sleep(POLL_MILLISECONDS);
    }
  }
}
