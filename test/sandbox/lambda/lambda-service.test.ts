import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { plainCode } from './bundle';
import { LambdaFunctionSettings } from '../../../sandbox/cloudformation/ports';
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock';
import { InvocationFault, InvocationInfo } from '../../../sandbox/lambda/invocation-faults';
import { InvocationResult, LambdaService } from '../../../sandbox/lambda/lambda-service';

const START = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REGION = 'eu-west-1';
const ROLE = 'arn:aws:iam::111111111111:role/Handler';

let clock: VirtualClock;
let service: LambdaService;
let credentials: Record<string, string>;
let asked: InvocationInfo[];
let plan: (info: InvocationInfo) => InvocationFault | undefined;

beforeEach(() => {
  clock = new VirtualClock(START);
  credentials = {};
  asked = [];
  plan = () => undefined;
  service = new LambdaService({
    clock,
    partition: 'aws',
    accountId: '111111111111',
    endpointUrl: () => 'http://127.0.0.1:4566',
    registerCredentials: (accessKeyId, roleArn) => { credentials[accessKeyId] = roleArn; },
    faults: { onInvoke: info => { asked.push(info); return plan(info); } },
  });
});

function settings(source: string, overrides: Partial<LambdaFunctionSettings> = {}): LambdaFunctionSettings {
  return {
    name: 'worker',
    handler: 'index.handler',
    codeDirectory: plainCode(source),
    environment: { STATE_MACHINE_ARN: 'arn:machine' },
    timeoutSeconds: 60,
    roleArn: ROLE,
    memorySize: 256,
    ...overrides,
  };
}

function create(source: string, overrides: Partial<LambdaFunctionSettings> = {}): string {
  return service.createFunction(REGION, settings(source, overrides)).arn;
}

function invoke(arn: string, payload: unknown = {}): Promise<InvocationResult> {
  return clock.run(service.invoke(arn, payload), () => service.untilIdle());
}

function wait(milliseconds: number): Promise<void> {
  return clock.run(clock.sleep(milliseconds), () => service.untilIdle());
}

/** What a function logged by `console.log`, with the time since the start in seconds. */
function logged(name: string = 'worker'): string[] {
  return service.logs(name)
    .filter(({ line }) => line.includes('\tINFO\t'))
    .map(({ timestamp, line }) => `${(timestamp - START) / 1000} ${line.split('\t').pop()}`);
}

const ECHO = 'exports.handler = async event => { console.log(JSON.stringify(event)); return event; };';
const FAIL = "exports.handler = async event => { console.log(event); throw new Error('no'); };";

