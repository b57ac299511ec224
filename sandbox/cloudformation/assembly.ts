import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConstructPaths, constructPaths } from './construct-paths';
import { isObject, JsonObject } from './template';

/** A stack of a cloud assembly. */
export interface AssemblyStack {
  /** Path of the stack in the app, e.g. `Prod/Mail`. */
  readonly id: string;
  readonly stackName: string;
  /** Undefined for a stack that is not bound to an environment. */
  readonly region?: string;
  readonly account?: string;
  readonly template: JsonObject;
  readonly parameters: Record<string, string>;
  /** Ids of the stacks that must be deployed before. */
  readonly dependencies: readonly string[];
  /** Of constructs in the stack, and in those that are nested in it. */
  readonly paths: ConstructPaths;
}

/** What of `manifest.json` is needed here; it has been stable since the first version of the CDK. */
interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly displayName?: string;
  readonly metadata?: Metadata;
  /** Newer versions of the CDK write the metadata to a file of their own. */
  readonly additionalMetadataFile?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly parameters?: Record<string, string>;
    /** Of an asset manifest. */
    readonly file?: string;
    /** Of the assembly of a stage. */
    readonly directoryName?: string;
  };
}

type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

interface AssetManifest {
  readonly files?: Record<string, {
    readonly source: { readonly path?: string };
    readonly destinations: Record<string, { readonly objectKey: string }>;
  }>;
}

const MANIFEST = 'manifest.json';
const UNKNOWN = ['unknown-account', 'unknown-region'];

/** A cloud assembly directory, as `cdk synth` leaves it. */
export class Assembly {
  /** In an order in which they can be deployed, those of stages included. */
  public readonly stacks: readonly AssemblyStack[];
  private readonly assets = new Map<string, string>();

  constructor(directory: string) {
    const found: AssemblyStack[] = [];
    this.read(directory, found);
    this.stacks = inDeploymentOrder(found);
  }

  /** Of the stacks and of the stacks that are nested in them. */
  public get templates(): JsonObject[] {
    const nested = [...this.assets.values()].filter(file => file.endsWith('.template.json') && existsSync(file));
    return [...this.stacks.map(({ template }) => template), ...nested.map(file => readJson(file) as JsonObject)];
  }

  /** Directory or file of the asset that would be published under this key. */
  public assetPath(objectKey: string): string | undefined {
    return this.assets.get(objectKey);
  }

  /** The stacks with these ids or names and everything that they depend on; without names all. */
  public select(names?: readonly string[]): AssemblyStack[] {
    if (!names) {
      return [...this.stacks];
    }
    const selected = new Set<string>();
    const add = (stack: AssemblyStack) => {
      selected.add(stack.id);
      this.stacks.filter(({ id }) => stack.dependencies.includes(id)).forEach(add);
    };
    names.forEach(name => add(this.require(name)));
    return this.stacks.filter(stack => selected.has(stack.id));
  }

  /** @throws Error if there is no stack with this id or name */
  public require(name: string): AssemblyStack {
    const found = this.stacks.find(stack => stack.id === name || stack.stackName === name);
    if (!found) {
      throw new Error(`The cloud assembly has no stack '${name}'. It has ${this.stacks.map(stack => stack.id).join(', ')}.`);
    }
    return found;
  }

  private read(directory: string, found: AssemblyStack[]): void {
    const { artifacts = {} } = readManifest(directory);
    const displayNames = (id: string) => artifacts[id]?.displayName ?? id;
    for (const [id, artifact] of Object.entries(artifacts)) {
      const { type, properties = {} } = artifact;
      if (type === 'aws:cloudformation:stack') {
        found.push(readStack(directory, id, artifact, displayNames));
      } else if (type === 'cdk:cloud-assembly') {
        this.read(join(directory, properties.directoryName!), found);
      } else if (type === 'cdk:asset-manifest') {
        this.readAssets(join(directory, properties.file!));
      }
    }
  }

  private readAssets(file: string): void {
    const manifest = readJson(file) as AssetManifest;
    for (const { source, destinations } of Object.values(manifest.files ?? {})) {
      for (const { objectKey } of Object.values(destinations)) {
        if (source.path !== undefined) {
          this.assets.set(objectKey, resolve(dirname(file), source.path));
        }
      }
    }
  }
}

function readManifest(directory: string): Manifest {
  const file = join(directory, MANIFEST);
  if (!existsSync(file)) {
    throw new Error(`${directory} is not a cloud assembly: it has no ${MANIFEST}. Run \`cdk synth\` and pass its output directory, cdk.out.`);
  }
  return readJson(file) as Manifest;
}

function readStack(directory: string, id: string, artifact: Artifact, displayName: (id: string) => string): AssemblyStack {
  const { environment = '', dependencies = [], properties = {} } = artifact;
  const [, account, region] = /^aws:\/\/([^/]*)\/(.*)$/.exec(environment) ?? [];
  return {
    id: displayName(id),
    stackName: properties.stackName ?? id,
    region: known(region),
    account: known(account),
    template: readJson(join(directory, properties.templateFile!)) as JsonObject,
    parameters: properties.parameters ?? {},
    // Those on asset manifests lead to no stack.
    dependencies: dependencies.map(displayName),
    paths: readPaths(displayName(id), metadataOf(directory, artifact)),
  };
}

function metadataOf(directory: string, { additionalMetadataFile, metadata = {} }: Artifact): Metadata {
  return additionalMetadataFile === undefined
    ? metadata : { ...metadata, ...readJson(join(directory, additionalMetadataFile)) as Metadata };
}

function readPaths(stackId: string, metadata: Metadata): ConstructPaths {
  return constructPaths(stackId, Object.entries(metadata).flatMap(([path, records]) => records
    .filter(({ type }) => type === 'aws:cdk:logicalId')
    .map(({ data }) => [path, String(data)] as const)));
}

function known(name: string | undefined): string | undefined {
  return name === undefined || UNKNOWN.includes(name) ? undefined : name;
}

/** Each stack behind those that it depends on. */
function inDeploymentOrder(stacks: readonly AssemblyStack[]): AssemblyStack[] {
  const byId = new Map(stacks.map(stack => [stack.id, stack]));
  const ordered = new Set<AssemblyStack>();
  const add = (stack: AssemblyStack, path: readonly AssemblyStack[]) => {
    if (path.includes(stack)) {
      throw new Error(`The stacks ${path.map(({ id }) => id).join(', ')} of the cloud assembly depend on each other.`);
    }
    stack.dependencies.forEach(id => byId.has(id) && add(byId.get(id)!, [...path, stack]));
    ordered.add(stack);
  };
  stacks.forEach(stack => add(stack, []));
  return [...ordered];
}

/** @throws Error that names the file if it is missing, or is no JSON object */
function readJson(file: string): unknown {
  if (!existsSync(file)) {
    throw new Error(`There is no ${file}.`);
  }
  const text = readFileSync(file, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not valid JSON: ${(error as Error).message}.`);
  }
  if (!isObject(value)) {
    throw new Error(`${file} has no JSON object.`);
  }
  return value;
}
