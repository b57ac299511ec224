import { Annotations, CfnResource, Stack, Token } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { CfnWorkspace } from 'aws-cdk-lib/aws-workspaces';
import type { aws_workspaces as workspaceRefs } from 'aws-cdk-lib/interfaces';
import type { IConstruct } from 'constructs';
import { checkText } from '../lifecycle/checks';
import { checkRegionName, checkSamePartition, isElsewhere, isOwnRegion, isRegion, regionOfToken } from '../lifecycle/regions';
import { refuse } from '../lifecycle/synthesis-error';
import { CONNECTION_ALIAS_ID, DIRECTORY_ID, WORKSPACE_ID } from '../wire/workspaces';

/** @see https://docs.aws.amazon.com/workspaces/latest/adminguide/multi-region-resilience.html */
const REGIONS = ['us-east-1', 'us-west-2', 'eu-central-1', 'eu-west-1'];

export function checkWorkspaceId(scope: IConstruct, property: string, id: string): void {
  checkId(scope, property, id, WORKSPACE_ID);
}

export function checkAliasId(scope: IConstruct, property: string, id: string): void {
  checkId(scope, property, id, CONNECTION_ALIAS_ID);
}

/** Checks the id of an alias, and that the alias is where the stack is, as far as is known. */
export function checkAlias(scope: IConstruct, id: string, alias?: workspaceRefs.IConnectionAliasRef): void {
  checkAliasId(scope, 'aliasId', id);
  const region = regionOfToken(id) ?? alias?.env.region;
  if (region !== undefined && isElsewhere(scope, region)) {
    refuse(scope, `the connection alias is in ${region}, but is associated in ${Stack.of(scope).region}, the Region of this stack. Declare an alias with `
      + 'the same connection string in this stack.');
  }
}

/** Checks the id of a directory, and that its directory is where the stack is, as far as is known. */
export function checkDirectoryId(scope: IConstruct, id: string): void {
  checkId(scope, 'directoryId', id, DIRECTORY_ID);
  const region = regionOfToken(id);
  if (region !== undefined && isElsewhere(scope, region)) {
    refuse(scope, `directoryId comes from a stack in ${region}, but must be in ${Stack.of(scope).region}, the Region of this stack. Use the `
      + 'directory that is registered for WorkSpaces there.');
  }
}

export function checkKey(scope: IConstruct, key: kms.IKey | undefined): void {
  if (key && 'aliasName' in key) {
    refuse(scope, `volumeEncryptionKey is the alias '${String(key.aliasName)}', but WorkSpaces takes the ARN of a key, and permissions are for keys. Use the `
      + "key itself, e.g. kms.Key.fromLookup(this, 'Key', { aliasName }).");
  }
  if (key && isElsewhere(scope, key.env.region)) {
    refuse(scope, `volumeEncryptionKey is in ${key.env.region}, but the standby is made in ${Stack.of(scope).region}, the Region of `
      + 'this stack. Use a key of that Region.');
  }
}

/** Checks both Regions. That they are among those which have standbys is a warning, since their number may grow. */
export function checkRegions(scope: IConstruct, primaryRegion: string): void {
  checkRegionName(scope, 'primaryRegion', primaryRegion);
  const standbyRegion = Stack.of(scope).region;
  checkSamePartition(scope, 'primaryRegion', primaryRegion, standbyRegion);
  if (isOwnRegion(scope, primaryRegion)) {
    const value = Token.isUnresolved(primaryRegion) ? 'a token' : `'${primaryRegion}'`;
    refuse(scope, `primaryRegion is ${value}, the Region of the stack, which is where the standby is made. Declare the `
      + 'standby in a stack in another Region than the primary.');
  }
  for (const region of [primaryRegion, standbyRegion]) {
    if (!REGIONS.includes(region) && isRegion(region)) {
      Annotations.of(scope).addWarningV2('cdk-multi-region:standbyWorkspaceRegion',
        `WorkSpaces had standbys in ${REGIONS.join(', ')} when this library was made, not in ${region}. If it has them there now, acknowledge this.`);
    }
  }
}

/** The primary's own directory is in the Region of the primary. */
export function checkOtherDirectory(scope: IConstruct, directoryId: string, primaries: readonly workspaceRefs.IWorkspaceRef[]): void {
  const primary = primaries.find(one => CfnResource.isCfnResource(one) && (one as unknown as CfnWorkspace).directoryId === directoryId);
  if (primary) {
    refuse(scope, `directoryId '${directoryId}' is the directory of the primary '${primary.node.path}', which is in another Region. Use the directory `
      + 'that is registered for WorkSpaces in the Region of this stack.');
  }
}

function checkId(scope: IConstruct, property: string, id: string, rule: { pattern: RegExp; says: string }): void {
  checkText(scope, property, id);
  if (!Token.isUnresolved(id) && !rule.pattern.test(id)) {
    refuse(scope, `${property} is '${id}', but ${rule.says}. Use the id that WorkSpaces shows.`);
  }
}
