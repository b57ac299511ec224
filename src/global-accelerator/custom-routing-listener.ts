import { Annotations, CfnResource, Resource, type Duration, type IResource, type RemovalPolicy } from 'aws-cdk-lib';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import { acceleratorArnOf } from './arns';
import type { ICustomRoutingAccelerator } from './custom-routing-accelerator';
import { CustomRoutingEndpointGroup, type CustomRoutingEndpointGroupOptions } from './custom-routing-endpoint-group';
import { Family, type FamilyListener } from './family';
import { checkAccount, checkAdoptedArn, checkArn } from './forms';
import { globalAcceleratorProvider } from './global-accelerator-provider';
import { countPorts, isConcrete, overlap, renderPorts, show } from './ports';
import { adoptExisting } from '../lifecycle/adoption';
import { timeoutProperties } from '../lifecycle/checks';
import { refuse } from '../lifecycle/synthesis-error';
import type { MultiRegionParameter, MultiRegionParameterOptions } from '../systems-manager/multi-region-parameter';
import { publish } from '../systems-manager/published-value';
import { CUSTOM_ROUTING_LISTENER_TYPE, LISTENER_ARN, type PortRangeProperties } from '../wire/global-accelerator';
import { SCHEMA_VERSION } from '../wire/lifecycle';

const MAX_PORT_RANGES = 10;
/** Documented as the least, but not enforced as far as is known. */
const USUAL_RANGE_SIZE = 16;
/** The smallest subnet, /28, with one destination port. */
const SMALLEST_RANGE_SIZE = 11;
const LISTENER_QUOTA = 10;

/**
 * Ports on which a custom routing accelerator takes traffic.
 */
export interface CustomRoutingPortRange {
  /**
   * First port.
   */
  readonly fromPort: number;

  /**
   * Last port.
   *
   * @default - the same as `fromPort`
   */
  readonly toPort?: number;
}

/**
 * A listener of a custom routing accelerator.
 */
export interface ICustomRoutingListener extends IResource {
  /**
   * ARN of the listener.
   *
   * @attribute
   */
  readonly listenerArn: string;

  /**
   * ARN of the accelerator that the listener belongs to.
   */
  readonly acceleratorArn: string;

  /**
   * Adds an endpoint group, at most one for each Region.
   *
   * @param id id below the listener
   * @param options its destinations and subnets
   */
  addEndpointGroup(id: string, options: CustomRoutingEndpointGroupOptions): CustomRoutingEndpointGroup;
}

/**
 * What a listener of a custom routing accelerator shall be.
 */
export interface CustomRoutingListenerOptions {
  /**
   * The ports, 1 to 10 ranges. Every address and destination port of the subnets below takes one port. Changed in place;
   * ports in use stay until the endpoint groups no longer use them.
   */
  readonly portRanges: CustomRoutingPortRange[];

  /**
   * Takes over a listener of the accelerator that exists, instead of creating one: its ARN. It may have been made by hand, by another tool, by another stack or under
   * another construct id, or be kept by `RemovalPolicy.RETAIN`. Whoever managed it before then leaves it alone. Needs `removalPolicy: RemovalPolicy.RETAIN`;
   * after one deployment both may be removed. Has no effect on what this construct has already.
   *
   * @default - a new one is created
   */
  readonly adopt?: string;

  /**
   * What happens to the listener when it leaves the stack.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long creating, changing or deleting the listener may take: 2 to 59 minutes. It takes about one.
   *
   * @default Duration.minutes(45)
   */
  readonly timeout?: Duration;
}

/**
 * Properties of a `CustomRoutingListener`.
 */
export interface CustomRoutingListenerProps extends CustomRoutingListenerOptions {
  /**
   * The accelerator. Another one replaces the listener.
   */
  readonly accelerator: ICustomRoutingAccelerator;
}

/**
 * What made and imported listeners have in common.
 */
abstract class CustomRoutingListenerBase extends Resource implements ICustomRoutingListener {
  public abstract readonly listenerArn: string;
  public abstract readonly acceleratorArn: string;

  public addEndpointGroup(id: string, options: CustomRoutingEndpointGroupOptions): CustomRoutingEndpointGroup {
    return new CustomRoutingEndpointGroup(this, id, { listener: this, ...options });
  }
}

/**
 * A listener of a custom routing accelerator: ports that lead to destinations in the subnets of its endpoint groups.
 *
 * @see https://docs.aws.amazon.com/global-accelerator/latest/dg/about-custom-routing-listeners.html
 * @example
 * declare const accelerator: CustomRoutingAccelerator;
 *
 * new CustomRoutingListener(this, 'Players', {
 *   accelerator,
 *   portRanges: [{ fromPort: 10_001, toPort: 20_000 }],
 * });
 */
@propertyInjectable
export class CustomRoutingListener extends CustomRoutingListenerBase {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region.CustomRoutingListener';

