import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { NotRehearsed } from './report';
import { handlerFolder, OUR_TYPES } from './resource-kinds';
import { Assembly, AssemblyStack } from '../../sandbox/cloudformation/assembly';
import { isObject, JsonObject, referencesIn } from '../../sandbox/cloudformation/template';

/** A version of an app. */
export interface RehearsedApp {
  readonly stacks: readonly AssemblyStack[];
  /** Of the stacks and of those nested in them. */
  readonly templates: readonly JsonObject[];
  assetPath(objectKey: string): string | undefined;
}

interface Declaration {
  readonly Type?: string;
  readonly Properties?: JsonObject;
}

const TEMPLATE_SUFFIX = /(\.template)?\.(json|ya?ml)$/;
const ROLE_USERS = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'];

/**
 * Reads a cloud assembly, or templates alone as they can be read from deployed stacks: a file, or a directory of files, each
 * named like its stack.
 *
 * @param sibling the other version, which says where the stacks of templates are
 * @throws NotRehearsed if it is neither
 */
export function readApp(path: string, sibling?: RehearsedApp): RehearsedApp {
  if (!existsSync(path)) {
    throw new NotRehearsed(`There is no ${path}. Run \`cdk synth --output ${path}\` first.`);
  }
  if (existsSync(join(path, 'manifest.json'))) {
    return readAssembly(path);
  }
  if (!sibling) {
    throw new NotRehearsed(`${path} is no cloud assembly: it has no manifest.json. Pass the output directory of \`cdk synth\`.`);
  }
  const files = statSync(path).isDirectory()
    ? readdirSync(path).filter(file => TEMPLATE_SUFFIX.test(file)).map(file => join(path, file)) : [path];
  const stacks = files.flatMap(file => readTemplate(file, sibling));
  if (stacks.length === 0) {
    const names = sibling.stacks.map(({ stackName }) => `${stackName}.template.json`).join(', ');
    throw new NotRehearsed(`${path} is no cloud assembly, which has a manifest.json, and no template of a stack of the new version: ${names}. `
      + 'Pass the output directory of `cdk synth`, or name the template like its stack.');
  }
  return { stacks, templates: stacks.map(({ template }) => template), assetPath: () => undefined };
}

function readAssembly(path: string): RehearsedApp {
  let assembly: Assembly;
  try {
    assembly = new Assembly(path);
  } catch (error) {
    throw new NotRehearsed(`${path} is no complete cloud assembly: ${(error as Error).message} Run \`cdk synth --output ${path}\` again.`);
  }
  if (assembly.stacks.length === 0) {
    throw new NotRehearsed(`The cloud assembly ${path} has no stacks.`);
  }
  return assembly;
}

/** The file may have the whole answer of `aws cloudformation get-template`. */
function readTemplate(file: string, sibling: RehearsedApp): AssemblyStack[] {
  const name = basename(file).replace(TEMPLATE_SUFFIX, '');
  const stack = sibling.stacks.find(({ id, stackName }) => name === stackName || name === id);
  if (!stack) {
    return [];
  }
  const answer = parse(file);
  const template = isObject(answer) && isObject(answer.TemplateBody) ? answer.TemplateBody : answer;
  if (!isObject(template) || !isObject(template.Resources)) {
    throw new NotRehearsed(`${file} is no template: it has no Resources.`);
  }
  return [{ ...stack, template }];
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new NotRehearsed(`${file} is not valid JSON: ${(error as Error).message}.`);
  }
}

/** Logical ids of the functions, state machines, roles and policies that our custom resources need. */
export function infrastructureOf(templates: readonly JsonObject[]): Set<string> {
  return new Set(templates.flatMap(template => [...infrastructureIn(resourcesOf(template))]));
}

