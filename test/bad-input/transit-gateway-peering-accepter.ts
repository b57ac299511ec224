import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { BAD_TIMEOUTS, KNOWN, NUMBER, TEXT, badValues, type BadInput } from './bad-input';
import { TransitGatewayPeeringAccepter, type TransitGatewayPeeringAccepterProps } from '../../src';
import { TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE as TYPE } from '../../src/wire/transit-gateway';

const PATH = 'Stack/Accepter';
const ATTACHMENT = 'tgw-attach-0123456789abcdef0';

function accepterIn(stack: Stack, props: Partial<TransitGatewayPeeringAccepterProps>): TransitGatewayPeeringAccepter {
  return new TransitGatewayPeeringAccepter(stack, 'Accepter', { transitGatewayAttachmentId: ATTACHMENT, ...props });
}

const BAD_IDS = {
  'empty': '',
  'a gateway': 'tgw-0123456789abcdef0',
  'a VPC peering': 'pcx-0123456789abcdef0',
  'too short': 'tgw-attach-1234567',
  'too long': 'tgw-attach-0123456789abcdef01',
  'big letters': 'TGW-ATTACH-0123456789ABCDEF0',
  'an ARN': 'arn:aws:ec2:eu-west-1:111122223333:transit-gateway-attachment/tgw-attach-0123456789abcdef0',
};
const ID = { rule: /is 'tgw-attach-' and 8 to 17 digits or letters from a to f/, fix: /Use the id that Amazon EC2 shows/ };

export const TRANSIT_GATEWAY_PEERING_ACCEPTER: BadInput[] = [
  ...badValues<string>({
    property: 'transitGatewayAttachmentId', path: PATH, values: BAD_IDS, ...ID,
    build: (stack, transitGatewayAttachmentId) => accepterIn(stack, { transitGatewayAttachmentId }),
    token: TEXT, deployed: { type: TYPE, property: 'TransitGatewayAttachmentId', rule: /is 'tgw-attach-' and 8 to 17 digits or letters from a to f|non-empty/ },
  }),
  ...badValues<string>({
    property: 'adopt', path: PATH, values: { 'a gateway': 'tgw-0123456789abcdef0' }, ...ID,
    build: (stack, adopt) => accepterIn(stack, { adopt, removalPolicy: RemovalPolicy.RETAIN }), token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues<string>({
    property: 'transitGatewayAttachmentId', path: PATH, values: { 'of the same Region': 'Stack/Peering' }, rule: /the other side has to accept/,
    fix: /Declare the accepter in a stack in 'peerRegion'/, build: stack => {
      const attachment = new ec2.CfnTransitGatewayPeeringAttachment(stack, 'Peering', {
        transitGatewayId: 'tgw-1', peerTransitGatewayId: 'tgw-2', peerAccountId: '111122223333', peerRegion: 'eu-central-1',
      });
      accepterIn(stack, { transitGatewayAttachmentId: attachment.attrTransitGatewayAttachmentId });
    },
    token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues<string>({
    property: 'transitGatewayAttachmentId', path: 'Stack/Second', values: { 'of another accepter': ATTACHMENT }, rule: /'Stack\/Accepter' accepts .* already/,
    fix: /Remove one of the two/, build: (stack, transitGatewayAttachmentId) => {
      accepterIn(stack, {});
      new TransitGatewayPeeringAccepter(stack, 'Second', { transitGatewayAttachmentId });
    },
    token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues<number>({
    property: 'timeout', path: PATH, values: BAD_TIMEOUTS, rule: /between 120 seconds and 59 minutes/, fix: /Use a time in between/,
    build: (stack, seconds) => accepterIn(stack, { timeout: Duration.seconds(seconds) }), token: NUMBER, deployed: KNOWN.limits,
  }),
];

export const TRANSIT_GATEWAY_PEERING_ACCEPTER_IMPORTS: BadInput[] = badValues<string>({
  property: 'transitGatewayAttachmentId', path: PATH, values: BAD_IDS, ...ID,
  build: (stack, transitGatewayAttachmentId) => TransitGatewayPeeringAccepter.fromTransitGatewayPeeringAccepterAttributes(stack, 'Accepter', {
    transitGatewayAttachmentId, transitGatewayId: 'tgw-0123456789abcdef0',
  }),
  token: TEXT, deployed: KNOWN.unused,
});
