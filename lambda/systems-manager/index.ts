import { SSMClient } from '@aws-sdk/client-ssm';
import { SdkParameters, type Parameters } from './client';
import { systemsManagerHandlers } from './handlers';
import { SYSTEMS_MANAGER_RATE } from './rate';
import { awsRuntime, CLIENT_SETTINGS } from '../lifecycle/aws-runtime';
import { lifecycleFunction } from '../lifecycle/function';

const clients = new Map<string, Parameters>();

function parametersIn(region: string): Parameters {
  const known = clients.get(region) ?? new SdkParameters(new SSMClient({ ...CLIENT_SETTINGS, region }));
  clients.set(region, known);
  return known;
}

export const handler = lifecycleFunction(systemsManagerHandlers(parametersIn), awsRuntime(), SYSTEMS_MANAGER_RATE);
