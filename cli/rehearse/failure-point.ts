import { RehearsedApp, resourcesOf } from './app';
import { NotRehearsed } from './report';
import { AssemblyStack } from '../../sandbox/cloudformation/assembly';
import { isObject } from '../../sandbox/cloudformation/template';

/** Type of the resource that a stack gets behind all others when the stack itself is to fail. */
export const FAILURE_TYPE = 'Rehearsal::Failure';
const FAILURE_ID = 'RehearsalFailure';

/**
 * Logical ids of the resource that `--fail-at` names: by its path, its logical id, or the id of its stack.
 *
 * @throws NotRehearsed if there is none
 */
export function failingIds({ stacks }: RehearsedApp, failAt: string | undefined): string[] {
  if (failAt === undefined) {
    return [];
  }
  const found = stacks.flatMap(({ id, paths, template }) => [
    ...Object.entries(paths).filter(([, path]) => path === failAt || `${id}/${path}` === failAt).map(([logicalId]) => logicalId),
    ...[...resourcesOf(template).keys()].filter(logicalId => logicalId === failAt),
    ...id === failAt ? [FAILURE_ID] : [],
  ]);
  if (found.length === 0) {
    throw new NotRehearsed(`The new version has no resource '${failAt}' that could fail. Give the path of a construct, e.g. Stack/Endpoint, `
      + 'a logical id, or the id of a stack.');
  }
  return found;
}

/** A stack that is to fail at its end gets a resource that does, behind all others. */
export function withFailure(stack: AssemblyStack, failAt: string | undefined): AssemblyStack {
  const { Resources } = stack.template;
  if (stack.id !== failAt || !isObject(Resources)) {
    return stack;
  }
  const last = { Type: FAILURE_TYPE, DependsOn: Object.keys(Resources) };
  return { ...stack, template: { ...stack.template, Resources: { ...Resources, [FAILURE_ID]: last } } };
}
