import { isDeepStrictEqual } from 'node:util';
import { Change, Interval, MappingsReport, MembersReport, Values } from './report';
import { kindOf } from './resource-kinds';
import { OurState } from './snapshot';
import { Moment } from './timeline';

/** A resource of ours before and after the deployment; one of them may be missing. */
export interface Pair {
  readonly before?: OurState;
  readonly after?: OurState;
  /** When the deployment of its stack began and ended, milliseconds since the epoch; undefined if it was not deployed. */
  readonly deployment?: { readonly from: number; readonly to: number };
  /** Why the stack failed, if it did at this resource. */
  readonly failure?: string;
  /** What the rehearsal itself failed with at this resource. */
  readonly defect?: string;
  /** Path of the resource that has adopted it, if one has. */
  readonly heir?: string;
  /** Whether something still exists after the deployment. */
  exists(id: string): boolean;
}

/** What became of a resource, in facts. */
export interface Comparison {
  readonly change: Change;
  readonly attributes: Readonly<Record<string, Values>>;
  readonly mappings?: MappingsReport;
  readonly members?: MembersReport;
  readonly outages: readonly Interval[];
  readonly disruptive: boolean;
  /** Whether what left the stack still exists. */
  readonly kept: boolean;
  /** Regions in which there is no copy any more. */
  readonly lostRegions: readonly string[];
}

export function compare(pair: Pair): Comparison {
  if (pair.defect !== undefined) {
    return { change: 'not rehearsed', attributes: {}, outages: [], disruptive: false, kept: false, lostRegions: [] };
  }
  const change = changeOf(pair);
  const mappings = mappingsOf(pair);
  const members = membersOf(pair);
  const lostRegions = lostRegionsOf(pair);
  const outages = isAnotherThing(change) || (mappings && movesOrLoses(mappings)) ? outagesOf(pair) : [];
  return {
    change,
    attributes: changedAttributes(pair),
    mappings,
    members,
    outages,
    disruptive: isDisruptive(pair, change) || losesSome(mappings, members) || lostRegions.length > 0 || harmOf(pair) !== undefined,
    kept: isKept(pair, change),
    lostRegions,
  };
}

export function isAnotherThing(change: Change): boolean {
  return change === 'replaced' || change === 're-created in its place';
}

function changeOf({ before, after, deployment, failure }: Pair): Change {
  if (!before) {
    return after ? 'created' : 'not created';
  }
  if (!after) {
    return 'deleted';
  }
  if (isOtherThing(before, after)) {
    return coexisted(before, after) ? 'replaced' : 're-created in its place';
  }
  if (failure !== undefined) {
    return 'refused';
  }
  return deployment && !isDeepStrictEqual(declared(before), declared(after)) ? 'changed in place' : 'as before';
}

function isOtherThing(before: OurState, after: OurState): boolean {
  return before.identity === undefined && after.identity === undefined
    ? before.members !== undefined && before.physicalId !== after.physicalId
    : before.identity !== after.identity;
}

function coexisted(before: OurState, after: OurState): boolean {
  if (before.members) {
    return true;
  }
  if (before.thingId === undefined || after.thingId === undefined) {
    return before.physicalId !== after.physicalId;
  }
  return before.thingId !== after.thingId && before.account.timeline.coexisted(before.thingId, after.thingId);
}

/** The version of the property shapes is no change of the resource. */
function declared({ properties: { Schema: _, ...others } }: OurState): object {
  return others;
}

function isDisruptive(pair: Pair, change: Change): boolean {
  const { before } = pair;
  return !(before && kindOf(before.type).readsOnly) && (isAnotherThing(change) || (change === 'deleted' && !isKept(pair, change)));
}

function isKept({ before, heir, exists }: Pair, change: Change): boolean {
  if (heir !== undefined) {
    return true;
  }
  const leaves = change === 'deleted' || change === 'replaced';
  const ids = before?.members ? [...before.members.values()] : [before?.thingId].filter(id => id !== undefined);
  return leaves && Boolean(before?.retained) && ids.every(exists);
}

