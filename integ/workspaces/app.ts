import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { StandbyDataReplication, StandbyWorkspace } from '../../src';
import type { Declaration } from '../account';

export interface StandbyStackProps extends StackProps {
  readonly primaryWorkspaceId: string;
  readonly primaryRegion: string;
  /** Directory in the Region of the stack, with the primary's user. */
  readonly directoryId: string;
  readonly replicated?: boolean;
}

/** A standby of a WorkSpace that exists. */
export class StandbyStack extends Stack {
  constructor(scope: Construct, id: string, props: StandbyStackProps) {
    super(scope, id, { env: props.env });
    const { primaryWorkspaceId, primaryRegion, directoryId, replicated } = props;
    const standby = new StandbyWorkspace(this, 'Standby', {
      primaryWorkspaceId,
      primaryRegion,
      directoryId,
      dataReplication: replicated ? StandbyDataReplication.PRIMARY_AS_SOURCE : StandbyDataReplication.NO_REPLICATION,
      tags: { verify: 'standby' },
    });
    new CfnOutput(this, 'StandbyId', { value: standby.workspaceId });
  }
}

export function standbyApp(stackName: string, props: StandbyStackProps): Declaration {
  return (app, env) => { new StandbyStack(app, stackName, { ...props, env }); };
}
