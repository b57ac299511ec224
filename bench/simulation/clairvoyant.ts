import type { Operator, ResourceModel } from './resource-model';
import type { Told } from './world';
import type { Operation } from '../../lambda/lifecycle/request';

/** Two functions, and the states before and after them. */
const FUNCTION_CALLS = 2;
const TRANSITIONS = 4;

/** Knows when it is worth to look. */
export class Clairvoyant implements Operator {
  /** @param seconds what the service is going to take */
  constructor(private readonly model: ResourceModel, private readonly seconds: number) {}

  public async operate(operation: Operation, name: string): Promise<Told> {
    const { world } = this.model;
    world.work.functionCalls += FUNCTION_CALLS;
    world.work.transitions += TRANSITIONS;
    await this.model.start(operation, name);
    await world.clock.sleep(this.seconds * 1000);
    const success = await this.model.isOver(operation, name);
    return { at: world.clock.now(), success };
  }
}
