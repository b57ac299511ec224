import type { PeeringAttachment } from './client';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { adoptionAdvice, adoptionFromOtherAdvice } from '../lifecycle/adopt';
import type { Location } from '../lifecycle/handler';

/** States in which traffic may flow. */
const ACCEPTED = ['available', 'modifying'];
/** States that lead nowhere, and what they mean. */
const DEAD: Readonly<Record<string, string>> = {
  rejecting: 'is being rejected',
  rejected: 'was rejected',
  failing: 'is failing',
  failed: 'has failed',
  rollingBack: 'is being rolled back',
  deleting: 'is being deleted',
  deleted: 'was deleted',
};
const NEW_ONE = 'It can never be accepted: request a new attachment in the other Region, and declare its id.';

export function isAccepted({ state }: PeeringAttachment): boolean {
  return ACCEPTED.includes(state);
}

/** Whether it is still on its way to its acceptance. */
export function isRequested({ state }: PeeringAttachment): boolean {
  return state === 'initiating' || state === 'initiatingRequest';
}

/** Why the state of an attachment can lead to no peering, if it can't. */
export function deadEnd({ id, state, status }: PeeringAttachment): string | undefined {
  const what = DEAD[state];
  return what && `Transit gateway peering attachment ${id} ${what} (${state}${status ? `, ${status.replace(/\.$/, '')}` : ''}). ${NEW_ONE}`;
}

/** Why an attachment can't be accepted from here, if it can't. */
export function elsewhere({ id, accepter, accepterAttachmentId, requester }: PeeringAttachment, here: Location): string | undefined {
  if (accepter.region !== here.region || accepter.accountId !== here.accountId) {
    return `Transit gateway peering attachment ${id} is to be accepted in ${accepter.region} by account ${accepter.accountId}, which has the transit `
      + `gateway ${accepter.transitGatewayId}, not in ${here.region} by account ${here.accountId}. Declare the accepter in a stack there.`;
  }
  return accepterAttachmentId === undefined || accepterAttachmentId === id ? undefined
    : `Transit gateway peering attachment ${id} is the side of ${requester.transitGatewayId}, which asks; the side that accepts is ${accepterAttachmentId}. `
      + 'Declare that id.';
}

export function missing(id: string, { accountId, region }: Location): string {
  return `There is no transit gateway peering attachment ${id} in ${region}, as account ${accountId} sees it. Check the id, and that the stack is in Region and `
    + 'account of the transit gateway that accepts. If the two sides have different ids there, declare that of this side '
    + `(aws ec2 describe-transit-gateway-peering-attachments --region ${region}).`;
}

/** A rollback would delete what was in use before. */
export function acceptedBefore(id: string): string {
  return `Transit gateway peering attachment ${id} was accepted before, by somebody else, and 'deleteAttachment' would delete it in a rollback. Leave `
    + `'deleteAttachment' out, or take it over: ${adoptionAdvice(id)}`;
}

export function notOwned({ id, tags }: PeeringAttachment): string {
  return `The acceptance of transit gateway peering attachment ${id} belongs to another stack or logical id (its tag ${OWNER_TAG_KEY} is ${tags[OWNER_TAG_KEY]}), so `
    + `it is left alone. ${adoptionFromOtherAdvice(id)} To use it without managing it, import it with `
    + 'TransitGatewayPeeringAccepter.fromTransitGatewayPeeringAccepterAttributes().';
}

export function lost(id: string): string {
  return `Transit gateway peering attachment ${id} was deleted outside of the stack, or has lost its tag ${OWNER_TAG_KEY}. If it is gone, declare the id of a new `
    + `one. If it is there, and nobody else manages its acceptance: ${adoptionAdvice(id)}`;
}
