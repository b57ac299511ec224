import type { CustomRoutingAccelerator, CustomRoutingEndpointGroup } from '@aws-sdk/client-global-accelerator';
import type { Accelerator, Group, Listener, PortRange, Traffic } from './port';

/* From the shapes of the SDK to those of the port, and back. */

export function toAccelerator(accelerator: CustomRoutingAccelerator): Accelerator {
  return {
    arn: accelerator.AcceleratorArn!,
    name: accelerator.Name ?? '',
    enabled: accelerator.Enabled ?? true,
    deployed: accelerator.Status === 'DEPLOYED',
    dnsName: accelerator.DnsName ?? '',
    addresses: (accelerator.IpSets ?? []).flatMap(set => set.IpAddresses ?? []),
  };
}

export function toListener({ ListenerArn, PortRanges }: { ListenerArn?: string; PortRanges?: ApiPorts[] }): Listener {
  return { arn: ListenerArn!, portRanges: (PortRanges ?? []).map(fromPortRange) };
}

export function toGroup(group: CustomRoutingEndpointGroup): Group {
  return {
    arn: group.EndpointGroupArn!,
    region: group.EndpointGroupRegion ?? '',
    destinations: (group.DestinationDescriptions ?? []).map(item => ({ ...fromPortRange(item), protocols: item.Protocols ?? [] })),
    subnetIds: (group.EndpointDescriptions ?? []).map(item => item.EndpointId!),
  };
}

interface ApiPorts {
  readonly FromPort?: number;
  readonly ToPort?: number;
}

export function fromPortRange({ FromPort, ToPort }: ApiPorts): PortRange {
  return { from: FromPort!, to: ToPort! };
}

export function toPortRange({ from, to }: PortRange): { FromPort: number; ToPort: number } {
  return { FromPort: from, ToPort: to };
}

export function toDestinations({ addresses, ports }: Exclude<Traffic, 'all'>): { DestinationAddresses: string[]; DestinationPorts?: number[] } {
  return { DestinationAddresses: [...addresses], DestinationPorts: ports && [...ports] };
}
