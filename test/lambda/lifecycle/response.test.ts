import type { Runtime } from '../../../lambda/lifecycle/ports';
import { toRequest, type Request } from '../../../lambda/lifecycle/request';
import { responseBody, send } from '../../../lambda/lifecycle/response';
import type { Answer } from '../../../lambda/lifecycle/progress';
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock';
import fc from '../../property';

const SUCCESS: Answer = { status: 'SUCCESS', physicalId: 'mail', attributes: { EndpointId: 'abc.def' } };

function requestOf(): Request {
  return toRequest({
    RequestType: 'Create', ResponseURL: 'https://bucket.test/key?X-Amz-Date=20260115T120000Z&X-Amz-Signature=5ec7e7',
    StackId: 'arn:aws:cloudformation:eu-west-1:1:stack/Mail/1', RequestId: 'r', LogicalResourceId: 'Endpoint',
    ResourceType: 'Custom::MultiRegionEndpoint', ResourceProperties: {},
  }, 0);
}

/** Statuses in order; 'error' is a lost connection. */
function runtimeWith(statuses: (number | 'error')[]): Runtime & { puts: string[]; lines: string[]; times: number[] } {
  const clock = new VirtualClock(0);
  const puts: string[] = [];
  const times: number[] = [];
  const lines: string[] = [];
  return {
    clock, puts, lines, times, random: () => 0.5, waiter: {} as any,
    log: { write: (level, message, details) => lines.push(JSON.stringify({ level, message, ...details })) },
    transport: {
      put: async (_, body) => {
        puts.push(body);
        times.push(clock.now());
        const status = statuses[puts.length - 1] ?? 200;
        if (status === 'error') {
          throw new Error('connect ECONNREFUSED https://bucket.test/key?X-Amz-Signature=5ec7e7');
        }
        return status;
      },
    },
  };
}

async function deliver(statuses: (number | 'error')[], giveUpAt = 40_000) {
  const runtime = runtimeWith(statuses);
  const delivered = await (runtime.clock as VirtualClock).run(send(requestOf(), SUCCESS, runtime, giveUpAt));
  return { delivered, runtime };
}

test('the body is what CloudFormation documents', () => {
  expect(JSON.parse(responseBody(requestOf(), SUCCESS))).toEqual({
    Status: 'SUCCESS', PhysicalResourceId: 'mail', StackId: 'arn:aws:cloudformation:eu-west-1:1:stack/Mail/1', RequestId: 'r',
    LogicalResourceId: 'Endpoint', Data: { EndpointId: 'abc.def' },
  });
});

test('server errors and lost connections are tried again, without a word of the URL in the log', async () => {
  const { delivered, runtime } = await deliver([500, 'error', 503, 200]);
  expect(delivered).toBe(true);
  expect(new Set(runtime.puts).size).toBe(1);
  expect(runtime.puts).toHaveLength(4);
  expect(runtime.lines.join()).not.toMatch(/5ec7e7|bucket\.test/);
  expect(runtime.lines).toEqual([
    JSON.stringify({ level: 'WARN', message: 'No connection to the response URL', error: 'Error: connect ECONNREFUSED ***' }),
  ]);
});

test.each([0, 199, 300, 404])('status %i is no arrival', async status => {
  expect((await deliver([status, 200])).runtime.puts).toHaveLength(2);
});

test.each([200, 204, 299])('status %i is one', async status => {
  expect((await deliver([status])).runtime.puts).toHaveLength(1);
});

test('the pauses double from half a second to eight seconds, and jitter takes up to a half off', async () => {
  const { runtime } = await deliver([500, 500, 500, 500, 500, 500, 500]);
  expect(runtime.times).toEqual([0, 375, 1125, 2625, 5625, 11_625, 17_625, 23_625]);
});

test('a pause that would last until the end of the time is not begun', async () => {
  await expect(deliver([500, 200], 375)).rejects.toThrow(/could not be delivered/);
  expect((await deliver([500, 200], 376)).delivered).toBe(true);
});

