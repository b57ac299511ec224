import { SdkGlobalAccelerator } from '../../../lambda/global-accelerator/client';
import { globalAcceleratorHandlers } from '../../../lambda/global-accelerator/handlers';
import { GlobalAcceleratorSimulator } from '../../../sandbox/services/global-accelerator';
import { ServiceError } from '../../../sandbox/services/service';
import {
  CHILD_TAG_PREFIX, CUSTOM_ROUTING_ACCELERATOR_LOOKUP_TYPE, CUSTOM_ROUTING_ACCELERATOR_TYPE, CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE,
  CUSTOM_ROUTING_LISTENER_TYPE, CUSTOM_ROUTING_PORT_LOOKUP_TYPE, GLOBAL_ACCELERATOR_REGION,
} from '../../../src/wire/global-accelerator';
import { OWNER_TAG_KEY, SCHEMA_VERSION } from '../../../src/wire/lifecycle';
import { pick, tagsWithout, type Adoptable, type AdoptableThings } from '../adoptable';
import type { Dice } from '../dice';
import { ACCOUNT, type ClientFactory, type ResourceKind, type ServiceModel, type Sibling, type SimulatedService, type Thing } from '../resource-kind';

const NAMES = ['game', 'arena'];
const TAGS: Record<string, string>[] = [{}, { team: 'game' }];
const PORTS = [[10_001, 12_000], [10_001, 13_000], [20_001, 21_000]];
const DESTINATIONS = [7777, 8888];
const SUBNETS: Record<string, { cidr: string; region: string }> = {
  'subnet-a': { cidr: '10.0.0.0/28', region: 'eu-west-1' },
  'subnet-b': { cidr: '10.0.0.16/28', region: 'eu-west-1' },
};
const OURS = /^[0-9a-f]{64}$/;
const ARN = `arn:aws:globalaccelerator::${ACCOUNT}:accelerator/`;

/** As declared, or as they are: numbers are strings in CloudFormation's properties. */
interface Ports {
  readonly FromPort: string | number;
  readonly ToPort: string | number;
}

interface DeclaredTraffic {
  readonly Allow: 'ALL' | 'NONE' | 'LIST';
  readonly Rules?: readonly { readonly Addresses: readonly string[]; readonly Ports?: readonly (string | number)[] }[];
}

interface DeclaredSubnet {
  readonly SubnetId: string;
  readonly Traffic?: DeclaredTraffic;
}

type Accelerators = GlobalAcceleratorSimulator['accelerators'];
type Accelerator = Accelerators extends Map<string, infer A> ? A : never;
type Listener = Accelerator['listeners'] extends Map<string, infer L> ? L : never;
type Group = Listener['groups'] extends Map<string, infer G> ? G : never;
type Endpoint = Group['endpoints'] extends Map<string, infer E> ? E : never;

