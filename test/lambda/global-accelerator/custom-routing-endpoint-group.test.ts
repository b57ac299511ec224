import { arnIn, KINDS, KindWorld } from './accelerator-world';
import { ServiceError } from '../../../sandbox/services/service';

const [, , [, KIND]] = KINDS;
const ALLOW = (...Addresses: string[]) => ({ Allow: 'LIST', Rules: [{ Addresses }] });
const BOTH = { Destinations: [{ FromPort: 7777, ToPort: 7778, Protocols: ['TCP', 'UDP'] }] };
const NONE = { Subnets: undefined };

async function created(properties: object = {}, options = {}): Promise<{ world: KindWorld; arn: string; id: string }> {
  const world = new KindWorld(KIND, options);
  const answer = await world.create(properties);
  expect(answer).toMatchObject({ Status: 'SUCCESS' });
  return { world, arn: arnIn(answer), id: answer.PhysicalResourceId };
}

const subnets = (world: KindWorld, arn: string): string[] =>
  world.group(arn).EndpointDescriptions.map((endpoint: { EndpointId: string }) => endpoint.EndpointId);

test('a create answers when subnets and traffic are as declared and the accelerator is DEPLOYED', async () => {
  const { world, arn } = await created();

  expect(subnets(world, arn)).toEqual(['subnet-a']);
  expect(world.mappings(arn)).toHaveLength(22);
  expect(world.allowed(arn)).toEqual(['10.0.0.5:7777']);
  expect(world.accelerator(arn.split('/listener/')[0]).Status).toBe('DEPLOYED');
});

describe('subnets', () => {
  test('one more does not move a mapping, one less takes only its own', async () => {
    const { world, arn, id } = await created();
    const before = world.mappings(arn);

    await world.update(id, {}, { Subnets: [...world.properties.Subnets as [], { SubnetId: 'subnet-b' }] });
    expect(world.mappings(arn).slice(0, 22)).toEqual(before);
    expect(world.mappings(arn)).toHaveLength(44);
    await world.update(id, { Subnets: [...world.properties.Subnets as [], { SubnetId: 'subnet-b' }] }, {});
    expect(world.mappings(arn)).toEqual(before);
  });

  test('are added and removed twenty at a time', async () => {
    const many = Array.from({ length: 45 }, (_, index) => ({ SubnetId: `subnet-${index}` }));
    const { world, arn, id } = await created({ Subnets: many }, { subnets: () => ({ cidr: '10.0.0.0/28' }), quotas: { subnets: 100 } });

    expect(subnets(world, arn)).toHaveLength(45);
    expect(world.calls('AddCustomRoutingEndpoints')).toHaveLength(3);
    await world.update(id, { Subnets: many }, { Subnets: many.slice(0, 1) });
    expect(subnets(world, arn)).toEqual(['subnet-0']);
    expect(world.calls('RemoveCustomRoutingEndpoints')).toHaveLength(3);
  });

  test('that an application has added at run time stay', async () => {
    const { world, arn, id } = await created();
    world.api('AddCustomRoutingEndpoints', { EndpointGroupArn: arn, EndpointConfigurations: [{ EndpointId: 'subnet-b' }] });
    await world.pass(60);

    await world.update(id, {}, { Subnets: [{ SubnetId: 'subnet-c' }] });

    expect(subnets(world, arn).sort()).toEqual(['subnet-b', 'subnet-c']);
  });

  test('of another account are added with their attachment', async () => {
    const AttachmentArn = 'arn:aws:globalaccelerator::999999999999:attachment/0a1b2c3d';
    const { world } = await created({ Subnets: [{ SubnetId: 'subnet-x', AttachmentArn }] },
      { subnets: () => ({ cidr: '10.0.0.0/28', accountId: '999999999999' }) });

    expect(world.successful('AddCustomRoutingEndpoints')).toMatchObject([
      { input: { EndpointConfigurations: [{ EndpointId: 'subnet-x', AttachmentArn }] } },
    ]);
  });

  test('are taken out and added again by another attachment, once', async () => {
    const subnet = (id: string) => ({ Subnets: [{ SubnetId: 'subnet-a', AttachmentArn: `arn:aws:globalaccelerator::999999999999:attachment/${id}` }] });
    const { world, arn, id } = await created(subnet('one'));

    expect(await world.update(id, subnet('one'), subnet('two'))).toMatchObject({ Status: 'SUCCESS' });

    expect(world.successful('AddCustomRoutingEndpoints')).toMatchObject(['one', 'two'].map(attachment => ({
      input: { EndpointConfigurations: [{ AttachmentArn: expect.stringContaining(attachment) }] },
    })));
    expect(world.successful('RemoveCustomRoutingEndpoints')).toHaveLength(1);
    expect(subnets(world, arn)).toEqual(['subnet-a']);
  });

  test('that find no ports are an error that says what to do, and the wreck can be deleted', async () => {
    const world = new KindWorld(KIND);
    const answer = await world.create({
      Destinations: [{ FromPort: 7000, ToPort: 7500, Protocols: ['UDP'] }], Subnets: [{ SubnetId: 'subnet-a' }],
    });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^endpoint-group\//) });
    expect(answer.Reason).toMatch(/can't take subnet-a: LimitExceededException.*widen the listener's port ranges.*quota/);
    expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toEqual([]);
  });
});

