import { App, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { SERVICES, stackOf } from './services';
import { CustomRoutingAccelerator, MultiRegionEndpoint, ProviderService, ProviderSettings, type ProviderSettingsOptions } from '../../src';

function templateWith(settings: (stack: Stack) => ProviderSettingsOptions): Template {
  return Template.fromStack(stackOf(SERVICES[0], settings));
}

function functionOf(template: Template): any {
  return template.toJSON().Resources.MultiRegionSesFunction.Properties;
}

describe('settings of organisations', () => {
  test('environment variables of all scopes, beside that of the library', () => {
    const app = new App();
    const stack = new Stack(app, 'Mail');
    ProviderSettings.of(app).set({ environment: { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'localhost' } });
    ProviderSettings.of(stack).set({ environment: { NODE_EXTRA_CA_CERTS: '/opt/ca.pem', NO_PROXY: 'localhost' } });
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });

    expect(functionOf(Template.fromStack(stack)).Environment.Variables).toEqual({
      HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'localhost', NODE_EXTRA_CA_CERTS: '/opt/ca.pem', STATE_MACHINE_ARN: { Ref: 'MultiRegionSesWaiter' },
    });
  });

  test('two values for one environment variable are an error that names it', () => {
    const app = new App();
    const stack = new Stack(app, 'Mail');
    ProviderSettings.of(app).set({ environment: { HTTPS_PROXY: 'http://one:3128' } });
    ProviderSettings.of(stack).set({ environment: { HTTPS_PROXY: 'http://two:3128' } });
    expect(() => new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' }))
      .toThrow(/'environment.HTTPS_PROXY' .* two different values.*'the app'.*'Mail'.*`overrides: true`/);
  });

  test('layers', () => {
    const template = templateWith(stack => ({ layers: [lambda.LayerVersion.fromLayerVersionArn(stack, 'Ca', 'arn:aws:lambda:eu-west-1:111122223333:layer:ca:1')] }));
    expect(functionOf(template).Layers).toEqual(['arn:aws:lambda:eu-west-1:111122223333:layer:ca:1']);
  });

  test('names for function, roles, state machine and log group', () => {
    const resources = templateWith(() => ({
      functionName: 'mail-function', functionRoleName: 'mail-function-role', stateMachineName: 'mail-machine', stateMachineRoleName: 'mail-machine-role',
      logGroupName: '/mail/log',
    })).toJSON().Resources;
    expect(Object.fromEntries(Object.entries<any>(resources).map(([id, { Properties }]) =>
      [id.replace('MultiRegionSes', ''), Properties.FunctionName ?? Properties.RoleName ?? Properties.StateMachineName ?? Properties.LogGroupName])))
      .toMatchObject({ Function: 'mail-function', Role: 'mail-function-role', Waiter: 'mail-machine', WaiterRole: 'mail-machine-role', Logs: '/mail/log' });
  });

  const london = { account: '111122223333', region: 'eu-west-2' };
  const dublin = { account: '111122223333', region: 'eu-west-1' };

  test.each<[keyof ProviderSettingsOptions, boolean]>([
    ['functionName', false], ['logGroupName', false], ['stateMachineName', false], ['functionRoleName', true], ['stateMachineRoleName', true],
  ])('%s for two providers of one place is refused', (name, isGlobal) => {
    const twice = (other: { account: string; region: string }) => () => {
      const app = new App();
      for (const [id, env] of [['One', dublin], ['Two', other]] as const) {
        const stack = new Stack(app, id, { env });
        ProviderSettings.of(stack).set({ [name]: 'same' });
        new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
      }
    };
    expect(twice(dublin)).toThrow(new RegExp(`Two: '${name}' is 'same' for the SES provider, and for the SES provider of stack 'One'.*setForService`));
    expect(twice({ ...dublin, account: '999988887777' })).not.toThrow();
    (isGlobal ? expect(twice(london)) : expect(twice(london)).not).toThrow();
  });

  test('one name for two services of a stack is refused, also where the account is not known', () => {
    const stack = new Stack(new App(), 'Mail');
    ProviderSettings.of(stack).set({ functionName: 'same' });
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
    expect(() => new CustomRoutingAccelerator(stack, 'Accelerator', {})).toThrow(/'functionName' is 'same' for the GLOBAL_ACCELERATOR provider/);
  });

  test('stacks whose account is not known may go to different ones', () => {
    const app = new App();
    for (const id of ['One', 'Two']) {
      const stack = new Stack(app, id);
      ProviderSettings.of(stack).set({ functionName: 'same' });
      expect(() => new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' })).not.toThrow();
    }
  });

  test('a dead letter queue that the function may send to', () => {
    const template = templateWith(stack => ({ deadLetterQueue: new sqs.Queue(stack, 'Lost', { encryptionMasterKey: new kms.Key(stack, 'Key') }) }));
    expect(functionOf(template).DeadLetterConfig).toEqual({ TargetArn: { 'Fn::GetAtt': [expect.stringMatching(/^Lost/), 'Arn'] } });
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: 'MultiRegionSesRole' }],
      PolicyDocument: { Statement: Match.arrayWith([
        Match.objectLike({ Action: Match.arrayWith(['sqs:SendMessage']) }), Match.objectLike({ Action: Match.arrayWith(['kms:GenerateDataKey*']) }),
      ]) },
    });
  });

  test('the state machine logs without execution data, into the log group of the function', () => {
    const template = templateWith(() => ({ stateMachineLogLevel: sfn.LogLevel.ALL }));
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: {
        Level: 'ALL', IncludeExecutionData: false,
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: { 'Fn::GetAtt': ['MultiRegionSesLogs', 'Arn'] } } }],
      },
    });
    expect(JSON.stringify(template.toJSON().Resources.MultiRegionSesWaiterRole)).toMatch(/logs:CreateLogDelivery.*logs:DescribeLogGroups/);
    for (const level of [sfn.LogLevel.OFF, undefined]) {
      const silent = templateWith(() => ({ stateMachineLogLevel: level })).toJSON().Resources;
      expect(silent.MultiRegionSesWaiter.Properties).not.toHaveProperty('LoggingConfiguration');
      expect(silent.MultiRegionSesWaiterRole.Properties).not.toHaveProperty('Policies');
    }
  });

  test('with a key of its own its logs can be delivered, or a warning says what the policy of the key lacks', () => {
    const stack = stackOf(SERVICES[0], scope => ({ stateMachineLogLevel: sfn.LogLevel.ERROR, stateMachineEncryption: new kms.Key(scope, 'Key') }));
    Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Action: 'kms:Decrypt*', Principal: { Service: 'delivery.logs.amazonaws.com' } })]) },
    });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());

    const imported = (level: sfn.LogLevel) => stackOf(SERVICES[0], scope => ({
      stateMachineLogLevel: level, stateMachineEncryption: kms.Key.fromKeyArn(scope, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/0'),
    }));
    Annotations.fromStack(imported(sfn.LogLevel.ERROR)).hasWarning('*', Match.stringLikeRegexp('delivery.logs.amazonaws.com'));
    Annotations.fromStack(imported(sfn.LogLevel.OFF)).hasNoWarning('*', Match.anyValue());
  });

  test('the key of the environment may be used by the function', () => {
    templateWith(stack => ({ environmentEncryption: new kms.Key(stack, 'Key') })).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: 'MultiRegionSesRole' }], PolicyDocument: { Statement: [Match.objectLike({ Action: 'kms:Decrypt' })] },
    });
  });

  test.each(['stateMachineEncryption', 'environmentEncryption'] as const)('%s by the name of an alias: the key behind it may be used', setting => {
    for (const flag of [true, false]) {
      const stack = new Stack(new App({ context: { '@aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal': flag } }), 'Mail');
      ProviderSettings.of(stack).set({ [setting]: kms.Alias.fromAliasName(stack, 'Alias', 'alias/ours') });
      new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
      const roles = setting === 'stateMachineEncryption' ? ['MultiRegionSesRole', 'MultiRegionSesWaiterRole'] : ['MultiRegionSesRole'];
      for (const role of roles) {
        Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
          Roles: [{ Ref: role }],
          PolicyDocument: { Statement: [Match.objectLike({
            Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/ours' } },
            Resource: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(':key/\\*$')])] },
          })] },
        });
      }
    }
  });

  test('an alias of this app: its key may be used', () => {
    templateWith(stack => ({ stateMachineEncryption: new kms.Alias(stack, 'Alias', { aliasName: 'ours', targetKey: new kms.Key(stack, 'Key') }) }))
      .hasResourceProperties('AWS::IAM::Policy', {
        Roles: [{ Ref: 'MultiRegionSesWaiterRole' }],
        PolicyDocument: { Statement: [Match.objectLike({ Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] } })] },
      });
  });
});

