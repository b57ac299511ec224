import {
  AcceleratorNotFoundException, CreateCustomRoutingAcceleratorCommand, DeleteCustomRoutingAcceleratorCommand,
} from '@aws-sdk/client-global-accelerator';
import { GetMultiRegionEndpointCommand } from '@aws-sdk/client-sesv2';
import { FakeService, ManualClock, ROLE } from './fake-service';
import { Iam } from '../../../sandbox/iam/iam';
import { ServiceDispatcher } from '../../../sandbox/services/dispatch';
import { InProcessClient } from '../../../sandbox/services/in-process-client';
import { ServiceError } from '../../../sandbox/services/service';

let service: FakeService;
let dispatcher: ServiceDispatcher;
let client: InProcessClient;

beforeEach(() => {
  service = new FakeService();
  dispatcher = new ServiceDispatcher({
    clock: new ManualClock(), partition: 'aws', accountId: '111122223333', iam: new Iam(),
  }).register(service);
  client = new InProcessClient(dispatcher, 'Global Accelerator', { region: 'us-west-2' });
});

const create = (): Promise<unknown> => client.send(new CreateCustomRoutingAcceleratorCommand({ Name: 'game' } as any));

test('gives the typed output of the command', async () => {
  const created = new Date(0);
  service.answer = () => ({ Accelerator: { Name: 'game', CreatedTime: created } });
  const output = await client.send(new CreateCustomRoutingAcceleratorCommand({ Name: 'game', IdempotencyToken: 't' }));
  expect(output.Accelerator?.CreatedTime).toEqual(created);
  expect(output.$metadata).toMatchObject({ httpStatusCode: 200, requestId: dispatcher.calls[0].requestId });
});

test('a command without output gives only metadata', async () => {
  const output = await client.send(new DeleteCustomRoutingAcceleratorCommand({ AcceleratorArn: 'arn' }));
  expect(Object.keys(output)).toEqual(['$metadata']);
});

test('calls in its Region with its role', async () => {
  client = new InProcessClient(dispatcher, 'Global Accelerator', { region: 'eu-west-1', principalArn: ROLE });
  await expect(create()).rejects.toThrow('not authorized');
  expect(dispatcher.calls[0]).toMatchObject({ region: 'eu-west-1', principalArn: ROLE });
});

test('takes effect before it is awaited', () => {
  const pending = create();
  expect(service.inputs).toHaveLength(1);
  return pending;
});

test('fills in a different idempotency token for each call, as the SDK does', async () => {
  await create();
  await create();
  const tokens = service.inputs.map(input => input.IdempotencyToken);
  expect(tokens[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(tokens[1]).not.toBe(tokens[0]);
});

test("throws the SDK's exception for an error of the API model", async () => {
  service.answer = () => { throw new ServiceError('AcceleratorNotFoundException', 'There is none.', 404); };
  const error = await create().catch(reason => reason);
  expect(error).toBeInstanceOf(AcceleratorNotFoundException);
  expect(error).toMatchObject({
    name: 'AcceleratorNotFoundException', message: 'There is none.', $fault: 'client',
    $metadata: { httpStatusCode: 404, requestId: dispatcher.calls[0].requestId },
  });
  expect(error).not.toHaveProperty('Message');
});

test.each([
  ['client', 400], ['server', 503],
])('throws an error like the SDK for any other error of the %s', async ($fault, status) => {
  dispatcher.interceptors.push(() => ({ before: new ServiceError('ThrottlingException', 'Slow down.', status) }));
  await expect(create()).rejects.toMatchObject({
    name: 'ThrottlingException', message: 'Slow down.', $fault, $metadata: { httpStatusCode: status },
  });
});

test('a lost answer is a closed connection', async () => {
  dispatcher.interceptors.push(() => ({ after: 'lost' }));
  await expect(create()).rejects.toMatchObject({ name: 'TimeoutError', code: 'ECONNRESET', message: 'socket hang up' });
});

test('an operation that is not simulated fails like one that AWS does not have', async () => {
  await expect(client.send(new GetMultiRegionEndpointCommand({ EndpointName: 'a' })))
    .rejects.toMatchObject({ name: 'UnknownOperationException', $fault: 'client' });
});

test('a defect of the sandbox is not dressed up', async () => {
  const defect = new Error('defect');
  service.answer = () => { throw defect; };
  await expect(create()).rejects.toBe(defect);
});
