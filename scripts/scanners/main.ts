import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App } from 'aws-cdk-lib';
import { Scanners } from './scanners';
import { addDefaultStacks } from './stacks';
import { differences, rowsOf } from './table';

/*
 * Compares what cfn-lint, cfn-guard and Checkov find in stacks with default settings with docs/scanners.md. cdk-nag runs in
 * test/nag-packs.test.ts.
 */
const ROOT = join(__dirname, '..', '..');
const TABLE = 'docs/scanners.md';

const outdir = mkdtempSync(join(tmpdir(), 'scanners-'));
try {
  const scanners = new Scanners(join(ROOT, '.cache', 'scanners'));
  scanners.install();
  const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] } });
  const templates = addDefaultStacks(app).map(stack => join(outdir, stack.templateFile));
  app.synth();
  const found = scanners.findings(templates);
  const wrong = differences(found, rowsOf(readFileSync(join(ROOT, TABLE), 'utf8')), Scanners.NAMES);
  wrong.forEach(text => console.error(`${TABLE}: ${text}`));
  console.log(`${Scanners.NAMES.join(', ')}: ${found.length} findings in ${templates.length} templates, ${wrong.length} that the table does not have right`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
} finally {
  rmSync(outdir, { recursive: true });
}
