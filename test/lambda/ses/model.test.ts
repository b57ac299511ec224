import type { StepContext } from '../../../lambda/lifecycle/handler';
import type { Scope } from '../../../lambda/lifecycle/model';
import { SdkSes, type Endpoint, type Ses } from '../../../lambda/ses/client';
import { sesHandlers } from '../../../lambda/ses/handlers';
import type { Identities } from '../../../lambda/ses/identity-client';
import { MultiRegionEndpointModel } from '../../../lambda/ses/multi-region-endpoint';
import { MultiRegionEndpointLookup } from '../../../lambda/ses/multi-region-endpoint-lookup';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';

/*
 * What the endpoint's model sees and says, where whole requests do not show it.
 */
const REQUESTED_AT = Date.UTC(2026, 0, 15, 12);
const OURS = { [OWNER_TAG_KEY]: 'owner' };
const MAIL = { name: 'mail', secondaryRegion: 'eu-central-1', tags: {} };
const error = (name: string) => Object.assign(new Error('text'), { name });

function endpoint(status = 'READY', changes: Partial<Endpoint> = {}): Endpoint {
  return { id: 'abc.def', status, regions: ['eu-west-1', 'eu-central-1'], createdAt: REQUESTED_AT, ...changes };
}

/** The endpoint 'mail' so many seconds after the request, and the calls that were made. */
function mail(ses: Partial<Ses>, seconds = 10) {
  const calls: string[] = [];
  const port = new Proxy({} as Ses, {
    get: (_, name: keyof Ses) => async (...parameters: never[]) => {
      calls.push(name);
      return (ses[name] as ((...all: never[]) => unknown) | undefined)?.(...parameters);
    },
  });
  const scope = {
    operation: 'Create', owner: 'owner', requestId: 'r', requestedAt: REQUESTED_AT, deadline: Infinity, memory: {},
    clock: { now: () => REQUESTED_AT + seconds * 1000, sleep: async () => undefined }, log: { write: () => undefined },
    hasCompany: false, paced: port_ => port_, remember: () => undefined, raw: {}, location: { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' },
  } as Scope;
  return { calls, resource: new MultiRegionEndpointModel(port).at('mail', scope) };
}

describe('a look', () => {
  const looking = (found: Endpoint | undefined, tags: Record<string, string> | undefined, seconds = 10, hint?: string) =>
    mail({ getEndpoint: async () => found, listTags: async () => tags }, seconds).resource.look(hint, true);

  test('tells what carries our tag from what does not', async () => {
    expect(await looking(endpoint(), OURS)).toEqual({ is: 'ours', thing: endpoint(), tags: OURS });
    expect(await looking(endpoint(), { [OWNER_TAG_KEY]: 'other' })).toMatchObject({ is: 'foreign' });
    expect(await looking(undefined, OURS)).toEqual({ is: 'absent' });
    expect(await looking(endpoint('DELETING'), OURS)).toEqual({ is: 'leaving' });
  });

  test('needs no tags for the endpoint that was seen before', async () => {
    const { calls, resource } = mail({ getEndpoint: async () => endpoint() });
    expect(await resource.look('abc.def', true)).toEqual({ is: 'ours', thing: endpoint() });
    expect(calls).toEqual(['getEndpoint']);
  });

  test('takes another endpoint of the name for no other than its tags say', async () => {
    expect(await looking(endpoint('READY', { id: 'new.one' }), {}, 100, 'abc.def')).toMatchObject({ is: 'foreign' });
  });

  test.each<[string, Partial<Endpoint>, Record<string, string> | undefined, number, string]>([
    ['young, no tags yet', {}, {}, 29.9, 'unclear'], ['young, not found by its ARN', {}, undefined, 10, 'unclear'],
    ['older', {}, {}, 30, 'foreign'], ['from before the request', { createdAt: REQUESTED_AT - 1001 }, {}, 10, 'foreign'],
    ['of the same second', { createdAt: REQUESTED_AT - 1000 }, {}, 10, 'unclear'], ['without a time', { createdAt: undefined }, {}, 10, 'foreign'],
    ['young, tagged by another', {}, { [OWNER_TAG_KEY]: 'other' }, 10, 'foreign'],
  ])('waits for the tags of what may be our own: %s', async (_, changes, tags, seconds, is) => {
    expect(await looking(endpoint('CREATING', changes), tags, seconds)).toMatchObject({ is });
  });
});

describe('the phase', () => {
  const phaseOf = (found: Endpoint, seconds = 10) => mail({}, seconds).resource.phase(found, MAIL, true);

  test('is ready, pending or failed', () => {
    expect(phaseOf(endpoint())).toEqual({ is: 'ready' });
    expect(phaseOf(endpoint('FAILED'))).toMatchObject({
      is: 'failed', message: expect.stringMatching(/'mail' \(eu-west-1 and eu-central-1\).*service-linked role AWSServiceRoleForAmazonSES, then deploy again\.$/),
    });
    expect(phaseOf(endpoint('CREATING'))).toMatchObject({ is: 'pending', waiting: { until: "endpoint 'mail' to become READY (it is CREATING)" } });
    expect(phaseOf(endpoint('NEW_STATE'))).toMatchObject({ is: 'pending' });
  });

  test('counts the age from the request where SES tells none', () => {
    expect(phaseOf(endpoint('CREATING', { createdAt: undefined }), 20)).toMatchObject({ waiting: { seconds: 30 } });
    expect(phaseOf(endpoint('CREATING', { createdAt: REQUESTED_AT + 18_000 }), 20)).toMatchObject({ waiting: { seconds: 10 } });
  });

  test('of an endpoint with another secondary Region is refused', () => {
    expect(() => mail({}).resource.phase(endpoint(), { ...MAIL, secondaryRegion: 'us-east-1' }, true)).toThrow(
      /'mail' routes to eu-west-1 and eu-central-1.*secondary Region us-east-1 can't have the same name.*Change endpointName together/);
  });
});

describe('a call', () => {
  test('that creates gives the id, or that the name is taken', async () => {
    expect(await mail({ createEndpoint: async () => 'abc.def' }).resource.create(MAIL)).toMatchObject({ hint: 'abc.def', waiting: { seconds: 10 } });
    expect(await mail({ createEndpoint: async () => { throw error('AlreadyExistsException'); } }).resource.create(MAIL)).toBe('taken');
    await expect(mail({ createEndpoint: async () => { throw error('LimitExceededException'); } }).resource.create(MAIL)).rejects.toThrow('text');
  });

  test('that deletes waits while SES works on the endpoint, and passes on the rest', async () => {
    const removing = (name: string) => mail({ deleteEndpoint: async () => { throw error(name); } }).resource.remove(endpoint());
    expect(await removing('ConcurrentModificationException')).toMatchObject({ until: expect.stringMatching(/SES is still working on/), seconds: 10 });
    await expect(removing('BadRequestException')).rejects.toThrow('text');
  });

  test('that changes tags names the ARN', async () => {
    const arns: unknown[] = [];
    const { resource } = mail({
      tag: async arn => { arns.push(arn); }, untag: async arn => { arns.push(arn); }, listTags: async arn => { arns.push(arn); return undefined; },
    });
    expect(await resource.tags!.read(endpoint())).toEqual({});
    await resource.tags!.set(endpoint(), { a: '1' });
    await resource.tags!.remove(endpoint(), ['a']);
    expect(arns).toEqual(Array(3).fill('arn:aws:ses:eu-west-1:111122223333:multi-region-endpoint/mail'));
  });
});

describe('the place', () => {
  const model = new MultiRegionEndpointModel({} as Ses);
  test.each([
    [{ EndpointName: 'mail', Schema: '7', Odd: '1' }, 'mail'], [{}, undefined], [{ EndpointName: 'has space' }, undefined], [{ EndpointName: ['mail'] }, undefined],
  ])('of %j is %s', (raw, place) => {
    expect(model.placeOf(raw)).toBe(place);
  });
});

describe('lookup', () => {
  const lookup = (found: Endpoint | undefined, seconds = 10) => {
    const context = {
      properties: { name: 'mail' }, requestedAt: REQUESTED_AT, clock: { now: () => REQUESTED_AT + seconds * 1000 },
      location: { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' }, paced: <T>(port: T) => port,
    } as unknown as StepContext<{ name: string }>;
    return new MultiRegionEndpointLookup({ getEndpoint: async () => found }).update(context);
  };

  test('waits for an endpoint on its way', async () => {
    expect(await lookup(endpoint('CREATING'))).toMatchObject({ status: 'waiting', until: "endpoint 'mail' to become READY (it is CREATING)" });
  });

  test('waits a minute for one that is missing', async () => {
    expect(await lookup(undefined, 59.9)).toMatchObject({ status: 'waiting', until: "endpoint 'mail' to show up", seconds: 5 });
    await expect(lookup(undefined, 60)).rejects.toThrow(/There is no SES multi-region endpoint/);
  });

  test('refuses one that is FAILED, which it did not create', async () => {
    await expect(lookup(endpoint('FAILED'))).rejects.toThrow(/FAILED/);
  });

  test('shows no secondary Region where SES tells none', async () => {
    expect(await lookup(endpoint('READY', { regions: ['eu-west-1'] }))).toEqual({
      status: 'ready', physicalId: 'lookup:mail', attributes: { EndpointName: 'mail', EndpointId: 'abc.def', SecondaryRegion: '' },
    });
  });

  test('recognizes every id, and has nothing to delete', async () => {
    const handler = new MultiRegionEndpointLookup({ getEndpoint: async () => undefined });
    expect(handler.readsOnly).toBe(true);
    expect(handler.recognizes()).toBe(true);
    expect(await handler.delete()).toEqual({ status: 'gone' });
  });
});

describe('answers of SES that lack something', () => {
  const ses = (answer: object) => new SdkSes({ send: async () => answer } as any);

  test('give an endpoint without it', async () => {
    expect(await ses({}).getEndpoint('mail')).toEqual({ id: '', status: '', regions: [], createdAt: undefined });
    expect(await ses({ Routes: [{}] }).getEndpoint('mail')).toMatchObject({ regions: [''] });
  });

  test('give no id and no tags', async () => {
    expect(await ses({}).createEndpoint('mail', 'eu-central-1', {})).toBe('');
    expect(await ses({}).listTags('arn')).toEqual({});
    expect(await ses({ Tags: [{ Key: 'a' }] }).listTags('arn')).toEqual({ a: '' });
  });
});

test('the function of SES serves its three types', () => {
  expect(Object.keys(sesHandlers({} as Ses, () => ({} as Identities))).sort())
    .toEqual(['Custom::MultiRegionEndpoint', 'Custom::MultiRegionEndpointLookup', 'Custom::ReplicaEmailIdentity']);
});
