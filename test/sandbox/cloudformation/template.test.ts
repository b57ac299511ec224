import { referencesIn, Template } from '../../../sandbox/cloudformation/template';

const topic = (properties: object = {}, others: object = {}) => ({ Type: 'AWS::SNS::Topic', Properties: properties, ...others });

test('dependencies come from Ref, GetAtt, Sub and DependsOn', () => {
  const template = new Template({
    Parameters: { P: { Type: 'String' } },
    Resources: {
      A: topic(),
      B: topic(),
      C: topic(),
      D: topic(),
      X: topic({
        one: { Ref: 'A' },
        two: [{ 'Fn::GetAtt': ['B', 'Arn'] }],
        three: { 'Fn::Sub': ['${C.Arn} ${v} ${P} ${!D} ${AWS::Region}', { v: 1 }] },
      }, { DependsOn: 'D' }),
    },
  });

  expect([...template.dependenciesOf('X')].sort()).toEqual(['A', 'B', 'C', 'D']);
  expect([...template.dependenciesOf('A')]).toEqual([]);
});

test('a reference within the variables of Sub counts, the variable itself does not', () => {
  expect([...referencesIn({ 'Fn::Sub': ['${v}${W.Arn}', { v: { Ref: 'A' } }] })]).toEqual(['W', 'A']);
});

test('policies default to Delete', () => {
  const { resources } = new Template({ Resources: { A: topic(), B: topic({}, { DeletionPolicy: 'RetainExceptOnCreate' }) } });

  expect(resources.get('A')).toMatchObject({ deletionPolicy: 'Delete', updateReplacePolicy: 'Delete' });
  expect(resources.get('B')).toMatchObject({ deletionPolicy: 'RetainExceptOnCreate' });
});

test.each<[string, Record<string, unknown>, string]>([
  ['a circle', {
    Resources: { A: topic({ x: { Ref: 'B' } }), B: topic({ x: { Ref: 'C' } }), C: topic({}, { DependsOn: ['A'] }) },
  }, 'Circular dependency between resources: [A, B, C]'],
  ['a resource that depends on itself', { Resources: { A: topic({ x: { Ref: 'A' } }) } }, 'Circular dependency between resources: [A]'],
  ['an unknown reference', { Resources: { A: topic({ x: { Ref: 'Nope' } }) } },
    'Unresolved resource dependencies [Nope] in the Resources block'],
  ['an unknown DependsOn', { Resources: { A: topic({}, { DependsOn: 'Nope' }) } }, 'Unresolved resource dependencies [Nope]'],
  ['an unknown reference of an output', { Resources: { A: topic() }, Outputs: { O: { Value: { Ref: 'Nope' } } } },
    'Unresolved resource dependencies [Nope] in the Outputs block'],
  ['a null', { Resources: { A: topic({ x: [null] }) } }, "[/Resources/A/Properties/x/0] 'null' values are not allowed"],
  ['no type', { Resources: { A: {} } }, '[/Resources/A] Every Resources object must contain a Type member.'],
  ['a strange policy', { Resources: { A: topic({}, { DeletionPolicy: 'Keep' }) } }, 'Unrecognized DeletionPolicy "Keep" for resource A'],
  ['a malformed GetAtt', { Resources: { A: topic({ x: { 'Fn::GetAtt': ['B'] } }) } }, 'every Fn::GetAtt object requires two'],
  ['501 resources', { Resources: Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`R${i}`, topic()])) },
    'Number of resources, 501, is greater than maximum allowed, 500'],
])('%s is refused', (_, document, message) => {
  expect(() => new Template(document)).toThrow(message);
});
