import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { COURSES, type Course } from '../test/simulation/courses';
import type * as Replay from '../test/simulation/replay';
import { renderSummary, total } from '../test/simulation/summary';
import { bundle, runSeeds, type SeedResults } from '../test/simulation/workers';

// Advice for people who deploy; here it would stand between the lines of the progress, once for each worker.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const LINE_SECONDS = 10;
const BAR_WIDTH = 30;
/** So many broken seeds are named; the others are counted. */
const NAMED_SEEDS = 50;
const USAGE = `Runs simulated histories and stops at the first broken law.

  npm run soak -- [options]
  npm run soak -- --replay SEED [--service NAME] [--course NAME]    the timeline of one seed; shrunk if it breaks a law

  --seeds N        how many histories (10,000, or as many as --minutes allows)
  --minutes M      stops after so long
  --from SEED      the first seed (1)
  --service NAME   only this service; a seed then means another history
  --course NAME    what people do besides the ordinary: 'no rollback', 'upgrade', 'retain' or 'adopt' (standard)
  --keep-going     goes on after a broken law and names all seeds that break one
  --workers W      threads (one for each core)
  --json           prints the result as JSON to standard output, progress to standard error
`;

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly minutes: number;
  readonly workers: number;
  /** Name of the only service: a seed means another history when there are others to choose from. */
  readonly service?: string;
  readonly course?: Course;
  readonly keepGoing: boolean;
  readonly json: boolean;
}

/** What came of a soak. */
interface Result extends SeedResults {
  readonly seconds: number;
  /** Of all threads, among them those of the compiler and the garbage collector. */
  readonly processorSeconds: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'seeds': { type: 'string' },
      'from': { type: 'string', default: '1' },
      'minutes': { type: 'string' },
      'workers': { type: 'string', default: String(availableParallelism()) },
      'replay': { type: 'string' },
      'service': { type: 'string' },
      'course': { type: 'string' },
      'keep-going': { type: 'boolean', default: false },
      'json': { type: 'boolean', default: false },
      'help': { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const course = courseNamed(values.course);
  if (values.replay !== undefined) {
    return replay(wholeNumber('replay', values.replay), { service: values.service, course });
  }
  const minutes = values.minutes === undefined ? Infinity : Number(values.minutes);
  if (Number.isNaN(minutes) || minutes <= 0) {
    throw new Error(`--minutes is '${values.minutes}', but must be a number above 0.`);
  }
  const seeds = values.seeds === undefined ? (minutes === Infinity ? 10_000 : Number.MAX_SAFE_INTEGER) : wholeNumber('seeds', values.seeds);
  const { service, json, 'keep-going': keepGoing } = values;
  const options = {
    seeds, minutes, service, course, keepGoing, json, from: wholeNumber('from', values.from), workers: Math.max(1, wholeNumber('workers', values.workers)),
  };
  const result = await soak(options);
  return json ? writeJson(result, options) : conclude(result, options);
}

async function soak(options: Options): Promise<Result> {
  const begin = Date.now();
  const usage = process.cpuUsage();
  const progress = new Progress(options, begin);
  const range = { ...options, until: begin + options.minutes * 60_000 };
  const { summary, broken } = await runSeeds(range, results => progress.show(results));
  progress.end({ summary, broken });
  const { user, system } = process.cpuUsage(usage);
  return { summary, broken, seconds: (Date.now() - begin) / 1000, processorSeconds: (user + system) / 1_000_000 };
}

/** Prints the tables, the figures in one line, and what broke. */
async function conclude(result: Result, options: Options): Promise<number> {
  const { summary, broken } = result;
  process.stdout.write(`\n${renderSummary(summary)}\n\n${figures(result, options)}\n`);
  if (broken.length === 0) {
    return 0;
  }
  const named = broken.slice(0, NAMED_SEEDS).join(', ');
  const more = broken.length > NAMED_SEEDS ? ` and ${count(broken.length - NAMED_SEEDS)} more` : '';
  process.stdout.write(`Seeds that break a law: ${named}${more}. The first one:\n\n`);
  return replay(broken[0], options);
}

function writeJson({ summary, broken, seconds, processorSeconds }: Result, { from, service, course, workers }: Options): number {
  process.stdout.write(`${JSON.stringify({
    ...summary,
    requests: total(summary.operations),
    injected: total(summary.faults),
    brokenSeeds: broken,
    from,
    service,
    course,
    workers,
    seconds,
    processorSeconds,
    perSecond: summary.histories / seconds,
    perProcessorSecond: summary.histories / processorSeconds,
  }, undefined, 2)}\n`);
  return broken.length === 0 ? 0 : 1;
}

function figures({ summary, broken, seconds, processorSeconds }: Result, { workers }: Options): string {
  const { histories, operations, faults } = summary;
  const rate = histories / seconds;
  return `${count(histories)} histories, ${count(total(operations))} requests, ${count(total(faults))} faults, `
    + `${count(broken.length)} broken: ${duration(seconds)}, ${count(rate)} a second on ${workers} workers; `
    + `${(processorSeconds * 1000 / Math.max(1, histories)).toFixed(1)} ms of processor time each, ${count(histories / processorSeconds)} a second and core.`;
}

/** Prints the timeline of a seed, and its shrunk form if it breaks a law. */
async function replay(seed: number, { service, course }: Pick<Options, 'service' | 'course'>): Promise<number> {
  const { runHistory, shrink, SERVICES } = await import(bundle('replay')) as typeof Replay;
  const services = SERVICES.filter(({ name }) => service === undefined || name === service);
  if (services.length === 0) {
    throw new Error(`--service is '${service}', but must be one of ${SERVICES.map(({ name }) => `'${name}'`).join(', ')}.`);
  }
  const shrunk = await shrink(seed, { services, course });
  const history = shrunk?.history ?? await runHistory(seed, { services, course, trace: true });
  process.stdout.write(`${history.timeline.join('\n')}\n\n`);
  if (!shrunk) {
    process.stdout.write(`Seed ${seed} (${history.service}) breaks no law; ${history.injected.length} faults.\n`);
    return 0;
  }
  process.stdout.write(`Seed ${seed} (${history.service}) breaks a law, shrunk to ${shrunk.steps.size} steps and `
    + `${history.injected.length} faults in ${shrunk.runs} runs:\n`);
  history.violations.forEach(({ law, what }) => process.stdout.write(`  ${law}: ${what}\n`));
  process.stdout.write(`Replay it with: npm run soak -- --replay ${seed}${service ? ` --service '${service}'` : ''}${course ? ` --course '${course}'` : ''}\n`);
  return 1;
}

/** A bar on a terminal, now and then a line elsewhere. */
class Progress {
  private shownAt = 0;
  /** How many broken seeds have been named. */
  private named = 0;
  private readonly output: NodeJS.WriteStream;

