import { inspect } from 'util';
import { idNotKnown, isNothingCreatedId, nothingCreatedId, ownerTagValue } from '../../../lambda/lifecycle/ownership';
import { deadlineOf, fromWaiterInput, toRequest, toWaiterInput, type CloudFormationEvent } from '../../../lambda/lifecycle/request';
import { ResponseUrl } from '../../../lambda/lifecycle/response-url';

const NOW = Date.UTC(2026, 0, 15, 13);
const URL_WITH_DATE = 'https://bucket.test/key?X-Amz-Date=20260115T120000Z&X-Amz-Signature=5ec7e7';

function event(changes: Partial<CloudFormationEvent> = {}): CloudFormationEvent {
  return {
    RequestType: 'Create', ResponseURL: URL_WITH_DATE, StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Endpoint',
    ResourceType: 'Custom::MultiRegionEndpoint', ResourceProperties: { a: '1' }, ...changes,
  };
}

test('the time of a request is when its URL was signed', () => {
  expect(toRequest(event(), NOW).requestedAt).toBe(Date.UTC(2026, 0, 15, 12));
});

test.each([
  'https://bucket.test/key?X-Amz-Date=x20260115T120000Z', 'https://bucket.test/key?X-Amz-Date=20260115T120000Zx',
  'https://bucket.test/key?Expires=1768482000&Signature=x', 'https://bucket.test/key', 'no url',
])('a URL that does not tell when it was signed (%s) leaves the time of the invocation', ResponseURL => {
  expect(toRequest(event({ ResponseURL }), NOW).requestedAt).toBe(NOW);
});

test.each([
  ['counts from when it could begin', 600, 30, {}, 630],
  ['is a minute before CloudFormation gives up at the latest', 3600, 0, {}, 3540],
  ['is no later when it could begin late', 3500, 100, {}, 3540],
  ['is a minute before the end that was declared', 3600, 0, { ServiceTimeout: '840' }, 780],
  ['leaves the engine its own waits', 600, 170, { ServiceTimeout: '840' }, 770],
  ['does not believe in more than an hour', 99_999, 0, { ServiceTimeout: '99999' }, 3540],
  ['does without an end that can not be read', 99_999, 0, { ServiceTimeout: 'x' }, 3540],
])('the deadline %s', (_, timeout, begins, ResourceProperties, expected) => {
  const request = toRequest(event({ ResourceProperties }), NOW);
  expect((deadlineOf(request, request.requestedAt + begins * 1000, timeout) - request.requestedAt) / 1000).toBe(expected);
});

test('a request comes back from the state machine as it went in', () => {
  const request = toRequest(event({ RequestType: 'Update', PhysicalResourceId: 'mail', OldResourceProperties: { a: '0' } }), NOW);
  const back = fromWaiterInput(JSON.parse(JSON.stringify(toWaiterInput(request))));
  expect({ ...back, responseUrl: back.responseUrl.reveal() }).toEqual({ ...request, responseUrl: URL_WITH_DATE });
});

test('the response URL prints as nothing', () => {
  const url = new ResponseUrl(URL_WITH_DATE);
  expect([`${url}`, JSON.stringify({ url }), inspect(url), inspect({ url })]).toEqual(['***', '{"url":"***"}', '***', '{ url: *** }']);
  expect(url.reveal()).toBe(URL_WITH_DATE);
});

test('owners differ by stack and by logical id', () => {
  const owners = [['a', 'b'], ['a', 'c'], ['b', 'b']].map(([stack, id]) => ownerTagValue(stack, id));
  expect(new Set(owners).size).toBe(3);
  expect(owners[0]).toMatch(/^[0-9a-f]{64}$/);
});

test('only the id of a create that certainly made nothing is a sentinel', () => {
  const request = toRequest(event(), NOW);
  expect(isNothingCreatedId(nothingCreatedId(request))).toBe(true);
  expect(isNothingCreatedId(idNotKnown(request))).toBe(false);
  expect(idNotKnown(request)).toBe('id-not-known:request');
  expect(isNothingCreatedId('mail')).toBe(false);
  expect(isNothingCreatedId(undefined)).toBe(false);
});
