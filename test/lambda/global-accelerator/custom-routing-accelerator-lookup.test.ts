import { AcceleratorWorld } from './accelerator-world';
import { CUSTOM_ROUTING_ACCELERATOR_LOOKUP_TYPE } from '../../../src/wire/global-accelerator';

const UNKNOWN = 'arn:aws:globalaccelerator::111122223333:accelerator/99999999-0000-1111-2222-333344445555';
const lookup = (world: AcceleratorWorld, AcceleratorArn: string, rest: object = {}) => world.request({
  operation: 'Create', type: CUSTOM_ROUTING_ACCELERATOR_LOOKUP_TYPE, properties: { AcceleratorArn }, ...rest,
});

test('answers the DNS name and the addresses of an accelerator of somebody else, and changes nothing', async () => {
  const world = new AcceleratorWorld();
  const arn = world.foreignAccelerator();
  const { DnsName, IpSets: [{ IpAddresses }] } = (world.api('DescribeCustomRoutingAccelerator', { AcceleratorArn: arn }) as any).Accelerator;
  const before = world.calls().length;

  const answer = await lookup(world, arn);

  expect(answer).toMatchObject({ Status: 'SUCCESS', after: 0, Data: { DnsName, Ipv4Address1: IpAddresses[0], Ipv4Address2: IpAddresses[1] } });
  expect(DnsName).toMatch(/awsglobalaccelerator\.com$/);
  expect(world.calls().slice(before)).toEqual(['DescribeCustomRoutingAccelerator']);
});

test('looks again on update, and has nothing to delete', async () => {
  const world = new AcceleratorWorld();
  const [one, another] = [world.foreignAccelerator(), world.foreignAccelerator()];
  const first = await lookup(world, one);
  const second = await lookup(world, another, { operation: 'Update', physicalId: first.PhysicalResourceId, oldProperties: {} });
  const calls = world.calls().length;
  const deleted = await lookup(world, one, { operation: 'Delete', physicalId: first.PhysicalResourceId });

  expect(second.Data.DnsName).not.toBe(first.Data.DnsName);
  expect(deleted).toMatchObject({ Status: 'SUCCESS' });
  expect(world.calls()).toHaveLength(calls);
});

test('says what to check when there is none', async () => {
  const answer = await lookup(new AcceleratorWorld(), UNKNOWN);

  expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/no custom routing accelerator arn:.*99999999.*Check the ARN/) });
  expect(answer.after).toBeGreaterThanOrEqual(60);
});

test('refuses an ARN that is none of an accelerator', async () => {
  expect(await lookup(new AcceleratorWorld(), `${UNKNOWN}/listener/0a1b2c3d`)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/must be the ARN of an accelerator/) });
});
