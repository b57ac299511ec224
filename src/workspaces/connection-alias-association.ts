import { Annotations, CfnResource, Duration, Fn, Resource, type IResource, type RemovalPolicy } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { CfnConnectionAlias } from 'aws-cdk-lib/aws-workspaces';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { aws_route53 as route53Refs, aws_workspaces as workspaceRefs } from 'aws-cdk-lib/interfaces';
import type { Construct } from 'constructs';
import { canonical, checkFailoverRecord } from './failover-checks';
import { checkAlias, checkAliasId, checkDirectoryId } from './standby-checks';
import { workspacesProvider } from './workspaces-provider';
import { adoptExisting } from '../lifecycle/adoption';
import { timeoutProperties } from '../lifecycle/checks';
import { synthesisError } from '../lifecycle/synthesis-error';
import { checkUnique } from '../lifecycle/unique';
import type { MultiRegionParameter, MultiRegionParameterOptions } from '../systems-manager/multi-region-parameter';
import { publish } from '../systems-manager/published-value';
import { SCHEMA_VERSION } from '../wire/lifecycle';
import { CONNECTION_ALIAS_ASSOCIATION_TYPE } from '../wire/workspaces';

/**
 * The association of a connection alias with a directory in one Region.
 */
export interface IConnectionAliasAssociation extends IResource {
  /**
   * Id of the alias.
   *
   * @attribute
   */
  readonly aliasId: string;

  /**
   * What the TXT record of the alias's name has to say for the users to be sent to this directory.
   *
   * @attribute
   */
  readonly connectionIdentifier: string;

  /**
   * Adds a TXT record with failover routing that sends the users of the alias to this directory.
   *
   * @param id id of the record in the scope of the association
   * @param options the hosted zone, and whether this is the primary or the standby Region
   * @returns the record. It is an L1, because `route53.TxtRecord` refuses a primary record without a health check, as you need it to fail over
   * by hand, takes no `CfnHealthCheck`, and has to know the name of the zone
   */
  addFailoverRecord(id: string, options: ConnectionFailoverRecordOptions): route53.CfnRecordSet;
}

/**
 * A DNS record that sends users to one of two Regions.
 */
export interface ConnectionFailoverRecordOptions {
  /**
   * The public hosted zone of the alias's name.
   */
  readonly zone: route53.IHostedZone;

  /**
   * PRIMARY in the Region of the primaries, SECONDARY in that of the standbys.
   */
  readonly failover: route53.Failover;

  /**
   * Health check that decides whether the record is answered. Without one on the primary record nothing ever fails over by
   * itself.
   *
   * @default - none
   */
  readonly healthCheck?: route53Refs.IHealthCheckRef;

  /**
   * Name of the record: the connection string of the alias, e.g. `desktop.example.com`.
   *
   * @default - the connection string of the `alias` that was given to the association
   */
  readonly domainName?: string;

  /**
   * How long resolvers keep the answer.
   *
   * @default Duration.minutes(1)
   */
  readonly ttl?: Duration;
}

/**
 * Properties of a `ConnectionAliasAssociation`.
 */
export interface ConnectionAliasAssociationProps {
  /**
   * The connection alias, which has one association. A change associates the new alias and disassociates the old one.
   *
   * @default - the one with the id `aliasId`; one of the two is needed
   */
  readonly alias?: workspaceRefs.IConnectionAliasRef;

  /**
   * Id of the connection alias, e.g. `wsca-0123abcde`.
   *
   * @default - that of `alias`; one of the two is needed
   */
  readonly aliasId?: string;

  /**
   * Id of the directory that the alias leads to. Changed in place: the alias leads nowhere for about a minute.
   */
  readonly directoryId: string;

  /**
   * Takes over an association that exists, instead of creating one: the id of its alias. It may have been made by hand, by another tool, by another stack or under
   * another construct id, or be kept by `RemovalPolicy.RETAIN`. Whoever managed it before then leaves it alone. Needs `removalPolicy: RemovalPolicy.RETAIN`;
   * after one deployment both may be removed. Has no effect on what this construct has already. `directoryId` has to be its directory.
   *
   * @default - a new one is created
   */
  readonly adopt?: string;

  /**
   * What happens to the association when it leaves the stack.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long creating, changing or deleting the association may take: 2 to 59 minutes.
   *
   * @default Duration.minutes(30)
   */
  readonly timeout?: Duration;
}

/**
 * An association that exists already.
 */
export interface ConnectionAliasAssociationAttributes {
  /**
   * Id of the alias.
   */
  readonly aliasId: string;

  /**
   * The connection identifier, which `aws workspaces describe-connection-aliases` shows.
   */
  readonly connectionIdentifier: string;
}

/**
 * What made and imported associations have in common.
 */
abstract class ConnectionAliasAssociationBase extends Resource implements IConnectionAliasAssociation {
  public abstract readonly aliasId: string;
  public abstract readonly connectionIdentifier: string;
  /**
   * Name that the users register their clients with, if it is known.
   *
   * @internal
   */
  protected readonly _connectionString?: string;

