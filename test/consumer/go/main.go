package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsses"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsworkspaces"
	"github.com/aws/jsii-runtime-go"
	multiregion "github.com/cdk-multi-region/cdk-multi-region-go/cdkmultiregion"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	props := &awscdk.StackProps{
		Env: &awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("eu-west-1")},
	}
	declareMail(awscdk.NewStack(app, jsii.String("Mail"), props))
	declareGame(awscdk.NewStack(app, jsii.String("Game"), props))
	declareDesktops(awscdk.NewStack(app, jsii.String("Desktops"), props))
	declareShared(awscdk.NewStack(app, jsii.String("Shared"), props))
	app.Synth(nil)
}

func declareMail(stack awscdk.Stack) {
	multiregion.ProviderSettings_Of(stack).Set(&multiregion.ProviderSettingsOptions{
		LogRetention: awslogs.RetentionDays_ONE_WEEK,
	})
	multiregion.ProviderSettings_Of(stack).SetForService(multiregion.ProviderService_SES, &multiregion.ProviderSettingsOptions{
		MemorySize: awscdk.Size_Mebibytes(jsii.Number(512)),
	})
	sender := functionRole(stack, "Sender")

	endpoint := multiregion.NewMultiRegionEndpoint(stack, jsii.String("Endpoint"), &multiregion.MultiRegionEndpointProps{
		SecondaryRegion: jsii.String("eu-central-1"),
		Tags:            &map[string]*string{"team": jsii.String("mail")},
		RemovalPolicy:   awscdk.RemovalPolicy_RETAIN,
		Timeout:         awscdk.Duration_Minutes(jsii.Number(20)),
	})
	endpoint.Grants().SendEmail(sender, &multiregion.SendEmailGrantOptions{
		Identities:        jsii.Strings("example.com"),
		ConfigurationSets: jsii.Strings("news"),
	})
	endpoint.MetricSendCount(nil).CreateAlarm(stack, jsii.String("Silence"), &awscloudwatch.CreateAlarmOptions{
		Threshold:         jsii.Number(1),
		EvaluationPeriods: jsii.Number(3),
	})
	output(stack, "EndpointId", endpoint.EndpointId())
	output(stack, "EndpointArn", endpoint.EndpointArn())

	lookedUp := multiregion.MultiRegionEndpoint_FromEndpointName(stack, jsii.String("LookedUp"), jsii.String("legacy"))
	output(stack, "LookedUpRegion", lookedUp.SecondaryRegion())

	described := multiregion.MultiRegionEndpoint_FromMultiRegionEndpointAttributes(stack, jsii.String("Described"),
		&multiregion.MultiRegionEndpointAttributes{
			EndpointName:    jsii.String("console"),
			EndpointId:      jsii.String("abcdef12.g3h"),
			SecondaryRegion: jsii.String("us-east-1"),
		})
	described.Grants().SendEmail(sender, &multiregion.SendEmailGrantOptions{Identities: jsii.Strings("example.org")})
}

