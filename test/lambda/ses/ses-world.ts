import { SdkSes } from '../../../lambda/ses/client';
import { sesHandlers } from '../../../lambda/ses/handlers';
import { SdkIdentities } from '../../../lambda/ses/identity-client';
import { SesSimulator } from '../../../sandbox/services/ses';
import { MULTI_REGION_ENDPOINT_LOOKUP_TYPE, MULTI_REGION_ENDPOINT_TYPE } from '../../../src/wire/ses';
import { World, type Answer, type RequestOptions, type WorldOptions } from '../world';

export const REGION = 'eu-west-1';
/** Physical id of the endpoint 'mail'. */
export const ID = 'endpoint/mail';
export const PROPERTIES = { EndpointName: 'mail', SecondaryRegion: 'eu-central-1' };

/** A world with SES in it, and requests for endpoints. */
export class SesWorld extends World {
  public readonly ses: SesSimulator;

  constructor(options: Partial<WorldOptions> = {}, ses = new SesSimulator()) {
    super({
      simulators: [ses],
      handlers: client => sesHandlers(new SdkSes(client('SESv2', REGION)), region => new SdkIdentities(client('SESv2', region))),
      ...options,
    });
    this.ses = ses;
  }

  public create(properties: object = {}, rest: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.request(this.createOptions(properties, rest));
  }

  public createOptions(properties: object = {}, rest: Partial<RequestOptions> = {}): RequestOptions {
    return { operation: 'Create', type: MULTI_REGION_ENDPOINT_TYPE, properties: { ...PROPERTIES, ...properties }, ...rest };
  }

  public update(before: object, after: object, rest: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.request({
      operation: 'Update', type: MULTI_REGION_ENDPOINT_TYPE, physicalId: ID,
      oldProperties: { ...PROPERTIES, ...before }, properties: { ...PROPERTIES, ...after }, ...rest,
    });
  }

  public delete(physicalId = ID, properties: object = {}, rest: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.request({
      operation: 'Delete', type: MULTI_REGION_ENDPOINT_TYPE, physicalId, properties: { ...PROPERTIES, ...properties }, ...rest,
    });
  }

  public lookup(rest: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.request({
      operation: 'Create', type: MULTI_REGION_ENDPOINT_LOOKUP_TYPE, properties: { EndpointName: 'mail' }, ...rest,
    });
  }

  /** What exists, as `name state`. */
  public endpoints(): string[] {
    return this.ses.inventory(this.clock.now()).map(item => `${item.id} ${item.state}`);
  }
}
