import { SUBJECTS } from './subjects';
import type { Workspace } from './workspace';

/** How thoroughly to measure. */
export interface Effort {
  /** Repetitions of what is timed. */
  readonly runs: number;
  /** Simulated lifecycles for one distribution. */
  readonly lifecycles: number;
  /** Services whose constructs are synthesized. */
  readonly subjects: readonly string[];
  /** How many declared resources to take the size of. */
  readonly templateCounts: readonly number[];
  /** How many declared resources to synthesize in time. */
  readonly synthesisCounts: readonly number[];
  /** How many endpoints in one simulated deployment. */
  readonly fleets: readonly number[];
  /** How many standby WorkSpaces in one simulated deployment. */
  readonly standbys: readonly number[];
  /** How many listeners below one accelerator, each with four endpoint groups. */
  readonly listeners: number;
  /** Which part of their resources the deployments of the measure `considerate` have. */
  readonly considerateShare: number;
}

export const THOROUGH: Effort = {
  subjects: SUBJECTS, templateCounts: [1, 50, 400], runs: 7, lifecycles: 1000, synthesisCounts: [10, 100, 1000], fleets: [40, 400],
  standbys: [10, 100, 1000], listeners: 10, considerateShare: 1,
};
export const QUICK: Effort = { ...THOROUGH, runs: 3, lifecycles: 200, synthesisCounts: [10, 100], standbys: [10, 100] };

/** What a measure has to work with. */
export interface Bench {
  readonly effort: Effort;
  readonly workspace: Workspace;
}

/** A limit that the product has set itself. */
export interface Goal {
  readonly atMost: number;
  readonly met: boolean;
}

/** One line of the table. */
export interface Row {
  readonly measure: string;
  /** What was measured: ours or a peer. */
  readonly subject: string;
  readonly unit: string;
  readonly value: number;
  /** The spread of the runs; absent where every run gives the same. */
  readonly spread?: readonly [lowest: number, highest: number];
  readonly goal?: Goal;
  /** What it was before the engine was changed for it. */
  readonly before?: number;
}

/** One file in `measures/`. */
export interface Measure {
  readonly name: string;
  run(bench: Bench): Row[] | Promise<Row[]>;
}

export function goal(value: number, atMost: number): Goal {
  return { atMost, met: value <= atMost };
}
