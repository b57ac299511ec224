import { Annotations, CfnResource, Lazy, Resource, Stack, Token, type Duration, type IResource, type RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct, type IConstruct } from 'constructs';
import { acceleratorArnOf, idOf, listenerArnOf } from './arns';
import { capacityOf, type SubnetNeed } from './capacity';
import { CustomRoutingEndpointGroupGrants } from './custom-routing-grants';
import type { ICustomRoutingListener } from './custom-routing-listener';
import { Family, type FamilyListener } from './family';
import { checkAccount, checkAdoptedArn, checkArn, checkForm } from './forms';
import { globalAcceleratorProvider } from './global-accelerator-provider';
import { Ipv4Block, isIpv4Address, isIpv4Block } from './ipv4';
import { acceleratorMetric } from './metrics';
import { isConcrete, overlap, renderPorts, show } from './ports';
import { TrafficPolicy } from './traffic-policy';
import { adoptExisting } from '../lifecycle/adoption';
import { checkText, timeoutProperties } from '../lifecycle/checks';
import { checkRegionName, checkSamePartition } from '../lifecycle/regions';
import { awaitsLookup, refuse } from '../lifecycle/synthesis-error';
import type { MultiRegionParameter, MultiRegionParameterOptions } from '../systems-manager/multi-region-parameter';
import { publish } from '../systems-manager/published-value';
import {
  ATTACHMENT_ARN, CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, CUSTOM_ROUTING_PORT_LOOKUP_TYPE, ENDPOINT_GROUP_ARN, SUBNET_ID,
  type DestinationProperties, type SubnetProperties,
} from '../wire/global-accelerator';
import { SCHEMA_VERSION } from '../wire/lifecycle';

const MAX_DESTINATIONS = 100;
const MAX_GROUPS = 42;
const SUBNET_QUOTA = 10;
const WIDEST_PREFIX = 17;
const NARROWEST_PREFIX = 28;

/**
 * A protocol of a destination.
 */
export enum CustomRoutingProtocol {
  /** TCP */
  TCP = 'TCP',
  /** UDP */
  UDP = 'UDP',
}

/**
 * Ports of the EC2 instances that traffic can be led to.
 */
export interface CustomRoutingDestination {
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

  /**
   * The protocols, one or both.
   */
  readonly protocols: CustomRoutingProtocol[];
}

/**
 * How a subnet takes part in an endpoint group.
 */
export interface CustomRoutingSubnetOptions {
  /**
   * What the destinations in the subnet may receive. Changed in place.
   *
   * @default TrafficPolicy.applicationManaged(), that is nothing until the application allows it
   */
  readonly traffic?: TrafficPolicy;
}

/**
 * How a subnet of another account takes part in an endpoint group.
 */
export interface CrossAccountSubnetOptions extends CustomRoutingSubnetOptions {
  /**
   * ARN of the cross-account attachment by which the owner of the subnet shares it, e.g. `attrAttachmentArn` of
   * `CfnCrossAccountAttachment`. Another one takes the subnet out and adds it again, so that its destinations get other
   * accelerator ports.
   */
  readonly attachmentArn: string;

  /**
   * The subnet's IPv4 addresses, for the checks at synthesis.
   *
   * @default - not checked
   */
  readonly ipv4CidrBlock?: string;
}

/**
 * A destination in an endpoint group: a port of an address in one of its subnets.
 */
export interface CustomRoutingDestinationAddress {
  /**
   * The subnet, which must be in the endpoint group.
   */
  readonly subnet: ec2.ISubnet;

  /**
   * An IPv4 address of the subnet.
   */
  readonly address: string;

  /**
   * A port of the destinations.
   */
  readonly port: number;
}

/**
 * An endpoint group of a custom routing accelerator.
 */
export interface ICustomRoutingEndpointGroup extends IResource {
  /**
   * ARN of the endpoint group.
   *
   * @attribute
   */
  readonly endpointGroupArn: string;

  /**
   * ARN of the accelerator that the endpoint group belongs to.
   */
  readonly acceleratorArn: string;

  /**
   * The Region of the subnets.
   */
  readonly region: string;

  /**
   * Grants on this endpoint group.
   */
  readonly grants: CustomRoutingEndpointGroupGrants;

