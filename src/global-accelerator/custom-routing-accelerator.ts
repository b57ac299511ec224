import { CfnResource, Lazy, Names, Resource, Token, type TagManager, type Duration, type IResource, type ITaggableV2,
  type RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { aws_globalaccelerator as acceleratorRefs } from 'aws-cdk-lib/interfaces';
import type { Construct } from 'constructs';
import { idOf } from './arns';
import { CustomRoutingAcceleratorGrants } from './custom-routing-grants';
import { CustomRoutingListener, type CustomRoutingListenerOptions } from './custom-routing-listener';
import { Family } from './family';
import { accountProblem, checkAdoptedArn, checkArn } from './forms';
import { globalAcceleratorProvider, globalAcceleratorProviderAnywhere, partitionProblem } from './global-accelerator-provider';
import { isIpv4Address } from './ipv4';
import { acceleratorMetric } from './metrics';
import { adoptExisting } from '../lifecycle/adoption';
import { checkTags, checkText, tagManagerOf, timeoutProperties } from '../lifecycle/checks';
import { faultOf, givenName, type NameRules } from '../lifecycle/names';
import type { Provider } from '../lifecycle/provider';
import { awaitsLookup, refuse, synthesisError } from '../lifecycle/synthesis-error';
import type { MultiRegionParameter, MultiRegionParameterOptions } from '../systems-manager/multi-region-parameter';
import { publish } from '../systems-manager/published-value';
import {
  ACCELERATOR_ARN, CUSTOM_ROUTING_ACCELERATOR_LOOKUP_TYPE, CUSTOM_ROUTING_ACCELERATOR_TYPE, GLOBAL_ACCELERATOR_TAG_RULES, type FlowLogsProperties,
} from '../wire/global-accelerator';
import { SCHEMA_VERSION } from '../wire/lifecycle';

const NAME_RULES: NameRules = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?$/, character: /[A-Za-z0-9-]/, maxLength: 64,
};
const MAX_ADDRESSES = 2;
const ADDRESS_ATTRIBUTES = ['Ipv4Address1', 'Ipv4Address2'];
/** Whose it is. */
const TAGS_OF_THE_LIBRARY = 1;

/**
 * A custom routing accelerator of AWS Global Accelerator: each of its ports leads to one port of one EC2 instance.
 */
export interface ICustomRoutingAccelerator extends IResource, acceleratorRefs.IAcceleratorRef {
  /**
   * ARN of the accelerator.
   *
   * @attribute
   */
  readonly acceleratorArn: string;

  /**
   * DNS name of the accelerator. For an alias record of Amazon Route 53 pass the accelerator to `targets.GlobalAcceleratorTarget`.
   *
   * @attribute
   */
  readonly dnsName: string;

  /**
   * The two static IPv4 addresses of the accelerator.
   *
   * @attribute
   */
  readonly ipv4Addresses: string[];

  /**
   * Grants on this accelerator.
   */
  readonly grants: CustomRoutingAcceleratorGrants;

  /**
   * Adds a listener.
   *
   * @param id id below the accelerator
   * @param options its ports
   */
  addListener(id: string, options: CustomRoutingListenerOptions): CustomRoutingListener;

