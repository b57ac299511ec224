import { App, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as ses from 'aws-cdk-lib/aws-ses';
import { MultiRegionEndpoint, ReplicaEmailIdentity, type AddIdentityOptions } from '../../src';

const ENV = { account: '111122223333', region: 'eu-west-1' };
const TYPE = 'Custom::ReplicaEmailIdentity';

let stack: Stack;
let domain: ses.EmailIdentity;

beforeEach(() => {
  stack = new Stack(new App(), 'Mail', { env: ENV });
  domain = new ses.EmailIdentity(stack, 'Domain', { identity: ses.Identity.domain('example.com') });
});

const sender = () => new iam.Role(stack, 'Sender', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
const replicaOf = (parentIdentity: ses.IEmailIdentity, rest: Partial<AddIdentityOptions> = {}) =>
  new ReplicaEmailIdentity(stack, 'Replica', { parentIdentity, replicaRegion: 'eu-central-1', ...rest });

function statementsOf(pattern: RegExp): Record<string, any>[] {
  const policies = Object.entries<any>(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter(([id]) => pattern.test(id));
  return policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

test('a replica is one custom resource and one policy besides the provider', () => {
  replicaOf(domain);
  const { Resources } = Template.fromStack(stack).toJSON();
  const own = Object.entries<any>(Resources).filter(([id]) => id.startsWith('Replica')).map(([id, resource]) => [id, resource]);

  expect(own).toMatchSnapshot();
});

test('the policy names the replica and its parent, and the Region that may replicate', () => {
  replicaOf(ses.EmailIdentity.fromEmailIdentityName(stack, 'Imported', 'example.org'));

  expect(statementsOf(/^ReplicaPolicy/)).toEqual([
    {
      Effect: 'Allow',
      Action: ['ses:CreateEmailIdentity', 'ses:DeleteEmailIdentity', 'ses:GetEmailIdentity', 'ses:TagResource', 'ses:UntagResource'],
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ses:eu-central-1:111122223333:identity/example.org']] },
    },
    {
      Effect: 'Allow',
      Action: 'ses:ReplicateEmailIdentityDKIMSigningKey',
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ses:eu-west-1:111122223333:identity/example.org']] },
      Condition: { 'ForAllValues:StringEquals': { 'ses:ReplicaRegion': ['eu-central-1'] } },
    },
  ]);
});

test('the replica comes after its parent, the DNS records of that and its policy, and goes before them', () => {
  const hostedZone = new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.net' });
  replicaOf(new ses.EmailIdentity(stack, 'InZone', { identity: ses.Identity.publicHostedZone(hostedZone) }));
  const [replica] = Object.values(Template.fromStack(stack).findResources(TYPE));
  const records = Object.keys(Template.fromStack(stack).findResources('AWS::Route53::RecordSet'));

  expect(records).toHaveLength(3);
  expect(replica.DependsOn).toEqual(expect.arrayContaining([...records, expect.stringMatching(/^InZone/), expect.stringMatching(/^ReplicaPolicy/)]));
});

test('a parent in another stack makes that stack come first and go last', () => {
  const other = new Stack(stack.node.root as App, 'Other', { env: ENV });
  new ReplicaEmailIdentity(other, 'Replica', { parentIdentity: domain, replicaRegion: 'eu-central-1' });
  (stack.node.root as App).synth();

  expect(other.dependencies).toEqual([stack]);
});

test('all properties reach the handler', () => {
  Tags.of(stack).add('stage', 'test');
  replicaOf(domain, { waitForDkim: false, tags: { team: 'mail' }, adopt: 'example.com', removalPolicy: RemovalPolicy.RETAIN });

  Template.fromStack(stack).hasResource(TYPE, {
    Properties: {
      EmailIdentity: { Ref: stack.getLogicalId(domain.node.defaultChild as ses.CfnEmailIdentity) }, ParentRegion: 'eu-west-1',
      ReplicaRegion: 'eu-central-1', WaitForDkim: false, Tags: { team: 'mail', stage: 'test' }, Adopt: 'example.com',
    },
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
  });
});

test('its name, ARN and DKIM status are attributes of the resource', () => {
  const replica = replicaOf(domain);
  const attribute = (name: string) => ({ 'Fn::GetAtt': [expect.stringMatching(/^Replica/), name] });

  expect(stack.resolve([replica.emailIdentityName, replica.emailIdentityArn, replica.dkimStatus]))
    .toEqual([attribute('EmailIdentity'), attribute('EmailIdentityArn'), attribute('DkimStatus')]);
  expect(replica.replicaRegion).toBe('eu-central-1');
});

test('imports by name and by ARN are the same', () => {
  const byName = ReplicaEmailIdentity.fromReplicaEmailIdentityName(stack, 'ByName', 'example.com', 'eu-central-1');
  const byArn = ReplicaEmailIdentity.fromReplicaEmailIdentityArn(stack, 'ByArn', 'arn:aws:ses:eu-central-1:111122223333:identity/example.com');
  const late = ReplicaEmailIdentity.fromReplicaEmailIdentityArn(stack, 'Late', Token.asString({ Ref: 'Arn' }));

  expect([byArn.emailIdentityName, byArn.replicaRegion]).toEqual([byName.emailIdentityName, byName.replicaRegion]);
  expect(JSON.stringify(stack.resolve(byName.emailIdentityArn))).toMatch(/:ses:eu-central-1:111122223333:identity\/example\.com/);
  expect(stack.resolve(late.replicaRegion)).toEqual({ 'Fn::Select': [3, { 'Fn::Split': [':', { Ref: 'Arn' }] }] });
});

test('a replica lets a principal send in its own Region', () => {
  ReplicaEmailIdentity.fromReplicaEmailIdentityArn(stack, 'Replica', 'arn:aws:ses:eu-central-1:111122223333:identity/example.com').grants.sendEmail(sender());

  expect(statementsOf(/^Sender/)).toEqual([{
    Effect: 'Allow', Action: ['ses:SendEmail', 'ses:SendBulkEmail', 'ses:SendRawEmail'], Resource: 'arn:aws:ses:eu-central-1:111122223333:identity/example.com',
  }]);
});

describe('endpoint.addIdentity()', () => {
  const endpoint = () => new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });

  test('puts the replica into the secondary Region of the endpoint', () => {
    endpoint().addIdentity('Replica', { parentIdentity: domain });

    Template.fromStack(stack).hasResourceProperties(TYPE, { ParentRegion: 'eu-west-1', ReplicaRegion: 'eu-central-1' });
  });

  test('lets senders send from it in both Regions without a list, also if it is added after the grant', () => {
    const mail = endpoint();
    mail.grants.sendEmail(sender(), { configurationSets: ['news'] });
    mail.addIdentity('Replica', { parentIdentity: ses.EmailIdentity.fromEmailIdentityName(stack, 'One', 'example.org') });
    mail.addIdentity('Another', { parentIdentity: ses.EmailIdentity.fromEmailIdentityName(stack, 'Two', 'news.example.org') });

    const [{ Resource }] = statementsOf(/^Sender/);
    expect(JSON.stringify(Resource).match(/eu-[a-z]+-1:111122223333:[^"]+/g)).toEqual([
      'eu-west-1:111122223333:identity/example.org', 'eu-central-1:111122223333:identity/example.org',
      'eu-west-1:111122223333:identity/news.example.org', 'eu-central-1:111122223333:identity/news.example.org',
      'eu-west-1:111122223333:configuration-set/news', 'eu-central-1:111122223333:configuration-set/news',
    ]);
  });

  test('has no say where identities are named', () => {
    const mail = endpoint();
    mail.addIdentity('Replica', { parentIdentity: domain });
    mail.grants.sendEmail(sender(), { identities: ['news@example.org'] });

    expect(JSON.stringify(statementsOf(/^Sender/)).match(/identity\/[^"]+/g)).toEqual(['identity/news@example.org', 'identity/news@example.org']);
  });

  test('works on imported endpoints, too', () => {
    const imported = MultiRegionEndpoint.fromEndpointName(stack, 'Endpoint', 'mail');
    imported.addIdentity('Replica', { parentIdentity: domain });
    imported.grants.sendEmail(sender());

    Template.fromStack(stack).hasResourceProperties(TYPE, { ReplicaRegion: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Endpoint'), 'SecondaryRegion'] } });
  });

  test('without any identity a grant is refused when the template is written', () => {
    endpoint().grants.sendEmail(sender());

    expect(() => Template.fromStack(stack)).toThrow(/needs at least one identity.*or replicate one with addIdentity\(\)/s);
  });
});
