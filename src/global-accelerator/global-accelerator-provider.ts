import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { arnPattern } from '../lifecycle/customized-roles';
import { Provider, type ProviderDefinition } from '../lifecycle/provider';
import { ProviderService } from '../lifecycle/provider-settings-options';
import { partitionOf } from '../lifecycle/regions';
import { refuse } from '../lifecycle/synthesis-error';

const EVERY_ACCELERATOR = 'arn:${AWS::Partition}:globalaccelerator::${AWS::AccountId}:accelerator/*';
const SERVICE_LINKED_ROLE = 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/globalaccelerator.amazonaws.com'
  + '/AWSServiceRoleForGlobalAccelerator';

const DEFINITION: ProviderDefinition = {
  service: ProviderService.GLOBAL_ACCELERATOR,
  name: 'GlobalAccelerator',
  folder: 'global-accelerator',
  statements: stack => [
    new iam.PolicyStatement({
      actions: [
        'globalaccelerator:CreateCustomRoutingAccelerator', 'globalaccelerator:ListCustomRoutingAccelerators',
        'globalaccelerator:ListCustomRoutingPortMappingsByDestination',
      ],
      resources: ['*'],
    }),
    // Listeners and endpoint groups stand below their accelerator in the ARN.
    new iam.PolicyStatement({
      actions: [
        'DescribeCustomRoutingAccelerator', 'UpdateCustomRoutingAccelerator', 'DeleteCustomRoutingAccelerator',
        'DescribeCustomRoutingAcceleratorAttributes', 'UpdateCustomRoutingAcceleratorAttributes',
        'ListTagsForResource', 'TagResource', 'UntagResource',
        'CreateCustomRoutingListener', 'DescribeCustomRoutingListener', 'ListCustomRoutingListeners',
        'UpdateCustomRoutingListener', 'DeleteCustomRoutingListener',
        'CreateCustomRoutingEndpointGroup', 'DescribeCustomRoutingEndpointGroup', 'ListCustomRoutingEndpointGroups',
        'DeleteCustomRoutingEndpointGroup', 'AddCustomRoutingEndpoints', 'RemoveCustomRoutingEndpoints',
        'AllowCustomRoutingTraffic', 'DenyCustomRoutingTraffic', 'ListCustomRoutingPortMappings',
      ].map(action => `globalaccelerator:${action}`),
      resources: [arnPattern(stack, EVERY_ACCELERATOR)],
    }),
    // The account's first accelerator makes this role. Its path names the one service that it can be for.
    new iam.PolicyStatement({
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [arnPattern(stack, SERVICE_LINKED_ROLE)],
    }),
    // Flow logs also need the policy of their bucket, which the accelerator's construct grants.
    new iam.PolicyStatement({
      actions: ['logs:CreateLogDelivery', 'logs:DeleteLogDelivery'],
      resources: ['*'],
    }),
  ],
  acknowledgements: [
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Creating and listing accelerators, port mappings of a destination, and log deliveries support no resource.',
    },
    {
      id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:globalaccelerator::<AWS::AccountId>:accelerator/*]',
      reason: 'One function serves all accelerators of the stack; it changes only what it knows by ARN, or by a tag of stack and logical id.',
    },
  ],
};

/** The one partition that has the service: https://docs.aws.amazon.com/general/latest/gr/global_accelerator.html */
const PARTITION = 'aws';

/** The provider of AWS Global Accelerator in the construct's stack. */
export function globalAcceleratorProvider(scope: IConstruct): Provider {
  const problem = partitionProblem(scope);
  if (problem) {
    refuse(scope, problem);
  }
  return globalAcceleratorProviderAnywhere(scope);
}

/** For what may not throw, and says itself that the partition is wrong. */
export function globalAcceleratorProviderAnywhere(scope: IConstruct): Provider {
  return Provider.getOrCreate(scope, DEFINITION);
}

/** Why the stack can't have Global Accelerator. */
export function partitionProblem(scope: IConstruct): string | undefined {
  const { region } = Stack.of(scope);
  const partition = partitionOf(region);
  return partition && partition !== PARTITION
    ? `the stack is in ${region}, in the partition ${partition}, but AWS Global Accelerator is in the partition ${PARTITION} only. Declare it `
      + 'in a stack in a Region of that partition.'
    : undefined;
}
