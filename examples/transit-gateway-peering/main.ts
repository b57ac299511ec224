import { App, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { MultiRegionParameter, TransitGatewayPeeringAccepter } from '../../src';

const IRELAND = 'eu-west-1';
const FRANKFURT = 'eu-central-1';
const IRELAND_CIDR = '10.1.0.0/16';
const FRANKFURT_CIDR = '10.2.0.0/16';
const GATEWAY_NAME = '/network/frankfurt-gateway';
const PEERING_NAME = '/network/peering';

/** A transit gateway with one route table, which nothing joins by itself. */
export class Hub extends Stack {
  public readonly gatewayId: string;
  public readonly routeTableId: string;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const gateway = new ec2.CfnTransitGateway(this, 'Gateway', {
      defaultRouteTableAssociation: 'disable', defaultRouteTablePropagation: 'disable',
    });
    this.gatewayId = gateway.ref;
    this.routeTableId = new ec2.CfnTransitGatewayRouteTable(this, 'Routes', { transitGatewayId: this.gatewayId }).ref;
  }
}

/** The hub that is asked for a peering. */
export class FrankfurtHub extends Hub {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    new MultiRegionParameter(this, 'GatewayId', { parameterName: GATEWAY_NAME, value: this.gatewayId, regions: [IRELAND] });
  }
}

/** The hub that asks. */
export class IrelandHub extends Hub {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const attachment = new ec2.CfnTransitGatewayPeeringAttachment(this, 'Peering', {
      transitGatewayId: this.gatewayId,
      peerTransitGatewayId: MultiRegionParameter.valueFor(this, GATEWAY_NAME),
      peerAccountId: this.account,
      peerRegion: FRANKFURT,
    });
    new MultiRegionParameter(this, 'PeeringId', {
      parameterName: PEERING_NAME, value: attachment.attrTransitGatewayAttachmentId, regions: [FRANKFURT],
    });
  }
}

export interface PeeringProps extends StackProps {
  readonly routeTableId: string;
}

/** Accepts, and sends what is for Ireland there. */
export class FrankfurtPeering extends Stack {
  constructor(scope: Construct, id: string, props: PeeringProps) {
    super(scope, id, props);
    const accepter = new TransitGatewayPeeringAccepter(this, 'Accepter', {
      transitGatewayAttachmentId: MultiRegionParameter.valueFor(this, PEERING_NAME),
      tags: { Name: 'to-ireland' },
    });
    addRoute(this, props.routeTableId, accepter.transitGatewayAttachmentId, IRELAND_CIDR);
    new cloudwatch.Alarm(this, 'NoRoute', { metric: accepter.metricPacketDropCountNoRoute(), threshold: 1, evaluationPeriods: 3 });

    new CfnOutput(this, 'AttachmentId', { value: accepter.transitGatewayAttachmentId });
    new CfnOutput(this, 'PeerGatewayId', { value: accepter.peerTransitGatewayId });
  }
}

/** Sends what is for Frankfurt there: the attachment has to be accepted first. */
export class IrelandRoutes extends Stack {
  constructor(scope: Construct, id: string, props: PeeringProps) {
    super(scope, id, props);
    addRoute(this, props.routeTableId, MultiRegionParameter.valueFor(this, PEERING_NAME), FRANKFURT_CIDR);
  }
}

function addRoute(scope: Construct, transitGatewayRouteTableId: string, transitGatewayAttachmentId: string, destinationCidrBlock: string): void {
  new ec2.CfnTransitGatewayRouteTableAssociation(scope, 'Association', { transitGatewayRouteTableId, transitGatewayAttachmentId });
  new ec2.CfnTransitGatewayRoute(scope, 'Route', { transitGatewayRouteTableId, transitGatewayAttachmentId, destinationCidrBlock });
}

export function transitGatewayPeering(app: App): App {
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  const ireland = { env: { account, region: IRELAND } };
  const frankfurt = { env: { account, region: FRANKFURT } };
  const frankfurtHub = new FrankfurtHub(app, 'FrankfurtHub', frankfurt);
  const irelandHub = new IrelandHub(app, 'IrelandHub', ireland);
  irelandHub.node.addDependency(frankfurtHub);
  const peering = new FrankfurtPeering(app, 'FrankfurtPeering', { ...frankfurt, routeTableId: frankfurtHub.routeTableId });
  peering.node.addDependency(irelandHub);
  const routes = new IrelandRoutes(app, 'IrelandRoutes', { ...ireland, routeTableId: irelandHub.routeTableId });
  routes.node.addDependency(peering);
  return app;
}

if (require.main === module) {
  transitGatewayPeering(new App()).synth();
}
