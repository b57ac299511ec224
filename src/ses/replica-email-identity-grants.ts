import * as iam from 'aws-cdk-lib/aws-iam';
import type { IReplicaEmailIdentity } from './replica-email-identity';

/**
 * Grants on a replica of an email identity: `replica.grants`.
 */
export class ReplicaEmailIdentityGrants {
  /**
   * The grants of a replica.
   *
   * @param replica the replica
   */
  public static of(replica: IReplicaEmailIdentity): ReplicaEmailIdentityGrants {
    return new ReplicaEmailIdentityGrants(replica);
  }

  private constructor(private readonly replica: IReplicaEmailIdentity) {}

  /**
   * Lets a principal send mail from the domain in the Region of the replica, without a multi-region endpoint. With one use
   * `endpoint.grants.sendEmail()`, which covers both Regions.
   *
   * @param grantee who may send
   * @see https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
   */
  public sendEmail(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['ses:SendEmail', 'ses:SendBulkEmail', 'ses:SendRawEmail'],
      resourceArns: [this.replica.emailIdentityArn],
    });
  }
}
