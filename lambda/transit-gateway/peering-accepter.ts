import { acceptedBefore, deadEnd, elsewhere, isAccepted, isRequested, lost, missing, notOwned } from './attachment-problems';
import type { PeeringAttachment, PeeringAttachments } from './client';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import {
  DELETE_ATTACHMENT, ON_DELETE_TAG_KEY, TRANSIT_GATEWAY_ATTACHMENT_ID, TRANSIT_GATEWAY_TAG_RULES, type TransitGatewayPeeringAccepterAttributes,
  type TransitGatewayPeeringAccepterProperties,
} from '../../src/wire/transit-gateway';
import { hasName, ResourceError } from '../lifecycle/errors';
import { waiting, type Attributes, type Waiting } from '../lifecycle/handler';
import type { Adoption, Change, Created, Loss, ManagedResource, Observation, Phase, ResourceModel, Scope, Tagging, Timing } from '../lifecycle/model';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';
import { isOwnedBy, withOwner, type Tags } from '../lifecycle/tags';

const POLL_SECONDS = 15;
const SOON_SECONDS = 5;
/** An attachment may be requested by the same deployment, in another Region; one that is still missing after this is taken for misspelt. */
const MISSING_SECONDS = 90;
/** Between our tag on an attachment and the look that shows whether another resource has put its own on it. */
const CLAIM_SECONDS = 2;
/** So long the tags of an attachment may not show a change. */
const TAG_LAG_SECONDS = 30;

export interface AccepterDeclaration {
  readonly attachmentId: string;
  readonly deletesAttachment: boolean;
  readonly tags: Tags;
}

/**
 * `Custom::TransitGatewayPeeringAccepter`. Its place is the attachment, which somebody else has requested in another Region. Ours is the
 * acceptance only: a tag on the attachment, as this Region shows it, says whose it is, and a second one says if the attachment goes away with it.
 */
export class TransitGatewayPeeringAccepterModel implements ResourceModel<AccepterDeclaration, PeeringAttachment> {
  public readonly noun = 'acceptance';
  public readonly defaultTimeoutSeconds = 30 * 60;
  public readonly timing: Timing = { unseenSeconds: 60, missSeconds: SOON_SECONDS, leavingSeconds: POLL_SECONDS, misses: 4, absentSeconds: 10 };

  /** What asks for the attachment is somebody else's, so that there is nothing to create again. */
  public readonly loss: Loss = {
    error: id => new ResourceError(lost(id)),
    attributes: id => attributesOf({ TransitGatewayAttachmentId: id }),
  };

  constructor(private readonly attachments: PeeringAttachments) {}

  public parse(raw: RawProperties): AccepterDeclaration {
    const reader = new PropertyReader<TransitGatewayPeeringAccepterProperties>(raw).schema();
    const declaration = {
      attachmentId: reader.string('TransitGatewayAttachmentId', TRANSIT_GATEWAY_ATTACHMENT_ID),
      deletesAttachment: reader.has('DeleteAttachment') && reader.boolean('DeleteAttachment'),
      tags: reader.tags('Tags', TRANSIT_GATEWAY_TAG_RULES),
    };
    reader.optionalString('Adopt', TRANSIT_GATEWAY_ATTACHMENT_ID);
    reader.end();
    return declaration;
  }

  public placeOf({ TransitGatewayAttachmentId: id }: RawProperties): string | undefined {
    return typeof id === 'string' && TRANSIT_GATEWAY_ATTACHMENT_ID.pattern.test(id) ? id : undefined;
  }

  /** The attachment is at work on another change. */
  public isRetryable(error: unknown): boolean {
    return hasName(error, 'IncorrectState');
  }

  public at(id: string, scope: Scope): ManagedResource<AccepterDeclaration, PeeringAttachment> {
    return new AcceptanceOf(scope.paced(this.attachments), id, scope);
  }
}

