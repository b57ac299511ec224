import type { History } from './history';

type Counts = Record<string, number>;

/** Sums over many histories. */
export interface Summary {
  histories: number;
  readonly operations: Counts;
  readonly faults: Counts;
  readonly checks: Counts;
  /** Histories in which a law was broken. */
  readonly broken: Counts;
  readonly services: Counts;
}

export function emptySummary(): Summary {
  return { histories: 0, operations: {}, faults: {}, checks: {}, broken: {}, services: {} };
}

export function addHistory(summary: Summary, { service, outcomes, injected, checks, violations }: History): void {
  summary.histories++;
  increase(summary.services, service);
  add(summary.operations, outcomes);
  add(summary.checks, checks);
  injected.forEach(({ kind }) => increase(summary.faults, kind));
  new Set(violations.map(({ law }) => law)).forEach(law => increase(summary.broken, law));
}

export function addSummary(summary: Summary, other: Summary): void {
  summary.histories += other.histories;
  (['operations', 'faults', 'checks', 'broken', 'services'] as const).forEach(section => add(summary[section], other[section]));
}

export function total(counts: Readonly<Counts>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Tables for people. */
export function renderSummary({ operations, faults, checks, broken, services }: Summary): string {
  return [
    table('Histories by service', services),
    table('Requests by operation and outcome', operations),
    table('Faults', faults),
    table('Checks by law', checks),
    table('Histories by broken law', Object.fromEntries(Object.keys(checks).map(law => [law, broken[law] ?? 0]))),
  ].join('\n\n');
}

function table(title: string, counts: Readonly<Counts>): string {
  const rows = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return [
    `${title}: ${total(counts).toLocaleString('en')}`,
    ...rows.map(([name, count]) => `  ${name.padEnd(width)}  ${count.toLocaleString('en').padStart(14)}`),
  ].join('\n');
}

function add(sums: Counts, counts: Readonly<Counts>): void {
  Object.entries(counts).forEach(([name, count]) => increase(sums, name, count));
}

function increase(sums: Counts, name: string, by: number = 1): void {
  sums[name] = (sums[name] ?? 0) + by;
}
