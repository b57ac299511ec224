import type { Subject } from './subject';

export const STANDBY = { primaryRegion: 'eu-central-1', directoryId: 'd-9067012345' };
export const standbyPrimary = (index: number) => `ws-${String(index).padStart(9, '0')}`;

export const workspaces: Subject = {
  type: 'Custom::StandbyWorkspace',
  properties: index => ({
    Schema: '1', PrimaryWorkspaceId: standbyPrimary(index), PrimaryRegion: STANDBY.primaryRegion, DirectoryId: STANDBY.directoryId,
  }),
  call: index => ({
    service: 'workspaces',
    action: 'CreateStandbyWorkspaces',
    parameters: {
      PrimaryRegion: STANDBY.primaryRegion,
      StandbyWorkspaces: [{ PrimaryWorkspaceId: standbyPrimary(index), DirectoryId: STANDBY.directoryId }],
    },
  }),
  actions: ['workspaces:CreateStandbyWorkspaces', 'workspaces:DescribeWorkspaces', 'workspaces:TerminateWorkspaces'],
};
