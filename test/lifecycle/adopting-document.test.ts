import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const DOCUMENT = readFileSync(join(ROOT, 'docs', 'adopting.md'), 'utf8');
const LAWS = [...DOCUMENT.matchAll(/\| `([a-z/-]+)`: `(.+)` \|$/gm)].map(([, file, name]) => [file, name] as const);
const RECIPES = [...DOCUMENT.split('## The recipes as tests')[1].split('\n## ')[0].matchAll(/\| `(.+)` \|$/gm)].map(([, name]) => ['sandbox/adoption', name] as const);

test('docs/adopting.md names a test for each of its laws and recipes', () => {
  expect(LAWS).toHaveLength(5);
  expect(RECIPES).toHaveLength(8);
});

test.each([...LAWS, ...RECIPES])('it is in %s: %s', (file, name) => {
  const path = join(ROOT, 'test', `${file}.test.ts`);
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain(name);
});
