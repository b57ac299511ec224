/*
 * SES says that an endpoint is made within a few seconds; those that were timed in public took between 50 and 110, most
 * of them about 70. The engine spreads a wait by a quarter and rounds up to whole seconds.
 */
const EARLY_LOOK_SECONDS = 10;
const FIRST_READY_SECONDS = 44;
const SOON_READY_SECONDS = 52;
const MOST_READY_SECONDS = 80;

const OFTEN = 1.6;
const SELDOM = 15;

/**
 * How long to wait before the next look at an endpoint that is being made: one early look, then none until the first ones
 * are ready, then many, then fewer again the longer it takes.
 *
 * @param age of the endpoint, in seconds
 */
export function creationWait(age: number): number {
  if (age < EARLY_LOOK_SECONDS / 2) {
    return EARLY_LOOK_SECONDS;
  }
  if (age < FIRST_READY_SECONDS - 2 * OFTEN) {
    return FIRST_READY_SECONDS - age;
  }
  if (age < SOON_READY_SECONDS) {
    return 2 * OFTEN;
  }
  if (age < MOST_READY_SECONDS) {
    return OFTEN;
  }
  return Math.min(SELDOM, OFTEN + (age - MOST_READY_SECONDS) / 10);
}
