import { Annotations, CfnResource, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Dependable, type IConstruct, type IDependable } from 'constructs';

/** What makes a subnet reach something, or lets a name be resolved. Subnets and security groups themselves are referred to. */
const CONNECTIVITY = new Set([
  'AWS::EC2::VPCEndpoint', 'AWS::EC2::NatGateway', 'AWS::EC2::Route', 'AWS::EC2::SubnetRouteTableAssociation', 'AWS::EC2::VPCGatewayAttachment',
  'AWS::EC2::TransitGatewayAttachment', 'AWS::EC2::TransitGatewayVpcAttachment', 'AWS::EC2::VPCPeeringConnection',
  'AWS::EC2::NetworkAclEntry', 'AWS::EC2::SubnetNetworkAclAssociation', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::VPCDHCPOptionsAssociation', 'AWS::Route53Resolver::ResolverRuleAssociation',
]);

/** Properties of these resources, and of those between them and the VPC, that lead to the VPC. */
const WAYS_TO_VPC = ['vpcId', 'subnetId', 'routeTableId', 'networkAclId', 'groupId'] as const;

/**
 * What a function in a VPC needs to reach AWS, as far as the app makes it: VPC endpoints, NAT gateways, routes, rules of security
 * groups. Found at synthesis, since it may be declared after the function.
 *
 * @param user the function
 */
export function networkDependency(user: IConstruct, vpc: ec2.IVpc): IDependable {
  const dependable: IDependable = {};
  Dependable.implement(dependable, {
    get dependencyRoots() {
      return connectivityOf(user, vpc);
    },
  });
  return dependable;
}

function connectivityOf(user: IConstruct, vpc: ec2.IVpc): IConstruct[] {
  const found = user.node.root.node.findAll().filter(CfnResource.isCfnResource)
    .filter(resource => CONNECTIVITY.has(resource.cfnResourceType) && leadsTo(resource, idOf(vpc.vpcId)));
  const mine = outermost(Stack.of(user));
  const [near, far] = [true, false].map(isNear => found.filter(resource => (outermost(Stack.of(resource)) === mine) === isNear));
  far.forEach(resource => warnOfOrder(user, vpc, resource));
  return near;
}

/**
 * A stack that this one depends on is deployed before it. That of the VPC is one of them. To any other one a dependency is not added:
 * it may need this stack itself.
 */
function warnOfOrder(user: IConstruct, vpc: ec2.IVpc, resource: CfnResource): void {
  const [mine, other] = [Stack.of(user), Stack.of(resource)].map(outermost);
  if (other === outermost(Stack.of(vpc)) || mine.dependencies.includes(other)) {
    return;
  }
  Annotations.of(user).addWarningV2(`cdk-multi-region:vpcOrder:${other.node.path}`,
    `stack '${other.node.path}' makes '${resource.node.path}' for the VPC of the function, but may be deployed after this stack and destroyed before it: the `
    + 'function could then not answer CloudFormation. Call addDependency() on this stack with that one, or acknowledge this warning if the '
    + 'function needs nothing of it.');
}

/** Whether a chain of references leads from a resource to the VPC. */
function leadsTo(resource: CfnResource, vpcId: unknown): boolean {
  return WAYS_TO_VPC.some(property => {
    const value = (resource as unknown as Record<string, unknown>)[property];
    const id = typeof value === 'string' ? idOf(value) : undefined;
    return id !== undefined && (id === vpcId || (CfnResource.isCfnResource(id as IConstruct) && leadsTo(id as CfnResource, vpcId)));
  });
}

/** A text that is known, or the resource that it refers to. */
function idOf(text: string): unknown {
  const { firstToken, length } = Tokenization.reverseString(text);
  return length === 1 && Reference.isReference(firstToken) ? firstToken.target : text;
}

function outermost(stack: Stack): Stack {
  return stack.nestedStackParent ? outermost(stack.nestedStackParent) : stack;
}
