import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

const ACTIONS = {
  decrypt: ['kms:Decrypt'],
  encryptDecrypt: ['kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
};

/**
 * Lets a role use a key. `Alias.fromAliasName()` grants nothing without a feature flag, since it does not know its key: what
 * is granted then is the use of whatever key has the alias.
 */
export function grantKey(scope: Construct, key: kms.IKey | undefined, grantee: iam.IPrincipal, use: keyof typeof ACTIONS): void {
  if (!key) {
    return;
  }
  const grant = use === 'decrypt' ? key.grantDecrypt(grantee) : key.grantEncryptDecrypt(grantee);
  if (grant.success || !isAlias(key)) {
    return;
  }
  iam.Grant.addToPrincipal({
    grantee,
    actions: ACTIONS[use],
    resourceArns: [Stack.of(scope).formatArn({ service: 'kms', resource: 'key', resourceName: '*' })],
    conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': key.aliasName } },
  });
}

function isAlias(key: kms.IKey): key is kms.IAlias {
  return 'aliasName' in key;
}
