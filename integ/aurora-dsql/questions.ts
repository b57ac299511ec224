import type { Part } from '../plan';

const MODEL = '`lambda/aurora-dsql/cluster-peering.ts`';
const SIMULATOR = '`sandbox/services/aurora-dsql.ts`';

/** What only AWS can answer of peered clusters. A program would need three Regions, and leave clusters that only their owner may delete. */
export const AURORA_DSQL: Part = {
  name: 'aurora-dsql',
  title: 'Aurora DSQL: peered clusters',
  scenarios: [],
  byHand: [
    {
      id: 'delete-waits',
      important: true,
      asks: 'does CloudFormation\'s delete of a peered cluster wait in `PENDING_DELETE` until the other one is deleted, too',
      assertion: 'deploy the example, destroy the two stacks with clusters one after the other',
      otherwise: '"Delete a database" in `docs/aurora-dsql.md`; `waitsForPeer` in `sandbox/cloudformation/aurora-dsql-provisioners.ts`',
    },
    {
      id: 'native-update',
      important: true,
      asks: 'does an update of the native cluster (tags, deletion protection), whose template has a witness and no `clusters`, leave the peering and the owner tag as they are',
      assertion: 'deploy the example, change a tag of a cluster, deploy; get-cluster in both Regions',
      otherwise: 'the chapter has to say so, and `cluster-checks.ts` to demand `clusters`',
    },
    {
      id: 'witness-arn',
      important: true,
      asks: 'on which ARN is `dsql:PutWitnessRegion` checked in the Region of the witness, and is it checked when the witness does not change',
      assertion: 'deploy the example; CloudTrail in all three Regions',
      otherwise: `\`permit()\` in \`src/aurora-dsql/dsql-cluster-peering.ts\`; \`permissionsToUpdate()\` of ${SIMULATOR}`,
    },
    {
      id: 'states',
      asks: 'which states GetCluster shows between the first and the second UpdateCluster, and whether `clusters` shows the new peer at once and its own ARN always',
      assertion: 'the log of the function, with reads in a loop',
      otherwise: `\`phase()\` and \`change()\` of ${MODEL}; \`status()\` of ${SIMULATOR}`,
    },
    {
      id: 'other-witness',
      asks: 'what UpdateCluster answers for another witness, a third cluster, a cluster of one Region and a peer that does not exist',
      assertion: 'call each; the code refuses them before the call',
      otherwise: 'texts in `lambda/aurora-dsql/cluster-problems.ts`',
    },
    {
      id: 'conflict',
      asks: 'is `ConflictException` the answer while a cluster is at work on another change, and only then',
      assertion: 'update deletion protection and the peer at the same moment',
      otherwise: `\`isRetryable()\` of ${MODEL}`,
    },
    {
      id: 'unpeer',
      asks: 'what becomes of an active cluster whose `clusters` are emptied, with `dsql:RemovePeerCluster`: data, endpoint, state',
      assertion: 'update-cluster of two clusters that nobody needs',
      otherwise: `\`remove()\` of ${MODEL} could undo what a create has begun`,
    },
    {
      id: 'tags',
      asks: 'how long a read may lag behind TagResource, and whether a cluster in `PENDING_SETUP` takes tags',
      assertion: 'read in a loop after each',
      otherwise: `\`TAG_LAG_SECONDS\` and \`create()\` of ${MODEL}`,
    },
    {
      id: 'times',
      asks: 'the time from the second UpdateCluster to `ACTIVE`, and whether `ACTIVE` may flap',
      assertion: 'the log of the function',
      otherwise: `\`POLL_SECONDS\`, \`CONFIRM\` and the default timeout of ${MODEL}`,
    },
    {
      id: 'rate',
      asks: 'the rate of the control plane, which is not documented',
      assertion: 'GetCluster in a loop until it is refused',
      otherwise: '`lambda/aurora-dsql/rate.ts`',
    },
  ],
  leftovers: () => Promise.resolve([]),
};
