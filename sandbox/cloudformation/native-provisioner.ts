import { AccountInventory } from './inventory';
import { pause, Provisioned, ProvisioningContext, ResourceProvisioner } from './provisioner';
import { UPPERCASE_ALPHANUMERIC } from './random';
import { JsonObject } from './template';

const SUFFIX_LENGTH = 12;
const DEFAULT_MILLISECONDS = 2000;

/** `<stack>-<logicalId>-<suffix>`, cut to what the service allows. */
export function generateName(context: ProvisioningContext, maxLength: number = 255): string {
  const stem = `${context.stackName}-${context.logicalId}`.slice(0, maxLength - SUFFIX_LENGTH - 1);
  return `${stem}-${context.random.text(SUFFIX_LENGTH, UPPERCASE_ALPHANUMERIC)}`;
}

export function arn(context: ProvisioningContext, service: string, resource: string, region: string = context.region): string {
  return `arn:${context.partition}:${service}:${region}:${context.accountId}:${resource}`;
}

/**
 * A resource of an AWS type. One with a name of its own is replaced when the name changes; every other change is made in
 * place.
 */
export abstract class NativeProvisioner implements ResourceProvisioner {
  constructor(
    private readonly inventory: AccountInventory,
    private readonly milliseconds: number = DEFAULT_MILLISECONDS,
  ) {}

  public async create(context: ProvisioningContext, properties: JsonObject): Promise<Provisioned> {
    const physicalId = this.physicalId(context, properties);
    await this.put(context, physicalId, properties);
    context.identify(physicalId);
    this.inventory.add(context.type, context.region, physicalId);
    await pause(context, this.milliseconds);
    return { physicalId, attributes: this.attributes(context, physicalId, properties) };
  }

  public async update(
    context: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject,
  ): Promise<Provisioned> {
    if (this.explicitName(context, properties) !== this.explicitName(context, oldProperties)) {
      return this.create(context, properties);
    }
    await this.put(context, physicalId, properties, oldProperties);
    await pause(context, this.milliseconds);
    return { physicalId, attributes: this.attributes(context, physicalId, properties) };
  }

  public async delete(context: ProvisioningContext, physicalId: string, properties: JsonObject): Promise<void> {
    await this.remove(context, physicalId, properties);
    this.inventory.remove(context.type, context.region, physicalId);
    await pause(context, this.milliseconds);
  }

  /** The name that the template gives, if it does. */
  protected abstract explicitName(context: ProvisioningContext, properties: JsonObject): string | undefined;

  /** The physical id of a new resource. */
  protected abstract physicalId(context: ProvisioningContext, properties: JsonObject): string;

  protected abstract attributes(context: ProvisioningContext, physicalId: string, properties: JsonObject): JsonObject;

  /** Makes the resource what the properties say; there are old properties if it exists. */
  protected put(
    _context: ProvisioningContext, _physicalId: string, _properties: JsonObject, _oldProperties?: JsonObject,
  ): Promise<void> | void {}

  protected remove(_context: ProvisioningContext, _physicalId: string, _properties: JsonObject): Promise<void> | void {}
}

/** Types whose `Ref` is an ARN. */
const REF_IS_ARN = new Set([
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::GlobalAccelerator::Accelerator',
  'AWS::GlobalAccelerator::EndpointGroup',
  'AWS::GlobalAccelerator::Listener',
  'AWS::IAM::ManagedPolicy',
  'AWS::Lambda::Version',
  'AWS::SNS::Topic',
  'AWS::SecretsManager::Secret',
]);

/** Types whose `Ref` is an id that the service makes, with its prefix. */
const ID_PREFIXES: Record<string, string> = {
  'AWS::DirectoryService::MicrosoftAD': 'd-',
  'AWS::DirectoryService::SimpleAD': 'd-',
  'AWS::EC2::EIP': 'eipalloc-',
  'AWS::EC2::Instance': 'i-',
  'AWS::EC2::InternetGateway': 'igw-',
  'AWS::EC2::NatGateway': 'nat-',
  'AWS::EC2::NetworkInterface': 'eni-',
  'AWS::EC2::RouteTable': 'rtb-',
  'AWS::EC2::SecurityGroup': 'sg-',
  'AWS::EC2::Subnet': 'subnet-',
  'AWS::EC2::VPC': 'vpc-',
  'AWS::WorkSpaces::ConnectionAlias': 'wsca-',
  'AWS::WorkSpaces::Workspace': 'ws-',
};

/** Any other type: a plausible physical id and a plausible, repeatable value for every attribute; it does nothing. */
export class GeneralProvisioner extends NativeProvisioner {
  public attribute(context: ProvisioningContext, physicalId: string, name: string, properties: JsonObject): unknown {
    if (name in properties) {
      return properties[name];
    }
    if (name === 'Arn' || name.endsWith('Arn')) {
      return physicalId.startsWith('arn:') ? physicalId : this.arnOf(context, physicalId);
    }
    if (name.endsWith('Name') || name.endsWith('Id') || name === 'Ref') {
      return physicalId;
    }
    return `${physicalId}.${name}`;
  }

  protected explicitName({ type }: ProvisioningContext, properties: JsonObject): string | undefined {
    const name = properties[`${type.split('::').pop()}Name`] ?? properties.Name;
    return typeof name === 'string' ? name : undefined;
  }

  protected physicalId(context: ProvisioningContext, properties: JsonObject): string {
    const prefix = ID_PREFIXES[context.type];
    if (prefix) {
      return prefix + context.random.text(prefix === 'd-' ? 10 : 17, '0123456789abcdef');
    }
    const name = this.explicitName(context, properties) ?? generateName(context, 63);
    if (REF_IS_ARN.has(context.type)) {
      return this.arnOf(context, name);
    }
    return context.type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
  }

  protected attributes(): JsonObject {
    return {};
  }

  private arnOf(context: ProvisioningContext, id: string): string {
    const [, service = 'custom', resource = 'resource'] = context.type.toLowerCase().split('::');
    return context.type === 'AWS::S3::Bucket'
      ? `arn:${context.partition}:s3:::${id}`
      : arn(context, service, `${resource}/${id}`, service === 'iam' ? '' : context.region);
  }
}
