import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SdkSes } from './client';
import { sesHandlers } from './handlers';
import { SdkIdentities, type Identities } from './identity-client';
import { SES_RATE } from './rate';
import { awsRuntime, CLIENT_SETTINGS } from '../lifecycle/aws-runtime';
import { lifecycleFunction } from '../lifecycle/function';

const clients = new Map<string, Identities>();

function identitiesIn(region: string): Identities {
  const known = clients.get(region) ?? new SdkIdentities(new SESv2Client({ ...CLIENT_SETTINGS, region }));
  clients.set(region, known);
  return known;
}

const ses = new SdkSes(new SESv2Client(CLIENT_SETTINGS));

export const handler = lifecycleFunction(sesHandlers(ses, identitiesIn), awsRuntime(), SES_RATE);