  constructor(private readonly options: Options, private readonly begin: number) {
    this.output = options.json ? process.stderr : process.stdout;
  }

  public show(results: SeedResults): void {
    const now = Date.now();
    const { isTTY } = this.output;
    this.name(results.broken);
    if (now - this.shownAt < (isTTY ? 200 : LINE_SECONDS * 1000)) {
      return;
    }
    this.shownAt = now;
    this.output.write(isTTY ? `\r\x1b[K${this.line(results, now)}` : `${this.line(results, now)}\n`);
  }

  public end(results: SeedResults): void {
    this.output.write(`${this.output.isTTY ? '\r\x1b[K' : ''}${this.line(results, Date.now())}\n`);
  }

  /** At once, since a long run that goes on leaves time to look at them. */
  private name(broken: readonly number[]): void {
    const { isTTY } = this.output;
    broken.slice(this.named, NAMED_SEEDS).forEach(seed => this.output.write(`${isTTY ? '\r\x1b[K' : ''}Seed ${seed} breaks a law.\n`));
    this.named = broken.length;
  }

  private line({ summary: { histories }, broken }: SeedResults, now: number): string {
    const { seeds, minutes } = this.options;
    const seconds = Math.max(0.001, (now - this.begin) / 1000);
    const rate = histories / seconds;
    const share = Math.min(1, Math.max(histories / seeds, seconds / (minutes * 60)));
    const left = Math.min((seeds - histories) / Math.max(rate, 0.001), minutes * 60 - seconds);
    const bar = '#'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '.');
    return `[${bar}] ${(share * 100).toFixed(1)} %  ${count(histories)} histories  ${count(rate)}/s  `
      + `${broken.length > 0 ? `${count(broken.length)} broken  ` : ''}${duration(left)} left`;
  }
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole >= 3600) {
    return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
  }
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function courseNamed(name: string | undefined): Course | undefined {
  const course = COURSES.find(candidate => candidate === name);
  if (name !== undefined && !course) {
    throw new Error(`--course is '${name}', but must be one of ${COURSES.map(known => `'${known}'`).join(', ')}.`);
  }
  return course;
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
