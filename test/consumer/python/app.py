from aws_cdk import App, CfnOutput, Duration, Environment, Fn, RemovalPolicy, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_ses as ses
from aws_cdk import aws_workspaces as workspaces
from cdk_multi_region import (
    AllowedDestinations,
    ConnectionAliasAssociation,
    CustomRoutingAccelerator,
    CustomRoutingDestination,
    CustomRoutingPortRange,
    CustomRoutingProtocol,
    DsqlClusterPeering,
    FailedMembersPolicy,
    MultiRegionEndpoint,
    MultiRegionParameter,
    ProviderService,
    ProviderSettings,
    ReplicaEmailIdentity,
    StandbyDataReplication,
    StandbyWorkspace,
    StandbyWorkspaceFleet,
    TrafficPolicy,
    TransitGatewayPeeringAccepter,
)


def declare_mail(stack: Stack) -> None:
    ProviderSettings.of(stack).set(log_retention=logs.RetentionDays.ONE_WEEK)
    ProviderSettings.of(stack).set_for_service(ProviderService.SES, memory_size=Size.mebibytes(512))
    sender = function_role(stack, "Sender")

    endpoint = MultiRegionEndpoint(
        stack,
        "Endpoint",
        secondary_region="eu-central-1",
        tags={"team": "mail"},
        removal_policy=RemovalPolicy.RETAIN,
        timeout=Duration.minutes(20),
    )
    endpoint.grants.send_email(sender, identities=["example.com"], configuration_sets=["news"])
    endpoint.metric_send_count().create_alarm(stack, "Silence", threshold=1, evaluation_periods=3)
    CfnOutput(stack, "EndpointId", value=endpoint.endpoint_id)
    CfnOutput(stack, "EndpointArn", value=endpoint.endpoint_arn)

    looked_up = MultiRegionEndpoint.from_endpoint_name(stack, "LookedUp", "legacy")
    CfnOutput(stack, "LookedUpRegion", value=looked_up.secondary_region)

    described = MultiRegionEndpoint.from_multi_region_endpoint_attributes(
        stack,
        "Described",
        endpoint_name="console",
        endpoint_id="abcdef12.g3h",
        secondary_region="us-east-1",
    )
    described.grants.send_email(sender, identities=["example.org"])


def declare_game(stack: Stack) -> None:
    vpc = ec2.Vpc(
        stack,
        "Vpc",
        ip_addresses=ec2.IpAddresses.cidr("10.0.0.0/16"),
        availability_zones=["eu-west-1a"],
        subnet_configuration=[
            ec2.SubnetConfiguration(name="Servers", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=24)
        ],
    )
    subnet = vpc.public_subnets[0]
    matchmaker = function_role(stack, "Matchmaker")

    accelerator = CustomRoutingAccelerator(stack, "Accelerator", accelerator_name="game", tags={"team": "game"})
    listener = accelerator.add_listener(
        "Listener", port_ranges=[CustomRoutingPortRange(from_port=10000, to_port=20000)]
    )
    servers = listener.add_endpoint_group(
        "Servers",
        destinations=[
            CustomRoutingDestination(from_port=7777, to_port=7778, protocols=[CustomRoutingProtocol.UDP])
        ],
    )
    servers.add_subnet(
        subnet, traffic=TrafficPolicy.allow(AllowedDestinations(addresses=["10.0.0.10"], ports=[7777]))
    )
    servers.grants.read_port_mappings(matchmaker)
    accelerator.grants.manage_traffic(matchmaker)
    port = servers.add_accelerator_port_lookup("Lobby", subnet=subnet, address="10.0.0.10", port=7777)
    CfnOutput(stack, "LobbyPort", value=port)
    CfnOutput(stack, "Addresses", value=Fn.join(",", accelerator.ipv4_addresses))

    imported = CustomRoutingAccelerator.from_custom_routing_accelerator_arn(
        stack, "Imported", "arn:aws:globalaccelerator::111122223333:accelerator/0a1b2c3d-0000-1111-2222-333344445555"
    )
    CfnOutput(stack, "ImportedName", value=imported.dns_name)
    CfnOutput(stack, "ImportedAddresses", value=Fn.join(",", imported.ipv4_addresses))


