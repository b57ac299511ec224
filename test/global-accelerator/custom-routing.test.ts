import { App, Aws, CfnOutput, CfnParameter, Duration, NestedStack, PropertyInjectors, RemovalPolicy, Stack, Tags, type IPropertyInjector,
  type InjectionContext } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  CustomRoutingAccelerator, CustomRoutingEndpointGroup, CustomRoutingListener, CustomRoutingProtocol, TrafficPolicy,
  type CustomRoutingAcceleratorProps, type CustomRoutingEndpointGroupOptions, type CustomRoutingPortRange,
} from '../../src';

const ENV = { account: '111122223333', region: 'eu-west-1' };
const ARN = 'arn:aws:globalaccelerator::111122223333:accelerator/0a1b2c3d-0000-1111-2222-333344445555';
const LISTENER_ARN = `${ARN}/listener/0a1b2c3d`;
const GROUP_ARN = `${LISTENER_ARN}/endpoint-group/0a1b2c3d4e5f`;
const ATTACHMENT_ARN = 'arn:aws:globalaccelerator::999999999999:attachment/0a1b2c3d-0000-1111-2222-333344445555';
const [ACCELERATOR, ACCELERATOR_LOOKUP, LISTENER, GROUP, LOOKUP] = ['Accelerator', 'AcceleratorLookup', 'Listener', 'EndpointGroup', 'PortLookup'].map(name => `Custom::CustomRouting${name}`);
const UDP = (fromPort: number, toPort?: number) => ({ fromPort, toPort, protocols: [CustomRoutingProtocol.UDP] });

const stackOf = (id = 'Game', env: object | undefined = ENV) => new Stack(new App(), id, { env });
const template = (stack: Stack) => Template.fromStack(stack);
const propertiesOf = (stack: Stack, type: string): any[] =>
  Object.values(template(stack).findResources(type)).map(resource => resource.Properties);

function acceleratorIn(stack: Stack, props: CustomRoutingAcceleratorProps = {}): CustomRoutingAccelerator {
  return new CustomRoutingAccelerator(stack, 'Accelerator', props);
}
function listenerIn(stack: Stack, ...portRanges: CustomRoutingPortRange[]): CustomRoutingListener {
  const usual = [{ fromPort: 10_001, toPort: 20_000 }];
  return acceleratorIn(stack).addListener('Listener', { portRanges: portRanges.length > 0 ? portRanges : usual });
}
function groupIn(stack: Stack, options: Partial<CustomRoutingEndpointGroupOptions> = {}): CustomRoutingEndpointGroup {
  return listenerIn(stack).addEndpointGroup('Group', { destinations: [UDP(7777, 7780)], ...options });
}
function vpcIn(stack: Stack, id = 'Vpc'): ec2.Vpc {
  return new ec2.Vpc(stack, id, { maxAzs: 2, natGateways: 0, ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/20'), subnetConfiguration: [
    { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 }, { name: 'Servers', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
  ] });
}
const imported = (stack: Stack, subnetId: string, ipv4CidrBlock?: string) =>
  ec2.Subnet.fromSubnetAttributes(stack, subnetId, { subnetId, ipv4CidrBlock });

