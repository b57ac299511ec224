import { Iam, PolicyDocument } from '../../../sandbox/iam/iam';

const ROLE = 'arn:aws:iam::111122223333:role/path/Handler';
const ARN = 'arn:aws:ses:eu-west-1:111122223333:multi-region-endpoint/mail';

let iam: Iam;

beforeEach(() => {
  iam = new Iam();
});

function put(...statements: Record<string, any>[]): void {
  iam.putRole(ROLE, { inlinePolicies: [{ name: 'P', document: { Version: '2012-10-17', Statement: statements } }] });
}

function allows(action: string, resource: string | string[] = ARN, context?: Record<string, string | string[]>): boolean {
  const resources = typeof resource === 'string' ? [resource] : resource;
  return iam.evaluate(ROLE, { action, resources, context }).allowed;
}

describe('statements', () => {
  test.each<[string | string[], string, boolean]>([
    ['ses:Get', 'ses:Get', true],
    ['ses:get', 'SES:Get', true],
    ['ses:Get', 'ses:GetMore', false],
    ['ses:Get*', 'ses:GetMore', true],
    ['ses:?et', 'ses:Get', true],
    ['ses:?et', 'ses:et', false],
    ['*', 'ses:Get', true],
    [['ses:Put', 'ses:Get'], 'ses:Get', true],
    ['ses.Get', 'ses:Get', false],
  ])('the action %j covers %s: %s', (Action, action, expected) => {
    put({ Effect: 'Allow', Action, Resource: '*' });
    expect(allows(action)).toBe(expected);
  });

  test.each<[string | string[], boolean]>([
    ['*', true],
    [ARN, true],
    [ARN.toUpperCase(), false],
    [`${ARN}x`, false],
    [ARN.replace('mail', '*'), true],
    [ARN.replace('mail', 'm??l'), true],
    [ARN.replace('mail', 'm?l'), false],
    [ARN.replace('eu-west-1', '*'), true],
    [['other', ARN], true],
    [ARN.replace('111122223333', '.{12}'), false],
  ])('the resource %j covers the endpoint: %s', (Resource, expected) => {
    put({ Effect: 'Allow', Action: '*', Resource });
    expect(allows('ses:Get')).toBe(expected);
  });

  test('NotAction and NotResource cover everything else', () => {
    put({ Effect: 'Allow', NotAction: ['ses:Delete*'], NotResource: `${ARN}2` });
    expect(allows('ses:Get')).toBe(true);
    expect(allows('ses:DeleteIt')).toBe(false);
    expect(allows('ses:Get', `${ARN}2`)).toBe(false);
  });

  test('without a resource cover nothing', () => {
    put({ Effect: 'Allow', Action: '*' });
    expect(allows('ses:Get', '*')).toBe(false);
  });

  test('a resource statement does not cover actions that have no resource', () => {
    put({ Effect: 'Allow', Action: '*', Resource: 'arn:aws:ses:*' });
    expect(allows('ses:Create', '*')).toBe(false);
  });

  test('all resources must be allowed, and the refused one is named', () => {
    put({ Effect: 'Allow', Action: '*', Resource: ARN });
    expect(allows('ses:Get', [ARN, ARN])).toBe(true);
    expect(iam.evaluate(ROLE, { action: 'ses:Get', resources: [ARN, `${ARN}2`] }))
      .toEqual({ allowed: false, resource: `${ARN}2` });
  });

  test('a deny wins wherever it stands', () => {
    put({ Effect: 'Allow', Action: '*', Resource: '*' }, { Sid: 'No', Effect: 'Deny', Action: 'ses:Delete', Resource: '*' });
    expect(allows('ses:Get')).toBe(true);
    expect(iam.evaluate(ROLE, { action: 'ses:Delete', resources: [ARN] })).toMatchObject({
      allowed: false, explicitDeny: true, statement: { role: 'Handler', policy: 'P', sid: 'No', index: 1 },
    });
  });

  test('the statement that allows is named', () => {
    put({ Effect: 'Allow', Action: 'ses:Other', Resource: '*' }, { Effect: 'Allow', Action: 'ses:*', Resource: '*' });
    expect(iam.evaluate(ROLE, { action: 'ses:Get', resources: [ARN] }))
      .toEqual({ allowed: true, statement: { role: 'Handler', policy: 'P', sid: undefined, index: 1 } });
    expect(iam.statements(ROLE).map(statement => statement.index)).toEqual([0, 1]);
  });

  test.each<[Record<string, any>, string]>([
    [{ Effect: 'allow', Action: '*', Resource: '*' }, "has the effect 'allow'"],
    [{ Effect: 'Allow', Actions: '*', Resource: '*' }, "has the element 'Actions', which the sandbox does not know"],
    [{ Effect: 'Allow', Action: '*', Resource: { 'Fn::GetAtt': ['A', 'Arn'] } }, 'has the pattern {"Fn::GetAtt":["A","Arn"]}'],
    [{ Effect: 'Allow', Action: '*', Resource: 'a/${aws:username}' }, 'no policy variables'],
    [{ Sid: 'S', Effect: 'Allow', Action: '*', Resource: '*', Condition: { SourceIp: { 'aws:SourceIp': '::1' } } },
      "Statement 0 ('S') of policy 'P' of role 'Handler' has the condition operator 'SourceIp', which the sandbox does not know."],
    [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { constructor: { a: 'b' } } }, "operator 'constructor'"],
  ])('that the sandbox cannot evaluate are refused: %j', (statement, message) => {
    expect(() => put(statement)).toThrow(message);
  });
});

