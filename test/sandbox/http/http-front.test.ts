import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import {
  AcceleratorNotFoundException, CreateCustomRoutingAcceleratorCommand, DeleteCustomRoutingAcceleratorCommand,
  GlobalAcceleratorClient,
} from '@aws-sdk/client-global-accelerator';
import {
  ConcurrentModificationException, CreateMultiRegionEndpointCommand, DeleteMultiRegionEndpointCommand,
  GetMultiRegionEndpointCommand, ListMultiRegionEndpointsCommand, ListTagsForResourceCommand, NotFoundException,
  SESv2Client, TagResourceCommand, UntagResourceCommand,
} from '@aws-sdk/client-sesv2';
import { ListExecutions$, ListExecutionsCommand, SFNClient, StartExecution$ } from '@aws-sdk/client-sfn';
import { CreateStandbyWorkspaces$, CreateStandbyWorkspacesCommand, WorkSpacesClient } from '@aws-sdk/client-workspaces';
import { HttpFront, HttpFrontOptions } from '../../../sandbox/http';
import { Iam } from '../../../sandbox/iam/iam';
import { ServiceDispatcher } from '../../../sandbox/services/dispatch';
import { Operation, ServiceError, ServiceSimulator } from '../../../sandbox/services/service';
import { SesSimulator } from '../../../sandbox/services/ses';
import { ACCOUNT, FakeService, ManualClock, ROLE } from '../services/fake-service';

const REGION = 'eu-west-1';
const KEY = 'AKIAEXAMPLE';
const ARN = `arn:aws:ses:${REGION}:${ACCOUNT}:multi-region-endpoint/mail`;
const CREATE = {
  EndpointName: 'mail', Details: { RoutesDetails: [{ Region: 'us-east-1' }] }, Tags: [{ Key: 'ä/= +', Value: 'b c' }],
};

let clock: ManualClock;
let ses: SesSimulator;
let accelerators: FakeService;
let dispatcher: ServiceDispatcher;
let front: HttpFront;
let port: number;
let url: string;
let clients: { destroy(): void }[];

async function start(options: Partial<HttpFrontOptions> = {}): Promise<void> {
  clock = new ManualClock();
  ses = new SesSimulator({ requestRate: 'unlimited' });
  accelerators = new FakeService();
  const iam = new Iam();
  const document = { Statement: { Effect: 'Allow', Action: 'ses:List*', Resource: '*' } };
  iam.putRole(ROLE, { inlinePolicies: [{ name: 'P', document }] });
  dispatcher = new ServiceDispatcher({ clock, partition: 'aws', accountId: ACCOUNT, iam })
    .register(ses).register(accelerators);
  front = new HttpFront({ dispatcher, ...options });
  front.registerCredentials(KEY);
  ({ port, url } = await front.start());
}

function configuration(accessKeyId = KEY) {
  return {
    endpoint: url,
    region: REGION,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: 'secret', sessionToken: 'token' },
  };
}

function sesClient(accessKeyId?: string, change: object = {}): SESv2Client {
  const client = new SESv2Client({ ...configuration(accessKeyId), ...change });
  clients.push(client);
  return client;
}

function acceleratorClient(): GlobalAcceleratorClient {
  const client = new GlobalAcceleratorClient(configuration());
  clients.push(client);
  return client;
}

function failureOf(promise: Promise<unknown>): Promise<any> {
  return promise.then(() => { throw new Error('It did not fail.'); }, error => error);
}

/** A request of another client than the SDK. */
function send(
  method: string, path: string, headers: Record<string, string | number> = {}, body?: string,
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', method, path, headers, agent: false }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => { text += chunk; })
        .on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Bytes that no HTTP client would send. */
function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', chunk => { answer += chunk; })
      .on('error', reject).on('close', () => resolve(answer));
  });
}

