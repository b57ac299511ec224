import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import type * as Replay from '../test/simulation/replay';
import type { Report } from '../test/simulation/soak-worker';
import { addSummary, emptySummary, renderSummary, type Summary } from '../test/simulation/summary';

const ROOT = join(__dirname, '..');
const BUNDLES = join(ROOT, 'node_modules', '.cache', 'simulation');
const LINE_SECONDS = 10;
const USAGE = `Runs simulated histories and stops at the first broken law.

  npm run soak -- [--seeds N] [--from SEED] [--minutes M] [--workers W] [--service NAME]
  npm run soak -- --replay SEED [--service NAME]    the timeline of one seed; shrunk if it breaks a law
`;

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly minutes: number;
  readonly workers: number;
  /** Name of the only service: a seed means another history when there are others to choose from. */
  readonly service?: string;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      from: { type: 'string', default: '1' },
      minutes: { type: 'string' },
      workers: { type: 'string', default: String(availableParallelism()) },
      replay: { type: 'string' },
      service: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (values.replay !== undefined) {
    return replay(wholeNumber('replay', values.replay), values.service);
  }
  const minutes = values.minutes === undefined ? Infinity : Number(values.minutes);
  if (Number.isNaN(minutes) || minutes <= 0) {
    throw new Error(`--minutes is '${values.minutes}', but must be a number above 0.`);
  }
  const seeds = values.seeds === undefined ? (minutes === Infinity ? 10_000 : Number.MAX_SAFE_INTEGER) : wholeNumber('seeds', values.seeds);
  const { service } = values;
  return soak({ seeds, minutes, service, from: wholeNumber('from', values.from), workers: wholeNumber('workers', values.workers) });
}

async function soak(options: Options): Promise<number> {
  const begin = Date.now();
  const until = begin + options.minutes * 60_000;
  const summary = emptySummary();
  const progress = new Progress(options, begin);
  const file = bundle('soak-worker');
  const broken: number[] = [];
  const workers: Worker[] = [];
  const run = (index: number) => new Promise<void>((resolve, reject) => {
    const { from, seeds, service, workers: stride } = options;
    const worker = new Worker(file, { workerData: { stride, until, service, from: from + index, seeds: seeds - index } });
    workers.push(worker);
    worker.on('error', reject);
    worker.on('exit', () => resolve());
    worker.on('message', (report: Report) => {
      addSummary(summary, report.summary);
      progress.show(summary);
      if (report.broken !== undefined) {
        broken.push(report.broken);
        workers.forEach(other => void other.terminate());
      }
    });
  });
  await Promise.all(Array.from({ length: options.workers }, (_, index) => run(index)));
  progress.end(summary);
  process.stdout.write(`\n${renderSummary(summary)}\n`);
  return conclude(summary, begin, options, broken);
}

async function conclude(summary: Summary, begin: number, { workers, service }: Options, broken: readonly number[]): Promise<number> {
  const seconds = (Date.now() - begin) / 1000;
  const rate = summary.histories / seconds;
  process.stdout.write(`\n${summary.histories.toLocaleString('en')} histories in ${seconds.toFixed(0)} s: ${rate.toFixed(0)} a second, `
    + `${(rate / workers).toFixed(0)} a second and worker. ${broken.length === 0 ? 'No law was broken.' : ''}\n`);
  return broken.length === 0 ? 0 : replay(Math.min(...broken), service);
}

/** Prints the timeline of a seed, and its shrunk form if it breaks a law. */
async function replay(seed: number, service?: string): Promise<number> {
  const { runHistory, shrink, SERVICES } = await import(bundle('replay')) as typeof Replay;
  const services = SERVICES.filter(({ name }) => service === undefined || name === service);
  if (services.length === 0) {
    throw new Error(`--service is '${service}', but must be one of ${SERVICES.map(({ name }) => `'${name}'`).join(', ')}.`);
  }
  const shrunk = await shrink(seed, { services });
  const history = shrunk?.history ?? await runHistory(seed, { services, trace: true });
  process.stdout.write(`${history.timeline.join('\n')}\n\n`);
  if (!shrunk) {
    process.stdout.write(`Seed ${seed} (${history.service}) breaks no law; ${history.injected.length} faults.\n`);
    return 0;
  }
  process.stdout.write(`Seed ${seed} (${history.service}) breaks a law, shrunk to ${shrunk.steps.size} steps and `
    + `${history.injected.length} faults in ${shrunk.runs} runs:\n`);
  history.violations.forEach(({ law, what }) => process.stdout.write(`  ${law}: ${what}\n`));
  process.stdout.write(`Replay it with: npm run soak -- --replay ${seed}${service ? ` --service '${service}'` : ''}\n`);
  return 1;
}

/** A bundle starts faster than the sources; what is installed stays outside, as it is. */
function bundle(name: string): string {
  const outfile = join(BUNDLES, `${name}.js`);
  buildSync({
    entryPoints: [join(ROOT, 'test', 'simulation', `${name}.ts`)],
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** A bar on a terminal, now and then a line elsewhere. */
class Progress {
  private shownAt = 0;

  constructor(private readonly options: Options, private readonly begin: number) {}

  public show(summary: Summary): void {
    const now = Date.now();
    const isTerminal = process.stdout.isTTY;
    if (now - this.shownAt < (isTerminal ? 200 : LINE_SECONDS * 1000)) {
      return;
    }
    this.shownAt = now;
    process.stdout.write(isTerminal ? `\r\x1b[K${this.line(summary, now)}` : `${this.line(summary, now)}\n`);
  }

  public end(summary: Summary): void {
    process.stdout.write(`${process.stdout.isTTY ? '\r\x1b[K' : ''}${this.line(summary, Date.now())}\n`);
  }

  private line({ histories }: Summary, now: number): string {
    const { seeds, minutes } = this.options;
    const seconds = Math.max(0.001, (now - this.begin) / 1000);
    const rate = histories / seconds;
    const share = Math.min(1, Math.max(histories / seeds, seconds / (minutes * 60)));
    const left = Math.min((seeds - histories) / Math.max(rate, 0.001), minutes * 60 - seconds);
    const bar = '#'.repeat(Math.round(share * 30)).padEnd(30, '.');
    return `[${bar}] ${(share * 100).toFixed(1)} %  ${histories.toLocaleString('en')} histories  ${rate.toFixed(0)}/s  ${duration(left)} left`;
  }
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) {
    throw new Error(`--${option} is '${text}', but must be a whole number.`);
  }
  return value;
}

main().then(code => { process.exitCode = code; }, error => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
});
