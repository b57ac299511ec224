import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { arnPattern } from '../lifecycle/customized-roles';
import { Provider, type ProviderDefinition } from '../lifecycle/provider';
import { ProviderService } from '../lifecycle/provider-settings-options';
import { OWNER_TAG_KEY } from '../wire/lifecycle';

const HERE = 'arn:${AWS::Partition}:workspaces:${AWS::Region}:${AWS::AccountId}';
const ANYWHERE = 'arn:${AWS::Partition}:workspaces:*:${AWS::AccountId}';

const DEFINITION: ProviderDefinition = {
  service: ProviderService.WORKSPACES,
  name: 'WorkSpaces',
  folder: 'workspaces',
  statements: stack => [
    // The new WorkSpace here, its directory, and the primary in its Region: which of them are checked is not published.
    new iam.PolicyStatement({
      actions: ['workspaces:CreateStandbyWorkspaces'],
      resources: [arnPattern(stack, `${HERE}:directory/*`), arnPattern(stack, `${ANYWHERE}:workspace/*`)],
    }),
    new iam.PolicyStatement({
      actions: [
        'workspaces:DescribeWorkspaces', 'workspaces:DescribeConnectionAliases',
        'workspaces:DescribeTags', 'workspaces:CreateTags', 'workspaces:DeleteTags',
      ],
      resources: ['*'],
    }),
    // Only what this library has made carries the tag; that it is of the right stack and logical id, the function checks.
    new iam.PolicyStatement({
      actions: ['workspaces:TerminateWorkspaces', 'workspaces:ModifyWorkspaceProperties'],
      resources: [arnPattern(stack, `${HERE}:workspace/*`)],
      conditions: { StringLike: { [`aws:ResourceTag/${OWNER_TAG_KEY}`]: '*' } },
    }),
    new iam.PolicyStatement({
      actions: ['workspaces:AssociateConnectionAlias', 'workspaces:DisassociateConnectionAlias'],
      resources: [arnPattern(stack, `${HERE}:connectionalias/*`), arnPattern(stack, `${HERE}:directory/*`)],
    }),
  ],
  acknowledgements: [
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'WorkSpaces supports no resource for describing WorkSpaces, aliases and tags, and for changing tags.',
    },
    ...['directory', 'workspace', 'connectionalias'].map(resource => ({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:workspaces:<AWS::Region>:<AWS::AccountId>:${resource}/*]`,
      reason: 'One function serves all standbys and associations of the stack; it changes only what carries the tag of its stack and logical id.',
    })),
    {
      id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:workspaces:*:<AWS::AccountId>:workspace/*]',
      reason: 'A standby is made of a primary in another Region, and has no id before it is made.',
    },
  ],
};

/** The provider of Amazon WorkSpaces in the construct's stack. */
export function workspacesProvider(scope: IConstruct): Provider {
  return Provider.getOrCreate(scope, DEFINITION);
}
