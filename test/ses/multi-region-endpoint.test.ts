import { App, CfnParameter, Duration, RemovalPolicy, Stack, Stage, Tags, PropertyInjectors, type IPropertyInjector, type InjectionContext } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { MultiRegionEndpoint, type MultiRegionEndpointProps } from '../../src';

const ENV = { account: '111122223333', region: 'eu-west-1' };
const TYPE = 'Custom::MultiRegionEndpoint';

function stackOf(id = 'Mail'): Stack {
  return new Stack(new App(), id, { env: ENV });
}

function propertiesOf(stack: Stack, type = TYPE): Record<string, any>[] {
  return Object.values(Template.fromStack(stack).findResources(type)).map(resource => resource.Properties);
}

function endpointIn(stack: Stack, props: Partial<MultiRegionEndpointProps> = {}): MultiRegionEndpoint {
  return new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1', ...props });
}

test('renders one custom resource with what was declared, and nothing that is a default', () => {
  const stack = stackOf();
  endpointIn(stack);

  expect(propertiesOf(stack)).toEqual([{
    ServiceToken: { 'Fn::GetAtt': ['MultiRegionSesFunction', 'Arn'] },
    Schema: '1',
    EndpointName: expect.stringMatching(/^Mail-Endpoint-[A-F0-9]{8}-[0-9a-f]{8}$/),
    SecondaryRegion: 'eu-central-1',
  }]);
});

test('the template is what it was', () => {
  const stack = new Stack(new App(), 'Mail');
  endpointIn(stack, { tags: { team: 'mail' } });
  const template = Template.fromStack(stack).toJSON();
  template.Resources.MultiRegionSesFunction.Properties.Code.S3Key = '<asset>';

  expect(template).toMatchSnapshot();
});

