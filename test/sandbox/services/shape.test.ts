import { MemberConstraint } from '../../../sandbox/services/service';
import { Shape } from '../../../sandbox/services/shape';

const STRING = 0;
const NUMBER = 1;
const LIST_OF = 64;
const TIMESTAMP = 4;
const DOCUMENT = 15;
const BIG_DECIMAL = 19;
const BLOB = 21;

function structure(members: Record<string, unknown>, required = 0): any {
  return [3, 'test', 'Thing', 0, Object.keys(members), Object.values(members), required];
}

function examine(members: Record<string, unknown>, value: unknown, constraints?: Record<string, MemberConstraint>) {
  const result = new Shape(structure(members), constraints).examine(value);
  return { value: result.value, texts: result.violations.map(({ text }) => text) };
}

test.each<[MemberConstraint, number, string | undefined]>([
  [{ min: 1 }, 1, undefined],
  [{ min: 1 }, 0, "Value '0' at 'port' failed to satisfy constraint: Member must have value greater than or equal to 1"],
  [{ max: 9 }, 9, undefined],
  [{ max: 9 }, 10, "Value '10' at 'port' failed to satisfy constraint: Member must have value less than or equal to 9"],
])('numbers: %j, %d', (constraint, value, text) => {
  expect(examine({ Port: NUMBER }, { Port: value }, { Port: constraint }).texts).toEqual(text ? [text] : []);
});

test.each([NaN, Infinity, '1', 1n])('%p is no number', value => {
  expect(examine({ Port: NUMBER }, { Port: value }).texts).toHaveLength(1);
});

test('lists that are too short', () => {
  expect(examine({ Names: LIST_OF + STRING }, { Names: [] }, { Names: { minItems: 1 } }).texts).toEqual([
    "Value '[]' at 'names' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ]);
});

test('an item of a wrong type is not measured', () => {
  expect(examine({ Names: LIST_OF + STRING }, { Names: [7] }, { 'Names[]': { minLength: 1 } }).texts).toEqual([
    "NUMBER_VALUE can not be converted to a String at 'names.1.member'",
  ]);
});

test('sparse lists may have gaps', () => {
  const list = [1, 'test', 'List', { sparse: 1 }, STRING];
  expect(examine({ Names: () => list }, { Names: ['a', null] })).toEqual({ value: { Names: ['a', null] }, texts: [] });
});

test('maps', () => {
  const map = () => [2, 'test', 'Map', 0, STRING, STRING];
  const given = { a: 'b', gone: undefined };
  const { value, texts } = examine({ Map: map }, { Map: given }, { 'Map{}': { maxLength: 2 } });
  expect({ value, texts }).toEqual({ value: { Map: { a: 'b' } }, texts: [] });
  expect(value.Map).not.toBe(given);
  expect(examine({ Map: map }, { Map: { a: 'bcd' } }, { 'Map{}': { maxLength: 2 } }).texts).toEqual([
    "Value 'bcd' at 'map.a.member' failed to satisfy constraint: Member must have length less than or equal to 2",
  ]);
  expect(examine({ Map: map }, { Map: {} }, { Map: { minItems: 1 } }).texts[0]).toContain("'map' failed");
  expect(examine({ Map: map }, { Map: [] }).texts).toEqual(["LIST_VALUE can not be converted to a map at 'map'"]);
});

test('timestamps, blobs and documents are copied', () => {
  const given = { At: new Date(5), Data: Uint8Array.from([1, 2]), Any: { free: [1, 'a'] } };
  const { value, texts } = examine({ At: TIMESTAMP, Data: BLOB, Any: DOCUMENT }, given);
  expect(texts).toEqual([]);
  expect(value).toEqual(given);
  expect(value.At).not.toBe(given.At);
  expect(value.Data).not.toBe(given.Data);
  expect(value.Any.free).not.toBe(given.Any.free);
});

test.each<[number, unknown, string]>([
  [TIMESTAMP, '2026-01-01', 'STRING_VALUE can not be converted to a Timestamp'],
  [TIMESTAMP, new Date(NaN), 'TIMESTAMP_VALUE can not be converted to a Timestamp'],
  [BLOB, 'YQ==', 'STRING_VALUE can not be converted to a Blob'],
  [STRING, new Date(0), 'TIMESTAMP_VALUE can not be converted to a String'],
])('type %d does not take %p', (type, value, text) => {
  expect(examine({ X: type }, { X: value }).texts).toEqual([`${text} at 'x'`]);
});

test('a structure may contain itself', () => {
  const tree = structure({ Name: STRING, Child: () => tree });
  const shape = new Shape(tree);
  expect(shape.examine({ Name: 'a', Child: { Name: 'b' } }).violations).toEqual([]);
  expect(shape.examine({ Child: { Child: { Name: 1 } } }).violations[0].text).toContain("'child.child.name'");
});

test('inherited members are no members', () => {
  expect(examine({ Name: STRING }, { constructor: 'x' }).texts).toEqual([
    "Value 'x' at 'constructor' failed to satisfy constraint: Member must be one of [Name]",
  ]);
});

test('a type that the sandbox does not know is not let through', () => {
  expect(() => examine({ X: BIG_DECIMAL }, { X: 1 })).toThrow('The sandbox does not know the type of');
});
