import { Stack, type App } from 'aws-cdk-lib';
import { ConnectionAliasAssociation, CustomRoutingAccelerator, MultiRegionEndpoint, StandbyWorkspace } from '../../src';

/** One construct of each service is enough: the others of a service share its provider. */
const CONSTRUCTS: Readonly<Record<string, (stack: Stack) => void>> = {
  Ses: stack => {
    new MultiRegionEndpoint(stack, 'Endpoint', { secondaryRegion: 'eu-central-1' });
  },
  GlobalAccelerator: stack => {
    new CustomRoutingAccelerator(stack, 'Accelerator', {});
  },
  WorkSpaces: stack => {
    const directoryId = 'd-1234567890';
    new StandbyWorkspace(stack, 'Standby', { primaryWorkspaceId: 'ws-0123456789', primaryRegion: 'eu-central-1', directoryId });
    new ConnectionAliasAssociation(stack, 'Association', { aliasId: 'wsca-0123456789', directoryId });
  },
};

/** Stacks with default settings, one for each service. */
export function addDefaultStacks(app: App): Stack[] {
  return Object.entries(CONSTRUCTS).map(([name, declare]) => {
    const stack = new Stack(app, name, { env: { account: '111122223333', region: 'eu-west-1' } });
    declare(stack);
    return stack;
  });
}
