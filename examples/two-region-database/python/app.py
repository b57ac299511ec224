import os

from aws_cdk import App, CfnOutput, Environment, Stack
from aws_cdk import aws_dsql as dsql
from aws_cdk import aws_iam as iam
from cdk_multi_region import DsqlClusterPeering, MultiRegionParameter
from constructs import Construct

ACCOUNT = os.environ.get("CDK_DEFAULT_ACCOUNT")
VIRGINIA = "us-east-1"
OHIO = "us-east-2"
WITNESS = "us-west-2"
VIRGINIA_NAME = "/database/virginia"
OHIO_NAME = "/database/ohio"


class DatabaseCluster(Stack):
    """One cluster, which waits for its peer."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment, parameter_name: str) -> None:
        super().__init__(scope, construct_id, env=env)
        cluster = dsql.CfnCluster(
            self,
            "Cluster",
            # Leave it out for a database that matters: protection is on by default, and then nobody deletes the stack by mistake.
            deletion_protection_enabled=False,
            multi_region_properties=dsql.CfnCluster.MultiRegionPropertiesProperty(witness_region=WITNESS),
        )
        MultiRegionParameter(
            self, "ClusterArn", parameter_name=parameter_name, value=cluster.attr_resource_arn, regions=[VIRGINIA]
        )


class DatabasePeering(Stack):
    """Makes one database of the two, and lets an application connect to both."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment) -> None:
        super().__init__(scope, construct_id, env=env)
        peering = DsqlClusterPeering(
            self,
            "Peering",
            cluster_arn=MultiRegionParameter.value_for(self, VIRGINIA_NAME),
            peer_cluster_arn=MultiRegionParameter.value_for(self, OHIO_NAME),
            witness_region=WITNESS,
        )
        application = iam.Role(self, "Application", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        peering.grants.connect(application)

        CfnOutput(self, "VirginiaEndpoint", value=peering.cluster_endpoint)
        CfnOutput(self, "OhioEndpoint", value=peering.peer_cluster_endpoint)


app = App()
virginia = DatabaseCluster(
    app, "VirginiaCluster", env=Environment(account=ACCOUNT, region=VIRGINIA), parameter_name=VIRGINIA_NAME
)
ohio = DatabaseCluster(app, "OhioCluster", env=Environment(account=ACCOUNT, region=OHIO), parameter_name=OHIO_NAME)
peering = DatabasePeering(app, "DatabasePeering", env=Environment(account=ACCOUNT, region=VIRGINIA))
peering.node.add_dependency(virginia, ohio)
app.synth()
