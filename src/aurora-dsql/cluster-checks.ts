import { CfnResource, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { CfnCluster } from 'aws-cdk-lib/aws-dsql';
import type { IConstruct } from 'constructs';
import { checkText } from '../lifecycle/checks';
import { checkRegionName, checkSamePartition } from '../lifecycle/regions';
import { refuse } from '../lifecycle/synthesis-error';
import { DSQL_CLUSTER_ARN } from '../wire/aurora-dsql';

/** What is known of a cluster at synthesis. */
interface KnownCluster {
  readonly property: string;
  readonly region?: string;
  readonly account?: string;
  /** What the app declares, if the ARN is that of a resource. */
  readonly resource?: CfnCluster;
}

/** Checks two clusters and their witness Region, as far as they are concrete or declared in the app. */
export function checkClusters(scope: IConstruct, arns: Readonly<Record<'clusterArn' | 'peerClusterArn', string>>, witnessRegion: string): void {
  const clusters = Object.entries(arns).map(([property, arn]) => knownCluster(scope, property, arn));
  checkRegionName(scope, 'witnessRegion', witnessRegion);
  checkSamePartition(scope, 'witnessRegion', witnessRegion, Stack.of(scope).region);
  const [one, other] = clusters;
  if (one.region !== undefined && one.region === other.region) {
    const which = Token.isUnresolved(arns.peerClusterArn) ? 'peerClusterArn' : `peerClusterArn '${arns.peerClusterArn}'`;
    refuse(scope, `clusterArn and ${which} are both in ${one.region}, but the clusters of a peering are in two Regions. Use a cluster of another Region for one of them.`);
  }
  clusters.forEach(cluster => {
    checkAccount(scope, cluster);
    checkWitness(scope, cluster, witnessRegion);
  });
}

function knownCluster(scope: IConstruct, property: string, arn: string): KnownCluster {
  checkText(scope, property, arn);
  if (Token.isUnresolved(arn)) {
    const resource = resourceOf(arn);
    const { account, region } = resource ? Stack.of(resource) : {};
    return { property, resource, region: known(region), account: known(account) };
  }
  const [, , region, account] = DSQL_CLUSTER_ARN.pattern.exec(arn) ?? [];
  if (region === undefined) {
    refuse(scope, `${property} is '${arn}', but ${DSQL_CLUSTER_ARN.says}. Use the attribute attrResourceArn of the cluster.`);
  }
  return { property, region, account };
}

function known(value: string | undefined): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}

function resourceOf(arn: string): CfnCluster | undefined {
  const token = Tokenization.reverseString(arn).firstToken;
  return Reference.isReference(token) && CfnResource.isCfnResource(token.target) && CfnCluster.isCfnCluster(token.target) ? token.target : undefined;
}

function checkAccount(scope: IConstruct, { account, property }: KnownCluster): void {
  const own = Stack.of(scope).account;
  if (account !== undefined && !Token.isUnresolved(own) && account !== own) {
    refuse(scope, `${property} is a cluster of account ${account}, but this stack is in account ${own}, and clusters of different accounts can't be peered here. Use two clusters of `
      + `account ${own}.`);
  }
}

function checkWitness(scope: IConstruct, { property, region, resource }: KnownCluster, witnessRegion: string): void {
  if (!Token.isUnresolved(witnessRegion) && witnessRegion === region) {
    refuse(scope, `witnessRegion is '${witnessRegion}', the Region of ${property}, but the witness of two clusters is in a third Region. Use a third Region of the same set.`);
  }
  const declared = resource?.multiRegionProperties;
  if (!resource || Token.isUnresolved(declared)) {
    return;
  }
  const { clusters, witnessRegion: actual } = (declared ?? {}) as CfnCluster.MultiRegionPropertiesProperty;
  if (actual === undefined) {
    refuse(scope, `${property} is that of '${resource.node.path}', which has no witness Region, so that it is a cluster of one Region. Declare it with `
      + `multiRegionProperties: { witnessRegion: '${witnessRegion}' }; CloudFormation can't change this later.`);
  } else if (![actual, witnessRegion].some(value => Token.isUnresolved(value)) && actual !== witnessRegion) {
    refuse(scope, `witnessRegion is '${witnessRegion}', but '${resource.node.path}' declares the witness '${actual}', and both clusters need the same one. Use one Region for all three.`);
  }
  if (clusters !== undefined) {
    refuse(scope, `${property} is that of '${resource.node.path}', which declares 'clusters' itself, and an update of it would undo the peering. Remove 'clusters' there.`);
  }
}
