import { once } from 'events';
import { createServer, type Server } from 'http';
import type { AddressInfo } from 'net';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { proxyAgentOptions } from '../../../lambda/lifecycle/proxy';

/** Node.js with proxies of its own. Lambda's runtimes have it; the oldest Node.js of developers has not. */
const HAS_PROXIES = ((major, minor) => major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21))(
  ...process.versions.node.split('.').map(Number) as [number, number]);

const VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/** A proxy that notes what it is asked for, and opens nothing. */
const asked: string[] = [];
let proxy: Server;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"executions":[]}');
  });
  proxy.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});

afterAll(() => proxy.close());

beforeEach(() => {
  environment = { ...process.env };
  asked.length = 0;
  VARIABLES.forEach(name => delete process.env[name]);
});

afterEach(() => {
  VARIABLES.forEach(name => delete process.env[name]);
  Object.assign(process.env, environment);
});

/** The runtime of a function that starts with these variables. */
function runtimeWith(variables: Record<string, string>): typeof import('../../../lambda/lifecycle/aws-runtime') {
  Object.assign(process.env, variables);
  let runtime: typeof import('../../../lambda/lifecycle/aws-runtime');
  jest.isolateModules(() => { runtime = jest.requireActual('../../../lambda/lifecycle/aws-runtime'); });
  return runtime!;
}

function proxyUrl(): string {
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

/** Nobody answers there. */
const NOWHERE = 'nowhere.invalid';

function listExecutions({ CLIENT_SETTINGS }: { CLIENT_SETTINGS: object }, endpoint: string): Promise<unknown> {
  const client = new SFNClient({
    ...CLIENT_SETTINGS, maxAttempts: 1, endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, disableHostPrefix: true,
  });
  return client.send(new ListExecutionsCommand({ stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:m' }));
}

const seen = (...requests: string[]) => HAS_PROXIES ? requests : [];

test('calls of the SDK and the answer go through the proxy', async () => {
  const runtime = runtimeWith({ HTTP_PROXY: proxyUrl() });
  await listExecutions(runtime, `http://${NOWHERE}`).catch(() => undefined);
  await runtime.httpTransport.put(`http://${NOWHERE}/answer`, '{}').catch(() => undefined);

  expect(asked).toEqual(seen(`POST http://${NOWHERE}/`, `PUT http://${NOWHERE}/answer`));
});

test('encrypted ones through a tunnel', async () => {
  const runtime = runtimeWith({ HTTPS_PROXY: proxyUrl() });
  await expect(listExecutions(runtime, `https://${NOWHERE}`)).rejects.toThrow();
  await expect(runtime.httpTransport.put(`https://${NOWHERE}/answer`, '{}')).rejects.toThrow();

  expect(asked).toEqual(seen(`CONNECT ${NOWHERE}:443`, `CONNECT ${NOWHERE}:443`));
});

test('hosts that need no proxy are called directly', async () => {
  const runtime = runtimeWith({ HTTP_PROXY: proxyUrl(), NO_PROXY: NOWHERE });
  await expect(runtime.httpTransport.put(`http://${NOWHERE}/answer`, '{}')).rejects.toThrow();

  expect(asked).toEqual([]);
});

test('without a proxy the agents are those of the SDK and of Node.js', () => {
  expect(proxyAgentOptions({})).toBeUndefined();
  expect(proxyAgentOptions({ HTTPS_PROXY: '', NO_PROXY: 'localhost' })).toBeUndefined();
  expect(runtimeWith({}).CLIENT_SETTINGS.requestHandler).toMatchObject({ httpAgent: undefined, httpsAgent: undefined });
});

test.each(['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy'])('%s is enough', name => {
  const variables = { [name]: 'http://proxy:3128' };
  expect(proxyAgentOptions(variables)).toEqual({ proxyEnv: variables });
});
