import { DIRECTORY, failing, foreign, INVENTED, OTHER_DIRECTORY, OTHER_PRIMARY, OWNED, PRIMARY, PRIMARY_REGION, REGION, WorkSpacesWorld } from './workspaces-world';
import { ServiceError } from '../../../sandbox/services/service';
import type { Answer, RequestOptions } from '../world';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555';
const OTHER_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/99999999-2222-3333-4444-555555555555';

function primaries(world: WorkSpacesWorld, count: number, prefix = 'many'): string[] {
  return Array.from({ length: count }, (_, index) => {
    const workspaceId = `ws-${prefix}${String(index).padStart(5, '0')}`;
    world.simulator.seedWorkspace({ region: PRIMARY_REGION, workspaceId, directoryId: 'd-9067000001', userName: `${prefix}${index}` });
    return workspaceId;
  });
}

const create = (world: WorkSpacesWorld, PrimaryWorkspaceIds: string[], rest: object = {}) =>
  world.request(world.fleet('Create', { PrimaryWorkspaceIds, ...rest }));
const updateOptions = (world: WorkSpacesWorld, physicalId: string, before: object, after: object): RequestOptions => ({
  ...world.fleet('Update', after, { physicalId }), oldProperties: world.fleet('Create', before).properties,
});
const remove = (world: WorkSpacesWorld, physicalId: string, properties: object = {}) =>
  world.request(world.fleet('Delete', properties, { physicalId }));

const members = (world: WorkSpacesWorld) => world.primaries();

const noThrottling = (world: WorkSpacesWorld) =>
  expect(world.dispatcher.calls.filter(call => call.outcome === 'ThrottlingException')).toEqual([]);

