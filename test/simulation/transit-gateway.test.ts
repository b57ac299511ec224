import { everyStep, expectFound, type Mutation } from './broken-variant';
import { expectLawfulHistories } from './lawful-histories';
import { transitGateway } from './services/transit-gateway';
import { SdkPeeringAttachments } from '../../lambda/transit-gateway/client';
import { DELETE_ATTACHMENT, ON_DELETE_TAG_KEY, TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE } from '../../src/wire/transit-gateway';

expectLawfulHistories(transitGateway, 'TransitGatewayPeeringAccepter');

/** The model, broken on purpose: what the simulation must notice. */
const MUTATIONS: readonly Mutation[] = [
  ['deletes each attachment that it has accepted', () => {
    const original = SdkPeeringAttachments.prototype.get;
    jest.spyOn(SdkPeeringAttachments.prototype, 'get').mockImplementation(async function (this: SdkPeeringAttachments, id) {
      const attachment = await original.call(this, id);
      return attachment && { ...attachment, tags: { ...attachment.tags, [ON_DELETE_TAG_KEY]: DELETE_ATTACHMENT } };
    });
  }],
  ['never deletes an attachment', () => {
    jest.spyOn(SdkPeeringAttachments.prototype, 'remove').mockResolvedValue();
    const original = SdkPeeringAttachments.prototype.get;
    jest.spyOn(SdkPeeringAttachments.prototype, 'get').mockImplementation(async function (this: SdkPeeringAttachments, id) {
      const attachment = await original.call(this, id);
      return attachment?.tags[ON_DELETE_TAG_KEY] ? { ...attachment, state: 'deleted' } : attachment;
    });
  }],
  ['does not accept', () => {
    jest.spyOn(SdkPeeringAttachments.prototype, 'accept').mockResolvedValue();
    const original = SdkPeeringAttachments.prototype.get;
    jest.spyOn(SdkPeeringAttachments.prototype, 'get').mockImplementation(async function (this: SdkPeeringAttachments, id) {
      const attachment = await original.call(this, id);
      return attachment?.state === 'pendingAcceptance' ? { ...attachment, state: 'available' } : attachment;
    });
  }],
  ['is ready as soon as it has accepted', () => {
    const original = SdkPeeringAttachments.prototype.get;
    jest.spyOn(SdkPeeringAttachments.prototype, 'get').mockImplementation(async function (this: SdkPeeringAttachments, id) {
      const attachment = await original.call(this, id);
      return attachment?.state === 'pending' ? { ...attachment, state: 'available' } : attachment;
    });
  }],
  ['leaves its tag when it is deleted', () => everyStep(TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE, async (context, original) =>
    context.operation === 'Delete' ? { status: 'gone' } : original(context))],
  ['takes everybody\'s acceptances for its own', () => {
    const original = SdkPeeringAttachments.prototype.get;
    jest.spyOn(SdkPeeringAttachments.prototype, 'get').mockImplementation(async function (this: SdkPeeringAttachments, id) {
      const attachment = await original.call(this, id);
      const { 'cdk-multi-region:owner': owner, ...others } = attachment?.tags ?? {};
      return attachment && owner === 'somebody-else' ? { ...attachment, tags: others } : attachment;
    });
  }],
];

describe('Transit Gateway', () => expectFound(transitGateway, MUTATIONS));
