import { WorkSpacesClient } from '@aws-sdk/client-workspaces';
import { SdkWorkSpaces } from './client';
import { workspacesHandlers } from './handlers';
import { WORKSPACES_RATE } from './rate';
import { awsRuntime, CLIENT_SETTINGS } from '../lifecycle/aws-runtime';
import { lifecycleFunction } from '../lifecycle/function';

const inRegion = (region: string) => new SdkWorkSpaces(new WorkSpacesClient({ ...CLIENT_SETTINGS, region }));

export const handler = lifecycleFunction(
  workspacesHandlers(new SdkWorkSpaces(new WorkSpacesClient(CLIENT_SETTINGS)), inRegion), awsRuntime(), WORKSPACES_RATE);
