/** What became of the package of one language so far. */
export interface Outcome {
  readonly language: string;
  /** Seconds that each step took, if it was taken. */
  built?: number;
  installed?: number;
  synthesized?: number;
  /** Whether the templates are those of the sources. */
  equal?: boolean;
  /** Why the language, or the rest of it, was left out. */
  skipped?: string;
  error?: string;
}

const COLUMNS = ['language', 'built', 'installed', 'synthesized', 'equal', 'seconds'];

/** A table of the outcomes, and below it what was skipped and what failed. */
export function render(outcomes: readonly Outcome[]): string {
  const rows = [COLUMNS, ...outcomes.map(cells)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map(row => row[column].length)));
  const lines = rows.map(row => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
  const notes = outcomes.flatMap(({ language, skipped, error }) => [
    ...(skipped ? [`${language}, skipped: ${skipped}.`] : []),
    ...(error ? [`${language}, FAILED: ${error}`] : []),
  ]);
  return [...lines, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

function cells(outcome: Outcome): string[] {
  const steps = [outcome.built, outcome.installed, outcome.synthesized];
  return [outcome.language, ...steps.map(seconds), outcome.equal === undefined ? '-' : yesOrNo(outcome.equal), seconds(total(steps))];
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'NO';
}

function seconds(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(1);
}

function total(steps: readonly (number | undefined)[]): number | undefined {
  const taken = steps.filter(step => step !== undefined);
  return taken.length === 0 ? undefined : taken.reduce((sum, step) => sum + step);
}
