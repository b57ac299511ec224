/** What became of the package of one language so far. */
export interface Outcome {
  readonly language: string;
  /** Seconds that each step took, if it was taken. */
  built?: number;
  installed?: number;
  synthesized?: number;
  examplesChecked?: number;
  /** Whether the templates are those of the sources. */
  equal?: boolean;
  /** How many examples are written in the language. */
  examples?: number;
  /** Why the language, or the rest of it, was left out. */
  skipped?: string;
  error?: string;
}

const COLUMNS = ['language', 'built', 'installed', 'synthesized', 'equal', 'examples', 'seconds'];

/** A table of the outcomes, and below it what was skipped and what failed. */
export function render(outcomes: readonly Outcome[]): string {
  const rows = [COLUMNS, ...outcomes.map(cells)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map(row => row[column].length)));
  const lines = rows.map(row => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
  const notes = outcomes.flatMap(({ language, examples, skipped, error }) => [
    ...(examples ? [`${language}: ${examples} examples have the templates of those in TypeScript; they were deployed in the sandbox and removed.`] : []),
    ...(skipped ? [`${language}, skipped: ${skipped}.`] : []),
    ...(error ? [`${language}, FAILED: ${error}`] : []),
  ]);
  return [...lines, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

function cells(outcome: Outcome): string[] {
  const { built, installed, synthesized, examplesChecked } = outcome;
  const equal = outcome.equal === undefined ? '-' : yesOrNo(outcome.equal);
  return [
    outcome.language, ...[built, installed, synthesized].map(seconds), equal, seconds(examplesChecked),
    seconds(total([built, installed, synthesized, examplesChecked])),
  ];
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
