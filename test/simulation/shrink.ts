import { runHistory, type History, type RunOptions } from './history';

/** Most histories that one shrinking may run. */
const MAX_RUNS = 400;

/** A history that still breaks the same law and from which nothing can be left out. */
export interface Shrunk {
  readonly history: History;
  readonly steps: ReadonlySet<string>;
  readonly faults: ReadonlySet<string>;
  /** How many histories were run to find it. */
  readonly runs: number;
}

/** Leaves out steps and faults of a failing history as long as it still breaks the same law. */
export async function shrink(seed: number, options: RunOptions = {}): Promise<Shrunk | undefined> {
  const full = await runHistory(seed, options);
  const law = full.violations[0]?.law;
  if (!law) {
    return undefined;
  }
  let steps = full.plan.steps.map(({ id }) => id);
  let faults = [...full.injected.map(({ key }) => key), 'denied'];
  let runs = 1;
  const fails = async (candidateSteps: string[], candidateFaults: string[]): Promise<boolean> => {
    if (++runs > MAX_RUNS) {
      return false;
    }
    const only = { steps: new Set(candidateSteps), faults: new Set(candidateFaults) };
    return (await runHistory(seed, { ...options, ...only })).violations.some(violation => violation.law === law);
  };
  faults = await reduce(faults, candidate => fails(steps, candidate));
  steps = await reduce(steps, candidate => fails(candidate, faults));
  faults = await reduce(faults, candidate => fails(steps, candidate));
  const only = { steps: new Set(steps), faults: new Set(faults) };
  return { ...only, runs, history: await runHistory(seed, { ...options, ...only, trace: true }) };
}

/** Delta debugging: leaves out halves, then quarters, and so on down to single items. */
async function reduce(items: string[], stillFails: (candidate: string[]) => Promise<boolean>): Promise<string[]> {
  let kept = items;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < kept.length;) {
      const candidate = [...kept.slice(0, start), ...kept.slice(start + size)];
      if (await stillFails(candidate)) {
        kept = candidate;
      } else {
        start += size;
      }
    }
  }
  return kept;
}
