import type { Ses } from './client';
import { creationWait } from './creation-wait';
import { ageOf, DEFAULT_TIMEOUT_SECONDS, FailedEndpointError, NAME_RULE, POLL_SECONDS, ready } from './multi-region-endpoint';
import { refusal } from '../lifecycle/errors';
import { waiting, type Outcome, type ResourceHandler, type StepContext } from '../lifecycle/handler';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

/** An endpoint may be made by the same deployment; one that is still missing after this is taken for misspelt. */
const MISSING_SECONDS = 60;
const ID_PREFIX = 'lookup:';

export interface LookupDeclaration {
  readonly name: string;
}

/** `Custom::MultiRegionEndpointLookup`: reads an endpoint that was made elsewhere, and never changes it. */
export class MultiRegionEndpointLookupHandler implements ResourceHandler<LookupDeclaration> {
  public readonly defaultTimeoutSeconds = DEFAULT_TIMEOUT_SECONDS;
  public readonly readsOnly = true;

  constructor(private readonly ses: Pick<Ses, 'getEndpoint'>) {}

  public parse(raw: RawProperties): LookupDeclaration {
    const reader = new PropertyReader(raw).schema();
    const declaration = { name: reader.string('EndpointName', NAME_RULE) };
    reader.end();
    return declaration;
  }

  public recognizes(physicalId: string): boolean {
    return physicalId.startsWith(ID_PREFIX);
  }

  public async create(context: StepContext<LookupDeclaration>): Promise<Outcome> {
    const { name } = context.properties;
    const { region } = context.place;
    const endpoint = await this.ses.getEndpoint(name);
    if (!endpoint) {
      return awaitSight(context);
    }
    const secondaryRegion = endpoint.regions.find(route => route !== region) ?? '';
    if (endpoint.status === 'FAILED') {
      throw refusal(new FailedEndpointError(name, region, secondaryRegion).message);
    }
    if (endpoint.status !== 'READY') {
      return waiting(`endpoint '${name}' to become READY (it is ${endpoint.status})`, creationWait(ageOf(endpoint, context)));
    }
    return ready(`${ID_PREFIX}${name}`, endpoint, secondaryRegion);
  }

  public update(context: StepContext<LookupDeclaration>): Promise<Outcome> {
    return this.create(context);
  }

  public async delete(): Promise<Outcome> {
    return { status: 'gone' };
  }
}

function awaitSight({ clock, place, properties, requestedAt }: StepContext<LookupDeclaration>): Outcome {
  if (clock.now() < requestedAt + MISSING_SECONDS * 1000) {
    return waiting(`endpoint '${properties.name}' to show up`, POLL_SECONDS);
  }
  throw refusal(`There is no SES multi-region endpoint '${properties.name}' in ${place.region}. Check the name, and that the `
    + "stack is in the endpoint's primary Region: SES shows an endpoint there only.");
}
