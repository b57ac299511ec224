import { CfnResource, Lazy, Resource, Stack, Token, type TagManager, type Duration, type IResource, type ITaggableV2,
  type RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { aws_ses as sesRefs } from 'aws-cdk-lib/interfaces';
import type { Construct } from 'constructs';
import { noteIdentity } from './added-identities';
import { MultiRegionEndpointGrants } from './multi-region-endpoint-grants';
import { ReplicaEmailIdentity } from './replica-email-identity';
import type { AddIdentityOptions } from './replica-email-identity-props';
import { endpointArn, sesProvider } from './ses-provider';
import { adoptExisting, checkAdoptedName } from '../lifecycle/adoption';
import { checkTags, checkText, tagManagerOf, timeoutProperties } from '../lifecycle/checks';
import { faultOf, generateName, givenName, type NameRules } from '../lifecycle/names';
import { checkRegionName, checkSamePartition, isOwnRegion } from '../lifecycle/regions';
import { refuse } from '../lifecycle/synthesis-error';
import { checkUnique } from '../lifecycle/unique';
import type { MultiRegionParameter, MultiRegionParameterOptions } from '../systems-manager/multi-region-parameter';
import { publish } from '../systems-manager/published-value';
import { SCHEMA_VERSION } from '../wire/lifecycle';
import { ENDPOINT_NAME, MULTI_REGION_ENDPOINT_LOOKUP_TYPE, MULTI_REGION_ENDPOINT_TYPE, SES_TAG_RULES } from '../wire/ses';

const NAME_RULES: NameRules = { pattern: ENDPOINT_NAME, character: /[A-Za-z0-9_-]/, maxLength: 64 };

/**
 * A multi-region endpoint of Amazon SES (a "global endpoint"): its senders keep sending when a Region is impaired.
 */
export interface IMultiRegionEndpoint extends IResource, sesRefs.IMultiRegionEndpointRef {
  /**
   * Name of the endpoint, unique in its account and primary Region.
   *
   * @attribute
   */
  readonly endpointName: string;

  /**
   * Id of the endpoint, which senders pass to SES as `EndpointId`. It contains a dot.
   *
   * @attribute
   */
  readonly endpointId: string;

  /**
   * ARN of the endpoint.
   *
   * @attribute
   */
  readonly endpointArn: string;

  /**
   * The Region in which the endpoint is managed. For sending both Regions are equal.
   */
  readonly primaryRegion: string;

  /**
   * The other Region that the endpoint sends from.
   */
  readonly secondaryRegion: string;

  /**
   * Grants on this endpoint.
   */
  readonly grants: MultiRegionEndpointGrants;

  /**
   * Replicates an identity of the primary Region in the secondary one, so that the endpoint sends from it in both with one set of DNS
   * records. `grants.sendEmail()` then needs no list of identities.
   *
   * @param id id of the replica in the scope of this endpoint
   * @param options the identity, and how its replica is
   */
  addIdentity(id: string, options: AddIdentityOptions): ReplicaEmailIdentity;

  /**
   * A metric of this endpoint in one of its Regions.
   *
   * CloudWatch keeps each Region's share in that Region: a total needs the metrics of both.
   *
   * @param metricName name of a metric in the namespace `AWS/SES` with the dimension `ses:multi-region-endpoint-id`
   * @param props the statistic, the Region and so on; by default the sum over five minutes in the primary Region
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How many messages the endpoint accepted in its primary Region.
   *
   * @param props by default the sum over five minutes
   */
  metricSendCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How many messages the endpoint accepted in its secondary Region.
   *
   * @param props by default the sum over five minutes
   */
  metricSendCountSecondary(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * Properties of a `MultiRegionEndpoint`.
 */
export interface MultiRegionEndpointProps {
  /**
   * The second Region that the endpoint sends from, e.g. `eu-central-1`: another one than the stack's, which is the first.
   * A change replaces the endpoint: it gets another `endpointId`.
   */
  readonly secondaryRegion: string;

  /**
   * Name of the endpoint: 1 to 64 letters, digits, hyphens and underscores, unique in its Region. A change replaces the endpoint.
   *
   * With a name of your own, `secondaryRegion` can be changed only together with the name.
   *
   * @default - a generated name, which contains what forces a replacement
   */
  readonly endpointName?: string;

  /**
   * Tags of the endpoint, besides those of `Tags.of()`. Changed in place.
   *
   * @default - none
   */
  readonly tags?: { [key: string]: string };

  /**
   * Takes over an endpoint that exists, instead of creating one: its name or ARN. It may have been made by hand, by another tool, by another stack or under
   * another construct id, or be kept by `RemovalPolicy.RETAIN`. Whoever managed it before then leaves it alone. Needs `removalPolicy: RemovalPolicy.RETAIN`;
   * after one deployment both may be removed. Has no effect on what this construct has already. `endpointName` has to be its name, and to stay set.
   *
   * @default - a new one is created
   */
  readonly adopt?: string;

  /**
   * What happens to the endpoint when it leaves the stack.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long creating, changing or deleting the endpoint may take: 2 to 59 minutes. SES takes one or two.
   *
   * @default Duration.minutes(30)
   */
  readonly timeout?: Duration;
}

/**
 * An endpoint that exists already, described in full.
 */
export interface MultiRegionEndpointAttributes {
  /**
   * Name of the endpoint.
   */
  readonly endpointName: string;

  /**
   * Id of the endpoint, e.g. `abcdef12.g3h`.
   */
  readonly endpointId: string;

  /**
   * The Region in which the endpoint is managed.
   *
   * @default - the stack's Region
   */
  readonly primaryRegion?: string;

  /**
   * The other Region of the endpoint.
   */
  readonly secondaryRegion: string;
}

/**
 * What made and imported endpoints have in common.
 */
abstract class MultiRegionEndpointBase extends Resource implements IMultiRegionEndpoint {
  public abstract readonly endpointName: string;
  public abstract readonly endpointId: string;
  public abstract readonly endpointArn: string;
  public abstract readonly primaryRegion: string;
  public abstract readonly secondaryRegion: string;

  public get grants(): MultiRegionEndpointGrants {
    return MultiRegionEndpointGrants.of(this);
  }

  public get multiRegionEndpointRef(): sesRefs.MultiRegionEndpointReference {
    return { endpointName: this.endpointName };
  }

  public addIdentity(id: string, options: AddIdentityOptions): ReplicaEmailIdentity {
    checkParentRegion(this, options.parentIdentity.env.region, this.primaryRegion);
    const replica = new ReplicaEmailIdentity(this, id, { ...options, replicaRegion: this.secondaryRegion });
    noteIdentity(this, options.parentIdentity.emailIdentityName);
    return replica;
  }

  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/SES',
      metricName,
      dimensionsMap: { 'ses:multi-region-endpoint-id': this.endpointId },
      statistic: cloudwatch.Stats.SUM,
      region: this.primaryRegion,
      ...props,
    }).attachTo(this);
  }

  public metricSendCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('SendCount', props);
  }

  public metricSendCountSecondary(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('SendCount', { region: this.secondaryRegion, ...props });
  }
}

