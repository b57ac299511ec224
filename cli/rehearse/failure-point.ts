import { RehearsedApp, resourcesOf } from './app';
import { NotRehearsed } from './report';
import { AssemblyStack } from '../../sandbox/cloudformation/assembly';
import { isObject } from '../../sandbox/cloudformation/template';

/** Type of the resource that a stack gets behind all others when the stack itself is to fail. */
export const FAILURE_TYPE = 'Rehearsal::Failure';
const FAILURE_ID = 'RehearsalFailure';

/** The resource that is to fail. */
export interface FailurePoint {
  /** Id of the stack in the app. */
  readonly stack: string;
  /** Path of the construct in the stack. */
  readonly path: string;
  readonly logicalId: string;
}

/**
 * The resource that `--fail-at` names: by its path, its logical id, or the id of its stack.
 *
 * @throws NotRehearsed if there is none, or more than one
 */
export function failurePoint({ stacks }: RehearsedApp, failAt: string): FailurePoint {
  const found = stacks.flatMap(stack => stack.id === failAt
    ? [{ stack: failAt, path: FAILURE_ID, logicalId: FAILURE_ID }]
    : pointsIn(stack).filter(({ path, logicalId }) => [path, `${stack.id}/${path}`, logicalId].includes(failAt)));
  const [first, ...others] = new Map(found.map(point => [`${point.stack}/${point.path}`, point]));
  if (first === undefined) {
    throw new NotRehearsed(`The new version has no resource '${failAt}' that could fail. Give the path of a construct, e.g. Stack/Endpoint, `
      + 'a logical id, or the id of a stack.');
  }
  if (others.length > 0) {
    const all = [first, ...others].map(([name]) => name).join(', ');
    throw new NotRehearsed(`The new version has ${others.length + 1} resources '${failAt}': ${all}. Give the path of one of them.`);
  }
  return first[1];
}

function pointsIn({ id: stack, paths, template }: AssemblyStack): FailurePoint[] {
  const named = [...paths.values()].flatMap(nested => [...nested].map(([logicalId, path]) => ({ stack, path, logicalId })));
  const others = [...resourcesOf(template).keys()].filter(logicalId => !paths.get('')?.has(logicalId));
  return [...named, ...others.map(logicalId => ({ stack, path: logicalId, logicalId }))];
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
