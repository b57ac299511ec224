import { rivalsAmong } from '../../../lambda/lifecycle/ownership';

const OWN = 'key-own';
const execution = (name: string, startedAt: number, running = true) => ({ name, startedAt, running });
const rivals = (...executions: ReturnType<typeof execution>[]) => rivalsAmong(executions, 'key-', OWN, 5000);

test('without others there is nobody', () => {
  expect(rivals(execution(OWN, 5000))).toEqual({ successor: false, predecessor: false });
});

test('what was requested later is no predecessor', () => {
  expect(rivals(execution('key-later', 6000), execution(OWN, 5000))).toEqual({ successor: true, predecessor: false });
});

test('an earlier one and a later one are seen side by side, in any order of what else there is', () => {
  expect(rivals(execution('key-later', 6000), execution(OWN, 5000), execution('key-old', 4000), execution('key-older', 3000, false)))
    .toEqual({ successor: true, predecessor: true });
});

test('an earlier one that has ended is none', () => {
  expect(rivals(execution(OWN, 5000), execution('key-old', 4000, false))).toEqual({ successor: false, predecessor: false });
});
