import * as fs from 'node:fs';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { run } from './process';

const TEMPLATE = '.template.json';

type Template = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** How the templates of an app differ from those expected, as sentences. Asset hashes count: the same files have the same. */
export function differences(expected: string, actual: string): string[] {
  const [expectedTemplates, actualTemplates] = [templatesIn(expected), templatesIn(actual)];
  const names = new Set([...expectedTemplates.keys(), ...actualTemplates.keys()]);
  return [...names].flatMap(name => {
    const [wanted, found] = [expectedTemplates.get(name), actualTemplates.get(name)];
    if (!wanted || !found) {
      return [`${name}: ${found ? 'not expected' : 'missing'}`];
    }
    return templateDifferences(wanted, found).map(difference => `${name}: ${difference}`);
  });
}

/** Checks that each function's asset is what AWS Lambda needs: `index.js` with a `handler`. */
export async function checkHandlers(assembly: string): Promise<void> {
  const assets = functionAssets(assembly);
  if (assets.length === 0) {
    throw new Error(`No template in ${assembly} has a function with an asset.`);
  }
  for (const asset of assets) {
    const type = await run(process.execPath, ['--print', 'typeof require("./index.js").handler'], { directory: asset });
    if (type.trim() !== 'function') {
      throw new Error(`The asset ${asset} exports no handler: its type is ${type.trim()}.`);
    }
  }
}

function templatesIn(assembly: string): Map<string, Template> {
  const files = fs.readdirSync(assembly).filter(file => file.endsWith(TEMPLATE));
  if (files.length === 0) {
    throw new Error(`${assembly} has no templates: the app has not synthesized.`);
  }
  return new Map(files.map(file => [
    file.slice(0, -TEMPLATE.length), JSON.parse(fs.readFileSync(path.join(assembly, file), 'utf8')) as Template,
  ]));
}

function templateDifferences(wanted: Template, found: Template): string[] {
  const sections = new Set([...Object.keys(wanted), ...Object.keys(found)]);
  return [...sections].flatMap(section => {
    const [wantedSection, foundSection] = [wanted[section] ?? {}, found[section] ?? {}];
    const names = new Set([...Object.keys(wantedSection), ...Object.keys(foundSection)]);
    return [...names]
      .filter(name => !isDeepStrictEqual(wantedSection[name], foundSection[name]))
      .map(name => `${section}.${name} is ${JSON.stringify(foundSection[name])} instead of ${JSON.stringify(wantedSection[name])}`);
  });
}

interface FunctionResource {
  readonly Type: string;
  readonly Properties: { readonly Code: { readonly S3Key?: string } };
}

function functionAssets(assembly: string): string[] {
  const resources = [...templatesIn(assembly).values()].flatMap(({ Resources }) => Object.values(Resources) as FunctionResource[]);
  const keys = resources
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .flatMap(({ Properties: { Code: { S3Key } } }) => S3Key ?? []);
  return [...new Set(keys)].map(key => path.join(assembly, `asset.${path.parse(key).name}`));
}
