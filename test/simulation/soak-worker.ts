import { parentPort, workerData } from 'node:worker_threads';
import type { Course } from './courses';
import { runHistory } from './history';
import { SERVICES } from './services';
import { addHistory, emptySummary, type Summary } from './summary';

/** What a worker has done since its last report. */
export interface Report {
  readonly summary: Summary;
  /** Seeds that broke a law. */
  readonly broken: readonly number[];
}

/** The seeds of one worker. */
export interface Assignment {
  readonly from: number;
  readonly seeds: number;
  readonly stride: number;
  /** Name of the only service. @default - all */
  readonly service?: string;
  /** @default standard */
  readonly course?: Course;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Goes on after a seed that breaks a law. */
  readonly keepGoing: boolean;
}

const REPORT_MILLISECONDS = 500;

/** Runs every `stride`-th seed. */
async function work({ from, seeds, stride, until, service, course, keepGoing }: Assignment): Promise<void> {
  const services = SERVICES.filter(({ name }) => service === undefined || name === service);
  let summary = emptySummary();
  let broken: number[] = [];
  let reportedAt = Date.now();
  const report = () => {
    parentPort!.postMessage({ summary, broken } satisfies Report);
    summary = emptySummary();
    broken = [];
    reportedAt = Date.now();
  };
  for (let index = 0; index < seeds && Date.now() < until && (keepGoing || broken.length === 0); index += stride) {
    const history = await runHistory(from + index, { services, course });
    addHistory(summary, history);
    if (history.violations.length > 0) {
      broken.push(from + index);
    }
    if (Date.now() - reportedAt >= REPORT_MILLISECONDS) {
      report();
      // Lets the message out: a history never gives way by itself.
      await new Promise(resolve => setImmediate(resolve));
    }
  }
  report();
}

void work(workerData as Assignment);
