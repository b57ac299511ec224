import { createServer, type IncomingMessage, type Server } from 'http';
import type { AddressInfo } from 'net';
import { awsRuntime, httpTransport, jsonLogger, StepFunctionsWaiter } from '../../../lambda/lifecycle/aws-runtime';
import { toRequest } from '../../../lambda/lifecycle/request';

describe('transport', () => {
  let server: Server;
  let received: { message: IncomingMessage; body: string } | undefined;

  beforeEach(async () => {
    server = createServer((message, response) => {
      let body = '';
      message.setEncoding('utf8').on('data', chunk => { body += chunk; }).on('end', () => {
        received = { message, body };
        if (message.url === '/broken') {
          response.writeHead(200, { 'content-length': 10 }).write('half', () => response.destroy());
          return;
        }
        response.writeHead(message.url === '/denied' ? 403 : 200).end();
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise(resolve => server.close(resolve)));

  const url = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  test('puts the body as S3 signed it: no content type, the length in bytes', async () => {
    expect(await httpTransport.put(url('/key?X-Amz-Signature=1'), '{"a":"ü"}')).toBe(200);
    expect(received!.message).toMatchObject({ method: 'PUT', url: '/key?X-Amz-Signature=1' });
    expect(received!.message.headers).toMatchObject({ 'content-type': '', 'content-length': '10' });
    expect(received!.body).toBe('{"a":"ü"}');
  });

  test('gives any status', async () => {
    expect(await httpTransport.put(url('/denied'), '{}')).toBe(403);
  });

  test('rejects where nobody answers', async () => {
    await expect(httpTransport.put('http://127.0.0.1:1/', '{}')).rejects.toThrow(/ECONNREFUSED/);
    await expect(httpTransport.put('https://127.0.0.1:1/', '{}')).rejects.toThrow(/ECONNREFUSED/);
  });

  test('rejects where the answer breaks off', async () => {
    await expect(httpTransport.put(url('/broken'), '{}')).rejects.toThrow(/aborted/);
  });
});

test('in Lambda the ports are the real clock, the console, chance and the network', async () => {
  const print = jest.spyOn(console, 'log').mockImplementation();
  const runtime = awsRuntime()();
  const before = Date.now();
  await runtime.clock.sleep(1);
  expect(runtime.clock.now()).toBeGreaterThanOrEqual(before);
  expect(runtime.random()).toBeLessThan(1);
  expect(runtime.transport).toBe(httpTransport);
  expect(runtime.waiter).toBeInstanceOf(StepFunctionsWaiter);

  runtime.log.write('INFO', 'Seen');
  expect(print).toHaveBeenCalledWith('{"level":"INFO","message":"Seen"}');
  print.mockRestore();
});

describe('waiter', () => {
  const waiterWith = (send: jest.Mock) => new StepFunctionsWaiter({ send } as any, 'arn:machine');
  const page = (items: [string, number][], nextToken?: string) => ({
    executions: items.map(([name, start]) => ({ name, startDate: new Date(start) })), nextToken,
  });

  test('starts an execution by name', async () => {
    const send = jest.fn().mockResolvedValue({});
    expect(await waiterWith(send).start('n', { a: 1 })).toBe('started');
    expect(send.mock.calls[0][0].input).toEqual({ stateMachineArn: 'arn:machine', name: 'n', input: '{"a":1}' });
  });

  test('an execution that exists is no error, anything else is', async () => {
    const exists = Object.assign(new Error(), { name: 'ExecutionAlreadyExists' });
    expect(await waiterWith(jest.fn().mockRejectedValue(exists)).start('n', {})).toBe('exists');
    await expect(waiterWith(jest.fn().mockRejectedValue(new Error('no'))).start('n', {})).rejects.toThrow('no');
  });

  test('finds a newer execution of the same resource, and only such a one', async () => {
    const newer = async (items: [string, number][]) =>
      (await waiterWith(jest.fn().mockResolvedValue(page(items))).rivals('key-', 'key-own', 1000)).successor;
    expect(await newer([['key-other', 1000]])).toBe(true);
    expect(await newer([['key-own', 5000], ['else-1', 4000], ['key-old', 999]])).toBe(false);
    expect(await newer([])).toBe(false);
  });

  test('takes an execution without a time for one that has just been started', async () => {
    const send = jest.fn().mockResolvedValue({ executions: [{ name: 'key-other' }, { startDate: new Date(0) }] });
    expect((await waiterWith(send).rivals('key-', 'key-own', 1000)).successor).toBe(true);
  });

  test('sees an earlier request only while it runs', async () => {
    const earlier = async (status: string) => {
      const executions = [{ name: 'key-own', startDate: new Date(2000) }, { name: 'key-old', startDate: new Date(999), status }];
      return waiterWith(jest.fn().mockResolvedValue({ executions })).rivals('key-', 'key-own', 1000);
    };
    expect(await earlier('RUNNING')).toEqual({ successor: false, predecessor: true });
    expect(await earlier('SUCCEEDED')).toEqual({ successor: false, predecessor: false });
  });

  test('takes a list without executions for an empty one', async () => {
    expect(await waiterWith(jest.fn().mockResolvedValue({})).rivals('key-', 'key-own', 1000)).toEqual({ successor: false, predecessor: false });
  });

  test('takes an older request for none, even if Lambda delivered it later', async () => {
    const late = (seconds: number) => `key-Update-${seconds.toString(36)}-${'0'.repeat(32)}`;
    const newer = async (name: string) =>
      (await waiterWith(jest.fn().mockResolvedValue(page([[name, 9_000_000]]))).rivals('key-', 'key-own', 1_000_000)).successor;
    expect(await newer(late(999))).toBe(false);
    expect(await newer(late(1001))).toBe(true);
  });

  test('of two requests in the same second, takes a delete for the later one, else what started later', async () => {
    const named = (operation: string, end: string) => `key-${operation}-${(1000).toString(36)}-${end.repeat(32)}`;
    const newer = async (items: [string, number][]) =>
      (await waiterWith(jest.fn().mockResolvedValue(page(items))).rivals('key-', named('Update', '0'), 1_000_000)).successor;
    const own: [string, number] = [named('Update', '0'), 1_000_500];
    expect(await newer([[named('Update', '1'), 1_000_900], own])).toBe(true);
    expect(await newer([own, [named('Update', '1'), 1_000_100]])).toBe(false);
    expect(await newer([own, [named('Delete', '1'), 1_000_100]])).toBe(true);
  });

  test('reads on while all are newer, and no further', async () => {
    const send = jest.fn()
      .mockResolvedValueOnce(page([['else-1', 9000], ['else-0', 1000]], 'more'))
      .mockResolvedValueOnce(page([['else-2', 8000], ['else-3', 10]], 'even more'));
    expect(await waiterWith(send).rivals('key-', 'key-own', 1000)).toEqual({ successor: false, predecessor: false });
    expect(send.mock.calls.map(([command]) => command.input.nextToken)).toEqual([undefined, 'more']);
  });
});

test('a log line is JSON with what finds the request, and without secrets', () => {
  const lines: string[] = [];
  const request = toRequest({
    RequestType: 'Create', ResponseURL: 'https://b.test/?X-Amz-Signature=5ec7e7', StackId: 's', RequestId: 'r', LogicalResourceId: 'Endpoint',
    ResourceType: 'Custom::X', ResourceProperties: { Password: 'p' },
  }, 0);
  jsonLogger(request, line => lines.push(line)).write('INFO', 'Seen', { error: 'PUT https://b.test/?a=1&X-Amz-Signature=5ec7e7' });

  expect(JSON.parse(lines[0])).toEqual({
    level: 'INFO', message: 'Seen', operation: 'Create', resource: 'Endpoint', type: 'Custom::X', stack: 's', request: 'r', error: 'PUT ***',
  });
});
