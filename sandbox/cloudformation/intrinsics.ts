import { cidrBlocks } from './cidr';
import { isObject, JsonObject, MisusedFunction, splitGetAtt, SUB_VARIABLE, ValidationError } from './template';

/** What the intrinsic functions of a stack can see. */
export interface Scope {
  /** `AWS::Region` and so on. */
  readonly pseudoParameters: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly mappings: JsonObject;
  readonly conditions: JsonObject;
  /** What `Ref` of a resource gives. */
  reference(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  importValue(exportName: string): unknown;
  /** `Fn::GetStackOutput`, the weak reference to another stack of the account. */
  stackOutput(region: string, stackName: string, outputName: string): unknown;
  /** `{{resolve:ssm:name}}`. */
  parameterStoreValue(name: string): string;
  /** A value for what this model does not know. Without it that is an error. */
  invent?(kind: string, name: string): string | undefined;
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

/** As many as the largest Regions have. */
const ZONES = ['a', 'b', 'c', 'd', 'e', 'f'];

const CONDITION_FUNCTIONS: Record<string, (argument: unknown, scope: Scope) => boolean> = {
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list('Fn::Equals', argument, 2).map(item => resolve(item, scope));
    return text(left) === text(right);
  },
  'Fn::And': (argument, scope) => list('Fn::And', argument).every(item => evaluate(item, scope)),
  'Fn::Or': (argument, scope) => list('Fn::Or', argument).some(item => evaluate(item, scope)),
  'Fn::Not': (argument, scope) => !evaluate(list('Fn::Not', argument, 1)[0], scope),
  'Condition': (argument, scope) => conditionHolds(String(argument), scope),
};

const INTRINSICS: Record<string, Intrinsic> = {
  'Ref': (argument, scope) => ref(String(argument), scope),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, attribute] = splitGetAtt(argument);
    return scope.attribute(logicalId, text(resolve(attribute, scope)));
  },
  'Fn::Join': (argument, scope) => {
    const [delimiter, items] = list('Fn::Join', argument, 2);
    return resolvedList('Fn::Join', items, scope).map(text).join(text(resolve(delimiter, scope)));
  },
  'Fn::Sub': substitute,
  'Fn::Select': select,
  'Fn::Split': (argument, scope) => {
    const [delimiter, source] = list('Fn::Split', argument, 2);
    return text(resolve(source, scope)).split(text(resolve(delimiter, scope)));
  },
  'Fn::FindInMap': findInMap,
  'Fn::If': (argument, scope) => {
    const [condition, whenTrue, whenFalse] = list('Fn::If', argument, 3);
    return resolve(conditionHolds(String(condition), scope) ? whenTrue : whenFalse, scope);
  },
  'Fn::ImportValue': (argument, scope) => scope.importValue(text(resolve(argument, scope))),
  'Fn::GetStackOutput': (argument, scope) => {
    const reference = resolve(argument, scope) as JsonObject;
    const region = text(reference.Region ?? scope.pseudoParameters['AWS::Region']);
    return scope.stackOutput(region, text(reference.StackName), text(reference.OutputName));
  },
  'Fn::GetAZs': (argument, scope) => {
    const region = text(resolve(argument, scope) || scope.pseudoParameters['AWS::Region']);
    return ZONES.map(zone => region + zone);
  },
  'Fn::Base64': (argument, scope) => Buffer.from(text(resolve(argument, scope))).toString('base64'),
  'Fn::Cidr': cidr,
  'Fn::Length': (argument, scope) => resolvedList('Fn::Length', argument, scope).length,
  'Fn::ToJsonString': (argument, scope) => JSON.stringify(resolve(argument, scope)),
  ...CONDITION_FUNCTIONS,
};

/** The value with all intrinsic functions replaced; undefined for `AWS::NoValue`. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map(item => resolve(item, scope)).filter(item => item !== undefined);
  }
  if (!isObject(value)) {
    return value;
  }
  const keys = Object.keys(value);
  if (keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::'))) {
    return callIntrinsic(keys[0], value[keys[0]], scope);
  }
  return mapObject(value, member => resolve(member, scope));
}

/** Properties of a resource: intrinsic functions first, then the dynamic references in the texts that they give. */
export function resolveProperties(properties: JsonObject, scope: Scope): JsonObject {
  return resolveDynamicReferences(resolve(properties, scope), scope) as JsonObject;
}

export function conditionHolds(name: string, scope: Scope): boolean {
  if (!(name in scope.conditions)) {
    throw new ValidationError(`Template format error: Unresolved condition dependency ${name} in the Conditions block of the template`);
  }
  return evaluate(scope.conditions[name], scope);
}

