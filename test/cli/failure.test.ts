import { calling, explain, UsageError } from '../../cli/failure';

const CALL = { action: 'workspaces:DescribeWorkspaces', resource: '*', region: 'eu-west-1', subject: 'directory d-1' };

async function explained(error: unknown): Promise<string> {
  return calling(CALL, () => Promise.reject(error)).then(() => 'no error', explain);
}

test.each([
  ['no credentials', { name: 'CredentialsProviderError' }, 'Sign in, e.g. with `aws sso login`'],
  ['an expired session', { name: 'ExpiredTokenException' }, 'Sign in again'],
  ['throttling', { name: 'ThrottlingException' }, 'wait a minute'],
  ['throttling by its status', { name: 'Odd', $metadata: { httpStatusCode: 429 } }, 'wait a minute'],
  ['no connection', { name: 'Error', code: 'ECONNREFUSED', message: '' }, 'See that this machine reaches AWS'],
  ['no answer', { name: 'TimeoutError' }, 'See that this machine reaches AWS'],
  ['something missing', { name: 'EndpointNotFoundException' }, 'See that the id or ARN is right'],
  ['a fault of the service', { name: 'Odd', $fault: 'server' }, 'The service has a problem'],
  ['bad input', { name: 'InvalidParameterValuesException' }, 'Correct the values of the options'],
])('%s comes with what to do', async (_, members, advice) => {
  const text = await explained(Object.assign(new Error('Words of the service'), members));
  expect(text).toMatch(/^cdk-multi-region: workspaces:DescribeWorkspaces of directory d-1 in eu-west-1 failed: /);
  expect(text).toContain('message' in members ? members.code : `${members.name}: Words of the service`);
  expect(text.split('\n')[1]).toContain(advice);
});

test.each([
  [403, 'text/html', 'A proxy, firewall or gateway between this machine and AWS has answered'],
  [407, 'text/html', 'A proxy between this machine and AWS wants you to sign in to it.'],
  [502, undefined, 'A proxy, firewall or gateway'],
])('HTTP %s without a request id is no answer of AWS', async (httpStatusCode, type, advice) => {
  const error = Object.assign(new SyntaxError('Unexpected token'), {
    $metadata: { httpStatusCode }, $response: { headers: type ? { 'content-type': type } : {} },
  });
  const text = await explained(error);
  expect(text).toContain(`failed: HTTP ${httpStatusCode} with ${type ?? 'no content type'}, which is no answer of AWS\n${advice}`);
  expect(text).not.toContain('Unexpected token');
});

test('the same with a request id is one', async () => {
  const error = Object.assign(new Error('No.'), {
    name: 'AccessDeniedException', $metadata: { httpStatusCode: 403, requestId: 'r-1' }, $response: { headers: {} },
  });
  expect(await explained(error)).toContain('Allow it to the caller');
});

test('a proxy that reads TLS', async () => {
  const error = Object.assign(new Error('self-signed certificate in certificate chain'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
  expect(await explained(error)).toContain('NODE_EXTRA_CA_CERTS');
});

test('the request id is there for AWS support', async () => {
  expect(await explained(Object.assign(new Error('No.'), { $metadata: { requestId: 'r-1' } }))).toContain('Error: No. (AWS request r-1)');
});

test('a usage error has no trace, a defect has one', () => {
  expect(explain(new UsageError('Which?'))).toBe('cdk-multi-region: Which?');
  expect(explain(new TypeError('x is undefined'))).toMatch(/^cdk-multi-region: This is a defect .*\nTypeError: x is undefined\n +at /);
});

test('the answer of a call that works goes through', async () => {
  expect(await calling(CALL, async () => 7)).toBe(7);
});
