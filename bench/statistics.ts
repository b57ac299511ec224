/** The value below which the given share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) {
    throw new Error('There is no quantile of no values. Measure at least once.');
  }
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const above = Math.ceil(position);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function spreadOf(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/** Runs all of them in turn, again and again, so that a machine that drifts hurts all alike. */
export function interleave<K extends string, V>(runs: number, subjects: Readonly<Record<K, () => V>>): Record<K, V[]> {
  const results = Object.fromEntries(Object.keys(subjects).map(name => [name, [] as V[]])) as Record<K, V[]>;
  for (let run = 0; run < runs; run++) {
    for (const name of Object.keys(subjects) as K[]) {
      results[name].push(subjects[name]());
    }
  }
  return results;
}

/** Numbers from 0 (included) to 1 (excluded), the same ones for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6D2B79F5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A random number whose logarithm is normally distributed. */
export function logNormal(random: () => number, middle: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return middle * Math.exp(sigma * normal);
}
