import { cpus, totalmem } from 'node:os';
import type { Row } from './measure';

/** The machine and the versions of a run. */
export function circumstances(versions: Readonly<Record<string, string>>): Record<string, string> {
  const [processor] = cpus();
  return {
    processor: `${cpus().length} x ${processor?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    ...versions,
  };
}

/** A Markdown table. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map(row => [row.measure, row.subject, quantity(row), spread(row), verdict(row)]);
  const lines = [['measure', 'what', 'median', 'lowest - highest', 'goal'], ['---', '---', '---:', '---:', '---'], ...cells];
  return lines.map(line => `| ${line.join(' | ')} |`).join('\n');
}

function quantity({ value, unit }: Row): string {
  return `${rounded(value)} ${unit}`.trim();
}

function spread({ spread: range }: Row): string {
  return range ? range.map(rounded).join(' - ') : '';
}

function verdict({ goal }: Row): string {
  return goal ? `${goal.met ? 'met' : 'MISSED'}: at most ${rounded(goal.atMost)}` : '';
}

/** Three significant digits, whole numbers in full, so that a table can be read. */
function rounded(value: number): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  return digits.toLocaleString('en-US', { maximumFractionDigits: 10 });
}
