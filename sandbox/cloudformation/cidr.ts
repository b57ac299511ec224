import { MisusedFunction } from './template';

/** Blocks of addresses as `Fn::Cidr` cuts them out of a larger one. */
export function cidrBlocks(block: string, count: number, hostBits: number): string[] {
  if (block.includes(':')) {
    return ipv6Blocks(block, count, hostBits);
  }
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block);
  if (!match) {
    throw new MisusedFunction(`Template error: Fn::Cidr of this CloudFormation model takes an IPv4 or IPv6 block, not ${block}`);
  }
  const blockSize = 2 ** (32 - Number(match[5]));
  const size = 2 ** hostBits;
  if (count * size > blockSize) {
    throw new MisusedFunction(`Template error: Fn::Cidr cannot cut ${count} blocks of ${hostBits} bits out of ${block}`);
  }
  const address = match.slice(1, 5).reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const first = address - address % blockSize;
  return Array.from({ length: count }, (_, index) => `${dotted(first + index * size)}/${32 - hostBits}`);
}

const IPV6_BITS = 128;

function ipv6Blocks(block: string, count: number, hostBits: number): string[] {
  const [address, prefix] = block.split('/');
  const unused = BigInt(IPV6_BITS - Number(prefix));
  const first = (ipv6Number(address) >> unused) << unused;
  if (IPV6_BITS - hostBits < Number(prefix) || BigInt(count) > 1n << BigInt(IPV6_BITS - hostBits - Number(prefix))) {
    throw new MisusedFunction(`Template error: Fn::Cidr cannot cut ${count} blocks of ${hostBits} bits out of ${block}`);
  }
  return Array.from({ length: count }, (_, index) =>
    `${ipv6Text(first + (BigInt(index) << BigInt(hostBits)))}/${IPV6_BITS - hostBits}`);
}

function ipv6Number(address: string): bigint {
  const [head, tail] = address.split('::').map(part => part.split(':').filter(Boolean));
  const missing = tail ? 8 - head.length - tail.length : 0;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail ?? []];
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

function ipv6Text(address: bigint): string {
  return Array.from({ length: 8 }, (_, index) => ((address >> BigInt(16 * (7 - index))) & 0xffffn).toString(16)).join(':');
}

function dotted(address: number): string {
  return [3, 2, 1, 0].map(position => Math.floor(address / 256 ** position) % 256).join('.');
}
