import { fleetReport } from '../../../lambda/workspaces/fleet-report';

test('failures of a fleet are a report in the end, the most frequent cause first', () => {
  const many = Array.from({ length: 11 }, (_, index) => ({ member: `m${index}`, code: 'C', message: 'odd.' }));
  expect(fleetReport([{ member: 'n', code: 'D', message: 'odd' }, ...many], 20)).toBe('12 of 20 standbys could not be made. '
    + `${many.slice(0, 10).map(({ member }) => member).join(', ')} and 1 more: C: odd. n: D: odd. The log of the function names each of them.`);
  expect(fleetReport(many.slice(0, 10), 20)).not.toContain('more:');
});
