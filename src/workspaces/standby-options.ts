import { Lazy, Stack, Token, type CfnResource, type RemovalPolicy, type TagManager } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { aws_workspaces as workspaceRefs } from 'aws-cdk-lib/interfaces';
import type { Construct, IConstruct } from 'constructs';
import { checkDirectoryId, checkKey, checkOtherDirectory, checkRegions } from './standby-checks';
import { checkTags } from '../lifecycle/checks';
import { synthesisError } from '../lifecycle/synthesis-error';
import { checkUnique } from '../lifecycle/unique';
import { WORKSPACES_TAG_RULES } from '../wire/workspaces';

/**
 * Whether a standby WorkSpace receives the data of its primary.
 */
export enum StandbyDataReplication {
  /** It does not. */
  NO_REPLICATION = 'NO_REPLICATION',
  /** It receives a snapshot of the primary's volumes every twelve hours. */
  PRIMARY_AS_SOURCE = 'PRIMARY_AS_SOURCE',
}

/**
 * What one standby WorkSpace and a fleet of them have in common.
 */
export interface StandbyWorkspaceOptions {
  /**
   * The Region of the primary, another one than the stack's. A change makes another standby.
   *
   * @default - the Region of the primary's construct
   */
  readonly primaryRegion?: string;

  /**
   * Id of the directory in the stack's Region that the standby belongs to: registered for WorkSpaces, with the primary's user
   * under the same name. A change makes another standby.
   */
  readonly directoryId: string;

  /**
   * Key that encrypts the volumes of the standby: symmetric, in the stack's Region. Needed if the volumes of the primary are
   * encrypted. It can't be changed.
   *
   * @default - none
   */
  readonly volumeEncryptionKey?: kms.IKey;

  /**
   * Whether the standby receives the data of its primary. Changed in place.
   *
   * @default StandbyDataReplication.NO_REPLICATION
   */
  readonly dataReplication?: StandbyDataReplication;

  /**
   * Tags of the standby, besides those of `Tags.of()`. Changed in place.
   *
   * @default - none
   */
  readonly tags?: { [key: string]: string };

  /**
   * What happens to the standby when it leaves the stack. To terminate a WorkSpace destroys its data for good; between
   * failover and failback it may hold the only copy of a user's work.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether a deployment waits until a new standby is ready.
   *
   * @default true
   */
  readonly waitUntilReady?: boolean;
}

/** Checks what can be checked, and gives the Region of the primary. */
export function checkOptions(
  scope: Construct, options: StandbyWorkspaceOptions, primaries: readonly workspaceRefs.IWorkspaceRef[],
): string {
  const primaryRegion = options.primaryRegion ?? regionOf(scope, primaries);
  checkRegions(scope, primaryRegion);
  checkDirectoryId(scope, options.directoryId);
  checkKey(scope, options.volumeEncryptionKey);
  checkOtherDirectory(scope, options.directoryId, primaries);
  return primaryRegion;
}

/** Properties of the custom resource that follow from the options; what is a default is left out. */
export function renderOptions(
  scope: Construct, options: StandbyWorkspaceOptions, primaryRegion: string, tags: TagManager,
): Record<string, unknown> {
  return {
    PrimaryRegion: primaryRegion,
    DirectoryId: options.directoryId,
    VolumeEncryptionKey: options.volumeEncryptionKey?.keyArn,
    DataReplication: options.dataReplication === StandbyDataReplication.PRIMARY_AS_SOURCE ? options.dataReplication : undefined,
    Tags: Lazy.any({ produce: () => renderTags(scope, tags) }),
    WaitUntilReady: options.waitUntilReady === false ? false : undefined,
  };
}

/** A primary has one standby in a directory. A list that is known only at deployment is not looked into. */
export function checkStandbys(scope: Construct, resource: CfnResource, primaryIds: readonly string[], directoryId: string): void {
  checkUnique(scope, resource, {
    kind: `standby in ${directoryId}`,
    names: Token.isUnresolved(primaryIds) ? [] : primaryIds,
    refusal: (primaryId, other) => `'${other}' makes a standby of ${primaryId} in the same directory already, and a primary has one there. Remove `
      + 'one of the two.',
  });
}

/** WorkSpaces uses the key with the permissions of its caller. */
export function grantKey(key: kms.IKey | undefined, grantee: iam.IGrantable, resource: IConstruct): void {
  if (!key) {
    return;
  }
  key.grant(grantee, 'kms:DescribeKey').applyBefore(resource);
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['kms:CreateGrant'],
    resourceArns: [key.keyArn],
    conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  }).applyBefore(resource);
}

function regionOf(scope: Construct, primaries: readonly workspaceRefs.IWorkspaceRef[]): string {
  const regions = [...new Set(primaries.map(primary => primary.env.region))];
  if (regions.length > 1) {
    throw synthesisError(scope, `the primaries are in ${regions.join(' and ')}, but one construct serves one primary Region. `
      + 'Declare one for each.');
  }
  if (regions.length === 0 || Token.isUnresolved(regions[0])) {
    throw synthesisError(scope, "'primaryRegion' is missing, and the primaries do not tell it. Set it to the Region of the primaries, "
      + "e.g. 'us-east-1'.");
  }
  if (regions[0] === Stack.of(scope).region) {
    throw synthesisError(scope, `the primaries are in ${regions[0]}, the Region of the stack, or were imported into it. Set 'primaryRegion' `
      + 'to the Region that they are in, which must be another one.');
  }
  return regions[0];
}

function renderTags(scope: Construct, manager: TagManager): Record<string, string> | undefined {
  const tags = manager.renderTags() as Record<string, string> | undefined;
  checkTags(scope, tags ?? {}, WORKSPACES_TAG_RULES);
  return tags;
}
