import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  AssetManifestArtifact, CloudAssembly, CloudFormationStackArtifact, UNKNOWN_ACCOUNT, UNKNOWN_REGION,
} from 'aws-cdk-lib/cx-api';
import { JsonObject } from './template';

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
}

interface AssetManifest {
  readonly files?: Record<string, {
    readonly source: { readonly path?: string };
    readonly destinations: Record<string, { readonly objectKey: string }>;
  }>;
}

/** A cloud assembly directory, as `cdk synth` leaves it. */
export class Assembly {
  /** In an order in which they can be deployed, those of stages included. */
  public readonly stacks: readonly AssemblyStack[];
  private readonly assets = new Map<string, string>();

  constructor(directory: string) {
    // A newer CDK may have written it: what is read here has been stable since its first version.
    const assembly = new CloudAssembly(directory, { skipVersionCheck: true, skipEnumCheck: true });
    const artifacts = assembly.stacksRecursively;
    this.stacks = artifacts.map(readStack);
    this.readAssets(assembly);
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
      stack.dependencies.forEach(id => add(this.require(id)));
    };
    names.forEach(name => add(this.require(name)));
    return this.stacks.filter(stack => selected.has(stack.id));
  }

  private require(name: string): AssemblyStack {
    const found = this.stacks.find(stack => stack.id === name || stack.stackName === name);
    if (!found) {
      throw new Error(`The cloud assembly has no stack '${name}'. It has ${this.stacks.map(stack => stack.id).join(', ')}.`);
    }
    return found;
  }

  private readAssets(assembly: CloudAssembly): void {
    const manifests = assembly.artifacts.filter(AssetManifestArtifact.isAssetManifestArtifact);
    manifests.forEach(manifest => this.readManifest(manifest.file));
    assembly.nestedAssemblies.forEach(nested => this.readAssets(nested.nestedAssembly));
  }

  private readManifest(file: string): void {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as AssetManifest;
    for (const { source, destinations } of Object.values(manifest.files ?? {})) {
      for (const { objectKey } of Object.values(destinations)) {
        if (source.path !== undefined) {
          this.assets.set(objectKey, resolve(dirname(file), source.path));
        }
      }
    }
  }
}

function readStack(artifact: CloudFormationStackArtifact): AssemblyStack {
  const { region, account } = artifact.environment;
  return {
    id: artifact.hierarchicalId,
    stackName: artifact.stackName,
    region: region === UNKNOWN_REGION ? undefined : region,
    account: account === UNKNOWN_ACCOUNT ? undefined : account,
    template: artifact.template as JsonObject,
    parameters: artifact.parameters,
    dependencies: artifact.dependencies
      .filter(dependency => dependency instanceof CloudFormationStackArtifact)
      .map(dependency => (dependency as CloudFormationStackArtifact).hierarchicalId),
  };
}
