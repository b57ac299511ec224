import type { IConstruct } from 'constructs';

/** An error at synthesis: which construct, what is wrong, the value, the rule, and what to do. */
export function synthesisError(scope: IConstruct, message: string): Error {
  const error = new Error(`${scope.node.path || 'App'}: ${message}`);
  error.name = 'SynthesisError';
  return error;
}
