import {
  ListCustomRoutingPortMappingsByDestinationCommand, ListCustomRoutingPortMappingsCommand,
  type DestinationPortMapping, type PortMapping,
} from '@aws-sdk/client-global-accelerator';
import { Column, TableCommand, Environment, GlobalAcceleratorCalls, OptionValues, Report, Row, Value } from './command';
import { DestinationFilter, destinationOf, Kind, valueOf } from './option-values';
import { GLOBAL_ACCELERATOR_REGION } from '../../src/wire/global-accelerator';
import { calling, UsageError } from '../failure';

/** The most that a page may have; without it AWS answers ten at a time. */
const PAGE_SIZE = 20_000;

const ACCELERATOR: Kind = {
  pattern: /^arn:[^:]+:globalaccelerator::\d{12}:accelerator\/[^/]+$/,
  description: 'the ARN of an accelerator, arn:aws:globalaccelerator::ACCOUNT:accelerator/ID',
};
const ENDPOINT_GROUP: Kind = {
  pattern: /^arn:[^:]+:globalaccelerator::\d{12}:accelerator\/[^/]+\/listener\/[^/]+\/endpoint-group\/[^/]+$/,
  description: 'the ARN of an endpoint group, ACCELERATOR-ARN/listener/ID/endpoint-group/ID',
};
const SUBNET: Kind = { pattern: /^subnet-[0-9a-f]{8,17}$/, description: 'the id of a subnet such as subnet-0123456789abcdef0' };

const LIST = 'globalaccelerator:ListCustomRoutingPortMappings';
const LIST_BY_DESTINATION = 'globalaccelerator:ListCustomRoutingPortMappingsByDestination';

const DESTINATION: readonly Column[] = [
  { key: 'state', title: 'STATE' },
  { key: 'destinationAddress', title: 'DESTINATION' },
  { key: 'destinationPort', title: 'PORT' },
  { key: 'subnetId', title: 'SUBNET' },
];
const OF_ACCELERATOR: readonly Column[] = [
  { key: 'acceleratorPort', title: 'ACCELERATOR PORT' },
  ...DESTINATION,
  { key: 'protocols', title: 'PROTOCOLS' },
  { key: 'endpointGroupArn', title: 'ENDPOINT GROUP', show: lastPart },
];
const OF_DESTINATION: readonly Column[] = [
  { key: 'acceleratorPort', title: 'ACCELERATOR PORT' },
  { key: 'acceleratorAddresses', title: 'ACCELERATOR ADDRESSES' },
  ...DESTINATION,
  { key: 'endpointGroupRegion', title: 'REGION' },
  { key: 'endpointGroupArn', title: 'ENDPOINT GROUP', show: lastPart },
  { key: 'acceleratorArn', title: 'ACCELERATOR', detail: true },
];

export const portMappings: TableCommand = {
  name: 'port-mappings',
  summary: 'ports of a custom routing accelerator and what they lead to',
  synopsis: ['--accelerator ARN [options]', '--destination ADDRESS[:PORT] --subnet ID [options]'],
  description: 'Lists which port of a custom routing accelerator leads to which address and port, and whether\n'
    + 'traffic is allowed. With a destination and its subnet only, the mappings of all accelerators.',
  options: {
    'accelerator': { value: 'ARN', help: 'the accelerator' },
    'endpoint-group': { value: 'ARN', help: 'only this endpoint group; its ARN names the accelerator, too' },
    'destination': { value: 'ADDRESS[:PORT]', help: 'only mappings to this address, or to this port of it' },
    'subnet': { value: 'ID', help: 'only mappings to this subnet' },
  },
  permissions: [
    `${LIST} on the accelerator`,
    `${LIST_BY_DESTINATION} on *, without an accelerator`,
  ],
  run,
};

interface Selection {
  readonly accelerator?: string;
  readonly endpointGroup?: string;
  readonly destination?: DestinationFilter;
  readonly subnet?: string;
}

async function run(values: OptionValues, { services }: Pick<Environment, 'services'>): Promise<Report> {
  const selection = selectionOf(values);
  const client = services.globalAccelerator();
  const { accelerator, destination, subnet } = selection;
  const rows = accelerator
    ? (await listAll(client, accelerator, selection.endpointGroup)).map(rowOf)
    : (await listByDestination(client, subnet!, destination!.address)).map(rowOfDestination);
  return {
    columns: accelerator ? OF_ACCELERATOR : OF_DESTINATION,
    rows: rows.filter(row => matches(row, selection)).sort(byPort),
    nothing: rows.length === 0
      ? 'There are no port mappings: they are made when a subnet is added to an endpoint group.'
      : `None of the ${rows.length} port mappings is selected by --destination and --subnet.`,
  };
}

