import { Fn } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Context key of `iam.Role.customizeRoles()`. */
const CUSTOMIZE_ROLES = '@aws-cdk/iam:customizeRoles';

/** Whether the roles in a scope are precreated ones: the AWS CDK then writes a report of what they need. */
export function isCustomizingRoles(scope: IConstruct): boolean {
  return scope.node.tryGetContext(CUSTOMIZE_ROLES) !== undefined;
}

/**
 * An ARN with pseudo parameters such as `${AWS::Region}` and attributes such as `${Waiter.Name}`. As `Fn::Sub` it is the shortest in a template, but the report about
 * precreated roles can only show references.
 */
export function arnPattern(scope: IConstruct, pattern: string): string {
  const referTo = (name: string) => name.includes('::') ? Fn.ref(name) : `(${name})`;
  return isCustomizingRoles(scope) ? pattern.replace(/\$\{([\w:.]+)\}/g, (_, name: string) => referTo(name)) : Fn.sub(pattern);
}
