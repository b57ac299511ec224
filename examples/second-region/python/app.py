import os

from aws_cdk import Acknowledgment, App, CfnOutput, Environment, Stack, Token, Validations
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_workspaces as workspaces
from cdk_multi_region import (
    ConnectionAliasAssociation,
    CustomRoutingAccelerator,
    CustomRoutingDestination,
    CustomRoutingPortRange,
    CustomRoutingProtocol,
    MultiRegionEndpoint,
    MultiRegionParameter,
    ProviderSettings,
    StandbyDataReplication,
    StandbyWorkspace,
    StandbyWorkspaceFleet,
    TrafficPolicy,
)
from constructs import Construct

ACCOUNT = os.environ.get("CDK_DEFAULT_ACCOUNT")
# The name that users register their desktop clients with, and its public zone.
CONNECTION_STRING = "desktop.example.com"
HOSTED_ZONE_ID = "Z0123456789EXAMPLE"
ZONE_NAME = "example.com"
HOME_REGION = "eu-west-1"
OTHER_REGION = "eu-central-1"
CHIEF = "chief"
OTHERS = ["ada", "bob"]


def desktop_parameter(user: str) -> str:
    """Name of the parameter that has the id of a user's desktop, in both Regions."""
    return f"/desktops/{user}"


class RegionStack(Stack):
    """What the company has in both Regions: game servers, and a name that leads to the desktops."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: Environment,
        cidr: str,
        directory_id: str,
        other_region: str,
    ) -> None:
        """The addresses of the game servers' network are different ones in each Region.

        The other Region has to know this one's subnet and desktops.
        """
        super().__init__(scope, construct_id, env=env)
        self.other_region = other_region
        self.servers = self._network(cidr)
        # Name of the parameter that has the id of the servers' subnet, in both Regions.
        self.subnet_parameter = f"/game/subnets/{self.region}"
        MultiRegionParameter(
            self,
            "SubnetId",
            parameter_name=self.subnet_parameter,
            value=self.servers.subnet_id,
            regions=[other_region],
        )
        self.zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=HOSTED_ZONE_ID, zone_name=ZONE_NAME
        )
        alias = workspaces.CfnConnectionAlias(self, "Alias", connection_string=CONNECTION_STRING)
        self.association = ConnectionAliasAssociation(
            self, "Association", alias=alias, directory_id=directory_id
        )

    def _network(self, cidr: str) -> ec2.ISubnet:
        """The public subnet is there for the internet gateway, which Global Accelerator needs."""
        vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(cidr),
            availability_zones=[f"{self.region}a"],
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="Servers", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=26
                ),
                ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=28),
            ],
        )
        Validations.of(vpc).acknowledge(
            Acknowledgment(
                id="AwsSolutions-VPC7", reason="An example without real players: switch flow logs on."
            )
        )
        return vpc.isolated_subnets[0]


class HomeRegion(RegionStack):
    """The Region in which people work as long as it is up."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: Environment,
        cidr: str,
        directory_id: str,
        bundle_id: str,
        users: list[str],
        health_check_id: str,
    ) -> None:
        """The health check decides about the failover of the desktops."""
        super().__init__(
            scope, construct_id, env=env, cidr=cidr, directory_id=directory_id, other_region=OTHER_REGION
        )
        for user in users:
            desktop = workspaces.CfnWorkspace(
                self, f"Desktop-{user}", bundle_id=bundle_id, directory_id=directory_id, user_name=user
            )
            MultiRegionParameter(
                self,
                f"DesktopId-{user}",
                parameter_name=desktop_parameter(user),
                value=desktop.attr_workspace_id,
                regions=[OTHER_REGION],
            )
        self.association.add_failover_record(
            "Record",
            zone=self.zone,
            failover=route53.Failover.PRIMARY,
            health_check=route53.HealthCheck.from_health_check_id(self, "HealthCheck", health_check_id),
        )


