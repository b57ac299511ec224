import {
  CreateMultiRegionEndpointCommand,
  DeleteMultiRegionEndpointCommand,
  GetMultiRegionEndpointCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import { undefinedOn } from '../lifecycle/errors';
import { toTagList } from '../lifecycle/tags';

export const unlessMissing = undefinedOn('NotFoundException');

export interface Endpoint {
  readonly id: string;
  /** CREATING, READY, FAILED or DELETING; whatever else SES may say one day is waited for. */
  readonly status: string;
  /** Primary and secondary Region, in no particular order. */
  readonly regions: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt?: number;
}

/** The calls that the handlers make, in the primary Region. */
export interface Ses {
  getEndpoint(name: string): Promise<Endpoint | undefined>;
  /** @returns the endpoint's id, which SES gives before the endpoint is ready */
  createEndpoint(name: string, secondaryRegion: string, tags: Readonly<Record<string, string>>): Promise<string>;
  /** A missing endpoint is no error. */
  deleteEndpoint(name: string): Promise<void>;
  /** @returns undefined if there is no such resource */
  listTags(arn: string): Promise<Record<string, string> | undefined>;
  tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  untag(arn: string, keys: readonly string[]): Promise<void>;
}

/** The calls through the SDK. */
export class SdkSes implements Ses {
  constructor(private readonly client: Pick<SESv2Client, 'send'>) {}

  public async getEndpoint(name: string): Promise<Endpoint | undefined> {
    const endpoint = await unlessMissing(this.client.send(new GetMultiRegionEndpointCommand({ EndpointName: name })));
    return endpoint && {
      id: endpoint.EndpointId ?? '',
      status: endpoint.Status ?? '',
      regions: (endpoint.Routes ?? []).map(route => route.Region ?? ''),
      createdAt: endpoint.CreatedTimestamp?.getTime(),
    };
  }

  public async createEndpoint(name: string, secondaryRegion: string, tags: Readonly<Record<string, string>>): Promise<string> {
    const { EndpointId } = await this.client.send(new CreateMultiRegionEndpointCommand({
      EndpointName: name,
      Details: { RoutesDetails: [{ Region: secondaryRegion }] },
      Tags: toTagList(tags),
    }));
    return EndpointId ?? '';
  }

  public async deleteEndpoint(name: string): Promise<void> {
    await unlessMissing(this.client.send(new DeleteMultiRegionEndpointCommand({ EndpointName: name })));
  }

  public async listTags(arn: string): Promise<Record<string, string> | undefined> {
    const answer = await unlessMissing(this.client.send(new ListTagsForResourceCommand({ ResourceArn: arn })));
    return answer && Object.fromEntries((answer.Tags ?? []).map(tag => [tag.Key!, tag.Value ?? '']));
  }

  public async tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void> {
    await this.client.send(new TagResourceCommand({ ResourceArn: arn, Tags: toTagList(tags) }));
  }

  public async untag(arn: string, keys: readonly string[]): Promise<void> {
    await this.client.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: [...keys] }));
  }
}
