import { CustomResource, Duration, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { subjectOf } from '../subjects';

/** CDK's provider framework with a handler that starts and one that asks. @returns how many resources were declared */
export function declare(stack: Stack, name: string, count: number): number {
  const subject = subjectOf(name);
  const [onEventHandler, isCompleteHandler] = ['OnEvent', 'IsComplete'].map(id => {
    const handler = new lambda.Function(stack, id, {
      code: lambda.Code.fromInline('exports.handler = async () => ({});'),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_22_X,
    });
    handler.addToRolePolicy(new iam.PolicyStatement({ actions: subject.actions, resources: ['*'] }));
    return handler;
  });
  const provider = new Provider(stack, 'Provider', { onEventHandler, isCompleteHandler, queryInterval: Duration.seconds(5) });
  for (let index = 0; index < count; index++) {
    new CustomResource(stack, `Resource${index}`, {
      serviceToken: provider.serviceToken, resourceType: subject.type, properties: subject.properties(index),
    });
  }
  return count;
}
