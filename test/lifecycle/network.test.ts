import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ENV, SERVICES, stackIn, stackOf } from './services';

/** Types of what a resource depends on, whatever the way. */
function reached(stack: Stack, from: string): string[] {
  const { Resources } = Template.fromStack(stack).toJSON();
  const seen = new Set<string>();
  const visit = (id: string): void => {
    const text = JSON.stringify(Resources[id]);
    Object.keys(Resources).filter(other => !seen.has(other) && text.includes(`"${other}"`)).forEach(other => {
      seen.add(other);
      visit(other);
    });
  };
  visit(from);
  return [...seen].map(id => `${Resources[id].Type} ${id}`);
}

function warnings(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('cdk-multi-region:')).map(({ entry }) => String(entry.data));
}

describe.each(SERVICES)('$name: what the answer needs of a VPC in the same stack is there before the resource', service => {
  const isCustom = (type: string) => type.startsWith('Custom::');

  function customResource(stack: Stack): string {
    const { Resources } = Template.fromStack(stack).toJSON();
    return Object.keys(Resources).find(id => isCustom(Resources[id].Type))!;
  }

  test('endpoints of an isolated VPC, declared after the resource, and the rules of their security groups', () => {
    const vpc = (stack: Stack) => new ec2.Vpc(stack, 'Vpc', { subnetConfiguration: [{ name: 'i', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }], natGateways: 0 });
    const stack = stackIn(new App());
    const network = vpc(stack);
    const group = new ec2.SecurityGroup(stack, 'Function', { vpc: network, allowAllOutbound: false });
    stackOf(service, () => ({ vpc: network, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }, securityGroups: [group] }), stack);
    network.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    const states = new ec2.InterfaceVpcEndpoint(stack, 'States', { vpc: network, service: ec2.InterfaceVpcEndpointAwsService.STEP_FUNCTIONS, open: false });
    states.connections.allowDefaultPortFrom(group);

    const needed = reached(stack, customResource(stack));
    expect(needed).toEqual(expect.arrayContaining([
      expect.stringMatching(/^AWS::EC2::VPCEndpoint VpcS3/), expect.stringMatching(/^AWS::EC2::VPCEndpoint States/),
      expect.stringMatching(/^AWS::EC2::SecurityGroupIngress /), expect.stringMatching(/^AWS::EC2::SecurityGroupEgress /),
      expect.stringMatching(/^AWS::EC2::SubnetRouteTableAssociation /),
    ]));
    expect(reached(stack, `MultiRegion${service.name}Function`).filter(text => /^(Custom::|AWS::Lambda::)/.test(text))).toEqual([]);
    expect(warnings(stack)).toEqual([]);
  });

  test('NAT gateways, routes and the internet gateway', () => {
    const stack = stackOf(service, scope => ({ vpc: new ec2.Vpc(scope, 'Vpc', { natGateways: 1 }) }));
    const types = reached(stack, customResource(stack)).map(text => text.split(' ')[0]);
    expect(types).toEqual(expect.arrayContaining(['AWS::EC2::NatGateway', 'AWS::EC2::Route', 'AWS::EC2::VPCGatewayAttachment', 'AWS::EC2::SubnetRouteTableAssociation']));
    const { Resources } = Template.fromStack(stack).toJSON();
    const routes = Object.keys(Resources).filter(id => Resources[id].Type === 'AWS::EC2::Route');
    expect(Resources[`MultiRegion${service.name}Function`].DependsOn).toEqual(expect.arrayContaining(routes));
  });
});

const [ses] = SERVICES;

test('what belongs to another VPC is not waited for', () => {
  const stack = stackIn(new App());
  const other = new ec2.Vpc(stack, 'Other');
  stackOf(ses, scope => ({ vpc: new ec2.Vpc(scope, 'Mine') }), stack);
  other.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });

  expect(reached(stack, 'MultiRegionSesFunction').filter(text => text.includes(' Other'))).toEqual([]);
});

test('an endpoint and a rule that are made as L1s for an imported VPC', () => {
  const stack = stackIn(new App());
  stackOf(ses, scope => ({
    vpc: ec2.Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'] }),
  }), stack);
  const group = new ec2.CfnSecurityGroup(stack, 'Group', { groupDescription: 'g', vpcId: 'vpc-1' });
  new ec2.CfnSecurityGroupIngress(stack, 'Rule', { groupId: group.attrGroupId, ipProtocol: 'tcp' });
  new ec2.CfnVPCEndpoint(stack, 'S3', { vpcId: 'vpc-1', serviceName: 's3', securityGroupIds: [group.attrGroupId] });
  new ec2.CfnVPCEndpoint(stack, 'Elsewhere', { vpcId: 'vpc-2', serviceName: 's3' });

  const { DependsOn } = Template.fromStack(stack).toJSON().Resources.MultiRegionSesFunction;
  expect(DependsOn).toEqual(expect.arrayContaining(['Rule', 'S3']));
  expect(DependsOn).not.toContain('Elsewhere');
});

test('a VPC of another stack is deployed before anyway, without a warning', () => {
  const app = new App();
  const network = stackIn(app, 'Network');
  const vpc = new ec2.Vpc(network, 'Vpc');
  vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  const stack = stackOf(ses, () => ({ vpc }), stackIn(app, 'Mail'));

  app.synth();
  expect(stack.dependencies).toContain(network);
  expect(warnings(stack)).toEqual([]);
});

test('a third stack with endpoints is warned of, until it is a dependency', () => {
  const [warned, ordered] = [false, true].map(isOrdered => {
    const app = new App();
    const vpc = new ec2.Vpc(stackIn(app, 'Network'), 'Vpc');
    const endpoints = stackIn(app, 'Endpoints');
    new ec2.GatewayVpcEndpoint(endpoints, 'S3', { vpc, service: ec2.GatewayVpcEndpointAwsService.S3 });
    const stack = stackOf(ses, () => ({ vpc }), stackIn(app, 'Mail'));
    if (isOrdered) {
      stack.addDependency(endpoints);
    }
    return warnings(stack);
  });
  expect(warned).toEqual([expect.stringMatching(/stack 'Endpoints' makes 'Endpoints\/S3\/Resource' for the VPC .*addDependency\(\)/)]);
  expect(ordered).toEqual([]);
});

test('across nested stacks of one stack', () => {
  const parent = new Stack(new App(), 'Parent', { env: ENV });
  const vpc = new ec2.Vpc(parent, 'Vpc');
  const nested = new NestedStack(parent, 'Nested');
  stackOf(ses, () => ({ vpc }), nested);
  vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });

  const { Resources } = Template.fromStack(parent).toJSON();
  const [id] = Object.keys(Resources).filter(key => Resources[key].Type === 'AWS::CloudFormation::Stack');
  expect(Resources[id].DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^VpcS3/)]));
});
