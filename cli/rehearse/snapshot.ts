import { Account, PortMapping, PortRange } from './account';
import { kindOf, OUR_TYPES } from './resource-kinds';
import { Stack, StackResource } from '../../sandbox/cloudformation/stack';
import { isObject, JsonObject } from '../../sandbox/cloudformation/template';
import { CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, CUSTOM_ROUTING_LISTENER_TYPE } from '../../src/wire/global-accelerator';
import { STANDBY_WORKSPACE_FLEET_TYPE } from '../../src/wire/workspaces';

/** A resource of a deployed stack. */
export interface ResourceState {
  /** Region, stack and logical id: the same in both versions of an app. */
  readonly key: string;
  readonly account: Account;
  readonly region: string;
  /** ARN of the stack, which may be a nested one. */
  readonly stackId: string;
  /** Name of the stack in the app that it is in, directly or in a nested stack. */
  readonly rootName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId?: string;
  readonly properties: JsonObject;
  readonly attributes: Readonly<Record<string, string>>;
  readonly retained: boolean;
}

/** A resource of ours, with what is behind it in its service. */
export interface OurState extends ResourceState {
  /** Which thing it is, if it is one. */
  readonly identity?: string;
  /** Under what id the service has it. */
  readonly thingId?: string;
  /** Of a listener: those that Global Accelerator has. */
  readonly portRanges?: readonly PortRange[];
  /** Of an endpoint group. */
  readonly mappings?: readonly PortMapping[];
  /** Of a fleet: ids of the standbys by those of their primaries. */
  readonly members?: ReadonlyMap<string, string>;
}

/** What is deployed at a moment. */
export interface Snapshot {
  readonly ours: ReadonlyMap<string, OurState>;
  readonly others: readonly ResourceState[];
}

export function takeSnapshot(accounts: readonly Account[]): Snapshot {
  const all = accounts.flatMap(account => account.sandbox.cloudFormation.stacks.flatMap(stack =>
    [...stack.resources.values()].map(resource => stateOf(account, stack, resource))));
  const ours = all.filter(({ type }) => OUR_TYPES.has(type)).map(withThing);
  return { ours: new Map(ours.map(state => [state.key, state])), others: all.filter(({ type }) => !OUR_TYPES.has(type)) };
}

function stateOf(account: Account, stack: Stack, resource: StackResource): ResourceState {
  const { logicalId, type, physicalId, properties, attributes, deletionPolicy } = resource;
  return {
    key: `${stack.account.accountId}|${stack.region}|${stack.name}|${logicalId}`,
    account,
    region: stack.region,
    stackId: stack.id,
    rootName: rootOf(account, stack).name,
    logicalId,
    type,
    physicalId,
    properties,
    attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)])),
    retained: deletionPolicy.startsWith('Retain'),
  };
}

function rootOf(account: Account, stack: Stack): Stack {
  const parent = account.sandbox.cloudFormation.stacks.find(other => [...other.resources.values()].some(resource =>
    resource.type === 'AWS::CloudFormation::Stack' && resource.physicalId === stack.id));
  return parent ? rootOf(account, parent) : stack;
}

/** Adds which thing a resource of ours is, and what is behind it. */
export function withThing(state: ResourceState): OurState {
  const identity = identityOf(state);
  if (state.type === CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE && identity !== undefined) {
    return { ...state, identity, thingId: identity, mappings: mappingsOf(state.account, identity) };
  }
  if (state.type === CUSTOM_ROUTING_LISTENER_TYPE && identity !== undefined) {
    return { ...state, identity, thingId: identity, portRanges: state.account.portRanges(identity) };
  }
  if (state.type === STANDBY_WORKSPACE_FLEET_TYPE) {
    return { ...state, members: membersOf(state) };
  }
  // SES knows its endpoints by their names, WorkSpaces its associations by those of the aliases.
  const { EndpointName, AliasId, DirectoryId } = state.properties;
  const association = AliasId && `${String(AliasId)}/${String(DirectoryId)}`;
  const name = EndpointName ?? association ?? thingIn(state);
  return { ...state, identity, thingId: identity && (name === undefined ? undefined : String(name)) };
}

/** Without words of its own a type is known by all its ids and ARNs. */
function identityOf({ type, physicalId, attributes }: ResourceState): string | undefined {
  const kind = kindOf(type);
  if (kind.identity !== undefined || kind.readsOnly || type === STANDBY_WORKSPACE_FLEET_TYPE) {
    return attributes[kind.identity ?? ''];
  }
  return [physicalId, ...idsIn(attributes)].join(' ');
}

function thingIn({ account, type, physicalId, attributes }: ResourceState): string | undefined {
  const { identity } = kindOf(type);
  return identity === undefined ? [physicalId, ...idsIn(attributes)].find(id => account.timeline.hasSeen(id)) : attributes[identity];
}

function idsIn(attributes: ResourceState['attributes']): string[] {
  return Object.entries(attributes).filter(([name]) => /(Id|Arn)$/.test(name)).map(([, value]) => value);
}

function mappingsOf(account: Account, endpointGroupArn: string): PortMapping[] {
  const exists = account.inventory().some(({ id }) => id === endpointGroupArn);
  return exists ? account.mappings(endpointGroupArn) : [];
}

function membersOf({ account, region, properties }: ResourceState): Map<string, string> {
  const primaries = new Set([properties.PrimaryWorkspaceIds ?? []].flat().map(String));
  const standbys = account.inventory().filter(item => item.type === 'StandbyWorkspace' && item.region === region)
    .map(({ id }) => [account.workspaces.primaryOf(region, id), id] as const)
    .filter(([primary]) => primaries.has(primary));
  return new Map(standbys);
}

/** Whether a value of properties contains a text, not as a part of a longer id or ARN; `ARN/*` of a policy counts. */
export function mentions(value: unknown, text: string): boolean {
  if (typeof value === 'string') {
    return containsWhole(value, text);
  }
  const members = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return members.some(member => mentions(member, text));
}

function containsWhole(value: string, text: string): boolean {
  for (let at = value.indexOf(text); at >= 0; at = value.indexOf(text, at + 1)) {
    if (!/[\w-]$/.test(value.slice(0, at)) && !/^([\w-]|\/[^*])/.test(value.slice(at + text.length))) {
      return true;
    }
  }
  return false;
}
