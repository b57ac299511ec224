import { EC2Client } from '@aws-sdk/client-ec2';
import { SdkPeeringAttachments } from '../../../lambda/transit-gateway/client';
import { transitGatewayHandlers } from '../../../lambda/transit-gateway/handlers';
import { ResourceTypes, resourceTypes } from '../resource-type';

/** Its one property that can differ is a tag, which the model compares. */
export const transitGatewayTypes: ResourceTypes = (clients, region) =>
  resourceTypes(transitGatewayHandlers(new SdkPeeringAttachments(clients.client(EC2Client, 'ec2', region))));
