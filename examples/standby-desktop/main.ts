import { App, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { StandbyDataReplication, StandbyWorkspace } from '../../src';

export interface StandbyDesktopProps extends StackProps {
  readonly primaryRegion: string;
  readonly primaryWorkspaceId: string;
  /** In the stack's Region, with the primary's user under the same name. */
  readonly directoryId: string;
}

/** The standby of one desktop, an alarm on it, and a role for those who practise the failover. */
export class StandbyDesktop extends Stack {
  constructor(scope: Construct, id: string, props: StandbyDesktopProps) {
    super(scope, id, props);
    const { directoryId, primaryRegion, primaryWorkspaceId } = props;

    const standby = new StandbyWorkspace(this, 'Standby', {
      primaryWorkspaceId,
      primaryRegion,
      directoryId,
      dataReplication: StandbyDataReplication.PRIMARY_AS_SOURCE,
      // Large desktops may take longer than the hour that CloudFormation waits for one resource.
      timeout: Duration.hours(2),
    });
    standby.metricUnhealthy().createAlarm(this, 'Unhealthy', { threshold: 1, evaluationPeriods: 3 });
    const operator = new iam.Role(this, 'Operator', { assumedBy: new iam.AccountRootPrincipal() });
    standby.grants.startAndStop(operator);

    new CfnOutput(this, 'StandbyId', { value: standby.workspaceId });
    new CfnOutput(this, 'ComputerName', { value: standby.computerName });
    new CfnOutput(this, 'OperatorArn', { value: operator.roleArn });
  }
}

export function standbyDesktop(app: App): App {
  new StandbyDesktop(app, 'StandbyDesktop', {
    env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'eu-west-1' },
    primaryRegion: 'us-east-1',
    primaryWorkspaceId: 'ws-0123abcde',
    directoryId: 'd-9367000001',
  });
  return app;
}

if (require.main === module) {
  standbyDesktop(new App()).synth();
}
