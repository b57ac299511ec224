import { existsSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { CONSTRUCTS } from './constructs';
import { outcomeOf, renderTables } from './document';
import { FEATURES } from './features';
import * as library from '../../src';

const FILE = join(__dirname, '..', '..', 'docs', 'compatibility.md');
const BEGIN = '<!-- tables: written by UPDATE_COMPATIBILITY=1 npx jest test/compatibility/document -->';
const END = '<!-- end of the tables -->';

function partsOf(text: string): [string, string, string] {
  const [begin, end] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  return [text.slice(0, begin), text.slice(begin, end), text.slice(end)];
}

test('docs/compatibility.md says what the table says', () => {
  const [before, tables, after] = partsOf(readFileSync(FILE, 'utf8'));
  const expected = `\n\n${renderTables()}\n\n`;
  if (process.env.UPDATE_COMPATIBILITY) {
    writeFileSync(FILE, before + expected + after);
    return;
  }
  expect(tables).toBe(expected);
});

test('every construct of the library is in the table', () => {
  const constructs = Object.entries(library).filter(([, value]) => typeof value === 'function' && 'PROPERTY_INJECTION_ID' in value).map(([name]) => name);
  expect(constructs.length).toBeGreaterThanOrEqual(7);
  expect(constructs.filter(name => !CONSTRUCTS.some(entry => entry.name === name))).toEqual([]);
});

test('every way to import a construct is in the table', () => {
  // Classes with property injection are wrapped: their static methods are those of what is inside.
  const imports = Object.entries(library).flatMap(([name, value]) =>
    [value, Object.getPrototypeOf(value)].flatMap(Object.getOwnPropertyNames).filter(property => /^from[A-Z]/.test(property)).map(property => `${name}.${property}`));
  const missing = imports.filter(name => !CONSTRUCTS.some(entry => entry.name === name));
  expect(missing).toEqual([]);
});

test('names are unique, and every row and column is tried', () => {
  const features = Object.values(FEATURES).flat();
  expect(new Set(features.map(({ name }) => name)).size).toBe(features.length);
  expect(new Set(CONSTRUCTS.map(({ name }) => name)).size).toBe(CONSTRUCTS.length);
  expect(features.filter(feature => CONSTRUCTS.every(entry => outcomeOf(feature, entry) === 'does not apply'))).toEqual([]);
});

/** A line such as: | S1 | what was wrong | `file`: `name of the test` | */
const CASE = /^\| (S\d+)? *\| [^|]+ \| `([^`]+)`: `([^`]+)` \|$/gm;

test('each case that once failed has its test', () => {
  const cases = [...readFileSync(FILE, 'utf8').matchAll(CASE)];
  expect(cases.flatMap(([, id]) => id ?? [])).toEqual(Array.from({ length: 19 }, (_, index) => `S${index + 1}`));
  for (const [, , file, name] of cases) {
    const path = ['.test.ts', '.ts'].map(ending => join(__dirname, '..', file + ending)).find(existsSync);
    expect([file, path && readFileSync(path, 'utf8').replace(/`/g, '')]).toEqual([file, expect.stringContaining(name)]);
  }
});
