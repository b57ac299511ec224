import { conditionHolds, resolve, resolveProperties, Scope } from '../../../sandbox/cloudformation/intrinsics';

const scope: Scope = {
  pseudoParameters: { 'AWS::Region': 'eu-west-1', 'AWS::Partition': 'aws' },
  parameters: { Stage: 'prod', Zones: ['x', 'y'] },
  mappings: { Sizes: { prod: { memory: 512 } } },
  conditions: {
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    IsTest: { 'Fn::Not': [{ Condition: 'IsProd' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsTest' }] },
    Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsTest' }] },
  },
  reference: id => `ref-${id}`,
  attribute: (id, name) => `${id}/${name}`,
  importValue: name => `import-${name}`,
  stackOutput: (region, stack, output) => `${region}/${stack}/${output}`,
  parameterStoreValue: name => `ssm-${name}`,
};

test.each<[string, unknown, unknown]>([
  ['Ref of a resource', { Ref: 'A' }, 'ref-A'],
  ['Ref of a parameter', { Ref: 'Stage' }, 'prod'],
  ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
  ['GetAtt', { 'Fn::GetAtt': ['A', 'Arn'] }, 'A/Arn'],
  ['GetAtt as one text', { 'Fn::GetAtt': 'A.Outputs.X' }, 'A/Outputs.X'],
  ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'A' }, 7]] }, 'a-ref-A-7'],
  ['Join without its NoValue', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'a-b'],
  ['Sub', { 'Fn::Sub': '${A}:${A.Arn}:${AWS::Region}:${!Literal}' }, 'ref-A:A/Arn:eu-west-1:${Literal}'],
  ['Sub with variables', { 'Fn::Sub': ['${x}/${A}', { x: { Ref: 'Stage' } }] }, 'prod/ref-A'],
  ['Select', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
  ['Select from a list parameter', { 'Fn::Select': [0, { Ref: 'Zones' }] }, 'x'],
  ['Split', { 'Fn::Split': [':', 'a:b'] }, ['a', 'b']],
  ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 512],
  ['FindInMap with a default', { 'Fn::FindInMap': ['Sizes', 'x', 'y', { DefaultValue: 1 }] }, 1],
  ['If, true', { 'Fn::If': ['IsProd', 'p', { 'Fn::Bad': 1 }] }, 'p'],
  ['If, false', { 'Fn::If': ['IsTest', 't', 'p'] }, 'p'],
  ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': '${Stage}-x' } }, 'import-prod-x'],
  ['GetStackOutput', { 'Fn::GetStackOutput': { StackName: 'S', OutputName: 'O' } }, 'eu-west-1/S/O'],
  ['GetAZs', { 'Fn::GetAZs': '' }, ['a', 'b', 'c', 'd', 'e', 'f'].map(zone => `eu-west-1${zone}`)],
  ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
  ['Cidr', { 'Fn::Cidr': ['10.0.0.0/16', 3, '8'] }, ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']],
  ['Cidr beyond an octet', { 'Fn::Cidr': ['10.0.255.0/16', 1, 16] }, ['10.0.0.0/16']],
  ['Cidr of an IPv6 block', { 'Fn::Cidr': ['2001:db8:1:2300::/56', 3, 64] },
    ['2001:db8:1:2300:0:0:0:0/64', '2001:db8:1:2301:0:0:0:0/64', '2001:db8:1:2302:0:0:0:0/64']],
  ['Length', { 'Fn::Length': ['a', { Ref: 'A' }] }, 2],
  ['ToJsonString', { 'Fn::ToJsonString': { a: [{ Ref: 'A' }, 1] } }, '{"a":["ref-A",1]}'],
  ['no value in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
  ['no value in a list', [1, { Ref: 'AWS::NoValue' }], [1]],
])('%s', (_, value, expected) => {
  expect(resolve(value, scope)).toEqual(expected);
});

test.each([['IsProd', true], ['IsTest', false], ['Either', true], ['Both', false]])('condition %s is %s', (name, expected) => {
  expect(conditionHolds(name, scope)).toBe(expected);
});

test.each<[unknown, string]>([
  [{ 'Fn::Select': [5, ['a']] }, 'Fn::Select cannot select nonexistent value at index 5'],
  [{ 'Fn::FindInMap': ['Sizes', 'x', 'y'] }, 'Unable to get mapping for Sizes::x::y'],
  [{ 'Fn::Unknown': 1 }, 'does not know the function Fn::Unknown'],
  [{ 'Fn::If': ['Nowhere', 1, 2] }, 'Unresolved condition dependency Nowhere'],
  [{ 'Fn::Join': ['-', 7] }, 'Fn::Join takes a list, not 7'],
  [{ 'Fn::Join': ['-', [{ a: 1 }]] }, 'a text is due'],
  [{ 'Fn::Cidr': ['10.0.0.0/24', 3, 8] }, 'cannot cut 3 blocks of 8 bits out of 10.0.0.0/24'],
  [{ 'Fn::Cidr': ['somewhere', 3, 8] }, 'takes an IPv4 or IPv6 block'],
  [{ 'Fn::Cidr': ['2001:db8::/56', 300, 64] }, 'cannot cut 300 blocks of 64 bits out of 2001:db8::/56'],
])('%j is an error', (value, message) => {
  expect(() => resolve(value, scope)).toThrow(message);
});

test('dynamic references are resolved in the texts that the functions give, secrets are left alone', () => {
  const properties = {
    plain: { 'Fn::Join': ['', ['{{resolve:ssm:/a/', { Ref: 'Stage' }, '}}!']] },
    versioned: ['{{resolve:ssm:/b:3}}'],
    secret: '{{resolve:secretsmanager:s:SecretString:p}}',
  };

  expect(resolveProperties(properties, scope)).toEqual({
    plain: 'ssm-/a/prod!', versioned: ['ssm-/b'], secret: '{{resolve:secretsmanager:s:SecretString:p}}',
  });
});