describe('an invocation', () => {
  test('gives the function its event and its context', async () => {
    const arn = create(`
      exports.handler = async (event, context) => {
        const before = context.getRemainingTimeInMillis();
        await new Promise(resolve => setTimeout(resolve, 1000));
        return { ...event, ...context, before, after: context.getRemainingTimeInMillis() };
      };`);
    expect(arn).toBe('arn:aws:lambda:eu-west-1:111111111111:function:worker');
    expect(await invoke(arn, { a: [1], gone: undefined })).toEqual({
      payload: {
        a: [1],
        awsRequestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
        callbackWaitsForEmptyEventLoop: true,
        functionName: 'worker',
        functionVersion: '$LATEST',
        invokedFunctionArn: arn,
        memoryLimitInMB: '256',
        logGroupName: '/aws/lambda/worker',
        logStreamName: '[$LATEST]sandbox',
        before: 60_000,
        after: 59_000,
      },
    });
  });

  test('gives the function its environment', async () => {
    const arn = create('exports.handler = async () => process.env;');
    expect(await invoke(arn)).toEqual({
      payload: expect.objectContaining({
        STATE_MACHINE_ARN: 'arn:machine',
        AWS_REGION: REGION,
        AWS_DEFAULT_REGION: REGION,
        AWS_LAMBDA_FUNCTION_NAME: 'worker',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/worker',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
        AWS_ACCESS_KEY_ID: Object.keys(credentials)[0],
        AWS_SECRET_ACCESS_KEY: expect.any(String),
        AWS_SESSION_TOKEN: expect.any(String),
      }),
    });
    expect(Object.values(credentials)).toEqual([ROLE]);
  });

  test('has credentials of its own role', () => {
    create(ECHO);
    create(ECHO, { name: 'other', roleArn: `${ROLE}2` });
    expect(Object.values(credentials)).toEqual([ROLE, `${ROLE}2`]);
  });

  test('uses a warm module again, and a new one for a second invocation at the same time', async () => {
    const arn = create(`
      let runs = 0;
      exports.handler = async () => { await new Promise(resolve => setTimeout(resolve, 10)); return ++runs; };`);
    expect(await invoke(arn)).toEqual({ payload: 1 });
    expect(await invoke(arn)).toEqual({ payload: 2 });
    const both = clock.run(Promise.all([service.invoke(arn, {}), service.invoke(arn, {})]), () => service.untilIdle());
    expect(await both).toEqual([{ payload: 3 }, { payload: 1 }]);
  });

  test('of a changed function runs the new code with the new variables', async () => {
    const arn = create('exports.handler = async () => 1;');
    await invoke(arn);
    service.updateFunction(REGION, settings('exports.handler = async () => process.env.NEW;', { environment: { NEW: 'yes' } }));
    expect(await invoke(arn)).toEqual({ payload: 'yes' });
  });

  test('that runs while its function changes comes to its end in the old code, and the next one runs the new code', async () => {
    const arn = create('exports.handler = () => new Promise(resolve => setTimeout(() => resolve(1), 1000));');
    const running = service.invoke(arn, {});
    service.updateFunction(REGION, settings('exports.handler = async () => 2;'));
    expect(await clock.run(running, () => service.untilIdle())).toEqual({ payload: 1 });
    expect(await invoke(arn)).toEqual({ payload: 2 });
  });

  test('that fails answers the error', async () => {
    expect(await invoke(create(FAIL))).toEqual({ error: expect.objectContaining({ errorType: 'Error', errorMessage: 'no' }) });
  });

  test('is cut off at the function\'s timeout, and its code has no effect after that', async () => {
    const arn = create(`
      let runs = 0;
      exports.handler = async () => {
        runs++;
        await new Promise(resolve => setTimeout(resolve, 4000));
        console.log('too late');
        return runs;
      };`, { timeoutSeconds: 3 });
    expect(await invoke(arn)).toEqual({
      error: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 3\.00 seconds$/),
      },
    });
    await expect(clock.run(new Promise(() => undefined))).rejects.toThrow('stands still');
    expect(clock.now()).toBe(START + 3000);
    await wait(MINUTE);
    expect(logged()).toEqual([]);
  });

  test('of a missing function is refused', async () => {
    expect(await service.invoke('arn:aws:lambda:eu-west-1:111111111111:function:none', {})).toEqual({
      error: expect.objectContaining({ errorType: 'ResourceNotFoundException', service: true }),
    });
    expect(() => service.invokeAsync('arn:aws:lambda:eu-west-1:111111111111:function:none', {})).toThrow('Function not found');
  });

  test('is limited in size', async () => {
    const arn = create('exports.handler = async event => event.wanted ? "x".repeat(event.wanted) : 0;');
    const mebibyte = 1024 * 1024;
    expect(await invoke(arn, 'x'.repeat(6 * mebibyte - 2))).toEqual({ payload: 0 });
    expect(await invoke(arn, 'x'.repeat(6 * mebibyte - 1))).toEqual({
      error: expect.objectContaining({ errorType: 'RequestTooLargeException', service: true }),
    });
    expect(await invoke(arn, { wanted: 6 * mebibyte })).toEqual({
      error: expect.objectContaining({ errorType: 'Function.ResponseSizeTooLarge' }),
    });
    expect(() => service.invokeAsync(arn, 'x'.repeat(256 * 1024 - 2))).not.toThrow();
    expect(() => service.invokeAsync(arn, 'x'.repeat(256 * 1024 - 1))).toThrow(
      '262145 byte payload is too large for the invocation (limit 262144 bytes)');
  });

  test('may be throttled, crash before the code or crash after it', async () => {
    const arn = create("let runs = 0; exports.handler = async () => { console.log('ran'); return ++runs; };");
    const fails = (errorType: string) => ({ error: expect.objectContaining({ errorType }) });
    expect(await invoke(arn)).toEqual({ payload: 1 });
    plan = () => ({ throttle: true });
    expect(await invoke(arn)).toEqual(fails('TooManyRequestsException'));
    plan = () => ({ crash: 'before' });
    expect(await invoke(arn)).toEqual(fails('Runtime.ExitError'));
    expect(logged()).toHaveLength(1);
    plan = () => ({ crashAfterReturn: true });
    expect(await invoke(arn)).toEqual(fails('Runtime.ExitError'));
    expect(logged()).toHaveLength(2);
    plan = () => undefined;
    expect(await invoke(arn)).toEqual({ payload: 1 });
  });
});