  /**
   * A metric of this accelerator, always in us-west-2.
   *
   * @param metricName name of a metric in the namespace `AWS/GlobalAccelerator`
   * @param props the statistic and so on; by default the sum over five minutes
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How many TCP and UDP flows began.
   *
   * @param props by default the sum over five minutes
   */
  metricNewFlowCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Bytes from clients.
   *
   * @param props by default the sum over five minutes
   */
  metricProcessedBytesIn(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Bytes to clients.
   *
   * @param props by default the sum over five minutes
   */
  metricProcessedBytesOut(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * Where the flow logs of an accelerator go.
 */
export interface CustomRoutingFlowLogs {
  /**
   * The bucket. Global Accelerator adds a statement for log delivery to its policy; a policy that the AWS CDK manages should
   * have that statement itself.
   */
  readonly bucket: s3.IBucket;

  /**
   * Prefix of the objects in the bucket.
   */
  readonly prefix: string;
}

/**
 * Properties of a `CustomRoutingAccelerator`.
 */
export interface CustomRoutingAcceleratorProps {
  /**
   * Name of the accelerator: 1 to 64 letters, digits and hyphens. Changed in place.
   *
   * @default - a generated name
   */
  readonly acceleratorName?: string;

  /**
   * Whether the accelerator takes traffic. Changed in place.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Up to two IPv4 addresses of your own (BYOIP), each from another address pool. Changed in place.
   *
   * @default - addresses of AWS
   */
  readonly ipAddresses?: string[];

  /**
   * Where flow logs go. Changed in place; for another bucket or prefix they are off for a moment.
   *
   * @default - no flow logs
   */
  readonly flowLogs?: CustomRoutingFlowLogs;

  /**
   * Tags of the accelerator, besides those of `Tags.of()`. Changed in place.
   *
   * @default - none
   */
  readonly tags?: { [key: string]: string };

  /**
   * Takes over an accelerator that exists, instead of creating one: its ARN. It may have been made by hand, by another tool, by another stack or under
   * another construct id, or be kept by `RemovalPolicy.RETAIN`. Whoever managed it before then leaves it alone. Needs `removalPolicy: RemovalPolicy.RETAIN`;
   * after one deployment both may be removed. Has no effect on what this construct has already. Its listeners and endpoint groups are adopted one by one.
   *
   * @default - a new one is created
   */
  readonly adopt?: string;

  /**
   * What happens to the accelerator when it leaves the stack. Its static addresses are lost with it, so keep one whose
   * addresses clients know: `RemovalPolicy.RETAIN`.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long creating, changing or deleting the accelerator may take: 2 to 59 minutes. It takes one to four.
   *
   * @default Duration.minutes(45)
   */
  readonly timeout?: Duration;
}

/**
 * A custom routing accelerator that exists already.
 */
export interface CustomRoutingAcceleratorAttributes {
  /**
   * ARN of the accelerator.
   */
  readonly acceleratorArn: string;

  /**
   * DNS name of the accelerator.
   *
   * @default - looked up at deployment, by a custom resource that the first use adds
   */
  readonly dnsName?: string;

  /**
   * The static IPv4 addresses of the accelerator.
   *
   * @default - looked up at deployment, by a custom resource that the first use adds
   */
  readonly ipv4Addresses?: string[];
}

/**
 * What made and imported accelerators have in common.
 */
abstract class CustomRoutingAcceleratorBase extends Resource implements ICustomRoutingAccelerator {
  public abstract readonly acceleratorArn: string;
  public abstract readonly dnsName: string;
  public abstract readonly ipv4Addresses: string[];

  public get acceleratorRef(): acceleratorRefs.AcceleratorReference {
    return { acceleratorArn: this.acceleratorArn };
  }

  public get grants(): CustomRoutingAcceleratorGrants {
    return CustomRoutingAcceleratorGrants.of(this);
  }

  public addListener(id: string, options: CustomRoutingListenerOptions): CustomRoutingListener {
    return new CustomRoutingListener(this, id, { accelerator: this, ...options });
  }

  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return acceleratorMetric(this, metricName, { Accelerator: idOf('accelerator/', this.acceleratorArn) }, props);
  }

  public metricNewFlowCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('NewFlowCount', props);
  }

  public metricProcessedBytesIn(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ProcessedBytesIn', props);
  }

  public metricProcessedBytesOut(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ProcessedBytesOut', props);
  }
}

/**
 * A custom routing accelerator of AWS Global Accelerator: two static addresses, each port of which leads to one port of one EC2
 * instance in a subnet, e.g. to the game server that a matchmaker has chosen.
 *
 * Global Accelerator's API is in us-west-2 only; the stack may be in any Region.
 *
 * @see https://docs.aws.amazon.com/global-accelerator/latest/dg/about-custom-routing.html
 * @example
 * declare const vpc: ec2.Vpc;
 * declare const matchmaker: lambda.Function;
 *
 * const accelerator = new CustomRoutingAccelerator(this, 'Game');
 * const listener = accelerator.addListener('Players', {
 *   portRanges: [{ fromPort: 10_001, toPort: 20_000 }],
 * });
 * const servers = listener.addEndpointGroup('Servers', {
 *   destinations: [{ fromPort: 7777, toPort: 7780, protocols: [CustomRoutingProtocol.UDP] }],
 *   subnets: vpc.privateSubnets,
 * });
 * servers.grants.readPortMappings(matchmaker);
 * servers.grants.manageTraffic(matchmaker);
 */
@propertyInjectable
export class CustomRoutingAccelerator extends CustomRoutingAcceleratorBase implements ITaggableV2 {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region.CustomRoutingAccelerator';

