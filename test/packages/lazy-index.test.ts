import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeIndexLazy } from '../../scripts/lazy-index';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdk-multi-region-index-'));
  writeFileSync(join(folder, 'one.js'), 'globalThis.loaded = [...globalThis.loaded ?? [], "one"]; exports.One = class One {}; exports.ONE = 1;');
  writeFileSync(join(folder, 'two.js'), 'globalThis.loaded = [...globalThis.loaded ?? [], "two"]; exports.Two = class Two {};');
  writeFileSync(join(folder, 'index.js'), '"use strict";\n__exportStar(require("./one"), exports);\n__exportStar(require("./two"), exports);\n');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a program in a process of its own, in the folder, and gives what it prints. */
function run(program: string, ...flags: string[]): unknown {
  return JSON.parse(execFileSync(process.execPath, [...flags, '-e', program], { cwd: folder, encoding: 'utf8' }));
}

test('loads a module when one of its names is first used, and once', () => {
  expect(makeIndexLazy(folder)).toEqual(['One', 'ONE', 'Two']);
  expect(run(`
    const index = require("./index.js");
    const before = globalThis.loaded ?? [];
    const same = index.One === index.One && index.One === require("./one").One;
    console.log(JSON.stringify({ before, same, after: globalThis.loaded, names: Object.keys(index).sort() }));
  `)).toEqual({ before: [], same: true, after: ['one'], names: ['ONE', 'One', 'Two'] });
});

test('has names that ECMAScript modules can import', () => {
  makeIndexLazy(folder);
  expect(run('import { One, Two } from "./index.js"; console.log(JSON.stringify([One.name, Two.name]));', '--input-type=module')).toEqual(['One', 'Two']);
});

test('refuses an index that it does not understand, and leaves it as it is', () => {
  makeIndexLazy(folder);
  const written = readFileSync(join(folder, 'index.js'), 'utf8');
  expect(() => makeIndexLazy(folder)).toThrow(/index\.js has no line like .* so it can't be made lazy/);
  expect(readFileSync(join(folder, 'index.js'), 'utf8')).toBe(written);
});