describe('the concurrency of an account', () => {
  const SLOW = 'exports.handler = event => new Promise(resolve => setTimeout(() => { console.log(event); resolve(event); }, 10000));';

  beforeEach(() => {
    service = new LambdaService({
      clock,
      partition: 'aws',
      accountId: '111111111111',
      endpointUrl: () => 'http://127.0.0.1:4566',
      registerCredentials: () => undefined,
      concurrency: 2,
    });
  });

  test('refuses an invocation above it, and takes one again when another has ended', async () => {
    const arn = create(SLOW);
    const both = Promise.all([service.invoke(arn, 1), service.invoke(arn, 2)]);
    const third = await service.invoke(arn, 3);
    expect(third).toEqual({ error: expect.objectContaining({ errorType: 'TooManyRequestsException', service: true }) });
    expect(await clock.run(both, () => service.untilIdle())).toEqual([{ payload: 1 }, { payload: 2 }]);
    expect(await invoke(arn, 4)).toEqual({ payload: 4 });
  });

  test('holds back events above it without losing one', async () => {
    const arn = create(SLOW);
    [1, 2, 3, 4, 5].forEach(event => service.invokeAsync(arn, event));
    await wait(HOUR);
    expect(logged().map(line => line.split(' ')[1]).sort()).toEqual(['1', '2', '3', '4', '5']);
  });

  test('is counted for each Region on its own', async () => {
    const arn = create(SLOW);
    const elsewhere = service.createFunction('eu-central-1', settings(SLOW)).arn;
    const all = Promise.all([service.invoke(arn, 1), service.invoke(arn, 2), service.invoke(elsewhere, 3)]);
    expect(await clock.run(all, () => service.untilIdle())).toEqual([{ payload: 1 }, { payload: 2 }, { payload: 3 }]);
  });
});

