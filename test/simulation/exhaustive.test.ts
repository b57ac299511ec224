import type { FaultKind } from './faults';
import { runHistory } from './history';
import { BREAKER_TYPE, FUNCTION_ARN, type Plan, type Step } from './plan';
import { SERVICES } from './services';
import type { JsonObject } from '../../sandbox/cloudformation/template';
import { DSQL_CLUSTER_PEERING_TYPE } from '../../src/wire/aurora-dsql';
import {
  CUSTOM_ROUTING_ACCELERATOR_LOOKUP_TYPE, CUSTOM_ROUTING_ACCELERATOR_TYPE, CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, CUSTOM_ROUTING_LISTENER_TYPE,
  CUSTOM_ROUTING_PORT_LOOKUP_TYPE,
} from '../../src/wire/global-accelerator';
import { SCHEMA_VERSION } from '../../src/wire/lifecycle';
import { MULTI_REGION_ENDPOINT_LOOKUP_TYPE, MULTI_REGION_ENDPOINT_TYPE, REPLICA_EMAIL_IDENTITY_TYPE } from '../../src/wire/ses';
import { MULTI_REGION_PARAMETER_TYPE } from '../../src/wire/systems-manager';
import { TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE } from '../../src/wire/transit-gateway';
import {
  CONNECTION_ALIAS_ASSOCIATION_TYPE, STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_LOOKUP_TYPE, STANDBY_WORKSPACE_READY_TYPE,
  STANDBY_WORKSPACE_TYPE,
} from '../../src/wire/workspaces';

/** Before and after the effect of the call. */
const CRASHES: FaultKind[] = ['crash before', 'crash after'];
/** Seeds of worlds without failures of their own, in which services are slow and not at once consistent. */
const WORLDS: Record<string, number> = { 'SES': 2, 'SES identities': 48, 'Global Accelerator': 16, 'WorkSpaces': 32, 'Transit Gateway': 80, 'Systems Manager': 3, 'Aurora DSQL': 80 };

interface Resource {
  readonly type: string;
  readonly properties: JsonObject;
}

/** What happens to one resource type. */
interface Subject {
  readonly type: string;
  /** What tells it from another subject of the type. */
  readonly option?: string;
  readonly service: string;
  /** What it refers to, the same all the time. */
  readonly others?: Record<string, Resource>;
  readonly before: JsonObject;
  readonly inPlace?: JsonObject;
  readonly replacing?: JsonObject;
}

const ACCELERATOR = (name: string): Resource => ({ type: CUSTOM_ROUTING_ACCELERATOR_TYPE, properties: { Name: name, Tags: {} } });
const LISTENER = (accelerator: string): Resource => ({
  type: CUSTOM_ROUTING_LISTENER_TYPE, properties: { AcceleratorArn: attribute(accelerator, 'AcceleratorArn'), PortRanges: [{ FromPort: 10_001, ToPort: 12_000 }] },
});
const GROUP = (listener: string, ...subnets: string[]): Resource => ({
  type: CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE,
  properties: {
    ListenerArn: attribute(listener, 'ListenerArn'),
    Region: 'eu-west-1',
    Destinations: [{ FromPort: 7777, ToPort: 7778, Protocols: ['UDP'] }],
    Subnets: subnets.map(SubnetId => ({ SubnetId })),
  },
});
const ENDPOINT = (name: string): Resource =>
  ({ type: MULTI_REGION_ENDPOINT_TYPE, properties: { EndpointName: name, SecondaryRegion: 'eu-central-1', Tags: { team: 'mail' } } });
const REPLICA = { EmailIdentity: 'example.com', ParentRegion: 'eu-west-1', ReplicaRegion: 'eu-central-1', Tags: { team: 'mail' } };
const IN_DIRECTORY = { PrimaryRegion: 'us-east-1', DirectoryId: 'd-9367000001' };
const STANDBY = (primary: string): Resource =>
  ({ type: STANDBY_WORKSPACE_TYPE, properties: { PrimaryWorkspaceId: primary, ...IN_DIRECTORY, Tags: { team: 'desk' } } });
const ACCEPTER = (digit: string): Resource =>
  ({ type: TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE, properties: { TransitGatewayAttachmentId: `tgw-attach-${digit.repeat(17)}`, Tags: { team: 'net' } } });
