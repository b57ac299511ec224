import { compileCondition, ConditionCheck, RequestContext } from './condition';
import { wildcard } from './wildcard';
import { RequiredPermission } from '../services/service';

/** A policy as it stands in a template whose intrinsic functions are resolved. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: Record<string, any> | Record<string, any>[];
}

export interface InlinePolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

export interface RoleProps {
  /** The trust policy; a role without one can be assumed by every service. */
  readonly trust?: PolicyDocument;
  readonly inlinePolicies?: readonly InlinePolicy[];
  /** Noted only: the sandbox does not have the documents of AWS's managed policies. */
  readonly managedPolicyArns?: readonly string[];
}

/** Where a statement stands. */
export interface StatementRef {
  readonly role: string;
  readonly policy: string;
  readonly sid?: string;
  /** Position in the policy, from 0. */
  readonly index: number;
}

export interface Decision {
  readonly allowed: boolean;
  /** The statement that allowed or denied; the first one where several allowed. */
  readonly statement?: StatementRef;
  /** The resource that was refused. */
  readonly resource?: string;
  readonly explicitDeny?: boolean;
}

export interface IamOptions {
  readonly clock?: { now(): number };
  /** How long the calls of a new role are denied, as happens on AWS until a role is known everywhere. @default 0 */
  readonly propagationSeconds?: number;
  /** Whether roles that nobody has put here may do everything. @default false */
  readonly trustsUnknownRoles?: boolean;
}

interface Statement {
  readonly ref: StatementRef;
  readonly effect: 'Allow' | 'Deny';
  readonly condition: ConditionCheck;
  coversAction(action: string): boolean;
  coversResource(resource: string): boolean;
  coversPrincipal(service: string): boolean;
}

interface Role {
  readonly usableAt: number;
  readonly trust?: Statement[];
  readonly managedPolicyArns: readonly string[];
  readonly policies: Map<string, Statement[]>;
}

const ELEMENTS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition', 'Principal', 'NotPrincipal'];

/** Roles of the account with their inline policies, and the decisions that follow from them. */
export class Iam {
  /** ARN of the role session, as AWS names it in messages. */
  public static assumedRoleArn(roleArn: string, sessionName: string = 'sandbox'): string {
    const [, partition, , , account] = roleArn.split(':');
    return `arn:${partition}:sts::${account}:assumed-role/${roleName(roleArn)}/${sessionName}`;
  }

  /** By name, which is unique in an account; the ARN also has the path. */
  private readonly roles = new Map<string, Role>();

  constructor(private readonly options: IamOptions = {}) {}

  /** Creates a role, or replaces it together with all of its policies. */
  public putRole(roleArn: string, props: RoleProps = {}): void {
    const name = roleName(roleArn);
    this.roles.set(name, {
      usableAt: this.roles.get(name)?.usableAt ?? this.now() + (this.options.propagationSeconds ?? 0) * 1000,
      trust: props.trust && compileDocument(name, 'AssumeRolePolicyDocument', props.trust),
      managedPolicyArns: props.managedPolicyArns ?? [],
      policies: new Map((props.inlinePolicies ?? []).map(policy =>
        [policy.name, compileDocument(name, policy.name, policy.document)])),
    });
  }

  public putPolicy(role: string, policyName: string, document: PolicyDocument): void {
    this.role(role).policies.set(policyName, compileDocument(roleName(role), policyName, document));
  }

  public deletePolicy(role: string, policyName: string): void {
    this.role(role).policies.delete(policyName);
  }

  public deleteRole(role: string): void {
    this.roles.delete(roleName(role));
  }

  /** Every statement that a role has been given, to be compared with those that its calls used. */
  public statements(role: string): StatementRef[] {
    return [...this.role(role).policies.values()].flat().map(statement => statement.ref);
  }

  /**
   * Whether the trust policy lets a service, e.g. `lambda.amazonaws.com`, assume the role.
   *
   * @param context condition keys that the service sends, e.g. `aws:SourceArn`
   */
  public canAssume(role: string, service: string, context: Readonly<Record<string, string>> = {}): boolean {
    const trust = this.roles.get(roleName(role))?.trust;
    if (!trust) {
      return this.roles.has(roleName(role)) || Boolean(this.options.trustsUnknownRoles);
    }
    const request = requestContext(context);
    const covering = trust.filter(statement => statement.coversAction('sts:AssumeRole')
      && statement.coversPrincipal(service) && statement.condition(request));
    return covering.some(statement => statement.effect === 'Allow')
      && !covering.some(statement => statement.effect === 'Deny');
  }

