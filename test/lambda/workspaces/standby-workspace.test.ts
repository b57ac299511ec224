import { DIRECTORY, failing, foreign, INVENTED, OTHER_DIRECTORY, OTHER_PRIMARY, OWNED, OWNER, PRIMARY, PRIMARY_REGION, REGION,
  standbyId, WorkSpacesWorld } from './workspaces-world';
import { conditionOf } from '../../../lambda/workspaces/standby';
import { ServiceError } from '../../../sandbox/services/service';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555';
const OTHER_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/99999999-2222-3333-4444-555555555555';

describe('create', () => {
  test('answers the id and all attributes of a finished standby, once', async () => {
    const world = new WorkSpacesWorld();

    const answer = await world.createStandby();

    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { UserName: 'jane', DirectoryId: DIRECTORY, State: 'AVAILABLE' } });
    expect(Object.keys(answer.Data).sort()).toEqual(
      ['BundleId', 'ComputerName', 'DirectoryId', 'IpAddress', 'State', 'SubnetId', 'UserName', 'WorkspaceId']);
    expect(Object.values(answer.Data).every(value => value !== '')).toBe(true);
    expect(answer.PhysicalResourceId).toBe(standbyId(answer.Data.WorkspaceId));
    expect(answer.bodies).toHaveLength(1);
    expect(answer.after).toBeGreaterThanOrEqual(900);
    expect(answer.after).toBeLessThan(1020);
    expect(world.calls('CreateStandbyWorkspaces')).toHaveLength(1);
  });

  test('asks for what is declared, with the owner tag in the same call', async () => {
    const world = new WorkSpacesWorld();

    await world.createStandby({ VolumeEncryptionKey: KEY, DataReplication: 'PRIMARY_AS_SOURCE', Tags: { team: 'desk' } });

    const { input, region } = world.dispatcher.calls.find(call => call.operation === 'CreateStandbyWorkspaces')!;
    expect(region).toBe(REGION);
    expect(input).toEqual({
      PrimaryRegion: PRIMARY_REGION,
      StandbyWorkspaces: [{
        PrimaryWorkspaceId: PRIMARY,
        DirectoryId: DIRECTORY,
        VolumeEncryptionKey: KEY,
        DataReplication: 'PRIMARY_AS_SOURCE',
        Tags: [{ Key: 'team', Value: 'desk' }, { Key: OWNER_TAG_KEY, Value: OWNER }],
      }],
    });
  });

  test('an empty describe just after the create is not "gone"', async () => {
    const world = new WorkSpacesWorld({ invisibleSeconds: 400 });

    expect(await world.createStandby()).toMatchObject({ Status: 'SUCCESS' });
    expect(world.calls('CreateStandbyWorkspaces')).toHaveLength(1);
  });

  test('STOPPED is ready, too', async () => {
    const world = new WorkSpacesWorld({ finalState: 'STOPPED' });

    expect(await world.createStandby()).toMatchObject({ Status: 'SUCCESS', Data: { State: 'STOPPED' } });
  });

  test('does not wait if told so, and still has every attribute', async () => {
    const world = new WorkSpacesWorld();

    const answer = await world.createStandby({ WaitUntilReady: false });

    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { State: 'PENDING', UserName: 'jane', IpAddress: '' } });
    expect(answer.after).toBeLessThan(10);
    expect(world.standbys()).toEqual([answer.Data.WorkspaceId]);
  });

  test('pages through the directory when the primary Region is down', async () => {
    const down = failing('DescribeWorkspaces', new ServiceError('ServiceUnavailable', 'Down.', 503), Infinity, PRIMARY_REGION);
    const world = new WorkSpacesWorld({ interceptors: [down] });
    for (let index = 10; index < 90; index++) {
      foreign(world, { workspaceId: `ws-other00${index}`, userName: `user${index}` });
    }

    expect(await world.createStandby()).toMatchObject({ Status: 'SUCCESS', Data: { UserName: 'jane' } });
    expect(world.dispatcher.calls.filter(call => call.input?.NextToken)).not.toEqual([]);
  });

  test.each([
    ['quota', { standbyQuota: 0 }, /ResourceLimitExceeded.*quota of standby WorkSpaces is 0.*increase/],
    ['quota, as an exception', { standbyQuota: 0, quotaRefusal: 'exception' as const }, /ResourceLimitExceededException.*increase/],
    ['unsupported Region', { supportedRegions: ['us-east-1'] }, /OperationNotSupportedException.*reason UnsupportedRegion.*us-west-2/],
  ])('%s: the error has the code, the message and the likely cause', async (_, options, message) => {
    const world = new WorkSpacesWorld(options);

    const answer = await world.createStandby();

    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(message) });
    expect(answer.after).toBeLessThan(10);
  });

  test.each([
    ['ResourceNotFound.User', 'The directory has no such user.', /must have the primary's user/],
    ['UnsupportedOperation', 'Unsupported bundle.', /Windows and BYOL bundles/],
    ['InvalidKey', 'The KMS key is disabled.', /must be symmetric, enabled/],
    ['ResourceNotFound.WorkSpace', 'No primary.', /primary WorkSpace must exist/],
    ['ResourceNotFound.Directory', 'No directory.', /registered for WorkSpaces/],
    ['Strange', 'Something new.', /Strange: Something new\./],
  ])('a failed item %s is an error with its likely cause', async (code, message, expected) => {
    const world = new WorkSpacesWorld();
    world.simulator.refuseNext(PRIMARY, code, message);

    expect(await world.createStandby()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(expected) });
    expect(world.standbys()).toEqual([]);
  });

  test('a desktop of the same user that is not a standby is named', async () => {
    const world = new WorkSpacesWorld();
    foreign(world);

    const answer = await world.createStandby();

    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/ws-foreign01 of user jane is in directory.*can have one WorkSpace in a directory/) });
  });

  test("somebody else's standby of the primary is refused at once and left alone", async () => {
    const world = new WorkSpacesWorld();
    foreign(world, { primary: { region: PRIMARY_REGION, workspaceId: PRIMARY } });

    const answer = await world.createStandby();

    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/ws-foreign01.*does not belong.*fromStandbyWorkspaceId/) });
    expect(answer.after).toBeLessThan(3);
    expect(await world.request(world.standby('Delete', {}, { physicalId: answer.PhysicalResourceId }))).toMatchObject({ Status: 'SUCCESS', after: 0 });
    expect(world.calls('CreateStandbyWorkspaces')).toEqual([]);
    expect(world.calls('TerminateWorkspaces')).toEqual([]);
  });

  test('a standby that an earlier deployment has kept is refused, and the rollback leaves it alone', async () => {
    const world = new WorkSpacesWorld();
    foreign(world, { primary: { region: PRIMARY_REGION, workspaceId: PRIMARY }, tags: OWNED });

    const answer = await world.createStandby();

    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/has been kept/) });
    await world.request(world.standby('Delete', {}, { physicalId: answer.PhysicalResourceId }));
    expect(world.calls('CreateStandbyWorkspaces')).toEqual([]);
    expect(world.calls('TerminateWorkspaces')).toEqual([]);
  });

  test('waits for its own earlier standby to go away', async () => {
    const world = new WorkSpacesWorld({ terminationSeconds: 400 });
    const first = await world.createStandby();
    world.api('TerminateWorkspaces', { TerminateWorkspaceRequests: [{ WorkspaceId: first.Data.WorkspaceId }] });

    const second = await world.createStandby();

    expect(second.Status).toBe('SUCCESS');
    expect(second.PhysicalResourceId).not.toBe(first.PhysicalResourceId);
  });

  test('a repeated call that finds its own invisible standby adopts it, also when the relation lags', async () => {
    const world = new WorkSpacesWorld({ invisibleSeconds: 100, relationLagSeconds: 160 });
    world.crashAt({ atCall: 3, effect: true });

    const answer = await world.createStandby();

    expect(world.outcomes('CreateStandbyWorkspaces')).toHaveLength(2);
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { State: 'AVAILABLE' } });
    expect(world.standbys()).toEqual([answer.Data.WorkspaceId]);
  });

  test('an accepted request without an id is looked for, then an error', async () => {
    const world = new WorkSpacesWorld();
    const { handle } = world.simulator.operations.CreateStandbyWorkspaces;
    jest.spyOn(world.simulator.operations.CreateStandbyWorkspaces, 'handle').mockImplementation(() => ({}));

    expect(await world.createStandby()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/told no id/) });
    jest.spyOn(world.simulator.operations.CreateStandbyWorkspaces, 'handle').mockImplementation((input, call) => {
      handle(input, call);
      return { PendingStandbyRequests: [{ UserName: 'jane' }] };
    });
    expect(await world.createStandby()).toMatchObject({ Status: 'SUCCESS' });
  });

  test('what vanishes while it is made is an error with the real id', async () => {
    const world = new WorkSpacesWorld({ terminationSeconds: 30 });
    const created = world.send(world.standby('Create'));
    await world.pass(200);
    world.api('TerminateWorkspaces', { TerminateWorkspaceRequests: [{ WorkspaceId: world.standbys()[0] }] });

    expect(await world.clock.run(created)).toMatchObject({
      Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/#ws-/), Reason: expect.stringMatching(/vanished/),
    });
  });

  test.each([
    [{ PrimaryWorkspaceId: 'ws-1' }, /PrimaryWorkspaceId.*8 to 63 small letters/],
    [{ DirectoryId: 'x' }, /DirectoryId.*hexadecimal digits/],
    [{ PrimaryRegion: 'US East' }, /PrimaryRegion.*name of a Region/],
    [{ DataReplication: 'BOTH' }, /DataReplication.*one of NO_REPLICATION, PRIMARY_AS_SOURCE/],
    [{ WaitUntilReady: 'maybe' }, /WaitUntilReady.*'true' or 'false'/],
    [{ Bundle: 'x' }, /does not know.*Bundle/],
  ])('refuses the properties %j before any call', async (properties, message) => {
    const world = new WorkSpacesWorld();

    expect(await world.createStandby(properties)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(message) });
    expect(world.calls()).toEqual([]);
  });
});