describe('create', () => {
  test('makes a standby for each member, in batches of 25', async () => {
    const world = new WorkSpacesWorld();
    const ids = primaries(world, 60);

    const answer = await create(world, ids, { Tags: { team: 'desk' }, DataReplication: 'PRIMARY_AS_SOURCE', VolumeEncryptionKey: KEY });

    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { MemberCount: '60', FailedMemberCount: '0', FailedMembers: '' } });
    expect(answer.PhysicalResourceId).toMatch('fleet/us-east-1/d-9367000001');
    const batches = world.dispatcher.calls.filter(call => call.operation === 'CreateStandbyWorkspaces').map(call => call.input.StandbyWorkspaces);
    expect(batches.map(batch => batch.length)).toEqual([25, 25, 10]);
    expect(batches[0][0]).toMatchObject({ VolumeEncryptionKey: KEY, DataReplication: 'PRIMARY_AS_SOURCE' });
    expect(members(world)).toEqual(ids);
    await world.pass(5);
    expect(world.tagsOf(world.standbys()[0])).toEqual({ team: 'desk', ...OWNED });
    noThrottling(world);
  });

  test('does not wait if told so', async () => {
    const world = new WorkSpacesWorld();
    const answer = await create(world, primaries(world, 30), { WaitUntilReady: false });
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { MemberCount: '30' } });
    expect(answer.after).toBeLessThan(20);
  });

  test('what an earlier deployment has kept is refused, and the rollback leaves it alone', async () => {
    const world = new WorkSpacesWorld();
    foreign(world, { primary: { region: PRIMARY_REGION, workspaceId: PRIMARY }, tags: OWNED });

    const answer = await create(world, [PRIMARY, OTHER_PRIMARY]);

    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/ws-foreign01 of ws-primary01.*has been kept/) });
    await remove(world, answer.PhysicalResourceId);
    expect(world.calls('CreateStandbyWorkspaces')).toEqual([]);
    expect(world.calls('TerminateWorkspaces')).toEqual([]);
  });

  test('one failed member fails the change; the report names it and the delete removes the rest', async () => {
    const world = new WorkSpacesWorld();
    const ids = primaries(world, 30);
    world.simulator.failNext(ids[7], 'DomainJoinFailed', 'Could not join.');
    world.simulator.refuseNext(ids[20], 'ResourceNotFound.User', 'No such user.');

    const answer = await create(world, ids);

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'fleet/us-east-1/d-9367000001' });
    expect(answer.Reason).toMatch(/2 of 30 standbys.*ws-many00007: DomainJoinFailed.*Could not join/);
    expect(answer.Reason).toMatch(/ws-many00020: ResourceNotFound\.User: No such user.*primary's user/);
    expect(await remove(world, answer.PhysicalResourceId, { PrimaryWorkspaceIds: ids })).toMatchObject({ Status: 'SUCCESS' });
    expect(members(world)).toEqual([]);
  });

  test('many failures are cut in the answer and complete in the log', async () => {
    const world = new WorkSpacesWorld({ standbyQuota: 0 });
    const ids = primaries(world, 200);

    const answer = await create(world, ids);

    expect(answer.Reason).toMatch(/200 of 200 standbys.*and 190 more: ResourceLimitExceeded.*quota of standby WorkSpaces is 0/);
    expect(Buffer.byteLength(answer.bodies[0])).toBeLessThanOrEqual(4096);
    ids.forEach(id => expect(world.log()).toContain(id));
  });

  test.each([['an exception', 'exception' as const], ['an item', 'item' as const]])('a quota that is reached on the way, told by %s', async (_, quotaRefusal) => {
    const world = new WorkSpacesWorld({ standbyQuota: 30, quotaRefusal });
    const answer = await create(world, primaries(world, 60));

    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toMatch(/\d+ of 60 standbys.*ResourceLimitExceeded.*increase/);
    await remove(world, answer.PhysicalResourceId);
    expect(members(world)).toEqual([]);
  });

  test('keeps the good ones if told so, terminates the wrecks, and tries again at the next update', async () => {
    const world = new WorkSpacesWorld();
    const ids = primaries(world, 30);
    world.simulator.failNext(ids[7]);
    foreign(world, { userName: 'many8', primary: { region: PRIMARY_REGION, workspaceId: ids[8] } });

    const answer = await create(world, ids, { KeepGoodMembers: true });

    expect(answer).toMatchObject({
      Status: 'SUCCESS', Data: { MemberCount: '28', FailedMemberCount: '2', FailedMembers: expect.stringMatching(/ws-many0000[78] ws-many0000[78]/) },
    });
    expect(members(world)).toEqual(ids.filter(id => id !== ids[7] && id !== ids[8]));
    const properties = { PrimaryWorkspaceIds: ids, KeepGoodMembers: true };
    const again = await world.request(updateOptions(world, answer.PhysicalResourceId, properties, { ...properties, Tags: { a: 'b' } }));
    expect(again).toMatchObject({ Status: 'SUCCESS', Data: { MemberCount: '29', FailedMembers: ids[8] } });
    expect(members(world)).toContain(ids[7]);
    await world.pass(5);
    expect(world.tagsOf('ws-foreign01')).toEqual({});
  });

  test('keeping the good ones needs a good one', async () => {
    const world = new WorkSpacesWorld({ standbyQuota: 0 });
    expect(await create(world, primaries(world, 3), { KeepGoodMembers: true })).toMatchObject({ Status: 'FAILED' });
  });

  test("somebody else's standby of a member is named and left alone", async () => {
    const world = new WorkSpacesWorld();
    foreign(world, { primary: { region: PRIMARY_REGION, workspaceId: PRIMARY } });

    const answer = await create(world, [PRIMARY, OTHER_PRIMARY]);

    expect(answer.Reason).toMatch(/ws-foreign01.*is the standby of ws-primary01 already.*nothing was changed.*adopt: \{ 'ws-primary01': 'ws-foreign01' \}/);
    await remove(world, answer.PhysicalResourceId);
    expect(world.dispatcher.calls.filter(call => JSON.stringify(call.input).includes('ws-foreign01') && call.operation.startsWith('Term'))).toEqual([]);
  });

  test("a desktop of a member's user stands in the way", async () => {
    const world = new WorkSpacesWorld();
    foreign(world);
    expect(await create(world, [PRIMARY, OTHER_PRIMARY])).toMatchObject({
      Status: 'FAILED', Reason: expect.stringMatching(/1 of 2 standbys.*ws-primary01: ResourceExists.*one WorkSpace in a directory/),
    });
  });

  test.each(['UNHEALTHY', 'SUSPENDED'] as const)('a member that stays %s fails', async state => {
    const world = new WorkSpacesWorld();
    const answer = world.send(world.fleet('Create'));
    await world.pass(100);
    world.simulator.force(REGION, world.standbys()[0], state);
    expect(await world.clock.run(answer)).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(state) });
  });

  test('a member that vanishes while it is made fails', async () => {
    const world = new WorkSpacesWorld({ terminationSeconds: 1, invisibleSeconds: 5 });
    const answer = world.send(world.fleet('Create'));
    await world.pass(60);
    world.api('TerminateWorkspaces', { TerminateWorkspaceRequests: [{ WorkspaceId: world.standbys()[0] }] });
    expect(await world.clock.run(answer)).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('Vanished') });
  });

  test.each([
    [{ PrimaryWorkspaceIds: [] }, /list of 1 to 1000 items/], [{ PrimaryWorkspaceIds: ['x'] }, /'x'.*8 to 63 small letters/],
    [{ PrimaryWorkspaceIds: [PRIMARY, PRIMARY] }, /'ws-primary01'.*may occur twice/], [{ KeepGoodMembers: 'x' }, /KeepGoodMembers/],
  ])('refuses the properties %j before any call', async (properties, message) => {
    const world = new WorkSpacesWorld();
    expect(await world.request(world.fleet('Create', properties))).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(message) });
    expect(world.calls()).toEqual([]);
  });
});

