import {
  AddCustomRoutingEndpointsCommand,
  AllowCustomRoutingTrafficCommand,
  CreateCustomRoutingAcceleratorCommand,
  CreateCustomRoutingEndpointGroupCommand,
  CreateCustomRoutingListenerCommand,
  DeleteCustomRoutingAcceleratorCommand,
  DeleteCustomRoutingEndpointGroupCommand,
  DeleteCustomRoutingListenerCommand,
  DenyCustomRoutingTrafficCommand,
  DescribeCustomRoutingAcceleratorAttributesCommand,
  DescribeCustomRoutingAcceleratorCommand,
  DescribeCustomRoutingEndpointGroupCommand,
  DescribeCustomRoutingListenerCommand,
  ListCustomRoutingAcceleratorsCommand,
  ListCustomRoutingEndpointGroupsCommand,
  ListCustomRoutingListenersCommand,
  ListCustomRoutingPortMappingsByDestinationCommand,
  ListCustomRoutingPortMappingsCommand,
  ListTagsForResourceCommand,
  RemoveCustomRoutingEndpointsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateCustomRoutingAcceleratorAttributesCommand,
  UpdateCustomRoutingAcceleratorCommand,
  UpdateCustomRoutingListenerCommand,
  type CustomRoutingProtocol,
  type GlobalAcceleratorClient,
} from '@aws-sdk/client-global-accelerator';
import type {
  Accelerator, AcceleratorChange, Destination, FlowLogs, GlobalAccelerator, Group, Listener, NewEndpoint, PortMapping, PortRange, Traffic,
} from './port';
import { toAccelerator, toDestinations, toGroup, toListener, toPortRange } from './shapes';
import { undefinedOn } from '../lifecycle/errors';
import { toTagList, type Tags } from '../lifecycle/tags';

const unlessMissing = undefinedOn(
  'AcceleratorNotFoundException', 'ListenerNotFoundException', 'EndpointGroupNotFoundException', 'EndpointNotFoundException',
);

const PAGE_SIZE = 100;
const MAPPINGS_PAGE_SIZE = 20_000;

/** The calls through the SDK. */
export class SdkGlobalAccelerator implements GlobalAccelerator {
  constructor(private readonly client: Pick<GlobalAcceleratorClient, 'send'>) {}

  public async describeAccelerator(arn: string): Promise<Accelerator | undefined> {
    const answer = await unlessMissing(this.client.send(new DescribeCustomRoutingAcceleratorCommand({ AcceleratorArn: arn })));
    return answer?.Accelerator && toAccelerator(answer.Accelerator);
  }

  public async listAccelerators(): Promise<string[]> {
    const accelerators = await pages(async NextToken => {
      const page = await this.client.send(new ListCustomRoutingAcceleratorsCommand({ MaxResults: PAGE_SIZE, NextToken }));
      return { items: page.Accelerators, next: page.NextToken };
    });
    return accelerators.map(accelerator => accelerator.AcceleratorArn!);
  }

  public async createAccelerator(
    name: string, enabled: boolean, addresses: readonly string[], tags: Tags, token: string,
  ): Promise<string> {
    const { Accelerator: accelerator } = await this.client.send(new CreateCustomRoutingAcceleratorCommand({
      Name: name,
      Enabled: enabled,
      IpAddressType: 'IPV4',
      IpAddresses: addresses.length > 0 ? [...addresses] : undefined,
      Tags: toTagList(tags),
      IdempotencyToken: token,
    }));
    return accelerator!.AcceleratorArn!;
  }

  public async updateAccelerator(arn: string, change: AcceleratorChange): Promise<void> {
    await this.client.send(new UpdateCustomRoutingAcceleratorCommand({
      AcceleratorArn: arn, Name: change.name, Enabled: change.enabled, IpAddresses: change.addresses && [...change.addresses],
    }));
  }

  public async deleteAccelerator(arn: string): Promise<void> {
    await unlessMissing(this.client.send(new DeleteCustomRoutingAcceleratorCommand({ AcceleratorArn: arn })));
  }

