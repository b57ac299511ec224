import { Arn, ArnFormat, CfnResource, Lazy, Resource, Stack, Token, type IResource, type ITaggableV2, type TagManager } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ses from 'aws-cdk-lib/aws-ses';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import { ReplicaEmailIdentityGrants } from './replica-email-identity-grants';
import type { ReplicaEmailIdentityProps } from './replica-email-identity-props';
import { identityArn, sesProvider } from './ses-provider';
import { adoptExisting, checkAdoptedName } from '../lifecycle/adoption';
import { checkTags, checkText, tagManagerOf, timeoutProperties } from '../lifecycle/checks';
import type { Provider } from '../lifecycle/provider';
import { checkRegionName, checkSamePartition } from '../lifecycle/regions';
import { hideDummy, refuse } from '../lifecycle/synthesis-error';
import { checkUnique } from '../lifecycle/unique';
import type { MultiRegionParameter, MultiRegionParameterOptions } from '../systems-manager/multi-region-parameter';
import { publish } from '../systems-manager/published-value';
import { SCHEMA_VERSION } from '../wire/lifecycle';
import { DOMAIN_NAME, REPLICA_EMAIL_IDENTITY_TYPE, SES_TAG_RULES } from '../wire/ses';

/**
 * A replica of an email identity of Amazon SES in another Region: it sends with the DKIM key and the DNS records of its parent.
 */
export interface IReplicaEmailIdentity extends IResource {
  /**
   * The domain, the same as that of the parent.
   *
   * @attribute
   */
  readonly emailIdentityName: string;

  /**
   * ARN of the replica, in its own Region.
   *
   * @attribute
   */
  readonly emailIdentityArn: string;

  /**
   * The Region of the replica.
   */
  readonly replicaRegion: string;

  /**
   * Grants on the replica.
   */
  readonly grants: ReplicaEmailIdentityGrants;
}

/**
 * What made and imported replicas have in common.
 */
abstract class ReplicaEmailIdentityBase extends Resource implements IReplicaEmailIdentity {
  public abstract readonly emailIdentityName: string;
  public abstract readonly emailIdentityArn: string;
  public abstract readonly replicaRegion: string;

  public get grants(): ReplicaEmailIdentityGrants {
    return ReplicaEmailIdentityGrants.of(this);
  }
}

/**
 * A replica of an email identity of Amazon SES in another Region, with Deterministic Easy DKIM (DEED): a domain that sends from
 * both Regions with one set of DNS records.
 *
 * The parent has to be a domain with Easy DKIM. SES deletes no parent that has replicas: of a parent in the same stack the replica is
 * deleted first; where the parent is in another stack or imported, delete the replica's stack first. Configuration sets, MAIL FROM
 * domains and policies are not replicated.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-deed.html
 * @example
 * const identity = new ses.EmailIdentity(this, 'Domain', { identity: ses.Identity.domain('example.com') });
 *
 * const replica = new ReplicaEmailIdentity(this, 'Replica', {
 *   parentIdentity: identity,
 *   replicaRegion: 'eu-central-1',
 * });
 */
@propertyInjectable
export class ReplicaEmailIdentity extends ReplicaEmailIdentityBase implements ITaggableV2 {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region.ReplicaEmailIdentity';

  /**
   * A replica that exists already, by its domain. Nothing is looked up or checked at deployment.
   *
   * @param scope the construct that the replica belongs to
   * @param id id in that scope
   * @param emailIdentityName the domain
   * @param replicaRegion the Region of the replica
   */
  public static fromReplicaEmailIdentityName(scope: Construct, id: string, emailIdentityName: string, replicaRegion: string): IReplicaEmailIdentity {
    checkSamePartition(scope, 'replicaRegion', replicaRegion, Stack.of(scope).region);
    return imported(scope, id, emailIdentityName, replicaRegion, identityArn(Stack.of(scope), replicaRegion, emailIdentityName));
  }