describe('an asynchronous invocation', () => {
  test('returns before the function runs', async () => {
    service.invokeAsync(create(ECHO), { id: 1 });
    expect(logged()).toEqual([]);
    await wait(0);
    expect(logged()).toEqual(['0 {"id":1}']);
    await wait(HOUR);
    expect(logged()).toHaveLength(1);
  });

  test('is repeated after one and two minutes with the same event and request id, and then dropped', async () => {
    service.invokeAsync(create(FAIL), 'event');
    await wait(HOUR);
    expect(logged()).toEqual(['0 event', '60 event', '180 event']);
    expect(new Set(asked.map(info => info.requestId)).size).toBe(1);
    expect(asked.map(info => info.attempt)).toEqual([1, 2, 3]);
    expect(service.logs('worker').at(-1)!.line).toMatch(/^EVENT DROPPED RequestId: \S+: it failed 3 times$/);
  });

  test('is repeated after a timeout', async () => {
    service.invokeAsync(create("exports.handler = event => { console.log('run'); return new Promise(() => undefined); };"), {});
    await wait(HOUR);
    expect(logged()).toEqual(['0 run', '120 run', '300 run']);
  });

  test('is not repeated when a retry succeeds', async () => {
    plan = info => info.attempt === 1 ? { crash: 'before' } : undefined;
    service.invokeAsync(create(ECHO), 1);
    await wait(HOUR);
    expect(logged()).toEqual(['60 1']);
  });

  test('can be delivered twice', async () => {
    plan = () => ({ duplicateAfterMs: 5000 });
    service.invokeAsync(create(ECHO), 1);
    await wait(HOUR);
    expect(logged()).toEqual(['0 1', '5 1']);
    expect(asked.map(info => info.duplicate)).toEqual([false, true]);
    expect(asked[0].requestId).toBe(asked[1].requestId);
  });

  test('can be delivered hours later', async () => {
    plan = () => ({ delayMs: 5 * HOUR });
    service.invokeAsync(create(ECHO), 1);
    await wait(6 * HOUR);
    expect(logged()).toEqual([`${5 * 3600} 1`]);
  });

  test('is tried again while it is throttled, ever less often, for six hours', async () => {
    plan = () => ({ throttle: true });
    service.invokeAsync(create(ECHO), 1);
    await wait(24 * HOUR);
    const lines = service.logs('worker');
    expect(lines.map(({ line }) => line)).toEqual([expect.stringMatching(/^EVENT DROPPED .* older than six hours$/)]);
    expect(lines[0].timestamp - START).toBeGreaterThan(6 * HOUR);
    expect(lines[0].timestamp - START).toBeLessThanOrEqual(6 * HOUR + 5 * MINUTE);
  });

  test('that is throttled for a while runs after it', async () => {
    plan = info => info.attempt <= 3 ? { throttle: true } : undefined;
    service.invokeAsync(create(ECHO), 1);
    await wait(HOUR);
    expect(logged()).toEqual(['7 1']);
  });

  test('of a function that is gone is lost', async () => {
    service.invokeAsync(create(ECHO), 1);
    service.deleteFunction(REGION, 'worker');
    await wait(HOUR);
    expect(service.logs('worker')).toEqual([]);
  });

  test('that dies after a call is repeated in a new process, and the call has taken effect', async () => {
    const calls: string[] = [];
    const server = http.createServer((request, response) => { calls.push(request.url!); response.end(); });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    plan = info => info.attempt === 1 ? { crash: { afterCalls: 1 } } : undefined;
    service.invokeAsync(create(`
      const http = require('http');
      let runs = 0;
      const put = url => new Promise((resolve, reject) => http.request(url, { method: 'PUT' },
        response => response.resume().on('end', resolve)).on('error', reject).end());
      exports.handler = async event => {
        runs++;
        await put(event.url + '/first' + runs);
        await put(event.url + '/second' + runs);
      };`), { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    await wait(HOUR);
    server.close();
    expect(calls).toEqual(['/first1', '/first1', '/second1']);
  });
});

describe('a function', () => {
  test('exists once for each name and Region', () => {
    create(ECHO);
    expect(() => create(ECHO)).toThrow('Function already exist: worker');
    expect(service.createFunction('us-east-1', settings(ECHO)).arn).toContain(':us-east-1:');
  });

  test('needs code from an asset', () => {
    expect(() => create(ECHO, { codeDirectory: undefined })).toThrow(
      "Lambda function 'worker': its code is in the template, and the sandbox runs only code from an asset. Use Code.fromAsset.");
  });

  test('cannot be changed or deleted when there is none', () => {
    expect(() => service.updateFunction(REGION, settings(ECHO))).toThrow('Function not found');
    expect(() => service.deleteFunction(REGION, 'worker')).toThrow('Function not found');
  });

  test('keeps a log with the bounds of its invocations', async () => {
    await invoke(create(ECHO), 1);
    expect(service.logs('worker').map(({ line }) => line)).toEqual([
      expect.stringMatching(/^START RequestId: \S+ Version: \$LATEST$/),
      expect.stringMatching(/^2030-01-01T00:00:00.000Z\t\S+\tINFO\t1$/),
      expect.stringMatching(/^END RequestId: \S+$/),
    ]);
  });
});
