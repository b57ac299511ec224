import { Stack, Token, type CfnResource } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { topLevelStackOf } from './names';
import { awaitsLookup } from './synthesis-error';

/** Who makes what in an app, by what there can be only one of. */
const makers = new WeakMap<IConstruct, Map<string, Maker[]>>();

interface Maker {
  readonly construct: IConstruct;
  readonly resource: CfnResource;
}

/** What a resource makes, of which there can be only one. */
export interface Unique {
  /** What kind of thing it is: the same in all constructs that make it. */
  readonly kind: string;
  /** Names or ids of those that the resource makes. */
  readonly names: readonly string[];
  /** Whether names are unique in the world, not only in an account and Region. */
  readonly everywhere?: boolean;
  /** What is wrong if `other`, the path of a construct, makes the one with this name as well, and what to do. */
  readonly refusal: (name: string, other: string) => string;
}

/**
 * Refuses at synthesis that another resource of the app makes the same: at deployment only the first one would succeed. Resources with a
 * condition are left out, for perhaps only one of them is deployed.
 */
export function checkUnique(construct: Construct, resource: CfnResource, { everywhere, kind, names, refusal }: Unique): void {
  const { root } = construct.node;
  const making = makers.get(root) ?? new Map<string, Maker[]>();
  makers.set(root, making);
  const keyOf = (name: string) => JSON.stringify([everywhere ? '' : placeOf(resource), kind, name]);
  const makersOf = (name: string) => (making.get(keyOf(name)) ?? []).filter(other => !areVariants(other.resource, resource));
  names.forEach(name => making.set(keyOf(name), [...making.get(keyOf(name)) ?? [], { construct, resource }]));
  construct.node.addValidation({
    validate: () => resource.cfnOptions.condition || awaitsLookup(construct) ? [] : names.flatMap(name => {
      const first = makersOf(name).find(other => !other.resource.cfnOptions.condition)!;
      return first.resource === resource ? [] : [refusal(show(Stack.of(resource), name), first.construct.node.path)];
    }),
  });
}

/** The account and Region, or the stack if these are not known: it may be deployed anywhere. */
function placeOf(resource: CfnResource): string {
  const { account, region } = Stack.of(resource);
  return Token.isUnresolved(account) || Token.isUnresolved(region) ? topLevelStackOf(resource).node.path : `${account} ${region}`;
}

/** Whether two resources are of one stack that the app declares twice, e.g. once for itself and once in a pipeline. */
function areVariants(one: CfnResource, other: CfnResource): boolean {
  const [stack, twin] = [topLevelStackOf(one), topLevelStackOf(other)];
  return stack !== twin && stack.stackName === twin.stackName && stack.region === twin.region && stack.account === twin.account;
}

function show(stack: Stack, name: string): string {
  const resolved = stack.resolve(name) as unknown;
  return typeof resolved === 'string' ? `'${resolved}'` : JSON.stringify(resolved);
}
