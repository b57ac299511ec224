import { goal, type Row } from '../measure';
import type { Told, World } from '../simulation/world';

/** What became of many requests of one simulated deployment. */
export interface Deployment {
  readonly told: readonly Told[];
  /** Until CloudFormation was told of the last one. */
  readonly seconds: number;
  readonly world: World;
}

/** How a deployment stands in the table. */
export interface Description {
  readonly name: string;
  readonly subject: string;
  /** Seconds that no schedule beats. */
  readonly limit: number;
  /** Present if the product has a goal for it. */
  readonly goals?: Goals;
}

export interface Goals {
  readonly maxSeconds?: number;
  readonly maxRatio?: number;
}

/** Runs requests that come at once, and whatever they bring about. */
export async function deploy(world: World, requests: () => Promise<readonly Told[]>): Promise<Deployment> {
  const startedAt = world.clock.now();
  const told = await world.clock.run(requests());
  return { told, seconds: (Math.max(...told.map(({ at }) => at)) - startedAt) / 1000, world };
}

export function rowsOf({ told, seconds, world }: Deployment, { name, subject, limit, goals }: Description): Row[] {
  const row = (what: string, unit: string, value: number, atMost?: number): Row => ({
    measure: `${name}: ${what}`, subject, unit, value, goal: goals && atMost !== undefined ? goal(value, atMost) : undefined,
  });
  const failed = told.filter(({ success }) => !success).length;
  const rows = [
    row('failed', '', failed, 0),
    row('all told after', 's', seconds, goals?.maxSeconds),
  ];
  // How fast somebody fails says nothing.
  if (failed === 0) {
    rows.push(row(`against the limit of ${Math.round(limit).toLocaleString('en-US')} s`, 'times', seconds / limit, goals?.maxRatio));
  }
  return [
    ...rows,
    row('service calls', '', world.work.serviceCalls),
    row('throttled calls among them', '', world.throttled()),
    row('highest rate, throttled calls included', '/s', world.highestRate()),
    row('function calls', '', world.work.functionCalls),
    row('state transitions', '', world.work.transitions),
  ];
}