describe('the states of a standby that is being made', () => {
  const UNDERWAY = [
    'PENDING', 'STARTING', 'REBOOTING', 'UPDATING', 'STOPPING', 'RESTORING', 'REBUILDING', 'MAINTENANCE', 'ADMIN_MAINTENANCE',
  ] as const;

  async function inState(state: string) {
    const world = new WorkSpacesWorld();
    const answer = world.send(world.standby('Create'));
    await world.pass(100);
    world.simulator.force(REGION, world.standbys()[0], state as any);
    return { world, answer };
  }

  test.each(['AVAILABLE', 'STOPPED'])('%s is ready', async state => {
    const { world, answer } = await inState(state);
    expect(await world.clock.run(answer)).toMatchObject({ Status: 'SUCCESS', Data: { State: state } });
  });

  test.each([...UNDERWAY, 'SOMETHING_NEW'])('%s is waited for', async state => {
    const { world, answer } = await inState(state === 'SOMETHING_NEW' ? 'PENDING' : state);
    if (state === 'SOMETHING_NEW') {
      expect(conditionOf(state)).toBeUndefined();
    }
    await world.pass(2000);
    expect(world.exists()).toContainEqual(expect.stringContaining('StandbyWorkspace'));
    world.simulator.force(REGION, world.standbys()[0], 'AVAILABLE');
    expect(await world.clock.run(answer)).toMatchObject({ Status: 'SUCCESS' });
  });

  test.each(['UNHEALTHY', 'IMPAIRED'])('%s may pass, but not for ever', async state => {
    const recovering = await inState(state);
    await recovering.world.pass(600);
    recovering.world.simulator.force(REGION, recovering.world.standbys()[0], 'AVAILABLE');
    expect(await recovering.world.clock.run(recovering.answer)).toMatchObject({ Status: 'SUCCESS' });

    const { world, answer } = await inState(state);
    const failed = await world.clock.run(answer);
    expect(failed).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(state) });
    expect(failed.after).toBeGreaterThan(900);
    expect(failed.after).toBeLessThan(1300);
  });

  test('SUSPENDED is an error', async () => {
    const state = 'SUSPENDED';
    const { world, answer } = await inState(state);
    expect(await world.clock.run(answer)).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(state) });
  });

  test('ERROR is an error with code, message and the real id, and the delete removes the wreck', async () => {
    const world = new WorkSpacesWorld();
    world.simulator.failNext(PRIMARY, 'DomainJoinFailed', 'Could not join.');

    const answer = await world.createStandby();

    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/is ERROR: DomainJoinFailed: Could not join/) });
    expect(answer.PhysicalResourceId).toBe(standbyId(world.standbys()[0]));
    expect(await world.request(world.standby('Delete', {}, { physicalId: answer.PhysicalResourceId }))).toMatchObject({ Status: 'SUCCESS' });
    expect(world.standbys()).toEqual([]);
  });
});

