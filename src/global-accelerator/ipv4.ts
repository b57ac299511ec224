import { IPV4_ADDRESS } from '../wire/global-accelerator';

/** What a VPC keeps for itself at the start and the end of every subnet. */
const RESERVED_AT_START = 4;
const RESERVED_AT_END = 1;

/** An IPv4 block as Global Accelerator sees a subnet. */
export class Ipv4Block {
  private readonly first: number;
  public readonly prefix: number;

  constructor(public readonly cidr: string) {
    const [address, prefix] = cidr.split('/');
    this.prefix = Number(prefix);
    this.first = toNumber(address);
  }

  /** How many addresses have accelerator ports. */
  public get mapped(): number {
    return 2 ** (32 - this.prefix) - RESERVED_AT_START - RESERVED_AT_END;
  }

  /** Whether an address of the block can receive traffic, i.e. is not reserved. */
  public maps(address: string): boolean {
    const offset = toNumber(address) - this.first;
    return offset >= RESERVED_AT_START && offset < 2 ** (32 - this.prefix) - RESERVED_AT_END;
  }
}

export function isIpv4Address(text: string): boolean {
  return IPV4_ADDRESS.pattern.test(text);
}

export function isIpv4Block(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/');
  return isIpv4Address(address) && /^(\d|[12]\d|3[0-2])$/.test(prefix ?? '') && rest.length === 0;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
