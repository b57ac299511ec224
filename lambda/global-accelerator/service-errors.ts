import { hasName } from '../lifecycle/errors';

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

export function isPassing(error: unknown): boolean {
  return hasName(error, ...PASSING);
}

/** Something is where the new one is to go, or its ports are not unique for the accelerator. */
export function isCollision(error: unknown): boolean {
  return hasName(error, 'EndpointGroupAlreadyExistsException', 'InvalidPortRangeException');
}
