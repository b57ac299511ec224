import type { Call, Operation } from './service';

/** Which operations of a service read and change tags, and which member of their input names the resource. */
export interface TagOperations {
  readonly read: string;
  readonly changes: readonly string[];
  readonly resource: string;
}

/** What a read gave before a change that it does not show yet. */
interface Outdated {
  readonly changedAt: number;
  readonly answer: unknown;
}

/**
 * The operations of a service whose tags are eventually consistent: for some seconds a read gives what was there before a
 * change. Tags that a resource was created with show at once.
 */
export function withLateTags(
  operations: Record<string, Operation>, { read, changes, resource }: TagOperations, seconds: number,
): Record<string, Operation> {
  if (seconds === 0) {
    return operations;
  }
  const outdated = new Map<string, Outdated[]>();
  const look = operations[read].handle;
  const changing = (operation: Operation): Operation => ({
    ...operation,
    handle: (input: any, call: Call) => {
      const before: unknown = look({ [resource]: input[resource] }, call);
      const answer: unknown = operation.handle(input, call);
      const key = keyOf(call, input[resource]);
      outdated.set(key, [...outdated.get(key) ?? [], { changedAt: call.now, answer: before }]);
      return answer;
    },
  });
  const reading = (operation: Operation): Operation => ({
    ...operation,
    handle: (input: any, call: Call) => {
      const answer: unknown = operation.handle(input, call);
      const hidden = outdated.get(keyOf(call, input[resource]))?.find(({ changedAt }) => changedAt > call.now - seconds * 1000);
      return hidden ? hidden.answer : answer;
    },
  });
  return {
    ...operations,
    ...Object.fromEntries(changes.map(name => [name, changing(operations[name])])),
    [read]: reading(operations[read]),
  };
}

function keyOf({ region }: Call, resource: string): string {
  return `${region} ${resource}`;
}