describe('conditions', () => {
  const keys = { 'aws:TagKeys': ['a', 'b'], 'k': 'v', 'flag': 'true', 'arn': 'arn:aws:iam::1:role/a:b' };

  test.each<[string, Record<string, unknown>, boolean]>([
    ['StringEquals', { k: 'v' }, true],
    ['StringEquals', { K: 'v' }, true],
    ['StringEquals', { k: 'V' }, false],
    ['StringEquals', { k: ['u', 'v'] }, true],
    ['StringEquals', { k: '*' }, false],
    ['StringEquals', { missing: 'v' }, false],
    ['StringEqualsIfExists', { missing: 'v' }, true],
    ['StringEqualsIfExists', { k: 'u' }, false],
    ['StringEqualsIgnoreCase', { k: 'V' }, true],
    ['StringEquals', { k: 'v', missing: 'v' }, false],
    ['StringNotEquals', { k: 'u' }, true],
    ['StringNotEquals', { k: ['u', 'v'] }, false],
    ['StringNotEquals', { missing: 'v' }, true],
    ['StringLike', { k: '?' }, true],
    ['StringLike', { k: 'w*' }, false],
    ['StringNotLike', { k: 'w*' }, true],
    ['ArnLike', { arn: 'arn:aws:iam::*:role/*' }, true],
    ['ArnLike', { arn: 'arn:aws:*:role/a:b' }, false],
    ['ArnEquals', { arn: 'arn:aws:iam::1:role/a:b' }, true],
    ['ArnNotLike', { arn: 'arn:aws:iam::2:*' }, true],
    ['ArnNotEquals', { arn: 'arn:aws:iam::1:*' }, false],
    ['Bool', { flag: 'true' }, true],
    ['Bool', { flag: true }, true],
    ['Bool', { flag: 'false' }, false],
    ['Null', { k: 'false' }, true],
    ['Null', { k: true }, false],
    ['Null', { missing: 'true' }, true],
    ['Null', { missing: 'false' }, false],
    ['ForAllValues:StringEquals', { 'aws:TagKeys': ['a', 'b', 'c'] }, true],
    ['ForAllValues:StringEquals', { 'aws:TagKeys': ['a'] }, false],
    ['ForAllValues:StringEquals', { missing: ['a'] }, true],
    ['ForAllValues:StringLike', { 'aws:TagKeys': '?' }, true],
    ['ForAnyValue:StringEquals', { 'aws:TagKeys': ['b', 'c'] }, true],
    ['ForAnyValue:StringEquals', { 'aws:TagKeys': ['c'] }, false],
    ['ForAnyValue:StringEquals', { missing: ['a'] }, false],
    ['ForAnyValue:StringLike', { 'aws:TagKeys': ['b*'] }, true],
  ])('%s %j: %s', (operator, condition, expected) => {
    put({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { [operator]: condition } });
    expect(allows('ses:Get', ARN, keys)).toBe(expected);
  });

  test('of a deny decide whether it denies', () => {
    put({ Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringNotEquals: { region: 'eu-west-1' } } });
    expect(allows('ses:Get', ARN, { region: 'eu-west-1' })).toBe(true);
    expect(allows('ses:Get', ARN, { region: 'us-east-1' })).toBe(false);
  });
});

