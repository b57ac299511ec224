import { GetClusterCommand, TagResourceCommand, UntagResourceCommand, UpdateClusterCommand, type DSQLClient, type GetClusterCommandOutput } from '@aws-sdk/client-dsql';
import { undefinedOn } from '../lifecycle/errors';
import type { Tags } from '../lifecycle/tags';

const unlessMissing = undefinedOn('ResourceNotFoundException');

/** A cluster as its Region shows it. */
export interface Cluster {
  readonly arn: string;
  /** E.g. PENDING_SETUP or ACTIVE; whatever else Aurora DSQL may say one day is waited for. */
  readonly status: string;
  /** @default - it is a cluster of one Region */
  readonly witnessRegion?: string;
  /** ARNs of the clusters that it is peered with, or shall be. Its own, which Aurora DSQL shows among them, is left out. */
  readonly peers: readonly string[];
  readonly endpoint?: string;
  readonly tags: Tags;
}

/** The calls that the model makes, in the Region of a cluster. */
export interface Clusters {
  /** @returns undefined if there is none */
  get(arn: string): Promise<Cluster | undefined>;
  /** @param token the same for each repetition of one request */
  peer(arn: string, peerArn: string, witnessRegion: string, token: string): Promise<void>;
  tag(arn: string, tags: Tags): Promise<void>;
  /** A missing cluster is no error. */
  untag(arn: string, keys: readonly string[]): Promise<void>;
}

/** The calls through the SDK. */
export class SdkClusters implements Clusters {
  constructor(private readonly client: Pick<DSQLClient, 'send'>) {}

  public async get(arn: string): Promise<Cluster | undefined> {
    const answer = await unlessMissing(this.client.send(new GetClusterCommand({ identifier: identifierOf(arn) })));
    return answer && fromApi(arn, answer);
  }

  public async peer(arn: string, peerArn: string, witnessRegion: string, token: string): Promise<void> {
    await this.client.send(new UpdateClusterCommand({
      identifier: identifierOf(arn), clientToken: token, multiRegionProperties: { witnessRegion, clusters: [peerArn] },
    }));
  }

  public async tag(arn: string, tags: Tags): Promise<void> {
    await this.client.send(new TagResourceCommand({ resourceArn: arn, tags: { ...tags } }));
  }

  public async untag(arn: string, keys: readonly string[]): Promise<void> {
    await unlessMissing(this.client.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: [...keys] })));
  }
}

function fromApi(arn: string, { endpoint, multiRegionProperties, status, tags }: GetClusterCommandOutput): Cluster {
  const { clusters = [], witnessRegion } = multiRegionProperties ?? {};
  return { arn, status: status ?? '', witnessRegion: witnessRegion || undefined, peers: clusters.filter(peer => peer !== arn), endpoint, tags: tags ?? {} };
}

function identifierOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
