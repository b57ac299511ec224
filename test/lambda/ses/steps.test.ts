import { ResourceError } from '../../../lambda/lifecycle/errors';
import type { StepContext } from '../../../lambda/lifecycle/handler';
import { SdkSes, type Endpoint, type Ses } from '../../../lambda/ses/client';
import { sesHandlers } from '../../../lambda/ses/index';
import { MultiRegionEndpointHandler, type EndpointDeclaration } from '../../../lambda/ses/multi-region-endpoint';
import { MultiRegionEndpointLookupHandler } from '../../../lambda/ses/multi-region-endpoint-lookup';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { clockAt, OWNER, REQUESTED_AT, stepContext } from '../step-context';

const MAIL: EndpointDeclaration = { name: 'mail', secondaryRegion: 'eu-central-1', tags: {} };
const OURS = { [OWNER_TAG_KEY]: OWNER };
const NOW = REQUESTED_AT + 100_000;

function endpoint(status = 'READY', changes: Partial<Endpoint> = {}): Endpoint {
  return { id: 'abc.def', status, regions: ['eu-west-1', 'eu-central-1'], createdAt: REQUESTED_AT, ...changes };
}

function error(name: string): Error {
  return Object.assign(new Error('text'), { name });
}

/** One step of the handler, 100 seconds after the request, with what SES would say. */
function bench(ses: Partial<Ses>, changes: Partial<StepContext<EndpointDeclaration>> = {}) {
  const context = stepContext(MAIL, { clock: clockAt(100), ...changes });
  const { calls } = context.observed;
  const call = (name: keyof Ses) => async (...args: any[]) => {
    calls.push(`${name} ${args.map(arg => typeof arg === 'string' ? arg.split('/').at(-1) : JSON.stringify(arg)).join(' ')}`);
    return (ses[name] as ((...all: any[]) => Promise<any>) | undefined)?.(...args);
  };
  const names = ['getEndpoint', 'createEndpoint', 'deleteEndpoint', 'listTags', 'tag', 'untag'] as const;
  const port = Object.fromEntries(names.map(name => [name, call(name)])) as unknown as Ses;
  return { handler: new MultiRegionEndpointHandler(port), context, ...context.observed };
}

const looks = (...answers: (Endpoint | undefined)[]) => async () => answers.length > 1 ? answers.shift() : answers[0];

