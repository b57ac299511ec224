import { GlobalAcceleratorClient } from '@aws-sdk/client-global-accelerator';
import { SdkGlobalAccelerator } from './client';
import { globalAcceleratorHandlers } from './handlers';
import { GLOBAL_ACCELERATOR_RATE } from './rate';
import { GLOBAL_ACCELERATOR_REGION } from '../../src/wire/global-accelerator';
import { awsRuntime, CLIENT_SETTINGS } from '../lifecycle/aws-runtime';
import { lifecycleFunction } from '../lifecycle/function';

/** The function may run anywhere; the API may not, and the SDK does not redirect. */
const client = new GlobalAcceleratorClient({ ...CLIENT_SETTINGS, region: GLOBAL_ACCELERATOR_REGION });

export const handler = lifecycleFunction(globalAcceleratorHandlers(new SdkGlobalAccelerator(client)), awsRuntime(), GLOBAL_ACCELERATOR_RATE);
