import { arnIn, declared, ONE, PeeringWorld, PHYSICAL_ID, THREE, TWO } from './peering-world';
import { ownerTagValue } from '../../../lambda/lifecycle/ownership';
import { ServiceError } from '../../../sandbox/services/service';
import { DSQL_CLUSTER_PEERING_TYPE } from '../../../src/wire/aurora-dsql';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { STACK_ID } from '../world';

const OWNER = ownerTagValue(STACK_ID, 'Thing');
const OURS = { [OWNER_TAG_KEY]: OWNER };
const SOMEBODY = { [OWNER_TAG_KEY]: '0'.repeat(64) };
const ATTRIBUTES = {
  ClusterArn: ONE, PeerClusterArn: TWO,
  ClusterEndpoint: `${'a'.repeat(26)}.dsql.us-east-1.on.aws`, PeerClusterEndpoint: `${'b'.repeat(26)}.dsql.us-east-2.on.aws`,
};

let world: PeeringWorld;

beforeEach(() => {
  world = new PeeringWorld().clusters();
});

afterEach(() => expect(world.world.dispatcher.defects).toEqual([]));

const failsWith = (reason: RegExp) => ({ Status: 'FAILED', Reason: expect.stringMatching(reason) });

describe('create', () => {
  test('tells each cluster the other one, waits until both are active, and says whose peering it is', async () => {
    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: PHYSICAL_ID, Data: ATTRIBUTES });
    expect(answer.after).toBeGreaterThanOrEqual(60);
    expect(answer.after).toBeLessThan(120);
    expect(world.status()).toEqual(['ACTIVE', 'ACTIVE']);
    expect(world.tags()).toEqual([OURS, OURS]);
    const updates = world.world.dispatcher.calls.filter(({ operation }) => operation === 'UpdateCluster');
    expect(updates.map(({ input, region }) => [region, input.multiRegionProperties])).toEqual([
      ['us-east-1', { witnessRegion: 'us-west-2', clusters: [TWO] }],
      ['us-east-2', { witnessRegion: 'us-west-2', clusters: [ONE] }],
    ]);
  });

  test('is the same place whichever cluster is named first, and the attributes are those of the names', async () => {
    const swapped = { ClusterArn: TWO, PeerClusterArn: ONE };

    expect(await world.create(swapped)).toMatchObject({
      PhysicalResourceId: PHYSICAL_ID,
      Data: { ClusterArn: TWO, ClusterEndpoint: ATTRIBUTES.PeerClusterEndpoint, PeerClusterEndpoint: ATTRIBUTES.ClusterEndpoint },
    });
    expect(await world.update({}, swapped)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: PHYSICAL_ID, Data: ATTRIBUTES });
  });

  test.each([
    ['of which reads show a new peer late', { peerLagSeconds: 20 }],
    ['of which reads show tags late', { tagLagSeconds: 20 }],
    ['that is UPDATING before it knows its peer', { updateSeconds: 30 }],
  ])('copes with a service %s', async (_, options) => {
    world = new PeeringWorld(options).clusters();

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS', Data: ATTRIBUTES });
    expect(world.tags()).toEqual([OURS, OURS]);
  });

  test('waits for a cluster that its Region does not show yet', async () => {
    world = new PeeringWorld({ invisibleSeconds: 45 });
    world.cluster(ONE).cluster(TWO, { at: world.world.clock.now() });

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
  });

  test('waits while a cluster is at work on another change', async () => {
    let refusals = 0;
    world = new PeeringWorld({}, {
      interceptors: [({ operation }) => operation === 'UpdateCluster' && refusals++ < 3 ? { before: new ServiceError('ConflictException', 'In progress.', 409) } : undefined],
    }).clusters();

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
  });

  test('goes on where a first side was told already', async () => {
    world.simulator.clusters.get(ONE)!.peers.push({ at: 0, value: TWO });

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.world.calls('UpdateCluster')).toHaveLength(1);
  });

  test('takes two clusters that were peered before as they are', async () => {
    world = new PeeringWorld().peered();

    const answer = await world.create();

    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: ATTRIBUTES });
    expect(answer.after).toBeLessThan(20);
    expect(world.world.calls('UpdateCluster')).toEqual([]);
    expect(world.tags()).toEqual([OURS, OURS]);
  });

  test('takes idle clusters for ready: they wake when somebody connects', async () => {
    world = new PeeringWorld().peered();
    world.simulator.clusters.get(ONE)!.resting = 'IDLE';
    world.simulator.clusters.get(TWO)!.resting = 'INACTIVE';

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
  });

  test('refuses a cluster of one Region, and names the way', async () => {
    world = new PeeringWorld().cluster(ONE).cluster(TWO, { witnessRegion: undefined });

    expect(await world.create()).toMatchObject(failsWith(/cluster\/b+ has no witness Region.*Declare a new cluster with 'multiRegionProperties: { witnessRegion: us-west-2 }'/));
    expect(world.tags()).toEqual([{}, {}]);
  });

  test('refuses another witness than the declared one', async () => {
    world = new PeeringWorld().cluster(ONE).cluster(TWO, { witnessRegion: 'ca-central-1' });

    expect(await world.create()).toMatchObject(failsWith(/cluster\/b+ has the witness Region ca-central-1, not us-west-2\. Both clusters and 'witnessRegion' need the same one/));
    expect(world.world.calls('UpdateCluster')).toEqual([]);
  });

  test('refuses a cluster that has another peer', async () => {
    world.cluster(THREE).simulator.peer(ONE, THREE);

    expect(await world.create()).toMatchObject(failsWith(/cluster\/a+ is peered with \S+cluster\/c+, not with \S+cluster\/b+, and a cluster has one peer for as long as it exists/));
    expect(world.tags()).toEqual([{}, {}]);
  });

  test('refuses an active cluster with a witness and without a peer', async () => {
    world.simulator.clusters.get(ONE)!.peers.push({ at: 0, value: TWO });
    world.simulator.clusters.get(TWO)!.peers.push({ at: 0, value: ONE });
    const active = world.simulator.operations.GetCluster.handle;
    world.simulator.operations.GetCluster.handle = (input, call) => ({ ...active(input, call), multiRegionProperties: { witnessRegion: 'us-west-2', clusters: [] } });

    expect(await world.create()).toMatchObject(failsWith(/is ACTIVE without a peer, and only a cluster that waits in PENDING_SETUP can be peered/));
  });

  test('waits for a peer that a cluster was told and does not show yet', async () => {
    world = new PeeringWorld({ creationSeconds: 0, peerLagSeconds: 15 }).clusters();

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
  });

  test('fails when a cluster does not show a peer that it was told for a minute', async () => {
    world = new PeeringWorld({ creationSeconds: 0, peerLagSeconds: 600 }).clusters();

    expect(await world.create()).toMatchObject(failsWith(/is ACTIVE without a peer/));
  });

  test('says which cluster is missing, after a while', async () => {
    const answer = await world.create({ PeerClusterArn: THREE });

    expect(answer).toMatchObject(failsWith(/There is no Aurora DSQL cluster arn:aws:dsql:us-east-2:111122223333:cluster\/c+\. Check the ARN, its Region and account/));
    expect(answer.after).toBeGreaterThan(85);
  });

  test('refuses a cluster that is being deleted, and one that has failed', async () => {
    world.simulator.remove(TWO, world.world.clock.now() + 1e9);
    expect(await world.create()).toMatchObject(failsWith(/cluster\/b+ is being deleted \((PENDING_DELETE|DELETING)\)/));
    world = new PeeringWorld().clusters();
    world.simulator.clusters.get(ONE)!.failed = true;
    expect(await world.create()).toMatchObject(failsWith(/cluster\/a+ has failed \(FAILED\), and the API says no reason/));
  });

  test('says so when a cluster fails while it waits', async () => {
    const answer = world.world.send({ operation: 'Create', type: DSQL_CLUSTER_PEERING_TYPE, properties: declared({}) });
    await world.world.pass(30);
    world.simulator.clusters.get(TWO)!.failed = true;

    expect(await world.world.clock.run(answer)).toMatchObject(failsWith(/cluster\/b+ has failed \(FAILED\)/));
  });

  test.each([
    ['two of one Region', { PeerClusterArn: arnIn('us-east-1', 'b') }, /'PeerClusterArn' is .*, a cluster in us-east-1 like ClusterArn.*Declare clusters of two Regions/],
    ['a witness that is the Region of one', { WitnessRegion: 'us-east-2' }, /'WitnessRegion' is us-east-2, the Region of a cluster\. Choose a third Region/],
    ['a cluster of another account', { PeerClusterArn: arnIn('us-east-2', 'b', '444455556666') }, /is not in account 111122223333 .*clusters of different accounts can't be peered/],
    ['a cluster of another partition', { PeerClusterArn: TWO.replace('arn:aws:', 'arn:aws-cn:') }, /of the partition aws, /],
    ['what is no cluster', { PeerClusterArn: 'arn:aws:rds:us-east-2:111122223333:cluster:db' }, /must be the ARN of an Aurora DSQL cluster such as/],
    ['what is no Region', { WitnessRegion: 'oregon' }, /must be the name of a Region/],
  ])('refuses %s before its first call', async (_, properties, reason) => {
    expect(await world.create(properties)).toMatchObject(failsWith(reason));
    expect(world.world.calls()).toEqual([]);
  });

  test('leaves alone what another stack peers', async () => {
    world = new PeeringWorld().cluster(ONE).cluster(TWO, { tags: SOMEBODY });

    expect(await world.create()).toMatchObject(failsWith(/cluster\/b+ belongs to another stack or logical id.*adopt: 'arn:.*fromDsqlClusterPeeringAttributes/));
    expect(world.tags()).toEqual([{}, SOMEBODY]);
    expect(world.world.calls('UpdateCluster')).toEqual([]);
  });

  test('of two stacks that want the same clusters one gets them', async () => {
    const other = STACK_ID.replace('Game', 'Other');
    const send = (options: object = {}) => world.world.send({ operation: 'Create', type: DSQL_CLUSTER_PEERING_TYPE, properties: declared({}), ...options });
    const [one, two] = await world.world.clock.run(Promise.all([send(), send({ stackId: other })]));

    expect([one.Status, two.Status].sort()).toEqual(['FAILED', 'SUCCESS']);
    const winner = { [OWNER_TAG_KEY]: one.Status === 'SUCCESS' ? OWNER : ownerTagValue(other, 'Thing') };
    expect(world.tags()).toEqual([winner, winner]);
  });

  test('refuses what an earlier deployment has kept, and names the way', async () => {
    world = new PeeringWorld().peered(OURS);

    expect(await world.create()).toMatchObject(failsWith(/has been kept.*adopt: 'arn:aws:dsql:us-east-1/));
  });

  test('keeps waiting while it has no permission yet', async () => {
    let calls = 0;
    world = new PeeringWorld({}, { interceptors: [() => ++calls > 5 ? undefined : { before: new ServiceError('AccessDeniedException', 'No.', 403) }] }).clusters();

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
  });

  test('repeats an update with the same token, so that it counts once', async () => {
    let lost = false;
    world = new PeeringWorld({}, {
      interceptors: [({ operation }) => operation === 'UpdateCluster' && !lost && (lost = true) ? { after: 'lost' } : undefined],
    }).clusters();

    expect(await world.create()).toMatchObject({ Status: 'SUCCESS' });
    const tokens = world.world.dispatcher.calls.filter(({ operation }) => operation === 'UpdateCluster').map(({ input, region }) => `${region} ${input.clientToken}`);
    expect(new Set(tokens).size).toBe(2);
  });
});

describe('update', () => {
  beforeEach(() => { world = new PeeringWorld().peered({ ...OURS, team: 'data' }); });

  test('that changes nothing of the peering succeeds, also while a cluster is changed by its own stack', async () => {
    const show = world.simulator.operations.GetCluster.handle;
    world.simulator.operations.GetCluster.handle = (input, call) => ({ ...show(input, call), status: 'UPDATING' });

    expect(await world.update({ TimeoutSeconds: 900 })).toMatchObject({ Status: 'SUCCESS', Data: ATTRIBUTES });
  });

  test('another cluster is another peering, and the old clusters stay peered', async () => {
    const four = arnIn('us-east-1', 'd');
    world.cluster(THREE).cluster(four);

    const answer = await world.update({ ClusterArn: four, PeerClusterArn: THREE });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `peering/${four},${THREE}` });
    expect(world.status(ONE, TWO, THREE, four)).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE']);
    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.tags()).toEqual([{ team: 'data' }, { team: 'data' }]);
    expect(world.simulator.peerOf(ONE)).toBe(TWO);
  });

  test('refuses a new cluster for one that keeps its peer', async () => {
    world.cluster(THREE);

    expect(await world.update({ PeerClusterArn: THREE })).toMatchObject(failsWith(/is peered with|has been kept|belongs to/));
    expect(world.tags()).toEqual([{ ...OURS, team: 'data' }, { ...OURS, team: 'data' }]);
  });

  test('refuses another witness, which no cluster can change', async () => {
    expect(await world.update({ WitnessRegion: 'ca-central-1' })).toMatchObject(failsWith(/has the witness Region us-west-2, not ca-central-1.*that of a cluster can't be changed/));
  });

  test('tags a cluster again that has lost its tag', async () => {
    world.simulator.setTags(TWO, {}, 0);

    expect(await world.update({ TimeoutSeconds: 900 })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.tags()).toEqual([{ ...OURS, team: 'data' }, OURS]);
  });

  test('of a cluster that was deleted says so, and succeeds if it asks for nothing, so that no rollback fails', async () => {
    world.simulator.remove(TWO, 0);

    expect(await world.update({ WitnessRegion: 'ca-central-1' })).toMatchObject(failsWith(/one was deleted outside of the stack, or both have lost their tag/));
    expect(await world.update({})).toMatchObject({ Status: 'SUCCESS', Data: { ...ATTRIBUTES, ClusterEndpoint: 'unknown', PeerClusterEndpoint: 'unknown' } });
  });
});

describe('delete', () => {
  test('leaves the clusters peered, but for the tags that said whose the peering was, and says so', async () => {
    world = new PeeringWorld().peered({ ...OURS, team: 'data' });

    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.status()).toEqual(['ACTIVE', 'ACTIVE']);
    expect(world.simulator.peerOf(ONE)).toBe(TWO);
    expect(world.tags()).toEqual([{ team: 'data' }, { team: 'data' }]);
    expect(world.world.log()).toContain('Left the clusters peered as they are');
    expect(world.world.calls('UpdateCluster')).toEqual([]);
  });

  test.each([
    ['are gone', () => new PeeringWorld()],
    ['belong to somebody else', () => new PeeringWorld().peered(SOMEBODY)],
    ['have lost their tags', () => new PeeringWorld().peered()],
  ])('has nothing to do for clusters that %s', async (_, make) => {
    world = make();
    const before = [world.status(), world.tags()];

    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
    expect([world.status(), world.tags()]).toEqual(before);
  });

  test('frees the one that is left when the other cluster is being deleted', async () => {
    world = new PeeringWorld().peered(OURS);
    world.simulator.remove(ONE, world.world.clock.now());

    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.tags()).toEqual([OURS, {}]);
    expect(world.status()).toEqual(['PENDING_DELETE', 'ACTIVE']);
  });

  test('takes its own tag only, where somebody has claimed the other cluster', async () => {
    world = new PeeringWorld().cluster(ONE, { tags: OURS }).cluster(TWO, { tags: SOMEBODY });

    expect(await world.delete()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.tags()).toEqual([{}, SOMEBODY]);
  });

  test('finds what a cancelled create has claimed, though the tags show late', async () => {
    world = new PeeringWorld({ tagLagSeconds: 20 }).clusters();
    void world.world.send({ operation: 'Create', type: DSQL_CLUSTER_PEERING_TYPE, properties: declared({}) });
    await world.world.pass(5);

    expect(await world.delete({}, { physicalId: 'Game-Thing-1ABCDEFGHIJKL' })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.tags()).toEqual([{}, {}]);
  });
});

