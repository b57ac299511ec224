import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  ConnectionAliasAssociation, CustomRoutingAccelerator, CustomRoutingEndpointGroup, CustomRoutingListener, CustomRoutingProtocol, MultiRegionEndpoint,
  StandbyWorkspace,
} from '../../../src';
import { CorpusApp } from '../corpus';

const ACCELERATOR = 'arn:aws:globalaccelerator::111122223333:accelerator/12345678-abcd-1234-abcd-123456789012';
const GROUP = `${ACCELERATOR}/listener/0123abcd/endpoint-group/0123456789ab`;

interface Imports {
  readonly lastPort?: number;
  /** In the subnet, whose block is made up. */
  readonly address?: string;
  readonly directoryId?: string;
}

/** Everything that can be imported: what it needs in the account is made up. */
export const IMPORTS: CorpusApp<Imports> = {
  name: 'an app that imports what it needs',
  from: {},
  build: (app, { lastPort = 20_000, address = '10.194.192.10', directoryId = 'd-9367000001' }) => {
    const stack = new Stack(app, 'Imports', { env: { region: 'us-west-2', account: '111122223333' } });
    const accelerator = CustomRoutingAccelerator.fromCustomRoutingAcceleratorArn(stack, 'Acc', ACCELERATOR);
    const listener = new CustomRoutingListener(stack, 'L', { accelerator, portRanges: [{ fromPort: 10_001, toPort: lastPort }] });
    const subnet = ec2.Subnet.fromSubnetAttributes(stack, 'Subnet', { subnetId: 'subnet-0123456789abcdef0' });
    listener.addEndpointGroup('G', { destinations: [{ fromPort: 80, protocols: [CustomRoutingProtocol.TCP] }], subnets: [subnet] });
    const group = CustomRoutingEndpointGroup.fromCustomRoutingEndpointGroupAttributes(stack, 'Theirs', { endpointGroupArn: GROUP, region: 'eu-west-1' });
    const port = group.addAcceleratorPortLookup('Port', { subnet, address, port: 7777 });
    const { endpointId } = MultiRegionEndpoint.fromEndpointName(stack, 'Endpoint', 'mail');
    new ConnectionAliasAssociation(stack, 'Association', { aliasId: 'wsca-12345678', directoryId });
    const { userName } = new StandbyWorkspace(stack, 'Standby', {
      primaryWorkspaceId: 'ws-0primary01', primaryRegion: 'us-east-1', directoryId: 'd-9367000001',
    });
    new CfnOutput(stack, 'All', { value: [port, endpointId, userName, accelerator.dnsName].join(' ') });
  },
  changes: [
    {
      what: 'more ports',
      to: { lastPort: 21_000 },
      outcome: 'harmless',
      changes: { 'Imports/L': 'changed in place' },
      see: report => expect(report.invented.map(({ kind }) => kind).sort()).toEqual(
        ['WorkSpace', 'accelerator', 'accelerator', 'connection alias', 'directory', 'multi-Region endpoint', 'subnet']),
    },
    {
      what: 'another directory for the alias',
      to: { directoryId: 'd-9367000002' },
      outcome: 'disruptive',
      changes: { 'Imports/Association': 're-created in its place' },
    },
    { what: 'nothing', to: {}, outcome: 'harmless', changes: {} },
  ],
};
