import { Stack, Token, type IResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { checkText } from '../lifecycle/checks';
import { refuse } from '../lifecycle/synthesis-error';
import type { Form } from '../wire/global-accelerator';

/** Checks an ARN, if it is concrete. */
export function checkArn(scope: IConstruct, property: string, arn: string, form: Form): void {
  checkForm(scope, property, arn, form, 'Use the ARN that Global Accelerator shows.');
}

/** Refuses what is added to an accelerator of another account than the stack's, as far as both are known. */
export function checkAccount(scope: IConstruct, parent: IResource, arn: string): void {
  const problem = accountProblem(scope, parent, arn, 'changed');
  if (problem) {
    refuse(scope, problem);
  }
}

/** Why an accelerator can't be changed or read from this stack, as far as both accounts are known. */
export function accountProblem(scope: IConstruct, parent: IResource, arn: string, done: 'changed' | 'read'): string | undefined {
  const here = Stack.of(scope).account;
  const account = Token.isUnresolved(arn) ? parent.env.account : arn.split(':')[4];
  if (!Token.isUnresolved(account) && !Token.isUnresolved(here) && account !== here) {
    return `'${parent.node.path}' is in the account ${account}, but this stack is in ${here}, and an accelerator is ${done} in its own account `
      + `only. Use a stack of the account ${account}.`;
  }
  return undefined;
}

/** Checks the ARN of what is adopted. */
export function checkAdoptedArn(scope: IConstruct, arn: string | undefined, form: Form): void {
  if (arn !== undefined) {
    checkArn(scope, 'adopt', arn, form);
  }
}

/** Checks the form of a value, if it is concrete. */
export function checkForm(scope: IConstruct, property: string, value: string, { pattern, what }: Form, fix: string): void {
  checkText(scope, property, value);
  if (!Token.isUnresolved(value) && !pattern.test(value)) {
    refuse(scope, `${property} '${value}' is not ${what}. ${fix}`);
  }
}
