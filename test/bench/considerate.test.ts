import type { Row } from '../../bench/measure';
import { table } from '../../bench/report';
import { blockOf, missedSince } from '../../scripts/considerate';

const row = (measure: string, value: number, atMost: number): Row =>
  ({ measure, subject: 'ours', unit: '', value, goal: { atMost, met: value <= atMost }, before: 100 });

test('the rows say what was before', () => {
  expect(table([row('calls', 3, 5)]).split('\n').slice(-1)).toEqual(['| calls | ours | 3 |  | met: at most 5 | 100 |']);
});

test('the block is what stands between the marks', () => {
  const page = 'text\n<!-- considerate: written by npm run considerate -->\n\n| a |\n\n<!-- /considerate -->\nmore';
  expect(blockOf(page)).toBe('| a |');
  expect(() => blockOf('text')).toThrow(/lacks/);
});

test('a goal that was met and is missed is named, one that was missed before is not', () => {
  const block = table([row('calls', 3, 5), row('refused', 9, 5)]);
  expect(missedSince(block, [row('calls', 6, 5), row('refused', 8, 5)])).toEqual(['calls']);
  expect(missedSince(block, [row('calls', 4, 5), row('refused', 8, 5)])).toEqual([]);
});
