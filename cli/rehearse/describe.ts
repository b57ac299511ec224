import { PortRange } from './account';
import { Comparison, harmOf, isAnotherThing, Pair } from './compare';
import { Interval, MappingsReport, MembersReport } from './report';
import { kindOf, Words } from './resource-kinds';
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
export function adviceOf({ before, after }: Pair, { change, kept }: Comparison): readonly string[] {
  return isAnotherThing(change) && !kept ? kindOf((after ?? before)!.type).advice : [];
}

function headline({ before, after, heir, exists }: Pair, comparison: Comparison): string[] {
  const { change, kept } = comparison;
  const { replaced, recreated, deleted } = kindOf((after ?? before)!.type);
  switch (change) {
    case 'replaced': return [before!.mappings?.length === 0 ? UNUSED_GROUP : kept ? 'another one takes its place; the old one leaves the stack and is kept (RETAIN)' : say(replaced, before!)];
    case 're-created in its place': return [before!.mappings?.length === 0 ? UNUSED_GROUP : say(recreated, before!)];
    case 'deleted': return [heir !== undefined ? `it stays as it is: ${heir} has adopted it` : kept ? 'it leaves the stack and is kept (RETAIN)' : say(deleted, before!)];
    case 'changed in place': return [harmOf({ before, after, heir, exists }), ...lossOf(comparison)].filter(text => text !== undefined);
    default: return [];
  }
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
  const names = Object.keys(attributes).filter(name => !/(Revision|State|Status|Count|Members)$/.test(name)).filter(name => attributes[name].before !== null && attributes[name].after !== null);
  return names.length === 0 ? [] : [`new ${names.join(', ')}`];
}