export const globalAccelerator: ServiceModel = {
  name: 'Global Accelerator',
  throttling: new ServiceError('ThrottlingException', 'Rate exceeded'),
  consistentReads: /^(ListTagsForResource|Describe|List)/,
  legitimateFailures: [
    /something else deleted it/, /does not exist, so it can't have/, /can't be proven/, /has been kept/, /could not be created \((ports|the one)/, /is in the way/, /InvalidPortRangeException/,
    /has no accelerator port for/,
  ],
  open: dice => new GlobalAcceleratorService(dice),
};

/** An accelerator with a listener and an endpoint group in every stack, which single dice would hardly ever put together. */
export const customRouting: ServiceModel = {
  ...globalAccelerator,
  name: 'Custom routing',
  open: dice => {
    const service = new GlobalAcceleratorService(dice, trafficAndSubnets);
    return Object.assign(service, { first: service.kinds.slice(0, 3) });
  },
};

class GlobalAcceleratorService implements SimulatedService {
  public readonly simulators: readonly [GlobalAcceleratorSimulator];
  public readonly kinds: readonly ResourceKind[];
  public readonly adoptable: AdoptableThings = {
    all: now => this.existing(now).flatMap(adoptablesOf),
    valueOf: ({ attributes }) => [attributes.EndpointGroupArn, attributes.ListenerArn, attributes.AcceleratorArn].map(String).find(arn => arn !== 'undefined'),
    disown: ids => this.existing(0).filter(({ arn }) => ids.has(arn)).forEach(({ tags }) => {
      [...tags.keys()].filter(isProof).forEach(key => tags.delete(key));
    }),
    identity: (type, properties) => type === CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE ? pick(properties, 'Destinations', 'Subnets') : {},
    differing: (type, properties) => type === CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE
      ? { ...properties, Destinations: [{ FromPort: 9999, ToPort: 9999, Protocols: ['UDP'] }], Subnets: [] } : undefined,
  };

  constructor(dice: Dice, subnets: (dice: Dice, port: number) => DeclaredSubnet[] = fewSubnets) {
    this.simulators = [new GlobalAcceleratorSimulator({
      deploymentSeconds: dice.pick([1, 20, 200]),
      statusLagSeconds: dice.pick([0, 0, 2]),
      notFoundAfterCreateSeconds: dice.pick([0, 0, 3, 15]),
      associatedListenerLagSeconds: dice.pick([0, 20]),
      associatedEndpointGroupLagSeconds: dice.pick([0, 20]),
      disabledLagSeconds: dice.pick([0, 10]),
      strictTransactions: dice.chance(0.3),
      serviceLinkedRole: true,
      quotas: { accelerators: 1000 },
      subnets: id => SUBNETS[id],
    })];
    this.kinds = [acceleratorKind(this), listenerKind(this), groupKind(this, subnets), LOOKUP_KIND, ACCELERATOR_LOOKUP_KIND];
  }

  public handlers(client: ClientFactory) {
    return globalAcceleratorHandlers(new SdkGlobalAccelerator(client('Global Accelerator', GLOBAL_ACCELERATOR_REGION) as any));
  }

  public things(now: number): Thing[] {
    return this.existing(now).map(thingOf);
  }

  public foreign(dice: Dice, now: number): Thing {
    const { operations } = this.simulators[0];
    const call = { partition: 'aws', accountId: '111122223333', region: GLOBAL_ACCELERATOR_REGION, now, requestId: 'foreign' };
    const input = { Name: dice.pick(NAMES), IdempotencyToken: `foreign-${now}`, Tags: [] };
    const { Accelerator: made } = operations.CreateCustomRoutingAccelerator.handle(input, call) as { Accelerator: { AcceleratorArn: string } };
    return thingOf(this.find(made.AcceleratorArn, now)!);
  }

  public tamper(dice: Dice, now: number): { owner: string; what: string } | undefined {
    const ours = this.existing(now).filter(({ tags }) => OURS.test(tags.get(OWNER_TAG_KEY) ?? ''));
    if (ours.length === 0) {
      return undefined;
    }
    const accelerator = dice.pick(ours);
    accelerator.tags.set('cost', 'centre');
    return { owner: accelerator.tags.get(OWNER_TAG_KEY)!, what: `tags accelerator ${accelerator.arn}` };
  }

  public find(arn: string, now: number): Accelerator | undefined {
    return this.existing(now).find(accelerator => accelerator.arn === arn);
  }

  private existing(now: number): Accelerator[] {
    return [...(Reflect.get(this.simulators[0], 'accelerators') as Map<string, Accelerator>).values()].filter(({ goneAt }) => goneAt === undefined || goneAt > now);
  }
}

function isProof(key: string): boolean {
  return key === OWNER_TAG_KEY || key.startsWith(CHILD_TAG_PREFIX);
}

/** An accelerator with its listeners and endpoint groups: whose those are the tags of the accelerator say. */
function adoptablesOf({ arn, name, enabled, goneAt, tags, listeners }: Accelerator): Adoptable[] {
  const proofOf = (child: string) => [...tags].find(([key, value]) => key.startsWith(CHILD_TAG_PREFIX) && `${arn}/${value.split(' ')[2]}` === child)?.[0];
  return [
    { id: arn, proof: tags.get(OWNER_TAG_KEY), state: [name, enabled, goneAt, tagsWithout(tags, isProof)].join(' ') },
    ...[...listeners].flatMap(([id, { portRanges, groups }]) => [
      { id, proof: proofOf(id), state: show(portRanges) },
      ...[...groups].map(([group, { destinations, endpoints }]) => ({
        id: group, proof: proofOf(group), state: `${show(destinations)} ${JSON.stringify([...endpoints])}`,
      })),
    ]),
  ];
}

function thingOf({ arn, name, enabled, tags, listeners, goneAt }: Accelerator): Thing {
  const fingerprint = [name, enabled, goneAt, listeners.size, ...[...tags].map(tag => tag.join('=')).sort()].join(' ');
  const owner = tags.get(OWNER_TAG_KEY);
  const id = owner === undefined ? arn : `accelerator/${owner.slice(0, 24)}#${arn.split('/')[1]}`;
  return { type: CUSTOM_ROUTING_ACCELERATOR_TYPE, id, owner, fingerprint };
}

/** What a physical id found when it was answered: `<noun>/<parts of the place>#<last part of the ARN>`. */
function idsIn(physicalId: string): string[] {
  const [place, id] = physicalId.split('#');
  return [...place.split('/').slice(1), id];
}

function acceleratorKind(service: GlobalAcceleratorService): ResourceKind {
  return {
    type: CUSTOM_ROUTING_ACCELERATOR_TYPE,
    attributes: ['AcceleratorArn', 'Name', 'DnsName', 'Ipv4Address1', 'Ipv4Address2'],
    declare: dice => ({ Schema: SCHEMA_VERSION, Name: dice.pick(NAMES), Tags: dice.pick(TAGS) }),
    change: (dice, properties) => ({ ...properties, Name: dice.pick(NAMES), Tags: dice.pick(TAGS) }),
    problem: ({ properties, attributes, owner, hasFailedUpdate }, now) => {
      const arn = String(attributes.AcceleratorArn);
      const accelerator = service.find(arn, now);
      if (!accelerator) {
        return `accelerator ${arn} does not exist`;
      }
      if (accelerator.tags.get(OWNER_TAG_KEY) !== owner) {
        return `accelerator ${arn} does not belong to the resource`;
      }
      if (accelerator.goneAt !== undefined) {
        return `accelerator ${arn} is being deleted`;
      }
      if (accelerator.name !== properties.Name) {
        return `accelerator ${arn} is called ${accelerator.name}, not ${String(properties.Name)}`;
      }
      return wrongTags(accelerator, properties.Tags as Record<string, string>, hasFailedUpdate);
    },
    remains: (physicalId, owner, now) => service.find(`${ARN}${idsIn(physicalId).at(-1)}`, now)?.tags.get(OWNER_TAG_KEY) === owner,
  };
}

function listenerKind(service: GlobalAcceleratorService): ResourceKind {
  const find = (arn: string, now: number) => service.find(arn.split('/listener/')[0], now)?.listeners.get(arn);
  return {
    type: CUSTOM_ROUTING_LISTENER_TYPE,
    attributes: ['ListenerArn'],
    declare: (dice, siblings) => {
      const accelerator = parent(siblings, CUSTOM_ROUTING_ACCELERATOR_TYPE);
      return accelerator === undefined ? undefined : {
        Schema: SCHEMA_VERSION, AcceleratorArn: { 'Fn::GetAtt': [accelerator, 'AcceleratorArn'] }, PortRanges: ranges(dice),
      };
    },
    change: (dice, properties) => ({ ...properties, PortRanges: ranges(dice) }),
    problem: ({ attributes, properties }, now) => {
      const listener = find(String(attributes.ListenerArn), now);
      const declared = properties.PortRanges as Ports[];
      const isAsDeclared = listener && (show(listener.portRanges) === show(declared) || usesOthers(listener, declared));
      return isAsDeclared ? undefined : `${String(attributes.ListenerArn)} has the ports ${listener && show(listener.portRanges)}, not ${show(declared)}`;
    },
    remains: (physicalId, _, now) => {
      const [accelerator, , id] = idsIn(physicalId);
      return find(`${ARN}${accelerator}/listener/${id}`, now) !== undefined;
    },
  };
}

function groupKind(service: GlobalAcceleratorService, subnetsOf: (dice: Dice, port: number) => DeclaredSubnet[]): ResourceKind {
  const find = (arn: string, now: number) => {
    const listener = arn.split('/endpoint-group/')[0];
    return service.find(arn.split('/listener/')[0], now)?.listeners.get(listener)?.groups.get(arn);
  };
  return {
    type: CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE,
    attributes: ['EndpointGroupArn'],
    declare: (dice, siblings) => {
      const listener = parent(siblings, CUSTOM_ROUTING_LISTENER_TYPE);
      return listener === undefined ? undefined : {
        Schema: SCHEMA_VERSION, ListenerArn: { 'Fn::GetAtt': [listener, 'ListenerArn'] }, Region: 'eu-west-1', ...destinationsAndSubnets(dice, subnetsOf),
      };
    },
    change: (dice, properties) => ({ ...properties, ...destinationsAndSubnets(dice, subnetsOf) }),
    problem: ({ attributes, properties, hasFailedUpdate }, now) => {
      const arn = String(attributes.EndpointGroupArn);
      const group = find(arn, now);
      if (!group) {
        return `${arn} does not exist`;
      }
      const { Destinations, Subnets } = properties as { Destinations: Ports[]; Subnets: DeclaredSubnet[] };
      const lacking = Subnets.find(({ SubnetId }) => !group.endpoints.has(SubnetId));
      if (lacking) {
        return `${arn} lacks ${lacking.SubnetId}`;
      }
      const surplus = [...group.endpoints.keys()].find(id => !Subnets.some(({ SubnetId }) => SubnetId === id));
      if (surplus && !hasFailedUpdate) {
        return `${arn} still has ${surplus}, which is no longer declared`;
      }
      const wrong = Subnets.find(subnet => !hasTraffic(group.endpoints.get(subnet.SubnetId)!, subnet));
      if (wrong) {
        return `the traffic of ${wrong.SubnetId} in ${arn} is not ${JSON.stringify(wrong.Traffic)}`;
      }
      return show(group.destinations) === show(Destinations) ? undefined : `${arn} has the destinations ${show(group.destinations)}`;
    },
    remains: (physicalId, _, now) => {
      const [accelerator, listener, , , id] = idsIn(physicalId);
      return find(`${ARN}${accelerator}/listener/${listener}/endpoint-group/${id}`, now) !== undefined;
    },
  };
}

/** Which port it is only the service knows. */
const LOOKUP_KIND: ResourceKind = {
  type: CUSTOM_ROUTING_PORT_LOOKUP_TYPE,
  attributes: ['AcceleratorPort'],
  readOnly: true,
  declare: (dice, siblings) => {
    const group = parent(siblings, CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE);
    return group === undefined ? undefined : {
      Schema: SCHEMA_VERSION, EndpointGroupArn: { 'Fn::GetAtt': [group, 'EndpointGroupArn'] }, SubnetId: 'subnet-a', Address: '10.0.0.5', Port: dice.pick(DESTINATIONS),
    };
  },
  change: (dice, properties) => ({ ...properties, Port: dice.pick(DESTINATIONS) }),
  problem: ({ attributes }) => /^[0-9]+$/.test(String(attributes.AcceleratorPort)) ? undefined : `the port is ${String(attributes.AcceleratorPort)}`,
  remains: () => false,
};

const ACCELERATOR_LOOKUP_KIND: ResourceKind = {
  type: CUSTOM_ROUTING_ACCELERATOR_LOOKUP_TYPE,
  attributes: ['DnsName', 'Ipv4Address1', 'Ipv4Address2'],
  readOnly: true,
  neverDrawn: true,
  declare: (_, siblings) => {
    const accelerator = parent(siblings, CUSTOM_ROUTING_ACCELERATOR_TYPE);
    return accelerator === undefined ? undefined : { Schema: SCHEMA_VERSION, AcceleratorArn: { 'Fn::GetAtt': [accelerator, 'AcceleratorArn'] } };
  },
  change: (_, properties) => properties,
  problem: ({ attributes }) => /awsglobalaccelerator\.com$/.test(String(attributes.DnsName)) ? undefined : `the DNS name is ${String(attributes.DnsName)}`,
  remains: () => false,
};

function wrongTags({ arn, tags }: Accelerator, declared: Record<string, string>, hasFailedUpdate: boolean): string | undefined {
  const lacking = Object.entries(declared).find(([key, value]) => tags.get(key) !== value);
  const undeclared = TAGS.flatMap(Object.keys).find(key => tags.has(key) && !(key in declared));
  if (lacking) {
    return `accelerator ${arn} lacks the tag ${lacking.join('=')}`;
  }
  return undeclared && !hasFailedUpdate ? `accelerator ${arn} still has the tag ${undeclared}, which is no longer declared` : undefined;
}

/** A listener keeps ports that are to go for as long as its endpoint groups use them. */
function usesOthers({ groups }: Listener, declared: readonly Ports[]): boolean {
  const mappings = [...groups.values()].flatMap(({ endpoints }) => [...endpoints.values()].flatMap(endpoint => endpoint.mappings));
  return mappings.some(({ acceleratorPort: port }) =>
    !declared.some(({ FromPort, ToPort }) => Number(FromPort) <= port && port <= Number(ToPort)));
}

function show(ports: readonly Ports[]): string {
  return ports.map(({ FromPort, ToPort }) => `${FromPort}-${ToPort}`).join(', ');
}

function parent(siblings: readonly Sibling[], type: string): string | undefined {
  return siblings.find(sibling => sibling.type === type)?.logicalId;
}

function ranges(dice: Dice) {
  const [FromPort, ToPort] = dice.pick(PORTS);
  return [{ FromPort, ToPort }];
}

function destinationsAndSubnets(dice: Dice, subnetsOf: (dice: Dice, port: number) => DeclaredSubnet[]) {
  const port = dice.chance(0.7) ? DESTINATIONS[0] : DESTINATIONS[1];
  return { Destinations: [{ FromPort: port, ToPort: port + 1, Protocols: ['UDP'] }], Subnets: subnetsOf(dice, port) };
}

function fewSubnets(dice: Dice): DeclaredSubnet[] {
  return dice.chance(0.5) ? [{ SubnetId: 'subnet-a' }] : [{ SubnetId: 'subnet-a', Traffic: { Allow: 'ALL' } }, { SubnetId: 'subnet-b' }];
}

/** Any of the subnets, each with any policy. */
function trafficAndSubnets(dice: Dice, port: number): DeclaredSubnet[] {
  const ids = dice.pick([['subnet-a'], ['subnet-a', 'subnet-b'], ['subnet-b'], []]);
  return ids.map(SubnetId => {
    const Addresses = SubnetId === 'subnet-a' ? ['10.0.0.5', '10.0.0.6'] : ['10.0.0.21'];
    const Rules = [dice.chance(0.5) ? { Addresses } : { Addresses, Ports: [port + 1] }];
    const Traffic = dice.pick<DeclaredTraffic | undefined>([undefined, { Allow: 'ALL' }, { Allow: 'NONE' }, { Allow: 'LIST', Rules }]);
    return Traffic ? { SubnetId, Traffic } : { SubnetId };
  });
}

/** Whether a subnet receives what is declared; without a declaration it is the application's affair. */
function hasTraffic({ mappings }: Endpoint, { Traffic }: DeclaredSubnet): boolean {
  const isWanted = ({ address, port }: Endpoint['mappings'][number]) => Traffic?.Allow === 'ALL' || (Traffic?.Rules ?? []).some(
    ({ Addresses, Ports: ports }) => Addresses.includes(address) && (ports ?? [port]).map(Number).includes(port));
  return !Traffic || mappings.every(mapping => mapping.allowed === isWanted(mapping));
}