const PARAMETER = { ParameterName: '/mail/endpoint', Type: 'String', Value: 'e-1', Regions: ['eu-central-1'], Tags: { team: 'mail' } };
const PEERING = (letter: string): Resource => {
  const [ClusterArn, PeerClusterArn] = ['eu-west-1', 'eu-central-1'].map(region => `arn:aws:dsql:${region}:111122223333:cluster/${letter.repeat(26)}`);
  return { type: DSQL_CLUSTER_PEERING_TYPE, properties: { ClusterArn, PeerClusterArn, WitnessRegion: 'eu-west-2' } };
};
const EXCHANGED = (letter: string): JsonObject => {
  const { ClusterArn, PeerClusterArn, ...others } = PEERING(letter).properties;
  return { ...others, ClusterArn: PeerClusterArn, PeerClusterArn: ClusterArn };
};
const FLEET = { PrimaryWorkspaceIds: ['ws-primary01', 'ws-primary02'], ...IN_DIRECTORY, Tags: { team: 'desk' } };

const SUBJECTS: readonly Subject[] = [
  {
    type: MULTI_REGION_ENDPOINT_TYPE,
    service: 'SES',
    before: ENDPOINT('mail').properties,
    inPlace: { ...ENDPOINT('mail').properties, Tags: { stage: 'test' } },
    replacing: { EndpointName: 'post', SecondaryRegion: 'us-east-1', Tags: {} },
  },
  {
    type: MULTI_REGION_ENDPOINT_LOOKUP_TYPE,
    service: 'SES',
    others: { Mail: ENDPOINT('mail'), Post: ENDPOINT('post') },
    before: { EndpointName: attribute('Mail', 'EndpointName') },
    replacing: { EndpointName: attribute('Post', 'EndpointName') },
  },
  {
    type: REPLICA_EMAIL_IDENTITY_TYPE,
    service: 'SES identities',
    before: REPLICA,
    inPlace: { ...REPLICA, Tags: { stage: 'test' } },
    replacing: { ...REPLICA, EmailIdentity: 'example.org', ReplicaRegion: 'us-east-1' },
  },
  {
    type: CUSTOM_ROUTING_ACCELERATOR_TYPE,
    service: 'Global Accelerator',
    before: { Name: 'game', Tags: { team: 'game' } },
    inPlace: { Name: 'arena', Tags: { stage: 'test' } },
  },
  {
    type: CUSTOM_ROUTING_ACCELERATOR_LOOKUP_TYPE,
    service: 'Global Accelerator',
    others: { Game: ACCELERATOR('game'), Arena: ACCELERATOR('arena') },
    before: { AcceleratorArn: attribute('Game', 'AcceleratorArn') },
    replacing: { AcceleratorArn: attribute('Arena', 'AcceleratorArn') },
  },
  {
    type: CUSTOM_ROUTING_LISTENER_TYPE,
    service: 'Global Accelerator',
    others: { Game: ACCELERATOR('game'), Arena: ACCELERATOR('arena') },
    before: LISTENER('Game').properties,
    inPlace: { ...LISTENER('Game').properties, PortRanges: [{ FromPort: 10_001, ToPort: 13_000 }] },
    replacing: LISTENER('Arena').properties,
  },
  {
    type: CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE,
    service: 'Global Accelerator',
    others: { Game: ACCELERATOR('game'), Doors: LISTENER('Game'), Arena: ACCELERATOR('arena'), Gates: LISTENER('Arena') },
    before: GROUP('Doors', 'subnet-a').properties,
    inPlace: GROUP('Doors', 'subnet-b').properties,
    replacing: GROUP('Gates', 'subnet-a').properties,
  },
  {
    type: CUSTOM_ROUTING_PORT_LOOKUP_TYPE,
    service: 'Global Accelerator',
    others: { Game: ACCELERATOR('game'), Doors: LISTENER('Game'), Group: GROUP('Doors', 'subnet-a') },
    before: { EndpointGroupArn: attribute('Group', 'EndpointGroupArn'), SubnetId: 'subnet-a', Address: '10.0.0.5', Port: 7777 },
    replacing: { EndpointGroupArn: attribute('Group', 'EndpointGroupArn'), SubnetId: 'subnet-a', Address: '10.0.0.5', Port: 7778 },
  },
  {
    type: STANDBY_WORKSPACE_TYPE,
    service: 'WorkSpaces',
    before: STANDBY('ws-primary01').properties,
    inPlace: { ...STANDBY('ws-primary01').properties, Tags: { stage: 'test' }, DataReplication: 'PRIMARY_AS_SOURCE' },
    replacing: STANDBY('ws-primary02').properties,
  },
  {
    type: STANDBY_WORKSPACE_FLEET_TYPE,
    service: 'WorkSpaces',
    before: FLEET,
    inPlace: { ...FLEET, PrimaryWorkspaceIds: ['ws-primary02', 'ws-primary03'], Tags: {}, DataReplication: 'PRIMARY_AS_SOURCE' },
    replacing: { ...FLEET, DirectoryId: 'd-9367000002' },
  },
  {
    type: CONNECTION_ALIAS_ASSOCIATION_TYPE,
    service: 'WorkSpaces',
    before: { AliasId: 'wsca-alias0001', DirectoryId: 'd-9367000001' },
    inPlace: { AliasId: 'wsca-alias0001', DirectoryId: 'd-9367000002' },
    replacing: { AliasId: 'wsca-alias0002', DirectoryId: 'd-9367000001' },
  },
  {
    type: STANDBY_WORKSPACE_LOOKUP_TYPE,
    service: 'WorkSpaces',
    others: { One: STANDBY('ws-primary01'), Two: STANDBY('ws-primary02') },
    before: { PrimaryWorkspaceId: 'ws-primary01', PrimaryRegion: 'us-east-1', DirectoryId: attribute('One', 'DirectoryId') },
    replacing: { PrimaryWorkspaceId: 'ws-primary02', PrimaryRegion: 'us-east-1', DirectoryId: attribute('Two', 'DirectoryId') },
  },
  {
    type: STANDBY_WORKSPACE_READY_TYPE,
    service: 'WorkSpaces',
    others: { One: STANDBY('ws-primary01'), Two: STANDBY('ws-primary02') },
    before: { WorkspaceId: attribute('One', 'WorkspaceId') },
    replacing: { WorkspaceId: attribute('Two', 'WorkspaceId') },
  },
  {
    type: MULTI_REGION_PARAMETER_TYPE,
    service: 'Systems Manager',
    before: PARAMETER,
    inPlace: { ...PARAMETER, Value: 'e-2', Regions: ['us-east-1'], Description: 'The endpoint.', Tags: { stage: 'test' } },
    replacing: { ...PARAMETER, ParameterName: '/game/door' },
  },
  {
    type: TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE,
    service: 'Transit Gateway',
    before: ACCEPTER('1').properties,
    inPlace: { ...ACCEPTER('1').properties, Tags: { stage: 'test' }, DeleteAttachment: true },
    replacing: ACCEPTER('2').properties,
  },
  {
    type: TRANSIT_GATEWAY_PEERING_ACCEPTER_TYPE,
    service: 'Transit Gateway',
    option: 'deleteAttachment',
    before: { ...ACCEPTER('1').properties, DeleteAttachment: true },
    replacing: { ...ACCEPTER('2').properties, DeleteAttachment: true },
  },
  {
    type: DSQL_CLUSTER_PEERING_TYPE,
    service: 'Aurora DSQL',
    before: PEERING('a').properties,
    inPlace: EXCHANGED('a'),
    replacing: PEERING('b').properties,
  },
];