test('what looks up a member is asked again after each change of the fleet, and then tells the standby of today', async () => {
  const world = new WorkSpacesWorld({ terminationSeconds: 1 });
  const ids = primaries(world, 2);
  const lookup = (operation: 'Create' | 'Update') => world.request({
    operation, type: 'Custom::StandbyWorkspaceLookup', logicalId: 'Lookup', physicalId: operation === 'Update' ? 'lookup:x' : undefined,
    properties: { PrimaryWorkspaceId: ids[0], PrimaryRegion: PRIMARY_REGION, DirectoryId: DIRECTORY, Revision: operation },
  });
  const fleet = await create(world, ids);
  const first = await lookup('Create');
  world.api('TerminateWorkspaces', { TerminateWorkspaceRequests: [{ WorkspaceId: first.Data.WorkspaceId }] });
  await world.pass(60);

  const changed = await world.request(updateOptions(
    world, fleet.PhysicalResourceId, { PrimaryWorkspaceIds: ids }, { PrimaryWorkspaceIds: ids, Tags: { team: 'desk' } }));

  expect(changed).toMatchObject({ Status: 'SUCCESS', Data: { MemberCount: '2' } });
  expect(changed.Data.Revision).not.toBe(fleet.Data.Revision);
  const second = await lookup('Update');
  expect(second.Data.WorkspaceId).not.toBe(first.Data.WorkspaceId);
  expect(world.standbys()).toContain(second.Data.WorkspaceId);
});

