import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { bundle, plainCode } from './bundle';
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock';
import { ExecutionEnvironment, LambdaRuntime, Outcome } from '../../../sandbox/lambda/runtime';

const START = Date.UTC(2030, 0, 1);

let clock: VirtualClock;
let runtime: LambdaRuntime;
let lines: string[];

beforeEach(() => {
  clock = new VirtualClock(START);
  runtime = new LambdaRuntime(clock);
  lines = [];
});

function environment(directory: string, variables: Record<string, string> = {}): ExecutionEnvironment {
  return runtime.createEnvironment({ directory, handler: 'index.handler', environment: variables }, line => lines.push(line));
}

function run(target: ExecutionEnvironment, event: unknown = {}, crashAfterCalls?: number): Promise<Outcome> {
  return clock.run(target.run({
    requestId: 'request-1', event: JSON.stringify(event), context: {}, deadline: clock.now() + 60_000, crashAfterCalls,
  }), () => runtime.untilIdle());
}

function runSource(source: string, event: unknown = {}): Promise<Outcome> {
  return run(environment(plainCode(source)), event);
}

async function payloadOf(outcome: Promise<Outcome>): Promise<unknown> {
  const ended = await outcome;
  if ('error' in ended) {
    throw new Error(`${ended.error.errorType}: ${ended.error.errorMessage}`);
  }
  return JSON.parse(ended.payload);
}

describe('time', () => {
  test('stands still while code runs and jumps over waits', async () => {
    const result = await payloadOf(runSource(`
      exports.handler = async () => {
        const before = [Date.now(), new Date().getTime(), performance.now(), process.uptime()];
        await new Promise(resolve => setTimeout(resolve, 3600000));
        return { before, after: [Date.now(), new Date().getTime(), performance.now(), process.uptime()] };
      };`));
    expect(result).toEqual({
      before: [START, START, 0, 0],
      after: [START + 3_600_000, START + 3_600_000, 3_600_000, 3600],
    });
  });

  test('is the same through modules, intervals, abort signals and the global object', async () => {
    const result = await payloadOf(runSource(`
      exports.handler = async () => {
        await require('node:timers/promises').setTimeout(1000);
        let ticks = 0;
        await new Promise(resolve => {
          const interval = setInterval(() => { if (++ticks === 3) { clearInterval(interval); resolve(); } }, 1000);
        });
        const signal = AbortSignal.timeout(1000);
        await new Promise(resolve => signal.addEventListener('abort', resolve));
        await new Promise(resolve => globalThis.setTimeout(resolve, 1000));
        const cancelled = setTimeout(() => { throw new Error('cancelled'); }, 10);
        clearTimeout(cancelled);
        return { now: global.Date.now(), ticks, signal: signal instanceof AbortSignal, reason: signal.reason.name,
          hrtime: Number(require('process').hrtime.bigint()) };
      };`));
    expect(result).toEqual({ now: START + 6000, ticks: 3, signal: true, reason: 'TimeoutError', hrtime: 6e9 });
  });

  test('keeps dates dates', async () => {
    const result = await payloadOf(runSource(`
      exports.handler = async () => [new Date() instanceof Date, new Date(5).getTime(), Date.UTC(1970, 0, 2), typeof Date(),
        new Date(2031, 1, 3).getFullYear()];`));
    expect(result).toEqual([true, 5, 86_400_000, 'string', 2031]);
  });

  test('gives the same random numbers to the same sequence of environments', async () => {
    const code = plainCode('exports.handler = async () => [Math.random(), Math.random(), Math.max(1, 2)];');
    const first = await payloadOf(run(environment(code)));
    const second = await payloadOf(run(environment(code)));
    runtime = new LambdaRuntime(clock);
    expect(await payloadOf(run(environment(code)))).toEqual(first);
    expect(second).not.toEqual(first);
    expect(first).toEqual([expect.any(Number), expect.any(Number), 2]);
  });

  test('of a frozen environment goes on at its next invocation', async () => {
    const target = environment(plainCode(`
      const fired = [];
      exports.handler = async event => {
        if (event.start) { setTimeout(() => fired.push(Date.now()), 1000); }
        return fired;
      };`));
    expect(await payloadOf(run(target, { start: true }))).toEqual([]);
    await clock.run(clock.sleep(60_000));
    expect(await payloadOf(run(target))).toEqual([START + 60_000]);
  });
});

