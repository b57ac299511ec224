import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { CfnConnectionAlias } from 'aws-cdk-lib/aws-workspaces';
import { ConnectionAliasAssociation, type ConnectionAliasAssociationProps } from '../../src';

const ENV = { account: '111122223333', region: 'eu-west-1' };
const TYPE = 'Custom::ConnectionAliasAssociation';
const stackOf = () => new Stack(new App(), 'Desk', { env: ENV });

function associationIn(stack: Stack, props: Partial<ConnectionAliasAssociationProps> = {}): ConnectionAliasAssociation {
  return new ConnectionAliasAssociation(stack, 'Association', {
    ...(props.alias ? {} : { aliasId: 'wsca-0123abcde' }), directoryId: 'd-9367000001', ...props,
  });
}

const aliasIn = (stack: Stack) => new CfnConnectionAlias(stack, 'Alias', { connectionString: 'desktop.example.com' });
const zoneIn = (stack: Stack) =>
  route53.PublicHostedZone.fromPublicHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789', zoneName: 'example.com' });

test('renders one custom resource, and the template is what it was', () => {
  const stack = new Stack(new App(), 'Desk');
  const alias = aliasIn(stack);
  const association = associationIn(stack, { alias });
  const logicalId = stack.getLogicalId(association.node.defaultChild as any);

  const template = Template.fromStack(stack);
  template.hasResourceProperties(TYPE, { AliasId: { Ref: 'Alias' }, DirectoryId: 'd-9367000001' });
  expect(template.findResources(TYPE)).toMatchSnapshot();
  expect(stack.resolve([association.aliasId, association.connectionIdentifier])).toEqual([
    { 'Fn::GetAtt': [logicalId, 'AliasId'] }, { 'Fn::GetAtt': [logicalId, 'ConnectionIdentifier'] },
  ]);
});

test.each<[Partial<ConnectionAliasAssociationProps>, RegExp]>([
  [{ aliasId: 'x' }, /Desk\/Association: aliasId is 'x', but must be 'wsca-'/],
  [{ aliasId: undefined }, /an association has one alias/],
  [{ directoryId: 'x' }, /directoryId is 'x'/],
  [{ timeout: Duration.minutes(60) }, /timeout/],
])('%j is refused', (props, message) => {
  expect(() => associationIn(stackOf(), props)).toThrow(message);
});

test('an alias and an id together are refused', () => {
  const stack = stackOf();
  expect(() => associationIn(stack, { alias: aliasIn(stack), aliasId: 'wsca-0123abcde' })).toThrow(/either/);
});

test('an alias of a stack in another Region is refused', () => {
  const app = new App();
  const alias = aliasIn(new Stack(app, 'There', { env: { ...ENV, region: 'us-east-1' } }));
  const stack = new Stack(app, 'Desk', { env: ENV });
  const message = /Desk\/Association: the connection alias is in us-east-1, but is associated in eu-west-1, the Region of this stack\. Declare an alias/;
  expect(() => associationIn(stack, { alias })).toThrow(message);
  expect(() => new ConnectionAliasAssociation(stack, 'ById', { aliasId: alias.ref, directoryId: 'd-9367000001' })).toThrow(/in us-east-1/);
});

test('removal policy and time-out', () => {
  const stack = stackOf();
  associationIn(stack, { removalPolicy: RemovalPolicy.RETAIN, timeout: Duration.minutes(5) });
  Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'Retain', Properties: { TimeoutSeconds: 300 } });
});

