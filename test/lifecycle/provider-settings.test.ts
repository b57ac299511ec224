import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Size, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { MultiRegionEndpoint, ProviderService, ProviderSettings, type ProviderSettingsOptions } from '../../src';

function templateWith(settings: (stack: Stack) => ProviderSettingsOptions): Template {
  const stack = new Stack(new App(), 'Mail', { env: { account: '111122223333', region: 'eu-west-1' } });
  ProviderSettings.of(stack).set(settings(stack));
  new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
  return Template.fromStack(stack);
}

function functionOf(template: Template): any {
  return template.toJSON().Resources.MultiRegionSesFunction.Properties;
}

test('memory, architecture, runtime, concurrency', () => {
  const properties = functionOf(templateWith(() => ({
    memorySize: Size.gibibytes(1), architecture: lambda.Architecture.ARM_64, runtime: lambda.Runtime.NODEJS_22_X,
    reservedConcurrentExecutions: 2,
  })));
  expect(properties).toMatchObject({
    MemorySize: 1024, Architectures: ['arm64'], Runtime: 'nodejs22.x', ReservedConcurrentExecutions: 2,
  });
});

test('without settings: 256 MiB, the newest runtime, logs for a month', () => {
  const template = templateWith(() => ({}));
  expect(functionOf(template)).toMatchObject({ MemorySize: 256, Runtime: 'nodejs24.x', Timeout: 60 });
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
});

test('a VPC with subnets and security groups', () => {
  const template = templateWith(stack => {
    const vpc = new ec2.Vpc(stack, 'Vpc');
    return {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [new ec2.SecurityGroup(stack, 'Group', { vpc })],
    };
  });
  expect(functionOf(template).VpcConfig).toMatchObject({
    SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringMatching(/^Group/), 'GroupId'] }], SubnetIds: expect.any(Array),
  });
  const [{ PolicyDocument: { Statement: statements } }] = template.toJSON().Resources.MultiRegionSesRole.Properties.Policies;
  expect(statements.flatMap((statement: any) => statement.Action)).toEqual(expect.arrayContaining(['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface']));
});

test('the function is in the subnets that are selected, and in no other subnet of the VPC', () => {
  const template = templateWith(stack => ({
    vpc: new ec2.Vpc(stack, 'Vpc', {
      maxAzs: 2,
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
        { name: 'Default', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Chosen', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ],
    }),
    vpcSubnets: { subnetGroupName: 'Chosen' },
  }));
  expect(functionOf(template).VpcConfig.SubnetIds).toEqual([
    { Ref: expect.stringMatching(/^VpcChosenSubnet1/) }, { Ref: expect.stringMatching(/^VpcChosenSubnet2/) },
  ]);
});

test('a log group of the user keeps its name; its retention is its own', () => {
  const template = templateWith(stack => ({ logGroup: new logs.LogGroup(stack, 'Central') }));
  template.resourceCountIs('AWS::Logs::LogGroup', 1);
  expect(functionOf(template).LoggingConfig.LogGroup.Ref).toMatch(/^Central/);
  templateWith(() => ({ logRetention: logs.RetentionDays.ONE_DAY })).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 1 });
});

test('a query that follows one request, if it is asked for', () => {
  templateWith(() => ({})).resourceCountIs('AWS::Logs::QueryDefinition', 0);
  const template = templateWith(() => ({ logsInsightsQuery: true }));
  const { Properties: query } = template.toJSON().Resources.MultiRegionSesQuery;
  expect(query.Name).toBe('cdk-multi-region/Ses/Mail/requests');
  expect(query.LogGroupNames).toEqual([{ Ref: 'MultiRegionSesLogs' }]);
  expect(query.QueryString).toMatch(/^# .*\nfields @timestamp, request, .*\n\| filter request like \/\.\/\n\| sort request asc, @timestamp asc\n/);
});

test('the query asks for fields that the document of the log explains', () => {
  const { QueryString: query } = templateWith(() => ({ logsInsightsQuery: true })).toJSON().Resources.MultiRegionSesQuery.Properties;
  const [, ...fields] = /^fields (.*)$/m.exec(query)![1].split(', ');
  const chapter = /## Read the log\n[^]*?\n## /.exec(readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8'))![0];
  fields.forEach(field => expect(chapter).toContain(`\`${field}\``));
});

test('the query searches the log group of the user', () => {
  const template = templateWith(stack => ({ logsInsightsQuery: true, logGroup: new logs.LogGroup(stack, 'Central') }));
  template.hasResourceProperties('AWS::Logs::QueryDefinition', { LogGroupNames: [{ Ref: Match.stringLikeRegexp('^Central') }] });
});

test('keys for environment and state machine', () => {
  const template = templateWith(stack => ({
    environmentEncryption: new kms.Key(stack, 'Environment'), stateMachineEncryption: new kms.Key(stack, 'State'),
  }));
  expect(functionOf(template).KmsKeyArn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Environment/), 'Arn'] });
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    EncryptionConfiguration: { Type: 'CUSTOMER_MANAGED_KMS_KEY', KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^State'), 'Arn'] } },
  });
});

