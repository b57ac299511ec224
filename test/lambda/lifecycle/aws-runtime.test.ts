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

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:Waiter';
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:Waiter:n';

describe('waiter', () => {
  const waiterWith = (send: jest.Mock) => new StepFunctionsWaiter({ send } as any, MACHINE);
  const page = (items: [string, number][], nextToken?: string) => ({
    executions: items.map(([name, start]) => ({ name, startDate: new Date(start) })), nextToken,
  });

  test('starts an execution by name', async () => {
    const send = jest.fn().mockResolvedValue({});
    expect(await waiterWith(send).start('n', { a: 1 })).toBe('started');
    expect(send.mock.calls[0][0].input).toEqual({ stateMachineArn: MACHINE, name: 'n', input: '{"a":1}' });
  });

  test('an execution that exists is no error, anything else is', async () => {
    const exists = Object.assign(new Error(), { name: 'ExecutionAlreadyExists' });
    expect(await waiterWith(jest.fn().mockRejectedValue(exists)).start('n', {})).toBe('exists');
    await expect(waiterWith(jest.fn().mockRejectedValue(new Error('no'))).start('n', {})).rejects.toThrow('no');
  });

  test('lists executions, and which of them run', async () => {
    const executions = [{ name: 'b', startDate: new Date(2000), status: 'RUNNING' }, { name: 'a', startDate: new Date(1000), status: 'SUCCEEDED' }];
    const send = jest.fn().mockResolvedValue({ executions });
    expect(await waiterWith(send).executions(500)).toEqual([
      { name: 'b', startedAt: 2000, running: true }, { name: 'a', startedAt: 1000, running: false },
    ]);
    expect(send.mock.calls[0][0].input).toEqual({ stateMachineArn: MACHINE, maxResults: 1000, nextToken: undefined });
  });

  test('takes an execution without a time for one that has just been started', async () => {
    expect(await waiterWith(jest.fn().mockResolvedValue({ executions: [{}] })).executions(1000))
      .toEqual([{ name: '', startedAt: Infinity, running: false }]);
  });

  test('takes a list without executions for an empty one', async () => {
    expect(await waiterWith(jest.fn().mockResolvedValue({})).executions(1000)).toEqual([]);
  });

  test('reads on while all are young enough, and no further', async () => {
    const send = jest.fn()
      .mockResolvedValueOnce(page([['a', 9000], ['b', 1000]], 'more'))
      .mockResolvedValueOnce(page([['c', 8000], ['d', 999]], 'even more'));
    expect((await waiterWith(send).executions(1000)).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(send.mock.calls.map(([command]) => command.input.nextToken)).toEqual([undefined, 'more']);
  });

  test('stops an execution', async () => {
    const send = jest.fn().mockResolvedValue({});
    await waiterWith(send).stop('n');
    expect(send.mock.calls[0][0].input).toEqual({ executionArn: EXECUTION, error: 'Superseded' });
  });

  test.each([['ABORTED', 'stopped'], ['RUNNING', 'running'], ['SUCCEEDED', 'ended'], ['FAILED', 'ended'], ['TIMED_OUT', 'ended']])(
    'takes an execution that is %s for %s', async (status, expected) => {
      const send = jest.fn().mockResolvedValue({ status });
      expect(await waiterWith(send).stateOf('n')).toBe(expected);
      expect(send.mock.calls[0][0].input).toMatchObject({ executionArn: EXECUTION });
    });

  test.each([
    ['a state it has entered', [{}, { stateEnteredEventDetails: { input: '{"progress":{"changed":true}}' } }], { progress: { changed: true } }],
    ['its start', [{ executionStartedEventDetails: { input: '{"progress":{}}' } }], { progress: {} }],
    ['nothing', [{}], {}], ['no events', undefined, {}],
  ])('reads what an execution has written down last: %s', async (_, events, expected) => {
    const send = jest.fn().mockResolvedValue({ events });
    expect(await waiterWith(send).lastInputOf('n')).toEqual(expected);
    expect(send.mock.calls[0][0].input).toMatchObject({ executionArn: EXECUTION, reverseOrder: true });
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
