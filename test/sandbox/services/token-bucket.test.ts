import { TokenBucket } from '../../../sandbox/services/token-bucket';

test('lets a burst pass at once and then the steady rate', () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 2 });
  expect([0, 0, 0, 999, 1000, 1001].map(now => bucket.take(now))).toEqual([true, true, false, false, true, false]);
});

test('saves up no more than the burst', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 2 });
  expect([0, 60_000, 60_000, 60_000].map(now => bucket.take(now))).toEqual([true, true, true, false]);
});

test('gives nothing for a clock that goes back', () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 1 });
  expect([5000, 1000, 5000, 6000].map(now => bucket.take(now))).toEqual([true, false, false, true]);
});
