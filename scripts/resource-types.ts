import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

/** esbuild injects it into the bundle of the command line; sandbox/inert/resource-types.ts reads it in the tests. */
export const RESOURCE_TYPES_FILE = 'assets/resource-types.js';

/**
 * What the schemas of all native resource types say about replacement and lists, compressed: [create-only properties, attributes
 * that are lists, properties that identify the resource] by type. A property whose change may or may not replace the resource
 * does not count as create-only.
 */
export function resourceTypes(): string {
  const entries = loadAwsServiceSpecSync().all('resource').map(({ cloudFormationType, properties, attributes, primaryIdentifier }) => {
    const createOnly = Object.keys(properties).filter(name => properties[name].causesReplacement === 'yes');
    const lists = Object.keys(attributes).filter(name => attributes[name].type.type === 'array');
    // Only what the template can set: an id that the service makes is never in the way of a replacement.
    const identifier = (primaryIdentifier ?? []).every(name => name in properties) ? primaryIdentifier : [];
    return [cloudFormationType, [createOnly.sort(), lists.sort(), identifier]] as const;
  });
  const sorted = entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return deflateRawSync(JSON.stringify(Object.fromEntries(sorted)), { level: 9 }).toString('base64');
}

if (require.main === module) {
  const file = join(resolve(__dirname, '..'), RESOURCE_TYPES_FILE);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `export const RESOURCE_TYPES = '${resourceTypes()}';\n`);
}
