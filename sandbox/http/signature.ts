import { HttpRequest } from './message';
import { ServiceError } from '../services/service';

/** The credential scope of a SigV4 signature: which key, for which Region and service. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly signingName: string;
}

const AUTHORIZATION = new RegExp('^AWS4-HMAC-SHA256 Credential=([^/,\\s]+)/\\d{8}/([^/]+)/([^/]+)/aws4_request,'
  + '\\s*SignedHeaders=([^,]+),\\s*Signature=[0-9a-f]{64}$');

/**
 * Reads who signed the request and what for. The signature itself is not computed again: the sandbox hands out the
 * keys, and a secret would prove nothing on one machine.
 */
export function credentialScope(request: HttpRequest): CredentialScope {
  const { authorization } = request.headers;
  if (!authorization) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  }
  const parts = AUTHORIZATION.exec(authorization);
  if (!parts || !parts[4].split(';').includes('host') || !request.headers['x-amz-date']) {
    throw new ServiceError('IncompleteSignatureException', `Authorization header '${redacted(authorization)}' is not `
      + 'a complete AWS4-HMAC-SHA256 signature of this request.', 403);
  }
  const [, accessKeyId, region, signingName] = parts;
  return { accessKeyId, region, signingName };
}

export function requireService(scope: CredentialScope, signingName: string): void {
  if (scope.signingName !== signingName) {
    throw new ServiceError('InvalidSignatureException',
      `Credential should be scoped to correct service: '${signingName}', not '${scope.signingName}'.`, 403);
  }
}

function redacted(authorization: string): string {
  return authorization.replace(/Signature=.*/, 'Signature=...');
}
