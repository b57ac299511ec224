import { goal, type Bench, type Measure, type Row } from '../measure';
import { WAYS } from '../subjects';

interface Synthesized {
  readonly added: number;
  readonly bytes: number;
}

const MAX_ADDED = 6;
const MAX_BYTES: Partial<Record<number, number>> = { 1: 5_800, 50: 25_000 };

/** Resources that a service adds to a stack, and the size of the template as the AWS CDK writes it. */
export const template: Measure = {
  name: 'template',
  run: bench => bench.effort.subjects.flatMap(subject =>
    bench.effort.templateCounts.flatMap(count => rowsOf(bench, subject, count))),
};

function rowsOf(bench: Bench, subject: string, count: number): Row[] {
  return WAYS.flatMap(({ name, way, flags }) => {
    const { added, bytes } = bench.workspace.run<Synthesized>('synthesize', subject, way, String(count), flags).output;
    const ours = way === 'ours';
    const maxBytes = ours ? MAX_BYTES[count] : undefined;
    return [
      {
        measure: `resources added, ${subject}, ${count} declared`, subject: name, unit: '', value: added,
        goal: ours ? goal(added, MAX_ADDED) : undefined,
      },
      {
        measure: `template, ${subject}, ${count} declared`, subject: name, unit: 'bytes', value: bytes,
        goal: maxBytes === undefined ? undefined : goal(bytes, maxBytes),
      },
    ];
  });
}
