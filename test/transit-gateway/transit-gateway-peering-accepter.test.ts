import { App, Aws, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { MultiRegionParameter, TransitGatewayPeeringAccepter, type TransitGatewayPeeringAccepterProps } from '../../src';

const TYPE = 'Custom::TransitGatewayPeeringAccepter';
const ID = 'tgw-attach-0123456789abcdef0';

function stackIn(region = 'eu-central-1', app = new App()): Stack {
  return new Stack(app, `Net-${region}`, { env: { account: '111122223333', region } });
}

function declare(props: Partial<TransitGatewayPeeringAccepterProps> = {}, stack = stackIn()): TransitGatewayPeeringAccepter {
  return new TransitGatewayPeeringAccepter(stack, 'Accepter', { transitGatewayAttachmentId: ID, ...props });
}

function propertiesOf(props: Partial<TransitGatewayPeeringAccepterProps>): Record<string, unknown> {
  const [resource] = Object.values(Template.fromStack(Stack.of(declare(props))).findResources(TYPE));
  return resource.Properties;
}

test('says what is declared, and nothing of what is not', () => {
  expect(propertiesOf({})).toEqual({ ServiceToken: expect.anything(), Schema: '1', TransitGatewayAttachmentId: ID });
  expect(propertiesOf({ deleteAttachment: false })).not.toHaveProperty('DeleteAttachment');
  expect(propertiesOf({ deleteAttachment: true, tags: { team: 'net' }, timeout: Duration.minutes(40) }))
    .toMatchObject({ DeleteAttachment: true, Tags: { team: 'net' }, TimeoutSeconds: 2400 });
});

test('the template', () => {
  const template = Template.fromStack(Stack.of(declare())).toJSON();
  Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function').forEach(({ Properties }) => { Properties.Code = 'the bundle'; });
  expect(template).toMatchSnapshot();
});

test('has 6 resources besides its own, however many accepters', () => {
  const stack = stackIn();
  declare({}, stack);
  new TransitGatewayPeeringAccepter(stack, 'Other', { transitGatewayAttachmentId: 'tgw-attach-0fedcba9876543210' });
  expect(Object.keys(Template.fromStack(stack).toJSON().Resources)).toHaveLength(8);
});

test('the logical ids of the provider never change', () => {
  expect(Object.keys(Template.fromStack(Stack.of(declare())).toJSON().Resources).filter(id => !id.startsWith('Accepter')).sort()).toEqual([
    'MultiRegionTransitGatewayFunction', 'MultiRegionTransitGatewayLogs', 'MultiRegionTransitGatewayRole',
    'MultiRegionTransitGatewayWaiter', 'MultiRegionTransitGatewayWaiterPolicy', 'MultiRegionTransitGatewayWaiterRole',
  ]);
});

test('the attachment id for routes comes from the accepter, so that they wait until it is available', () => {
  const stack = stackIn();
  const accepter = declare({}, stack);
  new ec2.CfnTransitGatewayRoute(stack, 'Route', {
    transitGatewayRouteTableId: 'tgw-rtb-1', destinationCidrBlock: '10.1.0.0/16', transitGatewayAttachmentId: accepter.transitGatewayAttachmentId,
  });
  Template.fromStack(stack).hasResourceProperties('AWS::EC2::TransitGatewayRoute', {
    TransitGatewayAttachmentId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Accepter'), 'TransitGatewayAttachmentId'] },
  });
  expect([accepter.transitGatewayId, accepter.peerTransitGatewayId, accepter.peerRegion, accepter.peerAccountId].map(value => stack.resolve(value)['Fn::GetAtt'][1]))
    .toEqual(['TransitGatewayId', 'PeerTransitGatewayId', 'PeerRegion', 'PeerAccountId']);
});

test('may delete only an attachment that says so itself, and nothing but attachments of its own Region and account', () => {
  const stack = new Stack(new App(), 'Anywhere');
  declare({}, stack);
  const attachments = { 'Fn::Sub': 'arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:transit-gateway-attachment/*' };
  const statements = Object.values<any>(Template.fromStack(stack).toJSON().Resources).flatMap(({ Properties }) => Properties.Policies ?? [])
    .flatMap(({ PolicyDocument }: any) => PolicyDocument.Statement).filter(({ Action }: any) => JSON.stringify(Action).includes('ec2:'));

  expect(statements).toEqual([
    { Effect: 'Allow', Action: 'ec2:DescribeTransitGatewayPeeringAttachments', Resource: '*' },
    { Effect: 'Allow', Action: ['ec2:AcceptTransitGatewayPeeringAttachment', 'ec2:CreateTags', 'ec2:DeleteTags'], Resource: attachments },
    {
      Effect: 'Allow', Action: 'ec2:DeleteTransitGatewayPeeringAttachment', Resource: attachments,
      Condition: { StringEquals: { 'aws:ResourceTag/cdk-multi-region:on-delete': 'delete-attachment' } },
    },
  ]);
});

test('takes tags of the app and a removal policy', () => {
  const accepter = declare({ removalPolicy: RemovalPolicy.RETAIN });
  Tags.of(accepter).add('stage', 'test');
  Template.fromStack(Stack.of(accepter)).hasResource(TYPE, { DeletionPolicy: 'Retain', Properties: { Tags: { stage: 'test' } } });
});

test('adopts only with RETAIN', () => {
  expect(propertiesOf({ adopt: ID, removalPolicy: RemovalPolicy.RETAIN })).toMatchObject({ Adopt: ID });
  expect(() => propertiesOf({ adopt: ID })).toThrow(/a rollback would delete what was there before\. Set removalPolicy: RemovalPolicy\.RETAIN/);
});

test('has the metrics of the attachment, created or imported', () => {
  const stack = stackIn();
  const imported = TransitGatewayPeeringAccepter.fromTransitGatewayPeeringAccepterAttributes(stack, 'Imported', {
    transitGatewayAttachmentId: ID, transitGatewayId: 'tgw-0123456789abcdef0',
  });
  const metrics = [
    imported.metricBytesIn(), imported.metricBytesOut(), imported.metricPacketDropCountNoRoute(), imported.metricPacketDropCountBlackhole(),
  ];
  expect(metrics.map(({ namespace, metricName, statistic, dimensions }) => ({ namespace, metricName, statistic, dimensions }))).toEqual(
    ['BytesIn', 'BytesOut', 'PacketDropCountNoRoute', 'PacketDropCountBlackhole'].map(metricName => ({
      namespace: 'AWS/TransitGateway', metricName, statistic: 'Sum',
      dimensions: { TransitGateway: 'tgw-0123456789abcdef0', TransitGatewayAttachment: ID },
    })));
  new cloudwatch.Alarm(stack, 'NoRoute', { metric: declare({}, stack).metricPacketDropCountNoRoute(), threshold: 1, evaluationPeriods: 1 });
  Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', { Namespace: 'AWS/TransitGateway', MetricName: 'PacketDropCountNoRoute' });
});

test.each<[string, Partial<TransitGatewayPeeringAccepterProps>, RegExp]>([
  ['an id of something else', { transitGatewayAttachmentId: 'pcx-0123456789abcdef0' }, /Accepter: transitGatewayAttachmentId is 'pcx-.*'tgw-attach-' and 8 to 17 digits.*Use the id that Amazon EC2 shows/],
  ['an empty id', { transitGatewayAttachmentId: '' }, /transitGatewayAttachmentId is ''/],
  ['a missing id', { transitGatewayAttachmentId: undefined as any }, /transitGatewayAttachmentId is missing.*must be text/],
  ['another kind of adoption', { adopt: 'vpc-1', removalPolicy: RemovalPolicy.RETAIN }, /adopt is 'vpc-1'/],
  ['a tag of AWS', { tags: { 'aws:x': 'y' } }, /begins with 'aws:', which is reserved/],
  ['too many tags', { tags: Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`key${index}`, ''])) }, /49 tags/],
  ['a time that is too long', { timeout: Duration.hours(1) }, /between 120 seconds and 59 minutes/],
])('%s is refused at synthesis', (_, props, message) => {
  expect(() => propertiesOf(props)).toThrow(message);
});

