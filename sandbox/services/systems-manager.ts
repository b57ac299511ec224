import {
  AddTagsToResource$, DeleteParameter$, GetParameter$, ListTagsForResource$, PutParameter$, RemoveTagsFromResource$,
  type AddTagsToResourceRequest, type PutParameterRequest, type RemoveTagsFromResourceRequest, type Tag,
} from '@aws-sdk/client-ssm';
import { RegionalRate } from './request-rate';
import { Call, InventoryItem, Operation, RequiredPermission, ServiceError, ServiceSimulator } from './service';
import type { RequestRate } from './token-bucket';
import { ParameterStore } from '../cloudformation/parameter-store';

export interface SystemsManagerSimulatorOptions {
  /** How long a read does not show a change. @default 0 */
  readonly lagSeconds?: number;
  /** Rate of all calls of an account and Region. @default unlimited */
  readonly requestRate?: RequestRate | 'unlimited';
  /** Regions that do not answer. It may be changed while the simulator runs. */
  readonly regionsDown?: Set<string>;
}

/** A parameter that exists before the test begins. */
export interface SeedParameter {
  readonly region: string;
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  readonly tags?: Record<string, string>;
}

interface StoredParameter {
  readonly region: string;
  readonly name: string;
  readonly type: string;
  readonly dataType: string;
  readonly value: string;
  readonly version: number;
  readonly changedAt: number;
  readonly tags: Map<string, string>;
  /** What a read shows until it has caught up. */
  readonly before?: StoredParameter;
}

const MAX_TAGS = 50;
const MAX_LEVELS = 15;
const VALUE_LENGTH: Record<string, number> = { 'Standard': 4096, 'Advanced': 8192, 'Intelligent-Tiering': 8192 };
const NAME = { minLength: 1, maxLength: 2048 };

/** Parameter Store of AWS Systems Manager in all Regions of an account: texts and their tags. */
export class SystemsManagerSimulator implements ServiceSimulator {
  public readonly serviceId = 'SSM';
  public readonly signingName = 'ssm';
  public readonly protocol = 'awsJson1_1';
  public readonly targetPrefix = 'AmazonSSM';
  public readonly validationError = 'ValidationException';
  public readonly operations: Record<string, Operation>;

  private readonly parameters = new Map<string, StoredParameter>();

  /** @param store where CloudFormation reads the parameters of templates */
  constructor(private readonly options: SystemsManagerSimulatorOptions = {}, private readonly store = new ParameterStore()) {
    const rate = new RegionalRate(options.requestRate ?? 'unlimited', () => new ServiceError('ThrottlingException', 'Rate exceeded'));
    this.operations = rate.limit({
      GetParameter: this.operation(GetParameter$, 'GetParameter', ['ParameterNotFound', 'InternalServerError'], 'Name',
        (input, call) => this.get(input.Name, call)),
      PutParameter: {
        ...this.operation(PutParameter$, 'PutParameter', [
          'ParameterAlreadyExists', 'HierarchyLevelLimitExceededException', 'UnsupportedParameterType', 'InternalServerError', 'ParameterLimitExceeded',
        ], 'Name', (input, call) => this.put(input, call)),
        permissions: (input: PutParameterRequest, call) => [
          this.permission('PutParameter', input.Name!, call),
          ...input.Tags?.length ? [this.permission('AddTagsToResource', input.Name!, call)] : [],
        ],
      },
      DeleteParameter: this.operation(DeleteParameter$, 'DeleteParameter', ['ParameterNotFound', 'InternalServerError'], 'Name',
        (input, call) => this.delete(input.Name, call)),
      ListTagsForResource: this.operation(ListTagsForResource$, 'ListTagsForResource', ['InvalidResourceId', 'InternalServerError'], 'ResourceId',
        (input, call) => ({ TagList: toTagList(this.resource(input.ResourceId, call).tags) })),
      AddTagsToResource: this.operation(AddTagsToResource$, 'AddTagsToResource', ['InvalidResourceId', 'TooManyTagsError', 'InternalServerError'],
        'ResourceId', (input, call) => this.tag(input, call)),
      RemoveTagsFromResource: this.operation(RemoveTagsFromResource$, 'RemoveTagsFromResource', ['InvalidResourceId', 'InternalServerError'],
        'ResourceId', (input, call) => this.untag(input, call)),
    });
  }

  /** Puts a parameter that nobody created through the API, e.g. somebody else's. */
  public seed({ region, name, value, type = 'String', tags = {} }: SeedParameter): void {
    this.save({ region, name, type, value, dataType: 'text', version: 1, changedAt: 0, tags: new Map(Object.entries(tags)) });
  }

  /** The value in a Region; undefined if there is none. */
  public valueIn(region: string, name: string): string | undefined {
    return this.parameters.get(keyOf(region, name))?.value;
  }

  public tagsIn(region: string, name: string): Record<string, string> | undefined {
    const tags = this.parameters.get(keyOf(region, name))?.tags;
    return tags && Object.fromEntries(tags);
  }

