import { AcceleratorWorld, arnIn, DESTINATIONS } from './accelerator-world';
import { CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, CUSTOM_ROUTING_LISTENER_TYPE } from '../../../src/wire/global-accelerator';

/** The first is as wide as one subnet needs. */
const [NARROW, WIDE] = [10_022, 10_100].map(ToPort => ({ PortRanges: [{ FromPort: 10_001, ToPort }] }));
const [ONE, TWO] = [['subnet-a'], ['subnet-a', 'subnet-b']].map(ids => ({ Subnets: ids.map(SubnetId => ({ SubnetId })) }));

/** A listener and its endpoint group, wide and with two subnets. */
async function wide() {
  const world = new AcceleratorWorld();
  const AcceleratorArn = world.foreignAccelerator();
  const common = { operation: 'Create' as const, type: CUSTOM_ROUTING_LISTENER_TYPE, logicalId: 'Listener' };
  const listener = await world.request({ ...common, properties: { AcceleratorArn, ...WIDE } });
  const ListenerArn = arnIn(listener);
  const ofGroup = { ...common, type: CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, logicalId: 'Group' };
  const group = await world.request({ ...ofGroup, properties: { ListenerArn, ...DESTINATIONS, ...TWO } });
  expect(group).toMatchObject({ Status: 'SUCCESS' });
  return {
    world,
    ports: () => world.listener(ListenerArn).PortRanges,
    updateListener: (before: object, after: object) => world.request({
      ...common, operation: 'Update', physicalId: listener.PhysicalResourceId,
      oldProperties: { AcceleratorArn, ...before }, properties: { AcceleratorArn, ...after },
    }),
    updateGroup: (before: object, after: object) => world.request({
      ...ofGroup, operation: 'Update', physicalId: group.PhysicalResourceId,
      oldProperties: { ListenerArn, ...DESTINATIONS, ...before }, properties: { ListenerArn, ...DESTINATIONS, ...after },
    }),
    deleteGroup: () => world.request({
      ...ofGroup, operation: 'Delete', physicalId: group.PhysicalResourceId, properties: { ListenerArn, ...DESTINATIONS, ...TWO },
    }),
  };
}

test('a listener that is narrowed before its endpoint group gives up the ports when the group does', async () => {
  const { ports, updateGroup, updateListener } = await wide();

  expect(await updateListener(WIDE, NARROW)).toMatchObject({ Status: 'SUCCESS' });
  expect(ports()).toEqual(WIDE.PortRanges);
  expect(await updateGroup(TWO, ONE)).toMatchObject({ Status: 'SUCCESS' });
  expect(ports()).toEqual(NARROW.PortRanges);
});

test('so it does when the group is deleted', async () => {
  const { deleteGroup, ports, updateListener } = await wide();
  await updateListener(WIDE, NARROW);

  expect(await deleteGroup()).toMatchObject({ Status: 'SUCCESS' });
  expect(ports()).toEqual(NARROW.PortRanges);
});

test('a listener that is declared wide again before that stays wide', async () => {
  const { ports, updateGroup, updateListener } = await wide();
  await updateListener(WIDE, NARROW);
  expect(await updateListener(NARROW, WIDE)).toMatchObject({ Status: 'SUCCESS' });

  await updateGroup(TWO, ONE);

  expect(ports()).toEqual(WIDE.PortRanges);
});
