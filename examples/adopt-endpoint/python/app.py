import os

from aws_cdk import App, CfnOutput, Environment, RemovalPolicy, Stack
from cdk_multi_region import MultiRegionEndpoint
from constructs import Construct


class MailStack(Stack):
    """An endpoint that was there before the stack, and belongs to it from the first deployment on."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: Environment,
        endpoint_name: str,
        secondary_region: str,
        is_adopting: bool,
    ) -> None:
        """Neither the name nor the second Region of what somebody has made by hand can be changed."""
        super().__init__(scope, construct_id, env=env)
        endpoint = MultiRegionEndpoint(
            self,
            "Endpoint",
            endpoint_name=endpoint_name,
            secondary_region=secondary_region,
            tags={"team": "mail"},
            # A rollback of the deployment that takes it over must not delete it.
            adopt=endpoint_name if is_adopting else None,
            removal_policy=RemovalPolicy.RETAIN if is_adopting else None,
        )
        CfnOutput(self, "EndpointId", value=endpoint.endpoint_id)


app = App()
MailStack(
    app,
    "AdoptedMail",
    env=Environment(
        account=os.environ.get("CDK_DEFAULT_ACCOUNT"), region=os.environ.get("CDK_DEFAULT_REGION", "eu-west-1")
    ),
    endpoint_name="mail",
    secondary_region="eu-central-1",
    is_adopting=app.node.try_get_context("adopt") == "true",
)
app.synth()
