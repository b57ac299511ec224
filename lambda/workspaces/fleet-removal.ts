import { census } from './fleet-census';
import type { FleetPlace } from './fleet-declaration';
import type { FleetStep } from './fleet-step';
import { terminateAll } from './fleet-termination';
import { isLeaving, POLL_SECONDS, VISIBLE_SECONDS } from './standby';
import type { Waiting } from '../lifecycle/handler';

/** What is waited for. */
const LATE_STANDBYS = 'certainty that no standby is left that did not show yet';

/**
 * Terminates all members of a fleet, whichever they are. A member may not show yet, so after some minutes it looks once more.
 *
 * @returns undefined when nothing is left
 */
export async function removeFleet(step: FleetStep, place: FleetPlace): Promise<Waiting | undefined> {
  return await listSuspects(step, place) ?? await terminateAll(step, step.memory.suspects!, [], 'by batch') ?? lookAgain(step);
}

async function listSuspects(step: FleetStep, place: FleetPlace): Promise<Waiting | undefined> {
  const { memory } = step;
  if (memory.suspects) {
    return undefined;
  }
  const counting = await census(step, place, ({ id }, primary) => {
    memory.visited ??= [];
    if (isDeclared(step, primary)) {
      memory.visited.unshift(id);
    } else {
      memory.visited.push(id);
    }
  }, () => step.forget('visited'));
  if (counting) {
    return counting;
  }
  const foreign = new Set(memory.foreign);
  memory.suspects = (memory.visited ?? []).filter(id => !foreign.has(id));
  memory.censusAt = step.clock.now();
  memory.searchedAt ??= memory.censusAt;
  step.forget('visited');
  return undefined;
}

/** Probably one of ours, so it comes first: other fleets of the directory may have many members. The properties may be of any version. */
function isDeclared({ context }: FleetStep, primary: string): boolean {
  const { PrimaryWorkspaceIds: declared } = context.raw;
  return Array.isArray(declared) && declared.includes(primary);
}

function lookAgain(step: FleetStep): Waiting | undefined {
  const { memory } = step;
  const doomed = new Set(memory.removal?.doomed);
  const secondsLeft = ((memory.searchedAt ?? 0) - step.clock.now()) / 1000 + VISIBLE_SECONDS;
  const isLastLook = doomed.size === 0 && (memory.censusAt ?? 0) >= (memory.searchedAt ?? 0) + VISIBLE_SECONDS * 1000;
  step.note('foreign', ...(memory.suspects ?? []).filter(id => !doomed.has(id)));
  step.forget('suspects', 'removal');
  return isLastLook ? undefined
    : step.wait(LATE_STANDBYS, Math.min(POLL_SECONDS, Math.max(0, secondsLeft)));
}

/**
 * Terminates the standbys of members that are not declared any more. It comes last: when something fails, nothing has been
 * destroyed yet.
 *
 * @param removed primaries of these members
 */
export async function removeMembers(step: FleetStep, place: FleetPlace, removed: ReadonlySet<string>): Promise<Waiting | undefined> {
  if (removed.size === 0) {
    return undefined;
  }
  const { leave = [], isRecounted } = step.memory;
  const isComplete = leave.length >= removed.size || isRecounted;
  return await terminateAll(step, leave) ?? (isComplete ? undefined : lookForLate(step, place, removed));
}

/** Some of them have no standby: an update that is taken back here may have made one that does not show yet. */
async function lookForLate(step: FleetStep, place: FleetPlace, removed: ReadonlySet<string>): Promise<Waiting | undefined> {
  const { memory } = step;
  const secondsLeft = ((memory.censusAt ?? 0) - step.clock.now()) / 1000 + VISIBLE_SECONDS;
  if (secondsLeft > 0) {
    return step.wait(LATE_STANDBYS, Math.min(POLL_SECONDS, secondsLeft));
  }
  const known = new Set(memory.leave);
  const counting = await census(step, place, (workspace, primary) => {
    if (removed.has(primary) && !known.has(workspace.id) && !isLeaving(workspace)) {
      step.note('visited', workspace.id);
    }
  }, () => step.forget('visited'));
  if (counting) {
    return counting;
  }
  memory.isRecounted = true;
  memory.leave = memory.visited ?? [];
  step.forget('removal', 'visited');
  return memory.leave.length > 0 ? step.next('late standbys of removed members') : undefined;
}
