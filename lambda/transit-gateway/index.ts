import { EC2Client } from '@aws-sdk/client-ec2';
import { SdkPeeringAttachments } from './client';
import { transitGatewayHandlers } from './handlers';
import { TRANSIT_GATEWAY_RATE } from './rate';
import { awsRuntime, CLIENT_SETTINGS } from '../lifecycle/aws-runtime';
import { lifecycleFunction } from '../lifecycle/function';

export const handler = lifecycleFunction(
  transitGatewayHandlers(new SdkPeeringAttachments(new EC2Client(CLIENT_SETTINGS))), awsRuntime(), TRANSIT_GATEWAY_RATE);