  /**
   * A replica that exists already, by its ARN. Nothing is looked up or checked at deployment.
   *
   * @param scope the construct that the replica belongs to
   * @param id id in that scope
   * @param replicaEmailIdentityArn ARN of the replica
   */
  public static fromReplicaEmailIdentityArn(scope: Construct, id: string, replicaEmailIdentityArn: string): IReplicaEmailIdentity {
    checkText(scope, 'replicaEmailIdentityArn', replicaEmailIdentityArn);
    if (!Token.isUnresolved(replicaEmailIdentityArn) && !/^arn:[^:]+:ses:[^:]+:[^:]+:identity\/.+$/.test(replicaEmailIdentityArn)) {
      refuse(scope, `replicaEmailIdentityArn '${replicaEmailIdentityArn}' is not the ARN of an identity. Use one such as `
        + "'arn:aws:ses:eu-central-1:111122223333:identity/example.com'.");
    }
    const { region, resourceName } = Arn.split(hideDummy(scope, replicaEmailIdentityArn)!, ArnFormat.SLASH_RESOURCE_NAME);
    return imported(scope, id, resourceName!, region!, replicaEmailIdentityArn);
  }

  public readonly emailIdentityName: string;
  public readonly emailIdentityArn: string;
  public readonly replicaRegion: string;
  /**
   * What SES said of the DKIM key at the last change of the replica: `SUCCESS`, or, if the deployment did not wait, `PENDING`,
   * `FAILED`, `TEMPORARY_FAILURE` or `NOT_STARTED`.
   *
   * @attribute
   */
  public readonly dkimStatus: string;
  /** Takes the tags of `Tags.of()`. */
  public readonly cdkTagManager: TagManager;

  /**
   * @param scope the construct that the replica belongs to
   * @param id id in that scope
   * @param props what the replica shall be
   */
  constructor(scope: Construct, id: string, props: ReplicaEmailIdentityProps) {
    super(scope, id);
    const { parentIdentity, replicaRegion } = props;
    const name = parentIdentity.emailIdentityName;
    const parentRegion = parentIdentity.env.region;
    checkDomain(this, name);
    checkEasyDkim(this, parentIdentity);
    checkReplicaRegion(this, replicaRegion, parentRegion);
    this.cdkTagManager = tagManagerOf(this, REPLICA_EMAIL_IDENTITY_TYPE, props.tags);
    const provider = sesProvider(this);
    const resource = new CfnResource(this, 'Resource', {
      type: REPLICA_EMAIL_IDENTITY_TYPE,
      properties: {
        ServiceToken: provider.serviceToken,
        Schema: SCHEMA_VERSION,
        EmailIdentity: name,
        ParentRegion: parentRegion,
        ReplicaRegion: replicaRegion,
        WaitForDkim: props.waitForDkim,
        Tags: Lazy.any({ produce: () => this.renderTags() }),
        ...timeoutProperties(this, props.timeout),
      },
    });
    provider.serve(resource);
    this.permit(provider, resource, name, parentRegion, replicaRegion);
    // With its DNS records: they are there before it is verified, and as long as it exists.
    resource.node.addDependency(parentIdentity);
    checkUnique(this, resource, {
      kind: `identity in ${JSON.stringify(Stack.of(this).resolve(replicaRegion))}`,
      names: [name],
      refusal: (identity, other) => `the replica of ${identity} is also that of '${other}', but a domain has one identity in a Region. Remove one of them.`,
    });
    if (props.removalPolicy) {
      resource.applyRemovalPolicy(props.removalPolicy);
    }
    checkAdoptedName(this, props.adopt, 'parentIdentity', name);
    adoptExisting(this, resource, props.adopt);

    this.emailIdentityName = resource.getAtt('EmailIdentity').toString();
    this.emailIdentityArn = resource.getAtt('EmailIdentityArn').toString();
    this.dkimStatus = resource.getAtt('DkimStatus').toString();
    this.replicaRegion = replicaRegion;
  }