function lostRegionsOf({ before, after }: Pair): string[] {
  const { copies } = kindOf((before ?? after)!.type);
  const regions = (state: OurState | undefined) => [state?.properties[copies ?? ''] ?? []].flat().map(String);
  return before && after ? regions(before).filter(region => !regions(after).includes(region)) : [];
}

function changedAttributes({ before, after }: Pair): Record<string, Values> {
  const [old = {}, current = {}] = [before?.attributes, after?.attributes];
  const names = [...new Set([...Object.keys(old), ...Object.keys(current)])].filter(name => old[name] !== current[name]);
  return Object.fromEntries(names.map(name => [name, { before: old[name] ?? null, after: current[name] ?? null }]));
}

function mappingsOf({ before, after }: Pair): MappingsReport | undefined {
  const old = before?.mappings ?? [];
  const current = after?.mappings ?? [];
  if (old.length === 0 && current.length === 0) {
    return undefined;
  }
  const places = new Map(current.map(({ destination, acceleratorPort }) => [destination, acceleratorPort]));
  const asBefore = old.filter(({ destination, acceleratorPort }) => places.get(destination) === acceleratorPort).length;
  const still = old.filter(({ destination }) => places.has(destination)).length;
  const open = new Set(current.filter(({ allowed }) => allowed).map(({ destination }) => destination));
  const denied = old.filter(({ destination, acceleratorPort, allowed }) =>
    allowed && places.get(destination) === acceleratorPort && !open.has(destination)).length;
  return {
    before: old.length,
    after: current.length,
    asBefore,
    onAnotherPort: still - asBefore,
    gone: old.length - still,
    added: current.length - still,
    denied,
  };
}

function movesOrLoses({ onAnotherPort, gone }: MappingsReport): boolean {
  return onAnotherPort + gone > 0;
}

function losesSome(mappings: MappingsReport | undefined, members: MembersReport | undefined): boolean {
  return Boolean(mappings && (movesOrLoses(mappings) || mappings.denied > 0)) || Boolean(members?.terminated);
}

/** What users notice of a change in place that only the properties tell. */
export function harmOf({ before, after }: Pair): string | undefined {
  return before && after && kindOf(after.type).harm?.(before.properties, after.properties);
}

function membersOf({ before, after, exists }: Pair): MembersReport | undefined {
  if (!before?.members && !after?.members) {
    return undefined;
  }
  const old = new Set(before?.members?.values());
  const current = new Set(after?.members?.values());
  const untouched = [...old].filter(id => current.has(id)).length;
  const terminated = [...old].filter(id => !current.has(id) && !exists(id)).length;
  return { before: old.size, after: current.size, untouched, terminated, added: current.size - untouched };
}

/** When what was there is not, neither in its old nor in its new form. */
function outagesOf({ before, after, deployment }: Pair): Interval[] {
  // Where nothing led anywhere, nothing is interrupted; where nothing does afterwards, it does not come back.
  if (!before?.thingId || !after?.thingId || !deployment || before.mappings?.length === 0 || after.mappings?.length === 0) {
    return [];
  }
  const { timeline } = before.account;
  const isThere = before.mappings ? carriesTraffic(before, after) : ({ usable }: Moment) =>
    usable.has(before.thingId!) || usable.has(after.thingId!);
  return timeline.absences(isThere, deployment.from, deployment.to);
}

/** Whether anything gets through; where nothing was allowed before, whether there is anything that could be allowed. */
function carriesTraffic(before: OurState, after: OurState): (moment: Moment) => boolean {
  const anyAllowed = before.mappings!.some(({ allowed }) => allowed);
  const places = [before, after].map(({ identity, properties }) => placeOf(identity!, properties.Region));
  return ({ groups }) => [...groups].some(([arn, { allowed, mappings, region }]) =>
    places.includes(placeOf(arn, region)) && (anyAllowed ? allowed : mappings) > 0);
}

/** A listener has one endpoint group in a Region. */
function placeOf(endpointGroupArn: string, region: unknown): string {
  return `${endpointGroupArn.split('/endpoint-group/')[0]} ${String(region)}`;
}
