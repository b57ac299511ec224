import { SdkParameters } from '../../../lambda/systems-manager/client';
import { systemsManagerHandlers } from '../../../lambda/systems-manager/handlers';
import { SYSTEMS_MANAGER_RATE } from '../../../lambda/systems-manager/rate';
import { ServiceError, type Call } from '../../../sandbox/services/service';
import { SystemsManagerSimulator } from '../../../sandbox/services/systems-manager';
import { OWNER_TAG_KEY, SCHEMA_VERSION } from '../../../src/wire/lifecycle';
import { MULTI_REGION_PARAMETER_TYPE, REGIONS_TAG_KEY } from '../../../src/wire/systems-manager';
import { pick, tagsWithout, type AdoptableThings } from '../adoptable';
import type { Dice } from '../dice';
import { REGION, type Belief, type ClientFactory, type ResourceKind, type ServiceModel, type SimulatedService, type Thing } from '../resource-kind';

const NAMES = ['/mail/endpoint', '/game/door', 'desktops', '/mail/region', 'alias'];
const OTHER_REGIONS = ['eu-central-1', 'us-east-1'];
const REGIONS = [REGION, ...OTHER_REGIONS];
const VALUES = ['e-1', 'e-2', 'e-3'];
const DESCRIPTIONS = [undefined, undefined, 'The endpoint.', 'The way in.'];
const TAGS: Record<string, string>[] = [{}, { team: 'mail' }, { team: 'post', stage: 'test' }];
const RATE = { perSecond: 3, burst: 10 };
const OURS = /^[0-9a-f]{64}$/;

type Stored = SystemsManagerSimulator['parameters'] extends Map<string, infer P> ? P : never;

/** When a Region does not answer, in milliseconds from the first call on. */
interface Outage {
  readonly region: string;
  readonly from: number;
  readonly to: number;
}

export const systemsManager: ServiceModel = {
  name: 'Systems Manager',
  pace: SYSTEMS_MANAGER_RATE,
  throttling: new ServiceError('ThrottlingException', 'Rate exceeded'),
  consistentReads: /^(GetParameter|ListTagsForResource)$/,
  legitimateFailures: [
    /does not belong to this stack and logical id/, /has been kept/, /something else deleted it/, /Systems Manager can't make a/,
    /does not carry the tag/,
  ],
  open: dice => new ParametersService(dice),
};

class ParametersService implements SimulatedService {
  public readonly simulators: readonly [SystemsManagerSimulator];
  public readonly kinds: readonly ResourceKind[];
  public readonly rate?: typeof RATE;
  private readonly outage?: Outage;
  private begunAt?: number;
  /** Owners of parameters at home whose owner tag somebody has taken away, by their names. */
  private readonly untagged = new Map<string, string>();
  public readonly adoptable: AdoptableThings = {
    all: () => this.all.filter(({ region }) => region === REGION).map(({ name, tags }) => ({
      id: name, proof: tags.get(OWNER_TAG_KEY), state: this.all.filter(copy => copy.name === name).map(stateOf).sort().join(', '),
    })),
    valueOf: ({ properties }) => String(properties.ParameterName),
    disown: ids => this.all.filter(({ name, tags }) => ids.has(name) && OURS.test(tags.get(OWNER_TAG_KEY) ?? '')).forEach(({ tags }) => {
      [...tags.keys()].filter(isProof).forEach(key => tags.delete(key));
    }),
    identity: (_, properties) => pick(properties, 'ParameterName', 'Type', 'Regions'),
    differing: (_, properties) => ({ ...properties, Type: properties.Type === 'String' ? 'StringList' : 'String' }),
  };

  constructor(dice: Dice) {
    const requestRate = dice.chance(0.5) ? RATE : 'unlimited';
    const simulator = new SystemsManagerSimulator({ requestRate, lagSeconds: dice.pick([0, 0, 2]) });
    this.rate = requestRate === RATE ? RATE : undefined;
    this.simulators = [simulator];
    if (dice.chance(0.2)) {
      const from = dice.integer(0, 600) * 1000;
      this.outage = { region: dice.pick(REGIONS), from, to: from + dice.pick([30, 300, 2400]) * 1000 };
    }
    this.watch(simulator);
    this.kinds = [parameterKind(this)];
  }

