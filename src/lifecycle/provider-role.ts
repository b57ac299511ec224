import { Annotations, Aws, Fn, Names } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DependencyGroup, type Construct, type IConstruct, type IDependable } from 'constructs';
import { isCustomizingRoles } from './customized-roles';
import { hideDummy } from './synthesis-error';

/** A role of the provider, which is new, or which the user gives. */
export interface ProviderRoleProps {
  /** The setting that names the role, for warnings. */
  readonly setting: string;
  /** The service that assumes the role. */
  readonly service: string;
  /** Name of the inline policy of a new role. */
  readonly policyName: string;
  /** What the role must be able to do before anything uses it. */
  readonly statements: iam.PolicyStatement[];
  /** The user's role. */
  readonly given?: iam.IRole;
  /** Whether permissions are managed policies instead of inline ones. */
  readonly useManagedPolicies?: boolean;
  /** Name of a new role. */
  readonly roleName?: string;
  /** Permissions boundary of a new role. */
  readonly permissionsBoundary?: iam.IManagedPolicy;
}

/**
 * A role and its permissions. The policies for a role of the user are in the provider's stack: the role may be that of several
 * providers, stacks and apps, and its own stack must not refer to the provider.
 */
export class ProviderRole {
  public readonly role: iam.IRole;
  /** What has to exist before the role can do its work, and does not follow from a reference to the role. */
  public readonly dependencies: IDependable[] = [];
  /** For grants of the AWS CDK. */
  public readonly grantPrincipal: iam.IPrincipal;
  /** Precreated roles: the AWS CDK reports what they need, and makes no IAM resource. */
  private readonly isCustomized: boolean;
  private policy?: iam.Policy | iam.ManagedPolicy;

  /**
   * @param scope where the role and its policies are made
   * @param id id of a new role, and the beginning of the ids of policies
   */
  constructor(private readonly scope: Construct, private readonly id: string, private readonly props: ProviderRoleProps) {
    const { given, statements, useManagedPolicies } = props;
    this.isCustomized = isCustomizingRoles(scope);
    this.role = given ?? this.newRole();
    if (statements.length > 0 && (given || useManagedPolicies)) {
      this.policy = this.attach(scope, `${id}Policy`, statements);
    }
    this.grantPrincipal = this.isCustomized ? this.role : this.recordingPrincipal();
  }

  /**
   * Adds permissions as a policy of their own.
   *
   * @returns what has to wait for the policy depends on this; nothing if the role can't be changed
   */
  public attach(scope: Construct, id: string, statements: iam.PolicyStatement[], policyName?: string): iam.Policy | iam.ManagedPolicy | undefined {
    const policy = this.props.useManagedPolicies
      ? this.attachManaged(scope, id.replace(/Policy$/, 'ManagedPolicy'), statements)
      : this.attachInline(scope, id, statements, policyName);
    if (!policy) {
      this.warn(statements);
      return undefined;
    }
    this.dependencies.push(policy);
    return policy;
  }

  /**
   * The role for `lambda.Function`, which would depend on all policies of the role itself: one of the user's may use what the
   * function makes.
   */
  public forFunction(): iam.IRole {
    return this.isCustomized ? this.role : iam.Role.fromRoleArn(this.scope, `${this.id}View`, this.role.roleArn, { mutable: false });
  }

  /** The constructs on which a scanner reports the permissions of a new role. */
  public acknowledgeable(): IConstruct[] {
    return this.policy ? [this.role, this.policy] : [this.role];
  }

  private newRole(): iam.Role {
    const { service, statements, useManagedPolicies, policyName, roleName, permissionsBoundary } = this.props;
    return new iam.Role(this.scope, this.id, {
      assumedBy: new iam.ServicePrincipal(service),
      roleName: hideDummy(this.scope, roleName),
      permissionsBoundary,
      // Inline and complete from the start: what is attached later may not be in force at the first call.
      inlinePolicies: statements.length === 0 || useManagedPolicies ? undefined : { [policyName]: new iam.PolicyDocument({ statements }) },
    });
  }

  private attachInline(scope: Construct, id: string, statements: iam.PolicyStatement[], policyName?: string): iam.Policy | undefined {
    const policy = new RecordingPolicy(scope, id, { statements, policyName: this.props.given ? uniqueName(scope, id) : policyName });
    // Not policy.attachToRole(), which attaches to a role that must not change, too.
    this.role.attachInlinePolicy(policy);
    return this.keep(policy);
  }

  private attachManaged(scope: Construct, id: string, statements: iam.PolicyStatement[]): iam.ManagedPolicy | undefined {
    const policy = new RecordingManagedPolicy(scope, id, { statements, description: `cdk-multi-region: permissions of ${scope.node.path}` });
    if (iam.Role.isRole(this.role)) {
      // Not role.addManagedPolicy(): the role would depend on the policy, which depends on the state machine and its role.
      policy.attachToRole(this.role);
    } else {
      this.role.addManagedPolicy(policy);
    }
    return this.keep(policy);
  }

  /** What did not get on the role must not be in the template either. */
  private keep<P extends RecordingPolicy | RecordingManagedPolicy>(policy: P): P | undefined {
    if (policy.isOnRole || this.isCustomized) {
      return policy;
    }
    policy.node.scope!.node.tryRemoveChild(policy.node.id);
    return undefined;
  }

  private recordingPrincipal(): iam.IPrincipal {
    const { assumeRoleAction, policyFragment, principalAccount } = this.role;
    const principal: iam.IPrincipal = {
      get grantPrincipal() {
        return principal;
      },
      assumeRoleAction,
      policyFragment,
      principalAccount,
      addToPrincipalPolicy: statement => this.grant(statement),
    };
    return principal;
  }

  /** Grants for a role of the user become part of the provider's policy, not of one in the stack of the role. */
  private grant(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    if (!this.props.given && !this.props.useManagedPolicies) {
      this.dependencies.push(this.role);
      return this.role.addToPrincipalPolicy(statement);
    }
    if (this.policy) {
      this.policy.addStatements(statement);
      return { statementAdded: true, policyDependable: this.policy };
    }
    this.policy = this.attach(this.scope, `${this.id}Policy`, [statement]);
    return { statementAdded: this.policy !== undefined, policyDependable: this.policy ?? new DependencyGroup() };
  }

  private warn(statements: iam.PolicyStatement[]): void {
    const actions = statements.flatMap(statement => statement.actions).join(', ');
    Annotations.of(this.scope).addWarningV2(`cdk-multi-region:${this.props.setting}`,
      `'${this.props.setting}' is a role that this app cannot change, so nothing was added to it. Deployments fail unless it allows ${actions}. `
      + 'docs/operations.md#roles-of-your-own has the resources. Add them to the role, then acknowledge this warning.');
  }
}

/** The stack's id is part of it: another stack, Region or app may use the same role. */
function uniqueName(scope: Construct, id: string): string {
  const stackId = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return `${Names.uniqueResourceName(scope, { maxLength: 64 })}${id}-${stackId}`;
}

/** A role that can be changed attaches itself to the policy. */
class RecordingPolicy extends iam.Policy {
  public isOnRole = false;

  public attachToRole(role: iam.IRole): void {
    this.isOnRole = true;
    super.attachToRole(role);
  }
}

/** A role that can be changed attaches itself to the policy. */
class RecordingManagedPolicy extends iam.ManagedPolicy {
  public isOnRole = false;

  public attachToRole(role: iam.IRole): void {
    this.isOnRole = true;
    super.attachToRole(role);
  }
}
