import { CfnOutput, CustomResource, Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { CustomRoutingAccelerator, CustomRoutingProtocol, TrafficPolicy } from '../../src';
import type { Declaration } from '../account';
import { PROBE_STACK, ProbeStack } from '../cloudformation/app';

export interface GameStackProps {
  /** How many of the two subnets are in the group. */
  readonly subnets: number;
  readonly lastPort: number;
  /** Addresses in the first subnet that players reach. */
  readonly open: readonly string[];
  /** What the probe does beside a change of the group, after its revision. */
  readonly sibling?: readonly string[];
  readonly revision?: number;
}

/** Two subnets behind an accelerator, and a sibling that may fail. */
export class GameStack extends Stack {
  constructor(scope: Construct, id: string, props: GameStackProps & StackProps & { readonly probe: ProbeStack }) {
    super(scope, id, { env: props.env });
    // Public only because Global Accelerator wants an internet gateway; nothing runs in there.
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr('10.20.0.0/24'),
      availabilityZones: ['a', 'b'].map(zone => `${this.region}${zone}`),
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'Servers', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 28 }],
    });
    const accelerator = new CustomRoutingAccelerator(this, 'Accelerator', { acceleratorName: 'CdkMultiRegionVerifyGame' });
    const listener = accelerator.addListener('Players', { portRanges: [{ fromPort: 10_001, toPort: 11_000 }] });
    const servers = listener.addEndpointGroup('Servers', {
      destinations: [{ fromPort: 7777, toPort: props.lastPort, protocols: [CustomRoutingProtocol.UDP] }],
    });
    const [first, ...others] = vpc.publicSubnets.slice(0, props.subnets);
    servers.addSubnet(first, { traffic: TrafficPolicy.allow({ addresses: [...props.open] }) });
    others.forEach(subnet => servers.addSubnet(subnet));
    const { sibling, revision = 1 } = props;
    new CustomResource(this, 'Sibling', {
      serviceToken: props.probe.serviceToken,
      resourceType: 'Custom::Probe',
      properties: { PhysicalId: 'sibling', Script: sibling && { Update: sibling }, Revision: revision },
    });
    new CfnOutput(this, 'AcceleratorArn', { value: accelerator.acceleratorArn });
    new CfnOutput(this, 'ListenerArn', { value: listener.listenerArn });
  }
}

export function gameApp(stackName: string, props: GameStackProps): Declaration {
  return (app, env) => {
    const probe = new ProbeStack(app, PROBE_STACK, { env });
    new GameStack(app, stackName, { ...props, env, probe });
  };
}
