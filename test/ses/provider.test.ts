import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MultiRegionEndpoint } from '../../src';

function stackWith(count: number): Stack {
  const stack = new Stack(new App(), 'Mail');
  for (let n = 0; n < count; n++) {
    new MultiRegionEndpoint(stack, `Endpoint${n}`, { secondaryRegion: 'eu-central-1' });
  }
  return stack;
}

const PROVIDER = {
  MultiRegionSesFunction: 'AWS::Lambda::Function',
  MultiRegionSesLogs: 'AWS::Logs::LogGroup',
  MultiRegionSesRole: 'AWS::IAM::Role',
  MultiRegionSesWaiter: 'AWS::StepFunctions::StateMachine',
  MultiRegionSesWaiterPolicy: 'AWS::IAM::Policy',
  MultiRegionSesWaiterRole: 'AWS::IAM::Role',
};

test.each([1, 50])('with %i endpoints the provider is the same 6 resources, under logical ids that never change', count => {
  const { Resources } = Template.fromStack(stackWith(count)).toJSON();
  const types = Object.fromEntries(Object.entries<any>(Resources)
    .filter(([, resource]) => !resource.Type.startsWith('Custom::')).map(([id, resource]) => [id, resource.Type]));

  expect(types).toEqual(PROVIDER);
});

test.each([[1, 6_600], [50, 25_000]])('a template with %i endpoints has at most %i bytes', (count, most) => {
  const bytes = Buffer.byteLength(JSON.stringify(Template.fromStack(stackWith(count)).toJSON(), undefined, 1));
  expect(bytes).toBeLessThanOrEqual(most);
});

test('nested stacks have providers of their own', () => {
  const stack = new Stack(new App(), 'Mail');
  const nested = new NestedStack(stack, 'Nested');
  new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
  new MultiRegionEndpoint(nested, 'Endpoint', { secondaryRegion: 'eu-central-1' });

  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
  Template.fromStack(nested).resourceCountIs('AWS::Lambda::Function', 1);
});

test('every custom resource waits for the permission to invoke, and through its service token for the rest', () => {
  const template = Template.fromStack(stackWith(2));
  for (const resource of Object.values(template.findResources('Custom::MultiRegionEndpoint'))) {
    expect(resource.DependsOn).toEqual(['MultiRegionSesWaiterPolicy']);
  }
  const worker = template.toJSON().Resources.MultiRegionSesFunction.Properties;
  expect(worker.Environment.Variables).toEqual({ STATE_MACHINE_ARN: { Ref: 'MultiRegionSesWaiter' } });
});

const IDENTITIES = 'arn:${AWS::Partition}:ses:*:${AWS::AccountId}:identity/*';

test('the function deletes only identities that carry the tag of this library', () => {
  const { Resources } = Template.fromStack(stackWith(1)).toJSON();
  const [policy] = Resources.MultiRegionSesRole.Properties.Policies;
  const conditions = policy.PolicyDocument.Statement.filter(({ Action }: any) => Action === 'ses:DeleteEmailIdentity').map(({ Condition }: any) => Condition);

  expect(conditions).toEqual([{ Null: { 'aws:ResourceTag/cdk-multi-region:owner': 'false' } }]);
});

test('the function may do what its handlers call, and no more', () => {
  const { Resources } = Template.fromStack(stackWith(1)).toJSON();
  const [policy] = Resources.MultiRegionSesRole.Properties.Policies;

  expect(policy.PolicyDocument.Statement.map((statement: any) => [statement.Action, statement.Resource])).toEqual([
    ['ses:CreateMultiRegionEndpoint', '*'],
    [
      ['ses:GetMultiRegionEndpoint', 'ses:DeleteMultiRegionEndpoint', 'ses:ListTagsForResource', 'ses:TagResource', 'ses:UntagResource'],
      { 'Fn::Sub': 'arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:multi-region-endpoint/*' },
    ],
    ['ses:GetEmailIdentity', { 'Fn::Sub': IDENTITIES }],
    ['ses:DeleteEmailIdentity', { 'Fn::Sub': IDENTITIES }],
    ['iam:CreateServiceLinkedRole', {
      'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/ses.amazonaws.com/AWSServiceRoleForAmazonSES',
    }],
    [
      ['states:StartExecution', 'states:ListExecutions', 'states:StopExecution', 'states:DescribeExecution', 'states:GetExecutionHistory'],
      [
        { Ref: 'MultiRegionSesWaiter' },
        { 'Fn::Sub': 'arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${MultiRegionSesWaiter.Name}:*' },
      ],
    ],
    [['logs:CreateLogStream', 'logs:PutLogEvents'], { 'Fn::GetAtt': ['MultiRegionSesLogs', 'Arn'] }],
  ]);
});
