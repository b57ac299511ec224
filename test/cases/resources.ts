import { ours, REGION, type Account } from './account';
import type { JsonObject } from '../../sandbox/cloudformation/template';
import {
  CUSTOM_ROUTING_ACCELERATOR_TYPE, CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, CUSTOM_ROUTING_LISTENER_TYPE,
} from '../../src/wire/global-accelerator';
import { MULTI_REGION_ENDPOINT_TYPE } from '../../src/wire/ses';
import {
  CONNECTION_ALIAS_ASSOCIATION_TYPE, STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_TYPE,
} from '../../src/wire/workspaces';

export const PRIMARY_REGION = 'us-east-1';
export const DIRECTORY = 'd-9367000001';
export const OTHER_DIRECTORY = 'd-9367000002';
export const ALIAS = 'wsca-alias0001';

export function endpoint(properties: JsonObject = {}, others: JsonObject = {}): JsonObject {
  return ours(MULTI_REGION_ENDPOINT_TYPE, { EndpointName: 'mail', SecondaryRegion: 'eu-central-1', ...properties }, others);
}

export function accelerator(properties: JsonObject = {}, others: JsonObject = {}): JsonObject {
  return ours(CUSTOM_ROUTING_ACCELERATOR_TYPE, { Name: 'game', ...properties }, others);
}

/** A listener of the resource `Accelerator`. */
export function listener(from: number, to: number, properties: JsonObject = {}, others: JsonObject = {}): JsonObject {
  return ours(CUSTOM_ROUTING_LISTENER_TYPE, {
    AcceleratorArn: { 'Fn::GetAtt': ['Accelerator', 'AcceleratorArn'] }, PortRanges: [{ FromPort: from, ToPort: to }], ...properties,
  }, others);
}

/** An endpoint group of a listener, which is `Listener` unless something else is said. */
export function group(properties: JsonObject = {}, others: JsonObject = {}, listenerId: string = 'Listener'): JsonObject {
  return ours(CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, {
    ListenerArn: { 'Fn::GetAtt': [listenerId, 'ListenerArn'] },
    Region: REGION,
    Destinations: [{ FromPort: 7777, ToPort: 7778, Protocols: ['UDP'] }],
    Subnets: [{ SubnetId: 'subnet-a' }],
    ...properties,
  }, others);
}

/** An accelerator with one listener and one endpoint group. */
export function routing(groupProperties: JsonObject = {}): Record<string, JsonObject> {
  return { Accelerator: accelerator(), Listener: listener(10_001, 12_000), Group: group(groupProperties) };
}

export function primary(number: number): string {
  return `ws-primary${String(number).padStart(4, '0')}`;
}

export function standby(properties: JsonObject = {}, others: JsonObject = {}): JsonObject {
  return ours(STANDBY_WORKSPACE_TYPE, {
    PrimaryWorkspaceId: primary(1), PrimaryRegion: PRIMARY_REGION, DirectoryId: DIRECTORY, ...properties,
  }, others);
}

export function fleet(numbers: readonly number[], properties: JsonObject = {}, others: JsonObject = {}): JsonObject {
  return ours(STANDBY_WORKSPACE_FLEET_TYPE, {
    PrimaryWorkspaceIds: numbers.map(primary), PrimaryRegion: PRIMARY_REGION, DirectoryId: DIRECTORY, ...properties,
  }, others);
}

export function association(properties: JsonObject = {}, others: JsonObject = {}): JsonObject {
  return ours(CONNECTION_ALIAS_ASSOCIATION_TYPE, { AliasId: ALIAS, DirectoryId: DIRECTORY, ...properties }, others);
}

/** Two directories, an alias, and so many primaries. */
export function seedWorkSpaces({ workSpaces }: Account, primaries: number = 10): void {
  [DIRECTORY, OTHER_DIRECTORY].forEach(directoryId => workSpaces.seedDirectory({ region: REGION, directoryId }));
  for (let number = 1; number <= primaries; number++) {
    workSpaces.seedWorkspace({ region: PRIMARY_REGION, workspaceId: primary(number), directoryId: 'd-9067000001', userName: `user${number}` });
  }
  workSpaces.seedConnectionAlias({ region: REGION, aliasId: ALIAS, connectionString: 'desktop.example.com' });
}

/** Directory that an alias is associated with; undefined if it is not. */
export function associatedDirectory(account: Account, aliasId: string = ALIAS): string | undefined {
  const { ConnectionAliases } = account.api('WorkSpaces', 'DescribeConnectionAliases', { AliasIds: [aliasId] });
  return ConnectionAliases[0]?.Associations?.[0]?.ResourceId;
}

/** A resource type with what makes it and how one sees whether it is there. */
export interface Subject {
  readonly name: string;
  /** What `Thing` stands on in its stack. */
  readonly base: Record<string, JsonObject>;
  /** What has to be in the account before. */
  prepare(account: Account): void;
  thing(properties?: JsonObject, others?: JsonObject): JsonObject;
  /** How many of it exist. */
  count(account: Account): number;
}

const nothing = (): void => undefined;

/** Every resource type that makes something. */
export const SUBJECTS: readonly Subject[] = [
  { name: 'endpoint', prepare: nothing, base: {}, thing: endpoint, count: account => account.exists('MultiRegionEndpoint').length },
  { name: 'accelerator', prepare: nothing, base: {}, thing: accelerator, count: account => account.exists('CustomRoutingAccelerator').length },
  {
    name: 'listener', prepare: nothing, base: { Accelerator: accelerator() },
    thing: (properties, others) => listener(10_001, 12_000, properties, others),
    count: account => account.exists('CustomRoutingListener').length,
  },
  {
    name: 'endpoint group', prepare: nothing, base: { Accelerator: accelerator(), Listener: listener(10_001, 12_000) },
    thing: group, count: account => account.exists('CustomRoutingEndpointGroup').length,
  },
  { name: 'standby', prepare: seedWorkSpaces, base: {}, thing: standby, count: account => account.exists('StandbyWorkspace').length },
  {
    name: 'fleet', prepare: seedWorkSpaces, base: {}, thing: (properties, others) => fleet([2, 3], properties, others),
    count: account => account.exists('StandbyWorkspace').length,
  },
  {
    name: 'association', prepare: seedWorkSpaces, base: {}, thing: association,
    count: account => associatedDirectory(account) === undefined ? 0 : 1,
  },
];
