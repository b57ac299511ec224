import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { buildSync } from 'esbuild';

const PROJECT = path.resolve(__dirname, '../../..');
const directories: string[] = [];

afterAll(() => directories.splice(0).forEach(directory => fs.rmSync(directory, { recursive: true })));

/** Bundles the source of a handler as the project bundles its own, and gives the directory with its `index.js`. */
export function bundle(source: string): string {
  const directory = temporaryDirectory();
  buildSync({
    stdin: { contents: source, resolveDir: PROJECT, loader: 'ts' },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    minify: true,
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': path.join(PROJECT, 'lambda/lifecycle/credential-provider.ts') },
    logOverride: { 'require-resolve-not-external': 'silent' },
    outfile: path.join(directory, 'index.js'),
  });
  return directory;
}

/** A handler that needs no bundling. */
export function plainCode(source: string): string {
  const directory = temporaryDirectory();
  fs.writeFileSync(path.join(directory, 'index.js'), source);
  return directory;
}

function temporaryDirectory(): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'function-'));
  directories.push(directory);
  return directory;
}
