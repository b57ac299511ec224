import { isDeepStrictEqual } from 'node:util';
import { FUNCTION_ARN } from './plan';
import type { LifecycleFunction } from '../../lambda/lifecycle/function';
import type { CustomResourceEvent } from '../../sandbox/cloudformation/custom-resource';
import type { StackEvent } from '../../sandbox/cloudformation/stack';
import { isObject, type JsonObject } from '../../sandbox/cloudformation/template';

/** What the newer version of the library has and the older one, the code that is tested, does not know. */
export type Novelty = 'property' | 'schema' | 'type';

const NEW_PROPERTY = 'AddedLater';
const NEW_SCHEMA = '2';
const NEW_TYPE_SUFFIX = 'AddedLater';

/** A template as the newer library writes it. A resource keeps its type where the older one has made it. */
export function renewed(template: JsonObject, novelty: Novelty, known: ReadonlySet<string>): JsonObject {
  const resources = Object.entries(template.Resources as Record<string, JsonObject>).map(([logicalId, resource]) => {
    const isOurs = (resource.Properties as JsonObject | undefined)?.ServiceToken === FUNCTION_ARN;
    return [logicalId, isOurs ? renewedResource(resource, novelty, known.has(logicalId)) : resource];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}

function renewedResource(resource: JsonObject, novelty: Novelty, isKnown: boolean): JsonObject {
  const properties = resource.Properties as JsonObject;
  switch (novelty) {
    case 'property': return { ...resource, Properties: { ...properties, [NEW_PROPERTY]: 'yes' } };
    case 'schema': return { ...resource, Properties: { ...properties, Schema: NEW_SCHEMA } };
    case 'type': return isKnown ? resource : { ...resource, Type: `${String(resource.Type)}${NEW_TYPE_SUFFIX}` };
  }
}

/** The type under which the older version would know a resource. */
export function olderType(type: string): string {
  return type.endsWith(NEW_TYPE_SUFFIX) ? type.slice(0, -NEW_TYPE_SUFFIX.length) : type;
}

/**
 * The function of a version. The newer one is the tested code that does not see what is new; the older one is the tested code
 * that does, even in what the newer one has begun.
 *
 * @param versionNow of the stack that the event is about
 */
export function versioned(
  code: LifecycleFunction, originalOf: (event: unknown) => CustomResourceEvent, versionNow: (stackId: string) => number,
): LifecycleFunction {
  return (event, context) => {
    const original = originalOf(event);
    return code(seenBy(versionNow(original.StackId), event, original), context);
  };
}

function seenBy(version: number, event: unknown, original: CustomResourceEvent): unknown {
  const type = version === 2 ? olderType(original.ResourceType) : original.ResourceType;
  const see = (value: unknown, key?: string): unknown => {
    if (key === 'ResourceType' || key === 'resourceType') {
      return type;
    }
    if (Array.isArray(value)) {
      return value.map(item => see(item));
    }
    if (!isObject(value)) {
      return value;
    }
    // An event has a service token of its own.
    return 'ServiceToken' in value && !('RequestType' in value) ? seenProperties(version, value, original)
      : Object.fromEntries(Object.entries(value).map(([name, member]) => [name, see(member, name)]));
  };
  return see(event);
}

function seenProperties(version: number, properties: JsonObject, { ResourceProperties, OldResourceProperties }: CustomResourceEvent): JsonObject {
  const hidden = withoutNovelty(properties);
  if (version === 2) {
    return hidden;
  }
  return [ResourceProperties, OldResourceProperties]
    .find(candidate => candidate && isDeepStrictEqual(withoutNovelty(candidate), hidden)) ?? properties;
}

function withoutNovelty({ [NEW_PROPERTY]: _, ...properties }: JsonObject): JsonObject {
  return properties.Schema === NEW_SCHEMA ? { ...properties, Schema: '1' } : properties;
}

/** Which version of the function each stack has: CloudFormation changes the function first, and restores it first. */
export class DeployedVersions {
  private readonly asked = new Map<string, number>();
  private readonly current = new Map<string, number>();
  private readonly complete = new Map<string, number>();

  public of(stackName: string): number {
    return this.current.get(stackName) ?? 1;
  }

  /** The version of the deployment that is about to begin. */
  public ask(stackName: string, version: number): void {
    this.asked.set(stackName, version);
  }

  public takeEvent({ stackName, logicalId, status }: StackEvent): void {
    if (logicalId !== stackName) {
      return;
    }
    if (/^(CREATE|UPDATE)_IN_PROGRESS$/.test(status)) {
      this.current.set(stackName, this.asked.get(stackName) ?? 1);
    } else if (status === 'UPDATE_ROLLBACK_IN_PROGRESS') {
      this.current.set(stackName, this.complete.get(stackName) ?? 1);
    } else if (/^(CREATE|UPDATE)_COMPLETE$/.test(status)) {
      this.complete.set(stackName, this.of(stackName));
    }
  }

  /** Every stack gets the newer version. */
  public renewAll(): void {
    this.current.forEach((_, stackName) => this.current.set(stackName, 2));
    this.complete.forEach((_, stackName) => this.complete.set(stackName, 2));
  }
}