describe('create', () => {
  test('waits for an earlier endpoint of the same name to go away', async () => {
    const { handler, context, remembered } = bench({ getEndpoint: looks(endpoint('DELETING')) });
    expect(await handler.create(context)).toEqual({ status: 'waiting', until: "the earlier endpoint 'mail' to go away", seconds: 5 });
    expect(remembered).toEqual({ looked: false });
  });

  test('remembers what it has made', async () => {
    const { handler, context, calls, log } = bench({ createEndpoint: async () => 'abc.def' });
    expect(await handler.create(context)).toEqual({
      status: 'waiting', until: "endpoint 'mail' to become READY", seconds: 10, memory: { createdId: 'abc.def', createdAt: NOW },
    });
    expect(calls).toEqual(['getEndpoint mail', 'claim', `createEndpoint mail eu-central-1 ${JSON.stringify(OURS)}`]);
    expect(log).toEqual([['INFO', 'Created the endpoint', { endpoint: 'mail', endpointId: 'abc.def' }]]);
  });

  test('looks again when the name is taken, perhaps by its own call', async () => {
    const { handler, context } = bench({ createEndpoint: async () => { throw error('AlreadyExistsException'); } });
    expect(await handler.create(context)).toEqual({
      status: 'waiting', until: "a look at endpoint 'mail', which exists already", seconds: 2, memory: { looked: false },
    });
  });

  test.each([
    [{ createdAt: NOW - 59_900 }, "endpoint 'mail' to show up", undefined],
    [{ createdAt: NOW - 60_000 }, "endpoint 'mail' to show up again", { misses: 1 }],
    [{ createdAt: NOW, seen: true }, "endpoint 'mail' to show up again", { misses: 1 }],
    [{ createdAt: NOW, seen: true, misses: 2 }, "endpoint 'mail' to show up again", { misses: 3 }],
  ])('waits for what it has made and does not see (%j)', async (memory, until, expected) => {
    const { handler, context } = bench({}, { memory: { createdId: 'abc.def', ...memory } });
    const outcome = await handler.create(context);
    expect(outcome).toMatchObject({ status: 'waiting', until, seconds: 5 });
    expect(outcome).toHaveProperty('memory', expected);
  });

  test('believes at the fourth miss that what it had made is gone', async () => {
    const { handler, context } = bench({}, { memory: { createdId: 'abc.def', createdAt: NOW, seen: true, misses: 3 } });
    await expect(handler.create(context)).rejects.toThrow(/has vanished before it became READY/);
  });

  test.each<[string, Partial<Endpoint>, Record<string, string> | undefined]>([
    ['has no tags yet', { createdAt: NOW - 1000 }, undefined],
    ['has no owner yet', { createdAt: NOW - 29_900 }, { a: '1' }],
  ])('waits for the tags of a new endpoint that %s', async (_, changes, tags) => {
    const { handler, context } = bench({ getEndpoint: looks(endpoint('CREATING', changes)), listTags: async () => tags });
    expect(await handler.create(context)).toEqual({ status: 'waiting', until: "the tags of endpoint 'mail'", seconds: 5 });
  });

  test('takes clocks that differ by a second for equal', async () => {
    const getEndpoint = looks(endpoint('CREATING', { createdAt: REQUESTED_AT - 1000 }));
    const { handler, context } = bench({ getEndpoint }, { clock: clockAt(1) });
    expect(await handler.create(context)).toMatchObject({ status: 'waiting' });
  });

  test.each<[string, Partial<Endpoint>, Record<string, string> | undefined, number]>([
    ['somebody else owns', { createdAt: NOW }, { [OWNER_TAG_KEY]: 'you' }, 100],
    ['still has no owner after half a minute', { createdAt: NOW - 30_000 }, {}, 100],
    ['was there before', { createdAt: REQUESTED_AT - 1001 }, {}, 1],
    ['is of no known age', { createdAt: undefined }, {}, 1],
  ])('leaves alone what %s', async (_, changes, tags, seconds) => {
    const ses = { getEndpoint: looks(endpoint('READY', changes)), listTags: async () => tags };
    const { handler, context } = bench(ses, { clock: clockAt(seconds) });
    await expect(handler.create(context)).rejects.toMatchObject({ certainty: { nothingCreated: true } });
  });

  test('refuses its own endpoint when that has another Region', async () => {
    const { handler, context } = bench({ getEndpoint: looks(endpoint('READY', { regions: ['us-east-1', 'eu-west-1'] })), listTags: async () => OURS });
    await expect(handler.create(context)).rejects.toThrow("Endpoint 'mail' routes to us-east-1 and eu-west-1, and SES can't change that; "
      + "a replacement with secondary Region eu-central-1 can't have the same name while the old endpoint exists.");
  });

  test('brings its own endpoint of an earlier deployment to the tags that are declared', async () => {
    const { handler, context, calls } = bench(
      { getEndpoint: looks(endpoint()), listTags: async () => ({ ...OURS, theirs: '1' }) }, { properties: { ...MAIL, tags: { team: 'post' } } });
    expect(await handler.create(context)).toMatchObject({ status: 'ready', physicalId: 'mail' });
    expect(calls.filter(call => /^(claim|tag|untag)/.test(call))).toEqual(['claimChange', 'tag mail {"team":"post"}']);
  });

  test('does not read the tags of what it has made itself', async () => {
    const { handler, context, calls } = bench({ getEndpoint: looks(endpoint('CREATING')) }, { memory: { createdId: 'abc.def' } });
    await handler.create(context);
    expect(calls).toEqual(['getEndpoint mail']);
  });

  test('says what state it waits in, as long as endpoints of that age take', async () => {
    const { handler, context, remembered } = bench(
      { getEndpoint: looks(endpoint('CREATING', { createdAt: NOW - 10_000 })) }, { memory: { createdId: 'abc.def' } });
    expect(await handler.create(context)).toEqual({
      status: 'waiting', until: "endpoint 'mail' to become READY (it is CREATING)", seconds: 34, physicalId: 'mail', memory: { ready: false },
    });
    expect(remembered).toEqual({ looked: false, seen: true, misses: 0, createdId: 'abc.def', createdAt: NOW - 10_000 });
  });

  test('takes the time of the request for that of an endpoint without a time', async () => {
    const { handler, context, remembered } = bench(
      { getEndpoint: looks(endpoint('CREATING', { createdAt: undefined })) }, { memory: { createdId: 'abc.def' }, clock: clockAt(20) });
    expect(await handler.create(context)).toMatchObject({ seconds: 24 });
    expect(remembered).toMatchObject({ createdAt: 0 });
  });

  test.each<[string, Endpoint | undefined]>([['CREATING', endpoint('CREATING')], ['gone again', undefined]])(
    'takes READY for none when it is %s at the second look', async (state, second) => {
      const { handler, context } = bench({ getEndpoint: looks(endpoint(), second) }, { memory: { createdId: 'abc.def' } });
      expect(await handler.create(context)).toMatchObject({
        status: 'waiting', until: `endpoint 'mail' to become READY (it is ${state})`, physicalId: 'mail', memory: { ready: false },
      });
    });

  test('need not look a second time when it has seen READY before', async () => {
    const { handler, context, calls, remembered } = bench(
      { getEndpoint: looks(endpoint()) }, { memory: { createdId: 'abc.def', ready: true } });
    expect(await handler.create(context)).toEqual({
      status: 'ready', physicalId: 'mail', attributes: { EndpointId: 'abc.def', SecondaryRegion: 'eu-central-1' },
    });
    expect(calls).toEqual(['getEndpoint mail']);
    expect(remembered).not.toHaveProperty('ready');
  });

  test('remembers that it has seen READY', async () => {
    const { handler, context, remembered } = bench({ getEndpoint: looks(endpoint()) }, { memory: { createdId: 'abc.def' } });
    expect(await handler.create(context)).toMatchObject({ status: 'ready' });
    expect(remembered).toMatchObject({ ready: true });
  });

  test('says of a FAILED endpoint what to do', async () => {
    const { handler, context } = bench({ getEndpoint: looks(endpoint('FAILED')) }, { memory: { createdId: 'abc.def' } });
    await expect(handler.create(context)).rejects.toThrow(/service-linked role AWSServiceRoleForAmazonSES, then deploy again\.$/);
  });
});