func declareGame(stack awscdk.Stack) {
	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), &awsec2.VpcProps{
		IpAddresses:       awsec2.IpAddresses_Cidr(jsii.String("10.0.0.0/16")),
		AvailabilityZones: jsii.Strings("eu-west-1a"),
		SubnetConfiguration: &[]*awsec2.SubnetConfiguration{
			{Name: jsii.String("Servers"), SubnetType: awsec2.SubnetType_PUBLIC, CidrMask: jsii.Number(24)},
		},
	})
	subnet := (*vpc.PublicSubnets())[0]
	matchmaker := functionRole(stack, "Matchmaker")

	accelerator := multiregion.NewCustomRoutingAccelerator(stack, jsii.String("Accelerator"), &multiregion.CustomRoutingAcceleratorProps{
		AcceleratorName: jsii.String("game"),
		Tags:            &map[string]*string{"team": jsii.String("game")},
	})
	listener := accelerator.AddListener(jsii.String("Listener"), &multiregion.CustomRoutingListenerOptions{
		PortRanges: &[]*multiregion.CustomRoutingPortRange{{FromPort: jsii.Number(10000), ToPort: jsii.Number(20000)}},
	})
	servers := listener.AddEndpointGroup(jsii.String("Servers"), &multiregion.CustomRoutingEndpointGroupOptions{
		Destinations: &[]*multiregion.CustomRoutingDestination{{
			FromPort:  jsii.Number(7777),
			ToPort:    jsii.Number(7778),
			Protocols: &[]multiregion.CustomRoutingProtocol{multiregion.CustomRoutingProtocol_UDP},
		}},
	})
	servers.AddSubnet(subnet, &multiregion.CustomRoutingSubnetOptions{
		Traffic: multiregion.TrafficPolicy_Allow(&multiregion.AllowedDestinations{
			Addresses: jsii.Strings("10.0.0.10"),
			Ports:     jsii.Numbers(7777),
		}),
	})
	servers.Grants().ReadPortMappings(matchmaker)
	accelerator.Grants().ManageTraffic(matchmaker)
	port := servers.AddAcceleratorPortLookup(jsii.String("Lobby"), &multiregion.CustomRoutingDestinationAddress{
		Subnet:  subnet,
		Address: jsii.String("10.0.0.10"),
		Port:    jsii.Number(7777),
	})
	output(stack, "LobbyPort", port)
	output(stack, "Addresses", awscdk.Fn_Join(jsii.String(","), accelerator.Ipv4Addresses()))

	imported := multiregion.CustomRoutingAccelerator_FromCustomRoutingAcceleratorArn(stack, jsii.String("Imported"),
		jsii.String("arn:aws:globalaccelerator::111122223333:accelerator/0a1b2c3d-0000-1111-2222-333344445555"))
	output(stack, "ImportedName", imported.DnsName())
	output(stack, "ImportedAddresses", awscdk.Fn_Join(jsii.String(","), imported.Ipv4Addresses()))
}

func declareDesktops(stack awscdk.Stack) {
	directoryId := jsii.String("d-1234567890")
	standby := multiregion.NewStandbyWorkspace(stack, jsii.String("Jane"), &multiregion.StandbyWorkspaceProps{
		PrimaryWorkspaceId: jsii.String("ws-0123456789"),
		PrimaryRegion:      jsii.String("eu-central-1"),
		DirectoryId:        directoryId,
		DataReplication:    multiregion.StandbyDataReplication_PRIMARY_AS_SOURCE,
		Timeout:            awscdk.Duration_Hours(jsii.Number(2)),
	})
	standby.Grants().StartAndStop(functionRole(stack, "Operator"))
	output(stack, "JanesAddress", standby.IpAddress())

	fleet := multiregion.NewStandbyWorkspaceFleet(stack, jsii.String("Fleet"), &multiregion.StandbyWorkspaceFleetProps{
		PrimaryWorkspaceIds: jsii.Strings("ws-1111111111", "ws-2222222222"),
		PrimaryRegion:       jsii.String("eu-central-1"),
		DirectoryId:         directoryId,
		FailedMembersPolicy: multiregion.FailedMembersPolicy_KEEP_OTHERS,
	})
	output(stack, "FirstStandby", fleet.AddStandbyWorkspaceIdLookup(jsii.String("ws-1111111111")))

	alias := awsworkspaces.NewCfnConnectionAlias(stack, jsii.String("Alias"), &awsworkspaces.CfnConnectionAliasProps{
		ConnectionString: jsii.String("desktop.example.com"),
	})
	association := multiregion.NewConnectionAliasAssociation(stack, jsii.String("Association"), &multiregion.ConnectionAliasAssociationProps{
		Alias:       alias,
		DirectoryId: directoryId,
	})
	association.AddFailoverRecord(jsii.String("Record"), &multiregion.ConnectionFailoverRecordOptions{
		Zone: awsroute53.HostedZone_FromHostedZoneAttributes(stack, jsii.String("Zone"), &awsroute53.HostedZoneAttributes{
			HostedZoneId: jsii.String("Z0123456789"),
			ZoneName:     jsii.String("example.com"),
		}),
		Failover: awsroute53.Failover_SECONDARY,
	})
}

