import type { Stack } from 'aws-cdk-lib';
import { KNOWN, TEXT, badValues, type BadInput } from './bad-input';
import { MultiRegionParameter, type MultiRegionParameterProps } from '../../src';
import { MULTI_REGION_PARAMETER_TYPE as TYPE } from '../../src/wire/systems-manager';

const PATH = 'Stack/Id';

function parameterIn(stack: Stack, props: Partial<MultiRegionParameterProps>): MultiRegionParameter {
  return new MultiRegionParameter(stack, 'Id', { parameterName: '/mail/endpoint', value: 'e-1', ...props });
}

const BAD_NAMES = {
  'a space': '/mail/end point', 'an accent': '/café', 'a slash inside only': 'mail/endpoint', 'of AWS': '/aws/mail', 'of Systems Manager': 'ssm-mail',
};
const NAME_RULE = /may have letters, digits|must begin with '\/' if it has one|must not begin with 'aws' or 'ssm'/;

export const MULTI_REGION_PARAMETER: BadInput[] = [
  ...badValues<string>({
    property: 'parameterName', path: PATH, values: BAD_NAMES, rule: NAME_RULE, fix: /Choose another name/,
    build: (stack, parameterName) => parameterIn(stack, { parameterName }),
    token: TEXT, deployed: { type: TYPE, property: 'ParameterName', rule: NAME_RULE },
  }),
  ...badValues<string>({
    property: 'values', path: PATH, values: { 'an item with a comma': 'a,b' }, rule: /an item of a list can't have a comma/, fix: /Use 'value' with a format/,
    build: (stack, item) => parameterIn(stack, { value: undefined, values: [item] }), token: KNOWN.relation, deployed: KNOWN.later,
  }),
];