describe('update', () => {
  const updating = (ses: Partial<Ses>, changes: Partial<StepContext<EndpointDeclaration>> = {}) =>
    bench({ getEndpoint: looks(endpoint()), listTags: async () => ({ ...OURS, old: '1' }), ...ses }, { operation: 'Update', physicalId: 'mail', ...changes });

  test('only sets what is new', async () => {
    const { handler, context, calls } = updating({}, { properties: { ...MAIL, tags: { new: '1' } } });
    await handler.update(context);
    expect(calls).toEqual(['getEndpoint mail', 'listTags mail', 'claimChange', 'tag mail {"new":"1"}']);
  });

  test('only removes what was declared', async () => {
    const { handler, context, calls } = updating({}, { oldProperties: { ...MAIL, tags: { old: '1' } } });
    await handler.update(context);
    expect(calls).toEqual(['getEndpoint mail', 'listTags mail', 'claimChange', 'untag mail ["old"]']);
  });

  test('claims nothing where nothing differs', async () => {
    const { handler, context, calls } = updating({});
    expect(await handler.update(context)).toMatchObject({ status: 'ready' });
    expect(calls).toEqual(['getEndpoint mail', 'listTags mail']);
  });

  test('waits for an endpoint on its way', async () => {
    const { handler, context } = updating({ getEndpoint: looks(endpoint('CREATING')) });
    expect(await handler.update(context)).toMatchObject({ status: 'waiting', until: "endpoint 'mail' to become READY (it is CREATING)" });
  });

  test('makes an endpoint anew that is on its way out', async () => {
    const { handler, context } = updating({ getEndpoint: looks(endpoint('DELETING')) });
    expect(await handler.update(context)).toMatchObject({ until: "the earlier endpoint 'mail' to go away" });
  });

  test('passes on what is no failure of the new endpoint', async () => {
    const { handler, context, calls } = updating(
      { getEndpoint: async () => { throw error('ThrottlingException'); } }, { physicalId: 'post', oldProperties: { ...MAIL, name: 'post' } });
    await expect(handler.update(context)).rejects.toThrow('text');
    expect(calls).toEqual(['getEndpoint mail']);
  });

  test('does not take the old name of what it replaces for a leftover', async () => {
    const { handler, context, calls } = updating({}, { oldProperties: { ...MAIL, name: 'post' }, physicalId: 'post', memory: { ready: true } });
    await handler.update(context);
    expect(calls.join()).not.toContain('post');
  });

  test('goes on with the removal of a FAILED replacement', async () => {
    const { handler, context } = updating(
      { getEndpoint: looks(endpoint('FAILED')) }, { physicalId: 'post', oldProperties: { ...MAIL, name: 'post' }, memory: { wreck: true } });
    expect(await handler.update(context)).toEqual({
      status: 'waiting', until: "endpoint 'mail' to go away", seconds: 5, memory: { wreck: true },
    });
  });
});

