import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { DsqlClusterPeering } from '../../src';

const app = new App();
const stack = new Stack(app, 'CdkMultiRegionIntegAuroraDsql');

// The clusters are in two Regions: set these to deploy. The snapshot has samples.
const sample = (region: string, letter: string) => stack.formatArn({ service: 'dsql', region, resource: 'cluster', resourceName: letter.repeat(26) });
const { CLUSTER = sample('us-east-1', 'a'), PEER_CLUSTER = sample('us-east-2', 'b'), WITNESS_REGION = 'us-west-2' } = process.env;

const peering = new DsqlClusterPeering(stack, 'Peering', { clusterArn: CLUSTER, peerClusterArn: PEER_CLUSTER, witnessRegion: WITNESS_REGION });
new CfnOutput(stack, 'Endpoint', { value: peering.clusterEndpoint });

new IntegTest(app, 'AuroraDsql', { testCases: [stack] });

app.synth();
