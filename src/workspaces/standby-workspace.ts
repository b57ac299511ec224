import { CfnResource, Duration, Resource, Stack, Token, type TagManager, type IResource, type ITaggableV2 } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { aws_workspaces as workspaceRefs } from 'aws-cdk-lib/interfaces';
import type { Construct } from 'constructs';
import { checkWorkspaceId } from './standby-checks';
import { checkOptions, checkStandbys, grantKey, renderOptions, type StandbyWorkspaceOptions } from './standby-options';
import { StandbyWorkspaceGrants } from './standby-workspace-grants';
import { workspacesProvider } from './workspaces-provider';
import { adoptExisting } from '../lifecycle/adoption';
import { tagManagerOf, timeoutProperties } from '../lifecycle/checks';
import type { Provider } from '../lifecycle/provider';
import { refuse, synthesisError } from '../lifecycle/synthesis-error';
import type { MultiRegionParameter, MultiRegionParameterOptions } from '../systems-manager/multi-region-parameter';
import { publish } from '../systems-manager/published-value';
import { ANSWER_MARGIN_SECONDS, CLOUDFORMATION_LIMIT_SECONDS, SCHEMA_VERSION } from '../wire/lifecycle';
import { STANDBY_WORKSPACE_READY_TYPE, STANDBY_WORKSPACE_TYPE } from '../wire/workspaces';

const ONE_RESOURCE_SECONDS = CLOUDFORMATION_LIMIT_SECONDS - ANSWER_MARGIN_SECONDS;
/** A waiting resource that is not the last one waits so long at least. */
const INTERMEDIATE_SECONDS = 55 * 60;
const LONGEST_TIMEOUT_SECONDS = 6 * 3600;
const SHORTEST_TIMEOUT_SECONDS = 120;

/**
 * A standby of a WorkSpace in another Region.
 */
export interface IStandbyWorkspace extends IResource, workspaceRefs.IWorkspaceRef {
  /**
   * Id of the standby, e.g. `ws-0123abcde`.
   *
   * @attribute
   */
  readonly workspaceId: string;

  /**
   * ARN of the standby.
   *
   * @attribute
   */
  readonly workspaceArn: string;

  /**
   * Grants on this standby.
   */
  readonly grants: StandbyWorkspaceGrants;

  /**
   * A metric of this standby.
   *
   * @param metricName name of a metric in the namespace `AWS/WorkSpaces`
   * @param props by default the maximum over five minutes
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * 1 while the standby answers health checks.
   *
   * @param props by default the maximum over five minutes
   */
  metricAvailable(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * 1 while the standby does not answer health checks.
   *
   * @param props by default the maximum over five minutes
   */
  metricUnhealthy(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How often users failed to connect to the standby.
   *
   * @param props by default the sum over five minutes
   */
  metricConnectionFailure(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * Properties of a `StandbyWorkspace`.
 */
export interface StandbyWorkspaceProps extends StandbyWorkspaceOptions {
  /**
   * The WorkSpace that the standby stands by for. A change makes another standby.
   *
   * @default - the one with the id `primaryWorkspaceId`; one of the two is needed
   */
  readonly primaryWorkspace?: workspaceRefs.IWorkspaceRef;

  /**
   * Id of the WorkSpace that the standby stands by for. A change makes another standby.
   *
   * @default - that of `primaryWorkspace`; one of the two is needed
   */
  readonly primaryWorkspaceId?: string;

  /**
   * Takes over a WorkSpace that is a standby of the primary already, instead of creating one: its id. It may have been made by hand, by another
   * tool, by another stack or under another construct id, or be kept by `RemovalPolicy.RETAIN`. Whoever managed it before then leaves it alone.
   * Needs `removalPolicy: RemovalPolicy.RETAIN`; after one deployment both may be removed, though a standby is better kept. Has no effect on
   * what this construct has already.
   *
   * @default - a new one is created
   */
  readonly adopt?: string;

  /**
   * How long creating the standby may take: 2 minutes to 6 hours. CloudFormation waits an hour for one resource, so more than
   * 59 minutes adds a waiting resource for each further hour. Changing and deleting may take 59 minutes at most.
   *
   * @default Duration.minutes(59)
   */
  readonly timeout?: Duration;
}

/**
 * What made and imported standbys have in common.
 */
abstract class StandbyWorkspaceBase extends Resource implements IStandbyWorkspace {
  public abstract readonly workspaceId: string;

  public get workspaceArn(): string {
    return Stack.of(this).formatArn({ service: 'workspaces', resource: 'workspace', resourceName: this.workspaceId });
  }

  public get workspaceRef(): workspaceRefs.WorkspaceReference {
    return { workspaceId: this.workspaceId };
  }

  public get grants(): StandbyWorkspaceGrants {
    return StandbyWorkspaceGrants.of(this);
  }

  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/WorkSpaces',
      metricName,
      dimensionsMap: { WorkspaceId: this.workspaceId },
      statistic: cloudwatch.Stats.MAXIMUM,
      ...props,
    }).attachTo(this);
  }

  public metricAvailable(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Available', props);
  }

  public metricUnhealthy(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Unhealthy', props);
  }

  public metricConnectionFailure(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ConnectionFailure', { statistic: cloudwatch.Stats.SUM, ...props });
  }
}

/**
 * A standby WorkSpace, made by this stack in the stack's Region, for a primary in another Region.
 *
 * The quota of standby WorkSpaces is 0 until AWS raises it.
 *
 * @see https://docs.aws.amazon.com/workspaces/latest/adminguide/multi-region-resilience.html
 * @example
 * const standby = new StandbyWorkspace(this, 'Standby', {
 *   primaryWorkspaceId: 'ws-0123abcde',
 *   primaryRegion: 'us-east-1',
 *   directoryId: 'd-9367000001',
 *   dataReplication: StandbyDataReplication.PRIMARY_AS_SOURCE,
 *   removalPolicy: cdk.RemovalPolicy.RETAIN,
 * });
 * new cdk.CfnOutput(this, 'StandbyId', { value: standby.workspaceId });
 */
@propertyInjectable
export class StandbyWorkspace extends StandbyWorkspaceBase implements ITaggableV2 {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region.StandbyWorkspace';