test('an attachment that the same Region requests is refused: the other side accepts', () => {
  const stack = stackIn();
  const attachment = new ec2.CfnTransitGatewayPeeringAttachment(stack, 'Peering', {
    transitGatewayId: 'tgw-1', peerTransitGatewayId: 'tgw-2', peerAccountId: '111122223333', peerRegion: 'eu-west-1',
  });
  expect(() => declare({ transitGatewayAttachmentId: attachment.attrTransitGatewayAttachmentId }, stack))
    .toThrow(/is that of 'Net-eu-central-1\/Peering', which is requested in eu-central-1.*Declare the accepter in a stack in 'peerRegion'/);
});

test('an attachment of another Region is not', () => {
  const app = new App();
  const here = new Stack(app, 'Here', { env: { account: '111122223333', region: 'eu-central-1' }, crossRegionReferences: true });
  const there = new Stack(app, 'There', { env: { account: '111122223333', region: 'eu-west-1' }, crossRegionReferences: true });
  const attachment = new ec2.CfnTransitGatewayPeeringAttachment(there, 'Peering', {
    transitGatewayId: 'tgw-1', peerTransitGatewayId: 'tgw-2', peerAccountId: '111122223333', peerRegion: 'eu-central-1',
  });
  declare({ transitGatewayAttachmentId: attachment.attrTransitGatewayAttachmentId }, here);
  expect(Object.keys(Template.fromStack(here).findResources(TYPE))).toHaveLength(1);
});

test('an attachment is accepted once in an app', () => {
  const stack = stackIn();
  declare({}, stack);
  new TransitGatewayPeeringAccepter(stack, 'Second', { transitGatewayAttachmentId: ID });
  expect(() => Template.fromStack(stack)).toThrow(/'Net-eu-central-1\/Accepter' accepts the attachment 'tgw-attach-.*' already\. Remove one of the two/);
});

test('values that are known at deployment only are not refused', () => {
  const stack = new Stack(new App(), 'Anywhere');
  new TransitGatewayPeeringAccepter(stack, 'Accepter', { transitGatewayAttachmentId: MultiRegionParameter.valueFor(stack, '/network/peering') });
  new TransitGatewayPeeringAccepter(stack, 'Other', { transitGatewayAttachmentId: Aws.STACK_ID, tags: { stack: Aws.STACK_NAME } });
  expect(Object.keys(Template.fromStack(stack).findResources(TYPE))).toHaveLength(2);
  Annotations.fromStack(stack).hasNoError('*', Match.anyValue());
});

test('an import checks what it is given', () => {
  expect(() => TransitGatewayPeeringAccepter.fromTransitGatewayPeeringAccepterAttributes(stackIn(), 'Imported', {
    transitGatewayAttachmentId: 'pcx-1', transitGatewayId: 'tgw-1',
  })).toThrow(/transitGatewayAttachmentId is 'pcx-1'/);
});
