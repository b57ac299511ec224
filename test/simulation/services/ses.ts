import { SdkSes } from '../../../lambda/ses/client';
import { sesHandlers } from '../../../lambda/ses/handlers';
import { SdkIdentities } from '../../../lambda/ses/identity-client';
import { SES_RATE } from '../../../lambda/ses/rate';
import { ServiceError } from '../../../sandbox/services/service';
import { SesSimulator, type SesSimulatorOptions } from '../../../sandbox/services/ses';
import { OWNER_TAG_KEY, SCHEMA_VERSION } from '../../../src/wire/lifecycle';
import { MULTI_REGION_ENDPOINT_LOOKUP_TYPE, MULTI_REGION_ENDPOINT_TYPE } from '../../../src/wire/ses';
import { pick, tagsWithout, type AdoptableThings } from '../adoptable';
import type { Dice } from '../dice';
import { REGION, type ResourceKind, type ServiceModel, type SimulatedService, type Thing } from '../resource-kind';

const NAMES = ['mail', 'post', 'news', 'letters'];
const SECONDARY_REGIONS = ['eu-central-1', 'us-east-1'];
const TAGS: Record<string, string>[] = [{}, { team: 'mail' }, { team: 'post', stage: 'test' }];
const RATE = { perSecond: 1, burst: 5 };

interface Endpoint {
  readonly name: string;
  readonly id: string;
  readonly secondaryRegion: string;
  readonly finalAt: number;
  readonly finalState: string;
  readonly tags: Map<string, string>;
  readonly deletedAt?: number;
  readonly goneAt?: number;
}

export const ses: ServiceModel = {
  name: 'SES',
  pace: SES_RATE,
  throttling: new ServiceError('TooManyRequestsException', 'Too many requests.', 429),
  consistentReads: /^ListTagsForResource$/,
  legitimateFailures: [
    /does not belong to this stack and logical id/,
    /has been kept/,
    /left it in state FAILED/,
    /can't have the same name while the old endpoint exists/,
    /no longer carries the tag/,
    /something else deleted it/,
    /There is no SES multi-region endpoint/,
  ],
  open: dice => new SesService(dice),
};

class SesService implements SimulatedService {
  public readonly simulators: readonly [SesSimulator];
  public readonly kinds: readonly ResourceKind[];
  public readonly rate?: typeof RATE;
  /** Owners of endpoints whose owner tag somebody has taken away, by their ids. */
  private readonly untagged = new Map<string, string>();
  public readonly adoptable: AdoptableThings = {
    all: now => this.existing(now).map(({ name: id, tags, ...endpoint }) => ({
      id, proof: tags.get(OWNER_TAG_KEY), state: [endpoint.id, endpoint.secondaryRegion, endpoint.deletedAt, tagsWithout(tags, isProof)].join(' '),
    })),
    valueOf: ({ type, properties }) => type === MULTI_REGION_ENDPOINT_TYPE ? String(properties.EndpointName) : undefined,
    disown: ids => ids.forEach(name => this.find(name, 0)?.tags.delete(OWNER_TAG_KEY)),
    identity: (_, properties) => pick(properties, 'EndpointName', 'SecondaryRegion'),
    differing: (_, properties) => ({ ...properties, SecondaryRegion: SECONDARY_REGIONS.find(region => region !== properties.SecondaryRegion) }),
  };

  constructor(dice: Dice) {
    const options: SesSimulatorOptions = {
      creationSeconds: dice.chance(0.02) ? 4000 : dice.pick([2, 12, 70]),
      deletionSeconds: dice.pick([1, 20, 45]),
      notFoundAfterCreateSeconds: dice.pick([0, 0, 3, 15]),
      readyFlaps: dice.pick([0, 0, 1]),
      readyAfterDelete: dice.pick([0, 0, 2]),
      strictTransitions: dice.chance(0.3),
      requestRate: dice.chance(0.5) ? RATE : 'unlimited',
      serviceLinkedRole: true,
    };
    const simulator = new SesSimulator(options);
    this.rate = options.requestRate === RATE ? RATE : undefined;
    const failures = dice.chance(0.1) ? dice.integer(1, 2) : 0;
    for (let left = failures; left > 0; left--) {
      simulator.failNext(dice.pick(NAMES));
    }
    this.simulators = [simulator];
    this.kinds = [endpointKind(this), lookupKind(this)];
  }

  public handlers(client: Parameters<SimulatedService['handlers']>[0]) {
    return sesHandlers(new SdkSes(client('SESv2', REGION)), region => new SdkIdentities(client('SESv2', region)));
  }

  public things(now: number): Thing[] {
    return this.existing(now).map(thingOf);
  }

  public foreign(dice: Dice, now: number): Thing | undefined {
    const name = dice.pick(NAMES);
    if (this.find(name, now)) {
      return undefined;
    }
    const tags: Record<string, string> = dice.chance(0.5) ? {} : { [OWNER_TAG_KEY]: 'somebody-else' };
    this.simulators[0].seed({ region: REGION, name, secondaryRegion: dice.pick(SECONDARY_REGIONS), tags });
    return thingOf(this.find(name, now)!);
  }

  public tamper(dice: Dice, now: number): { owner: string; what: string } | undefined {
    const ours = this.existing(now).filter(({ tags, deletedAt }) => tags.get(OWNER_TAG_KEY)?.length === 64 && deletedAt === undefined);
    if (ours.length === 0) {
      return undefined;
    }
    const endpoint = dice.pick(ours) as Endpoint & { deletedAt?: number; goneAt?: number };
    const owner = endpoint.tags.get(OWNER_TAG_KEY)!;
    const manner = dice.next();
    if (manner < 0.5) {
      endpoint.deletedAt = now;
      endpoint.goneAt = now + 5000;
      return { owner, what: `deletes endpoint ${endpoint.name}` };
    }
    if (manner < 0.7) {
      endpoint.tags.delete(OWNER_TAG_KEY);
      this.untagged.set(endpoint.id, owner);
      return { owner, what: `removes the owner tag of endpoint ${endpoint.name}` };
    }
    endpoint.tags.set('cost', 'centre');
    return { owner, what: `tags endpoint ${endpoint.name}` };
  }

