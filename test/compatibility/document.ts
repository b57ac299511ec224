import { CONSTRUCTS, type Entry } from './constructs';
import type { Feature } from './feature';
import { FEATURES } from './features';

export type Outcome = 'works' | 'refused' | 'does not apply';

export function outcomeOf(feature: Feature, entry: Entry): Outcome {
  if (feature.without?.(entry) !== undefined) {
    return 'does not apply';
  }
  return feature.refused?.(entry) ? 'refused' : 'works';
}

/** The part of docs/compatibility.md that follows from the table. */
export function renderTables(): string {
  const reasons: string[] = [];
  const chapters = Object.entries(FEATURES).map(([title, features]) => [
    `### ${title}`, '', ...tableRow(['', ...COLUMNS]), `|${'---|'.repeat(COLUMNS.length + 1)}`,
    ...features.flatMap(feature => tableRow([feature.name, ...COLUMNS.map(column => cellOf(feature, column, reasons))])),
  ].join('\n'));
  const list = reasons.map((reason, index) => `${index + 1}. ${reason}`).join('\n');
  return [summary(), ...chapters, `Refused because of:\n\n${list}`].join('\n\n');
}

const COLUMNS = [...new Set(CONSTRUCTS.map(({ column }) => column))];

function summary(): string {
  const features = Object.values(FEATURES).flat();
  const count = (wanted: Outcome) => features.flatMap(feature => CONSTRUCTS.filter(entry => outcomeOf(feature, entry) === wanted)).length;
  return `${features.length} features × ${CONSTRUCTS.length} constructs, lookups and imports: ${count('works')} work, ${count('refused')} are refused with a reason, `
    + `${count('does not apply')} do not apply.`;
}

function tableRow(cells: readonly string[]): string[] {
  return [`| ${cells.join(' | ')} |`];
}

function cellOf(feature: Feature, column: string, reasons: string[]): string {
  const entries = CONSTRUCTS.filter(entry => entry.column === column);
  const works = entries.some(entry => outcomeOf(feature, entry) === 'works');
  const refusals = [...new Set(entries.flatMap(entry => outcomeOf(feature, entry) === 'refused' ? [feature.refused!(entry)!.reason] : []))];
  const numbers = refusals.map(reason => {
    reasons.push(...reasons.includes(reason) ? [] : [reason]);
    return reasons.indexOf(reason) + 1;
  });
  const parts = [...works ? ['✓'] : [], ...numbers.map(number => `refused (${number})`)];
  return parts.length > 0 ? parts.join(', ') : '–';
}
