import { Band, Bar, BarOutcome, Mark, Row, RowGroup, Verb } from './model';
import { Recorded } from './recording';
import { StackEvent } from '../../sandbox/cloudformation/stack';

export interface Naming {
  stackTitle(event: StackEvent): string;
  /** @param stackId ARN of the stack */
  label(stackId: string, logicalId: string): string;
  isOurs(type: string): boolean;
  /** When nothing gets through a resource. */
  outages?(stackId: string, logicalId: string): readonly Band[];
}

const STACK_TYPE = 'AWS::CloudFormation::Stack';
const CANCELLED = /^Resource (creation|update) cancelled$/;

/** What happened to the resources of each stack, in the order in which it began. */
export function groupsOf(deployment: Recorded, naming: Naming): RowGroup[] {
  const byStack = new Map<string, StackEvent[]>();
  deployment.events.forEach(event => byStack.set(event.stackId, [...byStack.get(event.stackId) ?? [], event]));
  return [...byStack].map(([stackId, events]) => ({
    title: naming.stackTitle(events[0]),
    rows: rowsOf(events, deployment, naming, logicalId => deployment.marks.get(`${stackId} ${logicalId}`) ?? []),
  })).filter(({ rows }) => rows.length > 0);
}

function rowsOf(events: readonly StackEvent[], deployment: Recorded, naming: Naming, marks: (logicalId: string) => readonly Mark[]): Row[] {
  const bands = rollbackOf(events, deployment);
  const byResource = new Map<string, StackEvent[]>();
  events.filter(event => !isOwn(event)).forEach(event =>
    byResource.set(event.logicalId, [...byResource.get(event.logicalId) ?? [], event]));
  return [...byResource].map(([logicalId, own]) => ({
    label: naming.label(own[0].stackId, logicalId),
    type: own[0].type,
    ours: naming.isOurs(own[0].type),
    bars: barsOf(own, deployment),
    marks: [...marks(logicalId)].sort((one, other) => one.at - other.at),
    bands: [...bands, ...naming.outages?.(own[0].stackId, logicalId) ?? []],
  }));
}

/** Whether an event is of the stack itself, not of a resource. A nested stack is a resource of its parent. */
function isOwn({ type, logicalId, stackName }: StackEvent): boolean {
  return type === STACK_TYPE && logicalId === stackName;
}

function secondsOf(time: number, { from }: Recorded): number {
  return (time - from) / 1000;
}

function barsOf(events: readonly StackEvent[], deployment: Recorded): Bar[] {
  const bars: Bar[] = [];
  let begun: StackEvent | undefined;
  const bar = (first: StackEvent, to: number, outcome: BarOutcome, reason?: string): Bar =>
    ({ from: secondsOf(first.timestamp, deployment), to: secondsOf(to, deployment), verb: verbOf(first), outcome, reason });
  for (const event of events) {
    if (!event.status.endsWith('_IN_PROGRESS')) {
      bars.push(bar(begun ?? event, event.timestamp, outcomeOf(event), event.reason));
      begun = undefined;
    } else if (!begun || verbOf(begun) !== verbOf(event)) {
      // An operation that another one took the place of has no end of its own.
      bars.push(...begun ? [bar(begun, event.timestamp, 'unfinished')] : []);
      begun = event;
    }
  }
  return begun ? [...bars, bar(begun, deployment.to, 'unfinished')] : bars;
}

function verbOf({ status }: StackEvent): Verb {
  return status.split('_')[0].toLowerCase() as Verb;
}

function outcomeOf({ status, reason = '' }: StackEvent): BarOutcome {
  if (status.endsWith('_SKIPPED')) {
    return 'skipped';
  }
  return !status.endsWith('_FAILED') ? 'complete' : CANCELLED.test(reason) ? 'cancelled' : 'failed';
}

function rollbackOf(events: readonly StackEvent[], deployment: Recorded): Band[] {
  const own = events.filter(isOwn);
  const begin = own.find(({ status }) => status.endsWith('ROLLBACK_IN_PROGRESS'));
  const to = own.at(-1)?.timestamp ?? deployment.to;
  return begin ? [{ from: secondsOf(begin.timestamp, deployment), to: secondsOf(to, deployment), kind: 'rollback', text: 'rollback' }] : [];
}