  /**
   * Adds a small read-only custom resource that looks up the accelerator port of one destination at deployment. The port stays the
   * same while the subnet stays in the endpoint group and the destinations of the group do not change.
   *
   * @param id id below the endpoint group
   * @param destination the destination
   * @returns the port, a number as text
   */
  addAcceleratorPortLookup(id: string, destination: CustomRoutingDestinationAddress): string;

  /**
   * A metric of this endpoint group, always in us-west-2.
   *
   * @param metricName name of a metric in the namespace `AWS/GlobalAccelerator`
   * @param props the statistic and so on; by default the sum over five minutes
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * What an endpoint group of a custom routing accelerator shall be.
 */
export interface CustomRoutingEndpointGroupOptions {
  /**
   * Ports and protocols of the EC2 instances, the same in all subnets.
   *
   * They can't be changed in place: the update deletes the endpoint group and re-creates it, so that every destination gets
   * another accelerator port and all traffic is denied until it is allowed again. See `protectPortMappings`.
   */
  readonly destinations: CustomRoutingDestination[];

  /**
   * The Region of the subnets. Another one replaces the endpoint group.
   *
   * @default - the Region of the first subnet, else that of the stack
   */
  readonly region?: string;

  /**
   * Subnets, from /28 to /17, of VPCs that have an internet gateway. `addSubnet()` adds more, and takes a traffic policy.
   * Changed in place: the mappings of other subnets stay.
   *
   * @default - none
   */
  readonly subnets?: ec2.ISubnet[];

  /**
   * Refuses a change of the destinations, which would give every destination another accelerator port.
   *
   * @default false
   */
  readonly protectPortMappings?: boolean;

  /**
   * Takes over an endpoint group of the listener that exists, instead of creating one: its ARN. It may have been made by hand, by another tool, by another stack or under
   * another construct id, or be kept by `RemovalPolicy.RETAIN`. Whoever managed it before then leaves it alone. Needs `removalPolicy: RemovalPolicy.RETAIN`;
   * after one deployment both may be removed. Has no effect on what this construct has already. Its destinations have to be the declared ones; subnets that it has besides stay.
   *
   * @default - a new one is created
   */
  readonly adopt?: string;

  /**
   * What happens to the endpoint group when it leaves the stack.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long creating, changing or deleting the endpoint group may take: 2 to 59 minutes. With subnets it takes some minutes.
   *
   * @default Duration.minutes(59)
   */
  readonly timeout?: Duration;
}

/**
 * Properties of a `CustomRoutingEndpointGroup`.
 */
export interface CustomRoutingEndpointGroupProps extends CustomRoutingEndpointGroupOptions {
  /**
   * The listener. Another one replaces the endpoint group.
   */
  readonly listener: ICustomRoutingListener;
}

/**
 * An endpoint group that exists already.
 */
export interface CustomRoutingEndpointGroupAttributes {
  /**
   * ARN of the endpoint group.
   */
  readonly endpointGroupArn: string;

  /**
   * The Region of its subnets, which the ARN does not say.
   */
  readonly region: string;
}

/** A subnet with what is known of it. */
interface Member {
  readonly properties: SubnetProperties;
  readonly block?: Ipv4Block;
  readonly region?: string;
}

/**
 * What made and imported endpoint groups have in common.
 */
abstract class CustomRoutingEndpointGroupBase extends Resource implements ICustomRoutingEndpointGroup {
  public abstract readonly endpointGroupArn: string;
  public abstract readonly acceleratorArn: string;
  public abstract readonly region: string;
  /** @internal */
  public abstract readonly _listenerArn: string;

  public get grants(): CustomRoutingEndpointGroupGrants {
    return CustomRoutingEndpointGroupGrants.of(this);
  }

  public addAcceleratorPortLookup(id: string, destination: CustomRoutingDestinationAddress): string {
    const { address, port, subnet } = destination;
    this._checkDestination(destination);
    checkAccount(this, this, this.endpointGroupArn);
    const provider = globalAcceleratorProvider(this);
    const resource = new CfnResource(new Construct(this, id), 'Resource', {
      type: CUSTOM_ROUTING_PORT_LOOKUP_TYPE,
      properties: {
        ServiceToken: provider.serviceToken,
        Schema: SCHEMA_VERSION,
        EndpointGroupArn: this.endpointGroupArn,
        SubnetId: subnet.subnetId,
        Address: address,
        Port: port,
      },
    });
    provider.serve(resource);
    return resource.getAtt('AcceleratorPort').toString();
  }

  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    const dimensions = {
      Accelerator: idOf('accelerator/', this.acceleratorArn),
      Listener: idOf('/listener/', this._listenerArn),
      EndpointGroup: this.region,
    };
    return acceleratorMetric(this, metricName, dimensions, props);
  }

