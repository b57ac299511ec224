import type { AdoptingProperties } from './lifecycle';
import type { TagRules } from './rules';

export const TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE = 'Custom::TransitGatewayPeeringAccepter';

/** One tag less than EC2 takes: a second tag of this library says what a Delete has to do. */
export const TRANSIT_GATEWAY_TAG_RULES: TagRules = {
  service: 'Amazon EC2',
  maxCount: 49,
  maxKeyLength: 127,
  maxValueLength: 256,
  reservedInValues: false,
  reservedPrefixes: ['aws:'],
};

/** Tag of an attachment that goes away with its accepter. Without it a Delete leaves the attachment as it is. */
export const ON_DELETE_TAG_KEY = 'cdk-multi-region:on-delete';
export const DELETE_ATTACHMENT = 'delete-attachment';

/** Id of a transit gateway attachment. */
export const TRANSIT_GATEWAY_ATTACHMENT_ID = {
  pattern: /^tgw-attach-[0-9a-f]{8,17}$/,
  says: "the id of a transit gateway attachment is 'tgw-attach-' and 8 to 17 digits or letters from a to f",
};

/** Properties of `Custom::TransitGatewayPeeringAccepter`. */
export interface TransitGatewayPeeringAccepterProperties extends AdoptingProperties {
  readonly TransitGatewayAttachmentId: string;
  /** Whether the attachment is deleted with the accepter. Without it false. */
  readonly DeleteAttachment?: boolean;
  readonly Tags?: Record<string, string>;
}

/** Attributes of `Custom::TransitGatewayPeeringAccepter`. */
export interface TransitGatewayPeeringAccepterAttributes {
  readonly TransitGatewayAttachmentId: string;
  /** The transit gateway in this Region. */
  readonly TransitGatewayId: string;
  readonly PeerTransitGatewayId: string;
  readonly PeerRegion: string;
  readonly PeerAccountId: string;
}