  public handlers(client: ClientFactory) {
    return systemsManagerHandlers(region => new SdkParameters(client('SSM', region) as any));
  }

  /** A copy in another Region is held together with the parameter at home. Without its owner tag both are left to people. */
  public things(): Thing[] {
    return this.all.map(thingOf).map(thing => {
      const isUntagged = [...this.untagged].some(([name, owner]) => thing.owner === owner && !this.find(REGION, name)?.tags.has(OWNER_TAG_KEY));
      return isUntagged ? { ...thing, owner: undefined } : thing;
    });
  }

  public foreign(dice: Dice): Thing | undefined {
    const [region, name] = [dice.pick(REGIONS), dice.pick(NAMES)];
    if (this.find(region, name)) {
      return undefined;
    }
    const tags: Record<string, string> = dice.chance(0.5) ? {} : { [OWNER_TAG_KEY]: 'somebody-else' };
    this.simulators[0].seed({ region, name, value: 'theirs', type: typeOf(name), tags });
    return thingOf(this.find(region, name)!);
  }

  public tamper(dice: Dice): { owner: string; what: string } | undefined {
    const ours = this.all.filter(({ tags }) => OURS.test(tags.get(OWNER_TAG_KEY) ?? ''));
    if (ours.length === 0) {
      return undefined;
    }
    const parameter = dice.pick(ours);
    const { region, name, tags } = parameter;
    const owner = tags.get(OWNER_TAG_KEY)!;
    const manner = dice.next();
    if (manner < 0.4) {
      this.simulators[0].lose(region, name);
      return { owner, what: `deletes ${name} in ${region}` };
    }
    if (manner < 0.6) {
      tags.delete(OWNER_TAG_KEY);
      if (region === REGION) {
        this.untagged.set(name, owner);
      }
      return { owner, what: `removes the owner tag of ${name} in ${region}` };
    }
    if (manner < 0.8) {
      Object.assign(parameter, { value: 'changed by hand' });
      return { owner, what: `changes ${name} in ${region}` };
    }
    tags.set('cost', 'centre');
    return { owner, what: `tags ${name} in ${region}` };
  }

  public giveTagsBack(): void {
    for (const [name, owner] of this.untagged) {
      const tags = this.find(REGION, name)?.tags;
      if (tags && !tags.has(OWNER_TAG_KEY)) {
        tags.set(OWNER_TAG_KEY, owner);
      }
    }
  }

  public find(region: string, name: string): Stored | undefined {
    return this.all.find(parameter => parameter.region === region && parameter.name === name);
  }

  private get all(): Stored[] {
    return [...(Reflect.get(this.simulators[0], 'parameters') as Map<string, Stored>).values()];
  }

  /** A Region that is down for a while. */
  private watch({ operations }: SystemsManagerSimulator): void {
    for (const [name, operation] of Object.entries(operations)) {
      const handle = (input: any, call: Call) => {
        this.begunAt ??= call.now;
        if (this.outage?.region === call.region && isDuring(this.outage, call.now - this.begunAt)) {
          throw new ServiceError('InternalServerError', 'An error occurred on the server side.', 500);
        }
        return operation.handle(input, call);
      };
      operations[name] = { ...operation, handle };
    }
  }
}

function isProof(key: string): boolean {
  return key === OWNER_TAG_KEY || key === REGIONS_TAG_KEY;
}

function stateOf({ region, type, value, version, description, tags }: Stored): string {
  return [region, type, value, version, description, tagsWithout(tags, isProof)].join(' ');
}

function isDuring({ from, to }: Outage, time: number): boolean {
  return time >= from && time < to;
}

function thingOf({ region, name, type, value, dataType, description, version, tags }: Stored): Thing {
  const fingerprint = [type, value, dataType, description, version, ...[...tags].map(tag => tag.join('=')).sort()].join(' ');
  const isHome = region === REGION;
  const id = `parameter/${name}`;
  return { type: MULTI_REGION_PARAMETER_TYPE, id: isHome ? id : `${id} in ${region}`, heldAs: isHome ? undefined : id, owner: tags.get(OWNER_TAG_KEY), fingerprint };
}

