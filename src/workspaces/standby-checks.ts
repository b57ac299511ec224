import { Annotations, CfnResource, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { checkRegionName } from '../lifecycle/checks';
import { isKnown, refuse } from '../lifecycle/synthesis-error';
import { CONNECTION_ALIAS_ID, DIRECTORY_ID, WORKSPACE_ID } from '../wire/workspaces';

/** @see https://docs.aws.amazon.com/workspaces/latest/adminguide/multi-region-resilience.html */
const REGIONS = ['us-east-1', 'us-west-2', 'eu-central-1', 'eu-west-1'];

export function checkWorkspaceId(scope: IConstruct, property: string, id: string): void {
  checkId(scope, property, id, WORKSPACE_ID);
}

export function checkAliasId(scope: IConstruct, property: string, id: string): void {
  checkId(scope, property, id, CONNECTION_ALIAS_ID);
}

/** Checks the id of a directory, and that its directory is where the stack is, as far as is known. */
export function checkDirectoryId(scope: IConstruct, id: string): void {
  checkId(scope, 'directoryId', id, DIRECTORY_ID);
  const region = regionOfToken(id);
  if (region !== undefined && isElsewhere(region, scope)) {
    refuse(scope, `directoryId comes from a stack in ${region}, but the standby is made in ${Stack.of(scope).region}, the Region of `
      + 'this stack. Use the directory that is registered for WorkSpaces there.');
  }
}

export function checkKey(scope: IConstruct, key: kms.IKey | undefined): void {
  if (key && isElsewhere(key.env.region, scope)) {
    refuse(scope, `volumeEncryptionKey is in ${key.env.region}, but the standby is made in ${Stack.of(scope).region}, the Region of `
      + 'this stack. Use a key of that Region.');
  }
}

/** Checks both Regions. That they are among those which have standbys is a warning, since their number may grow. */
export function checkRegions(scope: IConstruct, primaryRegion: string): void {
  checkRegionName(scope, 'primaryRegion', primaryRegion);
  const standbyRegion = Stack.of(scope).region;
  if (!Token.isUnresolved(primaryRegion) && primaryRegion === standbyRegion) {
    refuse(scope, `primaryRegion is '${primaryRegion}', the Region of the stack, which is where the standby is made. Declare the `
      + 'standby in a stack in another Region than the primary.');
  }
  for (const region of [primaryRegion, standbyRegion]) {
      if (!REGIONS.includes(region) && isKnown(scope, region)) {
      Annotations.of(scope).addWarningV2('cdk-multi-region:standbyWorkspaceRegion',
        `WorkSpaces had standbys in ${REGIONS.join(', ')} when this library was made, not in ${region}. If it has them there now, acknowledge this.`);
    }
  }
}

function checkId(scope: IConstruct, property: string, id: string, rule: { pattern: RegExp; says: string }): void {
  if (!Token.isUnresolved(id) && !rule.pattern.test(id)) {
    refuse(scope, `${property} is '${id}', but ${rule.says}. Use the id that WorkSpaces shows.`);
  }
}

/** Region of the resource that a token refers to. */
function regionOfToken(value: string): string | undefined {
  const token = Token.isUnresolved(value) ? Tokenization.reverseString(value).firstToken : undefined;
  return Reference.isReference(token) && CfnResource.isCfnResource(token.target) ? Stack.of(token.target).region : undefined;
}

function isElsewhere(region: string, scope: IConstruct): boolean {
  const here = Stack.of(scope).region;
  return !Token.isUnresolved(region) && !Token.isUnresolved(here) && region !== here;
}
