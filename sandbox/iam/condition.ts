import { BlockList, isIPv4 } from 'node:net';
import { matchesArn, wildcard } from './wildcard';

/** Condition keys, in lower case because IAM ignores their case, with the values of the request. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;
export type ConditionCheck = (context: RequestContext) => boolean;

interface Operator {
  /** A negated operator holds when no value matches, and when the request does not have the key. */
  readonly negated?: boolean;
  matches(actual: string, expected: string): boolean;
}

const equals: Operator['matches'] = (actual, expected) => actual === expected;
const equalsIgnoreCase: Operator['matches'] = (actual, expected) => actual.toLowerCase() === expected.toLowerCase();
const like: Operator['matches'] = (actual, expected) => wildcard(expected).test(actual);
const arnLike: Operator['matches'] = (actual, expected) => matchesArn(actual, expected);

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { matches: equals },
  StringNotEquals: { matches: equals, negated: true },
  StringEqualsIgnoreCase: { matches: equalsIgnoreCase },
  StringLike: { matches: like },
  StringNotLike: { matches: like, negated: true },
  ArnEquals: { matches: arnLike },
  ArnLike: { matches: arnLike },
  ArnNotEquals: { matches: arnLike, negated: true },
  ArnNotLike: { matches: arnLike, negated: true },
  Bool: { matches: equalsIgnoreCase },
  BinaryEquals: { matches: equals },
  StringNotEqualsIgnoreCase: { matches: equalsIgnoreCase, negated: true },
  ...comparisons('Numeric', Number),
  ...comparisons('Date', date),
  IpAddress: { matches: isInBlock },
  NotIpAddress: { matches: isInBlock, negated: true },
};

function comparisons(name: string, read: (text: string) => number): Record<string, Operator> {
  const compare = (holds: (actual: number, expected: number) => boolean): Operator['matches'] =>
    (actual, expected) => holds(read(actual), read(expected));
  return {
    [`${name}Equals`]: { matches: compare((actual, expected) => actual === expected) },
    [`${name}NotEquals`]: { matches: compare((actual, expected) => actual === expected), negated: true },
    [`${name}LessThan`]: { matches: compare((actual, expected) => actual < expected) },
    [`${name}LessThanEquals`]: { matches: compare((actual, expected) => actual <= expected) },
    [`${name}GreaterThan`]: { matches: compare((actual, expected) => actual > expected) },
    [`${name}GreaterThanEquals`]: { matches: compare((actual, expected) => actual >= expected) },
  };
}

/** ISO 8601 or seconds since the epoch. */
function date(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function isInBlock(address: string, block: string): boolean {
  const [network, prefix] = block.split('/');
  const family = isIPv4(network) ? 'ipv4' : 'ipv6';
  const blocks = new BlockList();
  blocks.addSubnet(network, prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix), family);
  return blocks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/**
 * Reads the `Condition` element of a policy statement.
 *
 * @param owner names the statement in an error
 */
export function compileCondition(condition: Record<string, Record<string, unknown>>, owner: string): ConditionCheck {
  const checks = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => compileKey(operator, key.toLowerCase(), asStrings(values), owner)));
  return context => checks.every(check => check(context));
}

function compileKey(name: string, key: string, expected: string[], owner: string): ConditionCheck {
  if (name === 'Null') {
    return context => context.has(key) !== (expected[0] === 'true');
  }
  const [, quantifier, base, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  const operator = Object.hasOwn(OPERATORS, base ?? '') ? OPERATORS[base] : undefined;
  if (!operator) {
    throw new Error(`${owner} has the condition operator '${name}', which the sandbox does not know. `
      + `It knows Null, ${Object.keys(OPERATORS).join(', ')}, with ForAllValues:, ForAnyValue: and IfExists.`);
  }
  const holds = (actual: string): boolean =>
    expected.some(value => operator.matches(actual, value)) !== Boolean(operator.negated);
  return context => {
    const actual = context.get(key);
    if (!actual || actual.length === 0) {
      return quantifier ? quantifier === 'ForAllValues' : Boolean(ifExists) || Boolean(operator.negated);
    }
    const every = quantifier === 'ForAllValues' || (!quantifier && operator.negated);
    return every ? actual.every(holds) : actual.some(holds);
  };
}

function asStrings(values: unknown): string[] {
  return (Array.isArray(values) ? values : [values]).map(String);
}