describe('traffic', () => {
  const traffic = (Traffic: object | undefined) => ({ Subnets: [{ SubnetId: 'subnet-a', Traffic }] });

  test('that is left to the application is never touched', async () => {
    const { world, arn, id } = await created(traffic(undefined));
    world.api('AllowCustomRoutingTraffic', { EndpointGroupArn: arn, EndpointId: 'subnet-a', DestinationAddresses: ['10.0.0.9'] });
    await world.pass(60);

    await world.update(id, traffic(undefined), { Subnets: [{ SubnetId: 'subnet-a' }, { SubnetId: 'subnet-b' }] });

    expect(world.allowed(arn)).toEqual(['10.0.0.9:7777', '10.0.0.9:7778']);
    expect(world.calls('ListCustomRoutingPortMappings')).toHaveLength(1);
  });

  test('converges: what the list no longer names is denied, the rest stays without a gap', async () => {
    const { world, arn, id } = await created(traffic(ALLOW('10.0.0.5', '10.0.0.6')));

    await world.update(id, traffic(ALLOW('10.0.0.5', '10.0.0.6')), traffic(ALLOW('10.0.0.6', '10.0.0.7')));

    expect(world.allowed(arn)).toEqual(['10.0.0.6:7777', '10.0.0.6:7778', '10.0.0.7:7777', '10.0.0.7:7778']);
    expect(world.successful('DenyCustomRoutingTraffic')).toMatchObject([{ input: { DestinationAddresses: ['10.0.0.5'] } }]);
  });

  test.each([
    ['all to none', { Allow: 'ALL' }, { Allow: 'NONE' }, 0],
    ['none to all', { Allow: 'NONE' }, { Allow: 'ALL' }, 22],
    ['all to a list', { Allow: 'ALL' }, ALLOW('10.0.0.5'), 2],
    ['a list to none', ALLOW('10.0.0.5'), { Allow: 'NONE' }, 0],
  ])('goes from %s', async (_, before, after, allowed) => {
    const { world, arn, id } = await created(traffic(before));

    expect(await world.update(id, traffic(before), traffic(after))).toMatchObject({ Status: 'SUCCESS' });
    expect(world.allowed(arn)).toHaveLength(allowed);
  });

  test('keeps to the limits of a call', async () => {
    const addresses = Array.from({ length: 240 }, (_, index) => `10.0.1.${index + 10}`);
    const { world, arn } = await created({ Subnets: [{ SubnetId: 'subnet-wide', Traffic: ALLOW(...addresses) }] });

    expect(world.allowed(arn)).toHaveLength(480);
    expect(world.calls('AllowCustomRoutingTraffic')).toHaveLength(3);
  });

  test('is asked for once while the mappings lag behind', async () => {
    const { world, arn } = await created({}, { trafficLagSeconds: 45 });

    expect(world.allowed(arn)).toEqual(['10.0.0.5:7777']);
    expect(world.calls('AllowCustomRoutingTraffic')).toHaveLength(1);
  });

  test('to addresses that do not exist is an error that names them', async () => {
    const world = new KindWorld(KIND);

    const answer = await world.create(traffic({ Allow: 'LIST', Rules: [{ Addresses: ['10.0.0.5', '10.0.0.3'], Ports: [7777] }] }));

    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/allows 10\.0\.0\.3, which the subnet does not have/) });
  });

  test('several rules add up', async () => {
    const { world, arn } = await created(traffic({
      Allow: 'LIST',
      Rules: [{ Addresses: ['10.0.0.5'], Ports: [7777] }, { Addresses: ['10.0.0.5', '10.0.0.6'], Ports: [7778] }],
    }));

    expect(world.allowed(arn).sort()).toEqual(['10.0.0.5:7777', '10.0.0.5:7778', '10.0.0.6:7778']);
  });
});

