import type { JsonObject } from '../../sandbox/cloudformation/template';

/** One thing that can be adopted, read past the API. */
export interface Adoptable {
  /** What `adopt` takes: a name, id or ARN. */
  readonly id: string;
  /** What says whose it is: the value of its owner tag, or the entry that its parent has of it. */
  readonly proof?: string;
  /** All else about it that an adoption without changes leaves alone. */
  readonly state: string;
}

/** What a stack has under a logical id. */
export interface Possession {
  readonly type: string;
  readonly properties: JsonObject;
  readonly attributes: JsonObject;
  readonly owner: string;
}

/** What a service tells of the things that can be adopted. */
export interface AdoptableThings {
  all(now: number): Adoptable[];
  /** The value of `Adopt` for what a stack has; undefined if it can't be adopted. */
  valueOf(possession: Possession, now: number): string | Record<string, string> | undefined;
  /** Takes away what says whose they are, as if they were made by hand. */
  disown(ids: ReadonlySet<string>): void;
  /** The properties that have to be as they are; undefined for those that have to be missing. */
  identity(type: string, properties: JsonObject): JsonObject;
  /** Properties that such a thing can't be adopted with. @returns undefined if all can be changed */
  differing(type: string, properties: JsonObject): JsonObject | undefined;
}

/** Tags as a text, without those that say whose it is. */
export function tagsWithout(tags: Iterable<readonly [string, string]>, isProof: (key: string) => boolean): string {
  return [...tags].filter(([key]) => !isProof(key)).map(tag => tag.join('=')).sort().join(' ');
}

/** Some properties, and undefined for those that are missing. */
export function pick(properties: JsonObject, ...names: string[]): JsonObject {
  return Object.fromEntries(names.map(name => [name, properties[name]]));
}