describe('roles', () => {
  const everything: PolicyDocument = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

  test('that do not exist may do nothing', () => {
    expect(allows('ses:Get')).toBe(false);
    expect(() => iam.putPolicy('Handler', 'P', everything)).toThrow("IAM role 'Handler' does not exist");
  });

  test('get and lose policies by name', () => {
    iam.putRole(ROLE);
    expect(allows('ses:Get')).toBe(false);
    iam.putPolicy('Handler', 'P', everything);
    expect(allows('ses:Get')).toBe(true);
    iam.deletePolicy('Handler', 'P');
    expect(allows('ses:Get')).toBe(false);
  });

  test('may do nothing any more when deleted', () => {
    put({ Effect: 'Allow', Action: '*', Resource: '*' });
    iam.deleteRole('Handler');
    expect(allows('ses:Get')).toBe(false);
  });

  test('are denied until they are known everywhere, if set so', () => {
    let time = 0;
    iam = new Iam({ clock: { now: () => time }, propagationSeconds: 10 });
    put({ Effect: 'Allow', Action: '*', Resource: '*' });
    time = 9999;
    expect(allows('ses:Get')).toBe(false);
    put({ Effect: 'Allow', Action: 'ses:*', Resource: '*' });
    expect(allows('ses:Get')).toBe(false);
    time = 10_000;
    expect(allows('ses:Get')).toBe(true);
  });

  test('are assumed by the services that they trust', () => {
    const trust = (statement: object) => ({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }] });
    const may = () => iam.canAssume(ROLE, 'lambda.amazonaws.com');
    expect(may()).toBe(false);
    iam.putRole(ROLE);
    expect(may()).toBe(true);
    iam.putRole(ROLE, { trust: trust({ Principal: { Service: ['states.amazonaws.com', 'lambda.amazonaws.com'] } }) });
    expect(may()).toBe(true);
    iam.putRole(ROLE, { trust: trust({ Principal: { Service: 'states.amazonaws.com' } }) });
    expect(may()).toBe(false);
    iam.putRole(ROLE, { trust: trust({ Principal: { AWS: '*' } }) });
    expect(may()).toBe(false);
  });

  test('are assumed only for the sources that they name', () => {
    const Condition = { ArnLike: { 'aws:SourceArn': 'arn:aws:states:*:111122223333:stateMachine:*' } };
    iam.putRole(ROLE, { trust: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'states.amazonaws.com' }, Condition }] } });
    const may = (arn: string) => iam.canAssume(ROLE, 'states.amazonaws.com', { 'aws:SourceArn': arn });
    expect(may('arn:aws:states:eu-west-1:111122223333:stateMachine:Waiter')).toBe(true);
    expect(may('arn:aws:states:eu-west-1:999999999999:stateMachine:Waiter')).toBe(false);
  });
});

describe('the sentence for a refused call', () => {
  const permission = { action: 'ses:Get', resources: [ARN] };
  const denial = () => iam.denial(ROLE, permission, iam.evaluate(ROLE, permission));

  test('says that nothing allows it', () => {
    iam.putRole(ROLE);
    expect(denial()).toBe('User: arn:aws:sts::111122223333:assumed-role/Handler/sandbox is not authorized to perform: ses:Get '
      + `on resource: ${ARN} because no identity-based policy allows the ses:Get action`);
  });

  test('says that it is denied', () => {
    put({ Effect: 'Deny', Action: '*', Resource: '*' });
    expect(denial()).toContain(`on resource: ${ARN} with an explicit deny in an identity-based policy`);
  });

  test('says that managed policies do not count', () => {
    iam.putRole(ROLE, { managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] });
    expect(denial()).toContain("does not evaluate the role's managed policies arn:aws:iam::aws:policy/ReadOnlyAccess");
  });
});

test('the session of a role has the session name that is given', () => {
  expect(Iam.assumedRoleArn('arn:aws-cn:iam::111122223333:role/R', 'function'))
    .toBe('arn:aws-cn:sts::111122223333:assumed-role/R/function');
});

describe('a role that nobody has put', () => {
  const permission = { action: 'ses:Get', resources: [ARN] };

  test('may do nothing', () => {
    expect(new Iam().evaluate('arn:aws:iam::111122223333:role/Elsewhere', permission).allowed).toBe(false);
    expect(new Iam().canAssume('arn:aws:iam::111122223333:role/Elsewhere', 'lambda.amazonaws.com')).toBe(false);
  });

  test('may do everything where unknown roles are trusted', () => {
    const trusting = new Iam({ trustsUnknownRoles: true });
    expect(trusting.evaluate('arn:aws:iam::111122223333:role/Elsewhere', permission).allowed).toBe(true);
    expect(trusting.canAssume('arn:aws:iam::111122223333:role/Elsewhere', 'lambda.amazonaws.com')).toBe(true);
  });
});

test.each([
  ['NumericEquals', '5', '5.0', '6'],
  ['NumericNotEquals', '5', '6', '5'],
  ['NumericLessThan', '5', '4', '5'],
  ['NumericLessThanEquals', '5', '5', '6'],
  ['NumericGreaterThan', '5', '6', '5'],
  ['NumericGreaterThanEquals', '5', '5', '4'],
  ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z'],
  ['DateGreaterThanEquals', '2026-01-01T00:00:00Z', '1767225600', '1767225599'],
  ['StringNotEqualsIgnoreCase', 'A', 'b', 'a'],
  ['BinaryEquals', 'QQ==', 'QQ==', 'Qg=='],
  ['IpAddress', '10.0.0.0/8', '10.1.2.3', '11.0.0.1'],
  ['NotIpAddress', '2001:db8::/32', '2001:db9::1', '2001:db8::1'],
  ['IpAddress', '10.0.0.1', '10.0.0.1', '10.0.0.2'],
])('the condition operator %s with %s holds for %s and not for %s', (operator, expected, right, wrong) => {
  put({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { [operator]: { 'x:y': expected } } });
  const allowed = (value: string) => iam.evaluate(ROLE, { action: 'ses:Get', resources: [ARN], context: { 'x:y': value } }).allowed;
  expect([allowed(right), allowed(wrong)]).toEqual([true, false]);
});
