import type { Workspace } from './client';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { adoptionAdvice, adoptionFromOtherAdvice } from '../lifecycle/adopt';
import { quote, ResourceError } from '../lifecycle/errors';
import type { Tags } from '../lifecycle/tags';

/** Codes of failed items are not published, so the likely cause is taken from the words. */
const HINTS: readonly [RegExp, string][] = [
  [/limit|quota/i, 'The quota of standby WorkSpaces is 0 until AWS raises it: ask for an increase in the standby Region (Service Quotas, '
    + 'Amazon WorkSpaces), then deploy again.'],
  [/exists/i, 'A user can have one WorkSpace in a directory: use another directory, or decide first what happens to the one that exists.'],
  [/user/i, "The directory in the standby Region must have the primary's user under the same name."],
  [/directory/i, 'The directory must be registered for WorkSpaces in the standby Region.'],
  [/bundle|unsupported|not ?supported/i, 'Standbys take Windows and BYOL bundles without GPU, in us-east-1, us-west-2, eu-central-1 and eu-west-1.'],
  [/key|kms|encrypt/i, 'The key must be symmetric, enabled and in the standby Region, and its policy must let this function create grants.'],
  [/notfound/i, 'The primary WorkSpace must exist in its Region before the standby is made.'],
];

export function hintFor(code: string = '', message: string = ''): string {
  const hint = HINTS.find(([words]) => words.test(`${code} ${message}`));
  return hint ? ` ${hint[1]}` : '';
}

/** Messages of services may end a sentence of ours, which has a full stop of its own. */
export function withoutStop(message: string): string {
  return message.replace(/\.$/, '');
}

/** Errors of CreateStandbyWorkspaces that this module explains; all others are the engine's. */
export const EXPLAINED_ERRORS = ['OperationNotSupportedException', 'ResourceNotFoundException', 'ResourceLimitExceededException'];

/** An error of the call itself, in the words of WorkSpaces, with the likely cause. */
export function explained(error: unknown, primaryWorkspaceId: string): ResourceError {
  const { name, message, reason, ResourceId } = error as { name?: string; message?: string; reason?: string; ResourceId?: string };
  const details = [reason && `reason ${reason}`, ResourceId && `resource ${ResourceId}`].filter(Boolean).join(', ');
  return new ResourceError(`WorkSpaces refused to make a standby of ${primaryWorkspaceId}: ${quote(error)}${details && ` (${details})`}.`
    + hintFor([name, reason].join(' '), message));
}

/** Why a standby can't be used. */
export function failureOf({ id, state, errorCode, errorMessage }: Workspace): string {
  const why = errorCode || errorMessage ? `: ${errorCode ?? 'no code'}: ${withoutStop(errorMessage ?? 'no message')}.` : ' and WorkSpaces gives no reason.';
  return `Standby ${id} is ${state}${why}${hintFor(errorCode, errorMessage)}`;
}

/**
 * What to do about what somebody else owns: often it is the same construct under its old logical id.
 *
 * @param importing the way to use what exists without managing it
 */
export function waysOut(identity: string, tags: Tags | undefined, importing: string): string {
  const advice = tags?.[OWNER_TAG_KEY] === undefined ? adoptionAdvice(identity) : adoptionFromOtherAdvice(identity);
  return `${advice} To use it without managing it, import it with ${importing}.`;
}

/** Why a WorkSpace is left as it is: another resource's, or one whose owner nobody can tell any more. */
export function notOwned(id: string, owner: string, tags: Tags | undefined, consequence: string): string {
  const other = tags?.[OWNER_TAG_KEY];
  return other === undefined
    ? `WorkSpace ${id} does not carry the tag ${OWNER_TAG_KEY}=${owner}, so ${consequence}. If it is this stack's, put the tag back and deploy again. ${adoptionAdvice(id)}`
    : `WorkSpace ${id} belongs to another resource (its tag ${OWNER_TAG_KEY} is ${other}), so ${consequence}. `
      + adoptionFromOtherAdvice(id);
}

/** A standby keeps its key. */
export function otherKey({ id, volumeEncryptionKey }: Workspace): ResourceError {
  return new ResourceError(`Standby ${id} is ${volumeEncryptionKey ? `encrypted with ${volumeEncryptionKey}` : 'not encrypted'}, and WorkSpaces can't change `
    + "that. Set 'volumeEncryptionKey' back to what it was. A standby with another key needs another 'directoryId' too, since a user can have "
    + 'one WorkSpace in a directory.');
}
