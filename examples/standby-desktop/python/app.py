import os

from aws_cdk import App, CfnOutput, Duration, Environment, Stack
from aws_cdk import aws_iam as iam
from cdk_multi_region import StandbyDataReplication, StandbyWorkspace
from constructs import Construct


class StandbyDesktop(Stack):
    """The standby of one desktop, an alarm on it, and a role for those who practise the failover."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: Environment,
        primary_region: str,
        primary_workspace_id: str,
        directory_id: str,
    ) -> None:
        """The directory is in the stack's Region, with the primary's user under the same name."""
        super().__init__(scope, construct_id, env=env)

        standby = StandbyWorkspace(
            self,
            "Standby",
            primary_workspace_id=primary_workspace_id,
            primary_region=primary_region,
            directory_id=directory_id,
            data_replication=StandbyDataReplication.PRIMARY_AS_SOURCE,
            # Large desktops may take longer than the hour that CloudFormation waits for one resource.
            timeout=Duration.hours(2),
        )
        standby.metric_unhealthy().create_alarm(self, "Unhealthy", threshold=1, evaluation_periods=3)
        operator = iam.Role(self, "Operator", assumed_by=iam.AccountRootPrincipal())
        standby.grants.start_and_stop(operator)

        CfnOutput(self, "StandbyId", value=standby.workspace_id)
        CfnOutput(self, "ComputerName", value=standby.computer_name)
        CfnOutput(self, "OperatorArn", value=operator.role_arn)


app = App()
StandbyDesktop(
    app,
    "StandbyDesktop",
    env=Environment(account=os.environ.get("CDK_DEFAULT_ACCOUNT"), region="eu-west-1"),
    primary_region="us-east-1",
    primary_workspace_id="ws-0123abcde",
    directory_id="d-9367000001",
)
app.synth()
