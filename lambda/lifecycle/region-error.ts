/** Calls in one Region, whose errors name it. */
export function inRegion<T extends object>(region: string, port: T): T {
  return new Proxy(port, {
    get: (target, name) => async (...input: unknown[]) => {
      try {
        return await (Reflect.get(target, name) as (...parameters: unknown[]) => Promise<unknown>).apply(target, input);
      } catch (error) {
        throw named(error, region);
      }
    },
  });
}

/** The same error, so that what it means for the operation can still be told. */
function named(error: unknown, region: string): unknown {
  if (error instanceof Error && !error.message.startsWith(`In ${region}: `)) {
    error.message = `In ${region}: ${error.message}`;
  }
  return error;
}