describe('update', () => {
  async function made(properties: object = {}, options: ConstructorParameters<typeof WorkSpacesWorld>[0] = {}) {
    const world = new WorkSpacesWorld(options);
    const { PhysicalResourceId: physicalId, Data: { WorkspaceId: id } } = await world.createStandby(properties);
    await world.pass(60);
    const update = (before: object, after: object) => world.request({
      ...world.standby('Update', after, { physicalId }), oldProperties: world.standby('Create', before).properties,
    });
    return { world, id, physicalId, update };
  }

  test('changes tags in place and at once, and leaves those of others and the owner tag alone', async () => {
    const { id, world, physicalId, update } = await made({ Tags: { team: 'desk', stage: 'test' } });
    world.api('CreateTags', { ResourceId: id, Tags: [{ Key: 'cost', Value: '7' }] });

    const answer = await update({ Tags: { team: 'desk', stage: 'test' } }, { Tags: { team: 'chair' } });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId, after: 0 });
    await world.pass(5);
    expect(world.tagsOf(id)).toEqual({ team: 'chair', cost: '7', ...OWNED });
  });

  test.each([
    ['on', 'NO_REPLICATION', 'PRIMARY_AS_SOURCE'], ['off', 'PRIMARY_AS_SOURCE', 'NO_REPLICATION'],
  ])('switches the replication %s in place and waits until it shows', async (_, before, after) => {
    const { id, physicalId, update, world } = await made({ DataReplication: before });

    const answer = await update({ DataReplication: before }, { DataReplication: after });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
    expect(answer.after).toBeGreaterThanOrEqual(180);
    expect(world.outcomes('ModifyWorkspaceProperties')).toEqual(['success']);
    expect(world.api('DescribeWorkspaces', { WorkspaceIds: [id] }).Workspaces[0].DataReplicationSettings.DataReplication).toBe(after);
  });

  test('no declaration of the replication is none', async () => {
    const { update, world } = await made();
    await update({}, { DataReplication: 'NO_REPLICATION' });
    expect(world.calls('ModifyWorkspaceProperties')).toEqual([]);
  });

  test('waits for another modification to end', async () => {
    const { id, update, world } = await made({ DataReplication: 'PRIMARY_AS_SOURCE' });
    world.api('ModifyWorkspaceProperties', { WorkspaceId: id, DataReplication: 'PRIMARY_AS_SOURCE' });

    expect(await update({ DataReplication: 'PRIMARY_AS_SOURCE' }, {})).toMatchObject({ Status: 'SUCCESS' });
    expect(world.outcomes('ModifyWorkspaceProperties')).toContain('OperationInProgressException');
  });

  test.each(['InvalidResourceStateException', 'ResourceUnavailableException'])('%s is waited for', async name => {
    const { update } = await made({}, { interceptors: [failing('ModifyWorkspaceProperties', new ServiceError(name, 'Not now.'), 2)] });
    expect(await update({}, { DataReplication: 'PRIMARY_AS_SOURCE' })).toMatchObject({ Status: 'SUCCESS' });
  });

  test.each(['InvalidParameterValuesException', 'UnsupportedWorkspaceConfigurationException', 'ResourceNotFoundException'])(
    '%s is passed on in the words of WorkSpaces', async name => {
      const { update } = await made({}, { interceptors: [failing('ModifyWorkspaceProperties', new ServiceError(name, 'Not ever.'))] });
      expect(await update({}, { DataReplication: 'PRIMARY_AS_SOURCE' })).toMatchObject({
        Status: 'FAILED', Reason: expect.stringContaining(`${name}: Not ever.`),
      });
    });

  test('an API that wants the id of the primary is an error that says so', async () => {
    const { update } = await made({}, { replicationTarget: 'primary' });
    expect(await update({}, { DataReplication: 'PRIMARY_AS_SOURCE' })).toMatchObject({
      Status: 'FAILED', Reason: expect.stringMatching(/InvalidParameterValuesException.*not a primary/),
    });
  });

  test('a standby that does not show its replication is believed after ten minutes', async () => {
    const { update, world } = await made({}, { replicationShownOn: 'primary' });
    expect(await update({}, { Tags: { a: 'b' } })).toMatchObject({ Status: 'SUCCESS', after: 0 });

    const answer = await update({}, { DataReplication: 'PRIMARY_AS_SOURCE' });

    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(answer.after).toBeGreaterThan(600);
    expect(world.log()).toMatch(/does not show the setting/);
  });

  test.each([
    ['primary', { PrimaryWorkspaceId: OTHER_PRIMARY }, 'john'], ['directory', { DirectoryId: OTHER_DIRECTORY }, 'jane'],
  ])('another %s makes another standby beside the old one', async (_, change, user) => {
    const { id, physicalId, update, world } = await made();

    const answer = await update({}, change);

    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { UserName: user } });
    expect(world.standbys().sort()).toEqual([id, answer.Data.WorkspaceId].sort());
    expect(await world.request(world.standby('Delete', {}, { physicalId }))).toMatchObject({ Status: 'SUCCESS' });
    expect(world.standbys()).toEqual([answer.Data.WorkspaceId]);
  });

  test('a primary of the same user collides, and the error says the way out', async () => {
    const { id, physicalId, update, world } = await made();
    world.simulator.seedWorkspace({ region: PRIMARY_REGION, workspaceId: 'ws-rebuilt01', directoryId: 'd-9067000001', userName: 'jane' });

    const answer = await update({}, { PrimaryWorkspaceId: 'ws-rebuilt01' });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: physicalId });
    expect(answer.Reason).toMatch(new RegExp(`${id} of user jane.*can have one WorkSpace in a directory.*Use another directory.*save them first`));
    expect(world.standbys()).toEqual([id]);
  });

  test('a replacement that fails is removed by the update itself', async () => {
    const { id, physicalId, update, world } = await made();
    world.simulator.failNext(OTHER_PRIMARY, 'Broken', 'No.');

    const answer = await update({}, { PrimaryWorkspaceId: OTHER_PRIMARY });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: physicalId, Reason: expect.stringMatching(/ERROR: Broken: No/) });
    expect(world.standbys()).toEqual([id]);
  });

  test.each([2, 5, 30, 200])('taking back a replacement that was cancelled after %i s removes what that had made', async seconds => {
    const { id, physicalId, update, world } = await made({}, { invisibleSeconds: 60 });
    void world.send(world.standby('Update', { PrimaryWorkspaceId: OTHER_PRIMARY }, { physicalId }));
    await world.pass(seconds);

    const answer = await update({ PrimaryWorkspaceId: OTHER_PRIMARY }, {});

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
    await world.pass(100);
    expect(world.standbys()).toEqual([id]);
  });

  test.each([2, 30, 100])('taking back a change of the replication that was cancelled after %i s holds', async seconds => {
    const { id, physicalId, update, world } = await made();
    void world.send(world.standby('Update', { DataReplication: 'PRIMARY_AS_SOURCE' }, { physicalId }));
    await world.pass(seconds);

    expect(await update({ DataReplication: 'PRIMARY_AS_SOURCE' }, {})).toMatchObject({ Status: 'SUCCESS' });
    await world.pass(100);
    await world.pass(600);
    expect(world.api('DescribeWorkspaces', { WorkspaceIds: [id] }).Workspaces[0].DataReplicationSettings.DataReplication)
      .toBe('NO_REPLICATION');
  });

  test('another key is refused with the way out, and taking that back is no change', async () => {
    const { id, physicalId, update, world } = await made({ VolumeEncryptionKey: KEY });

    const answer = await update({ VolumeEncryptionKey: KEY }, { VolumeEncryptionKey: OTHER_KEY });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: physicalId, after: 0 });
    expect(answer.Reason).toMatch(/can't change that\. Set 'volumeEncryptionKey' back to what it was\..*needs another 'directoryId'/);
    expect(await update({ VolumeEncryptionKey: KEY }, {})).toMatchObject({ Status: 'FAILED' });
    expect(await update({ VolumeEncryptionKey: OTHER_KEY }, { VolumeEncryptionKey: KEY })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.standbys()).toEqual([id]);
  });

  test('a standby that was terminated outside is an error, not a new one', async () => {
    const { id, physicalId, update, world } = await made({}, { terminationSeconds: 1 });
    world.api('TerminateWorkspaces', { TerminateWorkspaceRequests: [{ WorkspaceId: id }] });
    await world.pass(5);

    expect(await update({}, { Tags: { a: 'b' } })).toMatchObject({
      Status: 'FAILED', PhysicalResourceId: physicalId, Reason: expect.stringMatching(/does not exist any more.*terminated outside/),
    });
    expect(world.standbys()).toEqual([]);
  });

  test('a standby that has lost its owner tag is not changed', async () => {
    const { id, update, world } = await made();
    world.api('DeleteTags', { ResourceId: id, TagKeys: [OWNER_TAG_KEY] });

    expect(await update({}, { Tags: { a: 'b' } })).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/put the tag back/) });
    expect(world.tagsOf(id)).toEqual({});
  });

  test('update and delete never call the primary Region', async () => {
    const { physicalId, update, world } = await made();
    const since = world.dispatcher.calls.length;
    await update({}, { DataReplication: 'PRIMARY_AS_SOURCE', Tags: { a: 'b' } });
    await world.request(world.standby('Delete', {}, { physicalId }));
    await world.request(world.standby('Delete', {}, { physicalId: INVENTED }));

    expect(new Set(world.dispatcher.calls.slice(since).map(call => call.region))).toEqual(new Set([REGION]));
  });
});

