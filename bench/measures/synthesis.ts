import { goal, type Bench, type Measure, type Row } from '../measure';
import { interleave, median, spreadOf } from '../statistics';

interface Synthesized {
  readonly peakMegabytes: number;
}

const PEERS = {
  'ours': 'ours', 'plain CfnResource': 'plain', 'provider framework': 'provider-framework', 'AwsCustomResource': 'aws-custom-resource',
} as const;
const MAX_RATIO = 1.25;

/** Time and peak memory of a whole process that declares and synthesizes. */
export const synthesis: Measure = {
  name: 'synthesis',
  run: bench => bench.effort.subjects.flatMap(subject => {
    const rows = bench.effort.synthesisCounts.flatMap(count => rowsOf(bench, subject, count));
    return [...rows, ...growth(bench, subject, rows)];
  }),
};

function rowsOf(bench: Bench, subject: string, count: number): Row[] {
  const runs = interleave(bench.effort.runs, Object.fromEntries(Object.entries(PEERS).map(([name, way]) =>
    [name, () => bench.workspace.run<Synthesized>('synthesize', subject, way, String(count), 'default')])));
  const rows = Object.entries(runs).flatMap(([name, results]) => {
    const times = results.map(result => result.milliseconds);
    const peaks = results.map(result => result.output.peakMegabytes);
    return [
      { measure: measureOf(subject, count), subject: name, unit: 'ms', value: median(times), spread: spreadOf(times) },
      { measure: `peak memory, ${subject}, ${count} declared`, subject: name, unit: 'MB', value: median(peaks), spread: spreadOf(peaks) },
    ];
  });
  return [...rows, ratio(rows, 'synthesis time', 'ms', subject, count), ratio(rows, 'peak memory', 'MB', subject, count)];
}

function measureOf(subject: string, count: number): string {
  return `synthesis, ${subject}, ${count} declared`;
}

function ratio(rows: readonly Row[], what: string, unit: string, subject: string, count: number): Row {
  const of = (name: string) => rows.find(row => row.subject === name && row.unit === unit)!.value;
  const value = of('ours') / of('plain CfnResource');
  return {
    measure: `${what}, ${subject}, ${count} declared`, subject: 'ours / plain', unit: 'times', value, goal: goal(value, MAX_RATIO),
  };
}

/** Milliseconds for each further resource between two counts; constant if the growth is linear. */
function growth(bench: Bench, subject: string, rows: readonly Row[]): Row[] {
  const counts = bench.effort.synthesisCounts;
  return counts.slice(1).flatMap((count, index) => ['ours', 'plain CfnResource'].map(name => {
    const at = (declared: number) => rows.find(row => row.measure === measureOf(subject, declared) && row.subject === name)!.value;
    return {
      measure: `growth, ${subject}, ${counts[index]} to ${count} declared`, subject: name, unit: 'ms each',
      value: (at(count) - at(counts[index])) / (count - counts[index]),
    };
  }));
}
