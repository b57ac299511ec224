const HIDDEN = '***';

/**
 * Presigned URLs by their signature parameters (version 4 and the older form), access keys and session tokens. None reaches over
 * a backslash: it belongs to the quote after it, in JSON inside of JSON.
 */
const SECRETS = [
  /https?:\/\/[^\s"'\\]*[?&](?:X-Amz-Signature|Signature|AWSAccessKeyId)=[^\s"'\\]*/gi,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g,
  /(?:X-Amz-(?:Signature|Credential|Security-Token)|Signature)=[^\s"'&\\]+/gi,
];

/** A text as it may appear in a log line, an error or an attribute: without response URLs and credentials. */
export function redact(text: string): string {
  return SECRETS.reduce((clean, secret) => clean.replace(secret, HIDDEN), text);
}
