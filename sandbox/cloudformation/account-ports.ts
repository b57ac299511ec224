import { IamPort, LambdaFunctionSettings, LambdaPort, RoleSettings, StateMachineSettings, StepFunctionsPort } from './ports';
import { ProvisioningError } from './provisioner';
import { JsonObject } from './template';
import { Iam, PolicyDocument } from '../iam/iam';

/** Roles as CloudFormation changes them: an update of a role keeps the policies that others attached to it. */
export class IamAccount implements IamPort {
  private readonly attached = new Map<string, Map<string, JsonObject>>();

  constructor(private readonly iam: Iam) {}

  public putRole(roleArn: string, { trust, inlinePolicies, managedPolicyArns }: RoleSettings): void {
    const policies = Object.entries(inlinePolicies).map(([name, document]) => ({ name, document: policyDocument(document) }));
    this.iam.putRole(roleArn, { trust: policyDocument(trust), inlinePolicies: policies, managedPolicyArns });
    this.attachedTo(nameOf(roleArn)).forEach((document, policyName) =>
      this.iam.putPolicy(roleArn, policyName, policyDocument(document)));
  }

  public putPolicy(roleName: string, policyName: string, document: JsonObject): void {
    this.iam.putPolicy(roleName, policyName, policyDocument(document));
    this.attachedTo(roleName).set(policyName, document);
  }

  public deletePolicy(roleName: string, policyName: string): void {
    this.iam.deletePolicy(roleName, policyName);
    this.attachedTo(roleName).delete(policyName);
  }

  public deleteRole(roleArn: string): void {
    this.iam.deleteRole(roleArn);
    this.attached.delete(nameOf(roleArn));
  }

  private attachedTo(roleName: string): Map<string, JsonObject> {
    const policies = this.attached.get(roleName) ?? new Map<string, JsonObject>();
    this.attached.set(roleName, policies);
    return policies;
  }
}

/** Functions are accepted only with a role that Lambda may assume. */
export function withTrustedRoles(lambda: LambdaPort, iam: Iam): LambdaPort {
  const requireTrust = ({ roleArn }: LambdaFunctionSettings) => {
    if (!iam.canAssume(roleArn, 'lambda.amazonaws.com')) {
      throw new ProvisioningError(`The role defined for the function cannot be assumed by Lambda: ${roleArn}`);
    }
  };
  return {
    createFunction: (region, settings) => {
      requireTrust(settings);
      return lambda.createFunction(region, settings);
    },
    updateFunction: (region, settings) => {
      requireTrust(settings);
      return lambda.updateFunction(region, settings);
    },
    deleteFunction: (region, name) => lambda.deleteFunction(region, name),
    invokeAsync: (functionArn, payload) => lambda.invokeAsync(functionArn, payload),
  };
}

/** State machines are accepted only with a role that Step Functions may assume. */
export function withTrustedMachineRoles(stepFunctions: StepFunctionsPort, iam: Iam): StepFunctionsPort {
  const requireTrust = (region: string, { name, roleArn }: StateMachineSettings) => {
    const [, partition, , , account] = roleArn.split(':');
    const source = { 'aws:SourceAccount': account, 'aws:SourceArn': `arn:${partition}:states:${region}:${account}:stateMachine:${name}` };
    if (!iam.canAssume(roleArn, 'states.amazonaws.com', source)) {
      throw new ProvisioningError(`Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume ${roleArn}`);
    }
  };
  return {
    createStateMachine: (region, settings) => {
      requireTrust(region, settings);
      return stepFunctions.createStateMachine(region, settings);
    },
    updateStateMachine: (region, settings) => {
      requireTrust(region, settings);
      return stepFunctions.updateStateMachine(region, settings);
    },
    deleteStateMachine: (region, arn) => stepFunctions.deleteStateMachine(region, arn),
  };
}

function policyDocument(document: JsonObject): PolicyDocument {
  return document as unknown as PolicyDocument;
}

function nameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}
