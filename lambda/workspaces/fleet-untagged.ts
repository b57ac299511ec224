import { BATCH_SIZE } from './client';
import { memberList } from './fleet-report';
import type { FleetStep } from './fleet-step';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { ResourceError } from '../lifecycle/errors';
import type { StepContext, Waiting } from '../lifecycle/handler';
import type { RawProperties } from '../lifecycle/request';

/**
 * When a fleet is gone: refuses to leave standbys of its members in silence that carry no owner tag at all. They may be what CloudFormation
 * holds. A fleet that is content without a member, or was never complete, may have met them as somebody else's.
 *
 * @returns what to wait for; undefined if there are none
 */
export async function refuseUntagged(step: FleetStep, { predecessorFailed, raw }: StepContext<unknown>): Promise<Waiting | undefined> {
  const { memory, owner } = step;
  if (!memory.untagged || raw.KeepGoodMembers === 'true' || await predecessorFailed()) {
    return undefined;
  }
  const looking = await listMembers(step, primariesIn(raw));
  if (looking || !memory.left?.length) {
    return looking;
  }
  throw new ResourceError(`Standbys of members of this fleet do not carry the tag ${OWNER_TAG_KEY}=${owner}, so nothing proves that they are this stack's, and `
    + `they were left alone: ${memberList(memory.left)}. If they are, put the tag back and delete again. If they are not, delete again and let `
    + 'CloudFormation retain the resource.');
}

/** Which of them are standbys of members. */
async function listMembers(step: FleetStep, primaries: ReadonlySet<unknown>): Promise<Waiting | undefined> {
  const { memory } = step;
  for (let ids = memory.untagged ?? []; ids.length > 0; ids = memory.untagged) {
    if (step.isOver) {
      return step.next('the primaries of standbys without an owner tag');
    }
    const present = await step.workspaces.describe(ids.slice(0, BATCH_SIZE));
    step.note('left', ...present.filter(({ primary }) => primaries.has(primary?.workspaceId)).map(({ id }) => id));
    memory.untagged = ids.slice(BATCH_SIZE);
  }
  return undefined;
}

/** Reads the properties of any version. */
function primariesIn({ PrimaryWorkspaceIds }: RawProperties): ReadonlySet<unknown> {
  return new Set(Array.isArray(PrimaryWorkspaceIds) ? PrimaryWorkspaceIds : []);
}