/** Why a change is taken back. */
type Failure = 'fails later' | 'fails meanwhile';

/** Requests for the resource by their number and kind; the last Delete is that of the stack. */
const CREATE = /\.Thing\.1Create$/;
const DELETE = /\.Thing\.\d+Delete$/;
const ALL = /\.Thing\./;
const SECOND = /\.Thing\.2Update$/;
const FROM_SECOND = /\.Thing\.([2-9]|\d\d)/;

interface Operation {
  readonly name: string;
  readonly steps: Step[];
  /** Where the crashes are. */
  readonly requests: RegExp;
}

function operationsOf(subject: Subject): Operation[] {
  const before = deploy(subject, subject.before);
  const change = (name: string, after: JsonObject, alone: RegExp): Operation[] => [
    { name, steps: [before, deploy(subject, after)], requests: alone },
    { name: `${name} that is rolled back`, steps: [before, deploy(subject, after, 'fails later')], requests: FROM_SECOND },
    { name: `${name} that is cancelled`, steps: [before, deploy(subject, after, 'fails meanwhile')], requests: FROM_SECOND },
  ];
  return [
    { name: 'create', steps: [before], requests: CREATE },
    { name: 'delete', steps: [before, { kind: 'delete', retain: [] }], requests: DELETE },
    { name: 'create that is rolled back', steps: [deploy(subject, subject.before, 'fails later')], requests: ALL },
    { name: 'create that is cancelled', steps: [deploy(subject, subject.before, 'fails meanwhile')], requests: ALL },
    ...subject.inPlace ? change('update in place', subject.inPlace, SECOND) : [],
    ...subject.replacing ? change('replacement', subject.replacing, FROM_SECOND) : [],
  ];
}

