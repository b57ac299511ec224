import { BATCH_SIZE, type Workspace } from './client';
import type { FleetStep, MemberFailure } from './fleet-step';
import { conditionOf, POLL_SECONDS, UNSEEN_SECONDS, UNWELL_SECONDS } from './standby';
import type { Waiting } from '../lifecycle/handler';

/** Looks at the first batch that is not ready until it is, then at the next: few calls, and all of them are needed. */
export async function awaitReady(step: FleetStep): Promise<Waiting | undefined> {
  const { memory } = step;
  const { awaited = [] } = memory;
  while ((memory.finished ?? 0) < awaited.length) {
    const left = `${awaited.length - (memory.finished ?? 0)} of ${awaited.length} standbys to become AVAILABLE or STOPPED`;
    if (step.isOver) {
      return step.next(left);
    }
    const batch = awaited.slice(memory.finished ?? 0, (memory.finished ?? 0) + BATCH_SIZE);
    const present = await step.workspaces.describe(batch);
    if (mayBecomeReady(step, batch, present)) {
      return step.wait(left, POLL_SECONDS);
    }
    noteFailures(step, batch, present);
    step.forget('unwellSince');
    memory.finished = (memory.finished ?? 0) + batch.length;
  }
  return undefined;
}

function mayBecomeReady({ clock, memory }: FleetStep, batch: readonly string[], present: readonly Workspace[]): boolean {
  const now = clock.now();
  const conditions = present.map(({ state }) => conditionOf(state));
  memory.unwellSince = conditions.includes('unwell') ? memory.unwellSince ?? now : undefined;
  const mayRecover = memory.unwellSince !== undefined && now < memory.unwellSince + UNWELL_SECONDS * 1000;
  const mayShowUp = present.length < batch.length && now < (memory.requestedAt ?? memory.censusAt ?? 0) + UNSEEN_SECONDS * 1000;
  return mayRecover || mayShowUp || conditions.some(condition => condition === 'underway' || condition === undefined);
}

function noteFailures(step: FleetStep, batch: readonly string[], present: readonly Workspace[]): void {
  const lost = batch.filter(id => !present.some(workspace => workspace.id === id));
  const broken = present.filter(({ state }) => conditionOf(state) !== 'ready');
  step.fail([
    ...lost.map((id): MemberFailure => ({ member: id, code: 'Vanished', message: 'something else terminated it while it was made' })),
    ...broken.map(failureOf),
  ]);
  step.note('wrecks', ...lost, ...broken.map(({ id }) => id));
}

function failureOf({ id, primary, state, errorCode, errorMessage }: Workspace): MemberFailure {
  return {
    member: primary?.workspaceId ?? id, code: errorCode ?? state, message: `standby ${id} is ${state}${errorMessage ? `: ${errorMessage}` : ''}`,
  };
}
