import type { Resource } from 'aws-cdk-lib';
import { MultiRegionParameter, type MultiRegionParameterOptions } from './multi-region-parameter';
import { synthesisError } from '../lifecycle/synthesis-error';

/**
 * Declares the parameter that a method such as `publishId()` publishes a value by. It is below the construct that has the value, so the
 * method's name, which says what the value is, makes the id of the parameter: `PublishedId`.
 *
 * @param id unless one construct publishes several values by the same method
 */
export function publish(
  scope: Resource, method: `publish${string}`, value: { value: string } | { values: string[] }, parameterName: string, options: MultiRegionParameterOptions,
  id = method.replace('publish', 'Published'),
): MultiRegionParameter {
  const earlier = scope.node.tryFindChild(id);
  if (earlier) {
    throw synthesisError(scope, `${method}() publishes '${parameterName}', but '${earlier.node.path}' publishes the same value already. Add Regions to that one `
      + 'with addRegion(), or declare a MultiRegionParameter for the second name.');
  }
  return new MultiRegionParameter(scope, id, { ...options, ...value, parameterName });
}
