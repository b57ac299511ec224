import os

from aws_cdk import App, CfnOutput, Environment, Fn, Stack, Tags, Token
from cdk_multi_region import FailedMembersPolicy, StandbyDataReplication, StandbyWorkspaceFleet
from constructs import Construct


class StandbyFleet(Stack):
    """The standbys of a department: those who join or leave it are added to or removed from the list."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: Environment,
        primary_region: str,
        primary_workspace_ids: list[str],
        directory_id: str,
    ) -> None:
        """Up to 1,000 desktops, the first one the most important, with their users in the directory of the stack."""
        super().__init__(scope, construct_id, env=env)

        fleet = StandbyWorkspaceFleet(
            self,
            "Fleet",
            primary_workspace_ids=primary_workspace_ids,
            primary_region=primary_region,
            directory_id=directory_id,
            data_replication=StandbyDataReplication.PRIMARY_AS_SOURCE,
            # One desktop that can't have a standby shall not keep the others from having one.
            failed_members_policy=FailedMembersPolicy.KEEP_OTHERS,
        )
        Tags.of(fleet).add("department", "trading")

        CfnOutput(self, "FirstStandby", value=fleet.add_standby_workspace_id_lookup(primary_workspace_ids[0]))
        CfnOutput(self, "Members", value=Token.as_string(fleet.member_count))
        CfnOutput(self, "FailedMembers", value=Fn.join(" ", fleet.failed_members))


app = App()
StandbyFleet(
    app,
    "StandbyFleet",
    env=Environment(account=os.environ.get("CDK_DEFAULT_ACCOUNT"), region="eu-west-1"),
    primary_region="us-east-1",
    primary_workspace_ids=["ws-0123abcde", "ws-0123abcdf", "ws-0123abcdg"],
    directory_id="d-9367000001",
)
app.synth()