describe('names', () => {
  test('an explicit name is taken as it is', () => {
    const stack = stackOf();
    endpointIn(stack, { endpointName: 'my_mail-1' });
    expect(propertiesOf(stack)[0].EndpointName).toBe('my_mail-1');
  });

  test('a generated name is the same at every synthesis and another one for another secondary Region', () => {
    const nameFor = (secondaryRegion: string) => {
      const stack = stackOf();
      endpointIn(stack, { secondaryRegion });
      return propertiesOf(stack)[0].EndpointName;
    };
    expect(nameFor('eu-central-1')).toBe(nameFor('eu-central-1'));
    expect(nameFor('eu-central-1')).not.toBe(nameFor('us-east-1'));
  });

  test('a generated name fits the limit of SES however long the path is', () => {
    const stack = new Stack(new App(), 'A'.repeat(100), { env: ENV });
    new MultiRegionEndpoint(stack, 'E'.repeat(100), { secondaryRegion: 'eu-central-1' });
    expect(propertiesOf(stack)[0].EndpointName).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  test('two endpoints of one stack, and the same endpoint in two stacks, have different names', () => {
    const app = new App();
    const stacks = ['Blue', 'Green'].map(id => new Stack(app, id, { env: ENV }));
    for (const stack of stacks) {
      new MultiRegionEndpoint(stack, 'One', { secondaryRegion: 'eu-central-1' });
      new MultiRegionEndpoint(stack, 'Two', { secondaryRegion: 'eu-central-1' });
    }
    const names = stacks.flatMap(stack => propertiesOf(stack).map(properties => properties.EndpointName));
    expect(new Set(names).size).toBe(4);
  });

  test('a secondary Region that is a token gives a generated name all the same', () => {
    const stack = stackOf();
    const parameter = new CfnParameter(stack, 'Secondary');
    endpointIn(stack, { secondaryRegion: parameter.valueAsString });
    expect(propertiesOf(stack)[0]).toMatchObject({
      EndpointName: expect.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), SecondaryRegion: { Ref: 'Secondary' },
    });
  });
});

describe('attributes', () => {
  test('are tokens of the custom resource', () => {
    const stack = stackOf();
    const endpoint = endpointIn(stack);
    const logicalId = stack.getLogicalId(endpoint.node.defaultChild as any);

    expect(stack.resolve(endpoint.endpointId)).toEqual({ 'Fn::GetAtt': [logicalId, 'EndpointId'] });
    expect(stack.resolve(endpoint.endpointName)).toEqual({ 'Fn::GetAtt': [logicalId, 'EndpointName'] });
    expect(JSON.stringify(stack.resolve(endpoint.endpointArn))).toMatch(
      /:ses:eu-west-1:111122223333:multi-region-endpoint\/.*"EndpointName"/);
    expect(endpoint.primaryRegion).toBe('eu-west-1');
    expect(endpoint.secondaryRegion).toBe('eu-central-1');
    expect(stack.resolve(endpoint.multiRegionEndpointRef)).toEqual({ endpointName: { 'Fn::GetAtt': [logicalId, 'EndpointName'] } });
  });

  test('reach a stack in another Region', () => {
    const app = new App();
    const mail = new Stack(app, 'Mail', { env: ENV, crossRegionReferences: true });
    const other = new Stack(app, 'Other', { env: { ...ENV, region: 'eu-central-1' }, crossRegionReferences: true });
    const endpoint = endpointIn(mail);
    new iam.User(other, 'User', { path: '/', userName: endpoint.endpointId });

    Template.fromStack(mail).resourceCountIs('Custom::CrossRegionExportWriter', 1);
    Template.fromStack(other).resourceCountIs('Custom::CrossRegionExportReader', 1);
  });
});

describe('tags', () => {
  test('of the props and of Tags.of() travel as a map; nearer ones win', () => {
    const stack = stackOf();
    const endpoint = endpointIn(stack, { tags: { team: 'mail', stage: 'test' } });
    Tags.of(stack).add('cost', '7');
    Tags.of(endpoint).add('stage', 'live');

    expect(propertiesOf(stack)[0].Tags).toEqual({ team: 'mail', stage: 'live', cost: '7' });
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['too many', Object.fromEntries([...Array(50).keys()].map(n => [`k${n}`, 'v'])), /50 tags.*takes 50.*Remove 1/],
    ['an empty key', { '': 'v' }, /tag key '' has 0 characters/],
    ['a long key', { ['k'.repeat(129)]: 'v' }, /has 129 characters.*1 to 128/],
    ['a long value', { k: 'v'.repeat(257) }, /value of tag 'k' has 257 characters.*at most 256/],
    ['a character', { 'k#': 'v' }, /tag key 'k#' has a character/],
    ['a character in the value', { k: 'a*b' }, /value 'a\*b' of tag 'k' has a character/],
    ['a reserved key', { 'aws:k': 'v' }, /begins with 'aws:'/],
    ['a reserved value', { k: 'AWS:v' }, /begins with 'aws:'/],
    ['our own key', { 'cdk-multi-region:owner': 'v' }, /begins with 'cdk-multi-region:'/],
  ])('%s fails at synthesis with path and rule', (_, tags, message) => {
    const stack = stackOf();
    endpointIn(stack, { tags });
    expect(() => Template.fromStack(stack)).toThrow(message);
    expect(() => Template.fromStack(stack)).toThrow(/Mail\/Endpoint/);
  });
});

describe('checks', () => {
  test.each<[Partial<MultiRegionEndpointProps>, RegExp]>([
    [{ secondaryRegion: 'eu-west-1' }, /Mail\/Endpoint: secondaryRegion is 'eu-west-1', the Region of the stack.*Choose another/],
    [{ secondaryRegion: 'Frankfurt' }, /Mail\/Endpoint: secondaryRegion 'Frankfurt' is not the name of a Region/],
    [{ secondaryRegion: '' }, /secondaryRegion '' is not the name of a Region/],
    [{ endpointName: 'has space' }, /Mail\/Endpoint: endpointName 'has space'.*1 to 64 letters/],
    [{ endpointName: '' }, /endpointName '' has 0 characters/],
    [{ endpointName: 'x'.repeat(65) }, /has 65 characters/],
    [{ timeout: Duration.minutes(1) }, /timeout is 60 seconds.*between 120 seconds and 59 minutes/],
    [{ timeout: Duration.minutes(60) }, /timeout is 3600 seconds/],
  ])('%j is refused', (props, message) => {
    expect(() => endpointIn(stackOf(), props)).toThrow(message);
  });

  test('tokens pass', () => {
    const stack = new Stack(new App(), 'Agnostic');
    const token = new CfnParameter(stack, 'Name').valueAsString;
    expect(() => endpointIn(stack, { endpointName: token, secondaryRegion: token, tags: { k: token } })).not.toThrow();
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

test('the time-out travels to the handler, and to CloudFormation with a margin for the answer', () => {
  const stack = stackOf();
  endpointIn(stack, { timeout: Duration.minutes(10) });
  expect(propertiesOf(stack)[0]).toMatchObject({ TimeoutSeconds: 600, ServiceTimeout: 2040 });
});

test.each([
  [RemovalPolicy.RETAIN, 'Retain'], [RemovalPolicy.DESTROY, 'Delete'],
])('removal policy %s becomes %s', (removalPolicy, expected) => {
  const stack = stackOf();
  endpointIn(stack, { removalPolicy });
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: expected, UpdateReplacePolicy: expected });
});

describe('grants.sendEmail', () => {
  test('allows both Regions, conditioned on this endpoint', () => {
    const stack = stackOf();
    const endpoint = endpointIn(stack);
    const role = new iam.Role(stack, 'Sender', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });

    endpoint.grants.sendEmail(role, { identities: ['example.com'], configurationSets: ['set'], templates: ['hello'] });

    const arns = ['identity/example.com', 'configuration-set/set', 'template/hello'].flatMap(resource =>
      ['eu-west-1', 'eu-central-1'].map(region => ({
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:ses:${region}:111122223333:${resource}`]],
      })));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('Sender') }],
      PolicyDocument: {
        Statement: [{
          Action: ['ses:SendEmail', 'ses:SendBulkEmail'],
          Condition: { StringEquals: { 'ses:MultiRegionEndpointId': stack.resolve(endpoint.endpointId) } },
          Effect: 'Allow',
          Resource: arns,
        }],
      },
    });
  });

  test.each<[object, RegExp]>([
    [{ identities: [] }, /at least one identity/],
    [{ identities: ['arn:aws:ses:eu-west-1:1:identity/x'] }, /identity 'arn:.*takes names/],
    [{ identities: ['example.com'], templates: [''] }, /template ''/],
  ])('refuses %j', (options, message) => {
    const stack = stackOf();
    const endpoint = endpointIn(stack);
    const role = new iam.Role(stack, 'Sender', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    expect(() => endpoint.grants.sendEmail(role, options as any)).toThrow(message);
  });
});

test('metrics carry the endpoint as dimension, in the Region that was asked for', () => {
  const stack = stackOf();
  const endpoint = endpointIn(stack);

  expect(endpoint.metricSendCount()).toMatchObject({
    namespace: 'AWS/SES', metricName: 'SendCount', statistic: 'Sum', dimensions: { 'ses:multi-region-endpoint-id': endpoint.endpointId },
  });
  expect(endpoint.metricSendCount().toMetricConfig().metricStat?.region).toBe('eu-west-1');
  expect(endpoint.metricSendCountSecondary().toMetricConfig().metricStat?.region).toBe('eu-central-1');
  expect(endpoint.metric('Bounce', { period: Duration.hours(1) })).toMatchObject({ metricName: 'Bounce', period: Duration.hours(1) });
});

describe('imports', () => {
  test('attributes are passed through, without any resource', () => {
    const stack = stackOf();
    const endpoint = MultiRegionEndpoint.fromMultiRegionEndpointAttributes(stack, 'Imported', {
      endpointName: 'mail', endpointId: 'abcdef12.g3h', secondaryRegion: 'us-east-1',
    });

    expect(endpoint).toMatchObject({
      endpointName: 'mail', endpointId: 'abcdef12.g3h', primaryRegion: 'eu-west-1', secondaryRegion: 'us-east-1',
    });
    expect(stack.resolve(endpoint.endpointArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ses:eu-west-1:111122223333:multi-region-endpoint/mail']],
    });
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
  });

  test('a primary Region other than the stack\'s is taken', () => {
    const endpoint = MultiRegionEndpoint.fromMultiRegionEndpointAttributes(stackOf(), 'Imported', {
      endpointName: 'mail', endpointId: 'abcdef12.g3h', primaryRegion: 'us-west-2', secondaryRegion: 'us-east-1',
    });
    expect(endpoint.primaryRegion).toBe('us-west-2');
    expect(endpoint.endpointArn).toContain(':us-west-2:');
  });

  test('a lookup by name is a read-only custom resource', () => {
    const stack = stackOf();
    const endpoint = MultiRegionEndpoint.fromEndpointName(stack, 'Existing', 'mail');

    Template.fromStack(stack).hasResource('Custom::MultiRegionEndpointLookup', {
      Properties: { Schema: '1', EndpointName: 'mail' },
      DependsOn: ['MultiRegionSesWaiterPolicy'],
    });
    expect(stack.resolve(endpoint.endpointId)).toEqual({ 'Fn::GetAtt': [Match.stringLikeRegexp('.*'), 'EndpointId'].map((v, i) =>
      i === 0 ? expect.stringMatching(/^Existing/) : v) });
    expect(stack.resolve(endpoint.secondaryRegion)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Existing/), 'SecondaryRegion'] });
    expect(endpoint.endpointName).toBe('mail');
  });

  test('a lookup by a name that cannot be is refused', () => {
    expect(() => MultiRegionEndpoint.fromEndpointName(stackOf(), 'Existing', 'no way')).toThrow(/Mail\/Existing: endpointName 'no way'/);
  });
});

test('property injection sets defaults, and what is said explicitly wins', () => {
  class Retain implements IPropertyInjector {
    public readonly constructUniqueId = MultiRegionEndpoint.PROPERTY_INJECTION_ID;
    public inject(props: any, _: InjectionContext): any {
      return { removalPolicy: RemovalPolicy.RETAIN, ...props };
    }
  }
  const app = new App();
  PropertyInjectors.of(app).add(new Retain());
  const stack = new Stack(app, 'Mail', { env: ENV });
  endpointIn(stack);
  new MultiRegionEndpoint(stack, 'Temporary', { secondaryRegion: 'us-east-1', removalPolicy: RemovalPolicy.DESTROY });

  const policies = Object.values(Template.fromStack(stack).findResources(TYPE)).map(resource => resource.DeletionPolicy);
  expect(policies.sort()).toEqual(['Delete', 'Retain']);
});

test('works inside a stage', () => {
  const stage = new Stage(new App(), 'Prod', { env: ENV });
  const stack = new Stack(stage, 'Mail');
  endpointIn(stack);
  expect(propertiesOf(stack)).toHaveLength(1);
});