describe('settings that override', () => {
  function merged(outer: ProviderSettingsOptions, inner: ProviderSettingsOptions, service?: ProviderService): Template {
    const app = new App();
    const stack = new Stack(app, 'Mail', { env: { account: '111122223333', region: 'eu-west-1' } });
    ProviderSettings.of(app).set(outer);
    if (service) {
      ProviderSettings.of(stack).setForService(service, { ...inner, overrides: true });
    } else {
      ProviderSettings.of(stack).set({ ...inner, overrides: true });
    }
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
    return Template.fromStack(stack);
  }

  test('the nearest scope wins, and what it leaves out stays', () => {
    const outer = { memorySize: Size.mebibytes(512), reservedConcurrentExecutions: 1, environment: { A1: 'x', B1: 'x' } };
    const properties = functionOf(merged(outer, { reservedConcurrentExecutions: 2, environment: { A1: 'y' } }));
    expect(properties).toMatchObject({ MemorySize: 512, ReservedConcurrentExecutions: 2, Environment: { Variables: { A1: 'y', B1: 'x' } } });
  });

  test('of one service, and not of another', () => {
    expect(functionOf(merged({ reservedConcurrentExecutions: 1 }, { reservedConcurrentExecutions: 2 }, ProviderService.SES)))
      .toMatchObject({ ReservedConcurrentExecutions: 2 });
    expect(functionOf(merged({ reservedConcurrentExecutions: 1 }, { reservedConcurrentExecutions: 2 }, ProviderService.WORKSPACES)))
      .toMatchObject({ ReservedConcurrentExecutions: 1 });
  });

  test('an outer scope never wins over a nearer one', () => {
    const app = new App();
    const stack = new Stack(app, 'Mail');
    ProviderSettings.of(app).set({ reservedConcurrentExecutions: 1, overrides: true });
    ProviderSettings.of(stack).set({ reservedConcurrentExecutions: 2 });
    expect(() => new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' })).toThrow(/two different values/);
  });

  test('only the settings of the call that says so', () => {
    const app = new App();
    const stack = new Stack(app, 'Mail');
    ProviderSettings.of(app).set({ memorySize: Size.mebibytes(512), reservedConcurrentExecutions: 1 });
    ProviderSettings.of(stack).set({ reservedConcurrentExecutions: 2, overrides: true });
    ProviderSettings.of(stack).set({ memorySize: Size.mebibytes(1024) });
    expect(() => new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' })).toThrow(/'memorySize' .* two different values/);
  });

  test('a later call on the same scope', () => {
    const stack = new Stack(new App(), 'Mail');
    ProviderSettings.of(stack).set({ reservedConcurrentExecutions: 1 });
    ProviderSettings.of(stack).setForService(ProviderService.SES, { reservedConcurrentExecutions: 2, overrides: true });
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
    expect(functionOf(Template.fromStack(stack))).toMatchObject({ ReservedConcurrentExecutions: 2 });
  });

  test('drop what can not go with them', () => {
    merged({ logGroup: logs.LogGroup.fromLogGroupName(new Stack(new App(), 'Other'), 'Group', 'central') }, { logRetention: logs.RetentionDays.ONE_DAY })
      .hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 1 });
    const stack = new Stack(new App(), 'Other');
    const role = iam.Role.fromRoleName(stack, 'Role', 'ours');
    expect(JSON.stringify(functionOf(merged({ functionRoleName: 'new' }, { functionRole: role })).Role)).toContain('role/ours');
    merged({ functionRole: role }, { functionRoleName: 'new' }).hasResourceProperties('AWS::IAM::Role', { RoleName: 'new' });
    merged({ logRetention: logs.RetentionDays.ONE_DAY, logGroupName: 'new' }, { logGroup: logs.LogGroup.fromLogGroupName(stack, 'Group', 'central') })
      .resourceCountIs('AWS::Logs::LogGroup', 0);
  });

  test('another VPC drops the subnets and security groups of the outer one', () => {
    const app = new App();
    const stack = new Stack(app, 'Mail');
    const [outer, inner] = ['Outer', 'Inner'].map(id => new ec2.Vpc(stack, id));
    ProviderSettings.of(app).set({ vpc: outer, vpcSubnets: { subnets: [outer.privateSubnets[0]] }, securityGroups: [new ec2.SecurityGroup(stack, 'Group', { vpc: outer })] });
    ProviderSettings.of(stack).set({ vpcSubnets: { subnets: [inner.privateSubnets[1]] }, vpc: inner, overrides: true });
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
    const { SubnetIds, SecurityGroupIds } = functionOf(Template.fromStack(stack)).VpcConfig;
    expect(SubnetIds).toEqual([{ Ref: expect.stringMatching(/^InnerPrivateSubnet2/) }]);
    expect(JSON.stringify(SecurityGroupIds)).not.toMatch(/"Group[0-9A-F]/);
  });
});

test('settings of two scopes that contradict each other are an error, not a setting without effect', () => {
  const app = new App();
  const stack = new Stack(app, 'Mail');
  ProviderSettings.of(app).set({ logRetention: logs.RetentionDays.ONE_DAY });
  ProviderSettings.of(stack).set({ logGroup: new logs.LogGroup(stack, 'Central') });
  expect(() => new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' })).toThrow(/Mail: 'logRetention' \(1 days\).*'logGroup'/);
});

test('subnets of the stack in a VPC of the app', () => {
  const app = new App();
  const stack = new Stack(app, 'Mail');
  const vpc = new ec2.Vpc(stack, 'Vpc');
  ProviderSettings.of(app).set({ vpc });
  ProviderSettings.of(stack).set({ vpcSubnets: { subnets: [vpc.privateSubnets[0]] } });
  new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
  expect(functionOf(Template.fromStack(stack)).VpcConfig.SubnetIds).toHaveLength(1);
});
