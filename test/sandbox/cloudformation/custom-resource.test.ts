import { custom, MINUTE, TOKEN, World } from './world';
import { stringifyScalars } from '../../../sandbox/cloudformation/custom-resource';

const SECOND = 1000;

describe('event', () => {
  test('of a create has no physical id and only texts', async () => {
    const world = new World();

    await world.deploy({ Thing: custom({ port: 80, on: true, nested: { list: [1, false, 'x'] }, empty: [] }) });

    const { ResponseURL, RequestId, StackId, ...event } = world.received[0];
    expect(event).toEqual({
      RequestType: 'Create',
      ServiceToken: TOKEN,
      LogicalResourceId: 'Thing',
      ResourceType: 'Custom::Thing',
      ResourceProperties: {
        ServiceToken: TOKEN, port: '80', on: 'true', nested: { list: ['1', 'false', 'x'] }, empty: [],
      },
    });
    expect(RequestId).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
    expect(StackId).toMatch(/^arn:aws:cloudformation:eu-west-1:111122223333:stack\/Game\/[0-9a-f-]{36}$/);
    expect(ResponseURL).toContain('/cloudformation-custom-resource-response-eu-west-1/'
      + encodeURIComponent(`${StackId}|Thing|${RequestId}`));
  });

  test('has a presigned response URL of its own', async () => {
    const world = new World();

    await world.deploy({ A: custom(), B: custom() });

    const [first, second] = world.received.map(event => new URL(event.ResponseURL));
    expect(Object.fromEntries(first.searchParams)).toEqual({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Date': '20260101T000000Z',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Expires': '7200',
      'X-Amz-Credential': expect.stringMatching(/^ASIA[A-Z0-9]{16}\/20260101\/eu-west-1\/s3\/aws4_request$/),
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(first.searchParams.get('X-Amz-Signature')).not.toBe(second.searchParams.get('X-Amz-Signature'));
  });

  test('can leave out ServiceTimeout', async () => {
    const resources = { A: custom({ ServiceTimeout: 60 }) };
    const [keeping, hiding] = [new World(), new World(undefined, { serviceTimeoutInEvent: false })];

    await keeping.deploy(resources);
    await hiding.deploy(resources);

    expect(keeping.received[0].ResourceProperties).toEqual({ ServiceToken: TOKEN, ServiceTimeout: '60' });
    expect(hiding.received[0].ResourceProperties).toEqual({ ServiceToken: TOKEN });
  });

  test('is the function\'s own copy', async () => {
    const world = new World((event, self) => {
      (event.ResourceProperties as Record<string, unknown>).list = 'changed';
      self.answer(event);
    });

    await world.deploy({ A: custom({ list: ['a'] }) });

    expect(world.cloudFormation.stacks[0].resources.get('A')!.properties.list).toEqual(['a']);
  });
});

test('attributes are what the answer has in Data', async () => {
  const world = new World((event, self) => { self.answer(event, { Data: { Endpoint: 'abc', Ports: ['1', '2'] } }); });

  const { outputs } = await world.deploy({ A: custom() }, {
    Outputs: {
      Endpoint: { Value: { 'Fn::GetAtt': ['A', 'Endpoint'] } },
      Ports: { Value: { 'Fn::Join': [',', { 'Fn::GetAtt': ['A', 'Ports'] }] } },
    },
  });

  expect(outputs).toEqual({ Endpoint: 'abc', Ports: '1,2' });
});

describe('answer', () => {
  /** The outcome of a create that is answered with the given body. */
  const createWith = async (body: (identity: Record<string, string>) => string) => {
    const world = new World((event, self) => {
      if (event.RequestType === 'Create') {
        const { StackId, RequestId, LogicalResourceId } = event;
        self.buckets.acceptResponse(event.ResponseURL, body({ StackId, RequestId, LogicalResourceId, Status: 'SUCCESS', PhysicalResourceId: 'p' }));
      } else {
        self.answer(event);
      }
    });
    await world.deploy({ A: custom() });
    return { reason: world.reason('A', 'CREATE_FAILED'), requests: world.requests(), answer: world.buckets.requests[0].answers[0] };
  };

  test.each<[string, (identity: Record<string, string>) => string, string, RegExp]>([
    ['of more than 4096 bytes', identity => JSON.stringify({ ...identity, Data: { x: 'é'.repeat(2048) } }), 'Response object is too long.', /^Game-A-/],
    ['that is no JSON', () => 'hello', 'Response is not valid JSON', /^Game-A-/],
    ['that is no object', () => '[]', 'Response is not valid JSON', /^Game-A-/],
    ['without a physical id', identity => JSON.stringify({ ...identity, PhysicalResourceId: undefined }), 'Invalid PhysicalResourceId', /^Game-A-/],
    ['with an empty physical id', identity => JSON.stringify({ ...identity, PhysicalResourceId: '' }), 'Invalid PhysicalResourceId', /^Game-A-/],
    ['with a physical id of 1025 bytes', identity => JSON.stringify({ ...identity, PhysicalResourceId: 'x'.repeat(1025) }),
      'Invalid PhysicalResourceId', /^Game-A-/],
    ['without a status', identity => JSON.stringify({ ...identity, Status: undefined }), 'Invalid Status in the response: undefined', /^p$/],
    ['to another request', identity => JSON.stringify({ ...identity, RequestId: 'r' }), 'Invalid RequestId in the response: "r"', /^Game-A-/],
    ['to another resource', identity => JSON.stringify({ ...identity, LogicalResourceId: 'B' }),
      'Invalid LogicalResourceId in the response: "B"', /^Game-A-/],
    ['with other data than an object', identity => JSON.stringify({ ...identity, Data: 'x' }), 'Invalid Data in the response', /^p$/],
  ])('%s fails the resource', async (_, body, reason, deletedId) => {
    const outcome = await createWith(body);

    expect(outcome.reason).toContain(reason);
    expect(outcome.answer).toMatchObject({ effective: true, note: expect.stringContaining(reason) });
    expect(outcome.requests[1].replace('Delete A ', '')).toMatch(deletedId);
  });

  test('of exactly 4096 bytes and with a physical id of 1024 bytes is fine', async () => {
    const outcome = await createWith(identity => {
      const response = { ...identity, PhysicalResourceId: 'x'.repeat(1024), Data: { x: '' } };
      response.Data.x = 'y'.repeat(4096 - JSON.stringify(response).length);
      return JSON.stringify(response);
    });

    expect(outcome.reason).toBeUndefined();
    expect(Buffer.byteLength(outcome.answer.body)).toBe(4096);
  });

  test('to a delete must have the same physical id', async () => {
    const world = new World((event, self) => { self.answer(event, { PhysicalResourceId: event.RequestType }); });
    await world.deploy({ A: custom() });

    expect(await world.destroy()).toMatchObject({ status: 'DELETE_FAILED' });
    expect(world.reason('A', 'DELETE_FAILED')).toBe('Invalid PhysicalResourceId: the Delete of Create was answered with Delete');
  });

  test('only the first one counts, the others are recorded', async () => {
    const world = new World((event, self) => {
      self.answer(event, { PhysicalResourceId: 'first' });
      self.answer(event, { PhysicalResourceId: 'second' });
    });

    await world.deploy({ A: custom() });

    const [request] = world.buckets.requests;
    expect(request.answers.map(answer => answer.effective)).toEqual([true, false]);
    expect(request.effectiveAnswers).toHaveLength(1);
    expect(world.cloudFormation.stacks[0].resources.get('A')!.physicalId).toBe('first');
  });

  test('is refused with another signature, another path, and after the URL expired', async () => {
    const world = new World();
    await world.deploy({ A: custom() });
    const { ResponseURL: url } = world.received[0];
    const put = (target: string, now?: number) => world.buckets.acceptResponse(target, '{}', now).status;
    const expiry = Date.parse('2026-01-01T02:00:00Z');

    expect(put(url, expiry - 1)).toBe(200);
    expect(put(new URL(url).pathname + new URL(url).search)).toBe(200);
    expect(put(url, expiry)).toBe(403);
    expect(put(url.replace('X-Amz-Expires=7200', 'X-Amz-Expires=9000'))).toBe(403);
    expect(put(url.replace(/Signature=\w{4}/, 'Signature=0000'))).toBe(403);
    expect(put(url.replace('%7CA%7C', '%7CB%7C'))).toBe(403);
    expect(put(url.split('?')[0])).toBe(403);
    expect(world.buckets.requests[0].answers).toHaveLength(3);
  });
});

describe('time limit', () => {
  test.each([[undefined, 3600], [300, 300], ['1', 1]])('ServiceTimeout %p is %d seconds', async (ServiceTimeout, seconds) => {
    const world = new World((event, self) => {
      if (event.RequestType === 'Delete') {
        self.answer(event);
      }
    });
    const started = world.clock.now();

    await world.deploy({ A: custom(ServiceTimeout === undefined ? {} : { ServiceTimeout }) });

    const failed = world.cloudFormation.events.find(event => event.status === 'CREATE_FAILED')!;
    expect(failed.timestamp - started).toBe(seconds * SECOND);
    expect(failed.reason).toMatch(/^CloudFormation did not receive a response from your Custom Resource\. .*requestId \[[0-9a-f-]{36}\]\.$/);
    expect(world.requests()[1]).toMatch(/^Delete A Game-A-[A-Z0-9]{12}$/);
    expect(world.buckets.requests[0].status).toBe('timed out');
  });

  test('an answer in the last second counts', async () => {
    const world = new World((event, self) => { self.clock.setTimeout(() => self.answer(event), 59 * SECOND); });

    expect(await world.deploy({ A: custom({ ServiceTimeout: 60 }) })).toMatchObject({ status: 'CREATE_COMPLETE' });
  });

  test('an update that times out is rolled back with the known id', async () => {
    const world = new World((event, self) => {
      if (event.ResourceProperties.n !== '2') {
        self.answer(event);
      }
    });
    await world.deploy({ A: custom({ n: 1 }) });

    expect(await world.deploy({ A: custom({ n: 2 }) })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(world.requests(1)).toEqual(['Update A id-of-A', 'Update A id-of-A']);
  });

  test('a delete that times out fails', async () => {
    const world = new World((event, self) => {
      if (event.RequestType !== 'Delete') {
        self.answer(event);
      }
    });
    await world.deploy({ A: custom({ ServiceTimeout: 60 }) });

    expect(await world.destroy()).toMatchObject({ status: 'DELETE_FAILED' });
  });

  test.each([[0], [3601], ['soon'], [1.5]])('ServiceTimeout %p is refused', async ServiceTimeout => {
    const world = new World();

    await world.deploy({ A: custom({ ServiceTimeout }) });

    expect(world.reason('A', 'CREATE_FAILED')).toContain('is not an integer between 1 and 3600.');
  });
});

test('a service token that is no function fails the resource', async () => {
  const world = new World();

  await world.deploy({ A: custom({ ServiceToken: 'arn:aws:sns:eu-west-1:111122223333:topic' }) });

  expect(world.reason('A', 'CREATE_FAILED')).toContain('is not the ARN of a Lambda function');
});

test('a function that does not exist fails the resource at once', async () => {
  const world = new World(event => {
    if (event.RequestType === 'Create') {
      throw new Error('Function not found: provider');
    }
    world.answer(event);
  });

  expect(await world.deploy({ A: custom() })).toMatchObject({ status: 'ROLLBACK_COMPLETE' });
  expect(world.reason('A', 'CREATE_FAILED')).toBe('Function not found: provider');
});

test('a request stays open until it is answered', async () => {
  const world = new World((event, self) => { self.clock.setTimeout(() => self.answer(event), 2 * MINUTE); });
  const seen: string[] = [];
  world.clock.setTimeout(() => seen.push(world.buckets.requests[0].status), MINUTE);

  await world.deploy({ A: custom() });

  expect([...seen, world.buckets.requests[0].status]).toEqual(['open', 'answered']);
  expect(world.buckets.requests[0].event).toMatchObject({ RequestType: 'Create', LogicalResourceId: 'A' });
});

test('stringifyScalars goes deep', () => {
  expect(stringifyScalars({ a: [{ b: 1 }, true], c: 'x' })).toEqual({ a: [{ b: '1' }, 'true'], c: 'x' });
});
