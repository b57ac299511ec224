import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { CustomRoutingAccelerator, MultiRegionEndpoint, ProviderService, ProviderSettings, StandbyWorkspace, type ProviderSettingsOptions } from '../../src';

/** One construct of each service: the others of a service share its provider. */
export interface Service {
  /** Part of the provider's logical ids. */
  readonly name: string;
  readonly service: ProviderService;
  /** An action that the function of this service needs. */
  readonly action: string;
  declare(stack: Stack, id?: string): void;
}

export const SERVICES: readonly Service[] = [
  {
    name: 'Ses', service: ProviderService.SES, action: 'ses:CreateMultiRegionEndpoint',
    declare: (stack, id = 'Endpoint') => { new MultiRegionEndpoint(stack, id, { secondaryRegion: 'eu-central-1' }); },
  },
  {
    name: 'GlobalAccelerator', service: ProviderService.GLOBAL_ACCELERATOR, action: 'globalaccelerator:CreateCustomRoutingAccelerator',
    declare: (stack, id = 'Accelerator') => { new CustomRoutingAccelerator(stack, id, {}); },
  },
  {
    name: 'WorkSpaces', service: ProviderService.WORKSPACES, action: 'workspaces:CreateStandbyWorkspaces',
    declare: (stack, id = 'Standby') => {
      new StandbyWorkspace(stack, id, { primaryWorkspaceId: `ws-0123abc${stack.node.id.toLowerCase()}`, primaryRegion: 'us-east-1', directoryId: 'd-9367000001' });
    },
  },
];

export const ENV = { account: '111122223333', region: 'eu-west-1' };

export function stackIn(app: App, id = 'Stack', props: StackProps = { env: ENV }): Stack {
  return new Stack(app, id, props);
}

/** A stack with one construct of the service, whose provider has these settings. */
export function stackOf(service: Service, settings: (stack: Stack) => ProviderSettingsOptions, stack = stackIn(new App())): Stack {
  ProviderSettings.of(stack).set(settings(stack));
  service.declare(stack);
  return stack;
}