describe('surroundings', () => {
  test('have their own environment variables and output', async () => {
    const target = environment(plainCode(`
      exports.handler = async event => {
        console.log('hello %s', 'world', { a: 1 });
        console.warn('careful');
        process.stdout.write('raw\\n');
        process.env.ADDED = 'yes';
        return Object.keys(process.env);
      };`), { GIVEN: 'value' });
    expect(await payloadOf(run(target))).toEqual(['GIVEN', 'ADDED']);
    expect(process.env.ADDED).toBeUndefined();
    expect(lines).toEqual([
      '2030-01-01T00:00:00.000Z\trequest-1\tINFO\thello world { a: 1 }',
      '2030-01-01T00:00:00.000Z\trequest-1\tWARN\tcareful',
      'raw',
    ]);
  });

  test('leave the host alone', async () => {
    const listeners = process.listenerCount('uncaughtException');
    const result = await payloadOf(runSource(`
      exports.handler = async () => {
        process.on('uncaughtException', () => undefined);
        process.exitCode = 3;
        globalThis.leaked = 1;
        return [globalThis.leaked, typeof globalThis.crypto.randomUUID(), process.version];
      };`));
    expect(result).toEqual([1, 'string', process.version]);
    expect(process.listenerCount('uncaughtException')).toBe(listeners);
    expect(process.exitCode).toBeUndefined();
    expect(globalThis).not.toHaveProperty('leaked');
  });

  test('have no files', async () => {
    const result = await payloadOf(runSource(`
      const fs = require('fs');
      exports.handler = async () => {
        const codes = [];
        await require('node:fs/promises').readFile('/etc/hostname').catch(error => codes.push(error.code));
        await fs.promises.readFile('/etc/hostname').catch(error => codes.push(error.code));
        await new Promise(resolve => fs.readFile('/etc/hostname', error => { codes.push(error.code); resolve(); }));
        try { fs.readFileSync('/etc/hostname'); } catch (error) { codes.push(error.code); }
        return [...codes, fs.existsSync('/')];
      };`));
    expect(result).toEqual(['ENOENT', 'ENOENT', 'ENOENT', 'ENOENT', false]);
  });

  test.each([
    ["require('node:net').connect(80)", 'cannot use net.connect'],
    ["require('child_process').execSync('true')", 'cannot use child_process.execSync'],
    ["await fetch('http://127.0.0.1')", 'cannot fetch http://127.0.0.1'],
    ["require('left-pad')", "Cannot find module 'left-pad'"],
  ])('refuse %s', async (statement, message) => {
    const outcome = await runSource(`exports.handler = async () => { ${statement}; };`);
    expect(outcome).toEqual({ error: expect.objectContaining({ errorMessage: expect.stringContaining(message) }) });
  });

  test('allow the code to declare the names of globals, dynamic imports and a hashbang', async () => {
    const result = await payloadOf(runSource(`#!/usr/bin/env node
      "use strict";
      const process = require("node:process");
      const { setTimeout } = require("timers");
      exports.handler = async () => [(await import("node:path")).default.basename("/a/b"), process.env !== undefined];`));
    expect(result).toEqual(['b', true]);
  });
});

describe('a failing function', () => {
  test.each([
    ["throw Object.assign(new Error('no'), { name: 'NoEndpoint' })", 'NoEndpoint', 'no'],
    ["throw new TypeError('bad')", 'TypeError', 'bad'],
    ["throw 'text'", 'string', 'text'],
  ])('%s answers name and message', async (statement, errorType, errorMessage) => {
    const outcome = await runSource(`exports.handler = async () => { ${statement}; };`);
    expect(outcome).toEqual({ error: expect.objectContaining({ errorType, errorMessage }) });
  });

  test('stays warm after an error of the handler', async () => {
    const target = environment(plainCode(`
      let runs = 0;
      exports.handler = async () => { if (++runs === 1) { throw new Error('first'); } return runs; };`));
    expect(await run(target)).toHaveProperty('error');
    expect(target.usable).toBe(true);
    expect(await payloadOf(run(target))).toBe(2);
  });

  test.each([
    ['exports.other = 1;', 'Runtime.HandlerNotFound'],
    ["throw new RangeError('at load');", 'RangeError'],
    ['exports.handler = async () => { process.exit(7); };', 'Runtime.ExitError'],
    ["exports.handler = () => new Promise(() => setTimeout(() => { throw new EvalError('late'); }, 5));", 'EvalError'],
  ])('%s ends the process', async (source, errorType) => {
    const target = environment(plainCode(source));
    expect(await run(target)).toEqual({ error: expect.objectContaining({ errorType }) });
    expect(target.usable).toBe(false);
  });

  test('without its file says which file is missing', async () => {
    const target = runtime.createEnvironment({ directory: '/nowhere', handler: 'main.handler', environment: {} }, () => undefined);
    expect(await run(target)).toEqual({
      error: expect.objectContaining({ errorType: 'Runtime.ImportModuleError', errorMessage: expect.stringContaining("'main'") }),
    });
  });

  test('that gives back nothing answers null', async () => {
    expect(await runSource('exports.handler = () => undefined;')).toEqual({ payload: 'null' });
  });
});

