import { arnIn, KINDS, KindWorld } from './accelerator-world';
import { ownerTagValue } from '../../../lambda/lifecycle/ownership';
import { ServiceError } from '../../../sandbox/services/service';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { STACK_ID } from '../world';

const [[, KIND]] = KINDS;
const LOGS = { FlowLogs: { Bucket: 'logs', Prefix: 'game' } };

async function created(properties: object = {}, options = {}): Promise<{ world: KindWorld; arn: string; id: string }> {
  const world = new KindWorld(KIND, options);
  const answer = await world.create(properties);
  expect(answer).toMatchObject({ Status: 'SUCCESS' });
  return { world, arn: arnIn(answer), id: answer.PhysicalResourceId };
}

test('a create answers only when the accelerator is DEPLOYED, with everything that people need', async () => {
  const world = new KindWorld(KIND, { deploymentSeconds: 100 });

  const answer = await world.create({ Tags: { team: 'game' } });

  expect(answer.after).toBeGreaterThanOrEqual(100);
  const { AcceleratorArn, DnsName, IpSets } = world.accelerator(arnIn(answer));
  expect(answer.Data).toEqual({
    AcceleratorArn, Name: 'game', DnsName, Ipv4Address1: IpSets[0].IpAddresses[0], Ipv4Address2: IpSets[0].IpAddresses[1],
  });
  expect(world.tagsOf(arnIn(answer))).toMatchObject({ team: 'game', [OWNER_TAG_KEY]: ownerTagValue(STACK_ID, 'Thing') });
  expect(world.calls('TagResource')).toEqual([]);
});

test('own addresses, and being disabled, are part of the create call', async () => {
  const { world, arn } = await created({ IpAddresses: ['192.0.2.1'], Enabled: false });

  expect(world.accelerator(arn)).toMatchObject({ Enabled: false, IpSets: [{ IpAddresses: ['192.0.2.1', expect.any(String)] }] });
  expect(world.calls('UpdateCustomRoutingAccelerator')).toEqual([]);
});

test('name, addresses and being enabled change in place, in one call, and only what differs is sent', async () => {
  const { world, arn, id } = await created();

  const answer = await world.update(id, {}, { Name: 'other', Enabled: false });

  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id, Data: { Name: 'other' } });
  expect(world.accelerator(arn)).toMatchObject({ Name: 'other', Enabled: false, Status: 'DEPLOYED' });
  const [change] = world.successful('UpdateCustomRoutingAccelerator') as { input: object }[];
  expect(change.input).toEqual({ AcceleratorArn: arn, Name: 'other', Enabled: false });
  expect(await world.update(id, { Name: 'other', Enabled: false }, { IpAddresses: ['192.0.2.7'] })).toMatchObject({ Status: 'SUCCESS' });
  expect(world.accelerator(arn).IpSets[0].IpAddresses).toContain('192.0.2.7');
});

describe('flow logs', () => {
  const calls = (world: KindWorld) => (world.successful('UpdateCustomRoutingAcceleratorAttributes') as { input: any }[])
    .map(({ input }) => `${input.FlowLogsEnabled} ${input.FlowLogsS3Bucket ?? ''} ${input.FlowLogsS3Prefix ?? ''}`.trim());

  test('are switched on by the create, and off when they are no longer declared', async () => {
    const { world, id } = await created(LOGS);
    expect(calls(world)).toEqual(['true logs game']);

    expect(await world.update(id, LOGS, {})).toMatchObject({ Status: 'SUCCESS' });
    expect(calls(world)).toEqual(['true logs game', 'false']);
  });

  test('go off and on again for another bucket or prefix', async () => {
    const { world, id } = await created(LOGS);

    expect(await world.update(id, LOGS, { FlowLogs: { Bucket: 'logs', Prefix: 'other' } })).toMatchObject({ Status: 'SUCCESS' });
    expect(calls(world)).toEqual(['true logs game', 'false', 'true logs other']);
  });

  test('that somebody else has switched on stay', async () => {
    const { world, arn, id } = await created();
    world.api('UpdateCustomRoutingAcceleratorAttributes', { AcceleratorArn: arn, FlowLogsEnabled: true, FlowLogsS3Bucket: 'b', FlowLogsS3Prefix: 'p' });
    await world.pass(60);

    expect(await world.update(id, {}, { Name: 'other' })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.api('DescribeCustomRoutingAcceleratorAttributes', { AcceleratorArn: arn }).AcceleratorAttributes.FlowLogsEnabled).toBe(true);
  });
});

test('tags change in place; what others have tagged stays', async () => {
  const { world, arn, id } = await created({ Tags: { team: 'a', gone: 'x' } });
  world.api('TagResource', { ResourceArn: arn, Tags: [{ Key: 'foreign', Value: 'f' }] });
  const before = world.tagsOf(arn);

  await world.update(id, { Tags: { team: 'a', gone: 'x' } }, { Tags: { team: 'b' } });

  const { gone, ...rest } = before;
  expect(gone).toBe('x');
  expect(world.tagsOf(arn)).toEqual({ ...rest, team: 'b' });
});

test('a listener that is not of this stack stays, is not cut off, and is named when the time is over', async () => {
  const { world, arn, id } = await created();
  const listener = world.foreignListener(arn);

  const answer = await world.delete(id, { TimeoutSeconds: 300 });

  expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(listener) });
  expect(world.accelerator(arn).Enabled).toBe(true);
  expect(world.existing('CustomRoutingListener')).toEqual([listener]);
});

test('DELETE waits until the accelerator is really gone', async () => {
  const { world, id } = await created({}, { deletionSeconds: 100 });

  expect((await world.delete(id)).after).toBeGreaterThan(100);
});

test('an accelerator that vanishes while it is being made is an error', async () => {
  const world = new KindWorld(KIND, { deploymentSeconds: 60, deletionSeconds: 0 });
  const answer = world.send(world.createOptions());
  await world.pass(20);
  world.dispatcher.interceptors.push(({ operation }) => operation === 'DescribeCustomRoutingAccelerator'
    ? { before: new ServiceError('AcceleratorNotFoundException', 'Gone.', 404) } : undefined);

  expect(await world.clock.run(answer)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/has vanished before it was ready/) });
});

test.each([
  [{ Name: '-game' }, /'Name'.*hyphen/],
  [{ IpAddresses: ['1', '2', '3'] }, /0 to 2/],
  [{ FlowLogs: { Bucket: 'b' } }, /FlowLogs.Prefix/],
  [{ Enabled: 'perhaps' }, /'Enabled'/],
  [{ Other: '1' }, /does not know/],
])('refuses %j', async (properties, message) => {
  const world = new KindWorld(KIND);

  expect(await world.create(properties)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(message) });
  expect(world.calls()).toEqual([]);
});
