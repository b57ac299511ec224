import { GlobalAcceleratorClient } from '@aws-sdk/client-global-accelerator';
import { acceleratorArnOf } from '../../../lambda/global-accelerator/arns';
import type { Child } from '../../../lambda/global-accelerator/child-at';
import { SdkGlobalAccelerator } from '../../../lambda/global-accelerator/client';
import type { AcceleratorDeclaration } from '../../../lambda/global-accelerator/custom-routing-accelerator';
import type { ListenerDeclaration } from '../../../lambda/global-accelerator/custom-routing-listener';
import type { EndpointGroupDeclaration, SubnetDeclaration } from '../../../lambda/global-accelerator/endpoint-group-declaration';
import { globalAcceleratorHandlers } from '../../../lambda/global-accelerator/handlers';
import { formatRanges } from '../../../lambda/global-accelerator/listener-ports';
import type { Accelerator, Destination, GlobalAccelerator, Group, Listener } from '../../../lambda/global-accelerator/port';
import { Register, registerKey } from '../../../lambda/global-accelerator/register';
import { trafficChanges } from '../../../lambda/global-accelerator/traffic';
import { parseId } from '../../../lambda/lifecycle/physical-id';
import {
  CUSTOM_ROUTING_ACCELERATOR_TYPE, CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE, CUSTOM_ROUTING_LISTENER_TYPE, GLOBAL_ACCELERATOR_REGION,
} from '../../../src/wire/global-accelerator';
import { ResourceTypes, resourceTypes, Show, Shown, Subject } from '../resource-type';

export const globalAcceleratorTypes: ResourceTypes = clients => {
  const port = new SdkGlobalAccelerator(clients.client(GlobalAcceleratorClient, 'globalaccelerator', GLOBAL_ACCELERATOR_REGION));
  return resourceTypes(globalAcceleratorHandlers(port), {
    [CUSTOM_ROUTING_ACCELERATOR_TYPE]: { show: showAccelerator(port) },
    [CUSTOM_ROUTING_LISTENER_TYPE]: { show: showListener(port) },
    [CUSTOM_ROUTING_ENDPOINT_GROUP_TYPE]: { show: showGroup(port) },
  });
};

function showAccelerator(port: GlobalAccelerator): Show<AcceleratorDeclaration, Accelerator> {
  return async (accelerator, { name, enabled, addresses, flowLogs }) => {
    const logs = flowLogs && await port.flowLogs(accelerator.arn);
    return [
      { property: 'Name', declared: name, actual: accelerator.name },
      { property: 'Enabled', declared: enabled, actual: accelerator.enabled },
      ...addresses.map(address => ({
        property: 'IpAddresses', declared: address, actual: accelerator.addresses.includes(address) ? address : accelerator.addresses.join(' '),
      })),
      ...flowLogs ? [{
        property: 'FlowLogs', declared: `${flowLogs.bucket}/${flowLogs.prefix}`, actual: logs?.enabled ? `${logs.bucket}/${logs.prefix}` : 'off',
      }] : [],
    ];
  };
}

function showListener(port: GlobalAccelerator): Show<ListenerDeclaration, Child<Listener>> {
  return async ({ arn, portRanges }, declaration, subject) => [
    { property: 'PortRanges', declared: formatRanges(declaration.portRanges), actual: formatRanges(portRanges) },
    await showEntry(port, arn, 'listener', subject),
  ];
}

function showGroup(port: GlobalAccelerator): Show<EndpointGroupDeclaration, Child<Group>> {
  return async (group, declaration, subject) => [
    { property: 'Destinations', declared: showDestinations(declaration.destinations), actual: showDestinations(group.destinations) },
    ...declaration.subnets.map(({ subnetId }) =>
      ({ property: 'Subnets', declared: subnetId, actual: group.subnetIds.includes(subnetId) ? subnetId : undefined })),
    ...await showTraffic(port, group, declaration.subnets),
    await showEntry(port, group.arn, 'endpoint-group', subject),
  ];
}

/** A subnet without a policy is the application's affair. */
async function showTraffic(port: GlobalAccelerator, { arn, subnetIds }: Group, subnets: readonly SubnetDeclaration[]): Promise<Shown[]> {
  const declared = subnets.filter(({ subnetId, traffic }) => traffic !== undefined && subnetIds.includes(subnetId));
  const mappings = declared.length > 0 ? await port.portMappings(acceleratorArnOf(arn), arn) : [];
  return declared.map(({ subnetId, traffic }) => {
    const changes = trafficChanges(subnetId, traffic!, mappings.filter(mapping => mapping.subnetId === subnetId));
    const others = [...new Set(changes.map(({ verb }) => verb === 'allow' ? 'some of it is denied' : 'more is allowed'))];
    const policy = typeof traffic === 'string' ? traffic : 'the listed destinations';
    return { property: `Subnets.${subnetId}.Traffic`, declared: policy, actual: others.join(', ') || policy };
  });
}

/** Listeners and endpoint groups take no tags: the tags of the accelerator say whose they are. */
async function showEntry(port: GlobalAccelerator, arn: string, noun: string, { owner, physicalId }: Subject): Promise<Shown> {
  const { place = '' } = parseId({ noun } as Parameters<typeof parseId>[0], physicalId) ?? {};
  const key = registerKey(owner, place);
  const register = await Register.of(port, acceleratorArnOf(arn));
  return { property: `tag ${key} of the accelerator`, declared: arn, actual: register?.entry(key)?.arn };
}

function showDestinations(destinations: readonly Destination[]): string {
  return destinations.map(({ from, to, protocols }) => `${from}-${to} ${[...protocols].sort().join('+')}`).sort().join(', ');
}
