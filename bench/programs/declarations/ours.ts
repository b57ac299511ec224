import type { Stack } from 'aws-cdk-lib';
import { CustomRoutingAccelerator, MultiRegionEndpoint, StandbyWorkspace } from '../../../src';
import { STANDBY, standbyPrimary } from '../subjects/workspaces';

const CONSTRUCTS: Readonly<Record<string, (stack: Stack, index: number) => unknown>> = {
  'ses': (stack, index) => new MultiRegionEndpoint(stack, `Endpoint${index}`, { secondaryRegion: 'eu-central-1' }),
  'global-accelerator': (stack, index) => new CustomRoutingAccelerator(stack, `Accelerator${index}`),
  'workspaces': (stack, index) =>
    new StandbyWorkspace(stack, `Standby${index}`, { ...STANDBY, primaryWorkspaceId: standbyPrimary(index) }),
};

/** Our constructs. @returns how many resources were declared */
export function declare(stack: Stack, name: string, count: number): number {
  for (let index = 0; index < count; index++) {
    CONSTRUCTS[name](stack, index);
  }
  return count;
}
