import { SimulatedSubnet } from './global-accelerator';

/** A deployed stack, as far as it matters here. */
interface DeployedStack {
  readonly region: string;
  readonly resources: ReadonlyMap<string, DeployedResource>;
}

interface DeployedResource {
  readonly type: string;
  readonly physicalId?: string;
  readonly status: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * Lets Global Accelerator see the subnets of deployed stacks, and whether their VPC has an internet gateway attached at
 * that moment.
 */
export function deployedSubnets(stacks: () => readonly DeployedStack[]): (subnetId: string) => SimulatedSubnet | undefined {
  return subnetId => {
    for (const { region, resources } of stacks()) {
      const all = [...resources.values()];
      const subnet = all.find(({ physicalId, type }) => type === 'AWS::EC2::Subnet' && physicalId === subnetId);
      if (subnet) {
        const { CidrBlock, VpcId } = subnet.properties;
        return { cidr: String(CidrBlock), region, internetGateway: all.some(resource => isAttachment(resource, VpcId)) };
      }
    }
    return undefined;
  };
}

function isAttachment({ properties, status, type }: DeployedResource, vpcId: unknown): boolean {
  return type === 'AWS::EC2::VPCGatewayAttachment' && properties.VpcId === vpcId
    && properties.InternetGatewayId !== undefined && /^(CREATE|UPDATE)_COMPLETE$/.test(status);
}
