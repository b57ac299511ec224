import {
  AcceptTransitGatewayPeeringAttachmentCommand, CreateTagsCommand, DeleteTagsCommand, DeleteTransitGatewayPeeringAttachmentCommand,
  DescribeTransitGatewayPeeringAttachmentsCommand, type EC2Client, type PeeringTgwInfo, type TransitGatewayPeeringAttachment,
} from '@aws-sdk/client-ec2';
import { undefinedOn } from '../lifecycle/errors';
import { toTagList, type Tags } from '../lifecycle/tags';

/** EC2 says Malformed of an id that can't be one, and NotFound of one that is gone. */
const unlessMissing = undefinedOn('InvalidTransitGatewayAttachmentID.NotFound');

/** A transit gateway at one end of a peering. */
export interface PeeringEnd {
  readonly transitGatewayId: string;
  readonly accountId: string;
  readonly region: string;
}

/** A peering attachment as one of its two Regions shows it. */
export interface PeeringAttachment {
  readonly id: string;
  /** E.g. pendingAcceptance or available; whatever else EC2 may say one day is waited for. */
  readonly state: string;
  /** Why it is in that state, if EC2 says so. */
  readonly status?: string;
  readonly requester: PeeringEnd;
  readonly accepter: PeeringEnd;
  /** Id of the other side's attachment, where the two sides have different ones: both are in one Region. */
  readonly accepterAttachmentId?: string;
  readonly tags: Tags;
}

/** The calls that the model makes, in the accepter's Region. */
export interface PeeringAttachments {
  /** @returns undefined if there is none */
  get(id: string): Promise<PeeringAttachment | undefined>;
  accept(id: string): Promise<void>;
  /** A missing attachment is no error. */
  remove(id: string): Promise<void>;
  tag(id: string, tags: Tags): Promise<void>;
  /** A missing attachment is no error. */
  untag(id: string, keys: readonly string[]): Promise<void>;
}

/** The calls through the SDK. */
export class SdkPeeringAttachments implements PeeringAttachments {
  constructor(private readonly client: Pick<EC2Client, 'send'>) {}

  public async get(id: string): Promise<PeeringAttachment | undefined> {
    const answer = await unlessMissing(this.client.send(new DescribeTransitGatewayPeeringAttachmentsCommand({ TransitGatewayAttachmentIds: [id] })));
    const attachment = answer?.TransitGatewayPeeringAttachments?.[0];
    return attachment && fromApi(attachment);
  }

  public async accept(id: string): Promise<void> {
    await this.client.send(new AcceptTransitGatewayPeeringAttachmentCommand({ TransitGatewayAttachmentId: id }));
  }

  public async remove(id: string): Promise<void> {
    await unlessMissing(this.client.send(new DeleteTransitGatewayPeeringAttachmentCommand({ TransitGatewayAttachmentId: id })));
  }

  public async tag(id: string, tags: Tags): Promise<void> {
    await this.client.send(new CreateTagsCommand({ Resources: [id], Tags: toTagList(tags) }));
  }

  public async untag(id: string, keys: readonly string[]): Promise<void> {
    await unlessMissing(this.client.send(new DeleteTagsCommand({ Resources: [id], Tags: keys.map(Key => ({ Key })) })));
  }
}

function fromApi(attachment: TransitGatewayPeeringAttachment): PeeringAttachment {
  const { TransitGatewayAttachmentId: id = '', AccepterTransitGatewayAttachmentId, State, Status, Tags: tags = [] } = attachment;
  const status = [Status?.Code, Status?.Message].filter(Boolean).join(': ');
  return {
    id,
    state: State ?? '',
    status: status || undefined,
    requester: endOf(attachment.RequesterTgwInfo),
    accepter: endOf(attachment.AccepterTgwInfo),
    accepterAttachmentId: AccepterTransitGatewayAttachmentId,
    tags: Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}

function endOf({ TransitGatewayId = '', OwnerId = '', Region = '' }: PeeringTgwInfo = {}): PeeringEnd {
  return { transitGatewayId: TransitGatewayId, accountId: OwnerId, region: Region };
}