  /**
   * A standby that exists already, in the stack's Region. Nothing is looked up or checked at deployment.
   *
   * @param scope the construct that the standby belongs to
   * @param id id in that scope
   * @param workspaceId id of the standby
   */
  public static fromStandbyWorkspaceId(scope: Construct, id: string, workspaceId: string): IStandbyWorkspace {
    class Import extends StandbyWorkspaceBase {
      public readonly workspaceId = workspaceId;
    }
    const standby = new Import(scope, id);
    checkWorkspaceId(standby, 'workspaceId', workspaceId);
    return standby;
  }

  public readonly workspaceId: string;
  /**
   * Name of the user, which is that of the primary.
   *
   * @attribute
   */
  public readonly userName: string;
  /**
   * Id of the directory.
   *
   * @attribute
   */
  public readonly directoryId: string;
  /**
   * State when the deployment ended: AVAILABLE or STOPPED, or PENDING if it did not wait.
   *
   * @attribute
   */
  public readonly state: string;
  /**
   * Id of the bundle. Empty, like the subnet, the IP address and the computer's name, if the deployment did not wait.
   *
   * @attribute
   */
  public readonly bundleId: string;
  /**
   * Id of the subnet.
   *
   * @attribute
   */
  public readonly subnetId: string;
  /**
   * IP address. It may change.
   *
   * @attribute
   */
  public readonly ipAddress: string;
  /**
   * Name of the computer.
   *
   * @attribute
   */
  public readonly computerName: string;
  /** Takes the tags of `Tags.of()`. */
  public readonly cdkTagManager: TagManager;

