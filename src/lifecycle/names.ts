import { createHash } from 'crypto';
import { Names, PhysicalName, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** What a service takes as a name. */
export interface NameRules {
  readonly pattern: RegExp;
  /** Matches one character that is allowed. */
  readonly character: RegExp;
  readonly maxLength: number;
}

/** What is wrong with a name that does not match the pattern. */
export function faultOf(name: string, { character, maxLength }: NameRules): string {
  if (name.length < 1 || name.length > maxLength) {
    return `has ${name.length} characters`;
  }
  const stranger = [...name].find(one => !character.test(one));
  return stranger === undefined ? 'begins or ends with the wrong character' : `has the character '${stranger}'`;
}

/** The name that was given, if it is one: `PhysicalName.GENERATE_IF_NEEDED` asks for a generated one. */
export function givenName(name: string | undefined): string | undefined {
  return name === PhysicalName.GENERATE_IF_NEEDED ? undefined : name;
}

/**
 * A name that no other construct of the account gets. It is the same at every synthesis and wherever the app has the stack, and another
 * one when something changes that forces a replacement.
 */
export function generateName(construct: IConstruct, maxLength: number, forcesReplacement: readonly string[]): string {
  const stack = topLevelStackOf(construct);
  const pathInStack = construct.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id).join('/');
  const input = JSON.stringify(Stack.of(construct).resolve([stack.stackName, `${stack.stackName}/${pathInStack}`, ...forcesReplacement]));
  const hash = createHash('sha256').update(input).digest('hex').slice(0, 8);
  const options = { maxLength: maxLength - hash.length - 1, separator: '-', allowedSpecialCharacters: '_-' };
  return `${Names.uniqueResourceName(construct, options)}-${hash}`;
}

/** The stack that is deployed: not a nested one. */
export function topLevelStackOf(construct: IConstruct): Stack {
  const stack = Stack.of(construct);
  return stack.nestedStackParent ? topLevelStackOf(stack.nestedStackParent) : stack;
}
