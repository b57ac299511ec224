import { ResourceError } from './errors';
import { waiting, type Waiting } from './handler';
import type { LifecycleStep } from './lifecycle';
import type { ManagedResource } from './model';
import type { PhysicalId } from './physical-id';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';

/** So long tags may not show. */
const TAG_LAG_SECONDS = 30;
const TAG_POLL_SECONDS = 10;

/**
 * Removes what is at a place, if it is ours.
 *
 * @param isHeld whether CloudFormation holds it by this id: then what has lost its tag must not be left in silence
 * @returns what to wait for; undefined if nothing of ours is there any more
 */
export async function remove<D, O>(step: LifecycleStep<D, O>, { place, hint }: PhysicalId, isHeld = false): Promise<Waiting | undefined> {
  const { context, memory, model } = step;
  const resource = step.leaving(place);
  const isMet = memory.removing === place;
  const seen = await resource.look(isMet ? memory.removingHint || hint : hint, isMet && Boolean(memory.removingHint));
  const until = `the ${model.noun} ${place} to go away`;
  switch (seen.is) {
    case 'absent':
      return isMet || memory.missed === place ? resource.forget?.() : missOnce(step, place);
    case 'leaving':
      step.remember({ removing: place });
      return { ...waiting(until, model.timing.leavingSeconds ?? model.timing.missSeconds), isLook: true };
    case 'unclear':
      await seen.resolve?.();
      return seen.waiting;
    case 'foreign':
      if (isHeld && !isMet && seen.untagged !== undefined) {
        return awaitTag(step, place, seen.untagged);
      }
      context.log.write('WARN', `Left the ${model.noun} alone: it does not belong to this stack and logical id`, { place });
      return undefined;
    case 'ours':
      step.remember({ removing: place, removingHint: resource.hintOf?.(seen.thing) ?? '' });
      return resource.remove(seen.thing);
  }
}

/** It may be what CloudFormation holds, or have come in its place. Only people can tell. */
function awaitTag({ context, model }: LifecycleStep<any, any>, place: string, untagged: string): Waiting {
  if (context.clock.now() < context.requestedAt + TAG_LAG_SECONDS * 1000) {
    return waiting(`the tags of ${untagged}`, TAG_POLL_SECONDS);
  }
  throw new ResourceError(`${untagged} does not carry the tag ${OWNER_TAG_KEY}=${context.owner}, so nothing proves that it is the ${model.noun} ${place} of this `
    + 'stack, and it was left alone. If it is, put the tag back and delete again. If it is not, delete again and let CloudFormation retain the resource.');
}

/** Of what this request has not seen itself, one look is not enough: a look may be behind. */
function missOnce(step: LifecycleStep<any, any>, place: string): Waiting {
  const { model } = step;
  return waiting(`certainty that the ${model.noun} ${place} is gone`, model.timing.absentSeconds, { missed: place });
}

/** Removes what is to be created again in the same place; the proof of ownership stays. */
export function removeForRecreation<D, O>(step: LifecycleStep<D, O>, resource: ManagedResource<D, O>, thing: O): Promise<Waiting> {
  step.remember({ recreating: true, misses: 0 });
  return resource.remove(thing);
}
