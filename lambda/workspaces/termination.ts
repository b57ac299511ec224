import type { WorkSpaces } from './client';
import { isLeaving, mayRetryTermination, POLL_SECONDS, saysGone, SECOND_LOOK_SECONDS, VISIBLE_SECONDS } from './standby';
import { ResourceError } from '../lifecycle/errors';
import { waiting, type StepContext, type Waiting } from '../lifecycle/handler';
import { isOwnedBy } from '../lifecycle/tags';

type Context = StepContext<unknown>;

/**
 * Terminates one WorkSpace if it carries the tag of this stack and logical id.
 *
 * @returns undefined if it is gone, or is somebody else's
 */
export async function terminate(workspaces: WorkSpaces, context: Context, id: string): Promise<Waiting | undefined> {
  const [workspace] = await workspaces.describe([id]);
  if (!workspace) {
    return awaitAbsence(context, id);
  }
  if (isLeaving(workspace)) {
    return waiting(`WorkSpace ${id} to go away`, POLL_SECONDS, { terminating: id, absent: false });
  }
  if (!isOwnedBy(context.owner, await workspaces.listTags(id))) {
    context.log.write('WARN', 'Left a WorkSpace alone that does not belong to this stack and logical id', { workspaceId: id });
    return undefined;
  }
  if (workspace.state === 'SUSPENDED') {
    throw new ResourceError(`WorkSpace ${id} is SUSPENDED, and WorkSpaces terminates no suspended WorkSpace. Resume it (AWS support can), `
      + 'then delete again.', { physicalId: id });
  }
  await context.claim();
  const [failure] = await workspaces.terminate([id]);
  if (failure && !saysGone(failure.code)) {
    return retryLater(context, id, `${failure.code}: ${failure.message}`);
  }
  context.log.write('INFO', 'Terminated the WorkSpace', { workspaceId: id, state: workspace.state });
  return waiting(`WorkSpace ${id} to go away`, POLL_SECONDS, { terminating: id, absent: false });
}

/** Absence is the proof of termination, but for a WorkSpace that may be too young to be shown, and for one absent read. */
function awaitAbsence({ clock, memory, requestedAt }: Context, id: string): Waiting | undefined {
  if (memory.terminating === id) {
    return memory.absent ? undefined : waiting(`certainty that WorkSpace ${id} is gone`, SECOND_LOOK_SECONDS, { absent: true });
  }
  const secondsLeft = (requestedAt - clock.now()) / 1000 + VISIBLE_SECONDS;
  return secondsLeft > 0
    ? waiting(`WorkSpace ${id} to show up, or certainty that it is gone`, Math.min(POLL_SECONDS, secondsLeft)) : undefined;
}

function retryLater({ clock, memory }: Context, id: string, failure: string): Waiting {
  const refusedAt = Number(memory.terminationRefusedAt || clock.now());
  if (!mayRetryTermination(refusedAt, clock.now())) {
    throw new ResourceError(`WorkSpace ${id} could not be terminated: ${failure}. Terminate it in the console, then delete again.`);
  }
  return waiting(`WorkSpace ${id} to let itself be terminated (${failure})`, POLL_SECONDS, { terminationRefusedAt: refusedAt });
}
