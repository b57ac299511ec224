import { IncomingMessage } from 'node:http';
import { HttpAnswer, HttpRequest } from './message';

/**
 * Takes the answer of a custom resource's provider.
 *
 * @param url the whole URL, as CloudFormation gave it to the provider
 * @returns the HTTP status for the provider
 */
export type OnResponse = (url: string, body: string) => { status: number };

const RESPONSE_BUCKET = /^\/cloudformation-custom-resource-response-[a-z0-9-]+\/./;

/** Whether a request goes to a bucket for the answers of custom resources. */
export function isResponseUpload(path: string): boolean {
  return RESPONSE_BUCKET.test(path);
}

/** What S3 refuses before it has the body; the presigned URL signs neither a content type nor another method. */
export function refuseUploadHeaders(request: IncomingMessage): HttpAnswer | undefined {
  if (request.method !== 'PUT' || request.headers['content-type']) {
    return s3Error(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match the signature '
      + 'you provided. The URL is presigned for PUT with an empty Content-Type.');
  }
  if (request.headers['transfer-encoding']) {
    return s3Error(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented: '
      + 'Transfer-Encoding. Send a Content-Length.');
  }
  if (request.headers['content-length'] === undefined) {
    return s3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  return undefined;
}

export function answerUpload(request: HttpRequest, url: string, onResponse: OnResponse): HttpAnswer {
  const { status } = onResponse(url, request.body.toString('utf8'));
  return status < 300
    ? { status, headers: {}, body: '' }
    : s3Error(status, 'AccessDenied', 'CloudFormation does not wait for this answer.');
}

export function incompleteBody(): HttpAnswer {
  return s3Error(400, 'RequestTimeout', 'Your socket connection to the server was not read from or written to within '
    + 'the timeout period. The body is shorter than its Content-Length.');
}

export function surplusBody(): HttpAnswer {
  return s3Error(400, 'BadRequest', 'The body is longer than its Content-Length, which counts bytes, not characters.');
}

function s3Error(status: number, code: string, message: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  };
}
