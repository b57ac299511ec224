import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { arnPattern } from '../lifecycle/customized-roles';
import { Provider, type ProviderDefinition } from '../lifecycle/provider';
import { ProviderService } from '../lifecycle/provider-settings-options';

const DEFINITION: ProviderDefinition = {
  service: ProviderService.AURORA_DSQL,
  name: 'AuroraDsql',
  folder: 'aurora-dsql',
  // What it takes to look and to take the tags away. What changes a cluster is in the policy of each construct, which names the two.
  statements: stack => [
    new iam.PolicyStatement({
      actions: ['dsql:GetCluster', 'dsql:UntagResource'],
      resources: [arnPattern(stack, 'arn:${AWS::Partition}:dsql:*:${AWS::AccountId}:cluster/*')],
    }),
  ],
  acknowledgements: [
    {
      id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dsql:*:<AWS::AccountId>:cluster/*]',
      reason: 'One function serves all peerings of the stack, whose clusters are in any Region; it takes its own tag away, and only from those that carry it.',
    },
  ],
};

/** The provider of Aurora DSQL in the construct's stack. */
export function auroraDsqlProvider(scope: IConstruct): Provider {
  return Provider.getOrCreate(scope, DEFINITION);
}
