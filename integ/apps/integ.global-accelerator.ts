import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CustomRoutingAccelerator, CustomRoutingProtocol, TrafficPolicy } from '../../src';

const app = new App();
const stack = new Stack(app, 'CdkMultiRegionIntegGlobalAccelerator');

// Public only because Global Accelerator wants an internet gateway; nothing runs in there.
const vpc = new ec2.Vpc(stack, 'Vpc', {
  ipAddresses: ec2.IpAddresses.cidr('10.20.0.0/24'),
  maxAzs: 2,
  natGateways: 0,
  restrictDefaultSecurityGroup: false,
  subnetConfiguration: [{ name: 'Servers', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 28 }],
});
const accelerator = new CustomRoutingAccelerator(stack, 'Accelerator', { acceleratorName: 'CdkMultiRegionInteg' });
const listener = accelerator.addListener('Players', { portRanges: [{ fromPort: 10_001, toPort: 11_000 }] });
const servers = listener.addEndpointGroup('Servers', {
  destinations: [{ fromPort: 7777, toPort: 7780, protocols: [CustomRoutingProtocol.UDP] }],
});
const [open, closed] = vpc.publicSubnets;
servers.addSubnet(open, { traffic: TrafficPolicy.allow({ addresses: ['10.20.0.4'], ports: [7777] }) });
servers.addSubnet(closed);
new CfnOutput(stack, 'AcceleratorArn', { value: accelerator.acceleratorArn });
new CfnOutput(stack, 'ServersArn', { value: servers.endpointGroupArn });

new IntegTest(app, 'GlobalAccelerator', { testCases: [stack] });

app.synth();