  public evaluate(principalArn: string, permission: RequiredPermission): Decision {
    const role = this.roles.get(roleName(principalArn));
    if (!role && this.options.trustsUnknownRoles) {
      return { allowed: true };
    }
    if (!role || this.now() < role.usableAt) {
      return { allowed: false, resource: permission.resources[0] };
    }
    const context = contextOf(permission);
    const covering = [...role.policies.values()].flat()
      .filter(statement => statement.coversAction(permission.action) && statement.condition(context));
    const decisions = permission.resources.map(resource => decide(covering, resource));
    return decisions.find(decision => !decision.allowed) ?? { allowed: true, statement: decisions[0]?.statement };
  }

  /** The sentence of AWS for a call that is not allowed. */
  public denial(principalArn: string, permission: RequiredPermission, decision: Decision): string {
    const user = `User: ${Iam.assumedRoleArn(principalArn)} is not authorized to perform: ${permission.action}`;
    const reason = decision.explicitDeny
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${permission.action} action`;
    const managed = this.roles.get(roleName(principalArn))?.managedPolicyArns ?? [];
    const note = managed.length === 0 ? ''
      : `. Note: the sandbox does not evaluate the role's managed policies ${managed.join(', ')}`;
    return `${user} on resource: ${decision.resource} ${reason}${note}`;
  }

  private role(role: string): Role {
    const found = this.roles.get(roleName(role));
    if (!found) {
      throw new Error(`IAM role '${role}' does not exist. Create it before its policies.`);
    }
    return found;
  }

  private now(): number {
    return this.options.clock?.now() ?? 0;
  }
}

function decide(covering: Statement[], resource: string): Decision {
  const matching = covering.filter(statement => statement.coversResource(resource));
  const deny = matching.find(statement => statement.effect === 'Deny');
  if (deny) {
    return { allowed: false, statement: deny.ref, resource, explicitDeny: true };
  }
  const allow = matching.find(statement => statement.effect === 'Allow');
  return allow ? { allowed: true, statement: allow.ref } : { allowed: false, resource };
}

function compileDocument(role: string, policy: string, document: PolicyDocument): Statement[] {
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  return statements.map((statement, index) => compileStatement(statement, { role, policy, sid: statement.Sid, index }));
}

function compileStatement(statement: Record<string, any>, ref: StatementRef): Statement {
  const position = `Statement ${ref.index}${ref.sid ? ` ('${ref.sid}')` : ''}`;
  const owner = `${position} of policy '${ref.policy}' of role '${ref.role}'`;
  const unknown = Object.keys(statement).filter(element => !ELEMENTS.includes(element));
  if (unknown.length > 0) {
    throw new Error(`${owner} has the element '${unknown[0]}', which the sandbox does not know. `
      + `It knows ${ELEMENTS.join(', ')}.`);
  }
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new Error(`${owner} has the effect '${statement.Effect}'. Use 'Allow' or 'Deny'.`);
  }
  return {
    ref,
    effect: statement.Effect,
    condition: compileCondition(statement.Condition ?? {}, owner),
    coversAction: compileMatch(statement.Action, statement.NotAction, 'i', owner),
    coversResource: compileMatch(statement.Resource, statement.NotResource, '', owner),
    coversPrincipal: compileMatch(services(statement.Principal), services(statement.NotPrincipal), '', owner),
  };
}

/** The services among the principals. */
function services(principal: unknown): unknown {
  return principal === undefined || principal === '*' ? principal : (principal as Record<string, unknown>).Service ?? [];
}

/** Whether a value is covered by the patterns of e.g. `Action` or is not excluded by those of `NotAction`. */
function compileMatch(patterns: unknown, excluded: unknown, flags: string, owner: string): (value: string) => boolean {
  if (excluded !== undefined) {
    const expressions = expressionsOf(excluded, flags, owner);
    return value => !expressions.some(expression => expression.test(value));
  }
  const expressions = expressionsOf(patterns ?? [], flags, owner);
  return value => expressions.some(expression => expression.test(value));
}

function expressionsOf(patterns: unknown, flags: string, owner: string): RegExp[] {
  return (Array.isArray(patterns) ? patterns : [patterns]).map(pattern => {
    if (typeof pattern !== 'string' || pattern.includes('${')) {
      throw new Error(`${owner} has the pattern ${JSON.stringify(pattern)}. The sandbox takes strings whose intrinsic `
        + 'functions are resolved, and no policy variables.');
    }
    return wildcard(pattern, flags);
  });
}

function contextOf(permission: RequiredPermission): RequestContext {
  return requestContext(permission.context ?? {});
}

function requestContext(values: Readonly<Record<string, string | readonly string[]>>): RequestContext {
  return new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value]));
}

/** Takes a role's name or ARN. */
function roleName(role: string): string {
  return role.slice(role.lastIndexOf('/') + 1);
}
