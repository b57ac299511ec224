import type { Clients } from './clients';
import type { Comparison, Difference } from './report';
import type { ResolvedProperties } from './stack-values';
import type { Attributes, Location, ResourceHandler } from '../../lambda/lifecycle/handler';

/** A resource of a stack that is to be compared. */
export interface Subject extends ResolvedProperties {
  readonly physicalId: string;
  readonly logicalId: string;
  /** Value of the owner tag. */
  readonly owner: string;
  readonly location: Location;
}

/** What a comparison found, and what other resources may refer to. */
export interface Compared extends Comparison {
  readonly attributes?: Attributes;
}

/** One property: what is declared and what the service shows. */
export interface Shown {
  readonly property: string;
  readonly declared: unknown;
  readonly actual: unknown;
}

/**
 * Says property by property what the service shows. A type without it is compared all the same: by what its model would change. Its
 * declared properties are named as in the template, so that one whose value is not known can be left out.
 */
export type Show<D, O> = (thing: O, declaration: D, subject: Subject) => readonly Shown[] | Promise<readonly Shown[]>;

/** A resource type, and how it is compared: as a model, or by a function of its own. */
export interface ResourceType {
  readonly handler: ResourceHandler<any>;
  readonly show?: Show<any, any>;
  /** For what is no thing of one model. @default - the model, or the look of a type that only reads */
  readonly compare?: (subject: Subject) => Promise<Compared>;
}

/** The resource types of one service in a Region. */
export type ResourceTypes = (clients: Clients, region: string) => Record<string, ResourceType>;

/** The handlers of a service, each with what shows its properties. */
export function resourceTypes(
  handlers: Record<string, ResourceHandler<any>>, more: Record<string, Pick<ResourceType, 'show' | 'compare'>> = {},
): Record<string, ResourceType> {
  return Object.fromEntries(Object.entries(handlers).map(([type, handler]) => [type, { handler, ...more[type] }]));
}

/** Those that differ. */
export function differencesOf(shown: readonly Shown[]): Difference[] {
  return shown
    .map(({ property, declared, actual }) => ({ property, declared: textOf(declared), actual: textOf(actual) }))
    .filter(({ declared, actual }) => declared !== actual);
}

/** Tags that are declared and differ. Those of others stay. */
export function tagsShown(declared: Readonly<Record<string, string>>, actual: Readonly<Record<string, string>>, suffix: string = ''): Shown[] {
  return Object.entries(declared).map(([key, value]) => ({ property: `Tags.${key}${suffix}`, declared: value, actual: actual[key] }));
}

/** Whether a property is among those whose declared value is not known. */
export function isUnknown({ property = '' }: Pick<Difference, 'property'>, { unknown }: Pick<Subject, 'unknown'>): boolean {
  return unknown.has(/^\w*/.exec(property)![0]);
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === '') {
    return undefined;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
