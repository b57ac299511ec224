import { redact } from './redaction';

/** An error for people: says what happened, to which resource, why as far as known, and what to do next. */
export class ResourceError extends Error {
  /** @param physicalId the id of what was created and is invalid, so that CloudFormation's Delete removes it */
  constructor(message: string, public readonly physicalId?: string) {
    super(message);
    this.name = 'ResourceError';
  }
}

/** The members of an SDK error that decide what to do. */
interface SdkError extends Error {
  readonly code?: string;
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $retryable?: { readonly throttling?: boolean };
}

export type ErrorKind = 'throttled' | 'transient' | 'denied' | 'permanent';

const THROTTLING = new Set([
  'ThrottlingException', 'Throttling', 'ThrottledException', 'TooManyRequestsException', 'RequestThrottled',
  'RequestLimitExceeded', 'RequestThrottledException', 'SlowDown', 'ProvisionedThroughputExceededException',
]);
const DENIED = new Set([
  'AccessDeniedException', 'AccessDenied', 'UnauthorizedException', 'UnrecognizedClientException',
  'InvalidClientTokenId', 'ExpiredTokenException', 'ExpiredToken', 'InvalidSignatureException',
  // Of EC2.
  'UnauthorizedOperation', 'AuthFailure',
]);
const NETWORK = new Set([
  'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH',
]);

/** Some services answer those with HTTP 400. */
const INTERNAL = /^Internal(Server|Service)/;

/** What an error of an AWS call means for the operation. */
export function classify(error: unknown): ErrorKind {
  const sdkError = (error ?? {}) as Partial<SdkError>;
  if (isThrottled(sdkError)) {
    return 'throttled';
  }
  if (DENIED.has(sdkError.name ?? '')) {
    return 'denied';
  }
  return failedOnTheWay(sdkError) || failedInService(sdkError) ? 'transient' : 'permanent';
}

function isThrottled({ name = '', $metadata, $retryable }: Partial<SdkError>): boolean {
  return THROTTLING.has(name) || $metadata?.httpStatusCode === 429 || $retryable?.throttling === true;
}

function failedOnTheWay({ name, code = '' }: Partial<SdkError>): boolean {
  return NETWORK.has(code) || name === 'TimeoutError' || name === 'AbortError';
}

function failedInService({ name = '', $fault, $metadata }: Partial<SdkError>): boolean {
  return $fault === 'server' || INTERNAL.test(name) || ($metadata?.httpStatusCode ?? 0) >= 500;
}

export function hasName(error: unknown, ...names: string[]): boolean {
  return names.includes((error as Partial<Error> | undefined)?.name ?? '');
}

/** Makes `undefined` of errors that say that something is not there: `const unlessMissing = undefinedOn('NotFoundException')`. */
export function undefinedOn(...names: string[]): <T>(call: Promise<T>) => Promise<T | undefined> {
  return async call => {
    try {
      return await call;
    } catch (error) {
      if (hasName(error, ...names)) {
        return undefined;
      }
      throw error;
    }
  };
}

/** An error of a service in its own words, with the request id that AWS support asks for. */
export function quote(error: unknown): string {
  const { name, message, $metadata } = (error ?? {}) as Partial<SdkError>;
  const requestId = $metadata?.requestId ? ` (AWS request ${$metadata.requestId})` : '';
  return redact(`${name ?? 'Error'}: ${message ?? String(error)}${requestId}`);
}
