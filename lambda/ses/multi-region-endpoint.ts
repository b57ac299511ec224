import type { Endpoint, Ses } from './client';
import { creationWait } from './creation-wait';
import { ENDPOINT_NAME, SES_TAG_RULES, type MultiRegionEndpointAttributes, type MultiRegionEndpointProperties } from '../../src/wire/ses';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { adoptionAdvice, adoptionFromOtherAdvice } from '../lifecycle/adopt';
import { hasName, ResourceError } from '../lifecycle/errors';
import { waiting, type Attributes, type Waiting } from '../lifecycle/handler';
import type { Adoption, Created, ManagedResource, Observation, Phase, ResourceModel, Scope, Tagging, Timing } from '../lifecycle/model';
import { PropertyReader, REGION_RULE } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';
import { isOwnedBy, untagged, withOwner, type Tags } from '../lifecycle/tags';

export const NAME_RULE = {
  pattern: ENDPOINT_NAME,
  says: 'an endpoint name has 1 to 64 letters, digits, hyphens or underscores',
};

/** SES creates an endpoint in about a minute; its own ceiling is not documented. */
export const DEFAULT_TIMEOUT_SECONDS = 30 * 60;
const POLL_SECONDS = 5;
/** The tags of an endpoint that was created during this request may lag behind it. */
const TAG_LAG_SECONDS = 30;

export interface EndpointDeclaration {
  readonly name: string;
  readonly secondaryRegion: string;
  readonly tags: Tags;
}

/** `Custom::MultiRegionEndpoint`. Its place is its name, which an account has once in a Region. */
export class MultiRegionEndpointModel implements ResourceModel<EndpointDeclaration, Endpoint> {
  public readonly noun = 'endpoint';
  public readonly defaultTimeoutSeconds = DEFAULT_TIMEOUT_SECONDS;
  public readonly timing: Timing = {
    unseenSeconds: 60, missSeconds: POLL_SECONDS, misses: 4, absentSeconds: 10, confirm: { milliseconds: 500, untilAgeSeconds: 120 },
  };

  constructor(private readonly ses: Ses) {}

  public parse(raw: RawProperties): EndpointDeclaration {
    const reader = new PropertyReader<MultiRegionEndpointProperties>(raw).schema();
    const declaration = {
      name: reader.string('EndpointName', NAME_RULE),
      secondaryRegion: reader.string('SecondaryRegion', REGION_RULE),
      tags: reader.tags('Tags', SES_TAG_RULES),
    };
    reader.optionalString('Adopt');
    reader.end();
    return declaration;
  }

  public placeOf({ EndpointName }: RawProperties): string | undefined {
    return typeof EndpointName === 'string' && ENDPOINT_NAME.test(EndpointName) ? EndpointName : undefined;
  }

  /** Checked at synthesis where it can be; a token may turn out to be the stack's own Region. */
  public check({ name, secondaryRegion }: EndpointDeclaration, { location }: Scope): void {
    if (secondaryRegion === location.region) {
      throw new ResourceError(`The secondary Region of endpoint '${name}' is ${location.region}, where the stack is deployed and which therefore is the `
        + 'primary Region. Choose another secondary Region.');
    }
  }

  public at(name: string, scope: Scope): ManagedResource<EndpointDeclaration, Endpoint> {
    return new EndpointAt(scope.paced(this.ses), name, scope);
  }
}

/** A Delete needs to know no more of an endpoint than that it is ours. */
const SEEN_BY_ITS_TAGS: Endpoint = { id: 'seen by its tags', status: '', regions: [] };

/** The endpoint of one name. */
class EndpointAt implements ManagedResource<EndpointDeclaration, Endpoint> {
  public readonly tags: Tagging<EndpointDeclaration, Endpoint> = {
    of: ({ tags }) => tags,
    read: async () => await this.ses.listTags(this.arn) ?? {},
    set: (_, tags) => this.ses.tag(this.arn, tags),
    remove: (_, keys) => this.ses.untag(this.arn, keys),
  };

  public readonly adoption: Adoption<EndpointDeclaration, Endpoint> = {
    identityOf: () => this.name,
    find: async identifier => {
      if (identifier !== this.name && identifier !== this.arn) {
        throw new ResourceError(`'adopt' is ${identifier}, but the endpoint is declared as '${this.name}' in ${this.scope.location.region}, and SES can't rename `
          + "one. Set 'endpointName' to the name of what is adopted, and leave it set.");
      }
      const endpoint = await this.ses.getEndpoint(this.name);
      return endpoint?.status === 'DELETING' ? undefined : endpoint;
    },
    differences: (endpoint, { secondaryRegion }) => {
      const present = secondaryRegionOf(endpoint, this.scope.location.region);
      return present === secondaryRegion ? [] : [`its secondary Region is ${present}, not ${secondaryRegion}`];
    },
    take: () => this.ses.tag(this.arn, { [OWNER_TAG_KEY]: this.scope.owner }),
  };

  constructor(private readonly ses: Ses, private readonly name: string, private readonly scope: Scope) {}