function selectionOf(values: OptionValues): Selection {
  const endpointGroup = valueOf(values, 'endpoint-group', ENDPOINT_GROUP);
  const ofGroup = endpointGroup?.split('/listener/')[0];
  const accelerator = valueOf(values, 'accelerator', ACCELERATOR) ?? ofGroup;
  const destination = destinationOf(values, 'destination');
  const subnet = valueOf(values, 'subnet', SUBNET);
  if (ofGroup !== undefined && accelerator !== ofGroup) {
    throw new UsageError(`--endpoint-group is one of accelerator ${ofGroup}, but --accelerator is ${accelerator}. Leave one of them out.`);
  }
  if (accelerator === undefined && !(destination && subnet)) {
    throw new UsageError('Which accelerator? Give --accelerator ARN, or both --destination ADDRESS and --subnet ID to find it.');
  }
  return { accelerator, endpointGroup, destination, subnet };
}

async function listAll(client: GlobalAcceleratorCalls, accelerator: string, group?: string): Promise<PortMapping[]> {
  const call = { action: LIST, resource: accelerator, region: GLOBAL_ACCELERATOR_REGION, subject: group ?? accelerator };
  const mappings: PortMapping[] = [];
  let NextToken: string | undefined;
  do {
    const page = await calling(call, () => client.send(new ListCustomRoutingPortMappingsCommand({
      AcceleratorArn: accelerator, EndpointGroupArn: group, MaxResults: PAGE_SIZE, NextToken,
    })));
    mappings.push(...page.PortMappings ?? []);
    NextToken = page.NextToken;
  } while (NextToken);
  return mappings;
}

async function listByDestination(client: GlobalAcceleratorCalls, subnet: string, address: string): Promise<DestinationPortMapping[]> {
  const call = { action: LIST_BY_DESTINATION, resource: '*', region: GLOBAL_ACCELERATOR_REGION, subject: `${address} in ${subnet}` };
  const mappings: DestinationPortMapping[] = [];
  let NextToken: string | undefined;
  do {
    const page = await calling(call, () => client.send(new ListCustomRoutingPortMappingsByDestinationCommand({
      EndpointId: subnet, DestinationAddress: address, MaxResults: PAGE_SIZE, NextToken,
    })));
    mappings.push(...page.DestinationPortMappings ?? []);
    NextToken = page.NextToken;
  } while (NextToken);
  return mappings;
}

function rowOf(mapping: PortMapping): Row {
  return {
    acceleratorPort: mapping.AcceleratorPort,
    protocols: mapping.Protocols,
    ...destinationRow(mapping),
  };
}

function rowOfDestination(mapping: DestinationPortMapping): Row {
  const sockets = mapping.AcceleratorSocketAddresses ?? [];
  return {
    acceleratorPort: sockets[0]?.Port,
    acceleratorAddresses: sockets.map(socket => socket.IpAddress ?? ''),
    endpointGroupRegion: mapping.EndpointGroupRegion,
    acceleratorArn: mapping.AcceleratorArn,
    ...destinationRow(mapping),
  };
}

function destinationRow(mapping: PortMapping | DestinationPortMapping): Row {
  return {
    state: mapping.DestinationTrafficState,
    destinationAddress: mapping.DestinationSocketAddress?.IpAddress,
    destinationPort: mapping.DestinationSocketAddress?.Port,
    subnetId: mapping.EndpointId,
    endpointGroupArn: mapping.EndpointGroupArn,
  };
}

function matches(row: Row, { destination, subnet }: Selection): boolean {
  return (destination === undefined || row.destinationAddress === destination.address)
    && (destination?.port === undefined || row.destinationPort === destination.port)
    && (subnet === undefined || row.subnetId === subnet);
}

/** The service promises no order; ports are unique in an accelerator. */
function byPort(one: Row, other: Row): number {
  return Number(one.acceleratorPort) - Number(other.acceleratorPort)
    || String(one.endpointGroupArn).localeCompare(String(other.endpointGroupArn), 'en');
}

function lastPart(arn: Value): string {
  return String(arn ?? '').split('/').pop()!;
}
