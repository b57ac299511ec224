import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import type { Course } from './courses';
import type { Assignment, Report } from './soak-worker';
import { addSummary, emptySummary, type Summary } from './summary';

const ROOT = join(__dirname, '..', '..');
const BUNDLES = join(ROOT, 'node_modules', '.cache', 'simulation');
/** A history is garbage at its end: with room for many of them, collecting it costs a seventh of the time less. */
const YOUNG_GENERATION_MB = 256;

export interface SeedRange {
  readonly from: number;
  readonly seeds: number;
  readonly workers: number;
  /** Milliseconds since the epoch. @default - until all seeds are done */
  readonly until?: number;
  /** Name of the only service. @default - all */
  readonly service?: string;
  /** What people do besides the ordinary. @default standard */
  readonly course?: Course;
  /** Goes on after a seed that breaks a law. @default false */
  readonly keepGoing?: boolean;
}

export interface SeedResults {
  readonly summary: Summary;
  /** Seeds that broke a law, in ascending order. */
  readonly broken: readonly number[];
}

/** Runs histories in threads of their own, outside of whatever instruments or slows this one. */
export async function runSeeds(range: SeedRange, onProgress?: (results: SeedResults) => void): Promise<SeedResults> {
  const summary = emptySummary();
  const broken: number[] = [];
  const file = bundle('soak-worker');
  const workers = Array.from({ length: range.workers }, (_, index) =>
    new Worker(file, { workerData: assignment(range, index), resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } }));
  const take = (report: Report) => {
    addSummary(summary, report.summary);
    broken.push(...report.broken);
    onProgress?.({ summary, broken });
    if (broken.length > 0 && !range.keepGoing) {
      workers.forEach(worker => void worker.terminate());
    }
  };
  await Promise.all(workers.map(worker => new Promise<void>((resolve, reject) => {
    worker.on('message', take).on('error', reject).on('exit', () => resolve());
  })));
  return { summary, broken: broken.sort((a, b) => a - b) };
}

/** A bundle starts and runs faster than the sources; what is installed stays outside, as it is. */
export function bundle(name: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, 'test', 'simulation', `${name}.ts`)],
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    write: false,
    logLevel: 'error',
  });
  const file = join(BUNDLES, `${name}.js`);
  mkdirSync(BUNDLES, { recursive: true });
  // In one step, because another run may be reading it.
  writeFileSync(`${file}.${process.pid}`, outputFiles[0].contents);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}

/** Each worker runs every n-th seed. */
function assignment({ from, seeds, workers, until = Infinity, service, course, keepGoing = false }: SeedRange, index: number): Assignment {
  return { stride: workers, from: from + index, seeds: seeds - index, until, service, course, keepGoing };
}
