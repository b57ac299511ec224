import { mkdtempSync, readFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Annotations, App, CfnResource, Stack } from 'aws-cdk-lib';
import { Annotations as AnnotationAssertions, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ENV, SERVICES, stackIn, stackOf, type Service } from './services';
import { CustomRoutingAccelerator, ProviderSettings, StandbyWorkspace, type ProviderSettingsOptions } from '../../src';

type RoleSetting = 'functionRole' | 'stateMachineRole';

const INVOKE = 'lambda:InvokeFunction';

/** Every service with either role. */
const CASES = SERVICES.flatMap(service => (['functionRole', 'stateMachineRole'] as const).map(setting => [service.name, setting, service] as const));

/** What the role of a setting must be able to do, at least. */
function needed(setting: RoleSetting, { action }: Service): string {
  return setting === 'functionRole' ? action : INVOKE;
}

function roleOf(stack: Stack, id = 'Own'): iam.Role {
  return new iam.Role(stack, id, {
    assumedBy: new iam.CompositePrincipal(new iam.ServicePrincipal('lambda.amazonaws.com'), new iam.ServicePrincipal('states.amazonaws.com')),
  });
}

interface Attachment {
  readonly name: unknown;
  readonly actions: string[];
  readonly roles: unknown[];
  readonly type: string;
}

/** All policies of a template, with what they allow and to whom. */
function policiesOf(stack: Stack): Attachment[] {
  const { Resources = {} } = Template.fromStack(stack).toJSON();
  return Object.values<any>(Resources).filter(({ Type }) => /^AWS::IAM::(Managed)?Policy$/.test(Type)).map(({ Type, Properties }) => ({
    type: Type,
    name: Properties.PolicyName,
    roles: Properties.Roles ?? [],
    actions: Properties.PolicyDocument.Statement.flatMap((statement: any) => statement.Action),
  }));
}

function actionsIn(stack: Stack): string[] {
  return policiesOf(stack).flatMap(({ actions }) => actions);
}

