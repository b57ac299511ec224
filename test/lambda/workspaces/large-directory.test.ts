import { DIRECTORY, failing, foreign, INVENTED, OTHER_PRIMARY, PRIMARY, PRIMARY_DIRECTORY, PRIMARY_REGION, WorkSpacesWorld } from './workspaces-world';
import { WORKSPACES_RATE } from '../../../lambda/workspaces/rate';
import { ServiceError } from '../../../sandbox/services/service';

/** More WorkSpaces than one step can page through at two calls a second. */
const OTHERS = 2600;

function world(): WorkSpacesWorld {
  const made = new WorkSpacesWorld({
    rate: WORKSPACES_RATE,
    interceptors: [failing('DescribeWorkspaces', new ServiceError('ServiceUnavailable', 'Down.', 503), Infinity, PRIMARY_REGION)],
  });
  for (let index = 0; index < OTHERS; index++) {
    foreign(made, { workspaceId: `ws-${String(index).padStart(9, '0')}`, userName: `user${index}` });
  }
  return made;
}

const noThrottling = (made: WorkSpacesWorld) =>
  expect(made.dispatcher.calls.filter(call => call.outcome === 'ThrottlingException')).toEqual([]);

test('one standby is made, found and removed while the primary Region is down', async () => {
  const made = world();
  const { Status, Data } = await made.createStandby();
  expect(Status).toBe('SUCCESS');

  const lookup = await made.request({
    operation: 'Create', type: 'Custom::StandbyWorkspaceLookup', logicalId: 'Lookup',
    properties: { PrimaryWorkspaceId: PRIMARY, PrimaryRegion: PRIMARY_REGION, DirectoryId: DIRECTORY },
  });
  expect(lookup.Data.WorkspaceId).toBe(Data.WorkspaceId);
  expect(await made.request(made.standby('Delete', {}, { physicalId: INVENTED }))).toMatchObject({ Status: 'SUCCESS' });
  expect(made.standbys()).toEqual([]);
});

test('a fleet is made, changed and removed', async () => {
  const made = world();
  const { Status, PhysicalResourceId: physicalId } = await made.request(made.fleet('Create'));
  expect(Status).toBe('SUCCESS');
  expect(await made.request(made.fleet('Update', { PrimaryWorkspaceIds: [OTHER_PRIMARY] }, { physicalId }))).toMatchObject({ Status: 'SUCCESS' });
  expect(made.primaries()).toEqual([OTHER_PRIMARY]);
  expect(await made.request(made.fleet('Delete', {}, { physicalId }))).toMatchObject({ Status: 'SUCCESS' });
  expect(made.standbys()).toEqual([]);
  noThrottling(made);
});

test('the members of a fleet are terminated before the owners of all others in the directory are known', async () => {
  const made = new WorkSpacesWorld({ creationSeconds: 10 });
  const primaries = ['a', 'b'].map(fleet => Array.from({ length: 25 }, (_, index) => {
    const workspaceId = `ws-${fleet}${String(index).padStart(8, '0')}`;
    made.simulator.seedWorkspace({ region: PRIMARY_REGION, workspaceId, directoryId: PRIMARY_DIRECTORY, userName: `${fleet}${index}` });
    return workspaceId;
  }));
  const fleet = (operation: 'Create' | 'Delete', of: number, rest: object = {}) =>
    made.request(made.fleet(operation, { PrimaryWorkspaceIds: primaries[of] }, { logicalId: `Fleet${of}`, ...rest }));
  await fleet('Create', 0);
  const { PhysicalResourceId: physicalId } = await fleet('Create', 1);
  await made.pass(600);
  const before = made.dispatcher.calls.length;

  expect(await fleet('Delete', 1, { physicalId })).toMatchObject({ Status: 'SUCCESS' });

  const calls = made.dispatcher.calls.slice(before).map(({ operation }) => operation);
  expect(calls.slice(0, calls.indexOf('TerminateWorkspaces')).filter(name => name === 'DescribeTags')).toHaveLength(25);
  expect(made.primaries().sort()).toEqual(primaries[0]);
});
