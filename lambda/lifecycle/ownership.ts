import { createHash } from 'crypto';
import type { Request } from './request';

const NOTHING_CREATED = 'nothing-created:';
const ID_NOT_KNOWN = 'id-not-known:';

/**
 * Value of the owner tag: tells the resources of one stack and logical id from everybody else's. A hash, because stack
 * ids are longer than some services let tag values be.
 */
export function ownerTagValue(stackId: string, logicalResourceId: string): string {
  return sha256(`${stackId}/${logicalResourceId}`);
}

/** Physical id of a create of which it is certain that it created nothing: its Delete has nothing to do. */
export function nothingCreatedId(request: Request): string {
  return `${NOTHING_CREATED}${request.requestId}`;
}

export function isNothingCreatedId(physicalId: string | undefined): boolean {
  return physicalId?.startsWith(NOTHING_CREATED) ?? false;
}

/**
 * Physical id of a failed create that may have left something behind under an id that is not known. Its Delete, like
 * that with an id that CloudFormation invented, looks for the resource by natural key and owner.
 */
export function idNotKnown(request: Request): string {
  return `${ID_NOT_KNOWN}${request.requestId}`;
}

/** Whether an id of a failed create is of another one than this. */
export function isIdOfAnotherCreate(physicalId: string | undefined, requestId: string | undefined): boolean {
  return (physicalId?.startsWith(ID_NOT_KNOWN) ?? false) && physicalId !== `${ID_NOT_KNOWN}${requestId}`;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
