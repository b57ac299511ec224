/** Settings of every SDK client of the command line. */
export const CLIENT_SETTINGS = {
  // More than the SDK's three, for all pages of a large directory at the two requests per second that WorkSpaces takes.
  maxAttempts: Number(process.env.AWS_MAX_ATTEMPTS ?? 6),
  // During a disaster a Region may not answer at all, and that should show soon.
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
};
