import { WorkSpacesClient } from '@aws-sdk/client-workspaces';
import type { WorkSpaces } from '../../../../lambda/workspaces/client';
import { handler, workspacesHandlers } from '../../../../lambda/workspaces/index';
import { DIRECTORY, PRIMARY } from '../port';

const UNUSED = {} as WorkSpaces;

test('the function of WorkSpaces serves its five types', () => {
  expect(Object.keys(workspacesHandlers(UNUSED, () => UNUSED)).sort()).toEqual([
    'Custom::ConnectionAliasAssociation', 'Custom::StandbyWorkspace', 'Custom::StandbyWorkspaceFleet', 'Custom::StandbyWorkspaceLookup',
    'Custom::StandbyWorkspaceReady',
  ]);
});

test('the function of WorkSpaces asks the primary Region for the user of a primary', async () => {
  const regions: string[] = [];
  const log = jest.spyOn(console, 'log').mockReturnValue();
  const send = jest.spyOn(WorkSpacesClient.prototype, 'send').mockImplementation(async function(this: WorkSpacesClient, { input }: any) {
    if (input.WorkspaceIds?.includes(PRIMARY)) {
      regions.push(await this.config.region());
    }
    return { Workspaces: [{ WorkspaceId: PRIMARY, UserName: 'jane' }] };
  });
  const request = {
    operation: 'Create', responseUrl: 'https://b.test/', stackId: 's', requestId: 'r', logicalResourceId: 'Thing', requestedAt: Date.now(),
    resourceType: 'Custom::StandbyWorkspace', properties: { Schema: '1', PrimaryWorkspaceId: PRIMARY, PrimaryRegion: 'us-east-1', DirectoryId: DIRECTORY },
  };
  const step = { request, progress: { steps: 0, troubles: 0, memory: {} }, waitSeconds: 0, functionArn: '', done: false };
  try {
    expect(await handler(step, { invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:f' })).toMatchObject({
      done: false, progress: { memory: { userName: 'jane', intended: true } },
    });
    expect(regions).toEqual(['us-east-1']);
  } finally {
    send.mockRestore();
    log.mockRestore();
  }
});
