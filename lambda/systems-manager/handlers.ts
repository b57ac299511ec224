import type { Parameters } from './client';
import { MultiRegionParameterModel } from './multi-region-parameter';
import { MULTI_REGION_PARAMETER_TYPE } from '../../src/wire/systems-manager';
import type { ResourceHandler } from '../lifecycle/handler';
import { Lifecycle } from '../lifecycle/lifecycle';

/** The resource types of Systems Manager. */
export function systemsManagerHandlers(parametersIn: (region: string) => Parameters): Record<string, ResourceHandler<any>> {
  return { [MULTI_REGION_PARAMETER_TYPE]: new Lifecycle(new MultiRegionParameterModel(parametersIn)) };
}
