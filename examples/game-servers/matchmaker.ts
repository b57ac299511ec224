import {
  AllowCustomRoutingTrafficCommand, GlobalAcceleratorClient, ListCustomRoutingPortMappingsByDestinationCommand,
} from '@aws-sdk/client-global-accelerator';

// The API is in this Region, wherever the function runs.
const client = new GlobalAcceleratorClient({ region: 'us-west-2' });

interface Seat {
  readonly subnetId: string;
  readonly serverAddress: string;
  readonly serverPort: number;
}

interface Connection {
  readonly addresses: string[];
  readonly port: number;
}

/** Opens the server's port, and says where the player connects to. */
export async function handler({ subnetId, serverAddress, serverPort }: Seat): Promise<Connection> {
  const endpointGroupArn = process.env.ENDPOINT_GROUP_ARN!;
  await client.send(new AllowCustomRoutingTrafficCommand({
    EndpointGroupArn: endpointGroupArn,
    EndpointId: subnetId,
    DestinationAddresses: [serverAddress],
    DestinationPorts: [serverPort],
  }));
  const { DestinationPortMappings = [] } = await client.send(new ListCustomRoutingPortMappingsByDestinationCommand({
    EndpointId: subnetId, DestinationAddress: serverAddress, MaxResults: 1000,
  }));
  const mapping = DestinationPortMappings.find(({ EndpointGroupArn, DestinationSocketAddress }) =>
    EndpointGroupArn === endpointGroupArn && DestinationSocketAddress?.Port === serverPort);
  if (!mapping) {
    throw new Error(`No accelerator port leads to ${serverAddress}:${serverPort} in ${subnetId}.`);
  }
  return {
    addresses: process.env.ADDRESSES!.split(','),
    port: mapping.AcceleratorSocketAddresses![0].Port!,
  };
}