  public giveTagsBack(): void {
    for (const { id, tags } of this.existing(0)) {
      const owner = this.untagged.get(id);
      if (owner && !tags.has(OWNER_TAG_KEY)) {
        tags.set(OWNER_TAG_KEY, owner);
      }
    }
  }

  public find(name: string, now: number): Endpoint | undefined {
    return this.existing(now).find(endpoint => endpoint.name === name);
  }

  private existing(now: number): Endpoint[] {
    return [...(Reflect.get(this.simulators[0], 'endpoints') as Map<string, Endpoint>).values()].filter(({ goneAt }) => goneAt === undefined || goneAt > now);
  }
}

function isProof(key: string): boolean {
  return key === OWNER_TAG_KEY;
}

function thingOf({ name, id, secondaryRegion, tags, deletedAt }: Endpoint): Thing {
  const fingerprint = [id, secondaryRegion, deletedAt, ...[...tags].map(tag => tag.join('=')).sort()].join(' ');
  return { type: MULTI_REGION_ENDPOINT_TYPE, id: idOf(name), owner: tags.get(OWNER_TAG_KEY), fingerprint };
}

/** The physical id of the endpoint of a name. */
function idOf(name: string): string {
  return `endpoint/${name}`;
}

function endpointKind(service: SesService): ResourceKind {
  return {
    type: MULTI_REGION_ENDPOINT_TYPE,
    attributes: ['EndpointId', 'EndpointName', 'SecondaryRegion'],
    declare: dice => ({
      Schema: SCHEMA_VERSION,
      EndpointName: dice.pick(NAMES),
      SecondaryRegion: dice.pick(SECONDARY_REGIONS),
      Tags: dice.pick(TAGS),
      ...dice.chance(0.2) ? { TimeoutSeconds: 300, ServiceTimeout: 2040 } : {},
    }),
    change: (dice, properties) => dice.chance(0.5)
      ? { ...properties, Tags: dice.pick(TAGS) }
      : { ...properties, EndpointName: dice.pick(NAMES), ...dice.chance(0.3) ? { SecondaryRegion: dice.pick(SECONDARY_REGIONS) } : {} },
    problem: ({ physicalId, properties, attributes, owner, hasFailedUpdate }, now) => {
      const endpoint = service.find(String(properties.EndpointName), now);
      if (!endpoint) {
        return `endpoint ${physicalId} does not exist`;
      }
      const wanted = properties.Tags as Record<string, string> | undefined;
      const wrongTag = Object.entries(wanted ?? {}).find(([key, value]) => endpoint.tags.get(key) !== value);
      return first(
        [endpoint.tags.get(OWNER_TAG_KEY) !== owner, `endpoint ${physicalId} does not belong to the resource`],
        [endpoint.deletedAt !== undefined, `endpoint ${physicalId} is being deleted`],
        [endpoint.finalAt > now || endpoint.finalState !== 'READY', `endpoint ${physicalId} is not READY`],
        [physicalId.startsWith('endpoint/') && physicalId !== idOf(endpoint.name), `the physical id is ${physicalId}, the name ${endpoint.name}`],
        [endpoint.secondaryRegion !== properties.SecondaryRegion, `endpoint ${physicalId} routes to ${endpoint.secondaryRegion}`],
        [attributes.EndpointId !== endpoint.id, `endpoint ${physicalId} has the id ${endpoint.id}, not ${String(attributes.EndpointId)}`],
        [wrongTag !== undefined, `endpoint ${physicalId} lacks the tag ${wrongTag?.join('=')}`],
        [!hasFailedUpdate && undeclaredTag(endpoint, wanted), `endpoint ${physicalId} still has a tag that is no longer declared`],
      );
    },
    remains: (physicalId, owner, now) => service.find(physicalId.replace('endpoint/', ''), now)?.tags.get(OWNER_TAG_KEY) === owner,
  };
}

function undeclaredTag({ tags }: Endpoint, wanted: Record<string, string> = {}): boolean {
  return ['team', 'stage'].some(key => tags.has(key) && !(key in wanted));
}

function lookupKind(service: SesService): ResourceKind {
  return {
    type: MULTI_REGION_ENDPOINT_LOOKUP_TYPE,
    attributes: ['EndpointId', 'EndpointName', 'SecondaryRegion'],
    declare: (dice, siblings) => {
      const endpoint = siblings.find(({ type }) => type === MULTI_REGION_ENDPOINT_TYPE);
      const EndpointName = endpoint && dice.chance(0.7) ? { 'Fn::GetAtt': [endpoint.logicalId, 'EndpointName'] } : dice.pick(NAMES);
      return { Schema: SCHEMA_VERSION, EndpointName };
    },
    change: (dice, properties) => ({ ...properties, EndpointName: dice.pick(NAMES) }),
    readOnly: true,
    problem: ({ physicalId }, now) => {
      const endpoint = service.find(physicalId.replace('lookup:', ''), now);
      return first([endpoint !== undefined && endpoint.finalAt > now, `endpoint ${physicalId}, which was looked up, is CREATING`]);
    },
    remains: () => false,
  };
}

function first(...problems: [boolean, string][]): string | undefined {
  return problems.find(([holds]) => holds)?.[1];
}
