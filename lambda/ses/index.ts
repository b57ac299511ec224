import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SdkSes } from './client';
import { sesHandlers } from './handlers';
import { SES_RATE } from './rate';
import { awsRuntime, CLIENT_SETTINGS } from '../lifecycle/aws-runtime';
import { lifecycleFunction } from '../lifecycle/function';

export const handler = lifecycleFunction(sesHandlers(new SdkSes(new SESv2Client(CLIENT_SETTINGS))), awsRuntime(), SES_RATE);
