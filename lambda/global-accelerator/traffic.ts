import type { GlobalAccelerator, PortMapping, Traffic } from './port';

/** At most so many addresses, and so many ports, in one call. */
const MAX_PER_CALL = 100;

export interface TrafficRule {
  readonly addresses: readonly string[];
  /** Without it all ports of the endpoint group. */
  readonly ports?: readonly number[];
}

/** What a subnet may receive. */
export type TrafficPolicy = 'all' | 'none' | readonly TrafficRule[];

/** One call that brings the traffic of a subnet nearer to its policy. */
export interface TrafficChange {
  readonly verb: 'allow' | 'deny';
  readonly subnetId: string;
  readonly traffic: Traffic;
}

/** The calls that bring the mappings of one subnet to its policy; none if they are as declared. */
export function trafficChanges(subnetId: string, policy: TrafficPolicy, mappings: readonly PortMapping[]): TrafficChange[] {
  const isWanted = wantedBy(policy);
  const toAllow = mappings.filter(mapping => isWanted(mapping) && !mapping.allowed);
  const toDeny = mappings.filter(mapping => !isWanted(mapping) && mapping.allowed);
  if (policy === 'all') {
    return toAllow.length > 0 ? [{ verb: 'allow', subnetId, traffic: 'all' }] : [];
  }
  if (policy === 'none') {
    return toDeny.length > 0 ? [{ verb: 'deny', subnetId, traffic: 'all' }] : [];
  }
  return [
    ...batches(toAllow).map(traffic => ({ verb: 'allow' as const, subnetId, traffic })),
    ...batches(toDeny).map(traffic => ({ verb: 'deny' as const, subnetId, traffic })),
  ];
}

export function apply(globalAccelerator: GlobalAccelerator, groupArn: string, change: TrafficChange): Promise<void> {
  return globalAccelerator[change.verb](groupArn, change.subnetId, change.traffic);
}

/** Addresses of rules that the subnet does not have. */
export function unknownAddresses(policy: TrafficPolicy, mappings: readonly PortMapping[]): string[] {
  if (typeof policy === 'string') {
    return [];
  }
  const addresses = new Set(mappings.map(mapping => mapping.address));
  return [...new Set(policy.flatMap(rule => rule.addresses.filter(address => !addresses.has(address))))];
}

function wantedBy(policy: TrafficPolicy): (mapping: PortMapping) => boolean {
  if (typeof policy === 'string') {
    return () => policy === 'all';
  }
  const wanted = new Map<string, Set<number> | 'every port'>();
  for (const { addresses, ports } of policy) {
    for (const address of addresses) {
      const before = wanted.get(address);
      wanted.set(address, !ports || before === 'every port' ? 'every port' : new Set([...before ?? [], ...ports]));
    }
  }
  return ({ address, port }) => {
    const ports = wanted.get(address);
    return ports === 'every port' || (ports?.has(port) ?? false);
  };
}

/** As few calls as the limits of a call allow: addresses with the same ports go together. */
function batches(mappings: readonly PortMapping[]): Traffic[] {
  const portsByAddress = new Map<string, number[]>();
  for (const { address, port } of mappings) {
    portsByAddress.set(address, [...portsByAddress.get(address) ?? [], port]);
  }
  const addressesByPorts = new Map<string, string[]>();
  for (const [address, ports] of portsByAddress) {
    const key = [...ports].sort((a, b) => a - b).join();
    addressesByPorts.set(key, [...addressesByPorts.get(key) ?? [], address]);
  }
  return [...addressesByPorts].flatMap(([key, addresses]) => {
    const portChunks = chunks(key.split(',').map(Number), MAX_PER_CALL);
    return chunks(addresses, MAX_PER_CALL).flatMap(chunk => portChunks.map(ports => ({ addresses: chunk, ports })));
  });
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
