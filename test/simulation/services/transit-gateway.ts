import { SdkPeeringAttachments } from '../../../lambda/transit-gateway/client';
import { transitGatewayHandlers } from '../../../lambda/transit-gateway/handlers';
import { TRANSIT_GATEWAY_RATE } from '../../../lambda/transit-gateway/rate';
import { ServiceError, type Call } from '../../../sandbox/services/service';
import { TransitGatewaySimulator, type StoredAttachment } from '../../../sandbox/services/transit-gateway';
import { OWNER_TAG_KEY, SCHEMA_VERSION } from '../../../src/wire/lifecycle';
import { DELETE_ATTACHMENT, ON_DELETE_TAG_KEY, TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE } from '../../../src/wire/transit-gateway';
import { pick, tagsWithout, type AdoptableThings } from '../adoptable';
import type { Dice } from '../dice';
import { REGION, type ClientFactory, type ResourceKind, type ServiceModel, type SimulatedService, type Thing } from '../resource-kind';

const PEER_REGION = 'eu-central-1';
/** Somebody has requested them in another Region. */
const IDS = ['1', '2', '3', '4', '5', '6'].map(digit => `tgw-attach-${digit.repeat(17)}`);
const TAGS: Record<string, string>[] = [{}, { team: 'net' }, { team: 'core', stage: 'test' }];
const RATE = { perSecond: 5, burst: 50 };
const OURS = /^[0-9a-f]{64}$/;
const SOMEBODY = 'somebody-else';

