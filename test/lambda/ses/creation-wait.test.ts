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
  expect(looks(55)).toEqual([10, 50, 55]);
});

test('looks every two seconds while most become ready', () => {
  const often = looks(80).filter(age => age >= 60);
  expect(often).toEqual(Array.from({ length: 11 }, (_, index) => 60 + 2 * index));
});

test('looks less and less often the longer it takes, four times a minute in the end', () => {
  const waits = [80, 100, 120, 150, 200, 250, 1000, 1e9].map(creationWait);
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(waits.at(-1)).toBe(15);
});

test.each([-5, 0, 7.5, 12.5, 43.9, 51.9, 79.9])('at an age of %d it waits', age => {
  expect(creationWait(age)).toBeGreaterThan(1);
});

test.each([[4.9, 10], [5, 45], [44.9, 5.1], [45, 5], [59.9, 5], [60, 2], [78, 2], [98, 4], [1000, 15]])(
  'at an age of %d it waits %d seconds', (age, seconds) => {
    expect(creationWait(age)).toBeCloseTo(seconds);
  });
