import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { globSync } from 'glob';

const ROOT = join(__dirname, '..');
/** A limit for one test, or for all of a file. */
const LIMITS = [/^\s*\}, ([0-9_]{4,}|[A-Z][A-Z_]+)\);$/m, /\bjest\.setTimeout\(/];

test('no test has a time limit of its own', () => {
  const files = globSync(['test/**/*.test.ts', 'test/simulation/*.ts', 'examples/**/*.test.ts'], { cwd: ROOT, absolute: true, ignore: '**/time-limits.test.ts' });
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter(file => LIMITS.some(limit => limit.test(readFileSync(file, 'utf8')))).map(file => relative(ROOT, file))).toEqual([]);
});
