import { NormalizedSchema } from '@smithy/core/schema';
import { MemberConstraint } from './service';

/** One thing that is wrong with a value. */
export interface Violation {
  /** `type`: the service cannot even read the value; `constraint`: it reads the value and refuses it. */
  readonly kind: 'type' | 'constraint';
  /** A sentence part in AWS's words. */
  readonly text: string;
}

/** Checks one value and gives a deep copy of it; what is wrong is added to `violations`. */
type Check = (value: unknown, path: string, violations: Violation[]) => unknown;

interface Rule {
  readonly text: string;
  holds(value: any): boolean;
}

/** A member of a structure. */
interface Member {
  readonly name: string;
  readonly step: string;
  readonly required: boolean;
  check?: Check;
}

type Constraints = Readonly<Record<string, MemberConstraint>>;

/**
 * What the API model says about the values of one structure: members and types from the SDK's schema, constraints from
 * the simulator. The SDK's codec checks none of them.
 */
export class Shape {
  private readonly schema: NormalizedSchema;
  private readonly check: Check;

  constructor(schema: any, constraints: Constraints = {}) {
    this.schema = NormalizedSchema.of(schema);
    Object.keys(constraints).forEach(path => requireMember(this.schema, path));
    this.check = compile(this.schema, '', constraints);
  }

  /** A deep copy of the value without members that are null or undefined, and everything that is wrong with it. */
  public examine(value: unknown): { value: any; violations: Violation[] } {
    const violations: Violation[] = [];
    return { value: this.check(value ?? {}, '', violations), violations };
  }
}

/** The words of AWS for input that breaks constraints. */
export function validationMessage(violations: readonly Violation[]): string {
  const noun = violations.length === 1 ? 'validation error' : 'validation errors';
  return `${violations.length} ${noun} detected: ${violations.map(({ text }) => text).join('; ')}`;
}

function compile(schema: NormalizedSchema, memberPath: string, constraints: Constraints): Check {
  const rules = rulesOf(constraints[memberPath]);
  if (schema.isUnitSchema()) {
    return () => ({});
  }
  if (schema.isStructSchema()) {
    return compileStructure(schema, memberPath, constraints);
  }
  if (schema.isListSchema()) {
    return compileList(schema, memberPath, constraints, rules);
  }
  if (schema.isMapSchema()) {
    return compileMap(schema, memberPath, constraints, rules);
  }
  if (schema.isDocumentSchema()) {
    return value => JSON.parse(JSON.stringify(value));
  }
  return compileScalar(schema, rules);
}

function compileStructure(schema: NormalizedSchema, memberPath: string, constraints: Constraints): Check {
  const names = [...schema.structIterator()].map(([name]) => name);
  const known = new Set(names);
  const required = requiredCount(schema);
  // Compiled at first use, because a shape may contain itself.
  const compileMember = (name: string): Check =>
    compile(schema.getMemberSchema(name), memberPath ? `${memberPath}.${name}` : name, constraints);
  const members = names.map((name, index): Member => ({ name, step: stepTo(name), required: index < required }));
  return (value, path, violations) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date) {
      violations.push(typeViolation(value, 'a structure', path));
      return value;
    }
    const given = value as Record<string, unknown>;
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(given)) {
      if (given[key] !== undefined && !known.has(key)) {
        violations.push(violation(given[key], join(path, stepTo(key)), `Member must be one of [${names.join(', ')}]`));
      }
    }
    for (const member of members) {
      const found = given[member.name] ?? undefined;
      if (found !== undefined) {
        member.check ??= compileMember(member.name);
        copy[member.name] = member.check(found, join(path, member.step), violations);
      } else if (member.required) {
        violations.push(violation(null, join(path, member.step), 'Member must not be null'));
      }
    }
    return copy;
  };
}

function compileList(schema: NormalizedSchema, memberPath: string, constraints: Constraints, rules: Rule[]): Check {
  const itemSchema = schema.getValueSchema();
  const itemRules = rulesOf(constraints[`${memberPath}[]`]);
  const sparse = Boolean(schema.getMergedTraits().sparse);
  let checkItem: Check | undefined;
  return (value, path, violations) => {
    if (!Array.isArray(value)) {
      violations.push(typeViolation(value, 'a list', path));
      return value;
    }
    applyRules(rules, value, path, violations);
    // The rules of an item are reported for the list as a whole, as AWS does.
    checkItem ??= compile(itemSchema, `${memberPath}[]`, { ...constraints, [`${memberPath}[]`]: {} });
    const before = violations.length;
    const copy = value.map((item, index) => {
      const itemPath = `${path}.${index + 1}.member`;
      if (item !== null && item !== undefined) {
        return checkItem!(item, itemPath, violations);
      }
      if (!sparse) {
        violations.push(violation(null, itemPath, 'Member must not be null'));
      }
      return null;
    });
    if (violations.length === before && !value.every(item => itemRules.every(rule => rule.holds(item)))) {
      const texts = itemRules.map(rule => rule.text).join(', ');
      violations.push(violation(value, path, `Member must satisfy constraint: [${texts}]`));
    }
    return copy;
  };
}

function compileMap(schema: NormalizedSchema, memberPath: string, constraints: Constraints, rules: Rule[]): Check {
  let checkEntry: Check | undefined;
  return (value, path, violations) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      violations.push(typeViolation(value, 'a map', path));
      return value;
    }
    applyRules(rules, Object.keys(value), path, violations);
    checkEntry ??= compile(schema.getValueSchema(), `${memberPath}{}`, constraints);
    return Object.fromEntries(Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([key, entry]) => [key, checkEntry!(entry, `${path}.${key}.member`, violations)]));
  };
}

