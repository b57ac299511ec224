import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { THOROUGH, type Bench, type Row } from '../bench/measure';
import { considerate } from '../bench/measures/considerate';
import { table } from '../bench/report';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const PAGE = join(__dirname, '..', 'docs', 'performance.md');
const BEGIN = '<!-- considerate: written by npm run considerate -->';
const END = '<!-- /considerate -->';
const USAGE = `Measures how considerate deployments are (the R rows of docs/performance.md). What is simulated is exact.

  npm run considerate               writes the figures into the page; refuses when a goal that was met is missed
  npm run considerate -- --accept   writes them also then
  npm run considerate -- --check    changes nothing; fails when the page has other figures, or says met of what is missed
`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, accept: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const page = readFileSync(PAGE, 'utf8');
  const rows = await considerate.run({ effort: THOROUGH } as Bench);
  const lost = missedSince(blockOf(page), rows);
  lost.forEach(measure => process.stderr.write(`Met according to docs/performance.md, and missed now: ${measure}\n`));
  const renewed = withBlock(page, table(rows));
  if (values.check) {
    return report(page, renewed);
  }
  if (lost.length > 0 && !values.accept) {
    process.stderr.write('Nothing was written. Look for the cause, or accept it with --accept.\n');
    return 1;
  }
  writeFileSync(PAGE, renewed);
  return 0;
}

/** What stands between the marks. */
export function blockOf(page: string): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) {
    throw new Error(`docs/performance.md lacks '${BEGIN}' or, after it, '${END}'.`);
  }
  return page.slice(from + BEGIN.length, to).trim();
}

function withBlock(page: string, block: string): string {
  const [before, rest] = page.split(BEGIN);
  return `${before}${BEGIN}\n\n${block}\n\n${END}${rest.split(END)[1]}`;
}

/** Measures whose goal the page calls met, and that is missed. */
export function missedSince(block: string, rows: readonly Row[]): string[] {
  const met = new Set(block.split('\n').filter(line => line.includes('| met: ')).map(line => line.split(' | ')[0].replace('| ', '')));
  return rows.filter(({ measure, goal }) => goal && !goal.met && met.has(measure)).map(({ measure }) => measure);
}

function report(page: string, renewed: string): number {
  if (page === renewed) {
    return 0;
  }
  const before = new Set(blockOf(page).split('\n'));
  const lines = blockOf(renewed).split('\n').filter(line => !before.has(line));
  process.stderr.write(`docs/performance.md has other figures than these. Run 'npm run considerate' and look at the difference.\n${lines.join('\n')}\n`);
  return 1;
}

if (require.main === module) {
  main().then(code => { process.exitCode = code; }, error => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
  });
}
