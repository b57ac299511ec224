import { Account, failing, quiet } from './account';
import { accelerator, group, listener, routing } from './resources';

const OTHER_DESTINATIONS = { Destinations: [{ FromPort: 8888, ToPort: 8889, Protocols: ['UDP'] }] };
/** Both ways in which CloudFormation may take a replacement back. */
const WAYS: readonly [string, boolean][] = [['by an update', true], ['by itself', false]];

/** ARN of the only group and the subnets in it. */
function groups(account: Account): { arn: string; subnets: string[] }[] {
  return account.exists('CustomRoutingEndpointGroup').map(arn => {
    const { EndpointGroup } = account.api('Global Accelerator', 'DescribeCustomRoutingEndpointGroup', { EndpointGroupArn: arn });
    return { arn, subnets: (EndpointGroup.EndpointDescriptions ?? []).map(({ EndpointId }: { EndpointId: string }) => EndpointId).sort() };
  });
}

function portRanges(account: Account): unknown[] {
  return account.exists('CustomRoutingListener').map(arn =>
    account.api('Global Accelerator', 'DescribeCustomRoutingListener', { ListenerArn: arn }).Listener.PortRanges);
}

describe.each(WAYS)('where CloudFormation takes a replacement back %s', (_, rollsReplacementBackByUpdate) => {
  describe('L7: a group whose destinations have changed, then moved to another listener', () => {
    const before = { ...routing(OTHER_DESTINATIONS), Other: listener(20_001, 22_000), Quiet: quiet() };
    const moved = group({ ...OTHER_DESTINATIONS, ListenerArn: { 'Fn::GetAtt': ['Other', 'ListenerArn'] } });

    async function changed(): Promise<Account> {
      const account = new Account({ rollsReplacementBackByUpdate });
      await account.deploy({ ...before, Group: group() });
      expect(await account.deploy(before)).toMatchObject({ status: 'UPDATE_COMPLETE' });
      return account;
    }

    test.each([2, 30, 120, 400, 3000])('serves as before when a sibling fails after %d s', async seconds => {
      const account = await changed();
      const [live] = groups(account);
      const result = await account.deploy({ ...before, Group: moved, Sibling: failing(seconds) });
      expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
      expect(groups(account)).toHaveLength(1);
      const [back] = groups(account);
      expect(back.arn.split('/endpoint-group/')[0]).toBe(live.arn.split('/endpoint-group/')[0]);
      expect(back.subnets).toEqual(live.subnets);
      expect(account.attribute('Group', 'EndpointGroupArn')).toBe(back.arn);
      expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
      expect(account.exists()).toEqual([]);
    });

    test('moves when nothing fails, and comes back', async () => {
      const account = await changed();
      expect(await account.deploy({ ...before, Group: moved })).toMatchObject({ status: 'UPDATE_COMPLETE' });
      expect(groups(account)).toEqual([{ arn: account.attribute('Group', 'EndpointGroupArn'), subnets: ['subnet-a'] }]);
      expect(await account.deploy(before)).toMatchObject({ status: 'UPDATE_COMPLETE' });
      expect(groups(account)).toEqual([{ arn: account.attribute('Group', 'EndpointGroupArn'), subnets: ['subnet-a'] }]);
    });
  });

  test.each([2, 30, 120, 400])('a change of destinations that is rolled back after %d s leaves one group that serves', async seconds => {
    const account = new Account({ rollsReplacementBackByUpdate });
    await account.deploy({ ...routing(), Quiet: quiet() });
    const result = await account.deploy({ ...routing(OTHER_DESTINATIONS), Quiet: quiet(), Sibling: failing(seconds) });
    expect(result).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(groups(account)).toEqual([{ arn: account.attribute('Group', 'EndpointGroupArn'), subnets: ['subnet-a'] }]);
  });

  describe('L8: an accelerator deleted by hand', () => {
    async function deletedByHand(): Promise<Account> {
      const account = new Account({ rollsReplacementBackByUpdate });
      await account.deploy({ Accelerator: accelerator(), Listener: listener(10_001, 12_000), Quiet: quiet() });
      const AcceleratorArn = account.attribute('Accelerator', 'AcceleratorArn');
      account.api('Global Accelerator', 'DeleteCustomRoutingListener', { ListenerArn: account.attribute('Listener', 'ListenerArn') });
      account.api('Global Accelerator', 'UpdateCustomRoutingAccelerator', { AcceleratorArn, Enabled: false });
      await account.pass(60);
      account.api('Global Accelerator', 'DeleteCustomRoutingAccelerator', { AcceleratorArn });
      await account.pass(60);
      return account;
    }

    test.each([0, 1, 3, 10, 60])('is made once more; cancelled %d s after the listener has begun, nothing is left at the end', async seconds => {
      const account = await deletedByHand();
      const deployment = account.begin({ Accelerator: accelerator({ Name: 'new' }), Listener: listener(10_001, 13_000), Quiet: quiet() });
      const begun = () => account.cloudFormation.events.some(({ logicalId, status }) => logicalId === 'Listener' && status === 'UPDATE_IN_PROGRESS');
      while (!begun() && account.status() === 'UPDATE_IN_PROGRESS') {
        await account.pass(1);
      }
      await account.pass(seconds);
      if (account.status() === 'UPDATE_IN_PROGRESS') {
        account.cloudFormation.cancelUpdateStack({ stackName: 'Game', region: 'eu-west-1' });
      }
      await account.run(deployment);
      await account.rest();
      expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
      expect(account.exists()).toEqual([]);
    });
  });
});

