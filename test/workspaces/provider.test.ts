import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ConnectionAliasAssociation, StandbyWorkspace, StandbyWorkspaceFleet } from '../../src';

function stackWith(count: number): Stack {
  const stack = new Stack(new App(), 'Desk');
  for (let n = 0; n < count; n++) {
    new StandbyWorkspace(stack, `Standby${n}`, { primaryWorkspaceId: `ws-0123abc${n + 10}`, primaryRegion: 'us-east-1', directoryId: 'd-9367000001' });
  }
  return stack;
}

const PROVIDER = {
  MultiRegionWorkSpacesFunction: 'AWS::Lambda::Function',
  MultiRegionWorkSpacesLogs: 'AWS::Logs::LogGroup',
  MultiRegionWorkSpacesRole: 'AWS::IAM::Role',
  MultiRegionWorkSpacesWaiter: 'AWS::StepFunctions::StateMachine',
  MultiRegionWorkSpacesWaiterPolicy: 'AWS::IAM::Policy',
  MultiRegionWorkSpacesWaiterRole: 'AWS::IAM::Role',
};

test.each([1, 50])('with %i standbys the provider is the same 6 resources, under logical ids that never change', count => {
  const { Resources } = Template.fromStack(stackWith(count)).toJSON();
  const types = Object.fromEntries(Object.entries<any>(Resources)
    .filter(([, resource]) => !resource.Type.startsWith('Custom::')).map(([id, resource]) => [id, resource.Type]));
  expect(types).toEqual(PROVIDER);
});

test('all three constructs share it', () => {
  const stack = stackWith(1);
  new StandbyWorkspaceFleet(stack, 'Fleet', { primaryWorkspaceIds: ['ws-0123abcde'], primaryRegion: 'us-east-1', directoryId: 'd-9367000001' });
  new ConnectionAliasAssociation(stack, 'Association', { aliasId: 'wsca-0123abcde', directoryId: 'd-9367000001' });
  expect(Object.keys(Template.fromStack(stack).toJSON().Resources)).toHaveLength(9);
});

test.each([[1, 6_900], [50, 28_000]])('a template with %i standbys has at most %i bytes', (count, most) => {
  const bytes = Buffer.byteLength(JSON.stringify(Template.fromStack(stackWith(count)).toJSON(), undefined, 1));
  expect(bytes).toBeLessThanOrEqual(most);
});

test('the function may do what its handlers call, and no more', () => {
  const { Resources } = Template.fromStack(stackWith(1)).toJSON();
  const [policy] = Resources.MultiRegionWorkSpacesRole.Properties.Policies;
  const arn = (resource: string, region = '${AWS::Region}') =>
    ({ 'Fn::Sub': `arn:\${AWS::Partition}:workspaces:${region}:\${AWS::AccountId}:${resource}/*` });

  expect(policy.PolicyDocument.Statement.map(({ Action, Resource, Condition }: any) => [Action, Resource, Condition])).toEqual([
    ['workspaces:CreateStandbyWorkspaces', [arn('directory'), arn('workspace', '*')], undefined],
    [[
      'workspaces:DescribeWorkspaces', 'workspaces:DescribeConnectionAliases',
      'workspaces:DescribeTags', 'workspaces:CreateTags', 'workspaces:DeleteTags',
    ], '*', undefined],
    [['workspaces:TerminateWorkspaces', 'workspaces:ModifyWorkspaceProperties'], arn('workspace'),
      { StringLike: { 'aws:ResourceTag/cdk-multi-region:owner': '*' } }],
    [['workspaces:AssociateConnectionAlias', 'workspaces:DisassociateConnectionAlias'], [arn('connectionalias'), arn('directory')], undefined],
    [
      ['states:StartExecution', 'states:ListExecutions', 'states:StopExecution', 'states:DescribeExecution', 'states:GetExecutionHistory'],
      [{ Ref: 'MultiRegionWorkSpacesWaiter' }, { 'Fn::Sub': expect.stringContaining(':execution:${MultiRegionWorkSpacesWaiter.Name}:*') }], undefined,
    ],
    [['logs:CreateLogStream', 'logs:PutLogEvents'], { 'Fn::GetAtt': ['MultiRegionWorkSpacesLogs', 'Arn'] }, undefined],
  ]);
});
