/** A range of ports, both ends included. */
export interface Ports {
  readonly FromPort: number;
  readonly ToPort: number;
}

export interface Destination extends Ports {
  readonly Protocols: readonly string[];
}

/** One accelerator port and what it leads to. */
export interface Mapping {
  readonly acceleratorPort: number;
  readonly address: string;
  readonly port: number;
  readonly protocols: readonly string[];
  allowed: boolean;
  /** When the last change of `allowed` shows. */
  showsAt: number;
}

/** The network, the three addresses that a VPC keeps for itself, and the broadcast address have no mappings. */
const RESERVED_AT_START = 4;
const RESERVED_AT_END = 1;

/** Addresses of a subnet that instances can have. */
export function addressesOf(cidr: string): string[] {
  const [network, prefix] = cidr.split('/');
  const size = 2 ** (32 - Number(prefix));
  const base = network.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const count = Math.max(0, size - RESERVED_AT_START - RESERVED_AT_END);
  return Array.from({ length: count }, (_, index) => dotted(base + RESERVED_AT_START + index));
}

export function prefixOf(cidr: string): number {
  return Number(cidr.split('/')[1]);
}

/** Every port of the destinations with its protocols, ascending. */
export function destinationPorts(destinations: readonly Destination[]): Map<number, string[]> {
  const ports = new Map<number, string[]>();
  for (const { FromPort, ToPort, Protocols } of destinations) {
    for (let port = FromPort; port <= ToPort; port++) {
      ports.set(port, [...new Set([...ports.get(port) ?? [], ...Protocols])].sort());
    }
  }
  return new Map([...ports].sort(([a], [b]) => a - b));
}

export function overlap(a: Ports, b: Ports): boolean {
  return a.FromPort <= b.ToPort && b.FromPort <= a.ToPort;
}

export function contains(ranges: readonly Ports[], port: number): boolean {
  return ranges.some(range => range.FromPort <= port && port <= range.ToPort);
}

/** The lowest free ports of a listener, or undefined if there are not enough. */
export function freePorts(ranges: readonly Ports[], used: ReadonlySet<number>, count: number): number[] | undefined {
  const free: number[] = [];
  for (const { FromPort, ToPort } of [...ranges].sort((a, b) => a.FromPort - b.FromPort)) {
    for (let port = FromPort; port <= ToPort && free.length < count; port++) {
      if (!used.has(port)) {
        free.push(port);
      }
    }
  }
  return free.length === count ? free : undefined;
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(address / 2 ** shift) % 256).join('.');
}