export const transitGateway: ServiceModel = {
  name: 'Transit Gateway',
  pace: TRANSIT_GATEWAY_RATE,
  throttling: new ServiceError('RequestLimitExceeded', 'Request limit exceeded.', 503),
  consistentReads: /^DescribeTransitGatewayPeeringAttachments$/,
  legitimateFailures: [
    /belongs to another stack or logical id/, /has been kept/, /has vanished before it was ready/, /was deleted outside of the stack, or has lost its tag/,
    /(was rejected|has failed|is being deleted|was deleted) \(/, /was accepted before, by somebody else/, /There is no transit gateway peering attachment/,
  ],
  open: dice => new TransitGatewayService(dice),
};

class TransitGatewayService implements SimulatedService {
  public readonly simulators: readonly [TransitGatewaySimulator];
  public readonly kinds: readonly ResourceKind[];
  public readonly rate?: typeof RATE;
  /** Owners of attachments whose owner tag somebody has taken away, by their ids. */
  private readonly untagged = new Map<string, string>();
  /** Attachments that somebody has deleted or taken the owner tag from. An update that asks nothing of them succeeds. */
  public readonly lost = new Set<string>();
  /**
   * Attachments that two claimed at the same moment: docs/reliability.md, "What is known and excluded". A tag is set without a condition, so
   * of two resources the later one wins.
   */
  public readonly contested = new Set<string>();
  public readonly adoptable: AdoptableThings = {
    all: now => this.existing(now).map(({ id, acceptedAt, deletedAt }) => ({
      id, proof: this.tagsOf(id)[OWNER_TAG_KEY],
      state: [acceptedAt, deletedAt, tagsWithout(Object.entries(this.tagsOf(id)), key => key === OWNER_TAG_KEY || key === ON_DELETE_TAG_KEY)].join(' '),
    })),
    valueOf: ({ properties }) => String(properties.TransitGatewayAttachmentId),
    disown: ids => ids.forEach(id => {
      const { [OWNER_TAG_KEY]: _, [ON_DELETE_TAG_KEY]: _onDelete, ...tags } = this.tagsOf(id);
      this.simulators[0].setTags(id, REGION, tags, 0);
    }),
    identity: (_, properties) => pick(properties, 'TransitGatewayAttachmentId', 'DeleteAttachment'),
    differing: () => undefined,
  };

  constructor(dice: Dice) {
    const requestRate = dice.chance(0.5) ? RATE : 'unlimited';
    const simulator = new TransitGatewaySimulator({
      requestSeconds: dice.pick([0, 30, 200]),
      invisibleSeconds: dice.pick([0, 0, 40]),
      acceptanceSeconds: dice.chance(0.02) ? 4000 : dice.pick([20, 180, 400]),
      deletionSeconds: dice.pick([10, 120]),
      deletedSeconds: dice.pick([0, 600]),
      requestRate,
    });
    this.rate = requestRate === RATE ? RATE : undefined;
    IDS.forEach(id => simulator.request({
      id, requester: { region: PEER_REGION, transitGatewayId: 'tgw-peer' }, accepter: { region: REGION, transitGatewayId: 'tgw-own' },
      accepted: dice.chance(0.3),
    }));
    if (dice.chance(0.1)) {
      simulator.failNext(dice.pick(IDS));
    }
    if (dice.chance(0.05)) {
      simulator.break(dice.pick(IDS), 'rejected');
    }
    this.simulators = [simulator];
    this.watch(simulator);
    this.kinds = [accepterKind(this)];
  }

  public handlers(client: ClientFactory) {
    return transitGatewayHandlers(new SdkPeeringAttachments(client('EC2', REGION)));
  }

  /** An acceptance is there as long as a tag says whose it is. */
  public things(now: number): Thing[] {
    return this.existing(now).filter(({ id }) => this.tagsOf(id)[OWNER_TAG_KEY] !== undefined).map(attachment => this.thingOf(attachment));
  }

  public foreign(dice: Dice, now: number): Thing | undefined {
    const free = this.existing(now).filter(({ broken, id }) => !broken && this.tagsOf(id)[OWNER_TAG_KEY] === undefined);
    if (free.length === 0) {
      return undefined;
    }
    const attachment = dice.pick(free);
    attachment.acceptedAt ??= now;
    const tags = { [OWNER_TAG_KEY]: SOMEBODY, ...dice.chance(0.5) && { [ON_DELETE_TAG_KEY]: DELETE_ATTACHMENT } };
    this.simulators[0].setTags(attachment.id, REGION, tags, now);
    return this.thingOf(attachment);
  }

  public tamper(dice: Dice, now: number): { owner: string; what: string } | undefined {
    const ours = this.existing(now).filter(({ id }) => OURS.test(this.tagsOf(id)[OWNER_TAG_KEY] ?? ''));
    if (ours.length === 0) {
      return undefined;
    }
    const { id } = dice.pick(ours);
    const { [OWNER_TAG_KEY]: owner, ...others } = this.tagsOf(id);
    const manner = dice.next();
    if (manner < 0.4) {
      this.lost.add(id);
      this.simulators[0].remove(id, now);
      return { owner, what: `deletes attachment ${id}` };
    }
    if (manner < 0.7) {
      this.lost.add(id);
      this.untagged.set(id, owner);
      this.simulators[0].setTags(id, REGION, others, now);
      return { owner, what: `removes the owner tag of attachment ${id}` };
    }
    this.simulators[0].setTags(id, REGION, { ...this.tagsOf(id), cost: 'centre' }, now);
    return { owner, what: `tags attachment ${id}` };
  }

  public giveTagsBack(): void {
    for (const [id, owner] of this.untagged) {
      const tags = this.tagsOf(id);
      if (tags[OWNER_TAG_KEY] === undefined && tags[ON_DELETE_TAG_KEY] !== undefined) {
        this.simulators[0].setTags(id, REGION, { ...tags, [OWNER_TAG_KEY]: owner }, 0);
      }
    }
  }

  public stateOf(id: string, now: number): string | undefined {
    return this.simulators[0].stateOf(id, now);
  }

  public tagsOf(id: string): Record<string, string> {
    return this.simulators[0].tagsOf(id, REGION);
  }

  private existing(now: number): StoredAttachment[] {
    return [...this.simulators[0].attachments.values()].filter(({ id }) => !['deleted', undefined].includes(this.stateOf(id, now)));
  }

  private thingOf({ id, acceptedAt, deletedAt }: StoredAttachment): Thing {
    const tags = this.tagsOf(id);
    const fingerprint = [acceptedAt, deletedAt, ...Object.entries(tags).map(tag => tag.join('=')).sort()].join(' ');
    return { type: TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE, id: idOf(id), owner: tags[OWNER_TAG_KEY], fingerprint };
  }

  /** Nothing is deleted that was not told to be, and who takes a tag from another one has raced with it. */
  private watch({ operations }: TransitGatewaySimulator): void {
    const { CreateTags, DeleteTransitGatewayPeeringAttachment } = operations;
    const check = (input: any, call: Call) => {
      if (this.tagsOf(input.TransitGatewayAttachmentId)[ON_DELETE_TAG_KEY] !== DELETE_ATTACHMENT) {
        throw new Error(`Attachment ${input.TransitGatewayAttachmentId} is deleted, and nobody has told so.`);
      }
      return DeleteTransitGatewayPeeringAttachment.handle(input, call);
    };
    const note = (input: any, call: Call) => {
      const owner = input.Tags.find(({ Key }: { Key: string }) => Key === OWNER_TAG_KEY)?.Value;
      const before = this.tagsOf(input.Resources[0])[OWNER_TAG_KEY];
      if (owner !== undefined && before !== undefined && before !== owner) {
        this.contested.add(input.Resources[0]);
      }
      return CreateTags.handle(input, call);
    };
    Object.assign(operations, {
      CreateTags: { ...CreateTags, handle: note },
      DeleteTransitGatewayPeeringAttachment: { ...DeleteTransitGatewayPeeringAttachment, handle: check },
    });
  }
}

/** The physical id of the acceptance of an attachment. */
function idOf(attachmentId: string): string {
  return `acceptance/${attachmentId}`;
}

function accepterKind(service: TransitGatewayService): ResourceKind {
  return {
    type: TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE,
    attributes: ['TransitGatewayAttachmentId', 'TransitGatewayId', 'PeerTransitGatewayId', 'PeerRegion', 'PeerAccountId'],
    declare: dice => ({
      Schema: SCHEMA_VERSION,
      TransitGatewayAttachmentId: dice.pick(IDS),
      Tags: dice.pick(TAGS),
      ...dice.chance(0.2) ? { DeleteAttachment: true } : {},
      ...dice.chance(0.2) ? { TimeoutSeconds: 900, ServiceTimeout: 2040 } : {},
    }),
    change: (dice, { DeleteAttachment, ...properties }) => ({
      ...properties,
      ...dice.chance(0.2) ? { DeleteAttachment: true } : {},
      ...dice.chance(0.5) ? { Tags: dice.pick(TAGS) } : { TransitGatewayAttachmentId: dice.pick(IDS) },
    }),
    problem: ({ physicalId, properties, attributes, owner }, now) => {
      const id = String(properties.TransitGatewayAttachmentId);
      const isUnknown = attributes.PeerRegion === 'unknown';
      if (service.contested.has(id) || service.lost.has(id)) {
        return undefined;
      }
      const tags = service.tagsOf(id);
      const wrongTag = Object.entries(properties.Tags as Record<string, string> | undefined ?? {}).find(([key, value]) => tags[key] !== value);
      return first(
        [isUnknown, `the attributes of ${physicalId} are not known`],
        [tags[OWNER_TAG_KEY] !== owner, `${physicalId} does not belong to the resource`],
        [service.stateOf(id, now) !== 'available', `attachment ${id} is ${service.stateOf(id, now)}`],
        [physicalId.startsWith('acceptance/') && physicalId !== idOf(id), `the physical id is ${physicalId}, the attachment ${id}`],
        [(properties.DeleteAttachment === 'true') !== (tags[ON_DELETE_TAG_KEY] === DELETE_ATTACHMENT), `${physicalId} has the wrong tag ${ON_DELETE_TAG_KEY}`],
        [wrongTag !== undefined, `${physicalId} lacks the tag ${wrongTag?.join('=')}`],
      );
    },
    remains: (physicalId, owner, now) => {
      const id = physicalId.replace('acceptance/', '');
      return !['deleted', undefined].includes(service.stateOf(id, now)) && service.tagsOf(id)[OWNER_TAG_KEY] === owner;
    },
  };
}

function first(...problems: [boolean, string][]): string | undefined {
  return problems.find(([holds]) => holds)?.[1];
}
