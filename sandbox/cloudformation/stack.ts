import { conditionHolds, resolve, resolveProperties, Scope } from './intrinsics';
import { isCustomResource, ProvisionerRegistry, ProvisioningContext } from './provisioner';
import { JsonObject, OutputDeclaration, ResourceDeclaration, RetentionPolicy, Template, ValidationError } from './template';
import { Inventor } from '../inert/inventor';

/** One line of a stack's event log. */
export interface StackEvent {
  readonly timestamp: number;
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

/** A resource as CloudFormation keeps it. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  physicalId?: string;
  /** As they were last sent to the provider. */
  properties: JsonObject;
  attributes: JsonObject;
  dependencies: readonly string[];
  deletionPolicy: RetentionPolicy;
  updateReplacePolicy: RetentionPolicy;
  status: string;
  /** The provider was asked for `properties` and did not say that it is done. */
  unconfirmed: boolean;
  /** No create or update of it has succeeded yet. */
  neverCreated: boolean;
}

/** What a stack should become. */
export interface DesiredState {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What a stack needs from the account that it is in. */
export interface Account {
  readonly accountId: string;
  readonly partition: string;
  readonly urlSuffix: string;
  readonly provisioners: ProvisionerRegistry;
  readonly inventor?: Inventor;
  emit(event: Omit<StackEvent, 'timestamp'>): void;
  provisioningContext(stack: Stack, resource: { logicalId: string; type: string }, signal: AbortSignal,
    identify: (physicalId: string) => void): ProvisioningContext;
  importValue(importer: Stack, exportName: string): unknown;
  stackOutput(region: string, stackName: string, outputName: string): unknown;
  parameterStoreValue(region: string, name: string): string;
}

export interface ResolvedOutputs {
  readonly outputs: Record<string, unknown>;
  /** By export name. */
  readonly exports: Record<string, unknown>;
}

const STACK_TYPE = 'AWS::CloudFormation::Stack';

/** A stack: its resources, its outputs and what its template says. */
export class Stack {
  public readonly resources = new Map<string, StackResource>();
  /** Resources that a replacement left behind and that still have to be deleted. */
  public superseded: StackResource[] = [];
  /** The state of the last operation that succeeded. */
  public current?: DesiredState;
  public outputs: Record<string, unknown> = {};
  public exports: Record<string, unknown> = {};
  /** Names of the exports that the stack uses or used before the operation in progress. */
  public imports = new Set<string>();
  /** Names of the exports that the operation in progress used so far. */
  public freshImports = new Set<string>();
  public status = '';
  public statusReason?: string;

  constructor(
    public readonly account: Account,
    public readonly region: string,
    public readonly name: string,
    public readonly id: string,
  ) {}

  public setStatus(status: string, reason?: string): void {
    this.status = status;
    this.statusReason = reason;
    this.emit({ logicalId: this.name, physicalId: this.id, type: STACK_TYPE, status, reason });
  }

  public setResourceStatus(resource: StackResource, status: string, reason?: string): void {
    resource.status = status;
    this.emit({ logicalId: resource.logicalId, physicalId: resource.physicalId, type: resource.type, status, reason });
  }

  public emit(event: Pick<StackEvent, 'logicalId' | 'physicalId' | 'type' | 'status' | 'reason'>): void {
    this.account.emit({ region: this.region, stackName: this.name, stackId: this.id, ...event });
  }

  /** Logical ids and declarations of what the desired state contains: everything whose condition holds. */
  public declared(desired: DesiredState): Map<string, ResourceDeclaration> {
    const scope = this.scope(desired);
    return new Map([...desired.template.resources].filter(([, { condition }]) => holds(condition, scope)));
  }

  public resolveProperties(declaration: ResourceDeclaration, desired: DesiredState): JsonObject {
    const resolved = resolveProperties(declaration.properties, this.scope(desired));
    return this.account.provisioners.find(declaration.type).normalize?.(resolved) ?? resolved;
  }

  public resolveOutputs(desired: DesiredState): ResolvedOutputs {
    const scope = this.scope(desired);
    const present = desired.template.outputs.filter(({ condition }) => holds(condition, scope));
    const value = (output: OutputDeclaration) => resolve(output.value, scope);
    const exported = present.filter(({ exportName }) => exportName !== undefined);
    return {
      outputs: Object.fromEntries(present.map(output => [output.name, value(output)])),
      exports: Object.fromEntries(exported.map(output => [String(resolve(output.exportName, scope)), value(output)])),
    };
  }

  private scope(desired: DesiredState): Scope {
    const { account, region } = this;
    return {
      pseudoParameters: {
        'AWS::AccountId': account.accountId,
        'AWS::Partition': account.partition,
        'AWS::Region': region,
        'AWS::NotificationARNs': '',
        'AWS::StackId': this.id,
        'AWS::StackName': this.name,
        'AWS::URLSuffix': account.urlSuffix,
      },
      parameters: desired.parameters,
      mappings: desired.template.mappings,
      conditions: desired.template.conditions,
      reference: logicalId => this.existing(logicalId).physicalId,
      attribute: (logicalId, name) => this.attribute(this.existing(logicalId), name),
      importValue: name => account.importValue(this, name),
      stackOutput: (...reference) => account.stackOutput(...reference),
      parameterStoreValue: name => account.parameterStoreValue(region, name),
      invent: (kind, name) => account.inventor?.invent(kind, name),
    };
  }

  private existing(logicalId: string): StackResource {
    const resource = this.resources.get(logicalId);
    if (!resource) {
      throw new ValidationError(`Template format error: Unresolved resource dependencies [${logicalId}]: it is not in the stack`);
    }
    return resource;
  }

  private attribute(resource: StackResource, name: string): unknown {
    if (Object.hasOwn(resource.attributes, name)) {
      return resource.attributes[name];
    }
    const context = this.account.provisioningContext(this, resource, new AbortController().signal, () => undefined);
    const value = this.account.provisioners.find(resource.type)
      .attribute?.(context, resource.physicalId!, name, resource.properties);
    if (value === undefined) {
      throw new ValidationError(missingAttribute(this, resource, name));
    }
    return value;
  }
}

function missingAttribute(stack: Stack, { type, logicalId }: StackResource, name: string): string {
  return isCustomResource(type)
    ? `CustomResource attribute error: Vendor response doesn't contain ${name} key in object ${stack.id}|${logicalId} `
      + `in S3 bucket cloudformation-custom-resource-storage-${stack.region.replace(/-/g, '')}`
    : `Template error: resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`;
}

function holds(condition: string | undefined, scope: Scope): boolean {
  return condition === undefined || conditionHolds(condition, scope);
}