describe('other destinations', () => {
  test('re-create the group in its place, which keeps its id', async () => {
    const { world, arn, id } = await created();

    const answer = await world.update(id, {}, BOTH);

    const remade = arnIn(answer);
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
    expect(remade).not.toBe(arn);
    expect(world.all()).toEqual([remade]);
    expect(world.allowed(remade)).toEqual(['10.0.0.5:7777']);
  });

  test('leave nothing behind when the resource is deleted', async () => {
    const { world, id } = await created();
    await world.update(id, {}, BOTH);

    expect(await world.delete(id, BOTH)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toEqual([]);
  });

  test('and another Region: what was re-created goes when it is replaced', async () => {
    const { world, id } = await created();
    await world.update(id, {}, BOTH);
    const elsewhere = { ...BOTH, Region: 'us-east-1', Subnets: [{ SubnetId: 'subnet-far' }] };
    const replaced = await world.update(id, BOTH, elsewhere);

    await world.delete(id, BOTH);

    expect(replaced).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: expect.stringMatching(/\/us-east-1\//) });
    expect(world.all()).toEqual([arnIn(replaced)]);
  });

  test('and another Region that is taken back: the group has the id that it had', async () => {
    const { world, id } = await created();
    const live = arnIn(await world.update(id, {}, BOTH));
    const elsewhere = { ...BOTH, Region: 'us-east-1', Subnets: [{ SubnetId: 'subnet-far' }] };
    const replaced = await world.update(id, BOTH, elsewhere);

    const back = await world.update(replaced.PhysicalResourceId, elsewhere, BOTH);

    expect(back).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
    await world.delete(replaced.PhysicalResourceId, elsewhere);
    expect(world.all()).toEqual([live]);
  });

  test('without the tags of the accelerator: a delete fails rather than to leave the group silently', async () => {
    const { world, id } = await created();
    const live = arnIn(await world.update(id, {}, BOTH));
    const [accelerator] = world.existing('CustomRoutingAccelerator');
    world.api('UntagResource', { ResourceArn: accelerator, TagKeys: Object.keys(world.tagsOf(accelerator)) });

    expect(await world.delete(id, BOTH)).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(live) });
    expect(world.all()).toEqual([live]);
  });

  test('are rolled back the same way', async () => {
    const { world, id } = await created();
    await world.update(id, {}, BOTH);

    const third = await world.update(id, BOTH, {});

    expect(third).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
    expect(world.all()).toEqual([arnIn(third)]);
    expect(world.group(arnIn(third)).DestinationDescriptions[0].Protocols).toEqual(['UDP']);
  });

  test.each([2, 10, 30, 60, 66, 70, 80, 90, 120])('are rolled back when the update is cancelled after %i s', async seconds => {
    const { world, id } = await created();
    const cancelled = world.send(world.updateOptions(id, {}, BOTH));
    await world.pass(seconds);

    const answer = await world.update(id, BOTH, {});

    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    void cancelled;
    await world.pass(900);
    expect(world.all()).toEqual([arnIn(answer)]);
    expect(world.group(arnIn(answer)).DestinationDescriptions[0].Protocols).toEqual(['UDP']);
    expect(world.allowed(arnIn(answer))).toEqual(['10.0.0.5:7777']);
  });

  test('that reach the function only after they were taken back delete nothing', async () => {
    const { world, arn, id } = await created();
    const late = world.send(world.updateOptions(id, {}, BOTH, { deliveries: [20] }));
    await world.pass(5);

    expect(await world.update(id, BOTH, {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
    void late;
    await world.pass(900);
    expect(world.all()).toEqual([arn]);
  });

  test.each(Array.from({ length: 24 }, (_, index) => index + 1))('survive a crash at service call %i', async atCall => {
    for (const effect of [false, true]) {
      const { world, id } = await created();
      world.crashAt({ atCall, effect });

      const answer = await world.update(id, {}, BOTH);

      expect(answer).toMatchObject({ Status: 'SUCCESS' });
      expect(world.all()).toEqual([arnIn(answer)]);
      expect(world.group(arnIn(answer)).DestinationDescriptions[0].Protocols).toEqual(['TCP', 'UDP']);
    }
  });

  test.each(Array.from({ length: 24 }, (_, index) => index + 1))('are rolled back when the update dies for good at call %i', async atCall => {
    const { world, id } = await created();
    await world.pass(10);
    const revive = world.dieAt({ atCall, effect: true });
    void world.send(world.updateOptions(id, {}, BOTH));
    await world.pass(300);
    revive();

    const answer = await world.clock.run(world.send(world.updateOptions(id, BOTH, {})));

    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all()).toEqual([arnIn(answer)]);
    expect(world.group(arnIn(answer)).DestinationDescriptions[0].Protocols).toEqual(['UDP']);
  });

  test('are refused for a protected group, until the protection is taken away', async () => {
    const { world, id } = await created({ ProtectPortMappings: true });
    const protectedBefore = { ProtectPortMappings: true };

    const refused = await world.update(id, protectedBefore, { ...BOTH, ProtectPortMappings: true });
    expect(refused).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/'protectPortMappings' forbids.*set 'protectPortMappings' to false/) });
    expect(await world.update(id, { ...BOTH, ProtectPortMappings: true }, protectedBefore)).toMatchObject({ PhysicalResourceId: id });
    await world.pass(60);
    const changed = await world.update(id, protectedBefore, BOTH);
    expect(changed.Reason).toBeUndefined();
    expect(changed).toMatchObject({ Status: 'SUCCESS' });
    expect(await world.update(changed.PhysicalResourceId, BOTH, protectedBefore)).toMatchObject({ Status: 'SUCCESS' });
  });

  test('in another order are the same', async () => {
    const Destinations = [{ FromPort: 1, ToPort: 2, Protocols: ['TCP', 'UDP'] }, { FromPort: 5, ToPort: 5, Protocols: ['TCP'] }];
    const { world, id } = await created({ Destinations, ...NONE });

    const answer = await world.update(id, { Destinations, ...NONE }, {
      Destinations: [Destinations[1], { ...Destinations[0], Protocols: ['UDP', 'TCP'] }], ...NONE,
    });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
  });
});