class SecondRegion(RegionStack):
    """The Region in which people work when the other one is down."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: Environment,
        cidr: str,
        directory_id: str,
        chief: str,
        others: list[str],
    ) -> None:
        """The data of the chief must be on the standby; the others have one as well."""
        super().__init__(
            scope, construct_id, env=env, cidr=cidr, directory_id=directory_id, other_region=HOME_REGION
        )

        def id_of(user: str) -> str:
            """Read again at each deployment of this stack."""
            return MultiRegionParameter.value_for(self, desktop_parameter(user))

        standby = StandbyWorkspace(
            self,
            "Chief",
            primary_workspace_id=id_of(chief),
            primary_region=HOME_REGION,
            directory_id=directory_id,
            data_replication=StandbyDataReplication.PRIMARY_AS_SOURCE,
        )
        fleet = StandbyWorkspaceFleet(
            self,
            "Fleet",
            primary_workspace_ids=[id_of(user) for user in others],
            primary_region=HOME_REGION,
            directory_id=directory_id,
        )
        self.association.add_failover_record("Record", zone=self.zone, failover=route53.Failover.SECONDARY)

        CfnOutput(self, "ChiefStandby", value=standby.workspace_id)
        CfnOutput(self, "Standbys", value=Token.as_string(fleet.member_count))


class Worldwide(Stack):
    """What works from two Regions at once: mail, and the addresses that players connect to."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: Environment,
        home: RegionStack,
        second: RegionStack,
        domain: str,
    ) -> None:
        """The domain is verified for mail in both Regions."""
        super().__init__(scope, construct_id, env=env)
        self._mail(second.region, domain)
        self._game([home, second])

    def _mail(self, secondary_region: str, domain: str) -> None:
        endpoint = MultiRegionEndpoint(self, "Mail", secondary_region=secondary_region)
        sender = iam.Role(self, "Sender", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
        endpoint.grants.send_email(sender, identities=[domain])
        # Senders in both Regions read it while they run, so nobody deploys them when the endpoint is replaced.
        published = endpoint.publish_id("/mail/endpoint-id", regions=[secondary_region])
        published.grants.read(sender)
        CfnOutput(self, "EndpointId", value=endpoint.endpoint_id)

    def _game(self, regions: list[RegionStack]) -> None:
        accelerator = CustomRoutingAccelerator(self, "Game")
        # Two subnets with 59 addresses each, times four ports, and room for two more.
        listener = accelerator.add_listener(
            "Players", port_ranges=[CustomRoutingPortRange(from_port=10_001, to_port=11_000)]
        )
        for stack in regions:
            group = listener.add_endpoint_group(
                stack.region,
                region=stack.region,
                destinations=[
                    CustomRoutingDestination(
                        from_port=7777, to_port=7780, protocols=[CustomRoutingProtocol.UDP]
                    )
                ],
            )
            subnet = ec2.Subnet.from_subnet_attributes(
                self,
                f"Servers-{stack.region}",
                subnet_id=MultiRegionParameter.value_for(self, stack.subnet_parameter),
                availability_zone=stack.servers.availability_zone,
                ipv4_cidr_block=stack.servers.ipv4_cidr_block,
            )
            group.add_subnet(subnet, traffic=TrafficPolicy.allow_all())
        CfnOutput(self, "AcceleratorName", value=accelerator.dns_name)


app = App()
# What the platform team wants of every function and state machine of the library.
ProviderSettings.of(app).set(log_retention=logs.RetentionDays.ONE_YEAR)

home_env = Environment(account=ACCOUNT, region=HOME_REGION)
home = HomeRegion(
    app,
    "HomeRegion",
    env=home_env,
    cidr="10.20.0.0/24",
    directory_id="d-9367000001",
    bundle_id="wsb-0123abcde",
    users=[CHIEF, *OTHERS],
    health_check_id="01234567-89ab-cdef-0123-456789abcdef",
)
second = SecondRegion(
    app,
    "SecondRegion",
    env=Environment(account=ACCOUNT, region=OTHER_REGION),
    cidr="10.30.0.0/24",
    directory_id="d-9967000001",
    chief=CHIEF,
    others=OTHERS,
)
worldwide = Worldwide(app, "Worldwide", env=home_env, home=home, second=second, domain="example.com")
# Each stack reads what those before it have published.
second.node.add_dependency(home)
worldwide.node.add_dependency(home, second)
app.synth()
