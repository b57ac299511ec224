import { createHash } from 'crypto';
import type { Rivals } from './ports';
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

/** Names of all executions for one resource start alike, so that an abandoned worker can see that it has a successor. */
export function executionPrefix(request: Request): string {
  return `${ownerTagValue(request.stackId, request.logicalResourceId).slice(0, 24)}-`;
}

/**
 * Name of the one execution that may create or delete for this request. The bare request id will not do: CloudFormation
 * resends it with a fresh URL when a deployment is retried. The time of the request is in it because Lambda may deliver an
 * abandoned request after its successor, so that its execution starts later.
 */
export function executionName(request: Request): string {
  const request32 = sha256(`${request.requestId} ${request.responseUrl.reveal()}`).slice(0, 32);
  const signedAt = request.responseUrl.signedAt();
  const time = signedAt === undefined ? '' : `${(signedAt / 1000).toString(36)}-`;
  return `${executionPrefix(request)}${request.operation}-${time}${request32}`;
}

/** When the request of an execution was made, in milliseconds since the epoch; undefined if its name does not say. */
export function requestedAtOf(name: string): number | undefined {
  const time = /-(?:Create|Update|Delete)-([0-9a-z]+)-[0-9a-f]{32}$/.exec(name)?.[1];
  return time === undefined ? undefined : parseInt(time, 36) * 1000;
}

/** An execution as the list of executions shows it. */
export interface StartedExecution {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly running: boolean;
}

/**
 * What other requests for the same resource there are. What was requested earlier may have started later. Of two requests in
 * the same second a Delete is the later one, else the one that started later.
 *
 * @param latestFirst at least the executions that were started at `since` or later
 * @param since when the request of `name` was made, to the second
 */
export function rivalsAmong(latestFirst: readonly StartedExecution[], prefix: string, name: string, since: number): Rivals {
  const own = latestFirst.findIndex(execution => execution.name === name);
  let successor = false;
  let predecessor = false;
  latestFirst.forEach((other, position) => {
    if (!other.name.startsWith(prefix) || other.name === name) {
      return;
    }
    const requestedAt = requestedAtOf(other.name) ?? other.startedAt;
    const isDelete = other.name.startsWith('Delete-', prefix.length);
    const isLater = requestedAt > since || (requestedAt === since && (own < 0 || isDelete || position < own));
    successor ||= isLater;
    predecessor ||= !isLater && other.running;
  });
  return { successor, predecessor };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