interface Row {
  readonly type: string;
  readonly operation: string;
  readonly calls: number;
  readonly crashes: number;
  readonly broken: number;
}

const rows: Row[] = [];

describe.each(SUBJECTS)('$type $option', subject => {
  test.each(operationsOf(subject))('$name: a crash at every call, before and after its effect', async operation => {
    const { row, failures } = await crashEverywhere(subject, operation);
    rows.push(row);

    expect(failures).toEqual([]);
    expect(row.calls).toBeGreaterThan(0);
  });
});

afterAll(() => {
  process.stdout.write(`${tableOf(rows)}\n`);
});

async function crashEverywhere(subject: Subject, { name, steps, requests }: Operation): Promise<{ row: Row; failures: string[] }> {
  const seed = WORLDS[subject.service];
  const services = SERVICES.filter(service => service.name === subject.service);
  const plan: Plan = {
    seed,
    rollsReplacementBackByUpdate: true,
    faultsUntil: Infinity,
    steps: steps.map((step, index) => ({ id: `Game${index + 1}`, chain: 'Game', pause: 5000, step })),
  };
  const failures: string[] = [];
  let crashes = 0;
  let calls = 0;
  for (const kind of CRASHES) {
    for (let place = 0, places = 1; place < places; place++) {
      const history = await runHistory(seed, { plan, services, single: { place, kind, requests } });
      places = history.places;
      crashes += history.injected.length;
      if (history.violations.length > 0) {
        failures.push(`'${kind}' at ${history.injected[0]?.key} (place ${place}): ${JSON.stringify(history.violations)}`);
      }
    }
    const calm = await runHistory(seed, { plan, services, single: { place: Infinity, kind, requests } });
    calls = Math.max(calls, calm.places);
    if (Object.keys(calm.outcomes).some(outcome => /FAILED|timed out/.test(outcome))) {
      failures.push(`without any crash: ${JSON.stringify(calm.outcomes)}`);
    }
  }
  return { row: { type: [subject.type, subject.option].filter(Boolean).join(', '), operation: name, calls, crashes, broken: failures.length }, failures };
}

/** The resource and what it refers to, and something that fails and takes the change back. */
function deploy({ type, others = {} }: Subject, properties: JsonObject, failure?: Failure): Step {
  const resources: JsonObject = {
    Thing: resource({ type, properties }),
    ...Object.fromEntries(Object.entries(others).map(([logicalId, other]) => [logicalId, resource(other)])),
    ...failure && { Breaker: breaker(failure, Object.keys(others)) },
  };
  return { kind: 'deploy', template: { Resources: resources } };
}

function resource({ type, properties }: Resource): JsonObject {
  return { Type: type, Properties: { ServiceToken: FUNCTION_ARN, Schema: SCHEMA_VERSION, ...properties } };
}

/** Fails when the resource is ready, or a moment after its request. */
function breaker(failure: Failure, others: readonly string[]): JsonObject {
  const dependencies = failure === 'fails later' ? ['Thing'] : others;
  return {
    Type: BREAKER_TYPE,
    Properties: { FailsAfter: failure === 'fails later' ? 0 : 2 },
    ...dependencies.length > 0 ? { DependsOn: [...dependencies] } : {},
  };
}

function attribute(logicalId: string, name: string): JsonObject {
  return { 'Fn::GetAtt': [logicalId, name] };
}

/** As it is in docs/soak-log.md. */
function tableOf(all: readonly Row[]): string {
  const sum = (property: 'calls' | 'crashes' | 'broken') => all.reduce((total, row) => total + row[property], 0);
  return [
    '| resource type | operation | calls | crashes | broken laws |',
    '|---|---|---|---|---|',
    ...all.map(row => `| \`${row.type.replace('Custom::', '')}\` | ${row.operation} | ${row.calls} | ${row.crashes} | ${row.broken} |`),
    `| **all** | ${all.length} operations | ${sum('calls')} | ${sum('crashes')} | ${sum('broken')} |`,
  ].join('\n');
}
