import { availableParallelism } from 'node:os';
import { shrink } from './shrink';
import type { Summary } from './summary';
import { runSeeds } from './workers';

/**
 * Runs the histories of some seeds.
 *
 * @throws Error with the shortest form of the first history that breaks a law
 */
export async function summaryWithoutBrokenLaw(from: number, seeds: number): Promise<Summary> {
  const { summary, broken: [seed] } = await runSeeds({ from, seeds, workers: availableParallelism() });
  if (seed !== undefined) {
    const shrunk = await shrink(seed);
    throw new Error(`Seed ${seed} breaks a law. Replay it with: npm run soak -- --replay ${seed}\n`
      + `${JSON.stringify(shrunk?.history.violations, undefined, 2)}\n${shrunk?.history.timeline.join('\n')}`);
  }
  expect(summary.histories).toBe(seeds);
  return summary;
}