describe('templates', () => {
  test('have what was declared, and nothing that is a default', () => {
    const stack = stackOf();
    groupIn(stack);

    const ServiceToken = { 'Fn::GetAtt': ['MultiRegionGlobalAcceleratorFunction', 'Arn'] };
    expect(propertiesOf(stack, ACCELERATOR)).toEqual([{ ServiceToken, Schema: '1', Name: expect.stringMatching(/^Game-Accelerator-[A-F0-9]{8}$/) }]);
    expect(propertiesOf(stack, LISTENER)).toEqual([{
      ServiceToken, Schema: '1', AcceleratorArn: { 'Fn::GetAtt': [expect.stringMatching(/^Accelerator/), 'AcceleratorArn'] }, PortRanges: [{ FromPort: 10_001, ToPort: 20_000 }],
    }]);
    expect(propertiesOf(stack, GROUP)).toEqual([{
      ServiceToken, Schema: '1', ListenerArn: { 'Fn::GetAtt': [expect.stringMatching(/^AcceleratorListener/), 'ListenerArn'] }, Region: 'eu-west-1',
      Destinations: [{ FromPort: 7777, ToPort: 7780, Protocols: ['UDP'] }],
    }]);
  });

  test('are what they were', () => {
    const stack = new Stack(new App(), 'Game');
    const group = groupIn(stack, { subnets: vpcIn(stack).isolatedSubnets });
    group.addAcceleratorPortLookup('FirstServer', { subnet: stack.node.findChild('Vpc').node.findChild('ServersSubnet1') as ec2.Subnet, address: '10.0.2.10', port: 7777 });
    const json = template(stack).toJSON();
    json.Resources.MultiRegionGlobalAcceleratorFunction.Properties.Code.S3Key = '<asset>';
    const ours = Object.fromEntries(Object.entries<any>(json.Resources).filter(([, { Type }]) => !Type.startsWith('AWS::EC2::')));

    expect(ours).toMatchSnapshot();
  });

  test('have one provider under logical ids that never change, and little more', () => {
    const stack = new Stack(new App(), 'Game');
    groupIn(stack);
    const json = template(stack).toJSON();

    expect(Object.entries<any>(json.Resources).filter(([, { Type }]) => !Type.startsWith('Custom::')).map(([id, { Type }]) => `${id} ${Type}`).sort()).toEqual([
      'MultiRegionGlobalAcceleratorFunction AWS::Lambda::Function',
      'MultiRegionGlobalAcceleratorLogs AWS::Logs::LogGroup',
      'MultiRegionGlobalAcceleratorRole AWS::IAM::Role',
      'MultiRegionGlobalAcceleratorWaiter AWS::StepFunctions::StateMachine',
      'MultiRegionGlobalAcceleratorWaiterPolicy AWS::IAM::Policy',
      'MultiRegionGlobalAcceleratorWaiterRole AWS::IAM::Role',
    ]);
    expect(Buffer.byteLength(JSON.stringify(json, undefined, 1))).toBeLessThanOrEqual(8_900);
  });

  test('carry every property that is set', () => {
    const stack = stackOf();
    const bucket = s3.Bucket.fromBucketName(stack, 'Logs', 'logs');
    acceleratorIn(stack, {
      acceleratorName: 'game', enabled: false, ipAddresses: ['192.0.2.1'], flowLogs: { bucket, prefix: 'game' }, tags: { team: 'game' },
      removalPolicy: RemovalPolicy.RETAIN, timeout: Duration.minutes(10),
    });

    template(stack).hasResource(ACCELERATOR, {
      Properties: {
        Name: 'game', Enabled: false, IpAddresses: ['192.0.2.1'], FlowLogs: { Bucket: 'logs', Prefix: 'game' }, Tags: { team: 'game' },
        TimeoutSeconds: 600, ServiceTimeout: 2040,
      },
      DeletionPolicy: 'Retain',
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^AcceleratorFlowLogsPolicy')]),
    });
    template(stack).hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: { Statement: [{ Action: ['s3:GetBucketPolicy', 's3:PutBucketPolicy'] }] } });
  });

  test('take the tags of the app', () => {
    const stack = stackOf();
    acceleratorIn(stack, { tags: { team: 'game' } });
    Tags.of(stack).add('stage', 'test');
    expect(propertiesOf(stack, ACCELERATOR)[0].Tags).toEqual({ team: 'game', stage: 'test' });
  });
});

