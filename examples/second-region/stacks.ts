import { CfnOutput, Stack, Token, Validations, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { CfnConnectionAlias, CfnWorkspace } from 'aws-cdk-lib/aws-workspaces';
import type { Construct } from 'constructs';
import {
  ConnectionAliasAssociation, CustomRoutingAccelerator, CustomRoutingProtocol, MultiRegionEndpoint, MultiRegionParameter,
  StandbyDataReplication, StandbyWorkspace, StandbyWorkspaceFleet, TrafficPolicy,
} from '../../src';

export interface RegionProps extends StackProps {
  /** Addresses of the game servers' network, different ones in each Region. */
  readonly cidr: string;
  readonly directoryId: string;
  /** The name that users register their desktop clients with. */
  readonly connectionString: string;
  readonly hostedZoneId: string;
  readonly zoneName: string;
  /** The other Region, which has to know this one's subnet and desktops. */
  readonly otherRegion: string;
}

/** What the company has in both Regions: game servers, and a name that leads to the desktops. */
export abstract class RegionStack extends Stack {
  public readonly servers: ec2.ISubnet;
  /** Name of the parameter that has the id of the servers' subnet, in both Regions. */
  public readonly subnetParameter: string;
  protected readonly association: ConnectionAliasAssociation;
  protected readonly zone: route53.IHostedZone;

  constructor(scope: Construct, id: string, props: RegionProps) {
    super(scope, id, props);
    const { connectionString, directoryId, hostedZoneId, otherRegion, zoneName } = props;
    this.servers = this.network(props.cidr);
    this.subnetParameter = `/game/subnets/${this.region}`;
    new MultiRegionParameter(this, 'SubnetId', {
      parameterName: this.subnetParameter, value: this.servers.subnetId, regions: [otherRegion],
    });
    this.zone = route53.HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName });
    const alias = new CfnConnectionAlias(this, 'Alias', { connectionString });
    this.association = new ConnectionAliasAssociation(this, 'Association', { alias, directoryId });
  }

  /** The public subnet is there for the internet gateway, which Global Accelerator needs. */
  private network(cidr: string): ec2.ISubnet {
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(cidr),
      availabilityZones: [`${this.region}a`],
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Servers', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 26 },
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 28 },
      ],
    });
    Validations.of(vpc).acknowledge({ id: 'AwsSolutions-VPC7', reason: 'An example without real players: switch flow logs on.' });
    return vpc.isolatedSubnets[0];
  }
}

export interface HomeRegionProps extends RegionProps {
  readonly bundleId: string;
  readonly users: string[];
  /** Id of the health check that decides about the failover of the desktops. */
  readonly healthCheckId: string;
}

/** The Region in which people work as long as it is up. */
export class HomeRegion extends RegionStack {
  constructor(scope: Construct, id: string, props: HomeRegionProps) {
    super(scope, id, props);
    const { bundleId, directoryId, otherRegion } = props;
    for (const userName of props.users) {
      const desktop = new CfnWorkspace(this, `Desktop-${userName}`, { bundleId, directoryId, userName });
      new MultiRegionParameter(this, `DesktopId-${userName}`, {
        parameterName: desktopParameter(userName), value: desktop.attrWorkspaceId, regions: [otherRegion],
      });
    }
    this.association.addFailoverRecord('Record', {
      zone: this.zone,
      failover: route53.Failover.PRIMARY,
      healthCheck: route53.HealthCheck.fromHealthCheckId(this, 'HealthCheck', props.healthCheckId),
    });
  }
}

export interface SecondRegionProps extends RegionProps {
  /** Whose data must be on the standby. */
  readonly chief: string;
  /** Who else has a standby. */
  readonly others: string[];
}

/** The Region in which people work when the other one is down. */
export class SecondRegion extends RegionStack {
  constructor(scope: Construct, id: string, props: SecondRegionProps) {
    super(scope, id, props);
    const { directoryId, otherRegion: primaryRegion } = props;
    // Read again at each deployment of this stack.
    const idOf = (user: string) => MultiRegionParameter.valueFor(this, desktopParameter(user));
    const standby = new StandbyWorkspace(this, 'Chief', {
      primaryWorkspaceId: idOf(props.chief), primaryRegion, directoryId, dataReplication: StandbyDataReplication.PRIMARY_AS_SOURCE,
    });
    const fleet = new StandbyWorkspaceFleet(this, 'Fleet', { primaryWorkspaceIds: props.others.map(idOf), primaryRegion, directoryId });
    this.association.addFailoverRecord('Record', { zone: this.zone, failover: route53.Failover.SECONDARY });

    new CfnOutput(this, 'ChiefStandby', { value: standby.workspaceId });
    new CfnOutput(this, 'Standbys', { value: Token.asString(fleet.memberCount) });
  }
}

export interface WorldwideProps extends StackProps {
  readonly home: RegionStack;
  readonly second: RegionStack;
  /** A domain that is verified for mail in both Regions. */
  readonly domain: string;
}

/** What works from two Regions at once: mail, and the addresses that players connect to. */
export class Worldwide extends Stack {
  constructor(scope: Construct, id: string, props: WorldwideProps) {
    super(scope, id, props);
    this.mail(props.second.region, props.domain);
    this.game([props.home, props.second]);
  }

  private mail(secondaryRegion: string, domain: string): void {
    const endpoint = new MultiRegionEndpoint(this, 'Mail', { secondaryRegion });
    const sender = new iam.Role(this, 'Sender', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    endpoint.grants.sendEmail(sender, { identities: [domain] });
    // Senders in both Regions read it while they run, so nobody deploys them when the endpoint is replaced.
    endpoint.publishId('/mail/endpoint-id', { regions: [secondaryRegion] }).grants.read(sender);
    new CfnOutput(this, 'EndpointId', { value: endpoint.endpointId });
  }

  private game(regions: RegionStack[]): void {
    const accelerator = new CustomRoutingAccelerator(this, 'Game');
    // Two subnets with 59 addresses each, times four ports, and room for two more.
    const listener = accelerator.addListener('Players', { portRanges: [{ fromPort: 10_001, toPort: 11_000 }] });
    for (const { region, servers, subnetParameter } of regions) {
      const group = listener.addEndpointGroup(region, {
        region, destinations: [{ fromPort: 7777, toPort: 7780, protocols: [CustomRoutingProtocol.UDP] }],
      });
      const subnetId = MultiRegionParameter.valueFor(this, subnetParameter);
      const { availabilityZone, ipv4CidrBlock } = servers;
      const subnet = ec2.Subnet.fromSubnetAttributes(this, `Servers-${region}`, { subnetId, availabilityZone, ipv4CidrBlock });
      group.addSubnet(subnet, { traffic: TrafficPolicy.allowAll() });
    }
    new CfnOutput(this, 'AcceleratorName', { value: accelerator.dnsName });
  }
}

/** Name of the parameter that has the id of a user's desktop, in both Regions. */
function desktopParameter(user: string): string {
  return `/desktops/${user}`;
}