  /** @param id of the endpoint that was seen before: the same one needs no look at its tags */
  public async look(id: string | undefined): Promise<Observation<Endpoint>> {
    if (this.scope.operation === 'Delete' && id === undefined && isOwnedBy(this.scope.owner, await this.ses.listTags(this.arn))) {
      return { is: 'ours', thing: SEEN_BY_ITS_TAGS };
    }
    const endpoint = await this.ses.getEndpoint(this.name);
    if (!endpoint) {
      return { is: 'absent' };
    }
    if (endpoint.status === 'DELETING') {
      return { is: 'leaving' };
    }
    if (endpoint.id === id) {
      return { is: 'ours', thing: endpoint };
    }
    const tags = await this.ses.listTags(this.arn);
    if (isOwnedBy(this.scope.owner, tags)) {
      return { is: 'ours', thing: endpoint, tags };
    }
    return this.mayBecomeOurs(endpoint, tags)
      ? { is: 'unclear', waiting: waiting(`the tags of endpoint '${this.name}'`, POLL_SECONDS) }
      : { is: 'foreign', refusal: this.refusal(tags), untagged: untagged(this.arn, tags) };
  }

  public hintOf({ id }: Endpoint): string {
    return id;
  }

  public async create({ secondaryRegion, tags }: EndpointDeclaration): Promise<Created> {
    try {
      const hint = await this.ses.createEndpoint(this.name, secondaryRegion, withOwner(tags, this.scope.owner));
      return { hint, waiting: waiting(`endpoint '${this.name}' to become READY`, creationWait(0)) };
    } catch (error) {
      if (hasName(error, 'AlreadyExistsException')) {
        return 'taken';
      }
      throw error;
    }
  }

  public phase(endpoint: Endpoint, { secondaryRegion }: EndpointDeclaration): Phase {
    const { region } = this.scope.location;
    if (secondaryRegionOf(endpoint, region) !== secondaryRegion) {
      throw sameNameOtherRegion(endpoint, this.name, secondaryRegion);
    }
    return phaseOf(endpoint, this.name, region, this.scope);
  }

  public async remove(): Promise<Waiting> {
    try {
      await this.ses.deleteEndpoint(this.name);
      this.scope.log.write('INFO', 'Deleted the endpoint', { endpoint: this.name });
    } catch (error) {
      if (!hasName(error, 'ConcurrentModificationException')) {
        throw error;
      }
      return waiting(`endpoint '${this.name}', which SES is still working on, so that it can't be deleted yet`, 2 * POLL_SECONDS);
    }
    return waiting(`endpoint '${this.name}' to go away`, 3 * POLL_SECONDS);
  }

  public attributes(endpoint: Endpoint): Attributes {
    return attributesOf(endpoint, this.name, this.scope.location.region);
  }

  private mayBecomeOurs({ createdAt = 0 }: Endpoint, tags: Tags | undefined): boolean {
    const { clock, requestedAt } = this.scope;
    return tags?.[OWNER_TAG_KEY] === undefined && createdAt >= requestedAt - 1000 && clock.now() < createdAt + TAG_LAG_SECONDS * 1000;
  }

  private refusal(tags: Tags | undefined): string {
    return `An SES multi-region endpoint '${this.name}' exists in ${this.scope.location.region} and does not belong to this `
      + 'stack and logical id, so it is left alone. Choose another endpointName (or none, for a generated one), or use '
      + 'MultiRegionEndpoint.fromEndpointName() to send through the existing one. '
      + (tags?.[OWNER_TAG_KEY] === undefined ? adoptionAdvice(this.name) : adoptionFromOtherAdvice(this.name));
  }

  private get arn(): string {
    const { partition, region, accountId } = this.scope.location;
    return `arn:${partition}:ses:${region}:${accountId}:multi-region-endpoint/${this.name}`;
  }
}

/** How far SES has come with an endpoint. */
export function phaseOf(endpoint: Endpoint, name: string, region: string, { clock, requestedAt }: Pick<Scope, 'clock' | 'requestedAt'>): Phase {
  if (endpoint.status === 'READY') {
    return { is: 'ready' };
  }
  if (endpoint.status === 'FAILED') {
    const message = `SES could not create the endpoint '${name}' (${region} and ${secondaryRegionOf(endpoint, region)}) and left it in state `
      + 'FAILED without a reason. Check that SES offers global endpoints in both Regions and that the account may have the service-linked role '
      + 'AWSServiceRoleForAmazonSES, then deploy again.';
    return { is: 'failed', message };
  }
  const age = (clock.now() - (endpoint.createdAt ?? requestedAt)) / 1000;
  return { is: 'pending', waiting: waiting(`endpoint '${name}' to become READY (it is ${endpoint.status})`, creationWait(age)) };
}

export function attributesOf(endpoint: Endpoint, name: string, region: string): Attributes {
  const attributes: MultiRegionEndpointAttributes = {
    EndpointName: name, EndpointId: endpoint.id, SecondaryRegion: secondaryRegionOf(endpoint, region) ?? '',
  };
  return { ...attributes };
}

/** The Region of the endpoint that is not the primary one. */
function secondaryRegionOf(endpoint: Endpoint, primaryRegion: string): string | undefined {
  return endpoint.regions.find(region => region !== primaryRegion);
}

function sameNameOtherRegion(endpoint: Endpoint, name: string, secondaryRegion: string): ResourceError {
  return new ResourceError(`Endpoint '${name}' routes to ${endpoint.regions.join(' and ')}, and SES can't change that; a replacement `
    + `with secondary Region ${secondaryRegion} can't have the same name while the old endpoint exists. `
    + 'Change endpointName together with secondaryRegion. (A generated name follows a secondaryRegion that is known at synthesis; one '
    + 'that comes from a parameter or another stack needs an endpointName that comes from there too.)');
}
