import { Token, type Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { synthesisError } from './synthesis-error';
import { ANSWER_MARGIN_SECONDS, CLOUDFORMATION_LIMIT_SECONDS } from '../wire/lifecycle';

/** What a service accepts as tags. */
export interface TagRules {
  readonly service: string;
  /** Including the owner tag, which the library adds. */
  readonly maxCount: number;
  readonly maxKeyLength: number;
  readonly maxValueLength: number;
  /** Whether values, like keys, must not begin with `aws:`. */
  readonly reservedInValues: boolean;
  readonly reservedPrefixes: readonly string[];
}

const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Checks tags that are concrete. */
export function checkTags(scope: IConstruct, tags: Readonly<Record<string, string>>, rules: TagRules): void {
  const count = Object.keys(tags).length;
  if (count > rules.maxCount - 1) {
    throw synthesisError(scope, `${count} tags, but ${rules.service} takes ${rules.maxCount} for a resource, of which this library needs one `
      + `for itself. Remove ${count - rules.maxCount + 1}.`);
  }
  for (const [key, value] of Object.entries(tags)) {
    checkTagKey(scope, key, rules);
    checkTagValue(scope, key, value, rules);
  }
}

function checkTagKey(scope: IConstruct, key: string, rules: TagRules): void {
  if (Token.isUnresolved(key)) {
    return;
  }
  if (key.length < 1 || key.length > rules.maxKeyLength) {
    throw synthesisError(scope, `tag key '${key}' has ${key.length} characters, but ${rules.service} takes 1 to ${rules.maxKeyLength}.`);
  }
  checkCharacters(scope, `tag key '${key}'`, key);
  checkReserved(scope, `tag key '${key}'`, key, rules);
}

function checkTagValue(scope: IConstruct, key: string, value: string, rules: TagRules): void {
  if (Token.isUnresolved(value)) {
    return;
  }
  if (value.length > rules.maxValueLength) {
    throw synthesisError(scope, `the value of tag '${key}' has ${value.length} characters, but ${rules.service} takes at most `
      + `${rules.maxValueLength}.`);
  }
  checkCharacters(scope, `the value '${value}' of tag '${key}'`, value);
  if (rules.reservedInValues) {
    checkReserved(scope, `the value '${value}' of tag '${key}'`, value, rules);
  }
}

function checkCharacters(scope: IConstruct, what: string, text: string): void {
  if (!TAG_CHARACTERS.test(text)) {
    throw synthesisError(scope, `${what} has a character that tags can't have. Use letters, digits, spaces and _ . : / = + - @ only.`);
  }
}

function checkReserved(scope: IConstruct, what: string, text: string, rules: TagRules): void {
  const prefix = [...rules.reservedPrefixes, 'cdk-multi-region:'].find(reserved => text.toLowerCase().startsWith(reserved));
  if (prefix) {
    throw synthesisError(scope, `${what} begins with '${prefix}', which is reserved. Choose another one.`);
  }
}

const REGION = /^[a-z]{2,3}(-[a-z]+)+-\d+$/;

/** Checks the name of a Region, if it is concrete. */
export function checkRegionName(scope: IConstruct, property: string, region: string): void {
  if (!Token.isUnresolved(region) && !REGION.test(region)) {
    throw synthesisError(scope, `${property} '${region}' is not the name of a Region. Use a name such as 'eu-west-1'.`);
  }
}

const SHORTEST_TIMEOUT_SECONDS = 120;
const LONGEST_TIMEOUT_SECONDS = CLOUDFORMATION_LIMIT_SECONDS - ANSWER_MARGIN_SECONDS;

/** The properties that tell handler and CloudFormation how long an operation may take. */
export function timeoutProperties(scope: IConstruct, timeout: Duration | undefined): Record<string, number> {
  if (!timeout) {
    return {};
  }
  const seconds = timeout.toSeconds();
  if (seconds < SHORTEST_TIMEOUT_SECONDS || seconds > LONGEST_TIMEOUT_SECONDS) {
    throw synthesisError(scope, `timeout is ${seconds} seconds, but must be between ${SHORTEST_TIMEOUT_SECONDS} seconds and 59 minutes: `
      + 'CloudFormation waits an hour at most, and the answer needs a minute.');
  }
  return { ServiceTimeout: seconds + ANSWER_MARGIN_SECONDS, TimeoutSeconds: seconds };
}
