/** Logical ids of a stack, or of one that is nested in it, with the paths of their constructs in the stack of the app. */
type PathsById = ReadonlyMap<string, string>;

/** By the path of the nested stack; that of the stack itself is ''. Nested stacks with the same content have the same logical ids. */
export type ConstructPaths = ReadonlyMap<string, PathsById>;

const NESTED_STACK = /([^/]+)\.NestedStack\/\1\.NestedStackResource$/;

/**
 * `/Stack/Mail/Endpoint/Resource/Default` becomes `Mail/Endpoint`, the resource of a nested stack `Mail`.
 *
 * @param constructs full paths and logical ids
 */
export function constructPaths(stackId: string, constructs: readonly (readonly [path: string, logicalId: string])[]): ConstructPaths {
  const nestedStacks = constructs.filter(([path]) => NESTED_STACK.test(path)).map(([path]) => pathIn(stackId, path))
    .sort((one, other) => other.length - one.length);
  const found = new Map<string, Map<string, string>>([['', new Map()]]);
  for (const [full, logicalId] of constructs) {
    const path = pathIn(stackId, full);
    const owner = nestedStacks.find(nested => path.startsWith(`${nested}/`)) ?? '';
    found.set(owner, (found.get(owner) ?? new Map<string, string>()).set(logicalId, path));
  }
  return found;
}

function pathIn(stackId: string, path: string): string {
  return path.replace(`/${stackId}/`, '').replace(/(\/(Resource|Default))+$/, '').replace(NESTED_STACK, '$1');
}
