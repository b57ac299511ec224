import { Stack, type CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { awaitsLookup } from './synthesis-error';

/** Who makes what in a stack, by what there can be only one of. */
const makers = new WeakMap<Stack, Map<string, CfnResource[]>>();

/** What a resource makes, of which there can be only one. */
export interface Unique {
  /** What kind of thing it is, and where: the same in all constructs that make it. */
  readonly kind: string;
  /** Names or ids of those that the resource makes. */
  readonly names: readonly string[];
  /** What is wrong if `other`, the path of a construct, makes the one with this name as well, and what to do. */
  readonly refusal: (name: string, other: string) => string;
}

/**
 * Refuses at synthesis that another resource of the stack makes the same: at deployment only the first one would succeed. Resources with a
 * condition are left out, for perhaps only one of them is deployed.
 */
export function checkRivals(construct: Construct, resource: CfnResource, { kind, names, refusal }: Unique): void {
  const stack = Stack.of(resource);
  const making = makers.get(stack) ?? new Map<string, CfnResource[]>();
  makers.set(stack, making);
  const makersOf = (name: string) => making.get(`${kind} ${name}`) ?? [];
  names.forEach(name => making.set(`${kind} ${name}`, [...makersOf(name), resource]));
  construct.node.addValidation({
    validate: () => resource.cfnOptions.condition || awaitsLookup(construct) ? [] : names.flatMap(name => {
      const first = makersOf(name).find(({ cfnOptions }) => !cfnOptions.condition)!;
      return first === resource ? [] : [refusal(show(stack, name), first.node.scope!.node.path)];
    }),
  });
}

function show(stack: Stack, name: string): string {
  const resolved = stack.resolve(name) as unknown;
  return typeof resolved === 'string' ? `'${resolved}'` : JSON.stringify(resolved);
}
