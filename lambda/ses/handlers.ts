import type { Ses } from './client';
import type { Identities } from './identity-client';
import { MultiRegionEndpointModel } from './multi-region-endpoint';
import { MultiRegionEndpointLookup } from './multi-region-endpoint-lookup';
import { ReplicaEmailIdentityModel } from './replica-email-identity';
import { MULTI_REGION_ENDPOINT_LOOKUP_TYPE, MULTI_REGION_ENDPOINT_TYPE, REPLICA_EMAIL_IDENTITY_TYPE } from '../../src/wire/ses';
import type { ResourceHandler } from '../lifecycle/handler';
import { Lifecycle } from '../lifecycle/lifecycle';

/** The resource types of SES: endpoints in the stack's Region, identities in any. */
export function sesHandlers(ses: Ses, identitiesIn: (region: string) => Identities): Record<string, ResourceHandler<any>> {
  return {
    [MULTI_REGION_ENDPOINT_TYPE]: new Lifecycle(new MultiRegionEndpointModel(ses)),
    [MULTI_REGION_ENDPOINT_LOOKUP_TYPE]: new MultiRegionEndpointLookup(ses),
    [REPLICA_EMAIL_IDENTITY_TYPE]: new Lifecycle(new ReplicaEmailIdentityModel(identitiesIn)),
  };
}