  public addFailoverRecord(id: string, options: ConnectionFailoverRecordOptions): route53.CfnRecordSet {
    const name = options.domainName ?? this._connectionString;
    if (!name) {
      throw synthesisError(this, "addFailoverRecord() needs 'domainName', the connection string of the alias, because the association was made "
        + 'from an id and does not know it.');
    }
    checkFailoverRecord(this, name, options.zone, this._connectionString);
    const isPrimary = options.failover === route53.Failover.PRIMARY;
    const record = new route53.CfnRecordSet(this, id, {
      hostedZoneId: options.zone.hostedZoneId,
      name,
      type: route53.RecordType.TXT,
      ttl: (options.ttl ?? Duration.minutes(1)).toSeconds().toString(),
      resourceRecords: [Fn.join('', ['"', this.connectionIdentifier, '"'])],
      failover: options.failover,
      setIdentifier: isPrimary ? 'primary' : 'standby',
      healthCheckId: options.healthCheck?.healthCheckRef.healthCheckId,
    });
    checkUnique(record, record, {
      kind: `failover record ${options.failover} in ${options.zone.hostedZoneId}`,
      names: [canonical(name)],
      everywhere: true,
      refusal: (domain, other) => `'${other}' is a ${options.failover} record for ${domain} already, and a name has one. Remove one of the two, or make `
        + "one of them the other kind of 'failover'.",
    });
    if (isPrimary && !options.healthCheck) {
      Annotations.of(record).addWarningV2('cdk-multi-region:failoverWithoutHealthCheck',
        "The primary record has no 'healthCheck', so nothing fails over by itself. Acknowledge this if people are to switch by hand.");
    }
    return record;
  }
}

/**
 * Associates a connection alias with a directory, which CloudFormation can't, and tells the connection identifier for DNS.
 *
 * @see https://docs.aws.amazon.com/workspaces/latest/adminguide/cross-region-redirection.html
 * @example
 * declare const zone: route53.PublicHostedZone;
 *
 * const alias = new workspaces.CfnConnectionAlias(this, 'Alias', { connectionString: 'desktop.example.com' });
 * const association = new ConnectionAliasAssociation(this, 'Association', { alias, directoryId: 'd-9367000001' });
 * association.addFailoverRecord('Record', { zone, failover: route53.Failover.SECONDARY });
 */
@propertyInjectable
export class ConnectionAliasAssociation extends ConnectionAliasAssociationBase {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region.ConnectionAliasAssociation';

  /**
   * An association that exists already.
   *
   * @param scope the construct that the association belongs to
   * @param id id in that scope
   * @param attributes what the association is
   */
  public static fromConnectionAliasAssociationAttributes(
    scope: Construct, id: string, attributes: ConnectionAliasAssociationAttributes,
  ): IConnectionAliasAssociation {
    class Import extends ConnectionAliasAssociationBase {
      public readonly aliasId = attributes.aliasId;
      public readonly connectionIdentifier = attributes.connectionIdentifier;
    }
    const association = new Import(scope, id);
    checkAliasId(association, 'aliasId', association.aliasId);
    return association;
  }

  public readonly aliasId: string;
  public readonly connectionIdentifier: string;
  /** @internal */
  protected readonly _connectionString?: string;

  /**
   * @param scope the construct that the association belongs to
   * @param id id in that scope
   * @param props the alias and the directory
   */
  constructor(scope: Construct, id: string, props: ConnectionAliasAssociationProps) {
    super(scope, id);
    checkDirectoryId(this, props.directoryId);
    const aliasId = this.aliasOf(props);
    const provider = workspacesProvider(this);
    const resource = new CfnResource(this, 'Resource', {
      type: CONNECTION_ALIAS_ASSOCIATION_TYPE,
      properties: {
        ServiceToken: provider.serviceToken,
        Schema: SCHEMA_VERSION,
        AliasId: aliasId,
        DirectoryId: props.directoryId,
        ...timeoutProperties(this, props.timeout),
      },
    });
    provider.serve(resource);
    checkUnique(this, resource, {
      kind: 'connection alias',
      names: [aliasId],
      refusal: (alias, other) => `'${other}' associates the connection alias ${alias} already, and an alias has one association. Remove one of the two.`,
    });
    if (props.removalPolicy) {
      resource.applyRemovalPolicy(props.removalPolicy);
    }
    this.adopt(resource, props.adopt);
    this.aliasId = resource.getAtt('AliasId').toString();
    this.connectionIdentifier = resource.getAtt('ConnectionIdentifier').toString();
    this._connectionString = CfnResource.isCfnResource(props.alias)
      ? (props.alias as unknown as CfnConnectionAlias).connectionString : undefined;
  }

  /**
   * Publishes the connection identifier as a parameter in several Regions, for other stacks and Regions. They read it at run time, or with
   * `MultiRegionParameter.valueFor()` at each of their deployments, and so follow when the association is created again.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param options its Regions besides the stack's own, and more
   * @example
   * declare const association: ConnectionAliasAssociation;
   *
   * association.publishConnectionIdentifier('/desktops/connection', { regions: ['us-east-1'] });
   */
  public publishConnectionIdentifier(parameterName: string, options: MultiRegionParameterOptions = {}): MultiRegionParameter {
    return publish(this, 'publishConnectionIdentifier', { value: this.connectionIdentifier }, parameterName, options);
  }

  private adopt(resource: CfnResource, aliasId: string | undefined): void {
    if (aliasId !== undefined) {
      checkAliasId(this, 'adopt', aliasId);
      adoptExisting(this, resource, aliasId);
    }
  }

  private aliasOf(props: ConnectionAliasAssociationProps): string {
    if ((props.alias === undefined) === (props.aliasId === undefined)) {
      throw synthesisError(this, "an association has one alias. Set either 'alias' or 'aliasId'.");
    }
    const id = props.aliasId ?? props.alias!.connectionAliasRef.aliasId;
    checkAlias(this, id, props.alias);
    return id;
  }
}
