import { accelerator, ACCELERATOR, entry, error, group, GROUP, listener, LISTENER, step } from './port';
import { requestHash } from '../../../lambda/global-accelerator/child-register';
import { SdkGlobalAccelerator, type GlobalAccelerator } from '../../../lambda/global-accelerator/client';
import { CustomRoutingAcceleratorHandler, type AcceleratorDeclaration } from '../../../lambda/global-accelerator/custom-routing-accelerator';
import { CustomRoutingEndpointGroupHandler, type EndpointGroupDeclaration } from '../../../lambda/global-accelerator/custom-routing-endpoint-group';
import { CustomRoutingListenerHandler, type ListenerDeclaration } from '../../../lambda/global-accelerator/custom-routing-listener';
import { CustomRoutingPortLookupHandler } from '../../../lambda/global-accelerator/custom-routing-port-lookup';
import { globalAcceleratorHandlers } from '../../../lambda/global-accelerator/index';
import { patiently } from '../../../lambda/global-accelerator/patience';
import { trafficChanges } from '../../../lambda/global-accelerator/traffic';
import type { Outcome, StepContext } from '../../../lambda/lifecycle/handler';
import { REQUEST_TAG_KEY } from '../../../src/wire/global-accelerator';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { clockAt, OWNER, REQUESTED_AT, stepContext } from '../step-context';

const NOW = REQUESTED_AT + 100_000;
const OWN = requestHash('r');
const UNUSED = {} as GlobalAccelerator;

describe('an accelerator', () => {
  const GAME: AcceleratorDeclaration = { name: 'game', enabled: true, addresses: [], tags: {} };
  const OURS = { [OWNER_TAG_KEY]: OWNER };
  const at = (answers: Partial<GlobalAccelerator>, changes: Partial<StepContext<AcceleratorDeclaration>> = {}) => {
    const world = step(GAME, answers, changes);
    return { ...world, handler: new CustomRoutingAcceleratorHandler(world.port) };
  };
  const updating = (answers: Partial<GlobalAccelerator>, changes: Partial<StepContext<AcceleratorDeclaration>> = {}) =>
    at({ listTags: async () => ({ ...OURS, old: '1' }), ...answers }, { operation: 'Update', physicalId: ACCELERATOR, ...changes });

  test('that is created is remembered and waited for', async () => {
    const { handler, context, changesOf, log } = at({ createAccelerator: async () => ACCELERATOR });
    expect(await handler.create(context)).toEqual({
      status: 'waiting', until: `accelerator ${ACCELERATOR} to be DEPLOYED (it is IN_PROGRESS)`, seconds: 10,
      memory: { createdArn: ACCELERATOR, createdAt: NOW },
    });
    expect(changesOf()).toEqual(['claim', expect.stringMatching(/^createAccelerator game true \[\]/)]);
    expect(log).toEqual([['INFO', 'Created the accelerator', { arn: ACCELERATOR }]]);
  });

  test('of an earlier deployment is named, with all ways out', async () => {
    const { handler, context } = at({ listAccelerators: async () => [ACCELERATOR], listTags: async () => ({ ...OURS, [REQUEST_TAG_KEY]: 'earlier' }) });
    await expect(handler.create(context)).rejects.toThrow(/or delete it, or remove its tag 'cdk-multi-region:owner'; then deploy again\.$/);
  });

  test('of an earlier update is taken up by the one that takes that back', async () => {
    const other = `${ACCELERATOR.slice(0, -1)}1`;
    const { handler, context } = updating({
      describeAccelerator: async arn => arn === ACCELERATOR ? accelerator({ deployed: false }) : undefined,
      listAccelerators: async () => [ACCELERATOR],
    }, { physicalId: other });
    expect(await handler.update(context)).toMatchObject({ status: 'waiting', physicalId: ACCELERATOR });
  });

  test.each<[object, string, object]>([
    [{ createdAt: NOW - 59_900 }, 'to show up', { createdArn: ACCELERATOR, createdAt: NOW - 59_900 }],
    [{}, 'to show up', { createdArn: ACCELERATOR, createdAt: NOW }],
    [{ createdAt: NOW - 60_000 }, 'to show up again', { misses: 1 }],
    [{ createdAt: NOW, seen: true }, 'to show up again', { misses: 1 }],
    [{ createdAt: NOW, seen: true, misses: 2 }, 'to show up again', { misses: 3 }],
  ])('that was created and is not seen is waited for (%j)', async (memory, until, expected) => {
    const { handler, context } = at({ describeAccelerator: async () => undefined }, { memory: { createdArn: ACCELERATOR, ...memory } as any });
    expect(await handler.create(context)).toEqual({ status: 'waiting', until: `accelerator ${ACCELERATOR} ${until}`, seconds: 5, memory: expected });
  });

  test('is believed to be gone at the fourth miss', async () => {
    const { handler, context } = at({ describeAccelerator: async () => undefined }, { memory: { createdArn: ACCELERATOR, seen: true, misses: 3 } });
    await expect(handler.create(context)).rejects.toThrow(/something else deleted it\. Find out what in CloudTrail in us-west-2/);
  });

  test('that has been seen is remembered as such', async () => {
    const { handler, context } = at({ describeAccelerator: async () => accelerator({ deployed: false }) }, { memory: { createdArn: ACCELERATOR } });
    expect(await handler.create(context)).toMatchObject({ physicalId: ACCELERATOR, memory: { seen: true, misses: 0 } });
  });

  test('that changes is remembered as well', async () => {
    const { handler, context, changesOf } = updating({ describeAccelerator: async () => accelerator({ name: 'other' }) });
    expect(await handler.update(context)).toMatchObject({ status: 'waiting', physicalId: ACCELERATOR, memory: { seen: true } });
    expect(changesOf()).toEqual(['claimChange', 'updateAccelerator 1234abcd-0000-4000-8000-000000000000 {"name":"game"}']);
  });

  test.each<[string, object | undefined, object, string | undefined]>([
    ['are as declared', { bucket: 'b', prefix: 'p' }, { enabled: true, bucket: 'b', prefix: 'p' }, undefined],
    ['go to another bucket', { bucket: 'b', prefix: 'p' }, { enabled: true, bucket: 'c', prefix: 'p' }, 'off'],
    ['have another prefix', { bucket: 'b', prefix: 'p' }, { enabled: true, bucket: 'b', prefix: 'q' }, 'off'],
    ['are off', { bucket: 'b', prefix: 'p' }, { enabled: false, bucket: 'b', prefix: 'p' }, 'on'],
    ['are no longer declared', undefined, { enabled: true, bucket: 'b', prefix: 'p' }, 'off'],
    ['are off and not declared', undefined, { enabled: false }, undefined],
  ])('whose flow logs %s', async (_, flowLogs, present, switched) => {
    const { handler, context, changesOf } = updating({ flowLogs: async () => present as any, listTags: async () => OURS }, {
      properties: { ...GAME, flowLogs: flowLogs as any }, oldProperties: { ...GAME, flowLogs: { bucket: 'x', prefix: 'x' } },
    });
    expect(await handler.update(context)).toMatchObject(switched
      ? { status: 'waiting', until: `the flow logs of ${ACCELERATOR} to be switched ${switched}` } : { status: 'ready' });
    expect(changesOf()).toHaveLength(switched ? 2 : 0);
  });

  test('gets new tags', async () => {
    const { handler, context, changesOf } = updating({}, { properties: { ...GAME, tags: { new: '1' } } });
    await handler.update(context);
    expect(changesOf()).toEqual(['claimChange', 'tag 1234abcd-0000-4000-8000-000000000000 {"new":"1"}']);
  });

  test('loses tags that were declared', async () => {
    const { handler, context, changesOf } = updating({}, { oldProperties: { ...GAME, tags: { old: '1' } } });
    await handler.update(context);
    expect(changesOf()).toEqual(['claimChange', 'untag 1234abcd-0000-4000-8000-000000000000 ["old"]']);
  });

  test('keeps its tags where nothing differs', async () => {
    const { handler, context, changesOf } = updating({});
    expect(await handler.update(context)).toMatchObject({ status: 'ready' });
    expect(changesOf()).toEqual([]);
  });

  test('shows empty addresses where it has none', async () => {
    const { handler, context } = updating({ describeAccelerator: async () => accelerator({ addresses: [] }) });
    expect(await handler.update(context)).toMatchObject({ attributes: { Ipv4Address1: '', Ipv4Address2: '' } });
  });

  describe('to be deleted', () => {
    const deleting = (answers: Partial<GlobalAccelerator>, changes: Partial<StepContext<AcceleratorDeclaration>> = {}) =>
      at(answers, { operation: 'Delete', physicalId: ACCELERATOR, quietUntil: NOW, ...changes });

    test.each<[string, Partial<GlobalAccelerator>, string, string[]]>([
      ['waits while it is IN_PROGRESS', { describeAccelerator: async () => accelerator({ deployed: false }) },
        `accelerator ${ACCELERATOR} to be DEPLOYED (it is IN_PROGRESS)`, []],
      ['waits for the listeners of others', { listListeners: async () => [listener(), listener({ arn: `${ACCELERATOR}/listener/0c` })] },
        `the removal of listeners that are not this stack's: ${LISTENER}, ${ACCELERATOR}/listener/0c`, []],
      ['is disabled first', {}, `accelerator ${ACCELERATOR} to be disabled`,
        ['claim', 'updateAccelerator 1234abcd-0000-4000-8000-000000000000 {"enabled":false}']],
      ['is deleted then', { describeAccelerator: async () => accelerator({ enabled: false }), listListeners: async () => undefined },
        `accelerator ${ACCELERATOR} to go away`, ['claim', 'deleteAccelerator 1234abcd-0000-4000-8000-000000000000']],
    ])('%s', async (_, answers, until, changes) => {
      const { handler, context, changesOf } = deleting(answers);
      expect(await handler.delete(context)).toMatchObject({ status: 'waiting', until });
      expect(changesOf()).toEqual(changes);
    });

    test('is logged', async () => {
      const { handler, context, log } = deleting({ describeAccelerator: async () => accelerator({ enabled: false }) });
      await handler.delete(context);
      expect(log).toEqual([['INFO', 'Deleted the accelerator', { arn: ACCELERATOR }]]);
    });

    test('under an invented id is found by its owner', async () => {
      const { handler, context } = deleting({ listAccelerators: async () => [ACCELERATOR], listTags: async () => OURS }, { physicalId: 'invented' });
      expect(await handler.delete(context)).toMatchObject({ until: `accelerator ${ACCELERATOR} to be disabled` });
    });

    test.each([[100, 30], [7, 7]])('under an invented id waits through the quiet period, of which %d s are left', async (left, seconds) => {
      const { handler, context } = deleting({}, { physicalId: 'invented', quietUntil: NOW + left * 1000 });
      expect(await handler.delete(context)).toEqual({
        status: 'waiting', until: 'certainty that no abandoned create is still under way', seconds,
      });
    });

    test('under an invented id is gone after the quiet period', async () => {
      const { handler, context } = deleting({}, { physicalId: 'invented' });
      expect(await handler.delete(context)).toEqual({ status: 'gone' });
    });
  });
});

