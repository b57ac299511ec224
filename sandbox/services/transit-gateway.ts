import {
  AcceptTransitGatewayPeeringAttachment$, CreateTags$, DeleteTags$, DeleteTransitGatewayPeeringAttachment$, DescribeTransitGatewayPeeringAttachments$,
  type CreateTagsRequest, type DeleteTagsRequest, type DescribeTransitGatewayPeeringAttachmentsRequest,
} from '@aws-sdk/client-ec2';
import { RegionalRate } from './request-rate';
import { Call, InventoryItem, Operation, RequiredPermission, ServiceError, ServiceSimulator } from './service';
import type { RequestRate } from './token-bucket';

/** How long the changes of a peering attachment take. AWS documents none of these times. */
export interface TransitGatewaySimulatorOptions {
  /** From the request to `pendingAcceptance`. @default 30 */
  readonly requestSeconds?: number;
  /** How long the accepter's Region does not show a new attachment. @default 0 */
  readonly invisibleSeconds?: number;
  /** From the acceptance to `available`: 2 to 5 minutes in public reports. @default 180 */
  readonly acceptanceSeconds?: number;
  /** @default 60 */
  readonly deletionSeconds?: number;
  /** How long an attachment is shown as `deleted`. @default 3600 */
  readonly deletedSeconds?: number;
  /** How long a read does not show a change of tags. @default 0 */
  readonly tagLagSeconds?: number;
  /** Rate of all calls of an account and Region. @default unlimited */
  readonly requestRate?: RequestRate | 'unlimited';
}

/** One end of a peering. */
export interface PeeringEndInput {
  readonly region: string;
  readonly transitGatewayId: string;
  /** @default - the account of the sandbox */
  readonly accountId?: string;
}

/** An attachment that somebody has requested. */
export interface PeeringRequest {
  readonly id: string;
  readonly requester: PeeringEndInput;
  readonly accepter: PeeringEndInput;
  /** Milliseconds since the epoch. @default 0 */
  readonly at?: number;
  /** It has been accepted. @default false */
  readonly accepted?: boolean;
  /** Tags in the accepter's Region. */
  readonly tags?: Record<string, string>;
  /** Id of the accepter's side, if that has another one: both sides are in one Region. */
  readonly accepterAttachmentId?: string;
}

interface TagChange {
  readonly at: number;
  readonly tags: ReadonlyMap<string, string>;
}

export interface StoredAttachment extends PeeringRequest {
  readonly requestedAt: number;
  /** The tags in each Region, the latest last. */
  readonly tagsIn: Map<string, TagChange[]>;
  acceptedAt?: number;
  /** It goes wrong: rejected, or failed with a status. */
  broken?: { readonly state: 'rejected' | 'failed'; readonly status?: string };
  deletedAt?: number;
}

const MAX_TAGS = 50;
const ID = /^tgw-attach-[0-9a-f]{8,17}$/;
const NO_TAGS: ReadonlyMap<string, string> = new Map();

/** Peering attachments of transit gateways in EC2, in all Regions of an account. */
export class TransitGatewaySimulator implements ServiceSimulator {
  public readonly serviceId = 'EC2';
  public readonly signingName = 'ec2';
  public readonly protocol = 'ec2Query';
  public readonly validationError = 'InvalidParameterValue';
  public readonly deniedError = 'UnauthorizedOperation';
  public readonly operations: Record<string, Operation>;
  public readonly attachments = new Map<string, StoredAttachment>();
  private readonly broken = new Set<string>();