/** The acceptance of one attachment. */
class AcceptanceOf implements ManagedResource<AccepterDeclaration, PeeringAttachment> {
  public readonly tags: Tagging<AccepterDeclaration, PeeringAttachment> = {
    of: ({ tags }) => tags,
    read: async ({ tags }) => tags,
    set: (_, tags) => this.attachments.tag(this.id, tags),
    remove: (_, keys) => this.attachments.untag(this.id, keys),
  };

  public readonly adoption: Adoption<AccepterDeclaration, PeeringAttachment> = {
    identityOf: ({ id }) => id,
    find: async identifier => {
      if (identifier !== this.id) {
        throw new ResourceError(`'adopt' is ${identifier}, but the accepter is declared for attachment ${this.id}. Let both be the attachment whose acceptance is adopted.`);
      }
      const attachment = await this.attachments.get(this.id);
      return attachment?.state === 'deleted' ? undefined : attachment;
    },
    differences: attachment => [elsewhere(attachment, this.scope.location)?.replace(/\.$/, '') ?? ''].filter(Boolean),
    take: () => this.attachments.tag(this.id, { [OWNER_TAG_KEY]: this.scope.owner }),
  };

  constructor(private readonly attachments: PeeringAttachments, private readonly id: string, private readonly scope: Scope) {}

  public async look(): Promise<Observation<PeeringAttachment>> {
    const attachment = await this.attachments.get(this.id);
    if (!attachment) {
      return this.notSeen();
    }
    const owner = attachment.tags[OWNER_TAG_KEY];
    // What was released may show its tags a while longer, and be somebody else's by then.
    if (attachment.state === 'deleted' || this.scope.memory.released === this.id) {
      return { is: 'absent' };
    }
    if (owner === undefined) {
      return this.unclaimed(attachment);
    }
    if (owner !== this.scope.owner) {
      return { is: 'foreign', refusal: notOwned(attachment) };
    }
    return attachment.state === 'deleting' ? { is: 'leaving' } : { is: 'ours', thing: attachment, tags: attachment.tags };
  }

  public async obstacle({ deletesAttachment }: AccepterDeclaration): Promise<string | undefined> {
    const attachment = await this.attachments.get(this.id);
    if (!attachment) {
      return missing(this.id, this.scope.location);
    }
    return elsewhere(attachment, this.scope.location) ?? deadEnd(attachment)
      ?? (deletesAttachment && isAccepted(attachment) ? acceptedBefore(this.id) : undefined);
  }

  /**
   * Only the tag, so that an acceptance of ours can be told from everybody else's at any time: who sees his own accepts. Of two that tag at
   * the same moment the later one does.
   */
  public async create({ deletesAttachment, tags }: AccepterDeclaration): Promise<Created<PeeringAttachment>> {
    const { owner } = this.scope;
    const before = await this.attachments.get(this.id);
    if (before?.tags[OWNER_TAG_KEY] !== undefined && !isOwnedBy(owner, before.tags)) {
      return 'taken';
    }
    await this.attachments.tag(this.id, withOwner({ ...tags, ...deletesAttachment && { [ON_DELETE_TAG_KEY]: DELETE_ATTACHMENT } }, owner));
    return { waiting: waiting(`the tag on attachment ${this.id}`, CLAIM_SECONDS) };
  }

  public phase(attachment: PeeringAttachment): Phase {
    const message = deadEnd(attachment);
    if (message) {
      return { is: 'failed', message };
    }
    return isAccepted(attachment) ? { is: 'ready' } : { is: 'pending', waiting: this.untilAvailable(attachment) };
  }

