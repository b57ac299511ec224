import * as http from 'node:http';
import * as https from 'node:https';
import { createRequire, isBuiltin } from 'node:module';
import { Globals, Require } from './module-loader';

type HttpRequestFunction = typeof http.request;
type AnyRequestFunction = (...args: unknown[]) => http.ClientRequest;

/** Carries out one HTTP request of the code, or keeps it from happening. */
export type RequestGate = (start: () => http.ClientRequest) => http.ClientRequest;

/** Ways to the outside or out of the sandbox that it could neither count nor stop. */
const REFUSED = [
  'child_process', 'cluster', 'dgram', 'dns', 'dns/promises', 'http2', 'inspector', 'module', 'net', 'repl', 'tls',
  'worker_threads',
];

const hostRequire = createRequire(__filename);

/**
 * The `require` of a Lambda function in the sandbox: Node's own modules, with time, HTTP, processes and files as the
 * sandbox gives them. Everything else has to be in the bundle.
 */
export function builtinModules(globals: Globals, gate: RequestGate): Require {
  const replaced = replacements(globals, gate);
  return id => {
    if (!isBuiltin(id)) {
      throw moduleNotFound(id);
    }
    const name = id.replace(/^node:/, '');
    return replaced.get(name) ?? hostRequire(id);
  };
}

function replacements(globals: Globals, gate: RequestGate): Map<string, unknown> {
  const timers = {
    setTimeout: globals.setTimeout,
    clearTimeout: globals.clearTimeout,
    setInterval: globals.setInterval,
    clearInterval: globals.clearInterval,
    setImmediate,
    clearImmediate,
  };
  return new Map<string, unknown>([
    ['http', gatedHttp(http, gate)],
    ['https', gatedHttp(https, gate)],
    ['fs', emptyFileSystem()],
    ['fs/promises', emptyFileSystemPromises()],
    ['process', globals.process],
    ['console', globals.console],
    ['timers', timers],
    ['timers/promises', timerPromises(globals.setTimeout as typeof setTimeout)],
    ['perf_hooks', { performance: globals.performance }],
    ...REFUSED.map(name => [name, refusedModule(name)] as const),
  ]);
}

function gatedHttp<T extends typeof http | typeof https>(module: T, gate: RequestGate): T {
  const request = (...args: unknown[]) => gate(() => (module.request as AnyRequestFunction)(...args));
  const get = (...args: unknown[]) => {
    const started = request(...args);
    started.end();
    return started;
  };
  return { ...module, request: request as HttpRequestFunction, get: get as HttpRequestFunction };
}

function timerPromises(setVirtualTimeout: typeof setTimeout): object {
  return {
    setTimeout: (milliseconds?: number, value?: unknown) => new Promise(resolve => {
      setVirtualTimeout(() => resolve(value), milliseconds);
    }),
    setImmediate: (value?: unknown) => new Promise(resolve => setImmediate(() => resolve(value))),
  };
}

/**
 * File access that finds nothing, at once: the host's files (such as `~/.aws/config`, which the SDK looks for) are none
 * of the function's business, and real input and output would go on unseen by the virtual clock.
 */
function emptyFileSystem(): object {
  return new Proxy(hostRequire('node:fs'), {
    get: (target, key: string) => {
      const original = target[key];
      if (key === 'promises') {
        return emptyFileSystemPromises();
      }
      if (key === 'existsSync') {
        return () => false;
      }
      return typeof original === 'function' ? missingFile(key) : original;
    },
  });
}

function emptyFileSystemPromises(): object {
  return new Proxy(hostRequire('node:fs/promises'), {
    get: (target, key: string) => typeof target[key] === 'function'
      ? async (file: unknown) => { throw notFound(key, file); }
      : target[key],
  });
}

function missingFile(operation: string): (...args: unknown[]) => void {
  return (...args) => {
    const callback = args.at(-1);
    const error = notFound(operation, args[0]);
    if (operation.endsWith('Sync') || typeof callback !== 'function') {
      throw error;
    }
    queueMicrotask(() => callback(error));
  };
}

function notFound(operation: string, file: unknown): NodeJS.ErrnoException {
  const path = String(file);
  const message = `ENOENT: no such file or directory, ${operation} '${path}' (a function in the sandbox has no files)`;
  return Object.assign(new Error(message), { code: 'ENOENT', errno: -2, syscall: operation, path });
}

function refusedModule(name: string): object {
  return new Proxy(hostRequire(name), {
    get: (target, key: string) => typeof target[key] !== 'function' ? target[key] : function refused() {
      throw new Error(
        `A Lambda function in the sandbox cannot use ${name}.${key}: the sandbox sees only requests through node:http `
        + 'and node:https, and could not tell when this is over. Use those.',
      );
    },
  });
}

function moduleNotFound(id: string): Error {
  const message = `Cannot find module '${id}': a Lambda function in the sandbox consists of one bundled file. `
    + 'Bundle the module.';
  return Object.assign(new Error(message), { code: 'MODULE_NOT_FOUND' });
}
