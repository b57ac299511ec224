import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CustomRoutingAccelerator, CustomRoutingProtocol, TrafficPolicy } from '../../../src';
import { CorpusApp, resource } from '../corpus';

interface Traffic {
  readonly traffic?: TrafficPolicy;
  readonly enabled?: boolean;
  readonly subnets?: number;
}

/** Changes that leave all port mappings where they are. */
export const TRAFFIC: CorpusApp<Traffic> = {
  name: 'an endpoint group that allows all traffic',
  from: {},
  build: (app, { traffic = TrafficPolicy.allowAll(), enabled, subnets }) => {
    const stack = new Stack(app, 'Game', { env: { region: 'eu-west-1', account: '111122223333' } });
    const vpc = new ec2.Vpc(stack, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr('10.20.0.0/24'), maxAzs: 1, natGateways: 0,
      subnetConfiguration: [{ name: 'Servers', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 28 }],
    });
    const group = new CustomRoutingAccelerator(stack, 'Acc', { enabled }).addListener('L', { portRanges: [{ fromPort: 10_001, toPort: 11_000 }] })
      .addEndpointGroup('G', { destinations: [{ fromPort: 80, toPort: 81, protocols: [CustomRoutingProtocol.UDP] }] });
    vpc.publicSubnets.slice(0, subnets).forEach(subnet => group.addSubnet(subnet, { traffic }));
  },
  changes: [
    {
      what: 'all traffic is denied',
      to: { traffic: TrafficPolicy.denyAll() },
      outcome: 'disruptive',
      changes: { 'Game/Acc/L/G': 'changed in place' },
      see: report => expect(resource(report, 'Game/Acc/L/G')).toMatchObject({
        mappings: { before: 22, asBefore: 22, denied: 22 },
        effects: ['every player loses the connection', 'mappings 22 -> 22: 22 as before (traffic to 22 is denied)'],
      }),
    },
    {
      what: 'traffic to one server only',
      to: { traffic: TrafficPolicy.allow({ addresses: ['10.20.0.5'] }) },
      outcome: 'disruptive',
      changes: { 'Game/Acc/L/G': 'changed in place' },
      see: report => expect(resource(report, 'Game/Acc/L/G').effects).toEqual([
        'some players lose the connection', 'mappings 22 -> 22: 22 as before (traffic to 20 is denied)',
      ]),
    },
    {
      what: 'the application decides',
      to: { traffic: TrafficPolicy.applicationManaged() },
      outcome: 'harmless',
      changes: { 'Game/Acc/L/G': 'changed in place' },
    },
    {
      what: 'the last subnet is removed',
      to: { subnets: 0 },
      outcome: 'disruptive',
      changes: { 'Game/Acc/L/G': 'changed in place' },
      see: report => expect(resource(report, 'Game/Acc/L/G').effects).toEqual(['every player loses the connection', 'mappings 22 -> 0: 22 gone']),
    },
    {
      what: 'the accelerator is disabled',
      to: { enabled: false },
      outcome: 'disruptive',
      changes: { 'Game/Acc': 'changed in place' },
      see: report => expect(resource(report, 'Game/Acc').effects).toEqual(['it is disabled: players reach nothing until it is enabled again']),
    },
  ],
};