  public async flowLogs(arn: string): Promise<FlowLogs> {
    const { AcceleratorAttributes } = await this.client.send(
      new DescribeCustomRoutingAcceleratorAttributesCommand({ AcceleratorArn: arn }));
    return {
      enabled: AcceleratorAttributes?.FlowLogsEnabled ?? false,
      bucket: AcceleratorAttributes?.FlowLogsS3Bucket,
      prefix: AcceleratorAttributes?.FlowLogsS3Prefix,
    };
  }

  public async setFlowLogs(arn: string, { enabled, bucket, prefix }: FlowLogs): Promise<void> {
    await this.client.send(new UpdateCustomRoutingAcceleratorAttributesCommand({
      AcceleratorArn: arn, FlowLogsEnabled: enabled, FlowLogsS3Bucket: bucket, FlowLogsS3Prefix: prefix,
    }));
  }

  public async listTags(acceleratorArn: string): Promise<Record<string, string> | undefined> {
    const answer = await unlessMissing(this.client.send(new ListTagsForResourceCommand({ ResourceArn: acceleratorArn })));
    return answer && Object.fromEntries((answer.Tags ?? []).map(tag => [tag.Key!, tag.Value ?? '']));
  }

  public async tag(acceleratorArn: string, tags: Tags): Promise<void> {
    await this.client.send(new TagResourceCommand({ ResourceArn: acceleratorArn, Tags: toTagList(tags) }));
  }

  public async untag(acceleratorArn: string, keys: readonly string[]): Promise<void> {
    await unlessMissing(this.client.send(new UntagResourceCommand({ ResourceArn: acceleratorArn, TagKeys: [...keys] })));
  }

  public async describeListener(arn: string): Promise<Listener | undefined> {
    const answer = await unlessMissing(this.client.send(new DescribeCustomRoutingListenerCommand({ ListenerArn: arn })));
    return answer?.Listener && toListener(answer.Listener);
  }

  public async listListeners(acceleratorArn: string): Promise<Listener[] | undefined> {
    const listeners = await unlessMissing(pages(async NextToken => {
      const page = await this.client.send(new ListCustomRoutingListenersCommand({
        AcceleratorArn: acceleratorArn, MaxResults: PAGE_SIZE, NextToken,
      }));
      return { items: page.Listeners, next: page.NextToken };
    }));
    return listeners?.map(toListener);
  }

  public async createListener(acceleratorArn: string, portRanges: readonly PortRange[], token: string): Promise<string> {
    const { Listener: listener } = await this.client.send(new CreateCustomRoutingListenerCommand({
      AcceleratorArn: acceleratorArn, PortRanges: portRanges.map(toPortRange), IdempotencyToken: token,
    }));
    return listener!.ListenerArn!;
  }

  public async updateListener(arn: string, portRanges: readonly PortRange[]): Promise<void> {
    await this.client.send(new UpdateCustomRoutingListenerCommand({ ListenerArn: arn, PortRanges: portRanges.map(toPortRange) }));
  }

  public async deleteListener(arn: string): Promise<void> {
    await unlessMissing(this.client.send(new DeleteCustomRoutingListenerCommand({ ListenerArn: arn })));
  }

  public async describeGroup(arn: string): Promise<Group | undefined> {
    const answer = await unlessMissing(
      this.client.send(new DescribeCustomRoutingEndpointGroupCommand({ EndpointGroupArn: arn })));
    return answer?.EndpointGroup && toGroup(answer.EndpointGroup);
  }

  public async listGroups(listenerArn: string): Promise<Group[] | undefined> {
    const groups = await unlessMissing(pages(async NextToken => {
      const page = await this.client.send(new ListCustomRoutingEndpointGroupsCommand({
        ListenerArn: listenerArn, MaxResults: PAGE_SIZE, NextToken,
      }));
      return { items: page.EndpointGroups, next: page.NextToken };
    }));
    return groups?.map(toGroup);
  }

