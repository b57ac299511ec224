import type { MemberFailure } from './fleet-step';
import { hintFor, withoutStop } from './standby-errors';

/** So many members are named for each cause. CloudFormation takes few words; the log of the function has all of them. */
const MAX_NAMED = 10;
/** An answer to CloudFormation has 4,096 bytes. */
const MAX_ATTRIBUTE_LENGTH = 1500;

/** What failed, grouped by cause, the most frequent first. */
export function fleetReport(failures: readonly MemberFailure[], memberCount: number): string {
  const byCode = new Map<string, MemberFailure[]>();
  for (const failure of failures) {
    byCode.set(failure.code, [...byCode.get(failure.code) ?? [], failure]);
  }
  const causes = [...byCode.values()].sort((a, b) => b.length - a.length).map(describeCause);
  return `${failures.length} of ${memberCount} standbys could not be made. ${causes.join(' ')} The log of the function names each of them.`;
}

function describeCause(failures: MemberFailure[]): string {
  const [{ code, message }] = failures;
  const named = failures.slice(0, MAX_NAMED).map(failure => failure.member).join(', ');
  const more = failures.length > MAX_NAMED ? ` and ${failures.length - MAX_NAMED} more` : '';
  return `${named}${more}: ${code}: ${withoutStop(message)}.${hintFor(code, message)}`;
}

/** Whole ids with spaces in between, as many as fit: `ws-1 ws-2`. */
export function memberList(ids: readonly string[]): string {
  let count = 0;
  for (let length = 0; count < ids.length && length + ids[count].length + 1 <= MAX_ATTRIBUTE_LENGTH; count++) {
    length += ids[count].length + 1;
  }
  return ids.slice(0, count).join(' ');
}
