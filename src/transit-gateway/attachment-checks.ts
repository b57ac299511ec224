import { CfnResource, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { CfnTransitGatewayPeeringAttachment } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { checkText } from '../lifecycle/checks';
import { refuse } from '../lifecycle/synthesis-error';
import { TRANSIT_GATEWAY_ATTACHMENT_ID } from '../wire/transit-gateway';

/** Checks the id of an attachment, if it is concrete. */
export function checkAttachmentId(scope: IConstruct, property: string, id: string): void {
  checkText(scope, property, id);
  if (!Token.isUnresolved(id) && !TRANSIT_GATEWAY_ATTACHMENT_ID.pattern.test(id)) {
    refuse(scope, `${property} is '${id}', but ${TRANSIT_GATEWAY_ATTACHMENT_ID.says}. Use the id that Amazon EC2 shows.`);
  }
}

/** Refuses an attachment that is requested in the accepter's own Region: that side can't accept. */
export function checkOtherRegion(scope: IConstruct, id: string): void {
  const token = Token.isUnresolved(id) ? Tokenization.reverseString(id).firstToken : undefined;
  const attachment = Reference.isReference(token) && CfnResource.isCfnResource(token.target) ? token.target : undefined;
  const { region } = Stack.of(scope);
  if (attachment?.cfnResourceType === CfnTransitGatewayPeeringAttachment.CFN_RESOURCE_TYPE_NAME && Stack.of(attachment).region === region) {
    const where = Token.isUnresolved(region) ? 'the Region of this stack' : `${region}, the Region of this stack`;
    refuse(scope, `transitGatewayAttachmentId is that of '${attachment.node.path}', which is requested in ${where}, but the other side has to accept. Declare the accepter `
      + "in a stack in 'peerRegion'.");
  }
}
