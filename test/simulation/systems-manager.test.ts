import { everyStep, expectFound, type Mutation } from './broken-variant';
import { expectLawfulHistories } from './lawful-histories';
import { systemsManager } from './services/systems-manager';
import { SdkParameters } from '../../lambda/systems-manager/client';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { MULTI_REGION_PARAMETER_TYPE, REGIONS_TAG_KEY } from '../../src/wire/systems-manager';

expectLawfulHistories(systemsManager, 'MultiRegionParameter');

/** The model, broken on purpose: what the simulation must notice. */
const MUTATIONS: readonly Mutation[] = [
  ['takes everybody\'s parameters for its own', () => {
    const original = SdkParameters.prototype.listTags;
    jest.spyOn(SdkParameters.prototype, 'listTags').mockImplementation(async function (this: SdkParameters, name) {
      const tags = await original.call(this, name);
      return tags && { ...tags, [OWNER_TAG_KEY]: ownerNow };
    });
    return noteOwner();
  }],
  ['changes the value in one Region only', () => {
    jest.spyOn(SdkParameters.prototype, 'overwrite').mockResolvedValue();
    const original = SdkParameters.prototype.get;
    jest.spyOn(SdkParameters.prototype, 'get').mockImplementation(async function (this: SdkParameters, name) {
      const parameter = await original.call(this, name);
      return parameter && { ...parameter, value: valueNow };
    });
    return noteOwner();
  }],
  ['leaves the copies when it is deleted', () => {
    const original = SdkParameters.prototype.listTags;
    jest.spyOn(SdkParameters.prototype, 'listTags').mockImplementation(async function (this: SdkParameters, name) {
      const tags = await original.call(this, name);
      return tags && operationNow === 'Delete' ? { ...tags, [REGIONS_TAG_KEY]: '' } : tags;
    });
    return noteOwner();
  }],
  ['does not list a Region before it has a copy', () => {
    const original = SdkParameters.prototype.create;
    jest.spyOn(SdkParameters.prototype, 'create').mockImplementation(function (this: SdkParameters, name, content, { [REGIONS_TAG_KEY]: _, ...tags }) {
      return original.call(this, name, content, tags);
    });
    jest.spyOn(SdkParameters.prototype, 'tag').mockResolvedValue();
  }],
  ['answers before all Regions have it', () => everyStep(MULTI_REGION_PARAMETER_TYPE, async (context, original) => {
    const outcome = await original(context);
    return outcome.status === 'waiting' && outcome.physicalId !== undefined && context.operation === 'Create'
      ? { status: 'ready', physicalId: outcome.physicalId, attributes: { 'ParameterName': 'x', 'Version.eu-west-1': '1' } } : outcome;
  })],
  ['looks at the tags at home only', () => {
    const original = SdkParameters.prototype.listTags;
    const atHome = new Map<string, Record<string, string>>();
    jest.spyOn(SdkParameters.prototype, 'listTags').mockImplementation(async function (this: SdkParameters, name) {
      const tags = await original.call(this, name);
      if (tags?.[REGIONS_TAG_KEY] !== undefined) {
        atHome.set(name, tags);
      }
      return tags && { ...tags, ...withoutOwner(atHome.get(name)) };
    });
  }],
];

let ownerNow = '';
let operationNow = '';
let valueNow = '';

/** What the step is about that calls the service now: all calls of a mutant are made in one. */
function noteOwner() {
  return everyStep(MULTI_REGION_PARAMETER_TYPE, async (context, original) => {
    ownerNow = context.owner;
    operationNow = context.operation;
    valueNow = String(context.raw.Value);
    return original(context);
  });
}

function withoutOwner({ [OWNER_TAG_KEY]: _, [REGIONS_TAG_KEY]: _regions, ...tags }: Record<string, string> = {}): Record<string, string> {
  return tags;
}

describe('Systems Manager', () => expectFound(systemsManager, MUTATIONS));