describe('attributes', () => {
  test('are attributes of the resources, the addresses one by one', () => {
    const stack = stackOf();
    const group = groupIn(stack);
    const accelerator = stack.node.findChild('Accelerator') as CustomRoutingAccelerator;
    const logicalId = Object.keys(template(stack).findResources(ACCELERATOR))[0];

    expect(stack.resolve(accelerator.acceleratorArn)).toEqual({ 'Fn::GetAtt': [logicalId, 'AcceleratorArn'] });
    expect(stack.resolve(accelerator.dnsName)).toEqual({ 'Fn::GetAtt': [logicalId, 'DnsName'] });
    expect(stack.resolve(accelerator.acceleratorName)).toEqual({ 'Fn::GetAtt': [logicalId, 'Name'] });
    expect(stack.resolve(accelerator.ipv4Addresses)).toEqual([{ 'Fn::GetAtt': [logicalId, 'Ipv4Address1'] }, { 'Fn::GetAtt': [logicalId, 'Ipv4Address2'] }]);
    expect(stack.resolve(group.endpointGroupArn)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/Group/), 'EndpointGroupArn'] });
    expect(stack.resolve(group.acceleratorArn)).toEqual({ 'Fn::GetAtt': [logicalId, 'AcceleratorArn'] });
  });

  test('of imports are what is known', () => {
    const stack = stackOf();
    const known = CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(stack, 'B', {
      acceleratorArn: ARN, dnsName: 'a.awsglobalaccelerator.com', ipv4Addresses: ['192.0.2.1', '192.0.2.2'],
    });
    const group = CustomRoutingEndpointGroup.fromCustomRoutingEndpointGroupAttributes(stack, 'G', { endpointGroupArn: GROUP_ARN, region: 'us-east-1' });

    expect(CustomRoutingListener.fromCustomRoutingListenerArn(stack, 'L', LISTENER_ARN).acceleratorArn).toBe(ARN);
    expect(group.acceleratorArn).toBe(ARN);
    expect(known.dnsName).toBe('a.awsglobalaccelerator.com');
    expect(known.ipv4Addresses).toHaveLength(2);
    expect(group.region).toBe('us-east-1');
    expect(template(stack).toJSON().Resources).toBeUndefined();
  });

  test('of imports that are not known are looked up, by one resource however often they are read', () => {
    const stack = stackOf();
    const accelerator = CustomRoutingAccelerator.fromCustomRoutingAcceleratorArn(stack, 'A', ARN);
    const another = CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(stack, 'B', { acceleratorArn: ARN, dnsName: 'a.awsglobalaccelerator.com' });
    expect(another.dnsName).toBe('a.awsglobalaccelerator.com');
    const logicalId = expect.stringMatching(/^ALookup/);

    expect(stack.resolve([accelerator.dnsName, accelerator.dnsName])).toEqual(Array(2).fill({ 'Fn::GetAtt': [logicalId, 'DnsName'] }));
    expect(stack.resolve(accelerator.ipv4Addresses)).toEqual(['Ipv4Address1', 'Ipv4Address2'].map(name => ({ 'Fn::GetAtt': [logicalId, name] })));
    expect(propertiesOf(stack, ACCELERATOR_LOOKUP)).toEqual([
      { ServiceToken: { 'Fn::GetAtt': ['MultiRegionGlobalAcceleratorFunction', 'Arn'] }, Schema: '1', AcceleratorArn: ARN },
    ]);
    expect(stack.resolve(another.ipv4Addresses[1])).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^BLookup/), 'Ipv4Address2'] });
  });

  test.each([
    ['of another account', { account: '999988887777', region: 'eu-west-1' }, /in the account 111122223333, but this stack is in 999988887777.*is read in its own account only/],
    ['of another partition', { account: '111122223333', region: 'cn-north-1' }, /in the partition aws-cn/],
  ])('%s are an error of the synthesis, because a property can\'t throw in every language', (_, env, message) => {
    const stack = stackOf('Game', env);
    const accelerator = CustomRoutingAccelerator.fromCustomRoutingAcceleratorArn(stack, 'A', ARN);
    expect(accelerator.metricNewFlowCount().region).toBe('us-west-2');
    new CfnOutput(stack, 'Name', { value: accelerator.dnsName });

    expect(() => template(stack)).toThrow(message);
    expect(() => template(stack)).toThrow(/pass dnsName and ipv4Addresses to fromCustomRoutingAcceleratorAttributes\(\)/);
  });

  test('are enough for an alias record of Route 53', () => {
    const stack = stackOf();
    const accelerator = new CustomRoutingAccelerator(stack, 'Alias');
    const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789', zoneName: 'example.com' });
    new route53.ARecord(stack, 'Record', { zone, target: route53.RecordTarget.fromAlias(new targets.GlobalAcceleratorTarget(accelerator)) });

    expect(propertiesOf(stack, 'AWS::Route53::RecordSet')[0].AliasTarget.DNSName).toEqual(stack.resolve(accelerator.dnsName));
    expect(accelerator.acceleratorRef).toEqual({ acceleratorArn: accelerator.acceleratorArn });
  });

  test('can be used in another stack', () => {
    const app = new App();
    const stack = new Stack(app, 'Game', { env: ENV });
    const other = new Stack(app, 'Dns', { env: ENV });
    new CfnOutput(other, 'Name', { value: acceleratorIn(stack).dnsName });
    expect(JSON.stringify(template(other).toJSON())).toContain('Fn::ImportValue');
  });
});

