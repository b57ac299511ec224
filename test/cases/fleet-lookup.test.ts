import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Account, ours } from './account';
import { DIRECTORY, primary, PRIMARY_REGION, seedWorkSpaces } from './resources';
import type { JsonObject } from '../../sandbox/cloudformation/template';
import { StandbyWorkspaceFleet } from '../../src';

/** What the constructs declare, for the function of the account. */
function declared(primaryWorkspaceIds: string[]): { resources: JsonObject; outputs: JsonObject } {
  const stack = new Stack(new App(), 'Game', { env: { account: '111122223333', region: 'eu-west-1' } });
  const fleet = new StandbyWorkspaceFleet(stack, 'Fleet', { primaryWorkspaceIds, primaryRegion: PRIMARY_REGION, directoryId: DIRECTORY });
  new CfnOutput(stack, 'Standby', { value: fleet.addStandbyWorkspaceIdLookup(primary(1)) });
  const { Resources, Outputs } = Template.fromStack(stack).toJSON();
  const custom = Object.entries<JsonObject>(Resources).filter(([, { Type }]) => String(Type).startsWith('Custom::Standby'));
  return {
    resources: Object.fromEntries(custom.map(([id, { Type, Properties }]) => {
      const { ServiceToken: _, ...properties } = Properties as JsonObject;
      return [id, ours(String(Type), properties)];
    })),
    outputs: { Standby: { Value: Outputs.Standby.Value } },
  };
}

test('L15: the id of a member that was made once more is that of today', async () => {
  const account = new Account();
  seedWorkSpaces(account);
  const before = declared([primary(1), primary(2)]);
  const first = await account.deploy(before.resources, { outputs: before.outputs });
  expect(first.status).toBe('CREATE_COMPLETE');
  account.workSpaces.removeWorkspace('eu-west-1', String(first.outputs.Standby));

  const after = declared([primary(1), primary(2), primary(3)]);
  const second = await account.deploy(after.resources, { outputs: after.outputs });

  expect(second.status).toBe('UPDATE_COMPLETE');
  const live = account.exists('StandbyWorkspace').find(id => account.workSpaces.primaryOf('eu-west-1', id) === primary(1));
  expect(second.outputs.Standby).toBe(live);
});
