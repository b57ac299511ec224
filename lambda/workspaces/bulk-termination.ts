import { BATCH_SIZE } from './client';
import { STEP_SECONDS } from './directory-scan';
import type { FleetStep } from './fleet-step';
import { isLeaving, mayRetryTermination, POLL_SECONDS, saysGone } from './standby';
import { ResourceError } from '../lifecycle/errors';
import type { Waiting } from '../lifecycle/handler';
import { isOwnedBy } from '../lifecycle/tags';

/** Names of the notes, so that they can be forgotten together. */
const NOTES = ['verified', 'doomed', 'sent', 'gone', 'refusedAt'];

/**
 * Terminates many WorkSpaces over several steps. Those of `suspects` are terminated only if they carry the owner tag; those of
 * `proven` are known to be ours from the answer to our own request.
 *
 * @returns undefined when all of them are gone
 */
export async function terminateAll(
  step: FleetStep, suspects: readonly string[], proven: readonly string[] = [],
): Promise<Waiting | undefined> {
  return await verify(step, suspects, proven) ?? await send(step) ?? awaitAbsence(step);
}

export function forgetTermination(step: FleetStep): void {
  step.forget(...NOTES);
}

async function verify(step: FleetStep, suspects: readonly string[], proven: readonly string[]): Promise<Waiting | undefined> {
  if (step.number('verified') === 0) {
    step.set('doomed', proven);
  }
  for (let at = step.number('verified'); at < suspects.length; at++) {
    if (step.pace.isOver(STEP_SECONDS)) {
      return step.next(`the owners of ${suspects.length} WorkSpaces`);
    }
    const tags = await step.workspaces.listTags(suspects[at]);
    if (isOwnedBy(step.context.owner, tags)) {
      step.add('doomed', suspects[at]);
    } else if (tags) {
      step.add('foreign', suspects[at]);
      step.log.write('WARN', 'Left a WorkSpace alone that does not belong to this stack and logical id', { workspaceId: suspects[at] });
    }
    step.set('verified', at + 1);
  }
  return undefined;
}

/** Terminating twice does no harm, so that a step may send many batches. */
async function send(step: FleetStep): Promise<Waiting | undefined> {
  const doomed = step.list('doomed');
  while (step.number('sent') < doomed.length) {
    if (step.pace.isOver(STEP_SECONDS)) {
      return step.next(`the termination of ${doomed.length} WorkSpaces`);
    }
    const batch = doomed.slice(step.number('sent'), step.number('sent') + BATCH_SIZE);
    await step.context.claim();
    const failures = (await step.workspaces.terminate(batch)).filter(failure => !saysGone(failure.code));
    if (failures.length > 0) {
      return retryLater(step, failures.map(failure => `${failure.id} (${failure.code}: ${failure.message})`));
    }
    step.log.write('INFO', 'Terminated WorkSpaces', { workspaceIds: batch });
    step.set('sent', step.number('sent') + batch.length);
  }
  return undefined;
}

function retryLater(step: FleetStep, failures: string[]): Waiting {
  const now = step.clock.now();
  const refusedAt = step.number('refusedAt') || now;
  if (!mayRetryTermination(refusedAt, now)) {
    step.log.write('ERROR', 'WorkSpaces could not be terminated', { failures });
    throw new ResourceError(`WorkSpaces could not be terminated: ${failures.join(', ')}. Suspended ones have to be resumed first (AWS support can). `
      + 'Terminate them in the console, then delete again.');
  }
  step.set('refusedAt', refusedAt);
  return step.wait(`WorkSpaces to let themselves be terminated: ${failures.slice(0, 5).join(', ')}`, POLL_SECONDS);
}

async function awaitAbsence(step: FleetStep): Promise<Waiting | undefined> {
  const doomed = step.list('doomed');
  while (step.number('gone') < doomed.length) {
    const batch = doomed.slice(step.number('gone'), step.number('gone') + BATCH_SIZE);
    const present = await step.workspaces.describe(batch);
    const left = present.filter(workspace => !isLeaving(workspace));
    if (left.length > 0) {
      step.log.write('WARN', 'WorkSpaces are there although they were terminated; terminating them again', { workspaceIds: left.map(({ id }) => id) });
      step.set('sent', step.number('gone'));
    }
    if (present.length > 0) {
      return step.wait(`${doomed.length - step.number('gone')} WorkSpaces to go away`, POLL_SECONDS);
    }
    step.set('gone', step.number('gone') + batch.length);
    if (step.pace.isOver(STEP_SECONDS)) {
      return step.next(`${doomed.length} WorkSpaces to go away`);
    }
  }
  return undefined;
}
