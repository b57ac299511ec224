import { parentPort, workerData } from 'node:worker_threads';
import { runHistory } from './history';
import { SERVICES } from './services';
import { addHistory, emptySummary, type Summary } from './summary';

/** What a worker reports: how far it is, or that it is done, or the first seed that broke a law. */
export interface Report {
  readonly summary: Summary;
  readonly done?: boolean;
  readonly broken?: number;
}

interface Assignment {
  readonly from: number;
  readonly seeds: number;
  readonly stride: number;
  /** Name of the only service. @default - all */
  readonly service?: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

const REPORT_MILLISECONDS = 500;

/** Runs every `stride`-th seed. */
async function work({ from, seeds, stride, until, service }: Assignment): Promise<void> {
  const services = SERVICES.filter(({ name }) => service === undefined || name === service);
  let summary = emptySummary();
  let reportedAt = Date.now();
  const report = (details: Partial<Report> = {}) => {
    parentPort!.postMessage({ summary, ...details });
    summary = emptySummary();
    reportedAt = Date.now();
  };
  for (let index = 0; index < seeds && Date.now() < until; index += stride) {
    const history = await runHistory(from + index, { services });
    addHistory(summary, history);
    if (history.violations.length > 0) {
      report({ broken: from + index });
      return;
    }
    if (Date.now() - reportedAt >= REPORT_MILLISECONDS) {
      report();
      // Lets the message out: a history never gives way by itself.
      await new Promise(resolve => setImmediate(resolve));
    }
  }
  report({ done: true });
}

void work(workerData as Assignment);
