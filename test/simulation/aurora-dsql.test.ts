import { everyStep, expectFound, type Mutation } from './broken-variant';
import { expectLawfulHistories } from './lawful-histories';
import { auroraDsql } from './services/aurora-dsql';
import { SdkClusters, type Cluster } from '../../lambda/aurora-dsql/client';
import { DSQL_CLUSTER_PEERING_TYPE } from '../../src/wire/aurora-dsql';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';

expectLawfulHistories(auroraDsql, 'DsqlClusterPeering');

/** The client sees clusters differently. */
function seen(change: (cluster: Cluster) => Cluster): void {
  const original = SdkClusters.prototype.get;
  jest.spyOn(SdkClusters.prototype, 'get').mockImplementation(async function (this: SdkClusters, arn) {
    const cluster = await original.call(this, arn);
    return cluster && change(cluster);
  });
}

/** The model, broken on purpose: what the simulation must notice. */
const MUTATIONS: readonly Mutation[] = [
  ['tells no cluster its peer', () => {
    jest.spyOn(SdkClusters.prototype, 'peer').mockResolvedValue();
    seen(cluster => {
      const twin = cluster.arn.replace(/:eu-\w+-1:/, cluster.arn.includes(':eu-west-1:') ? ':eu-central-1:' : ':eu-west-1:');
      return cluster.status === 'PENDING_SETUP' ? { ...cluster, status: 'ACTIVE', peers: [twin] } : cluster;
    });
  }],
  ['tells the first cluster only', () => seen(cluster => cluster.status === 'PENDING_SETUP' && cluster.peers.length > 0
    ? { ...cluster, status: 'ACTIVE' } : cluster.arn.includes(':eu-west-1:') && cluster.status === 'PENDING_SETUP'
      ? { ...cluster, status: 'ACTIVE', peers: [cluster.arn.replace('eu-west-1', 'eu-central-1')] } : cluster)],
  ['is ready as soon as both are told', () => seen(cluster => cluster.status === 'CREATING' ? { ...cluster, status: 'ACTIVE' } : cluster)],
  ['leaves its tags when it is deleted', () => everyStep(DSQL_CLUSTER_PEERING_TYPE, async (context, original) =>
    context.operation === 'Delete' ? { status: 'gone' } : original(context))],
  ['takes everybody\'s peerings for its own', () => seen(cluster => {
    const { [OWNER_TAG_KEY]: owner, ...others } = cluster.tags;
    return owner === 'somebody-else' ? { ...cluster, tags: others } : cluster;
  })],
  ['does not look for a third cluster', () => seen(cluster => ({ ...cluster, peers: cluster.peers.filter(arn => !arn.includes(':us-east-1:')) }))],
  ['tags one of the clusters only', () => {
    const pretended = new Map<string, object>();
    const original = SdkClusters.prototype.tag;
    jest.spyOn(SdkClusters.prototype, 'tag').mockImplementation(async function (this: SdkClusters, arn, tags) {
      return arn.includes(':eu-west-1:') ? void pretended.set(arn, tags) : original.call(this, arn, tags);
    });
    seen(cluster => ({ ...cluster, tags: { ...cluster.tags, ...pretended.get(cluster.arn) } }));
  }],
];

describe('Aurora DSQL', () => expectFound(auroraDsql, MUTATIONS));
