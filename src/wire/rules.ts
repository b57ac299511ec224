/*
 * Rules that constructs check on concrete values and handlers on all values, before their first call: a token may turn out
 * to be what would have been refused at synthesis. It imports nothing.
 */

/** Name of a Region, those of the European Sovereign Cloud included. */
export const REGION_NAME = /^([a-z]{2,3}|eusc)(-[a-z]+)+-\d+$/;

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

const OWN_PREFIX = 'cdk-multi-region:';
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const MAX_SHOWN = 60;

/**
 * What is wrong with tags, if anything.
 *
 * @param isKnown whether a key or value is what it will be, not a token
 */
export function tagProblem(
  tags: Readonly<Record<string, string>>, rules: TagRules, isKnown: (text: string) => boolean = () => true,
): string | undefined {
  const entries = Object.entries(tags);
  const problems = [
    countProblem(entries.length, rules),
    ...entries.flatMap(([key, value]) => [isKnown(key) && keyProblem(key, rules), isKnown(value) && valueProblem(key, value, rules)]),
  ];
  return problems.filter(problem => typeof problem === 'string')[0];
}

function countProblem(count: number, { maxCount, service }: TagRules): string | undefined {
  return count < maxCount ? undefined : `${count} tags, but ${service} takes ${maxCount} for a resource, of which this library needs one `
    + `for itself. Remove ${count - maxCount + 1}.`;
}

function keyProblem(key: string, { maxKeyLength, reservedPrefixes, service }: TagRules): string | undefined {
  const what = `tag key '${shown(key)}'`;
  if (key.length < 1 || key.length > maxKeyLength) {
    return `${what} has ${key.length} characters, but ${service} takes 1 to ${maxKeyLength}. Choose another one.`;
  }
  return characterProblem(what, key) ?? prefixProblem(what, key, reservedPrefixes);
}

function valueProblem(
  key: string, value: string, { maxValueLength, reservedInValues, reservedPrefixes, service }: TagRules,
): string | undefined {
  if (value.length > maxValueLength) {
    return `the value of tag '${key}' has ${value.length} characters, but ${service} takes at most ${maxValueLength}. Shorten '${shown(value)}'.`;
  }
  const what = `the value '${value}' of tag '${key}'`;
  return characterProblem(what, value) ?? (reservedInValues ? prefixProblem(what, value, reservedPrefixes) : undefined);
}

function characterProblem(what: string, text: string): string | undefined {
  return TAG_CHARACTERS.test(text) ? undefined
    : `${what} has a character that tags can't have. Use letters, digits, spaces and _ . : / = + - @ only.`;
}

function prefixProblem(what: string, text: string, reservedPrefixes: readonly string[]): string | undefined {
  const prefix = [...reservedPrefixes, OWN_PREFIX].find(reserved => text.toLowerCase().startsWith(reserved));
  return prefix && `${what} begins with '${prefix}', which is reserved. Choose another one.`;
}

function shown(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}