  /**
   * An accelerator that exists already. The first use of its DNS name or of its addresses adds a custom resource that looks them up
   * at each deployment that changes it; in a stack of another account than the accelerator's that is an error at synthesis. Without
   * such a use nothing is added, and nothing is checked at deployment. Listeners that are added to it tag it, so as to tell whose they are.
   *
   * @param scope the construct that the accelerator belongs to
   * @param id id in that scope
   * @param acceleratorArn ARN of the accelerator
   */
  public static fromCustomRoutingAcceleratorArn(scope: Construct, id: string, acceleratorArn: string): ICustomRoutingAccelerator {
    return CustomRoutingAccelerator.fromCustomRoutingAcceleratorAttributes(scope, id, { acceleratorArn });
  }

  /**
   * An accelerator that exists already, with what is known of it. What is not is looked up as by `fromCustomRoutingAcceleratorArn()`. Listeners
   * that are added to it tag it, so as to tell whose they are.
   *
   * @param scope the construct that the accelerator belongs to
   * @param id id in that scope
   * @param attributes what is known of the accelerator
   */
  public static fromCustomRoutingAcceleratorAttributes(
    scope: Construct, id: string, attributes: CustomRoutingAcceleratorAttributes,
  ): ICustomRoutingAccelerator {
    class Import extends CustomRoutingAcceleratorBase {
      public readonly acceleratorArn = attributes.acceleratorArn;
      private lookup?: CfnResource;

      public get dnsName(): string {
        return attributes.dnsName ?? this.lookUp('DnsName');
      }

      public get ipv4Addresses(): string[] {
        return attributes.ipv4Addresses ?? ADDRESS_ATTRIBUTES.map(name => this.lookUp(name));
      }

      private lookUp(attribute: string): string {
        this.lookup ??= lookupIn(this);
        return this.lookup.getAtt(attribute).toString();
      }
    }
    const accelerator = new Import(scope, id);
    checkArn(accelerator, 'acceleratorArn', attributes.acceleratorArn, ACCELERATOR_ARN);
    return accelerator;
  }

  public readonly acceleratorArn: string;
  public readonly dnsName: string;
  public readonly ipv4Addresses: string[];
  /**
   * Name of the accelerator.
   *
   * @attribute
   */
  public readonly acceleratorName: string;
  /** Takes the tags of `Tags.of()`. */
  public readonly cdkTagManager: TagManager;