  /** @internal */
  protected _checkDestination({ address, port, subnet }: CustomRoutingDestinationAddress): void {
    renderPorts(this, 'port', { fromPort: port });
    checkAddress(this, address, blockOf(subnet));
  }
}

/**
 * An endpoint group of a custom routing accelerator: subnets of one Region whose EC2 instances get accelerator ports.
 *
 * Clients keep their addresses, so the security groups of the instances must let clients in. Missing rules, gateways or
 * permissions show only in that nothing arrives.
 *
 * @see https://docs.aws.amazon.com/global-accelerator/latest/dg/about-custom-routing-endpoint-groups.html
 * @example
 * declare const listener: CustomRoutingListener;
 * declare const vpc: ec2.Vpc;
 *
 * const servers = new CustomRoutingEndpointGroup(this, 'Servers', {
 *   listener,
 *   destinations: [{ fromPort: 7777, toPort: 7780, protocols: [CustomRoutingProtocol.UDP] }],
 * });
 * servers.addSubnet(vpc.privateSubnets[0], {
 *   traffic: TrafficPolicy.allow({ addresses: ['10.0.128.10', '10.0.128.11'], ports: [7777] }),
 * });
 */
@propertyInjectable
export class CustomRoutingEndpointGroup extends CustomRoutingEndpointGroupBase {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region.CustomRoutingEndpointGroup';

  /**
   * An endpoint group that exists already. Nothing is looked up or checked at deployment.
   *
   * @param scope the construct that the endpoint group belongs to
   * @param id id in that scope
   * @param attributes what the endpoint group is
   */
  public static fromCustomRoutingEndpointGroupAttributes(
    scope: Construct, id: string, attributes: CustomRoutingEndpointGroupAttributes,
  ): ICustomRoutingEndpointGroup {
    const { endpointGroupArn, region } = attributes;
    class Import extends CustomRoutingEndpointGroupBase {
      public readonly endpointGroupArn = endpointGroupArn;
      public readonly region = region;

      public get acceleratorArn(): string {
        return acceleratorArnOf(endpointGroupArn);
      }

      public get _listenerArn(): string {
        return listenerArnOf(endpointGroupArn);
      }
    }
    const group = new Import(scope, id);
    checkArn(group, 'endpointGroupArn', endpointGroupArn, ENDPOINT_GROUP_ARN);
    checkRegionName(group, 'region', region);
    return group;
  }

  public readonly endpointGroupArn: string;
  public readonly acceleratorArn: string;
  /** @internal */
  public readonly _listenerArn: string;
  public readonly region: string;
  private readonly resource: CfnResource;
  private readonly destinations: readonly DestinationProperties[];
  private readonly membership: FamilyListener;
  private readonly members: Member[] = [];
  private readonly givenRegion?: string;

  /**
   * @param scope the construct that the endpoint group belongs to
   * @param id id in that scope
   * @param props what the endpoint group shall be
   */
  constructor(scope: Construct, id: string, props: CustomRoutingEndpointGroupProps) {
    super(scope, id);
    const { listener } = props;
    checkAccount(this, listener, listener.listenerArn);
    this.destinations = this.renderDestinations(props.destinations);
    this.givenRegion = props.region;
    if (props.region !== undefined) {
      checkRegionName(this, 'region', props.region);
      checkSamePartition(this, 'region', props.region, Stack.of(this).region);
    }
    this.region = props.region ?? Lazy.string({ produce: () => this.effectiveRegion() });
    const { family, listener: membership } = Family.ofListener(listener);
    this.membership = membership;
    membership.groups.push({
      construct: this, destinations: this.destinations, region: () => this.effectiveRegion(), needs: () => this.needs(),
    });
    this.checkGroupCount(family);

    const provider = globalAcceleratorProvider(this);
    this.resource = new CfnResource(this, 'Resource', {
      type: CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE,
      properties: {
        ServiceToken: provider.serviceToken,
        Schema: SCHEMA_VERSION,
        ListenerArn: listener.listenerArn,
        Region: this.region,
        Destinations: this.destinations,
        Subnets: Lazy.any({ produce: () => this.members.map(member => member.properties) }, { omitEmptyArray: true }),
        ProtectPortMappings: props.protectPortMappings || undefined,
        ...timeoutProperties(this, props.timeout),
      },
    });
    provider.serve(this.resource);
    family.chain(this.resource);
    if (props.removalPolicy) {
      this.resource.applyRemovalPolicy(props.removalPolicy);
    }
    checkAdoptedArn(this, props.adopt, ENDPOINT_GROUP_ARN);
    adoptExisting(this, this.resource, props.adopt);
    // Not the physical id, which names the place.
    this.endpointGroupArn = this.resource.getAtt('EndpointGroupArn').toString();
    this.acceleratorArn = listener.acceleratorArn;
    this._listenerArn = listener.listenerArn;
    props.subnets?.forEach(subnet => this.addSubnet(subnet));
    this.node.addValidation({ validate: () => awaitsLookup(this) ? [] : this.validate() });
  }

