import { Duration, Stack, type App } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { BAD_ADDRESSES, BAD_PORTS, BAD_REGIONS, BAD_TIMEOUTS, KNOWN, NUMBER, TEXT, badValues, type BadInput } from './bad-input';
import {
  CustomRoutingAccelerator, CustomRoutingEndpointGroup, CustomRoutingListener, CustomRoutingProtocol, TrafficPolicy, type CrossAccountSubnetOptions,
  type CustomRoutingDestination, type CustomRoutingEndpointGroupOptions,
} from '../../src';
import { CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, CUSTOM_ROUTING_PORT_LOOKUP_TYPE } from '../../src/wire/global-accelerator';

const PATH = 'Stack/Accelerator/Listener/Group';
const LISTENER_ARN = 'arn:aws:globalaccelerator::111122223333:accelerator/0a1b2c3d-0000-1111-2222-333344445555/listener/0a1b2c3d';
const GROUP_ARN = `${LISTENER_ARN}/endpoint-group/0a1b2c3d4e5f`;
const ATTACHMENT_ARN = 'arn:aws:globalaccelerator::111122223333:attachment/0a1b2c3d-0000-1111-2222-333344445555';
const DEPLOYED = { type: CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, references: { ListenerArn: LISTENER_ARN } };
const LOOKUP = { type: CUSTOM_ROUTING_PORT_LOOKUP_TYPE, references: { EndpointGroupArn: GROUP_ARN } };
const UDP = [CustomRoutingProtocol.UDP];
const RESERVED_ADDRESSES = { 'the network': '10.0.0.0', 'the router': '10.0.0.1', 'the fourth': '10.0.0.3', 'the broadcast': '10.0.0.15',
  'before the subnet': '9.255.255.255', 'after the subnet': '10.0.0.16' };

function listenerIn(stack: Stack, toPort = 20_000): CustomRoutingListener {
  return new CustomRoutingAccelerator(stack, 'Accelerator').addListener('Listener', { portRanges: [{ fromPort: 10_001, toPort }] });
}

function groupIn(stack: Stack, options: Partial<CustomRoutingEndpointGroupOptions> = {}): CustomRoutingEndpointGroup {
  return listenerIn(stack).addEndpointGroup('Group', { destinations: [{ fromPort: 7777, toPort: 7780, protocols: UDP }], ...options });
}

function subnetIn(stack: Stack, ipv4CidrBlock?: string, subnetId = 'subnet-a'): ec2.ISubnet {
  return ec2.Subnet.fromSubnetAttributes(stack, subnetId, { subnetId, ipv4CidrBlock });
}

function vpcIn(stack: Stack): ec2.Vpc {
  return new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, subnetConfiguration: [{ name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 }] });
}

function shareIn(stack: Stack, subnetId: string, options: Partial<CrossAccountSubnetOptions> = {}): void {
  groupIn(stack).addCrossAccountSubnet(subnetId, { attachmentArn: ATTACHMENT_ARN, ...options });
}

function trafficIn(stack: Stack, addresses: string[], ports?: number[]): void {
  groupIn(stack).addSubnet(subnetIn(stack, '10.0.0.0/28'), { traffic: TrafficPolicy.allow({ addresses, ports }) });
}

function lookUp(stack: Stack, address: string, port: number): void {
  const subnet = subnetIn(stack, '10.0.0.0/28');
  groupIn(stack, { subnets: [subnet] }).addAcceleratorPortLookup('Lookup', { subnet, address, port });
}

const PORT = { rule: /is not a port/, fix: /Use whole numbers from 1 to 65535/ };
const NO_DESTINATION = { rule: /which is not among the destinations 7777-7780/, fix: /Use one of those/ };
const NO_ADDRESS = { rule: /is not an address that instances in 10\.0\.0\.0\/28 can have/, fix: /Use another address/ };

