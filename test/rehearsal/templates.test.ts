import {
  type App, Aws, CfnDynamicReference, CfnDynamicReferenceService, CfnOutput, CfnParameter, CfnResource, CustomResource, Fn, Stack,
} from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { changesIn, resource } from './corpus';
import { removeAssemblies, synth } from './synth';
import { rehearse } from '../../cli/rehearse';
import { MultiRegionEndpoint, ReplicaEmailIdentity } from '../../src';

const ENV = { region: 'eu-west-1', account: '111122223333' };

afterAll(removeAssemblies);

/** An app that tags an endpoint with a value, so that the value has to be known when it is deployed. */
function tagged(build: (stack: Stack) => string): string {
  return synth(app => {
    const stack = new Stack(app, 'Mail', { env: ENV });
    const endpoint = new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1', tags: { value: build(stack) } });
    new CfnOutput(stack, 'Id', { value: endpoint.endpointId });
  });
}

/** What templates have, by its name; each gives a value. */
const TEMPLATES: Readonly<Record<string, (stack: Stack) => string>> = {
  'Fn::Length': stack => {
    stack.addTransform('AWS::LanguageExtensions');
    return Fn.join('-', ['zones', Fn.len(Fn.split(',', Fn.join(',', ['a', stack.region]))).toString()]);
  },
  'Fn::ToJsonString': stack => {
    stack.addTransform('AWS::LanguageExtensions');
    return Fn.select(1, Fn.split('"', Fn.toJsonString({ region: stack.region })));
  },
  'AWS::NotificationARNs': stack => Fn.join(',', [`arns-${Fn.select(0, stack.notificationArns)}`]),
  'an import from outside of the app': () => Fn.importValue('of-another-app'),
  'a dynamic reference to a parameter that exists': () =>
    new CfnDynamicReference(CfnDynamicReferenceService.SSM, '/mail/stage:1').toString(),
  'a function behind a topic': stack => {
    const topic = new sns.Topic(stack, 'Topic');
    return new CustomResource(stack, 'Theirs', { serviceToken: topic.topicArn }).getAttString('Value');
  },
  'a topic that is not in the app': stack =>
    new CustomResource(stack, 'Theirs', { serviceToken: 'arn:aws:sns:eu-west-1:444455556666:answers' }).getAttString('Value'),
  'subnets for IPv6 in six zones': stack => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { ipProtocol: ec2.IpProtocol.DUAL_STACK, maxAzs: 6, natGateways: 0 });
    return Fn.select(5, [...vpc.publicSubnets, ...vpc.isolatedSubnets].map(subnet => subnet.subnetId));
  },
  'a function in Python, with inline code': stack => new lambda.Function(stack, 'Theirs', {
    runtime: lambda.Runtime.PYTHON_3_13, handler: 'index.handler', code: lambda.Code.fromInline('def handler(event, context): pass'),
  }).functionArn,
  'a state machine that ours can\'t run': stack => new sfn.StateMachine(stack, 'Theirs', {
    definitionBody: sfn.DefinitionBody.fromString('{"QueryLanguage":"JSONata","StartAt":"All","States":{"All":{"Type":"Parallel","Branches":[],"End":true}}}'),
  }).stateMachineArn,
  'a role with every operator': stack => new iam.Role(stack, 'Theirs', {
    assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    inlinePolicies: {
      all: new iam.PolicyDocument({ statements: ['StringEquals', 'ForAnyValue:StringLikeIfExists', 'BinaryEquals', 'DateLessThan', 'NumericEquals', 'Null', 'ArnLike',
        'NotIpAddress', 'OperatorOfTomorrow'].map(operator => new iam.PolicyStatement({
        actions: ['s3:GetObject'], resources: ['*'], conditions: { [operator]: { 'aws:SourceIp': 'true' } },
      })) }),
    },
  }).roleArn,
  'a type that nobody has heard of': stack => new CfnResource(stack, 'Theirs', { type: 'Acme::Cloud::Thing', properties: { Size: 3 } }).getAtt('Arn').toString(),
};