describe('HTTP', () => {
  let server: http.Server;
  let requests: string[];
  let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void;

  beforeEach(async () => {
    requests = [];
    answer = (_, response) => response.end('{}');
    server = http.createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      request.resume().on('end', () => answer(request, response));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  function url(): string {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const SES_HANDLER = `
    import { GetMultiRegionEndpointCommand, SESv2Client } from '@aws-sdk/client-sesv2';
    const client = new SESv2Client({ requestHandler: { requestTimeout: 10_000, connectionTimeout: 5_000 } });
    export async function handler(event: { names: string[] }) {
      const ids: (string | undefined)[] = [];
      for (const EndpointName of event.names) {
        ids.push((await client.send(new GetMultiRegionEndpointCommand({ EndpointName }))).EndpointId);
      }
      return ids;
    }`;
  let sesBundle: string;
  beforeAll(() => { sesBundle = bundle(SES_HANDLER); });

  function sesEnvironment(): ExecutionEnvironment {
    return environment(sesBundle, {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: url(),
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    });
  }

  test('of the bundled SDK goes to the endpoint of the environment, and no time passes', async () => {
    answer = (request, response) => response.end(JSON.stringify({ EndpointId: request.url!.split('/').pop() }));
    expect(await payloadOf(run(sesEnvironment(), { names: ['one', 'two'] }))).toEqual(['one', 'two']);
    expect(requests).toEqual(['GET /v2/email/multi-region-endpoints/one', 'GET /v2/email/multi-region-endpoints/two']);
    expect(clock.now()).toBe(START);
    expect(lines).toEqual([]);
  });

  test('never meets a timeout of the code while the answer is on its way', async () => {
    answer = (_, response) => { setTimeout(() => response.end('{"EndpointId":"slow"}'), 100); };
    expect(await payloadOf(run(sesEnvironment(), { names: ['one'] }))).toEqual(['slow']);
    expect(clock.now()).toBe(START);
  });

  test('is retried by the SDK in virtual time', async () => {
    let count = 0;
    answer = (_, response) => {
      response.statusCode = ++count < 3 ? 500 : 200;
      response.end('{"EndpointId":"third"}');
    };
    expect(await payloadOf(run(sesEnvironment(), { names: ['one'] }))).toEqual(['third']);
    expect(requests).toHaveLength(3);
    expect(clock.now()).toBeGreaterThan(START);
  });

  test('that breaks off reaches the code as an error', async () => {
    answer = request => request.socket.destroy();
    const outcome = await runSource(`
      exports.handler = event => new Promise((resolve, reject) => require('http').get(event.url, resolve).on('error', reject));`,
    { url: url() });
    expect(outcome).toEqual({ error: expect.objectContaining({ errorMessage: 'socket hang up' }) });
  });

  test('may take effect and kill the process', async () => {
    const target = sesEnvironment();
    const outcome = await run(target, { names: ['one', 'two', 'three'] }, 2);
    expect(outcome).toEqual({ error: expect.objectContaining({ errorType: 'Runtime.ExitError' }) });
    await clock.run(clock.sleep(3_600_000), () => runtime.untilIdle());
    expect(requests).toEqual(['GET /v2/email/multi-region-endpoints/one', 'GET /v2/email/multi-region-endpoints/two']);
    expect(target.usable).toBe(false);
  });

  test('of a killed process never happens', async () => {
    const target = environment(plainCode(`
      exports.handler = async event => {
        await new Promise(resolve => process.nextTick(resolve));
        await new Promise(resolve => setImmediate(resolve));
        require('http').request(event.url, { method: 'PUT' }).end('late');
      };`));
    const invocation = target.run({ requestId: 'r', event: JSON.stringify({ url: url() }), context: {}, deadline: 0 });
    target.kill({ errorType: 'Killed', errorMessage: 'killed' });
    expect(await invocation).toEqual({ error: { errorType: 'Killed', errorMessage: 'killed' } });
    await clock.run(clock.sleep(1000), () => runtime.untilIdle());
    expect(requests).toEqual([]);
  });
});