export const CUSTOM_ROUTING_ENDPOINT_GROUP: BadInput[] = [
  ...badValues<string>({
    property: 'region', path: PATH, values: { 'of another partition': 'cn-north-1' }, rule: /is in the partition aws-cn, but eu-west-1 is in aws/,
    fix: /Use a Region of aws/, build: (stack, region) => groupIn(stack, { region }), token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues({
    property: 'region', path: 'Anywhere/Accelerator/Listener/Group', values: { 'twice that of a stack without one': undefined },
    show: () => 'the Region of the stack', rule: /can have one for each Region/, fix: /Add the subnets to that one, or use another listener/,
    build: (stack, region) => {
      const anywhere = new Stack(stack.node.root as App, 'Anywhere');
      const listener = listenerIn(anywhere);
      ['Group', 'Twin'].forEach(id => listener.addEndpointGroup(id, { region, destinations: [{ fromPort: 80, protocols: UDP }] }));
      (stack.node.root as App).synth();
    },
    token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues<string>({
    property: 'listenerArn', path: 'Stack/Listener/Group', values: { 'of another account': LISTENER_ARN.replace('111122223333', '444455556666') },
    show: () => '444455556666', rule: /is in the account 444455556666, but this stack is in 111122223333/, fix: /Use a stack of the account/,
    build: (stack, listenerArn) => CustomRoutingListener.fromCustomRoutingListenerArn(stack, 'Listener', listenerArn)
      .addEndpointGroup('Group', { destinations: [{ fromPort: 80, protocols: UDP }] }),
    token: KNOWN.relation, deployed: KNOWN.relation,
  }),
  ...badValues<number>({
    property: 'fromPort', path: PATH, values: BAD_PORTS, ...PORT,
    build: (stack, fromPort) => groupIn(stack, { destinations: [{ fromPort, toPort: 7777, protocols: UDP }] }),
    token: NUMBER, deployed: { ...DEPLOYED, property: 'Destinations[0].FromPort', rule: /whole number from 1 to 65535/ },
  }),
  ...badValues<number>({
    property: 'toPort', path: PATH, values: BAD_PORTS, ...PORT,
    build: (stack, toPort) => groupIn(stack, { destinations: [{ fromPort: 7777, toPort, protocols: UDP }] }),
    token: NUMBER, deployed: { ...DEPLOYED, property: 'Destinations[0].ToPort', rule: /whole number from 1 to 65535/ },
  }),
  ...badValues<number>({
    property: 'toPort', path: PATH, values: { 'before fromPort': 7776 }, rule: /ends before it begins/, fix: /Exchange fromPort and toPort/,
    build: (stack, toPort) => groupIn(stack, { destinations: [{ fromPort: 7777, toPort, protocols: UDP }] }),
    token: NUMBER, deployed: { ...DEPLOYED, property: 'Destinations[0]', rule: /ends before it begins/ },
  }),
  ...badValues<CustomRoutingDestination[]>({
    property: 'destinations', path: PATH, show: destinations => `${destinations.length} destinations`,
    values: { 'none': [], 'a hundred and one': [...Array(101).keys()].map(n => ({ fromPort: n + 1, protocols: UDP })) },
    rule: /an endpoint group has 1 to 100/, fix: /(Name|Add|Join|Use|Remove)/,
    build: (stack, destinations) => groupIn(stack, { destinations }), token: KNOWN.count, deployed: KNOWN.count,
  }),
  ...badValues<CustomRoutingProtocol[]>({
    property: 'protocols', path: PATH, values: { 'none': [], 'one twice': [CustomRoutingProtocol.UDP, CustomRoutingProtocol.UDP] },
    show: protocols => `[${protocols.join(', ')}]`, rule: /protocols of destination ports 7777/, fix: /Name TCP, UDP or both, each once/,
    build: (stack, protocols) => groupIn(stack, { destinations: [{ fromPort: 7777, protocols }] }),
    token: KNOWN.enumeration, deployed: KNOWN.enumeration,
  }),
  ...badValues<string>({
    property: 'region', path: PATH, values: BAD_REGIONS, rule: /is not the name of a Region/, fix: /Use a name such as/,
    build: (stack, region) => groupIn(stack, { region }),
    token: TEXT, deployed: { ...DEPLOYED, property: 'Region', rule: /name of a Region|non-empty/ },
  }),
  ...badValues<string>({
    property: 'region', path: PATH, values: { 'another one than the subnets': 'us-east-1' },
    rule: /but the endpoint group in us-east-1/, fix: /Add an endpoint group for eu-west-1/,
    build: (stack, region) => groupIn(stack, { region, subnets: vpcIn(stack).publicSubnets }), token: TEXT, deployed: KNOWN.later,
  }),
  ...badValues<string>({
    property: 'region', path: PATH, values: { 'twice below a listener': 'eu-west-1' },
    rule: /can have one for each Region/, fix: /Add the subnets to that one, or use another listener/,
    build: (stack, region) => {
      const listener = listenerIn(stack);
      for (const [id, its] of Object.entries({ Group: region, Twin: 'eu-west-1' })) {
        listener.addEndpointGroup(id, { region: its, destinations: [{ fromPort: 80, protocols: UDP }] });
      }
    },
    token: TEXT, deployed: KNOWN.later,
  }),
  ...badValues<string>({
    property: 'subnets', path: PATH, values: { 'too wide': '10.0.0.0/16', 'too narrow': '10.0.0.0/29' },
    rule: /Global Accelerator takes \/28 to \/17/, fix: /Use another subnet/,
    build: (stack, cidr) => groupIn(stack, { subnets: [subnetIn(stack, cidr)] }), token: TEXT, deployed: KNOWN.later,
  }),
  ...badValues<string>({
    property: 'subnets', path: PATH, values: { 'one twice': 'subnet-a' }, rule: /was added twice/, fix: /Add each subnet once/,
    build: (stack, subnetId) => {
      const group = groupIn(stack, { subnets: [subnetIn(stack)] });
      group.addCrossAccountSubnet(subnetId, { attachmentArn: ATTACHMENT_ARN });
    },
    token: TEXT, deployed: KNOWN.later,
  }),
  ...badValues<number>({
    property: 'subnets', path: PATH, values: { 'more than the ports of the listener': 7780 }, show: () => '1004 listener ports',
    rule: /but the listener has 1000/, fix: /Widen a port range of the listener/,
    build: (stack, toPort) => listenerIn(stack, 11_000).addEndpointGroup('Group', {
      destinations: [{ fromPort: 7777, toPort, protocols: UDP }], subnets: [subnetIn(stack, '10.0.0.0/24')],
    }),
    token: NUMBER, deployed: KNOWN.later,
  }),
  ...badValues<string>({
    property: 'traffic addresses', path: PATH, values: BAD_ADDRESSES, rule: /is not an IPv4 address/, fix: /Name single addresses such as/,
    build: (stack, address) => trafficIn(stack, [address]),
    token: TEXT, deployed: { ...DEPLOYED, property: 'Addresses[0]', rule: /IPv4 address|non-empty/ },
  }),
  ...badValues<string>({
    property: 'traffic addresses', path: PATH, values: RESERVED_ADDRESSES, ...NO_ADDRESS,
    build: (stack, address) => trafficIn(stack, [address]), token: TEXT, deployed: KNOWN.later,
  }),
  ...badValues<TrafficPolicy>({
    property: 'traffic', path: PATH, show: () => 'TrafficPolicy.allow()',
    values: { 'no destinations': TrafficPolicy.allow(), 'no addresses': TrafficPolicy.allow({ addresses: [] }) },
    rule: /needs addresses/, fix: /Use TrafficPolicy\.denyAll\(\) to allow none/,
    build: (stack, traffic) => groupIn(stack).addSubnet(subnetIn(stack), { traffic }), token: KNOWN.count, deployed: KNOWN.count,
  }),
  ...badValues<number>({
    property: 'traffic ports', path: PATH, values: { ...BAD_PORTS }, ...NO_DESTINATION,
    build: (stack, port) => trafficIn(stack, ['10.0.0.5'], [port]),
    token: NUMBER, deployed: { ...DEPLOYED, property: 'Ports', rule: /whole number from 1 to 65535/ },
  }),
  ...badValues<number>({
    property: 'traffic ports', path: PATH, values: { 'before the destinations': 7776, 'after the destinations': 7781 }, ...NO_DESTINATION,
    build: (stack, port) => trafficIn(stack, ['10.0.0.5'], [port]), token: NUMBER, deployed: { ...DEPLOYED, property: 'Ports', rule: /destinations/ },
  }),
  ...badValues<string>({
    property: 'ipv4CidrBlock of another account', path: PATH,
    values: { 'no block': '10.0.0.0', 'no address': 'all/24', 'no number': '10.0.0.0/x', 'a part above 255': '10.0.0.256/24', 'empty': '' },
    rule: /is not an IPv4 block/, fix: /Use a block such as/,
    build: (stack, ipv4CidrBlock) => shareIn(stack, 'subnet-a', { ipv4CidrBlock }), token: TEXT, deployed: KNOWN.unused,
  }),
  ...badValues<string>({
    property: 'subnetId of another account', path: PATH, values: { 'empty': '', 'an ARN': 'arn:aws:ec2:eu-west-1:444455556666:subnet/subnet-1' },
    rule: /is not the id of a subnet/, fix: /Use an id such as/,
    build: (stack, subnetId) => shareIn(stack, subnetId), token: TEXT, deployed: { ...DEPLOYED, property: 'SubnetId', rule: /id of a subnet|non-empty/ },
  }),
  ...badValues<string>({
    property: 'attachmentArn', path: PATH, values: { 'empty': '', 'a name': 'shared', 'another kind': 'arn:aws:ec2:eu-west-1:444455556666:subnet/subnet-1' },
    rule: /is not the ARN of a cross-account attachment/, fix: /Use the ARN/,
    build: (stack, attachmentArn) => shareIn(stack, 'subnet-a', { attachmentArn }),
    token: TEXT, deployed: { ...DEPLOYED, property: 'AttachmentArn', rule: /ARN of a cross-account attachment|non-empty/ },
  }),
  ...badValues<number>({
    property: 'endpoint groups', path: 'Stack/Accelerator/Listener/Group43', values: { 'more than an accelerator takes': 43 },
    show: count => `${count} endpoint groups`, rule: /Global Accelerator takes 42/, fix: /Use another accelerator/,
    build: (stack, count) => {
      const listener = listenerIn(stack);
      for (let n = 1; n <= count; n++) {
        listener.addEndpointGroup(`Group${n}`, { region: `xx-nowhere-${n}`, destinations: [{ fromPort: 80, protocols: UDP }] });
      }
    },
    token: KNOWN.count, deployed: KNOWN.count,
  }),
  ...badValues<number>({
    property: 'timeout', path: PATH, values: BAD_TIMEOUTS, rule: /between 120 seconds and 59 minutes/, fix: /Use a time in between/,
    build: (stack, seconds) => groupIn(stack, { timeout: Duration.seconds(seconds) }), token: NUMBER, deployed: KNOWN.limits,
  }),
];

export const CUSTOM_ROUTING_PORT_LOOKUP: BadInput[] = [
  ...badValues<string>({
    property: 'address', path: PATH, values: BAD_ADDRESSES, rule: /is not an IPv4 address/, fix: /Use an address such as/,
    build: (stack, address) => lookUp(stack, address, 7777), token: TEXT, deployed: { ...LOOKUP, property: 'Address', rule: /IPv4 address|non-empty/ },
  }),
  ...badValues<string>({
    property: 'address', path: PATH, values: RESERVED_ADDRESSES, ...NO_ADDRESS,
    build: (stack, address) => lookUp(stack, address, 7777), token: TEXT, deployed: KNOWN.later,
  }),
  ...badValues<number>({
    property: 'port', path: PATH, values: BAD_PORTS, ...PORT,
    build: (stack, port) => lookUp(stack, '10.0.0.5', port),
    token: NUMBER, deployed: { ...LOOKUP, property: 'Port', rule: /whole number from 1 to 65535/ },
  }),
  ...badValues<number>({
    property: 'port', path: PATH, values: { 'before the destinations': 7776, 'after the destinations': 7781 }, ...NO_DESTINATION,
    build: (stack, port) => lookUp(stack, '10.0.0.5', port), token: NUMBER, deployed: KNOWN.later,
  }),
  ...badValues<string>({
    property: 'subnet', path: PATH, values: { 'not in the endpoint group': 'subnet-b' },
    rule: /which is not in the endpoint group/, fix: /Call addSubnet\(\) first/,
    build: (stack, subnetId) => groupIn(stack, { subnets: [subnetIn(stack)] })
      .addAcceleratorPortLookup('Lookup', { subnet: subnetIn(stack, undefined, subnetId), address: '10.0.0.5', port: 7777 }),
    token: KNOWN.relation, deployed: KNOWN.later,
  }),
];

export const CUSTOM_ROUTING_ENDPOINT_GROUP_IMPORTS: BadInput[] = [
  ...badValues<string>({
    property: 'region', path: 'Stack/Group', values: BAD_REGIONS, rule: /is not the name of a Region/, fix: /Use a name such as/,
    build: (stack, region) => CustomRoutingEndpointGroup.fromCustomRoutingEndpointGroupAttributes(stack, 'Group', { endpointGroupArn: GROUP_ARN, region }),
    token: TEXT, deployed: KNOWN.unused,
  }),
  ...badValues<string>({
    property: 'endpointGroupArn', path: 'Stack/Group', values: { 'empty': '', 'a name': 'servers', 'that of a listener': LISTENER_ARN },
    rule: /is not the ARN of an endpoint group/, fix: /Use the ARN/,
    build: (stack, endpointGroupArn) =>
      CustomRoutingEndpointGroup.fromCustomRoutingEndpointGroupAttributes(stack, 'Group', { endpointGroupArn, region: 'eu-west-1' }),
    token: TEXT, deployed: KNOWN.unused,
  }),
];
