import {
  AddTagsToResource$, DeleteParameter$, DescribeParameters$, GetParameter$, ListTagsForResource$, PutParameter$, RemoveTagsFromResource$,
  type AddTagsToResourceRequest, type DescribeParametersRequest, type PutParameterRequest, type RemoveTagsFromResourceRequest, type Tag,
} from '@aws-sdk/client-ssm';
import { tierFor } from './parameter-tier';
import { RegionalRate } from './request-rate';
import { Call, InventoryItem, MemberConstraint, Operation, RequiredPermission, ServiceError, ServiceSimulator } from './service';
import {
  ADD_TAGS_TO_RESOURCE, DELETE_PARAMETER, DESCRIBE_PARAMETERS, ERRORS, GET_PARAMETER, LIST_TAGS_FOR_RESOURCE, PUT_PARAMETER,
  REMOVE_TAGS_FROM_RESOURCE,
} from './systems-manager-constraints';
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
  readonly description?: string;
  readonly tier: string;
  readonly value: string;
  readonly version: number;
  readonly changedAt: number;
  readonly tags: Map<string, string>;
  /** What a read shows until it has caught up. */
  readonly before?: StoredParameter;
}

type TaggedResource = Pick<AddTagsToResourceRequest, 'ResourceType' | 'ResourceId'>;

