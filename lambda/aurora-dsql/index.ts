import { DSQLClient } from '@aws-sdk/client-dsql';
import { SdkClusters, type Clusters } from './client';
import { auroraDsqlHandlers } from './handlers';
import { AURORA_DSQL_RATE } from './rate';
import { awsRuntime, CLIENT_SETTINGS } from '../lifecycle/aws-runtime';
import { lifecycleFunction } from '../lifecycle/function';

const clients = new Map<string, Clusters>();

function clustersIn(region: string): Clusters {
  const known = clients.get(region) ?? new SdkClusters(new DSQLClient({ ...CLIENT_SETTINGS, region }));
  clients.set(region, known);
  return known;
}

export const handler = lifecycleFunction(auroraDsqlHandlers(clustersIn), awsRuntime(), AURORA_DSQL_RATE);
