import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** An error at synthesis: which construct, what is wrong, the value, the rule, and what to do. */
export function synthesisError(scope: IConstruct, message: string): Error {
  const error = new Error(`${scope.node.path || 'App'}: ${message}`);
  error.name = 'SynthesisError';
  return error;
}

/**
 * Refuses a value. Not while the app waits for a context lookup: the value may be the dummy of one, and the CLI synthesizes
 * again as soon as it has looked up.
 */
export function refuse(scope: IConstruct, message: string): void {
  if (!awaitsLookup(scope)) {
    throw synthesisError(scope, message);
  }
}

/** Whether a value is at synthesis what it will be at deployment: no token, and surely not the dummy of a context lookup. */
export function isKnown(scope: IConstruct, value: unknown): boolean {
  return !Token.isUnresolved(value) && !awaitsLookup(scope);
}

/** Whether a context lookup of the app has no result yet. A VPC may be looked up in another stack than it is used in. */
export function awaitsLookup(scope: IConstruct): boolean {
  return scope.node.root.node.findAll().some(construct => Stack.isStack(construct) && missingContextOf(construct).length > 0);
}

/** What a stack has reported by `reportMissingContextKey()`; there is no public way to read it. */
function missingContextOf(stack: Stack): readonly unknown[] {
  return (stack as unknown as { _missingContext?: readonly unknown[] })._missingContext ?? [];
}
