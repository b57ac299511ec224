import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vm from 'node:vm';

/** Values by the name of the global that they stand in for. */
export type Globals = Record<string, unknown>;

export type Require = (id: string) => unknown;

/**
 * The built-in objects that loaded code sees. They differ from this file's own only where the host runs us in a context
 * of its own, as jest does; whatever is handed to loaded code must be made from these.
 */
export const realm: { readonly JSON: JSON; readonly Date: DateConstructor; readonly Promise: PromiseConstructor } =
  vm.runInThisContext('({ JSON, Date, Promise })');

/** An `import()` with a literal name: `vm` offers no loader for it without an experimental flag of Node. */
const DYNAMIC_IMPORT = /\bimport\((["'])([^"'\\]+)\1\)/g;
const IMPORT_FUNCTION = '__sandboxImport';

/** Environments of the same code share what V8 has compiled: half of what loading a bundle costs. */
const compiled = new Map<string, vm.Script>();

/**
 * Runs a CommonJS file with other globals than the host's, without a change to the file.
 *
 * The file gets a function scope inside the scope of the globals, so that it may declare names such as `process` itself.
 */
export function loadCommonJs(file: string, globals: Globals, require: Require): unknown {
  const module = { exports: {} };
  const scope: Globals = { ...globals, globalThis: globalObject(globals), [IMPORT_FUNCTION]: importWith(require) };
  scope.global = scope.globalThis;
  const wrapper = compile(file, Object.keys(scope)).runInThisContext() as (...values: unknown[]) => Function;
  const main = wrapper(...Object.values(scope));
  main.call(module.exports, module.exports, require, module, file, path.dirname(file));
  return module.exports;
}

function compile(file: string, names: readonly string[]): vm.Script {
  const source = `(function (${names.join(', ')}) { return function (exports, require, module, __filename, __dirname) {${sourceOf(file)}\n}; })`;
  const script = compiled.get(source) ?? new vm.Script(source, { filename: file });
  compiled.set(source, script);
  return script;
}

function sourceOf(file: string): string {
  return fs.readFileSync(file, 'utf8')
    .replace(/^#!.*/, '')
    .replace(DYNAMIC_IMPORT, (_, quote, id) => `${IMPORT_FUNCTION}(${quote}${id}${quote})`);
}

function importWith(require: Require): (id: string) => Promise<object> {
  return async id => {
    const exports = require(id) as object;
    return { ...exports, default: exports };
  };
}

/** What `globalThis` is for the loaded code: the host's with the replaced globals, and no way to change the host's. */
function globalObject(globals: Globals): object {
  const own: Globals = { ...globals };
  return new Proxy(globalThis, {
    get: (target, key) => key in own ? own[key as string] : Reflect.get(target, key),
    has: (target, key) => key in own || key in target,
    set: (_, key, value) => Reflect.set(own, key, value),
    deleteProperty: (_, key) => Reflect.deleteProperty(own, key),
    defineProperty: (_, key, descriptor) => Reflect.defineProperty(own, key, { ...descriptor, configurable: true }),
  });
}