  /**
   * @param scope the construct that the accelerator belongs to
   * @param id id in that scope
   * @param props what the accelerator shall be
   */
  constructor(scope: Construct, id: string, props: CustomRoutingAcceleratorProps = {}) {
    super(scope, id, { physicalName: props.acceleratorName });
    checkName(this, props.acceleratorName);
    checkAddresses(this, props.ipAddresses ?? []);
    this.cdkTagManager = tagManagerOf(this, CUSTOM_ROUTING_ACCELERATOR_TYPE, props.tags);

    const provider = globalAcceleratorProvider(this);
    const resource = new CfnResource(this, 'Resource', {
      type: CUSTOM_ROUTING_ACCELERATOR_TYPE,
      properties: {
        ServiceToken: provider.serviceToken,
        Schema: SCHEMA_VERSION,
        Name: givenName(props.acceleratorName) ?? this.generatePhysicalName(),
        Enabled: props.enabled === false ? false : undefined,
        IpAddresses: props.ipAddresses?.length ? props.ipAddresses : undefined,
        FlowLogs: props.flowLogs && renderFlowLogs(this, props.flowLogs),
        Tags: Lazy.any({ produce: () => this.renderTags() }),
        ...timeoutProperties(this, props.timeout),
      },
    });
    provider.serve(resource);
    if (props.flowLogs) {
      this.permitFlowLogs(provider, props.flowLogs.bucket, resource);
    }
    if (props.removalPolicy) {
      resource.applyRemovalPolicy(props.removalPolicy);
    }
    checkAdoptedArn(this, props.adopt, ACCELERATOR_ARN);
    adoptExisting(this, resource, props.adopt);

    // Not the physical id, which names the place.
    this.acceleratorArn = resource.getAtt('AcceleratorArn').toString();
    this.acceleratorName = this.getResourceNameAttribute(resource.getAtt('Name').toString());
    this.dnsName = resource.getAtt('DnsName').toString();
    this.ipv4Addresses = ADDRESS_ATTRIBUTES.map(name => resource.getAtt(name).toString());
  }

  /**
   * Publishes the ARN as a parameter in several Regions, for other stacks and Regions. They read it at run time, or with
   * `MultiRegionParameter.valueFor()` at each of their deployments, and so follow when the accelerator is replaced or re-created.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param options its Regions besides the stack's own, and more
   * @example
   * declare const accelerator: CustomRoutingAccelerator;
   *
   * accelerator.publishArn('/game/accelerator', { regions: ['us-east-1'] });
   */
  public publishArn(parameterName: string, options: MultiRegionParameterOptions = {}): MultiRegionParameter {
    return publish(this, 'publishArn', { value: this.acceleratorArn }, parameterName, options);
  }

  /**
   * Publishes the DNS name as a parameter in several Regions, for other stacks and Regions. They read it at run time, or with
   * `MultiRegionParameter.valueFor()` at each of their deployments, and so follow when the accelerator is replaced or re-created.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param options its Regions besides the stack's own, and more
   * @example
   * declare const accelerator: CustomRoutingAccelerator;
   *
   * accelerator.publishDnsName('/game/dns-name', { regions: ['us-east-1'] });
   */
  public publishDnsName(parameterName: string, options: MultiRegionParameterOptions = {}): MultiRegionParameter {
    return publish(this, 'publishDnsName', { value: this.dnsName }, parameterName, options);
  }

  /**
   * Publishes the two static addresses as one list parameter in several Regions, for other stacks and Regions. They read it at run time, or
   * with `MultiRegionParameter.valuesFor()` at each of their deployments, and so follow when the accelerator is replaced or re-created.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param options its Regions besides the stack's own, and more
   * @example
   * declare const accelerator: CustomRoutingAccelerator;
   *
   * accelerator.publishIpv4Addresses('/game/addresses', { regions: ['us-east-1'] });
   */
  public publishIpv4Addresses(parameterName: string, options: MultiRegionParameterOptions = {}): MultiRegionParameter {
    return publish(this, 'publishIpv4Addresses', { values: this.ipv4Addresses }, parameterName, options);
  }

  /** Also for references from another environment to an accelerator whose name is `PhysicalName.GENERATE_IF_NEEDED`. */
  protected generatePhysicalName(): string {
    return Names.uniqueResourceName(this, { maxLength: NAME_RULES.maxLength, separator: '-' });
  }

  /** A policy of its own, which stays until the flow logs are off. */
  private permitFlowLogs(provider: Provider, bucket: s3.IBucket, resource: CfnResource): void {
    const policy = provider.permit(this, 'FlowLogsPolicy', [
      new iam.PolicyStatement({ actions: ['s3:GetBucketPolicy', 's3:PutBucketPolicy'], resources: [bucket.bucketArn] }),
    ]);
    if (policy) {
      resource.node.addDependency(policy);
    }
  }