describe('L10: a listener is widened and a subnet added in one deployment', () => {
  const before = {
    Accelerator: accelerator(), Listener: listener(10_001, 10_040), Group: group(), Quiet: quiet(),
  };
  const after = {
    ...before, Listener: listener(10_001, 10_100), Group: group({ Subnets: [{ SubnetId: 'subnet-a' }, { SubnetId: 'subnet-b' }] }),
  };

  test('is done, and taken back by a deployment', async () => {
    const account = new Account();
    await account.deploy(before);
    expect(await account.deploy(after)).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(groups(account)[0].subnets).toEqual(['subnet-a', 'subnet-b']);
    expect(await account.deploy(before)).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect([groups(account)[0].subnets, portRanges(account)]).toEqual([['subnet-a'], [[{ FromPort: 10_001, ToPort: 10_040 }]]]);
  });

  test.each([2, 30, 90, 600])('is rolled back when a sibling fails %d s after its begin', async seconds => {
    const account = new Account();
    await account.deploy(before);
    expect(await account.deploy({ ...after, Sibling: failing(seconds) })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect([groups(account)[0].subnets, portRanges(account)]).toEqual([['subnet-a'], [[{ FromPort: 10_001, ToPort: 10_040 }]]]);
  });

  test('is rolled back when a sibling fails that waits for the group', async () => {
    const account = new Account();
    await account.deploy(before);
    expect(await account.deploy({ ...after, Sibling: failing(1, 'Group') })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect([groups(account)[0].subnets, portRanges(account)]).toEqual([['subnet-a'], [[{ FromPort: 10_001, ToPort: 10_040 }]]]);
    expect(await account.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
  });
});

describe('L11: a group on a listener of somebody else, made once more', () => {
  async function remade(): Promise<Account> {
    const account = new Account();
    const { Accelerator } = account.api('Global Accelerator', 'CreateCustomRoutingAccelerator', { Name: 'theirs', IdempotencyToken: 'a' });
    const { Listener } = account.api('Global Accelerator', 'CreateCustomRoutingListener', {
      AcceleratorArn: Accelerator.AcceleratorArn, PortRanges: [{ FromPort: 10_001, ToPort: 12_000 }], IdempotencyToken: 'l',
    });
    const { ListenerArn } = Listener;
    await account.pass(60);
    await account.deploy({ Group: group({ ListenerArn }) });
    expect(await account.deploy({ Group: group({ ListenerArn, ...OTHER_DESTINATIONS }) })).toMatchObject({ status: 'UPDATE_COMPLETE' });
    return account;
  }

  test('all tags are removed, the stack is deleted: the group goes, or an error says that it is left', async () => {
    const account = await remade();
    account.globalAccelerator.loseTags();
    const { status } = await account.delete();
    const left = account.exists('CustomRoutingEndpointGroup');
    expect({ status, left }).toEqual(status === 'DELETE_FAILED' ? { status, left: [expect.any(String)] } : { status: 'DELETE_COMPLETE', left: [] });
    left.forEach(arn => expect(account.reasons('Group')).toContain(arn));
  });
});

test('L13: another cross-account attachment for a subnet that is in the group is put in place, or refused', async () => {
  const attachment = (id: string) => `arn:aws:globalaccelerator::111122223333:attachment/${id}`;
  const subnets = (id: string) => ({ Subnets: [{ SubnetId: 'subnet-a', AttachmentArn: attachment(id) }] });
  const account = new Account();
  await account.deploy(routing(subnets('first')));
  const since = account.clock.now();
  const result = await account.deploy(routing(subnets('second')));
  if (result.status === 'UPDATE_COMPLETE') {
    const added = account.calls(since).filter(({ operation, outcome }) => operation === 'AddCustomRoutingEndpoints' && outcome === 'success');
    expect(added.map(({ input }) => input.EndpointConfigurations[0].AttachmentArn)).toEqual([attachment('second')]);
    expect(groups(account)[0].subnets).toEqual(['subnet-a']);
    return;
  }
  expect([result.status, account.reasons('Group')]).toEqual(['UPDATE_ROLLBACK_COMPLETE', expect.stringMatching(/UPDATE_FAILED: .*attachment/i)]);
});
