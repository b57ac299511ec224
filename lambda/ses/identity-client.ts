import {
  CreateEmailIdentityCommand, DeleteEmailIdentityCommand, GetEmailIdentityCommand, TagResourceCommand, UntagResourceCommand,
  type DkimSigningAttributesOrigin, type SESv2Client,
} from '@aws-sdk/client-sesv2';
import { unlessMissing } from './client';
import { toTagList, type Tags } from '../lifecycle/tags';

/** A domain that mail is sent from. */
export interface Identity {
  /** `AWS_SES_EU_WEST_1` for a replica of an identity in eu-west-1, `AWS_SES` for Easy DKIM, `EXTERNAL` for a key of one's own. */
  readonly dkimOrigin: string;
  /** SUCCESS, PENDING, FAILED, TEMPORARY_FAILURE or NOT_STARTED; whatever else SES may say one day is waited for. */
  readonly dkimStatus: string;
  /** Why SES could not verify it, e.g. `HOST_NOT_FOUND`. */
  readonly error?: string;
  readonly tags: Tags;
}

/** The calls that the model of replicas makes, in one Region. */
export interface Identities {
  /** @returns undefined if there is none */
  get(name: string): Promise<Identity | undefined>;
  createReplica(name: string, dkimOrigin: string, tags: Tags): Promise<void>;
  /** A missing identity is no error. */
  remove(name: string): Promise<void>;
  tag(arn: string, tags: Tags): Promise<void>;
  untag(arn: string, keys: readonly string[]): Promise<void>;
}

/** The calls through the SDK. */
export class SdkIdentities implements Identities {
  constructor(private readonly client: Pick<SESv2Client, 'send'>) {}

  public async get(name: string): Promise<Identity | undefined> {
    const answer = await unlessMissing(this.client.send(new GetEmailIdentityCommand({ EmailIdentity: name })));
    return answer && {
      dkimOrigin: answer.DkimAttributes?.SigningAttributesOrigin ?? '',
      dkimStatus: answer.DkimAttributes?.Status ?? '',
      error: answer.VerificationInfo?.ErrorType,
      tags: Object.fromEntries((answer.Tags ?? []).map(tag => [tag.Key!, tag.Value ?? ''])),
    };
  }

  public async createReplica(name: string, dkimOrigin: string, tags: Tags): Promise<void> {
    await this.client.send(new CreateEmailIdentityCommand({
      EmailIdentity: name,
      DkimSigningAttributes: { DomainSigningAttributesOrigin: dkimOrigin as DkimSigningAttributesOrigin },
      Tags: toTagList(tags),
    }));
  }

  public async remove(name: string): Promise<void> {
    await unlessMissing(this.client.send(new DeleteEmailIdentityCommand({ EmailIdentity: name })));
  }

  public async tag(arn: string, tags: Tags): Promise<void> {
    await this.client.send(new TagResourceCommand({ ResourceArn: arn, Tags: toTagList(tags) }));
  }

  public async untag(arn: string, keys: readonly string[]): Promise<void> {
    await this.client.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: [...keys] }));
  }
}