  constructor(private readonly options: TransitGatewaySimulatorOptions = {}) {
    const rate = new RegionalRate(options.requestRate ?? 'unlimited', () => new ServiceError('RequestLimitExceeded', 'Request limit exceeded.', 503));
    this.operations = rate.limit({
      AcceptTransitGatewayPeeringAttachment: this.onAttachment(AcceptTransitGatewayPeeringAttachment$, 'AcceptTransitGatewayPeeringAttachment',
        (id, call) => this.accept(id, call)),
      DeleteTransitGatewayPeeringAttachment: this.onAttachment(DeleteTransitGatewayPeeringAttachment$, 'DeleteTransitGatewayPeeringAttachment',
        (id, call) => this.delete(id, call)),
      DescribeTransitGatewayPeeringAttachments: {
        schema: DescribeTransitGatewayPeeringAttachments$,
        constraints: { MaxResults: { min: 5, max: 1000 } },
        permissions: () => [{ action: 'ec2:DescribeTransitGatewayPeeringAttachments', resources: ['*'] }],
        handle: (input: DescribeTransitGatewayPeeringAttachmentsRequest, call) => this.describe(input, call),
      },
      CreateTags: {
        schema: CreateTags$,
        permissions: (input: CreateTagsRequest, call) => (input.Resources ?? []).map(id => this.permission('CreateTags', id, call, {
          'aws:TagKeys': (input.Tags ?? []).map(({ Key = '' }) => Key),
        })),
        handle: ({ Resources = [], Tags = [] }: CreateTagsRequest, call) => {
          Resources.forEach(id => this.tag(id, new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value])), call));
        },
      },
      DeleteTags: {
        schema: DeleteTags$,
        permissions: (input: DeleteTagsRequest, call) => (input.Resources ?? []).map(id => this.permission('DeleteTags', id, call, {
          'aws:TagKeys': (input.Tags ?? []).map(({ Key = '' }) => Key),
        })),
        handle: ({ Resources = [], Tags = [] }: DeleteTagsRequest, call) => {
          Resources.forEach(id => this.untag(id, Tags.map(({ Key = '' }) => Key), call));
        },
      },
    });
  }

  /** Somebody requests a peering: CloudFormation's native resource, or a person. */
  public request(request: PeeringRequest): void {
    const requestedAt = request.at ?? 0;
    const tags = new Map(Object.entries(request.tags ?? {}));
    this.attachments.set(request.id, {
      ...request, requestedAt, acceptedAt: request.accepted ? requestedAt : undefined,
      tagsIn: new Map([[request.accepter.region, [{ at: -Infinity, tags }]]]),
    });
  }

  /** Somebody rejects it, or it fails. */
  public break(id: string, state: 'rejected' | 'failed', status?: string): void {
    this.attachments.get(id)!.broken = { state, status };
  }

  /** The next acceptance of it ends in `failed`. */
  public failNext(id: string): void {
    this.broken.add(id);
  }

  /** Somebody deletes it: its requester, or a person. */
  public remove(id: string, now: number): void {
    const attachment = this.attachments.get(id);
    if (attachment) {
      attachment.deletedAt ??= now;
    }
  }

  public stateOf(id: string, now: number): string | undefined {
    const attachment = this.attachments.get(id);
    return attachment && this.isThere(attachment, now) ? this.state(attachment, now) : undefined;
  }

  /** The tags that a Region has, whatever it shows. */
  public tagsOf(id: string, region: string): Record<string, string> {
    return Object.fromEntries(this.attachments.get(id)?.tagsIn.get(region)?.at(-1)?.tags ?? NO_TAGS);
  }

  public setTags(id: string, region: string, tags: Readonly<Record<string, string>>, now: number): void {
    this.save(this.attachments.get(id)!, new Map(Object.entries(tags)), region, now);
  }

  public inventory(now: number): InventoryItem[] {
    return [...this.attachments.values()]
      .filter(attachment => attachment.deletedAt === undefined)
      .map(attachment => ({
        type: 'TransitGatewayPeeringAttachment', region: attachment.accepter.region, id: attachment.id, state: this.state(attachment, now),
      }));
  }

  private onAttachment(schema: unknown, name: string, handle: (id: string, call: Call) => unknown): Operation {
    return {
      schema,
      permissions: (input, call) => [this.permission(name, input.TransitGatewayAttachmentId, call)],
      handle: (input, call) => handle(input.TransitGatewayAttachmentId, call),
    };
  }

  private permission(action: string, id: string, call: Call, context: Record<string, string[]> = {}): RequiredPermission {
    const { accountId, partition, region } = call;
    const tags = Object.entries(this.tagsOf(id, region)).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
    return {
      action: `ec2:${action}`, resources: [`arn:${partition}:ec2:${region}:${accountId}:transit-gateway-attachment/${id}`],
      context: { ...context, ...Object.fromEntries(tags) },
    };
  }

  private describe({ TransitGatewayAttachmentIds = [], NextToken }: DescribeTransitGatewayPeeringAttachmentsRequest, call: Call): unknown {
    if (NextToken !== undefined) {
      throw new ServiceError('InvalidNextToken', `The token '${NextToken}' is invalid.`);
    }
    const ids = TransitGatewayAttachmentIds.length > 0 ? TransitGatewayAttachmentIds
      : [...this.attachments.values()].filter(attachment => this.isShown(attachment, call)).map(({ id }) => id);
    return { TransitGatewayPeeringAttachments: ids.map(id => this.show(this.existing(id, call), call)) };
  }

  private accept(id: string, call: Call): unknown {
    const attachment = this.existing(id, call);
    const { accepter } = attachment;
    const isHere = accepter.region === call.region && (accepter.accountId ?? call.accountId) === call.accountId;
    if (!isHere || attachment.accepterAttachmentId !== undefined) {
      throw new ServiceError('InvalidParameterValue', `Cannot accept ${id} as the source of the peering request.`);
    }
    const state = this.state(attachment, call.now);
    if (state !== 'pendingAcceptance') {
      throw new ServiceError('IncorrectState', `${id} is in invalid state ${state}.`);
    }
    attachment.acceptedAt = call.now;
    if (this.broken.delete(id)) {
      attachment.broken = { state: 'failed', status: 'The peering could not be set up.' };
    }
    return { TransitGatewayPeeringAttachment: this.show(attachment, call) };
  }

  private delete(id: string, call: Call): unknown {
    const attachment = this.existing(id, call);
    const state = this.state(attachment, call.now);
    if (!['available', 'pendingAcceptance'].includes(state)) {
      throw new ServiceError('IncorrectState', `${id} is in invalid state ${state}.`);
    }
    attachment.deletedAt = call.now;
    return { TransitGatewayPeeringAttachment: this.show(attachment, call) };
  }

  private tag(id: string, tags: ReadonlyMap<string, string>, call: Call): void {
    const attachment = this.existing(id, call);
    const merged = new Map([...Object.entries(this.tagsOf(id, call.region)), ...tags]);
    if (merged.size > MAX_TAGS) {
      throw new ServiceError('TagLimitExceeded', `The maximum number of Tags for a resource has been reached: ${MAX_TAGS}.`);
    }
    this.save(attachment, merged, call.region, call.now);
  }

  private untag(id: string, keys: readonly string[], call: Call): void {
    const attachment = this.existing(id, call);
    const rest = Object.entries(this.tagsOf(id, call.region)).filter(([key]) => !keys.includes(key));
    this.save(attachment, new Map(rest), call.region, call.now);
  }

  private save({ tagsIn }: StoredAttachment, tags: ReadonlyMap<string, string>, region: string, now: number): void {
    tagsIn.set(region, [...tagsIn.get(region) ?? [], { at: now, tags }].slice(-10));
  }

  private existing(id: string, call: Call): StoredAttachment {
    if (!ID.test(id)) {
      throw new ServiceError('InvalidTransitGatewayAttachmentID.Malformed', `The transitGatewayAttachment ID '${id}' is malformed.`);
    }
    const attachment = this.attachments.get(id);
    if (!attachment || !this.isShown(attachment, call)) {
      throw new ServiceError('InvalidTransitGatewayAttachmentID.NotFound', `Transit Gateway Attachment ${id} was deleted or does not exist.`);
    }
    return attachment;
  }

  /** Each of the two accounts sees the attachment in its Region. */
  private isShown(attachment: StoredAttachment, { accountId, now, region }: Call): boolean {
    const isOf = (end: PeeringEndInput) => end.region === region && (end.accountId ?? accountId) === accountId;
    const isVisible = isOf(attachment.requester)
      || (isOf(attachment.accepter) && now >= attachment.requestedAt + (this.options.invisibleSeconds ?? 0) * 1000);
    return isVisible && this.isThere(attachment, now);
  }

  private isThere({ deletedAt }: StoredAttachment, now: number): boolean {
    return deletedAt === undefined || now < deletedAt + this.deletionMilliseconds + (this.options.deletedSeconds ?? 3600) * 1000;
  }

  private show(attachment: StoredAttachment, { accountId, now, region }: Call): unknown {
    const shownEnd = ({ accountId: owner, region: Region, transitGatewayId }: PeeringEndInput) =>
      ({ TransitGatewayId: transitGatewayId, OwnerId: owner ?? accountId, Region });
    const state = this.state(attachment, now);
    const status = state === 'failed' ? attachment.broken?.status : undefined;
    return {
      TransitGatewayAttachmentId: attachment.id,
      AccepterTransitGatewayAttachmentId: attachment.accepterAttachmentId,
      RequesterTgwInfo: shownEnd(attachment.requester),
      AccepterTgwInfo: shownEnd(attachment.accepter),
      Status: { Code: state, ...status && { Message: status } },
      State: state,
      CreationTime: new Date(attachment.requestedAt),
      Tags: [...this.shownTags(attachment, region, now)].map(([Key, Value]) => ({ Key, Value })),
    };
  }

  private shownTags({ tagsIn }: StoredAttachment, region: string, now: number): ReadonlyMap<string, string> {
    const changes = tagsIn.get(region) ?? [];
    const shown = changes.filter(({ at }) => at + (this.options.tagLagSeconds ?? 0) * 1000 <= now).at(-1);
    return shown?.tags ?? NO_TAGS;
  }

  private state(attachment: StoredAttachment, now: number): string {
    const { acceptedAt, broken, deletedAt, requestedAt } = attachment;
    if (deletedAt !== undefined) {
      return now < deletedAt + this.deletionMilliseconds ? 'deleting' : 'deleted';
    }
    if (broken && (acceptedAt === undefined || now >= acceptedAt + this.acceptanceMilliseconds)) {
      return broken.state;
    }
    if (acceptedAt !== undefined) {
      return attachment.accepted || now >= acceptedAt + this.acceptanceMilliseconds ? 'available' : 'pending';
    }
    return now >= requestedAt + (this.options.requestSeconds ?? 30) * 1000 ? 'pendingAcceptance' : 'initiatingRequest';
  }

  private get acceptanceMilliseconds(): number {
    return (this.options.acceptanceSeconds ?? 180) * 1000;
  }

  private get deletionMilliseconds(): number {
    return (this.options.deletionSeconds ?? 60) * 1000;
  }
}