describe('adoption', () => {
  test('takes over what another stack peers', async () => {
    world = new PeeringWorld().peered({ ...SOMEBODY, team: 'data' });

    expect(await world.create({ Adopt: TWO })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: PHYSICAL_ID });
    expect(world.tags()).toEqual([{ ...OURS, team: 'data' }, { ...OURS, team: 'data' }]);
  });

  test('goes on with what another stack has begun', async () => {
    world = new PeeringWorld().clusters(SOMEBODY);
    world.simulator.clusters.get(ONE)!.peers.push({ at: 0, value: TWO });

    expect(await world.create({ Adopt: ONE })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.status()).toEqual(['ACTIVE', 'ACTIVE']);
  });

  test('keeps it when the adoption is rolled back', async () => {
    world = new PeeringWorld().peered(SOMEBODY);
    await world.create({ Adopt: ONE });

    expect(await world.delete({ Adopt: ONE })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.tags()).toEqual([OURS, OURS]);
  });

  test('refuses another cluster, what differs and what is not there', async () => {
    world = new PeeringWorld().peered(SOMEBODY).cluster(THREE);
    expect(await world.create({ Adopt: THREE })).toMatchObject(failsWith(/but the peering is declared for clusters .* Let it be the ARN of one of the two/));
    expect(await world.create({ Adopt: ONE, WitnessRegion: 'ca-central-1' })).toMatchObject(failsWith(/can't be adopted, because it differs in what can't be changed: .*witness/));
    expect(await world.create({ Adopt: ONE, ClusterArn: ONE, PeerClusterArn: arnIn('us-east-2', 'e') })).toMatchObject(failsWith(/There is no/));
    expect(world.tags()).toEqual([SOMEBODY, SOMEBODY]);
  });
});
