import { OurState, ResourceState } from './snapshot';
import { Stack } from '../../sandbox/cloudformation/stack';
import { referencesIn } from '../../sandbox/cloudformation/template';
import { MULTI_REGION_PARAMETER_TYPE } from '../../src/wire/systems-manager';

/**
 * Of some resources, those that have the old value of a parameter of ours from a template parameter: the next deployment of
 * their stack reads it again.
 */
export function staleReaders(before: OurState, after: OurState | undefined, all: readonly ResourceState[]): ResourceState[] {
  const { type, region, account, properties } = before;
  if (type !== MULTI_REGION_PARAMETER_TYPE || !after || properties.Value === after.properties.Value) {
    return [];
  }
  const regions = [region, ...[properties.Regions ?? []].flat()];
  const readers = account.sandbox.cloudFormation.stacks.filter(stack => regions.includes(stack.region))
    .flatMap(stack => readersIn(stack, String(properties.ParameterName), String(properties.Value)).map(logicalId => `${stack.id} ${logicalId}`));
  return all.filter(({ stackId, logicalId }) => readers.includes(`${stackId} ${logicalId}`));
}

function readersIn({ current }: Stack, parameterName: string, value: string): string[] {
  const { template, parameters = {} } = current ?? {};
  const names = [...template?.parameters ?? []].filter(([name, declaration]) =>
    /^AWS::SSM::Parameter::Value</.test(declaration.type) && declaration.defaultValue === parameterName && String(parameters[name]) === value);
  return [...template?.resources.values() ?? []].filter(resource => names.some(([name]) => referencesIn(resource.properties).has(name)))
    .map(({ logicalId }) => logicalId);
}
