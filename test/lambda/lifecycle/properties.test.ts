import fc from '../../property';
import { ResourceError } from '../../../lambda/lifecycle/errors';
import { PropertyReader, timeoutSecondsOf } from '../../../lambda/lifecycle/properties';
import { MultiRegionEndpointHandler } from '../../../lambda/ses/multi-region-endpoint';

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
  const handler = new MultiRegionEndpointHandler({} as any);
  fc.assert(fc.property(fc.object({ maxDepth: 3 }), fc.boolean(), (raw, plausible) => {
    try {
      handler.parse((plausible ? { Schema: '1', EndpointName: 'mail', ...raw } : raw) as any);
    } catch (error) {
      expect(error).toBeInstanceOf(ResourceError);
      expect((error as ResourceError).certainty.nothingCreated).toBe(true);
    }
  }), { numRuns: 500 });
});
