import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measure, Row } from '../measure';
import { ROOT } from '../workspace';

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly entryCount: number;
}

/** What an installation brings: `npm pack` of the last build. */
export const packed: Measure = {
  name: 'package',
  run: () => {
    const child = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8' });
    if (child.status !== 0) {
      throw new Error(`npm pack ended with ${child.status}:\n${child.stderr}`);
    }
    const [{ size, unpackedSize, entryCount }] = JSON.parse(child.stdout) as Packed[];
    const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as
      { dependencies?: object; peerDependencies?: object };
    const row = (measure: string, unit: string, value: number): Row => ({ measure, subject: 'ours', unit, value });
    return [
      row('packed tarball', 'bytes', size),
      row('install size', 'bytes', unpackedSize),
      row('files', '', entryCount),
      row('dependencies', '', Object.keys(dependencies).length),
      row('peer dependencies', '', Object.keys(peerDependencies).length),
    ];
  },
};
