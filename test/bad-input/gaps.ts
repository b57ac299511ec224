/**
 * Tests of invalid inputs that are not refused yet, or whose message lacks something. A gap that is closed makes its test
 * fail until it is taken off the list.
 */
export const GAPS: readonly RegExp[] = [];
