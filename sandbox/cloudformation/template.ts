/** What CloudFormation does with a resource that leaves the stack, or with the old one of a replacement. */
export type RetentionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate' | 'Snapshot';

export type JsonObject = Record<string, unknown>;

/** One entry of the template's `Resources`. */
export interface ResourceDeclaration {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
  readonly deletionPolicy: RetentionPolicy;
  readonly updateReplacePolicy: RetentionPolicy;
}

export interface OutputDeclaration {
  readonly name: string;
  readonly value: unknown;
  readonly condition?: string;
  readonly exportName?: unknown;
}

export interface ParameterDeclaration {
  readonly type: string;
  readonly defaultValue?: unknown;
}

/** CloudFormation refuses the request before it does anything. */
export class ValidationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ValidationError';
  }
}

/** A function with arguments that it does not take, or that this model can do nothing with. */
export class MisusedFunction extends ValidationError {}

const RETENTION_POLICIES: readonly string[] = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'];
const MAX_RESOURCES = 500;

/** A template that is well-formed: every reference exists and there is no circular dependency. */
export class Template {
  public readonly resources: ReadonlyMap<string, ResourceDeclaration>;
  public readonly parameters: ReadonlyMap<string, ParameterDeclaration>;
  public readonly outputs: readonly OutputDeclaration[];
  public readonly mappings: JsonObject;
  public readonly conditions: JsonObject;
  private readonly dependencies: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(public readonly document: JsonObject) {
    rejectNulls(document, '');
    this.resources = mapSection(document, 'Resources', readResource);
    this.parameters = mapSection(document, 'Parameters', readParameter);
    this.outputs = [...mapSection(document, 'Outputs', readOutput).values()];
    this.mappings = section(document, 'Mappings');
    this.conditions = section(document, 'Conditions');
    if (this.resources.size > MAX_RESOURCES) {
      throw new ValidationError(
        `Template format error: Number of resources, ${this.resources.size}, is greater than maximum allowed, ${MAX_RESOURCES}`);
    }
    this.rejectUnknownReferences();
    this.dependencies = new Map([...this.resources].map(([id, declaration]) => [id, this.findDependencies(declaration)]));
    this.rejectCycles();
  }

  /** Logical ids of the resources that must be there before this one, in the order of the template. */
  public dependenciesOf(logicalId: string): ReadonlySet<string> {
    return this.dependencies.get(logicalId) ?? new Set();
  }

  private findDependencies(declaration: ResourceDeclaration): Set<string> {
    const all = new Set([...declaration.dependsOn, ...referencesIn(declaration.properties)]);
    return new Set([...all].filter(id => this.resources.has(id)));
  }

  private rejectUnknownReferences(): void {
    const known = (id: string) => this.resources.has(id) || this.parameters.has(id) || id.startsWith('AWS::');
    const rejectIn = (block: string, values: unknown[]) => {
      const unknown = [...new Set(values.flatMap(value => [...referencesIn(value)]))].filter(id => !known(id));
      if (unknown.length > 0) {
        throw new ValidationError(
          `Template format error: Unresolved resource dependencies [${unknown.join(', ')}] in the ${block} block of the template`);
      }
    };
    const declarations = [...this.resources.values()];
    const explicit = declarations.flatMap(declaration => declaration.dependsOn.map(id => ({ Ref: id })));
    rejectIn('Resources', [...declarations.map(declaration => declaration.properties), ...explicit]);
    rejectIn('Outputs', this.outputs.map(output => output.value));
  }

  private rejectCycles(): void {
    const finished = new Set<string>();
    const visit = (id: string, path: string[]): void => {
      if (path.includes(id)) {
        throw new ValidationError(
          `Circular dependency between resources: [${path.slice(path.indexOf(id)).join(', ')}]`);
      }
      if (finished.has(id)) {
        return;
      }
      this.dependenciesOf(id).forEach(dependency => visit(dependency, [...path, id]));
      finished.add(id);
    };
    this.resources.forEach((_, id) => visit(id, []));
  }
}

/** Logical ids and parameter names that a value mentions through `Ref`, `Fn::GetAtt` and `Fn::Sub`. */
export function referencesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  collectReferences(value, found);
  return found;
}

