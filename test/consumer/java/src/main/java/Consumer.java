import io.github.cdkmultiregion.AddIdentityOptions;
import io.github.cdkmultiregion.AllowedDestinations;
import io.github.cdkmultiregion.ConnectionAliasAssociation;
import io.github.cdkmultiregion.ConnectionFailoverRecordOptions;
import io.github.cdkmultiregion.CustomRoutingAccelerator;
import io.github.cdkmultiregion.CustomRoutingDestination;
import io.github.cdkmultiregion.CustomRoutingEndpointGroup;
import io.github.cdkmultiregion.CustomRoutingEndpointGroupOptions;
import io.github.cdkmultiregion.CustomRoutingListener;
import io.github.cdkmultiregion.CustomRoutingListenerOptions;
import io.github.cdkmultiregion.CustomRoutingPortRange;
import io.github.cdkmultiregion.CustomRoutingProtocol;
import io.github.cdkmultiregion.CustomRoutingDestinationAddress;
import io.github.cdkmultiregion.CustomRoutingSubnetOptions;
import io.github.cdkmultiregion.DsqlClusterPeering;
import io.github.cdkmultiregion.FailedMembersPolicy;
import io.github.cdkmultiregion.ICustomRoutingAccelerator;
import io.github.cdkmultiregion.IMultiRegionEndpoint;
import io.github.cdkmultiregion.MultiRegionEndpoint;
import io.github.cdkmultiregion.MultiRegionEndpointAttributes;
import io.github.cdkmultiregion.MultiRegionParameter;
import io.github.cdkmultiregion.MultiRegionParameterOptions;
import io.github.cdkmultiregion.ProviderService;
import io.github.cdkmultiregion.ProviderSettings;
import io.github.cdkmultiregion.ProviderSettingsOptions;
import io.github.cdkmultiregion.ReplicaEmailIdentity;
import io.github.cdkmultiregion.SendEmailGrantOptions;
import io.github.cdkmultiregion.StandbyDataReplication;
import io.github.cdkmultiregion.StandbyWorkspace;
import io.github.cdkmultiregion.StandbyWorkspaceFleet;
import io.github.cdkmultiregion.TrafficPolicy;
import io.github.cdkmultiregion.TransitGatewayPeeringAccepter;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.IpAddresses;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.route53.Failover;
import software.amazon.awscdk.services.route53.HostedZone;
import software.amazon.awscdk.services.route53.HostedZoneAttributes;
import software.amazon.awscdk.services.ses.EmailIdentity;
import software.amazon.awscdk.services.workspaces.CfnConnectionAlias;

public class Consumer {
    public static void main(String[] args) {
        App app = new App();
        Environment env = Environment.builder().account("111122223333").region("eu-west-1").build();
        StackProps props = StackProps.builder().env(env).build();
        declareMail(new Stack(app, "Mail", props));
        declareGame(new Stack(app, "Game", props));
        declareDesktops(new Stack(app, "Desktops", props));
        declareShared(new Stack(app, "Shared", props));
        app.synth();
    }

    private static void declareMail(Stack stack) {
        ProviderSettings.of(stack).set(ProviderSettingsOptions.builder().logRetention(RetentionDays.ONE_WEEK).build());
        ProviderSettings.of(stack).setForService(ProviderService.SES,
            ProviderSettingsOptions.builder().memorySize(Size.mebibytes(512)).build());
        Role sender = functionRole(stack, "Sender");

        MultiRegionEndpoint endpoint = MultiRegionEndpoint.Builder.create(stack, "Endpoint")
            .secondaryRegion("eu-central-1")
            .tags(Map.of("team", "mail"))
            .removalPolicy(RemovalPolicy.RETAIN)
            .timeout(Duration.minutes(20))
            .build();
        endpoint.getGrants().sendEmail(sender, SendEmailGrantOptions.builder()
            .identities(List.of("example.com"))
            .configurationSets(List.of("news"))
            .build());
        endpoint.metricSendCount().createAlarm(stack, "Silence",
            CreateAlarmOptions.builder().threshold(1).evaluationPeriods(3).build());
        output(stack, "EndpointId", endpoint.getEndpointId());
        output(stack, "EndpointArn", endpoint.getEndpointArn());

        IMultiRegionEndpoint lookedUp = MultiRegionEndpoint.fromEndpointName(stack, "LookedUp", "legacy");
        output(stack, "LookedUpRegion", lookedUp.getSecondaryRegion());

        IMultiRegionEndpoint described = MultiRegionEndpoint.fromMultiRegionEndpointAttributes(stack, "Described",
            MultiRegionEndpointAttributes.builder()
                .endpointName("console")
                .endpointId("abcdef12.g3h")
                .secondaryRegion("us-east-1")
                .build());
        described.getGrants().sendEmail(sender, SendEmailGrantOptions.builder().identities(List.of("example.org")).build());
    }

