import { AssemblyStack } from './assembly';
import { StackEvent } from './stack';

const STACK_ARN = /^arn:[^:]+:cloudformation:([^:]+):([^:]+):stack\/([^/]+)\//;

/** Where a nested stack is. */
interface Place {
  readonly stackArn: string;
  readonly logicalId: string;
}

/** Names of the app for what CloudFormation knows by the ARN of a stack and a logical id. */
export class Names {
  /** By the ARNs of nested stacks. */
  private readonly places: ReadonlyMap<string, Place>;

  /**
   * @param stacks of the app, the newest version first
   * @param events of the account, which say what is nested in what
   */
  constructor(private readonly stacks: readonly AssemblyStack[], events: readonly StackEvent[]) {
    const nested = events.filter(({ type, physicalId, stackId }) => type === 'AWS::CloudFormation::Stack' && physicalId !== stackId);
    this.places = new Map(nested.map(({ physicalId = '', stackId, logicalId }) => [physicalId, { stackArn: stackId, logicalId }]));
  }

  /** Path of the stack in the app, also for a stack that is nested in it; its name if the app does not have it. */
  public stackId(stackArn: string): string {
    const place = this.places.get(stackArn);
    return place ? this.stackId(place.stackArn) : this.stacksOf(stackArn)[0]?.id ?? STACK_ARN.exec(stackArn)?.[3] ?? stackArn;
  }

  /** Path of the construct in its stack; the logical id if the app does not have it, '' for the stack itself. */
  public pathOf(stackArn: string, logicalId: string): string {
    const nested = this.nestedPath(stackArn);
    if (STACK_ARN.exec(stackArn)?.[3] === logicalId) {
      return nested;
    }
    const paths = this.stacksOf(this.root(stackArn)).map(stack => stack.paths.get(nested)?.get(logicalId));
    return paths.find(path => path !== undefined) ?? [nested, logicalId].filter(Boolean).join('/');
  }

  /** Path of a stack, which may be a nested one, in the app. */
  public titleOf(stackArn: string): string {
    return [this.stackId(stackArn), this.nestedPath(stackArn)].filter(Boolean).join('/');
  }

  private nestedPath(stackArn: string): string {
    const place = this.places.get(stackArn);
    return place ? this.pathOf(place.stackArn, place.logicalId) : '';
  }

  private root(stackArn: string): string {
    const place = this.places.get(stackArn);
    return place ? this.root(place.stackArn) : stackArn;
  }

  /** Stacks of the same name may be in several Regions and accounts; one that is bound to no environment may be anywhere. */
  private stacksOf(stackArn: string): AssemblyStack[] {
    const [, region, account, name] = STACK_ARN.exec(stackArn) ?? [];
    const here = this.stacks.filter(stack => stack.stackName === name
      && [undefined, region].includes(stack.region) && [undefined, account].includes(stack.account));
    const bound = here.filter(stack => stack.region !== undefined && stack.account !== undefined);
    return [...bound, ...here.filter(stack => !bound.includes(stack))];
  }
}