describe('delete', () => {
  test.each(['AVAILABLE', 'STOPPED', 'PENDING', 'ERROR', 'UNHEALTHY', 'MAINTENANCE'] as const)('terminates from %s', async state => {
    const world = new WorkSpacesWorld();
    const { PhysicalResourceId: physicalId, Data: { WorkspaceId: id } } = await world.createStandby();
    world.simulator.force(REGION, id, state);

    const answer = await world.request(world.standby('Delete', {}, { physicalId }));

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
    expect(answer.after).toBeGreaterThanOrEqual(300);
    expect(world.standbys()).toEqual([]);
  });

  test('SUSPENDED is an error with the way out', async () => {
    const world = new WorkSpacesWorld();
    const { PhysicalResourceId: physicalId, Data: { WorkspaceId: id } } = await world.createStandby();
    world.simulator.force(REGION, id, 'SUSPENDED');

    expect(await world.request(world.standby('Delete', {}, { physicalId }))).toMatchObject({
      Status: 'FAILED', PhysicalResourceId: physicalId, Reason: expect.stringMatching(/SUSPENDED.*Resume it/),
    });
  });

  test('TERMINATED is still going away', async () => {
    const world = new WorkSpacesWorld({ terminatedSeconds: 200 });
    const { PhysicalResourceId: physicalId } = await world.createStandby();

    const answer = await world.request(world.standby('Delete', {}, { physicalId }));

    expect(answer.Status).toBe('SUCCESS');
    expect(answer.after).toBeGreaterThanOrEqual(300);
  });

  test('a refusal that may pass is tried again, one that does not is an error', async () => {
    const world = new WorkSpacesWorld();
    const { PhysicalResourceId: physicalId, Data: { WorkspaceId: id } } = await world.createStandby();
    const { handle } = world.simulator.operations.TerminateWorkspaces;
    let refusals = 2;
    jest.spyOn(world.simulator.operations.TerminateWorkspaces, 'handle').mockImplementation((input, call) => refusals-- > 0
      ? { FailedRequests: [{ WorkspaceId: id, ErrorCode: 'Busy', ErrorMessage: 'Not now.' }] } : handle(input, call));

    expect(await world.request(world.standby('Delete', {}, { physicalId }))).toMatchObject({ Status: 'SUCCESS' });

    const other = await world.createStandby();
    refusals = Infinity;
    expect(await world.request(world.standby('Delete', {}, { physicalId: other.PhysicalResourceId }))).toMatchObject({
      Status: 'FAILED', Reason: expect.stringMatching(/could not be terminated: Busy: Not now/),
    });
  });

  test('what vanishes between the look and the call is gone', async () => {
    const world = new WorkSpacesWorld();
    const { PhysicalResourceId: physicalId, Data: { WorkspaceId: id } } = await world.createStandby();
    jest.spyOn(world.simulator.operations.TerminateWorkspaces, 'handle').mockImplementation(() => {
      world.simulator.force(REGION, id, 'TERMINATING');
      return { FailedRequests: [{ WorkspaceId: id, ErrorCode: 'ResourceNotFound.WorkSpace', ErrorMessage: 'Gone.' }] };
    });
    void world.send(world.standby('Delete', {}, { physicalId }));
    await world.pass(100);
    expect(world.log()).not.toMatch(/could not be terminated/);
  });

  test('what is long gone is success', async () => {
    const world = new WorkSpacesWorld();
    const answer = await world.request(world.standby('Delete', {}, { physicalId: standbyId('ws-longgone1') }));
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(world.calls('TerminateWorkspaces')).toEqual([]);
  });

  test('a standby that is too young to be seen is still terminated', async () => {
    const world = new WorkSpacesWorld({ invisibleSeconds: 100 });
    const { PhysicalResourceId: physicalId } = await world.createStandby({ WaitUntilReady: false });

    expect(await world.request(world.standby('Delete', {}, { physicalId }))).toMatchObject({ Status: 'SUCCESS' });
    expect(world.standbys()).toEqual([]);
  });

  test("leaves alone what does not carry this resource's tag", async () => {
    const world = new WorkSpacesWorld();
    foreign(world, { primary: { region: PRIMARY_REGION, workspaceId: PRIMARY }, tags: { [OWNER_TAG_KEY]: 'somebody' } });

    expect(await world.request(world.standby('Delete', {}, { physicalId: standbyId('ws-foreign01') }))).toMatchObject({ Status: 'SUCCESS' });
    expect(await world.request(world.standby('Delete', {}, { physicalId: INVENTED }))).toMatchObject({ Status: 'SUCCESS' });
    expect(world.calls('TerminateWorkspaces')).toEqual([]);
  });
});

