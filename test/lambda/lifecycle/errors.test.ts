import { jittered, troubledWait } from '../../../lambda/lifecycle/backoff';
import { classify, hasName, quote } from '../../../lambda/lifecycle/errors';

const error = (members: object) => Object.assign(new Error('text'), members);

test.each<[object, string]>([
  [{ name: 'ThrottlingException' }, 'throttled'],
  [{ name: 'TooManyRequestsException' }, 'throttled'],
  [{ name: 'Odd', $metadata: { httpStatusCode: 429 } }, 'throttled'],
  [{ name: 'Odd', $retryable: { throttling: true } }, 'throttled'],
  [{ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } }, 'denied'],
  [{ name: 'TimeoutError' }, 'transient'],
  [{ code: 'ECONNRESET' }, 'transient'],
  [{ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } }, 'transient'],
  [{ name: 'ConcurrentModificationException', $fault: 'server' }, 'transient'],
  [{ name: 'BadRequestException', $fault: 'client', $metadata: { httpStatusCode: 400 } }, 'permanent'],
  [{}, 'permanent'],
])('%j is %s', (members, expected) => {
  expect(classify(error(members))).toBe(expected);
});

test('what is no error at all is permanent and can be quoted', () => {
  expect(classify(undefined)).toBe('permanent');
  expect(quote('odd')).toBe('Error: odd');
});

test('a quote has name, message and the id of the AWS request, and no secret', () => {
  expect(quote(error({ name: 'BadRequestException', $metadata: { requestId: 'abc' } }))).toBe('BadRequestException: text (AWS request abc)');
  expect(quote(new Error('key AKIAABCDEFGHIJKLMNOP'))).toBe('Error: key ***');
});

test('names are compared exactly', () => {
  expect(hasName(error({ name: 'A' }), 'B', 'A')).toBe(true);
  expect(hasName(error({ name: 'A' }), 'B')).toBe(false);
  expect(hasName(undefined, 'B')).toBe(false);
});

test('jitter spreads by a quarter either way; trouble makes waits grow up to two minutes', () => {
  expect([0, 0.5, 1].map(random => jittered(40, () => random))).toEqual([30, 40, 50]);
  expect([0, 1, 2, 50].map(troubles => troubledWait(5, troubles))).toEqual([5, 7.5, 11.25, 120]);
});
