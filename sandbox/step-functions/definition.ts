export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Retrier {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'NONE' | 'FULL';
}

export interface Catcher {
  readonly ErrorEquals: string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
}

/** A state of any type; which fields may stand together is the validator's affair. */
export interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly QueryLanguage?: string;
  readonly Resource?: string;
  readonly Parameters?: { [key: string]: Json };
  readonly ResultPath?: string | null;
  readonly OutputPath?: string | null;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly Retry?: Retrier[];
  readonly Catch?: Catcher[];
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Choices?: { readonly Variable: string; readonly BooleanEquals: boolean; readonly Next: string }[];
  readonly Default?: string;
  readonly Error?: string;
  readonly Cause?: string;
}

export interface Definition {
  readonly StartAt: string;
  readonly States: { readonly [name: string]: State };
  readonly TimeoutSeconds?: number;
  readonly QueryLanguage?: string;
}

/** Step Functions developer guide, "Task workflow state": the default of TimeoutSeconds. */
export const DEFAULT_TASK_TIMEOUT_SECONDS = 99999999;

const LAMBDA_INVOKE = /^arn:[^:]+:states:::lambda:invoke$/;
const LAMBDA_PARAMETERS = ['FunctionName', 'FunctionName.$', 'Payload', 'Payload.$'];

/** Every state by its name, those inside Map and Parallel states as well. */
export function statesOf(definition: Definition): Map<string, State> {
  const found = new Map<string, State>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) {
      return;
    }
    Object.entries(value).forEach(([key, child]) => {
      if (key === 'States' && typeof child === 'object' && child !== null) {
        Object.entries(child).forEach(([name, state]) => found.set(name, state as State));
      }
      collect(child);
    });
  };
  collect(definition);
  return found;
}

/** Refuses what is valid on AWS but cannot be run here. */
export function requireRunnable(definition: Definition): void {
  if ((definition.QueryLanguage ?? 'JSONPath') !== 'JSONPath') {
    throw new Error(`The state machine uses the query language ${definition.QueryLanguage}. Use JSONPath.`);
  }
  statesOf(definition).forEach((state, name) => {
    if ((state.QueryLanguage ?? 'JSONPath') !== 'JSONPath') {
      throw new Error(`State '${name}' uses the query language ${state.QueryLanguage}. Use JSONPath.`);
    }
    if (state.Type === 'Task') {
      requireLambdaInvoke(name, state);
    }
  });
}

function requireLambdaInvoke(name: string, state: State): void {
  if (!LAMBDA_INVOKE.test(state.Resource ?? '')) {
    throw new Error(
      `State '${name}' has the resource '${state.Resource}', and the sandbox runs only tasks of the optimized `
      + 'integration with Lambda. Use arn:<partition>:states:::lambda:invoke.',
    );
  }
  const unknown = Object.keys(state.Parameters ?? {}).find(key => !LAMBDA_PARAMETERS.includes(key));
  if (unknown) {
    throw new Error(`State '${name}' has the parameter '${unknown}'. The sandbox knows FunctionName and Payload.`);
  }
}
