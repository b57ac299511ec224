import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { TransitGatewayPeeringAccepter } from '../../src';

// The request comes from another Region: set this to deploy. The snapshot has the sample.
const { PEERING_ATTACHMENT = 'tgw-attach-0123456789abcdef0' } = process.env;

const app = new App();
const stack = new Stack(app, 'CdkMultiRegionIntegTransitGateway');

const accepter = new TransitGatewayPeeringAccepter(stack, 'Accepter', { transitGatewayAttachmentId: PEERING_ATTACHMENT });
new CfnOutput(stack, 'TransitGatewayId', { value: accepter.transitGatewayId });

new IntegTest(app, 'TransitGateway', { testCases: [stack] });

app.synth();
