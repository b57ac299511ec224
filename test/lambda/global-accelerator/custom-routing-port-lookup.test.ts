import { AcceleratorWorld, DESTINATIONS } from './accelerator-world';
import { CUSTOM_ROUTING_PORT_LOOKUP_TYPE } from '../../../src/wire/global-accelerator';

function worldWithGroup(): { world: AcceleratorWorld; EndpointGroupArn: string } {
  const world = new AcceleratorWorld();
  const EndpointGroupArn = world.foreignGroup(world.foreignListener(world.foreignAccelerator()));
  return { world, EndpointGroupArn };
}

const lookup = (world: AcceleratorWorld, properties: object, rest: object = {}) => world.request({
  operation: 'Create', type: CUSTOM_ROUTING_PORT_LOOKUP_TYPE, ...rest,
  properties: { SubnetId: 'subnet-a', Address: '10.0.0.5', Port: 7778, ...properties },
});
const add = (world: AcceleratorWorld, EndpointGroupArn: string) => world.api('AddCustomRoutingEndpoints', {
  EndpointGroupArn, EndpointConfigurations: [{ EndpointId: 'subnet-a' }],
});

test('answers the accelerator port of a destination', async () => {
  const { world, EndpointGroupArn } = worldWithGroup();
  add(world, EndpointGroupArn);

  const answer = await lookup(world, { EndpointGroupArn });

  expect(answer).toMatchObject({ Status: 'SUCCESS', after: 0 });
  expect(world.mappings(EndpointGroupArn)).toContain(`10.0.0.5:7778 -> ${answer.Data.AcceleratorPort}`);
});

test('chooses the mapping of its own endpoint group', async () => {
  const { world, EndpointGroupArn } = worldWithGroup();
  const other = world.foreignGroup(world.foreignListener(world.foreignAccelerator(), { PortRanges: [{ FromPort: 30_000, ToPort: 31_000 }] }));
  add(world, other);
  add(world, EndpointGroupArn);

  expect((await lookup(world, { EndpointGroupArn: other })).Data.AcceleratorPort).toMatch(/^30/);
  expect((await lookup(world, { EndpointGroupArn })).Data.AcceleratorPort).toMatch(/^10/);
});

test('waits for the mapping', async () => {
  const { world, EndpointGroupArn } = worldWithGroup();
  const answer = world.send({
    operation: 'Create', type: CUSTOM_ROUTING_PORT_LOOKUP_TYPE,
    properties: { EndpointGroupArn, SubnetId: 'subnet-a', Address: '10.0.0.5', Port: 7777 },
  });
  await world.pass(40);
  add(world, EndpointGroupArn);

  expect(await world.clock.run(answer)).toMatchObject({ Status: 'SUCCESS' });
});

test('says what may be wrong when there is none', async () => {
  const { world, EndpointGroupArn } = worldWithGroup();
  add(world, EndpointGroupArn);

  const answer = await lookup(world, { EndpointGroupArn, Address: '10.0.0.3' });

  expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/no accelerator port for 10\.0\.0\.3:7778 in subnet-a.*Check/) });
  expect(answer.after).toBeGreaterThanOrEqual(120);
});

test('looks again on update, and has nothing to delete', async () => {
  const { world, EndpointGroupArn } = worldWithGroup();
  add(world, EndpointGroupArn);
  const first = await lookup(world, { EndpointGroupArn });
  const second = await lookup(world, { EndpointGroupArn, Port: 7777 }, { operation: 'Update', physicalId: first.PhysicalResourceId, oldProperties: {} });
  const calls = world.calls().length;
  const deleted = await lookup(world, { EndpointGroupArn }, { operation: 'Delete', physicalId: first.PhysicalResourceId });

  expect(second.Data.AcceleratorPort).not.toBe(first.Data.AcceleratorPort);
  expect(deleted).toMatchObject({ Status: 'SUCCESS' });
  expect(world.calls()).toHaveLength(calls);
});

test('refuses an ARN that is none of an endpoint group', async () => {
  expect(await lookup(new AcceleratorWorld(), { EndpointGroupArn: DESTINATIONS.Region })).toMatchObject({ Status: 'FAILED' });
});
