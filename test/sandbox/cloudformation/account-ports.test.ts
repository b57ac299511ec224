import { IamAccount } from '../../../sandbox/cloudformation/account-ports';
import { Iam } from '../../../sandbox/iam/iam';

const ROLE = 'arn:aws:iam::111122223333:role/r';
const TRUST = { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } } };
const allow = (Action: string) => ({ Statement: { Effect: 'Allow', Action, Resource: '*' } });

test('the update of a role replaces its own policies and keeps those that were attached', () => {
  const iam = new Iam();
  const account = new IamAccount(iam);
  const allowed = () => ['a:Old', 'a:New', 'a:Attached']
    .filter(action => iam.evaluate(ROLE, { action, resources: ['x'] }).allowed);
  account.putRole(ROLE, { trust: TRUST, inlinePolicies: { Own: allow('a:Old') } });
  account.putPolicy('r', 'P', allow('a:Attached'));

  account.putRole(ROLE, { trust: TRUST, inlinePolicies: { Own: allow('a:New') } });
  expect(allowed()).toEqual(['a:New', 'a:Attached']);

  account.deletePolicy('r', 'P');
  account.putRole(ROLE, { trust: TRUST, inlinePolicies: {} });
  expect(allowed()).toEqual([]);

  account.putPolicy('r', 'P', allow('a:Attached'));
  account.deleteRole(ROLE);
  account.putRole(ROLE, { trust: TRUST, inlinePolicies: {} });
  expect(allowed()).toEqual([]);
});