  public async change(attachment: PeeringAttachment, { deletesAttachment }: AccepterDeclaration): Promise<Change | undefined> {
    const wait = (seconds: number) => ({ ...this.untilAvailable(attachment), seconds });
    if (attachment.state === 'pendingAcceptance') {
      return { kind: 'apply', waiting: wait(POLL_SECONDS), apply: () => this.attachments.accept(this.id) };
    }
    if (deletesAttachment === isToBeDeleted(attachment)) {
      return undefined;
    }
    return {
      kind: 'apply',
      waiting: waiting(`the tag ${ON_DELETE_TAG_KEY} of attachment ${this.id}`, SOON_SECONDS),
      apply: () => deletesAttachment ? this.attachments.tag(this.id, { [ON_DELETE_TAG_KEY]: DELETE_ATTACHMENT })
        : this.attachments.untag(this.id, [ON_DELETE_TAG_KEY]),
    };
  }

  /** Takes the tags away that say that it is ours. The attachment goes away with it only if that was asked for. */
  public async remove(attachment: PeeringAttachment): Promise<Waiting> {
    const { log, remember } = this.scope;
    if (isToBeDeleted(attachment) && (isAccepted(attachment) || attachment.state === 'pending')) {
      await this.attachments.remove(this.id);
      log.write('INFO', 'Deleted the attachment', { attachment: this.id });
      return waiting(`attachment ${this.id} to be deleted`, POLL_SECONDS);
    }
    await this.attachments.untag(this.id, [OWNER_TAG_KEY, ON_DELETE_TAG_KEY]);
    remember({ released: this.id });
    log.write('INFO', 'Left the attachment as it is', { attachment: this.id, state: attachment.state });
    return waiting(`the tags of attachment ${this.id} to go away`, 1);
  }

  public attributes({ id, accepter, requester }: PeeringAttachment): Attributes {
    return attributesOf({
      TransitGatewayAttachmentId: id,
      TransitGatewayId: accepter.transitGatewayId,
      PeerTransitGatewayId: requester.transitGatewayId,
      PeerRegion: requester.region,
      PeerAccountId: requester.accountId,
    });
  }

  private notSeen(): Observation<PeeringAttachment> {
    const { clock, operation, requestedAt } = this.scope;
    return operation === 'Delete' || clock.now() >= requestedAt + MISSING_SECONDS * 1000 ? { is: 'absent' }
      : { is: 'unclear', waiting: waiting(`transit gateway peering attachment ${this.id} to show up`, SOON_SECONDS) };
  }

  /** Nobody's. A Delete may follow the create so soon that our tag does not show yet; what was to be deleted must not be left in silence. */
  private unclaimed(attachment: PeeringAttachment): Observation<PeeringAttachment> {
    const { clock, operation, requestedAt } = this.scope;
    if (operation !== 'Delete') {
      return isRequested(attachment) ? { is: 'unclear', waiting: this.untilAvailable(attachment) } : { is: 'absent' };
    }
    if (isToBeDeleted(attachment)) {
      return { is: 'foreign', refusal: lost(this.id), untagged: `Transit gateway peering attachment ${this.id}` };
    }
    return clock.now() < requestedAt + TAG_LAG_SECONDS * 1000 ? { is: 'unclear', waiting: waiting(`the tags of attachment ${this.id}`, SOON_SECONDS) } : { is: 'absent' };
  }

  private untilAvailable({ state }: PeeringAttachment): Waiting {
    return waiting(`attachment ${this.id} to become available (it is ${state})`, POLL_SECONDS);
  }
}

function isToBeDeleted({ tags }: PeeringAttachment): boolean {
  return tags[ON_DELETE_TAG_KEY] === DELETE_ATTACHMENT;
}

/** What is not known any more must not make the answer fail. */
function attributesOf(known: Partial<TransitGatewayPeeringAccepterAttributes>): Attributes {
  const unknown = 'unknown';
  const attributes: TransitGatewayPeeringAccepterAttributes = {
    TransitGatewayAttachmentId: unknown, TransitGatewayId: unknown, PeerTransitGatewayId: unknown, PeerRegion: unknown, PeerAccountId: unknown,
  };
  return { ...attributes, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value)) };
}
