import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

const ACTIONS = {
  decrypt: ['kms:Decrypt'],
  // https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
  encryptDecrypt: ['kms:Decrypt', 'kms:GenerateDataKey'],
};

/**
 * Lets a role use a key. `Alias.fromAliasName()` grants nothing without a feature flag, since it does not know its key: what
 * is granted then is the use of whatever key has the alias.
 */
export function grantKey(scope: Construct, key: kms.IKey | undefined, grantee: iam.IPrincipal, use: keyof typeof ACTIONS): void {
  if (!key) {
    return;
  }
  const grant = key.grant(grantee, ...ACTIONS[use]);
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

/**
 * Lets CloudWatch Logs deliver what a state machine with this key logs.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
 */
export function permitLogDelivery(scope: Construct, key: kms.IKey): void {
  const { statementAdded } = key.addToResourcePolicy(new iam.PolicyStatement({
    actions: ['kms:Decrypt*'],
    resources: ['*'],
    principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')],
  }));
  if (!statementAdded) {
    Annotations.of(scope).addWarningV2('cdk-multi-region:stateMachineEncryption', "'stateMachineEncryption' is a key whose policy this app cannot change. "
      + "'stateMachineLogLevel' needs a statement in it that allows kms:Decrypt* for delivery.logs.amazonaws.com. Add it, then acknowledge this warning.");
  }
}

function isAlias(key: kms.IKey): key is kms.IAlias {
  return 'aliasName' in key;
}
