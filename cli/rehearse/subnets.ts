import { hash } from 'node:crypto';
import { CloudFormation } from '../../sandbox/cloudformation/cloud-formation';
import { StackResource } from '../../sandbox/cloudformation/stack';
import { Inventor } from '../../sandbox/inert/inventor';
import { SimulatedSubnet } from '../../sandbox/services/global-accelerator';

const SUBNET = 'AWS::EC2::Subnet';
const VPC = 'AWS::EC2::VPC';
const ATTACHMENT = 'AWS::EC2::VPCGatewayAttachment';

/** A resource and the Region of its stack; what a replacement has left and is not deleted yet counts, too. */
type Deployed = StackResource & { readonly region: string };

/** Lets Global Accelerator see the subnets of deployed stacks, and makes up those that are not in the app. */
export function subnetsOf(cloudFormation: () => CloudFormation, inventor: Inventor): (subnetId: string) => SimulatedSubnet {
  return subnetId => {
    const deployed = cloudFormation().stacks.flatMap(stack =>
      [...stack.resources.values(), ...stack.superseded].map(resource => ({ ...resource, region: stack.region })));
    const subnet = deployed.find(({ type, physicalId }) => type === SUBNET && physicalId === subnetId);
    return subnet ? simulated(subnet, deployed) : { cidr: inventor.note('subnet', subnetId, inventedBlock(subnetId)) };
  };
}

function simulated({ region, properties: { CidrBlock, VpcId } }: Deployed, deployed: readonly Deployed[]): SimulatedSubnet {
  const isMade = deployed.some(({ type, physicalId }) => type === VPC && physicalId === VpcId);
  const isAttached = deployed.some(({ type, properties, status }) => type === ATTACHMENT && properties.VpcId === VpcId
    && properties.InternetGatewayId !== undefined && /_COMPLETE$/.test(status));
  return { cidr: String(CidrBlock), region, internetGateway: !isMade || isAttached };
}

function inventedBlock(subnetId: string): string {
  const digest = hash('sha256', subnetId, 'buffer');
  return `10.${digest[0]}.${digest[1]}.0/24`;
}
