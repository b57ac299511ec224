import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const load = createRequire(__filename);
const STAR = /^__exportStar\(require\("(\.\/[^"]+)"\), exports\);$/gm;

/**
 * Rewrites the index.js of a compiled package so that a construct and what it needs are loaded when it is first used, as the
 * index of aws-cdk-lib does: an app that uses one service does not load the others.
 *
 * @param folder where index.js and what it exports are
 * @returns the names that it exports
 */
export function makeIndexLazy(folder: string): string[] {
  const file = join(folder, 'index.js');
  const modules = [...readFileSync(file, 'utf8').matchAll(STAR)].map(([, path]) => path);
  if (modules.length === 0) {
    throw new Error(`${file} has no line like '__exportStar(require("./module"), exports);', so it can't be made lazy. `
      + 'Compile again; if the compiler writes other lines now, change scripts/lazy-index.ts.');
  }
  const exported = modules.flatMap(path => Object.keys(load(join(folder, path)) as object).map(name => ({ name, path })));
  const names = exported.map(({ name }) => name);
  writeFileSync(file, `${[
    '"use strict";',
    'Object.defineProperty(exports, "__esModule", { value: true });',
    // Tells Node's ECMAScript modules the names, which they read from the text.
    `${names.map(name => `exports.${name} = `).join('')}void 0;`,
    'const lazily = (name, load) => Object.defineProperty(exports, name, { configurable: true, enumerable: true, get: () => {',
    '  const value = load()[name];',
    '  Object.defineProperty(exports, name, { enumerable: true, value });',
    '  return value;',
    '} });',
    ...exported.map(({ name, path }) => `lazily("${name}", () => require("${path}"));`),
  ].join('\n')}\n`);
  return names;
}

if (require.main === module) {
  makeIndexLazy(join(__dirname, '..', 'lib'));
}