describe('failover records', () => {
  test('hold the connection identifier in quotes, with failover routing', () => {
    const stack = stackOf();
    const association = associationIn(stack, { alias: aliasIn(stack) });
    const healthCheck = route53.HealthCheck.fromHealthCheckId(stack, 'Health', 'check');
    association.addFailoverRecord('Primary', { zone: zoneIn(stack), failover: route53.Failover.PRIMARY, healthCheck });
    association.addFailoverRecord('Standby', {
      zone: zoneIn(new Stack()), failover: route53.Failover.SECONDARY, domainName: 'Desktop.example.com.', ttl: Duration.seconds(30),
    });

    const [primary, standby] = Object.values(Template.fromStack(stack).findResources('AWS::Route53::RecordSet')).map(record => record.Properties);
    expect(primary).toEqual({
      HostedZoneId: 'Z0123456789',
      Name: 'desktop.example.com',
      Type: 'TXT',
      TTL: '60',
      Failover: 'PRIMARY',
      SetIdentifier: 'primary',
      HealthCheckId: 'check',
      ResourceRecords: [{ 'Fn::Join': ['', ['"', stack.resolve(association.connectionIdentifier), '"']] }],
    });
    expect(standby).toMatchObject({ Name: 'Desktop.example.com.', TTL: '30', Failover: 'SECONDARY', SetIdentifier: 'standby' });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('a primary one without a health check is a warning', () => {
    const stack = stackOf();
    associationIn(stack, { alias: aliasIn(stack) }).addFailoverRecord('Primary', { zone: zoneIn(stack), failover: route53.Failover.PRIMARY });
    Annotations.fromStack(stack).hasWarning('/Desk/Association/Primary', Match.stringLikeRegexp('nothing fails over by itself'));
  });

  test.each<[string, string, RegExp]>([
    ['a name outside of the zone', 'desk.example.com', /Desk\/Association: addFailoverRecord\(\) got the domainName 'desk\.example\.com', which is not in the zone 'example\.org'\. Use the hosted zone/],
    ['a name that only ends alike', 'desk.anexample.org', /is not in the zone 'example\.org'/],
  ])('are refused for %s', (_, domainName, message) => {
    const stack = stackOf();
    const zone = new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.org' });
    expect(() => associationIn(stack).addFailoverRecord('Record', { zone, failover: route53.Failover.SECONDARY, domainName })).toThrow(message);
  });

  test('are refused for another name than the clients ask for', () => {
    const stack = stackOf();
    expect(() => associationIn(stack, { alias: aliasIn(stack) }).addFailoverRecord('Record', {
      zone: zoneIn(stack), failover: route53.Failover.SECONDARY, domainName: 'other.example.com',
    })).toThrow(/domainName 'other\.example\.com', but clients ask for the connection string of the alias, 'desktop\.example\.com'\. Leave 'domainName' out/);
  });

  test('take the name of the zone itself, one below it, and any name if the zone is known by its id only', () => {
    const stack = stackOf();
    const byId = route53.HostedZone.fromHostedZoneId(stack, 'ById', 'Z9876543210');
    const association = associationIn(stack);
    expect(() => {
      association.addFailoverRecord('Apex', { zone: zoneIn(stack), failover: route53.Failover.SECONDARY, domainName: 'example.com' });
      association.addFailoverRecord('Below', { zone: zoneIn(new Stack()), failover: route53.Failover.SECONDARY, domainName: 'a.b.Example.com.' });
      association.addFailoverRecord('Unknown', { zone: byId, failover: route53.Failover.SECONDARY, domainName: 'example.org' });
    }).not.toThrow();
  });

  test('of one kind are refused twice for a name, in whatever Regions their stacks are', () => {
    const app = new App();
    for (const region of ['eu-west-1', 'us-east-1']) {
      const stack = new Stack(app, region, { env: { ...ENV, region } });
      associationIn(stack).addFailoverRecord('Record', { zone: zoneIn(stack), failover: route53.Failover.SECONDARY, domainName: 'desktop.example.com' });
    }
    expect(() => app.synth()).toThrow(/\[us-east-1\/Association\/Record\] 'eu-west-1\/Association\/Record' is a SECONDARY record for 'desktop\.example\.com' already/);
  });

  test('of both kinds are taken', () => {
    const app = new App();
    Object.entries({ 'eu-west-1': route53.Failover.SECONDARY, 'us-east-1': route53.Failover.PRIMARY }).forEach(([region, failover]) => {
      const stack = new Stack(app, region, { env: { ...ENV, region } });
      associationIn(stack).addFailoverRecord('Record', { zone: zoneIn(stack), failover, domainName: 'desktop.example.com' });
    });
    expect(() => app.synth()).not.toThrow();
  });

  test('need a name', () => {
    const stack = stackOf();
    const imported = ConnectionAliasAssociation.fromConnectionAliasAssociationAttributes(stack, 'Imported', {
      aliasId: 'wsca-0123abcde', connectionIdentifier: 'abc123',
    });
    for (const association of [associationIn(stack), imported]) {
      expect(() => association.addFailoverRecord('Record', { zone: zoneIn(new Stack()), failover: route53.Failover.SECONDARY })).toThrow(/needs 'domainName'/);
    }
  });
});
