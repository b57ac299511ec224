import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { goal, type Bench, type Measure, type Row } from '../measure';
import { interleave, median, spreadOf } from '../statistics';
import { bundledServices, bundlePath, ROOT } from '../workspace';

interface Loaded {
  readonly milliseconds: number;
}

const MAX_BYTES = 270_000;
const MAX_LOAD_RATIO = 0.55;

/** Size of the handlers' bundles, and how long a fresh process needs to load them. */
export const bundles: Measure = {
  name: 'bundles',
  run: bench => bundledServices().flatMap(service => [...sizes(bench, service), ...loads(bench, service)]),
};

function sizes(bench: Bench, service: string): Row[] {
  const rows = Object.entries({ 'ours': bundlePath(service), "esbuild's defaults": defaultBundle(bench, service) });
  return rows.flatMap(([subject, file]) => {
    const bytes = statSync(file).size;
    return [
      { measure: `bundle, ${service}`, subject, unit: 'bytes', value: bytes, goal: subject === 'ours' ? goal(bytes, MAX_BYTES) : undefined },
      { measure: `bundle, ${service}, gzip`, subject, unit: 'bytes', value: gzipSync(readFileSync(file), { level: 9 }).length },
    ];
  });
}

function loads(bench: Bench, service: string): Row[] {
  const measure = `cold load, ${service}`;
  const load = (file: string) => () => bench.workspace.run<Loaded>('load', file).output.milliseconds;
  const runs = interleave(2 * bench.effort.runs, {
    'ours': load(bundlePath(service)),
    'unbundled': load(bench.workspace.path('lambda', service, 'index.js')),
    "esbuild's defaults": load(defaultBundle(bench, service)),
  });
  const rows = Object.entries(runs).map(([subject, times]): Row =>
    ({ measure, subject, unit: 'ms', value: median(times), spread: spreadOf(times) }));
  const ratio = median(runs.ours) / median(runs.unbundled);
  return [...rows, { measure, subject: 'ours / unbundled', unit: 'times', value: ratio, goal: goal(ratio, MAX_LOAD_RATIO) }];
}

const built = new Map<string, string>();

/** The same handlers as esbuild bundles them for node when nobody tells it more. */
function defaultBundle(bench: Bench, service: string): string {
  const outfile = bench.workspace.path('esbuild-defaults', `${service}.js`);
  if (built.get(service) !== outfile) {
    buildSync({
      entryPoints: [join(ROOT, 'lambda', service, 'index.ts')],
      outfile, bundle: true, minify: true, platform: 'node', target: 'node22', logLevel: 'error',
    });
    built.set(service, outfile);
  }
  return outfile;
}
