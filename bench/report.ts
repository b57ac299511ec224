import { cpus, loadavg, totalmem } from 'node:os';
import type { Effort, Row } from './measure';

/** The machine, the versions and the effort of a run, at its end. */
export function circumstances(versions: Readonly<Record<string, string>>, { lifecycles, runs }: Effort): Record<string, string> {
  const [processor] = cpus();
  const loads = loadavg().map(load => load.toFixed(1));
  return {
    processor: `${cpus().length} x ${processor?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    ...versions,
    runs: `${runs} of what is timed (${2 * runs} of loads), ${lifecycles.toLocaleString('en-US')} lifecycles`,
    load: `${loads.join(', ')} in the last 1, 5 and 15 minutes on ${cpus().length} processors, of this run and other work`,
  };
}

/** All of a run as Markdown: the circumstances, what has a goal, everything. */
export function markdown(environment: Readonly<Record<string, string>>, rows: readonly Row[]): string {
  const circumstance = tableOf(['circumstance', 'of this run'], ['---', '---'], Object.entries(environment));
  const withGoal = rows.filter(row => row.goal);
  const goals = withGoal.length > 0 ? ['## Goals', `${withGoal.filter(row => row.goal!.met).length} of ${withGoal.length} met.`, table(withGoal)] : [];
  return [circumstance, ...goals, '## The table', table(rows)].join('\n\n');
}

/** One line for each row. */
export function table(rows: readonly Row[]): string {
  const hasBefore = rows.some(({ before }) => before !== undefined);
  return tableOf(
    ['measure', 'what', 'median', 'lowest - highest', 'goal', ...hasBefore ? ['before'] : []],
    ['---', '---', '---:', '---:', '---', ...hasBefore ? ['---:'] : []],
    rows.map(row => [row.measure, row.subject, quantity(row), spread(row), result(row), ...hasBefore ? [earlier(row)] : []]));
}

function tableOf(heads: readonly string[], alignments: readonly string[], lines: readonly (readonly string[])[]): string {
  return [heads, alignments, ...lines].map(line => `| ${line.join(' | ')} |`).join('\n');
}

function quantity({ value, unit }: Row): string {
  return `${rounded(value)} ${unit}`.trim();
}

function earlier({ before, unit }: Row): string {
  return before === undefined ? '' : `${rounded(before)} ${unit}`.trim();
}

function spread({ spread: range }: Row): string {
  return range ? range.map(rounded).join(' - ') : '';
}

function result({ goal }: Row): string {
  return goal ? `${goal.met ? 'met' : '**missed**'}: at most ${rounded(goal.atMost)}` : '';
}

/** Three significant digits, whole numbers in full, so that a table can be read. */
function rounded(value: number): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  return digits.toLocaleString('en-US', { maximumFractionDigits: 10 });
}
