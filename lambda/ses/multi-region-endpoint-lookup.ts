import type { Ses } from './client';
import { attributesOf, DEFAULT_TIMEOUT_SECONDS, NAME_RULE, phaseOf } from './multi-region-endpoint';
import type { MultiRegionEndpointLookupProperties } from '../../src/wire/ses';
import { ResourceError } from '../lifecycle/errors';
import { waiting, type Outcome, type StepContext } from '../lifecycle/handler';
import { Lookup } from '../lifecycle/lookup';
import { PropertyReader } from '../lifecycle/properties';
import type { RawProperties } from '../lifecycle/request';

/** An endpoint may be created by the same deployment; one that is still missing after this is taken for misspelt. */
const MISSING_SECONDS = 60;
const POLL_SECONDS = 5;

export interface LookupDeclaration {
  readonly name: string;
}

/** `Custom::MultiRegionEndpointLookup`: reads an endpoint that was created elsewhere, and never changes it. */
export class MultiRegionEndpointLookup extends Lookup<LookupDeclaration> {
  public readonly defaultTimeoutSeconds = DEFAULT_TIMEOUT_SECONDS;

  constructor(private readonly ses: Pick<Ses, 'getEndpoint'>) {
    super();
  }

  public parse(raw: RawProperties): LookupDeclaration {
    const reader = new PropertyReader<MultiRegionEndpointLookupProperties>(raw).schema();
    const declaration = { name: reader.string('EndpointName', NAME_RULE) };
    reader.end();
    return declaration;
  }

  protected async find(context: StepContext<LookupDeclaration>): Promise<Outcome> {
    const { name } = context.properties;
    const { region } = context.location;
    const endpoint = await context.paced(this.ses).getEndpoint(name);
    if (!endpoint) {
      return awaitSight(context);
    }
    const phase = phaseOf(endpoint, name, region, context);
    if (phase.is === 'failed') {
      throw new ResourceError(phase.message);
    }
    return phase.is === 'pending' ? phase.waiting
      : { status: 'ready', physicalId: `${Lookup.ID_PREFIX}${name}`, attributes: attributesOf(endpoint, name, region) };
  }
}

function awaitSight({ clock, location, properties, requestedAt }: StepContext<LookupDeclaration>): Outcome {
  if (clock.now() < requestedAt + MISSING_SECONDS * 1000) {
    return waiting(`endpoint '${properties.name}' to show up`, POLL_SECONDS);
  }
  throw new ResourceError(`There is no SES multi-region endpoint '${properties.name}' in ${location.region}. Check the name, and that the `
    + "stack is in the endpoint's primary Region: SES shows an endpoint there only.");
}
