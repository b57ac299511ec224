import { hasName, quote } from '../lifecycle/errors';
import { waiting as waitingFor, type Outcome, type Waiting } from '../lifecycle/handler';

/** A step of an accelerator takes tens of seconds. */
export const POLL_SECONDS = 10;

/**
 * What passes by itself: work on the accelerator that is under way, an internal error (HTTP 400 here, so that no one else
 * takes it for passing), and what Global Accelerator still remembers of things that are gone, for minutes at times.
 */
const PASSING = [
  'TransactionInProgressException', 'ConflictException', 'InternalServiceErrorException', 'AcceleratorNotDisabledException',
  'AssociatedListenerFoundException', 'AssociatedEndpointGroupFoundException', 'EndpointAlreadyExistsException',
  'EndpointNotFoundException',
];

/** Carries out a step; errors that pass are waited for, and the next step looks again. */
export async function patiently(step: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await step();
  } catch (error) {
    if (passes(error)) {
      return waiting(`Global Accelerator, which is not ready for the next change (${quote(error)})`, POLL_SECONDS);
    }
    throw error;
  }
}

export function passes(error: unknown): boolean {
  return hasName(error, ...PASSING);
}

export function waiting(until: string, seconds: number = POLL_SECONDS): Waiting {
  return waitingFor(until, seconds);
}
