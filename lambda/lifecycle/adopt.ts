import { ResourceError } from './errors';
import { waiting, type Waiting } from './handler';
import type { LifecycleStep } from './lifecycle';
import type { ManagedResource, Observation } from './model';
import type { RawProperties } from './request';

/** What a declaration says is to be taken over. @returns undefined if it says nothing */
export function adoptedBy(raw: RawProperties | undefined): string | undefined {
  return typeof raw?.Adopt === 'string' && raw.Adopt !== '' ? raw.Adopt : undefined;
}

/** How to take over what is there, as the end of a refusal. */
export function adoptionAdvice(identity: string): string {
  return `To take it over, deploy once with adopt: '${identity}' and removalPolicy: RemovalPolicy.RETAIN.`;
}

/** As before, for what another stack or logical id manages: often the same construct under its old logical id. */
export function adoptionFromOtherAdvice(identity: string): string {
  return 'If it is this stack\'s and the id of its construct has changed, so that its logical id has changed, too: take that change back, or keep the old '
    + `logical id with overrideLogicalId(). ${adoptionAdvice(identity)} Whoever managed it before then leaves it alone.`;
}

/** The refusal of what RETAIN has kept. */
export function keptError<O>(noun: string, place: string, { adoption }: ManagedResource<any, O>, thing: O): ResourceError {
  return new ResourceError(`The ${noun} ${place} was created by an earlier deployment of this stack and logical id and has been kept, so it is `
    + `neither taken over silently nor made a second time. ${adoption ? adoptionAdvice(adoption.identityOf(thing)) : 'Declare another one.'}`);
}

/**
 * Takes over what `adopt` names, while nothing of ours is at the place: compares it, and moves the proof of ownership. May be repeated.
 *
 * @param seen what is there
 * @param holds whether CloudFormation holds what is at the place, and whether it may have been kept by an earlier deployment
 * @returns what to wait for; undefined if there is nothing to take over
 */
export async function adopt<D, O>(
  step: LifecycleStep<D, O>, resource: ManagedResource<D, O>, seen: Observation<O>,
  { holdsThis, mayBeKept }: { readonly holdsThis: boolean; readonly mayBeKept: boolean },
): Promise<Waiting | undefined> {
  const { context, memory, model } = step;
  const { adoption } = resource;
  const identifier = adoptedBy(context.raw);
  if (!adoption || identifier === undefined || memory.adopted || memory.creating || !isOpen(seen, mayBeKept)) {
    return undefined;
  }
  const thing = await adoption.find(identifier, context.properties);
  if (!thing) {
    return holdsThis ? undefined : refuseMissing(step, identifier);
  }
  if (seen.is === 'ours' && adoption.identityOf(seen.thing) !== adoption.identityOf(thing)) {
    return undefined;
  }
  compare(step, resource, thing, identifier);
  context.log.write('INFO', `Adopts the ${model.noun}`, { identity: adoption.identityOf(thing) });
  await adoption.take(thing);
  const adopted = { adopted: true, seen: true, misses: 0, hint: resource.hintOf?.(thing) ?? '' };
  return { ...waiting(`the ${model.noun} '${identifier}' to be this stack's`, 1), memory: adopted };
}

/** What is on its way out is waited for, and so is what shows more the next time. */
function isOpen(seen: Observation<unknown>, mayBeKept: boolean): boolean {
  switch (seen.is) {
    case 'absent':
    case 'foreign': return true;
    case 'ours': return mayBeKept;
    case 'unclear': return seen.resolve !== undefined;
    case 'leaving': return false;
  }
}

function refuseMissing({ context, model }: LifecycleStep<unknown, unknown>, identifier: string): never {
  throw new ResourceError(`There is no ${model.noun} '${identifier}' that could be adopted, in account ${context.location.accountId} and as seen from `
    + `${context.location.region}. Correct 'adopt', or leave it out to create a new one.`);
}

/** Refuses before anything is changed. */
function compare<D, O>({ context, model }: LifecycleStep<D, O>, resource: ManagedResource<D, O>, thing: O, identifier: string): void {
  const differences = resource.adoption!.differences(thing, context.properties);
  if (differences.length > 0) {
    throw new ResourceError(`The ${model.noun} '${identifier}' can't be adopted, because it differs in what can't be changed: ${differences.join('; ')}. `
      + 'Nothing was changed. Declare what is there, and change that in a later deployment.');
  }
  const phase = resource.phase(thing, context.properties, true);
  if (phase.is === 'failed') {
    throw new ResourceError(`The ${model.noun} '${identifier}' can't be adopted: ${phase.message}`);
  }
}
