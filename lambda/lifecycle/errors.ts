import { redact } from './redaction';

/** What is certain about a resource when its operation fails. */
export interface Certainty {
  /**
   * This request has created nothing and never will, e.g. because what stands in its place belongs to somebody else.
   * CloudFormation's Delete then does nothing, unless a worker of this request was about to create something: it may be slow.
   */
  readonly nothingCreated?: boolean;
  /** CloudFormation's Delete does nothing in any case, because it would find and remove what an earlier deployment has kept. */
  readonly keepsEarlier?: boolean;
  /** The id of what was created and is no good, so that CloudFormation's Delete removes it. */
  readonly physicalId?: string;
}

/** An error for people: says what happened, to which resource, why as far as known, and what to do next. */
export class ResourceError extends Error {
  constructor(message: string, public readonly certainty: Certainty = {}) {
    super(message);
    this.name = 'ResourceError';
  }
}

/** A refusal before anything was created. */
export function refusal(message: string): ResourceError {
  return new ResourceError(message, { nothingCreated: true });
}

/** A refusal because of what an earlier deployment of this stack and logical id has made, and `RETAIN` has kept. */
export function refusalForKept(message: string): ResourceError {
  return new ResourceError(message, { keepsEarlier: true });
}

/** The members of an SDK error that decide what to do. */
interface SdkError extends Error {
  readonly code?: string;
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $retryable?: { readonly throttling?: boolean };
}

export type Trouble = 'throttled' | 'transient' | 'denied' | 'permanent';

const THROTTLING = new Set([
  'ThrottlingException', 'Throttling', 'ThrottledException', 'TooManyRequestsException', 'RequestThrottled',
  'RequestLimitExceeded', 'RequestThrottledException', 'SlowDown', 'ProvisionedThroughputExceededException',
]);
const DENIED = new Set([
  'AccessDeniedException', 'AccessDenied', 'UnauthorizedException', 'UnrecognizedClientException',
  'InvalidClientTokenId', 'ExpiredTokenException', 'ExpiredToken', 'InvalidSignatureException',
]);
const NETWORK = new Set([
  'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH',
]);

/** What an error of an AWS call means for the operation. */
export function classify(error: unknown): Trouble {
  const { name, code, $fault, $metadata, $retryable } = (error ?? {}) as Partial<SdkError>;
  if (THROTTLING.has(name ?? '') || $retryable?.throttling || $metadata?.httpStatusCode === 429) {
    return 'throttled';
  }
  if (DENIED.has(name ?? '')) {
    return 'denied';
  }
  if (NETWORK.has(code ?? '') || name === 'TimeoutError' || name === 'AbortError') {
    return 'transient';
  }
  if ($fault === 'server' || ($metadata?.httpStatusCode ?? 0) >= 500) {
    return 'transient';
  }
  return 'permanent';
}

export function hasName(error: unknown, ...names: string[]): boolean {
  return names.includes((error as Partial<Error> | undefined)?.name ?? '');
}

/** An error of a service in its own words, with the request id that AWS support asks for. */
export function quote(error: unknown): string {
  const { name, message, $metadata } = (error ?? {}) as Partial<SdkError>;
  const requestId = $metadata?.requestId ? ` (AWS request ${$metadata.requestId})` : '';
  return redact(`${name ?? 'Error'}: ${message ?? String(error)}${requestId}`);
}
