import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/** What the schema of a native resource type says. */
export interface ResourceType {
  /** Properties whose change always replaces the resource. */
  readonly createOnly: readonly string[];
  /** Attributes that are lists. */
  readonly lists: readonly string[];
  /** Properties that identify it, e.g. its name. */
  readonly identifier: readonly string[];
}

/** As scripts/resource-types.ts writes it: [create-only, lists, identifier] by type, compressed. */
type Table = Readonly<Record<string, readonly [string[], string[], string[]]>>;

/** In the bundle; the tests read the file that `npx projen bundle` makes. */
declare const RESOURCE_TYPES: string | undefined;

const FILE = join(__dirname, '..', '..', 'assets', 'resource-types.js');

let table: Table | undefined;

/** Undefined for a type that no schema is known of. */
export function resourceType(type: string): ResourceType | undefined {
  table ??= read();
  const [createOnly, lists, identifier] = Object.hasOwn(table, type) ? table[type] : [];
  return createOnly && { createOnly, lists: lists!, identifier: identifier! };
}

function read(): Table {
  return JSON.parse(inflateRawSync(Buffer.from(compressed(), 'base64')).toString());
}

function compressed(): string {
  if (typeof RESOURCE_TYPES === 'string') {
    return RESOURCE_TYPES;
  }
  if (!existsSync(FILE)) {
    throw new Error(`${FILE} is missing. Run \`npx projen bundle\`, which makes it from @aws-cdk/aws-service-spec.`);
  }
  return /'(.*)'/.exec(readFileSync(FILE, 'utf8'))![1];
}
