import { Inventor } from './inventor';
import { IamPort, RoleSettings } from '../cloudformation/ports';
import { JsonObject } from '../cloudformation/template';

const ALLOW_ALL: JsonObject = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
/** Managed policies of AWS that permit nothing that matters here. */
const HARMLESS_POLICY = /policy\/(service-role\/AWSLambda(VPCAccess|Basic)ExecutionRole|AWSXRay\w+)$/;

/**
 * Takes roles and policies that the sandbox can't read, or whose documents it doesn't have, for sufficient: what is missing
 * in them must not look like a failure of the app.
 */
export class LenientIam implements IamPort {
  constructor(private readonly iam: IamPort, private readonly inventor: Inventor) {}

  public async putRole(roleArn: string, settings: RoleSettings): Promise<void> {
    const unknown = (settings.managedPolicyArns ?? []).filter(policy => !HARMLESS_POLICY.test(policy));
    if (unknown.length > 0) {
      unknown.forEach(policy => this.inventor.note('managed policy', policy, 'allows everything'));
      await this.iam.putRole(roleArn, { ...settings, inlinePolicies: { ...settings.inlinePolicies, Unknown: ALLOW_ALL } });
      return;
    }
    await this.tolerate(roleArn, () => this.iam.putRole(roleArn, settings), () => this.iam.putRole(roleArn, {
      trust: { ...ALLOW_ALL, Statement: [{ Effect: 'Allow', Principal: '*', Action: '*' }] }, inlinePolicies: { Unknown: ALLOW_ALL },
    }));
  }

  public putPolicy(roleName: string, policyName: string, document: JsonObject): Promise<void> {
    return this.tolerate(`${roleName}/${policyName}`, () => this.iam.putPolicy(roleName, policyName, document), () => undefined);
  }

  public async deleteRole(roleArn: string): Promise<void> {
    await this.iam.deleteRole(roleArn);
  }

  public deletePolicy(roleName: string, policyName: string): Promise<void> {
    return this.tolerate(`${roleName}/${policyName}`, () => this.iam.deletePolicy(roleName, policyName), () => undefined);
  }

  private async tolerate(name: string, put: () => unknown, otherwise: () => unknown): Promise<void> {
    try {
      await put();
    } catch {
      this.inventor.note('role or policy', name, 'allows everything');
      await otherwise();
    }
  }
}