describe('update', () => {
  async function made(count: number, properties: object = {}, options: ConstructorParameters<typeof WorkSpacesWorld>[0] = {}) {
    const world = new WorkSpacesWorld(options);
    const ids = primaries(world, count);
    const before = { PrimaryWorkspaceIds: ids, ...properties };
    const { PhysicalResourceId: physicalId } = await create(world, ids, properties);
    await world.pass(60);
    const update = (after: object, from: object = {}): Promise<Answer> =>
      world.request(updateOptions(world, physicalId, { ...before, ...from }, { ...before, ...after }));
    return { world, ids, physicalId, before, update };
  }

  test('adds and removes members in place', async () => {
    const { ids, physicalId, update, world } = await made(30);
    const added = primaries(world, 3, 'more');
    const wanted = [...ids.slice(2), ...added];

    const answer = await update({ PrimaryWorkspaceIds: wanted });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId, Data: { MemberCount: '31' } });
    expect(members(world)).toEqual([...wanted].sort());
    noThrottling(world);
  });

  test('a failed new member rolls back what the change has made, and nothing else', async () => {
    const { ids, physicalId, update, world } = await made(30);
    const before = world.standbys();
    const added = primaries(world, 3, 'more');
    world.simulator.failNext(added[1], 'Broken', 'No.');

    const answer = await update({ PrimaryWorkspaceIds: [...ids.slice(5), ...added] });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: physicalId, Reason: expect.stringMatching(/ws-more00001: Broken/) });
    expect(world.standbys()).toEqual(before);
    expect(await update({}, { PrimaryWorkspaceIds: [...ids.slice(5), ...added] })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.standbys()).toEqual(before);
  });

  test.each([3, 20, 300])('taking back an update that was cancelled after %i s removes what that had made', async seconds => {
    const { before, ids, physicalId, update, world } = await made(10, {}, { invisibleSeconds: 100 });
    const standbys = world.standbys();
    const PrimaryWorkspaceIds = [...ids, ...primaries(world, 30, 'more')];
    void world.send(updateOptions(world, physicalId, before, { ...before, PrimaryWorkspaceIds }));
    await world.pass(seconds);

    expect(await update({}, { PrimaryWorkspaceIds })).toMatchObject({ Status: 'SUCCESS' });
    await world.pass(100);
    await world.pass(300);
    expect(world.standbys()).toEqual(standbys);
  });

  test('changes tags and replication of all members in place', async () => {
    const { before, physicalId, update, world } = await made(30, { Tags: { team: 'desk', stage: 'test' } });
    world.api('CreateTags', { ResourceId: world.standbys()[0], Tags: [{ Key: 'cost', Value: '7' }] });

    const after = { Tags: { team: 'chair' }, DataReplication: 'PRIMARY_AS_SOURCE' };
    expect(await update(after)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });

    await world.pass(10);
    expect(world.tagsOf(world.standbys()[0])).toEqual({ team: 'chair', cost: '7', ...OWNED });
    const shown = world.api('DescribeWorkspaces', { DirectoryId: DIRECTORY }).Workspaces;
    expect(new Set(shown.map((workspace: any) => workspace.DataReplicationSettings.DataReplication))).toEqual(new Set(['PRIMARY_AS_SOURCE']));
    expect(world.calls('ModifyWorkspaceProperties')).toHaveLength(30);
    noThrottling(world);
    await world.request(updateOptions(world, physicalId, { ...before, ...after }, before));
    expect(world.calls('ModifyWorkspaceProperties')).toHaveLength(60);
  });

  test.each([3, 10, 100])('taking back a change of the replication that was cancelled after %i s holds', async seconds => {
    const { before, physicalId, update, world } = await made(10);
    void world.send(updateOptions(world, physicalId, before, { ...before, DataReplication: 'PRIMARY_AS_SOURCE' }));
    await world.pass(seconds);

    expect(await update({}, { DataReplication: 'PRIMARY_AS_SOURCE' })).toMatchObject({ Status: 'SUCCESS' });
    await world.pass(100);
    await world.pass(600);
    const shown = world.api('DescribeWorkspaces', { DirectoryId: DIRECTORY }).Workspaces;
    expect(new Set(shown.map((workspace: any) => workspace.DataReplicationSettings.DataReplication))).toEqual(new Set(['NO_REPLICATION']));
  });

  test.each([2, 5, 30])('taking back a removal that was cancelled after %i s leaves every member with a standby', async seconds => {
    const { before, ids, physicalId, update, world } = await made(5);
    void world.send(updateOptions(world, physicalId, before, { ...before, PrimaryWorkspaceIds: ids.slice(2) }));
    await world.pass(seconds);

    expect(await update({}, { PrimaryWorkspaceIds: ids.slice(2) })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
    await world.pass(100);
    await world.pass(600);
    expect(members(world)).toEqual(ids);
  });

  test('waits for standbys of members that are going away', async () => {
    const { ids, update, world } = await made(3);
    world.api('TerminateWorkspaces', { TerminateWorkspaceRequests: [{ WorkspaceId: world.standbys()[0] }] });
    expect(await update({ Tags: { a: 'b' } })).toMatchObject({ Status: 'SUCCESS' });
    expect(members(world)).toEqual(ids);
  });

  test('busy members are waited for, other errors passed on', async () => {
    const busy = await made(3, {}, { interceptors: [failing('ModifyWorkspaceProperties', new ServiceError('OperationInProgressException', 'Busy.'), 2)] });
    expect(await busy.update({ DataReplication: 'PRIMARY_AS_SOURCE' })).toMatchObject({ Status: 'SUCCESS' });
    const broken = await made(3, {}, { replicationTarget: 'primary' });
    expect(await broken.update({ DataReplication: 'PRIMARY_AS_SOURCE' })).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/not a primary/) });
  });

  test('another directory is another fleet; the old one goes in the clean-up', async () => {
    const { before, ids, physicalId, update, world } = await made(5);

    const answer = await update({ DirectoryId: OTHER_DIRECTORY });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: expect.stringContaining(OTHER_DIRECTORY) });
    expect(members(world)).toHaveLength(10);
    // Whichever properties come with it, the id decides.
    expect(await remove(world, physicalId, { ...before, DirectoryId: OTHER_DIRECTORY })).toMatchObject({ Status: 'SUCCESS' });
    expect(members(world)).toEqual(ids);
    expect(world.api('DescribeWorkspaces', { DirectoryId: DIRECTORY }).Workspaces).toEqual([]);
  });

  test('another directory that fails is rolled back by the update, and a cancelled one by the update that undoes it', async () => {
    const { before, ids, physicalId, update, world } = await made(5);
    world.simulator.failNext(ids[3]);
    expect(await update({ DirectoryId: OTHER_DIRECTORY })).toMatchObject({ Status: 'FAILED', PhysicalResourceId: physicalId });
    expect(members(world)).toEqual(ids);

    void world.send(updateOptions(world, physicalId, before, { ...before, DirectoryId: OTHER_DIRECTORY }));
    await world.pass(30);
    expect(await update({}, { DirectoryId: OTHER_DIRECTORY })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
    await world.pass(100);
    expect(members(world)).toEqual(ids);
  });

  test('another key is refused before anything is changed', async () => {
    const { ids, update, world } = await made(3, { VolumeEncryptionKey: KEY });
    const answer = await update({ VolumeEncryptionKey: OTHER_KEY, PrimaryWorkspaceIds: ids.slice(1) });
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/can't change that.*Set 'volumeEncryptionKey' back/) });
    expect(await update({}, { VolumeEncryptionKey: OTHER_KEY })).toMatchObject({ Status: 'SUCCESS' });
    expect(members(world)).toEqual(ids);
  });

  test('update and delete never call the primary Region', async () => {
    const { physicalId, update, world } = await made(3);
    await update({ Tags: { a: 'b' } });
    await remove(world, physicalId);
    expect(new Set(world.dispatcher.calls.map(call => call.region))).toEqual(new Set([REGION]));
  });
});

