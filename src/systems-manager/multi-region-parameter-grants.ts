import * as iam from 'aws-cdk-lib/aws-iam';
import type { MultiRegionParameter } from './multi-region-parameter';

/**
 * Grants on a multi-Region parameter: `parameter.grants`.
 */
export class MultiRegionParameterGrants {
  /**
   * The grants of a parameter.
   *
   * @param parameter the parameter
   */
  public static of(parameter: MultiRegionParameter): MultiRegionParameterGrants {
    return new MultiRegionParameterGrants(parameter);
  }

  private constructor(private readonly parameter: MultiRegionParameter) {}

  /**
   * Lets a principal read the parameter at run time, in each of its Regions.
   *
   * @param grantee who may read
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
   */
  public read(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParameterHistory'],
      resourceArns: this.parameter.parameterArns,
    });
  }
}