describe('delete', () => {
  const deleting = (ses: Partial<Ses>, changes: Partial<StepContext<EndpointDeclaration>> = {}) =>
    bench(ses, { operation: 'Delete', physicalId: 'mail', quietUntil: NOW, ...changes });

  test('deletes what is its own, and waits', async () => {
    const { handler, context, calls, log, remembered } = deleting({ getEndpoint: looks(endpoint()), listTags: async () => OURS });
    expect(await handler.delete(context)).toEqual({ status: 'waiting', until: "endpoint 'mail' to go away", seconds: 5 });
    expect(calls).toEqual(['getEndpoint mail', 'listTags mail', 'claim', 'deleteEndpoint mail']);
    expect(log).toEqual([['INFO', 'Deleted the endpoint', { endpoint: 'mail' }]]);
    expect(remembered).toEqual({ lookedFor: 'mail', found: true, deleted: 'mail' });
  });

  test('waits for what goes away already', async () => {
    const { handler, context, calls, remembered } = deleting({ getEndpoint: looks(endpoint('DELETING')) });
    expect(await handler.delete(context)).toEqual({ status: 'waiting', until: "endpoint 'mail' to go away", seconds: 5 });
    expect(calls).toEqual(['getEndpoint mail']);
    expect(remembered).toEqual({ lookedFor: 'mail', found: true, deleted: 'mail' });
  });

  test('looks twice when there is nothing, since a look may show what was before, and forgets that it looked', async () => {
    const first = deleting({});
    expect(await first.handler.delete(first.context)).toEqual({
      status: 'waiting', until: "certainty that endpoint 'mail' is gone", seconds: 10, memory: { missed: true },
    });
    expect(first.remembered).toEqual({ lookedFor: false, deleted: false });
    const second = deleting({}, { memory: { missed: true } });
    expect(await second.handler.delete(second.context)).toEqual({ status: 'gone' });
  });

  test('does not repeat a look that was throttled: the tags tell as well', async () => {
    const { handler, context, calls } = deleting({ listTags: async () => OURS }, { memory: { lookedFor: 'mail' } });
    await handler.delete(context);
    expect(calls).toEqual(['listTags mail', 'claim', 'deleteEndpoint mail']);
  });

  test.each([
    ['ThrottlingException', 'mail'], ['InternalFailure', false],
  ])('remembers its look only when it was throttled (%s): what is not known to be there may be deleted already', async (name, lookedFor) => {
    const { handler, context, remembered } = deleting({ getEndpoint: async () => { throw error(name); } });
    await expect(handler.delete(context)).rejects.toThrow('text');
    expect(remembered).toEqual({ lookedFor });
  });

  test('whose call was not answered may have worked all the same, so it looks again', async () => {
    const { handler, context, remembered } = deleting({
      getEndpoint: looks(endpoint()), listTags: async () => OURS, deleteEndpoint: async () => { throw error('TimeoutError'); },
    });
    await expect(handler.delete(context)).rejects.toThrow('text');
    expect(remembered).toMatchObject({ lookedFor: false });
  });

  test('looks whether what it has deleted is gone', async () => {
    const { handler, context, calls } = deleting({}, { memory: { lookedFor: 'mail', found: true, deleted: 'mail' } });
    expect(await handler.delete(context)).toEqual({ status: 'gone' });
    expect(calls).toEqual(['getEndpoint mail']);
  });

  test.each<[string, Endpoint | undefined, string, number]>([
    ['is on its way out', endpoint('DELETING'), 'waiting', 0],
    ['is gone', undefined, 'gone', 0],
    ['is somebody else\'s', endpoint(), 'gone', 1],
  ])('of an endpoint without our tag that %s', async (_, found, status, lines) => {
    const { handler, context, log, remembered } = deleting({ getEndpoint: looks(found) }, { memory: { lookedFor: 'mail' } });
    expect(await handler.delete(context)).toMatchObject(status === 'gone' ? { status } : { status, until: "endpoint 'mail' to go away", seconds: 5 });
    expect(log).toEqual(Array(lines).fill([
      'WARN', 'Left an endpoint alone that does not belong to this stack and logical id', { endpoint: 'mail' },
    ]));
    expect(remembered).toEqual({ lookedFor: false });
  });

  test('with an id that was invented deletes what has the name', async () => {
    const { handler, context, calls } = deleting({
      getEndpoint: async name => name === 'mail' ? endpoint() : undefined, listTags: async () => OURS,
    }, { physicalId: 'Game-Thing-1A2B' });
    expect(await handler.delete(context)).toMatchObject({ status: 'waiting', until: "endpoint 'mail' to go away" });
    expect(calls.at(-1)).toBe('deleteEndpoint mail');
  });

  test('with an id that cannot be a name does not ask for it', async () => {
    const { handler, context, calls } = deleting({}, { physicalId: 'id-not-known:r' });
    expect(await handler.delete(context)).toEqual({ status: 'gone' });
    expect(calls).toEqual(['getEndpoint mail']);
  });

  test.each([[100, 30], [30, 30], [7, 7]])('with an id that was invented waits through the quiet period, of which %d s are left', async (left, seconds) => {
    const { handler, context } = deleting({}, { physicalId: 'Game-Thing-1A2B', quietUntil: NOW + left * 1000 });
    expect(await handler.delete(context)).toEqual({
      status: 'waiting', until: 'certainty that no abandoned create is still under way', seconds,
    });
  });

  test('waits twice as long while SES works on the endpoint', async () => {
    const { handler, context } = deleting({
      getEndpoint: looks(endpoint()), listTags: async () => OURS, deleteEndpoint: async () => { throw error('ConcurrentModificationException'); },
    });
    expect(await handler.delete(context)).toMatchObject({ until: expect.stringMatching(/SES is still working on/), seconds: 10 });
  });

  test.each([['TooManyRequestsException', 16], ['BadRequestException', 1]])('after %s tries %i times in one step', async (name, times) => {
    const { handler, context, calls } = deleting({
      getEndpoint: looks(endpoint()), listTags: async () => OURS, deleteEndpoint: async () => { throw error(name); },
    });
    await expect(handler.delete(context)).rejects.toThrow('text');
    expect(calls.filter(call => call === 'deleteEndpoint mail')).toHaveLength(times);
  });

  test('an endpoint is recognized by its name', () => {
    const { handler } = bench({});
    expect([handler.recognizes('mail', { EndpointName: 'mail' }), handler.recognizes('mail', { EndpointName: 'post' })]).toEqual([true, false]);
  });
});

