import { Duration, type Stack } from 'aws-cdk-lib';
import { BAD_TIMEOUTS, KNOWN, LIST, NUMBER, TEXT, badValues, type BadInput } from './bad-input';
import { BAD_WORKSPACE_IDS, DIRECTORY, PRIMARY, WORKSPACE_ID, badOptions } from './standby-workspace';
import { StandbyWorkspaceFleet, type StandbyWorkspaceFleetProps } from '../../src';
import { STANDBY_WORKSPACE_FLEET_TYPE } from '../../src/wire/workspaces';

const PATH = 'Stack/Fleet';
const PRIMARIES = { type: STANDBY_WORKSPACE_FLEET_TYPE, property: 'PrimaryWorkspaceIds' };

function fleetIn(stack: Stack, props: Partial<StandbyWorkspaceFleetProps>): StandbyWorkspaceFleet {
  return new StandbyWorkspaceFleet(stack, 'Fleet', {
    primaryWorkspaceIds: [PRIMARY], primaryRegion: 'us-east-1', directoryId: DIRECTORY, ...props,
  });
}

const idsOf = (count: number): string[] => [...Array(count).keys()].map(n => `ws-${String(n).padStart(8, '0')}`);

export const STANDBY_WORKSPACE_FLEET: BadInput[] = [
  ...badOptions(PATH, STANDBY_WORKSPACE_FLEET_TYPE, fleetIn),
  ...badValues<string>({
    property: 'primaryWorkspaceIds', path: PATH, values: BAD_WORKSPACE_IDS, ...WORKSPACE_ID,
    build: (stack, id) => fleetIn(stack, { primaryWorkspaceIds: [PRIMARY, id] }),
    token: TEXT, deployed: { ...PRIMARIES, rule: /must be 'ws-' and 8 to 63 small letters and digits|non-empty/ },
  }),
  ...badValues<string>({
    property: 'primaryWorkspaceIds', path: PATH, values: { 'one twice': PRIMARY }, rule: /is twice among the primaries/, fix: /remove one of the two/,
    build: (stack, id) => fleetIn(stack, { primaryWorkspaceIds: [PRIMARY, 'ws-0123abcdf', id] }),
    token: TEXT, deployed: { ...PRIMARIES, rule: /twice/ },
  }),
  ...badValues<string>({
    property: 'primaryWorkspaceIds', path: 'Stack/Second', values: { 'one of another fleet': PRIMARY }, rule: /'Stack\/Fleet' makes a standby of/,
    fix: /Remove one of the two/, build: (stack, id) => {
      fleetIn(stack, {});
      new StandbyWorkspaceFleet(stack, 'Second', { primaryWorkspaceIds: [id], primaryRegion: 'us-east-1', directoryId: DIRECTORY });
    },
    token: KNOWN.relation, deployed: KNOWN.later,
  }),
  ...badValues<string[]>({
    property: 'primaryWorkspaceIds', path: PATH, values: { 'none': [], 'more than a thousand': idsOf(1001) }, show: ids => `${ids.length} members`,
    rule: /a fleet has 1 to 1000/, fix: /Set 'primaryWorkspaceIds' or 'primaryWorkspaces'; for more members declare several fleets/,
    build: (stack, primaryWorkspaceIds) => fleetIn(stack, { primaryWorkspaceIds }),
    token: LIST, deployed: { ...PRIMARIES, value: '', rule: /list of 1 to 1000 items/ },
  }),
  ...badValues<number>({
    property: 'timeout', path: PATH, values: BAD_TIMEOUTS, rule: /between 120 seconds and 59 minutes/, fix: /Use a time in between/,
    build: (stack, seconds) => fleetIn(stack, { timeout: Duration.seconds(seconds) }), token: NUMBER, deployed: KNOWN.limits,
  }),
];

export const STANDBY_WORKSPACE_FLEET_LOOKUP: BadInput[] = [
  ...badValues<string>({
    property: 'primaryWorkspaceId', path: PATH, values: BAD_WORKSPACE_IDS, ...WORKSPACE_ID,
    build: (stack, id) => fleetIn(stack, {}).addStandbyWorkspaceIdLookup(id), token: KNOWN.relation, deployed: KNOWN.relation,
  }),
  ...badValues<string>({
    property: 'primaryWorkspaceId', path: PATH, values: { 'no member': 'ws-0123abcdf' }, rule: /is no member of this fleet/,
    fix: /Add it to the primaries of the fleet/,
    build: (stack, id) => fleetIn(stack, {}).addStandbyWorkspaceIdLookup(id), token: KNOWN.relation, deployed: KNOWN.relation,
  }),
];
