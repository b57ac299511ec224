import type { Tag } from '@aws-sdk/client-sesv2';
import { ServiceError } from './service';

/** Limits of tags stand in the documentation of `Tag`, not in its constraints. */
const MAX_TAGS = 50;
const MAX_TAG_KEY = 128;
const MAX_TAG_VALUE = 256;
const TAG_CHARACTERS = /^[\p{L}\p{N}\p{Z}\s_.:/=+-]*$/u;

export function checkedTags(tags: readonly Tag[]): [string, string][] {
  requireTagCount(tags.length);
  const keys = new Set(tags.map(tag => tag.Key));
  if (keys.size < tags.length) {
    throw badRequest('Tag keys must be unique.');
  }
  return tags.map(tag => checkedTag(tag.Key!, tag.Value!));
}

export function requireTagCount(count: number): void {
  if (count > MAX_TAGS) {
    throw badRequest(`A resource can have at most ${MAX_TAGS} tags, these are ${count}.`);
  }
}

/** The condition keys of a request with tags. */
export function requestTags(tags: readonly Tag[]): Record<string, string | string[]> {
  const values = Object.fromEntries(tags.map(tag => [`aws:RequestTag/${tag.Key}`, tag.Value!]));
  return tags.length === 0 ? {} : { ...values, 'aws:TagKeys': tags.map(tag => tag.Key!) };
}

export function badRequest(message: string): ServiceError {
  return new ServiceError('BadRequestException', message);
}

function checkedTag(key: string, value: string): [string, string] {
  if (key.length < 1 || key.length > MAX_TAG_KEY) {
    throw badRequest(`Tag key '${key}' must have 1 to ${MAX_TAG_KEY} characters.`);
  }
  if (value.length > MAX_TAG_VALUE) {
    throw badRequest(`The value of tag '${key}' must have at most ${MAX_TAG_VALUE} characters.`);
  }
  for (const text of [key, value]) {
    if (!TAG_CHARACTERS.test(text)) {
      throw badRequest(`Tag '${key}' has a character that is not allowed: '${text}'.`);
    }
    if (text.startsWith('aws:')) {
      throw badRequest(`Tag '${key}' uses the reserved prefix 'aws:'.`);
    }
  }
  return [key, value];
}
