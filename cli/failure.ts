/** What was typed cannot be run. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** One call of an AWS API, as far as an error about it has to tell. */
export interface ApiCall {
  /** IAM action, e.g. `workspaces:DescribeWorkspaces`. */
  readonly action: string;
  /** What the IAM statement that allows it names, an ARN or `*`. */
  readonly resource: string;
  readonly region: string;
  /** What the call was about, e.g. `directory d-9367000001`. */
  readonly subject?: string;
}

/** The members of an SDK error that decide what to do. */
interface SdkError extends Error {
  readonly code?: string;
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $retryable?: { readonly throttling?: boolean };
  /** The HTTP answer, if there was one. */
  readonly $response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

/** A call that failed: says which, in the service's own words, and what to do next. */
export class CallFailure extends Error {
  constructor(public readonly call: ApiCall, public readonly reason: unknown) {
    super(`${describe(call)} failed: ${quote(reason)}\n${advice(call, reason)}`);
    this.name = 'CallFailure';
  }
}

/** Makes a call. @throws CallFailure */
export async function calling<T>(call: ApiCall, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new CallFailure(call, error);
  }
}

/** The IAM statement that allows a call. */
export function statementFor(call: ApiCall): string {
  return JSON.stringify({ Effect: 'Allow', Action: call.action, Resource: call.resource }, undefined, 2);
}

/** An error as a person should read it. */
export function explain(error: unknown): string {
  if (error instanceof UsageError || error instanceof CallFailure) {
    return `cdk-multi-region: ${error.message}`;
  }
  const trace = error instanceof Error ? error.stack ?? error.message : String(error);
  return `cdk-multi-region: This is a defect of the command line; please report it with what follows.\n${trace}`;
}

const DENIED = new Set(['AccessDeniedException', 'AccessDenied', 'UnauthorizedException']);
const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError']);
const BAD_CREDENTIALS = new Set([
  'ExpiredToken', 'ExpiredTokenException', 'UnrecognizedClientException', 'InvalidClientTokenId',
  'InvalidSignatureException', 'SignatureDoesNotMatch',
]);
const THROTTLED = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded']);
const NETWORK = new Set([
  'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH',
]);

/** What Node.js says of a certificate that it does not trust. */
const CERTIFICATE = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const PROXY_AUTHENTICATION_REQUIRED = 407;

function describe({ action, region, subject }: ApiCall): string {
  return [action, subject && `of ${subject}`, `in ${region}`].filter(Boolean).join(' ');
}

function quote(reason: unknown): string {
  const { name, message, code, $metadata, $response } = (reason ?? {}) as Partial<SdkError>;
  if (isForeignAnswer(reason)) {
    return `HTTP ${$metadata!.httpStatusCode} with ${$response!.headers?.['content-type'] ?? 'no content type'}, which is no answer of AWS`;
  }
  const requestId = $metadata?.requestId ? ` (AWS request ${$metadata.requestId})` : '';
  return `${name ?? 'Error'}: ${message || code || String(reason)}${requestId}`;
}

/** AWS gives each answer a request id; a proxy, a firewall or a login page does not. */
function isForeignAnswer(reason: unknown): boolean {
  const { $metadata, $response } = (reason ?? {}) as Partial<SdkError>;
  return $response !== undefined && $metadata?.httpStatusCode !== undefined && $metadata.requestId === undefined;
}

function advice(call: ApiCall, reason: unknown): string {
  return adviceOnNetwork(call, reason) ?? adviceOnAnswer(call, reason);
}

function adviceOnNetwork(call: ApiCall, reason: unknown): string | undefined {
  const { name = '', code = '', $metadata } = (reason ?? {}) as Partial<SdkError>;
  if (isForeignAnswer(reason)) {
    return $metadata!.httpStatusCode === PROXY_AUTHENTICATION_REQUIRED
      ? 'A proxy between this machine and AWS wants you to sign in to it.'
      : 'A proxy, firewall or gateway between this machine and AWS has answered: ask who runs it to let calls through to '
        + `*.${call.region}.amazonaws.com, and see what AWS_ENDPOINT_URL is set to.`;
  }
  if (CERTIFICATE.has(code)) {
    return 'Something between this machine and AWS, e.g. a proxy that reads TLS, shows a certificate that Node.js does not trust: set '
      + 'NODE_EXTRA_CA_CERTS to the file of its CA, and see that the clock of this machine is right.';
  }
  return NETWORK.has(code) || name === 'TimeoutError'
    ? `See that this machine reaches AWS, that the Region's name ${call.region} is right, and what AWS_ENDPOINT_URL is set to.`
    : undefined;
}

function adviceOnAnswer(call: ApiCall, reason: unknown): string {
  const { name = '', $fault, $metadata, $retryable } = (reason ?? {}) as Partial<SdkError>;
  if (DENIED.has(name)) {
    return `Allow it to the caller with this IAM statement, and see that no other policy denies it:\n${statementFor(call)}`;
  }
  if (NO_CREDENTIALS.has(name)) {
    return 'Sign in, e.g. with `aws sso login`, and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
  }
  if (BAD_CREDENTIALS.has(name)) {
    return `Sign in again, see that the clock of this machine is right and that the account has ${call.region} enabled.`;
  }
  if (THROTTLED.has(name) || $retryable?.throttling || $metadata?.httpStatusCode === 429) {
    return 'The account makes more requests than the service takes: wait a minute and run the command again.';
  }
  if (name.endsWith('NotFoundException')) {
    return 'See that the id or ARN is right and that the credentials are those of its account; AWS_PROFILE chooses others.';
  }
  if ($fault === 'server' || ($metadata?.httpStatusCode ?? 0) >= 500) {
    return 'The service has a problem: run the command again in a minute and look at https://health.aws.amazon.com.';
  }
  return 'Correct the values of the options; --help describes them.';
}
