import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { QUICK, THOROUGH, type Bench, type Measure, type Row } from './measure';
import { MEASURES } from './measures';
import { circumstances, markdown } from './report';
import { ROOT, Workspace } from './workspace';

const HELP = `npm run bench -- [--quick] [--json] [--only <measure>[,<measure>]]

Measures: ${MEASURES.map(({ name }) => name).join(', ')}`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const chosen = choose(values.only);
  const workspace = Workspace.create();
  try {
    const effort = values.quick ? QUICK : THOROUGH;
    const rows = await runAll(chosen, { effort, workspace });
    const environment = circumstances(versions(), effort);
    console.log(values.json ? JSON.stringify({ environment, rows }, undefined, 2) : markdown(environment, rows));
  } finally {
    workspace.remove();
  }
}

function choose(only: string | undefined): Measure[] {
  const names = only?.split(',') ?? MEASURES.map(({ name }) => name);
  return names.map(name => {
    const measure = MEASURES.find(candidate => candidate.name === name);
    if (!measure) {
      throw new Error(`There is no measure '${name}'.\n\n${HELP}`);
    }
    return measure;
  });
}

async function runAll(measures: readonly Measure[], bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const measure of measures) {
    process.stderr.write(`${measure.name} ...\n`);
    rows.push(...await measure.run(bench));
  }
  return rows;
}

function versions(): Record<string, string> {
  const names = ['aws-cdk-lib-newest', '@aws-sdk/client-sesv2', '@aws-sdk/client-global-accelerator', '@aws-sdk/client-workspaces', 'esbuild'];
  return Object.fromEntries(names.map(name => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string };
    return [name.replace('-newest', ''), version];
  }));
}

main().catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
