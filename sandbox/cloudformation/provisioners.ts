import { CustomResourceOptions, CustomResourceProvisioner } from './custom-resource';
import { AccountInventory } from './inventory';
import { arn, generateName, GeneralProvisioner, NativeProvisioner } from './native-provisioner';
import { ParameterStore } from './parameter-store';
import { IamPort, LambdaFunctionSettings, LambdaPort, StepFunctionsPort } from './ports';
import { ProvisionerRegistry, ProvisioningContext, ProvisioningError } from './provisioner';
import { JsonObject } from './template';

/** The directory with the files of an asset. */
export type AssetDirectories = (objectKey: string) => string | undefined;

export interface ProvisionersOptions {
  readonly lambda: LambdaPort;
  readonly stepFunctions: StepFunctionsPort;
  readonly iam: IamPort;
  readonly inventory: AccountInventory;
  readonly parameterStore: ParameterStore;
  readonly assets: AssetDirectories;
  readonly customResources: Omit<CustomResourceOptions, 'functions'>;
}

/** Custom resources that CDK itself makes and whose functions call services that are not simulated. */
const CDK_CUSTOM_RESOURCES = [
  'Custom::AWS',
  'Custom::CDKBucketDeployment',
  'Custom::ECRAutoDeleteImages',
  'Custom::LogRetention',
  'Custom::S3AutoDeleteObjects',
  'Custom::S3BucketNotifications',
  'Custom::VpcRestrictDefaultSG',
];

/** Provisioners for everything that a CDK app may declare, those of simulated services with effect. */
export function createProvisioners(options: ProvisionersOptions): ProvisionerRegistry {
  const { lambda, stepFunctions, iam, inventory, parameterStore, assets } = options;
  const general = new GeneralProvisioner(inventory);
  const managedPolicies = new Map<string, JsonObject>();
  const custom = new CustomResourceProvisioner({ ...options.customResources, functions: lambda });
  const registry = new ProvisionerRegistry(custom, general)
    .register('AWS::Lambda::Function', new FunctionProvisioner(inventory, lambda, assets))
    .register('AWS::IAM::Role', new RoleProvisioner(inventory, iam, managedPolicies))
    .register('AWS::IAM::Policy', new PolicyProvisioner(inventory, iam))
    .register('AWS::IAM::ManagedPolicy', new ManagedPolicyProvisioner(inventory, iam, managedPolicies))
    .register('AWS::Logs::LogGroup', new LogGroupProvisioner(inventory))
    .register('AWS::StepFunctions::StateMachine', new StateMachineProvisioner(inventory, stepFunctions))
    .register('AWS::SSM::Parameter', new ParameterProvisioner(inventory, parameterStore))
    .register('Custom::CrossRegionExportWriter', new ExportWriterProvisioner(inventory, parameterStore))
    .register('Custom::CrossRegionExportReader', new ExportReaderProvisioner(inventory));
  CDK_CUSTOM_RESOURCES.forEach(type => registry.register(type, general));
  return registry;
}

class FunctionProvisioner extends NativeProvisioner {
  constructor(inventory: AccountInventory, private readonly lambda: LambdaPort, private readonly assets: AssetDirectories) {
    super(inventory);
  }

  protected explicitName(_: ProvisioningContext, properties: JsonObject): string | undefined {
    return properties.FunctionName as string | undefined;
  }

  protected physicalId(context: ProvisioningContext, properties: JsonObject): string {
    return this.explicitName(context, properties) ?? generateName(context, 64);
  }

  protected attributes(context: ProvisioningContext, name: string): JsonObject {
    return { Arn: arn(context, 'lambda', `function:${name}`) };
  }

  protected async put(
    { region }: ProvisioningContext, name: string, properties: JsonObject, oldProperties?: JsonObject,
  ): Promise<void> {
    const settings = this.settings(name, properties);
    await (oldProperties ? this.lambda.updateFunction(region, settings) : this.lambda.createFunction(region, settings));
  }

  protected async remove({ region }: ProvisioningContext, name: string): Promise<void> {
    await this.lambda.deleteFunction(region, name);
  }

  private settings(name: string, properties: JsonObject): LambdaFunctionSettings {
    const code = (properties.Code ?? {}) as { S3Key?: string };
    const codeDirectory = code.S3Key === undefined ? undefined : this.assets(code.S3Key);
    if (code.S3Key !== undefined && codeDirectory === undefined) {
      throw new ProvisioningError(`The code of function ${name}, ${code.S3Key}, is not among the assets of the assembly.`);
    }
    const variables = (properties.Environment as { Variables?: JsonObject } | undefined)?.Variables ?? {};
    return {
      name,
      codeDirectory,
      handler: String(properties.Handler ?? 'index.handler'),
      environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
      timeoutSeconds: Number(properties.Timeout ?? 3),
      memorySize: Number(properties.MemorySize ?? 128),
      roleArn: String(properties.Role),
      logGroup: (properties.LoggingConfig as { LogGroup?: string } | undefined)?.LogGroup,
    };
  }
}

