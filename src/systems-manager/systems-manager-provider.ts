import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { arnPattern } from '../lifecycle/customized-roles';
import { Provider, type ProviderDefinition } from '../lifecycle/provider';
import { ProviderService } from '../lifecycle/provider-settings-options';

const DEFINITION: ProviderDefinition = {
  service: ProviderService.SYSTEMS_MANAGER,
  name: 'SystemsManager',
  folder: 'systems-manager',
  statements: stack => [
    new iam.PolicyStatement({
      actions: [
        'ssm:GetParameter', 'ssm:PutParameter', 'ssm:DeleteParameter',
        'ssm:ListTagsForResource', 'ssm:AddTagsToResource', 'ssm:RemoveTagsFromResource',
      ],
      resources: [arnPattern(stack, 'arn:${AWS::Partition}:ssm:*:${AWS::AccountId}:parameter/*')],
    }),
  ],
  acknowledgements: [
    {
      id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:parameter/*]',
      reason: 'One function serves all parameters of the stack, in all their Regions; it changes only those that carry the tag of their stack and '
        + 'logical id.',
    },
  ],
};

/** The provider of Systems Manager in the construct's stack. */
export function systemsManagerProvider(scope: IConstruct): Provider {
  return Provider.getOrCreate(scope, DEFINITION);
}
