import type { Difference, DriftStatus } from './report';
import { Compared, differencesOf, isUnknown, ResourceType, Subject, tagsShown } from './resource-type';
import { hasName, ResourceError } from '../../lambda/lifecycle/errors';
import type { Memory, StepContext } from '../../lambda/lifecycle/handler';
import { Lifecycle } from '../../lambda/lifecycle/lifecycle';
import type { ManagedResource, Observation, ResourceModel, Scope } from '../../lambda/lifecycle/model';
import { parseId } from '../../lambda/lifecycle/physical-id';
import { withOwner } from '../../lambda/lifecycle/tags';

/** A search may page through a directory; no directory has so many pages. */
const MAX_LOOKS = 10_000;

/** Circumstances in which everything that was created long ago has to show. */
const LONG_AGO = {
  requestId: 'drift', requestedAt: 0, deadline: Infinity,
  clock: { now: () => Date.now(), sleep: (milliseconds: number) => new Promise<void>(resolve => setTimeout(resolve, milliseconds)) },
  log: { write: () => undefined },
  hasCompany: false,
  paced: <T extends object>(port: T) => port,
} as const;

/** Compares what is declared with what the service has, by the code that deploys it. Nothing is changed. */
export async function compare(type: ResourceType, subject: Subject): Promise<Compared> {
  try {
    if (type.compare) {
      return await type.compare(subject);
    }
    return await (type.handler instanceof Lifecycle ? compareModel(type, type.handler.model, subject) : lookUp(type, subject));
  } catch (error) {
    if (hasName(error, 'ResourceError')) {
      return result('NOT_CHECKED', [{ reason: (error as Error).message }]);
    }
    throw error;
  }
}

export function result(status: DriftStatus, differences: readonly Difference[], attributes?: Compared['attributes']): Compared {
  return { status, differences, attributes };
}

/** The status that differences give; what could not be compared counts where nothing differs. */
export function compared(differences: readonly Difference[], { unknown }: Subject, attributes?: Compared['attributes']): Compared {
  const unchecked = [...unknown].map(([property, reason]) => ({ property, reason: `not compared: ${reason}` }));
  const status = differences.length > 0 ? 'MODIFIED' : unchecked.length > 0 ? 'NOT_CHECKED' : 'IN_SYNC';
  return result(status, [...differences, ...unchecked], attributes);
}

async function compareModel<D, O>({ show }: ResourceType, model: ResourceModel<D, O>, subject: Subject): Promise<Compared> {
  const held = parseId(model, subject.physicalId);
  const place = held?.place ?? model.placeOf(subject.raw, subject.owner);
  const declaration = declarationOf(model, subject);
  if (place === undefined) {
    return result('NOT_CHECKED', [{ reason: `The physical id '${subject.physicalId}' and the properties do not say where the ${model.noun} is.` }]);
  }
  const memory: Memory = {};
  const resource = model.at(place, scopeOf(subject, memory));
  const seen = await look(resource, held?.hint, memory);
  switch (seen.is) {
    case 'absent': return result('MISSING', [{ reason: `There is no ${model.noun} ${place}.` }]);
    case 'leaving': return result('MISSING', [{ reason: `The ${model.noun} ${place} is being deleted.` }]);
    case 'foreign': return result('FOREIGN', [{ reason: firstSentence(seen.refusal) }]);
    case 'unclear': return result('NOT_CHECKED', [{ reason: `Not known yet: ${seen.waiting.until}.` }]);
    case 'ours': return declaration === undefined ? compared([], subject) : compareThing(resource, seen, declaration, subject, show);
  }
}

/** @returns undefined if a value that it needs is not known */
function declarationOf<D>(model: ResourceModel<D, unknown>, { raw, unknown }: Subject): D | undefined {
  try {
    return model.parse(raw);
  } catch (error) {
    if (unknown.size > 0) {
      return undefined;
    }
    throw error;
  }
}