  /**
   * @param scope the construct that the standby belongs to
   * @param id id in that scope
   * @param props what the standby shall be
   */
  constructor(scope: Construct, id: string, props: StandbyWorkspaceProps) {
    super(scope, id);
    const primaryWorkspaceId = this.primaryOf(props);
    const primaryRegion = checkOptions(this, props, props.primaryWorkspace ? [props.primaryWorkspace] : []);
    const seconds = this.checkTimeout(props);
    const isLong = seconds !== undefined && seconds > ONE_RESOURCE_SECONDS;
    this.cdkTagManager = tagManagerOf(this, STANDBY_WORKSPACE_TYPE, props.tags);

    const provider = workspacesProvider(this);
    const resource = new CfnResource(this, 'Resource', {
      type: STANDBY_WORKSPACE_TYPE,
      properties: {
        ServiceToken: provider.serviceToken,
        Schema: SCHEMA_VERSION,
        PrimaryWorkspaceId: primaryWorkspaceId,
        ...renderOptions(this, isLong ? { ...props, waitUntilReady: false } : props, primaryRegion, this.cdkTagManager),
        ...(isLong ? {} : timeoutProperties(this, props.timeout)),
      },
    });
    provider.serve(resource);
    checkStandbys(this, resource, [primaryWorkspaceId], props.directoryId);
    grantKey(props.volumeEncryptionKey, provider.grantPrincipal, resource);
    if (props.removalPolicy) {
      resource.applyRemovalPolicy(props.removalPolicy);
    }
    this.adopt(resource, props.adopt);

    const last = isLong ? this.waitOn(provider, resource, seconds) : resource;
    this.workspaceId = last.getAtt('WorkspaceId').toString();
    this.userName = last.getAtt('UserName').toString();
    this.directoryId = last.getAtt('DirectoryId').toString();
    this.state = last.getAtt('State').toString();
    this.bundleId = last.getAtt('BundleId').toString();
    this.subnetId = last.getAtt('SubnetId').toString();
    this.ipAddress = last.getAtt('IpAddress').toString();
    this.computerName = last.getAtt('ComputerName').toString();
  }

  /**
   * Publishes the standby's id as a parameter in several Regions, for other stacks and Regions. They read it at run time, or with
   * `MultiRegionParameter.valueFor()` at each of their deployments, and so follow when the standby is replaced.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param options its Regions besides the stack's own, and more
   * @example
   * declare const standby: StandbyWorkspace;
   *
   * standby.publishId('/desktops/chief', { regions: ['us-east-1'] });
   */
  public publishId(parameterName: string, options: MultiRegionParameterOptions = {}): MultiRegionParameter {
    return publish(this, 'publishId', { value: this.workspaceId }, parameterName, options);
  }

  private adopt(resource: CfnResource, workspaceId: string | undefined): void {
    if (workspaceId !== undefined) {
      checkWorkspaceId(this, 'adopt', workspaceId);
      adoptExisting(this, resource, workspaceId);
    }
  }

  private primaryOf(props: StandbyWorkspaceProps): string {
    if ((props.primaryWorkspace === undefined) === (props.primaryWorkspaceId === undefined)) {
      throw synthesisError(this, "a standby has one primary. Set either 'primaryWorkspace' or 'primaryWorkspaceId'.");
    }
    const id = props.primaryWorkspaceId ?? props.primaryWorkspace!.workspaceRef.workspaceId;
    checkWorkspaceId(this, 'primaryWorkspaceId', id);
    return id;
  }

  private checkTimeout({ timeout, waitUntilReady }: StandbyWorkspaceProps): number | undefined {
    const seconds = timeout?.toSeconds();
    if (seconds === undefined || Token.isUnresolved(seconds)) {
      return undefined;
    }
    if (seconds >= SHORTEST_TIMEOUT_SECONDS && seconds <= ONE_RESOURCE_SECONDS) {
      return seconds;
    }
    if (seconds < SHORTEST_TIMEOUT_SECONDS || seconds > LONGEST_TIMEOUT_SECONDS) {
      refuse(this, `timeout is ${seconds} seconds, but must be between ${SHORTEST_TIMEOUT_SECONDS} seconds and 6 hours. `
        + 'Use a time in between.');
    }
    if (waitUntilReady === false) {
      throw synthesisError(this, `timeout is ${seconds} seconds to wait until the standby is ready, but 'waitUntilReady' is false. `
        + 'Set one of the two.');
    }
    return seconds;
  }

  /** Each further resource lets CloudFormation wait another hour. */
  private waitOn(provider: Provider, standby: CfnResource, seconds: number): CfnResource {
    const count = Math.ceil(seconds / INTERMEDIATE_SECONDS);
    let previous = standby;
    for (let number = 1; number <= count; number++) {
      const isLast = number === count;
      const left = Math.max(SHORTEST_TIMEOUT_SECONDS, seconds - (count - 1) * INTERMEDIATE_SECONDS);
      const resource: CfnResource = new CfnResource(this, `Ready${number}`, {
        type: STANDBY_WORKSPACE_READY_TYPE,
        properties: {
          ServiceToken: provider.serviceToken,
          Schema: SCHEMA_VERSION,
          WorkspaceId: previous.getAtt('WorkspaceId'),
          ...(isLast ? timeoutProperties(this, Duration.seconds(left)) : { Intermediate: true }),
        },
      });
      provider.serve(resource);
      previous = resource;
    }
    return previous;
  }
}
