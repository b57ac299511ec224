import {
  AcceptTransitGatewayPeeringAttachmentCommand, CreateTagsCommand, DeleteTagsCommand, DeleteTransitGatewayPeeringAttachmentCommand,
  DescribeTransitGatewayPeeringAttachmentsCommand, EC2Client, type EC2ServiceException,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, ManualClock, ROLE } from './fake-service';
import { classify } from '../../../lambda/lifecycle/errors';
import { HttpFront } from '../../../sandbox/http';
import { Iam } from '../../../sandbox/iam/iam';
import { ServiceDispatcher } from '../../../sandbox/services/dispatch';
import { TransitGatewaySimulator, type TransitGatewaySimulatorOptions } from '../../../sandbox/services/transit-gateway';

/*
 * The simulator behind EC2's query protocol: the SDK's own client calls it over HTTP.
 */
const ID = 'tgw-attach-0123456789abcdef0';
const REQUESTER = 'eu-west-1';
const ACCEPTER = 'eu-central-1';
const KEY = 'AKIAEXAMPLE';
const ROLE_KEY = 'AKIAROLE';

let clock: ManualClock;
let simulator: TransitGatewaySimulator;
let dispatcher: ServiceDispatcher;
let front: HttpFront;
let url: string;
let clients: EC2Client[];