  /**
   * Publishes the ARN as a parameter in several Regions, for other stacks and Regions. They read it at run time, or with
   * `MultiRegionParameter.valueFor()` at each of their deployments, and so follow when the replica gets another domain or Region. It is there
   * once the replica can send, unless `waitForDkim` is false.
   *
   * @param parameterName name of the parameter, the same in every Region
   * @param options its Regions besides the stack's own, and more
   * @example
   * declare const replica: ReplicaEmailIdentity;
   *
   * replica.publishArn('/mail/replica', { regions: [replica.replicaRegion] });
   */
  public publishArn(parameterName: string, options: MultiRegionParameterOptions = {}): MultiRegionParameter {
    return publish(this, 'publishArn', { value: this.emailIdentityArn }, parameterName, options);
  }

  /** A policy of its own, which names parent and replica. What it takes to delete a replica is in the provider's: see there. */
  private permit(provider: Provider, resource: CfnResource, name: string, parentRegion: string, replicaRegion: string): void {
    const stack = Stack.of(this);
    const policy = provider.permit(this, 'Policy', [
      new iam.PolicyStatement({
        actions: ['ses:CreateEmailIdentity', 'ses:DeleteEmailIdentity', 'ses:GetEmailIdentity', 'ses:TagResource', 'ses:UntagResource'],
        resources: [identityArn(stack, replicaRegion, name)],
      }),
      new iam.PolicyStatement({
        actions: ['ses:ReplicateEmailIdentityDKIMSigningKey'],
        resources: [identityArn(stack, parentRegion, name)],
        conditions: { 'ForAllValues:StringEquals': { 'ses:ReplicaRegion': [replicaRegion] } },
      }),
    ]);
    if (policy) {
      resource.node.addDependency(policy);
    }
  }

  private renderTags(): Record<string, string> | undefined {
    const tags = this.cdkTagManager.renderTags() as Record<string, string> | undefined;
    checkTags(this, tags ?? {}, SES_TAG_RULES);
    return tags;
  }
}

function imported(scope: Construct, id: string, name: string, region: string, arn: string): IReplicaEmailIdentity {
  class Import extends ReplicaEmailIdentityBase {
    public readonly emailIdentityName = name;
    public readonly emailIdentityArn = arn;
    public readonly replicaRegion = region;
  }
  const replica = new Import(scope, id);
  checkDomain(replica, name);
  checkRegionName(replica, 'replicaRegion', region);
  return replica;
}

function checkDomain(scope: Construct, name: string): void {
  checkText(scope, 'the domain of the identity', name);
  if (!Token.isUnresolved(name) && !DOMAIN_NAME.pattern.test(name)) {
    refuse(scope, `the identity '${name}' can't be replicated, because it ${DOMAIN_NAME.says}. `
      + "Verify an address in each Region instead, and name it in the 'identities' of grants.sendEmail().");
  }
}

/** Of a parent that the app declares, its DKIM is known. */
function checkEasyDkim(scope: Construct, parent: ses.IEmailIdentity): void {
  const resource = parent.node.tryFindChild('Resource');
  const signing = resource instanceof ses.CfnEmailIdentity ? resource.dkimSigningAttributes : undefined;
  if (signing && !Token.isUnresolved(signing) && 'domainSigningPrivateKey' in signing && signing.domainSigningPrivateKey !== undefined) {
    refuse(scope, `parentIdentity '${parent.node.path}' has a DKIM key of its own (BYODKIM), but SES replicates keys of Easy DKIM only. `
      + 'Use DkimIdentity.easyDkim() for the parent, or declare the identity with the same key in each Region.');
  }
}

function checkReplicaRegion(scope: Construct, region: string, parentRegion: string): void {
  checkRegionName(scope, 'replicaRegion', region);
  checkSamePartition(scope, 'replicaRegion', region, parentRegion);
  if (region === parentRegion) {
    const value = Token.isUnresolved(region) ? 'a token' : `'${region}'`;
    refuse(scope, `replicaRegion is ${value}, the Region of parentIdentity. Choose another Region.`);
  }
}