  /**
   * Publishes the ARN as a parameter in several Regions, for other stacks and Regions. They read it at run time, or with
   * `MultiRegionParameter.valueFor()` at each of their deployments, and so follow when other destinations re-create the group.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param options its Regions besides the stack's own, and more
   * @example
   * declare const group: CustomRoutingEndpointGroup;
   *
   * group.publishArn('/game/servers', { regions: ['us-east-1'] });
   */
  public publishArn(parameterName: string, options: MultiRegionParameterOptions = {}): MultiRegionParameter {
    return publish(this, 'publishArn', { value: this.endpointGroupArn }, parameterName, options);
  }

  /**
   * Adds a subnet. The mappings of other subnets stay as they are.
   *
   * @param subnet a subnet, from /28 to /17, of a VPC with an internet gateway
   * @param options what its destinations may receive
   */
  public addSubnet(subnet: ec2.ISubnet, options: CustomRoutingSubnetOptions = {}): void {
    // An imported subnet says that it is in the Region of the stack that imports it, which is not known.
    const region = Resource.isOwnedResource(subnet) ? subnet.env.region : undefined;
    this.addMember({ SubnetId: subnet.subnetId, Traffic: options.traffic?._properties }, options, blockOf(subnet), region);
    this.dependOnGateway(subnet);
  }

  /**
   * Adds several subnets.
   *
   * @param selection the subnets, e.g. `vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS })`
   * @param options what their destinations may receive; an allow list is for one subnet
   */
  public addSubnets(selection: ec2.SelectedSubnets, options: CustomRoutingSubnetOptions = {}): void {
    selection.subnets.forEach(subnet => this.addSubnet(subnet, options));
  }

  /**
   * Adds a subnet of another account.
   *
   * @param subnetId id of the subnet
   * @param options the attachment by which its owner shares it, and what its destinations may receive
   */
  public addCrossAccountSubnet(subnetId: string, options: CrossAccountSubnetOptions): void {
    const { attachmentArn, ipv4CidrBlock, traffic } = options;
    checkForm(this, 'subnetId', subnetId, SUBNET_ID, "Use an id such as 'subnet-0123456789abcdef0'.");
    checkArn(this, 'attachmentArn', attachmentArn, ATTACHMENT_ARN);
    checkBlock(this, ipv4CidrBlock);
    this.addMember({ SubnetId: subnetId, AttachmentArn: attachmentArn, Traffic: traffic?._properties }, options, concreteBlock(ipv4CidrBlock));
  }

  /** @internal */
  protected _checkDestination(destination: CustomRoutingDestinationAddress): void {
    super._checkDestination(destination);
    if (!this.members.some(member => member.properties.SubnetId === destination.subnet.subnetId)) {
      refuse(this, `addAcceleratorPortLookup() got the subnet '${destination.subnet.node.path}', which is not in the endpoint group. `
        + 'Call addSubnet() first.');
    }
    this.checkPorts('addAcceleratorPortLookup()', [destination.port]);
  }

