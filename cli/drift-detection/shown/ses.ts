import { SESv2Client } from '@aws-sdk/client-sesv2';
import { Endpoint, SdkSes } from '../../../lambda/ses/client';
import { sesHandlers } from '../../../lambda/ses/handlers';
import { Identity, SdkIdentities } from '../../../lambda/ses/identity-client';
import type { EndpointDeclaration } from '../../../lambda/ses/multi-region-endpoint';
import type { ReplicaDeclaration } from '../../../lambda/ses/replica-email-identity';
import { MULTI_REGION_ENDPOINT_TYPE, REPLICA_EMAIL_IDENTITY_TYPE, signingOriginOf } from '../../../src/wire/ses';
import { ResourceTypes, resourceTypes, Show } from '../resource-type';

export const sesTypes: ResourceTypes = (clients, region) => {
  const clientIn = (other: string) => clients.client(SESv2Client, 'ses', other);
  return resourceTypes(sesHandlers(new SdkSes(clientIn(region)), other => new SdkIdentities(clientIn(other))), {
    [MULTI_REGION_ENDPOINT_TYPE]: { show: showEndpoint },
    [REPLICA_EMAIL_IDENTITY_TYPE]: { show: showReplica },
  });
};

const showEndpoint: Show<EndpointDeclaration, Endpoint> = ({ regions }, { secondaryRegion }, { location }) =>
  [{ property: 'SecondaryRegion', declared: secondaryRegion, actual: regions.find(region => region !== location.region) }];

const showReplica: Show<ReplicaDeclaration, Identity> = ({ dkimOrigin, dkimStatus }, { parentRegion, waitForDkim }) => [
  { property: 'ParentRegion', declared: signingOriginOf(parentRegion), actual: dkimOrigin },
  // Whoever does not wait for DKIM does not mind.
  ...waitForDkim && dkimStatus === 'FAILED' ? [{ property: 'WaitForDkim', declared: 'SUCCESS', actual: dkimStatus }] : [],
];
