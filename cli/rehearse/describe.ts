import { PortRange } from './account';
import { Comparison, harmOf, isAnotherThing, Pair } from './compare';
import { Interval, MappingsReport, MembersReport } from './report';
import { kindOf, ResourceKind, Words } from './resource-kinds';
import { OurState } from './snapshot';
import { duration } from '../deployment-page/duration';

const UNUSED_GROUP = 'no player notices, since it has no subnets yet';

/** What users notice of a change, one sentence each. The first one is the headline; a harmless change has none. */
export function effectsOf(pair: Pair, comparison: Comparison): string[] {
  const { attributes, mappings, members, outages } = comparison;
  const touched = pair.before && comparison.change !== 'as before' && comparison.change !== 'refused';
  return [
    ...headline(pair, comparison),
    ...outages.map(outageText),
    ...mappings && touched ? [mappingsText(mappings)] : [],
    ...comparison.change === 'changed in place' ? portsText(pair.after!) : [],
    ...members && touched ? [membersText(members)] : [],
    ...isAnotherThing(comparison.change) ? newValues(attributes) : [],
  ];
}

/** How to refuse a change or to do it without a gap. */
export function adviceOf(pair: Pair, { change, kept }: Comparison): readonly string[] {
  return isAnotherThing(change) && !kept ? kindIn(pair).advice : [];
}

function headline(pair: Pair, comparison: Comparison): string[] {
  switch (comparison.change) {
    case 'replaced': return [replacedText(pair, comparison)];
    case 're-created in its place': return [isUnused(pair) ? UNUSED_GROUP : say(kindIn(pair).recreated, pair.before!)];
    case 'deleted': return [deletedText(pair, comparison)];
    case 'changed in place': return [harmOf(pair), ...lossOf(comparison)].filter(text => text !== undefined);
    default: return [];
  }
}

function replacedText(pair: Pair, { kept }: Comparison): string {
  if (isUnused(pair)) {
    return UNUSED_GROUP;
  }
  return kept ? 'another one takes its place; the old one leaves the stack and is kept (RETAIN)' : say(kindIn(pair).replaced, pair.before!);
}

function deletedText(pair: Pair, { kept }: Comparison): string {
  if (pair.heir !== undefined) {
    return `it stays as it is: ${pair.heir} has adopted it`;
  }
  return kept ? 'it leaves the stack and is kept (RETAIN)' : say(kindIn(pair).deleted, pair.before!);
}

function isUnused({ before }: Pair): boolean {
  return before!.mappings?.length === 0;
}

function kindIn({ before, after }: Pair): ResourceKind {
  return kindOf((after ?? before)!.type);
}

function say(words: Words, { properties }: OurState): string {
  return typeof words === 'string' ? words : words(properties);
}

function lossOf({ mappings, members, lostRegions }: Comparison): string[] {
  if (mappings && mappings.asBefore - mappings.denied < mappings.before) {
    return [mappings.asBefore === mappings.denied ? 'every player loses the connection' : 'some players lose the connection'];
  }
  if (lostRegions.length > 0) {
    return [`it is gone in ${lostRegions.join(', ')}: who reads it there finds nothing any more`];
  }
  return members && members.terminated > 0 ? ['standbys are terminated and their data are gone'] : [];
}

function outageText({ fromSeconds, toSeconds }: Interval): string {
  return `nothing gets through from ${duration(fromSeconds)} to ${duration(toSeconds)}, plus AWS's own lag`;
}

function mappingsText({ before, after, asBefore, onAnotherPort, gone, added, denied }: MappingsReport): string {
  const places = asBefore === 0 ? '0 as before' : `${asBefore} as before${denied > 0 ? ` (traffic to ${denied} is denied)` : ''}`;
  const parts = [places, `${onAnotherPort} on another port`, `${gone} gone`, `${added} new`];
  return `mappings ${before} -> ${after}: ${parts.filter(part => !part.startsWith('0 ')).join(', ')}`;
}

/** Ports that subnets use stay although the listener is declared without them. */
function portsText({ portRanges = [], properties: { PortRanges } }: OurState): string[] {
  const text = (ranges: readonly PortRange[]) => ranges.map(({ FromPort, ToPort }) => `${FromPort}-${ToPort}`).sort().join(', ');
  const declared = text(PortRanges as PortRange[] | undefined ?? []);
  return portRanges.length === 0 || text(portRanges) === declared ? [] : [
    `it keeps the ports ${text(portRanges)}, which subnets use, until an endpoint group frees them; then it gets ${declared}`,
  ];
}

function membersText({ before, after, added, terminated, untouched }: MembersReport): string {
  return `members ${before} -> ${after}: ${untouched} untouched, ${added} added, ${terminated} terminated`;
}

/** Those that change by themselves say nothing. */
function newValues(attributes: Comparison['attributes']): string[] {
  const names = Object.entries(attributes).filter(([name, { before, after }]) =>
    !/(Revision|State|Status|Count|Members)$/.test(name) && before !== null && after !== null).map(([name]) => name);
  return names.length === 0 ? [] : [`new ${names.join(', ')}`];
}
