import { creationWait } from '../../../lambda/ses/creation-wait';

/** Ages at which an endpoint is looked at, without jitter, rounded up as the engine does. */
function looks(until: number): number[] {
  const ages: number[] = [];
  for (let age = 0; age < until;) {
    age += Math.ceil(creationWait(age));
    ages.push(age);
  }
  return ages;
}

test('looks early once, then not before the first ones are ready', () => {
  expect(looks(50).slice(0, 3)).toEqual([10, 44, 48]);
});

test('looks every two seconds while most become ready', () => {
  const often = looks(80).filter(age => age >= 52);
  expect(often).toEqual(Array.from({ length: 15 }, (_, index) => 52 + 2 * index));
});

test('looks less and less often the longer it takes, four times a minute in the end', () => {
  const waits = [80, 100, 120, 150, 200, 250, 1000, 1e9].map(creationWait);
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(waits.at(-1)).toBe(15);
});

test.each([-5, 0, 7.5, 12.5, 43.9, 51.9, 79.9])('at an age of %d it waits', age => {
  expect(creationWait(age)).toBeGreaterThan(1);
});

test.each([[4.9, 10], [5, 39], [40.7, 3.3], [40.8, 3.2], [51.9, 3.2], [52, 1.6], [80, 1.6], [100, 3.6], [1000, 15]])(
  'at an age of %d it waits %d seconds', (age, seconds) => {
    expect(creationWait(age)).toBeCloseTo(seconds);
  });
