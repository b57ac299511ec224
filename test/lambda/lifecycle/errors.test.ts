import { classify, hasName, quote, ResourceError } from '../../../lambda/lifecycle/errors';

const error = (members: object) => Object.assign(new Error('text'), members);

test.each<[object, string]>([
  [{ name: 'ThrottlingException' }, 'throttled'],
  [{ name: 'TooManyRequestsException' }, 'throttled'],
  [{ name: 'Odd', $metadata: { httpStatusCode: 429 } }, 'throttled'],
  [{ name: 'Odd', $retryable: { throttling: true } }, 'throttled'],
  [{ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } }, 'denied'],
  [{ name: 'TimeoutError' }, 'transient'],
  [{ name: 'AbortError' }, 'transient'],
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

test('an error for people is known by its name', () => {
  expect(new ResourceError('text').name).toBe('ResourceError');
});