test('403 means that the URL is used up: no more tries, no error', async () => {
  const { delivered, runtime } = await deliver([403, 200]);
  expect(delivered).toBe(false);
  expect(runtime.puts).toHaveLength(1);
  expect(runtime.lines).toEqual([
    JSON.stringify({ level: 'WARN', message: 'The answer was refused: its URL has expired or was used before', status: 403 }),
  ]);
});

test('an answer that does not arrive in time is an error, so that Lambda or the state machine tries again', async () => {
  await expect(deliver(Array(100).fill(500))).rejects.toThrow(/answer for Endpoint .* could not be delivered \(last status: 500\)/);
  await expect(deliver(Array(100).fill('error'))).rejects.toThrow(/no connection/);
});

test('too many attributes become a FAILED answer with the real id', () => {
  const body = responseBody(requestOf(), { ...SUCCESS, attributes: { Big: 'x'.repeat(5000) } });
  expect(JSON.parse(body)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'mail', Data: {} });
  expect(JSON.parse(body).Reason).toMatch(/answer has \d+ bytes, but CloudFormation takes 4096 at most\. Declare fewer or shorter values on this resource\.$/);
});

test('an answer of just 4,096 bytes is sent as it is', () => {
  const rest = 4096 - Buffer.byteLength(responseBody(requestOf(), { ...SUCCESS, attributes: { A: '' } }));
  const bodyWith = (length: number) => responseBody(requestOf(), { ...SUCCESS, attributes: { A: 'x'.repeat(length) } });
  expect(JSON.parse(bodyWith(rest))).toMatchObject({ Status: 'SUCCESS' });
  expect(JSON.parse(bodyWith(rest + 1))).toMatchObject({ Status: 'FAILED' });
});

test('an id that is too long is cut to what CloudFormation takes', () => {
  const body = JSON.parse(responseBody(requestOf(), { ...SUCCESS, physicalId: 'x'.repeat(5000) }));
  expect(body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'x'.repeat(1024) });
});

test.each([
  ['x'.repeat(1000), 'x'.repeat(1000)],
  ['x'.repeat(1001), `${'x'.repeat(997)}...`],
  ['€'.repeat(400), `${'€'.repeat(332)}...`],
  [`x${'😀'.repeat(300)}`, `x${'😀'.repeat(249)}...`],
  [`\uFFFD${'x'.repeat(1000)}`, `\uFFFD${'x'.repeat(994)}...`],
])('a reason is cut between characters (%#)', (reason, expected) => {
  expect(JSON.parse(responseBody(requestOf(), { ...SUCCESS, status: 'FAILED', reason })).Reason).toBe(expected);
});

test('whatever the answer, the body is JSON of at most 4,096 bytes and the reason of at most 1,000', () => {
  fc.assert(fc.property(
    fc.string({ unit: 'grapheme', maxLength: 3000, size: 'max' }),
    fc.dictionary(fc.string(), fc.string({ maxLength: 2000, size: 'max' }), { maxKeys: 5 }),
    (reason, attributes) => {
      // Stands for a broken character when it comes out, so it must not have gone in.
      fc.pre(!reason.includes('\uFFFD'));
      const body = responseBody(requestOf(), { status: 'FAILED', physicalId: 'mail', reason, attributes });
      const parsed = JSON.parse(body);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
      expect(Buffer.byteLength(parsed.Reason)).toBeLessThanOrEqual(1000);
      expect(parsed.Reason).not.toMatch(/\uFFFD/);
    }), { numRuns: 300 });
});

test('a URL or a key in a reason is hidden', () => {
  const reason = 'PUT https://b.s3.amazonaws.com/k?X-Amz-Signature=5ec7e7&a=b failed for ASIAABCDEFGHIJKLMNOP';
  expect(JSON.parse(responseBody(requestOf(), { ...SUCCESS, status: 'FAILED', reason })).Reason).toBe('PUT *** failed for ***');
});
