import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';

export type Tags = Readonly<Record<string, string>>;

/** The change that brings tags to what is declared. */
export interface TagDifference {
  readonly set: Tags;
  readonly remove: readonly string[];
}

/** What is declared, and the tag that says whose it is. */
export function withOwner(tags: Tags, owner: string): Tags {
  return { ...tags, [OWNER_TAG_KEY]: owner };
}

export function isOwnedBy(owner: string, tags: Tags | undefined): boolean {
  return tags?.[OWNER_TAG_KEY] === owner;
}

/** As most services take tags. */
export function toTagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** @returns the name of a thing that has no owner tag at all; undefined if it has one, or is not there */
export function untagged(name: string, tags: Tags | undefined): string | undefined {
  return tags && tags[OWNER_TAG_KEY] === undefined ? name : undefined;
}

/**
 * The difference between the tags that are there and those that are wanted. Only a tag that was declared before is
 * removed, so that what other people and tools have tagged stays; the owner tag is never part of it.
 */
export function tagDifference(present: Tags, wanted: Tags, declaredBefore: Tags): TagDifference {
  const set = Object.entries(wanted).filter(([key, value]) => key !== OWNER_TAG_KEY && present[key] !== value);
  const remove = Object.keys(declaredBefore)
    .filter(key => key !== OWNER_TAG_KEY && !(key in wanted) && key in present);
  return { set: Object.fromEntries(set), remove };
}