describe('dependencies', () => {
  const dependsOn = (stack: Stack, type: string) => Object.entries(template(stack).findResources(type))
    .map(([id, { DependsOn }]) => [id, [...DependsOn].sort()]);

  test('children of one accelerator wait for the one before, also when the accelerator is imported', () => {
    const stack = stackOf();
    const other = CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(stack, 'I', { acceleratorArn: ARN });
    for (const accelerator of [acceleratorIn(stack), other]) {
      const first = accelerator.addListener('L1', { portRanges: [{ fromPort: 1, toPort: 100 }] });
      const second = accelerator.addListener('L2', { portRanges: [{ fromPort: 101, toPort: 200 }] });
      first.addEndpointGroup('G1', { destinations: [UDP(1)] });
      second.addEndpointGroup('G2', { destinations: [UDP(1)] });
    }
    const listeners = Object.fromEntries(dependsOn(stack, LISTENER));
    const groups = Object.fromEntries(dependsOn(stack, GROUP));
    for (const prefix of ['Accelerator', 'I']) {
      const [l1, l2] = ['L1', 'L2'].map(id => Object.keys(listeners).find(key => key.startsWith(`${prefix}${id}`))!);
      const [g1, g2] = ['L1G1', 'L2G2'].map(id => Object.keys(groups).find(key => key.startsWith(`${prefix}${id}`))!);
      expect(listeners[l1]).toEqual(['MultiRegionGlobalAcceleratorWaiterPolicy']);
      for (const [dependencies, previous] of [[listeners[l2], l1], [groups[g1], l2], [groups[g2], g1]]) {
        expect(dependencies).toEqual([previous, 'MultiRegionGlobalAcceleratorWaiterPolicy'].sort());
      }
    }
  });

  test('two imports of one accelerator are one', () => {
    const stack = stackOf();
    ['A', 'B'].forEach((id, index) => CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(stack, id, { acceleratorArn: ARN })
      .addListener('L', { portRanges: [{ fromPort: 1 + index * 100, toPort: 100 + index * 100 }] }));
    expect(Object.fromEntries(dependsOn(stack, LISTENER))[Object.keys(template(stack).findResources(LISTENER))[1]]).toHaveLength(2);
  });

  test('a group waits for the attachment of the gateway, and so does the gateway with going away', () => {
    const stack = stackOf();
    groupIn(stack, { subnets: vpcIn(stack).isolatedSubnets });
    template(stack).hasResource(GROUP, { DependsOn: Match.arrayWith([Match.stringLikeRegexp('^VpcVPCGW')]) });
  });

  test('an attachment of somebody else counts', () => {
    const stack = stackOf();
    const vpc = new ec2.Vpc(stack, 'Vpc', { subnetConfiguration: [{ name: 'S', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
    const gateway = new ec2.CfnInternetGateway(stack, 'Gateway');
    new ec2.CfnVPCGatewayAttachment(stack, 'Attachment', { vpcId: vpc.vpcId, internetGatewayId: gateway.ref });
    listenerIn(stack, { fromPort: 1, toPort: 65_535 }).addEndpointGroup('G', { destinations: [UDP(1)] }).addSubnet(vpc.isolatedSubnets[0]);
    template(stack).hasResource(GROUP, { DependsOn: Match.arrayWith(['Attachment']) });
  });

  test('nested stacks have providers and chains of their own', () => {
    const stack = stackOf();
    const accelerator = acceleratorIn(stack);
    accelerator.addListener('L1', { portRanges: [{ fromPort: 1, toPort: 100 }] });
    const nested = new NestedStack(stack, 'Nested');
    new CustomRoutingListener(nested, 'L2', { accelerator, portRanges: [{ fromPort: 101, toPort: 200 }] });
    Template.fromStack(nested).resourceCountIs('AWS::Lambda::Function', 1);
  });
});

describe('the Region of an endpoint group', () => {
  test.each([
    ['that of the stack', {}, 'eu-west-1'],
    ['the given one', { region: 'us-east-1' }, 'us-east-1'],
  ])('is %s', (_, options, region) => {
    const stack = stackOf();
    groupIn(stack, options);
    expect(propertiesOf(stack, GROUP)[0].Region).toBe(region);
  });

  test('is that of the first subnet, and of the stack if that is not known', () => {
    const app = new App();
    const game = new Stack(app, 'Game', { env: ENV, crossRegionReferences: true });
    const far = new Stack(app, 'Far', { env: { ...ENV, region: 'us-east-1' }, crossRegionReferences: true });
    groupIn(game).addSubnet(vpcIn(far).isolatedSubnets[0]);
    expect(propertiesOf(game, GROUP)[0].Region).toBe('us-east-1');

    const agnostic = new Stack(new App(), 'Game');
    groupIn(agnostic, { subnets: vpcIn(agnostic).isolatedSubnets });
    expect(propertiesOf(agnostic, GROUP)[0].Region).toEqual({ Ref: 'AWS::Region' });
  });
});

describe('traffic', () => {
  const rendered = (traffic?: TrafficPolicy) => {
    const stack = stackOf();
    groupIn(stack).addSubnet(imported(stack, 'subnet-1', '10.0.0.0/24'), { traffic });
    return propertiesOf(stack, GROUP)[0].Subnets[0].Traffic;
  };

  test('is declared per subnet', () => {
    expect(rendered()).toBeUndefined();
    expect(rendered(TrafficPolicy.applicationManaged())).toBeUndefined();
    expect(rendered(TrafficPolicy.allowAll())).toEqual({ Allow: 'ALL' });
    expect(rendered(TrafficPolicy.denyAll())).toEqual({ Allow: 'NONE' });
    expect(rendered(TrafficPolicy.allow({ addresses: ['10.0.0.4'] }, { addresses: ['10.0.0.254'], ports: [7777] }))).toEqual({
      Allow: 'LIST', Rules: [{ Addresses: ['10.0.0.4'] }, { Addresses: ['10.0.0.254'], Ports: [7777] }],
    });
  });

  test.each([
    [['10.0.1.4'], undefined, /10\.0\.1\.4 is not an address that instances in 10\.0\.0\.0\/24 can have/],
    [['10.0.0.3'], undefined, /one of the four first/],
    [['10.0.0.255'], undefined, /or the last/],
    [['10.0.0'], undefined, /'10\.0\.0' in TrafficPolicy\.allow\(\) is not an IPv4 address/],
    [[], undefined, /needs addresses. Use TrafficPolicy.denyAll\(\)/],
    [['10.0.0.5'], [80], /port 80, which is not among the destinations 7777-7780/],
  ])('refuses %j %j', (addresses, ports, message) => {
    expect(() => rendered(TrafficPolicy.allow({ addresses, ports }))).toThrow(message);
  });

  test('takes tokens as they are', () => {
    expect(rendered(TrafficPolicy.allow({ addresses: [Aws.ACCOUNT_ID] }))).toBeDefined();
  });

  test('can be the same for several subnets', () => {
    const stack = stackOf();
    groupIn(stack).addSubnets(vpcIn(stack).selectSubnets({ subnetGroupName: 'Servers' }), { traffic: TrafficPolicy.allowAll() });
    expect(propertiesOf(stack, GROUP)[0].Subnets).toMatchObject([{ Traffic: { Allow: 'ALL' } }, { Traffic: { Allow: 'ALL' } }]);
  });
});

test('subnets of other accounts come with their attachment', () => {
  const stack = stackOf();
  groupIn(stack)
    .addCrossAccountSubnet('subnet-x', { attachmentArn: ATTACHMENT_ARN, ipv4CidrBlock: '10.9.0.0/28', traffic: TrafficPolicy.allowAll() });
  expect(propertiesOf(stack, GROUP)[0].Subnets).toEqual([{ SubnetId: 'subnet-x', AttachmentArn: ATTACHMENT_ARN, Traffic: { Allow: 'ALL' } }]);
});

describe('port lookups', () => {
  test('are attributes of a read-only custom resource', () => {
    const stack = stackOf();
    const subnet = imported(stack, 'subnet-1', '10.0.0.0/24');
    const port = groupIn(stack, { subnets: [subnet] }).addAcceleratorPortLookup('First', { subnet, address: '10.0.0.10', port: 7778 });

    expect(propertiesOf(stack, LOOKUP)).toMatchObject([{ SubnetId: 'subnet-1', Address: '10.0.0.10', Port: 7778, EndpointGroupArn: { 'Fn::GetAtt': [expect.any(String), 'EndpointGroupArn'] } }]);
    expect(stack.resolve(port)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/First/), 'AcceleratorPort'] });
  });

  test('work for imported groups', () => {
    const stack = stackOf();
    CustomRoutingEndpointGroup.fromCustomRoutingEndpointGroupAttributes(stack, 'G', { endpointGroupArn: GROUP_ARN, region: 'us-east-1' })
      .addAcceleratorPortLookup('First', { subnet: imported(stack, 'subnet-1'), address: '10.0.0.10', port: 80 });
    expect(propertiesOf(stack, LOOKUP)[0].EndpointGroupArn).toBe(GROUP_ARN);
  });

  test.each([
    ['subnet-2', '10.0.0.10', 7777, /not in the endpoint group. Call addSubnet\(\) first/],
    ['subnet-1', '10.0.0.1', 7777, /10\.0\.0\.1 is not an address/],
    ['subnet-1', '10.0.0.10', 80, /port 80, which is not among/],
    ['subnet-1', '10.0.0.10', 0, /0 is not a port/],
  ])('refuse %s %s %s', (subnetId, address, port, message) => {
    const stack = stackOf();
    const group = groupIn(stack, { subnets: [imported(stack, 'subnet-1', '10.0.0.0/24')] });
    const subnet = subnetId === 'subnet-1' ? stack.node.findChild('subnet-1') as ec2.ISubnet & Stack : imported(stack, subnetId, '10.0.0.0/24');
    expect(() => group.addAcceleratorPortLookup('First', { subnet: subnet as ec2.ISubnet, address, port })).toThrow(message);
  });
});

describe('grants', () => {
  const statements = (stack: Stack) => Object.values(template(stack).findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyName === 'Invoke' ? [] : Properties.PolicyDocument.Statement)
    .map(({ Action, Resource }: any) => [[Action].flat().map((action: string) => action.split(':')[1]).join(), Resource]);
  const roleIn = (stack: Stack) => new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });

  test('of an endpoint group', () => {
    const stack = stackOf();
    const group = groupIn(stack);
    const role = roleIn(stack);
    group.grants.readPortMappings(role);
    group.grants.manageTraffic(role);
    expect(statements(stack)).toEqual([
      ['ListCustomRoutingPortMappings', stack.resolve(group.acceleratorArn)],
      ['ListCustomRoutingPortMappingsByDestination', '*'],
      ['AllowCustomRoutingTraffic,DenyCustomRoutingTraffic', stack.resolve(`${group.acceleratorArn}/listener/*`)],
    ]);
  });

  test('of an imported accelerator', () => {
    const stack = stackOf();
    const { grants } = CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(stack, 'A', { acceleratorArn: ARN });
    const role = roleIn(stack);
    grants.readPortMappings(role);
    grants.manageTraffic(role);
    expect(statements(stack)).toEqual([
      ['ListCustomRoutingPortMappings', ARN],
      ['ListCustomRoutingPortMappingsByDestination', '*'],
      ['AllowCustomRoutingTraffic,DenyCustomRoutingTraffic', `${ARN}/listener/*`],
    ]);
  });
});

