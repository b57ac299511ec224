import { createHash } from 'crypto';
import { CfnResource, Fn, Resource, Stack, Token, type TagManager, type Duration, type IResource, type ITaggableV2 } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { aws_workspaces as workspaceRefs } from 'aws-cdk-lib/interfaces';
import type { Construct } from 'constructs';
import { checkDirectoryId, checkWorkspaceId } from './standby-checks';
import { checkOptions, checkStandbys, grantKey, renderOptions, type StandbyWorkspaceOptions } from './standby-options';
import { workspacesProvider } from './workspaces-provider';
import { adoptExisting } from '../lifecycle/adoption';
import { checkText, tagManagerOf, timeoutProperties } from '../lifecycle/checks';
import { refuse, synthesisError } from '../lifecycle/synthesis-error';
import type { MultiRegionParameter, MultiRegionParameterOptions } from '../systems-manager/multi-region-parameter';
import { publish } from '../systems-manager/published-value';
import { SCHEMA_VERSION } from '../wire/lifecycle';
import { MAX_FLEET_MEMBERS, STANDBY_WORKSPACE_FLEET_TYPE, STANDBY_WORKSPACE_LOOKUP_TYPE } from '../wire/workspaces';

/**
 * What happens when the standby of a member can't be made.
 */
export enum FailedMembersPolicy {
  /** The change fails, and what it has made is removed. */
  FAIL = 'FAIL',
  /**
   * The change succeeds if at least one member has a standby. Standbys that failed are removed, `failedMembers` names their primaries,
   * and the next change tries them again.
   */
  KEEP_OTHERS = 'KEEP_OTHERS',
}

/**
 * The standbys of many WorkSpaces.
 */
export interface IStandbyWorkspaceFleet extends IResource {
  /**
   * Id of the fleet: says which Region and directory it is in.
   *
   * @attribute
   */
  readonly fleetId: string;

  /**
   * Id of the directory that the standbys belong to.
   */
  readonly directoryId: string;

  /**
   * A metric of all WorkSpaces in the directory of the fleet.
   *
   * @param metricName name of a metric in the namespace `AWS/WorkSpaces`
   * @param props by default the sum over five minutes
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How many WorkSpaces of the directory do not answer health checks.
   *
   * @param props by default the sum over five minutes
   */
  metricUnhealthy(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How often users failed to connect to a WorkSpace of the directory.
   *
   * @param props by default the sum over five minutes
   */
  metricConnectionFailure(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * Properties of a `StandbyWorkspaceFleet`.
 */
export interface StandbyWorkspaceFleetProps extends StandbyWorkspaceOptions {
  /**
   * Ids of the WorkSpaces that the fleet stands by for. Members are added and removed in place. With `primaryWorkspaces` 1 to
   * 1,000.
   *
   * @default - those of `primaryWorkspaces`
   */
  readonly primaryWorkspaceIds?: string[];

  /**
   * The WorkSpaces that the fleet stands by for.
   *
   * @default - those with the ids in `primaryWorkspaceIds`
   */
  readonly primaryWorkspaces?: workspaceRefs.IWorkspaceRef[];

  /**
   * Takes over WorkSpaces that are standbys of members already, instead of creating them: ids of the standbys, by the ids of their primaries.
   * They may have been made by hand, by another stack or construct such as a `StandbyWorkspace`, or be kept by `RemovalPolicy.RETAIN`. Whoever
   * managed them before then leaves them alone. Needs `removalPolicy: RemovalPolicy.RETAIN`; after one deployment both may be removed, though
   * standbys are better kept. Has no effect on standbys that the fleet has already.
   *
   * @default - none
   */
  readonly adopt?: { [primaryWorkspaceId: string]: string };

  /**
   * What happens when the standby of a member can't be made.
   *
   * @default FailedMembersPolicy.FAIL
   */
  readonly failedMembersPolicy?: FailedMembersPolicy;

  /**
   * How long creating, changing or deleting the fleet may take: 2 to 59 minutes.
   *
   * @default Duration.minutes(59)
   */
  readonly timeout?: Duration;
}

/**
 * A fleet that exists already.
 */
export interface StandbyWorkspaceFleetAttributes {
  /**
   * Id of the fleet, which the stack that made it has as `fleetId`.
   */
  readonly fleetId: string;

  /**
   * Id of the directory that the standbys belong to, in the stack's Region.
   */
  readonly directoryId: string;
}

/**
 * What made and imported fleets have in common.
 */
abstract class StandbyWorkspaceFleetBase extends Resource implements IStandbyWorkspaceFleet {
  public abstract readonly fleetId: string;
  public abstract readonly directoryId: string;

  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/WorkSpaces',
      metricName,
      dimensionsMap: { DirectoryId: this.directoryId },
      statistic: cloudwatch.Stats.SUM,
      ...props,
    }).attachTo(this);
  }

  public metricUnhealthy(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Unhealthy', props);
  }