describe('delete', () => {
  test('terminates all members, and nothing else', async () => {
    const world = new WorkSpacesWorld();
    const ids = primaries(world, 60);
    const { PhysicalResourceId } = await create(world, ids);
    const other = await world.request(world.fleet('Create', { PrimaryWorkspaceIds: [PRIMARY] }, { logicalId: 'Other' }));
    foreign(world, { userName: 'john', workspaceId: 'ws-foreign09', primary: { region: PRIMARY_REGION, workspaceId: OTHER_PRIMARY } });

    expect(await remove(world, PhysicalResourceId, { PrimaryWorkspaceIds: ids })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
    expect(members(world)).toEqual([PRIMARY]);
    expect(other.Status).toBe('SUCCESS');
    noThrottling(world);
  });

  test('tries a refused termination again, and says in the end which one', async () => {
    const world = new WorkSpacesWorld();
    const { PhysicalResourceId } = await create(world, [PRIMARY, OTHER_PRIMARY]);
    const [first] = world.standbys();
    world.simulator.force(REGION, first, 'SUSPENDED');
    expect(await remove(world, PhysicalResourceId)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(new RegExp(`${first}.*Suspended ones`)) });
    world.simulator.force(REGION, first, undefined);
    expect(await remove(world, PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(members(world)).toEqual([]);
  });

  test('terminates again what is still there', async () => {
    const world = new WorkSpacesWorld();
    const { PhysicalResourceId } = await create(world, [PRIMARY, OTHER_PRIMARY]);
    const { handle } = world.simulator.operations.TerminateWorkspaces;
    let ignored = 1;
    jest.spyOn(world.simulator.operations.TerminateWorkspaces, 'handle').mockImplementation((input, call) => ignored-- > 0 ? {} : handle(input, call));

    expect(await remove(world, PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(members(world)).toEqual([]);
    expect(world.log()).toMatch(/terminating them again/);
  });

  test.each([0, 2, 20, 200])('a create that is cancelled after %i s leaves nothing', async seconds => {
    const world = new WorkSpacesWorld({ invisibleSeconds: 100, relationLagSeconds: 150 });
    const ids = primaries(world, 60);
    void world.send(world.fleet('Create', { PrimaryWorkspaceIds: ids }));
    await world.pass(seconds);

    expect(await remove(world, INVENTED, { PrimaryWorkspaceIds: ids })).toMatchObject({ Status: 'SUCCESS' });
    await world.pass(100);
    expect(members(world)).toEqual([]);
  });
});

describe('the standby of one member', () => {
  const lookup = (world: WorkSpacesWorld, rest: object = {}) => world.request({
    operation: 'Create', type: 'Custom::StandbyWorkspaceLookup', logicalId: 'Lookup', ...rest,
    properties: { PrimaryWorkspaceId: PRIMARY, PrimaryRegion: PRIMARY_REGION, DirectoryId: DIRECTORY },
  });

  test('is found through its primary, or without the primary Region, and a delete does nothing', async () => {
    const world = new WorkSpacesWorld();
    await create(world, [PRIMARY, OTHER_PRIMARY]);
    const answer = await lookup(world);
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { UserName: 'jane', State: 'AVAILABLE' }, after: 0 });

    world.dispatcher.interceptors.push(failing('DescribeWorkspaces', new ServiceError('ServiceUnavailable', 'Down.', 503), Infinity, PRIMARY_REGION));
    primaries(world, 0);
    for (let index = 10; index < 99; index++) {
      foreign(world, { workspaceId: `ws-other00${index}`, userName: `user${index}` });
    }
    expect((await lookup(world)).Data).toEqual(answer.Data);
    expect(await lookup(world, { operation: 'Delete', physicalId: answer.PhysicalResourceId })).toMatchObject({ Status: 'SUCCESS', after: 0 });
    expect(world.standbys()).toHaveLength(2);
  });

  test('that does not exist is an error after a while', async () => {
    const answer = await lookup(new WorkSpacesWorld());
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/no standby of ws-primary01.*failedMembers/) });
    expect(answer.after).toBeGreaterThanOrEqual(180);
  });
});