test('metrics are in us-west-2, with documented dimensions', () => {
  const stack = stackOf();
  const accelerator = CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(stack, 'A', { acceleratorArn: ARN });
  const group = CustomRoutingEndpointGroup.fromCustomRoutingEndpointGroupAttributes(stack, 'G', { endpointGroupArn: GROUP_ARN, region: 'eu-west-1' });
  const Accelerator = ARN.split('/')[1];

  for (const [metric, metricName] of [
    [accelerator.metricNewFlowCount(), 'NewFlowCount'], [accelerator.metricProcessedBytesIn(), 'ProcessedBytesIn'],
    [accelerator.metricProcessedBytesOut(), 'ProcessedBytesOut'],
  ] as const) {
    expect(metric).toMatchObject({ namespace: 'AWS/GlobalAccelerator', metricName, dimensions: { Accelerator }, region: 'us-west-2', statistic: 'Sum' });
  }
  expect(group.metric('NewFlowCount', { period: Duration.minutes(1) }).dimensions).toEqual({ Accelerator, Listener: '0a1b2c3d', EndpointGroup: 'eu-west-1' });
  expect(stack.resolve(groupIn(stack).metric('NewFlowCount').dimensions!.Listener)).toHaveProperty(['Fn::Select']);
});

test('property injection reaches all three', () => {
  const stack = stackOf();
  const seen: string[] = [];
  const injector = (constructUniqueId: string): IPropertyInjector => ({
    constructUniqueId, inject: (props: any, _context: InjectionContext) => { seen.push(constructUniqueId); return props; },
  });
  PropertyInjectors.of(stack).add(
    injector(CustomRoutingAccelerator.PROPERTY_INJECTION_ID), injector(CustomRoutingListener.PROPERTY_INJECTION_ID),
    injector(CustomRoutingEndpointGroup.PROPERTY_INJECTION_ID));
  groupIn(stack);
  expect(seen).toHaveLength(3);
});

