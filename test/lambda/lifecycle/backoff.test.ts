import { easedTroubles, jittered, troubledWait } from '../../../lambda/lifecycle/backoff';

test('jitter spreads by a quarter either way', () => {
  expect([0, 0.5, 1].map(random => jittered(40, () => random))).toEqual([30, 40, 50]);
});

test('trouble makes waits grow up to two minutes', () => {
  expect([0, 1, 2, 8, 50].map(troubles => troubledWait(5, troubles))).toEqual([5, 7.5, 11.25, 120, 120]);
});

test('a wait of more than two minutes stays what it is, and none becomes one only with trouble', () => {
  expect([0, 3].map(troubles => troubledWait(300, troubles))).toEqual([300, 300]);
  expect([0, 1].map(troubles => troubledWait(0, troubles))).toEqual([0, 1.5]);
});

test('a step without trouble takes one off, and no more than those that make the longest wait', () => {
  expect([0, 1, 2, 8, 9, 100].map(easedTroubles)).toEqual([0, 0, 1, 7, 7, 7]);
});