    private static void declareGame(Stack stack) {
        Vpc vpc = Vpc.Builder.create(stack, "Vpc")
            .ipAddresses(IpAddresses.cidr("10.0.0.0/16"))
            .availabilityZones(List.of("eu-west-1a"))
            .subnetConfiguration(List.of(
                SubnetConfiguration.builder().name("Servers").subnetType(SubnetType.PUBLIC).cidrMask(24).build()))
            .build();
        ISubnet subnet = vpc.getPublicSubnets().get(0);
        Role matchmaker = functionRole(stack, "Matchmaker");

        CustomRoutingAccelerator accelerator = CustomRoutingAccelerator.Builder.create(stack, "Accelerator")
            .acceleratorName("game")
            .tags(Map.of("team", "game"))
            .build();
        CustomRoutingListener listener = accelerator.addListener("Listener", CustomRoutingListenerOptions.builder()
            .portRanges(List.of(CustomRoutingPortRange.builder().fromPort(10000).toPort(20000).build()))
            .build());
        CustomRoutingEndpointGroup servers = listener.addEndpointGroup("Servers", CustomRoutingEndpointGroupOptions.builder()
            .destinations(List.of(CustomRoutingDestination.builder()
                .fromPort(7777).toPort(7778).protocols(List.of(CustomRoutingProtocol.UDP)).build()))
            .build());
        servers.addSubnet(subnet, CustomRoutingSubnetOptions.builder()
            .traffic(TrafficPolicy.allow(
                AllowedDestinations.builder().addresses(List.of("10.0.0.10")).ports(List.of(7777)).build()))
            .build());
        servers.getGrants().readPortMappings(matchmaker);
        accelerator.getGrants().manageTraffic(matchmaker);
        String port = servers.addAcceleratorPortLookup("Lobby",
            CustomRoutingDestinationAddress.builder().subnet(subnet).address("10.0.0.10").port(7777).build());
        output(stack, "LobbyPort", port);
        output(stack, "Addresses", Fn.join(",", accelerator.getIpv4Addresses()));

        ICustomRoutingAccelerator imported = CustomRoutingAccelerator.fromCustomRoutingAcceleratorArn(stack, "Imported",
            "arn:aws:globalaccelerator::111122223333:accelerator/0a1b2c3d-0000-1111-2222-333344445555");
        output(stack, "ImportedName", imported.getDnsName());
        output(stack, "ImportedAddresses", Fn.join(",", imported.getIpv4Addresses()));
    }

