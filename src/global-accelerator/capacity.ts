import type { Ipv4Block } from './ipv4';
import { countDistinctPorts, countPorts } from './ports';
import type { DestinationProperties, PortRangeProperties } from '../wire/global-accelerator';

/** From this share on the port ranges are nearly used up. */
const NEARLY = 0.9;

/** A subnet that needs ports of a listener. */
export interface SubnetNeed {
  /** Path of the endpoint group. */
  readonly group: string;
  readonly block: Ipv4Block;
  readonly destinations: readonly DestinationProperties[];
}

/**
 * Whether the ports of a listener are enough for all its subnets: each needs a port for each of its addresses and
 * destination ports. Below that the service certainly refuses; above it nothing is promised, since it gives out ports in
 * blocks, and its guide counts each protocol apart.
 */
export function capacityOf(ranges: readonly PortRangeProperties[], needs: readonly SubnetNeed[]): { error?: string; warning?: string } {
  const available = countPorts(ranges);
  const needed = sum(needs.map(portsOf));
  const cautious = sum(needs.map(need => need.block.mapped * sum(need.destinations.map(destination =>
    countPorts([destination]) * destination.Protocols.length))));
  const detail = `${needs.map(need => `${need.block.cidr} ${portsOf(need)}`).join(', ')}`;
  if (needed > available) {
    return {
      error: `The subnets need ${needed} listener ports (${detail}), but the listener has ${available}. Widen a port range of the listener, use `
        + 'smaller subnets, or use fewer destination ports.',
    };
  }
  if (cautious > available || needed > NEARLY * available) {
    return {
      warning: `The subnets need at least ${needed} of the listener's ${available} ports (${detail}), and ${cautious} if each protocol counts. Global `
        + 'Accelerator gives out ports in blocks, so a wider port range is safer.',
    };
  }
  return {};
}

function portsOf({ block, destinations }: SubnetNeed): number {
  return block.mapped * countDistinctPorts(destinations);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