  /** Somebody deletes it. */
  public lose(region: string, name: string): void {
    this.parameters.delete(keyOf(region, name));
    this.store.remove(region, name);
  }

  public inventory(): InventoryItem[] {
    return [...this.parameters.values()].map(({ region, name }) => ({ type: 'Parameter', region, id: name, state: 'AVAILABLE' }));
  }

  private operation(
    schema: unknown, name: string, errors: readonly string[], member: string, handle: (input: any, call: Call) => unknown,
  ): Operation {
    return {
      schema, errors, handle: (input, call) => {
        this.requireRegion(call);
        return handle(input, call);
      },
      constraints: { [member]: NAME },
      permissions: (input, call) => [this.permission(name, input[member], call)],
    };
  }

  private permission(action: string, name: string, { accountId, partition, region }: Call): RequiredPermission {
    return { action: `ssm:${action}`, resources: [`arn:${partition}:ssm:${region}:${accountId}:parameter/${name.replace(/^\//, '')}`] };
  }

  private requireRegion({ region }: Call): void {
    if (this.options.regionsDown?.has(region)) {
      throw new ServiceError('InternalServerError', 'An error occurred on the server side.', 500);
    }
  }

  private get(name: string, call: Call): object {
    const parameter = this.shown(name, call);
    if (!parameter) {
      throw new ServiceError('ParameterNotFound', '');
    }
    const { type, dataType, value, version, changedAt } = parameter;
    return { Parameter: { Name: name, Type: type, Value: value, Version: version, DataType: dataType, LastModifiedDate: new Date(changedAt) } };
  }

  private put(input: PutParameterRequest, call: Call): object {
    const { Name = '', Overwrite, Tags = [], Tier = 'Standard', Value = '' } = input;
    const before = this.parameters.get(keyOf(call.region, Name));
    if (before && !Overwrite) {
      throw new ServiceError('ParameterAlreadyExists', 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.');
    }
    if (Overwrite && Tags.length > 0) {
      throw new ServiceError('ValidationException', "Invalid request: tags and overwrite can't be used together.");
    }
    if (Value.length === 0 || Value.length > VALUE_LENGTH[Tier]) {
      throw new ServiceError('ValidationException', `Parameters of tier ${Tier} have a value of 1 to ${VALUE_LENGTH[Tier]} characters.`);
    }
    if (Name.split('/').length - 1 > MAX_LEVELS) {
      throw new ServiceError('HierarchyLevelLimitExceededException', `A hierarchy can have a maximum of ${MAX_LEVELS} levels.`);
    }
    const type = input.Type ?? before?.type;
    if (type === undefined || (before && before.type !== type)) {
      throw new ServiceError('UnsupportedParameterType', "The parameter type is missing or can't be changed.");
    }
    const version = (before?.version ?? 0) + 1;
    this.save({
      region: call.region, name: Name, type, value: Value, version, changedAt: call.now, before,
      dataType: input.DataType ?? 'text', tags: before?.tags ?? new Map(Tags.map(({ Key, Value: value }) => [Key!, value!])),
    });
    return { Version: version, Tier };
  }

  private delete(name: string, call: Call): object {
    if (!this.parameters.has(keyOf(call.region, name))) {
      throw new ServiceError('ParameterNotFound', '');
    }
    this.lose(call.region, name);
    return {};
  }

  private tag({ ResourceId, Tags = [] }: AddTagsToResourceRequest, call: Call): object {
    const { tags } = this.resource(ResourceId!, call);
    const merged = new Map([...tags, ...Tags.map(({ Key, Value }) => [Key!, Value!] as const)]);
    if (merged.size > MAX_TAGS) {
      throw new ServiceError('TooManyTagsError', `A resource can have up to ${MAX_TAGS} tags.`);
    }
    merged.forEach((value, key) => tags.set(key, value));
    return {};
  }

  private untag({ ResourceId, TagKeys = [] }: RemoveTagsFromResourceRequest, call: Call): object {
    const { tags } = this.resource(ResourceId!, call);
    TagKeys.forEach(key => tags.delete(key));
    return {};
  }

  private resource(name: string, call: Call): StoredParameter {
    const parameter = this.parameters.get(keyOf(call.region, name));
    if (!parameter) {
      throw new ServiceError('InvalidResourceId', 'The resource ID is not valid. Verify that you entered the correct ID and try again.');
    }
    return parameter;
  }

  private shown(name: string, call: Call): StoredParameter | undefined {
    const parameter = this.parameters.get(keyOf(call.region, name));
    const isBehind = parameter && call.now < parameter.changedAt + (this.options.lagSeconds ?? 0) * 1000;
    return isBehind && parameter.before ? parameter.before : parameter;
  }

  private save(parameter: StoredParameter): void {
    this.parameters.set(keyOf(parameter.region, parameter.name), parameter);
    this.store.put(parameter.region, parameter.name, parameter.value);
  }
}

function keyOf(region: string, name: string): string {
  return `${region} ${name}`;
}

function toTagList(tags: ReadonlyMap<string, string>): Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