  public metricConnectionFailure(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ConnectionFailure', props);
  }
}

/**
 * The standbys of up to 1,000 WorkSpaces of one Region in one directory of the stack's Region: one custom resource.
 *
 * @see https://docs.aws.amazon.com/workspaces/latest/adminguide/multi-region-resilience.html
 * @example
 * const fleet = new StandbyWorkspaceFleet(this, 'Desktops', {
 *   primaryWorkspaceIds: ['ws-0123abcde', 'ws-0123abcdf'],
 *   primaryRegion: 'us-east-1',
 *   directoryId: 'd-9367000001',
 * });
 * new cdk.CfnOutput(this, 'StandbyOfTheChief', { value: fleet.addStandbyWorkspaceIdLookup('ws-0123abcde') });
 */
@propertyInjectable
export class StandbyWorkspaceFleet extends StandbyWorkspaceFleetBase implements ITaggableV2 {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region.StandbyWorkspaceFleet';

  /**
   * A fleet that exists already, in the stack's Region: for its metrics. Nothing is looked up or checked at deployment.
   *
   * @param scope the construct that the fleet belongs to
   * @param id id in that scope
   * @param attributes what the fleet is
   */
  public static fromStandbyWorkspaceFleetAttributes(
    scope: Construct, id: string, attributes: StandbyWorkspaceFleetAttributes,
  ): IStandbyWorkspaceFleet {
    class Import extends StandbyWorkspaceFleetBase {
      public readonly fleetId = attributes.fleetId;
      public readonly directoryId = attributes.directoryId;
    }
    const fleet = new Import(scope, id);
    checkText(fleet, 'fleetId', attributes.fleetId);
    checkDirectoryId(fleet, attributes.directoryId);
    return fleet;
  }

  public readonly fleetId: string;
  public readonly directoryId: string;
  /**
   * How many members have a standby.
   *
   * @attribute
   */
  public readonly memberCount: number;
  /**
   * How many members have none, because it could not be made and the others were kept.
   *
   * @attribute
   */
  public readonly failedMemberCount: number;
  /**
   * Ids of the primaries of these members. The answer of a custom resource has room for about 115 of them; `failedMemberCount` counts
   * all. A list with one empty text if there are none, since CloudFormation splits it from a text.
   *
   * @attribute
   */
  public readonly failedMembers: string[];
  /** Takes the tags of `Tags.of()`. */
  public readonly cdkTagManager: TagManager;

  private readonly primaryRegion: string;
  private readonly primaryIds: readonly string[];

  /**
   * @param scope the construct that the fleet belongs to
   * @param id id in that scope
   * @param props what the fleet shall be
   */
  constructor(scope: Construct, id: string, props: StandbyWorkspaceFleetProps) {
    super(scope, id);
    this.primaryIds = this.primariesOf(props);
    this.checkPrimaries();
    this.primaryRegion = checkOptions(this, props, props.primaryWorkspaces ?? []);
    this.directoryId = props.directoryId;
    this.cdkTagManager = tagManagerOf(this, STANDBY_WORKSPACE_FLEET_TYPE, props.tags);

    const provider = workspacesProvider(this);
    const resource = new CfnResource(this, 'Resource', {
      type: STANDBY_WORKSPACE_FLEET_TYPE,
      properties: {
        ServiceToken: provider.serviceToken,
        Schema: SCHEMA_VERSION,
        PrimaryWorkspaceIds: this.primaryIds,
        KeepGoodMembers: props.failedMembersPolicy === FailedMembersPolicy.KEEP_OTHERS ? true : undefined,
        ...renderOptions(this, props, this.primaryRegion, this.cdkTagManager),
        ...timeoutProperties(this, props.timeout),
      },
    });
    provider.serve(resource);
    checkStandbys(this, resource, this.primaryIds, this.directoryId);
    grantKey(props.volumeEncryptionKey, provider.grantPrincipal, resource);
    if (props.removalPolicy) {
      resource.applyRemovalPolicy(props.removalPolicy);
    }
    this.adopt(resource, props.adopt ?? {});
    this.fleetId = resource.ref;
    this.memberCount = Token.asNumber(resource.getAtt('MemberCount'));
    this.failedMemberCount = Token.asNumber(resource.getAtt('FailedMemberCount'));
    this.failedMembers = Fn.split(' ', resource.getAtt('FailedMembers').toString());
  }

