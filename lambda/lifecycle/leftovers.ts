import type { StepContext } from './handler';
import type { RawProperties } from './request';
import { isNothingCreatedId } from './ownership';

/** Where a resource type keeps its things. */
export interface Places {
  /** The place that properties of any version mean. @returns undefined if they do not say, or name what was there before */
  of(raw: RawProperties): string | undefined;
  /** The place that a physical id names. @returns undefined if it names none */
  named(physicalId: string | undefined): string | undefined;
}

/**
 * Places in which updates that failed or were given up may have left something, and that are neither held nor wanted.
 *
 * @throws NotListedYet
 */
export async function leftoversOf(context: StepContext<unknown>, places: Places, wanted?: string): Promise<string[]> {
  const { oldRaw, physicalId } = context;
  const isElsewhere = (raw: RawProperties, heldId: string) => {
    const held = places.named(heldId);
    return held === undefined ? isNothingCreatedId(heldId) : held !== places.of(raw);
  };
  const isStaying = (place: string) => place === wanted || place === places.named(physicalId);
  const failed = (await context.leftByUpdates(isElsewhere)).map(raw => places.of(raw));
  // An update may have succeeded when CloudFormation had given it up. It is the last one, and its properties are the old ones.
  const last = oldRaw && places.of(oldRaw);
  const isLastLeft = last !== undefined && !isStaying(last) && await context.predecessorWasChanging();
  const left = [...failed, ...isLastLeft ? [last] : []];
  return [...new Set(left)].filter((place): place is string => place !== undefined && !isStaying(place));
}
