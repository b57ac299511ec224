/*
 * Declares a number of resources in one stack, synthesizes it, and prints what came of it:
 * node synthesize.js <subject> <how> <count> <flags>
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { App, Stack } from 'aws-cdk-lib';

const load = createRequire(__filename);
const [subject, way, count, flags] = process.argv.slice(2);
const outdir = mkdtempSync(join(tmpdir(), 'cdk-multi-region-synth-'));
const app = new App({
  outdir,
  analyticsReporting: false,
  postCliContext: {
    ...(flags === 'recommended' ? load('aws-cdk-lib/recommended-feature-flags.json') : {}),
    // 1,000 resources don't fit into one stack, but show how the time grows.
    '@aws-cdk/core:stackResourceLimit': 0,
  },
});
const stack = new Stack(app, 'Bench');
const { declare } = load(join(__dirname, 'declarations', way)) as { declare(stack: Stack, subject: string, count: number): number };
const declared = declare(stack, subject, Number(count));
app.synth();

const template = readFileSync(join(outdir, 'Bench.template.json'), 'utf8');
rmSync(outdir, { recursive: true });
const resources = Object.keys(JSON.parse(template).Resources).length;
console.log(JSON.stringify({
  resources,
  added: resources - declared,
  bytes: Buffer.byteLength(template),
  milliseconds: performance.now(),
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
}));
