import { JsonObject } from './template';

/** The services behind the native resource types may answer at once or later. */
export type Answer<T> = T | Promise<T>;

export interface LambdaFunctionSettings {
  readonly name: string;
  readonly handler: string;
  /** Directory of the asset with the code; undefined for code in the template. */
  readonly codeDirectory?: string;
  readonly environment: Record<string, string>;
  readonly timeoutSeconds: number;
  readonly roleArn: string;
  readonly memorySize: number;
  /** Name of the log group, if the function does not log to its default one. */
  readonly logGroup?: string;
}

export interface LambdaPort {
  createFunction(region: string, settings: LambdaFunctionSettings): Answer<{ arn: string }>;
  updateFunction(region: string, settings: LambdaFunctionSettings): Answer<{ arn: string }>;
  deleteFunction(region: string, name: string): Answer<void>;
  /** Accepts the event and returns; what becomes of it is Lambda's affair. Throws if there is no such function. */
  invokeAsync(functionArn: string, payload: unknown): Answer<void>;
}

export interface StateMachineSettings {
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
}

export interface StepFunctionsPort {
  createStateMachine(region: string, settings: StateMachineSettings): Answer<{ arn: string }>;
  updateStateMachine(region: string, settings: StateMachineSettings): Answer<{ arn: string }>;
  deleteStateMachine(region: string, arn: string): Answer<void>;
}

export interface RoleSettings {
  /** The trust policy. */
  readonly trust: JsonObject;
  /** Policy documents by policy name. */
  readonly inlinePolicies: Record<string, JsonObject>;
  /** Managed policies whose documents are not known, those of AWS. */
  readonly managedPolicyArns?: readonly string[];
}

export interface IamPort {
  putRole(roleArn: string, settings: RoleSettings): Answer<void>;
  putPolicy(roleName: string, policyName: string, document: JsonObject): Answer<void>;
  deleteRole(roleArn: string): Answer<void>;
  deletePolicy(roleName: string, policyName: string): Answer<void>;
}
