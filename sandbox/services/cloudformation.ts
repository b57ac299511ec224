import { DescribeStacks$, GetTemplate$, ListExports$, ListStackResources$ } from '@aws-sdk/client-cloudformation';
import { Call, MemberConstraint, Operation, RequiredPermission, ServiceError, ServiceSimulator } from './service';
import type { CloudFormation } from '../cloudformation/cloud-formation';
import type { Stack } from '../cloudformation/stack';

const NEXT_TOKEN: MemberConstraint = { minLength: 1, maxLength: 1024 };
const PAGE_SIZE = 100;

/** What can be read of the stacks of the sandbox. They are deployed through the sandbox's own methods, not through this API. */
export class CloudFormationSimulator implements ServiceSimulator {
  public readonly serviceId = 'CloudFormation';
  public readonly signingName = 'cloudformation';
  public readonly protocol = 'awsQuery';
  public readonly validationError = 'ValidationError';
  public readonly operations: Record<string, Operation>;

  constructor(private readonly cloudFormation: () => Pick<CloudFormation, 'stacks' | 'events' | 'exports'>) {
    this.operations = {
      DescribeStacks: {
        schema: DescribeStacks$,
        constraints: { NextToken: NEXT_TOKEN },
        errors: [],
        permissions: ({ StackName }, call) => [permission('DescribeStacks', StackName, call)],
        handle: ({ StackName }, call) => ({ Stacks: this.selected(StackName, call).map(stack => this.describe(stack)) }),
      },
      GetTemplate: {
        schema: GetTemplate$,
        constraints: {
          ChangeSetName: { minLength: 1, maxLength: 1600, pattern: /[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*/ },
          TemplateStage: { enum: ['Original', 'Processed'] },
        },
        errors: ['ChangeSetNotFoundException'],
        permissions: ({ StackName }, call) => [permission('GetTemplate', StackName, call)],
        handle: ({ StackName }, call) => ({
          TemplateBody: JSON.stringify(this.required(StackName, call).current?.template.document ?? {}), StagesAvailable: ['Original', 'Processed'],
        }),
      },
      ListStackResources: {
        schema: ListStackResources$,
        constraints: { NextToken: NEXT_TOKEN },
        errors: [],
        permissions: ({ StackName }, call) => [permission('ListStackResources', StackName, call)],
        handle: (input, call) => this.resources(this.required(input.StackName, call), Number(input.NextToken ?? 0), call),
      },
      ListExports: {
        schema: ListExports$,
        constraints: { NextToken: NEXT_TOKEN },
        errors: [],
        permissions: () => [{ action: 'cloudformation:ListExports', resources: ['*'] }],
        handle: (_, { region }) => ({
          Exports: Object.entries(this.cloudFormation().exports(region)).map(([Name, value]) => ({ Name, Value: String(value) })),
        }),
      },
    };
  }

  /** The stacks are no leftovers of their own: what they left is. */
  public inventory(): [] {
    return [];
  }

  private selected(name: string | undefined, call: Call): Stack[] {
    return name === undefined ? this.cloudFormation().stacks.filter(({ region }) => region === call.region) : [this.required(name, call)];
  }

  private required(nameOrId: string | undefined, { region }: Call): Stack {
    const stack = this.cloudFormation().stacks.find(one => one.region === region && (one.name === nameOrId || one.id === nameOrId));
    if (!stack) {
      throw new ServiceError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    }
    return stack;
  }

  private describe({ id, name, status, statusReason, outputs, exports, current }: Stack): object {
    return {
      StackId: id,
      StackName: name,
      StackStatus: status,
      StackStatusReason: statusReason,
      CreationTime: new Date(this.cloudFormation().events.find(event => event.stackId === id)?.timestamp ?? 0),
      Parameters: Object.entries(current?.parameters ?? {}).map(([ParameterKey, value]) => ({ ParameterKey, ParameterValue: String(value) })),
      Outputs: Object.entries(outputs).map(([OutputKey, value]) => ({
        OutputKey, OutputValue: String(value), ExportName: Object.keys(exports).find(exported => exports[exported] === value),
      })),
    };
  }

  private resources({ resources }: Stack, from: number, { now }: Call): object {
    const all = [...resources.values()];
    return {
      NextToken: all.length > from + PAGE_SIZE ? String(from + PAGE_SIZE) : undefined,
      StackResourceSummaries: all.slice(from, from + PAGE_SIZE).map(({ logicalId, physicalId, type, status }) => ({
        LogicalResourceId: logicalId, PhysicalResourceId: physicalId, ResourceType: type, ResourceStatus: status, LastUpdatedTimestamp: new Date(now),
      })),
    };
  }
}

/** @param stack name or ARN; without it every stack */
function permission(action: string, stack: string | undefined, { accountId, partition, region }: Call): RequiredPermission {
  const arn = stack?.startsWith('arn:') ? stack : `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stack ?? '*'}/*`;
  return { action: `cloudformation:${action}`, resources: [arn] };
}
