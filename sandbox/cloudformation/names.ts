import { AssemblyStack } from './assembly';

/** Names of the app for what CloudFormation knows by stack name and logical id. */
export class Names {
  constructor(private readonly stacks: readonly AssemblyStack[]) {}

  /** Path of the stack in the app; its name if the app does not have it. */
  public stackId(stackName: string): string {
    return this.stacks.find(stack => stack.stackName === stackName)?.id ?? stackName;
  }

  /** Path of the construct in its stack; the logical id if the app does not have it. */
  public pathOf(stackName: string, logicalId: string): string {
    const own = this.stacks.find(stack => stack.stackName === stackName && logicalId in stack.paths);
    // A nested stack has a generated name; its paths are among those of the stack that it is in.
    const found = own ?? this.stacks.find(stack => stackName.startsWith(`${stack.stackName}-`) && logicalId in stack.paths);
    return found?.paths[logicalId] ?? logicalId;
  }
}
