import { SdkSes } from '../../../lambda/ses/client';
import { sesHandlers } from '../../../lambda/ses/handlers';
import { SdkIdentities } from '../../../lambda/ses/identity-client';
import { SES_RATE } from '../../../lambda/ses/rate';
import { ServiceError } from '../../../sandbox/services/service';
import { SesSimulator } from '../../../sandbox/services/ses';
import type { SimulatedIdentity } from '../../../sandbox/services/ses-identities';
import { OWNER_TAG_KEY, SCHEMA_VERSION } from '../../../src/wire/lifecycle';
import { REPLICA_EMAIL_IDENTITY_TYPE } from '../../../src/wire/ses';
import { pick, tagsWithout, type AdoptableThings } from '../adoptable';
import type { Dice } from '../dice';
import { ACCOUNT, REGION, type ResourceKind, type ServiceModel, type SimulatedService, type Thing } from '../resource-kind';

const DOMAINS = ['example.com', 'news.example.com', 'example.org'];
const REPLICA_REGIONS = ['eu-central-1', 'us-east-1'];
const TAGS: Record<string, string>[] = [{}, { team: 'mail' }, { team: 'post', stage: 'test' }];
const RATE = { perSecond: 1, burst: 5 };
const ORIGIN = 'AWS_SES_EU_WEST_1';
const FAILURES = ['HOST_NOT_FOUND', 'REPLICATION_ACCESS_DENIED', 'REPLICATION_PRIMARY_NOT_FOUND', undefined] as const;

export const sesIdentities: ServiceModel = {
  name: 'SES identities',
  pace: SES_RATE,
  throttling: new ServiceError('TooManyRequestsException', 'Too many requests.', 429),
  consistentReads: /^GetEmailIdentity$/,
  legitimateFailures: [
    /does not belong to this stack and logical id/,
    /has been kept/,
    /could not verify the DKIM key/,
    /something else deleted it/,
  ],
  open: dice => new IdentitiesService(dice),
};

class IdentitiesService implements SimulatedService {
  public readonly simulators: readonly [SesSimulator];
  public readonly kinds: readonly ResourceKind[];
  public readonly rate?: typeof RATE;
  public readonly adoptable: AdoptableThings = {
    all: () => this.replicas().map(identity => ({
      id: arnOf(identity), proof: identity.tags.get(OWNER_TAG_KEY),
      state: [identity.createdAt, identity.dkimOrigin, tagsWithout(identity.tags, key => key === OWNER_TAG_KEY)].join(' '),
    })),
    valueOf: ({ attributes }) => String(attributes.EmailIdentityArn),
    disown: ids => this.replicas().filter(identity => ids.has(arnOf(identity))).forEach(({ tags }) => tags.delete(OWNER_TAG_KEY)),
    identity: (_, properties) => pick(properties, 'EmailIdentity', 'ReplicaRegion'),
    differing: () => undefined,
  };

  constructor(dice: Dice) {
    const requestRate = dice.chance(0.5) ? RATE : 'unlimited';
    const simulator = new SesSimulator({
      requestRate,
      identities: {
        verificationSeconds: dice.chance(0.02) ? 4000 : dice.pick([0, 5, 60]),
        notFoundAfterCreateSeconds: dice.pick([0, 0, 3, 15]),
        noTagsAfterCreateSeconds: dice.pick([0, 0, 3, 15]),
      },
    });
    this.rate = requestRate === RATE ? RATE : undefined;
    DOMAINS.forEach(name => simulator.identities.seed({ region: REGION, name }));
    if (dice.chance(0.15)) {
      simulator.identities.failNext(dice.pick(DOMAINS), dice.pick(FAILURES));
    }
    this.simulators = [simulator];
    this.kinds = [replicaKind(this)];
  }

  public handlers(client: Parameters<SimulatedService['handlers']>[0]) {
    return sesHandlers(new SdkSes(client('SESv2', REGION)), region => new SdkIdentities(client('SESv2', region)));
  }

  public things(): Thing[] {
    return this.replicas().map(thingOf);
  }

  public foreign(dice: Dice): Thing | undefined {
    const [region, name] = [dice.pick(REPLICA_REGIONS), dice.pick(DOMAINS)];
    if (this.identities.find(region, name)) {
      return undefined;
    }
    const tags: Record<string, string> = dice.chance(0.5) ? {} : { [OWNER_TAG_KEY]: 'somebody-else' };
    return thingOf(this.identities.seed({ region, name, tags, dkimOrigin: dice.pick(['AWS_SES', ORIGIN]) }));
  }

