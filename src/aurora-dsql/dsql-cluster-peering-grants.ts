import * as iam from 'aws-cdk-lib/aws-iam';
import type { IDsqlClusterPeering } from './dsql-cluster-peering';

/**
 * Grants on both clusters of a peering: `peering.grants`.
 */
export class DsqlClusterPeeringGrants {
  /**
   * The grants of a peering.
   *
   * @param peering the peering
   */
  public static of(peering: IDsqlClusterPeering): DsqlClusterPeeringGrants {
    return new DsqlClusterPeeringGrants(peering);
  }

  private constructor(private readonly peering: IDsqlClusterPeering) {}

  /**
   * Lets a principal connect to the database in both Regions, with a database role that is linked to it.
   *
   * @param grantee who may connect
   * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/authentication-authorization.html
   */
  public connect(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'dsql:DbConnect');
  }

  /**
   * Lets a principal connect to the database in both Regions as `admin`, who may do everything there.
   *
   * @param grantee who may connect
   * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/authentication-authorization.html
   */
  public connectAdmin(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'dsql:DbConnectAdmin');
  }

  private grant(grantee: iam.IGrantable, action: string): iam.Grant {
    return iam.Grant.addToPrincipal({ grantee, actions: [action], resourceArns: [this.peering.clusterArn, this.peering.peerClusterArn] });
  }
}
