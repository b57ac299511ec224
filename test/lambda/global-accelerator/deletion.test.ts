import { arnIn, KINDS, KindWorld } from './accelerator-world';
import { ServiceError } from '../../../sandbox/services/service';

const CHILDREN = KINDS.slice(1);
const [, [, LISTENER]] = KINDS;

/** Somebody changes the accelerator, so that it is IN_PROGRESS for a while. */
function keepBusy(world: KindWorld): void {
  const [arn] = world.existing('CustomRoutingAccelerator');
  world.api('UpdateCustomRoutingAccelerator', { AcceleratorArn: arn, Enabled: true });
}

/** Refuses deletes while the accelerator is IN_PROGRESS. @returns how often it has */
function refuseInProgress(world: KindWorld, name: string): { times: number } {
  const refused = { times: 0 };
  world.dispatcher.interceptors.push(({ operation }) => {
    const [arn] = world.existing('CustomRoutingAccelerator');
    if (operation !== world.kind.deleteOperation || world.accelerator(arn).Status === 'DEPLOYED') {
      return undefined;
    }
    refused.times++;
    return { before: new ServiceError(name, 'Not now.', 400) };
  });
  return refused;
}

describe.each(CHILDREN)('%s', (_, kind) => {
  test('is deleted at once where the service takes deletes while the accelerator is IN_PROGRESS', async () => {
    const world = new KindWorld(kind, { deploymentSeconds: 60 });
    const { PhysicalResourceId: id } = await world.create();
    keepBusy(world);

    const deleting = world.send({ operation: 'Delete', type: kind.type, physicalId: id, properties: world.properties });
    await world.pass(5);

    expect(world.all()).toEqual([]);
    expect(await world.clock.run(deleting)).toMatchObject({ Status: 'SUCCESS' });
  });

  test.each(['TransactionInProgressException', 'AnErrorThatNobodyKnows'])('is deleted when DEPLOYED where that is refused with %s', async name => {
    const world = new KindWorld(kind, { deploymentSeconds: 60 });
    const { PhysicalResourceId: id } = await world.create();
    const refused = refuseInProgress(world, name);
    keepBusy(world);

    expect(await world.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toEqual([]);
    expect(refused.times).toBe(1);
  });

  test('fails with the error of the service when the accelerator is DEPLOYED', async () => {
    const world = new KindWorld(kind);
    const { PhysicalResourceId: id } = await world.create();
    world.dispatcher.interceptors.push(({ operation }) => operation === kind.deleteOperation
      ? { before: new ServiceError('InvalidArgumentException', 'Never.', 400) } : undefined);

    expect(await world.delete(id)).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('Never.') });
    expect(world.all()).toHaveLength(1);
  });
});

describe('a listener', () => {
  async function created() {
    const world = new KindWorld(LISTENER, { deploymentSeconds: 55 });
    const listener = await world.create();
    const other = await world.create({ PortRanges: [{ FromPort: 20_001, ToPort: 20_100 }] }, { logicalId: 'Other' });
    const remove = (logicalId: string, physicalId: string) => world.send({
      operation: 'Delete', type: LISTENER.type, logicalId, physicalId, properties: world.properties,
    });
    return { world, listener, other, remove };
  }

  test('that is deleted beside others lets those who wait see the accelerator DEPLOYED first', async () => {
    const { world, listener, other, remove } = await created();
    const first = remove('Thing', listener.PhysicalResourceId);
    await world.pass(2);
    expect(world.all()).toEqual([arnIn(other)]);
    while (world.accelerator(world.properties.AcceleratorArn as string).Status !== 'DEPLOYED') {
      await world.pass(0.1);
    }
    const second = remove('Other', other.PhysicalResourceId);

    expect((await world.clock.run(first)).after).toBeLessThan(80);
    expect((await world.clock.run(second)).after).toBeLessThan(100);
    expect(world.all()).toEqual([]);
  });

  test('that is deleted alone is deleted at once', async () => {
    const { world, listener, other, remove } = await created();
    const deleting = remove('Thing', listener.PhysicalResourceId);
    await world.pass(2);

    expect(world.all()).toEqual([arnIn(other)]);
    expect(await world.clock.run(deleting)).toMatchObject({ Status: 'SUCCESS' });
  });
});
