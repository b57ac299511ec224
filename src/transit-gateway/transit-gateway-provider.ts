import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { arnPattern } from '../lifecycle/customized-roles';
import { Provider, type ProviderDefinition } from '../lifecycle/provider';
import { ProviderService } from '../lifecycle/provider-settings-options';
import { DELETE_ATTACHMENT, ON_DELETE_TAG_KEY } from '../wire/transit-gateway';

const ATTACHMENTS = 'arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:transit-gateway-attachment/*';

const DEFINITION: ProviderDefinition = {
  service: ProviderService.TRANSIT_GATEWAY,
  name: 'TransitGateway',
  folder: 'transit-gateway',
  statements: stack => [
    new iam.PolicyStatement({
      actions: ['ec2:DescribeTransitGatewayPeeringAttachments'],
      resources: ['*'],
    }),
    new iam.PolicyStatement({
      actions: ['ec2:AcceptTransitGatewayPeeringAttachment', 'ec2:CreateTags', 'ec2:DeleteTags'],
      resources: [arnPattern(stack, ATTACHMENTS)],
    }),
    // Only what an accepter was told to delete carries the tag.
    new iam.PolicyStatement({
      actions: ['ec2:DeleteTransitGatewayPeeringAttachment'],
      resources: [arnPattern(stack, ATTACHMENTS)],
      conditions: { StringEquals: { [`aws:ResourceTag/${ON_DELETE_TAG_KEY}`]: DELETE_ATTACHMENT } },
    }),
  ],
  acknowledgements: [
    { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'Amazon EC2 supports no resource for describing peering attachments.' },
    {
      id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:transit-gateway-attachment/*]',
      reason: 'One function serves all accepters of the stack; it changes only those whose tag names their stack and logical id, or nobody.',
    },
  ],
};

/** The provider of transit gateways in the construct's stack. */
export function transitGatewayProvider(scope: IConstruct): Provider {
  return Provider.getOrCreate(scope, DEFINITION);
}
