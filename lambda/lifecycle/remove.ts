import { ResourceError } from './errors';
import { waiting, type Waiting } from './handler';
import type { LifecycleStep } from './lifecycle';
import type { ManagedResource } from './model';
import type { PhysicalId } from './physical-id';

/**
 * Removes what is at a place, if it is ours.
 *
 * @returns what to wait for; undefined if nothing of ours is there any more
 */
export async function remove<D, O>(step: LifecycleStep<D, O>, { place, hint }: PhysicalId): Promise<Waiting | undefined> {
  const { context, memory, model } = step;
  const resource = step.at(place);
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
      if (seen.isUntagged) {
        throw new ResourceError(seen.refusal);
      }
      context.log.write('WARN', `Left the ${model.noun} alone: it does not belong to this stack and logical id`, { place });
      return undefined;
    case 'ours':
      step.remember({ removing: place, removingHint: resource.hintOf?.(seen.thing) ?? '' });
      return resource.remove(seen.thing);
  }
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
