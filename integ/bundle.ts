import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const bundles = new Map<string, string>();

/** Bundles the code of a function, once in a process. @returns the folder of the asset */
export function bundle(entry: string): string {
  const known = bundles.get(entry);
  if (known !== undefined) {
    return known;
  }
  const directory = mkdtempSync(join(tmpdir(), 'cdk-multi-region-verify-'));
  buildSync({
    entryPoints: [entry], outfile: join(directory, 'index.js'), bundle: true, platform: 'node', target: 'node22', format: 'cjs',
    mainFields: ['module', 'main'], minify: true, logLevel: 'error',
  });
  bundles.set(entry, directory);
  return directory;
}
