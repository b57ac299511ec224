import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { refuse } from '../lifecycle/synthesis-error';
import type { Form } from '../wire/global-accelerator';

/** Checks an ARN, if it is concrete. */
export function checkArn(scope: IConstruct, property: string, arn: string, form: Form): void {
  checkForm(scope, property, arn, form, 'Use the ARN that Global Accelerator shows.');
}

/** Checks the form of a value, if it is concrete. */
export function checkForm(scope: IConstruct, property: string, value: string, { pattern, what }: Form, fix: string): void {
  if (!Token.isUnresolved(value) && !pattern.test(value)) {
    refuse(scope, `${property} '${value}' is not ${what}. ${fix}`);
  }
}
