import { CfnResource, Fn, Resource, Stack, Token, type Duration, type IResource, type RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import { auroraDsqlProvider } from './aurora-dsql-provider';
import { checkClusters } from './cluster-checks';
import { DsqlClusterPeeringGrants } from './dsql-cluster-peering-grants';
import { adoptExisting } from '../lifecycle/adoption';
import { checkText, timeoutProperties } from '../lifecycle/checks';
import { isCustomizingRoles } from '../lifecycle/customized-roles';
import type { Provider } from '../lifecycle/provider';
import { refuse } from '../lifecycle/synthesis-error';
import { checkUnique } from '../lifecycle/unique';
import type { MultiRegionParameter, MultiRegionParameterOptions } from '../systems-manager/multi-region-parameter';
import { publish } from '../systems-manager/published-value';
import { DSQL_CLUSTER_ARN, DSQL_CLUSTER_PEERING_TYPE } from '../wire/aurora-dsql';
import { SCHEMA_VERSION } from '../wire/lifecycle';

/**
 * Two clusters of Aurora DSQL in two Regions that are one database.
 */
export interface IDsqlClusterPeering extends IResource {
  /**
   * ARN of the one cluster.
   *
   * @attribute
   */
  readonly clusterArn: string;

  /**
   * ARN of the other cluster.
   *
   * @attribute
   */
  readonly peerClusterArn: string;

  /**
   * Grants on both clusters.
   */
  readonly grants: DsqlClusterPeeringGrants;
}

/**
 * Properties of a `DsqlClusterPeering`.
 */
export interface DsqlClusterPeeringProps {
  /**
   * ARN of a cluster that waits for its peer (`PENDING_SETUP`): `attrResourceArn` of a `dsql.CfnCluster` with
   * `multiRegionProperties: { witnessRegion }` and without `clusters`. Another ARN replaces the peering: the new clusters are peered, and the old ones stay peered.
   */
  readonly clusterArn: string;

  /**
   * ARN of a second such cluster, of the same account and in another Region. Which of the two comes first makes no difference to the peering.
   */
  readonly peerClusterArn: string;

  /**
   * The witness Region that both clusters were declared with: a third Region. It can't be changed.
   */
  readonly witnessRegion: string;

  /**
   * Takes over a peering from whoever manages it: the ARN of one of the two clusters. That may be another stack, another construct id, or
   * `RemovalPolicy.RETAIN`, which has kept it. Whoever managed it before then leaves it alone. Needs `removalPolicy: RemovalPolicy.RETAIN`; after one
   * deployment both may be removed. Has no effect on what this construct has already. Clusters that were peered by hand need no adoption.
   *
   * @default - what another stack or construct manages is refused
   */
  readonly adopt?: string;

  /**
   * What happens to the peering when it leaves the stack. The clusters stay peered in any case; `DESTROY` takes away the tag that says whose the peering is.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long it may take until both clusters are active, from 2 to 59 minutes.
   *
   * @default Duration.minutes(30)
   */
  readonly timeout?: Duration;
}

/**
 * A peering that is managed elsewhere.
 */
export interface DsqlClusterPeeringAttributes {
  /**
   * ARN of the one cluster.
   */
  readonly clusterArn: string;

  /**
   * ARN of the other cluster.
   */
  readonly peerClusterArn: string;
}

/**
 * What created and imported peerings have in common.
 */
abstract class DsqlClusterPeeringBase extends Resource implements IDsqlClusterPeering {
  public abstract readonly clusterArn: string;
  public abstract readonly peerClusterArn: string;

  public get grants(): DsqlClusterPeeringGrants {
    return DsqlClusterPeeringGrants.of(this);
  }
}

/**
 * Peers two clusters of Aurora DSQL in two Regions, and waits until both are active. CloudFormation's own property needs the ARN of the other cluster on each
 * side, so that it takes several deployments.
 *
 * The clusters belong to who declares them. Nothing parts them again but their deletion: a delete of the peering, or a rollback, leaves them as they are.
 *
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/configuring-multi-region-clusters.html
 * @example
 * declare const virginia: dsql.CfnCluster;
 *
 * const peering = new DsqlClusterPeering(this, 'Peering', {
 *   clusterArn: virginia.attrResourceArn,
 *   peerClusterArn: MultiRegionParameter.valueFor(this, '/database/ohio'),
 *   witnessRegion: 'us-west-2',
 * });
 * new cdk.CfnOutput(this, 'Endpoint', { value: peering.clusterEndpoint });
 */
@propertyInjectable
export class DsqlClusterPeering extends DsqlClusterPeeringBase {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region.DsqlClusterPeering';

  /**
   * A peering that is managed elsewhere. Nothing is looked up or checked at deployment.
   *
   * @param scope the construct that the peering belongs to
   * @param id id in that scope
   * @param attributes the two clusters
   */
  public static fromDsqlClusterPeeringAttributes(scope: Construct, id: string, attributes: DsqlClusterPeeringAttributes): IDsqlClusterPeering {
    class Import extends DsqlClusterPeeringBase {
      public readonly clusterArn = attributes.clusterArn;
      public readonly peerClusterArn = attributes.peerClusterArn;
    }
    const peering = new Import(scope, id);
    checkArn(peering, 'clusterArn', attributes.clusterArn);
    checkArn(peering, 'peerClusterArn', attributes.peerClusterArn);
    return peering;
  }

  public readonly clusterArn: string;
  public readonly peerClusterArn: string;
  /**
   * Host name of the cluster of `clusterArn`, known when both clusters are active.
   *
   * @attribute
   */
  public readonly clusterEndpoint: string;
  /**
   * Host name of the cluster of `peerClusterArn`, known when both clusters are active.
   *
   * @attribute
   */
  public readonly peerClusterEndpoint: string;

  /**
   * @param scope the construct that the peering belongs to
   * @param id id in that scope
   * @param props the two clusters
   */
  constructor(scope: Construct, id: string, props: DsqlClusterPeeringProps) {
    super(scope, id);
    const { clusterArn, peerClusterArn, witnessRegion } = props;
    checkClusters(this, { clusterArn, peerClusterArn }, witnessRegion);
    const provider = auroraDsqlProvider(this);
    const resource = new CfnResource(this, 'Resource', {
      type: DSQL_CLUSTER_PEERING_TYPE,
      properties: {
        ServiceToken: provider.serviceToken,
        Schema: SCHEMA_VERSION,
        ClusterArn: clusterArn,
        PeerClusterArn: peerClusterArn,
        WitnessRegion: witnessRegion,
        ...timeoutProperties(this, props.timeout),
      },
    });
    provider.serve(resource);
    this.permit(provider, resource, props);
    checkUnique(this, resource, {
      kind: 'Aurora DSQL cluster',
      names: [clusterArn, peerClusterArn],
      // Pseudo parameters are others in each stack.
      everywhere: ![clusterArn, peerClusterArn].some(arn => Token.isUnresolved(arn)),
      refusal: (arn, other) => `'${other}' peers the cluster ${arn} already, and a cluster has one peer. Remove one of the two.`,
    });
    if (props.removalPolicy) {
      resource.applyRemovalPolicy(props.removalPolicy);
    }
    if (props.adopt !== undefined) {
      checkArn(this, 'adopt', props.adopt);
      adoptExisting(this, resource, props.adopt);
    }
    const attribute = (name: string) => resource.getAtt(name).toString();
    this.clusterArn = attribute('ClusterArn');
    this.peerClusterArn = attribute('PeerClusterArn');
    this.clusterEndpoint = attribute('ClusterEndpoint');
    this.peerClusterEndpoint = attribute('PeerClusterEndpoint');
  }

  /**
   * Publishes the host name of the one cluster as a parameter in several Regions, for other stacks and Regions. They read it at run time, or
   * with `MultiRegionParameter.valueFor()` at each of their deployments, and so follow when other clusters are peered. It is there once both
   * clusters are active.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param options its Regions besides the stack's own, and more
   * @example
   * declare const peering: DsqlClusterPeering;
   *
   * peering.publishClusterEndpoint('/database/virginia/endpoint', { regions: ['us-east-2'] });
   */
  public publishClusterEndpoint(parameterName: string, options: MultiRegionParameterOptions = {}): MultiRegionParameter {
    return publish(this, 'publishClusterEndpoint', { value: this.clusterEndpoint }, parameterName, options);
  }

  /**
   * Publishes the host name of the other cluster as a parameter in several Regions, for other stacks and Regions. They read it at run time, or
   * with `MultiRegionParameter.valueFor()` at each of their deployments, and so follow when other clusters are peered. It is there once both
   * clusters are active.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param options its Regions besides the stack's own, and more
   * @example
   * declare const peering: DsqlClusterPeering;
   *
   * peering.publishPeerClusterEndpoint('/database/ohio/endpoint', { regions: ['us-east-2'] });
   */
  public publishPeerClusterEndpoint(parameterName: string, options: MultiRegionParameterOptions = {}): MultiRegionParameter {
    return publish(this, 'publishPeerClusterEndpoint', { value: this.peerClusterEndpoint }, parameterName, options);
  }

  /** A policy of its own, which names the clusters. What it takes to look and to delete is in the provider's: see there. */
  private permit(provider: Provider, resource: CfnResource, { clusterArn, peerClusterArn, witnessRegion }: DsqlClusterPeeringProps): void {
    const arns = [clusterArn, peerClusterArn];
    const policy = provider.permit(this, 'Policy', [
      new iam.PolicyStatement({
        actions: ['dsql:UpdateCluster', 'dsql:PutMultiRegionProperties', 'dsql:AddPeerCluster', 'dsql:TagResource'],
        resources: arns,
      }),
      // Asked for in the Region of the cluster and in that of the witness.
      new iam.PolicyStatement({
        actions: ['dsql:PutWitnessRegion'],
        resources: [...arns, ...arns.map(arn => inWitnessRegion(this, arn, witnessRegion))],
        conditions: { StringEquals: { 'dsql:WitnessRegion': witnessRegion } },
      }),
    ]);
    if (policy) {
      resource.node.addDependency(policy);
    }
  }
}

/** The same cluster as the Region of the witness knows it. */
function inWitnessRegion(scope: Construct, arn: string, region: string): string {
  const [, id = arn] = arn.split('/');
  // The report about precreated roles can't show what an intrinsic function gives.
  const unknownId = () => isCustomizingRoles(scope) ? '*' : Fn.select(1, Fn.split('/', arn));
  return Stack.of(scope).formatArn({ service: 'dsql', region, resource: 'cluster', resourceName: Token.isUnresolved(id) ? unknownId() : id });
}

function checkArn(scope: Construct, property: string, arn: string): void {
  checkText(scope, property, arn);
  if (!Token.isUnresolved(arn) && !DSQL_CLUSTER_ARN.pattern.test(arn)) {
    refuse(scope, `${property} is '${arn}', but ${DSQL_CLUSTER_ARN.says}. Use the attribute attrResourceArn of the cluster.`);
  }
}
