import type { NewContent, Parameter, Parameters } from './client';
import { ParameterAdoption } from './parameter-adoption';
import { declaredRegions, otherRegionsOf, regionsIn, tagsInAll } from './parameter-regions';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import {
  MAX_PARAMETER_REGIONS, parameterNameProblem, REGIONS_TAG_KEY, SYSTEMS_MANAGER_TAG_RULES, type MultiRegionParameterProperties,
} from '../../src/wire/systems-manager';
import { adoptionAdvice, adoptionFromOtherAdvice } from '../lifecycle/adopt';
import { hasName, ResourceError } from '../lifecycle/errors';
import { waiting, type Attributes, type Waiting } from '../lifecycle/handler';
import type { Adoption, Change, Created, ManagedResource, Observation, Phase, ResourceModel, Scope, Tagging, Timing } from '../lifecycle/model';
import { PropertyReader, REGION_RULE } from '../lifecycle/properties';
import { inRegion } from '../lifecycle/region-error';
import type { RawProperties } from '../lifecycle/request';
import { isOwnedBy, untagged, withOwner, type Tags } from '../lifecycle/tags';

const POLL_SECONDS = 2;

export interface ParameterDeclaration {
  readonly name: string;
  readonly content: NewContent;
  /** Besides the stack's own Region. */
  readonly otherRegions: readonly string[];
  readonly tags: Tags;
}

/** A parameter in all its Regions. */
export interface Copies {
  readonly home: Parameter;
  /** Region by Region, besides the stack's own: those that the parameter at home lists. A Region without a copy has undefined. */
  readonly others: ReadonlyMap<string, Parameter | undefined>;
}

/**
 * `Custom::MultiRegionParameter`. Its place is its name. The parameter in the stack's Region is created first and deleted last, and lists
 * the Regions of the others in a tag, so that a Delete needs nothing but the name.
 */
export class MultiRegionParameterModel implements ResourceModel<ParameterDeclaration, Copies> {
  public readonly noun = 'parameter';
  public readonly defaultTimeoutSeconds = 10 * 60;
  public readonly timing: Timing = { unseenSeconds: 30, missSeconds: POLL_SECONDS, misses: 4, absentSeconds: 5 };

  constructor(private readonly parametersIn: (region: string) => Parameters) {}

  public parse(raw: RawProperties): ParameterDeclaration {
    const reader = new PropertyReader<MultiRegionParameterProperties>(raw).schema();
    const declaration = {
      name: reader.string('ParameterName'),
      content: {
        type: reader.enumeration('Type', ['String', 'StringList']),
        value: reader.string('Value'),
        description: reader.optionalString('Description'),
        tier: reader.has('Tier') ? reader.enumeration('Tier', ['Standard', 'Advanced', 'Intelligent-Tiering']) : undefined,
        dataType: reader.has('DataType') ? reader.enumeration('DataType', ['text', 'aws:ec2:image']) : 'text',
      },
      otherRegions: reader.has('Regions') ? reader.strings('Regions', 0, MAX_PARAMETER_REGIONS, REGION_RULE) : [],
      tags: reader.tags('Tags', SYSTEMS_MANAGER_TAG_RULES),
    };
    reader.optionalString('Adopt');
    reader.end();
    const problem = parameterNameProblem(declaration.name);
    if (problem) {
      throw new ResourceError(`Property 'ParameterName' is '${declaration.name}', but a name ${problem}. Choose another one.`);
    }
    return declaration;
  }

  public placeOf({ ParameterName }: RawProperties): string | undefined {
    return typeof ParameterName === 'string' && parameterNameProblem(ParameterName) === undefined ? ParameterName : undefined;
  }

  /** Another change of the same parameter is under way. */
  public isRetryable(error: unknown): boolean {
    return hasName(error, 'TooManyUpdates');
  }

  public at(name: string, scope: Scope): ManagedResource<ParameterDeclaration, Copies> {
    return new ParameterAt(region => inRegion(region, scope.paced(this.parametersIn(region))), name, scope);
  }
}

/** The parameter of one name in all Regions. */
class ParameterAt implements ManagedResource<ParameterDeclaration, Copies> {
  private readonly home: string;

