import { redact } from '../../../lambda/lifecycle/redaction';

const URL = 'https://bucket.s3.amazonaws.com/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAEXAMPLEEXAMPLE12%2F20260115&X-Amz-Signature=5ec7e7';

test.each([
  ['a presigned URL', `PUT ${URL} failed`, 'PUT *** failed'],
  ['one of the older form', 'at https://b.test/k?AWSAccessKeyId=x&Signature=abc%3D now', 'at *** now'],
  ['one without encryption', 'PUT http://b.test/k?X-Amz-Signature=5ec7e7 failed', 'PUT *** failed'],
  ['an access key', 'key AKIAIOSFODNN7EXAMPLE is invalid', 'key *** is invalid'],
  ['a session token', 'with X-Amz-Security-Token=IQoJb3&more', 'with ***&more'],
])('takes out %s', (_, text, clean) => {
  expect(redact(text)).toBe(clean);
});

test('leaves other URLs and what only sounds like a secret', () => {
  const text = 'See https://docs.aws.amazon.com/ses?x=1. The Signature of AKIA is fine.';
  expect(redact(text)).toBe(text);
});

test('leaves JSON inside of JSON readable', () => {
  const line = JSON.stringify({ error: JSON.stringify({ url: URL, code: 'X-Amz-Signature=5ec7e7' }) });
  expect(JSON.parse(JSON.parse(redact(line)).error)).toEqual({ url: '***', code: '***' });
});