async function compareThing<D, O>(
  resource: ManagedResource<D, O>, { thing }: Observation<O> & { readonly is: 'ours' }, declaration: D, subject: Subject,
  show: ResourceType['show'],
): Promise<Compared> {
  const { tags } = resource;
  const declaredTags = tags && withOwner(tags.of(declaration), subject.owner);
  const shown = [
    ...await show?.(thing, declaration, subject) ?? [],
    ...tags ? tagsShown(declaredTags!, await tags.read(thing)) : [],
  ];
  const known = differencesOf(shown).filter(difference => !isUnknown(difference, subject));
  const differences = known.length > 0 || subject.unknown.size > 0 ? known : await changeOf(resource, thing, declaration);
  const isChanging = differences.length > 0 && differences.every(({ reason }) => reason?.startsWith(CHANGING));
  return isChanging ? result('NOT_CHECKED', differences) : compared(differences, subject, attributesOf(resource, thing, declaration));
}

const CHANGING = 'It is being changed';

/** What the model would change is drift, also where no property shows it. */
async function changeOf<D, O>(resource: ManagedResource<D, O>, thing: O, declaration: D): Promise<Difference[]> {
  try {
    const phase = resource.phase(thing, declaration, true);
    if (phase.is === 'failed') {
      return [{ reason: phase.message }];
    }
    const change = await resource.change?.(thing, declaration, declaration, true);
    if (change?.kind === 'recreate') {
      return [{ reason: 'It differs in what can\'t be changed: the next update would re-create it.' }];
    }
    if (change?.kind === 'apply') {
      return [{ reason: `The next update would change it, and wait for ${change.waiting.until}.` }];
    }
    const waiting = change?.waiting ?? (phase.is === 'pending' ? phase.waiting : undefined);
    return waiting ? [{ reason: `${CHANGING}, and waits for ${waiting.until}.` }] : [];
  } catch (error) {
    if (error instanceof ResourceError) {
      return [{ reason: error.message }];
    }
    throw error;
  }
}

function attributesOf<D, O>(resource: ManagedResource<D, O>, thing: O, declaration: D): Compared['attributes'] {
  return resource.attributes(thing, declaration);
}

async function look<O>(resource: ManagedResource<any, O>, hint: string | undefined, memory: Memory): Promise<Observation<O>> {
  for (let looks = 1; ; looks++) {
    const seen = await resource.look(hint, false);
    // A search that has not come to its end remembers how far it is.
    if (seen.is !== 'unclear' || seen.waiting.memory === undefined || looks === MAX_LOOKS) {
      return seen;
    }
    Object.assign(memory, seen.waiting.memory);
  }
}

function scopeOf({ owner, location, raw }: Subject, memory: Memory): Scope {
  return { ...LONG_AGO, operation: 'Update', owner, location, raw, memory, remember: change => Object.assign(memory, change) };
}

/** What only reads has drifted if it finds nothing any more. */
async function lookUp({ handler }: ResourceType, subject: Subject): Promise<Compared> {
  if (subject.unknown.size > 0) {
    return compared([], subject);
  }
  const properties: unknown = handler.parse(subject.raw);
  let memory: Memory = {};
  for (let looks = 1; ; looks++) {
    const outcome = await find(handler, contextOf(subject, properties, memory));
    if (typeof outcome === 'string') {
      return result('MISSING', [{ reason: outcome }]);
    }
    if (outcome.status === 'ready') {
      return result('IN_SYNC', [], outcome.attributes);
    }
    if (outcome.status === 'gone' || outcome.memory === undefined || looks === MAX_LOOKS) {
      return result('NOT_CHECKED', [{ reason: `Not known yet: ${outcome.status === 'waiting' ? outcome.until : 'it'}.` }]);
    }
    memory = { ...memory, ...outcome.memory };
  }
}

async function find(handler: ResourceType['handler'], context: StepContext<unknown>) {
  try {
    return await handler.create(context);
  } catch (error) {
    if (error instanceof ResourceError) {
      return error.message;
    }
    throw error;
  }
}

/** What only reads asks nothing about other requests. */
function contextOf<D>({ raw, owner, location, logicalId }: Subject, properties: D, memory: Memory): StepContext<D> {
  return {
    ...LONG_AGO, operation: 'Create', properties, raw, logicalId, owner, memory, location, remember: () => undefined, found: () => undefined,
  } as Partial<StepContext<D>> as StepContext<D>;
}

/** What follows advises on deployments. */
function firstSentence(text: string): string {
  return text.split(/(?<=\.) /, 1)[0];
}

