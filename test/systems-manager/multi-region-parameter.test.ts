import { App, Aws, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { MultiRegionEndpoint, MultiRegionParameter, type MultiRegionParameterProps } from '../../src';

const TYPE = 'Custom::MultiRegionParameter';
const NAME = '/mail/endpoint-id';

function mailStack(): Stack {
  return new Stack(new App(), 'Mail', { env: { account: '111122223333', region: 'eu-west-1' } });
}

function declare(props: Partial<MultiRegionParameterProps> = {}, stack = mailStack()): MultiRegionParameter {
  return new MultiRegionParameter(stack, 'Parameter', { parameterName: NAME, value: 'x', ...props });
}

function propertiesOf(props: Partial<MultiRegionParameterProps>): Record<string, unknown> {
  const parameter = declare(props);
  const [resource] = Object.values(Template.fromStack(Stack.of(parameter)).findResources(TYPE));
  return resource.Properties;
}

test('says what is declared, and nothing of what is not', () => {
  expect(propertiesOf({})).toEqual({ ServiceToken: expect.anything(), Schema: '1', ParameterName: NAME, Type: 'String', Value: 'x' });
  expect(propertiesOf({
    value: undefined, values: ['a', 'b'], regions: ['us-east-1', 'eu-central-1'], description: 'Ids', tier: ssm.ParameterTier.ADVANCED,
    dataType: ssm.ParameterDataType.TEXT, tags: { team: 'mail' },
  })).toMatchObject({
    Type: 'StringList', Value: 'a,b', Regions: ['us-east-1', 'eu-central-1'], Description: 'Ids', Tier: 'Advanced', DataType: 'text', Tags: { team: 'mail' },
  });
});

test('has 6 resources besides its own', () => {
  const template = Template.fromStack(Stack.of(declare()));
  expect(Object.keys(template.toJSON().Resources)).toHaveLength(7);
});

test('a Region counts once, and the own one not at all', () => {
  expect(propertiesOf({ regions: ['eu-west-1', 'us-east-1', 'us-east-1'] })).toMatchObject({ Regions: ['us-east-1'] });
});

test('takes tags of the app and a removal policy', () => {
  const parameter = declare({ removalPolicy: RemovalPolicy.RETAIN });
  Tags.of(parameter).add('stage', 'test');
  Template.fromStack(Stack.of(parameter)).hasResource(TYPE, { DeletionPolicy: 'Retain', Properties: { Tags: { stage: 'test' } } });
});

test('lets a principal read it in all its Regions, those that are added later too', () => {
  const stack = mailStack();
  const parameter = declare({}, stack);
  parameter.grants.read(new iam.User(stack, 'Reader'));
  parameter.addRegion('us-east-1');

  const arn = (region: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:ssm:${region}:111122223333:parameter/mail/endpoint-id`]] });
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['ssm:GetParameter']), Resource: [arn('eu-west-1'), arn('us-east-1')] })]),
    },
  });
});

test('tells the version in each Region', () => {
  const parameter = declare({ regions: ['us-east-1'] });
  expect(Stack.of(parameter).resolve(parameter.versionIn('us-east-1'))).toEqual({ 'Fn::GetAtt': ['Parameter7D6C1F2E', 'Version.us-east-1'].map((part, index) => index ? part : expect.any(String)) });
});

test('a reader gets the value at every deployment', () => {
  const stack = mailStack();
  const value = MultiRegionParameter.valueFor(stack, NAME);
  const values = MultiRegionParameter.valuesFor(stack, '/mail/list');

  expect(Token.isUnresolved(value)).toBe(true);
  expect(Token.isUnresolved(values)).toBe(true);
  const { Parameters } = Template.fromStack(stack).toJSON();
  expect(Object.values<any>(Parameters).map(({ Default, Type }) => [Type, Default])).toEqual(expect.arrayContaining([
    ['AWS::SSM::Parameter::Value<String>', NAME], ['AWS::SSM::Parameter::Value<List<String>>', '/mail/list'],
  ]));
});

test('an endpoint publishes its id', () => {
  const stack = mailStack();
  const endpoint = new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
  endpoint.publishId(NAME, { regions: [endpoint.secondaryRegion] });

  Template.fromStack(stack).hasResourceProperties(TYPE, {
    ParameterName: NAME, Value: { 'Fn::GetAtt': [Match.anyValue(), 'EndpointId'] }, Regions: ['eu-central-1'],
  });
});

test.each<[string, Partial<MultiRegionParameterProps>, RegExp]>([
  ['a name with a space', { parameterName: 'my name' }, /Mail\/Parameter: parameterName 'my name' may have letters.*Choose another name/],
  ['a path without a slash at its begin', { parameterName: 'mail/id' }, /must begin with '\/'/],
  ['a reserved name', { parameterName: '/aws/x' }, /must not begin with 'aws' or 'ssm'/],
  ['a name that is too deep', { parameterName: '/a'.repeat(16) }, /more than 15 levels/],
  ['a name that is too long', { parameterName: 'a'.repeat(1012) }, /1012 characters/],
  ['no value', { value: undefined }, /has neither 'value' and 'values'|has neither/],
  ['two values', { values: ['a'] }, /has both 'value' and 'values'. Set one of them/],
  ['an item with a comma', { value: undefined, values: ['a,b'] }, /'a,b', but an item of a list can't have a comma/],
  ['a value that is too long', { value: 'x'.repeat(4097) }, /4097 characters.*1 to 4096.*ParameterTier.ADVANCED/],
  ['an empty value', { value: '' }, /0 characters/],
  ['a Region that is none', { regions: ['Europe'] }, /regions 'Europe' is not the name of a Region/],
  ['too many Regions', { regions: [...Array(16).keys()].map(index => `xx-north-${index}`) }, /16th Region.*at most 15/],
])('%s is refused at synthesis', (_, props, message) => {
  expect(() => declare(props)).toThrow(message);
});

test('values that are known at deployment only are not refused', () => {
  const stack = new Stack(new App(), 'Anywhere');
  new MultiRegionParameter(stack, 'Parameter', { parameterName: NAME, value: Aws.STACK_ID, regions: [stack.region, 'us-east-1'] });
  Template.fromStack(stack).hasResourceProperties(TYPE, { Regions: ['us-east-1'] });
  Annotations.fromStack(stack).hasNoError('*', Match.anyValue());
});
