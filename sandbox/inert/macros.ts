import { Inventor } from './inventor';
import { isObject, JsonObject, referencesIn } from '../cloudformation/template';

/** It adds functions, which the model of CloudFormation knows, and no resources of its own. */
const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';
const LOOP = 'Fn::ForEach::';
const POLICIES = ['DeletionPolicy', 'UpdateReplacePolicy'];
const LOOPING_SECTIONS = ['Resources', 'Outputs', 'Conditions'];

/** Stands in for a resource that a macro of the template makes. */
export const MADE_BY_MACRO = 'Rehearsal::MadeByMacro';

/** The template without what macros make of it on AWS: what they add is inert, and listed as made up. */
export function withoutMacros(document: JsonObject, inventor: Inventor): JsonObject {
  const transforms = [document.Transform ?? []].flat().map(String);
  if (transforms.length === 0) {
    return document;
  }
  transforms.filter(name => name !== LANGUAGE_EXTENSIONS).forEach(name => inventor.note('macro', name, 'not applied'));
  const sections = LOOPING_SECTIONS.filter(name => isObject(document[name]))
    .map(name => [name, withoutLoops(document[name] as JsonObject, inventor)] as const);
  const rest = withPlainPolicies({ ...document, ...Object.fromEntries(sections) }, inventor);
  return { ...rest, Resources: { ...rest.Resources as JsonObject | undefined, ...missingResources(rest) } };
}

/** With language extensions, a policy may come from a parameter: it is the default of that, else made up. */
function withPlainPolicies(document: JsonObject, inventor: Inventor): JsonObject {
  const { Resources = {}, Parameters = {} } = document as { Resources?: JsonObject; Parameters?: Record<string, JsonObject> };
  const plain = (id: string, name: string, policy: unknown) => {
    const parameter = isObject(policy) && typeof policy.Ref === 'string' ? Parameters[policy.Ref]?.Default : undefined;
    return [name, parameter ?? inventor.note('policy', `${name} of ${id}`, 'Delete')] as const;
  };
  const entries = Object.entries(Resources).map(([id, resource]) => {
    const computed = isObject(resource) ? POLICIES.filter(name => isObject(resource[name])).map(name => plain(id, name, resource[name])) : [];
    return [id, computed.length === 0 ? resource : { ...resource as JsonObject, ...Object.fromEntries(computed) }];
  });
  return { ...document, Resources: Object.fromEntries(entries) };
}

function withoutLoops(section: JsonObject, inventor: Inventor): JsonObject {
  const loops = Object.keys(section).filter(key => key.startsWith(LOOP));
  loops.forEach(name => inventor.note('loop', name, 'not expanded'));
  return Object.fromEntries(Object.entries(section).filter(([key]) => !loops.includes(key)));
}

/** What the template mentions and neither declares nor makes with a loop. */
function missingResources({ Resources = {}, Parameters = {}, Outputs = {} }: JsonObject): JsonObject {
  const declared = { ...Resources as JsonObject, ...Parameters as JsonObject };
  const dependencies = Object.values(Resources as JsonObject).flatMap(resource => (isObject(resource) && resource.DependsOn) || []);
  const mentioned = new Set([...referencesIn(Resources), ...referencesIn(Outputs), ...dependencies.map(String)]);
  const missing = [...mentioned].filter(id => !id.startsWith('AWS::') && !Object.hasOwn(declared, id));
  return Object.fromEntries(missing.map(id => [id, { Type: MADE_BY_MACRO }]));
}