    private static void declareDesktops(Stack stack) {
        String directoryId = "d-1234567890";
        StandbyWorkspace standby = StandbyWorkspace.Builder.create(stack, "Jane")
            .primaryWorkspaceId("ws-0123456789")
            .primaryRegion("eu-central-1")
            .directoryId(directoryId)
            .dataReplication(StandbyDataReplication.PRIMARY_AS_SOURCE)
            .timeout(Duration.hours(2))
            .build();
        standby.getGrants().startAndStop(functionRole(stack, "Operator"));
        output(stack, "JanesAddress", standby.getIpAddress());

        StandbyWorkspaceFleet fleet = StandbyWorkspaceFleet.Builder.create(stack, "Fleet")
            .primaryWorkspaceIds(List.of("ws-1111111111", "ws-2222222222"))
            .primaryRegion("eu-central-1")
            .directoryId(directoryId)
            .failedMembersPolicy(FailedMembersPolicy.KEEP_OTHERS)
            .build();
        output(stack, "FirstStandby", fleet.addStandbyWorkspaceIdLookup("ws-1111111111"));

        CfnConnectionAlias alias = CfnConnectionAlias.Builder.create(stack, "Alias")
            .connectionString("desktop.example.com")
            .build();
        ConnectionAliasAssociation association = ConnectionAliasAssociation.Builder.create(stack, "Association")
            .alias(alias)
            .directoryId(directoryId)
            .build();
        association.addFailoverRecord("Record", ConnectionFailoverRecordOptions.builder()
            .zone(HostedZone.fromHostedZoneAttributes(stack, "Zone",
                HostedZoneAttributes.builder().hostedZoneId("Z0123456789").zoneName("example.com").build()))
            .failover(Failover.SECONDARY)
            .build());
    }

    /** Values that other stacks read, and what exists already. */
    private static void declareShared(Stack stack) {
        MultiRegionEndpoint endpoint = MultiRegionEndpoint.Builder.create(stack, "Adopted")
            .endpointName("by-hand")
            .secondaryRegion("eu-central-1")
            .adopt("by-hand")
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
        MultiRegionParameter published = endpoint.publishId("/mail/endpoint-id",
            MultiRegionParameterOptions.builder().regions(List.of("eu-central-1")).build());
        published.getGrants().read(functionRole(stack, "Reader"));
        output(stack, "Version", published.versionIn("eu-central-1"));

        ReplicaEmailIdentity replica = endpoint.addIdentity("Replica", AddIdentityOptions.builder()
            .parentIdentity(EmailIdentity.fromEmailIdentityName(stack, "Domain", "example.com"))
            .waitForDkim(false)
            .build());
        endpoint.getGrants().sendEmail(functionRole(stack, "Newsletter"));
        output(stack, "DkimStatus", replica.getDkimStatus());
        ReplicaEmailIdentity.fromReplicaEmailIdentityName(stack, "OtherReplica", "example.org", "us-east-1")
            .getGrants().sendEmail(functionRole(stack, "OtherSender"));

        MultiRegionParameter servers = MultiRegionParameter.Builder.create(stack, "Servers")
            .parameterName("/game/servers")
            .values(List.of("10.0.0.10", "10.0.0.11"))
            .tags(Map.of("team", "game"))
            .build();
        servers.addRegion("us-east-1");
        output(stack, "PublishedBefore", MultiRegionParameter.valueFor(stack, "/mail/domain"));

        TransitGatewayPeeringAccepter accepter = TransitGatewayPeeringAccepter.Builder.create(stack, "Peering")
            .transitGatewayAttachmentId("tgw-attach-0123456789abcdef0")
            .tags(Map.of("team", "net"))
            .build();
        output(stack, "PeerGateway", accepter.getPeerTransitGatewayId());

        DsqlClusterPeering database = DsqlClusterPeering.Builder.create(stack, "Database")
            .clusterArn("arn:aws:dsql:us-east-1:111122223333:cluster/aaaaaaaaaaaaaaaaaaaaaaaaaa")
            .peerClusterArn("arn:aws:dsql:us-east-2:111122223333:cluster/bbbbbbbbbbbbbbbbbbbbbbbbbb")
            .witnessRegion("us-west-2")
            .build();
        output(stack, "DatabaseEndpoint", database.getClusterEndpoint());

        StandbyWorkspaceFleet.Builder.create(stack, "AdoptedFleet")
            .primaryWorkspaceIds(List.of("ws-4444444444", "ws-5555555555"))
            .primaryRegion("eu-central-1")
            .directoryId("d-1234567890")
            .adopt(Map.of("ws-4444444444", "ws-6666666666"))
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
    }

    private static Role functionRole(Stack stack, String id) {
        return Role.Builder.create(stack, id).assumedBy(new ServicePrincipal("lambda.amazonaws.com")).build();
    }

    private static void output(Stack stack, String id, String value) {
        CfnOutput.Builder.create(stack, id).value(value).build();
    }
}
