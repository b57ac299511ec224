import os

from aws_cdk import App, CfnOutput, Duration, Environment, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_workspaces as workspaces
from cdk_multi_region import (
    ConnectionAliasAssociation,
    MultiRegionParameter,
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
PRIMARY_REGION = "us-east-1"
STANDBY_REGION = "eu-west-1"


def desktop_parameter(user: str) -> str:
    """Name of the parameter that has the id of a user's desktop."""
    return f"/desktops/{user}"


class DesktopsStack(Stack):
    """What both Regions have."""

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
        for user in users:
            desktop = workspaces.CfnWorkspace(
                self, f"Desktop-{user}", bundle_id=bundle_id, directory_id=directory_id, user_name=user
            )
            # A reference from the other Region would keep the old id when the desktop is rebuilt.
            MultiRegionParameter(
                self,
                f"Id-{user}",
                parameter_name=desktop_parameter(user),
                value=desktop.attr_workspace_id,
                regions=[STANDBY_REGION],
            )
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
        chief: str,
        members: list[str],
        data_replication: StandbyDataReplication,
    ) -> None:
        """The chief has a standby of their own, the members have one in the fleet."""
        super().__init__(scope, construct_id, env=env)

        def id_of(user: str) -> str:
            """Read again at each deployment of this stack."""
            return MultiRegionParameter.value_for(self, desktop_parameter(user))

        standby = StandbyWorkspace(
            self,
            "Chief",
            primary_workspace_id=id_of(chief),
            primary_region=PRIMARY_REGION,
            directory_id=directory_id,
            data_replication=data_replication,
        )
        fleet = StandbyWorkspaceFleet(
            self,
            "Fleet",
            primary_workspace_ids=[id_of(user) for user in members],
            primary_region=PRIMARY_REGION,
            directory_id=directory_id,
            data_replication=data_replication,
        )
        association = self._connection(directory_id)
        association.add_failover_record("Standby", zone=self._zone(), failover=route53.Failover.SECONDARY)

        CfnOutput(self, "ChiefStandby", value=standby.workspace_id)
        CfnOutput(self, "FirstMemberStandby", value=fleet.add_standby_workspace_id_lookup(id_of(members[0])))
        CfnOutput(self, "ConnectionIdentifier", value=association.connection_identifier)


app = App()
primary = PrimaryDesktops(
    app,
    "PrimaryDesktops",
    env=Environment(account=ACCOUNT, region=PRIMARY_REGION),
    directory_id="d-9067000001",
    bundle_id="wsb-0123abcde",
    users=["chief", "ada", "bob", "carl", "dora", "eve"],
)
standby = StandbyDesktops(
    app,
    "StandbyDesktops",
    env=Environment(account=ACCOUNT, region=STANDBY_REGION),
    directory_id="d-9367000001",
    chief="chief",
    members=["ada", "bob", "carl"],
    data_replication=StandbyDataReplication.NO_REPLICATION,
)
standby.node.add_dependency(primary)
app.synth()
