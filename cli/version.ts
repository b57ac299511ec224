import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = 'cdk-multi-region';
/** The bundle is three folders below the package's, this file is one. */
const MANIFESTS = ['../../../package.json', '../package.json'];

interface Manifest {
  readonly name: string;
  readonly version: string;
}

export function packageVersion(): string {
  const manifests = MANIFESTS.map(manifest => join(__dirname, manifest)).filter(file => existsSync(file))
    .map(file => JSON.parse(readFileSync(file, 'utf8')) as Manifest);
  return manifests.find(({ name }) => name === PACKAGE)?.version ?? 'unknown';
}