/**
 * A multi-region endpoint of Amazon SES, made by this stack. The stack's Region is its primary Region.
 *
 * Configuration sets, templates and sending quotas are not copied: have them in both Regions. `addIdentity()` replicates a domain.
 * Senders use SES v2 `SendEmail` or `SendBulkEmail` with the `EndpointId` and need SigV4a.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/global-endpoints.html
 * @example
 * declare const sender: lambda.Function;
 *
 * const endpoint = new MultiRegionEndpoint(this, 'Mail', {
 *   secondaryRegion: 'eu-central-1',
 * });
 * const domain = new ses.EmailIdentity(this, 'Domain', { identity: ses.Identity.domain('example.com') });
 * endpoint.addIdentity('Replica', { parentIdentity: domain });
 * endpoint.grants.sendEmail(sender);
 * sender.addEnvironment('ENDPOINT_ID', endpoint.endpointId);
 */
@propertyInjectable
export class MultiRegionEndpoint extends MultiRegionEndpointBase implements ITaggableV2 {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region.MultiRegionEndpoint';

  /**
   * An endpoint that exists already and of which everything is known. Nothing is looked up or checked at deployment.
   *
   * @param scope the construct that the endpoint belongs to
   * @param id id in that scope
   * @param attributes what the endpoint is
   */
  public static fromMultiRegionEndpointAttributes(
    scope: Construct, id: string, attributes: MultiRegionEndpointAttributes,
  ): IMultiRegionEndpoint {
    class Import extends MultiRegionEndpointBase {
      public readonly endpointName = attributes.endpointName;
      public readonly endpointId = attributes.endpointId;
      public readonly primaryRegion = attributes.primaryRegion ?? Stack.of(scope).region;
      public readonly secondaryRegion = attributes.secondaryRegion;
      public readonly endpointArn = Stack.of(scope).formatArn({
        service: 'ses', region: this.primaryRegion, resource: 'multi-region-endpoint', resourceName: attributes.endpointName,
      });
    }
    const endpoint = new Import(scope, id);
    checkName(endpoint, endpoint.endpointName);
    checkEndpointId(endpoint, endpoint.endpointId);
    checkRegionName(endpoint, 'primaryRegion', endpoint.primaryRegion);
    checkSecondaryRegion(endpoint, endpoint.secondaryRegion, endpoint.primaryRegion);
    return endpoint;
  }

