import type { History } from './history';

/** Sums over many histories. */
export interface Summary {
  histories: number;
  readonly operations: Record<string, number>;
  readonly faults: Record<string, number>;
  readonly checks: Record<string, number>;
  readonly services: Record<string, number>;
}

export function emptySummary(): Summary {
  return { histories: 0, operations: {}, faults: {}, checks: {}, services: {} };
}

export function addHistory(summary: Summary, { service, outcomes, injected, checks }: History): void {
  summary.histories++;
  add(summary.services, { [service]: 1 });
  add(summary.operations, outcomes);
  add(summary.checks, checks);
  injected.forEach(({ kind }) => add(summary.faults, { [kind]: 1 }));
}

export function addSummary(summary: Summary, other: Summary): void {
  summary.histories += other.histories;
  (['operations', 'faults', 'checks', 'services'] as const).forEach(section => add(summary[section], other[section]));
}

/** Tables for people. */
export function renderSummary({ operations, faults, checks, services }: Summary): string {
  return [
    table('Histories by service', services),
    table('Requests by operation and outcome', operations),
    table('Faults', faults),
    table('Checks by law', checks),
  ].join('\n\n');
}

function table(title: string, counts: Readonly<Record<string, number>>): string {
  const rows = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return [title, ...rows.map(([name, count]) => `  ${name.padEnd(width)}  ${count.toLocaleString('en').padStart(14)}`)].join('\n');
}

function add(sums: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  Object.entries(counts).forEach(([name, count]) => { sums[name] = (sums[name] ?? 0) + count; });
}
