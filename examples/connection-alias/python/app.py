import os

from aws_cdk import App, CfnOutput, Duration, Environment, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_workspaces as workspaces
from cdk_multi_region import ConnectionAliasAssociation
from constructs import Construct

ACCOUNT = os.environ.get("CDK_DEFAULT_ACCOUNT")
# The name that users register their clients with, and the public zone that it is in.
CONNECTION_STRING = "desktop.example.com"
HOSTED_ZONE_ID = "Z0123456789EXAMPLE"
ZONE_NAME = "example.com"


class RegionalConnection(Stack):
    """One Region's half of a name that leads to desktops in two."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: Environment,
        directory_id: str,
        failover: route53.Failover,
    ) -> None:
        super().__init__(scope, construct_id, env=env)

        alias = workspaces.CfnConnectionAlias(self, "Alias", connection_string=CONNECTION_STRING)
        association = ConnectionAliasAssociation(self, "Association", alias=alias, directory_id=directory_id)
        association.add_failover_record(
            "Record",
            zone=route53.HostedZone.from_hosted_zone_attributes(
                self, "Zone", hosted_zone_id=HOSTED_ZONE_ID, zone_name=ZONE_NAME
            ),
            failover=failover,
            health_check=self._health_check(directory_id) if failover == route53.Failover.PRIMARY else None,
        )

        CfnOutput(self, "ConnectionIdentifier", value=association.connection_identifier)

    def _health_check(self, directory_id: str) -> route53.CfnHealthCheck:
        """Fails as long as users of the directory keep failing to connect."""
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


app = App()
RegionalConnection(
    app,
    "PrimaryConnection",
    env=Environment(account=ACCOUNT, region="us-east-1"),
    directory_id="d-9067000001",
    failover=route53.Failover.PRIMARY,
)
RegionalConnection(
    app,
    "StandbyConnection",
    env=Environment(account=ACCOUNT, region="eu-west-1"),
    directory_id="d-9367000001",
    failover=route53.Failover.SECONDARY,
)
app.synth()