  /**
   * An endpoint that was made elsewhere: by `AWS::SES::MultiRegionEndpoint`, in the console, with Terraform. At deployment a
   * read-only custom resource waits until the endpoint is READY and reads its id and secondary Region; it never changes
   * or deletes the endpoint.
   *
   * @param scope the construct that the endpoint belongs to; its stack must be in the endpoint's primary Region
   * @param id id in that scope
   * @param endpointName name of the endpoint
   */
  public static fromEndpointName(scope: Construct, id: string, endpointName: string): IMultiRegionEndpoint {
    class Lookup extends MultiRegionEndpointBase {
      public readonly endpointName = endpointName;
      public readonly endpointId: string;
      public readonly endpointArn = endpointArn(Stack.of(scope), endpointName);
      public readonly primaryRegion = Stack.of(scope).region;
      public readonly secondaryRegion: string;

      constructor() {
        super(scope, id);
        checkName(this, endpointName);
        const provider = sesProvider(this);
        const resource = new CfnResource(this, 'Resource', {
          type: MULTI_REGION_ENDPOINT_LOOKUP_TYPE,
          properties: { ServiceToken: provider.serviceToken, Schema: SCHEMA_VERSION, EndpointName: endpointName },
        });
        provider.serve(resource);
        this.endpointId = resource.getAtt('EndpointId').toString();
        this.secondaryRegion = resource.getAtt('SecondaryRegion').toString();
      }
    }
    return new Lookup();
  }

  public readonly endpointName: string;
  public readonly endpointId: string;
  public readonly endpointArn: string;
  public readonly primaryRegion: string;
  public readonly secondaryRegion: string;
  /** Takes the tags of `Tags.of()`. */
  public readonly cdkTagManager: TagManager;
  private readonly generatedName: string;

  /**
   * @param scope the construct that the endpoint belongs to
   * @param id id in that scope
   * @param props what the endpoint shall be
   */
  constructor(scope: Construct, id: string, props: MultiRegionEndpointProps) {
    super(scope, id, { physicalName: props.endpointName });
    const stack = Stack.of(this);
    checkName(this, props.endpointName);
    checkSecondaryRegion(this, props.secondaryRegion, stack.region);
    this.cdkTagManager = tagManagerOf(this, MULTI_REGION_ENDPOINT_TYPE, props.tags);

    const given = givenName(props.endpointName);
    this.generatedName = generateName(this, NAME_RULES.maxLength, [props.secondaryRegion]);
    const provider = sesProvider(this);
    const resource = new CfnResource(this, 'Resource', {
      type: MULTI_REGION_ENDPOINT_TYPE,
      properties: {
        ServiceToken: provider.serviceToken,
        Schema: SCHEMA_VERSION,
        EndpointName: given ?? this.generatedName,
        SecondaryRegion: props.secondaryRegion,
        Tags: Lazy.any({ produce: () => this.renderTags() }),
        ...timeoutProperties(this, props.timeout),
      },
    });
    provider.serve(resource);
    checkUnique(this, resource, {
      kind: 'endpoint',
      names: given === undefined ? [] : [given],
      refusal: (name, other) => `endpointName ${name} is also that of '${other}', but a name is unique in its account and Region. Choose another name, or leave `
        + 'endpointName out for a generated one.',
    });
    if (props.removalPolicy) {
      resource.applyRemovalPolicy(props.removalPolicy);
    }
    checkAdoptedName(this, props.adopt, 'endpointName', given ?? this.generatedName);
    adoptExisting(this, resource, props.adopt);

    this.endpointName = this.getResourceNameAttribute(resource.getAtt('EndpointName').toString());
    this.endpointId = resource.getAtt('EndpointId').toString();
    this.endpointArn = endpointArn(stack, this.endpointName);
    this.primaryRegion = stack.region;
    this.secondaryRegion = props.secondaryRegion;
  }

