import { CfnResource, type Stack } from 'aws-cdk-lib';
import { subjectOf } from '../subjects';

/** `CfnResource` and nothing else: the floor. @returns how many resources were declared */
export function declare(stack: Stack, name: string, count: number): number {
  const subject = subjectOf(name);
  for (let index = 0; index < count; index++) {
    new CfnResource(stack, `Resource${index}`, { type: subject.type, properties: subject.properties(index) });
  }
  return count;
}
