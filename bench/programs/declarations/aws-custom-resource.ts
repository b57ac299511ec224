import type { Stack } from 'aws-cdk-lib';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { subjectOf } from '../subjects';

/** `AwsCustomResource`, which can't wait. @returns how many resources were declared */
export function declare(stack: Stack, name: string, count: number): number {
  const subject = subjectOf(name);
  for (let index = 0; index < count; index++) {
    const call = subject.call(index);
    const start = { ...call, physicalResourceId: PhysicalResourceId.of(String(index)) };
    new AwsCustomResource(stack, `Resource${index}`, {
      resourceType: subject.type,
      onCreate: start,
      onDelete: { ...call, action: call.action.replace(/^Create/, 'Delete') },
      policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: AwsCustomResourcePolicy.ANY_RESOURCE }),
      installLatestAwsSdk: false,
    });
  }
  return count;
}