function evaluate(condition: unknown, scope: Scope): boolean {
  const [name, ...others] = isObject(condition) ? Object.keys(condition) : [];
  const evaluateFunction = others.length === 0 ? CONDITION_FUNCTIONS[name] : undefined;
  if (!evaluateFunction) {
    throw new ValidationError(`Template format error: ${JSON.stringify(condition)} is not a condition`);
  }
  return evaluateFunction((condition as JsonObject)[name], scope);
}

function callIntrinsic(name: string, argument: unknown, scope: Scope): unknown {
  const intrinsic = INTRINSICS[name];
  try {
    if (!intrinsic) {
      throw new MisusedFunction(`Template error: this CloudFormation model does not know the function ${name}`);
    }
    return intrinsic(argument, scope);
  } catch (error) {
    // What the account lacks is an error on AWS, too; a made-up list may be too short.
    const isAnswer = error instanceof ValidationError && !(error instanceof MisusedFunction);
    const invented = isAnswer ? undefined : scope.invent?.('function', name);
    if (invented === undefined) {
      throw error;
    }
    return invented;
  }
}

function ref(name: string, scope: Scope): unknown {
  if (name === 'AWS::NoValue') {
    return undefined;
  }
  if (name in scope.pseudoParameters) {
    return scope.pseudoParameters[name];
  }
  return name in scope.parameters ? scope.parameters[name] : scope.reference(name);
}

function substitute(argument: unknown, scope: Scope): string {
  const [template, variables] = Array.isArray(argument) ? list('Fn::Sub', argument, 2) : [argument, {}];
  return text(template).replace(SUB_VARIABLE, (_, literal: string, name: string) => {
    if (literal) {
      return `\${${name}}`;
    }
    if (name in (variables as JsonObject)) {
      return text(resolve((variables as JsonObject)[name], scope));
    }
    return text(name.includes('.') && !name.startsWith('AWS::')
      ? scope.attribute(...splitGetAtt(name) as [string, string])
      : ref(name, scope));
  });
}

function select(argument: unknown, scope: Scope): unknown {
  const [index, items] = list('Fn::Select', argument, 2);
  const position = Number(resolve(index, scope));
  const candidates = resolvedList('Fn::Select', items, scope);
  if (!(position in candidates)) {
    throw new MisusedFunction(`Template error: Fn::Select cannot select nonexistent value at index ${position}`);
  }
  return candidates[position];
}

function findInMap(argument: unknown, scope: Scope): unknown {
  const [mapName, topKey, secondKey, options] = list('Fn::FindInMap', argument).map(item => resolve(item, scope));
  const found = ((scope.mappings[text(mapName)] as JsonObject)?.[text(topKey)] as JsonObject)?.[text(secondKey)];
  const value = found ?? (isObject(options) ? options.DefaultValue : undefined);
  if (value === undefined) {
    throw new MisusedFunction(`Template error: Unable to get mapping for ${text(mapName)}::${text(topKey)}::${text(secondKey)}`);
  }
  return value;
}

function cidr(argument: unknown, scope: Scope): string[] {
  const [block, count, bits = 8] = list('Fn::Cidr', argument).map(item => resolve(item, scope));
  return cidrBlocks(text(block), Number(count), Number(bits));
}

const DYNAMIC_REFERENCE = /\{\{resolve:([^:}]+):([^}]+)\}\}/g;

function resolveDynamicReferences(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') {
    return value.replace(DYNAMIC_REFERENCE, (whole, service: string, key: string) =>
      // Other services hold secrets, which no template property needs in the clear here.
      service === 'ssm' ? scope.parameterStoreValue(key.replace(/:\d+$/, '')) : whole);
  }
  if (Array.isArray(value)) {
    return value.map(item => resolveDynamicReferences(item, scope));
  }
  return isObject(value) ? mapObject(value, member => resolveDynamicReferences(member, scope)) : value;
}

function mapObject(value: JsonObject, convert: (member: unknown) => unknown): JsonObject {
  const entries = Object.entries(value).map(([key, member]) => [key, convert(member)] as const);
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined));
}

function list(name: string, argument: unknown, length?: number): unknown[] {
  if (!Array.isArray(argument) || (length !== undefined && argument.length !== length)) {
    throw new MisusedFunction(
      `Template error: ${name} takes a list${length === undefined ? '' : ` of ${length}`}, not ${JSON.stringify(argument)}`);
  }
  return argument;
}

function resolvedList(name: string, argument: unknown, scope: Scope): unknown[] {
  const resolved = resolve(argument, scope);
  // A list attribute of a type without a provisioner of its own is one text with commas.
  return typeof resolved === 'string' ? resolved.split(',') : list(name, resolved);
}

function text(value: unknown): string {
  if (typeof value === 'object') {
    throw new MisusedFunction(`Template error: a text is due where the template has ${JSON.stringify(value)}`);
  }
  return String(value);
}