describe('refused at synthesis:', () => {
  const synth = (build: (stack: Stack) => void) => () => {
    const stack = stackOf();
    build(stack);
    template(stack);
  };
  const subnets = (stack: Stack, ...blocks: string[]) => blocks.map((block, index) => imported(stack, `subnet-${index}`, block));

  test.each<[string, (stack: Stack) => void, RegExp]>([
    ['a name with a hyphen at its end', stack => acceleratorIn(stack, { acceleratorName: 'game-' }), /Game\/Accelerator: acceleratorName 'game-'/],
    ['a name that is too long', stack => acceleratorIn(stack, { acceleratorName: 'a'.repeat(65) }), /has 65 characters/],
    ['an empty name', stack => acceleratorIn(stack, { acceleratorName: '' }), /acceleratorName ''/],
    ['three addresses', stack => acceleratorIn(stack, { ipAddresses: ['1.1.1.1', '2.2.2.2', '3.3.3.3'] }), /3 ipAddresses.*Remove 1/],
    ['an address with a prefix', stack => acceleratorIn(stack, { ipAddresses: ['192.0.2.1/32'] }), /without '\/32'/],
    ['flow logs without a prefix', stack => acceleratorIn(stack, {
      flowLogs: { bucket: s3.Bucket.fromBucketName(stack, 'B', 'logs'), prefix: '' },
    }), /empty prefix/],
    ['a tag of the library', stack => acceleratorIn(stack, { tags: { 'cdk-multi-region:x': '' } }), /reserved/],
    ['a time-out of an hour', stack => acceleratorIn(stack, { timeout: Duration.hours(1) }), /59 minutes/],
    ['more tags than there is room for', stack => {
      const accelerator = acceleratorIn(stack, { tags: Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`key${index}`, ''])) });
      accelerator.addListener('L', { portRanges: [{ fromPort: 1, toPort: 100 }] }).addEndpointGroup('G', { destinations: [UDP(1)] });
    }, /48 tags, 2 listeners and endpoint groups.*Remove 1 of the tags/],
    ['no port range', stack => acceleratorIn(stack).addListener('L', { portRanges: [] }), /0 portRanges/],
    ['eleven port ranges', stack => listenerIn(stack, ...Array.from({ length: 11 }, (_, index) => ({ fromPort: 1 + index * 20, toPort: 20 + index * 20 }))), /11 portRanges/],
    ['port 0', stack => listenerIn(stack, { fromPort: 0, toPort: 100 }), /0 is not a port/],
    ['port 65536', stack => listenerIn(stack, { fromPort: 1, toPort: 65_536 }), /65536 is not a port/],
    ['half a port', stack => listenerIn(stack, { fromPort: 1.5, toPort: 100 }), /1\.5 is not a port/],
    ['a range that ends before it begins', stack => listenerIn(stack, { fromPort: 100, toPort: 1 }), /100-1 ends before/],
    ['a range that is too small for any subnet', stack => listenerIn(stack, { fromPort: 443 }), /443 has 1 ports.*needs 11/],
    ['ranges that overlap', stack => listenerIn(stack, { fromPort: 1, toPort: 100 }, { fromPort: 100, toPort: 200 }), /1-100 and 100-200 overlap/],
    ['ports of another listener', stack => ['L1', 'L2'].reduce((accelerator, id) => {
      accelerator.addListener(id, { portRanges: [{ fromPort: 1, toPort: 100 }] });
      return accelerator;
    }, acceleratorIn(stack)), /overlap 1-100 of listener 'Game\/Accelerator\/L1'/],
    ['no destinations', stack => groupIn(stack, { destinations: [] }), /0 destinations/],
    ['101 destinations', stack => groupIn(stack, { destinations: Array.from({ length: 101 }, (_, index) => UDP(index + 1)) }), /101 destinations/],
    ['a destination port 0', stack => groupIn(stack, { destinations: [UDP(0)] }), /0 is not a port/],
    ['no protocols', stack => groupIn(stack, { destinations: [{ fromPort: 1, protocols: [] }] }), /protocols .* are \[\]/],
    ['a protocol twice', stack => groupIn(stack, { destinations: [{ fromPort: 1, protocols: [CustomRoutingProtocol.TCP, CustomRoutingProtocol.TCP] }] }), /each once/],
    ['what is no Region', stack => groupIn(stack, { region: 'Ireland' }), /'Ireland' is not the name of a Region/],
    ['two groups in a Region', stack => {
      const listener = listenerIn(stack);
      listener.addEndpointGroup('G1', { destinations: [UDP(1)] });
      listener.addEndpointGroup('G2', { destinations: [UDP(1)], region: 'eu-west-1' });
    }, /another endpoint group in eu-west-1, 'Game\/Accelerator\/Listener\/G/],
    ['a subnet twice', stack => groupIn(stack, { subnets: [...subnets(stack, '10.0.0.0/28'), stack.node.findChild('subnet-0') as any] }), /subnet-0 was added twice/],
    ['a subnet that is too small', stack => groupIn(stack, { subnets: subnets(stack, '10.0.0.0/29') }), /\/29; Global Accelerator takes \/28 to \/17/],
    ['a subnet that is too large', stack => groupIn(stack, { subnets: subnets(stack, '10.0.0.0/16') }), /is a \/16/],
    ['a subnet of another Region', stack => groupIn(stack, { region: 'us-east-1', subnets: vpcIn(stack).isolatedSubnets }), /in eu-west-1, but the endpoint group in us-east-1/],
    ['a VPC without a gateway', stack => groupIn(stack, {
      subnets: new ec2.Vpc(stack, 'Vpc', { ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/24'), subnetConfiguration: [{ name: 'S', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] }).isolatedSubnets,
    }), /has no internet gateway.*attach a gateway/],
    ['more subnets than the ports are enough for', stack => groupIn(stack, { subnets: subnets(stack, '10.0.0.0/21', '10.0.8.0/22') }),
      /need 12248 listener ports \(10\.0\.0\.0\/21 8172, 10\.0\.8\.0\/22 4076\), but the listener has 10000. Widen/],
    ['43 endpoint groups', stack => {
      const accelerator = acceleratorIn(stack);
      Array.from({ length: 43 }, (_, index) => accelerator.addListener(`L${index}`, { portRanges: [{ fromPort: 1 + index * 20, toPort: 20 + index * 20 }] })
        .addEndpointGroup('G', { destinations: [UDP(1)] }));
    }, /43 endpoint groups.*takes 42/],
  ])('%s', (_, build, message) => {
    expect(synth(build)).toThrow(message);
  });

  test('the groups of a listener share its ports', () => {
    expect(synth(stack => {
      const listener = listenerIn(stack, { fromPort: 1, toPort: 21 });
      listener.addEndpointGroup('G1', { destinations: [UDP(1)] })
        .addCrossAccountSubnet('subnet-1', { attachmentArn: ATTACHMENT_ARN, ipv4CidrBlock: '10.0.0.0/28' });
      listener.addEndpointGroup('G2', { destinations: [UDP(1)], region: 'us-east-1' })
        .addCrossAccountSubnet('subnet-2', { attachmentArn: ATTACHMENT_ARN, ipv4CidrBlock: '10.0.0.0/28' });
    })).toThrow(/need 22 listener ports.*has 21/);
  });
});

