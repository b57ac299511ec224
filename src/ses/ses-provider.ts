import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { arnPattern } from '../lifecycle/customized-roles';
import { Provider, type ProviderDefinition } from '../lifecycle/provider';
import { ProviderService } from '../lifecycle/provider-settings-options';
import { OWNER_TAG_KEY } from '../wire/lifecycle';

const DEFINITION: ProviderDefinition = {
  service: ProviderService.SES,
  name: 'Ses',
  folder: 'ses',
  statements: stack => [
    new iam.PolicyStatement({
      actions: ['ses:CreateMultiRegionEndpoint'],
      resources: ['*'],
    }),
    new iam.PolicyStatement({
      actions: [
        'ses:GetMultiRegionEndpoint', 'ses:DeleteMultiRegionEndpoint',
        'ses:ListTagsForResource', 'ses:TagResource', 'ses:UntagResource',
      ],
      resources: [arnPattern(stack, 'arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:multi-region-endpoint/*')],
    }),
    // A replica is also deleted after it has left the template or has moved, when its own policy names it no more: then by its tag.
    new iam.PolicyStatement({
      actions: ['ses:GetEmailIdentity'],
      resources: [identities(stack)],
    }),
    new iam.PolicyStatement({
      actions: ['ses:DeleteEmailIdentity'],
      resources: [identities(stack)],
      conditions: { Null: { [`aws:ResourceTag/${OWNER_TAG_KEY}`]: 'false' } },
    }),
    // The account's first endpoint makes this role. Its path names the one service that it can be for.
    new iam.PolicyStatement({
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [arnPattern(stack, 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/ses.amazonaws.com/AWSServiceRoleForAmazonSES')],
    }),
  ],
  acknowledgements: [
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ses:CreateMultiRegionEndpoint supports no resource: the endpoint does not exist yet.',
    },
    {
      id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:multi-region-endpoint/*]',
      reason: 'One function serves all endpoints of the stack; it changes only those that carry the tag of their stack and logical id.',
    },
    {
      id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:*:<AWS::AccountId>:identity/*]',
      reason: 'A replica of an identity is also deleted after it has left the template; a condition limits the deletion to identities that carry the tag of '
        + 'this library.',
    },
  ],
};

/** ARN of all identities in all Regions. */
function identities(stack: Stack): string {
  return arnPattern(stack, 'arn:${AWS::Partition}:ses:*:${AWS::AccountId}:identity/*');
}

/** The provider of Amazon SES in the construct's stack. */
export function sesProvider(scope: IConstruct): Provider {
  return Provider.getOrCreate(scope, DEFINITION);
}

export function endpointArn(stack: Stack, endpointName: string): string {
  return stack.formatArn({ service: 'ses', resource: 'multi-region-endpoint', resourceName: endpointName });
}

export function identityArn(stack: Stack, region: string, name: string): string {
  return stack.formatArn({ service: 'ses', region, resource: 'identity', resourceName: name });
}
