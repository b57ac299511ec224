import * as iam from 'aws-cdk-lib/aws-iam';
import type { IStandbyWorkspace } from './standby-workspace';

/**
 * Grants on a standby WorkSpace: `standby.grants`.
 */
export class StandbyWorkspaceGrants {
  /**
   * The grants of a standby WorkSpace.
   *
   * @param workspace the standby
   */
  public static of(workspace: IStandbyWorkspace): StandbyWorkspaceGrants {
    return new StandbyWorkspaceGrants(workspace);
  }

  private constructor(private readonly workspace: IStandbyWorkspace) {}

  /**
   * Lets a principal start, stop and reboot this WorkSpace: for failover drills and automation.
   *
   * @param grantee who may do so
   */
  public startAndStop(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['workspaces:StartWorkspaces', 'workspaces:StopWorkspaces', 'workspaces:RebootWorkspaces'],
      resourceArns: [this.workspace.workspaceArn],
    });
  }
}