  /**
   * Publishes the endpoint's id as a parameter in several Regions, for other stacks and Regions: they read it at run time, or with
   * `MultiRegionParameter.valueFor()` at each of their deployments, and so follow when the endpoint is replaced.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param options its Regions besides the endpoint's own, and more
   * @example
   * declare const endpoint: MultiRegionEndpoint;
   *
   * endpoint.publishId('/mail/endpoint-id', { regions: [endpoint.secondaryRegion] });
   */
  public publishId(parameterName: string, options: MultiRegionParameterOptions = {}): MultiRegionParameter {
    return publish(this, 'publishId', { value: this.endpointId }, parameterName, options);
  }

  /**
   * Publishes the ARN as a parameter in several Regions, for other stacks and Regions. They read it at run time, or with
   * `MultiRegionParameter.valueFor()` at each of their deployments, and so follow when the endpoint is replaced.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param options its Regions besides the stack's own, and more
   * @example
   * declare const endpoint: MultiRegionEndpoint;
   *
   * endpoint.publishArn('/mail/endpoint-arn', { regions: [endpoint.secondaryRegion] });
   */
  public publishArn(parameterName: string, options: MultiRegionParameterOptions = {}): MultiRegionParameter {
    return publish(this, 'publishArn', { value: this.endpointArn }, parameterName, options);
  }

  /** For references from another environment to an endpoint whose name is `PhysicalName.GENERATE_IF_NEEDED`. */
  protected generatePhysicalName(): string {
    return this.generatedName;
  }

  private renderTags(): Record<string, string> | undefined {
    const tags = this.cdkTagManager.renderTags() as Record<string, string> | undefined;
    checkTags(this, tags ?? {}, SES_TAG_RULES);
    return tags;
  }
}

function checkName(scope: Construct, name: string | undefined): void {
  if (name === undefined) {
    return;
  }
  checkText(scope, 'endpointName', name);
  if (Token.isUnresolved(name) || NAME_RULES.pattern.test(name)) {
    return;
  }
  refuse(scope, `endpointName '${name}' ${faultOf(name, NAME_RULES)}, but SES takes 1 to ${NAME_RULES.maxLength} letters, digits, `
    + 'hyphens and underscores. Choose another name, or leave endpointName out for a generated one.');
}

/** SES documents no form of the id. */
function checkEndpointId(scope: Construct, id: string): void {
  checkText(scope, 'endpointId', id);
  if (id === '' || id.startsWith('arn:')) {
    refuse(scope, `endpointId '${id}' is not the id of an endpoint. Use the EndpointId that SES shows, such as 'abcdef12.g3h'.`);
  }
}

function checkParentRegion(scope: Construct, region: string, primaryRegion: string): void {
  if (region !== primaryRegion && !Token.isUnresolved(region) && !Token.isUnresolved(primaryRegion)) {
    refuse(scope, `parentIdentity of addIdentity() is in ${region}, but the primary Region of the endpoint is ${primaryRegion}. Pass the identity there, or `
      + 'declare a ReplicaEmailIdentity yourself.');
  }
}

function checkSecondaryRegion(scope: Construct, region: string, primaryRegion: string): void {
  checkRegionName(scope, 'secondaryRegion', region);
  checkSamePartition(scope, 'secondaryRegion', region, primaryRegion);
  const isOwn = isOwnRegion(scope, region);
  if (region === primaryRegion || (isOwn && isOwnRegion(scope, primaryRegion))) {
    const value = Token.isUnresolved(region) ? 'a token' : `'${region}'`;
    refuse(scope, `secondaryRegion is ${value}, ${isOwn ? 'the Region of the stack, which is ' : ''}the endpoint's primary Region. Choose another Region.`);
  }
}
