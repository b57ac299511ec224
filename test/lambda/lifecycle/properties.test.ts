import { ResourceError } from '../../../lambda/lifecycle/errors';
import { OtherVersionError, PropertyReader, timeoutSecondsOf } from '../../../lambda/lifecycle/properties';
import { MultiRegionEndpointModel } from '../../../lambda/ses/multi-region-endpoint';
import { SES_TAG_RULES } from '../../../src/wire/ses';
import fc from '../../property';

const reader = (raw: object) => new PropertyReader({ Schema: '1', ...raw });

test('turns strings back into numbers and booleans, and takes real ones too', () => {
  expect(reader({ Port: '80' }).integer('Port', 1, 65535)).toBe(80);
  expect(reader({ Port: 80 }).integer('Port', 1, 65535)).toBe(80);
  expect(reader({ On: 'true' }).boolean('On')).toBe(true);
  expect(reader({ On: false }).boolean('On')).toBe(false);
});

test.each([
  ['1.5'], ['0x10'], [''], [' 7'], ['1e3'], [null], [undefined], [{}], [['7']], ['65536'], ['0'], [NaN],
])('%p is no port', value => {
  expect(() => reader({ Port: value }).integer('Port', 1, 65535)).toThrow(/Property 'Port' is .*whole number from 1 to 65535/);
});

test.each([['yes'], ['True'], [''], [1], [undefined]])('%p is no boolean', value => {
  expect(() => reader({ On: value }).boolean('On')).toThrow(/Property 'On' is .*'true' or 'false'/);
});

test('lists and objects say where they are wrong', () => {
  const raw = { Ranges: [{ FromPort: '1' }, { FromPort: 'x' }] };
  expect(() => reader(raw).objects('Ranges', 1, 10, range => range.integer('FromPort', 1, 9)))
    .toThrow(/Property 'Ranges\[1\]\.FromPort' is "x"/);
  expect(() => reader({ Ranges: [] }).objects('Ranges', 1, 10, () => 0)).toThrow(/list of 1 to 10 items/);
  expect(() => reader({ Ranges: [{ Extra: '1' }] }).objects('Ranges', 1, 10, () => 0)).toThrow(/'Ranges\[0\]\.Extra'/);
  expect(() => reader({ Ids: ['a', ''] }).strings('Ids', 1, 5)).toThrow(/'Ids\[1\]' is ""/);
  expect(() => reader({ Log: 'x' }).object('Log', () => 0)).toThrow(/Property 'Log' is "x", but must be an object/);
  expect(() => reader({ Mode: 'x' }).enumeration('Mode', ['a', 'b'])).toThrow(/one of a, b/);
});

test.each<[string, (properties: PropertyReader) => unknown, unknown]>([
  ['the lowest port', properties => properties.integer('Low', 1, 65535), 1],
  ['the highest port', properties => properties.integer('High', 1, 65535), 65535],
  ['a negative number', properties => properties.integer('Negative', -5, 5), -5],
  ['true', properties => properties.boolean('On'), true],
  ['false', properties => properties.boolean('Off'), false],
  ['a false string', properties => properties.boolean('OffText'), false],
  ['a word of several', properties => properties.enumeration('Mode', ['a', 'b']), 'b'],
  ['an absent string', properties => properties.optionalString('None'), undefined],
  ['an optional string', properties => properties.optionalString('Mode'), 'b'],
  ['a list as long as may be', properties => properties.strings('Ids', 1, 2), ['x', 'y']],
  ['a map', properties => properties.map('Map'), { k: 'v' }],
  ['an absent map', properties => properties.map('None'), {}],
  ['tags', properties => properties.tags('Map', SES_TAG_RULES), { k: 'v' }],
  ['what is there', properties => [properties.has('Mode'), properties.has('None')], [true, false]],
])('gives %s', (_, read, expected) => {
  expect(read(reader({ Low: '1', High: '65535', Negative: '-5', On: true, Off: false, OffText: 'false', Mode: 'b', Ids: ['x', 'y'], Map: { k: 'v' } })))
    .toEqual(expected);
});