class RoleProvisioner extends NativeProvisioner {
  constructor(
    inventory: AccountInventory,
    private readonly iam: IamPort,
    private readonly managedPolicies: ReadonlyMap<string, JsonObject>,
  ) {
    super(inventory);
  }

  protected explicitName(_: ProvisioningContext, properties: JsonObject): string | undefined {
    return properties.RoleName as string | undefined;
  }

  protected physicalId(context: ProvisioningContext, properties: JsonObject): string {
    return this.explicitName(context, properties) ?? generateName(context, 64);
  }

  protected attributes(context: ProvisioningContext, name: string, properties: JsonObject): JsonObject {
    return { Arn: roleArn(context, name, properties), RoleId: `AROA${name.slice(-12)}` };
  }

  protected async put(context: ProvisioningContext, name: string, properties: JsonObject): Promise<void> {
    const policies = (properties.Policies ?? []) as { PolicyName: string; PolicyDocument: JsonObject }[];
    const managed = (properties.ManagedPolicyArns ?? []) as string[];
    const known = managed.filter(policyArn => this.managedPolicies.has(policyArn));
    await this.iam.putRole(roleArn(context, name, properties), {
      trust: properties.AssumeRolePolicyDocument as JsonObject,
      inlinePolicies: Object.fromEntries([
        ...policies.map(policy => [policy.PolicyName, policy.PolicyDocument]),
        ...known.map(policyArn => [policyArn, this.managedPolicies.get(policyArn)]),
      ]),
      managedPolicyArns: managed.filter(policyArn => !known.includes(policyArn)),
    });
  }

  protected async remove(context: ProvisioningContext, name: string, properties: JsonObject): Promise<void> {
    await this.iam.deleteRole(roleArn(context, name, properties));
  }
}

/** A policy document that is attached to roles by their names. */
class PolicyProvisioner extends NativeProvisioner {
  constructor(inventory: AccountInventory, private readonly iam: IamPort) {
    super(inventory);
  }

  protected explicitName(_: ProvisioningContext, properties: JsonObject): string | undefined {
    return properties.PolicyName as string | undefined;
  }

  protected physicalId(context: ProvisioningContext, _properties: JsonObject): string {
    return generateName(context, 128);
  }

  protected attributes(_: ProvisioningContext, physicalId: string): JsonObject {
    return { Id: physicalId };
  }

  protected async put(
    _: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject = {},
  ): Promise<void> {
    const roles = rolesOf(properties);
    const detached = rolesOf(oldProperties).filter(role => !roles.includes(role));
    for (const role of detached) {
      await this.iam.deletePolicy(role, this.nameInRole(physicalId, properties));
    }
    for (const role of roles) {
      await this.iam.putPolicy(role, this.nameInRole(physicalId, properties), properties.PolicyDocument as JsonObject);
    }
  }

  protected async remove(_: ProvisioningContext, physicalId: string, properties: JsonObject): Promise<void> {
    for (const role of rolesOf(properties)) {
      await this.iam.deletePolicy(role, this.nameInRole(physicalId, properties));
    }
  }

  private nameInRole(physicalId: string, properties: JsonObject): string {
    return properties.PolicyName as string | undefined ?? physicalId;
  }
}

class ManagedPolicyProvisioner extends PolicyProvisioner {
  constructor(inventory: AccountInventory, iam: IamPort, private readonly documents: Map<string, JsonObject>) {
    super(inventory, iam);
  }

  protected explicitName(_: ProvisioningContext, properties: JsonObject): string | undefined {
    return properties.ManagedPolicyName as string | undefined;
  }

  protected physicalId(context: ProvisioningContext, properties: JsonObject): string {
    const name = this.explicitName(context, properties) ?? generateName(context, 128);
    return arn(context, 'iam', `policy${path(properties)}${name}`, '');
  }

  protected attributes(_: ProvisioningContext, policyArn: string): JsonObject {
    return { PolicyArn: policyArn };
  }

  protected async put(
    context: ProvisioningContext, policyArn: string, properties: JsonObject, oldProperties?: JsonObject,
  ): Promise<void> {
    this.documents.set(policyArn, properties.PolicyDocument as JsonObject);
    await super.put(context, policyArn, properties, oldProperties);
  }

  protected async remove(context: ProvisioningContext, policyArn: string, properties: JsonObject): Promise<void> {
    this.documents.delete(policyArn);
    await super.remove(context, policyArn, properties);
  }
}

class LogGroupProvisioner extends NativeProvisioner {
  protected explicitName(_: ProvisioningContext, properties: JsonObject): string | undefined {
    return properties.LogGroupName as string | undefined;
  }

  protected physicalId(context: ProvisioningContext, properties: JsonObject): string {
    return this.explicitName(context, properties) ?? generateName(context, 512);
  }

  protected attributes(context: ProvisioningContext, name: string): JsonObject {
    return { Arn: arn(context, 'logs', `log-group:${name}:*`) };
  }
}

