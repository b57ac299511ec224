import { BATCH_SIZE, type Workspace } from './client';
import type { FleetStep, RemovalMemory } from './fleet-step';
import { isLeaving, mayRetryTermination, POLL_SECONDS, saysGone } from './standby';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { ResourceError } from '../lifecycle/errors';
import type { Waiting } from '../lifecycle/handler';
import { isOwnedBy } from '../lifecycle/tags';

/**
 * Terminates many WorkSpaces over several steps. Those of `suspects` are terminated only if they carry the owner tag; those of
 * `proven` are known to be ours from the answer to our own request.
 *
 * @param how whether the first may be terminated before all owners are known
 * @returns undefined when all of them are gone
 */
export async function terminateAll(
  step: FleetStep, suspects: readonly string[], proven: readonly string[] = [], how: 'together' | 'by batch' = 'together',
): Promise<Waiting | undefined> {
  const memory = step.memory.removal ??= { doomed: [...proven] };
  const sendBatch = async () => how === 'by batch' && isBatchFull(memory) ? send(step, memory) : undefined;
  return await verify(step, memory, suspects, sendBatch) ?? await send(step, memory) ?? awaitAbsence(step, memory);
}

function isBatchFull({ doomed = [], sent = 0 }: RemovalMemory): boolean {
  return doomed.length - sent >= BATCH_SIZE;
}

async function verify(
  step: FleetStep, memory: RemovalMemory, suspects: readonly string[], sendBatch: () => Promise<Waiting | undefined>,
): Promise<Waiting | undefined> {
  for (let at = memory.verified ?? 0; at < suspects.length; at++) {
    if (step.isOver) {
      return step.next(`the owners of ${suspects.length} WorkSpaces`);
    }
    const tags = await step.workspaces.listTags(suspects[at]);
    if (isOwnedBy(step.owner, tags)) {
      memory.doomed!.push(suspects[at]);
    } else if (tags) {
      if (tags[OWNER_TAG_KEY] === undefined) {
        step.note('untagged', suspects[at]);
      }
      step.log.write('WARN', 'Left a WorkSpace alone that does not belong to this stack and logical id', { workspaceId: suspects[at] });
    }
    memory.verified = at + 1;
    const sending = await sendBatch();
    if (sending) {
      return sending;
    }
  }
  return undefined;
}

/** Terminating twice does no harm, so that a step may send many batches. */
async function send(step: FleetStep, memory: RemovalMemory): Promise<Waiting | undefined> {
  const { doomed = [] } = memory;
  while ((memory.sent ?? 0) < doomed.length) {
    if (step.isOver) {
      return step.next(`the termination of ${doomed.length} WorkSpaces`);
    }
    const batch = doomed.slice(memory.sent ?? 0, (memory.sent ?? 0) + BATCH_SIZE);
    const failures = (await step.workspaces.terminate(batch)).filter(failure => !saysGone(failure.code));
    if (failures.length > 0) {
      return retryLater(step, memory, failures.map(failure => `${failure.id} (${failure.code}: ${failure.message})`));
    }
    step.log.write('INFO', 'Terminated WorkSpaces', { workspaceIds: batch });
    memory.sent = (memory.sent ?? 0) + batch.length;
  }
  return undefined;
}

function retryLater(step: FleetStep, memory: RemovalMemory, failures: string[]): Waiting {
  const now = step.clock.now();
  memory.refusedAt ??= now;
  if (!mayRetryTermination(memory.refusedAt, now)) {
    step.log.write('ERROR', 'WorkSpaces could not be terminated', { failures });
    throw new ResourceError(`WorkSpaces could not be terminated: ${failures.join(', ')}. Suspended ones have to be resumed first (AWS support can). `
      + 'Find out what keeps the others in the WorkSpaces console, then delete again.');
  }
  return step.wait(`WorkSpaces to let themselves be terminated: ${failures.slice(0, 5).join(', ')}`, POLL_SECONDS);
}

async function awaitAbsence(step: FleetStep, memory: RemovalMemory): Promise<Waiting | undefined> {
  const { doomed = [] } = memory;
  for (let gone = memory.gone ?? 0; gone < doomed.length; gone += BATCH_SIZE) {
    memory.gone = gone;
    if (step.isOver) {
      return step.next(`${doomed.length} WorkSpaces to go away`);
    }
    const present = await step.workspaces.describe(doomed.slice(gone, gone + BATCH_SIZE));
    terminateAgain(step, memory, present);
    if (present.length > 0) {
      return step.wait(`${doomed.length - gone} WorkSpaces to go away`, POLL_SECONDS);
    }
  }
  memory.gone = doomed.length;
  return undefined;
}

function terminateAgain({ log }: FleetStep, memory: RemovalMemory, present: readonly Workspace[]): void {
  const left = present.filter(workspace => !isLeaving(workspace));
  if (left.length > 0) {
    log.write('WARN', 'WorkSpaces are there although they were terminated; terminating them again', { workspaceIds: left.map(({ id }) => id) });
    memory.sent = memory.gone;
  }
}
