import { CfnResource, Lazy, Resource, type Duration, type IResource, type ITaggableV2, type RemovalPolicy, type TagManager } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import { checkAttachmentId, checkOtherRegion } from './attachment-checks';
import { transitGatewayProvider } from './transit-gateway-provider';
import { adoptExisting } from '../lifecycle/adoption';
import { checkTags, checkText, tagManagerOf, timeoutProperties } from '../lifecycle/checks';
import { checkUnique } from '../lifecycle/unique';
import type { MultiRegionParameter, MultiRegionParameterOptions } from '../systems-manager/multi-region-parameter';
import { publish } from '../systems-manager/published-value';
import { SCHEMA_VERSION } from '../wire/lifecycle';
import { TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE, TRANSIT_GATEWAY_TAG_RULES } from '../wire/transit-gateway';

/**
 * The accepted side of a peering between transit gateways of two Regions.
 */
export interface ITransitGatewayPeeringAccepter extends IResource {
  /**
   * Id of the attachment, for routes in the stack's Region. As an output of an accepter it is known when the attachment is available.
   *
   * @attribute
   */
  readonly transitGatewayAttachmentId: string;

  /**
   * Id of the transit gateway in the stack's Region.
   *
   * @attribute
   */
  readonly transitGatewayId: string;

  /**
   * A metric of this attachment.
   *
   * @param metricName name of a metric in the namespace `AWS/TransitGateway`
   * @param props by default the sum over five minutes
   * @see https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-cloudwatch-metrics.html
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Bytes that the transit gateway has received from the peer.
   *
   * @param props by default the sum over five minutes
   */
  metricBytesIn(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Bytes that the transit gateway has sent to the peer.
   *
   * @param props by default the sum over five minutes
   */
  metricBytesOut(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Packets that were dropped because they matched no route: often a route is missing on this side.
   *
   * @param props by default the sum over five minutes
   */
  metricPacketDropCountNoRoute(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Packets that were dropped because they matched a route that leads nowhere any more.
   *
   * @param props by default the sum over five minutes
   */
  metricPacketDropCountBlackhole(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * Properties of a `TransitGatewayPeeringAccepter`.
 */
export interface TransitGatewayPeeringAccepterProps {
  /**
   * Id of the peering attachment to accept, e.g. `tgw-attach-0123456789abcdef0`: it was requested in another Region, by this account or another one.
   * Another id replaces the accepter: the new attachment is accepted, and the old one is left as it is unless `deleteAttachment` is set.
   */
  readonly transitGatewayAttachmentId: string;

  /**
   * Whether the attachment is deleted with the accepter, also when a deployment that has accepted it is rolled back. The attachment belongs to who has requested it,
   * e.g. to a stack in the other Region: set this only if that shall lose it. What was accepted before has to be adopted for this.
   *
   * @default false - the attachment stays accepted until its requester deletes it
   */
  readonly deleteAttachment?: boolean;

  /**
   * Tags of the attachment in the stack's Region, at most 48. `Tags.of()` adds more. They stay when the accepter is deleted.
   *
   * @default - none
   */
  readonly tags?: Record<string, string>;

  /**
   * Takes over the acceptance of an attachment from whoever manages it: the id of the attachment. That may be another stack, another construct id, or
   * `RemovalPolicy.RETAIN`, which has kept it. Whoever managed it before then leaves it alone. Needs `removalPolicy: RemovalPolicy.RETAIN`; after one
   * deployment both may be removed. Has no effect on what this construct has already. What was accepted by hand needs no adoption.
   *
   * @default - what another stack or construct manages is refused
   */
  readonly adopt?: string;

  /**
   * What happens to the acceptance when it leaves the stack. `DESTROY` leaves the attachment as it is, but for the tag that says whose the acceptance is,
   * and deletes it only with `deleteAttachment`.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long accepting or deleting the attachment may take, from 2 to 59 minutes.
   *
   * @default Duration.minutes(30)
   */
  readonly timeout?: Duration;
}

/**
 * An accepted attachment that is managed elsewhere.
 */
export interface TransitGatewayPeeringAccepterAttributes {
  /**
   * Id of the attachment.
   */
  readonly transitGatewayAttachmentId: string;

  /**
   * Id of the transit gateway in the stack's Region.
   */
  readonly transitGatewayId: string;
}

/**
 * What created and imported accepters have in common.
 */
abstract class TransitGatewayPeeringAccepterBase extends Resource implements ITransitGatewayPeeringAccepter {
  public abstract readonly transitGatewayAttachmentId: string;
  public abstract readonly transitGatewayId: string;

  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/TransitGateway',
      metricName,
      dimensionsMap: { TransitGateway: this.transitGatewayId, TransitGatewayAttachment: this.transitGatewayAttachmentId },
      statistic: cloudwatch.Stats.SUM,
      ...props,
    }).attachTo(this);
  }

  public metricBytesIn(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('BytesIn', props);
  }

  public metricBytesOut(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('BytesOut', props);
  }

  public metricPacketDropCountNoRoute(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('PacketDropCountNoRoute', props);
  }

  public metricPacketDropCountBlackhole(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('PacketDropCountBlackhole', props);
  }
}

/**
 * Accepts the peering of two transit gateways, which CloudFormation can request in one Region and not accept in the other, and waits until
 * it is available. The stack is in Region and account of the transit gateway that accepts.
 *
 * The attachment belongs to who has requested it: when the accepter is deleted, it stays, unless `deleteAttachment` is set.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/tgw/tgw-peering-accept-reject.html
 * @example
 * declare const routeTable: ec2.CfnTransitGatewayRouteTable;
 *
 * const accepter = new TransitGatewayPeeringAccepter(this, 'Accepter', {
 *   transitGatewayAttachmentId: MultiRegionParameter.valueFor(this, '/network/peering'),
 * });
 * new ec2.CfnTransitGatewayRoute(this, 'ToIreland', {
 *   transitGatewayRouteTableId: routeTable.ref,
 *   transitGatewayAttachmentId: accepter.transitGatewayAttachmentId,
 *   destinationCidrBlock: '10.1.0.0/16',
 * });
 */
@propertyInjectable
export class TransitGatewayPeeringAccepter extends TransitGatewayPeeringAccepterBase implements ITaggableV2 {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region.TransitGatewayPeeringAccepter';

  /**
   * An accepted attachment that is managed elsewhere.
   *
   * @param scope the construct that the accepter belongs to
   * @param id id in that scope
   * @param attributes what the attachment is
   */
  public static fromTransitGatewayPeeringAccepterAttributes(
    scope: Construct, id: string, attributes: TransitGatewayPeeringAccepterAttributes,
  ): ITransitGatewayPeeringAccepter {
    class Import extends TransitGatewayPeeringAccepterBase {
      public readonly transitGatewayAttachmentId = attributes.transitGatewayAttachmentId;
      public readonly transitGatewayId = attributes.transitGatewayId;
    }
    const accepter = new Import(scope, id);
    checkAttachmentId(accepter, 'transitGatewayAttachmentId', accepter.transitGatewayAttachmentId);
    checkText(accepter, 'transitGatewayId', accepter.transitGatewayId);
    return accepter;
  }

  public readonly transitGatewayAttachmentId: string;
  public readonly transitGatewayId: string;
  /** Id of the transit gateway that has requested the peering. */
  public readonly peerTransitGatewayId: string;
  /** Region of the transit gateway that has requested the peering. */
  public readonly peerRegion: string;
  /** Account of the transit gateway that has requested the peering. */
  public readonly peerAccountId: string;
  /** Takes the tags of `Tags.of()`. */
  public readonly cdkTagManager: TagManager;

  /**
   * @param scope the construct that the accepter belongs to
   * @param id id in that scope
   * @param props the attachment
   */
  constructor(scope: Construct, id: string, props: TransitGatewayPeeringAccepterProps) {
    super(scope, id);
    checkAttachmentId(this, 'transitGatewayAttachmentId', props.transitGatewayAttachmentId);
    checkOtherRegion(this, props.transitGatewayAttachmentId);
    this.cdkTagManager = tagManagerOf(this, TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE, props.tags);
    const provider = transitGatewayProvider(this);
    const resource = new CfnResource(this, 'Resource', {
      type: TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE,
      properties: {
        ServiceToken: provider.serviceToken,
        Schema: SCHEMA_VERSION,
        TransitGatewayAttachmentId: props.transitGatewayAttachmentId,
        DeleteAttachment: props.deleteAttachment || undefined,
        Tags: Lazy.any({ produce: () => this.renderTags() }),
        ...timeoutProperties(this, props.timeout),
      },
    });
    provider.serve(resource);
    checkUnique(this, resource, {
      kind: 'transit gateway peering attachment',
      names: [props.transitGatewayAttachmentId],
      refusal: (attachment, other) => `'${other}' accepts the attachment ${attachment} already. Remove one of the two.`,
    });
    this.keep(resource, props);
    const attribute = (name: string) => resource.getAtt(name).toString();
    this.transitGatewayAttachmentId = attribute('TransitGatewayAttachmentId');
    this.transitGatewayId = attribute('TransitGatewayId');
    this.peerTransitGatewayId = attribute('PeerTransitGatewayId');
    this.peerRegion = attribute('PeerRegion');
    this.peerAccountId = attribute('PeerAccountId');
  }

  /**
   * Publishes the attachment's id as a parameter in several Regions, for other stacks and Regions. They read it at run time, or with
   * `MultiRegionParameter.valueFor()` at each of their deployments, and so follow when another attachment is accepted. It is there once the
   * attachment is available, which routes need.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param options its Regions besides the stack's own, and more
   * @example
   * declare const accepter: TransitGatewayPeeringAccepter;
   *
   * accepter.publishAttachmentId('/network/accepted', { regions: ['us-east-1'] });
   */
  public publishAttachmentId(parameterName: string, options: MultiRegionParameterOptions = {}): MultiRegionParameter {
    return publish(this, 'publishAttachmentId', { value: this.transitGatewayAttachmentId }, parameterName, options);
  }

  private keep(resource: CfnResource, { adopt, removalPolicy }: TransitGatewayPeeringAccepterProps): void {
    if (removalPolicy) {
      resource.applyRemovalPolicy(removalPolicy);
    }
    if (adopt !== undefined) {
      checkAttachmentId(this, 'adopt', adopt);
      adoptExisting(this, resource, adopt);
    }
  }

  private renderTags(): Record<string, string> | undefined {
    const tags = this.cdkTagManager.renderTags() as Record<string, string> | undefined;
    checkTags(this, tags ?? {}, TRANSIT_GATEWAY_TAG_RULES);
    return tags;
  }
}
