import type { Work } from './work';

/**
 * Published prices in us-east-1, in US dollars, without free tiers: https://aws.amazon.com/step-functions/pricing/ and
 * https://aws.amazon.com/lambda/pricing/.
 */
const STATE_TRANSITION = 0.025 / 1000;
const FUNCTION_CALL = 0.20 / 1_000_000;
const GIGABYTE_SECOND_X86 = 0.0000166667;

/** Assumed, not measured: one AWS call and little else. */
const SECONDS_PER_CALL = 0.2;

/** What an operation costs in dollars, calls of the service itself excluded: they cost nothing. */
export function costOf({ functionCalls, transitions, functionMegabytes }: Work): number {
  return transitions * STATE_TRANSITION
    + functionCalls * (FUNCTION_CALL + SECONDS_PER_CALL * functionMegabytes / 1024 * GIGABYTE_SECOND_X86);
}