  /** The parameter at home comes last, so that a step which dies in between is repeated. */
  public readonly tags: Tagging<ParameterDeclaration, Copies> = {
    of: ({ tags }) => tags,
    read: async () => await this.parametersIn(this.home).listTags(this.name) ?? {},
    set: (copies, tags) => this.inAll(copies, parameters => parameters.tag(this.name, tags)),
    remove: (copies, keys) => this.inAll(copies, parameters => parameters.untag(this.name, keys)),
  };

  constructor(private readonly parametersIn: (region: string) => Parameters, private readonly name: string, private readonly scope: Scope) {
    this.home = scope.location.region;
  }

  public get adoption(): Adoption<ParameterDeclaration, Copies> {
    return new ParameterAdoption(this.parametersIn, this.name, this.scope);
  }

  public async look(): Promise<Observation<Copies>> {
    const home = this.parametersIn(this.home);
    const tags = await home.listTags(this.name);
    if (!tags) {
      return await this.leftCopy() ?? { is: 'absent' };
    }
    if (!isOwnedBy(this.scope.owner, tags)) {
      return { is: 'foreign', refusal: this.refusalIn(this.home, tags), untagged: untagged(`Parameter '${this.name}' in ${this.home}`, tags) };
    }
    const parameter = await home.get(this.name);
    if (!parameter) {
      return { is: 'absent' };
    }
    const others = new Map<string, Parameter | undefined>();
    const tagsOfCopies: Tags[] = [];
    for (const region of regionsIn(tags)) {
      const copyTags = await this.ownedTagsIn(region);
      const copy = copyTags && await this.parametersIn(region).get(this.name);
      others.set(region, copy);
      tagsOfCopies.push(...copy ? [copyTags] : []);
    }
    return { is: 'ours', thing: { home: parameter, others }, tags: tagsInAll(tags, tagsOfCopies) };
  }

  public async create(declaration: ParameterDeclaration): Promise<Created> {
    const regions = [...new Set([...this.otherRegionsOf(declaration), ...declaredRegions(this.scope.oldRaw, this.name, this.home)])].sort();
    const tags = { ...withOwner(declaration.tags, this.scope.owner), [REGIONS_TAG_KEY]: regions.join(' ') };
    const isCreated = await this.parametersIn(this.home).create(this.name, declaration.content, tags);
    return isCreated ? { waiting: waiting(`parameter '${this.name}' to show up in ${this.home}`, 1) } : 'taken';
  }

  /** The list of Regions grows before a copy is created, and shrinks after it is deleted: it never lacks one. */
  public async change(copies: Copies, declaration: ParameterDeclaration, before: ParameterDeclaration | undefined): Promise<Change | undefined> {
    const regions = this.otherRegionsOf(declaration);
    const missing = regions.filter(region => !copies.others.has(region));
    if (missing.length > 0) {
      return this.list([...copies.others.keys(), ...missing]);
    }
    return this.changeContent(copies, declaration, regions) ?? this.describe(copies, declaration, before) ?? this.removeSurplus(copies, regions);
  }

  public phase({ home }: Copies, { content: { type } }: ParameterDeclaration): Phase {
    if (home.type !== type) {
      throw new ResourceError(`Parameter '${this.name}' is a ${home.type}, and Systems Manager can't make a ${type} of it. Declare the new one under `
        + 'another parameterName; CloudFormation then deletes this one.');
    }
    return { is: 'ready' };
  }

  /** One Region in a step, that of the stack last. */
  public async remove({ others }: Copies): Promise<Waiting> {
    const region = [...others].find(([, copy]) => copy)?.[0] ?? this.home;
    await this.parametersIn(region).remove(this.name);
    this.scope.log.write('INFO', 'Deleted the parameter', { parameter: this.name, region });
    return waiting(`parameter '${this.name}' to go away in ${region}`, POLL_SECONDS);
  }

  public attributes({ home, others }: Copies, declaration: ParameterDeclaration): Attributes {
    const versions = this.otherRegionsOf(declaration).map(region => [`Version.${region}`, String(others.get(region)?.version ?? '')]);
    return { ParameterName: this.name, [`Version.${this.home}`]: String(home.version), ...Object.fromEntries(versions) };
  }