describe('a listener', () => {
  const PORTS: ListenerDeclaration = { acceleratorArn: ACCELERATOR, portRanges: [{ from: 1, to: 100 }] };
  const at = (answers: Partial<GlobalAccelerator>, changes: Partial<StepContext<ListenerDeclaration>> = {}) => {
    const world = step(PORTS, answers, changes);
    return { ...world, handler: new CustomRoutingListenerHandler(world.port) };
  };
  const collision = () => { throw error('InvalidPortRangeException'); };

  test('is announced before it is created', async () => {
    const { handler, context, changesOf } = at({});
    expect(await handler.create(context)).toEqual({ status: 'waiting', until: 'the creation of the listener', seconds: 1, memory: { announcedAt: NOW } });
    expect(changesOf()).toEqual(['claim', expect.stringMatching(/^tag /)]);
  });

  test('that was announced is created', async () => {
    const tags = await entry('listener', { request: OWN });
    const { handler, context, log } = at({ listTags: async () => tags, createListener: async () => LISTENER });
    expect(await handler.create(context)).toEqual({
      status: 'waiting', until: `${LISTENER} to show up`, seconds: 1, memory: { createdArn: LISTENER, createdAt: NOW },
    });
    expect(log).toEqual([['INFO', 'Created the listener', { arn: LISTENER }]]);
  });

  test('whose entry does not show is not created', async () => {
    const { handler, context, changesOf } = at({}, { memory: { announcedAt: NOW - 59_000 } });
    expect(await handler.create(context)).toEqual({
      status: 'waiting', until: expect.stringMatching(/^the entry of this request, tag 'cdk-multi-region:child:\w+' of the accelerator, to show up$/), seconds: 5,
    });
    expect(changesOf()).toEqual([]);
  });

  test('whose entry has vanished fails, for nobody could tell any more whose it is', async () => {
    const { handler, context, changesOf } = at({}, { memory: { announcedAt: NOW - 60_000 } });
    await expect(handler.create(context)).rejects.toThrow(
      /^Tag 'cdk-multi-region:child:\w+' of accelerator .*, by which the listener would be found again, has vanished, so nothing was created: something else/);
    expect(changesOf()).toEqual([]);
  });

  test('that collides with nothing that is seen says so in the words of the service', async () => {
    const { handler, context, changesOf } = at({}, { memory: { announcedAt: NOW, collision: 'InvalidPortRangeException: text' } });
    await expect(handler.create(context)).rejects.toThrow('The listener could not be created (ports 1-100 of accelerator '
      + `${ACCELERATOR}): InvalidPortRangeException: text.`);
    expect(changesOf()).toEqual([expect.stringMatching(new RegExp(`^tag .*${OWN} collided`))]);
  });

  test('that collides writes that down first', async () => {
    const tags = await entry('listener', { request: OWN });
    const { handler, context, changesOf } = at({ listTags: async () => tags, createListener: collision });
    expect(await handler.create(context)).toEqual({
      status: 'waiting', until: 'the entry of this request to say that it has collided', seconds: 0, memory: { collision: 'InvalidPortRangeException: text' },
    });
    expect(changesOf().filter(call => /^(tag|untag)/.test(call))).toEqual([]);
  });

  test('that has collided is not created by a worker that comes later', async () => {
    const tags = await entry('listener', { request: OWN, hasCollided: true });
    const { handler, context, changesOf } = at({ listTags: async () => tags }, { memory: { announcedAt: NOW } });
    expect(await handler.create(context)).toMatchObject({ status: 'waiting', until: expect.stringMatching(/^the entry of this request, tag/) });
    expect(changesOf()).toEqual([]);
  });

  test('in the way is named, with what to do', async () => {
    const { handler, context } = at({ listListeners: async () => [listener({ portRanges: [{ from: 500, to: 600 }, { from: 100, to: 200 }] })] });
    await expect(handler.create(context)).rejects.toThrow(/0a is in the way \(ports 1-100 of .*Choose another place, or delete it; one that the same stack/);
  });

  test('of other ports is not in the way', async () => {
    const { handler, context } = at({ listListeners: async () => [listener({ portRanges: [{ from: 101, to: 200 }] })] });
    expect(await handler.create(context)).toMatchObject({ until: 'the creation of the listener' });
  });

  test.each<[object, number, string, object]>([
    [{ createdAt: NOW - 59_900 }, 5, 'to show up', { createdArn: LISTENER, createdAt: NOW - 59_900 }],
    [{}, 5, 'to show up', { createdArn: LISTENER, createdAt: NOW }],
    [{ createdAt: NOW - 60_000 }, 5, 'to show up again', { misses: 1 }],
    [{ createdAt: NOW, seen: true }, 5, 'to show up again', { misses: 1 }],
    [{ createdAt: NOW, seen: true, misses: 2 }, 5, 'to show up again', { misses: 3 }],
  ])('that was created and is not seen is waited for (%j)', async (memory, seconds, until, expected) => {
    const { handler, context } = at({}, { memory: { createdArn: LISTENER, ...memory } as any });
    expect(await handler.create(context)).toEqual({ status: 'waiting', until: `${LISTENER} ${until}`, seconds, memory: expected });
  });

  test('of whose creation only the tags tell is waited for as well', async () => {
    const tags = await entry('listener', { request: OWN, arn: LISTENER });
    const { handler, context } = at({ listTags: async () => tags });
    expect(await handler.create(context)).toMatchObject({ until: `${LISTENER} to show up` });
  });

  test('is believed to be gone at the fourth miss', async () => {
    const { handler, context } = at({}, { memory: { createdArn: LISTENER, seen: true, misses: 3 } });
    await expect(handler.create(context)).rejects.toThrow(/has vanished before it was ready: .*CloudTrail in us-west-2, then deploy again\.$/);
  });

  test('that is seen is entered with its ARN', async () => {
    const tags = await entry('listener', { request: OWN });
    const { handler, context, changesOf } = at(
      { listTags: async () => tags, describeListener: async () => listener() }, { memory: { createdArn: LISTENER, createdAt: 5 } });
    expect(await handler.create(context)).toEqual({
      status: 'waiting', until: `${LISTENER} to show up`, seconds: 1, memory: { createdArn: LISTENER, createdAt: 5 },
    });
    expect(changesOf()).toEqual([expect.stringContaining(`${OWN} listener/0a`)]);
  });

  test('that was entered is ready, and found', async () => {
    const tags = await entry('listener', { request: OWN, arn: LISTENER });
    const { handler, context, found } = at({ listTags: async () => tags, describeListener: async () => listener() });
    expect(await handler.create(context)).toEqual({ status: 'ready', physicalId: LISTENER, attributes: { ListenerArn: LISTENER } });
    expect(found).toEqual([LISTENER]);
  });

  test('that the tags do not tell of yet is entered as well', async () => {
    const { handler, context, changesOf } = at({ describeListener: async () => listener() }, { memory: { createdArn: LISTENER } });
    expect(await handler.create(context)).toMatchObject({ until: `${LISTENER} to show up` });
    expect(changesOf()).toEqual([expect.stringContaining(`${OWN} listener/0a`)]);
  });

  test.each([[NOW + 7000, 'certainty that no abandoned create is still under way', 7], [NOW, 'the creation of the listener', 1]])(
    'that an earlier request was about to make is waited for through the quiet period (%d)', async (quietUntil, until, seconds) => {
      const tags = await entry('listener', { request: 'earlier' });
      const { handler, context } = at({ listTags: async () => tags }, { quietUntil });
      expect(await handler.create(context)).toMatchObject({ until, seconds });
    });

  test('that an earlier request may have made is no matter for a create', async () => {
    const tags = await entry('listener', { request: 'earlier' });
    const { handler, context, changesOf } = at({ listTags: async () => tags, listListeners: async () => [listener()] }, { quietUntil: NOW });
    await expect(handler.create(context)).rejects.toThrow(/is in the way/);
    expect(changesOf()).toEqual([]);
  });

  test('of which no list is told is announced', async () => {
    const { handler, context } = at({ listListeners: async () => undefined });
    expect(await handler.create(context)).toMatchObject({ until: 'the creation of the listener' });
  });

  test('is in the way with one of its ranges', async () => {
    const portRanges = [{ from: 100, to: 110 }, { from: 500, to: 600 }];
    const { handler, context } = at({ listListeners: async () => [listener()] }, { properties: { ...PORTS, portRanges } });
    await expect(handler.create(context)).rejects.toThrow(/0a is in the way/);
  });

  test('of an earlier deployment is no second one', async () => {
    const tags = await entry('listener', { request: 'earlier', arn: LISTENER });
    const { handler, context } = at({ listTags: async () => tags, describeListener: async () => listener() });
    await expect(handler.create(context)).rejects.toThrow(/has been kept, so no second one can be made \(ports 1-100/);
  });

  test('whose accelerator is busy is remembered as seen', async () => {
    const tags = await entry('listener', { request: OWN, arn: LISTENER });
    const { handler, context } = at({
      listTags: async () => tags, describeListener: async () => listener(), describeAccelerator: async () => accelerator({ deployed: false }),
    });
    expect(await handler.create(context)).toEqual({
      status: 'waiting', until: `accelerator ${ACCELERATOR} to be DEPLOYED (it is IN_PROGRESS)`, seconds: 10, physicalId: LISTENER,
      memory: { seen: true, misses: 0 },
    });
  });

  test('gets its ports in place', async () => {
    const { handler, context, changesOf } = at(
      { describeListener: async () => listener({ portRanges: [{ from: 5, to: 6 }] }) }, { operation: 'Update', physicalId: LISTENER, oldProperties: PORTS });
    expect(await handler.update(context)).toMatchObject({ until: `the port ranges 1-100 of ${LISTENER}`, physicalId: LISTENER, memory: { seen: true } });
    expect(changesOf()).toEqual(['claimChange', 'updateListener 0a [{"from":1,"to":100}]']);
  });

  test('that was deleted outside, and is still listed, is waited for', async () => {
    const { handler, context } = at({ listListeners: async () => [listener()] }, { operation: 'Update', physicalId: LISTENER, oldProperties: PORTS });
    expect(await handler.update(context)).toMatchObject({ until: `${LISTENER} to be found or to go away` });
  });

  describe('to be deleted', () => {
    const deleting = (answers: Partial<GlobalAccelerator>, changes: Partial<StepContext<ListenerDeclaration>> = {}) =>
      at(answers, { operation: 'Delete', physicalId: LISTENER, quietUntil: NOW, ...changes });

    test('is deleted, logged and waited for', async () => {
      const { handler, context, changesOf, log } = deleting({ describeListener: async () => listener() });
      expect(await handler.delete(context)).toMatchObject({ status: 'waiting', until: `${LISTENER} to go away` });
      expect(changesOf()).toEqual(['claim', 'deleteListener 0a']);
      expect(log).toEqual([['INFO', 'Deleted the listener', { arn: LISTENER }]]);
    });

    test('and gone has its entry taken out', async () => {
      const tags = await entry('listener', { request: 'earlier', arn: LISTENER });
      const { handler, context, changesOf } = deleting({ listTags: async () => ({ ...tags, other: '1' }) });
      await handler.delete(context);
      expect(changesOf()).toEqual([`untag 1234abcd-0000-4000-8000-000000000000 ${JSON.stringify(Object.keys(tags))}`]);
    });

    test('and gone without an entry needs no call', async () => {
      const { handler, context, changesOf } = deleting({});
      expect(await handler.delete(context)).toEqual({ status: 'gone' });
      expect(changesOf()).toEqual([]);
    });

    test('takes with it what was made anew under its id', async () => {
      const remade = `${ACCELERATOR}/listener/0c`;
      const tags = await entry('listener', { request: 'earlier', arn: remade, heldAs: LISTENER });
      const { handler, context, changesOf } = deleting(
        { listTags: async () => tags, describeListener: async arn => arn === remade ? listener({ arn }) : undefined });
      expect(await handler.delete(context)).toMatchObject({ until: `${remade} to go away` });
      expect(changesOf()).toEqual(['claim', 'deleteListener 0c']);
    });

    test('leaves alone what was made anew under another id', async () => {
      const tags = await entry('listener', { request: 'earlier', arn: `${ACCELERATOR}/listener/0c`, heldAs: `${ACCELERATOR}/listener/0d` });
      const { handler, context, changesOf } = deleting({ listTags: async () => tags, describeListener: async () => undefined });
      expect(await handler.delete(context)).toEqual({ status: 'gone' });
      expect(changesOf()).toEqual([]);
    });

    test.each([[100, 30], [7, 7], [0.5, 1]])('under an invented id waits through the quiet period, of which %d s are left', async (left, seconds) => {
      const { handler, context } = deleting({}, { physicalId: 'invented', quietUntil: NOW + left * 1000 });
      expect(await handler.delete(context)).toEqual({
        status: 'waiting', until: 'certainty that no abandoned create is still under way', seconds,
      });
    });

    test('under an invented id has its entry taken out after the quiet period', async () => {
      const tags = await entry('listener', { request: 'earlier' });
      const { handler, context, changesOf } = deleting({ listTags: async () => tags }, { physicalId: 'invented' });
      expect(await handler.delete(context)).toEqual({ status: 'gone' });
      expect(changesOf()).toHaveLength(1);
    });

    test('under an invented id needs no call where nothing was entered', async () => {
      const { handler, context, changesOf } = deleting({}, { physicalId: 'invented' });
      expect(await handler.delete(context)).toEqual({ status: 'gone' });
      expect(changesOf()).toEqual([]);
    });

    test('that an abandoned request was about to make is asked for by its token', async () => {
      const tags = await entry('listener', { request: 'earlier' });
      const { handler, context, changesOf } = deleting(
        { listTags: async () => tags, listListeners: async () => [listener()], createListener: async () => LISTENER }, { physicalId: 'invented' });
      expect(await handler.delete(context)).toMatchObject({
        until: `a look at ${LISTENER}, which an abandoned request has made`, seconds: 1, memory: { unseenUntil: NOW + 60_000 },
      });
      expect(changesOf().map(call => call.split(' ')[0])).toEqual(['claim', 'createListener', 'tag']);
    });

    test.each<['delete' | 'update', Partial<StepContext<ListenerDeclaration>>]>([
      ['delete', { physicalId: 'invented' }],
      ['update', { operation: 'Update', physicalId: 'invented', oldProperties: PORTS }],
    ])('that the token has given back just now, and is not found yet, is waited for by the %s', async (operation, changes) => {
      const tags = await entry('listener', { request: 'earlier', arn: LISTENER });
      const { handler, context, changesOf } = deleting({ listTags: async () => tags }, { ...changes, memory: { unseenUntil: NOW + 1 } });
      expect(await handler[operation](context)).toEqual({ status: 'waiting', until: `${LISTENER} to show up`, seconds: 5 });
      expect(changesOf()).toEqual([]);
    });

    test('that the token has given back a minute ago, and is not found, is gone', async () => {
      const tags = await entry('listener', { request: 'earlier', arn: LISTENER });
      const { handler, context } = deleting({ listTags: async () => tags }, { physicalId: 'invented', memory: { unseenUntil: NOW } });
      expect(await handler.delete(context)).toEqual({ status: 'gone' });
    });

    test('that was found after all need not show up any more', async () => {
      const { handler, context } = deleting({ describeListener: async () => listener() }, { memory: { unseenUntil: NOW + 1 } });
      expect(await handler.delete(context)).toMatchObject({ until: `${LISTENER} to go away`, memory: { unseenUntil: 0 } });
    });

    describe('whose request has collided', () => {
      const collided = async (changes: Partial<StepContext<ListenerDeclaration>>) => {
        const tags = await entry('listener', { request: 'earlier', hasCollided: true });
        return deleting({ listTags: async () => tags, listListeners: async () => [listener()], createListener: collision },
          { physicalId: 'id-not-known:r', ...changes });
      };

      test('is asked for only when no worker can be under way any more', async () => {
        const { handler, context, changesOf } = await collided({ quietUntil: NOW + 1000 });
        expect(await handler.delete(context)).toMatchObject({ until: 'certainty that no abandoned create is still under way', seconds: 1 });
        expect(changesOf()).toEqual([]);
      });

      test('is ours if its token gives it: a slow worker has created it after all', async () => {
        const tags = await entry('listener', { request: 'earlier', hasCollided: true });
        const { handler, context, changesOf } = deleting(
          { listTags: async () => tags, listListeners: async () => [listener()], createListener: async () => LISTENER },
          { physicalId: 'id-not-known:r', quietUntil: NOW });
        expect(await handler.delete(context)).toMatchObject({ until: `a look at ${LISTENER}, which an abandoned request has made` });
        expect(changesOf()).toEqual(['claim', expect.stringMatching(/^createListener /), expect.stringMatching(/^tag .*"earlier listener\/0a"/)]);
      });

      test('is looked for by the update that takes a replacement back as well', async () => {
        const elsewhere = `${ACCELERATOR.slice(0, -1)}1`;
        const tags = await entry('listener', { request: 'earlier', hasCollided: true });
        const { handler, context, changesOf } = deleting({
          listTags: async () => tags, listListeners: async () => [listener()], createListener: collision,
        }, {
          operation: 'Update', physicalId: `${elsewhere}/listener/0e`, oldProperties: PORTS,
          properties: { ...PORTS, acceleratorArn: elsewhere }, quietUntil: NOW,
        });
        expect(await handler.update(context)).toMatchObject({ until: 'the entry of a request that has collided to go away' });
        expect(changesOf().map(call => call.split(' ')[0])).toEqual(['claim', 'createListener', 'untag']);
      });

      test('leaves alone what collides again, and takes its entry back', async () => {
        const { handler, context, changesOf } = await collided({ quietUntil: NOW });
        expect(await handler.delete(context)).toEqual({ status: 'waiting', until: 'the entry of a request that has collided to go away', seconds: 1 });
        expect(changesOf().map(call => call.split(' ')[0])).toEqual(['claim', 'createListener', 'untag']);
      });
    });

    test.each([['InvalidPortRangeException', /can't be proven/], ['ThrottlingException', /^text$/]])('whose token gives %s', async (name, message) => {
      const tags = await entry('listener', { request: 'earlier' });
      const { handler, context } = deleting({
        listTags: async () => tags, listListeners: async () => [listener()], createListener: async () => { throw error(name); },
      }, { physicalId: 'invented' });
      await expect(handler.delete(context)).rejects.toThrow(message);
    });
  });

  test.each<[object, string | RegExp]>([
    [{ PortRanges: [{ FromPort: '1', ToPort: '5' }, { FromPort: '5', ToPort: '9' }] }, "Property 'PortRanges' has 1-5 and 5-9, which overlap. Join them."],
    [{ PortRanges: [{ FromPort: '5', ToPort: '9' }, { FromPort: '1', ToPort: '5' }] }, "Property 'PortRanges' has 5-9 and 1-5, which overlap. Join them."],
    [{ PortRanges: [{ FromPort: '9', ToPort: '5' }] }, /'PortRanges\[0\]' is 9-5, which ends before it begins/],
    [{ AcceleratorArn: 'x' }, /'AcceleratorArn' is "x", but must be the ARN of an accelerator/],
  ])('is refused with %j', (changes, message) => {
    const raw = { Schema: '1', AcceleratorArn: ACCELERATOR, PortRanges: [{ FromPort: '1', ToPort: '5' }], ...changes };
    expect(() => new CustomRoutingListenerHandler(UNUSED).parse(raw)).toThrow(message);
  });

  test('may have ranges side by side', () => {
    const raw = { Schema: '1', AcceleratorArn: ACCELERATOR, PortRanges: [{ FromPort: '6', ToPort: '9' }, { FromPort: '1', ToPort: '5' }] };
    expect(new CustomRoutingListenerHandler(UNUSED).parse(raw).portRanges).toEqual([{ from: 6, to: 9 }, { from: 1, to: 5 }]);
  });
});

describe('an endpoint group', () => {
  const DECLARED: EndpointGroupDeclaration = {
    listenerArn: LISTENER, region: 'eu-west-1', destinations: [{ from: 80, to: 81, protocols: ['TCP', 'UDP'] }], subnets: [], protectPortMappings: false,
  };
  const PLACE = 'listener/0a/eu-west-1';
  const at = (answers: Partial<GlobalAccelerator>, changes: Partial<StepContext<EndpointGroupDeclaration>> = {}) => {
    const world = step(DECLARED, { describeGroup: async () => group(), ...answers }, {
      operation: 'Update', physicalId: GROUP, oldProperties: DECLARED, ...changes,
    });
    return { ...world, handler: new CustomRoutingEndpointGroupHandler(world.port) };
  };
  const OTHER = { ...DECLARED, destinations: [{ from: 90, to: 91, protocols: ['TCP'] }] };

  test('is the same in whatever order its protocols and destinations come', async () => {
    const destinations = [{ from: 90, to: 91, protocols: ['TCP'] }, { from: 80, to: 81, protocols: ['TCP', 'UDP'] }];
    const present = group({ destinations: [{ from: 80, to: 81, protocols: ['UDP', 'TCP'] }, { from: 90, to: 91, protocols: ['TCP'] }] });
    const { handler, context } = at({ describeGroup: async () => present }, { properties: { ...DECLARED, destinations } });
    expect(await handler.update(context)).toMatchObject({ status: 'ready', attributes: { EndpointGroupArn: GROUP } });
  });

  test('is not made anew before a later request would be seen', async () => {
    const { handler, context, changesOf } = at({}, { properties: OTHER, clock: clockAt(40) });
    expect(await handler.update(context)).toEqual({
      status: 'waiting', until: 'certainty that CloudFormation has not taken the change back', seconds: 25, physicalId: GROUP,
    });
    expect(changesOf()).toEqual([]);
  });

  test('is removed to be made anew', async () => {
    const { handler, context, changesOf } = at({}, { properties: OTHER });
    expect(await handler.update(context)).toMatchObject({ until: `${GROUP} to go away` });
    expect(changesOf()).toEqual(['claim', 'deleteGroup 0b']);
  });

  test('that is gone before it is removed is no longer there to be removed', async () => {
    const answers = [group(), undefined];
    const { handler, context, changesOf } = at({ describeGroup: async () => answers.shift() }, { properties: OTHER });
    expect(await handler.update(context)).toMatchObject({ until: `${GROUP} to go away` });
    expect(changesOf()).toEqual([]);
  });

  test('keeps what was made anew under its id', async () => {
    const remade = `${LISTENER}/endpoint-group/0c`;
    const tags = await entry(PLACE, { request: 'earlier', arn: remade, heldAs: GROUP });
    const { handler, context } = at({ listTags: async () => tags, describeGroup: async arn => arn === remade ? group({ arn }) : undefined });
    expect(await handler.update(context)).toMatchObject({ status: 'ready', physicalId: GROUP, attributes: { EndpointGroupArn: remade } });
  });

  test('that was made anew under its id is protected as well', async () => {
    const remade = `${LISTENER}/endpoint-group/0c`;
    const tags = await entry(PLACE, { request: 'earlier', arn: remade, heldAs: GROUP });
    const { handler, context } = at(
      { listTags: async () => tags, describeGroup: async arn => arn === remade ? group({ arn }) : undefined },
      { properties: { ...OTHER, protectPortMappings: true }, oldProperties: { ...DECLARED, protectPortMappings: true } });
    await expect(handler.update(context)).rejects.toThrow(/forbids to make the endpoint group anew/);
  });

  test('that was made anew under another id is not the one that is held', async () => {
    const remade = `${LISTENER}/endpoint-group/0c`;
    const tags = await entry(PLACE, { request: OWN, arn: remade, heldAs: `${LISTENER}/endpoint-group/0d` });
    const { handler, context } = at(
      { listTags: async () => tags, describeGroup: async arn => arn === remade ? group({ arn }) : undefined },
      { properties: { ...OTHER, protectPortMappings: true }, oldProperties: { ...DECLARED, protectPortMappings: true }, clock: clockAt(40) });
    expect(await handler.update(context)).toMatchObject({ until: 'certainty that CloudFormation has not taken the change back' });
  });

  describe('that collided when it was made anew', () => {
    const collided = () => entry(PLACE, { request: 'earlier', heldAs: GROUP, hasCollided: true });

    test('is still known by the id under which it was held', async () => {
      const { handler, context, changesOf } = at(
        { describeGroup: async () => undefined }, { memory: { announcedAt: NOW, collision: 'EndpointGroupAlreadyExistsException: text' } });
      await expect(handler.update(context)).rejects.toThrow(/could not be created/);
      expect(changesOf()).toEqual([expect.stringMatching(new RegExp(`^tag .*"${OWN} collided listener/0a/endpoint-group/0b"`))]);
    });

    test.each([[NOW + 1000, 'waiting', []], [NOW, 'gone', ['untag']]])('takes its entry with it (quiet until %d)', async (quietUntil, status, changes) => {
      const tags = await collided();
      const { handler, context, changesOf } = at(
        { describeGroup: async () => undefined, listTags: async () => tags }, { operation: 'Delete', oldProperties: undefined, quietUntil });
      expect(await handler.delete(context)).toMatchObject({ status });
      expect(changesOf().map(call => call.split(' ')[0])).toEqual(changes);
    });
  });

  test('is not looked for under an id that none can have', async () => {
    const { handler, context, calls } = at({}, { physicalId: 'id-not-known:r', quietUntil: NOW });
    expect(await handler.update(context)).toMatchObject({ until: 'the creation of the endpoint group' });
    expect(calls.filter(call => call.startsWith('describeGroup'))).toEqual([]);
  });

  test('that cannot be brought to what is declared stays when it is the only one', async () => {
    const remade = `${LISTENER}/endpoint-group/0c`;
    const { handler, context } = at({
      describeGroup: async arn => arn === remade ? group({ arn }) : undefined, addEndpoints: async () => { throw error('ValidationException'); },
      listTags: async () => entry(PLACE, { request: OWN, arn: remade }),
    }, { properties: { ...DECLARED, subnets: [{ subnetId: 'subnet-a' }] }, memory: { createdArn: remade } });
    await expect(handler.update(context)).rejects.toThrow('text');
  });

  test('that an abandoned request made is asked for as it stands there', async () => {
    const tags = await entry(PLACE, { request: 'earlier' });
    const there = group({ destinations: [{ from: 5, to: 6, protocols: ['TCP'] }] });
    const { handler, context, changesOf } = at(
      { listTags: async () => tags, listGroups: async () => [there], createGroup: async () => GROUP }, { operation: 'Delete', physicalId: 'invented' });
    await handler.delete(context);
    expect(changesOf()[1]).toContain('createGroup 0a eu-west-1 [{"from":5,"to":6,"protocols":["TCP"]}]');
  });

  test.each<[boolean, boolean | undefined, boolean]>([
    [true, true, true], [true, undefined, true], [true, false, false], [false, true, false],
  ])('with protected mappings (%p, before %p) is refused to be made anew: %p', async (now, before, refused) => {
    const oldProperties = before === undefined ? undefined : { ...DECLARED, protectPortMappings: before };
    const { handler, context } = at({}, { properties: { ...OTHER, protectPortMappings: now }, oldProperties, clock: clockAt(40) });
    const outcome = handler.update(context).catch((reason: Error) => reason.message);
    expect(await outcome).toEqual(refused
      ? expect.stringMatching(/forbids to make the endpoint group anew, which would .*deny all traffic until it is allowed again\. Take/)
      : expect.objectContaining({ status: 'waiting' }));
  });

  test('in the way is named by its place', async () => {
    const { handler, context } = at({ describeGroup: async () => undefined, listGroups: async () => [group()] }, { operation: 'Create', physicalId: undefined });
    await expect(handler.create(context)).rejects.toThrow(`${GROUP} is in the way (the one endpoint group in eu-west-1 of listener ${LISTENER})`);
  });

  test('of another listener is not the one that is declared', async () => {
    const listenerArn = `${ACCELERATOR}/listener/0c`;
    const { handler, context } = at({}, { properties: { ...DECLARED, listenerArn }, quietUntil: NOW });
    expect(await handler.update(context)).toMatchObject({ until: 'the creation of the endpoint group' });
  });

  test('needs its listener', async () => {
    const { handler, context } = at({ describeGroup: async () => undefined, listGroups: async () => undefined }, { operation: 'Create', physicalId: undefined });
    expect(await handler.create(context)).toMatchObject({ until: 'the creation of the endpoint group' });
  });

  describe('in another place', () => {
    const elsewhere = (answers: Partial<GlobalAccelerator>, memory: object) => at(answers, {
      properties: { ...DECLARED, region: 'us-east-1' }, oldProperties: DECLARED, quietUntil: NOW, memory: memory as any,
    });
    const remade = `${LISTENER}/endpoint-group/0c`;
    const failing = (name: string) => ({
      describeGroup: async (arn: string) => arn === remade ? group({ arn, region: 'us-east-1' }) : group(),
      listTags: async () => entry('listener/0a/us-east-1', { request: OWN, arn: remade }),
      addEndpoints: async () => { throw error(name); },
    });
    const withSubnet = (world: ReturnType<typeof elsewhere>) =>
      ({ ...world, context: { ...world.context, properties: { ...world.context.properties, subnets: [{ subnetId: 'subnet-a' }] } } });

    test('that can be no good is removed, since CloudFormation goes on with the old one', async () => {
      const { handler, context } = withSubnet(elsewhere(failing('ValidationException'), { createdArn: remade }));
      expect(await handler.update(context)).toEqual({
        status: 'waiting', until: `the removal of ${remade}, which is no good: ValidationException: text`, seconds: 1,
        memory: { failure: 'ValidationException: text' },
      });
    });

    test.each([['ThrottlingException', { createdArn: remade }], ['ValidationException', {}]])('stays after %s with %j', async (name, memory) => {
      const { handler, context } = withSubnet(elsewhere(failing(name), memory));
      await expect(handler.update(context)).rejects.toThrow('text');
    });

    test('is waited for after an error that passes', async () => {
      const { handler, context } = withSubnet(elsewhere(failing('ConflictException'), { createdArn: remade }));
      expect(await handler.update(context)).toMatchObject({ until: expect.stringMatching(/^Global Accelerator, which is not ready/) });
    });

    test('and no good is removed before that is said', async () => {
      const { handler, context } = elsewhere(failing(''), { createdArn: remade, failure: 'no good' });
      expect(await handler.update(context)).toMatchObject({ until: `${remade} to go away` });
      const gone = elsewhere({ ...failing(''), describeGroup: async () => undefined, listTags: async () => ({}) }, { createdArn: remade, failure: 'no good' });
      await expect(gone.handler.update(gone.context)).rejects.toThrow(/^no good$/);
    });
  });

  describe('with subnets', () => {
    const subnets = (...ids: string[]) => ids.map(subnetId => ({ subnetId }));
    const many = Array.from({ length: 21 }, (_, index) => `subnet-${index}`);

    test('takes twenty at a time', async () => {
      const { handler, context, changesOf } = at({}, { properties: { ...DECLARED, subnets: subnets(...many) } });
      expect(await handler.update(context)).toMatchObject({ until: `${GROUP} to take ${many.slice(0, 20).join(', ')}` });
      expect(changesOf()[1]).toContain('"subnet-19"}]');
    });

    test('lets go of those that were declared, twenty at a time', async () => {
      const { handler, context, changesOf } = at(
        { describeGroup: async () => group({ subnetIds: [...many, 'subnet-other'] }) }, { oldProperties: { ...DECLARED, subnets: subnets(...many) } });
      expect(await handler.update(context)).toMatchObject({ until: `${GROUP} to let go of ${many.slice(0, 20).join(', ')}` });
      expect(changesOf()).toHaveLength(2);
    });

    test('keeps those that nobody declared', async () => {
      const { handler, context } = at({ describeGroup: async () => group({ subnetIds: ['subnet-other'] }) }, { oldProperties: undefined });
      expect(await handler.update(context)).toMatchObject({ status: 'ready' });
    });

    test('says why it can take no more', async () => {
      const { handler, context } = at(
        { addEndpoints: async () => { throw error('LimitExceededException'); } }, { properties: { ...DECLARED, subnets: subnets('subnet-a', 'subnet-b') } });
      await expect(handler.update(context)).rejects.toThrow(/can't take subnet-a, subnet-b: .*the quota "VPC subnets per endpoint group" is used up\.$/);
    });
  });

  describe('with a traffic policy', () => {
    const allowed = (subnetId: string, ports: number) => Array.from({ length: ports }, (_, index) =>
      ({ subnetId, address: `10.0.0.${index + 5}`, port: 80 + index, acceleratorPort: index, allowed: true }));
    const traffic = (answers: Partial<GlobalAccelerator>, policy: any, changes: Partial<StepContext<EndpointGroupDeclaration>> = {}) =>
      at({ describeGroup: async () => group({ subnetIds: ['subnet-a'] }), ...answers },
        { properties: { ...DECLARED, subnets: [{ subnetId: 'subnet-a', traffic: policy }] }, ...changes });

    test('waits for the port mappings', async () => {
      const { handler, context } = traffic({}, 'none');
      expect(await handler.update(context)).toMatchObject({ until: `the port mappings of subnet-a in ${GROUP}` });
    });

    test('changes what differs, and remembers when', async () => {
      const { handler, context, changesOf } = traffic({ portMappings: async () => allowed('subnet-a', 2) }, 'none');
      expect(await handler.update(context)).toMatchObject({
        until: `the port mappings of ${GROUP} to show the declared traffic`, memory: { trafficAt: NOW, seen: true },
      });
      expect(changesOf()).toEqual(['claimChange', 'deny 0b subnet-a all']);
    });

    test.each([[NOW - 59_900, 0], [NOW - 60_000, 2]])('waits a minute for a change to show (changed at %d)', async (trafficAt, changes) => {
      const { handler, context, changesOf } = traffic({ portMappings: async () => allowed('subnet-a', 2) }, 'none', { memory: { trafficAt } });
      expect(await handler.update(context)).toMatchObject({ status: 'waiting' });
      expect(changesOf()).toHaveLength(changes);
    });

    test.each([[20, true], [21, false]])('makes twenty changes in a step (%i needed)', async (needed, isLast) => {
      const { handler, context, changesOf } = traffic(
        { portMappings: async () => allowed('subnet-a', needed) }, [{ addresses: ['10.0.0.5'], ports: [443] }]);
      const outcome = await handler.update(context) as Outcome & { memory: object };
      expect(changesOf()).toHaveLength(21);
      expect('trafficAt' in outcome.memory).toBe(isLast);
    });

    test('says which addresses the subnet does not have, ten at most', async () => {
      const addresses = Array.from({ length: 11 }, (_, index) => `10.9.0.${index}`);
      const { handler, context } = traffic({ portMappings: async () => allowed('subnet-a', 1) }, [{ addresses }]);
      await expect(handler.update(context)).rejects.toThrow(`allows ${addresses.slice(0, 10).join(', ')}, which the subnet does not have. Allow`);
    });
  });

  const RAW = {
    Schema: '1', ListenerArn: LISTENER, Region: 'eu-west-1', Destinations: [{ FromPort: '80', ToPort: '81', Protocols: ['TCP'] }, { FromPort: '90', ToPort: '91', Protocols: ['UDP'] }],
  };
  const withTraffic = (Rules: object[]) => ({ ...RAW, Subnets: [{ SubnetId: 'subnet-a', Traffic: { Allow: 'LIST', Rules } }] });
  const parse = (raw: object) => new CustomRoutingEndpointGroupHandler(UNUSED).parse(raw as any);

  test.each<[object, RegExp]>([
    [withTraffic([{ Addresses: ['10.0.0.5', 'x'] }]), /'Subnets\[0\]\.Traffic\.Rules\[0\]\.Addresses\[1\]' is "x", but must be an IPv4 address/],
    [withTraffic([{ Addresses: ['x'] }]), /'Subnets\[0\]\.Traffic\.Rules\[0\]\.Addresses\[0\]' is "x", but must be an IPv4 address/],
    [withTraffic([{ Addresses: ['10.0.0.5'], Ports: ['0'] }]), /'Subnets\[0\]\.Traffic\.Rules\[0\]\.Ports\[0\]' is "0", but must be a whole number/],
    [withTraffic([{ Addresses: ['10.0.0.5'], Ports: ['65536'] }]), /'Subnets\[0\]\.Traffic\.Rules\[0\]\.Ports\[0\]' is "65536", but must be a whole number/],
    [withTraffic([{ Addresses: ['10.0.0.5'], Ports: ['80x'] }]), /'Subnets\[0\]\.Traffic\.Rules\[0\]\.Ports\[0\]' is "80x", but/],
    [withTraffic([{ Addresses: ['10.0.0.5'], Ports: ['x80'] }]), /'Subnets\[0\]\.Traffic\.Rules\[0\]\.Ports\[0\]' is "x80", but/],
    [withTraffic([{ Addresses: ['10.0.0.5'], Ports: ['79'] }]), /'Ports' of the traffic policy of subnet-a has 79, which is not among the destinations 80-81, 90-91\. Use one of those\./],
    [withTraffic([{ Addresses: ['10.0.0.5'], Ports: ['82'] }]), /policy of subnet-a has 82/],
    [withTraffic([{ Addresses: ['10.0.0.5'], Ports: ['92'] }]), /policy of subnet-a has 92/],
    [{ ...RAW, Subnets: [{ SubnetId: 'subnet-a', Traffic: { Allow: 'SOME' } }] }, /one of ALL, NONE, LIST/],
  ])('is refused with %j', (raw, message) => {
    expect(() => parse(raw)).toThrow(message);
  });

  test.each([['80'], ['81'], ['90'], ['91'], ['1'], ['65535']])('may allow its port %s', port => {
    const raw = withTraffic([{ Addresses: ['10.0.0.5'], Ports: [port] }, { Addresses: ['10.0.0.6'] }]);
    const ends = [{ FromPort: '1', ToPort: '1', Protocols: ['TCP'] }, { FromPort: '65535', ToPort: '65535', Protocols: ['TCP'] }];
    expect(parse({ ...raw, Destinations: [...raw.Destinations, ...ends] }).subnets).toMatchObject([
      { traffic: [{ addresses: ['10.0.0.5'], ports: [Number(port)] }, { addresses: ['10.0.0.6'] }] },
    ]);
  });

  test.each([['ALL', 'all'], ['NONE', 'none']])('may allow %s', (Allow, traffic) => {
    expect(parse({ ...RAW, Subnets: [{ SubnetId: 'subnet-a', Traffic: { Allow } }] }).subnets).toMatchObject([{ traffic }]);
  });
});

describe('an accelerator as it is declared', () => {
  const parse = (raw: object) => new CustomRoutingAcceleratorHandler(UNUSED).parse({ Schema: '1', Name: 'game', ...raw });

  test('is enabled, without own addresses and flow logs, unless it says so', () => {
    expect(parse({})).toEqual({ name: 'game', enabled: true, addresses: [], flowLogs: undefined, tags: {} });
    expect(parse({ Enabled: 'false', IpAddresses: ['192.0.2.1'], FlowLogs: { Bucket: 'b', Prefix: 'p' } }))
      .toMatchObject({ enabled: false, addresses: ['192.0.2.1'], flowLogs: { bucket: 'b', prefix: 'p' } });
  });

  test.each(['a', 'a1', `a${'-'.repeat(62)}b`])('may be called %s', Name => {
    expect(parse({ Name }).name).toBe(Name);
  });

  test.each(['-a', 'a-', `a${'-'.repeat(63)}b`, 'a b'])('may not be called %s', Name => {
    expect(() => parse({ Name })).toThrow(/a name has 1 to 64/);
  });

  test('has IPv4 addresses', () => {
    expect(() => parse({ IpAddresses: ['x'] })).toThrow(/IpAddresses\[0\]' is "x", but must be an IPv4 address/);
  });
});

describe('the lookup of a port', () => {
  const LOOKUP = { groupArn: GROUP, subnetId: 'subnet-a', address: '10.0.0.5', port: 80 };
  const look = (acceleratorPort: number | undefined, seconds: number) =>
    new CustomRoutingPortLookupHandler({ acceleratorPort: async () => acceleratorPort }).update(stepContext(LOOKUP, { clock: clockAt(seconds) }));

  test('gives the port', async () => {
    expect(await look(10_001, 0)).toEqual({ status: 'ready', physicalId: 'lookup:subnet-a/10.0.0.5:80', attributes: { AcceleratorPort: '10001' } });
  });

  test('waits some minutes, then says what to check', async () => {
    expect(await look(undefined, 59)).toEqual({ status: 'waiting', until: 'the accelerator port of 10.0.0.5:80 in subnet-a', seconds: expect.any(Number) });
    await expect(look(undefined, 3600)).rejects.toThrow(/in the endpoint group, that the address is one of the subnet .*one of the destinations\.$/);
  });

  test('only reads, and knows its ids', () => {
    const handler = new CustomRoutingPortLookupHandler({ acceleratorPort: async () => undefined });
    expect([handler.readsOnly, handler.recognizes('lookup:subnet-a/10.0.0.5:80'), handler.recognizes(GROUP)]).toEqual([true, true, false]);
  });
});

describe('answers of Global Accelerator that lack something', () => {
  const api = (...answers: object[]) => {
    const sent: any[] = [];
    const send = async (command: any) => {
      sent.push(command.input);
      return answers.length > 1 ? answers.shift() : answers[0];
    };
    return { client: new SdkGlobalAccelerator({ send } as any), sent };
  };

  test.each<[string, (client: SdkGlobalAccelerator) => Promise<unknown>, object, unknown]>([
    ['accelerator', client => client.describeAccelerator('a'), { Accelerator: { AcceleratorArn: 'a' } },
      { arn: 'a', name: '', enabled: true, deployed: false, dnsName: '', addresses: [] }],
    ['addresses', client => client.describeAccelerator('a'), { Accelerator: { AcceleratorArn: 'a', Enabled: false, IpSets: [{}] } },
      { arn: 'a', name: '', enabled: false, deployed: false, dnsName: '', addresses: [] }],
    ['flow logs', client => client.flowLogs('a'), {}, { enabled: false, bucket: undefined, prefix: undefined }],
    ['tags', client => client.listTags('a'), {}, {}],
    ['value of a tag', client => client.listTags('a'), { Tags: [{ Key: 'k' }] }, { k: '' }],
    ['ports', client => client.describeListener('l'), { Listener: { ListenerArn: 'l' } }, { arn: 'l', portRanges: [] }],
    ['details of a group', client => client.describeGroup('g'), { EndpointGroup: { EndpointGroupArn: 'g' } },
      { arn: 'g', region: '', destinations: [], subnetIds: [] }],
    ['protocols', client => client.describeGroup('g'), { EndpointGroup: { EndpointGroupArn: 'g', DestinationDescriptions: [{ FromPort: 1, ToPort: 2 }] } },
      { arn: 'g', region: '', destinations: [{ from: 1, to: 2, protocols: [] }], subnetIds: [] }],
    ['accelerators', client => client.listAccelerators(), {}, []],
    ['port', client => client.acceleratorPort('g', 's', '10.0.0.5', 80), { DestinationPortMappings: [{ EndpointGroupArn: 'g' }] }, undefined],
    ['socket addresses', client => client.acceleratorPort('g', 's', '10.0.0.5', 80),
      { DestinationPortMappings: [{ EndpointGroupArn: 'g', DestinationSocketAddress: { Port: 80 } }] }, undefined],
    ['first socket address', client => client.acceleratorPort('g', 's', '10.0.0.5', 80),
      { DestinationPortMappings: [{ EndpointGroupArn: 'g', DestinationSocketAddress: { Port: 80 }, AcceleratorSocketAddresses: [] }] }, undefined],
  ])('give no %s', async (_, call, answer, expected) => {
    expect(await call(api(answer).client)).toStrictEqual(expected);
  });

  test('are read page by page', async () => {
    const { client, sent } = api({ Accelerators: [{ AcceleratorArn: 'a' }], NextToken: 'n' }, { Accelerators: [{ AcceleratorArn: 'b' }] });
    expect(await client.listAccelerators()).toEqual(['a', 'b']);
    expect(sent).toEqual([{ MaxResults: 100, NextToken: undefined }, { MaxResults: 100, NextToken: 'n' }]);
  });

  test('are undefined for what is missing', async () => {
    const missing = new SdkGlobalAccelerator({ send: async () => { throw error('EndpointNotFoundException'); } } as any);
    expect(await missing.listListeners('a')).toBeUndefined();
    expect(await missing.listGroups('l')).toBeUndefined();
    expect(await missing.acceleratorPort('g', 's', '10.0.0.5', 80)).toBeUndefined();
  });

  test('own addresses are sent only if there are some', async () => {
    const { client, sent } = api({ Accelerator: { AcceleratorArn: 'a' } });
    await client.createAccelerator('game', true, [], {}, 't');
    await client.createAccelerator('game', true, ['192.0.2.1'], {}, 't');
    expect(sent.map(input => input.IpAddresses)).toEqual([undefined, ['192.0.2.1']]);
  });

  test('traffic without ports is that of all ports', async () => {
    const { client, sent } = api({});
    await client.allow('g', 's', { addresses: ['10.0.0.5'] });
    await client.deny('g', 's', { addresses: ['10.0.0.5'], ports: [80] });
    expect(sent.map(input => input.DestinationPorts)).toEqual([undefined, [80]]);
  });
});

test.each([
  'TransactionInProgressException', 'ConflictException', 'InternalServiceErrorException', 'AcceleratorNotDisabledException',
  'AssociatedListenerFoundException', 'AssociatedEndpointGroupFoundException', 'EndpointAlreadyExistsException', 'EndpointNotFoundException',
])('%s passes by itself', async name => {
  expect(await patiently(async () => { throw error(name); })).toEqual({
    status: 'waiting', until: `Global Accelerator, which is not ready for the next change (${name}: text)`, seconds: 10,
  });
});

describe('changes of the traffic', () => {
  const mapping = (address: string, port: number, allowed: boolean) => ({ subnetId: 's', address, port, acceleratorPort: 1, allowed });

  test('are one call where the whole subnet is meant', () => {
    const mixed = [mapping('a', 80, true), mapping('b', 80, false)];
    expect(trafficChanges('s', 'all', mixed)).toEqual([{ verb: 'allow', subnetId: 's', traffic: 'all' }]);
    expect(trafficChanges('s', 'none', mixed)).toEqual([{ verb: 'deny', subnetId: 's', traffic: 'all' }]);
    expect([trafficChanges('s', 'all', [mixed[0]]), trafficChanges('s', 'none', [mixed[1]])]).toEqual([[], []]);
  });

  test('take addresses with the same ports together, in whatever order they come', () => {
    const mappings = [mapping('a', 9, false), mapping('a', 80, false), mapping('b', 80, false), mapping('b', 9, false)];
    expect(trafficChanges('s', [{ addresses: ['a', 'b'] }], mappings))
      .toEqual([{ verb: 'allow', subnetId: 's', traffic: { addresses: ['a', 'b'], ports: [9, 80] } }]);
  });

  test.each([
    [[{ addresses: ['a'] }, { addresses: ['a'], ports: [80] }]], [[{ addresses: ['a'], ports: [80] }, { addresses: ['a'] }]],
    [[{ addresses: ['a'], ports: [80] }, { addresses: ['a'], ports: [81] }]],
  ])('add up all rules of an address: %j', policy => {
    const mappings = [mapping('a', 80, false), mapping('a', 81, false), mapping('b', 80, false)];
    expect(trafficChanges('s', policy, mappings)).toEqual([{ verb: 'allow', subnetId: 's', traffic: { addresses: ['a'], ports: [80, 81] } }]);
  });
});

test('the function of Global Accelerator serves its four types', () => {
  expect(Object.keys(globalAcceleratorHandlers(UNUSED)).sort()).toEqual([
    'Custom::CustomRoutingAccelerator', 'Custom::CustomRoutingEndpointGroup', 'Custom::CustomRoutingListener', 'Custom::CustomRoutingPortLookup',
  ]);
});
