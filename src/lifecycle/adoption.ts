import { CfnDeletionPolicy, Token, type CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { checkText } from './checks';
import { refuse } from './synthesis-error';

/**
 * Lets a custom resource take over what exists. While it does, CloudFormation has to keep the resource, so that no rollback deletes what
 * was there before.
 *
 * @param identity name, ARN or id, or ids by primaries; undefined if nothing is taken over
 */
export function adoptExisting(scope: IConstruct, resource: CfnResource, identity: string | Record<string, string> | undefined): void {
  if (identity === undefined) {
    return;
  }
  const isOne = typeof identity !== 'object';
  if (isOne) {
    checkText(scope, 'adopt', identity);
  }
  if (identity === '') {
    refuse(scope, "adopt is empty, but must be the name, ARN or id of what is taken over. Leave 'adopt' out to create a new one.");
  }
  resource.addPropertyOverride('Adopt', identity);
  scope.node.addValidation({ validate: () => isKept(resource) ? [] : [retainProblem(isOne ? identity : Object.values(identity).join(', '))] });
}

/** For what is known by its name: the declared name has to be that of what is adopted, and to stay when `adopt` is dropped. */
export function checkAdoptedName(scope: IConstruct, identity: string | undefined, property: string, name: string): void {
  if (identity === undefined) {
    return;
  }
  checkText(scope, 'adopt', identity);
  if (Token.isUnresolved(identity) || Token.isUnresolved(name)) {
    return;
  }
  if (identity !== name && !(identity.startsWith('arn:') && identity.endsWith(`/${name.replace(/^\//, '')}`))) {
    const adopted = identity.startsWith('arn:') ? identity.slice(identity.lastIndexOf('/') + 1) : identity;
    refuse(scope, `adopt is '${identity}', but the name of this construct is '${name}', and a name can't be changed. Set ${property}: '${adopted}', and `
      + "leave it set when you remove 'adopt'.");
  }
}

function isKept({ cfnOptions: { deletionPolicy, updateReplacePolicy } }: CfnResource): boolean {
  return [deletionPolicy, updateReplacePolicy].every(policy => policy === CfnDeletionPolicy.RETAIN);
}

function retainProblem(identity: string): string {
  return `adopt is '${Token.isUnresolved(identity) ? 'a token' : identity}', but a rollback would delete what was there before. Set removalPolicy: `
    + 'RemovalPolicy.RETAIN. After one deployment both may be removed.';
}
