import { App, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import * as dsql from 'aws-cdk-lib/aws-dsql';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DsqlClusterPeering, MultiRegionParameter } from '../../src';

const VIRGINIA = 'us-east-1';
const OHIO = 'us-east-2';
const WITNESS = 'us-west-2';
const VIRGINIA_NAME = '/database/virginia';
const OHIO_NAME = '/database/ohio';

export interface ClusterProps extends StackProps {
  /** Where the ARN of the cluster is published, in the Region of the peering. */
  readonly parameterName: string;
}

/** One cluster, which waits for its peer. */
export class DatabaseCluster extends Stack {
  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id, props);
    const cluster = new dsql.CfnCluster(this, 'Cluster', {
      // Leave it out for a database that matters: protection is on by default, and then nobody deletes the stack by mistake.
      deletionProtectionEnabled: false,
      multiRegionProperties: { witnessRegion: WITNESS },
    });
    new MultiRegionParameter(this, 'ClusterArn', { parameterName: props.parameterName, value: cluster.attrResourceArn, regions: [VIRGINIA] });
  }
}

/** Makes one database of the two, and lets an application connect to both. */
export class DatabasePeering extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const peering = new DsqlClusterPeering(this, 'Peering', {
      clusterArn: MultiRegionParameter.valueFor(this, VIRGINIA_NAME),
      peerClusterArn: MultiRegionParameter.valueFor(this, OHIO_NAME),
      witnessRegion: WITNESS,
    });
    const application = new iam.Role(this, 'Application', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    peering.grants.connect(application);

    new CfnOutput(this, 'VirginiaEndpoint', { value: peering.clusterEndpoint });
    new CfnOutput(this, 'OhioEndpoint', { value: peering.peerClusterEndpoint });
  }
}

export function twoRegionDatabase(app: App): App {
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  const virginia = new DatabaseCluster(app, 'VirginiaCluster', { env: { account, region: VIRGINIA }, parameterName: VIRGINIA_NAME });
  const ohio = new DatabaseCluster(app, 'OhioCluster', { env: { account, region: OHIO }, parameterName: OHIO_NAME });
  const peering = new DatabasePeering(app, 'DatabasePeering', { env: { account, region: VIRGINIA } });
  peering.node.addDependency(virginia, ohio);
  return app;
}

if (require.main === module) {
  twoRegionDatabase(new App()).synth();
}