  private renderTags(): Record<string, string> | undefined {
    const tags = this.cdkTagManager.renderTags() as Record<string, string> | undefined;
    const count = Object.keys(tags ?? {}).length;
    const { maxCount } = GLOBAL_ACCELERATOR_TAG_RULES;
    const { childCount } = Family.of(this, this.acceleratorArn);
    const tooMany = count + childCount + TAGS_OF_THE_LIBRARY - maxCount;
    if (tooMany > 0) {
      throw synthesisError(this, `${count} tags, ${childCount} listeners and endpoint groups, each of which needs one, and `
        + `${TAGS_OF_THE_LIBRARY} of the library's own; Global Accelerator takes ${maxCount}. Remove ${tooMany} of the tags, or use another `
        + 'accelerator for some of the listeners.');
    }
    checkTags(this, tags ?? {}, GLOBAL_ACCELERATOR_TAG_RULES);
    return tags;
  }
}

/** Reads what the ARN does not say. A property can't throw in every language, so what makes it impossible is an error of the synthesis. */
function lookupIn(accelerator: ICustomRoutingAccelerator): CfnResource {
  const problem = partitionProblem(accelerator) ?? accountProblem(accelerator, accelerator, accelerator.acceleratorArn, 'read');
  if (problem) {
    const attributes = 'Or pass dnsName and ipv4Addresses to fromCustomRoutingAcceleratorAttributes().';
    accelerator.node.addValidation({ validate: () => awaitsLookup(accelerator) ? [] : [`${problem} ${attributes}`] });
  }
  const provider = globalAcceleratorProviderAnywhere(accelerator);
  const resource = new CfnResource(accelerator, 'Lookup', {
    type: CUSTOM_ROUTING_ACCELERATOR_LOOKUP_TYPE,
    properties: { ServiceToken: provider.serviceToken, Schema: SCHEMA_VERSION, AcceleratorArn: accelerator.acceleratorArn },
  });
  provider.serve(resource);
  return resource;
}

function checkName(scope: Construct, name: string | undefined): void {
  if (name === undefined) {
    return;
  }
  checkText(scope, 'acceleratorName', name);
  if (Token.isUnresolved(name) || NAME_RULES.pattern.test(name)) {
    return;
  }
  refuse(scope, `acceleratorName '${name}' ${faultOf(name, NAME_RULES)}, but Global Accelerator takes 1 to ${NAME_RULES.maxLength} `
    + 'letters, digits and hyphens, and no hyphen at the ends. Choose another name, or leave acceleratorName out for a generated one.');
}

function checkAddresses(scope: Construct, addresses: readonly string[]): void {
  if (Token.isUnresolved(addresses)) {
    return;
  }
  if (addresses.length > MAX_ADDRESSES) {
    refuse(scope, `${addresses.length} ipAddresses, but an accelerator has ${MAX_ADDRESSES}. `
      + `Remove ${addresses.length - MAX_ADDRESSES}.`);
  }
  addresses.forEach(address => checkText(scope, 'an address in ipAddresses', address));
  const twice = addresses.find((address, index) => !Token.isUnresolved(address) && addresses.indexOf(address) !== index);
  if (twice !== undefined) {
    refuse(scope, `'${twice}' is twice in ipAddresses, but the addresses of an accelerator are of different pools. Remove one of the two.`);
  }
  const wrong = addresses.find(address => !Token.isUnresolved(address) && !isIpv4Address(address));
  if (wrong !== undefined) {
    refuse(scope, `'${wrong}' in ipAddresses is not an IPv4 address. Use addresses such as '192.0.2.10', without '/32'.`);
  }
}

function renderFlowLogs(scope: Construct, { bucket, prefix }: CustomRoutingFlowLogs): FlowLogsProperties {
  if (prefix === '') {
    refuse(scope, "flowLogs has an empty prefix, but Global Accelerator needs one. Use a prefix such as 'flow-logs'.");
  }
  return { Bucket: bucket.bucketName, Prefix: prefix };
}
