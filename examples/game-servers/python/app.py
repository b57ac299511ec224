import os
from pathlib import Path

from aws_cdk import (
    Acknowledgment,
    App,
    CfnOutput,
    Duration,
    Environment,
    RemovalPolicy,
    Stack,
    Validations,
)
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_nodejs as nodejs
from aws_cdk import aws_logs as logs
from cdk_multi_region import (
    AllowedDestinations,
    CustomRoutingAccelerator,
    CustomRoutingDestination,
    CustomRoutingEndpointGroup,
    CustomRoutingPortRange,
    CustomRoutingProtocol,
    TrafficPolicy,
)
from constructs import Construct

# The function is the one of the example in TypeScript.
MATCHMAKER = Path(__file__).resolve().parent.parent / "matchmaker.ts"
FIRST_GAME_PORT, LAST_GAME_PORT = 7777, 7780


class GameServersStack(Stack):
    """Game servers behind an accelerator, and the matchmaker that sends players to them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: Environment,
        reachable_subnets: int,
        open_servers: list[str],
        protocols: list[CustomRoutingProtocol],
    ) -> None:
        """Players reach the first ones of three subnets with servers; the open servers are in the very first."""
        super().__init__(scope, construct_id, env=env)
        vpc = self._vpc()

        accelerator = CustomRoutingAccelerator(self, "Accelerator")
        listener = accelerator.add_listener(
            "Players",
            # Three subnets with 59 addresses each, times four ports: 708 ports, and room for more.
            port_ranges=[CustomRoutingPortRange(from_port=10_001, to_port=13_000)],
        )
        servers = listener.add_endpoint_group(
            "Servers",
            destinations=[
                CustomRoutingDestination(
                    from_port=FIRST_GAME_PORT, to_port=LAST_GAME_PORT, protocols=protocols
                )
            ],
        )
        first_subnet, *other_subnets = vpc.isolated_subnets[:reachable_subnets]
        servers.add_subnet(
            first_subnet, traffic=TrafficPolicy.allow(AllowedDestinations(addresses=open_servers))
        )
        for subnet in other_subnets:
            servers.add_subnet(subnet)

        self._matchmaker(accelerator, servers)
        port = servers.add_accelerator_port_lookup(
            "FirstServer", subnet=first_subnet, address=open_servers[0], port=FIRST_GAME_PORT
        )
        CfnOutput(self, "FirstServerOutput", key="FirstServer", value=f"{accelerator.dns_name}:{port}")
        CfnOutput(self, "AcceleratorArn", value=accelerator.accelerator_arn)
        CfnOutput(self, "Address1", value=accelerator.ipv4_addresses[0])
        CfnOutput(self, "Address2", value=accelerator.ipv4_addresses[1])
        CfnOutput(self, "EndpointGroupArn", value=servers.endpoint_group_arn)

    def _vpc(self) -> ec2.Vpc:
        """Public subnets are there for the internet gateway only, which Global Accelerator needs."""
        vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr("10.20.0.0/22"),
            availability_zones=[f"{self.region}{zone}" for zone in "abc"],
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="Servers", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=26
                ),
                ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=28),
            ],
        )
        players = ec2.SecurityGroup(self, "PlayersToServers", vpc=vpc, allow_all_outbound=True)
        # Servers see the players' own addresses, so these must be let in.
        players.add_ingress_rule(ec2.Peer.any_ipv4(), ec2.Port.udp_range(FIRST_GAME_PORT, LAST_GAME_PORT))
        Validations.of(players).acknowledge(
            Acknowledgment(id="AwsSolutions-EC23", reason="Players are anywhere.")
        )
        Validations.of(vpc).acknowledge(
            Acknowledgment(
                id="AwsSolutions-VPC7",
                reason="An example without real players: switch flow logs on for the VPC or the accelerator.",
            )
        )
        return vpc

    def _matchmaker(self, accelerator: CustomRoutingAccelerator, servers: CustomRoutingEndpointGroup) -> None:
        log_group = logs.LogGroup(
            self,
            "MatchmakerLogs",
            retention=logs.RetentionDays.ONE_WEEK,
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = iam.Role(self, "MatchmakerRole", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        Validations.of(role).acknowledge(
            Acknowledgment(
                id="AwsSolutions-IAM5[Resource::*]",
                reason="ListCustomRoutingPortMappingsByDestination supports no resource in its permission.",
            )
        )
        Validations.of(role).acknowledge(
            Acknowledgment(
                id="AwsSolutions-IAM5[Resource::<Accelerator8EB0B6B1.AcceleratorArn>/listener/*]",
                reason="The endpoint group gets another ARN when it is re-created, so the permission is for all groups of the accelerator.",
            )
        )
        matchmaker = nodejs.NodejsFunction(
            self,
            "Matchmaker",
            entry=str(MATCHMAKER),
            runtime=lambda_.Runtime.NODEJS_24_X,
            timeout=Duration.seconds(10),
            environment={
                "ENDPOINT_GROUP_ARN": servers.endpoint_group_arn,
                "ADDRESSES": ",".join(accelerator.ipv4_addresses),
            },
            role=role,
            log_group=log_group,
            bundling=nodejs.BundlingOptions(minify=True),
        )
        servers.grants.read_port_mappings(matchmaker)
        servers.grants.manage_traffic(matchmaker)


app = App()
GameServersStack(
    app,
    "GameServers",
    env=Environment(
        account=os.environ.get("CDK_DEFAULT_ACCOUNT"),
        region=os.environ.get("CDK_DEFAULT_REGION", "eu-west-1"),
    ),
    reachable_subnets=2,
    open_servers=["10.20.0.10", "10.20.0.11"],
    protocols=[CustomRoutingProtocol.UDP],
)
app.synth()
