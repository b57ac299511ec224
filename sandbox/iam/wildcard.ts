const compiled = new Map<string, RegExp>();

/** IAM's patterns: `*` for any characters, `?` for one. */
export function wildcard(pattern: string, flags = ''): RegExp {
  const key = `${flags}/${pattern}`;
  let expression = compiled.get(key);
  if (!expression) {
    const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
    expression = new RegExp(`^${source}$`, `s${flags}`);
    compiled.set(key, expression);
  }
  return expression;
}

/** ArnLike compares each of the six parts of an ARN by itself, so a wildcard does not reach over a colon. */
export function matchesArn(arn: string, pattern: string): boolean {
  const actual = arnParts(arn);
  const expected = arnParts(pattern);
  return actual.length === expected.length && expected.every((part, index) => wildcard(part).test(actual[index]));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
