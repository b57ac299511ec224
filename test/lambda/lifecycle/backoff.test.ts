import { easedFailures, jittered, waitAfterFailures } from '../../../lambda/lifecycle/backoff';

test('jitter spreads by a quarter either way', () => {
  expect([0, 0.5, 1].map(random => jittered(40, () => random))).toEqual([30, 40, 50]);
});

test('failures make waits grow up to two minutes', () => {
  expect([0, 1, 2, 8, 50].map(failures => waitAfterFailures(5, failures))).toEqual([5, 7.5, 11.25, 120, 120]);
});

test('a wait of more than two minutes stays what it is, and a wait of none grows only after failures', () => {
  expect([0, 3].map(failures => waitAfterFailures(300, failures))).toEqual([300, 300]);
  expect([0, 1].map(failures => waitAfterFailures(0, failures))).toEqual([0, 1.5]);
});

test('a step without failure takes one off, and no more than those that make the longest wait', () => {
  expect([0, 1, 2, 8, 9, 100].map(easedFailures)).toEqual([0, 0, 1, 7, 7, 7]);
});