  /**
   * Publishes the id of a member's standby as a parameter in several Regions, for other stacks and Regions. They read it at run time, or with
   * `MultiRegionParameter.valueFor()` at each of their deployments, and so follow when the member gets another standby. It is looked up by
   * `addStandbyWorkspaceIdLookup()`.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param primaryWorkspaceId id of the member's primary
   * @param options its Regions besides the stack's own, and more
   * @example
   * declare const fleet: StandbyWorkspaceFleet;
   *
   * fleet.publishStandbyWorkspaceId('/desktops/chief', 'ws-0123abcde', { regions: ['us-east-1'] });
   */
  public publishStandbyWorkspaceId(
    parameterName: string, primaryWorkspaceId: string, options: MultiRegionParameterOptions = {},
  ): MultiRegionParameter {
    const value = this.addStandbyWorkspaceIdLookup(primaryWorkspaceId);
    return publish(this, 'publishStandbyWorkspaceId', { value }, parameterName, options, `PublishedStandby${this.nameOf(primaryWorkspaceId)}`);
  }

  /**
   * Adds a small read-only custom resource that looks up the id of the standby of a member, again at every deployment that changes the
   * fleet. The answer of the fleet itself is too small for all ids. For the same member it is added once.
   *
   * @param primaryWorkspaceId id of the member's primary
   * @returns id of the standby
   */
  public addStandbyWorkspaceIdLookup(primaryWorkspaceId: string): string {
    checkWorkspaceId(this, 'primaryWorkspaceId', primaryWorkspaceId);
    if (!this.primaryIds.includes(primaryWorkspaceId) && ![this.primaryIds, ...this.primaryIds].some(Token.isUnresolved)) {
      refuse(this, `'${primaryWorkspaceId}' is no member of this fleet. Add it to the primaries of the fleet, or ask for one of them.`);
    }
    const id = `Standby${this.nameOf(primaryWorkspaceId)}`;
    const lookup = this.node.tryFindChild(id) as CfnResource | undefined ?? this.addLookup(id, primaryWorkspaceId);
    return lookup.getAtt('WorkspaceId').toString();
  }

  /** A list that is a token can only be taken as a whole. */
  private primariesOf({ primaryWorkspaceIds = [], primaryWorkspaces = [] }: StandbyWorkspaceFleetProps): readonly string[] {
    if (!Token.isUnresolved(primaryWorkspaceIds)) {
      return [...primaryWorkspaceIds, ...primaryWorkspaces.map(primary => primary.workspaceRef.workspaceId)];
    }
    if (primaryWorkspaces.length > 0) {
      throw synthesisError(this, `'primaryWorkspaceIds' is a list that is known only at deployment, so the ${primaryWorkspaces.length} of `
        + "'primaryWorkspaces' can't be added to it. Declare another fleet for them.");
    }
    return primaryWorkspaceIds;
  }

  private checkPrimaries(): void {
    const { primaryIds } = this;
    if (Token.isUnresolved(primaryIds)) {
      return;
    }
    if (primaryIds.length < 1 || primaryIds.length > MAX_FLEET_MEMBERS) {
      refuse(this, `a fleet of ${primaryIds.length} members, but a fleet has 1 to ${MAX_FLEET_MEMBERS}. `
        + "Set 'primaryWorkspaceIds' or 'primaryWorkspaces'; for more members declare several fleets.");
    }
    primaryIds.forEach(id => checkWorkspaceId(this, 'primaryWorkspaceIds', id));
    const seen = new Set<string>();
    for (const id of primaryIds) {
      if (seen.has(id)) {
        refuse(this, `'${id}' is twice among the primaries. A primary has one standby in a fleet: remove one of the two.`);
      }
      seen.add(id);
    }
  }

  private adopt(resource: CfnResource, standbys: Record<string, string>): void {
    for (const [primary, id] of Object.entries(standbys)) {
      checkWorkspaceId(this, `adopt['${primary}']`, id);
      if (!this.primaryIds.includes(primary) && ![this.primaryIds, ...this.primaryIds].some(Token.isUnresolved)) {
        refuse(this, `adopt has '${primary}', which is no member of this fleet. Add it to the primaries of the fleet, or leave it out of 'adopt'.`);
      }
    }
    adoptExisting(this, resource, Object.keys(standbys).length > 0 ? standbys : undefined);
  }

  private nameOf(primaryWorkspaceId: string): string {
    if (!Token.isUnresolved(primaryWorkspaceId)) {
      return primaryWorkspaceId;
    }
    return createHash('sha256').update(JSON.stringify(Stack.of(this).resolve(primaryWorkspaceId))).digest('hex').slice(0, 8);
  }

  private addLookup(id: string, primaryWorkspaceId: string): CfnResource {
    const provider = workspacesProvider(this);
    const fleet = this.node.findChild('Resource') as CfnResource;
    const lookup = new CfnResource(this, id, {
      type: STANDBY_WORKSPACE_LOOKUP_TYPE,
      properties: {
        ServiceToken: provider.serviceToken,
        Schema: SCHEMA_VERSION,
        PrimaryWorkspaceId: primaryWorkspaceId,
        PrimaryRegion: this.primaryRegion,
        DirectoryId: this.directoryId,
        // After each change of the fleet the member may have another standby.
        Revision: fleet.getAtt('Revision'),
      },
    });
    provider.serve(lookup);
    return lookup;
  }
}
