import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { differences } from './cloud-assembly';
import type { Workspace } from './workspace';
import { deployAndRemove } from '../../demo/deploy-and-remove';

/** Nothing calls the functions of the examples, so they need not be bundled. */
export const CONTEXT = { 'aws:cdk:bundling-stacks': [] };

/** Context that an example reads besides. What it declares then is compared, but not deployed. */
const FURTHER_CONTEXT: Readonly<Record<string, Context>> = { 'adopt-endpoint': { adopt: 'true' } };

type Context = Readonly<Record<string, unknown>>;

// CloudFormation Validate takes seconds; test/validation.test.ts runs it on the examples.
process.env.CDK_VALIDATION ??= 'false';

const SHOWN_DIFFERENCES = 3;

const load = createRequire(__filename);

/** Folders of the examples that are written in a language, which have a folder of that name. */
export function examplesIn(workspace: Workspace, language: string): string[] {
  const examples = path.join(workspace.project, 'examples');
  return fs.readdirSync(examples).map(name => path.join(examples, name)).filter(example => fs.existsSync(path.join(example, language)));
}

/** The examples that read context of their own, each with all that it reads. */
export function variantsOf(examples: readonly string[]): [example: string, context: Context][] {
  return examples.flatMap(example => {
    const further = FURTHER_CONTEXT[path.basename(example)];
    return further ? [[example, { ...CONTEXT, ...further }]] : [];
  });
}

/** Compares an example in another language with the one in TypeScript; if they are equal, deploys it in the sandbox and removes it. */
export async function checkExample(example: string, assembly: string, workspace: Workspace): Promise<void> {
  compareExample(example, assembly, workspace);
  await deployAndRemove(assembly);
}

/** Compares an example in another language with the one in TypeScript. */
export function compareExample(example: string, assembly: string, workspace: Workspace, context: Context = CONTEXT): void {
  const found = differences(synthesize(example, workspace, context), assembly);
  if (found.length > 0) {
    throw new Error(`${path.basename(example)} is not what it is in TypeScript:\n${found.slice(0, SHOWN_DIFFERENCES).join('\n')}`);
  }
}

function synthesize(example: string, workspace: Workspace, context: Context): string {
  const declarations = load(path.join(example, 'main')) as Readonly<Record<string, (app: App) => App>>;
  const name = path.basename(example).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const outdir = fs.mkdtempSync(path.join(workspace.directory, 'assembly-'));
  return declarations[name](new App({ outdir, context })).synth().directory;
}