  private addMember(properties: SubnetProperties, options: CustomRoutingSubnetOptions, block?: Ipv4Block, region?: string): void {
    const what = Token.isUnresolved(properties.SubnetId) ? block?.cidr ?? 'of a VPC in this app' : properties.SubnetId;
    if (this.members.some(member => member.properties.SubnetId === properties.SubnetId)) {
      refuse(this, `the subnet ${what} was added twice. Add each subnet once.`);
    }
    if (block && (block.prefix < WIDEST_PREFIX || block.prefix > NARROWEST_PREFIX)) {
      refuse(this, `the subnet ${block.cidr} is a /${block.prefix}; Global Accelerator takes /${NARROWEST_PREFIX} to `
        + `/${WIDEST_PREFIX}. Use another subnet.`);
    }
    if (isKnown(this.givenRegion) && isKnown(region) && this.givenRegion !== region) {
      refuse(this, `the subnet ${what} is in ${region}, but the endpoint group in ${this.givenRegion}. Add an endpoint group for `
        + `${region} to the listener.`);
    }
    this.checkTraffic(options.traffic, block);
    this.members.push({ properties, block, region });
    if (this.members.length > SUBNET_QUOTA) {
      Annotations.of(this).addWarningV2('cdk-multi-region:subnetQuota', `The endpoint group has more than ${SUBNET_QUOTA} subnets, which is the `
        + "quota 'VPC subnets per endpoint group' unless it was raised.");
    }
  }

  private checkTraffic(policy: TrafficPolicy | undefined, block: Ipv4Block | undefined): void {
    const rules = policy?._properties?.Rules ?? [];
    rules.flatMap(rule => rule.Addresses).forEach(address => checkText(this, 'an address of TrafficPolicy.allow()', address));
    const problem = policy?._problem();
    if (problem) {
      refuse(this, problem);
    }
    for (const { Addresses, Ports } of rules) {
      Addresses.forEach(address => checkAddress(this, address, block));
      this.checkPorts('TrafficPolicy.allow()', Ports ?? []);
    }
  }

  private checkPorts(what: string, ports: readonly number[]): void {
    const wrong = this.destinations.every(isConcrete) && ports.find(port => !Token.isUnresolved(port)
      && !this.destinations.some(({ FromPort, ToPort }) => FromPort <= port && port <= ToPort));
    if (typeof wrong === 'number') {
      refuse(this, `${what} got port ${wrong}, which is not among the destinations ${this.destinations.map(show).join(', ')}. `
        + 'Use one of those.');
    }
  }

  private renderDestinations(destinations: readonly CustomRoutingDestination[]): DestinationProperties[] {
    if (destinations.length < 1 || destinations.length > MAX_DESTINATIONS) {
      refuse(this, `${destinations.length} destinations, but an endpoint group has 1 to ${MAX_DESTINATIONS}. `
        + 'Name at least one; join ranges if they are too many.');
    }
    const rendered = destinations.map(destination => {
      const protocols = [...new Set(destination.protocols)];
      if (protocols.length < 1 || protocols.length < destination.protocols.length) {
        refuse(this, `the protocols of destination ports ${destination.fromPort} are [${destination.protocols.join(', ')}]. Name `
          + 'TCP, UDP or both, each once.');
      }
      return { ...renderPorts(this, 'destination ports', destination), Protocols: protocols };
    });
    rendered.forEach((destination, index) => {
      const other = rendered.slice(0, index).find(earlier =>
        overlap(earlier, destination) && earlier.Protocols.some(protocol => destination.Protocols.includes(protocol)));
      if (other) {
        Annotations.of(this).addWarningV2('cdk-multi-region:overlappingDestinations', `The destination ports ${show(other)} and `
          + `${show(destination)} overlap for the same protocol, which Global Accelerator probably refuses.`);
      }
    });
    return rendered;
  }

  private checkGroupCount(family: Family): void {
    const count = family.listeners.reduce((sum, listener) => sum + listener.groups.length, 0);
    if (count > MAX_GROUPS) {
      refuse(this, `the accelerator has ${count} endpoint groups, but Global Accelerator takes ${MAX_GROUPS} for all its listeners `
        + 'together. Use another accelerator.');
    }
  }

  private effectiveRegion(): string {
    return this.givenRegion ?? this.members.find(member => member.region !== undefined)?.region ?? Stack.of(this).region;
  }