function compileScalar(schema: NormalizedSchema, rules: Rule[]): Check {
  const { name, accepts } = scalarType(schema);
  return (value, path, violations) => {
    if (!accepts(value)) {
      violations.push(typeViolation(value, name, path));
      return value;
    }
    applyRules(rules, value, path, violations);
    return copyScalar(value);
  };
}

function copyScalar(value: unknown): unknown {
  if (value instanceof Date) {
    return new Date(value);
  }
  return value instanceof Uint8Array ? Uint8Array.from(value) : value;
}

function scalarType(schema: NormalizedSchema): { name: string; accepts(value: unknown): boolean } {
  if (schema.isStringSchema()) {
    return { name: 'a String', accepts: value => typeof value === 'string' };
  }
  if (schema.isBooleanSchema()) {
    return { name: 'a Boolean', accepts: value => typeof value === 'boolean' };
  }
  if (schema.isTimestampSchema()) {
    return { name: 'a Timestamp', accepts: value => value instanceof Date && !Number.isNaN(value.getTime()) };
  }
  if (schema.isNumericSchema()) {
    return { name: 'a Number', accepts: value => typeof value === 'number' && Number.isFinite(value) };
  }
  if (schema.isBlobSchema()) {
    return { name: 'a Blob', accepts: value => value instanceof Uint8Array };
  }
  throw new Error(`The sandbox does not know the type of ${schema.getName(true)}: ${String(schema.getSchema())}.`);
}

function rulesOf(constraint: MemberConstraint = {}): Rule[] {
  const rules: (Rule | false | undefined)[] = [
    constraint.maxLength !== undefined && {
      text: `Member must have length less than or equal to ${constraint.maxLength}`,
      holds: value => lengthOf(value) <= constraint.maxLength!,
    },
    constraint.minLength !== undefined && {
      text: `Member must have length greater than or equal to ${constraint.minLength}`,
      holds: value => lengthOf(value) >= constraint.minLength!,
    },
    constraint.maxItems !== undefined && {
      text: `Member must have length less than or equal to ${constraint.maxItems}`,
      holds: value => value.length <= constraint.maxItems!,
    },
    constraint.minItems !== undefined && {
      text: `Member must have length greater than or equal to ${constraint.minItems}`,
      holds: value => value.length >= constraint.minItems!,
    },
    constraint.max !== undefined && {
      text: `Member must have value less than or equal to ${constraint.max}`,
      holds: value => value <= constraint.max!,
    },
    constraint.min !== undefined && {
      text: `Member must have value greater than or equal to ${constraint.min}`,
      holds: value => value >= constraint.min!,
    },
    constraint.pattern && {
      text: `Member must satisfy regular expression pattern: ${constraint.pattern.source}`,
      holds: value => constraint.pattern!.test(value),
    },
    constraint.enum && {
      text: `Member must satisfy enum value set: [${constraint.enum.join(', ')}]`,
      holds: value => constraint.enum!.includes(value),
    },
  ];
  return rules.filter((rule): rule is Rule => Boolean(rule));
}

function applyRules(rules: Rule[], value: unknown, path: string, violations: Violation[]): void {
  for (const rule of rules) {
    if (!rule.holds(value)) {
      violations.push(violation(value, path, rule.text));
    }
  }
}

function violation(value: unknown, path: string, constraint: string): Violation {
  const shown = value === null ? 'null' : `'${render(value)}'`;
  return { kind: 'constraint', text: `Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}` };
}

function typeViolation(value: unknown, expected: string, path: string): Violation {
  const token = value instanceof Date ? 'TIMESTAMP'
    : Array.isArray(value) ? 'LIST'
      : typeof value === 'object' ? 'STRUCTURE' : typeof value === 'boolean' ? `${value}`.toUpperCase() : typeof value;
  const at = path ? ` at '${path}'` : '';
  return { kind: 'type', text: `${token.toUpperCase()}_VALUE can not be converted to ${expected}${at}` };
}

/** How AWS shows a value in a message. */
function render(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(render).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return `{${Object.entries(value).map(([key, member]) => `${key}=${render(member)}`).join(', ')}}`;
  }
  return String(value);
}

const HIGH_SURROGATE = /[\ud800-\udbff]/;

/** Characters, not UTF-16 code units. */
function lengthOf(value: string): number {
  return HIGH_SURROGATE.test(value) ? [...value].length : value.length;
}

/** How AWS names a member in a path. */
function stepTo(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}

function join(path: string, step: string): string {
  return path ? `${path}.${step}` : step;
}

/** A structure's schema lists its required members first and counts them at its end. */
function requiredCount(schema: NormalizedSchema): number {
  return Number((schema.getSchema() as readonly unknown[])[6] ?? 0);
}

/** A misspelt constraint would never be checked, so its path must exist in the schema. */
function requireMember(schema: NormalizedSchema, path: string): void {
  let at = schema;
  for (const step of path.replaceAll('[]', '.[]').replaceAll('{}', '.{}').split('.')) {
    const exists = step === '[]' ? at.isListSchema() : step === '{}' ? at.isMapSchema() : hasMember(at, step);
    if (!exists) {
      throw new Error(`The constraint on '${path}' names no member of ${schema.getName()}. Correct its path.`);
    }
    at = step === '[]' || step === '{}' ? at.getValueSchema() : at.getMemberSchema(step);
  }
}

function hasMember(schema: NormalizedSchema, name: string): boolean {
  return schema.isStructSchema() && [...schema.structIterator()].some(([member]) => member === name);
}
