import type { StepContext } from './handler';
import type { Tagging } from './model';
import { tagDifference, type Tags } from './tags';

/**
 * Brings the tags of a thing to what is declared. First what goes, then what comes, so that no state in between has more tags than the service
 * takes.
 *
 * @param tagging undefined if it takes no tags
 * @param read its tags, if the look has read them
 */
export async function changeTags<D, O>(
  tagging: Tagging<D, O> | undefined, thing: O, read: Tags | undefined, { properties, oldProperties }: StepContext<D>,
): Promise<void> {
  if (!tagging) {
    return;
  }
  const before = oldProperties ? tagging.of(oldProperties) : {};
  const { set, remove } = tagDifference(read ?? await tagging.read(thing), tagging.of(properties), before);
  if (remove.length > 0) {
    await tagging.remove(thing, remove);
  }
  if (Object.keys(set).length > 0) {
    await tagging.set(thing, set);
  }
}