describe('a wait beyond one hour', () => {
  const wait = (world: WorkSpacesWorld, properties: object, rest: object = {}) => world.request({
    operation: 'Create', type: 'Custom::StandbyWorkspaceReady', properties: { ...properties }, ...rest,
  });

  test('the resource that does not wait and two waiting ones last longer than CloudFormation waits', async () => {
    const world = new WorkSpacesWorld({ creationSeconds: 5400 });
    const { Data: { WorkspaceId: id } } = await world.createStandby({ WaitUntilReady: false });

    const first = await wait(world, { WorkspaceId: id, Intermediate: true });
    expect(first).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `ready:${id}`, Data: { State: 'PENDING' } });
    expect(first.after).toBeGreaterThan(3300);
    expect(first.after).toBeLessThan(3540);
    const second = await wait(world, { WorkspaceId: id }, { logicalId: 'Second' });
    expect(second).toMatchObject({ Status: 'SUCCESS', Data: { State: 'AVAILABLE', WorkspaceId: id } });
  });

  test('a failed standby is an error, a missing one too, and a delete does nothing', async () => {
    const world = new WorkSpacesWorld();
    world.simulator.failNext(PRIMARY);
    const { Data: { WorkspaceId: id } } = await world.createStandby({ WaitUntilReady: false });

    expect(await wait(world, { WorkspaceId: id })).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/is ERROR/) });
    expect(await wait(world, { WorkspaceId: 'ws-missing01' })).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/no WorkSpace/) });
    expect(await wait(world, { WorkspaceId: id }, { operation: 'Delete', physicalId: `ready:${id}` })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.calls('TerminateWorkspaces')).toEqual([]);
  });
});

test('thirty standbys at once get ready although the account has two calls a second', async () => {
  const world = new WorkSpacesWorld();
  const answers = Array.from({ length: 30 }, (_, index) => {
    const PrimaryWorkspaceId = `ws-many000${10 + index}`;
    world.simulator.seedWorkspace({ region: PRIMARY_REGION, workspaceId: PrimaryWorkspaceId, directoryId: 'd-9067000001', userName: `user${index}` });
    return world.send(world.standby('Create', { PrimaryWorkspaceId }, { logicalId: `Standby${index}` }));
  });

  const statuses = (await world.clock.run(Promise.all(answers))).map(answer => answer.Status);

  expect(statuses).toEqual(Array(30).fill('SUCCESS'));
  expect(world.outcomes('CreateStandbyWorkspaces').filter(outcome => outcome === 'success')).toHaveLength(30);
});