describe('a warning for', () => {
  const warnings = (build: (stack: Stack) => void) => {
    const stack = stackOf();
    build(stack);
    return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data))
      .filter(data => data.includes('cdk-multi-region:'));
  };

  test.each<[string, (stack: Stack) => void, RegExp]>([
    ['a small port range', stack => listenerIn(stack, { fromPort: 1, toPort: 12 }), /1-12 has 12 ports; .* 16/],
    ['eleven listeners', stack => {
      const accelerator = acceleratorIn(stack);
      Array.from({ length: 11 }, (_, index) => accelerator.addListener(`L${index}`, { portRanges: [{ fromPort: 1 + index * 20, toPort: 20 + index * 20 }] }));
    }, /11 listeners; .*'Listeners per accelerator' is 10/],
    ['eleven subnets', stack => groupIn(stack, { subnets: Array.from({ length: 11 }, (_, index) => imported(stack, `subnet-${index}`)) }), /VPC subnets per endpoint group/],
    ['destinations that overlap', stack => groupIn(stack, { destinations: [UDP(1, 5), UDP(5, 9)] }), /1-5 and 5-9 overlap/],
    ['ports that are nearly used up', stack => groupIn(stack, { subnets: [imported(stack, 'subnet-1', '10.0.0.0/21'), imported(stack, 'subnet-2', '10.0.8.0/24')] }),
      /need at least 9176 of the listener's 10000 ports/],
    ['ports that would be too few if protocols counted', stack => listenerIn(stack, { fromPort: 1, toPort: 1000 }).addEndpointGroup('G', {
      destinations: [{ fromPort: 1, toPort: 3, protocols: [CustomRoutingProtocol.TCP, CustomRoutingProtocol.UDP] }], subnets: [imported(stack, 'subnet-1', '10.0.0.0/24')],
    }), /753 of the listener's 1000 ports.*1506 if each protocol counts/],
  ])('%s', (_, build, message) => {
    expect(warnings(build)).toEqual([expect.stringMatching(message)]);
  });

  test('an imported subnet is in no Region of which anything is known', () => {
    expect(warnings(stack => groupIn(stack, { region: 'us-east-1', subnets: [imported(stack, 'subnet-1', '10.0.0.0/24')] }))).toEqual([]);
  });

  test('nothing else', () => {
    expect(warnings(stack => groupIn(stack, { subnets: vpcIn(stack).isolatedSubnets }))).toEqual([]);
  });
});

test('tokens pass all checks', () => {
  const stack = stackOf();
  const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
  const text = new CfnParameter(stack, 'Text').valueAsString;
  const accelerator = acceleratorIn(stack, { acceleratorName: text, ipAddresses: [text, text], tags: { team: text } });
  const group = accelerator.addListener('L', { portRanges: [{ fromPort: number }, { fromPort: number, toPort: number }] })
    .addEndpointGroup('G', { destinations: [{ fromPort: number, protocols: [CustomRoutingProtocol.TCP] }], region: text });
  group.addSubnet(ec2.Subnet.fromSubnetId(stack, 'S', text), { traffic: TrafficPolicy.allow({ addresses: [text], ports: [number] }) });
  expect(() => template(stack)).not.toThrow();
});