function signed(service = 'ses', change: Record<string, string> = {}): Record<string, string> {
  return {
    'x-amz-date': '20260101T000000Z',
    'authorization': `AWS4-HMAC-SHA256 Credential=${KEY}/20260101/${REGION}/${service}/aws4_request, `
      + `SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
    ...change,
  };
}

beforeEach(() => {
  clients = [];
});

afterEach(async () => {
  clients.forEach(client => client.destroy());
  await front.stop();
});

describe('SES (restJson1)', () => {
  beforeEach(() => start());
  afterEach(() => expect(dispatcher.defects).toEqual([]));

  test('an endpoint lives its life through the real client', async () => {
    const client = sesClient();
    const created = await client.send(new CreateMultiRegionEndpointCommand(CREATE));
    expect(created.Status).toBe('CREATING');
    expect(created.$metadata).toMatchObject({ httpStatusCode: 200, requestId: dispatcher.calls[0].requestId });
    clock.advance(70);
    const read = await client.send(new GetMultiRegionEndpointCommand({ EndpointName: 'mail' }));
    expect(read).toMatchObject({
      EndpointName: 'mail', EndpointId: created.EndpointId, Status: 'READY',
      Routes: [{ Region: REGION }, { Region: 'us-east-1' }],
    });
    expect(read.CreatedTimestamp).toEqual(new Date(Date.UTC(2026, 0, 1)));
    const removed = await client.send(new DeleteMultiRegionEndpointCommand({ EndpointName: 'mail' }));
    expect(removed.Status).toBe('DELETING');
    clock.advance(20);
    await expect(client.send(new GetMultiRegionEndpointCommand({ EndpointName: 'mail' })))
      .rejects.toThrow(NotFoundException);
  });

  test('query parameters are read with their types, lists included', async () => {
    const client = sesClient();
    await client.send(new CreateMultiRegionEndpointCommand(CREATE));
    await client.send(new CreateMultiRegionEndpointCommand({ ...CREATE, EndpointName: 'news' }));
    const Tags = [{ Key: 'x', Value: '' }, { Key: 'y', Value: '' }];
    await client.send(new TagResourceCommand({ ResourceArn: ARN, Tags }));
    await client.send(new UntagResourceCommand({ ResourceArn: ARN, TagKeys: ['ä/= +', 'x'] }));
    expect(dispatcher.calls.at(-1)!.input).toEqual({ ResourceArn: ARN, TagKeys: ['ä/= +', 'x'] });
    const left = await client.send(new ListTagsForResourceCommand({ ResourceArn: ARN }));
    expect(left.Tags).toEqual([{ Key: 'y', Value: '' }]);
    const page = await client.send(new ListMultiRegionEndpointsCommand({ PageSize: 1 }));
    expect(dispatcher.calls.at(-1)!.input).toEqual({ PageSize: 1 });
    expect(page.MultiRegionEndpoints).toMatchObject([{ EndpointName: 'mail', Regions: [REGION, 'us-east-1'] }]);
    const next = await client.send(new ListMultiRegionEndpointsCommand({ PageSize: 1, NextToken: page.NextToken }));
    expect(next.MultiRegionEndpoints).toMatchObject([{ EndpointName: 'news' }]);
  });

  test('errors arrive as exceptions of the SDK', async () => {
    const client = sesClient();
    await client.send(new CreateMultiRegionEndpointCommand(CREATE));
    const error = await failureOf(client.send(new DeleteMultiRegionEndpointCommand({ EndpointName: 'mail' })));
    expect(error).toBeInstanceOf(ConcurrentModificationException);
    expect(error).toMatchObject({
      message: 'Unable to delete resource in PROVISIONING status', $fault: 'server',
      $metadata: { httpStatusCode: 500, requestId: dispatcher.calls.at(-1)!.requestId },
    });
    expect(await failureOf(client.send(new GetMultiRegionEndpointCommand({ EndpointName: 'a b%2F' })))).toMatchObject({
      name: 'BadRequestException', message: expect.stringContaining("Value 'a b%2F' at 'endpointName' failed"),
    });
  });

  test('the SDK retries as it does against AWS', async () => {
    const client = sesClient(KEY, { maxAttempts: 3 });
    const before = new ServiceError('InternalFailure', 'Once more.', 500);
    let failures = 2;
    dispatcher.interceptors.push(() => failures-- > 0 ? { before } : undefined);
    const output = await client.send(new ListMultiRegionEndpointsCommand({}));
    expect(output.$metadata.attempts).toBe(3);
  });

  test('the Region of the call is that of the signature', async () => {
    await sesClient(KEY, { region: 'ap-south-1' }).send(new ListMultiRegionEndpointsCommand({}));
    expect(dispatcher.calls[0].region).toBe('ap-south-1');
  });

  test('the role of the call is that of the access key', async () => {
    front.registerCredentials('ASIAROLE', ROLE);
    const client = sesClient('ASIAROLE');
    await client.send(new ListMultiRegionEndpointsCommand({}));
    expect(dispatcher.calls[0].principalArn).toBe(ROLE);
    expect(await failureOf(client.send(new GetMultiRegionEndpointCommand({ EndpointName: 'mail' })))).toMatchObject({
      name: 'AccessDeniedException',
      message: 'User: arn:aws:sts::111122223333:assumed-role/Handler/sandbox is not authorized to perform: '
        + `ses:GetMultiRegionEndpoint on resource: ${ARN} because no identity-based policy allows the `
        + 'ses:GetMultiRegionEndpoint action',
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('an answer that is lost has had its effect', async () => {
    dispatcher.interceptors.push(() => ({ after: 'lost' }));
    await expect(sesClient().send(new CreateMultiRegionEndpointCommand(CREATE))).rejects.toThrow('socket hang up');
    expect(ses.inventory(clock.now())).toHaveLength(1);
  });
});

describe('Global Accelerator (awsJson1_1)', () => {
  beforeEach(() => start());

  test('input, output, timestamps and absent outputs', async () => {
    accelerators.answer = () => ({ Accelerator: { Name: 'game', Enabled: true, CreatedTime: new Date(1500) } });
    const client = acceleratorClient();
    const input = { Name: 'game', IdempotencyToken: 't', Enabled: false, Tags: [{ Key: 'a', Value: 'b' }] };
    const output = await client.send(new CreateCustomRoutingAcceleratorCommand(input));
    expect(accelerators.inputs).toEqual([input]);
    expect(output.Accelerator).toEqual({ Name: 'game', Enabled: true, CreatedTime: new Date(1500) });
    await expect(client.send(new DeleteCustomRoutingAcceleratorCommand({ AcceleratorArn: 'arn' })))
      .resolves.toBeDefined();
  });

  test('errors arrive as exceptions of the SDK', async () => {
    accelerators.answer = () => { throw new ServiceError('AcceleratorNotFoundException', 'There is none.', 404); };
    const command = new CreateCustomRoutingAcceleratorCommand({ Name: 'game' } as any);
    const error = await failureOf(acceleratorClient().send(command));
    expect(error).toBeInstanceOf(AcceleratorNotFoundException);
    expect(error).toMatchObject({ message: 'There is none.', $metadata: { httpStatusCode: 404 } });
    expect(error).not.toHaveProperty('Message');
  });

  test('a defect of the sandbox is an internal failure and is kept', async () => {
    accelerators.answer = () => ({ Accelerator: 'wrong' });
    const command = new CreateCustomRoutingAcceleratorCommand({ Name: 'game' } as any);
    const error = await failureOf(acceleratorClient().send(command));
    expect(error).toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
    expect(dispatcher.defects).toHaveLength(1);
  });
});

describe('the other protocol settings', () => {
  const operation = (schema: any, handle: Operation['handle']): Operation => ({ schema, handle, permissions: () => [] });

  test('Step Functions speaks awsJson1_0', async () => {
    await start();
    const sfn: ServiceSimulator = {
      serviceId: 'SFN', signingName: 'states', protocol: 'awsJson1_0', targetPrefix: 'AWSStepFunctions',
      validationError: 'ValidationException', inventory: () => [],
      operations: {
        StartExecution: operation(StartExecution$, () => ({ executionArn: 'arn', startDate: new Date(0) })),
        ListExecutions: operation(ListExecutions$, ({ stateMachineArn }) => ({
          executions: [{ executionArn: 'a', stateMachineArn, name: 'n', status: 'RUNNING', startDate: new Date(1) }],
        })),
      },
    };
    dispatcher.register(sfn);
    const client = new SFNClient(configuration());
    clients.push(client);
    const input = { stateMachineArn: 'machine', statusFilter: 'RUNNING' as const, maxResults: 7 };
    const output = await client.send(new ListExecutionsCommand(input));
    expect(output.executions).toMatchObject([{ stateMachineArn: 'machine', startDate: new Date(1) }]);
    expect(dispatcher.calls[0].input).toEqual(input);
  });

  test('WorkSpaces has its own target prefix', async () => {
    await start();
    dispatcher.register({
      serviceId: 'WorkSpaces', signingName: 'workspaces', protocol: 'awsJson1_1', targetPrefix: 'WorkspacesService',
      validationError: 'InvalidParameterValuesException', inventory: () => [],
      operations: {
        CreateStandbyWorkspaces: operation(CreateStandbyWorkspaces$, input =>
          ({ PendingStandbyRequests: [{ UserName: input.PrimaryRegion }] })),
      },
    });
    const client = new WorkSpacesClient(configuration());
    clients.push(client);
    const output = await client.send(
      new CreateStandbyWorkspacesCommand({ PrimaryRegion: 'us-east-1', StandbyWorkspaces: [] }));
    expect(output.PendingStandbyRequests).toEqual([{ UserName: 'us-east-1' }]);
  });
});

test('an operation whose bindings the front end does not know is a defect, not a silent loss', async () => {
  await start();
  const input = [3, 'test', 'In', 0, ['Token'], [[0, { httpHeader: 'x-token' }]]];
  const schema = [9, 'test', 'Read', { http: ['GET', '/things', 200] }, () => input, () => [3, 'test', 'Out', 0, [], []]];
  dispatcher.register({
    serviceId: 'Things', signingName: 'things', protocol: 'restJson1', validationError: 'BadRequestException',
    inventory: () => [], operations: { Read: { schema, permissions: () => [], handle: () => ({}) } },
  });
  const answer = await send('GET', '/things', signed('things'));
  expect(answer.status).toBe(500);
  expect(answer.body).toContain('Member Token of test#In has the binding httpHeader');
  expect(dispatcher.defects).toHaveLength(1);
});

test('a call whose body does not arrive has no effect', async () => {
  await start({ bodyTimeoutMilliseconds: 20 });
  const headers = signed('ses', { 'content-length': '9' });
  await expect(send('POST', '/v2/email/multi-region-endpoints', headers, '{')).rejects.toThrow('socket hang up');
  expect(dispatcher.calls).toEqual([]);
});

describe('a request is refused', () => {
  const path = '/v2/email/multi-region-endpoints';
  beforeEach(() => start());
  afterEach(() => {
    expect(ses.inventory(clock.now())).toEqual([]);
    expect(dispatcher.defects.filter(({ name }) => name !== 'UnknownOperationException')).toEqual([]);
  });

  test('which the sandbox should have known: that is a defect of the sandbox, too', async () => {
    await send('GET', '/v2/email/identities', signed(), '');
    expect(dispatcher.defects).toMatchObject([{ name: 'UnknownOperationException' }]);
  });

  const { authorization } = signed();

  test.each<[string, Record<string, string>, number, string]>([
    ['unsigned', {}, 403, 'MissingAuthenticationTokenException'],
    ['with half a signature', signed('ses', { authorization: authorization.replace(/,.*/, '') }),
      403, 'IncompleteSignatureException'],
    ['without a date', { authorization }, 403, 'IncompleteSignatureException'],
    ['with an unsigned host', signed('ses', { authorization: authorization.replace('host;', '') }),
      403, 'IncompleteSignatureException'],
    ['signed for another service', signed('email'), 403, 'InvalidSignatureException'],
    ['with an unknown access key', signed('ses', { authorization: authorization.replace(KEY, 'AKIAOTHER') }),
      403, 'UnrecognizedClientException'],
    ['for an unknown target', signed('ses', { 'x-amz-target': 'GlobalAccelerator_V2.CreateAccelerator' }),
      400, 'UnknownOperationException'],
    ['for an unknown operation',
      signed('globalaccelerator', { 'x-amz-target': 'GlobalAccelerator_V20180706.CreateAccelerator' }),
      400, 'UnknownOperationException'],
  ])('%s', async (_, headers, status, name) => {
    const answer = await send('POST', headers['x-amz-target'] ? '/' : path, headers, '{}');
    expect(answer).toMatchObject({ status, headers: { 'x-amzn-errortype': name, 'x-amzn-requestid': expect.any(String) } });
    expect(JSON.parse(answer.body)).toMatchObject({ __type: name, message: expect.any(String) });
    expect(answer.body).not.toContain('Signature=0');
  });

  test.each<[string, string, string, string, string, number]>([
    ['for an unknown path', 'GET', '/v2/email/identities', '', 'UnknownOperationException', 404],
    ['for an unknown method', 'PATCH', path, '{}', 'UnknownOperationException', 404],
    ['with a body that is no JSON', 'POST', path, '{', 'SerializationException', 400],
    ['with a body that is no object', 'POST', path, '[]', 'SerializationException', 400],
    ['with a wrong type', 'POST', path, '{"EndpointName":7,"Details":{"RoutesDetails":[]}}', 'SerializationException', 400],
    ['with a list for a structure', 'POST', path, '{"EndpointName":"a","Details":[]}', 'SerializationException', 400],
    ['with an unknown member', 'POST', path,
      '{"EndpointName":"a","Details":{"RoutesDetails":[]},"Nmae":1}', 'BadRequestException', 400],
    ['with an unknown member deep inside', 'POST', path,
      '{"EndpointName":"a","Details":{"RoutesDetails":[{"Region":"us-east-1","Rgion":1}]}}', 'BadRequestException', 400],
    ['with a number that is none', 'GET', `${path}?PageSize=many`, '', 'SerializationException', 400],
    ['with a wrongly encoded path', 'GET', `${path}/%E0%A4%A`, '', 'SerializationException', 400],
  ])('%s', async (_, method, target, body, name, status) => {
    const answer = await send(method, target, signed(), body);
    expect(answer).toMatchObject({ status, headers: { 'x-amzn-errortype': name } });
  });
});

describe('the answer of a custom resource', () => {
  const path = `/cloudformation-custom-resource-response-${REGION}/arn%3Aaws%3A1?X-Amz-Signature=abc`;
  let answers: [url: string, body: string][];
  let status: number;

  beforeEach(async () => {
    answers = [];
    status = 200;
    await startTaking();
  });

  function startTaking(options: Partial<HttpFrontOptions> = {}): Promise<void> {
    return start({
      ...options,
      onResponse: (target, body) => {
        answers.push([target, body]);
        return { status };
      },
    });
  }

  test('is passed on with its whole URL', async () => {
    const answer = await send('PUT', path, { 'content-type': '', 'content-length': 3 }, '"ä');
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(answers).toEqual([[`${url}${path}`, '"ä']]);
  });

  test('may be refused by CloudFormation', async () => {
    status = 403;
    expect(await send('PUT', path, { 'content-length': 2 }, '{}')).toMatchObject({
      status: 403, body: expect.stringContaining('<Code>AccessDenied</Code>'),
    });
  });

  test.each<[string, string, Record<string, string | number>, number, string]>([
    ['a content type', 'PUT', { 'content-type': 'application/json', 'content-length': 2 }, 403, 'SignatureDoesNotMatch'],
    ['another method', 'POST', { 'content-length': 2 }, 403, 'SignatureDoesNotMatch'],
    ['chunks', 'PUT', { 'transfer-encoding': 'chunked' }, 501, 'NotImplemented'],
  ])('is refused with %s', async (_, method, headers, expected, code) => {
    const answer = await send(method, path, headers, '{}');
    expect(answer).toMatchObject({ status: expected, body: expect.stringContaining(`<Code>${code}</Code>`) });
    expect(answers).toEqual([]);
  });

  test('is refused with a length that is too long', async () => {
    await front.stop();
    await startTaking({ bodyTimeoutMilliseconds: 20 });
    const answer = await send('PUT', path, { 'content-length': 3 }, '{}');
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('<Code>RequestTimeout</Code>') });
    expect(answers).toEqual([]);
  });

  test.each([
    ['without a length', '', '', '411 Length Required'],
    ['with a length in characters instead of bytes', 'Content-Length: 4\r\n', '"ää"', '400 Bad Request'],
  ])('is refused %s', async (_, header, body, expected) => {
    const raw = await sendRaw(`PUT ${path} HTTP/1.1\r\nHost: s3\r\nConnection: close\r\n${header}\r\n${body}`);
    expect(raw).toContain(`HTTP/1.1 ${expected}`);
    expect(answers).toEqual([]);
  });

  test('is refused when nobody waits', async () => {
    await front.stop();
    await start();
    expect(await send('PUT', path, { 'content-length': 2 }, '{}')).toMatchObject({ status: 403 });
  });

  test('a failure of the sandbox is kept', async () => {
    await front.stop();
    await start({ onResponse: () => { throw new Error('defect'); } });
    expect(await send('PUT', path, { 'content-length': 2 }, '{}')).toMatchObject({ status: 500, body: 'defect' });
    expect(dispatcher.defects).toEqual([new Error('defect')]);
  });
});

describe('the server', () => {
  test('listens on this machine only and stops although clients hold their connections', async () => {
    await start();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve, reject) => {
      httpRequest({ port, host: '127.0.0.1', agent }, response => response.resume().on('end', resolve))
        .on('error', reject).end();
    });
    const unfinished = sendRaw('POST / HTTP/1.1\r\nHost: ');
    await send('GET', '/');
    await front.stop();
    await front.stop();
    expect(await unfinished).toBe('');
    await expect(send('GET', '/')).rejects.toThrow('ECONNREFUSED');
    agent.destroy();
  });

  test('answers garbage with 400', async () => {
    await start();
    expect(await sendRaw('garbage\r\n\r\n')).toContain('HTTP/1.1 400');
  });
});