describe('lookup', () => {
  const lookup = (found: Endpoint | undefined, seconds = 10) => {
    const handler = new MultiRegionEndpointLookupHandler({ getEndpoint: looks(found) });
    return handler.create(stepContext({ name: 'mail' }, { clock: clockAt(seconds) }));
  };

  test('waits for an endpoint on its way', async () => {
    expect(await lookup(endpoint('CREATING'))).toEqual({
      status: 'waiting', until: "endpoint 'mail' to become READY (it is CREATING)", seconds: 34,
    });
  });

  test('waits a minute for one that is missing', async () => {
    expect(await lookup(undefined, 59.9)).toEqual({ status: 'waiting', until: "endpoint 'mail' to show up", seconds: 5 });
    await expect(lookup(undefined, 60)).rejects.toThrow(ResourceError);
  });

  test('refuses one that is FAILED, which it did not make', async () => {
    await expect(lookup(endpoint('FAILED'))).rejects.toMatchObject({
      message: expect.stringMatching(/could not make the endpoint 'mail' \(eu-west-1 and eu-central-1\)/), certainty: { nothingCreated: true },
    });
  });

  test('shows no secondary Region where SES tells none', async () => {
    expect(await lookup(endpoint('READY', { regions: ['eu-west-1'] }))).toMatchObject({ attributes: { SecondaryRegion: '' } });
  });

  test('looks again at an update', async () => {
    const handler = new MultiRegionEndpointLookupHandler({ getEndpoint: looks(endpoint()) });
    expect(await handler.update(stepContext({ name: 'mail' }))).toMatchObject({ status: 'ready', physicalId: 'lookup:mail' });
  });

  test('only reads, and knows its ids', () => {
    const handler = new MultiRegionEndpointLookupHandler({ getEndpoint: looks(undefined) });
    expect(handler.readsOnly).toBe(true);
    expect(['lookup:mail', 'mail'].map(id => handler.recognizes(id))).toEqual([true, false]);
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

test('the function of SES serves its two types', () => {
  expect(Object.keys(sesHandlers({} as Ses)).sort()).toEqual(['Custom::MultiRegionEndpoint', 'Custom::MultiRegionEndpointLookup']);
});
