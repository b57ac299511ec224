import { DescribeStacksCommand, GetTemplateCommand, ListStackResourcesCommand, type CloudFormationClient, type Parameter } from '@aws-sdk/client-cloudformation';
import { isObject, JsonObject, Template } from '../../sandbox/cloudformation/template';

export interface DeployedResource {
  readonly physicalId?: string;
  readonly type: string;
  readonly status: string;
}

/** A stack in the account, with the template that is compared. */
export interface DeployedStack {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly partition: string;
  readonly accountId: string;
  readonly status: string;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** By logical id. */
  readonly resources: ReadonlyMap<string, DeployedResource>;
}

type CloudFormation = Pick<CloudFormationClient, 'send'>;

/** What a stack says in its outputs. */
export async function outputsOf(cloudFormation: CloudFormation, stackName: string): Promise<Record<string, string>> {
  const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
  return Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue ?? '']));
}

/** @param document the template to compare instead of the deployed one */
export async function readStack(
  cloudFormation: CloudFormation, region: string, nameOrId: string, document?: JsonObject,
): Promise<DeployedStack> {
  const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: nameOrId }));
  const { StackId: id = '', StackName: name = nameOrId, StackStatus: status = '', Outputs = [], Parameters = [] } = stack ?? {};
  const [, partition, , , accountId] = id.split(':');
  const template = new Template(document ?? await deployedTemplate(cloudFormation, id));
  return {
    id, name, region, partition, accountId, status, template,
    parameters: Object.fromEntries([...defaultsOf(template), ...Parameters.map(parameter => valueOf(parameter, template))]),
    outputs: Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue ?? ''])),
    resources: await resourcesOf(cloudFormation, id),
  };
}

async function deployedTemplate(cloudFormation: CloudFormation, StackName: string): Promise<JsonObject> {
  const { TemplateBody = '' } = await cloudFormation.send(new GetTemplateCommand({ StackName, TemplateStage: 'Processed' }));
  const document: unknown = TemplateBody.startsWith('{') ? JSON.parse(TemplateBody) : undefined;
  // The AWS CDK writes JSON. What is written in YAML is no stack of ours.
  return isObject(document) ? document : { Resources: {} };
}

async function resourcesOf(cloudFormation: CloudFormation, StackName: string): Promise<Map<string, DeployedResource>> {
  const resources = new Map<string, DeployedResource>();
  let NextToken: string | undefined;
  do {
    const page = await cloudFormation.send(new ListStackResourcesCommand({ StackName, NextToken }));
    for (const { LogicalResourceId, PhysicalResourceId, ResourceType, ResourceStatus } of page.StackResourceSummaries ?? []) {
      resources.set(LogicalResourceId!, { physicalId: PhysicalResourceId, type: ResourceType ?? '', status: ResourceStatus ?? '' });
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return resources;
}

/** Of parameters that only the local template has. */
function defaultsOf({ parameters }: Template): [string, unknown][] {
  return [...parameters].filter(([, { defaultValue }]) => defaultValue !== undefined).map(([name, { defaultValue }]) => [name, defaultValue]);
}

function valueOf({ ParameterKey = '', ParameterValue, ResolvedValue }: Parameter, { parameters }: Template): [string, unknown] {
  const value = ResolvedValue ?? ParameterValue ?? '';
  const isList = /^(AWS::SSM::Parameter::Value<)?(CommaDelimitedList|List<)/.test(parameters.get(ParameterKey)?.type ?? '');
  return [ParameterKey, isList ? value.split(',') : value];
}
