import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { run } from './process';

/** Silences the banner of jsii's tools about the age of Node.js 20, which they support. */
const ENVIRONMENT = { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };

/** What the project says about itself, in package.json. */
interface Manifest {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** What of the jsii assembly is needed here. */
export interface Assembly {
  readonly name: string;
  readonly types: Readonly<Record<string, { readonly name: string }>>;
  readonly targets: { readonly java: { readonly maven: { readonly groupId: string; readonly artifactId: string } } };
}

/**
 * A new folder outside the project, so that no consumer finds by accident what its package lacks. The packages are in it,
 * and one empty folder for each consumer.
 */
export class Workspace {
  public readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'packages-'));
  private readonly packages = path.join(this.directory, 'packages');
  public readonly version: string;
  /** The oldest AWS CDK that the library supports, which is the one it is developed with. */
  public readonly cdkVersion: string;
  public readonly constructsVersion: string;

  constructor(public readonly project: string) {
    const manifest = JSON.parse(fs.readFileSync(path.join(project, 'package.json'), 'utf8')) as Manifest;
    this.version = manifest.version;
    this.cdkVersion = manifest.devDependencies['aws-cdk-lib'];
    this.constructsVersion = manifest.devDependencies.constructs;
  }

  /** The assembly that jsii has compiled. */
  public assembly(): Assembly {
    const file = path.join(this.project, '.jsii');
    if (!fs.existsSync(file) || !fs.existsSync(path.join(this.project, 'assets'))) {
      throw new Error('The library is not compiled: there is no .jsii, or no assets. Run `npx projen pre-compile` and `npx projen compile`.');
    }
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Assembly;
  }

  /** Makes the package of a language, and gives the folder that it is in. */
  public async pacmak(target: string, ...options: string[]): Promise<string> {
    await run(this.tool('jsii-pacmak'), ['--target', target, '--outdir', this.packages, '--no-npmignore', ...options],
      { directory: this.project, environment: ENVIRONMENT });
    return this.packagesOf(target);
  }

  public packagesOf(target: string): string {
    return path.join(this.packages, target);
  }

  /** A program of the project's own dependencies. */
  public tool(name: string): string {
    return path.join(this.project, 'node_modules', '.bin', name);
  }

  /** The folder of a consumer, with a copy of its sources. */
  public consumer(language: string): string {
    const directory = path.join(this.directory, `${language}-consumer`);
    if (!fs.existsSync(directory)) {
      fs.cpSync(this.consumerSources(language), directory, { recursive: true });
    }
    return directory;
  }

  public consumerSources(language: string): string {
    return path.join(this.project, 'test', 'consumer', language);
  }

  /** Runs an app and gives the folder of its cloud assembly. */
  public async synthesize(program: string, args: readonly string[], directory: string): Promise<string> {
    const assembly = fs.mkdtempSync(path.join(this.directory, 'assembly-'));
    await run(program, args, { directory, environment: { ...this.appEnvironment(), CDK_OUTDIR: assembly } });
    return assembly;
  }

  /** What an app needs in its environment. */
  public appEnvironment(): Readonly<Record<string, string>> {
    return { ...ENVIRONMENT, CDK_VALIDATION: 'false' };
  }

  public remove(): void {
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The one entry of a folder, or the one whose name ends so. */
export function onlyEntry(directory: string, suffix = ''): string {
  const entries = fs.readdirSync(directory).filter(entry => entry.endsWith(suffix));
  if (entries.length !== 1) {
    throw new Error(`${directory} should have one entry *${suffix}, but has ${entries.length}: ${entries.join(', ')}`);
  }
  return path.join(directory, entries[0]);
}
