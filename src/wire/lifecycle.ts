/*
 * What the constructs and the handlers have to agree on, and nothing else: src/wire is the one folder that both halves
 * import. It imports nothing.
 */

/** Version of the property shapes; a handler reads every version that ever was deployed. */
export const SCHEMA_VERSION = '1';

/** Tag that says which stack and logical id made a resource: `ownerTagValue()` of lambda/lifecycle/ownership.ts. */
export const OWNER_TAG_KEY = 'cdk-multi-region:owner';

/** Environment variable of the function: ARN of the state machine that waits. */
export const STATE_MACHINE_VARIABLE = 'STATE_MACHINE_ARN';

/** Environment variable of the function: how many custom resources the stack has for it. Only where they are many. */
export const RESOURCE_COUNT_VARIABLE = 'RESOURCE_COUNT';

/** More requests at once than this are spread: Step Functions lists executions a hundred times at once, then twice a second. */
export const MANY_RESOURCES = 80;

/** CloudFormation waits at most so long for one custom-resource operation. */
export const CLOUDFORMATION_LIMIT_SECONDS = 3600;

/** An answer leaves so long before CloudFormation gives up, so that it is CloudFormation's only answer. */
export const ANSWER_MARGIN_SECONDS = 60;

/**
 * What the engine may wait for itself, besides the time-out of an operation: until the steps of earlier requests are over, and
 * until a Delete of an unknown id or a re-creation is safe.
 */
export const ENGINE_ALLOWANCE_SECONDS = 180;

/** Time-out of one invocation of the function. */
export const FUNCTION_TIMEOUT_SECONDS = 60;

/** Properties that every custom resource of this library has. */
export interface CommonProperties {
  /** {@link SCHEMA_VERSION} */
  readonly Schema: string;
  /** How long an operation may take; without it the default of the resource type. */
  readonly TimeoutSeconds?: number;
}

/** Properties of resource types that can take over what exists. */
export interface AdoptingProperties extends CommonProperties {
  /** Name, ARN or id of what is taken over. */
  readonly Adopt?: string;
}