  /**
   * A listener that exists already. Its ports are not known, so the capacity for subnets is not checked.
   *
   * @param scope the construct that the listener belongs to
   * @param id id in that scope
   * @param listenerArn ARN of the listener
   */
  public static fromCustomRoutingListenerArn(scope: Construct, id: string, listenerArn: string): ICustomRoutingListener {
    class Import extends CustomRoutingListenerBase {
      public readonly listenerArn = listenerArn;

      public get acceleratorArn(): string {
        return acceleratorArnOf(listenerArn);
      }
    }
    const listener = new Import(scope, id);
    checkArn(listener, 'listenerArn', listenerArn, LISTENER_ARN);
    return listener;
  }

  public readonly listenerArn: string;
  public readonly acceleratorArn: string;

  /**
   * @param scope the construct that the listener belongs to
   * @param id id in that scope
   * @param props what the listener shall be
   */
  constructor(scope: Construct, id: string, props: CustomRoutingListenerProps) {
    super(scope, id);
    const { accelerator } = props;
    checkAccount(this, accelerator, accelerator.acceleratorArn);
    const portRanges = this.renderRanges(props.portRanges);
    const family = Family.of(accelerator, accelerator.acceleratorArn);
    this.checkAgainst(family.listeners, portRanges);
    family.join({ construct: this, portRanges, groups: [] });
    if (family.listeners.length > LISTENER_QUOTA) {
      Annotations.of(this).addWarningV2('cdk-multi-region:listenerQuota', `The accelerator has ${family.listeners.length} listeners; the `
        + `quota 'Listeners per accelerator' is ${LISTENER_QUOTA} unless it was raised.`);
    }

    const provider = globalAcceleratorProvider(this);
    const resource = new CfnResource(this, 'Resource', {
      type: CUSTOM_ROUTING_LISTENER_TYPE,
      properties: {
        ServiceToken: provider.serviceToken,
        Schema: SCHEMA_VERSION,
        AcceleratorArn: accelerator.acceleratorArn,
        PortRanges: portRanges,
        ...timeoutProperties(this, props.timeout),
      },
    });
    provider.serve(resource);
    family.chain(resource);
    if (props.removalPolicy) {
      resource.applyRemovalPolicy(props.removalPolicy);
    }
    checkAdoptedArn(this, props.adopt, LISTENER_ARN);
    adoptExisting(this, resource, props.adopt);
    // Not the physical id, which names the place.
    this.listenerArn = resource.getAtt('ListenerArn').toString();
    this.acceleratorArn = accelerator.acceleratorArn;
  }

  /**
   * Publishes the ARN as a parameter in several Regions, for other stacks and Regions. They read it at run time, or with
   * `MultiRegionParameter.valueFor()` at each of their deployments, and so follow when the listener is replaced or re-created.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param options its Regions besides the stack's own, and more
   * @example
   * declare const listener: CustomRoutingListener;
   *
   * listener.publishArn('/game/listener', { regions: ['us-east-1'] });
   */
  public publishArn(parameterName: string, options: MultiRegionParameterOptions = {}): MultiRegionParameter {
    return publish(this, 'publishArn', { value: this.listenerArn }, parameterName, options);
  }

  private renderRanges(ranges: readonly CustomRoutingPortRange[]): PortRangeProperties[] {
    if (ranges.length < 1 || ranges.length > MAX_PORT_RANGES) {
      refuse(this, `${ranges.length} portRanges, but a listener has 1 to ${MAX_PORT_RANGES}. Join ranges, or add a listener.`);
    }
    const rendered = ranges.map(range => renderPorts(this, 'port range', range));
    rendered.forEach((range, index) => {
      const other = rendered.slice(0, index).find(earlier => overlap(earlier, range));
      if (other) {
        refuse(this, `port ranges ${show(other)} and ${show(range)} overlap. Join them.`);
      }
      this.checkSize(range);
    });
    return rendered;
  }

  private checkSize(range: PortRangeProperties): void {
    const size = isConcrete(range) ? countPorts([range]) : USUAL_RANGE_SIZE;
    if (size < SMALLEST_RANGE_SIZE) {
      refuse(this, `port range ${show(range)} has ${size} ports, but the smallest subnet needs ${SMALLEST_RANGE_SIZE} for one `
        + 'destination port. Widen it.');
    }
    if (size < USUAL_RANGE_SIZE) {
      Annotations.of(this).addWarningV2('cdk-multi-region:portRangeSize', `The port range ${show(range)} has ${size} ports; Global `
        + `Accelerator documents ${USUAL_RANGE_SIZE} as the least.`);
    }
  }

  private checkAgainst(others: readonly FamilyListener[], ranges: readonly PortRangeProperties[]): void {
    for (const other of others) {
      const theirs = other.portRanges?.find(range => ranges.some(own => overlap(range, own)));
      if (theirs) {
        refuse(this, `its ports overlap ${show(theirs)} of listener '${other.construct.node.path}', but ports are unique for an `
          + 'accelerator. Use other ports.');
      }
    }
  }
}
