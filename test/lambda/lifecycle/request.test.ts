import { inspect } from 'util';
import {
  executionName, executionPrefix, idNotKnown, isNothingCreatedId, nothingCreatedId, ownerTagValue, requestedAtOf,
} from '../../../lambda/lifecycle/ownership';
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
  [undefined, 3540], [600, 600], [3600, 3540], [99_999, 3540],
])('with a time-out of %p s the deadline is %i s after the request', (timeout, expected) => {
  const request = toRequest(event(), NOW);
  expect((deadlineOf(request, timeout) - request.requestedAt) / 1000).toBe(expected);
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

describe('names of executions', () => {
  const name = (changes: Partial<CloudFormationEvent>) => executionName(toRequest(event(changes), NOW));

  test('are legal, the same for the same request, another one for a retried deployment with a fresh URL', () => {
    expect(name({})).toMatch(/^[0-9a-zA-Z-]{1,80}$/);
    expect(name({})).toBe(name({}));
    expect(name({ ResponseURL: `${URL_WITH_DATE}0` })).not.toBe(name({}));
    expect(name({ RequestId: 'other' })).not.toBe(name({}));
  });

  test('tell when the request was made, if its URL does', () => {
    const request = toRequest(event(), NOW);
    expect(requestedAtOf(executionName(request))).toBe(request.responseUrl.signedAt());
    expect(requestedAtOf(name({ ResponseURL: 'https://bucket.test/' }))).toBeUndefined();
    expect(requestedAtOf(`${executionName(request)}0`)).toBeUndefined();
    expect(name({ ResponseURL: 'https://bucket.test/' })).toMatch(/^[0-9a-f]{24}-Create-[0-9a-f]{32}$/);
  });

  test('begin alike for one resource and differently for another', () => {
    const prefix = executionPrefix(toRequest(event(), NOW));
    expect(name({ RequestType: 'Delete', RequestId: 'later' }).startsWith(prefix)).toBe(true);
    expect(name({ LogicalResourceId: 'Other' }).startsWith(prefix)).toBe(false);
    expect(name({ StackId: 'other' }).startsWith(prefix)).toBe(false);
  });
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