  public tamper(dice: Dice, now: number): { owner: string; what: string } | undefined {
    const ours = this.replicas().filter(({ tags }) => tags.get(OWNER_TAG_KEY)?.length === 64);
    if (ours.length === 0) {
      return undefined;
    }
    const identity = dice.pick(ours);
    const owner = identity.tags.get(OWNER_TAG_KEY)!;
    const words = idOf(identity);
    const manner = dice.next();
    if (manner < 0.4) {
      this.identities.lose(identity.region, identity.name);
      return { owner, what: `deletes ${words}` };
    }
    if (manner < 0.6) {
      identity.tags.delete(OWNER_TAG_KEY);
      return { owner, what: `removes the owner tag of ${words}` };
    }
    if (manner < 0.8) {
      Object.assign(identity, { dkimStatus: 'FAILED', error: 'HOST_NOT_FOUND', checkedAt: now });
      return { owner, what: `removes the DNS records of ${words}` };
    }
    identity.tags.set('cost', 'centre');
    return { owner, what: `tags ${words}` };
  }

  public find(region: string, name: string): SimulatedIdentity | undefined {
    return this.identities.find(region, name);
  }

  private replicas(): SimulatedIdentity[] {
    return this.identities.all.filter(({ region }) => region !== REGION);
  }

  private get identities() {
    return this.simulators[0].identities;
  }
}

function thingOf(identity: SimulatedIdentity): Thing {
  const { createdAt, dkimOrigin, tags } = identity;
  const fingerprint = [createdAt, dkimOrigin, ...[...tags].map(tag => tag.join('=')).sort()].join(' ');
  return { type: REPLICA_EMAIL_IDENTITY_TYPE, id: idOf(identity), owner: tags.get(OWNER_TAG_KEY), fingerprint };
}

function arnOf({ region, name }: Pick<SimulatedIdentity, 'region' | 'name'>): string {
  return `arn:aws:ses:${region}:${ACCOUNT}:identity/${name}`;
}

/** The physical id of the replica of a domain in a Region. */
function idOf({ region, name }: Pick<SimulatedIdentity, 'region' | 'name'>): string {
  return `identity/${region}/${name}`;
}

function replicaKind(service: IdentitiesService): ResourceKind {
  return {
    type: REPLICA_EMAIL_IDENTITY_TYPE,
    attributes: ['DkimStatus', 'EmailIdentity', 'EmailIdentityArn'],
    declare: dice => ({
      Schema: SCHEMA_VERSION,
      EmailIdentity: dice.pick(DOMAINS),
      ParentRegion: REGION,
      ReplicaRegion: dice.pick(REPLICA_REGIONS),
      Tags: dice.pick(TAGS),
      ...dice.chance(0.3) ? { WaitForDkim: false } : {},
      ...dice.chance(0.2) ? { TimeoutSeconds: 300, ServiceTimeout: 2040 } : {},
    }),
    change: (dice, properties) => dice.chance(0.5)
      ? { ...properties, Tags: dice.pick(TAGS), WaitForDkim: dice.chance(0.7) }
      : { ...properties, EmailIdentity: dice.pick(DOMAINS), ReplicaRegion: dice.pick(REPLICA_REGIONS) },
    problem: ({ physicalId, properties, attributes, owner, hasFailedUpdate }, now) => {
      const [region, name] = [String(properties.ReplicaRegion), String(properties.EmailIdentity)];
      const identity = service.find(region, name);
      if (!identity) {
        return `${physicalId} does not exist`;
      }
      const wanted = properties.Tags as Record<string, string> | undefined;
      const wrongTag = Object.entries(wanted ?? {}).find(([key, value]) => identity.tags.get(key) !== value);
      const undeclared = ['team', 'stage'].some(key => identity.tags.has(key) && !(key in (wanted ?? {})));
      return first(
        [identity.tags.get(OWNER_TAG_KEY) !== owner, `${physicalId} does not belong to the resource`],
        [String(properties.WaitForDkim) !== 'false' && identity.checkedAt > now, `the DKIM key of ${physicalId} is PENDING`],
        [physicalId.startsWith('identity/') && physicalId !== idOf(identity), `the physical id is ${physicalId}, the identity ${idOf(identity)}`],
        [identity.dkimOrigin !== ORIGIN, `${physicalId} has the DKIM origin ${identity.dkimOrigin}`],
        [attributes.EmailIdentityArn !== `arn:aws:ses:${region}:${ACCOUNT}:identity/${name}`, `${physicalId} has the ARN ${String(attributes.EmailIdentityArn)}`],
        [wrongTag !== undefined, `${physicalId} lacks the tag ${wrongTag?.join('=')}`],
        [!hasFailedUpdate && undeclared, `${physicalId} still has a tag that is no longer declared`],
      );
    },
    remains: (physicalId, owner) => {
      const [, region, name] = physicalId.split('/');
      return service.find(region, name)?.tags.get(OWNER_TAG_KEY) === owner;
    },
  };
}

function first(...problems: [boolean, string][]): string | undefined {
  return problems.find(([holds]) => holds)?.[1];
}
