import json
import os
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Environment, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_nodejs as nodejs
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_ses as ses
from aws_cdk import aws_ssm as ssm
from cdk_multi_region import MultiRegionEndpoint
from constructs import Construct

# The function is the one of the example in TypeScript.
SENDER = Path(__file__).resolve().parent.parent / "sender.ts"
# Where other stacks find the endpoint's id.
PARAMETER_NAME = "/global-mail/endpoint-id"


class MailStack(Stack):
    """A global endpoint, a domain that sends from both of its Regions, and a function that sends through it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: Environment,
        secondary_region: str,
        domain: str,
        hosted_zone_id: str,
    ) -> None:
        super().__init__(scope, construct_id, env=env)

        endpoint = MultiRegionEndpoint(self, "Endpoint", secondary_region=secondary_region)
        # Verified by records in the hosted zone; its replica in the other Region needs no records of its own.
        hosted_zone = route53.PublicHostedZone.from_public_hosted_zone_attributes(
            self, "Zone", zone_name=domain, hosted_zone_id=hosted_zone_id
        )
        identity = ses.EmailIdentity(self, "Domain", identity=ses.Identity.public_hosted_zone(hosted_zone))
        replica = endpoint.add_identity("Replica", parent_identity=identity)

        log_group = logs.LogGroup(
            self, "SenderLogs", retention=logs.RetentionDays.ONE_WEEK, removal_policy=RemovalPolicy.DESTROY
        )
        role = iam.Role(self, "SenderRole", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        sender = nodejs.NodejsFunction(
            self,
            "Sender",
            entry=str(SENDER),
            runtime=lambda_.Runtime.NODEJS_24_X,
            timeout=Duration.seconds(10),
            environment={"ENDPOINT_ID": endpoint.endpoint_id, "SENDER": f"news@{domain}"},
            role=role,
            log_group=log_group,
            bundling=nodejs.BundlingOptions(bundle_aws_sdk=True, minify=True),
        )
        endpoint.grants.send_email(sender)

        # A parameter, not an export: a replaced endpoint has another id, and CloudFormation does not change an export
        # that is in use.
        ssm.StringParameter(
            self, "EndpointId", parameter_name=PARAMETER_NAME, string_value=endpoint.endpoint_id
        )
        CfnOutput(self, "EndpointIdOutput", key="EndpointId", value=endpoint.endpoint_id)
        CfnOutput(self, "EndpointArnOutput", key="EndpointArn", value=endpoint.endpoint_arn)
        CfnOutput(self, "DkimStatus", value=replica.dkim_status)


class CampaignStack(Stack):
    """Another team's stack, which sends through the same endpoint. It reads the id again at each deployment."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment) -> None:
        super().__init__(scope, construct_id, env=env)

        endpoint_id = ssm.StringParameter.value_for_string_parameter(self, PARAMETER_NAME)
        settings = json.dumps({"endpointId": endpoint_id, "batch": 50}, separators=(",", ":"))
        ssm.StringParameter(self, "CampaignSettings", string_value=settings)
        CfnOutput(self, "EndpointId", value=endpoint_id)


app = App()
env = Environment(
    account=os.environ.get("CDK_DEFAULT_ACCOUNT"), region=os.environ.get("CDK_DEFAULT_REGION", "eu-west-1")
)
mail = MailStack(
    app,
    "GlobalMail",
    env=env,
    secondary_region="eu-central-1",
    domain="example.com",
    hosted_zone_id="Z0123456789ABCDEFGHIJ",
)
campaign = CampaignStack(app, "Campaign", env=env)
campaign.node.add_dependency(mail)
app.synth()