  /** What can be seen only when everything has been added. */
  private validate(): string[] {
    const region = this.effectiveRegion();
    const others = this.membership.groups.filter(group => group.construct !== this);
    const twin = others.find(group => group.region() === region && (isKnown(region) || Stack.of(group.construct) === Stack.of(this)));
    const stray = this.members.find(member => isKnown(region) && isKnown(member.region) && member.region !== region);
    return [
      ...(twin ? [`The listener has another endpoint group in ${isKnown(region) ? region : 'the Region of the stack'}, '${twin.construct.node.path}', but can have one for each Region. `
        + 'Add the subnets to that one, or use another listener.'] : []),
      ...(stray ? [`A subnet is in ${stray.region}, but the endpoint group in ${region}. Add an endpoint group for ${stray.region} to the `
        + 'listener.'] : []),
      ...this.validateCapacity(),
    ];
  }

  /** The listener's last group speaks for all of them. */
  private validateCapacity(): string[] {
    const { groups, portRanges } = this.membership;
    if (groups[groups.length - 1].construct !== this || !portRanges?.every(isConcrete)) {
      return [];
    }
    const { error, warning } = capacityOf(portRanges, groups.flatMap(group => group.needs()));
    if (warning) {
      Annotations.of(this).addWarningV2('cdk-multi-region:portCapacity', warning);
    }
    return error ? [error] : [];
  }

  private needs(): SubnetNeed[] {
    return this.members.flatMap(({ block }) => block && this.destinations.every(isConcrete)
      ? [{ group: this.node.path, block, destinations: this.destinations }] : []);
  }

  /** Not only on the gateway: the subnet is taken only when the gateway is attached, and the attachment has to outlive it. */
  private dependOnGateway(subnet: ec2.ISubnet): void {
    const vpc = subnet.node.scope;
    if (!(vpc instanceof ec2.Vpc)) {
      return;
    }
    const attachments = gatewayAttachments(vpc);
    attachments.forEach(attachment => this.resource.node.addDependency(attachment));
    if (attachments.length === 0) {
      this.node.addValidation({
        validate: () => gatewayAttachments(vpc).length > 0 ? [] : [`The VPC '${vpc.node.path}' of a subnet has no internet gateway, which Global `
          + 'Accelerator needs, though no route to it. Give the VPC a public subnet, or attach a gateway (ec2.CfnVPCGatewayAttachment) before '
          + 'the subnet is added.'],
      });
    }
  }
}

/** Attachments of an internet gateway, of the VPC's own making or not. */
function gatewayAttachments(vpc: ec2.Vpc): IConstruct[] {
  const stack = Stack.of(vpc);
  const vpcId = JSON.stringify(stack.resolve(vpc.vpcId));
  return stack.node.findAll().filter(construct => construct instanceof ec2.CfnVPCGatewayAttachment
    && construct.internetGatewayId !== undefined && JSON.stringify(stack.resolve(construct.vpcId)) === vpcId);
}

/** Undefined for an imported subnet whose addresses are not known, and for addresses that are known only at deployment. */
function blockOf(subnet: ec2.ISubnet): Ipv4Block | undefined {
  try {
    return concreteBlock(subnet.ipv4CidrBlock);
  } catch {
    return undefined;
  }
}

function concreteBlock(cidr: string | undefined): Ipv4Block | undefined {
  return cidr !== undefined && isIpv4Block(cidr) ? new Ipv4Block(cidr) : undefined;
}

function checkBlock(scope: IConstruct, cidr: string | undefined): void {
  if (cidr === undefined) {
    return;
  }
  checkText(scope, 'ipv4CidrBlock', cidr);
  if (!Token.isUnresolved(cidr) && !isIpv4Block(cidr)) {
    refuse(scope, `ipv4CidrBlock '${cidr}' is not an IPv4 block. Use a block such as '10.0.0.0/24'.`);
  }
}

function checkAddress(scope: IConstruct, address: string, block: Ipv4Block | undefined): void {
  checkText(scope, 'an address', address);
  if (Token.isUnresolved(address)) {
    return;
  }
  if (!isIpv4Address(address)) {
    refuse(scope, `'${address}' is not an IPv4 address. Use an address such as '10.0.0.5'.`);
  }
  if (block && !block.maps(address)) {
    refuse(scope, `${address} is not an address that instances in ${block.cidr} can have: it is outside, or one of the four first, `
      + 'or the last. Use another address.');
  }
}

function isKnown(region: string | undefined): region is string {
  return region !== undefined && !Token.isUnresolved(region);
}