// Values that other stacks read, and what exists already.
func declareShared(stack awscdk.Stack) {
	endpoint := multiregion.NewMultiRegionEndpoint(stack, jsii.String("Adopted"), &multiregion.MultiRegionEndpointProps{
		EndpointName:    jsii.String("by-hand"),
		SecondaryRegion: jsii.String("eu-central-1"),
		Adopt:           jsii.String("by-hand"),
		RemovalPolicy:   awscdk.RemovalPolicy_RETAIN,
	})
	published := endpoint.PublishId(jsii.String("/mail/endpoint-id"), &multiregion.MultiRegionParameterOptions{
		Regions: jsii.Strings("eu-central-1"),
	})
	published.Grants().Read(functionRole(stack, "Reader"))
	output(stack, "Version", published.VersionIn(jsii.String("eu-central-1")))

	replica := endpoint.AddIdentity(jsii.String("Replica"), &multiregion.AddIdentityOptions{
		ParentIdentity: awsses.EmailIdentity_FromEmailIdentityName(stack, jsii.String("Domain"), jsii.String("example.com")),
		WaitForDkim:    jsii.Bool(false),
	})
	endpoint.Grants().SendEmail(functionRole(stack, "Newsletter"), nil)
	output(stack, "DkimStatus", replica.DkimStatus())
	other := multiregion.ReplicaEmailIdentity_FromReplicaEmailIdentityName(stack, jsii.String("OtherReplica"),
		jsii.String("example.org"), jsii.String("us-east-1"))
	other.Grants().SendEmail(functionRole(stack, "OtherSender"))

	servers := multiregion.NewMultiRegionParameter(stack, jsii.String("Servers"), &multiregion.MultiRegionParameterProps{
		ParameterName: jsii.String("/game/servers"),
		Values:        jsii.Strings("10.0.0.10", "10.0.0.11"),
		Tags:          &map[string]*string{"team": jsii.String("game")},
	})
	servers.AddRegion(jsii.String("us-east-1"))
	output(stack, "PublishedBefore", multiregion.MultiRegionParameter_ValueFor(stack, jsii.String("/mail/domain")))

	accepter := multiregion.NewTransitGatewayPeeringAccepter(stack, jsii.String("Peering"), &multiregion.TransitGatewayPeeringAccepterProps{
		TransitGatewayAttachmentId: jsii.String("tgw-attach-0123456789abcdef0"),
		Tags:                       &map[string]*string{"team": jsii.String("net")},
	})
	output(stack, "PeerGateway", accepter.PeerTransitGatewayId())

	database := multiregion.NewDsqlClusterPeering(stack, jsii.String("Database"), &multiregion.DsqlClusterPeeringProps{
		ClusterArn:     jsii.String("arn:aws:dsql:us-east-1:111122223333:cluster/aaaaaaaaaaaaaaaaaaaaaaaaaa"),
		PeerClusterArn: jsii.String("arn:aws:dsql:us-east-2:111122223333:cluster/bbbbbbbbbbbbbbbbbbbbbbbbbb"),
		WitnessRegion:  jsii.String("us-west-2"),
	})
	output(stack, "DatabaseEndpoint", database.ClusterEndpoint())

	multiregion.NewStandbyWorkspaceFleet(stack, jsii.String("AdoptedFleet"), &multiregion.StandbyWorkspaceFleetProps{
		PrimaryWorkspaceIds: jsii.Strings("ws-4444444444", "ws-5555555555"),
		PrimaryRegion:       jsii.String("eu-central-1"),
		DirectoryId:         jsii.String("d-1234567890"),
		Adopt:               &map[string]*string{"ws-4444444444": jsii.String("ws-6666666666")},
		RemovalPolicy:       awscdk.RemovalPolicy_RETAIN,
	})
}

func functionRole(stack awscdk.Stack, id string) awsiam.Role {
	return awsiam.NewRole(stack, jsii.String(id), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
}

func output(stack awscdk.Stack, id string, value *string) {
	awscdk.NewCfnOutput(stack, jsii.String(id), &awscdk.CfnOutputProps{Value: value})
}
