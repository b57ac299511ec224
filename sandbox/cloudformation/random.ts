const MODULUS = 2_147_483_647;
const MULTIPLIER = 48_271;

/** Repeatable randomness: the same seed gives the same ids, delays and order of events. */
export class SeededRandom {
  private state: number;

  constructor(seed: number) {
    this.state = (Math.abs(Math.trunc(seed)) % (MODULUS - 1)) + 1;
    // Neighbouring seeds start with neighbouring numbers; a few rounds drive them apart.
    for (let round = 0; round < 4; round++) {
      this.next();
    }
  }

  /** At least 0, less than 1. */
  public next(): number {
    this.state = (this.state * MULTIPLIER) % MODULUS;
    return (this.state - 1) / (MODULUS - 1);
  }

  public text(length: number, alphabet: string): string {
    let text = '';
    while (text.length < length) {
      text += alphabet[Math.floor(this.next() * alphabet.length)];
    }
    return text;
  }

  public uuid(): string {
    return [8, 4, 4, 4, 12].map(length => this.text(length, '0123456789abcdef')).join('-');
  }
}

/** Alphabet of the suffixes that CloudFormation appends to generated names. */
export const UPPERCASE_ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