describe.each(CASES)('%s: %s', (_, setting, service) => {
  test('an imported role that two stacks share gets a policy of each, and no name twice', () => {
    const app = new App();
    const stacks = ['One', 'Two'].map(id => stackOf(service, stack => ({ [setting]: iam.Role.fromRoleName(stack, 'Shared', 'shared') }), stackIn(app, id)));

    for (const stack of stacks) {
      const mine = policiesOf(stack).filter(({ roles }) => roles.includes('shared'));
      expect(mine.flatMap(({ actions }) => actions)).toContain(needed(setting, service));
      // The stack's own id is in the name: it differs in every stack, Region and app.
      mine.forEach(({ name }) => expect(JSON.stringify(name)).toContain('AWS::StackId'));
    }
  });

  test('one own role serves all services of a stack', () => {
    const stack = stackIn(new App());
    const role = roleOf(stack);
    ProviderSettings.of(stack).set({ [setting]: role });
    SERVICES.forEach(each => each.declare(stack));

    const mine = policiesOf(stack).filter(({ roles }) => JSON.stringify(roles).includes('Own'));
    SERVICES.forEach(each => expect(mine.flatMap(({ actions }) => actions)).toContain(needed(setting, each)));
    expect(new Set(mine.map(({ name }) => JSON.stringify(name))).size).toBe(mine.length);
  });

  test('one role may be that of function and state machine', () => {
    const stack = stackIn(new App());
    const role = roleOf(stack);
    stackOf(service, () => ({ functionRole: role, stateMachineRole: role }), stack);

    expect(actionsIn(stack)).toEqual(expect.arrayContaining([service.action, INVOKE]));
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Role', 1);
  });

  test.each<[string, (stack: Stack) => iam.IRole]>([
    ['imported as immutable', stack => iam.Role.fromRoleName(stack, 'Fixed', 'fixed', { mutable: false })],
    ['imported by ARN as immutable', stack => iam.Role.fromRoleArn(stack, 'Fixed', `arn:aws:iam::${ENV.account}:role/fixed`, { mutable: false })],
    ['without policy updates', stack => roleOf(stack).withoutPolicyUpdates()],
    ['of another account', stack => iam.Role.fromRoleArn(stack, 'Fixed', 'arn:aws:iam::999988887777:role/fixed')],
  ])('nothing is attached to a role that is %s, and a warning lists what it must allow', (__, role) => {
    const key = (stack: Stack) => new kms.Key(stack, 'Key');
    const settings: [string, ProviderSettingsOptions][] = [['plain', {}], ['managed', { useManagedPolicies: true, tracing: true }]];
    for (const [id, more] of settings) {
      const stack = stackOf(service, scope => ({ [setting]: role(scope), stateMachineEncryption: key(scope), ...more }), stackIn(new App(), id));

      const attached = policiesOf(stack).flatMap(({ roles }) => roles).map(reference => JSON.stringify(reference));
      expect(attached.filter(reference => /fixed|Own/.test(reference))).toEqual([]);
      expect(policiesOf(stack).filter(({ roles }) => roles.length === 0)).toEqual([]);
      AnnotationAssertions.fromStack(stack).hasWarning('*', Match.stringLikeRegexp(`'${setting}'.*${needed(setting, service)}`));
    }
  });

  test('the warning can be acknowledged', () => {
    const stack = stackIn(new App());
    stackOf(service, scope => ({ [setting]: iam.Role.fromRoleName(scope, 'Fixed', 'fixed', { mutable: false }) }), stack);
    const [warning] = AnnotationAssertions.fromStack(stack).findWarning('*', Match.anyValue());
    const id = /\[ack: (.*?)\]/.exec(String(warning.entry.data))![1];

    const acknowledging = stackIn(new App());
    stackOf(service, scope => ({ [setting]: iam.Role.fromRoleName(scope, 'Fixed', 'fixed', { mutable: false }) }), acknowledging);
    Annotations.of(acknowledging).acknowledgeWarning(id);
    expect(AnnotationAssertions.fromStack(acknowledging).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test('a role of another stack of the app is permitted in the stack of the provider', () => {
    const app = new App();
    const security = stackIn(app, 'Security');
    const role = roleOf(security);
    const stack = stackOf(service, scope => ({
      [setting]: role, tracing: true, stateMachineEncryption: new kms.Key(scope, 'Key'), vpc: new ec2.Vpc(scope, 'Vpc'),
    }), stackIn(app, 'Work'));

    expect(() => app.synth()).not.toThrow();
    expect(actionsIn(stack)).toContain(needed(setting, service));
    expect(actionsIn(security)).toEqual([]);
  });

  test('what a changeable role needs for keys and tracing is added to it, before what needs it', () => {
    const stack = stackOf(service, scope => ({ [setting]: roleOf(scope), tracing: true, stateMachineEncryption: new kms.Key(scope, 'Key') }));

    const mine = policiesOf(stack).filter(({ roles }) => JSON.stringify(roles).includes('Own')).flatMap(({ actions }) => actions);
    expect(mine).toEqual(expect.arrayContaining(['xray:PutTraceSegments', 'kms:Decrypt', 'kms:GenerateDataKey']));
    const user = Template.fromStack(stack).toJSON().Resources[`MultiRegion${service.name}${setting === 'functionRole' ? 'Function' : 'Waiter'}`];
    expect(user.DependsOn).toContain(`MultiRegion${service.name}${setting === 'functionRole' ? 'RolePolicy' : 'WaiterRolePolicy'}`);
    expect(AnnotationAssertions.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test('permissions are managed policies where they are asked for, with a role of the user and without', () => {
    for (const own of [true, false]) {
      const stack = stackOf(service, scope => ({
        useManagedPolicies: true, tracing: true, stateMachineEncryption: new kms.Key(scope, 'Key'), ...(own && { [setting]: roleOf(scope) }),
      }));

      expect(policiesOf(stack).map(({ type }) => type)).not.toContain('AWS::IAM::Policy');
      expect(actionsIn(stack)).toEqual(expect.arrayContaining([service.action, INVOKE, 'kms:Decrypt']));
      Template.fromStack(stack).allResourcesProperties('AWS::IAM::Role', Match.not(Match.objectLike({ Policies: Match.anyValue() })));
      policiesOf(stack).forEach(({ roles }) => expect(roles).toHaveLength(1));
    }
  });

  test('a user of the function role may depend on the resource', () => {
    const stack = stackIn(new App());
    const role = roleOf(stack);
    stackOf(service, () => ({ [setting]: role }), stack);
    const custom = stack.node.findAll().filter(CfnResource.isCfnResource).find(({ cfnResourceType }) => cfnResourceType.startsWith('Custom::'))!;
    role.addToPolicy(new iam.PolicyStatement({ actions: ['ses:SendEmail'], resources: [custom.ref] }));

    const { Resources } = Template.fromStack(stack).toJSON();
    const reached = reachable(Resources, `MultiRegion${service.name}Function`);
    expect([...reached].filter(id => Resources[id].Type.startsWith('Custom::'))).toEqual([]);
  });
});

/** All that a resource depends on, whatever the way. */
function reachable(resources: Record<string, any>, from: string, seen = new Set<string>()): Set<string> {
  const text = JSON.stringify(resources[from]);
  const next = Object.keys(resources).filter(id => text.includes(`"${id}"`) && id !== from);
  next.filter(id => !seen.has(id)).forEach(id => reachable(resources, id, seen.add(id)));
  return seen;
}

describe.each(SERVICES)('$name: a function role of the user', service => {
  test('gets what a VPC needs', () => {
    const stack = stackOf(service, scope => ({ functionRole: roleOf(scope), vpc: new ec2.Vpc(scope, 'Vpc') }));
    expect(actionsIn(stack)).toEqual(expect.arrayContaining(['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface']));
  });

  test('that must not change is warned of for a VPC', () => {
    const stack = stackOf(service, scope => ({
      functionRole: iam.Role.fromRoleName(scope, 'Fixed', 'fixed', { mutable: false }), vpc: new ec2.Vpc(scope, 'Vpc'),
    }));
    AnnotationAssertions.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('ec2:CreateNetworkInterface'));
  });
});

describe('what a single resource needs', () => {
  const fixed = (stack: Stack) => iam.Role.fromRoleName(stack, 'Fixed', 'fixed', { mutable: false });
  const shared = (stack: Stack) => iam.Role.fromRoleName(stack, 'Shared', 'shared');

  function withFlowLogs(role: (stack: Stack) => iam.IRole): Stack {
    const stack = stackIn(new App());
    ProviderSettings.of(stack).set({ functionRole: role(stack) });
    new CustomRoutingAccelerator(stack, 'Accelerator', { flowLogs: { bucket: new s3.Bucket(stack, 'Bucket'), prefix: 'flows' } });
    return stack;
  }

  function withKey(role: (stack: Stack) => iam.IRole, key: (stack: Stack) => kms.IKey): Stack {
    const stack = stackIn(new App());
    ProviderSettings.of(stack).set({ functionRole: role(stack) });
    new StandbyWorkspace(stack, 'Standby', {
      primaryWorkspaceId: 'ws-0123abcde', primaryRegion: 'us-east-1', directoryId: 'd-9367000001', volumeEncryptionKey: key(stack),
    });
    return stack;
  }

  test('flow logs: a changeable role gets a policy with a name of its own', () => {
    const policy = policiesOf(withFlowLogs(shared)).find(({ actions }) => actions.includes('s3:PutBucketPolicy'))!;
    expect(policy.roles).toEqual(['shared']);
    expect(JSON.stringify(policy.name)).toContain('AWS::StackId');
  });

  test('flow logs: a role that must not change is left alone, with a warning', () => {
    const stack = withFlowLogs(fixed);
    expect(actionsIn(stack)).not.toContain('s3:PutBucketPolicy');
    AnnotationAssertions.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('s3:PutBucketPolicy'));
  });

  test('a key: a changeable role gets a policy with a name of its own', () => {
    const policy = policiesOf(withKey(shared, stack => new kms.Key(stack, 'Key'))).find(({ actions }) => actions.includes('kms:CreateGrant'))!;
    expect(policy.roles).toEqual(['shared']);
    expect(JSON.stringify(policy.name)).toContain('AWS::StackId');
  });

  test('a key: a role that must not change is left alone, with a warning', () => {
    const stack = withKey(fixed, scope => kms.Key.fromKeyArn(scope, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/0'));
    expect(actionsIn(stack)).not.toContain('kms:CreateGrant');
    AnnotationAssertions.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('kms:CreateGrant'));
  });
});

describe('precreated roles', () => {
  function synthesized(service: Service, settings: ProviderSettingsOptions = {}) {
    const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'roles-')) });
    const provider = `Stack/CdkMultiRegion${service.name}Provider`;
    iam.Role.customizeRoles(app, { usePrecreatedRoles: { [`${provider}/Role`]: 'given-function', [`${provider}/WaiterRole`]: 'given-machine' } });
    const { artifactId } = stackOf(service, () => settings, stackIn(app));
    const { template, messages } = app.synth().getStackArtifact(artifactId);
    return { template, messages, report: readFileSync(join(app.outdir, 'iam-policy-report.txt'), 'utf8') };
  }

  test.each(SERVICES.flatMap(service => [false, true].map(managed => [service.name, managed, service] as const)))(
    '%s, managed policies %s: no IAM resource, and a report that a person can read', (_, useManagedPolicies, service) => {
      const { template: { Resources }, messages, report } = synthesized(service, { useManagedPolicies });

      expect(Object.values<any>(Resources).map(({ Type }) => Type).filter(type => type.startsWith('AWS::IAM::'))).toEqual([]);
      expect(report).not.toMatch(/Token\[/);
      expect(report).toContain('given-function');
      expect(report).toContain('given-machine');
      expect(report).toContain(service.action);
      expect(report).toMatch(/"lambda:InvokeFunction",\s*"Effect": "Allow",\s*"Resource": "\(Stack\/CdkMultiRegion\w+Provider\/Function\/Resource\.Arn\)"/);
      expect(messages.filter(({ level }) => level !== 'info')).toEqual([]);
      expect(JSON.stringify(Resources[`MultiRegion${service.name}Function`].Properties.Role)).toContain('role/given-function');
      expect(JSON.stringify(Resources[`MultiRegion${service.name}Waiter`].Properties.RoleArn)).toContain('role/given-machine');
    });

  test('ARNs in the report are those of the stack', () => {
    expect(synthesized(SERVICES[0]).report).toContain('arn:(PARTITION):ses:(REGION):(ACCOUNT):multi-region-endpoint/*');
  });
});

test('names of the policies of a provider with roles of its own are as short as before', () => {
  expect(policiesOf(stackOf(SERVICES[0], () => ({}))).map(({ name }) => name)).toEqual(['Invoke']);
});
