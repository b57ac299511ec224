import { SesWorld } from './ses-world';
import { SesSimulator, type SesSimulatorOptions } from '../../../sandbox/services/ses';
import { REPLICA_EMAIL_IDENTITY_TYPE } from '../../../src/wire/ses';
import type { Answer, RequestOptions, WorldOptions } from '../world';

export const PARENT_REGION = 'eu-west-1';
export const REPLICA_REGION = 'eu-central-1';
export const DOMAIN = 'example.com';
/** Physical id of the replica of `DOMAIN`. */
export const REPLICA_ID = `identity/${REPLICA_REGION}/${DOMAIN}`;
export const REPLICA = { EmailIdentity: DOMAIN, ParentRegion: PARENT_REGION, ReplicaRegion: REPLICA_REGION };

/** A world with a parent of Easy DKIM in it, and requests for replicas. */
export class ReplicaWorld extends SesWorld {
  constructor(ses: SesSimulatorOptions = {}, options: Partial<WorldOptions> = {}) {
    super(options, new SesSimulator(ses));
    this.ses.identities.seed({ region: PARENT_REGION, name: DOMAIN });
  }

  public createReplica(properties: object = {}, rest: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.request(this.replicaOptions(properties, rest));
  }

  public replicaOptions(properties: object = {}, rest: Partial<RequestOptions> = {}): RequestOptions {
    return { operation: 'Create', type: REPLICA_EMAIL_IDENTITY_TYPE, properties: { ...REPLICA, ...properties }, ...rest };
  }

  public updateReplica(before: object, after: object, rest: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.request({
      operation: 'Update', type: REPLICA_EMAIL_IDENTITY_TYPE, physicalId: REPLICA_ID,
      oldProperties: { ...REPLICA, ...before }, properties: { ...REPLICA, ...after }, ...rest,
    });
  }

  public deleteReplica(physicalId = REPLICA_ID, properties: object = {}, rest: Partial<RequestOptions> = {}): Promise<Answer> {
    return this.request({
      operation: 'Delete', type: REPLICA_EMAIL_IDENTITY_TYPE, physicalId, properties: { ...REPLICA, ...properties }, ...rest,
    });
  }

  /** The identities in the replica's Region, as `name status`. */
  public replicas(region = REPLICA_REGION): string[] {
    return this.ses.identities.inventory(this.clock.now()).filter(item => item.region === region).map(({ id, state }) => `${id} ${state}`);
  }

  public tagsOfReplica(region = REPLICA_REGION, name = DOMAIN): Record<string, string> {
    return Object.fromEntries(this.ses.identities.find(region, name)?.tags ?? []);
  }
}