  private changeContent(copies: Copies, { content, tags }: ParameterDeclaration, regions: readonly string[]): Change | undefined {
    const created = regions.find(region => !copies.others.get(region));
    if (created) {
      return this.apply(`the copy of parameter '${this.name}' in ${created}`, () => this.createIn(created, content, tags));
    }
    const all = new Map([...copies.others, [this.home, copies.home]]);
    const changed = [...regions, this.home].find(region => !isSame(all.get(region)!, content));
    return changed === undefined ? undefined
      : this.apply(`the value of parameter '${this.name}' in ${changed}`, () => this.parametersIn(changed).overwrite(this.name, content));
  }

  /** A read shows neither description nor tier, so a change of these is made once, in all Regions. */
  private describe(copies: Copies, { content }: ParameterDeclaration, before: ParameterDeclaration | undefined): Change | undefined {
    const isAsBefore = !before || (before.content.description === content.description && before.content.tier === content.tier);
    return isAsBefore || this.scope.memory.described ? undefined
      : this.apply(`the description of parameter '${this.name}'`, async () => {
        await this.inAll(copies, parameters => parameters.overwrite(this.name, content));
        this.scope.remember({ described: true });
      });
  }

  private removeSurplus({ others }: Copies, regions: readonly string[]): Change | undefined {
    const surplus = [...others.keys()].filter(region => !regions.includes(region));
    if (surplus.length === 0) {
      return undefined;
    }
    const present = surplus.find(region => others.get(region));
    return present === undefined ? this.list(regions)
      : this.apply(`parameter '${this.name}' to go away in ${present}`, () => this.parametersIn(present).remove(this.name));
  }

  private async createIn(region: string, content: NewContent, tags: Tags): Promise<void> {
    const isCreated = await this.parametersIn(region).create(this.name, content, withOwner(tags, this.scope.owner));
    if (!isCreated && !await this.ownedTagsIn(region)) {
      throw new ResourceError(this.refusalIn(region));
    }
  }

  private list(regions: readonly string[]): Change {
    const value = [...regions].sort().join(' ');
    return this.apply(`the list of Regions of parameter '${this.name}'`, () => this.parametersIn(this.home).tag(this.name, { [REGIONS_TAG_KEY]: value }));
  }

  private apply(what: string, apply: () => Promise<void>): Change {
    return { kind: 'apply', waiting: waiting(what, POLL_SECONDS), apply };
  }

  /** Without the parameter at home there is no list of its Regions. A Delete finds the copies in those that were declared. */
  private async leftCopy(): Promise<Observation<Copies> | undefined> {
    const regions = this.scope.operation === 'Delete' ? declaredRegions(this.scope.raw, this.name, this.home) : [];
    for (const region of regions) {
      if (await this.ownedTagsIn(region)) {
        const until = waiting(`parameter '${this.name}' to go away in ${region}`, POLL_SECONDS);
        return { is: 'unclear', waiting: until, resolve: () => this.parametersIn(region).remove(this.name) };
      }
    }
    return undefined;
  }

  /** The tags of the copy in another Region, if it is ours. */
  private async ownedTagsIn(region: string): Promise<Tags | undefined> {
    const tags = await this.parametersIn(region).listTags(this.name);
    return isOwnedBy(this.scope.owner, tags) ? tags : undefined;
  }

  private async inAll({ others }: Copies, call: (parameters: Parameters) => Promise<void>): Promise<void> {
    const regions = [...others].filter(([, copy]) => copy).map(([region]) => region);
    for (const region of [...regions, this.home]) {
      await call(this.parametersIn(region));
    }
  }

  private otherRegionsOf(declaration: ParameterDeclaration): string[] {
    return otherRegionsOf(declaration, this.home);
  }

  private refusalIn(region: string, tags: Tags = {}): string {
    const advice = tags[OWNER_TAG_KEY] === undefined ? adoptionAdvice(this.name) : adoptionFromOtherAdvice(this.name);
    return `A parameter '${this.name}' exists in ${region} and does not belong to this stack and logical id, so it is left alone. Choose another `
      + `parameterName, or read the existing one with MultiRegionParameter.valueFor(). ${advice}`;
  }
}

function isSame(parameter: Parameter, { dataType, value }: NewContent): boolean {
  return parameter.value === value && parameter.dataType === dataType;
}