describe('another Region or listener', () => {
  const FAR = { Region: 'us-east-1', Subnets: [{ SubnetId: 'subnet-far' }] };

  test('replaces the group, beside the old one', async () => {
    const { world, arn, id } = await created();

    const answer = await world.update(id, {}, FAR);

    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(world.all().sort()).toEqual([arn, arnIn(answer)].sort());
    await world.delete(id);
    expect(world.all()).toEqual([arnIn(answer)]);
  });

  test('comes back to the old group in a rollback', async () => {
    const { world, arn, id } = await created();
    const { PhysicalResourceId } = await world.update(id, {}, FAR);
    const before = world.mappings(arn);

    expect(await world.update(PhysicalResourceId, FAR, {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
    await world.delete(PhysicalResourceId, FAR);
    expect(world.all()).toEqual([arn]);
    expect(world.mappings(arn)).toEqual(before);
  });

  test('that fails removes what it has made itself', async () => {
    const { world, arn, id } = await created();

    const answer = await world.update(id, {}, { Region: 'us-east-1', Subnets: [{ SubnetId: 'subnet-b' }] });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id, Reason: expect.stringMatching(/InvalidArgument.*no subnet subnet-b/) });
    expect(world.all()).toEqual([arn]);
  });
});

test('a create whose id nobody learnt is updated all the same', async () => {
  const { world, arn } = await created();

  expect(await world.update('id-not-known:1', {}, {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'id-not-known:1' });
  expect(world.all()).toEqual([arn]);
  expect(await world.delete('id-not-known:1')).toMatchObject({ Status: 'SUCCESS' });
  expect(world.all()).toEqual([]);
});

test('a create that Global Accelerator refuses leaves no tag behind', async () => {
  const world = new KindWorld(KIND, { quotas: { endpointGroups: 0 } });
  const accelerator = world.existing('CustomRoutingAccelerator')[0];
  const tags = world.tagsOf(accelerator);
  const answer = await world.create();

  expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/LimitExceededException.*endpoint groups of the accelerator/) });
  expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
  expect(world.tagsOf(accelerator)).toEqual(tags);
});