/** Systems Manager can't change the type of a parameter, so here a name has one. */
function typeOf(name: string): string {
  return name === 'desktops' ? 'StringList' : 'String';
}

function parameterKind(service: ParametersService): ResourceKind {
  return {
    type: MULTI_REGION_PARAMETER_TYPE,
    attributes: ['ParameterName', `Version.${REGION}`],
    declare: dice => ({
      Schema: SCHEMA_VERSION, ...named(dice), ...content(dice), Tags: dice.pick(TAGS),
      ...dice.chance(0.2) ? { TimeoutSeconds: 300, ServiceTimeout: 2040 } : {},
    }),
    change: (dice, properties) => {
      const turn = dice.next();
      if (turn < 0.3) {
        return { ...properties, Tags: dice.pick(TAGS) };
      }
      if (turn < 0.75) {
        return { ...properties, ...content(dice) };
      }
      return { ...properties, ...turn < 0.78 ? { Type: dice.pick(['String', 'StringList']) } : named(dice) };
    },
    problem: belief => problemOf(service, belief),
    remains: (physicalId, owner) => {
      const name = physicalId.replace('parameter/', '');
      return REGIONS.some(region => service.find(region, name)?.tags.get(OWNER_TAG_KEY) === owner);
    },
  };
}

/** Whether all Regions say the same, and what is declared. */
function problemOf(service: ParametersService, { physicalId, properties, owner, hasFailedUpdate }: Belief): string | undefined {
  const name = String(properties.ParameterName);
  const declared = [REGION, ...properties.Regions as string[]];
  const copies = declared.map(region => [region, wrongCopy(service.find(region, name), properties, owner, hasFailedUpdate)]);
  const wrong = copies.find(([, problem]) => problem);
  const surplus = REGIONS.find(region => !declared.includes(region) && service.find(region, name)?.tags.get(OWNER_TAG_KEY) === owner);
  const listed = service.find(REGION, name)?.tags.get(REGIONS_TAG_KEY) ?? '';
  return first(
    [wrong !== undefined, `${physicalId} in ${wrong?.join(' ')}`],
    [physicalId.startsWith('parameter/') && physicalId !== `parameter/${name}`, `the physical id is ${physicalId}, the name ${name}`],
    [surplus !== undefined, `${physicalId} still has a copy in ${surplus}, which is no longer declared`],
    [declared.slice(1).some(region => !listed.split(' ').includes(region)), `${physicalId} lists only the Regions '${listed}'`],
  );
}

function wrongCopy(
  copy: Stored | undefined, { Value, Type, Tags }: Belief['properties'], owner: string, hasFailedUpdate: boolean,
): string | undefined {
  const wanted = (Tags ?? {}) as Record<string, string>;
  const lacking = Object.entries(wanted).find(([key, value]) => copy?.tags.get(key) !== value);
  const undeclared = ['team', 'stage'].find(key => copy?.tags.has(key) && !(key in wanted));
  return first(
    [copy === undefined, 'does not exist'],
    [copy?.tags.get(OWNER_TAG_KEY) !== owner, 'does not belong to the resource'],
    [copy?.value !== Value, `is '${copy?.value}', not '${String(Value)}'`],
    [copy?.type !== Type, `is a ${copy?.type}`],
    [lacking !== undefined, `lacks the tag ${lacking?.join('=')}`],
    [!hasFailedUpdate && undeclared !== undefined, `still has the tag ${undeclared}, which is no longer declared`],
  );
}

function named(dice: Dice) {
  const ParameterName = dice.pick(NAMES);
  return { ParameterName, Type: typeOf(ParameterName) };
}

function content(dice: Dice) {
  const Description = dice.pick(DESCRIPTIONS);
  return {
    Value: dice.pick(VALUES),
    Regions: dice.pick([[], [OTHER_REGIONS[0]], [OTHER_REGIONS[1]], OTHER_REGIONS]),
    ...Description ? { Description } : {},
  };
}

function first(...problems: [boolean, string][]): string | undefined {
  return problems.find(([holds]) => holds)?.[1];
}
