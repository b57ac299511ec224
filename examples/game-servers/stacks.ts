import * as path from 'path';
import { CfnOutput, Duration, RemovalPolicy, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import {
  CustomRoutingAccelerator, CustomRoutingProtocol, TrafficPolicy, type CustomRoutingEndpointGroup, type CustomRoutingListener,
} from '../../src';

/** A subnet in another Region that exists already. */
export interface SubnetAbroad {
  readonly region: string;
  readonly subnetId: string;
  readonly ipv4CidrBlock: string;
}

export interface GameServersStackProps extends StackProps {
  /** How many of the three subnets with servers players can reach. */
  readonly reachableSubnets: number;
  /** Servers in the first subnet that are always open; all others are opened by the matchmaker. */
  readonly openServers: string[];
  readonly protocols: CustomRoutingProtocol[];
  readonly abroad?: SubnetAbroad;
  readonly lastPort?: number;
  readonly flowLogs?: boolean;
  readonly acceleratorTags?: Record<string, string>;
}

const GAME_PORTS = { fromPort: 7777, toPort: 7780 };

/** Game servers in two Regions behind one accelerator, and the matchmaker that sends players to them. */
export class GameServersStack extends Stack {
  constructor(scope: Construct, id: string, props: GameServersStackProps) {
    super(scope, id, props);
    const vpc = this.vpc();

    const accelerator = new CustomRoutingAccelerator(this, 'Accelerator', {
      flowLogs: props.flowLogs
        ? { bucket: new s3.Bucket(this, 'FlowLogs', { removalPolicy: RemovalPolicy.DESTROY }), prefix: 'players' }
        : undefined,
      tags: props.acceleratorTags,
    });
    const listener = accelerator.addListener('Players', {
      // Three subnets with 59 addresses each, and 251 abroad, times four ports: 1,712 ports.
      portRanges: [{ fromPort: 10_001, toPort: props.lastPort ?? 13_000 }],
    });
    const servers = listener.addEndpointGroup('Servers', { destinations: [{ ...GAME_PORTS, protocols: props.protocols }] });
    const [firstSubnet, ...otherSubnets] = vpc.isolatedSubnets.slice(0, props.reachableSubnets);
    servers.addSubnet(firstSubnet, { traffic: TrafficPolicy.allow({ addresses: props.openServers }) });
    otherSubnets.forEach(subnet => servers.addSubnet(subnet));
    if (props.abroad) {
      this.addServersAbroad(listener, props.abroad);
    }

    this.matchmaker(accelerator, servers);
    const port = servers.addAcceleratorPortLookup('FirstServer', {
      subnet: firstSubnet, address: props.openServers[0], port: GAME_PORTS.fromPort,
    });
    new CfnOutput(this, 'FirstServerOutput', { key: 'FirstServer', value: `${accelerator.dnsName}:${port}` });
    new CfnOutput(this, 'AcceleratorArn', { value: accelerator.acceleratorArn });
    new CfnOutput(this, 'Address1', { value: accelerator.ipv4Addresses[0] });
    new CfnOutput(this, 'Address2', { value: accelerator.ipv4Addresses[1] });
    new CfnOutput(this, 'EndpointGroupArn', { value: servers.endpointGroupArn });
  }

  /** Public subnets only so that there is an internet gateway, which Global Accelerator needs; no route leads to it. */
  private vpc(): ec2.Vpc {
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr('10.20.0.0/22'),
      availabilityZones: ['a', 'b', 'c'].map(zone => `${this.region}${zone}`),
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Servers', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 26 },
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 28 },
      ],
    });
    const players = new ec2.SecurityGroup(this, 'PlayersToServers', { vpc, allowAllOutbound: true });
    // Servers see the players' own addresses, so these must be let in.
    players.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.udpRange(GAME_PORTS.fromPort, GAME_PORTS.toPort));
    Validations.of(players).acknowledge({ id: 'AwsSolutions-EC23', reason: 'Players are anywhere.' });
    Validations.of(vpc).acknowledge({ id: 'AwsSolutions-VPC7', reason: 'An example without real players: switch flow logs on for the VPC or the accelerator.' });
    return vpc;
  }

  private addServersAbroad(listener: CustomRoutingListener, { region, subnetId, ipv4CidrBlock }: SubnetAbroad): void {
    const servers = listener.addEndpointGroup('ServersAbroad', {
      region,
      destinations: [{ ...GAME_PORTS, protocols: [CustomRoutingProtocol.UDP] }],
      protectPortMappings: true,
    });
    servers.addSubnet(ec2.Subnet.fromSubnetAttributes(this, 'SubnetAbroad', { subnetId, ipv4CidrBlock }), {
      traffic: TrafficPolicy.allowAll(),
    });
    new CfnOutput(this, 'EndpointGroupAbroadArn', { value: servers.endpointGroupArn });
  }

  private matchmaker(accelerator: CustomRoutingAccelerator, servers: CustomRoutingEndpointGroup): void {
    const logGroup = new logs.LogGroup(this, 'MatchmakerLogs', { retention: logs.RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY });
    const role = new iam.Role(this, 'MatchmakerRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ListCustomRoutingPortMappingsByDestination supports no resource in its permission.',
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::<Accelerator8EB0B6B1.AcceleratorArn>/listener/*]',
      reason: 'The endpoint group gets another ARN when it is re-created, so the permission is for all groups of the accelerator.',
    });
    const matchmaker = new NodejsFunction(this, 'Matchmaker', {
      entry: path.join(__dirname, 'matchmaker.ts'),
      runtime: lambda.Runtime.NODEJS_24_X,
      timeout: Duration.seconds(10),
      environment: {
        ENDPOINT_GROUP_ARN: servers.endpointGroupArn,
        ADDRESSES: accelerator.ipv4Addresses.join(','),
      },
      role,
      logGroup,
      bundling: { minify: true },
    });
    servers.grants.readPortMappings(matchmaker);
    servers.grants.manageTraffic(matchmaker);
  }
}