test('policies that come from a parameter, as language extensions allow', async () => {
  const version = (policy: object, secondaryRegion: string) => synth(app => {
    const stack = new Stack(app, 'Mail', { env: ENV });
    stack.addTransform('AWS::LanguageExtensions');
    new CfnParameter(stack, 'Policy', { default: 'Retain' });
    const endpoint = new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion }).node.findAll().find(child => child instanceof CfnResource)! as CfnResource;
    endpoint.addOverride('DeletionPolicy', policy);
    endpoint.addOverride('UpdateReplacePolicy', policy);
  });
  const kept = await rehearse(version({ Ref: 'Policy' }, 'us-east-1'), version({ Ref: 'Policy' }, 'us-west-2'));
  expect(resource(kept, 'Mail/Endpoint')).toMatchObject({ change: 'replaced', kept: true });
  const other = { 'Fn::Select': [0, ['Retain']] };
  const { invented } = await rehearse(version(other, 'us-east-1'), version(other, 'us-west-2'));
  expect(invented.map(({ kind, value }) => `${kind} ${value}`)).toEqual(['policy Delete', 'policy Delete']);
});

test.each([
  ['us-gov-west-1', 'us-gov-east-1', 'aws-us-gov'], ['cn-north-1', 'cn-northwest-1', 'aws-cn'],
])('%s is in a partition of its own', async (region, secondaryRegion, partition) => {
  const report = await rehearse(undefined, synth(app => {
    const stack = new Stack(app, 'Mail', { env: { region, account: '111122223333' } });
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion });
    new MultiRegionEndpoint(stack, 'Other', { secondaryRegion, endpointName: Fn.join('-', ['in', Aws.PARTITION]) });
  }));
  expect(report).toMatchObject({ outcome: 'harmless', defects: [], leftovers: [] });
  expect(resource(report, 'Mail/Other').attributes.EndpointName.after).toBe(`in-${partition}`);
});

test.each(Object.entries(TEMPLATES))('our endpoint is deployed with %s', async (_, build) => {
  const report = await rehearse(undefined, tagged(build));
  expect(report.defects).toEqual([]);
  expect(report.stacks[0]).toMatchObject({ outcome: 'succeeds' });
  expect(resource(report, 'Mail/Endpoint').change).toBe('created');
});

test('a replica that is deleted: its parent, which has the same name, keeps no old value', async () => {
  const version = (replicated: boolean, domain = 'example.com') => synth((root: App) => {
    const stack = new Stack(root, 'Mail', { env: ENV });
    const parentIdentity = new ses.EmailIdentity(stack, 'Domain', { identity: ses.Identity.domain(domain) });
    if (replicated) {
      new ReplicaEmailIdentity(stack, 'Replica', { parentIdentity, replicaRegion: 'eu-central-1' });
    }
  });
  const deleted = await rehearse(version(true), version(false));
  expect(resource(deleted, 'Mail/Replica')).toMatchObject({ change: 'deleted', staleIn: [] });
  expect(resource(await rehearse(version(true), version(true, 'example.org')), 'Mail/Replica')).toMatchObject({ change: 'replaced', usedBy: [] });
});

describe('a replica of an identity that no stack makes', () => {
  const version = (replicaRegion: string, tags?: Record<string, string>) => synth((root: App) => {
    const stack = new Stack(root, 'Mail', { env: ENV });
    const parentIdentity = ses.EmailIdentity.fromEmailIdentityName(stack, 'Domain', 'example.com');
    new ReplicaEmailIdentity(stack, 'Replica', { parentIdentity, replicaRegion, tags });
  });

  test('the parent is made up, in its Region, and listed', async () => {
    const report = await rehearse(undefined, version('eu-central-1'));
    expect(report).toMatchObject({ outcome: 'harmless', defects: [], leftovers: [], stacks: [{ outcome: 'succeeds' }] });
    expect(report.invented).toEqual([{ kind: 'identity', name: 'example.com', value: 'exists in eu-west-1' }]);
    expect(resource(report, 'Mail/Replica').change).toBe('created');
  });

  test('it is there once, whatever becomes of the replica', async () => {
    const report = await rehearse(version('eu-central-1'), version('us-east-1', { team: 'mail' }));
    expect(changesIn(report)).toEqual({ 'Mail/Replica': 'replaced' });
    expect(report).toMatchObject({ outcome: 'disruptive', defects: [], leftovers: [] });
    expect(report.invented.filter(({ kind }) => kind === 'identity')).toHaveLength(1);
    expect(resource(report, 'Mail/Replica')).toMatchObject({ outages: [], effects: [
      'the domain can no longer send from the Region of the old replica', 'new EmailIdentityArn',
    ] });
  });
});
