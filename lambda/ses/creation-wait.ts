/*
 * SES says that an endpoint is created within a few seconds; those that were timed in public took between 50 and 110, most
 * of them about 70. The engine spreads a wait by a quarter.
 */
const EARLY_LOOK_SECONDS = 10;
const FIRST_READY_SECONDS = 50;
const SOON_READY_SECONDS = 60;
const MOST_READY_SECONDS = 78;

const SOON = 5;
const OFTEN = 2.0;
const SELDOM = 15;

/**
 * How long to wait before the next look at an endpoint that is being created: one early look, then none until the first ones
 * are ready, then many, then fewer again the longer it takes.
 *
 * @param age of the endpoint, in seconds
 */
export function creationWait(age: number): number {
  if (age < EARLY_LOOK_SECONDS / 2) {
    return EARLY_LOOK_SECONDS;
  }
  if (age < FIRST_READY_SECONDS - SOON) {
    return FIRST_READY_SECONDS - age;
  }
  if (age < SOON_READY_SECONDS) {
    return SOON;
  }
  if (age < MOST_READY_SECONDS) {
    return OFTEN;
  }
  return Math.min(SELDOM, OFTEN + (age - MOST_READY_SECONDS) / 10);
}