  public async createGroup(
    listenerArn: string, region: string, destinations: readonly Destination[], token: string,
  ): Promise<string> {
    const { EndpointGroup: group } = await this.client.send(new CreateCustomRoutingEndpointGroupCommand({
      ListenerArn: listenerArn,
      EndpointGroupRegion: region,
      DestinationConfigurations: destinations.map(destination => ({
        ...toPortRange(destination), Protocols: destination.protocols as CustomRoutingProtocol[],
      })),
      IdempotencyToken: token,
    }));
    return group!.EndpointGroupArn!;
  }

  public async deleteGroup(arn: string): Promise<void> {
    await unlessMissing(this.client.send(new DeleteCustomRoutingEndpointGroupCommand({ EndpointGroupArn: arn })));
  }

  public async addEndpoints(groupArn: string, endpoints: readonly NewEndpoint[]): Promise<void> {
    await this.client.send(new AddCustomRoutingEndpointsCommand({
      EndpointGroupArn: groupArn,
      EndpointConfigurations: endpoints.map(({ subnetId, attachmentArn }) => ({ EndpointId: subnetId, AttachmentArn: attachmentArn })),
    }));
  }

  public async removeEndpoints(groupArn: string, subnetIds: readonly string[]): Promise<void> {
    await this.client.send(new RemoveCustomRoutingEndpointsCommand({ EndpointGroupArn: groupArn, EndpointIds: [...subnetIds] }));
  }

  public async allow(groupArn: string, subnetId: string, traffic: Traffic): Promise<void> {
    await this.client.send(new AllowCustomRoutingTrafficCommand({
      EndpointGroupArn: groupArn, EndpointId: subnetId,
      ...(traffic === 'all' ? { AllowAllTrafficToEndpoint: true } : toDestinations(traffic)),
    }));
  }

  public async deny(groupArn: string, subnetId: string, traffic: Traffic): Promise<void> {
    await this.client.send(new DenyCustomRoutingTrafficCommand({
      EndpointGroupArn: groupArn, EndpointId: subnetId,
      ...(traffic === 'all' ? { DenyAllTrafficToEndpoint: true } : toDestinations(traffic)),
    }));
  }

  public async portMappings(acceleratorArn: string, groupArn: string): Promise<PortMapping[]> {
    const mappings = await pages(async NextToken => {
      const page = await this.client.send(new ListCustomRoutingPortMappingsCommand({
        AcceleratorArn: acceleratorArn, EndpointGroupArn: groupArn, MaxResults: MAPPINGS_PAGE_SIZE, NextToken,
      }));
      return { items: page.PortMappings, next: page.NextToken };
    });
    return mappings.map(mapping => ({
      subnetId: mapping.EndpointId!,
      address: mapping.DestinationSocketAddress!.IpAddress!,
      port: mapping.DestinationSocketAddress!.Port!,
      acceleratorPort: mapping.AcceleratorPort!,
      allowed: mapping.DestinationTrafficState === 'ALLOW',
    }));
  }

  public async acceleratorPort(groupArn: string, subnetId: string, address: string, port: number): Promise<number | undefined> {
    const mappings = await unlessMissing(pages(async NextToken => {
      const page = await this.client.send(new ListCustomRoutingPortMappingsByDestinationCommand({
        EndpointId: subnetId, DestinationAddress: address, MaxResults: MAPPINGS_PAGE_SIZE, NextToken,
      }));
      return { items: page.DestinationPortMappings, next: page.NextToken };
    }));
    const mapping = mappings?.find(({ EndpointGroupArn, DestinationSocketAddress }) =>
      EndpointGroupArn === groupArn && DestinationSocketAddress?.Port === port);
    return mapping?.AcceleratorSocketAddresses?.[0]?.Port;
  }
}

async function pages<T>(read: (next?: string) => Promise<{ items?: T[]; next?: string }>): Promise<T[]> {
  const all: T[] = [];
  let next: string | undefined;
  do {
    const page = await read(next);
    (page.items ?? []).forEach(item => all.push(item));
    next = page.next;
  } while (next);
  return all;
}
