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
  const octets = text.split('.');
  return octets.length === 4 && octets.every(octet => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256);
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
