import type { Bench, Effort, Row } from '../../bench/measure';
import { MEASURES } from '../../bench/measures';
import { markdown, table } from '../../bench/report';
import { limitOf } from '../../bench/simulation/limit';
import { interleave, logNormal, median, quantile, randomNumbers } from '../../bench/statistics';
import { Workspace } from '../../bench/workspace';

const TINY: Effort = {
  subjects: ['ses'], templateCounts: [1, 2], runs: 1, lifecycles: 3, synthesisCounts: [1, 2], fleets: [8],
  standbys: [30], listeners: 2, considerateShare: 0.05,
};

let bench: Bench;

beforeAll(() => {
  bench = { effort: TINY, workspace: Workspace.create() };
});

afterAll(() => bench.workspace.remove());

const measured = new Map<string, Promise<Row[]> | Row[]>();

/** Each measure runs once for all tests. */
function rowsOf(name: string): Promise<Row[]> | Row[] {
  const rows = measured.get(name) ?? MEASURES.find(measure => measure.name === name)!.run(bench);
  measured.set(name, rows);
  return rows;
}

function valueOf(rows: readonly Row[], measure: string, subject = 'ours'): number {
  const row = rows.find(candidate => candidate.measure === measure && candidate.subject === subject);
  expect(row).toBeDefined();
  return row!.value;
}

test.each(MEASURES.map(({ name }) => name))('%s measures something', async name => {
  const rows = await rowsOf(name);

  expect(rows.length).toBeGreaterThan(0);
  rows.forEach(row => expect(Number.isFinite(row.value)).toBe(true));
});

test('a service adds six resources, however many are declared, the provider framework eighteen', async () => {
  const rows = await rowsOf('template');

  for (const count of [1, 2]) {
    expect(valueOf(rows, `resources added, ses, ${count} declared`)).toBe(6);
    expect(valueOf(rows, `resources added, ses, ${count} declared`, 'provider framework')).toBe(18);
    expect(valueOf(rows, `resources added, ses, ${count} declared`, 'plain CfnResource')).toBe(0);
  }
});

test('a simulated create ends with success after the endpoint is ready', async () => {
  const rows = await rowsOf('lifecycle');

  expect(valueOf(rows, 'create, about 70 s: ready to told, median')).toBeGreaterThan(0);
  expect(valueOf(rows, 'create, about 70 s: ready to told, median', 'clairvoyant')).toBe(0);
  expect(valueOf(rows, 'create, about 70 s: service calls, mean', 'clairvoyant')).toBe(2);
});

test('a simulated fleet is made and deleted without a failure', async () => {
  const rows = await rowsOf('fleet');

  expect(valueOf(rows, '8 endpoints at once, create: failed')).toBe(0);
  expect(valueOf(rows, '8 endpoints at once, delete: failed')).toBe(0);
});

test('a fleet of standbys makes and removes its members within the rate and near the limit', async () => {
  const rows = await rowsOf('standbys');

  for (const [operation, limit] of [['create', '900'], ['delete', '315']]) {
    const value = (what: string, subject?: string) => valueOf(rows, `30 standbys, ${operation}: ${what}`, subject);
    expect(value('failed', 'ours, one fleet')).toBe(0);
    expect(value('throttled calls among them', 'ours, one fleet')).toBe(0);
    expect(value(`against the limit of ${limit} s`, 'ours, one fleet')).toBeGreaterThanOrEqual(1);
    expect(value('failed', 'ours, single standbys')).toBe(0);
    expect(value('throttled calls among them', 'ours, single standbys')).toBe(0);
  }
});

test('listeners and endpoint groups of one accelerator are made and removed, one after the other if need be', async () => {
  const rows = await rowsOf('accelerator');

  for (const name of ['changes at any time', 'subnets and deletes while DEPLOYED only']) {
    expect(valueOf(rows, `2 listeners with 8 endpoint groups, ${name}, create: failed`)).toBe(0);
    expect(valueOf(rows, `2 listeners with 8 endpoint groups, ${name}, delete: failed`)).toBe(0);
  }
  expect(valueOf(rows, '2 listeners with 8 endpoint groups, subnets and deletes while DEPLOYED only, delete: against the limit of 400 s'))
    .toBeGreaterThanOrEqual(1);
});

test('every kind of resource lives through its simulated lifecycle', async () => {
  const rows = await rowsOf('lifecycle');

  for (const course of ['create an accelerator, about 40 s', 'create a standby, about 900 s', 'delete a standby, about 300 s']) {
    expect(valueOf(rows, `${course}: ready to told, median`)).toBeGreaterThan(0);
    expect(valueOf(rows, `${course}: ready to told, median`, 'clairvoyant')).toBe(0);
  }
});

test('the limit is what all calls need, or the last start and the time of the service', () => {
  const rate = { perSecond: 2, burst: 5 };

  expect(limitOf(rate, { startingCalls: 3, calls: 5, serviceSeconds: 0 })).toBe(0);
  expect(limitOf(rate, { startingCalls: 15, calls: 25, serviceSeconds: 1 })).toBe(10);
  expect(limitOf(rate, { startingCalls: 15, calls: 25, serviceSeconds: 900 })).toBe(905);
});

test('a run is Markdown: circumstances, the rows that have a goal, all rows', () => {
  const withGoal: Row = { measure: 'a', subject: 'ours', unit: 's', value: 2, goal: { atMost: 1, met: false } };
  const stated: Row = { measure: 'b', subject: 'ours', unit: '', value: 3 };

  expect(markdown({ node: 'v1' }, [withGoal, stated])).toBe([
    '| circumstance | of this run |', '| --- | --- |', '| node | v1 |', '',
    '## Goals', '', '0 of 1 met.', '', table([withGoal]), '',
    '## The table', '', table([withGoal, stated]),
  ].join('\n'));
  expect(markdown({}, [stated])).not.toContain('## Goals');
});

test('the table has a line for each row and says what was missed', () => {
  const rows: Row[] = [
    { measure: 'a', subject: 'ours', unit: 'ms', value: 12.345, spread: [10, 20], goal: { atMost: 15, met: true } },
    { measure: 'b', subject: 'peer', unit: '', value: 1234567, goal: { atMost: 2, met: false } },
  ];

  expect(table(rows).split('\n').slice(2)).toEqual([
    '| a | ours | 12.3 ms | 10 - 20 | met: at most 15 |',
    '| b | peer | 1,234,567 |  | **missed**: at most 2 |',
  ]);
});

describe('statistics', () => {
  test('quantiles interpolate', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([0, 10], 0.05)).toBe(0.5);
    expect(() => median([])).toThrow(/no values/);
  });

  test('peers take turns', () => {
    const turns: string[] = [];
    const results = interleave(2, { a: () => turns.push('a'), b: () => turns.push('b') });
    expect(turns).toEqual(['a', 'b', 'a', 'b']);
    expect(results).toEqual({ a: [1, 3], b: [2, 4] });
  });

  test('random numbers follow their seed, and log-normal ones their median and spread', () => {
    const draw = (seed: number) => {
      const random = randomNumbers(seed);
      return Array.from({ length: 2000 }, () => logNormal(random, 70, 0.25));
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(Math.abs(median(draw(3)) - 70)).toBeLessThan(2);
    expect(Math.abs(quantile(draw(3), 0.8413) - 70 * Math.exp(0.25))).toBeLessThan(4);
  });
});
