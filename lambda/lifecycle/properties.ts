import { ResourceError } from './errors';
import type { RawProperties } from './request';
import { SCHEMA_VERSION } from '../../src/wire/lifecycle';
import { REGION_NAME, tagProblem, type TagRules } from '../../src/wire/rules';

/** What a string has to match, and the rule in words. */
export interface StringRule {
  readonly pattern: RegExp;
  readonly says: string;
}

/** For a property that names a Region. */
export const REGION_RULE: StringRule = { pattern: REGION_NAME, says: 'must be the name of a Region such as eu-west-1' };

/** Name of a property of `P`: a misspelt one does not compile. */
type Name<P> = keyof P & string;
type ItemOf<L> = NonNullable<L> extends readonly (infer T)[] ? T & object : any;

/** Properties that CloudFormation or the engine add to every resource. */
const COMMON = ['ServiceToken', 'ServiceTimeout', 'Schema', 'TimeoutSeconds'];

/** Properties that another version of the library has written. */
export class OtherVersionError extends ResourceError {
  /** @param readable what this version knows of them. @default - nothing */
  constructor(message: string, public readonly readable?: RawProperties) {
    super(`${message} Deploy function and resource with the same version of cdk-multi-region.`);
  }
}

/**
 * Reads the properties of a request: CloudFormation turns numbers and booleans into strings, so each value is turned back
 * explicitly, and what is missing, of the wrong kind or unknown is refused with the rule it breaks.
 */
export class PropertyReader<P extends object = any> {
  private readonly read = new Set<string>(COMMON);

  constructor(private readonly raw: RawProperties, private readonly path: string = '') {
    if (!isRecord(raw)) {
      throw new ResourceError(`Property '${path}' is ${show(raw)}, but must be an object.`);
    }
  }

  /** Refuses properties of a shape that this version of the function does not know. */
  public schema(): this {
    if (this.raw.Schema !== SCHEMA_VERSION) {
      throw new OtherVersionError(
        `The properties have schema version ${show(this.raw.Schema)}, but this function knows version ${SCHEMA_VERSION} only.`,
        { ...this.raw, Schema: SCHEMA_VERSION });
    }
    return this;
  }

  public string(name: Name<P>, rule?: StringRule): string {
    return this.asString(name, this.take(name), rule);
  }

  public optionalString(name: Name<P>, rule?: StringRule): string | undefined {
    return this.has(name) ? this.string(name, rule) : undefined;
  }

  public enumeration<T extends string>(name: Name<P>, allowed: readonly T[]): T {
    const value = this.string(name);
    if (!allowed.includes(value as T)) {
      throw this.refuse(name, value, `must be one of ${allowed.join(', ')}`);
    }
    return value as T;
  }

  public integer(name: Name<P>, min: number, max: number): number {
    return this.asInteger(name, this.take(name), min, max);
  }

  public boolean(name: Name<P>): boolean {
    const value = this.take(name);
    if (value === true || value === 'true') {
      return true;
    }
    if (value === false || value === 'false') {
      return false;
    }
    throw this.refuse(name, value, "must be 'true' or 'false'");
  }

  /** A map of strings; empty if absent. */
  public map(name: Name<P>): Record<string, string> {
    const value = this.take(name) ?? {};
    if (!isRecord(value)) {
      throw this.refuse(name, value, 'must be a map of strings');
    }
    for (const [key, item] of Object.entries(value)) {
      if (typeof item !== 'string') {
        throw this.refuse(`${name}.${key}`, item, 'must be a string');
      }
    }
    return value as Record<string, string>;
  }

  /** Tags as the service takes them; none if absent. */
  public tags(name: Name<P>, rules: TagRules): Record<string, string> {
    const tags = this.map(name);
    const problem = tagProblem(tags, rules);
    if (problem) {
      throw new ResourceError(`Property '${this.pathOf(name)}': ${problem}`);
    }
    return tags;
  }

  public strings(name: Name<P>, minItems: number, maxItems: number, rule?: StringRule): string[] {
    return this.list(name, minItems, maxItems).map((item, index) => this.asString(`${name}[${index}]`, item, rule));
  }

  /** A list of numbers from `min` to `max`. */
  public integers(name: Name<P>, minItems: number, maxItems: number, min: number, max: number): number[] {
    return this.list(name, minItems, maxItems).map((item, index) => this.asInteger(`${name}[${index}]`, item, min, max));
  }

  public objects<T, N extends Name<P>>(
    name: N, minItems: number, maxItems: number, parse: (reader: PropertyReader<ItemOf<P[N]>>) => T,
  ): T[] {
    return this.list(name, minItems, maxItems).map((item, index) => {
      const reader = new PropertyReader<any>(item as RawProperties, this.pathOf(`${name}[${index}]`));
      const parsed = parse(reader);
      reader.end();
      return parsed;
    });
  }

  public object<T, N extends Name<P>>(name: N, parse: (reader: PropertyReader<NonNullable<P[N]> & object>) => T): T {
    const reader = new PropertyReader<any>(this.take(name) as RawProperties, this.pathOf(name));
    const parsed = parse(reader);
    reader.end();
    return parsed;
  }

  public has(name: Name<P>): boolean {
    return this.raw[name] !== undefined;
  }

  /** Refuses whatever has not been read. */
  public end(): void {
    const unknown = Object.keys(this.raw).filter(name => !this.read.has(name));
    if (unknown.length > 0) {
      const known = Object.entries(this.raw).filter(([name]) => this.read.has(name));
      throw new OtherVersionError(
        `The function does not know the properties ${unknown.map(name => `'${this.pathOf(name)}'`).join(', ')}.`,
        this.path ? undefined : Object.fromEntries(known));
    }
  }

  private list(name: string, minItems: number, maxItems: number): unknown[] {
    const value = this.take(name);
    if (!Array.isArray(value) || value.length < minItems || value.length > maxItems) {
      throw this.refuse(name, value, `must be a list of ${minItems} to ${maxItems} items`);
    }
    return value;
  }

  private asString(name: string, value: unknown, rule?: StringRule): string {
    if (typeof value !== 'string' || value === '') {
      throw this.refuse(name, value, 'must be a non-empty string');
    }
    if (rule && !rule.pattern.test(value)) {
      throw this.refuse(name, value, rule.says);
    }
    return value;
  }

  private asInteger(name: string, value: unknown, min: number, max: number): number {
    const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max) {
      throw this.refuse(name, value, `must be a whole number from ${min} to ${max}`);
    }
    return number;
  }

  private take(name: string): unknown {
    this.read.add(name);
    return this.raw[name];
  }

  private refuse(name: string, value: unknown, rule: string): ResourceError {
    return new ResourceError(`Property '${this.pathOf(name)}' is ${show(value)}, but ${rule}.`);
  }

  private pathOf(name: string): string {
    return this.path ? `${this.path}.${name}` : name;
  }
}

/** The time-out of {@link CommonProperties}; undefined if absent or unreadable, so that an answer always has a deadline. */
export function timeoutSecondsOf(raw: RawProperties): number | undefined {
  const value = Number(raw.TimeoutSeconds);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  if (value === undefined) {
    return 'missing';
  }
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}