test('a group of somebody else that comes first is left alone, and so is every tag', async () => {
  const world = new KindWorld(KIND);
  let foreign: string | undefined;
  world.dispatcher.interceptors.push(({ input, operation }) => {
    if (operation === 'CreateCustomRoutingEndpointGroup' && !String(input.IdempotencyToken).startsWith('foreign')) {
      foreign ??= world.foreignGroup(input.ListenerArn);
    }
    return undefined;
  });

  const answer = await world.create();

  expect(answer).toMatchObject({
    Status: 'FAILED', Reason: expect.stringContaining(`${foreign} is in the way`), PhysicalResourceId: expect.stringMatching(/^id-not-known:/),
  });
  expect(await world.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
  expect(world.tagsOf(world.existing('CustomRoutingAccelerator')[0])).toEqual({});
  expect(world.all()).toEqual([foreign]);
});

test('a group that somebody deletes while it is being made is an error', async () => {
  const world = new KindWorld(KIND, { deploymentSeconds: 60 });
  await world.pass(200);
  const answer = world.send(world.createOptions());
  await world.pass(20);
  world.api('DeleteCustomRoutingEndpointGroup', { EndpointGroupArn: world.all()[0] });

  expect(await world.clock.run(answer)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/has vanished before it was ready/) });
});

test.each([
  ['AddCustomRoutingEndpoints', 'EndpointAlreadyExistsException', 400],
  ['AddCustomRoutingEndpoints', 'ConflictException', 409],
  ['AllowCustomRoutingTraffic', 'InternalServiceErrorException', 400],
  ['CreateCustomRoutingEndpointGroup', 'InternalServiceErrorException', 500],
])('%s is tried again after %s', async (name, error, status) => {
  const world = new KindWorld(KIND);
  let left = 2;
  world.dispatcher.interceptors.push(({ operation }) => operation === name && left-- > 0 ? { before: new ServiceError(error, 'Not now.', status) } : undefined);

  expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
  expect(left).toBe(-1);
});

test('a permission that is missing for good is an error that names it', async () => {
  const world = new KindWorld(KIND);
  world.dispatcher.interceptors.push(({ operation }) => operation === 'AddCustomRoutingEndpoints'
    ? { before: new ServiceError('AccessDeniedException', 'not authorized to perform: globalaccelerator:AddCustomRoutingEndpoints', 403) } : undefined);

  const answer = await world.create();

  expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/AddCustomRoutingEndpoints.*lacks this permission/) });
  expect(answer.after).toBeGreaterThan(60);
});

test('conflicts and endpoints that are there already are looked at again', async () => {
  const { world, arn, id } = await created({}, { strictTransactions: true });
  world.api('AddCustomRoutingEndpoints', { EndpointGroupArn: arn, EndpointConfigurations: [{ EndpointId: 'subnet-b' }] });

  expect(await world.update(id, {}, { Subnets: [{ SubnetId: 'subnet-b' }, { SubnetId: 'subnet-c' }] })).toMatchObject({ Status: 'SUCCESS' });
  expect(subnets(world, arn).sort()).toEqual(['subnet-b', 'subnet-c']);
});

test.each([
  [{ ListenerArn: 'arn' }, /ARN of a listener/],
  [{ Destinations: [] }, /1 to 100/],
  [{ Destinations: [{ FromPort: 1, ToPort: 1, Protocols: [] }] }, /1 to 2/],
  [{ Subnets: [{ SubnetId: 'subnet-a', Traffic: { Allow: 'SOME' } }] }, /must be one of ALL, NONE, LIST/],
  [{ Subnets: [{ SubnetId: 'subnet-a', Traffic: { Allow: 'LIST', Rules: [{ Addresses: ['10.0.0.5'], Ports: [0] }] } }] }, /'Subnets\[0\]\.Traffic\.Rules\[0\]\.Ports\[0\]' is "0"/],
  [{ Subnets: [{ SubnetId: 'subnet-a', Traffic: { Allow: 'LIST' } }] }, /Rules/],
])('refuses %j', async (properties, message) => {
  const world = new KindWorld(KIND);
  const calls = world.calls().length;

  expect(await world.create(properties)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(message) });
  expect(world.calls()).toHaveLength(calls);
});