class StateMachineProvisioner extends NativeProvisioner {
  constructor(inventory: AccountInventory, private readonly stepFunctions: StepFunctionsPort) {
    super(inventory);
  }

  protected explicitName(_: ProvisioningContext, properties: JsonObject): string | undefined {
    return properties.StateMachineName as string | undefined;
  }

  protected physicalId(context: ProvisioningContext, properties: JsonObject): string {
    const name = this.explicitName(context, properties) ?? generateName(context, 80);
    return arn(context, 'states', `stateMachine:${name}`);
  }

  protected attributes(_: ProvisioningContext, stateMachineArn: string): JsonObject {
    return { Arn: stateMachineArn, Name: nameInArn(stateMachineArn) };
  }

  protected async put(
    { region }: ProvisioningContext, stateMachineArn: string, properties: JsonObject, oldProperties?: JsonObject,
  ): Promise<void> {
    const settings = {
      name: nameInArn(stateMachineArn),
      definition: readDefinition(properties),
      roleArn: String(properties.RoleArn),
    };
    await (oldProperties
      ? this.stepFunctions.updateStateMachine(region, settings)
      : this.stepFunctions.createStateMachine(region, settings));
  }

  protected async remove({ region }: ProvisioningContext, stateMachineArn: string): Promise<void> {
    await this.stepFunctions.deleteStateMachine(region, stateMachineArn);
  }
}

class ParameterProvisioner extends NativeProvisioner {
  constructor(inventory: AccountInventory, private readonly store: ParameterStore) {
    super(inventory);
  }

  protected explicitName(_: ProvisioningContext, properties: JsonObject): string | undefined {
    return properties.Name as string | undefined;
  }

  protected physicalId(context: ProvisioningContext, properties: JsonObject): string {
    return this.explicitName(context, properties) ?? generateName(context);
  }

  protected attributes(_: ProvisioningContext, _name: string, properties: JsonObject): JsonObject {
    return { Type: properties.Type, Value: properties.Value };
  }

  protected put({ region }: ProvisioningContext, name: string, properties: JsonObject): void {
    this.store.put(region, name, String(properties.Value));
  }

  protected remove({ region }: ProvisioningContext, name: string): void {
    this.store.remove(region, name);
  }
}

interface WriterProperties {
  readonly region: string;
  readonly exports: Record<string, string>;
}

/** CDK's cross-Region references, producer: it writes values to Parameter Store in the Region of the consumer. */
class ExportWriterProvisioner extends NativeProvisioner {
  constructor(inventory: AccountInventory, private readonly store: ParameterStore) {
    super(inventory);
  }

  protected explicitName(): undefined {
    return undefined;
  }

  protected physicalId(context: ProvisioningContext): string {
    return generateName(context);
  }

  protected attributes(): JsonObject {
    return {};
  }

  protected put(_: ProvisioningContext, _id: string, properties: JsonObject, oldProperties?: JsonObject): void {
    const { region, exports } = properties.WriterProps as WriterProperties;
    const before = oldProperties ? (oldProperties.WriterProps as WriterProperties).exports : {};
    Object.keys(before).filter(name => !(name in exports)).forEach(name => this.store.remove(region, name));
    // Like CDK's own function, an update writes new names only and leaves changed values alone.
    Object.entries(exports).filter(([name]) => !(name in before))
      .forEach(([name, value]) => this.store.put(region, name, String(value)));
  }

  protected remove(_: ProvisioningContext, _id: string, properties: JsonObject): void {
    const { region, exports } = properties.WriterProps as WriterProperties;
    Object.keys(exports).forEach(name => this.store.remove(region, name));
  }
}

/** CDK's cross-Region references, consumer: CloudFormation resolved the values already, the attributes pass them on. */
class ExportReaderProvisioner extends NativeProvisioner {
  protected explicitName(): undefined {
    return undefined;
  }

  protected physicalId(context: ProvisioningContext): string {
    return generateName(context);
  }

  protected attributes(_: ProvisioningContext, _id: string, properties: JsonObject): JsonObject {
    return (properties.ReaderProps as { imports: JsonObject }).imports;
  }
}

function roleArn(context: ProvisioningContext, name: string, properties: JsonObject): string {
  return arn(context, 'iam', `role${path(properties)}${name}`, '');
}

function path(properties: JsonObject): string {
  return String(properties.Path ?? '/');
}

function rolesOf(properties: JsonObject): string[] {
  return (properties.Roles ?? []) as string[];
}

function nameInArn(text: string): string {
  return text.slice(text.lastIndexOf(':') + 1);
}

function readDefinition(properties: JsonObject): string {
  const definition = properties.DefinitionString as string | undefined ?? JSON.stringify(properties.Definition);
  const substitutions = (properties.DefinitionSubstitutions ?? {}) as JsonObject;
  return definition.replace(/\$\{(\w+)\}/g, (whole, name: string) =>
    (name in substitutions ? String(substitutions[name]) : whole));
}