const MAX_TAGS = 50;
const MAX_LEVELS = 15;

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
      GetParameter: this.operation(GetParameter$, 'GetParameter', GET_PARAMETER, 'Name', (input, call) => this.get(input.Name, call)),
      PutParameter: {
        ...this.operation(PutParameter$, 'PutParameter', PUT_PARAMETER, 'Name', (input, call) => this.put(input, call)),
        permissions: (input: PutParameterRequest, call) => [
          this.permission('PutParameter', input.Name!, call),
          ...input.Tags?.length ? [this.permission('AddTagsToResource', input.Name!, call)] : [],
        ],
      },
      DeleteParameter: this.operation(DeleteParameter$, 'DeleteParameter', DELETE_PARAMETER, 'Name', (input, call) => this.delete(input.Name, call)),
      DescribeParameters: {
        ...this.operation(DescribeParameters$, 'DescribeParameters', DESCRIBE_PARAMETERS, 'Name', (input, call) => this.describe(input, call)),
        permissions: (_, call) => [this.permission('DescribeParameters', '*', call)],
      },
      ListTagsForResource: this.operation(ListTagsForResource$, 'ListTagsForResource', LIST_TAGS_FOR_RESOURCE, 'ResourceId',
        (input, call) => ({ TagList: toTagList(this.resource(input, call).tags) })),
      AddTagsToResource: this.operation(AddTagsToResource$, 'AddTagsToResource', ADD_TAGS_TO_RESOURCE, 'ResourceId',
        (input, call) => this.tag(input, call)),
      RemoveTagsFromResource: this.operation(RemoveTagsFromResource$, 'RemoveTagsFromResource', REMOVE_TAGS_FROM_RESOURCE, 'ResourceId',
        (input, call) => this.untag(input, call)),
    });
  }

  /** Puts a parameter that nobody created through the API, e.g. somebody else's. */
  public seed({ region, name, value, type = 'String', tags = {} }: SeedParameter): void {
    this.save({ region, name, type, value, dataType: 'text', tier: 'Standard', version: 1, changedAt: 0, tags: new Map(Object.entries(tags)) });
  }

  /** The value in a Region; undefined if there is none. */
  public valueIn(region: string, name: string): string | undefined {
    return this.parameters.get(keyOf(region, name))?.value;
  }

  public tagsIn(region: string, name: string): Record<string, string> | undefined {
    const tags = this.parameters.get(keyOf(region, name))?.tags;
    return tags && Object.fromEntries(tags);
  }

  /** Somebody sets tags. */
  public retag(region: string, name: string, tags: Record<string, string>): void {
    Object.entries(tags).forEach(([key, value]) => this.parameters.get(keyOf(region, name))?.tags.set(key, value));
  }

  public described(region: string, name: string): { description?: string; tier: string } | undefined {
    const found = this.parameters.get(keyOf(region, name));
    return found && { description: found.description, tier: found.tier };
  }

  /** Somebody deletes it. */
  public lose(region: string, name: string): void {
    this.parameters.delete(keyOf(region, name));
    this.store.remove(region, name);
  }

  public inventory(): InventoryItem[] {
    return [...this.parameters.values()].map(({ region, name }) => ({ type: 'Parameter', region, id: name, state: 'AVAILABLE' }));
  }

  /** @param member that names the parameter, for the permission */
  private operation(
    schema: unknown, name: keyof typeof ERRORS, constraints: Record<string, MemberConstraint>, member: string,
    handle: (input: any, call: Call) => unknown,
  ): Operation {
    return {
      schema, constraints, errors: ERRORS[name], handle: (input, call) => {
        this.requireRegion(call);
        return handle(input, call);
      },
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

  /** Of one name, as the filter `Name` with the option `Equals` gives it. */
  private describe({ ParameterFilters = [], ...others }: DescribeParametersRequest, call: Call): object {
    const [filter, ...further] = ParameterFilters;
    if (filter?.Key !== 'Name' || (filter.Option ?? 'Equals') !== 'Equals' || further.length > 0 || others.Filters) {
      throw new ServiceError('InvalidFilterKey', "The sandbox knows one filter, 'Name' with the option 'Equals'.");
    }
    const found = (filter.Values ?? []).map(name => this.shown(name, call)).filter(parameter => parameter !== undefined);
    return {
      Parameters: found.map(({ name, type, dataType, tier, description, version, changedAt }) => ({
        Name: name, Type: type, DataType: dataType, Tier: tier, Description: description, Version: version, LastModifiedDate: new Date(changedAt),
      })),
    };
  }

  private put(input: PutParameterRequest, call: Call): object {
    const { Name = '', Description, Overwrite, Tags = [], Value = '' } = input;
    const before = this.parameters.get(keyOf(call.region, Name));
    if (before && !Overwrite) {
      throw new ServiceError('ParameterAlreadyExists', 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.');
    }
    if (Overwrite && Tags.length > 0) {
      throw new ServiceError('ValidationException', "Invalid request: tags and overwrite can't be used together.");
    }
    const tier = tierFor(input, before?.tier);
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
      dataType: input.DataType ?? 'text', description: Description ?? before?.description, tier, tags: before?.tags ?? new Map(Tags.map(({ Key, Value: value }) => [Key!, value!])),
    });
    return { Version: version, Tier: tier };
  }

  private delete(name: string, call: Call): object {
    if (!this.parameters.has(keyOf(call.region, name))) {
      throw new ServiceError('ParameterNotFound', '');
    }
    this.lose(call.region, name);
    return {};
  }

  private tag(input: AddTagsToResourceRequest, call: Call): object {
    const { Tags = [] } = input;
    const { tags } = this.resource(input, call);
    const merged = new Map([...tags, ...Tags.map(({ Key, Value }) => [Key!, Value!] as const)]);
    if (merged.size > MAX_TAGS) {
      throw new ServiceError('TooManyTagsError', `A resource can have up to ${MAX_TAGS} tags.`);
    }
    merged.forEach((value, key) => tags.set(key, value));
    return {};
  }

  private untag(input: RemoveTagsFromResourceRequest, call: Call): object {
    const { TagKeys = [] } = input;
    const { tags } = this.resource(input, call);
    TagKeys.forEach(key => tags.delete(key));
    return {};
  }

  private resource({ ResourceType, ResourceId = '' }: TaggedResource, call: Call): StoredParameter {
    if (ResourceType !== 'Parameter') {
      throw new ServiceError('InvalidResourceType', "The sandbox knows resources of the type 'Parameter' only.");
    }
    const parameter = this.parameters.get(keyOf(call.region, ResourceId));
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