test('roles of the user get the permissions, and a permissions boundary is put on new roles', () => {
  const template = templateWith(stack => ({
    functionRole: new iam.Role(stack, 'Worker', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
    stateMachineRole: new iam.Role(stack, 'Machine', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') }),
  }));
  template.resourceCountIs('AWS::IAM::Role', 2);
  template.hasResourceProperties('AWS::IAM::Policy', {
    Roles: [{ Ref: Match.stringLikeRegexp('^Worker') }],
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'ses:CreateMultiRegionEndpoint' })]) },
  });
  const bounded = templateWith(stack => ({
    permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'limit'),
  }));
  for (const role of Object.values(bounded.findResources('AWS::IAM::Role'))) {
    expect(JSON.stringify(role.Properties.PermissionsBoundary)).toMatch(/policy\/limit/);
  }
});

test('tracing is for function and state machine', () => {
  const template = templateWith(() => ({ tracing: true }));
  expect(functionOf(template).TracingConfig).toEqual({ Mode: 'Active' });
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', { TracingConfiguration: { Enabled: true } });
  ['MultiRegionSesRole', 'MultiRegionSesWaiterRole'].forEach(role =>
    expect(JSON.stringify(template.toJSON().Resources[role])).toMatch(/xray:PutTraceSegments.*xray:PutTelemetryRecords/));
});

test('settings of app, stage and stack add up', () => {
  const app = new App();
  const stage = new Stage(app, 'Prod');
  const stack = new Stack(stage, 'Mail');
  ProviderSettings.of(app).set({ memorySize: Size.mebibytes(512) });
  ProviderSettings.of(stage).set({ tracing: true });
  ProviderSettings.of(stack).setForService(ProviderService.SES, { reservedConcurrentExecutions: 1 });
  ProviderSettings.of(stack).setForService(ProviderService.WORKSPACES, { reservedConcurrentExecutions: 9 });
  new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });

  expect(functionOf(Template.fromStack(stack))).toMatchObject({
    MemorySize: 512, TracingConfig: { Mode: 'Active' }, ReservedConcurrentExecutions: 1,
  });
});

test('two different values for one provider are an error that names both scopes', () => {
  const app = new App();
  const stack = new Stack(app, 'Mail');
  ProviderSettings.of(app).set({ reservedConcurrentExecutions: 1 });
  ProviderSettings.of(stack).set({ reservedConcurrentExecutions: 2 });

  expect(() => new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' }))
    .toThrow(/'reservedConcurrentExecutions'.*SES provider in stack 'Mail'.*one set on 'the app' and one on 'Mail'/);
});

test('a setting that comes after the provider is an error, the same value once more is not', () => {
  const stack = new Stack(new App(), 'Mail');
  ProviderSettings.of(stack).set({ tracing: true });
  new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });

  expect(() => ProviderSettings.of(stack).set({ tracing: true })).not.toThrow();
  expect(() => ProviderSettings.of(stack.node.root).set({ reservedConcurrentExecutions: 3 }))
    .toThrow(/'reservedConcurrentExecutions' comes too late: the SES provider of stack 'Mail' exists already/);
  expect(() => ProviderSettings.of(stack).setForService(ProviderService.WORKSPACES, { reservedConcurrentExecutions: 3 })).not.toThrow();
});

test('a construct inside a stack is no scope for settings', () => {
  const stack = new Stack(new App(), 'Mail');
  expect(() => ProviderSettings.of(new Construct(stack, 'Part'))).toThrow(/Mail\/Part.*an app, a stage or a stack/);
});

test.each<[ProviderSettingsOptions, RegExp]>([
  [{ logGroup: {} as any, logRetention: logs.RetentionDays.ONE_DAY }, /'logRetention'.*'logGroup'.*Set one of the two/],
  [{ vpcSubnets: { onePerAz: true } }, /need 'vpc'/],
])('settings that contradict each other are refused', (settings, message) => {
  expect(() => templateWith(() => settings)).toThrow(message);
});
