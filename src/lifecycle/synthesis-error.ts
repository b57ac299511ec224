import { Lazy, Stack } from 'aws-cdk-lib';
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

/** Hides a name from the checks of the AWS CDK while it may be the dummy of a lookup. */
export function hideDummy(scope: IConstruct, name: string | undefined): string | undefined {
  return name !== undefined && awaitsLookup(scope) ? Lazy.string({ produce: () => name }) : name;
}

/** Lookups of what no construct of this library takes: every `ec2.Vpc` of a stack with an environment looks up its zones. */
const IRRELEVANT_LOOKUPS = ['availability-zones', 'endpoint-service-availability-zones', 'ami'];

/** Whether a context lookup of the app has no result yet. A VPC may be looked up in another stack than it is used in. */
export function awaitsLookup(scope: IConstruct): boolean {
  return scope.node.root.node.findAll().some(construct => Stack.isStack(construct)
    && missingContextOf(construct).some(({ provider }) => !IRRELEVANT_LOOKUPS.includes(provider)));
}

/** What a stack has reported by `reportMissingContextKey()`; there is no public way to read it. */
function missingContextOf(stack: Stack): readonly { readonly provider: string }[] {
  return (stack as unknown as { _missingContext?: { readonly provider: string }[] })._missingContext ?? [];
}
