import { summaryWithoutBrokenLaw } from './summary-of-seeds';

/** Behind those of simulation.test.ts. */
const FROM = 501;
const SEEDS = 2500;

test(`no law is broken in ${SEEDS} more histories`, () => expect(summaryWithoutBrokenLaw(FROM, SEEDS)).resolves.toBeDefined());