def declare_desktops(stack: Stack) -> None:
    directory_id = "d-1234567890"
    standby = StandbyWorkspace(
        stack,
        "Jane",
        primary_workspace_id="ws-0123456789",
        primary_region="eu-central-1",
        directory_id=directory_id,
        data_replication=StandbyDataReplication.PRIMARY_AS_SOURCE,
        timeout=Duration.hours(2),
    )
    standby.grants.start_and_stop(function_role(stack, "Operator"))
    CfnOutput(stack, "JanesAddress", value=standby.ip_address)

    fleet = StandbyWorkspaceFleet(
        stack,
        "Fleet",
        primary_workspace_ids=["ws-1111111111", "ws-2222222222"],
        primary_region="eu-central-1",
        directory_id=directory_id,
        failed_members_policy=FailedMembersPolicy.KEEP_OTHERS,
    )
    CfnOutput(stack, "FirstStandby", value=fleet.add_standby_workspace_id_lookup("ws-1111111111"))

    alias = workspaces.CfnConnectionAlias(stack, "Alias", connection_string="desktop.example.com")
    association = ConnectionAliasAssociation(stack, "Association", alias=alias, directory_id=directory_id)
    association.add_failover_record(
        "Record",
        zone=route53.HostedZone.from_hosted_zone_attributes(
            stack, "Zone", hosted_zone_id="Z0123456789", zone_name="example.com"
        ),
        failover=route53.Failover.SECONDARY,
    )


def declare_shared(stack: Stack) -> None:
    """Values that other stacks read, and what exists already."""
    endpoint = MultiRegionEndpoint(
        stack,
        "Adopted",
        endpoint_name="by-hand",
        secondary_region="eu-central-1",
        adopt="by-hand",
        removal_policy=RemovalPolicy.RETAIN,
    )
    published = endpoint.publish_id("/mail/endpoint-id", regions=["eu-central-1"])
    published.grants.read(function_role(stack, "Reader"))
    CfnOutput(stack, "Version", value=published.version_in("eu-central-1"))

    replica = endpoint.add_identity(
        "Replica",
        parent_identity=ses.EmailIdentity.from_email_identity_name(stack, "Domain", "example.com"),
        wait_for_dkim=False,
    )
    endpoint.grants.send_email(function_role(stack, "Newsletter"))
    CfnOutput(stack, "DkimStatus", value=replica.dkim_status)
    other = ReplicaEmailIdentity.from_replica_email_identity_name(stack, "OtherReplica", "example.org", "us-east-1")
    other.grants.send_email(function_role(stack, "OtherSender"))

    servers = MultiRegionParameter(
        stack,
        "Servers",
        parameter_name="/game/servers",
        values=["10.0.0.10", "10.0.0.11"],
        tags={"team": "game"},
    )
    servers.add_region("us-east-1")
    CfnOutput(stack, "PublishedBefore", value=MultiRegionParameter.value_for(stack, "/mail/domain"))

    accepter = TransitGatewayPeeringAccepter(
        stack,
        "Peering",
        transit_gateway_attachment_id="tgw-attach-0123456789abcdef0",
        tags={"team": "net"},
    )
    CfnOutput(stack, "PeerGateway", value=accepter.peer_transit_gateway_id)

    database = DsqlClusterPeering(
        stack,
        "Database",
        cluster_arn="arn:aws:dsql:us-east-1:111122223333:cluster/aaaaaaaaaaaaaaaaaaaaaaaaaa",
        peer_cluster_arn="arn:aws:dsql:us-east-2:111122223333:cluster/bbbbbbbbbbbbbbbbbbbbbbbbbb",
        witness_region="us-west-2",
    )
    CfnOutput(stack, "DatabaseEndpoint", value=database.cluster_endpoint)

    StandbyWorkspaceFleet(
        stack,
        "AdoptedFleet",
        primary_workspace_ids=["ws-4444444444", "ws-5555555555"],
        primary_region="eu-central-1",
        directory_id="d-1234567890",
        adopt={"ws-4444444444": "ws-6666666666"},
        removal_policy=RemovalPolicy.RETAIN,
    )


def function_role(stack: Stack, id: str) -> iam.Role:
    return iam.Role(stack, id, assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


app = App()
env = Environment(account="111122223333", region="eu-west-1")
declare_mail(Stack(app, "Mail", env=env))
declare_game(Stack(app, "Game", env=env))
declare_desktops(Stack(app, "Desktops", env=env))
declare_shared(Stack(app, "Shared", env=env))
app.synth()
