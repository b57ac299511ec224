import { deploy, rowsOf, type Description, type Goals } from './deployment';
import {
  CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, CUSTOM_ROUTING_LISTENER_TYPE, GLOBAL_ACCELERATOR_REGION,
} from '../../src/wire/global-accelerator';
import type { Measure, Row } from '../measure';
import { Accelerators } from '../simulation/accelerators';
import { Engine, FUNCTION_MEGABYTES } from '../simulation/ours';
import type { Told, World } from '../simulation/world';
import { randomNumbers } from '../statistics';

/** What an accelerator may have is 10 listeners and 42 endpoint groups, and a listener one endpoint group in a Region. */
const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1', 'ap-northeast-1'];
const PORTS_PER_LISTENER = 1000;
const FIRST_PORT = 10_001;
/** How long a change keeps an accelerator IN_PROGRESS. "Tens of seconds" is all that can be concluded from what is published. */
const DEPLOYMENT_SECONDS = 40;
/** The endpoint groups' time-out. */
const GOALS: Goals = { maxSeconds: 59 * 60 };

/** What Global Accelerator accepts while the accelerator is IN_PROGRESS, which is not documented for all calls. */
interface Strictness {
  readonly name: string;
  readonly strictTransactions: boolean;
  /** Changes of which each has to wait until the one before is DEPLOYED. */
  deploymentsToCreate(groups: number): number;
  /** @param children listeners and endpoint groups */
  deploymentsToDelete(children: number): number;
}

const STRICTNESSES: readonly Strictness[] = [
  {
    name: 'changes at any time',
    strictTransactions: false,
    // Listeners, endpoint groups, their subnets, their traffic; or endpoint groups, listeners: each of these all at once.
    deploymentsToCreate: () => 4,
    deploymentsToDelete: () => 2,
  },
  {
    name: 'subnets and deletes while DEPLOYED only',
    strictTransactions: true,
    // The subnets of one endpoint group after those of the other, and one delete after the other.
    deploymentsToCreate: groups => 3 + groups,
    deploymentsToDelete: children => children,
  },
];

/** Listeners and endpoint groups of one accelerator that belongs to nobody else and carries no tags. */
export const accelerator: Measure = {
  name: 'accelerator',
  run: async ({ effort }) => {
    const rows: Row[] = [];
    for (const strictness of STRICTNESSES) {
      rows.push(...await rowsFor(effort.listeners, strictness));
    }
    return rows;
  },
};

async function rowsFor(listeners: number, strictness: Strictness): Promise<Row[]> {
  const tree = await Tree.plant(strictness.strictTransactions, listeners);
  const groups = listeners * REGIONS.length;
  const description = (operation: string, deployments: number): Description => ({
    name: `${listeners} listeners with ${groups} endpoint groups, ${strictness.name}, ${operation}`,
    subject: 'ours',
    limit: deployments * DEPLOYMENT_SECONDS,
    goals: GOALS,
  });
  const created = rowsOf(await deploy(tree.world, () => tree.create()), description('create', strictness.deploymentsToCreate(groups)));
  tree.world.forgetWork();
  const deploymentsToDelete = strictness.deploymentsToDelete(tree.children);
  const deleted = rowsOf(await deploy(tree.world, () => tree.remove()), description('delete', deploymentsToDelete));
  return [...created, ...deleted];
}

/** An imported accelerator and what a stack declares below it, in the order in which CloudFormation makes it. */
class Tree {
  public static async plant(strictTransactions: boolean, listeners: number): Promise<Tree> {
    const accelerators = new Accelerators({ deploymentSeconds: DEPLOYMENT_SECONDS, strictTransactions }, randomNumbers(1), FUNCTION_MEGABYTES);
    const { world } = accelerators;
    const { Accelerator } = world.call('CreateCustomRoutingAccelerator', { Name: 'game', IdempotencyToken: 'game' }, GLOBAL_ACCELERATOR_REGION);
    await world.clock.run(world.clock.sleep(2 * DEPLOYMENT_SECONDS * 1000));
    world.forgetWork();
    return new Tree(world, new Engine(world, accelerators.handlers, accelerators.rate), Accelerator.AcceleratorArn as string, listeners);
  }

  private readonly listenerArns = new Map<number, string>();

  private constructor(
    public readonly world: World, private readonly engine: Engine, private readonly acceleratorArn: string, private readonly listeners: number,
  ) {}

  /** How many listeners and endpoint groups there are. */
  public get children(): number {
    return this.world.existing() - 1;
  }

  /** The endpoint groups of a listener as soon as it is there. */
  public create(): Promise<Told[]> {
    return this.forEachListener(async listener => {
      const told = await this.engine.request('Create', nameOf(listener), CUSTOM_ROUTING_LISTENER_TYPE, this.listener(listener));
      if (!told.success) {
        return [told];
      }
      this.listenerArns.set(listener, told.attributes!.ListenerArn);
      return [told, ...await this.groups('Create', listener)];
    });
  }

  /** A listener as soon as its endpoint groups are gone. */
  public remove(): Promise<Told[]> {
    return this.forEachListener(async listener => {
      const told = this.listenerArns.has(listener) ? await this.groups('Delete', listener) : [];
      return [...told, await this.engine.request('Delete', nameOf(listener), CUSTOM_ROUTING_LISTENER_TYPE, this.listener(listener))];
    });
  }

  private async forEachListener(operate: (listener: number) => Promise<Told[]>): Promise<Told[]> {
    const told = await Promise.all(Array.from({ length: this.listeners }, (_, listener) => operate(listener)));
    return told.flat();
  }

  private groups(operation: 'Create' | 'Delete', listener: number): Promise<Told[]> {
    return Promise.all(REGIONS.map(region => this.engine.request(
      operation, `${nameOf(listener)}-${region}`, CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, this.group(listener, region))));
  }

  private listener(listener: number): object {
    const from = FIRST_PORT + listener * PORTS_PER_LISTENER;
    return { AcceleratorArn: this.acceleratorArn, PortRanges: [range(from, from + PORTS_PER_LISTENER - 1)] };
  }

  private group(listener: number, region: string): object {
    return {
      ListenerArn: this.listenerArns.get(listener),
      Region: region,
      Destinations: [{ ...range(7777, 7778), Protocols: ['UDP'] }],
      Subnets: [{ SubnetId: `subnet-${listener}${region.replace(/-/g, '')}`, Traffic: { Allow: 'ALL' } }],
    };
  }
}

function nameOf(listener: number): string {
  return `Listener${listener}`;
}

/** As CloudFormation sends it. */
function range(from: number, to: number): { FromPort: string; ToPort: string } {
  return { FromPort: String(from), ToPort: String(to) };
}