function infrastructureIn(resources: ReadonlyMap<string, Declaration>): Set<string> {
  const found = new Set<string>();
  const add = (value: unknown) => [...referencesIn(value)].filter(id => resources.has(id)).forEach(id => found.add(id));
  const all = [...resources.values()];
  all.filter(({ Type }) => OUR_TYPES.has(String(Type))).forEach(({ Properties }) => add(Properties?.ServiceToken));
  propertiesOf(resources, found, 'AWS::Lambda::Function').forEach(({ Role, Environment }) => add([Role, Environment]));
  propertiesOf(resources, found, 'AWS::StepFunctions::StateMachine').forEach(({ RoleArn }) => add(RoleArn));
  propertiesOf(resources, found, 'AWS::IAM::Role').forEach(({ ManagedPolicyArns }) => add(ManagedPolicyArns));
  resources.forEach(({ Type, Properties }, id) => {
    if (ROLE_USERS.includes(String(Type)) && [...referencesIn(Properties?.Roles ?? [])].some(role => found.has(role))) {
      found.add(id);
    }
  });
  return found;
}

function propertiesOf(resources: ReadonlyMap<string, Declaration>, ids: ReadonlySet<string>, type: string): JsonObject[] {
  return [...resources].filter(([id, { Type }]) => Type === type && ids.has(id)).map(([, { Properties = {} }]) => Properties);
}

export function resourcesOf(template: JsonObject): Map<string, Declaration> {
  return new Map(Object.entries((template.Resources ?? {}) as Record<string, Declaration>).filter(([, declaration]) => isObject(declaration)));
}

/** Whether the app itself makes a value: names of exports, outputs and SSM parameters that its templates declare. */
export function declaredNames(templates: readonly JsonObject[]): Set<string> {
  const names = templates.flatMap(template => [
    ...Object.values((template.Outputs ?? {}) as Record<string, JsonObject>)
      .map(({ Export }) => `export ${String((Export as JsonObject | undefined)?.Name)}`),
    ...[...resourcesOf(template).values()].filter(({ Type }) => Type === 'AWS::SSM::Parameter')
      .map(({ Properties }) => `SSM parameter ${String(Properties?.Name)}`),
    ...[...resourcesOf(template).values()].filter(({ Type }) => Type === 'Custom::CrossRegionExportWriter')
      .flatMap(({ Properties }) => Object.keys((Properties?.WriterProps as { exports?: object } | undefined)?.exports ?? {}))
      .map(name => `SSM parameter ${name}`),
  ]);
  return new Set(names);
}

/** Code that stands in for that of a function of ours whose asset is not there. */
export interface Substitute {
  readonly logicalId: string;
  readonly directory: string;
}

/**
 * Substitutes by the keys of the assets that are not there: the code of the function with the same logical id in the new
 * version, else the one that this package carries.
 */
export function substitutes(apps: readonly RehearsedApp[], infrastructure: ReadonlySet<string>): Map<string, Substitute> {
  const all = apps.flatMap(app => ourFunctions(app, infrastructure));
  const present = new Map(all.filter(({ directory }) => directory !== undefined).map(({ logicalId, directory }) => [logicalId, directory!]));
  return new Map(all.filter(({ directory }) => directory === undefined).map(({ key, logicalId, service }) =>
    [key, { logicalId, directory: present.get(logicalId) ?? packagedHandler(service) }]));
}

interface OurFunction {
  readonly logicalId: string;
  readonly key: string;
  readonly directory?: string;
  readonly service: string;
}

function ourFunctions(app: RehearsedApp, infrastructure: ReadonlySet<string>): OurFunction[] {
  return app.templates.flatMap(template => [...resourcesOf(template)]
    .filter(([id, { Type }]) => Type === 'AWS::Lambda::Function' && infrastructure.has(id))
    .map(([logicalId, { Properties }]) => {
      const key = String((Properties?.Code as JsonObject | undefined)?.S3Key);
      const directory = app.assetPath(key);
      return { logicalId, key, directory: directory && existsSync(directory) ? directory : undefined, service: serviceOf(template, logicalId) };
    }));
}

/** Folder of the handlers of the resource types whose function this is. */
function serviceOf(template: JsonObject, logicalId: string): string {
  const served = [...resourcesOf(template).values()].find(({ Type, Properties }) =>
    OUR_TYPES.has(String(Type)) && referencesIn(Properties?.ServiceToken).has(logicalId));
  return handlerFolder(String(served?.Type));
}

/** The bundle of the command line is beside those of the handlers; so are they in the repository. */
function packagedHandler(service: string): string {
  const candidates = ['../../lambda', '../../assets/lambda'].map(folder => join(__dirname, folder, service, 'index'));
  return candidates.find(directory => existsSync(join(directory, 'index.js'))) ?? candidates[0];
}