test.each<[(properties: PropertyReader) => unknown, string]>([
  [properties => properties.string('Number'), "Property 'Number' is 5, but must be a non-empty string."],
  [properties => properties.string('Long'), `Property 'Long' is ["${'x'.repeat(98)}..., but must be a non-empty string.`],
  [properties => properties.string('Full'), `Property 'Full' is ["${'x'.repeat(96)}"], but must be a non-empty string.`],
  [properties => properties.optionalString('Name', { pattern: /^b/, says: 'must begin with b' }), "Property 'Name' is \"a\", but must begin with b."],
  [properties => properties.strings('Ids', 1, 2), "Property 'Ids' is [\"a\",\"b\",\"c\"], but must be a list of 1 to 2 items."],
  [properties => properties.strings('Mixed', 1, 2), "Property 'Mixed[1]' is 5, but must be a non-empty string."],
  [properties => properties.strings('Ids', 1, 3, { pattern: /^[ab]$/, says: 'must be a or b' }), "Property 'Ids[2]' is \"c\", but must be a or b."],
  [properties => properties.integers('Mixed', 1, 2, 1, 9), "Property 'Mixed[0]' is \"a\", but must be a whole number from 1 to 9."],
  [properties => properties.map('Name'), "Property 'Name' is \"a\", but must be a map of strings."],
  [properties => properties.map('Ids'), "Property 'Ids' is [\"a\",\"b\",\"c\"], but must be a map of strings."],
  [properties => properties.map('Map'), "Property 'Map.k' is 5, but must be a string."],
  [properties => properties.object('None', () => 0), "Property 'None' is missing, but must be an object."],
  [properties => properties.object('Nothing', () => 0), "Property 'Nothing' is null, but must be an object."],
  [properties => properties.tags('BadTags', SES_TAG_RULES),
    "Property 'BadTags': tag key 'aws:k' begins with 'aws:', which is reserved. Choose another one."],
  [properties => properties.end(), "The function does not know the properties 'Number', 'Name', 'Long', 'Full', 'Ids', 'Mixed', 'Map', 'Nothing', "
    + "'BadTags'. Deploy function and resource with the same version of cdk-multi-region."],
])('refuses with the rule that is broken (%#)', (read, expected) => {
  expect(() => read(reader({
    Number: 5, Name: 'a', Long: ['x'.repeat(98)], Full: ['x'.repeat(96)], Ids: ['a', 'b', 'c'], Mixed: ['a', 5], Map: { k: 5 }, Nothing: null,
    BadTags: { 'aws:k': 'v' },
  }))).toThrow(new Error(expected));
});

test.each([['0'], [undefined]])('schema version %p is refused', Schema => {
  expect(() => new PropertyReader({ Schema }).schema()).toThrow(
    new Error(`The properties have schema version ${Schema === undefined ? 'missing' : '"0"'}, but this function knows version 1 only. `
      + 'Deploy function and resource with the same version of cdk-multi-region.'));
});

test.each<[string, (raw: Record<string, unknown>) => unknown, Record<string, unknown> | undefined]>([
  ['another schema', raw => new PropertyReader(raw).schema(), { Schema: '1', Known: 'a', New: 'b' }],
  ['a property that nobody knows', raw => {
    const properties = new PropertyReader(raw);
    properties.string('Known');
    properties.end();
  }, { Schema: '2', Known: 'a' }],
  ['a property that nobody knows, in another one', raw => new PropertyReader({ Inner: raw }).object('Inner', () => 0), undefined],
])('%s is refused with what can be read', (_, read, readable) => {
  const reading = () => read({ Schema: '2', Known: 'a', New: 'b' });
  expect(reading).toThrow(OtherVersionError);
  expect(reading).toThrow(expect.objectContaining({ readable }));
});

test('what nobody has read is refused by name', () => {
  const properties = reader({ Known: 'a', ServiceToken: 'arn', ServiceTimeout: '660' });
  properties.string('Known');
  expect(() => properties.end()).not.toThrow();
  expect(() => reader({ Odd: 'a', Odder: 'b' }).end()).toThrow(/'Odd', 'Odder'/);
});

test.each([['600', 600], ['0', undefined], ['-5', undefined], ['x', undefined], [undefined, undefined]])(
  'time-out %p is %p seconds', (TimeoutSeconds, expected) => {
    expect(timeoutSecondsOf({ TimeoutSeconds })).toBe(expected);
  });

test('any JSON is parsed or refused with a sentence, never with a crash', () => {
  const model = new MultiRegionEndpointModel({} as any);
  fc.assert(fc.property(fc.object({ maxDepth: 3 }), fc.boolean(), (raw, plausible) => {
    try {
      model.parse((plausible ? { Schema: '1', EndpointName: 'mail', ...raw } : raw) as any);
    } catch (error) {
      expect(error).toBeInstanceOf(ResourceError);
    }
  }), { numRuns: 500 });
});
