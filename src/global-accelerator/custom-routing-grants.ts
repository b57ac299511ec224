import * as iam from 'aws-cdk-lib/aws-iam';
import type { ICustomRoutingAccelerator } from './custom-routing-accelerator';
import type { ICustomRoutingEndpointGroup } from './custom-routing-endpoint-group';

const READ_ACTION = 'globalaccelerator:ListCustomRoutingPortMappings';
const READ_BY_DESTINATION_ACTION = 'globalaccelerator:ListCustomRoutingPortMappingsByDestination';
const TRAFFIC_ACTIONS = ['globalaccelerator:AllowCustomRoutingTraffic', 'globalaccelerator:DenyCustomRoutingTraffic'];

/**
 * Grants on a custom routing accelerator and all that stands below it: `accelerator.grants`.
 *
 * Whoever uses them has to call Global Accelerator in us-west-2.
 */
export class CustomRoutingAcceleratorGrants {
  /**
   * The grants of an accelerator.
   *
   * @param accelerator the accelerator
   */
  public static of(accelerator: ICustomRoutingAccelerator): CustomRoutingAcceleratorGrants {
    return new CustomRoutingAcceleratorGrants(accelerator);
  }

  private constructor(private readonly accelerator: ICustomRoutingAccelerator) {}

  /**
   * Lets a principal read which accelerator port leads to which destination.
   *
   * `ListCustomRoutingPortMappingsByDestination` supports no resource, so it covers all accelerators of the account.
   *
   * @param grantee who may read
   */
  public readPortMappings(grantee: iam.IGrantable): iam.Grant {
    return grantRead(grantee, this.accelerator.acceleratorArn);
  }

  /**
   * Lets a principal allow and deny traffic in all endpoint groups of the accelerator.
   *
   * @param grantee who may allow and deny
   */
  public manageTraffic(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee, actions: TRAFFIC_ACTIONS, resourceArns: [belowAccelerator(this.accelerator.acceleratorArn)],
    });
  }
}

/**
 * Grants on an endpoint group of a custom routing accelerator: `endpointGroup.grants`.
 *
 * Whoever uses them has to call Global Accelerator in us-west-2.
 */
export class CustomRoutingEndpointGroupGrants {
  /**
   * The grants of an endpoint group.
   *
   * @param endpointGroup the endpoint group
   */
  public static of(endpointGroup: ICustomRoutingEndpointGroup): CustomRoutingEndpointGroupGrants {
    return new CustomRoutingEndpointGroupGrants(endpointGroup);
  }

  private constructor(private readonly endpointGroup: ICustomRoutingEndpointGroup) {}

  /**
   * Lets a principal read which accelerator port leads to which destination.
   *
   * IAM knows no narrower resource for this than the accelerator, and none at all for
   * `ListCustomRoutingPortMappingsByDestination`.
   *
   * @param grantee who may read
   */
  public readPortMappings(grantee: iam.IGrantable): iam.Grant {
    return grantRead(grantee, this.endpointGroup.acceleratorArn);
  }

  /**
   * Lets a principal allow and deny traffic in this endpoint group, e.g. a matchmaker. Leave the traffic of the subnets
   * to the application then: `TrafficPolicy.applicationManaged()`.
   *
   * The ARN of an endpoint group changes when other destinations re-create it, so the grant covers all endpoint groups of
   * the accelerator: it stays as it is, also in another stack.
   *
   * @param grantee who may allow and deny
   */
  public manageTraffic(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({ grantee, actions: TRAFFIC_ACTIONS, resourceArns: [belowAccelerator(this.endpointGroup.acceleratorArn)] });
  }
}

function grantRead(grantee: iam.IGrantable, acceleratorArn: string): iam.Grant {
  const one = iam.Grant.addToPrincipal({ grantee, actions: [READ_ACTION], resourceArns: [acceleratorArn] });
  return one.combine(iam.Grant.addToPrincipal({ grantee, actions: [READ_BY_DESTINATION_ACTION], resourceArns: ['*'] }));
}

function belowAccelerator(acceleratorArn: string): string {
  return `${acceleratorArn}/listener/*`;
}
