import type { ResourceModel } from './resource-model';
import { World } from './world';
import { globalAcceleratorHandlers } from '../../lambda/global-accelerator/handlers';
import { SdkGlobalAccelerator } from '../../lambda/global-accelerator/client';
import type { GlobalAccelerator } from '../../lambda/global-accelerator/port';
import { GLOBAL_ACCELERATOR_RATE } from '../../lambda/global-accelerator/rate';
import type { Operation } from '../../lambda/lifecycle/request';
import type { Interceptor } from '../../sandbox/services/dispatch';
import { GlobalAcceleratorSimulator, type GlobalAcceleratorSimulatorOptions } from '../../sandbox/services/global-accelerator';
import { ServiceError } from '../../sandbox/services/service';
import { CUSTOM_ROUTING_ACCELERATOR_TYPE, GLOBAL_ACCELERATOR_REGION } from '../../src/wire/global-accelerator';

/**
 * Custom routing accelerators. With `strictTransactions` they also keep their listeners and endpoint groups while they are
 * IN_PROGRESS, as users have reported; the error's name is not known.
 */
export class Accelerators implements ResourceModel {
  public readonly rate = GLOBAL_ACCELERATOR_RATE;
  public readonly type = CUSTOM_ROUTING_ACCELERATOR_TYPE;
  public readonly world: World;
  public readonly handlers: ResourceModel['handlers'];
  private readonly globalAccelerator: GlobalAccelerator;
  private readonly arns = new Map<string, string>();

  constructor(options: GlobalAcceleratorSimulatorOptions, random: () => number, functionMegabytes: number) {
    const simulator = new GlobalAcceleratorSimulator(options);
    this.world = new World(simulator, random, functionMegabytes, options.strictTransactions ? [refuseDeletesOf(simulator)] : []);
    this.globalAccelerator = new SdkGlobalAccelerator(this.world.client(GLOBAL_ACCELERATOR_REGION) as any);
    this.handlers = globalAcceleratorHandlers(this.globalAccelerator);
  }

  public properties(name: string): Record<string, unknown> {
    return { Name: name };
  }

  public async look(): Promise<boolean> {
    return (await this.globalAccelerator.listAccelerators()).length > 0;
  }

  public async start(operation: Operation, name: string): Promise<void> {
    if (operation === 'Delete') {
      throw new Error('A simulated accelerator takes more than one call to be deleted: it has to be disabled first.');
    }
    this.arns.set(name, await this.globalAccelerator.createAccelerator(name, true, [], {}, name));
  }

  public async isOver(_operation: Operation, name: string): Promise<boolean> {
    const accelerator = await this.globalAccelerator.describeAccelerator(this.arns.get(name)!);
    return accelerator?.deployed ?? false;
  }

  public decisiveCall(): string {
    return 'CreateCustomRoutingAccelerator';
  }
}

const DELETES = ['DeleteCustomRoutingListener', 'DeleteCustomRoutingEndpointGroup'];

/** While anything is IN_PROGRESS: there is only one accelerator. */
function refuseDeletesOf(simulator: GlobalAcceleratorSimulator): Interceptor {
  return ({ at, operation }) => DELETES.includes(operation) && simulator.inventory(at).some(({ state }) => state === 'IN_PROGRESS')
    ? { before: new ServiceError('TransactionInProgressException', "There's already a transaction in progress.", 409) } : undefined;
}
