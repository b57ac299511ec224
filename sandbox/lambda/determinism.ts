import { hash } from 'node:crypto';

const MODULUS = 2147483647;
const MULTIPLIER = 48271;

/** A stream of numbers in [0, 1) that is the same for the same seed (the "minimal standard" of Park and Miller). */
export function seededRandom(seed: string): () => number {
  let state = (hash('sha256', seed, 'buffer').readUInt32BE() % (MODULUS - 1)) + 1;
  return () => {
    state = (state * MULTIPLIER) % MODULUS;
    return (state - 1) / (MODULUS - 1);
  };
}

/** An identifier in the form of a UUID that is the same for the same seed, so that two runs give the same logs. */
export function seededUuid(seed: string): string {
  const hex = hash('sha256', seed, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
