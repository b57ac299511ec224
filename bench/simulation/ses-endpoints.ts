import type { ResourceModel } from './resource-model';
import { REGION, World } from './world';
import type { Operation } from '../../lambda/lifecycle/request';
import { SdkSes, type Ses } from '../../lambda/ses/client';
import { sesHandlers } from '../../lambda/ses/handlers';
import { SdkIdentities } from '../../lambda/ses/identity-client';
import { SES_RATE } from '../../lambda/ses/rate';
import { SesSimulator, type SesSimulatorOptions } from '../../sandbox/services/ses';
import { MULTI_REGION_ENDPOINT_TYPE } from '../../src/wire/ses';

const SECONDARY_REGION = 'eu-central-1';

/** Multi-Region endpoints of SES. */
export class SesEndpoints implements ResourceModel {
  public readonly type = MULTI_REGION_ENDPOINT_TYPE;
  public readonly rate = SES_RATE;
  public readonly world: World;
  public readonly handlers: ResourceModel['handlers'];
  private readonly ses: Ses;

  constructor(options: SesSimulatorOptions, random: () => number, functionMegabytes: number) {
    this.world = new World(new SesSimulator(options), random, functionMegabytes);
    this.ses = new SdkSes(this.world.client(REGION) as any);
    this.handlers = sesHandlers(
      new SdkSes(this.world.client(REGION, 1) as any), region => new SdkIdentities(this.world.client(region, 1) as any));
  }

  public properties(name: string): Record<string, unknown> {
    return { EndpointName: name, SecondaryRegion: SECONDARY_REGION };
  }

  public async look(name: string): Promise<boolean> {
    return await this.ses.getEndpoint(name) !== undefined;
  }

  public async start(operation: Operation, name: string): Promise<void> {
    await (operation === 'Create' ? this.ses.createEndpoint(name, SECONDARY_REGION, {}) : this.ses.deleteEndpoint(name));
  }

  public async isOver(operation: Operation, name: string): Promise<boolean> {
    const endpoint = await this.ses.getEndpoint(name);
    return operation === 'Create' ? endpoint?.status === 'READY' : !endpoint;
  }

  public decisiveCall(operation: Operation): string {
    return `${operation}MultiRegionEndpoint`;
  }
}
