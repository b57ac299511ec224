import {
  AddTagsToResourceCommand, DeleteParameterCommand, GetParameterCommand, ListTagsForResourceCommand, PutParameterCommand,
  RemoveTagsFromResourceCommand, type ParameterTier, type ParameterType, type SSMClient,
} from '@aws-sdk/client-ssm';
import { hasName, undefinedOn } from '../lifecycle/errors';
import { toTagList, type Tags } from '../lifecycle/tags';

const unlessMissing = undefinedOn('ParameterNotFound', 'InvalidResourceId');

/** What a parameter says. */
export interface Content {
  readonly type: string;
  readonly value: string;
  readonly dataType: string;
}

export interface Parameter extends Content {
  readonly version: number;
}

export interface NewContent extends Content {
  readonly description?: string;
  readonly tier?: string;
}

/** The calls that the model makes, in one Region. */
export interface Parameters {
  /** @returns undefined if there is none */
  get(name: string): Promise<Parameter | undefined>;
  /** @returns false if there is one of this name */
  create(name: string, content: NewContent, tags: Tags): Promise<boolean>;
  overwrite(name: string, content: NewContent): Promise<void>;
  /** A missing parameter is no error. */
  remove(name: string): Promise<void>;
  /** @returns undefined if there is no such parameter */
  listTags(name: string): Promise<Record<string, string> | undefined>;
  tag(name: string, tags: Tags): Promise<void>;
  untag(name: string, keys: readonly string[]): Promise<void>;
}

/** The calls through the SDK. */
export class SdkParameters implements Parameters {
  constructor(private readonly client: Pick<SSMClient, 'send'>) {}

  public async get(name: string): Promise<Parameter | undefined> {
    const answer = await unlessMissing(this.client.send(new GetParameterCommand({ Name: name })));
    const { Type = '', Value = '', DataType = '', Version = 0 } = answer?.Parameter ?? {};
    return answer?.Parameter && { type: Type, value: Value, dataType: DataType, version: Version };
  }

  public async create(name: string, content: NewContent, tags: Tags): Promise<boolean> {
    try {
      await this.client.send(new PutParameterCommand({ ...inputOf(name, content), Overwrite: false, Tags: toTagList(tags) }));
      return true;
    } catch (error) {
      if (hasName(error, 'ParameterAlreadyExists')) {
        return false;
      }
      throw error;
    }
  }

  public async overwrite(name: string, content: NewContent): Promise<void> {
    // Systems Manager refuses to make an advanced parameter a standard one, even in a rollback. Without a tier it stays what it is.
    const { tier } = content;
    await this.client.send(new PutParameterCommand({ ...inputOf(name, { ...content, tier: tier === 'Standard' ? undefined : tier }), Overwrite: true }));
  }

  public async remove(name: string): Promise<void> {
    await unlessMissing(this.client.send(new DeleteParameterCommand({ Name: name })));
  }

  public async listTags(name: string): Promise<Record<string, string> | undefined> {
    const answer = await unlessMissing(this.client.send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: name })));
    return answer && Object.fromEntries((answer.TagList ?? []).map(({ Key, Value }) => [Key!, Value ?? '']));
  }

  public async tag(name: string, tags: Tags): Promise<void> {
    await this.client.send(new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: name, Tags: toTagList(tags) }));
  }

  public async untag(name: string, keys: readonly string[]): Promise<void> {
    await this.client.send(new RemoveTagsFromResourceCommand({ ResourceType: 'Parameter', ResourceId: name, TagKeys: [...keys] }));
  }
}

function inputOf(name: string, { type, value, dataType, description, tier }: NewContent) {
  return {
    Name: name, Type: type as ParameterType, Value: value, DataType: dataType, Description: description, Tier: tier as ParameterTier | undefined,
  };
}