async function start(options: TransitGatewaySimulatorOptions = {}): Promise<void> {
  clock = new ManualClock();
  simulator = new TransitGatewaySimulator(options);
  const iam = new Iam();
  iam.putRole(ROLE, { inlinePolicies: [{ name: 'P', document: { Statement: { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' } } }] });
  dispatcher = new ServiceDispatcher({ clock, partition: 'aws', accountId: ACCOUNT, iam }).register(simulator);
  front = new HttpFront({ dispatcher });
  front.registerCredentials(KEY);
  front.registerCredentials(ROLE_KEY, ROLE);
  ({ url } = await front.start());
  clients = [];
  simulator.request({
    id: ID, at: clock.now(), requester: { region: REQUESTER, transitGatewayId: 'tgw-a' }, accepter: { region: ACCEPTER, transitGatewayId: 'tgw-b' },
  });
}

function clientIn(region: string, accessKeyId = KEY): EC2Client {
  const client = new EC2Client({ endpoint: url, region, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey: 'secret' } });
  clients.push(client);
  return client;
}

const accept = (region = ACCEPTER, key?: string) =>
  clientIn(region, key).send(new AcceptTransitGatewayPeeringAttachmentCommand({ TransitGatewayAttachmentId: ID }));
const remove = () => clientIn(ACCEPTER).send(new DeleteTransitGatewayPeeringAttachmentCommand({ TransitGatewayAttachmentId: ID }));
const describeIn = async (region = ACCEPTER, ids: string[] = [ID]) => {
  const answer = await clientIn(region).send(new DescribeTransitGatewayPeeringAttachmentsCommand({ TransitGatewayAttachmentIds: ids }));
  return answer.TransitGatewayPeeringAttachments!;
};
const stateIn = async (region = ACCEPTER) => (await describeIn(region))[0].State;
const tag = (tags: Record<string, string>, region = ACCEPTER) => clientIn(region).send(new CreateTagsCommand({
  Resources: [ID], Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
}));
const untag = (...keys: string[]) => clientIn(ACCEPTER).send(new DeleteTagsCommand({ Resources: [ID], Tags: keys.map(Key => ({ Key })) }));
const tagsIn = async (region = ACCEPTER) => Object.fromEntries(((await describeIn(region))[0].Tags ?? []).map(({ Key, Value }) => [Key, Value]));
const failure = (call: Promise<unknown>): Promise<EC2ServiceException> => call.then(() => { throw new Error('It did not fail.'); }, error => error);

beforeEach(() => start());
afterEach(async () => {
  clients.forEach(client => client.destroy());
  await front.stop();
  expect(dispatcher.defects).toEqual([]);
});

test('initiatingRequest, pendingAcceptance, pending, available, deleting, deleted, gone', async () => {
  expect(await stateIn()).toBe('initiatingRequest');
  clock.advance(30);
  expect(await stateIn()).toBe('pendingAcceptance');
  expect((await accept()).TransitGatewayPeeringAttachment).toMatchObject({ TransitGatewayAttachmentId: ID, State: 'pending' });
  clock.advance(179);
  expect(await stateIn()).toBe('pending');
  clock.advance(1);
  expect([await stateIn(), await stateIn(REQUESTER)]).toEqual(['available', 'available']);
  expect((await remove()).TransitGatewayPeeringAttachment).toMatchObject({ State: 'deleting' });
  clock.advance(60);
  expect(await stateIn()).toBe('deleted');
  clock.advance(3600);
  expect((await failure(stateIn())).name).toBe('InvalidTransitGatewayAttachmentID.NotFound');
});

test('shows both ends, the time and the status', async () => {
  const created = new Date(clock.now());
  expect(await describeIn()).toEqual([{
    TransitGatewayAttachmentId: ID, State: 'initiatingRequest', Status: { Code: 'initiatingRequest' }, CreationTime: created, Tags: [],
    RequesterTgwInfo: { TransitGatewayId: 'tgw-a', OwnerId: ACCOUNT, Region: REQUESTER },
    AccepterTgwInfo: { TransitGatewayId: 'tgw-b', OwnerId: ACCOUNT, Region: ACCEPTER },
  }]);
  simulator.break(ID, 'failed', 'A & B have the same <ASN>.');
  expect((await describeIn())[0].Status).toEqual({ Code: 'failed', Message: 'A & B have the same <ASN>.' });
});

test('lists what a Region has, and nothing in a third one', async () => {
  expect((await describeIn(ACCEPTER, [])).map(({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId)).toEqual([ID]);
  expect(await describeIn('us-east-1', [])).toEqual([]);
  expect((await failure(describeIn('us-east-1'))).name).toBe('InvalidTransitGatewayAttachmentID.NotFound');
});

test('the accepter\'s Region may show a new one later', async () => {
  await front.stop();
  await start({ invisibleSeconds: 20 });
  expect((await failure(stateIn())).name).toBe('InvalidTransitGatewayAttachmentID.NotFound');
  expect(await stateIn(REQUESTER)).toBe('initiatingRequest');
  clock.advance(20);
  expect(await stateIn()).toBe('initiatingRequest');
});

test('each Region has tags of its own, which may show late', async () => {
  await tag({ 'Name': 'a & b', 'ä/= +': '' });
  await tag({ Name: 'other' }, REQUESTER);
  expect(await tagsIn()).toEqual({ 'Name': 'a & b', 'ä/= +': '' });
  expect(await tagsIn(REQUESTER)).toEqual({ Name: 'other' });
  await untag('Name', 'absent');
  expect(await tagsIn()).toEqual({ 'ä/= +': '' });

  await front.stop();
  await start({ tagLagSeconds: 10 });
  await tag({ Name: 'late' });
  expect(await tagsIn()).toEqual({});
  clock.advance(10);
  expect(await tagsIn()).toEqual({ Name: 'late' });
});

test('takes 50 tags', async () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, '']));
  await tag(many(50));
  expect((await failure(tag(many(51)))).name).toBe('TagLimitExceeded');
});

test('only the side that accepts can, and only what waits for it', async () => {
  expect(await failure(accept())).toMatchObject({ name: 'IncorrectState', $metadata: { httpStatusCode: 400 } });
  clock.advance(30);
  expect((await failure(accept(REQUESTER))).name).toBe('InvalidParameterValue');
  await accept();
  expect((await failure(accept())).name).toBe('IncorrectState');
  expect((await failure(remove())).name).toBe('IncorrectState');
});

test('the acceptance may fail', async () => {
  clock.advance(30);
  simulator.failNext(ID);
  await accept();
  clock.advance(180);
  expect(await stateIn()).toBe('failed');
});

test('an id that can\'t be one is malformed', async () => {
  expect((await failure(describeIn(ACCEPTER, ['tgw-1']))).name).toBe('InvalidTransitGatewayAttachmentID.Malformed');
});

test('what no policy allows is UnauthorizedOperation, which the engine takes for denied', async () => {
  const error = await failure(accept(ACCEPTER, ROLE_KEY));
  expect(error).toMatchObject({ name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } });
  expect(error.message).toContain('ec2:AcceptTransitGatewayPeeringAttachment');
  expect(classify(error)).toBe('denied');
});

test('above the rate it refuses, which the engine takes for throttled', async () => {
  await front.stop();
  await start({ requestRate: { perSecond: 1, burst: 1 } });
  await stateIn();
  const error = await failure(stateIn());
  expect(error.name).toBe('RequestLimitExceeded');
  expect(classify(error)).toBe('throttled');
});

test('a parameter that no schema has is refused', async () => {
  const response = await fetch(url, {
    method: 'POST', body: 'Action=CreateTags&Version=2016-11-15&ResourceId.1=x&Colour=red',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'authorization': `AWS4-HMAC-SHA256 Credential=${KEY}/20260101/${ACCEPTER}/ec2/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
      'x-amz-date': '20260101T000000Z',
    },
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('<Code>UnknownParameter</Code><Message>The parameter Colour is not recognized.</Message>');
});

test('what is deleted is no leftover', () => {
  expect(simulator.inventory(clock.now())).toEqual([{ type: 'TransitGatewayPeeringAttachment', region: ACCEPTER, id: ID, state: 'initiatingRequest' }]);
  simulator.remove(ID, clock.now());
  expect(simulator.inventory(clock.now())).toEqual([]);
});
