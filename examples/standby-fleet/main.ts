import { App, CfnOutput, Fn, Stack, Tags, Token, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { FailedMembersPolicy, StandbyDataReplication, StandbyWorkspaceFleet } from '../../src';

export interface StandbyFleetProps extends StackProps {
  readonly primaryRegion: string;
  /** Up to 1,000 desktops, the most important one first. */
  readonly primaryWorkspaceIds: string[];
  /** In the stack's Region, with the primaries' users under the same names. */
  readonly directoryId: string;
}

/** The standbys of a department: those who join or leave it are added to or removed from the list. */
export class StandbyFleet extends Stack {
  constructor(scope: Construct, id: string, props: StandbyFleetProps) {
    super(scope, id, props);
    const { directoryId, primaryRegion, primaryWorkspaceIds } = props;

    const fleet = new StandbyWorkspaceFleet(this, 'Fleet', {
      primaryWorkspaceIds,
      primaryRegion,
      directoryId,
      dataReplication: StandbyDataReplication.PRIMARY_AS_SOURCE,
      // One desktop that can't have a standby shall not keep the others from having one.
      failedMembersPolicy: FailedMembersPolicy.KEEP_OTHERS,
    });
    Tags.of(fleet).add('department', 'trading');

    new CfnOutput(this, 'FirstStandby', { value: fleet.addStandbyWorkspaceIdLookup(primaryWorkspaceIds[0]) });
    new CfnOutput(this, 'Members', { value: Token.asString(fleet.memberCount) });
    new CfnOutput(this, 'FailedMembers', { value: Fn.join(' ', fleet.failedMembers) });
  }
}

export function standbyFleet(app: App): App {
  new StandbyFleet(app, 'StandbyFleet', {
    env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'eu-west-1' },
    primaryRegion: 'us-east-1',
    primaryWorkspaceIds: ['ws-0123abcde', 'ws-0123abcdf', 'ws-0123abcdg'],
    directoryId: 'd-9367000001',
  });
  return app;
}

if (require.main === module) {
  standbyFleet(new App()).synth();
}
