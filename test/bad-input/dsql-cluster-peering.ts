import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as dsql from 'aws-cdk-lib/aws-dsql';
import { BAD_TIMEOUTS, KNOWN, NUMBER, TEXT, badValues, type BadInput } from './bad-input';
import { DsqlClusterPeering, type DsqlClusterPeeringProps } from '../../src';
import { DSQL_CLUSTER_PEERING_TYPE as TYPE } from '../../src/wire/aurora-dsql';

const PATH = 'Stack/Peering';
const ONE = 'arn:aws:dsql:us-east-1:111122223333:cluster/aaaaaaaaaaaaaaaaaaaaaaaaaa';
const TWO = 'arn:aws:dsql:us-east-2:111122223333:cluster/bbbbbbbbbbbbbbbbbbbbbbbbbb';

function peeringIn(stack: Stack, props: Partial<DsqlClusterPeeringProps>): DsqlClusterPeering {
  return new DsqlClusterPeering(stack, 'Peering', { clusterArn: ONE, peerClusterArn: TWO, witnessRegion: 'us-west-2', ...props });
}

const BAD_ARNS = {
  'empty': '',
  'an id': 'b'.repeat(26),
  'a cluster of RDS': 'arn:aws:rds:us-east-2:111122223333:cluster:db',
  'a stream': `${TWO}/stream/bbbbbbbbbbbbbbbbbbbbbbbbbb`,
  'a short id': TWO.slice(0, -1),
  'a short account': TWO.replace('111122223333', '1111'),
};
const ARN = { rule: /must be the ARN of an Aurora DSQL cluster/, fix: /Use the attribute attrResourceArn/ };
const DEPLOYED = /must be the ARN of an Aurora DSQL cluster|non-empty/;

export const DSQL_CLUSTER_PEERING: BadInput[] = [
  ...badValues<string>({
    property: 'clusterArn', path: PATH, values: BAD_ARNS, ...ARN, build: (stack, clusterArn) => peeringIn(stack, { clusterArn }),
    token: TEXT, deployed: { type: TYPE, property: 'ClusterArn', rule: DEPLOYED },
  }),
  ...badValues<string>({
    property: 'peerClusterArn', path: PATH, values: BAD_ARNS, ...ARN, build: (stack, peerClusterArn) => peeringIn(stack, { peerClusterArn }),
    token: TEXT, deployed: { type: TYPE, property: 'PeerClusterArn', rule: DEPLOYED },
  }),
  ...badValues<string>({
    property: 'peerClusterArn', path: PATH, values: { 'of the same Region': ONE.replace('aaa', 'bbb') }, rule: /are both in us-east-1/,
    fix: /Use a cluster of another Region/, build: (stack, peerClusterArn) => peeringIn(stack, { peerClusterArn }),
    token: TEXT, deployed: { type: TYPE, property: 'PeerClusterArn', rule: /a cluster in us-east-1 like ClusterArn.*Declare clusters of two Regions/ },
  }),
  ...badValues<string>({
    property: 'witnessRegion', path: PATH, values: { 'no Region': 'oregon', 'a zone': 'us-west-2a' }, rule: /is not the name of a Region/, fix: /Use a name such as/,
    build: (stack, witnessRegion) => peeringIn(stack, { witnessRegion }),
    token: TEXT, deployed: { type: TYPE, property: 'WitnessRegion', rule: /must be the name of a Region|non-empty/ },
  }),
  ...badValues<string>({
    property: 'witnessRegion', path: PATH, values: { 'of a cluster': 'us-east-2' }, rule: /is 'us-east-2', the Region of peerClusterArn/, fix: /Use a third Region/,
    build: (stack, witnessRegion) => peeringIn(stack, { witnessRegion }),
    token: TEXT, deployed: { type: TYPE, property: 'WitnessRegion', rule: /us-east-2, the Region of a cluster\. Choose a third Region/ },
  }),
  ...badValues<string>({
    property: 'clusterArn', path: PATH, values: { 'of a cluster without a witness': 'Stack/Cluster' }, rule: /has no witness Region/, fix: /Declare it with multiRegionProperties/,
    build: stack => peeringIn(stack, { clusterArn: new dsql.CfnCluster(stack, 'Cluster').attrResourceArn }), token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues<string>({
    property: 'adopt', path: PATH, values: { 'an id': 'b'.repeat(26) }, ...ARN,
    build: (stack, adopt) => peeringIn(stack, { adopt, removalPolicy: RemovalPolicy.RETAIN }), token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues<string>({
    property: 'clusterArn', path: 'Stack/Second', values: { 'of another peering': ONE }, rule: /'Stack\/Peering' peers the cluster .* already/, fix: /Remove one of the two/,
    build: (stack, clusterArn) => {
      peeringIn(stack, {});
      new DsqlClusterPeering(stack, 'Second', { clusterArn, peerClusterArn: TWO.replace('bbb', 'ccc'), witnessRegion: 'us-west-2' });
    },
    token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues<number>({
    property: 'timeout', path: PATH, values: BAD_TIMEOUTS, rule: /between 120 seconds and 59 minutes/, fix: /Use a time in between/,
    build: (stack, seconds) => peeringIn(stack, { timeout: Duration.seconds(seconds) }), token: NUMBER, deployed: KNOWN.limits,
  }),
];

export const DSQL_CLUSTER_PEERING_IMPORTS: BadInput[] = badValues<string>({
  property: 'peerClusterArn', path: PATH, values: BAD_ARNS, ...ARN,
  build: (stack, peerClusterArn) => DsqlClusterPeering.fromDsqlClusterPeeringAttributes(stack, 'Peering', { clusterArn: ONE, peerClusterArn }),
  token: TEXT, deployed: KNOWN.unused,
});
