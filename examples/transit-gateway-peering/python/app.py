import os

from aws_cdk import App, CfnOutput, Environment, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from cdk_multi_region import MultiRegionParameter, TransitGatewayPeeringAccepter
from constructs import Construct

ACCOUNT = os.environ.get("CDK_DEFAULT_ACCOUNT")
IRELAND = "eu-west-1"
FRANKFURT = "eu-central-1"
IRELAND_CIDR = "10.1.0.0/16"
FRANKFURT_CIDR = "10.2.0.0/16"
GATEWAY_NAME = "/network/frankfurt-gateway"
PEERING_NAME = "/network/peering"


class Hub(Stack):
    """A transit gateway with one route table, which nothing joins by itself."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment) -> None:
        super().__init__(scope, construct_id, env=env)
        gateway = ec2.CfnTransitGateway(
            self, "Gateway", default_route_table_association="disable", default_route_table_propagation="disable"
        )
        self.gateway_id = gateway.ref
        self.route_table_id = ec2.CfnTransitGatewayRouteTable(self, "Routes", transit_gateway_id=self.gateway_id).ref


class FrankfurtHub(Hub):
    """The hub that is asked for a peering."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment) -> None:
        super().__init__(scope, construct_id, env=env)
        MultiRegionParameter(self, "GatewayId", parameter_name=GATEWAY_NAME, value=self.gateway_id, regions=[IRELAND])


class IrelandHub(Hub):
    """The hub that asks."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment) -> None:
        super().__init__(scope, construct_id, env=env)
        attachment = ec2.CfnTransitGatewayPeeringAttachment(
            self,
            "Peering",
            transit_gateway_id=self.gateway_id,
            peer_transit_gateway_id=MultiRegionParameter.value_for(self, GATEWAY_NAME),
            peer_account_id=self.account,
            peer_region=FRANKFURT,
        )
        MultiRegionParameter(
            self,
            "PeeringId",
            parameter_name=PEERING_NAME,
            value=attachment.attr_transit_gateway_attachment_id,
            regions=[FRANKFURT],
        )


class FrankfurtPeering(Stack):
    """Accepts, and sends what is for Ireland there."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment, route_table_id: str) -> None:
        super().__init__(scope, construct_id, env=env)
        accepter = TransitGatewayPeeringAccepter(
            self,
            "Accepter",
            transit_gateway_attachment_id=MultiRegionParameter.value_for(self, PEERING_NAME),
            tags={"Name": "to-ireland"},
        )
        add_route(self, route_table_id, accepter.transit_gateway_attachment_id, IRELAND_CIDR)
        cloudwatch.Alarm(
            self, "NoRoute", metric=accepter.metric_packet_drop_count_no_route(), threshold=1, evaluation_periods=3
        )

        CfnOutput(self, "AttachmentId", value=accepter.transit_gateway_attachment_id)
        CfnOutput(self, "PeerGatewayId", value=accepter.peer_transit_gateway_id)


class IrelandRoutes(Stack):
    """Sends what is for Frankfurt there: the attachment has to be accepted first."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment, route_table_id: str) -> None:
        super().__init__(scope, construct_id, env=env)
        add_route(self, route_table_id, MultiRegionParameter.value_for(self, PEERING_NAME), FRANKFURT_CIDR)


def add_route(scope: Construct, route_table_id: str, attachment_id: str, cidr: str) -> None:
    ec2.CfnTransitGatewayRouteTableAssociation(
        scope, "Association", transit_gateway_route_table_id=route_table_id, transit_gateway_attachment_id=attachment_id
    )
    ec2.CfnTransitGatewayRoute(
        scope,
        "Route",
        transit_gateway_route_table_id=route_table_id,
        transit_gateway_attachment_id=attachment_id,
        destination_cidr_block=cidr,
    )


app = App()
ireland = Environment(account=ACCOUNT, region=IRELAND)
frankfurt = Environment(account=ACCOUNT, region=FRANKFURT)
frankfurt_hub = FrankfurtHub(app, "FrankfurtHub", env=frankfurt)
ireland_hub = IrelandHub(app, "IrelandHub", env=ireland)
ireland_hub.node.add_dependency(frankfurt_hub)
peering = FrankfurtPeering(app, "FrankfurtPeering", env=frankfurt, route_table_id=frankfurt_hub.route_table_id)
peering.node.add_dependency(ireland_hub)
routes = IrelandRoutes(app, "IrelandRoutes", env=ireland, route_table_id=ireland_hub.route_table_id)
routes.node.add_dependency(peering)
app.synth()
