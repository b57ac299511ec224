import os

from aws_cdk import App, CfnOutput, Duration, Environment, Fn, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_workspaces as workspaces
from cdk_multi_region import (
    ConnectionAliasAssociation,
    StandbyDataReplication,
    StandbyWorkspace,
    StandbyWorkspaceFleet,
)
from constructs import Construct

ACCOUNT = os.environ.get("CDK_DEFAULT_ACCOUNT", "111122223333")
# The name that users register their clients with, and its public zone: the same in both Regions.
CONNECTION_STRING = "desktop.example.com"
HOSTED_ZONE_ID = "Z0123456789EXAMPLE"
ZONE_NAME = "example.com"


class DesktopsStack(Stack):
    """What both Regions have."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment) -> None:
        super().__init__(scope, construct_id, env=env, cross_region_references=True)

    def _zone(self) -> route53.IHostedZone:
        return route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=HOSTED_ZONE_ID, zone_name=ZONE_NAME
        )

    def _connection(self, directory_id: str) -> ConnectionAliasAssociation:
        alias = workspaces.CfnConnectionAlias(self, "Alias", connection_string=CONNECTION_STRING)
        return ConnectionAliasAssociation(self, "Connection", alias=alias, directory_id=directory_id)


class PrimaryDesktops(DesktopsStack):
    """The desktops that people work on every day, and the record that leads to them as long as they work."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: Environment,
        directory_id: str,
        bundle_id: str,
        users: list[str],
    ) -> None:
        super().__init__(scope, construct_id, env=env)
        self.desktops = {
            user: workspaces.CfnWorkspace(
                self, f"Desktop-{user}", bundle_id=bundle_id, directory_id=directory_id, user_name=user
            )
            for user in users
        }
        self._connection(directory_id).add_failover_record(
            "Primary",
            zone=self._zone(),
            failover=route53.Failover.PRIMARY,
            health_check=self._health_check(directory_id),
        )

    def _health_check(self, directory_id: str) -> route53.CfnHealthCheck:
        """Fails over when users of the directory keep failing to connect."""
        alarm = cloudwatch.Alarm(
            self,
            "CannotConnect",
            metric=cloudwatch.Metric(
                namespace="AWS/WorkSpaces",
                metric_name="ConnectionFailure",
                dimensions_map={"DirectoryId": directory_id},
                statistic=cloudwatch.Stats.SUM,
                period=Duration.minutes(5),
            ),
            threshold=10,
            evaluation_periods=3,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        return route53.CfnHealthCheck(
            self,
            "HealthCheck",
            health_check_config=route53.CfnHealthCheck.HealthCheckConfigProperty(
                type="CLOUDWATCH_METRIC",
                alarm_identifier=route53.CfnHealthCheck.AlarmIdentifierProperty(
                    name=alarm.alarm_name, region=self.region
                ),
                insufficient_data_health_status="Healthy",
            ),
        )


class StandbyDesktops(DesktopsStack):
    """The desktops that people work on when the primary Region is down."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: Environment,
        directory_id: str,
        primary: PrimaryDesktops,
        chief: str,
        members: list[str],
        data_replication: StandbyDataReplication,
    ) -> None:
        """The chief has a standby of their own, the members have one in the fleet."""
        super().__init__(scope, construct_id, env=env)
        desktops = primary.desktops

        standby = StandbyWorkspace(
            self,
            "Chief",
            primary_workspace=desktops[chief],
            directory_id=directory_id,
            data_replication=data_replication,
        )
        fleet = StandbyWorkspaceFleet(
            self,
            "Fleet",
            primary_workspaces=[desktops[user] for user in members],
            directory_id=directory_id,
            data_replication=data_replication,
        )
        association = self._connection(directory_id)
        association.add_failover_record("Standby", zone=self._zone(), failover=route53.Failover.SECONDARY)

        first_member = desktops[members[0]].attr_workspace_id
        CfnOutput(self, "ChiefStandby", value=standby.workspace_id)
        CfnOutput(self, "FirstMemberStandby", value=fleet.standby_workspace_id(first_member))
        CfnOutput(self, "ConnectionIdentifier", value=association.connection_identifier)
        # All desktops, members or not: a reference across Regions that goes away is refused while the other stack
        # still uses it.
        CfnOutput(
            self,
            "Primaries",
            value=Fn.join(" ", [desktop.attr_workspace_id for desktop in desktops.values()]),
        )


app = App()
primary = PrimaryDesktops(
    app,
    "PrimaryDesktops",
    env=Environment(account=ACCOUNT, region="us-east-1"),
    directory_id="d-9067000001",
    bundle_id="wsb-0123abcde",
    users=["chief", "ada", "bob", "carl", "dora", "eve"],
)
StandbyDesktops(
    app,
    "StandbyDesktops",
    env=Environment(account=ACCOUNT, region="eu-west-1"),
    directory_id="d-9367000001",
    primary=primary,
    chief="chief",
    members=["ada", "bob", "carl"],
    data_replication=StandbyDataReplication.NO_REPLICATION,
)
app.synth()