/** `${Name}` and `${Name.Attribute}` in a text of `Fn::Sub`; `${!Literal}` is no variable. */
export const SUB_VARIABLE = /\$\{(!?)([^}]+)\}/g;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Name of the resource and of the attribute in the argument of `Fn::GetAtt`. */
export function splitGetAtt(argument: unknown): [string, unknown] {
  if (typeof argument === 'string' && argument.includes('.')) {
    const dot = argument.indexOf('.');
    return [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  if (Array.isArray(argument) && argument.length === 2 && typeof argument[0] === 'string') {
    return [argument[0], argument[1]];
  }
  throw new ValidationError('Template error: every Fn::GetAtt object requires two non-empty parameters, '
    + `the resource name and the resource attribute, but got ${JSON.stringify(argument)}`);
}

function collectReferences(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    value.forEach(item => collectReferences(item, found));
    return;
  }
  if (!isObject(value)) {
    return;
  }
  for (const [key, argument] of Object.entries(value)) {
    if (key === 'Ref' && typeof argument === 'string') {
      found.add(argument);
    } else if (key === 'Fn::GetAtt') {
      const [logicalId, attribute] = splitGetAtt(argument);
      found.add(logicalId);
      collectReferences(attribute, found);
    } else if (key === 'Fn::Sub') {
      collectSubReferences(argument, found);
    } else {
      collectReferences(argument, found);
    }
  }
}

function collectSubReferences(argument: unknown, found: Set<string>): void {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  for (const [, literal, name] of String(text).matchAll(SUB_VARIABLE)) {
    if (!literal && !(name in variables)) {
      found.add(name.split('.')[0]);
    }
  }
  collectReferences(variables, found);
}

function section(document: JsonObject, name: string): JsonObject {
  const value = document[name] ?? {};
  if (!isObject(value)) {
    throw new ValidationError(`Template format error: ${name} must be an object`);
  }
  return value;
}

function mapSection<T>(document: JsonObject, name: string, read: (id: string, raw: JsonObject) => T): Map<string, T> {
  return new Map(Object.entries(section(document, name)).map(([id, raw]) => {
    if (!isObject(raw)) {
      throw new ValidationError(`Template format error: [/${name}/${id}] must be an object`);
    }
    return [id, read(id, raw)];
  }));
}

function readResource(logicalId: string, raw: JsonObject): ResourceDeclaration {
  if (typeof raw.Type !== 'string') {
    throw new ValidationError(`Template format error: [/Resources/${logicalId}] Every Resources object must contain a Type member.`);
  }
  return {
    logicalId,
    type: raw.Type,
    properties: (raw.Properties ?? {}) as JsonObject,
    dependsOn: raw.DependsOn === undefined ? [] : [raw.DependsOn].flat() as string[],
    condition: raw.Condition as string | undefined,
    deletionPolicy: readPolicy(logicalId, 'DeletionPolicy', raw.DeletionPolicy),
    updateReplacePolicy: readPolicy(logicalId, 'UpdateReplacePolicy', raw.UpdateReplacePolicy),
  };
}

function readPolicy(logicalId: string, attribute: string, value: unknown): RetentionPolicy {
  if (value === undefined) {
    return 'Delete';
  }
  if (typeof value !== 'string' || !RETENTION_POLICIES.includes(value)) {
    throw new ValidationError(`Template format error: Unrecognized ${attribute} ${JSON.stringify(value)} for resource ${logicalId}`);
  }
  return value as RetentionPolicy;
}

function readParameter(_: string, raw: JsonObject): ParameterDeclaration {
  return { type: String(raw.Type), defaultValue: raw.Default };
}

function readOutput(name: string, raw: JsonObject): OutputDeclaration {
  const exported = raw.Export as JsonObject | undefined;
  return { name, value: raw.Value, condition: raw.Condition as string | undefined, exportName: exported?.Name };
}

function rejectNulls(value: unknown, path: string): void {
  if (value === null) {
    throw new ValidationError(`[${path}] 'null' values are not allowed in templates`);
  }
  if (typeof value === 'object') {
    Object.entries(value).forEach(([key, member]) => rejectNulls(member, `${path}/${key}`));
  }
}
